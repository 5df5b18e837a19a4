"""What the lesson on optimisers asks and draws: surfaces from above, paths, heights, rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from components import blobs, charts, plot, scales
from components.curves import COLOURS
from components.i18n import _
from components.state import choice
from engine.lab import Lab, Node
from engine.training.surface import METHODS, SPANS, descend, heights

#: Rates that can be chosen.
RATES = tuple(float(f"{first}e{power}") for power in range(-4, 1) for first in (1, 2, 5))
#: Where a path begins, and the rate of plain descent and of those that scale by themselves.
STARTS = {"bowl": (-1.8, 1.5), "valley": (-1.5, 2.0), "saddle": (1.5, 0.1), "line": (12.0, 0.4)}
FIRST_RATES = {
    "bowl": (0.05, 0.1),
    "valley": (0.005, 0.1),
    "saddle": (0.1, 0.1),
    "line": (5e-4, 0.1),
}
SCALED = ("rmsprop", "adam", "adamw")
CLICKED = 1  # the place of that trace in the figure
GRID = 25  # points to click at in each direction
SIGNS = ("circle", "diamond", "square", "triangle-up", "cross", "x")


def surface_names() -> dict[str, str]:
    """The surfaces."""
    return {
        "bowl": _("Narrow bowl"),
        "valley": _("Rosenbrock's valley"),
        "saddle": _("Saddle"),
        "line": _("A line through café visits"),
    }


def names() -> dict[str, str]:
    """The optimisers."""
    return {
        "sgd": _("Gradient descent"),
        "momentum": _("Momentum"),
        "nesterov": "Nesterov",
        "rmsprop": "RMSProp",
        "adam": "Adam",
        "adamw": "AdamW",
    }


def axes(surface: str) -> tuple[str, str]:
    """What the two numbers of a surface are."""
    if surface == "line":
        return _("price of no time at all, €"), _("price of each minute, €")
    return "x", "y"


def ask_methods() -> list[str]:
    """Ask which optimisers are drawn."""
    found = st.pills(
        _("Optimisers"),
        METHODS,
        selection_mode="multi",
        default=["sgd", "momentum", "adam"],
        format_func=names().get,
        key="opt_methods",
        persist_state="session",
    )
    return [method for method in METHODS if method in (found or ())] or ["sgd"]


def ask_rate(label: str, surface: str, *, scaled: bool = False) -> float:
    """Ask for a learning rate."""
    key = f"opt_{'scaled' if scaled else 'rate'}_{surface}"
    first = FIRST_RATES[surface][scaled]
    return float(
        st.select_slider(
            label, RATES, first, key=key, format_func=lambda rate: f"{rate:g}", bind="query-params"
        )
    )


def ask_start(surface: str, chart: str) -> tuple[float, float]:
    """Ask where the paths begin: by sliders, or by a click in the chart called `chart`."""
    left, right, bottom, top = SPANS[surface]
    keys = (f"opt_x_{surface}", f"opt_y_{surface}")
    _take_click(surface, keys, chart)
    found = []
    for column, key, name, low, high, first in zip(
        st.columns(2),
        keys,
        axes(surface),
        (left, bottom),
        (right, top),
        STARTS[surface],
        strict=True,
    ):
        with column:
            label = _("Start: {name}", name=name)
            step = (high - low) / 80
            found.append(st.slider(label, low, high, first, step, key=key, bind="query-params"))
    return float(found[0]), float(found[1])


def _take_click(surface: str, keys: tuple[str, str], chart: str) -> None:
    """Move the sliders to the point that was clicked, before they are drawn."""
    told = blobs.get(st.session_state.get(_chart_key(chart, surface)), "selection")
    points = blobs.get(told, "points")
    point = points[0] if isinstance(points, list) and points else None
    place = blobs.get(point, "point_index")
    if blobs.get(point, "curve_number") == CLICKED and blobs.is_whole(place, GRID * GRID - 1):
        left, right, bottom, top = SPANS[surface]
        row, column = divmod(place, GRID)
        for key, low, high, at in (
            (keys[0], left, right, column),
            (keys[1], bottom, top, row),
        ):
            # The steps of the sliders are finer than the grid, so the nearest one is close enough.
            step = (high - low) / 80
            st.session_state[key] = low + round(80 * at / (GRID - 1)) * step
        count = st.session_state.get(f"_clicks_{chart}", 0)
        st.session_state[f"_clicks_{chart}"] = count + 1  # a new chart: an old click counts once


def _chart_key(chart: str, surface: str) -> str:
    return f"chart_{chart}_{surface}_{st.session_state.get(f'_clicks_{chart}', 0)}"


def draw_clickable(figure: charts.Figure, chart: str, surface: str, *, alt: str) -> None:
    """Draw a map whose points can be clicked; see `ask_start`."""
    plot.plot(
        figure,
        key=_chart_key(chart, surface),
        alt=alt,
        clickable=True,
    )


def paths(
    lab: Lab,
    rows: Node,
    methods: Sequence[str],
    *,
    rates: tuple[float, float],
    **how: Any,
) -> dict[str, Node]:
    """The path of each optimiser; `rates` are those of plain descent and of those that scale."""
    return {
        method: lab.run(
            descend, rows, method=method, rate=rates[method in SCALED], as_=f"{method}_path", **how
        )
        for method in methods
    }


def height_map(lab: Lab, rows: Node, surface: str, curvature: float) -> Node:
    """The heights of a surface over its span."""
    return lab.run(heights, rows, surface=surface, curvature=curvature, as_="height_map")


def from_above(
    z: Any,
    found: Mapping[str, Any],
    surface: str,
    *,
    upto: int,
    low: tuple[float, float],
    clickable: bool = False,
    height: int = 460,
) -> charts.Figure:
    """The surface from above, dark is low, with a path for each optimiser up to a step.

    low : where the surface is lowest; it is marked by a star.
    """
    left, right, bottom, top = SPANS[surface]
    lut = scales.table("viridis")
    assert lut is not None
    colours = [[n / 10, f"rgb{tuple(int(c) for c in lut[round(25.5 * n)])}"] for n in range(11)]
    # Steps of a power of ten: near the lowest point hardly anything could be seen otherwise.
    shown = np.log10(z - z.min() + 1e-3 * (z.max() - z.min()))
    data: list[dict[str, Any]] = [
        {
            "type": "contour",
            "z": np.float32(shown),
            "x": np.float32(np.linspace(left, right, z.shape[1])),
            "y": np.float32(np.linspace(bottom, top, z.shape[0])),
            "colorscale": colours,
            "showscale": False,
            "ncontours": 18,
            "line": {"width": 0.5, "color": "rgba(255,255,255,0.5)"},
            "hoverinfo": "skip",
            "opacity": 0.5,
        }
    ]
    if clickable:
        xs, ys = np.meshgrid(np.linspace(left, right, GRID), np.linspace(bottom, top, GRID))
        data.append(
            {
                "type": "scatter",
                "x": np.float32(xs.ravel()),
                "y": np.float32(ys.ravel()),
                "mode": "markers",
                "marker": {"size": 16, "opacity": 0, "color": "#fff"},
                "hoverinfo": "none",
                "showlegend": False,
            }
        )
    star = {"size": 14, "symbol": "star", "color": "#fff", "line": {"color": "#000", "width": 1}}
    data.append(
        {
            "type": "scatter",
            "x": [low[0]],
            "y": [low[1]],
            "mode": "markers",
            "marker": star,
            "name": _("lowest point"),
        }
    )
    titles = names()
    for n, (method, path) in enumerate(found.items()):
        part = path[: upto + 1]
        part = part[~np.isnan(part[:, 0])]
        tint = COLOURS[list(METHODS).index(method) % len(COLOURS)]
        data.append(
            {
                "type": "scatter",
                "x": np.float32(part[:, 0]),
                "y": np.float32(part[:, 1]),
                "mode": "lines+markers",
                "name": titles[method],
                "line": {"color": tint, "width": 2},
                "marker": {
                    "size": 6,
                    "symbol": SIGNS[n],
                    "color": tint,
                    "line": {"color": "#000", "width": 0.6},
                },
                "hovertemplate": f"{titles[method]}: %{{x:.3g}}, %{{y:.3g}}<extra></extra>",
            }
        )
    x, y = axes(surface)
    figure = charts.made(data, x=x, y=y, height=height, **charts.legend_above(2))
    layout = figure["layout"]
    layout["hovermode"] = "closest"
    layout["xaxis"] |= {"range": [left, right]}
    layout["yaxis"] |= {"range": [bottom, top]}
    return figure


def height_chart(found: Mapping[str, Any], upto: int, floor: float) -> charts.Figure:
    """The height over the steps, above the lowest point, up in powers of ten."""
    titles = names()
    series = {
        titles[method]: (np.arange(upto + 1), np.maximum(path[: upto + 1, 2] - floor, 1e-12))
        for method, path in found.items()
    }
    tints = [COLOURS[list(METHODS).index(method) % len(COLOURS)] for method in found]
    figure = charts.lines(
        series, x=_("step"), y=_("height above the lowest point"), colours=tints, log_y=True
    )
    figure["layout"]["yaxis"]["hoverformat"] = ".2e"
    return figure


def rate_chart(
    rates: Sequence[float], found: Mapping[str, Any], limit: float, floor: float
) -> charts.Figure:
    """Where each optimiser ends, by its rate; an upright line where plain descent begins to run off."""
    titles = names()
    series = {
        titles[method]: (
            rates,
            [max(float(end) - floor, 1e-12) if end < 1e6 else None for end in ends],
        )
        for method, ends in found.items()
    }
    tints = [COLOURS[list(METHODS).index(method) % len(COLOURS)] for method in found]
    figure = charts.lines(
        series,
        x=_("learning rate"),
        y=_("height at the end"),
        colours=tints,
        log_x=True,
        log_y=True,
        height=380,
    )
    figure["layout"]["yaxis"]["hoverformat"] = ".2e"
    figure["layout"]["xaxis"] |= {"exponentformat": "power", "hoverformat": ".3g"}
    return charts.verticals(figure, [(limit, "2 ÷ c")], log_x=True)


def ask_surface(key: str, few: Sequence[str] = ()) -> str:
    """Ask for one of the surfaces."""
    every = surface_names()
    return choice(_("Surface"), {name: every[name] for name in few or every}, key=key)
