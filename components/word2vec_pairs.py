"""Pairs of a window that slides over a text, their noise words, and how often each word is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, scales, show
from components.catalogue import COLOURS
from components.cells import Cell, grid
from components.corpora import Corpus
from components.i18n import _, safe
from components.text import beginning
from engine.vectors import word2vec


def window_grid(words: Sequence[str], near: Any, window: int) -> str:
    """The words of the window with their distance, and how often each is looked at."""
    heads, row = [], []
    for distance, number in near.tolist():
        chance = (window - abs(distance) + 1) / window if distance else 0.0
        colour = scales.colour("viridis", chance, 0, 1) if distance else None
        hint = _("distance {count}", count=abs(distance))
        heads.append(beginning(words[number], 20))
        row.append(Cell(f"{chance:.0%}" if distance else _("centre"), colour, hint))
    return grid([row], label=_("The window"), column_heads=heads)


def pairs_grid(words: Sequence[str], near: Any, noise: Any) -> str:
    """A row for each pair of the centre with a word near it: what it is to learn, and the noise."""
    centre = next(words[number] for distance, number in near.tolist() if not distance)
    contexts = [number for distance, number in near.tolist() if distance]
    rows = [
        [Cell(beginning(words[one], 20)), *(Cell(beginning(words[n], 20)) for n in drawn)]
        for one, drawn in zip(contexts, noise.tolist(), strict=True)
    ]
    heads = [_("in the text (target 1)"), *[_("noise (target 0)")] * noise.shape[1]]
    names = [beginning(centre, 20)] * len(rows)
    return grid(rows, label=_("Pairs"), row_heads=names, column_heads=heads)


def noise_chart(shares: Any) -> Any:
    """Share in the text and in the noise, word after word."""
    ranks = list(range(1, len(shares) + 1))
    series = {
        _("in the text"): (ranks, 100 * shares[:, 0]),
        _("as noise"): (ranks, 100 * shares[:, 1]),
    }
    x, y = _("rank of the word"), _("% of the words")
    return charts.lines(
        series, x=x, y=y, colours=(COLOURS["text"], "#0072B2"), log_x=True, log_y=True, height=260
    )


def noise_view(key: str, made: Corpus, caption: str, *, sample: float | None = None) -> None:
    """Share of each word in the text and in the noise; with `sample`, what of the first one is kept."""
    words, counts = made.words.value, made.counts.value
    shares = made.lab.run(word2vec.noise_shares, made.counts, as_="shares")
    nodes = [shares]
    if sample is not None:
        kept = made.lab.run(word2vec.keep_probability, made.counts, sample=sample, as_="kept")
        nodes.append(kept)
        if counts[0] == counts[-1]:
            said = _("All words of this text occur equally often, so the two lines are the same.")
        else:
            said = _(
                "“{word}”, the most frequent word, is {share} of the text and {noise} of the noise; "
                "when frequent words are thinned out, {kept} of its occurrences are kept.",
                word=safe(beginning(words[0], 40)),
                share=f"{shares.value[0, 0]:.1%}",
                noise=f"{shares.value[0, 1]:.1%}",
                kept=f"{kept.value[0]:.0%}",
            )
        caption = f"{caption} {said}"
    show.chart(
        key,
        lambda values, *_kept: noise_chart(values),
        nodes,
        caption=caption,
        alt=_("Share of each word in the text and as noise"),
    )


def pairs_view(
    made: Corpus, place: int, window: int, negatives: int, text: Mapping[str, str]
) -> None:
    """The window about the word at `place`, and its pairs with their noise words."""
    lab, words = made.lab, made.words.value
    near = lab.run(word2vec.neighbourhood, made.ids, place=place, window=window, as_="near")
    count = len(near.value) - 1
    drawn = {"pairs": count, "negatives": negatives, "seed": place}
    noise = lab.run(word2vec.drawn_noise, made.counts, **drawn)
    st.html(window_grid(words, near.value, window))
    body = pairs_grid(words, near.value, noise.value)
    caption = text["pairs_caption"]
    if made.least > 1:
        caption += " " + text["rare_left_out"].format(least=made.least)
    show.html("pairs", body, [made.words, near, noise], caption=caption)
