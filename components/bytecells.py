"""The bytes of a file beside the cells of its table: to point at one marks the other, without a script.

The marking is CSS (`:has`), so it works while the server is busy, and on a phone by a tap.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence

import streamlit as st

from components.glyphs import bdi
from engine.text.graphemes import visible

#: A character, its bytes in hexadecimal, its row and column in the file, and what it is for.
Mark = tuple[str, str, int, int, str]
ROWS, COLUMNS = 7, 6  # of the file, the names counted


def of_text(marks: Sequence[Mark], *, label: str) -> str:
    """Characters above their bytes, cut into the cells that they make."""
    parts = ""
    groups = itertools.groupby(marks, key=lambda mark: (mark[2], mark[3], mark[4]))
    for (row, column, role), group in groups:
        chars = "".join(
            f"<i>{html.escape(visible(char))}<b>{code.replace(' ', '<br>')}</b></i>"
            for char, code, *_rest in group
        )
        place = f" k{row}-{column}" if role in ("cell", "quote") else ""
        focus = ' tabindex="0"' if place and role == "cell" else ""
        parts += f'<span class="{role}{place}"{focus}>{chars}</span>'
        if role == "end":
            parts += "<wbr><hr>"
    label = html.escape(label, quote=True)
    return f'<div class="bytes" role="region" aria-label="{label}">{parts}</div>'


def of_xml(cells: Sequence[tuple[str, int, int, str]], *, label: str, refers: str) -> str:
    """The XML of each cell of a workbook; `refers` introduces the text that it only points to."""
    lines = ""
    for xml, row, column, text in cells:
        behind = f"<small>{html.escape(refers)} {bdi(text[:200])}</small>" if text else ""
        code = html.escape(xml[:400])
        lines += f'<p class="k{row}-{column}" tabindex="0"><code>{code}</code>{behind}</p>'
    label = html.escape(label, quote=True)
    return f'<div class="bytes" role="region" aria-label="{label}">{lines}</div>'


def cells(rows: Sequence[Sequence[str]], *, names: Sequence[str], label: str, first: int) -> str:
    """The table that is made of them; its first row of cells is row `first` of the file."""
    head = "".join(
        f'<th scope="col" tabindex="0" class="k0-{n}">{bdi(name)}</th>'
        if first
        else f"<th>{bdi(name)}</th>"
        for n, name in enumerate(names)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td tabindex="0" class="k{row}-{n}">{bdi(cell) if cell else "<em>NaN</em>"}</td>'
            for n, cell in enumerate(line)
        )
        + "</tr>"
        for row, line in enumerate(rows, first)
    )
    return (
        f'<div class="nm-text" tabindex="0" role="region" aria-label="{html.escape(label, quote=True)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def linked(left: str, right: str) -> str:
    """Both sides in one box, in which pointing at one marks the other."""
    return f'<div class="nm-cut">{left}{right}</div>'


def _style() -> str:
    places = [f"k{row}-{column}" for row in range(ROWS + 1) for column in range(COLUMNS)]
    marks = ",".join(f".nm-cut:has(.{place}:is(:hover,:focus)) .{place}" for place in places)
    return f"""<style>
.nm-cut {{ display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1rem; }}
.nm-cut .bytes {{ max-height: 26rem; overflow: auto; line-height: 1.1; }}
.nm-cut .bytes span {{ display: inline; border-radius: 3px; }}
.nm-cut .bytes i {{ display: inline-block; vertical-align: top;
  min-width: 1.15rem; padding: 0.1rem 0.05rem; text-align: center;
  font: normal 0.9rem ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }}
.nm-cut .bytes b {{ display: block; font-weight: 400; font-size: 0.68rem; }}
.nm-cut .bytes hr {{ margin: 0.15rem 0; border: 0; }}
.nm-cut .bytes .cell {{ background: rgba(230, 159, 0, 0.16); cursor: pointer; }}
.nm-cut .bytes .separator {{ font-weight: 700; color: light-dark(#a34400, #ff9a52); }}
.nm-cut .bytes .quote, .nm-cut .bytes .end, .nm-cut .bytes .outside {{ opacity: 0.7; }}
.nm-cut .bytes p {{ margin: 0 0 0.35rem; padding: 0.2rem 0.35rem; border-radius: 3px; }}
.nm-cut .bytes p code {{ white-space: normal; overflow-wrap: anywhere; }}
.nm-cut .bytes p small {{ display: block; }}
.nm-cut td, .nm-cut th {{ cursor: pointer; }}
.nm-cut em {{ opacity: 0.6; font-style: normal; }}
.nm-cut :focus-visible {{ outline: 2px solid currentColor; }}
{marks} {{ background: #e69f00; color: #10161d; opacity: 1; }}
@media (max-width: 640px) {{ .nm-cut {{ grid-template-columns: minmax(0, 1fr); }}
  .nm-cut .bytes {{ max-height: 16rem; }} }}
</style>"""


def draw_style() -> None:
    """Put the style on the page; once a page is enough."""
    st.html(_style())
