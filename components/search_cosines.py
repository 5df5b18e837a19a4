"""Cosines of every two sentences: of a text, in both ways, and of texts that look alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components import show, vectors
from components import text as texts
from components.charts import heat
from components.i18n import _
from components.search import Pile, which
from engine.lab import Lab, Node
from engine.language.search import these
from engine.vectors.contextual import sentence_vectors
from engine.vectors.similarity import cosine_matrix

COMPARED = 12  # sentences whose cosines are drawn


def all_with_all(pile: Pile, text: Mapping[str, str]) -> None:
    """The first sentences of a text with each other, by meaning and by words."""
    rows = pile.both(pile.sentences, as_="rows")
    names = [
        f"{n + 1} {texts.beginning(s, 9)}" for n, s in enumerate(pile.sentences.value[:COMPARED])
    ]
    numbers = [str(n + 1) for n in range(len(names))]
    said = which(len(names), len(pile.sentences.value))
    for column, node, title, key in zip(
        st.columns(2), rows, (pile.title, pile.words_title), ("meant", "counted"), strict=True
    ):
        with column:
            st.markdown(f"**{title}**")
            show.chart(
                f"alike_{key}",
                lambda cosines: heat(cosines[:COMPARED, :COMPARED], names, numbers),
                [pile.lab.run(cosine_matrix, node, as_="cosines")],
                caption=text[f"alike_{key}_caption"].format(which=said),
                alt=_("Cosines of every two sentences, {title}", title=title),
            )


def of_three(lab: Lab, folder: Node, case: str, written: Sequence[str], caption: str) -> None:
    """Three texts with each other by meaning."""
    three = lab.run(these, texts=tuple(written), as_="three")
    rows = lab.run(sentence_vectors, folder, three, network=True, as_="rows")
    with vectors.loading():
        rows.value  # noqa: B018 (computed while the page says so)
    names = [f"{n + 1} {texts.beginning(t, 28)}" for n, t in enumerate(written)]
    show.chart(
        f"breaks_{case}",
        lambda cosines: heat(cosines, names, ["1", "2", "3"], x=_("text")),
        [lab.run(cosine_matrix, rows, as_="cosines")],
        caption=caption,
        alt=_("Cosines of three texts"),
    )
