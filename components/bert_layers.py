"""The vectors of all tokens behind each layer of a BERT: their numbers, turns and likenesses."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components import charts, show
from components.bert import LAYERS, Asked
from components.i18n import _
from engine.lab import Node
from engine.language.layers import moved
from engine.vectors.similarity import cosine_matrix


def state_view(asked: Asked, state: Node, caption: str) -> None:
    """The vectors behind one layer."""
    show.chart(
        "state",
        lambda x: charts.heat(
            x,
            asked.numbered,
            [str(n) for n in range(x.shape[1])],
            scale="signed",
            span=(-1.5, 1.5),
            x=_("number"),
        ),
        [state],
        caption=caption + asked.note,
        alt=_("The vectors of all tokens, one token a row"),
    )


def turns_and_cosines(asked: Asked, state: Node, text: Mapping[str, str]) -> None:
    """How far each vector has turned by each layer, beside the cosines behind one layer."""
    lab, names, numbered = asked.lab, asked.labels, asked.numbered
    across = names if len(set(names)) == len(names) else numbered
    left, right = st.columns(2)
    with left:
        show.chart(
            "moved",
            lambda x: charts.heat(x, numbered, [str(n) for n in range(LAYERS + 1)], x=_("layer")),
            [lab.run(moved, asked.states, as_="turned")],
            caption=text["moved_caption"],
            alt=_("How far each token's vector has turned, layer by layer"),
        )
    with right:
        show.chart(
            "alike",
            lambda x: charts.heat(x, numbered, across),
            [lab.run(cosine_matrix, state, as_="cosines")],
            caption=text["alike_caption"],
            alt=_("The cosine of every two tokens' vectors"),
        )
