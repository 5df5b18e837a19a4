"""What breaks: the made-up language learnt in four ways, and frequent words that are not thinned out."""

from __future__ import annotations

import streamlit as st

from components import corpora, scatter, show
from components.i18n import _
from components.word2vec import SAMPLE, draw_map
from engine.lab import Lab
from engine.vectors import word2vec
from engine.vectors.pca import pca
from engine.vectors.similarity import unit_rows


def broken(lab: Lab, caption: str) -> None:
    """The made-up language learnt four times, with one thing changed, as maps with their figures."""
    made = corpora.invented_corpus(lab, 300)
    assert made.groups is not None
    joined = lab.run(word2vec.joined_lines, made.lines, as_="joined")
    one = lab.run(word2vec.numbered, joined, made.words, as_="one_line")
    few = corpora.invented_corpus(lab, 12).lines
    few_ids = lab.run(word2vec.numbered, few, made.words, as_="few_ids")
    few_counts = lab.run(word2vec.word_counts, few, made.words, as_="few_counts")
    right = {"dimension": 10, "window": 4, "negatives": 5, "epochs": 20, "sample": 0.0}
    runs = {
        _("As it should be"): (made.ids, made.counts, right),
        _("No noise words"): (made.ids, made.counts, right | {"negatives": 0}),
        _("Window of 30, across sentences"): (one, made.counts, right | {"window": 30}),
        _("12 sentences, each 500 times"): (few_ids, few_counts, right | {"epochs": 500}),
    }
    every = len(made.words.value)
    panes, nodes = [], []
    for title, (ids, counts, params) in runs.items():
        steps = lab.run(word2vec.word2vec, ids, counts, as_="steps", **params)
        matrix = lab.run(word2vec.input_matrix, steps, as_="matrix")
        rows = lab.run(word2vec.map_rows, matrix, row=0, count=every, as_="rows")
        spots = lab.run(pca, lab.run(unit_rows, matrix, as_="directions"), as_="spots")
        share = lab.run(word2vec.same_group_share, matrix, made.groups, as_="share")
        alike = lab.run(word2vec.mean_cosine, matrix, as_="alike")
        losses = lab.run(word2vec.loss_curve, steps, as_="losses")
        note = _(
            "own group {share}, mean cosine {cosine}, loss {loss}",
            share=f"{share.value:.0%}",
            cosine=f"{alike.value:.2f}",
            loss=f"{losses.value[-1]:.2f}",
        )
        alt = _("The words of the made-up language: {title}", title=title)
        panes.append(scatter.Pane(title, alt, spots.value, spots.key, note))
        nodes += [spots, share, alike, losses]
    draw_map("breaks", made, rows.value, panes, same_scale=True)
    show.footer("breaks", nodes, caption)


def thinned_out(lab: Lab) -> None:
    """In how many pairs frequent words of a book are, thinned out or not."""
    book = corpora.book_of_language(lab)
    thin, thick = (
        lab.run(
            word2vec.share_of_frequent,
            book.ids,
            book.counts,
            top=10,
            window=5,
            sample=sample,
            as_="top",
        ).value
        for sample in (SAMPLE, 0.0)
    )
    st.markdown(
        _(
            "**Frequent words not thinned out:** in the book, one of the ten most frequent words is in "
            "{thick} of all pairs; thinned out, in {thin}.",
            thick=f"{thick:.0%}",
            thin=f"{thin:.0%}",
        )
    )
