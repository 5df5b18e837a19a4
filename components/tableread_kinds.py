"""The lesson about reading tables: the kind of a column, what fails as another one, and gaps."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import show, table
from components.glyphs import Cell
from components.glyphs import table as text_table
from components.i18n import _, safe
from components.tableread import DTYPES, KINDS, MOST, drawn, is_json, kind_name, visible_name
from components.text import listed
from engine.lab import Lab, Node
from engine.sources import Table
from engine.table.frame import MISSING
from engine.table.kinds import as_texts, date_order, failed_cells
from engine.table.summary import (
    column_facts,
    date_columns,
    duplicate_rows,
    odd_words,
    rows_with_gaps,
)


def first_mixed(lab: Lab, frame: Node) -> str:
    """The first column of texts some of which look like numbers; "" if there is none."""
    facts = lab.run(column_facts, frame, as_="facts")
    return next(
        (name for name, _kind, _gaps, _different, numbers, _equal in facts.value if numbers), ""
    )


def ask_kind(source: Table, column: str) -> str:
    """As which kind a column is read: "" for the detected one. It is one of the reading options."""
    types = table.types_of(source)
    labels = {"": _("as detected"), **{kind: kind_name(kind) for kind in KINDS}}
    name = hashlib.sha256(column.encode()).hexdigest()[:12]
    key = f"tableread_kind_{source.digest[:12]}_{name}"
    if key not in st.session_state:
        st.session_state[key] = types.get(column, "")
    chosen = st.selectbox(
        _("Read it as"), list(labels), key=key, format_func=labels.get, persist_state="session"
    )
    types.pop(column, None)
    table.change(source, "types", tuple({**types, **({column: chosen} if chosen else {})}.items()))
    return str(chosen)


def tell(lab: Lab, source: Table, column: str, kind: str) -> None:
    """What stands in the way of reading a column as this kind, or as the detected one ("")."""
    if not is_json(source) and kind in ("", "text"):
        words = lab.run(odd_words, table.read(lab, source), column=column, as_="words")
        offer_missing(source, words.value)
    if kind in ("", "text"):
        return
    plain = table.read(lab, source, types={**table.types_of(source), column: "text"})
    texts = lab.run(as_texts, plain, column=column, as_="texts")
    options = table.options_of(source)
    how = {name: options[name] for name in ("decimal", "thousands") if name in options}
    failed = lab.run(failed_cells, texts, kind=kind, **how, as_="failed")
    say_failed(column, kind, failed.value)
    show.register("failed", [failed])
    if kind == "date":
        say_order(lab.run(date_order, texts, as_="order").value)


def offer_missing(source: Table, words: Sequence[str]) -> None:
    """One button: these words among numbers stand for a missing value."""
    if not words:
        return
    shown = listed(f"“{safe(visible_name(word))}”" for word in words)
    label = _("Take {words} as missing", words=shown)
    if st.button(label, icon=":material/rule:", key="tableread_as_missing"):
        now = (*table.options_of(source).get("missing", MISSING), *words)
        table.change(source, "missing", tuple(dict.fromkeys(now)))
        st.session_state[f"tableread_missing_{source.digest[:12]}"] = list(dict.fromkeys(now))
        st.rerun()


def say_failed(column: str, kind: str, failed: tuple[int, tuple[tuple[int, str], ...]]) -> None:
    """How many cells are not of the kind, and the first of them."""
    count, examples = failed
    if not count:
        st.success(
            _("Each value of **{column}** can be read so.", column=safe(column)),
            icon=":material/check:",
        )
        return
    shown = ", ".join(
        _("“{text}” in row {row}", text=safe(visible_name(cell)), row=f"{row + 1:,}")
        for row, cell in examples[:5]
    )
    st.warning(
        _(
            "{count} cells of **{column}** are not of the kind “{kind}” and become missing: {cells}.",
            count=f"{count:,}",
            column=safe(column),
            kind=kind_name(kind),
            cells=shown,
        ),
        icon=":material/warning:",
    )


def say_order(order: str) -> None:
    """Whether the day or the month comes first in dates, and how that was decided."""
    if order == "day":
        st.info(
            _(
                "Read as day, month, year: 02.03.2020 is the second of March. A first number above "
                "12, or points between the numbers, decided it."
            ),
            icon=":material/calendar_month:",
        )
    elif order:
        st.info(
            _(
                "Read as month, day, year: 02/03/2020 is the third of February. No first number is "
                "above 12; if this table puts the day first, its dates are wrong now, and no error "
                "says so."
            ),
            icon=":material/calendar_month:",
        )


def facts_view(lab: Lab, source: Table, text: Mapping[str, str]) -> None:
    """A line for each column, and how many rows have gaps or repeat an earlier one."""
    frame = table.read(lab, source)
    facts = lab.run(column_facts, frame, as_="facts")
    gaps = lab.run(rows_with_gaps, frame, as_="gaps")
    twice = lab.run(duplicate_rows, frame, as_="twice")
    dates = lab.run(date_columns, frame, as_="dates")
    rows, columns = frame.value.shape
    summary = _(
        "{gaps} of {rows} rows have a gap; {twice} repeat an earlier row.",
        gaps=f"{gaps.value:,}",
        rows=f"{rows:,}",
        twice=f"{twice.value:,}",
    )
    body = facts_grid(facts.value, rows, dates.value)
    caption = f"{summary} {drawn(columns)}{text['kinds_caption']}"
    show.html("kinds", body, [facts, gaps, twice, dates], caption=caption)


def facts_grid(facts: Sequence[tuple[Any, ...]], rows: int, dates: Sequence[str] = ()) -> str:
    """A line for each column: its kind, its gaps, and what is odd about it.

    `dates` : columns of texts that look like dates.
    """
    body = []
    for name, kind, missing, different, numbers, equal in facts[:MOST]:
        body.append(
            [
                Cell(name, "cell"),
                Cell(kind_name(kind), "cell"),
                Cell(DTYPES[kind]),
                Cell(f"{missing:,}"),
                Cell(f"{different:,}"),
                Cell(
                    _("all look like dates, and are text: read the column as a date")
                    if name in dates
                    else _remark(kind, rows, missing, different, numbers, equal),
                    "words",
                ),
            ]
        )
    heads = (
        *(_("Column"), _("Kind"), "dtype", _("missing"), _("different")),
        _("What to look at"),
    )
    return text_table(body, label=_("Columns and their kinds"), heads=heads)


def _remark(kind: str, rows: int, missing: int, different: int, numbers: int, equal: str) -> str:
    found = []
    if rows and missing == rows:
        found.append(_("nothing in it"))
    elif different == 1:
        found.append(_("one value everywhere (constant)"))
    if equal:
        found.append(_("the same cells as {column}", column=visible_name(equal)))
    if numbers:
        found.append(
            _(
                "mixed: {numbers} look like numbers; does another one stand for “missing”?",
                numbers=f"{numbers:,}",
            )
            if numbers < rows - missing
            else _("all look like numbers, and are text")
        )
    if kind in ("text", "integer") and different == rows >= 20:
        found.append(_("a different value in each row: a name or number of the row?"))
    return "; ".join(found)
