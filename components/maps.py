"""What the lesson on maps has around its steps: clouds of points, their maps, runs that are watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from components import cells, embeddings, jobs, scatter, show
from components.guard import explain, fragment
from components.i18n import _, safe
from components.jobs import Run
from components.scatter import Pane
from components.state import choice, slider
from components.text import beginning, corpus, text_of_sample, text_of_tray
from engine import work
from engine.errors import UserError
from engine.lab import Lab, Node
from engine.models.catalogue import GLOVE
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
    share_kept,
    third_labels,
)
from engine.vectors.sampling import fair_sample
from engine.vectors.static import table_shape, word_vectors
from engine.vectors.steps import step_of
from engine.vectors.trust import continuity, nearest_points, trustworthiness
from engine.vectors.wordset import group_labels, group_words

#: Points that are laid out by an optimisation, at most; and by PCA.
MOST, MOST_PCA = 1000, 10_000
NEIGHBOURS = 10
#: A text with fewer words, or sentences, makes a dull map; another one is taken unless it is asked for.
ENOUGH, ENOUGH_SENTENCES = 100, 10
BLUE, ORANGE = "#0072B2", "#D55E00"


@dataclass(frozen=True)
class Cloud:
    """Points with names: `vectors` (n, d); `names` and `labels`, tuples of n str; a note for captions.

    `grouped` : whether the labels say what a word means.
    """

    lab: Lab
    vectors: Node
    names: Node
    labels: Node
    metric: str = "cosine"
    note: str = ""
    grouped: bool = False

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
    kind = choice(_("Points"), kinds, key="points")
    if kind == "sentences":
        place = embeddings.encoder()
        if place is None:
            return None
        names = lab.run(documents_of, characters, count=200, as_="sentences")
        long = len(names.value) >= ENOUGH_SENTENCES
        name = corpus(_("Which text"), key="map_sentences", enough=long, tongue="en")
        if name != "yours":
            lab, characters = text_of_sample(name)
            names = lab.run(documents_of, characters, count=200, as_="sentences")
        if len(names.value) < 3:
            st.info(_("A map needs at least three sentences."), icon=":material/info:")
            return None
        vectors = lab.run(sentence_vectors, names, as_="vectors", **place)
        with embeddings.loading():
            vectors.value  # noqa: B018 (takes some seconds at first)
        labels = lab.run(third_labels, names, as_="labels")
        return Cloud(lab, vectors, names, labels)
    if kind == "own":
        table = embeddings.table_of_choice(lab, characters)
        if table is None:
            return None
        if table.kind == "own":
            return trained_cloud(table, most)
        long = table.tokens is not None and len(table.tokens.value) >= ENOUGH
        name = corpus(_("Which text"), key=f"map_{table.kind}", enough=long, tongue=table.kind)
        if name != "yours":
            lab, characters = text_of_sample(name)
        tokens = lab.run(words_of, characters, count=20_000, as_="tokens")
        names = lab.run(frequent_words, tokens, table.vectors, most=most, as_="names")
        try:
            names.value  # noqa: B018 (too few words are a reason to say so, not an error)
        except UserError as error:
            st.info(explain(error), icon=":material/info:")
            return None
        vectors = lab.run(word_vectors, table.vectors, names, as_="vectors")
        labels = lab.run(often_labels, names, tokens, as_="labels")
        return Cloud(lab, vectors, names, labels)
    found = embeddings.open_table(lab, characters, GLOVE)
    assert found is not None  # it lies in the repository
    if kind == "groups":
        names = lab.run(group_words, as_="names")
        vectors = lab.run(word_vectors, found.vectors, names, as_="vectors")
        labels = lab.run(group_labels, as_="labels")
        return replace(sampled(Cloud(lab, vectors, names, labels), most), grouped=True)
    return sampled(frequent_cloud(lab, found.vectors, MOST_PCA), most)


def frequent_cloud(lab: Lab, data: Node, count: int) -> Cloud:
    """The most frequent words of a table, labelled by their rank."""
    vectors = lab.run(frequent_rows, data, count=count, as_="vectors")
    names = lab.run(frequent_names, data, count=count, as_="names")
    return Cloud(lab, vectors, names, lab.run(rank_labels, count=count, as_="labels"))


def trained_cloud(table: embeddings.Table, most: int) -> Cloud | None:
    """The most frequent words of what was trained here, labelled by their rank in that text."""
    count = min(most, table.lab.run(table_shape, table.vectors, as_="shape").value[0])
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


# ---------------------------------------------------------------------------------- maps drawn


def draw(
    key: str, points: Cloud, panes: Sequence[Pane], *, links: Sequence[int] = (), height: int = 430
) -> None:
    """Draw maps of a cloud; the names of labels are translated here."""
    kinds = points.kinds
    number = {label: place for place, label in enumerate(kinds)}
    scatter.draw(
        key,
        panes,
        names=[" ".join(name.split()) for name in points.names.value],
        groups=[number[label] for label in points.labels.value],
        group_names=[_(label) for label in kinds],
        content=points.names.key,
        links=links,
        height=height,
    )


def pane(title: str, alt: str, layout: Node, note: str = "") -> Pane:
    """A map of a node's positions."""
    return Pane(title, alt, layout.value, layout.key, note)


def trust_of(points: Cloud, layout: Node) -> tuple[list[Node], str]:
    """How far a map can be trusted: the nodes, and a line to stand beside its title."""
    settings = {"neighbours": points.neighbours, "metric": points.metric}
    measures = [
        points.lab.run(function, points.vectors, layout, as_=name, **settings)
        for function, name in (
            (trustworthiness, "trust"),
            (continuity, "continuous"),
            (share_kept, "kept"),
        )
    ]
    trust, whole, kept = (node.value for node in measures)
    return measures, _(
        "trustworthiness {trust}, continuity {continuity}, neighbours lost {lost}",
        trust=f"{trust:.2f}",
        continuity=f"{whole:.2f}",
        lost=f"{1 - kept:.0%}",
    )


def true_neighbours(key: str, points: Cloud) -> tuple[int | None, list[int]]:
    """The chosen point, and its nearest ones in the full space."""
    names = points.names
    at = scatter.chosen(key, names.key, len(names.value))
    if at is None:
        return None, []
    near = points.lab.run(
        nearest_points, points.vectors, count=points.neighbours, metric=points.metric, as_="near"
    )
    return at, near.value[at].tolist()


def neighbour_table(key: str, points: Cloud, layouts: Sequence[tuple[str, Node]]) -> None:
    """Under maps: the nearest points of the chosen one in the full space and on each map."""
    at, true = true_neighbours(key, points)
    if at is None:
        st.caption(_("Click a point to see its nearest neighbours, here and in the full space."))
        return
    columns = [(_("in the full space"), true)]
    for title, layout in layouts:
        near = points.lab.run(nearest_points, layout, count=points.neighbours, as_="near_on_map")
        columns.append((title, near.value[at].tolist()))
    names = points.names.value
    everywhere = set(true).intersection(*(set(found) for _t, found in columns[1:]))
    rows = [
        [
            cells.Cell(
                beginning(names[n], 24),
                edge=(BLUE if n in true else ORANGE) * (n not in everywhere),
            )
            for n in row
        ]
        for row in zip(*(found for _title, found in columns), strict=True)
    ]
    st.markdown(_("**Nearest to “{name}”:**", name=safe(beginning(names[at], 80))))
    heads = [title for title, _found in columns]
    numbers = [str(n + 1) for n in range(len(rows))]
    label = _("Nearest neighbours")
    st.html(cells.grid(rows, label=label, row_heads=numbers, column_heads=heads))
    st.caption(
        _(
            "Underlined in blue: a neighbour in the full space that at least one map does not keep. "
            "Underlined in orange: a neighbour on a map only."
        )
    )


# -------------------------------------------------------------------------------- runs, watched


def optimised(
    key: str, points: Cloud, runs: Sequence[Run], before: Pane, caption: str, alt: str
) -> list[Node] | None:
    """Offer to run, watch, and scrub through optimised maps; the layouts shown once all are done.

    `before` : what is seen until then, and beside a single run.
    """
    if all(run.node.is_cached for run in runs):
        beside = [before] if len(runs) == 1 else []
        return _finished(key, points, runs, beside, caption, alt)
    work.warm(*(run.steps.__module__ for run in runs))
    every = jobs.every(*(run.node for run in runs))
    fragment(_watch, run_every=every)(key, points, runs, before, alt)
    return None


def _watch(key: str, points: Cloud, runs: Sequence[Run], before: Pane, alt: str) -> None:
    panes = [before]
    for run, job in zip(runs, jobs.panel(runs, key=key), strict=True):
        if job is not None and job.last is not None:
            stopped = job.state == "stopped"
            note = _("stopped after {count} steps", count=job.count) if stopped else ""
            panes.append(Pane(run.title, alt, job.last, f"{run.node.key}:{job.count}", note))
    draw(key, points, panes[-2:], links=true_neighbours(key, points)[1])


def _finished(
    key: str,
    points: Cloud,
    runs: Sequence[Run],
    beside: Sequence[Pane],
    caption: str,
    alt: str,
) -> list[Node]:
    count = max(len(run.node.value) for run in runs)
    label = _("Step of the optimisation")
    at = slider(label, 1, count, count, key=f"{key}_step", bound=False) if count > 1 else 1
    panes, layouts, nodes = list(beside), [], []
    for run in runs:
        index = min(at, len(run.node.value)) - 1
        layout = points.lab.run(step_of, run.node, index=index, as_="layout")
        measures, note = trust_of(points, layout)
        epoch = _("epoch {at}", at=f"{run.epochs[min(index, len(run.epochs) - 1)]:,}")
        panes.append(pane(f"{run.title}, {epoch}", alt, layout, note))
        layouts.append(layout)
        nodes += [layout, *measures]
    draw(key, points, panes, links=true_neighbours(key, points)[1])
    show.footer(key, nodes, caption + points.note)
    return layouts


def settings_of(method: str) -> dict[str, Any]:
    """Ask for the parameters of UMAP or t-SNE, before anything runs."""
    metrics = {"cosine": _("Angle (cosine)"), "euclidean": _("Distance (Euclid)")}
    spaces = {"two": _("2-D"), "three": _("3-D")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = choice(_("Measured by"), metrics, key=f"{method}_metric")
        space = choice(_("Map in"), spaces, key=f"{method}_space")
    params: dict[str, Any] = {"metric": metric, "dimensions": 2 if space == "two" else 3}
    columns = st.columns(4 if method == "umap" else 3)
    if method == "umap":
        with columns[0]:
            label = _("Neighbours")
            params["neighbours"] = slider(label, 2, 100, 15, key="umap_near")
        with columns[1]:
            label = _("Least distance, hundredths")
            spread = slider(label, 0, 99, 10, key="umap_dist")
            params["min_dist"] = spread / 100
        with columns[2]:
            params["epochs"] = slider(_("Epochs"), 10, 1000, 500, key="umap_epochs")
    else:
        with columns[0]:
            label = _("Perplexity")
            params["perplexity"] = float(slider(label, 2, 100, 30, key="tsne_perp"))
        with columns[1]:
            label = _("Epochs")
            params["epochs"] = slider(label, 260, 3000, 1000, key="tsne_epochs")
    with columns[-1]:
        label = _("Seed of the random numbers")
        params["seed"] = slider(label, 0, 20, 0, key=f"{method}_seed")
    return params
