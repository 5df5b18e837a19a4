"""The frame of a lesson page: its question, its steps, and the text of the step that is open."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import cells
from components.guard import guard
from components.i18n import _, lesson
from components.state import choice


def start(name: str, steps: dict[str, str]) -> tuple[dict[str, str], str]:
    """Draw the lesson's question and steps; return its texts and the step that is open.

    Only the open step runs, so a page costs what is seen of it. The step stands in the URL.

    Parameters
    ----------
    name : str, the page's name in the catalogue.
    steps : dict, name -> label. Each name is a section of the lesson's text.
    """
    text = lesson(name)
    cells.draw_style()
    st.title(text["question"], anchor=False)
    step = choice(_("Step"), steps, key=f"step_{name}", param="step", hide_label=True)
    st.markdown(text[step])
    return text, step


def run(step: str, **bodies: Callable[[], None]) -> None:
    """Run the body of the open step."""
    with guard(step):
        bodies[step]()
