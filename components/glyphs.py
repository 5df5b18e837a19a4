"""Tables of characters and of their bits, as HTML in which text from outside is only ever text."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st


@dataclass(frozen=True)
class Cell:
    """One cell.

    `look` : "mono" for codes, "bytes" if these may break the line, "hot" and "cold" for a 1 and a 0,
    "glyph" for a character, "words" for a sentence, "bad" for the reason why something is not
    possible, "none" for a sign that says so. `parts` : in place of `text`, pieces each with a mark:
    "marker" or "payload" for bits, "pair" for what stands apart, "" for plain. `span` : columns that
    it covers.
    """

    text: str = ""
    look: str = "mono"
    hint: str = ""
    span: int = 1
    parts: tuple[tuple[str, str], ...] = ()


def table(
    rows: Sequence[Sequence[Cell]],
    *,
    label: str,
    heads: Sequence[str] = (),
    row_heads: Sequence[str] = (),
    marked: Sequence[int] = (),
    marked_columns: Sequence[int] = (),
) -> str:
    """An HTML table that scrolls in its own box; `label` is read to those who can't see it."""
    head = ""
    if heads:
        names = "".join(
            f'<th scope="col"{_mark(number, marked_columns)}>{bdi(name)}</th>'
            for number, name in enumerate(heads, -1 if row_heads else 0)
        )
        head = f"<thead><tr>{names}</tr></thead>"
    body = ""
    for number, row in enumerate(rows):
        name = f'<th scope="row">{bdi(row_heads[number])}</th>' if row_heads else ""
        place, cells = 0, ""
        for cell in row:
            cells += _cell(cell, place in marked_columns)
            place += cell.span
        body += f"<tr{_mark(number, marked)}>{name}{cells}</tr>"
    label = html.escape(label, quote=True)
    return (
        f'<div class="nm-text" tabindex="0" role="region" aria-label="{label}">'
        f"<table>{head}<tbody>{body}</tbody></table></div>"
    )


def hot_table(matrix: Any, *, label: str, rows: Sequence[str], columns: Sequence[str]) -> str:
    """A matrix of ones and zeros with every number written out, the ones coloured."""
    grid = [[Cell(str(n), "hot" if n else "cold") for n in row] for row in matrix.tolist()]
    return table(grid, label=label, row_heads=rows, heads=["", *columns])


def bdi(text: str) -> str:
    """Text from outside whose direction of writing does not reach what stands around it."""
    return f"<bdi>{html.escape(text)}</bdi>"


def _mark(number: int, marked: Sequence[int]) -> str:
    return ' class="nm-marked"' if number in marked else ""


def _cell(cell: Cell, marked: bool) -> str:
    inside = "".join(
        f'<bdi class="nm-{mark or "plain"}">{html.escape(text)}</bdi>' for text, mark in cell.parts
    ) or bdi(cell.text)
    span = f' colspan="{cell.span}"' if cell.span > 1 else ""
    hint = f' title="{html.escape(cell.hint, quote=True)}"' if cell.hint else ""
    name = f"nm-{cell.look}" + (" nm-marked" if marked else "")
    return f'<td class="{name}"{span}{hint}>{inside}</td>'


STYLE = """
<style>
.nm-text { overflow-x: auto; max-width: 100%; padding-bottom: 2px; }
.nm-text table {
  border-collapse: separate; border-spacing: 2px; margin: 0; width: auto; direction: ltr;
}
.nm-text td, .nm-text th {
  padding: 0.22rem 0.5rem; border: 0; border-radius: 3px; text-align: left; white-space: nowrap;
  font-size: 0.85rem; line-height: 1.3; vertical-align: middle;
  background: color-mix(in srgb, currentColor 5%, transparent);
}
.nm-text th { font-weight: 500; background: none; }
.nm-text td.nm-mono, .nm-text td.nm-bytes, .nm-text td.nm-hot, .nm-text td.nm-cold {
  font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-variant-numeric: tabular-nums;
}
.nm-text td.nm-glyph { font-size: 1.15rem; text-align: center; white-space: pre; }
.nm-text td.nm-words {
  white-space: normal; overflow-wrap: anywhere; min-width: 12rem; max-width: 34rem;
}
.nm-text td.nm-none { text-align: center; }
.nm-text td.nm-bytes { white-space: normal; padding: 0.22rem 0.35rem; }
.nm-text td.nm-hot, .nm-text td.nm-cold { text-align: center; padding: 0.22rem 0.32rem; }
.nm-text td.nm-hot { background: #cc79a7; color: #000; font-weight: 700; }
.nm-text table:has(td.nm-hot) { border-spacing: 1px; }
.nm-text table:has(td.nm-hot) thead th { text-align: center; padding: 0.22rem 0.25rem; }
.nm-text td.nm-bad { opacity: 0.8; font-style: italic; white-space: normal; min-width: 9rem; }
.nm-text tr.nm-marked td, .nm-text td.nm-marked, .nm-text th.nm-marked {
  background: color-mix(in srgb, #cc79a7 34%, transparent);
}
.nm-text .nm-pair { display: inline-block; margin-right: 1.2rem; }
.nm-text .nm-marker { opacity: 0.72; }
.nm-text .nm-payload {
  background: color-mix(in srgb, #cc79a7 42%, transparent);
  border-radius: 2px; padding: 0 1px; font-weight: 600;
}
@media (max-width: 640px) {
  .nm-text td, .nm-text th { padding: 0.22rem 0.3rem; }
  .nm-text th { white-space: normal; }
  .nm-text td.nm-words, .nm-text td.nm-bad { min-width: 7.5rem; }
}
</style>
"""


def draw_style() -> None:
    """Put the tables' style on the page; once a page is enough."""
    st.html(STYLE)
