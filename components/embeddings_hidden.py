"""What vectors hide: prejudice, opposites that are neighbours, frequency, numbers without names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import charts, scales, show
from components.catalogue import COLOURS
from components.cells import Cell, grid
from components.embeddings import bars, signed
from components.i18n import _
from components.vectors import LEAST, Table
from engine.vectors import hidden
from engine.vectors.static import word_vectors

FIRST = 6  # numbers of a vector that are shown before and after a rotation


def rows_grid(vectors: Any, names: Sequence[str], *, label: str) -> str:
    """A row of numbers for each name."""
    most = float(abs(vectors).max())
    cells = [[Cell(f"{n:+.2f}", signed(n, most)) for n in row] for row in vectors.tolist()]
    return grid(cells, label=label, row_heads=names)


def glossed(word: str) -> str:
    """A word of a list, and behind it what it means in the language of the page, if that differs."""
    meaning = _(word)
    return word if meaning == word else f"{word} {meaning}"


def prejudice(table: Table, caption: str) -> None:
    """Words on the line from one word to another: from he to she, or from one hero to the other."""
    words, one, other = hidden.LINES[table.kind]
    along = table.lab.run(
        hidden.along, table.vectors, words=words, one=one, other=other, as_="places"
    )
    x = _("cosine with {one} − {other}", one=one, other=other)
    show.chart(
        "bias",
        lambda places: bars([(glossed(word), cosine) for word, cosine in places], x=x),
        [along],
        caption=caption,
        alt=_("Words between {other} and {one}", one=one, other=other),
    )


def opposites(table: Table, caption: str) -> None:
    """Pairs of opposites: cosine and place among the neighbours."""
    pairs = table.lab.run(
        hidden.opposites, table.vectors, pairs=hidden.OPPOSITES[table.kind], as_="pairs"
    )
    rows = [
        [
            Cell(glossed(a)),
            Cell(glossed(b)),
            Cell(f"{c:.3f}", scales.colour("viridis", c, 0, 1)),
            Cell(f"{place:,}"),
        ]
        for a, b, c, place in pairs.value
    ]
    heads = [_("word"), _("opposite"), _("cosine"), _("place among its neighbours")]
    body = grid(rows, label=_("Opposites"), column_heads=heads)
    show.html("opposites", body, [pairs], caption=caption)


def lengths(table: Table, caption: str) -> None:
    """The length of vectors by the frequency of their words."""
    points = table.lab.run(hidden.length_by_rank, table.vectors, as_="lengths")

    def draw(values: Any) -> Any:
        series = {_("length"): (values[:, 0], values[:, 1])}
        x, y = _("rank of the word by frequency"), _("median length of the vectors")
        figure = charts.lines(series, x=x, y=y, colours=(COLOURS["text"],), log_x=True)
        figure["layout"]["yaxis"]["rangemode"] = "tozero"
        return figure

    alt = _("The median length of vectors by rank")
    show.chart("frequency", draw, [points], caption=caption, alt=alt)


def turned(table: Table, caption: str) -> None:
    """The first numbers of some words before and after a rotation of all vectors."""
    lab, names = table.lab, table.words.value[:LEAST]
    before = lab.run(word_vectors, table.vectors, table.words, as_="before")
    after = lab.run(hidden.turned, before, as_="after")
    change = lab.run(hidden.largest_change, before, after, as_="change").value
    note = _("Largest change of a cosine: {change}.", change=f"{change:.1e}")
    for key, label, node, said in (
        ("before", _("before"), before, ""),
        ("after", _("after"), after, f"{caption} {note}"),
    ):
        part = lab.run(hidden.first_numbers, node, count=FIRST, as_="first")
        st.markdown(f"**{label}**")
        show.html(
            f"turned_{key}",
            rows_grid(part.value[:LEAST], names, label=label),
            [part],
            caption=said,
        )
