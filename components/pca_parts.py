"""The lesson on principal components: their variance and loadings, and rows rebuilt from few of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from components import charts, show
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _
from components.pca import Cloud
from components.table import GRAY, label
from components.text import beginning
from engine.table import components as engine
from engine.table.components import ENOUGH

MOST_ADDED = 4  # components that are added up one by one
MOST_LOADINGS = 12  # components whose loadings are drawn


def variance_view(made: Cloud, caption: str) -> None:
    """The share of each component, and how many it takes."""
    needed = made.lab.run(engine.needed_for, made.components, share=ENOUGH, as_="needed")
    told = caption.format(needed=needed.value, all=len(made.shares), enough=f"{ENOUGH:.0%}")
    show.chart(
        "pc_variance",
        lambda components, _needed: variance_chart(components),
        [made.components, needed],
        caption=f"{told} {made.note}",
        alt=_("Bars that fall from left to right, and a line that rises to 100"),
    )


def variance_chart(components: Any) -> charts.Figure:
    """A bar for the share of each component, and the sum so far as a line."""
    shares = 100 * components[2]
    places = list(range(1, len(shares) + 1))
    few = {"texttemplate": "%{y:.1f}", "textposition": "outside"} if len(places) <= 10 else {}
    data = [
        {"type": "bar", "x": places, "y": shares, "name": _("this component")} | few,
        {
            "type": "scatter",
            "x": places,
            "y": np.cumsum(shares),
            "name": _("all so far"),
            "mode": "lines+markers",
        },
    ]
    for trace, colour in zip(data, COLOURS, strict=False):
        trace |= {"marker": {"color": colour}, "hovertemplate": "%{y:.2f} %"}
    figure = charts.made(
        data,
        x=_("component"),
        y=_("% of the variance"),
        height=340,
        top=50,
        **charts.legend_above(2),
    )
    figure["layout"]["xaxis"] |= {"dtick": 1 if len(places) <= 20 else 10}
    figure["layout"]["yaxis"] |= {"range": [0, 109]}
    level = 100 * ENOUGH
    enough = {"type": "line", "y0": level, "y1": level, "x0": 0, "x1": 1, "xref": "x domain"}
    enough["line"] = {"dash": "dot", "color": GRAY, "width": 2}
    figure["layout"]["shapes"] = [enough]
    return figure


def loadings_view(made: Cloud, caption: str) -> None:
    """How much of each column is in each component."""
    show.chart(
        "pc_loadings",
        lambda components: loadings_chart(components, made.columns),
        [made.components],
        caption=caption.format(most=MOST_LOADINGS) + " " + made.note,
        alt=_("A coloured square for each component and each column"),
    )


def loadings_chart(components: Any, columns: Sequence[str]) -> charts.Figure:
    """The loadings of the first components: a row a component, a column a column of the table."""
    axes = components[0][:MOST_LOADINGS]
    rows = [f"PC{n + 1}" for n in range(len(axes))]
    names = [label(column, 18) for column in columns]
    return charts.heat(axes, rows, names, scale="signed", span=(-1.0, 1.0))


def rebuilt_view(made: Cloud, at: int, count: int, text: Mapping[str, str]) -> None:
    """A row (by its place among those that take part) rebuilt from some components, as a sum."""
    inputs = (made.table, made.rows, made.points, made.components)
    how = {"columns": made.columns, "scaled": made.scaled, "row": at, "count": count}
    rebuilt = made.lab.run(engine.rebuilt_row, *inputs, as_="rebuilt", **how)
    caption = text["rebuilt_caption"].format(row=int(made.rows.value[at]) + 1, count=count)
    if made.scaled:
        caption += " " + text["rebuilt_scaled"]
    show.html("pc_rebuilt", rebuilt_grid(*rebuilt.value), [rebuilt], caption=caption)


def errors_view(made: Cloud, count: int, caption: str) -> None:
    """How far all rebuilt rows are off, by the number of components."""
    errors = made.lab.run(engine.rebuilding_errors, made.components, made.points, as_="errors")
    show.chart(
        "pc_errors",
        lambda found: errors_chart(found, count),
        [errors],
        caption=f"{caption} {made.note}",
        alt=_("A curve that falls to 0 as more components are kept"),
    )


def errors_chart(errors: Any, count: int) -> charts.Figure:
    """The error of a rebuilt number over the number of components; the chosen one is marked."""
    places = list(range(len(errors)))
    data = [
        {
            "type": "scatter",
            "x": places,
            "y": errors,
            "mode": "lines+markers",
            "line": {"color": COLOURS[0]},
            "hovertemplate": "%{x}: %{y:.4g}<extra></extra>",
        },
        {
            "type": "scatter",
            "x": [count],
            "y": [errors[count]],
            "mode": "markers",
            "marker": {"size": 14, "color": COLOURS[1], "symbol": "diamond"},
            "hoverinfo": "skip",
        },
    ]
    figure = charts.made(data, x=_("components kept"), y=_("error of a rebuilt number"), height=300)
    figure["layout"] |= {"showlegend": False}
    figure["layout"]["yaxis"] |= {"rangemode": "tozero"}
    figure["layout"]["xaxis"] |= {"dtick": 1} if len(places) <= 20 else {}
    return figure


def rebuilt_grid(
    coordinates: Sequence[float],
    parts: Sequence[tuple[str, float, float, Sequence[float]]],
) -> str:
    """The sum that rebuilds a row: its mean, what each component adds, and the number of the table."""

    def word(value: float, sign: str = "") -> str:
        return "NaN" if np.isnan(value) else f"\u2002{value:{sign}.4g}".replace("-", "−")

    def cells(true: float, mean: float, added: Sequence[float]) -> list[Cell]:
        first, further = added[:MOST_ADDED], added[MOST_ADDED:]
        sums = [*first, *([sum(further)] if further else [])]
        back = mean + sum(added)
        numbers = [word(mean), *(word(one, "+") for one in sums), word(back), word(true)]
        return [Cell(one) for one in (*numbers, word(back - true, "+"))]

    heads = [
        _("PC{number}, coordinate {at}", number=place + 1, at=word(at, "+").strip())
        for place, at in enumerate(coordinates[:MOST_ADDED])
    ]
    heads += [_("further components")] if len(coordinates) > MOST_ADDED else []
    return grid(
        [cells(*numbers) for _name, *numbers in parts],
        label=_("One row and what is rebuilt of it"),
        row_heads=[beginning(name, 40) for name, *_rest in parts],
        column_heads=[
            _("mean"),
            *heads,
            _("rebuilt"),
            _("in the table"),
            _("rebuilt − table"),
        ],
    )
