"""What the page about bags of words shows: a text as counted sentences, and tables of their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import cells, charts, scales, text
from components.catalogue import COLOURS
from components.i18n import _
from components.state import slider
from engine.lab import Lab, Node
from engine.text.onehot import bag_of_words, document_words, sentences_of

#: Sentences that are counted at most; rows and columns of the tables that are drawn.
SENTENCES, ROWS, COLUMNS = 200, 8, 14


@dataclass(frozen=True)
class Bag:
    """The sentences of a text, the different words, how often each stands in each.

    documents : Node, tuple of str. words : Node, tuple of str, sorted.
    counts : Node, int64 [shape=(documents, words)].
    note : str, what a caption says if not all was counted, or characters in place of words.
    """

    lab: Lab
    documents: Node
    words: Node
    counts: Node
    note: str


def bag_of_tray() -> Bag:
    """The learner's own text."""
    _source, lab, characters = text.text_of_tray()
    return bag_of(lab, characters)


def asked() -> Bag:
    """Ask which text to take: a text of a few sentences shows little."""
    own = bag_of_tray()
    name = text.corpus(_("Which text"), key="bag_of", enough=len(own.documents.value) >= 5)
    return own if name == "yours" else bag_of(*text.text_of_sample(name))


def bag_of(lab: Lab, characters: Node) -> Bag:
    """Record how a text is counted."""
    documents = lab.run(sentences_of, characters, count=SENTENCES, as_="documents")
    words = lab.run(document_words, documents, as_="words")
    counts = lab.run(bag_of_words, documents, words, as_="counts")
    note = text.wordless(lab, characters)
    if len(documents.value) == SENTENCES:
        note += " " + _("Counted: the first {count} sentences.", count=SENTENCES)
    return Bag(lab, documents, words, counts, note)


def heads(bag: Bag) -> list[str]:
    """The first sentences, short enough to stand before their rows."""
    return [f"{n + 1} {text.beginning(d, 12)}" for n, d in enumerate(bag.documents.value[:ROWS])]


def chosen_sentence(bag: Bag) -> int:
    """Ask for one of the sentences, and write it out; its number from 0."""
    total, row = len(bag.documents.value), 0
    if total > 1:
        row = slider(_("Sentence, 1 to {count}", count=total), 1, total, 1, key="sentence") - 1
    st.markdown("> " + text.shortened(bag.documents.value[row], 300))
    return row


def grid(matrix: Any, form: str, *, top: float, rows: list[str], columns: list[str]) -> str:
    """A table of numbers from 0 to `top` whose zeros have no colour."""
    body = [
        [
            cells.Cell(form.format(n), scales.colour("viridis", n, 0, top) if n else None)
            for n in row
        ]
        for row in matrix.tolist()
    ]
    label = _("Numbers of the sentences")
    return cells.grid(body, label=label, row_heads=rows, column_heads=columns)


def bars(pairs: Any, title: str, form: str) -> charts.Figure:
    """A bar for each (word, number)."""
    rows = [(text.beginning(word, 16), n, form.format(n), True) for word, n in pairs]
    return charts.sizes(rows, x=title, colour=COLOURS["text"])
