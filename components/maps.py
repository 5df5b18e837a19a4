"""What the lesson on maps draws: maps with what they keep, neighbours, runs that are watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from components import cells, charts, jobs, scatter, show
from components.catalogue import COLOURS
from components.clouds import Cloud
from components.guard import fragment
from components.i18n import _, safe
from components.jobs import Run
from components.scatter import Pane
from components.state import choice, slider
from components.text import beginning
from engine import work
from engine.lab import Node
from engine.vectors.mapdata import share_kept
from engine.vectors.pca import explained_variance, pca
from engine.vectors.steps import shown_epochs, step_of
from engine.vectors.trust import continuity, nearest_points, trustworthiness
from engine.vectors.tsne_map import tsne_map, tsne_steps
from engine.vectors.umap_map import umap_map, umap_steps

BLUE, ORANGE = "#0072B2", "#D55E00"
#: How a map is optimised: all steps at once, step by step, and its name.
METHODS = {"umap": (umap_map, umap_steps, "UMAP"), "tsne": (tsne_map, tsne_steps, "t-SNE")}

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


def shares(points: Cloud, vectors: Node) -> tuple[Node, str]:
    """How much of the whole variance each axis has, and the share of the first two as a line."""
    variance = points.lab.run(explained_variance, vectors, as_="variance")
    two = float(variance.value[:2].sum())
    return variance, _("{share} of the variance", share=f"{two:.1%}")


def variance_chart(values: Any, seen: int) -> Any:
    """A bar for each of the first twelve axes of PCA; those that are on the map are filled."""
    rows = [(str(n + 1), 100 * v, f"{v:.1%}", n < seen) for n, v in enumerate(values[:12])]
    return charts.sizes(rows, x=_("% of the variance"), colour=COLOURS["text"])


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


def run_of(method: str, points: Cloud, *, many: bool = False, **params: Any) -> Run:
    """A run of UMAP or t-SNE that can be watched; with `many` its seed stands in its title."""
    function, steps, name = METHODS[method]
    node = points.lab.run(
        function, points.vectors, as_=f"{method}_run", metric=points.metric, **params
    )
    title = _("{title}, seed {seed}", title=name, seed=params["seed"]) if many else name
    waiting = _("{title}: the graph of neighbours is made", title=title)
    return Run(node, steps, shown_epochs(params["epochs"]), title, waiting)


def optimise(method: str, points: Cloud, caption: str, before_caption: str) -> None:
    """UMAP or t-SNE of the chosen points: parameters, run, watch, scrub, trust."""
    params = settings_of(method)
    points = replace(points, metric=params.pop("metric"))
    besides = {"pca": _("PCA"), "seed": _("the next seed")}
    many = choice(_("Beside it"), besides, key=f"{method}_beside") == "seed"
    seeds = range(params["seed"], params["seed"] + 1 + many)
    runs = [run_of(method, points, many=many, **(params | {"seed": seed})) for seed in seeds]
    flat = points.lab.run(pca, points.vectors, dimensions=params["dimensions"], as_="flat")
    measures, note = trust_of(points, flat)
    before = pane("PCA", _("The points by PCA"), flat, note)
    alt = _("The points by {method}", method=METHODS[method][2])
    layouts = optimised(method, points, runs, before, caption, alt)
    if layouts is None:
        show.footer("flat", [flat, *measures], before_caption + points.note)
        neighbour_table(method, points, [("PCA", flat)])
    else:
        titles = [run.title for run in runs]
        neighbour_table(method, points, list(zip(titles, layouts, strict=True)))


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
