"""Grids of numbers on cells coloured by value, as HTML made of numbers only."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

ROOMY = 6  # columns
#: Three letters in a row, or one Chinese character; "A3" and "1e-05" are numbers.
WORD = r"[^\W\d_]{3}|[\u3400-\u9fff]"
UNSEEN = " \u2068\u2069"  # the latter two keep a text's direction to itself


@dataclass(frozen=True)
class Cell:
    """One number: its text, the colour under it as (r, g, b) 0..255, and what a hover says."""

    text: str
    colour: tuple[int, int, int] | None = None
    hint: str = ""
    edge: str = ""  # a CSS colour for the cell's lower edge, e.g. the channel that it belongs to


def ink(colour: tuple[int, int, int]) -> str:
    """Black or white, whichever has the higher contrast on `colour` (WCAG 2.2, relative luminance)."""
    linear = [(c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4) for c in colour]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000" if luminance > 0.179 else "#fff"


def grid(
    rows: Sequence[Sequence[Cell]],
    *,
    label: str,
    row_heads: Sequence[str] = (),
    column_heads: Sequence[str] = (),
) -> str:
    """An HTML table of `rows`; `label` is read to those who can't see it.

    A table of few columns with headings is spaced to be read, its words set as text; numbers without
    headings, or many of them, stand close together.
    """
    wide = len(rows[0]) if rows else len(column_heads)
    roomy = bool(row_heads or column_heads) and wide <= ROOMY
    words = [roomy and _are_words([row[n].text for row in rows]) for n in range(wide)]

    def look(column: int) -> str:
        return ' class="nm-word"' if words[column] else ""

    def cell(column: int, one: Cell) -> str:
        style = ""
        if one.colour is not None:
            style += f"background:rgb{one.colour};color:{ink(one.colour)};"
        if one.edge:
            style += f"border-bottom:3px solid {one.edge};"
        hint = f' title="{html.escape(one.hint, quote=True)}"' if one.hint else ""
        return f'<td{look(column)} style="{style}"{hint}>{html.escape(one.text)}</td>'

    head = ""
    if column_heads:
        corner = "<td></td>" if row_heads else ""
        names = "".join(
            f'<th scope="col"{look(n)}>{html.escape(name)}</th>'
            for n, name in enumerate(column_heads)
        )
        head = f"<thead><tr>{corner}{names}</tr></thead>"
    body = ""
    for number, row in enumerate(rows):
        name = f'<th scope="row">{html.escape(row_heads[number])}</th>' if row_heads else ""
        body += f"<tr>{name}{''.join(cell(n, one) for n, one in enumerate(row))}</tr>"
    # The box scrolls sideways by itself, so a wide matrix never widens a phone's page; it takes
    # the keyboard's focus so that it can be scrolled without a mouse.
    look_of_all = "nm-grid nm-roomy" if roomy else "nm-grid"
    return (
        f'<div class="{look_of_all}" tabindex="0" role="region" '
        f'aria-label="{html.escape(label, quote=True)}">'
        f"<table>{head}<tbody>{body}</tbody></table></div>"
    )


def _are_words(texts: Sequence[str]) -> bool:
    """Whether a column holds words: most of its texts begin with a letter, and one is a word."""
    texts = [text.strip(UNSEEN) for text in texts]
    begun = sum(text[:1].isalpha() for text in texts)
    return 2 * begun > sum(map(bool, texts)) and any(re.search(WORD, text) for text in texts)


STYLE = """
<style>
.nm-grid { overflow-x: auto; max-width: 100%; }
.nm-grid table { border-collapse: separate; border-spacing: 2px; margin: 0; width: auto; }
.nm-grid td, .nm-grid th {
  font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-variant-numeric: tabular-nums; font-size: 0.8rem; line-height: 1.2;
  padding: 0.25rem 0.2rem; min-width: 1.8rem; text-align: right; border: 0; border-radius: 3px;
  white-space: nowrap;
}
.nm-grid th { font-weight: 500; text-align: center; }
.nm-roomy td, .nm-roomy th { font-size: 0.9rem; padding: 0.3rem 0.75rem; vertical-align: baseline; }
.nm-roomy th, .nm-roomy .nm-word { font-family: inherit; font-size: 1rem; white-space: normal; }
.nm-roomy th { text-align: right; }
.nm-roomy thead th { word-break: keep-all; } /* Chinese words stay whole, too */
.nm-roomy th[scope="row"], .nm-roomy .nm-word { text-align: left; }
@media (max-width: 640px) {
  .nm-roomy td, .nm-roomy th { padding: 0.3rem; }
  .nm-roomy .nm-word { min-width: 6.5rem; } /* a sentence is not squeezed to a character a line */
}
.nm-roomy th[scope="row"] { padding-left: 0; }
/* Beside other controls Streamlit keeps the options of a choice in one line, wider than a phone. */
[data-testid="stHorizontalBlock"] [data-testid="stButtonGroup"] > div { flex-wrap: wrap; }
/* They are as high as a menu, so that the names above a row of controls stand in one line. */
[data-testid="stHorizontalBlock"] [data-testid="stButtonGroup"] button { min-height: 2.5rem; }
/* Streamlit's grey numbers at the axes of a chart are too pale for the back row. */
.js-plotly-plot :is(.xtick, .ytick, .legendtext, .g-xtitle, .g-ytitle, .cbaxis) text,
.js-plotly-plot text.legendtext { fill: currentColor !important; opacity: 0.9; }
/* Streamlit writes chosen options in white, on the pale ink of the dark theme, too. */
[data-testid="stMultiSelectTagsContainer"] [data-tag] { color: light-dark(#ffffff, #11161d); }
[data-testid="stMultiSelectTagsContainer"] [data-tag] * { color: inherit; }
/* Streamlit's own button saves cells such as =1+1 as formulas; Save in the code panel does not. */
[data-testid="stElementToolbarButton"]:has([aria-label^="Download as CSV"]) { display: none; }
/* A wide Markdown table scrolls in its own box, not with the page. */
[data-testid="stMarkdownContainer"]:has(> table) { overflow-x: auto; }
/* Phones hide scroll bars: what goes on beyond an edge fades there. Nothing fades where all fits,
   for then the scroll timeline is inactive. (3c is the sign <, which a sanitiser takes for a tag.) */
@property --nm-before { syntax: "\\3c length>"; inherits: false; initial-value: 0px; }
@property --nm-behind { syntax: "\\3c length>"; inherits: false; initial-value: 0px; }
@keyframes nm-fade {
  from { --nm-before: 0px; --nm-behind: 2.5rem; }
  10%, 90% { --nm-before: 2.5rem; --nm-behind: 2.5rem; }
  to { --nm-before: 2.5rem; --nm-behind: 0px; }
}
@supports (animation-timeline: scroll()) {
  .nm-grid, .nm-text, [data-testid="stMarkdownContainer"]:has(> table) {
    mask-image: linear-gradient(to right, transparent, black var(--nm-before),
      black calc(100% - var(--nm-behind)), transparent);
    animation: nm-fade linear both;
    animation-timeline: scroll(self inline);
  }
}
</style>
"""


def draw_style() -> None:
    """Put the grid's style on the page; once a page is enough."""
    st.html(STYLE)
