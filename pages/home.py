"""Shows: one everyday scene as a table, a picture, a sound and a text, each with its first numbers; a
place to drop any file; what it is, its first numbers, and the lessons that it can be taken to.
"""

from __future__ import annotations

import streamlit as st

from components import cells, preview, tray
from components.catalogue import BY_NAME, KINDS
from components.chooser import choose
from components.guard import guard
from components.i18n import _, lesson

text = lesson("home")
cells.draw_style()
st.title("Numeroscope", anchor=False)
st.markdown(text["question"])

with st.container(border=True):
    choose("home")
    tray.refusal()
    source = tray.latest()
    if source is not None:
        with guard("preview"):
            preview.draw("yours", source)

st.subheader(_("One scene, four kinds of numbers"), anchor=False)
st.markdown(text["scene"])
for start in (0, 2):
    for column, kind in zip(st.columns(2), list(KINDS)[start : start + 2], strict=True):
        with column, st.container(border=True, height="stretch"), guard(kind):
            preview.draw(kind, preview.scene(kind))

st.subheader(_("Eye and camera, ear and converter"), anchor=False)
st.markdown(text["senses"])
st.page_link(
    f"pages/{BY_NAME['pixels'].name}.py",
    label=_("Start with the pixels of a picture"),
    icon=":material/arrow_forward:",
)
