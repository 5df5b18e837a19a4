"""What breaks in batch normalisation: a batch of one, training's way in use, statistics too early."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components import show
from components.i18n import _
from components.normalization_tables import EXAMPLES, MANY, signed_grid, table_of
from engine.lab import Lab, Node
from engine.training.normalize import first_rows, mean_distance, normalise, normalise_by, running


def fault_names() -> dict[str, str]:
    """The mistakes to choose from."""
    return {
        "one": _("A batch of one"),
        "eval": _("Used as in training"),
        "early": _("Used too early"),
    }


def right_and_wrong(lab: Lab, fault: str) -> tuple[Node, Node]:
    """Some digits normalised as they should be, and with a mistake."""
    many = table_of(lab, MANY)
    count, name = (1, "one") if fault == "one" else (EXAMPLES, "some")
    some = lab.run(first_rows, many, count=count, as_=name)
    statistics = lab.run(running, many, batch=20, as_="running_statistics")
    right = lab.run(normalise_by, some, statistics, as_="right")
    if fault == "early":
        return right, lab.run(normalise_by, some, statistics, after=2, as_="wrong")
    return right, lab.run(normalise, some, kind="batch", as_="wrong")


def fault_views(lab: Lab, fault: str, text: Mapping[str, str]) -> None:
    """Both tables side by side, and how far apart they are."""
    right, wrong = right_and_wrong(lab, fault)
    off = lab.run(mean_distance, right, wrong, as_="off")
    gap = _("Numbers in the same place differ by {off} on average.", off=f"{off.value:.2f}")
    left_side, right_side = st.columns(2)
    with left_side:
        title = _("Right: running statistics")
        st.markdown(f"**{title}**")
        body = signed_grid(right.value, label=title)
        show.html("breaks_right", body, [right], caption=text["right_caption"])
    with right_side:
        title = fault_names()[fault]
        st.markdown(f"**{title}**")
        body = signed_grid(wrong.value, label=title)
        caption = text[f"break_{fault}"] + " " + gap
        show.html("breaks_wrong", body, [wrong, off], caption=caption)
