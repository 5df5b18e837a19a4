"""The lesson about reading tables: what is asked about how a file is read, and what was changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import table
from components.i18n import _
from components.tableread import is_json, visible_name
from components.text import encoding_name, listed
from engine.errors import N_
from engine.lab import Lab
from engine.sources import Table
from engine.table.frame import MISSING
from engine.table.rows import DRAWN
from engine.table.workbook import sheet_names
from engine.text.encodings import READABLE

SEPARATORS = {
    ",": N_("comma ,"),
    ";": N_("semicolon ;"),
    "\t": N_("tab ⇥"),
    "|": N_("bar |"),
    " ": N_("blanks ␣"),
    DRAWN: N_("a drawn table | ⎯ |"),
    "": N_("none: one column"),
}
QUOTES = {'"': N_('double "'), "'": N_("single '"), "": N_("no quotation marks")}
ESCAPES = {"": N_("no escape sign"), "\\": N_("backslash \\")}
DECIMALS = {".": N_("point 1.5"), ",": N_("comma 1,5")}
THOUSANDS = {
    "": N_("nothing 1000"),
    ",": N_("comma 1,000"),
    ".": N_("point 1.000"),
    " ": N_("space 1 000"),
    "'": N_("apostrophe 1'000"),
    "\u00a0": N_("no-break space 1 000"),
    "\u202f": N_("narrow no-break space 1 000"),
}
COMMENTS = {"": N_("no remarks"), "#": "#", "%": "%", "//": "//"}
#: Lines that can be left out above a table.
ABOVE = {0: N_("no line"), **{count: str(count) for count in range(1, 31)}}


def ask_options(lab: Lab, source: Table, text: Mapping[str, str]) -> None:
    """All that can be chosen about this file."""
    if source.encoding:
        ask_text_options(source)
    elif source.format != "Parquet":
        names = lab.run(sheet_names, lab.source, **table.child(), as_="sheets").value
        ask_sheet(source, names)
    else:
        st.info(text["nothing_to_choose"], icon=":material/info:")


def ask(source: Table, name: str, label: str, options: Mapping[Any, str]) -> Any:
    """Ask for one reading option; it is kept for this file, and all pages about tables use it."""
    now = table.options_of(source).get(name, table.FURTHER.get(name))
    first = table.detected(source).get(name, table.FURTHER.get(name))
    labels = {value: _(word) if word else "" for value, word in options.items()}
    labels.setdefault(now, visible_name(str(now)))
    if first in labels and len(labels) > 1:
        labels[first] = _("{option} (detected)", option=labels[first])
    key = f"tableread_{name}_{source.digest[:12]}"
    if st.session_state.get(key) not in labels:
        st.session_state[key] = now
    chosen = st.selectbox(
        label, list(labels), key=key, format_func=labels.get, persist_state="session"
    )
    table.change(source, name, chosen)
    return chosen


def ask_text_options(source: Table) -> None:
    """All that can be chosen about a table that is text."""
    encodings = {name: encoding_name(name) for name in dict.fromkeys([source.encoding, *READABLE])}
    if is_json(source):
        ask(source, "encoding", _("Encoding"), encodings)
        return
    first, second, third, fourth = (st.columns(3, vertical_alignment="bottom") for _row in range(4))
    with first[0]:
        ask(source, "separator", _("Separator"), SEPARATORS)
    with first[1]:
        ask(source, "quote", _("Quotation mark"), QUOTES)
    with first[2]:
        ask(source, "escape", _("Escapes a separator or quotation mark"), ESCAPES)
    with second[0]:
        ask(source, "header", _("First row"), {True: N_("names"), False: N_("data")})
    with second[1]:
        ask(source, "skip", _("Lines above the table"), ABOVE)
    with second[2]:
        ask(source, "comment", _("Remarks begin with"), COMMENTS)
    with third[0]:
        ask(source, "decimal", _("Decimal sign"), DECIMALS)
    with third[1]:
        ask(source, "thousands", _("Between thousands"), THOUSANDS)
    with third[2]:
        ask(source, "encoding", _("Encoding"), encodings)
    with fourth[0]:
        ask_missing(source)


def ask_sheet(source: Table, names: Sequence[str]) -> None:
    """Which sheet of a workbook is read, and whether its first row names the columns."""
    first, second, third = st.columns(3)
    with first:
        sheets = {"": N_("the first with cells"), **{name: visible_name(name) for name in names}}
        ask(source, "sheet", _("Sheet"), sheets)
    with second:
        ask(source, "header", _("First row"), {True: N_("names"), False: N_("data")})
    with third:
        above = {-1: N_("those that look like titles"), **ABOVE}
        ask(source, "skip", _("Rows above the table"), above)


def ask_missing(source: Table) -> None:
    """Which words stand for a missing value."""
    key = f"tableread_missing_{source.digest[:12]}"
    now = table.options_of(source).get("missing", MISSING)
    if key not in st.session_state:
        st.session_state[key] = list(now)
    count = len(set(st.session_state[key]))
    with st.popover(_("Words for “missing”: {count}", count=count), width="stretch"):
        chosen = st.multiselect(
            _("Words that stand for a missing value"),
            list(dict.fromkeys([*MISSING, *now])),
            key=key,
            format_func=lambda word: word or _("(empty)"),
            accept_new_options=True,
            persist_state="session",
        )
    table.change(source, "missing", tuple(dict.fromkeys(word[:100] for word in chosen)))


def changes(source: Table) -> str:
    """Which reading options differ from the detected ones."""
    names = {
        "separator": _("separator"),
        "header": _("first row"),
        "decimal": _("decimal sign"),
        "thousands": _("sign between thousands"),
        "encoding": _("encoding"),
        "quote": _("quotation mark"),
        "escape": _("escape sign"),
        "comment": _("remarks"),
        "missing": _("missing values"),
        "types": _("kinds of columns"),
        "sheet": _("sheet"),
        "skip": _("lines above the table"),
    }
    found = listed(names[name] for name in table.changed(source) if name in names)
    return _("Chosen otherwise than detected: {options}.", options=found) if found else ""
