"""Shows: all pretrained models of this app with what they do and what they cost, where each one is, what
is open now, free memory and disk; for a chosen one its origin, a button to fetch and one to remove it.
"""

from __future__ import annotations

import streamlit as st

from components import cells, models
from components.guard import guard
from components.i18n import _, lesson, safe
from components.state import choice
from engine.models.catalogue import BY_NAME, MODELS, RESNET18
from engine.models.locate import find

text = lesson("models")
cells.draw_style()
st.title(text["question"], anchor=False)
st.markdown(text["about"])
with guard("table"):
    models.table()
    st.caption(f"{text['table_caption']} {models.room()}")

st.subheader(_("One model"), anchor=False)
names = {model.name: model.title for model in MODELS}
chosen = BY_NAME[choice(_("Model"), names, key="which_model", default=RESNET18.name, look="menu")]
with guard("one"):
    if find(chosen) is None:
        models.offer(chosen)
    else:
        where = models.place_of(chosen)
        st.markdown(
            _(
                "**{title}** is here: {where}. Licence: {licence}.",
                title=safe(chosen.title),
                where=where,
                licence=safe(chosen.licence) or _("not stated"),
            )
            + " "
            + _(chosen.origin)
        )
    models.removal(chosen)

with st.expander(_("For teachers: a room without internet"), icon=":material/school:"):
    st.markdown(text["teachers"].format(size=models.still_to_fetch()))
