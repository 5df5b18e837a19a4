"""The lesson on clusters: which points are clustered, and how they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from components import charts, show
from components import table as tables
from components.classes import COLOURS
from components.i18n import _, safe
from components.state import choice, slider
from components.table import GRAY, NUMBERS_AND_DATES, label
from components.text import listed
from engine.lab import Lab, Node
from engine.samples import load
from engine.table import clusters, kmeans
from engine.table.clusters import NOISE, gaps_in
from engine.table.matrix import complete_rows
from engine.table.toys import toy_points

MOST = 1000  # rows that are clustered
MOST_CLUSTERS = 8
STARTS = 10  # first centres of which the best is kept
#: The shapes of clusters; a cross is a centre.
SYMBOLS = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "star",
    "triangle-down",
    "hexagon",
)


@dataclass(frozen=True)
class Data:
    """The points that are clustered.

    `raw` : their numbers as the table has them, `points` : the same as they are clustered, both (n, d).
    `rows` : their rows in the table; of a set made by formula the set itself. `names` : of the d
    columns. `axes` : which of these are drawn across and up.
    """

    lab: Lab
    raw: Node
    points: Node
    rows: Node
    names: tuple[str, ...]
    axes: tuple[int, int]
    note: str

    @property
    def count(self) -> int:
        """How many points there are."""
        return len(self.raw.value)

    def stages(self, k: int, how: str, seed: int) -> Node:
        """k-means from drawn first centres."""
        start = self.lab.run(
            kmeans.first_centres, self.points, k=k, how=how, seed=seed, as_="first"
        )
        return self.lab.run(kmeans.kmeans_stages, self.points, start, as_="stages")

    def best(self, k: int) -> Node:
        """The clusters of the best of several starts."""
        return self.lab.run(
            kmeans.best_clusters, self.points, k=k, starts=STARTS, seed=0, as_="clusters"
        )


def ask_data(
    lab: Lab, table: Node, *, scaled: bool | None = None, beside: Sequence[Any] = ()
) -> Data | None:
    """Ask for columns and scaling; None, and a sentence, if the table has too few numbers or rows.

    `scaled` : whether the columns are scaled; None lets the learner choose. `beside` : three places of
    the page for this choice and the menus of what is drawn across and up, if these stand elsewhere.
    """
    frame = table.value
    numbers = tables.columns_of(frame, NUMBERS_AND_DATES)
    if not numbers or len(frame) < 3:
        told = _("Clusters need three rows and a column of numbers. Choose another table above.")
        tables.tell_too_few(lab, table, told)
        return None
    usual = lab.run(clusters.telling_columns, table, columns=numbers, as_="usual_columns").value
    columns = tables.pick_columns(
        frame,
        _("Columns that are clustered"),
        key="clusters_columns",
        kinds=NUMBERS_AND_DATES,
        first=usual,
    )
    first, *others = beside or st.columns(3)
    if scaled is None:
        options = {"scaled": _("Scaled"), "raw": _("As they are")}
        with first:
            scaled = choice(_("Columns are"), options, key="clusters_scaled") == "scaled"
    rows = lab.run(clusters.clustered_rows, table, columns=columns, most=MOST, seed=0, as_="rows")
    raw = lab.run(clusters.cluster_points, table, rows, columns=columns, as_="raw")
    axes = _ask_axes(columns, others) if len(columns) > 2 else (0, len(columns) - 1)
    points = lab.run(clusters.to_unit_spread, raw, as_="points") if scaled else raw
    complete = len(lab.run(complete_rows, table, columns=columns, as_="complete").value)
    fields = {"count": f"{len(rows.value):,}", "all": f"{len(frame):,}"}
    if complete > MOST:
        note = _(
            "{count} of {all} rows, drawn at random among the {complete} complete ones.",
            complete=f"{complete:,}",
            **fields,
        )
    else:
        note = _("{count} of {all} rows are complete in these columns.", **fields)
    if complete < len(frame):
        note += " " + _gaps_said(columns, lab.run(gaps_in, table, columns=columns, as_="gaps"))
    return Data(lab, raw, points, rows, columns, axes, note)


def _gaps_said(columns: Sequence[str], gaps: Node) -> str:
    """The columns that cost most rows."""
    ranked = sorted(zip(gaps.value, columns, strict=True), key=lambda one: -one[0])
    worst = [f"{safe(name)} {count:,}" for count, name in ranked[:4] if count]
    return _("Rows without a number: {columns}.", columns=listed(worst))


def _ask_axes(columns: Sequence[str], beside: Sequence[Any]) -> tuple[int, int]:
    """Which of the columns are drawn across and up."""
    places = {str(n): name for n, name in enumerate(columns)}
    last = len(columns) - 1
    with beside[0]:
        x = choice(_("Drawn across"), places, key="clusters_x", default=str(last - 1), look="menu")
    with beside[1]:
        y = choice(_("Drawn up"), places, key="clusters_y", default=str(last), look="menu")
    return int(x), int(y)


def ask_k(data: Data, least: int = 1) -> int:
    """Ask for the number of clusters."""
    most = min(MOST_CLUSTERS, data.count)
    return slider(_("k, clusters"), least, most, min(3, most), key="clusters_k")


def scaled(data: Data) -> Data:
    """The same rows with each column scaled."""
    points = data.lab.run(clusters.to_unit_spread, data.raw, as_="scaled")
    return replace(data, points=points)


def toy(shape: str, count: int = 400) -> Data:
    """A set made by formula."""
    lab = Lab(load("cafe"))
    made = lab.run(toy_points, shape=shape, count=count, noise=0.08, seed=0, as_="made")
    raw = lab.run(clusters.spot_columns, made, as_="points")
    return Data(lab, raw, raw, made, ("x", "y"), (0, 1), "")


def toy_classes(data: Data) -> Node:
    """The groups of which a set was made."""
    return data.lab.run(clusters.spot_classes, data.rows, as_="made_of")


def rand_said(value: float) -> str:
    """The adjusted Rand index as a sentence."""
    return _("Adjusted Rand index: {value}.", value=f"{value:.2f}")


def silhouette_said(mean: float) -> str:
    """The mean silhouette as a sentence."""
    if mean != mean:
        return _("There is no silhouette: all points are in one cluster.")
    return _("Mean silhouette: {mean}.", mean=f"{mean:.3f}")


def cluster_name(cluster: int) -> str:
    """What a cluster is called."""
    return _("noise") if cluster == NOISE else _("cluster {number}", number=cluster + 1)


def spots_view(
    key: str,
    data: Data,
    labels: Node,
    caption: str,
    *,
    height: int = 400,
    more: Sequence[Node] = (),
) -> None:
    """The points by cluster."""
    show.chart(
        key,
        lambda raw, found, *_rest: spots(raw, found, data, height=height),
        [data.raw, labels, *more],
        caption=caption,
        alt=_("The points, each with the colour and shape of its cluster"),
    )


def spots(
    raw: Any,
    labels: Any,
    data: Data,
    *,
    core: Any = None,
    path: Any = None,
    unknown: str = "",
    height: int = 400,
) -> charts.Figure:
    """The points by cluster; `path` : where the centres were, stage by stage, (stages, k, d).

    `core` : bool (n,), DBSCAN's core points are full, those of the border hollow. `unknown` : what
    points of no cluster are called; "" is noise.
    """
    across, up = data.axes
    traces: list[dict[str, Any]] = []
    for cluster in sorted(set(labels.tolist())):
        mine = labels == cluster
        look: dict[str, Any] = {"size": 7, "color": GRAY, "symbol": "x-thin", "line": {"width": 1}}
        if cluster == NOISE and unknown:
            look |= {"symbol": "circle-open", "line": {"color": GRAY, "width": 1.5}}
        elif cluster == NOISE:
            look["line"] |= {"color": GRAY, "width": 1.5}
        else:
            symbol = SYMBOLS[cluster % len(SYMBOLS)]
            look |= {"color": COLOURS[cluster % len(COLOURS)], "line": {"width": 0}}
            look["symbol"] = symbol
            if core is not None:
                look["symbol"] = [
                    symbol if one else f"{symbol}-open" for one in core[mine].tolist()
                ]
                look["line"] = {"width": 1.5, "color": look["color"]}
        name = unknown if cluster == NOISE and unknown else cluster_name(cluster)
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": raw[mine, across],
                "y": raw[mine, up] if len(data.names) > 1 else [0] * int(mine.sum()),
                "name": name,
                "marker": look,
                "hovertemplate": "%{x:.4~g}, %{y:.4~g}<extra>" + name + "</extra>",
            }
        )
    if path is not None:
        traces += _centres(path, data)
    x, y = (label(data.names[place], 40) for place in data.axes)
    figure = charts.made(traces, x=x, y=y if len(data.names) > 1 else "", height=height)
    figure["layout"] |= charts.legend_above(len(traces)) | {"hovermode": "closest"}
    return figure


def _centres(path: Any, data: Data) -> list[dict[str, Any]]:
    across, up = data.axes
    traces = []
    for number in range(path.shape[1]):
        own = COLOURS[number % len(COLOURS)]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": path[:, number, across],
                "y": path[:, number, up] if len(data.names) > 1 else [0] * len(path),
                "line": {"color": own, "width": 1.5},
                "marker": {
                    "symbol": "x",
                    "color": own,
                    "size": [4] * (len(path) - 1) + [15],
                    "line": {"color": "#ffffff", "width": 1.5},
                },
                "name": _("centre {number}", number=number + 1),
                "showlegend": False,
                "hovertemplate": "%{x:.4~g}, %{y:.4~g}<extra>"
                + _("centre {number}", number=number + 1)
                + "</extra>",
            }
        )
    return traces
