"""What breaks: softmax over columns, a mask forgotten, a root forgotten."""

from __future__ import annotations

import streamlit as st

from components import show
from components.attention_grids import growth_grid
from components.attention_toy import Head, shares_of
from components.attention_views import heat
from components.i18n import _
from engine.lab import Lab, Node
from engine.training.attention_steps import (
    attention_scores,
    growth_with_size,
    share_of_later,
    softmax_columns,
)

SIZES = (4, 16, 64, 256)  # of the vectors by chance that show what the root is for


def fault_names() -> dict[str, str]:
    """The mistakes to choose from."""
    return {
        "columns": _("Softmax over columns"),
        "future": _("Mask forgotten"),
        "root": _("Root forgotten"),
    }


def growth_view(lab: Lab, caption: str) -> None:
    """How products and shares grow with the size of the vectors, with and without the root."""
    rows = lab.run(growth_with_size, sizes=SIZES, as_="growth")
    show.html("growth", growth_grid(rows.value, SIZES), [rows], caption=caption)


def right_and_wrong(head: Head, fault: str) -> tuple[Node, Node]:
    """The shares as they should be, and with a mistake."""
    right = shares_of(head, name="right", causal=fault == "future")
    if fault != "columns":
        return right, shares_of(head, name="wrong")
    scores = head.lab.run(attention_scores, head.qkv, as_="scores")
    return right, head.lab.run(softmax_columns, scores, as_="wrong")


def side_view(lab: Lab, side: str, title: str, shares: Node, names: list[str], fault: str) -> None:
    """One of two matrices of shares, and what gives the mistake away; `side` : "right" or "wrong"."""
    st.markdown(f"**{title}**")
    sums = ", ".join(f"{row.sum():.2f}" for row in shares.value)
    caption = _("Sums of the rows: {sums}.", sums=sums)
    if fault == "future":
        later = lab.run(share_of_later, shares, as_="later").value
        caption = _("{share} of all attention goes to later words.", share=f"{later:.0%}")
    heat(
        f"break_{side}", shares, names, caption, title, causal=fault == "future" and side == "right"
    )
