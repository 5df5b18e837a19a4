"""The words on the screen: message catalogues (gettext) and lesson texts (Markdown), two languages.

Code holds English messages marked with `_`; `locales/zh/LC_MESSAGES/numeroscope.po` holds the Chinese
ones. Babel reads the .po file directly, so there is no compiled file to go stale in the repository.
Lessons are longer texts: `locales/<language>/lessons/<page>.md`, cut into sections by `## name`.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import streamlit as st
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parent.parent / "locales"
LANGUAGES = {"en": "English", "zh": "简体中文"}
# What Markdown, Streamlit's directives, LaTeX and HTML would act on.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:&^=])")


def browser_language() -> str:
    """The language that the learner's browser asks for, as far as we speak it."""
    locale = st.context.locale or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def language() -> str:
    """The language of this session."""
    chosen = st.session_state.get("lang")
    return chosen if chosen in LANGUAGES else browser_language()


@functools.cache
def _catalogue(code: str) -> dict[str, str]:
    """English message -> message in `code`; missing ones stay English (a test finds them)."""
    path = LOCALES / code / "LC_MESSAGES" / "numeroscope.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code)
    return {
        str(message.id): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }


def _(message: str, **params: Any) -> str:
    """Translate `message` and fill its `{fields}`; escape what came from outside with `safe` first."""
    text = _catalogue(language()).get(message, message)
    return text.format(**params) if params else text


def safe(text: object) -> str:
    """Text from outside (a file name, a header) as Markdown that shows it and does nothing else."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


@functools.cache
def _sections(page: str, code: str) -> dict[str, str]:
    text = (LOCALES / code / "lessons" / f"{page}.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (\S+)\s*$", text, flags=re.MULTILINE)
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def lesson(page: str) -> dict[str, str]:
    """The texts of a lesson in this session's language, by section name."""
    return _sections(page, language())
