"""Languages that Whisper and the small classifier hear, and how often the classifier is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import show, tokens
from components.cells import Cell, grid
from components.i18n import _
from components.scales import colour
from components.speech import probability_bars
from components.speech_listener import Listener, winner
from engine.lab import Lab, Node
from engine.models.catalogue import LANGUAGE_CLASSIFIER
from engine.speech.classifier import LANGUAGES as FIVE
from engine.speech.classifier import classifier_counts, right_share
from engine.speech.network import likeliest_languages

#: The language codes of Whisper that Unicode writes in another way.
_CODES = {"jw": "jv"}


def language_name(code: str) -> str:
    """The name of one of Whisper's languages in the learner's language."""
    return tokens.language_name(_CODES.get(code, code))


def language_bars(pairs: Sequence[tuple[str, float]]) -> Any:
    """Languages and their probabilities; the likeliest is filled."""
    rows = [(language_name(code), p, f"{p:.1%}", n == 0) for n, (code, p) in enumerate(pairs)]
    return probability_bars(rows)


def five_bars(chances: Any) -> Any:
    """The five languages of the classifier, the likeliest first."""
    pairs = zip(FIVE, chances.tolist(), strict=True)
    return language_bars(sorted(pairs, key=lambda pair: -pair[1]))


def counts_grid(counts: Any, label: str) -> str:
    """How often each language (row) was named as each (column)."""
    spoken = [n for n, row in enumerate(counts.tolist()) if sum(row)]
    rows = [
        [Cell(str(c), colour("viridis", c / sum(row), 0, 1)) for c in row]
        for row in (counts[n].tolist() for n in spoken)
    ]
    names = [language_name(code) for code in FIVE]
    heads = [names[n] for n in spoken]
    return grid(rows, label=label, row_heads=heads, column_heads=names)


def whisper_side(ear: Listener, caption: str) -> None:
    """The languages that Whisper takes for likeliest."""
    top = ear.lab.run(likeliest_languages, ear.chances, as_="top_languages")
    empty = ear.nobody
    show.register("empty", [empty])
    said = _("That nobody speaks: {share}.", share=f"{empty.value:.1%}")
    show.chart(
        "whisper_languages",
        language_bars,
        [top],
        caption=f"{caption} {said}",
        alt=_("The languages that Whisper takes for likeliest"),
    )


def five_said(five: Node) -> str:
    """The language that the classifier names, as a sentence."""
    return _("The classifier says: {language}.", language=language_name(winner(five)))


def classifier_side(key: str, five: Node, caption: str) -> None:
    """The five languages of the classifier."""
    alt = _("The five languages of the classifier")
    show.chart(key, five_bars, [five], caption=caption, alt=alt)


def measured(lab: Lab, text: Mapping[str, str]) -> None:
    """How often the classifier named the right language, in two measurements side by side."""
    titles = {
        "sentences": _("Known voices, new sentences"),
        "voices": _("Other voices, by telephone"),
    }
    classifier = lab.weights(LANGUAGE_CLASSIFIER, as_="classifier")
    for column, (name, title) in zip(st.columns(2), titles.items(), strict=True):
        with column:
            counts = lab.run(classifier_counts, classifier, name=name, as_=name)
            share = lab.run(right_share, counts, as_="share").value
            st.markdown(f"**{title}**: " + _("{share} right", share=f"{share:.0%}"))
            body = counts_grid(counts.value, title)
            show.html(f"measured_{name}", body, [counts], caption=text[f"measured_{name}"])
