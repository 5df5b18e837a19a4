"""The frame of a lesson page: its question, its steps, and the text of the step that is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from components import cells
from components.catalogue import BY_NAME, LESSONS
from components.guard import guard
from components.i18n import _
from components.i18n import lesson as lesson_text
from components.state import choice, wish


@dataclass(frozen=True)
class Page:
    """An open lesson: its name in the catalogue, its steps, the open one, and its texts."""

    name: str
    steps: Mapping[str, str]
    step: str
    text: Mapping[str, str]

    def run(self, **bodies: Callable[[], None]) -> None:
        """Run the body of the open step, and offer the next one; after the last, the next lesson."""
        with guard(self.step):
            bodies[self.step]()
        order = list(self.steps)
        following = order[order.index(self.step) + 1 :]
        with st.container(key="next", horizontal=True, horizontal_alignment="right"):
            if following:
                self._offer_step(following[0])
            else:
                self._offer_lesson()

    def _offer_step(self, step: str) -> None:
        label, icon = _("Next: {title}", title=self.steps[step]), ":material/arrow_forward:"
        if st.button(label, icon=icon, icon_position="right", key=f"next_{self.name}"):
            wish(f"step_{self.name}", step)
            st.rerun()

    def _offer_lesson(self) -> None:
        lessons = [lesson for lesson in LESSONS if lesson.section]
        later = lessons[lessons.index(BY_NAME[self.name]) + 1 :]
        lesson = later[0] if later else LESSONS[0]
        label = _("Next: {title}", title=_(lesson.title))
        st.page_link(f"pages/{lesson.name}.py", label=label, icon=lesson.icon)


def start(name: str, steps: Mapping[str, str], **fields: object) -> Page:
    """Draw the lesson's question, its steps, and the text of the open step.

    Only the open step runs, so a page costs what is seen of it. The step stands in the URL.

    Parameters
    ----------
    name : str, the page's name in the catalogue.
    steps : dict, name -> label. Each name is a section of the lesson's text.
    **fields : what stands in braces in those sections; without any, a brace is only a brace.
    """
    text = lesson_text(name)
    cells.draw_style()
    st.title(text["question"], anchor=False)
    step = choice(_("Step"), steps, key=f"step_{name}", param="step", hide_label=True)
    st.markdown(text[step].format(**fields) if fields else text[step])
    return Page(name, steps, step, text)
