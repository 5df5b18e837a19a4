"""Numeroscope: how a table, a picture, a sound and a text become the numbers that a model sees.

Entry point: page configuration, language, navigation and the source tray; nothing else.
"""

from __future__ import annotations

import streamlit as st

from components import chooser, tray, warmup
from components.catalogue import BY_NAME, LESSONS, SECTIONS
from components.guard import guard
from components.i18n import LANGUAGES, _, browser_language
from components.state import choice
from engine.resident import tame_heaps

st.set_page_config(page_title="Numeroscope", page_icon="assets/icon.png", layout="wide")
tame_heaps()
st.session_state["_views"] = {}  # what this run draws, see components/show.py
st.session_state["_choices"] = {}  # and what it asks, see components/state.py

with st.sidebar:  # first of all: the titles of the pages are words, too
    choice(_("Language"), LANGUAGES, key="lang", default=browser_language(), hide_label=True)

groups: dict[str, list] = {}
for entry in LESSONS:
    groups.setdefault(_(SECTIONS[entry.section]) if entry.section else "", []).append(
        st.Page(
            f"pages/{entry.name}.py",
            title=_(entry.title),
            icon=entry.icon,
            url_path=entry.name,
            default=entry.name == "home",
        )
    )
page = st.navigation(groups, expanded=True)
lesson = BY_NAME.get(page.url_path, LESSONS[0])

with guard("tray"):
    if lesson.kind:
        tray.start_with(lesson.kind, lesson.sample)
        chooser.bar(lesson.kind)
with guard(lesson.name):
    page.run()
warmup.start()
