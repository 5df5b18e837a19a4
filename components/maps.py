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
from engine.vectors.steps import FEWEST, how_many_differ, shown_epochs, step_of
from engine.vectors.trust import continuity, nearest_points, trustworthiness
from engine.vectors.tsne_map import tsne_map, tsne_steps
from engine.vectors.umap_map import umap_map, umap_steps

BLUE, ORANGE = "#0072B2", "#D55E00"
#: How a map is optimised: all steps at once, step by step, and its name.
METHODS = {"umap": (umap_map, umap_steps, "UMAP"), "tsne": (tsne_map, tsne_steps, "t-SNE")}

# ---------------------------------------------------------------------------------- maps drawn


def draw(
    key: str,
    points: Cloud,
    panes: Sequence[Pane],
    *,
    links: Sequence[int] = (),
    height: int = 430,
    same_scale: bool = False,
    reveal: str = "",
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
        same_scale=same_scale,
        named=points.named,
        reveal=reveal,
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
            (share_kept, "still_near"),
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
            "Underlined in blue: a neighbour in the full space that at least one of these maps does "
            "not keep. Underlined in orange: a neighbour on a map only."
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


def prepare() -> None:
    """Let a worker load, before anybody presses Run, what the maps of these lessons need."""
    work.warm(*(steps.__module__ for _all, steps, _name in METHODS.values()))


def optimise(method: str, points: Cloud, caption: str, before_caption: str) -> None:
    """UMAP or t-SNE of the chosen points: parameters, run, watch, scrub, trust."""
    count = points.lab.run(how_many_differ, points.vectors, as_="differ").value
    params, two_seeds = settings_of(method, count)
    points = replace(points, metric=params.pop("metric"))
    flat = points.lab.run(pca, points.vectors, dimensions=params["dimensions"], as_="flat")
    measures, note = trust_of(points, flat)
    before = pane("PCA", _("The points by PCA"), flat, note)
    layouts = None
    if count < FEWEST:
        st.info(
            _(
                "{method} needs at least {least} different points, and here are {count}. Choose more "
                "words, or another text.",
                method=METHODS[method][2],
                least=FEWEST,
                count=count,
            ),
            icon=":material/info:",
        )
        draw(method, points, [before], links=true_neighbours(method, points)[1])
    else:
        seeds = range(params["seed"], params["seed"] + 1 + two_seeds)
        runs = [
            run_of(method, points, many=two_seeds, **(params | {"seed": seed})) for seed in seeds
        ]
        alt = _("The points by {method}", method=METHODS[method][2])
        layouts = optimised(method, points, runs, before, caption, alt)
    if layouts is None:
        show.footer("flat", [flat, *measures], before_caption + points.note)
        neighbour_table(method, points, [("PCA", flat)])
        return
    shown = [(run.title, layout) for run, layout in zip(runs, layouts, strict=True)]
    beside = [("PCA", flat)] if len(runs) == 1 else []
    neighbour_table(method, points, beside + shown)


def optimised(
    key: str, points: Cloud, runs: Sequence[Run], before: Pane, caption: str, alt: str
) -> list[Node] | None:
    """Offer to run, watch, and scrub through optimised maps; the layouts shown once all are done.

    `before` : what is seen until then, and beside a single run.
    """
    if all(run.node.is_cached for run in runs):
        beside = [before] if len(runs) == 1 else []
        return _finished(key, points, runs, beside, caption, alt)
    prepare()
    every = jobs.every(*(run.node for run in runs))
    fragment(_watch, run_every=every)(key, points, runs, before, alt)
    return None


def _watch(key: str, points: Cloud, runs: Sequence[Run], before: Pane, alt: str) -> None:
    panes = [before]
    for run, job in zip(runs, jobs.panel(runs, key=key), strict=True):
        if job is not None and job.last is not None:
            at = run.epochs[min(job.count, len(run.epochs)) - 1]
            note = _("stopped at epoch {at}", at=f"{at:,}") if job.state == "stopped" else ""
            panes.append(Pane(run.title, alt, job.last, f"{run.node.key}:{job.count}", note))
    reveal = runs[0].node.key if jobs.is_busy(*(run.node for run in runs)) else ""
    draw(key, points, panes[-2:], links=true_neighbours(key, points)[1], reveal=reveal)


def _finished(
    key: str,
    points: Cloud,
    runs: Sequence[Run],
    beside: Sequence[Pane],
    caption: str,
    alt: str,
) -> list[Node]:
    longest = max(runs, key=lambda run: len(run.node.value))
    index = _step_slider(key, longest.epochs[: len(longest.node.value)])
    panes, layouts, nodes = list(beside), [], []
    for run in runs:
        steps = run.node.value
        at = min(index, len(steps) - 1)
        layout = points.lab.run(step_of, run.node, index=at, as_="layout")
        measures, note = trust_of(points, layout)
        titles = [
            _("{title}, epoch {at}", title=run.title, at=f"{epoch:,}")
            for epoch in run.epochs[: len(steps)]
        ]
        one = pane(titles[at], alt, layout, note)
        panes.append(replace(one, steps=steps, steps_key=run.node.key, step_titles=titles))
        layouts.append(layout)
        nodes += [layout, *measures]
    links = true_neighbours(key, points)[1]
    draw(key, points, panes, links=links, same_scale=len(runs) > 1)
    show.footer(key, nodes, caption + points.note)
    return layouts


def _step_slider(key: str, epochs: Sequence[int]) -> int:
    """Where Run was: that it is computed, and a slider of its epochs; the number of the step."""
    name = f"{key}_step"
    if st.session_state.get(name, epochs[-1]) not in epochs:
        del st.session_state[name]
    said, control = st.columns([2, 3], vertical_alignment="center")
    with said:
        st.caption(_("Already computed with these settings. Play shows it again, step by step."))
    if len(epochs) < 2:
        return 0
    with control:
        at = st.select_slider(
            _("Epoch"),
            list(epochs),
            value=epochs[-1],
            key=name,
            format_func=lambda epoch: f"{epoch:,}",
            persist_state="session",
        )
    return list(epochs).index(at)


def settings_of(method: str, count: int) -> tuple[dict[str, Any], bool]:
    """Ask for the parameters of UMAP or t-SNE, before anything runs; and whether for a second seed.

    `count` : how many points there are; none can have as many neighbours.
    """
    params: dict[str, Any] = {}
    spaces = {"two": _("2-D"), "three": _("3-D")}
    columns = st.columns([7, 7, 4, 5], vertical_alignment="bottom")
    with columns[0]:
        key = "umap_near" if method == "umap" else "tsne_perp"
        label = _("Neighbours") if method == "umap" else _("Perplexity")
        most = max(3, min(100, count - 1))
        usual = 15 if method == "umap" else 30
        size = slider(label, 2, most, max(2, min(usual, most // 3)), key=key)
    if method == "umap":
        params["neighbours"] = size
        with columns[1]:
            label = _("Least distance, hundredths")
            params["min_dist"] = slider(label, 0, 99, 10, key="umap_dist") / 100
    else:
        params["perplexity"] = float(size)
        with columns[1]:
            params["epochs"] = slider(_("Epochs"), 260, 3000, 1000, key="tsne_epochs")
    with columns[2]:
        space = choice(_("Map in"), spaces, key=f"{method}_space")
        params["dimensions"] = 2 if space == "two" else 3
    with columns[3], st.popover(_("More settings"), icon=":material/tune:", key=f"{method}_more"):
        metrics = {"cosine": _("Angle (cosine)"), "euclidean": _("Distance (Euclid)")}
        params["metric"] = choice(_("Measured by"), metrics, key=f"{method}_metric")
        if method == "umap":
            params["epochs"] = slider(_("Epochs"), 10, 1000, 500, key="umap_epochs")
        label = _("Seed of the random numbers")
        params["seed"] = slider(label, 0, 20, 0, key=f"{method}_seed")
        besides = {"pca": _("PCA"), "seed": _("the next seed")}
        two_seeds = choice(_("Beside it"), besides, key=f"{method}_beside") == "seed"
    return params, two_seeds
