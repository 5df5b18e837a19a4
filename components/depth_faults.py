"""What breaks in a residual stack before training: signal and gradient by layer, right and wrong."""

from __future__ import annotations

import streamlit as st

from components import show
from components.depth import PLAIN, layer_chart, started
from components.i18n import _
from components.numbers import plain
from engine.lab import Lab, Node

LAYERS = 40


def fault_names() -> dict[str, str]:
    """The mistakes to choose from."""
    return {
        "half": _("Half of the input added"),
        "large": _("Weights too large"),
        "none": _("Nothing added"),
    }


def wrong_stack(lab: Lab, fault: str) -> Node:
    """A stack with one mistake."""
    if fault == "half":
        return started(lab, LAYERS, PLAIN, skip=0.5)["residual"]
    if fault == "large":
        return started(lab, LAYERS, {"init": "he", "norm": False})["residual"]
    return started(lab, LAYERS, PLAIN)["plain"]


def fault_views(lab: Lab, fault: str) -> None:
    """The right stack and the wrong one side by side, on one axis."""
    right, wrong = started(lab, LAYERS, PLAIN)["residual"], wrong_stack(lab, fault)
    numbers = (right.value, wrong.value)
    span = (min(float(n.min()) for n in numbers), max(float(n.max()) for n in numbers))
    names = fault_names()
    sides = (("right", _("Right: the whole input added"), right), ("wrong", names[fault], wrong))
    for column, (side, title, node) in zip(st.columns(2), sides, strict=True):
        with column:
            st.markdown(f"**{title}**")
            show.chart(
                f"breaks_{side}",
                lambda found: layer_chart(
                    {_("gradient"): found[1], _("signal"): found[0]},
                    y=_("length of the gradient, variance"),
                    span=span,
                    height=300,
                ),
                [node],
                caption=_(
                    "First layer: gradient {gradient}. Last layer: signal {signal}.",
                    gradient=plain(node.value[1, 0], 2),
                    signal=plain(node.value[0, -1], 2),
                ),
                alt=title,
            )
