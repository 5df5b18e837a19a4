"""The one place where a Plotly figure is handed to Streamlit."""

from __future__ import annotations

from typing import Any

import streamlit as st


def settle() -> None:
    """Wait until no other session is half-way through importing pandas.

    Plotly never imports pandas, but takes it from `sys.modules` where somebody has
    (`_plotly_utils.basevalidators`), and fails on one that is still being imported: in a room of
    fifty, every chart that is drawn in that second. An import waits for the one under way.
    """
    import pandas  # noqa: F401


def plot(figure: Any, *, key: str, alt: str, clickable: bool = False, **options: Any) -> Any:
    """Draw a figure; if `clickable`, points can be chosen and the answer says which.

    `options` go to `st.plotly_chart`.
    """
    settle()
    if clickable:
        options |= {"on_select": "rerun", "selection_mode": "points"}
    quiet = {"displayModeBar": False}
    return st.plotly_chart(figure, key=key, alt=alt, config=quiet, **options)
