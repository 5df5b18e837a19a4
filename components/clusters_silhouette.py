"""The lesson on clusters: how well each point fits its cluster, and clusters against known classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import charts, show
from components import table as tables
from components.cells import Cell, grid
from components.clusters import (
    COLOURS,
    Data,
    cluster_name,
    rand_said,
    silhouette_said,
    spots_view,
)
from components.i18n import _, safe
from components.scales import colour
from components.state import choice
from components.text import beginning
from engine.lab import Node
from engine.table import clusters


def silhouette_view(data: Data, labels: Node, caption: str) -> None:
    """The points by cluster, and beside them how well each fits."""
    values = data.lab.run(clusters.silhouettes, data.points, labels, as_="silhouette")
    mean = data.lab.run(clusters.mean_silhouette, data.points, labels, as_="mean").value
    left, right = st.columns(2)
    with left:
        spots_view("silhouette_spots", data, labels, data.note, height=420)
    with right:
        show.chart(
            "silhouette",
            lambda found, kinds: silhouette_chart(found, kinds, mean),
            [values, labels],
            caption=f"{silhouette_said(mean)} {caption}",
            alt=_("A bar for each point, sorted within its cluster"),
        )


def silhouette_chart(values: Any, labels: Any, mean: float) -> charts.Figure:
    """A bar for each point, sorted within its cluster; the mean is a dotted line."""
    traces: list[dict[str, Any]] = []
    at = 0
    for cluster in sorted(set(labels.tolist())):
        mine = sorted(values[labels == cluster].tolist())
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "x": mine,
                "y": list(range(at, at + len(mine))),
                "name": cluster_name(cluster),
                "marker": {"color": COLOURS[cluster % len(COLOURS)], "line": {"width": 0}},
                "hovertemplate": "%{x:.3f}<extra>" + cluster_name(cluster) + "</extra>",
            }
        )
        at += len(mine) + 4
    figure = charts.made(traces, x=_("silhouette"), height=420, bargap=0)
    figure["layout"] |= charts.legend_above(len(traces)) | {"hovermode": "closest"}
    figure["layout"]["yaxis"] |= {"showticklabels": False}
    return charts.verticals(figure, [(mean, "")] if mean == mean else [])


def agreement_view(table: Node, data: Data, labels: Node, caption: str) -> None:
    """Clusters against a column of known classes, if the table has one."""
    known = ask_known(table, data)
    if known is None:
        return
    classes, names, column = known
    counts = data.lab.run(clusters.cluster_table, labels, classes, as_="counts")
    rand = data.lab.run(clusters.adjusted_rand, labels, classes, as_="rand")
    told = f"{rand_said(rand.value)} {caption.format(column=column)}"
    body = agreement_grid(counts.value, labels.value, names)
    show.html("agreement", body, [counts, rand], caption=told)


def ask_known(table: Node, data: Data) -> tuple[Node, tuple[str, ...], str] | None:
    """Ask for a column of known classes; its codes in the clustered rows, their names, its own."""
    frame = table.value
    some = frame.iloc[data.rows.value]
    fits = [
        name
        for name in tables.columns_of(frame)
        if name not in data.names and 2 <= some[name].nunique() <= tables.MOST_CLASSES
    ]
    if not fits:
        return None
    default = tables.likely_target(some[fits])
    places = {str(list(frame.columns).index(name)): name for name in fits}
    start = next(place for place, name in places.items() if name == default)
    at = choice(_("Compare with"), places, key="clusters_known", default=start, look="menu")
    column = places[at]
    codes = data.lab.run(clusters.known_classes, table, data.rows, column=column, as_="classes")
    found = data.lab.run(
        clusters.known_names, table, data.rows, column=column, as_="class_names"
    ).value
    return codes, found, safe(column)


def agreement_grid(table: Any, labels: Any, classes: Sequence[str]) -> str:
    """How many points of each class lie in each cluster."""
    most = int(table.max(initial=1))
    rows = [[Cell(f"{n:,}", colour("viridis", n, 0, most)) for n in row] for row in table.tolist()]
    heads = [cluster_name(cluster) for cluster in sorted(set(labels.tolist()))]
    return grid(
        rows,
        label=_("Clusters and known classes"),
        row_heads=heads,
        column_heads=[beginning(name, 24) for name in classes],
    )
