"""Words of a sentence as queries, keys and values: of a toy whose matrices are typed, or of MiniLM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from components import bert
from components.i18n import _
from components.state import choice, slider
from components.text import beginning
from components.vectors import encoder
from engine.lab import Lab, Node
from engine.language.attention import queries_keys_values
from engine.language.layers import state_at
from engine.softmax import softmax_rows
from engine.text.onehot import sentences_of
from engine.text.tokens import typed
from engine.training.attention_steps import (
    Rows,
    attention_scores,
    matrix_by_chance,
    projected,
    rows_in_order,
    sentence_words,
)

SIZE = 4  # numbers of a word in the toy
TWICE = "tea and tea"  # one word at two places
MOST = 200  # characters of a typed sentence
#: A number in the learner's matrices is not larger, so that exp never overflows.
LARGEST = 10.0


@dataclass(frozen=True)
class Head:
    """Queries, keys and values of some words: (3, words, size), and what these are called."""

    lab: Lab
    qkv: Node
    names: tuple[str, ...]
    note: str = ""

    @property
    def size(self) -> int:
        """How many numbers a query has."""
        return int(self.qkv.value.shape[2])


def ask_sentence(lab: Lab, characters: Node) -> Node:
    """Ask for a sentence; empty, the first one of the text counts."""
    first = lab.run(sentences_of, characters, count=1, as_="sentences").value[0]
    start = " ".join(first.split())[:MOST]
    said = st.text_input(
        _("Sentence"),
        start,
        key=f"att_sentence_{characters.origin[:12]}",
        max_chars=MOST,
        persist_state="session",
    )
    return lab.run(typed, text=(said or "").strip() or start, as_="sentence")


def words_of(lab: Lab, sentence: Node) -> Node:
    """Its words."""
    return lab.run(sentence_words, sentence, as_="words")


def words_of_pair(lab: Lab) -> Node:
    """Three words of which the first and the last are the same."""
    return lab.run(sentence_words, lab.run(typed, text=TWICE, as_="pair"), as_="pair_words")


def labels(names: Sequence[str]) -> list[str]:
    """The words with their places, from 1, short enough for an axis."""
    return [f"{n + 1} {beginning(name, 12)}" for n, name in enumerate(names)]


def ask_matrices(lab: Lab) -> tuple[Rows, Rows, Rows]:
    """Ask for the three matrices: by chance, or typed over."""
    state = st.session_state
    seed = slider(_("Matrices by chance, seed"), 0, 20, 3, key="att_seed")
    keys = [f"att_matrix_{n}_{seed}" for n in range(3)]
    if any(key not in state for key in keys):  # the step was opened, or another seed chosen
        chance = lab.run(matrix_by_chance, size=SIZE, seed=seed, as_="matrices").value
        same = state.get("_att_seed") == seed  # then what was typed before stands there again
        state["_att_start"] = np.array(state["_att_matrices"] if same else chance)
    found = []
    titles = (_("Matrix of the queries"), _("Matrix of the keys"), _("Matrix of the values"))
    for column, title, matrix, key in zip(
        st.columns(3), titles, state["_att_start"], keys, strict=True
    ):
        with column:
            st.caption(title)
            numbers = {
                n: st.column_config.NumberColumn(
                    str(n), min_value=-LARGEST, max_value=LARGEST, step=0.1, format="%.1f"
                )
                for n in range(1, SIZE + 1)  # 0: the hidden index
            }
            edited = st.data_editor(
                matrix,
                key=key,
                hide_index=True,
                column_config=numbers,
            )
            clean = np.clip(np.nan_to_num(np.asarray(edited, float)), -LARGEST, LARGEST)
            found.append(tuple(tuple(row) for row in clean.tolist()))
    state["_att_matrices"], state["_att_seed"] = tuple(found), seed
    return found[0], found[1], found[2]


def matrices(lab: Lab) -> tuple[Rows, Rows, Rows]:
    """The matrices as they were asked for last, else those of the first seed."""
    kept = st.session_state.get("_att_matrices")
    if kept is None:
        start = lab.run(matrix_by_chance, size=SIZE, seed=3, as_="matrices").value
        kept = tuple(tuple(tuple(row) for row in one) for one in start.tolist())
    return kept


def toy(lab: Lab, words: Node, given: tuple[Rows, Rows, Rows], *, positions: bool = True) -> Head:
    """The toy's queries, keys and values of some words."""
    x = lab.run(rows_in_order, words, positions=positions, size=SIZE, as_="x")
    queries, keys, values = given
    qkv = lab.run(projected, x, queries=queries, keys=keys, values=values, as_="qkv")
    return Head(lab, qkv, words.value)


def of_minilm(lab: Lab, sentence: Node) -> Head | None:
    """One head of MiniLM, of whose layers and heads one is asked for; None if it is not here."""
    folder = encoder(lab)
    if folder is None:
        return None
    asked = bert.of_texts(lab, folder, sentence.value[:60])
    one, other = st.columns(2)
    with one:
        layer = slider(_("Layer"), 1, 6, 1, key="att_layer") - 1
    with other:
        head = slider(_("Head"), 1, 12, 3, key="att_head") - 1
    x = lab.run(state_at, asked.states, layer=layer, as_="state")
    qkv = asked.run(queries_keys_values, x, layer=layer, head=head, as_="qkv")
    return Head(lab, qkv, tuple(asked.labels), asked.note)


def ask_head(lab: Lab, sentence: Node, *, key: str) -> Head | None:
    """Ask for the toy or a head of MiniLM."""
    heads = {"toy": _("Four numbers a word"), "minilm": _("A head of MiniLM")}
    if choice(_("Head of"), heads, key=key) == "minilm":
        return of_minilm(lab, sentence)
    return toy(lab, words_of(lab, sentence), matrices(lab))


def ask_token(names: Sequence[str], *, key: str) -> int:
    """Ask for one of the words; its number from 0."""
    last = len(names)
    return slider(_("Word, 1 to {last}", last=last), 1, last, min(2, last), key=key) - 1


def shares_of(head: Head, *, name: str = "shares", **how: object) -> Node:
    """The attention of a head: softmax over each row of its scores."""
    lab = head.lab
    return lab.run(softmax_rows, lab.run(attention_scores, head.qkv, as_="scores", **how), as_=name)
