"""The lesson on clusters: k-means half a step at a time, many starts, and how many clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, show
from components.clusters import COLOURS, MOST_CLUSTERS, SYMBOLS, Data, spots
from components.i18n import _
from components.table import GRAY
from components.text import listed
from engine.lab import Node
from engine.table import clusters, kmeans

HEIGHT = 290  # of the charts of a stage, which are seen together with the buttons
MOST_STARTS = 20  # whose ends are drawn side by side
STARTS_BY_K = 5  # of which the best is kept for each k


def start_names() -> dict[str, str]:
    """How the first centres are drawn."""
    return {"random": _("random points"), "far": "k-means++"}


def stage_view(data: Data, stages: Node, stage: int, text: Mapping[str, str]) -> None:
    """The points and the centres at a stage, and the inertia at all of them."""
    lab = data.lab
    labels = lab.run(kmeans.stage_labels, stages, stage=stage, as_="labels")
    centres = lab.run(kmeans.stage_centres, stages, stage=stage, as_="centres")
    if data.points is not data.raw:
        centres = lab.run(clusters.original_units, centres, data.raw, as_="centres_drawn")
    inertia = lab.run(kmeans.stage_inertia, stages, as_="inertia")
    changed = lab.run(kmeans.changed_points, stages, stage=stage, as_="changed").value
    empty = lab.run(kmeans.empty_clusters, stages, stage=stage, as_="empty").value
    settled = lab.run(kmeans.is_settled, stages, as_="settled").value
    left, right = st.columns([3, 2])
    with left:
        show.chart(
            "kmeans",
            lambda raw, found, path: spots(
                raw, found, data, path=path, unknown=_("not assigned"), height=HEIGHT
            ),
            [data.raw, labels, centres],
            caption=stage_said(stage, changed, inertia)
            + end_said(empty, stage == len(stages.value[2]) - 1, settled)
            + f" {data.note} {text['kmeans_caption']}",
            alt=_("The points by cluster, and the ways of the centres"),
        )
    with right:
        show.chart(
            "inertia",
            lambda values: inertia_chart(values, stage),
            [inertia],
            caption=text["inertia_caption"],
            alt=_("The inertia falls from stage to stage"),
        )


def stage_said(stage: int, changed: int, inertia: Node) -> str:
    """What happens at a stage."""
    if stage == 0:
        return _("Start: the first centres are drawn from the points. Press Step.")
    fields = {"stage": stage, "inertia": f"{inertia.value[stage]:,.5g}", "changed": f"{changed:,}"}
    if stage % 2:
        return _(
            "Half step {stage}: each point joins its nearest centre; {changed} change. "
            "Inertia {inertia}.",
            **fields,
        )
    return _(
        "Half step {stage}: each centre moves to the mean of its points. Inertia {inertia}.",
        **fields,
    )


def end_said(empty: Sequence[int], is_last: bool, settled: bool) -> str:
    """Which clusters have no points, and whether the run is at its end."""
    said = ""
    if empty:
        numbers = listed(str(number + 1) for number in empty)
        said += " " + _(
            "No point is nearest to these centres, so they stay: {numbers}.", numbers=numbers
        )
    if is_last and settled:
        said += " " + _("Nothing changes any more: the end.")
    elif is_last:
        said += " " + _(
            "Points still change, but the run ends after {most} steps.", most=kmeans.MOST_STEPS
        )
    return said


def inertia_chart(values: Any, stage: int) -> charts.Figure:
    """The inertia at every stage, assigning and moving told apart; the present one marked."""
    places = list(range(1, len(values)))
    points = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": places,
        "y": values[1:],
        "line": {"color": GRAY, "width": 1},
        "marker": {
            "color": [COLOURS[0] if place % 2 else COLOURS[1] for place in places],
            "symbol": ["circle" if place % 2 else "square" for place in places],
            "size": 9,
        },
        "hovertemplate": "%{x}: %{y:.5~g}<extra></extra>",
    }
    figure = charts.made([points], x=_("half step"), y=_("inertia"), height=HEIGHT)
    return charts.verticals(figure, [(stage, "")]) if stage else figure


def starts_view(data: Data, k: int, caption: str) -> None:
    """Where k-means ends from many first centres, drawn in both ways."""
    ends = {
        name: data.lab.run(
            kmeans.restarts,
            data.points,
            k=k,
            how=how,
            starts=MOST_STARTS,
            seed=0,
            as_=f"ends_{how}",
        )
        for how, name in start_names().items()
    }
    show.chart(
        "starts",
        lambda *values: starts_chart(dict(zip(ends, values, strict=True))),
        list(ends.values()),
        caption=caption,
        alt=_("The inertia at which {count} starts end, sorted", count=MOST_STARTS),
    )


def starts_chart(series: Mapping[str, Any]) -> charts.Figure:
    """Where starts ended, sorted, a line for each way to begin."""
    curves = {
        name: (list(range(1, len(values) + 1)), sorted(values.tolist()))
        for name, values in series.items()
    }
    figure = charts.lines(
        curves, x=_("start, best first"), y=_("inertia at the end"), colours=COLOURS, height=280
    )
    for trace, symbol in zip(figure["data"], SYMBOLS, strict=False):
        trace |= {"mode": "lines+markers", "marker": {"symbol": symbol, "size": 7}}
    return figure


def by_k_view(data: Data, k: int, text: Mapping[str, str]) -> None:
    """Inertia and silhouette by the number of clusters, side by side."""
    by_k = data.lab.run(
        clusters.by_count, data.points, most=MOST_CLUSTERS, starts=STARTS_BY_K, seed=0, as_="by_k"
    )
    captions = text["elbow_caption"].format(starts=STARTS_BY_K), text["best_caption"]
    names = _("inertia"), _("mean silhouette")
    parts = zip(st.columns(2), names, captions, strict=True)
    for place, (column, name, caption) in enumerate(parts, 1):
        with column:
            show.chart(
                f"by_k_{place}",
                lambda values, place=place, name=name: by_k_chart(values, place, name, k),
                [by_k],
                caption=caption,
                alt=_("{name} by the number of clusters", name=name),
            )


def by_k_chart(table: Any, column: int, name: str, k: int) -> charts.Figure:
    """A number by k, with the present k marked."""
    curves = {name: (table[:, 0], table[:, column])}
    figure = charts.lines(curves, x="k", y=name, colours=[COLOURS[column - 1]], height=260)
    figure["data"][0] |= {"mode": "lines+markers"}
    figure["layout"]["xaxis"]["dtick"] = 1
    return charts.verticals(figure, [(k, "")])
