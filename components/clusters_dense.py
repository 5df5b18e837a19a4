"""The lesson on clusters: DBSCAN, which looks for places where points lie densely."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components import charts, show
from components.clusters import COLOURS, Data, spots
from components.i18n import _
from components.state import slider
from engine.lab import Node
from engine.table import clusters


def ask_dense(data: Data) -> tuple[int, Node, float]:
    """Ask for the least neighbours of a core point and eps: the former, the curve of eps, eps."""
    left, right = st.columns(2)
    with left:
        least = slider(_("Points within eps that make a core"), 2, 20, 5, key="clusters_least")
    far = data.lab.run(clusters.neighbour_distances, data.points, least=least, as_="far")
    usual = data.lab.run(clusters.bend_of, far, as_="usual").value
    with right:
        label = _("eps, in % of {usual}, where the curve below bends", usual=f"{usual:g}")
        part = slider(label, 20, 300, 100, key="clusters_eps")
    return least, far, usual * part / 100


def dense_view(data: Data, least: int, eps: float, caption: str) -> None:
    """The points by cluster, core and border told apart, and how many are of each kind."""
    found = data.lab.run(clusters.dbscan, data.points, eps=eps, least=least, as_="found")
    labels, core = found.value
    said = _(
        "eps = {eps}: clusters {count}; core points {core}, border {border}, noise {noise}.",
        eps=f"{eps:.3g}",
        count=int(labels.max()) + 1,
        core=f"{int(core.sum()):,}",
        border=f"{int((~core & (labels >= 0)).sum()):,}",
        noise=f"{int((labels < 0).sum()):,}",
    )
    show.chart(
        "dbscan",
        lambda raw, both: spots(raw, both[0], data, core=both[1]),
        [data.raw, found],
        caption=f"{said} {data.note} {caption}",
        alt=_("The points by cluster: core full, border hollow, noise as gray crosses"),
    )


def distances_view(far: Node, eps: float, caption: str) -> None:
    """How far the neighbours of each point are, and eps among these distances."""
    show.chart(
        "distances",
        lambda values: distance_chart(values, eps),
        [far],
        caption=caption,
        alt=_("The distances ascend slowly, then steeply"),
    )


def distance_chart(far: Any, eps: float) -> charts.Figure:
    """How far each point's neighbours are, ascending, with eps as a level."""
    series = {
        _("distance"): (list(range(1, len(far) + 1)), far),
        "eps": ([1, len(far)], [eps, eps]),
    }
    figure = charts.lines(
        series, x=_("points, sorted"), y=_("distance"), colours=COLOURS, height=260
    )
    figure["data"][1]["line"]["dash"] = "dash"
    return figure
