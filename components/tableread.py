"""What the lesson about reading tables asks and draws: options, kinds, statistics."""

from __future__ import annotations

import datetime
import hashlib
import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import table
from components.glyphs import Cell, bdi
from components.glyphs import table as text_table
from components.i18n import _, safe
from components.text import beginning, encoding_name, listed
from engine.errors import N_
from engine.sources import Table
from engine.table.frame import MISSING
from engine.text.encodings import READABLE
from engine.text.graphemes import visible

#: Columns of a table that are drawn; of more the caption says so.
MOST = 40
KINDS = {
    "integer": N_("whole number"),
    "number": N_("decimal number"),
    "boolean": N_("true or false"),
    "date": N_("date"),
    "text": N_("text"),
}
DTYPES = {
    "integer": "int64",
    "number": "float64",
    "boolean": "bool",
    "date": "datetime64[us]",
    "text": "str",
}
SEPARATORS = {
    ",": N_("comma ,"),
    ";": N_("semicolon ;"),
    "\t": N_("tab ⇥"),
    "|": N_("bar |"),
    " ": N_("blanks ␣"),
    "": N_("none: one column"),
}
QUOTES = {'"': N_('double "'), "'": N_("single '"), "": N_("no quotation marks")}
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


def kind_name(kind: str) -> str:
    """A kind of column in this language."""
    return _(KINDS[kind])


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
    if source.format.startswith("JSON"):
        ask(source, "encoding", _("Encoding"), encodings)
        return
    first, second, third = (st.columns(3, vertical_alignment="bottom") for _row in range(3))
    with first[0]:
        ask(source, "separator", _("Separator"), SEPARATORS)
    with first[1]:
        ask(source, "quote", _("Quotation mark"), QUOTES)
    with first[2]:
        ask(source, "encoding", _("Encoding"), encodings)
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


def visible_name(name: str) -> str:
    """A name from outside in one line."""
    return " ".join("".join(map(visible, name)).split("␣"))[:60]


def grid(first: Sequence[Sequence[str]], kinds: Sequence[tuple[str, str]], *, label: str) -> str:
    """The first cells of a table, with the kind of each column under its name."""
    names, *rows = first
    of = dict(kinds)
    under = [Cell(DTYPES[of[name]], "mono") for name in names]
    body = [[Cell(cell or "NaN", "cell" if cell else "none") for cell in row] for row in rows]
    return text_table([under, *body], label=label, heads=names)


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


def statistics_grid(
    statistics: Sequence[tuple[Any, ...]], histograms: Sequence[Any], *, colour: str
) -> str:
    """A line for each column: how its values are distributed, and the usual numbers."""
    heads = (
        *(_("Column"), _("Distribution"), _("values"), _("missing"), _("different")),
        *(_("mean"), _("deviation"), _("smallest"), _("25 %"), _("median"), _("75 %")),
        *(_("greatest"), _("most frequent")),
    )
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in heads)
    body = ""
    rows = zip(statistics[:MOST], histograms[:MOST], strict=True)
    for (name, kind, count, missing, different, frequent, times, numbers), bars in rows:
        least, low, middle, high, greatest, mean, spread = numbers or [None] * 7
        values = [mean, spread if kind != "date" else None, least, low, middle, high, greatest]
        cells = [f"{count:,}", f"{missing:,}", f"{different:,}"]
        cells += [number(value, kind if n != 1 else "number") for n, value in enumerate(values)]
        often = ""
        if times > 1:
            shown = frequent if len(frequent) <= 24 else frequent[:23] + "…"
            often = _("{value} ({times} times)", value=bdi(visible_name(shown)), times=f"{times:,}")
        often = html.escape(_("each once")) if times == 1 < count else often
        body += (
            f'<tr><th scope="row">{bdi(beginning(name, 24))}'
            f"<small>{html.escape(kind_name(kind))}</small></th>"
            f"<td>{_bars(bars.tolist(), colour, sorted_=kind in ('text', 'boolean'))}</td>"
            + "".join(f"<td>{cell}</td>" for cell in cells)
            + f'<td class="words">{often}</td></tr>'
        )
    label = html.escape(_("Statistics of each column"), quote=True)
    return (
        f'<div class="nm-text nm-stats" tabindex="0" role="region" aria-label="{label}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _bars(counts: Sequence[int], colour: str, *, sorted_: bool) -> str:
    """A small histogram; gaps between the bars of categories, none between those of numbers."""
    most = max(counts, default=0)
    bars = "".join(
        f'<i style="height:{max(100 * count / most, 4 if count else 0):.0f}%;background:{colour}"></i>'
        for count in counts
    )
    text = _("{bars} bars, the highest of {most}", bars=len(counts), most=f"{most:,}")
    look = "bars apart" if sorted_ else "bars"
    return f'<span class="{look}" role="img" aria-label="{html.escape(text, quote=True)}">{bars}</span>'


def number(value: float | None, kind: str) -> str:
    """A statistic as it is read; of dates the day."""
    if value is None or math.isnan(value):
        return ""
    if kind == "date":
        try:
            return (datetime.date(1970, 1, 1) + datetime.timedelta(days=value)).isoformat()
        except OverflowError:
            return f"{value:.0f}"
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e15 else f"{value:.4g}"


STYLE = """<style>
.nm-stats small { display: block; opacity: 0.7; font-weight: 400; }
.nm-stats td { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.nm-stats td.words { text-align: left; }
.nm-stats .bars { display: inline-flex; align-items: flex-end; width: 6rem; height: 2.2rem;
  border-bottom: 1px solid currentColor; }
.nm-stats .bars i { flex: 1 1 0; min-width: 1px; }
.nm-stats .apart { gap: 1px; }
.nm-beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
  gap: 1rem; }
.nm-beside small { opacity: 0.75; margin-left: 0.5rem; }
</style>"""


def draw_style() -> None:
    """Put the style on the page; once a page is enough."""
    st.html(STYLE)


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


def drawn(columns: int, most: int = MOST) -> str:
    """What a caption says of a table with more columns than are drawn."""
    if columns <= most:
        return ""
    return _("The first {most} of {columns} columns.", most=most, columns=f"{columns:,}") + " "


def said_by_the_file(found: tuple[str, tuple[str, ...]]) -> str:
    """What stands before the table: a line that names the separator, titles."""
    named, lines = found
    said = ""
    if named:
        sign = _(SEPARATORS.get(named, ","))
        said = _("**The first line of the file, `sep=`, names the separator: {sign}.**", sign=sign)
        said += " "
    if lines:
        first = safe(visible_name(lines[0]))
        said += _(
            "**Above the table stand lines that are left out; the first one is “{line}”.**",
            line=first,
        )
        said += " "
    return said


def differences(found: Sequence[tuple[str, str, str, int]], before: Any, after: Any) -> str:
    """What has changed between two readings, in words."""
    if before.shape != after.shape:
        said = _(
            "**{rows} rows and {columns} columns became {new_rows} rows and {new_columns} columns.**",
            rows=f"{before.shape[0]:,}",
            columns=f"{before.shape[1]:,}",
            new_rows=f"{after.shape[0]:,}",
            new_columns=f"{after.shape[1]:,}",
        )
    elif not found:
        return _("**Both readings are equal: this option changes nothing in this table.**")
    else:
        said = _("**The table has as many rows and columns as before.**")
    kinds = [
        _(
            "{column}: {before} became {after}",
            column=safe(visible_name(name)),
            before=kind_name(old),
            after=kind_name(new),
        )
        for name, old, new, _cells in found
        if old and new and old != new
    ]
    cells = [
        _("{column}: {cells} cells", column=safe(visible_name(name)), cells=f"{count:,}")
        for name, *_kinds, count in found
        if count > 0
    ]
    if kinds:
        said += " " + _("Another kind: {columns}.", columns=some(kinds))
    if cells:
        said += " " + _("Another value: {columns}.", columns=some(cells))
    gone = [name for name, _old, new, _cells in found if not new]
    if gone:
        names = some([safe(visible_name(name)) for name in gone])
        said += " " + _("No longer there: {columns}.", columns=names)
    return said


def some(words: Sequence[str], most: int = 5) -> str:
    """The first words of several, and how many more there are."""
    more = len(words) - most
    rest = [_("{count} more", count=f"{more:,}")] if more > 0 else []
    return listed([*words[:most], *rest])


def changes(source: Table) -> str:
    """Which reading options differ from the detected ones."""
    names = {
        "separator": _("separator"),
        "header": _("first row"),
        "decimal": _("decimal sign"),
        "thousands": _("sign between thousands"),
        "encoding": _("encoding"),
        "quote": _("quotation mark"),
        "comment": _("remarks"),
        "missing": _("missing values"),
        "types": _("kinds of columns"),
        "sheet": _("sheet"),
        "skip": _("lines above the table"),
    }
    found = listed(names[name] for name in table.changed(source) if name in names)
    return _("Chosen otherwise than detected: {options}.", options=found) if found else ""


def chunk_grid(chunks: Sequence[tuple[Any, ...]]) -> str:
    """Where the columns of a Parquet file lie in it."""
    body = [
        [
            Cell(name, "cell"),
            *(Cell(str(part)) for part in (kind, packing, encodings)),
            *(Cell(f"{count:,}") for count in (first, size, unpacked)),
        ]
        for name, kind, packing, encodings, first, size, unpacked in chunks
    ]
    heads = (
        *(_("Column"), _("type"), _("compression"), _("encodings"), _("first byte")),
        *(_("bytes in the file"), _("bytes unpacked")),
    )
    return text_table(body, label=_("Columns in the file"), heads=heads)


@dataclass(frozen=True)
class Wrong:
    """A wrong option, and what it is called."""

    change: dict[str, Any]
    label: str


def wrong_option(fault: str, options: Mapping[str, Any]) -> Wrong:
    """An option as people get it wrong, given how the table is read rightly."""
    if fault == "separator":
        sign = "," if options["separator"] != "," else ";"
        return Wrong({"separator": sign}, _(SEPARATORS[sign]))
    if fault == "decimal":
        sign = "." if options["decimal"] == "," else ","
        other = "," if sign == "." else "."
        label = _("decimal “{decimal}”, thousands “{thousands}”", decimal=sign, thousands=other)
        return Wrong({"decimal": sign, "thousands": other}, label)
    if fault == "header":
        return Wrong({"header": not options["header"]}, other_header(options))
    codec = "cp1252" if options["encoding"].startswith("utf-8") else "utf-8"
    return Wrong({"encoding": codec}, encoding_name(codec))


def other_header(options: Mapping[str, Any]) -> str:
    """What the first row is taken for when it is taken wrongly."""
    return _("a row of data") if options["header"] else _("names of columns")


def titled(title: str, size: str, body: str) -> str:
    """A pane with its title and its size."""
    return (
        f"<div><strong>{html.escape(title)}</strong> <small>{html.escape(size)}</small>{body}</div>"
    )


def beside(boxes: Sequence[str]) -> str:
    """Panes side by side, on a phone one below the other."""
    return f'<div class="nm-beside">{"".join(boxes)}</div>'


def most_skewed(statistics: Sequence[tuple[Any, ...]]) -> tuple[str, float, float]:
    """The column whose mean lies farthest from its median, in deviations; "" if there is none.

    Columns of a few values are codes rather than measures.
    """
    best, found = -1.0, ("", 0.0, 0.0)
    for name, kind, _count, _missing, different, *_frequent, numbers in statistics:
        if kind not in ("integer", "number") or not numbers or different <= table.FEW_VALUES:
            continue
        _least, _low, median, _high, _greatest, mean, spread = numbers
        gap = abs(mean - median) / spread if spread > 0 else 0.0
        if gap > best:
            best, found = gap, (name, mean, median)
    return found
