"""Shows: one everyday scene as a table, a picture, a sound and a text, each with its first numbers; a
place to drop any file; what it is, its first numbers, and the lessons that it can be taken to.
"""

from __future__ import annotations

import streamlit as st

from components import cells, preview, tray
from components.chooser import announce, choose
from components.guard import guard
from components.i18n import _, lesson

text = lesson("home")
cells.draw_style()
st.title("Numeroscope", anchor=False)
st.markdown(text["question"])
if st.button(_("Look inside a picture"), icon=":material/arrow_forward:", icon_position="right"):
    st.switch_page("pages/pixels.py")

st.subheader(_("One scene, four kinds of numbers"), anchor=False)
st.markdown(text["scene"])
for pair in (("image", "sound"), ("table", "text")):
    for column, kind in zip(st.columns(2), pair, strict=True):
        with column, st.container(border=True, height="stretch"), guard(kind):
            preview.draw(kind, preview.scene(kind))

st.subheader(_("Your own data"), anchor=False)
with st.container(border=True):
    announce()
    source = tray.latest()
    if source is not None:
        with guard("preview"):
            preview.draw("yours", source)
    choose("home")
    tray.refusal()

with st.expander(_("Eye and camera, ear and converter"), icon=":material/visibility:"):
    st.markdown(text["senses"])
