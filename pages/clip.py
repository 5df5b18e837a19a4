"""Shows: a picture and captions as vectors of one space, by CLIP or by a makeshift; the temperature that
makes shares of cosines; pairs of pictures and captions as a matrix with its loss; three predictions.
"""

from __future__ import annotations

import functools
import math

import streamlit as st

from components import clip as shown
from components import page, quiz, show, tray
from components.bert import signed_rows
from components.charts import heat
from components.guard import fragment
from components.i18n import _, safe
from components.show import RGB, Picture
from components.state import choice
from components.text import beginning
from engine import samples
from engine.lab import Node
from engine.language.clip import (
    best_of,
    contrastive_loss,
    cosines_in,
    shares_in,
    shares_of,
    stacked,
)
from engine.models.catalogue import CLIP
from engine.models.locate import find

COLUMNS = 8  # numbers of a vector that are written out

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


def pairs_of(way: shown.Way, captions: list[str], *, scale: float) -> Node:
    """Cosine and share of each caption."""
    found = way.matched(way.picture(pixels, as_="picture_row"), way.captions(captions), scale=scale)
    return lab.run(shares_of, found, row=0, as_="shares")


def shares(way: shown.Way, captions: list[str], *, scale: float, key: str, caption: str) -> None:
    """Draw the share of each caption."""
    show.chart(
        key,
        lambda pairs: shown.share_bars(captions, pairs),
        [pairs_of(way, captions, scale=scale)],
        caption=caption,
        alt=_("A bar for each caption"),
    )


@fragment
def match() -> None:
    way = shown.asked(lab)
    if way is None:
        st.markdown(text["without"])
        return
    captions = shown.ask_captions(key="clip_captions")
    picture, rows = way.picture(pixels, as_="picture_row"), way.captions(captions)
    left, right = st.columns([2, 3])
    with left:
        show.pictures(
            "picture",
            [Picture(pixels, _("Your picture"), _("Your picture"), RGB)],
            caption=text["picture_caption"],
            height=260,
        )
    with right:
        shares(way, captions, scale=way.scale, key="match", caption=text[f"match_{way.name}"])
    both = lab.run(stacked, picture, rows, as_="all_rows")
    names = [_("your picture"), *(beginning(one, 24) for one in captions)]
    note = ""
    if way.name == "makeshift":
        five = way.classes(pixels)
        note = " " + _(
            "ResNet-18 says: {classes}.",
            classes=", ".join(f"{safe(name)} {p:.0%}" for _n, name, p in five.value),
        )
    show.html(
        "vectors",
        signed_rows(both.value[:, :COLUMNS], names, label=_("The first numbers of each vector")),
        [both],
        caption=text["vectors_caption"].format(columns=COLUMNS, width=both.value.shape[1]) + note,
    )


@fragment
def warmth() -> None:
    way = shown.asked(lab)
    if way is None:
        st.markdown(text["without"])
        return
    scale = st.slider(_("Scale"), 1, 150, round(way.scale), key="clip_scale", bind="query-params")
    captions = shown.ask_captions(key="clip_captions")
    own = _("Its own scale: {scale}.", scale=f"{way.scale:.1f}")
    where_from = text[f"scale_{way.name}"]
    shares(
        way,
        captions,
        scale=float(scale),
        key="warmth",
        caption=f"{text['warmth_caption']} {own} {where_from}",
    )


@fragment
def pairs() -> None:
    way = shown.asked(lab)
    if way is None:
        st.markdown(text["without"])
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
    others = shown.sample_pictures(lab, pixels)
    captions = [*([own] if own else []), *(shown.PAIRS[name] for name, _pixels in others)]
    rows = [way.picture(pixels, as_="own_row")] if own else []
    rows += [way.picture(node, as_=f"{name}_row") for name, node in others]
    found = way.matched(
        lab.run(stacked, *rows, as_="picture_rows"), way.captions(captions), scale=way.scale
    )
    cosines = lab.run(cosines_in, found, as_="cosines")
    loss = lab.run(contrastive_loss, cosines, scale=way.scale, as_="loss").value
    names = [_("your picture")] if own else []
    names += [_(samples.BY_NAME[name].title) for name, _pixels in others]
    numbered = [f"{n} {name}" for n, name in enumerate(names, 1)]
    st.markdown("\n".join(f"{n}. {safe(caption)}" for n, caption in enumerate(captions, 1)))
    numbers = [str(n) for n in range(1, len(captions) + 1)]
    for column, node, key in zip(
        st.columns(2),
        (cosines, lab.run(shares_in, found, as_="shares")),
        ("cosines", "shares"),
        strict=True,
    ):
        with column:
            low, high = float(node.value.min()), float(node.value.max())
            span = (min(0.0, low), max(high, 0.1)) if key == "cosines" else (0.0, 1.0)
            show.chart(
                f"pairs_{key}",
                functools.partial(heat, rows=numbered, columns=numbers, span=span, x=_("caption")),
                [node],
                caption=text[f"pairs_{key}"],
                alt=_("Every picture with every caption"),
            )
    right = sum(int(best == place) for place, best in enumerate(lab.run(best_of, found).value))
    st.markdown(
        _(
            "Right captions first: {right} of {all}. Loss {loss}; by chance about {chance}, the "
            "logarithm of {all}.",
            right=right,
            all=len(captions),
            loss=f"{loss:.2f}",
            chance=f"{math.log(len(captions)):.2f}",
        )
    )


SETS = {
    "missing": (shown.CAPTIONS, ("a photo of a bicycle", "a photo of a whale", "a map of Peru")),
    "negation": (
        ("a photo of a cup", "a photo of a cat"),
        ("a photo without a cup", "a photo of a cat"),
    ),
}


@fragment
def breaks() -> None:
    cases = {"missing": _("Nothing fits"), "negation": _("Without")}
    case = choice(_("What breaks"), cases, key="clip_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"])
    way = shown.asked(lab)
    if way is None:
        st.markdown(text["without"])
        return
    for column, captions, side in zip(st.columns(2), SETS[case], ("right", "wrong"), strict=True):
        said = text[f"side_{case}_{side}"]
        if (case, side) == ("missing", "wrong"):
            both = [pairs_of(way, list(one), scale=way.scale).value for one in SETS[case]]
            said += " " + shown.cosine_note(both[0], captions, both[1])
        with column:
            shares(
                way,
                list(captions),
                scale=way.scale,
                key=f"breaks_{side}",
                caption=said,
            )


def predict() -> None:
    way = shown.way(lab, "clip" if find(CLIP) else "makeshift")
    if way is None:
        return
    picture, rows = way.picture(pixels, as_="picture_row"), way.captions(shown.CAPTIONS)
    found = way.matched(picture, rows, scale=way.scale)
    every = lab.run(shares_of, found, row=0, as_="shares").value
    best = max(range(len(every)), key=lambda n: every[n][1])
    name = "CLIP" if way.name == "clip" else _("the makeshift")
    quiz.question(
        _("Which caption does {network} put first for your picture?", network=name),
        {str(n): caption for n, caption in enumerate(shown.CAPTIONS)},
        answer=str(best),
        why=", ".join(
            f"{c} {share:.0%}" for c, (_cos, share) in zip(shown.CAPTIONS, every, strict=True)
        )
        + ".",
        key="clip_first",
    )
    cosine = every[best][0]
    quiz.question(
        _("What is the cosine of your picture and that caption?"),
        {"low": _("under 0.3"), "middle": _("0.3 to 0.6"), "high": _("over 0.6")},
        answer="low" if cosine < 0.3 else "middle" if cosine <= 0.6 else "high",
        why=_(
            "{cosine}, and yet its share is {share}: softmax only compares the captions.",
            cosine=f"{cosine:.3f}",
            share=f"{every[best][1]:.0%}",
        ),
        key="clip_cosine",
    )
    wrong = way.captions(SETS["missing"][1])
    none = way.matched(picture, wrong, scale=way.scale, as_="none")
    sure = max(share for _cos, share in lab.run(shares_of, none, row=0, as_="none_shares").value)
    quiz.question(
        _(
            "Only a bicycle, a whale and a map of Peru are offered. What share does the one "
            "that comes first get?"
        ),
        {"low": _("under 50 %"), "middle": _("50 to 80 %"), "high": _("over 80 %")},
        answer="low" if sure < 0.5 else "middle" if sure <= 0.8 else "high",
        why=_("{share}.", share=f"{sure:.0%}"),
        key="clip_none",
    )


here.run(match=match, warmth=warmth, pairs=pairs, breaks=breaks, predict=predict)
