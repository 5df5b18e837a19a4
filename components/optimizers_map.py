"""A surface from above with the paths on it, where to begin, and the heights of the paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from components import blobs, charts, plot, scales
from components.curves import COLOURS
from components.i18n import _
from components.optimizers import STARTS, axes, names
from engine.training.surface import METHODS, SPANS

CLICKED = 1  # the place of that trace in the figure
GRID = 25  # points to click at in each direction
MARKED = 100  # up to so many steps, each has its sign
SIGNS = ("circle", "diamond", "square", "triangle-up", "cross", "x")


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
                "mode": "lines+markers" if upto <= MARKED else "lines",
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
