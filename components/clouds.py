"""Clouds of points for maps: words or sentences of the learner's choice, their vectors and labels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import corpora, vectors
from components.guard import explain
from components.i18n import _
from components.state import choice
from components.text import text_of_tray
from engine.errors import UserError
from engine.lab import Lab, Node
from engine.text.onehot import documents_of, words_of
from engine.vectors.contextual import sentence_vectors
from engine.vectors.mapdata import (
    OFTEN,
    RANKS,
    THIRDS,
    frequent_names,
    frequent_rows,
    frequent_words,
    items_at,
    often_labels,
    rank_labels,
    rows_at,
    same_label_share,
    third_labels,
)
from engine.vectors.sampling import fair_sample
from engine.vectors.static import word_vectors
from engine.vectors.wordset import group_labels, group_words

#: Points that are laid out by an optimisation, at most; and by PCA.
MOST, MOST_PCA = 1000, 10_000
NEIGHBOURS = 10
NEAR_IN_GROUP = 5
#: A text with fewer words, or sentences, makes a dull map; another one is taken unless it is asked for.
ENOUGH, ENOUGH_SENTENCES = 100, 30
MOST_SENTENCES = 150


@dataclass(frozen=True)
class Cloud:
    """Points with names: `vectors` (n, d); `names` and `labels`, tuples of n str; a note for captions.

    `grouped` : whether the labels say what a word means. `named` : whether names stand at the points.
    """

    lab: Lab
    vectors: Node
    names: Node
    labels: Node
    metric: str = "cosine"
    note: str = ""
    grouped: bool = False
    named: bool = True

    @property
    def kinds(self) -> list[str]:
        """The labels that there are, in the order in which they are listed in the engine."""
        here = set(self.labels.value)
        order = dict.fromkeys((*OFTEN, *RANKS, *THIRDS, *self.labels.value))
        return [label for label in order if label in here]

    @property
    def neighbours(self) -> int:
        """How many neighbours are compared."""
        return max(1, min(NEIGHBOURS, (len(self.names.value) - 1) // 2))


def cloud(*, most: int = MOST) -> Cloud | None:
    """Ask which words or sentences to lay out; None, with an explanation, if there are too few."""
    _source, lab, characters = text_of_tray()
    kinds = {
        "groups": _("Words in groups"),
        "own": _("Words of a text"),
        "sentences": _("Sentences of a text"),
        "frequent": _("The most frequent words"),
    }
    first, second, third = st.columns(3)
    with first:
        kind = choice(_("Points"), kinds, key="points", look="menu")
    if kind == "sentences":
        return _sentences(lab, characters, second)
    if kind == "own":
        return _words(lab, characters, most, second, third)
    with second:
        found = vectors.table_here(lab, characters, look="menu")
    if kind == "groups":
        names = lab.run(group_words, language=found.kind, as_="names")
        rows = lab.run(word_vectors, found.vectors, names, as_="vectors")
        labels = lab.run(group_labels, language=found.kind, as_="labels")
        return replace(sampled(Cloud(lab, rows, names, labels), most), grouped=True)
    words, _numbers = found.shape
    return sampled(frequent_cloud(lab, found.vectors, min(MOST_PCA, words)), most)


def _sentences(lab: Lab, characters: Node, place: DeltaGenerator) -> Cloud | None:
    """Sentences of the text that is asked for, at `place`."""
    if (weights := vectors.encoder(lab)) is None:
        return None
    own = lab.run(documents_of, characters, count=ENOUGH_SENTENCES, as_="sentences")
    try:
        long = len(own.value) >= ENOUGH_SENTENCES
    except UserError:  # no words at all
        long = False
    with place:
        chosen = corpora.text_for_maps(lab, characters, tongue="en", enough=long)
    names = lab.run(documents_of, chosen, count=MOST_SENTENCES, as_="sentences")
    if len(names.value) < 3:
        st.info(_("A map needs at least three sentences."), icon=":material/info:")
        return None
    rows = lab.run(sentence_vectors, weights, names, network=True, as_="vectors")
    with vectors.loading():
        rows.value  # noqa: B018 (takes some seconds at first)
    labels = lab.run(third_labels, names, as_="labels")
    return Cloud(lab, rows, names, labels)


def _words(
    lab: Lab, characters: Node, most: int, place: DeltaGenerator, other: DeltaGenerator
) -> Cloud | None:
    """The most frequent words of the text that is asked for, or of what was trained here."""
    with place:
        table = vectors.table_of_choice(lab, characters, look="menu")
    if table is None:
        return None
    if table.kind == "own":
        return trained_cloud(table, most)
    long = table.tokens is not None and len(table.tokens.value) >= ENOUGH
    with other:
        chosen = corpora.text_for_maps(lab, characters, tongue=table.kind, enough=long)
    tokens = lab.run(words_of, chosen, count=20_000, as_="tokens")
    names = lab.run(frequent_words, tokens, table.vectors, most=most, as_="names")
    try:
        names.value  # noqa: B018 (too few words are a reason to say so, not an error)
    except UserError as error:
        st.info(explain(error), icon=":material/info:")
        return None
    rows = lab.run(word_vectors, table.vectors, names, as_="vectors")
    labels = lab.run(often_labels, names, tokens, as_="labels")
    return Cloud(lab, rows, names, labels)


def group_line(points: Cloud) -> str:
    """How many neighbours of words in groups are of their own group."""
    share, chance = points.lab.run(
        same_label_share, points.vectors, points.labels, count=NEAR_IN_GROUP, as_="in_group"
    ).value
    return _(
        "**Groups:** of the {count} nearest words of each word, {share} are of its own group; by "
        "chance it would be {chance}.",
        count=NEAR_IN_GROUP,
        share=f"{share:.0%}",
        chance=f"{chance:.0%}",
    )


def frequent_cloud(lab: Lab, data: Node, count: int) -> Cloud:
    """The most frequent words of a table, labelled by their rank."""
    rows = lab.run(frequent_rows, data, count=count, as_="vectors")
    names = lab.run(frequent_names, data, count=count, as_="names")
    return Cloud(lab, rows, names, lab.run(rank_labels, count=count, as_="labels"))


def trained_cloud(table: vectors.Table, most: int) -> Cloud | None:
    """The most frequent words of what was trained here, labelled by their rank in that text."""
    words, _numbers = table.shape
    count = min(most, words)
    if count < 3:
        st.info(_("A map needs at least three words."), icon=":material/info:")
        return None
    return frequent_cloud(table.lab, table.vectors, count)


def sampled(whole: Cloud, most: int) -> Cloud:
    """The cloud, or a fair sample of it if it has more than `most` points."""
    count = len(whole.names.value)
    if count <= most:
        return whole
    lab = whole.lab
    numbers = lab.run(fair_sample, whole.labels, most=most, as_="sample")
    return Cloud(
        lab,
        lab.run(rows_at, whole.vectors, numbers, as_="sampled_vectors"),
        lab.run(items_at, whole.names, numbers, as_="sampled_names"),
        lab.run(items_at, whole.labels, numbers, as_="sampled_labels"),
        whole.metric,
        " "
        + _(
            "A fair sample of {most} of {count} points: each label has its share.",
            most=f"{most:,}",
            count=f"{count:,}",
        ),
    )
