"""Every picture with every caption: cosines and shares as matrices, and the contrastive loss."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping

import streamlit as st

from components import clip as shown
from components import show
from components.charts import heat
from components.clip import Way
from components.i18n import _, safe
from engine import samples
from engine.lab import Node
from engine.language.clip import best_of, contrastive_loss, cosines_in, shares_in, stacked


def matrices(way: Way, pixels: Node, own: str, text: Mapping[str, str]) -> None:
    """The learner's picture with its caption `own` (left out if that is ""), and the samples."""
    lab = way.lab
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
