"""The lesson on clusters: clusters that are merged again and again, and the tree of the merges."""

from __future__ import annotations

from typing import Any

from components import charts, show
from components.clusters import COLOURS, Data, spots_view
from components.i18n import _
from engine.table import clusters
from engine.table.clusters import LINKAGES

MOST_LEAVES = 30  # of the tree that is drawn


def linkage_names() -> dict[str, str]:
    """How the distance of two clusters is measured."""
    names = {
        "ward": _("Ward: growth of the inertia"),
        "average": _("Average of all pairs"),
        "complete": _("Complete: farthest pair"),
        "single": _("Single: nearest pair"),
    }
    return {name: names[name] for name in sorted(LINKAGES, key=list(names).index)}


def merging_view(data: Data, linkage: str, k: int, captions: tuple[str, str]) -> None:
    """The last merges as a tree, cut into k clusters, and these among the points."""
    lab = data.lab
    tree = lab.run(clusters.merges, data.points, linkage=linkage, as_="tree")
    height = lab.run(clusters.cut_height, tree, k=k, as_="height")
    lines = lab.run(clusters.tree_lines, tree, leaves=MOST_LEAVES, as_="lines")
    labels = lab.run(clusters.cut_into, tree, k=k, as_="labels")
    show.chart(
        "dendrogram",
        dendrogram_chart,
        [lines, height],
        caption=captions[0].format(merges=len(lines.value)),
        alt=_("A tree of merges, and where it is cut"),
    )
    spots_view("merging", data, labels, f"{data.note} {captions[1]}")


def dendrogram_chart(lines: Any, height: float) -> charts.Figure:
    """The last merges as a tree, with the cut."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for corners in lines.tolist():
        xs += [*(x for x, _y in corners), None]
        ys += [*(y for _x, y in corners), None]
    tree = {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "line": {"color": COLOURS[0], "width": 1.4},
        "hovertemplate": "%{y:.4~g}<extra></extra>",
        "name": _("merge"),
    }
    right = max(1.0, float(lines[:, :, 0].max()))
    cut = {
        "type": "scatter",
        "mode": "lines",
        "x": [-0.5, right + 0.5],
        "y": [height, height],
        "line": {"color": COLOURS[1], "width": 2, "dash": "dash"},
        "name": _("cut"),
    }
    figure = charts.made([tree, cut], y=_("distance of the merged clusters"), height=340)
    figure["layout"] |= charts.legend_above(2) | {"hovermode": "closest"}
    figure["layout"]["xaxis"] |= {"showticklabels": False}
    return figure
