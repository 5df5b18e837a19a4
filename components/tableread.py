"""What the steps of the lesson about reading tables share: names of kinds, the first cells, panes."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.glyphs import Cell
from components.glyphs import table as text_table
from components.i18n import _
from components.text import listed
from engine.errors import N_
from engine.sources import Table
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


def is_json(source: Table) -> bool:
    """Whether the table is written as JSON, whose text has no separators, names or kinds to guess."""
    return source.format.startswith("JSON")


def is_csv(source: Table) -> bool:
    """Whether the table is a text of cells and separators."""
    return bool(source.encoding) and not is_json(source)


def kind_name(kind: str) -> str:
    """A kind of column in this language."""
    return _(KINDS[kind])


def visible_name(name: str) -> str:
    """A name from outside in one line."""
    return " ".join("".join(map(visible, name)).split("␣"))[:60]


def some(words: Sequence[str], most: int = 5) -> str:
    """The first words of several, and how many more there are."""
    more = len(words) - most
    rest = [_("{count} more", count=f"{more:,}")] if more > 0 else []
    return listed([*words[:most], *rest])


def size_of(frame: Any) -> str:
    """How many rows and columns a DataFrame has, in words."""
    rows, columns = frame.shape
    return _("{rows} rows, {columns} columns.", rows=f"{rows:,}", columns=f"{columns:,}")


def drawn(columns: int, most: int = MOST) -> str:
    """What a caption says of a table with more columns than are drawn."""
    if columns <= most:
        return ""
    return _("The first {most} of {columns} columns.", most=most, columns=f"{columns:,}") + " "


def grid(first: Sequence[Sequence[str]], kinds: Sequence[tuple[str, str]], *, label: str) -> str:
    """The first cells of a table, with the kind of each column under its name."""
    names, *rows = first
    of = dict(kinds)
    under = [Cell(DTYPES[of[name]], "mono") for name in names]
    body = [[Cell(cell or "NaN", "cell" if cell else "none") for cell in row] for row in rows]
    return text_table([under, *body], label=label, heads=names)


def titled(title: str, size: str, body: str) -> str:
    """A pane with its title and its size."""
    return (
        f"<div><strong>{html.escape(title)}</strong> <small>{html.escape(size)}</small>{body}</div>"
    )


def beside(boxes: Sequence[str]) -> str:
    """Panes side by side, on a phone one below the other."""
    return f'<div class="nm-beside">{"".join(boxes)}</div>'
