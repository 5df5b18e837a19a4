"""Which row of many: a slider to look around, and a field for a number that is known."""

from __future__ import annotations

import streamlit as st

from components.i18n import _
from components.state import slider

FIELD = 170  # CSS pixels


def ask_row(label: str, count: int, *, key: str) -> int:
    """Ask for one of `count` rows; returns its place from 0. Its number from 1 stands in the URL.

    Slider and field show the same number: whichever was moved last tells the other.
    """
    if count < 2:
        return 0
    state, field, told = st.session_state, f"{key}_typed", f"_{key}_told"
    typed = state.get(field)
    if key in state and typed is not None and typed != state.get(told):
        state[key] = typed  # the slider moves before it is drawn
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width="stretch"):
            number = slider(label, 1, count, 1, key=key)
        state[field] = state[told] = number
        st.number_input(_("or its number"), 1, count, step=1, key=field, width=FIELD)
    return number - 1
