"""What the lesson on BERT asks for: the learner's sentences as ids; rows of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import scales
from components.cells import Cell, grid
from components.i18n import _
from components.text import ask_sentence, shortened
from components.tokens import visible
from components.vectors import encoder, loading
from engine.lab import Lab, Node
from engine.language.layers import attention_maps, hidden_states
from engine.language.network import to_ids, token_names, unknown_of
from engine.text.onehot import sentences_of
from engine.text.tokens import beginning as beginning_of
from engine.text.tokens import typed

LAYERS, HEADS = 6, 12  # of MiniLM
DRAWN = 32  # tokens that are computed and drawn
COLUMNS = 8  # numbers of a vector that are written out


@dataclass(frozen=True)
class Asked:
    """What goes into the network: its folder, the ids, what they stand for, and a note for captions."""

    lab: Lab
    weights: Node
    ids: Node
    names: tuple[str, ...]
    note: str
    sentence: str

    @property
    def labels(self) -> list[str]:
        """The tokens with signs for what can't be seen, short enough for an axis."""
        return [visible(name)[:14] for name in self.names]

    @property
    def numbered(self) -> list[str]:
        """The same with their positions, from 0: an axis may name a thing once only."""
        return [f"{n} {label}" for n, label in enumerate(self.labels)]

    @property
    def states(self) -> Node:
        """The vectors of all tokens as they go in and behind each layer."""
        return self.run(hidden_states, self.ids, as_="states")

    @property
    def maps(self) -> Node:
        """The attention of all heads of all layers."""
        return self.run(attention_maps, self.ids, as_="maps")

    def run(self, function: Any, *inputs: Node, as_: str, **params: Any) -> Node:
        """Record a function of the network, which waits for its turn."""
        return self.lab.run(function, self.weights, *inputs, network=True, as_=as_, **params)


def asked(lab: Lab, characters: Node) -> Asked | None:
    """Ask for a sentence and a second one; what goes into the network, None if it is not here."""
    folder = encoder(lab)
    if folder is None:
        return None
    source = characters.origin[:12]  # a new text begins with its own first sentence
    sentences = lab.run(sentences_of, characters, count=1, as_="sentences").value
    start = lab.run(beginning_of, lab.run(typed, text=sentences[0]), most=120).value
    first, second = st.columns(2)
    with first:
        own = ask_sentence(_("Sentence"), start, f"bert_one_{source}")
    with second:
        pair = ask_sentence(_("Second sentence, if you like"), "", "bert_two")
    if not own:
        st.caption(
            _(
                "The field is empty, so this sentence of the text is used: {sentence}",
                sentence=shortened(start),
            )
        )
    return of_texts(lab, folder, own or start, pair)


def of_texts(lab: Lab, folder: Node, text: str, pair: str = "", *, name: str = "") -> Asked:
    """A typed sentence, and a second one or "", as the network gets them."""
    one = lab.run(typed, text=text, as_=f"sentence{name}")
    parts = [one, lab.run(typed, text=pair, as_=f"second{name}")] if pair else [one]
    ids = lab.run(to_ids, folder, *parts, longest=DRAWN, network=True, as_=f"ids{name}")
    with loading():
        ids.value  # noqa: B018 (computed while the page says so)
    tokens = lab.run(token_names, folder, ids, as_="tokens")
    note = ""
    if len(tokens.value) == DRAWN:
        note += " " + _("At most the first {count} tokens are computed here.", count=DRAWN)
    if unknown := lab.run(unknown_of, tokens, as_="unknown").value:
        note += " " + _(
            "{count} of {all} tokens are [UNK]: MiniLM has read English, and its vocabulary holds few "
            "characters of other scripts.",
            count=unknown,
            all=len(tokens.value),
        )
    return Asked(lab, folder, ids, tokens.value, note, text)


def signed_rows(matrix: Any, names: Sequence[str], *, label: str, digits: int = 3) -> str:
    """Rows of numbers; colours show sign and size within the row."""
    rows = []
    for row in matrix.tolist():
        most = max(map(abs, row)) or 1
        rows.append(
            [Cell(f"{n:+.{digits}f}", scales.colour("signed", n, -most, most)) for n in row]
        )
    columns = [str(n) for n in range(matrix.shape[1])]
    return grid(rows, label=label, row_heads=names, column_heads=columns)
