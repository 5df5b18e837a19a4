"""Attention drawn: lines from each token to those that it looks at, and the same as a matrix.

For any attention whose rows are shares: of a text to itself, of words to frames of sound, of patches.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from components import scales, show
from components.i18n import _
from engine.lab import Node

STEPS = 33  # colours of the matrix
_FRONTEND = Path(__file__).parent / "frontend"
_COMPONENT = st.components.v2.component(
    "numeroscope_attention",
    css=(_FRONTEND / "attention.css").read_text(encoding="utf-8"),
    js=(_FRONTEND / "attention.js").read_text(encoding="utf-8"),
)


def draw(
    key: str,
    shares: Node,
    left: Sequence[str],
    right: Sequence[str],
    *,
    caption: str,
    title: str,
    nodes: Sequence[Node] = (),
    focus: int = 0,
) -> None:
    """Draw who looks at whom, with caption, code and downloads.

    Parameters
    ----------
    shares : Node, float array (left, right), 0..1: row i is how `left[i]` shares out its attention.
    left, right : the labels of rows and columns; they are shown as text, whatever they hold.
    title : what stands above the matrix, and is read to those who can't see it.
    nodes : further nodes for the code panel.
    focus : the row that is lit at first.
    """
    lut = scales.table("viridis")
    assert lut is not None
    places = [round(255 * n / (STEPS - 1)) for n in range(STEPS)]
    _COMPONENT(
        key=f"attention_{key}",
        data={
            "left": list(left),
            "right": list(right),
            "weights": [[round(share, 4) for share in row] for row in shares.value.tolist()],
            "palette": [f"rgb({', '.join(str(c) for c in lut[place])})" for place in places],
            "title": title,
            "alt": _("Lines from each token on the left to those that it looks at"),
            "focus": min(max(focus, 0), len(left) - 1),
            "text": {"hint": _("Point at a token on the left; a click keeps it.")},
        },
    )
    show.footer(key, [shares, *nodes], caption)
