"""Numeroscope: how a table, a picture, a sound and a text become the numbers that a model sees.

Entry point: page configuration, language, navigation and the source tray; nothing else.
"""

from __future__ import annotations

import streamlit as st

from components import chooser, warmup
from components.catalogue import LESSONS
from components.guard import guard
from components.i18n import LANGUAGES, _, browser_language
from components.state import choice

st.set_page_config(page_title="Numeroscope", page_icon="assets/icon.png", layout="wide")
st.session_state["_views"] = {}  # what this run draws, see components/show.py
st.session_state["_choices"] = {}  # and what it asks, see components/state.py

groups: dict[str, list] = {}
for lesson in LESSONS:
    groups.setdefault(_(lesson.group) if lesson.group else "", []).append(
        st.Page(
            f"pages/{lesson.name}.py",
            title=_(lesson.title),
            icon=lesson.icon,
            url_path=lesson.name,
            default=lesson.name == "home",
        )
    )
page = st.navigation(groups)
lesson = next((known for known in LESSONS if known.name == page.url_path), LESSONS[0])

with st.sidebar:
    choice(_("Language"), LANGUAGES, key="lang", default=browser_language(), hide_label=True)
with guard("tray"):
    if lesson.kind:
        chooser.bar(lesson.kind)
with guard(lesson.name):
    page.run()
warmup.start()
