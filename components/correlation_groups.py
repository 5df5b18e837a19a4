"""The lesson on correlation: groups that turn a relation round, and four sets that only look alike."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from components import charts, show
from components import table as tables
from components.classes import Look, looks
from components.correlation import dots, line, number, with_axes
from components.curves import COLOURS
from components.i18n import _, safe
from components.table import GRAY, label
from engine.lab import Lab, Node
from engine.samples import load
from engine.table import correlation as engine
from engine.table.vector import how_many_values


def sample_table(name: str) -> tuple[Lab, Node]:
    """A sample that shows the trap, whatever lies in the tray."""
    source = load(name)
    lab = Lab(source)
    return lab, tables.read(lab, source)


def ask_group(lab: Lab, table: Node) -> str:
    """Ask for a column of text, at first that of the fewest groups; "" if there is none."""
    texts = tables.columns_of(table.value, ("text",))
    counts = lab.run(how_many_values, table, columns=texts, as_="different").value
    groups = {name: count for name, count in zip(texts, counts, strict=True) if count > 1}
    return tables.pick_column(
        table.value,
        _("Groups of your table"),
        key="correlation_group",
        kinds=("text",),
        default=min(groups, key=groups.__getitem__, default=""),
    )


def groups_view(
    key: str, lab: Lab, table: Node, names: tuple[str, str, str], text: Mapping[str, str]
) -> None:
    """Two columns by group, each group with its own line, and the line through all."""
    group, x, y = names
    found = lab.run(engine.by_group, table, group=group, x=x, y=y, as_="relations")
    whole, *parts = found.value
    points = [
        lab.run(engine.grouped_points, table, group=group, x=x, y=y, name=one[0], as_="points")
        for one in parts
        if one[1]
    ]
    inks = looks(lab, table, group, [one[0] for one in parts if one[1]])
    known = [one for one in parts if not math.isnan(one[2])]
    dates = tuple(tables.kind_of(table.value[name]) == "date" for name in (x, y))
    show.chart(
        key,
        lambda relations, *drawn: groups_figure(relations, drawn, inks, x, y, dates),
        [found, *points],
        caption=text["groups_caption"].format(
            r=number(whole[2]),
            groups=", ".join(f"{safe(one[0])} {number(one[2])}" for one in parts),
            turned=sum(whole[2] * one[2] < 0 for one in known),
            known=len(known),
            shown=len(parts),
            all=f"{int(table.value[group].nunique()):,}",
        ),
        alt=_("Points in groups: a line through each group, and one through all"),
    )


def groups_figure(
    relations: Sequence[tuple[str, int, float, float, float]],
    parts: Sequence[Any],
    inks: Sequence[Look],
    x: str,
    y: str,
    dates: tuple[bool, bool],
) -> charts.Figure:
    """The points of each group with their line; the line through all is dashed."""
    data: list[dict[str, Any]] = []
    some = [one for one in relations[1:] if one[1]]
    for one, points, ink in zip(some, parts, inks, strict=True):
        name = label(one[0])
        data.append(dots(points, name, ink, legendgroup=name))
        if not math.isnan(one[3]):
            own = line(points, one[3], one[4], name, ink[0])
            data.append(own | {"legendgroup": name, "showlegend": False})
    whole = relations[0]
    if parts and not math.isnan(whole[3]):
        ends = [points for points in parts if len(points)]
        wide = min(ends, key=lambda p: p[:, 0].min()), max(ends, key=lambda p: p[:, 0].max())
        left, right = float(wide[0][:, 0].min()), float(wide[1][:, 0].max())
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [left, right],
                "y": [whole[3] * end + whole[4] for end in (left, right)],
                "name": _("all rows"),
                "line": {"color": GRAY, "width": 3, "dash": "dash"},
                "hoverinfo": "skip",
            }
        )
    figure = charts.made(
        data, x=label(x, 40), y=label(y, 40), height=440, top=70, **charts.legend_above(2)
    )
    figure["layout"] |= {"hovermode": "closest"}
    every = np.concatenate(parts) if parts else np.zeros((0, 2))
    return with_axes(figure, every, dates)


def anscombe_figure(relations: Sequence[Any], *parts: Any) -> charts.Figure:
    """Four sets side by side with the same axes."""
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"grid": {"rows": 2, "columns": 2, "pattern": "independent"}}
    notes = []
    for place, (one, points) in enumerate(zip(relations[1:], parts, strict=True)):
        tail = str(place + 1) if place else ""
        axes = {"xaxis": f"x{tail}", "yaxis": f"y{tail}"}
        data.append(dots(points, label(one[0])) | axes)
        data.append(
            line(points, one[3], one[4], label(one[0]), COLOURS[1])
            | {"x": [3, 20], "y": [one[3] * end + one[4] for end in (3, 20)]}
            | axes
        )
        layout |= {f"xaxis{tail}": {"range": [3, 20]}, f"yaxis{tail}": {"range": [2, 14]}}
        notes.append(
            {
                "text": f"{label(one[0])}: r = {one[2]:.3f}",
                "xref": f"x{tail} domain",
                "yref": f"y{tail} domain",
                "x": 0.02,
                "y": 0.98,
                "showarrow": False,
                "xanchor": "left",
                "yanchor": "top",
            }
        )
    figure = charts.made(data, height=520)
    figure["layout"] |= layout | {"annotations": notes, "showlegend": False}
    figure["layout"] |= {"hovermode": "closest"}
    return figure
