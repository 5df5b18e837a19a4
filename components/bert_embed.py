"""What goes into a BERT: the ids of the tokens, and one token on its way into the first layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import show
from components.bert import COLUMNS, Asked, signed_rows
from components.cells import Cell, grid
from components.i18n import _, safe
from engine.language.embeddings import (
    added,
    embedding_rows,
    mean_and_deviation,
    norm_steps,
    on_the_way,
)

CHOSEN = (255, 214, 153)  # the colour under the token that is looked at


def ids_grid(asked: Asked, chosen: int) -> str:
    """Token, id, position and segment, one token a row; the chosen one stands on colour."""
    ids, segments = asked.ids.value.tolist()
    rows = [
        [Cell(str(n), CHOSEN if place == chosen else None) for n in (number, place, segment)]
        for place, (number, segment) in enumerate(zip(ids, segments, strict=True))
    ]
    heads = [_("id"), _("position"), _("segment")]
    label = _("The tokens with their three numbers")
    return grid(rows, label=label, row_heads=asked.labels, column_heads=heads)


def way_grid(stages: Any) -> str:
    """The first numbers of a token at each stage, coloured within each row."""
    heads = [
        _("row of the id"),
        _("+ row of the position"),
        _("+ row of the segment"),
        _("= sum"),
        _("− its mean"),
        _("÷ its deviation"),
        _("× weight + bias"),
    ]
    return signed_rows(stages, heads, label=_("One token on its way into the first layer"))


def embed_view(asked: Asked, place: int, text: Mapping[str, str]) -> None:
    """The ids of all tokens beside the numbers of the token at `place`, stage by stage."""
    lab = asked.lab
    rows = asked.run(embedding_rows, asked.ids, as_="rows")
    sums = lab.run(added, rows, as_="sums")
    steps = asked.run(norm_steps, sums, as_="steps")
    way = lab.run(on_the_way, rows, sums, steps, token=place, columns=COLUMNS, as_="on_its_way")
    mean, deviation = lab.run(mean_and_deviation, sums, token=place, as_="spread").value
    left, right = st.columns([1, 2])
    with left:
        show.html("ids", ids_grid(asked, place), [asked.ids], caption=text["ids_caption"])
    with right:
        st.markdown(f"**{safe(asked.numbered[place])}**")
        caption = text["way_caption"].format(columns=COLUMNS, width=rows.value.shape[2])
        spread = _(
            "Mean {mean}, deviation {deviation}.", mean=f"{mean:+.4f}", deviation=f"{deviation:.4f}"
        )
        show.html("way", way_grid(way.value), [way], caption=f"{caption} {spread}{asked.note}")
