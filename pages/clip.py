"""Shows: a picture and captions as vectors of one space, by CLIP or by a makeshift; the temperature that
makes shares of cosines; pairs of pictures and captions as a matrix with its loss; three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import clip as shown
from components import clip_questions as questions
from components import page, show, tray
from components.clip_pairs import matrices
from components.guard import fragment
from components.i18n import _
from components.show import RGB, Picture
from components.state import choice
from engine.models.catalogue import CLIP
from engine.models.locate import find

here = page.start(
    "clip",
    {
        "match": _("One picture"),
        "warmth": _("Temperature"),
        "pairs": _("Many pairs"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, pixels = tray.picture()


def ask_way() -> shown.Way | None:
    """Ask for the network, and say what stands in for one that is not here."""
    way = shown.asked(lab)
    if way is None:
        st.markdown(text["without"])
    elif way.name == "makeshift":
        st.info(text["not_clip"], icon=":material/info:")
    return way


@fragment
def match() -> None:
    way = ask_way()
    if way is None:
        return
    captions = shown.ask_captions(key="clip_captions")
    left, right = st.columns([2, 3])
    with left:
        show.pictures(
            "picture",
            [Picture(pixels, _("Your picture"), _("Your picture"), RGB)],
            caption=text["picture_caption"],
            height=260,
        )
    with right:
        said = text[f"match_{way.name}"]
        shown.shares_view(way, pixels, captions, scale=way.scale, key="match", caption=said)
    shown.vectors_view(way, pixels, captions, text["vectors_caption"])


@fragment
def warmth() -> None:
    way = ask_way()
    if way is None:
        return
    scale = st.slider(
        _("Scale (1 / temperature)"),
        1,
        150,
        round(way.scale),
        key="clip_scale",
        bind="query-params",
    )
    captions = shown.ask_captions(key="clip_captions")
    own = _("Its own scale: {scale}.", scale=f"{way.scale:.1f}")
    where_from = text[f"scale_{way.name}"]
    shown.shares_view(
        way,
        pixels,
        captions,
        scale=float(scale),
        key="warmth",
        caption=f"{text['warmth_caption']} {own} {where_from}",
    )


@fragment
def pairs() -> None:
    way = ask_way()
    if way is None:
        return
    start = shown.caption_of(pixels)
    written = st.text_input(
        _("A caption for your picture, in English"),
        start,
        key=f"clip_own_{pixels.origin[:12]}",
        max_chars=120,
        persist_state="session",
    )
    own = " ".join((written or "").split()) or start
    if not own:
        st.info(text["pairs_without"], icon=":material/edit:")
    matrices(way, pixels, own, text)


@fragment
def breaks() -> None:
    cases = {"missing": _("Nothing fits"), "negation": _("Without")}
    case = choice(_("What breaks"), cases, key="clip_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"])
    way = ask_way()
    if way is None:
        return
    for column, captions, side in zip(
        st.columns(2), shown.SETS[case], ("right", "wrong"), strict=True
    ):
        said = text[f"side_{case}_{side}"]
        if (case, side) == ("missing", "wrong"):
            both = [
                shown.shares_found(way, pixels, one, scale=way.scale).value
                for one in shown.SETS[case]
            ]
            said += " " + shown.cosine_note(both[0], captions, both[1])
        with column:
            key = f"breaks_{side}"
            shown.shares_view(way, pixels, captions, scale=way.scale, key=key, caption=said)


def predict() -> None:
    way = shown.way(lab, "clip" if find(CLIP) else "makeshift")
    if way is not None:
        questions.ask(way, pixels)


here.run(match=match, warmth=warmth, pairs=pairs, breaks=breaks, predict=predict)
