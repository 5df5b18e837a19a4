"""Both matrices of word2vec, and the score of one pair made of a row of each."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components import scales, show
from components.cells import Cell, grid
from components.corpora import Corpus
from components.i18n import _, safe
from components.text import beginning
from engine.lab import Node
from engine.vectors import word2vec

ROWS = 40


def score_grid(
    parts: Any, score: float, probability: float, names: tuple[str, str], label: str
) -> str:
    """Two rows of numbers, their products, and what these add up to."""
    most = max(float(abs(parts).max()), 1e-9)
    shown = min(parts.shape[1], 10)
    rows = [
        [Cell(f"{n:+.2f}", scales.colour("signed", n, -most, most)) for n in line[:shown]]
        for line in parts.tolist()
    ]
    more = parts.shape[1] > shown
    for line in rows:
        line += [Cell("…")] if more else []
    rows[0].append(Cell(""))
    rows[1].append(Cell(""))
    rows[2].append(Cell(f"Σ {score:+.2f} → {probability:.0%}"))
    heads = [beginning(names[0], 16), beginning(names[1], 16), _("product")]
    return grid(rows, label=label, row_heads=heads)


def two_matrices(corpus: Corpus, inputs: Node, outputs: Node, caption: str) -> None:
    """The rows of the most frequent words in both matrices; a pinned row says which word's it is."""
    panes = []
    for matrix, title, alt in (
        (inputs, _("Input matrix"), _("Rows of the words as centres")),
        (outputs, _("Output matrix"), _("Rows of the words as neighbours")),
    ):
        rows = corpus.lab.run(word2vec.first_rows, matrix, count=ROWS, as_="rows")
        most = max(float(abs(rows.value).max()), 1e-9)
        height, width = rows.value.shape
        title = _(
            "{title}: {rows} rows, {numbers} numbers", title=title, rows=height, numbers=width
        )
        panes.append(show.Picture(rows, title, alt, (), -most, most, "signed", "w2v", lossy=False))
    state = show.pictures("matrices", panes, caption=caption.format(rows=len(rows.value)))
    words = corpus.words.value
    if state.pin and state.pin[1] < len(words):
        word = safe(beginning(words[state.pin[1]], 40))
        st.markdown(_("Row {row} is “{word}”.", row=state.pin[1], word=word))


def one_score(
    corpus: Corpus, inputs: Node, outputs: Node, centre: int, context: int, caption: str
) -> None:
    """The score of one pair, number by number, and what the sigmoid makes of it."""
    lab, words = corpus.lab, corpus.words.value
    parts = lab.run(
        word2vec.score_parts, inputs, outputs, centre=centre, context=context, as_="parts"
    )
    score = lab.run(word2vec.pair_score, parts, as_="score")
    chance = lab.run(word2vec.pair_probability, parts, as_="chance")
    names = (words[centre], words[context])
    body = score_grid(parts.value, score.value, chance.value, names, _("One score"))
    show.html("score", body, [parts, score, chance], caption=caption)
