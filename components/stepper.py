"""A number that a learner moves by a slider, or by one step back or on."""

from __future__ import annotations

import streamlit as st

from components.i18n import _
from components.state import slider


def stepper(label: str, least: int, most: int, start: int, *, key: str) -> int:
    """Ask for a whole number from `least` to `most`; it stands in the URL under `key`."""
    if most <= least:
        return least
    state = st.session_state
    step = bool(state.get(f"{key}_on")) - bool(state.get(f"{key}_back"))
    if step and key in state:  # a button was pressed: the slider moves before it is drawn
        state[key] = min(max(state[key] + step, least), most)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width="stretch"):
            value = slider(label, least, most, start, key=key)
        for name, text, icon, off in (
            ("back", _("Step back"), "skip_previous", value <= least),
            ("on", _("Step"), "skip_next", value >= most),
        ):
            st.button(text, icon=f":material/{icon}:", key=f"{key}_{name}", disabled=off)
    return value
