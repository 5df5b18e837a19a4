"""A run of word2vec under way and done: loss, neighbours and the map of every epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, corpora, plot, scatter, show
from components.catalogue import COLOURS
from components.corpora import Corpus
from components.i18n import _
from components.state import slider
from components.text import beginning
from components.word2vec import draw_map
from engine import work
from engine.lab import Node
from engine.vectors import word2vec

#: The most frequent words on the map; the chosen one and its neighbours come to them.
ON_MAP = 120


def loss_chart(losses: Sequence[float]) -> Any:
    """The loss over the epochs."""
    series = {_("loss"): (list(range(len(losses))), losses)}
    x, y = _("epoch"), _("mean loss of a pair")
    return charts.lines(series, x=x, y=y, colours=(COLOURS["text"],), height=260)


def neighbour_chart(found: Sequence[tuple[str, float]]) -> Any:
    """A bar for each neighbour, as long as its cosine."""
    rows = [
        (beginning(word, 20), max(0.0, cosine), f"{cosine:.2f}", True) for word, cosine in found
    ]
    return charts.sizes(rows, x=_("cosine"), colour=COLOURS["text"], height=260)


def watched(job: work.Job, made: Corpus, row: int, epochs: int) -> None:
    """The state of a run under way: loss so far, a word's neighbours, the map."""
    steps = job.steps
    words, newest = made.words.value, steps[-1][None]
    matrix = word2vec.input_matrix(newest)
    near = word2vec.nearest_words(matrix, words, row=row)
    left, right = st.columns(2)
    with left:
        figure = loss_chart([float(step[0, 0]) for step in steps])
        figure["layout"]["xaxis"]["range"] = [0, epochs]
        alt = _("The loss so far")
        plot.plot(figure, key="live_loss", alt=alt)
    with right:
        alt = _("The nearest words so far")
        plot.plot(neighbour_chart(near), key="live_near", alt=alt)
    rows = word2vec.map_rows(matrix, row=row, count=ON_MAP)
    spots = word2vec.map_positions(newest, rows)
    alt = _("The words so far, by PCA")
    pane = scatter.Pane(_("Map (PCA)"), alt, spots, f"{job.key}:{row}:{len(steps)}")
    draw_map("w2v", made, rows, [pane], [word for word, _cosine in near], words[row])


def learnt(corpus: Corpus, run: Node, row: int, text: Mapping[str, str]) -> None:
    """What a run has learnt, after any of its epochs: loss, neighbours, map; it can be saved."""
    trained = corpora.keep(corpus, run)
    last = len(run.value) - 1
    losses = corpus.lab.run(word2vec.loss_curve, run, as_="losses")
    idle = word2vec.idle_epochs(losses.value)
    if idle == last:
        st.info(text["nothing_learnt"], icon=":material/info:")
        return
    said, control = st.columns([2, 3], vertical_alignment="center")
    with said:
        st.caption(_("Already learnt with these settings. Play at the map shows it again."))
    with control:
        epoch = slider(_("After epoch"), 0, last, last, key="w2v_epoch", bound=False)
    words = corpus.words.value
    matrix = corpus.lab.run(word2vec.input_matrix, run, epoch=epoch, as_="matrix")
    near = corpus.lab.run(word2vec.nearest_words, matrix, corpus.words, row=row, as_="near")
    left, right = st.columns(2)
    with left:
        alt = _("The loss by epoch")
        caption = text["loss_caption"] + (" " + text["loss_gap"] if idle else "")
        show.chart("loss", loss_chart, [losses], caption=caption, alt=alt)
    with right:
        alt = _("A bar for each of the nearest words")
        caption = text["near_caption"]
        show.chart("near", neighbour_chart, [near], caption=caption, alt=alt)
    newest = corpus.lab.run(word2vec.input_matrix, run, as_="newest")
    rows = corpus.lab.run(word2vec.map_rows, newest, row=row, count=ON_MAP, as_="rows")
    spots = corpus.lab.run(word2vec.map_positions, run, rows, epoch=epoch, as_="spots")
    alt = _("The most frequent words by PCA")
    steps = corpus.lab.run(word2vec.map_steps, run, rows, as_="map_steps")
    titles = [_("{title}, epoch {at}", title=_("Map (PCA)"), at=n) for n in range(last + 1)]
    pane = scatter.Pane(
        titles[epoch],
        alt,
        spots.value,
        spots.key,
        steps=steps.value,
        steps_key=steps.key,
        step_titles=titles,
    )
    near_names = [word for word, _cosine in near.value]
    draw_map("w2v", corpus, rows.value, [pane], near_names, words[row])
    show.footer("map", [spots, rows, corpus.words], text["map_caption"].format(most=ON_MAP))
    st.download_button(
        _("The vectors (safetensors)"),
        lambda: trained.file.value,
        file_name="word2vec.safetensors",
        icon=":material/download:",
        on_click="ignore",
        key="w2v_save",
    )
    st.caption(
        _(
            "Until you reload the page, the lessons Embeddings and Maps (Words of a text) offer these "
            "vectors, too, as “Your word2vec”."
        )
    )
