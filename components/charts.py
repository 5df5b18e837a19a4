"""Plotly figures that look the same on every page, as plain dicts.

`st.plotly_chart` checks a dict once, when it sends it; building the same from Plotly's objects checks
every step, which takes several times as long.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from components import scales
from components.cells import ink

Figure = dict[str, Any]
DECADES = range(-1, 6)  # powers of ten that a logarithmic axis names
FEW_DECADES = 2.2  # on an axis of so many, 2 and 5 times the powers of ten are named, too
MOST_TICKS = 6  # powers of ten that are named on a longer one


def made(
    data: list[dict[str, Any]],
    *,
    x: str = "",
    y: str = "",
    height: int,
    top: int = 24,
    **layout: Any,
) -> Figure:
    """A figure of `data` (traces) with named axes; `top` pixels are left above it."""
    margin = {"l": 8, "r": 8, "t": top, "b": 8}
    axes = {
        axis: {"title": {"text": name}} if name else {}
        for axis, name in (("xaxis", x), ("yaxis", y))
    }
    shown = data or [
        {"type": "scatter", "x": [], "y": []}
    ]  # Streamlit refuses a figure without any
    return {"data": shown, "layout": {"height": height, "margin": margin, **axes, **layout}}


def legend_above(count: int) -> dict[str, Any]:
    """The part of a layout that puts a legend above the chart, if it has more than one name."""
    # It stands on the chart, so that on a phone it wraps upwards.
    legend = {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0}
    return {"legend": legend, "showlegend": count > 1, "hovermode": "x unified"}


def lines(
    series: Mapping[str, tuple[Any, Any]],
    *,
    x: str,
    y: str,
    colours: Sequence[str],
    steps: bool = False,
    log_x: bool = False,
    log_y: bool = False,
    height: int = 300,
) -> Figure:
    """A line for each name -> (x values, y values); `steps` draws bars' outlines (histograms)."""
    data = []
    for (name, (xs, ys)), colour in zip(series.items(), colours, strict=False):
        line = {"color": colour, "width": 1.6, "shape": "hvh" if steps else "linear"}
        trace = {"type": "scatter", "x": xs, "y": ys, "name": name, "mode": "lines", "line": line}
        data.append(trace | ({"fill": "tozeroy"} if steps else {}))
    figure = made(data, x=x, y=y, height=height, **legend_above(len(series)))
    for axis, place, log in (("xaxis", 0, log_x), ("yaxis", 1, log_y)):
        look = powers(*(one[place] for one in series.values())) if log else {"type": "linear"}
        figure["layout"][axis] |= look
    return figure


def powers(*values: Any) -> dict[str, Any]:
    """The part of a layout that makes an axis of these values logarithmic.

    Its ticks are powers of ten, with 2 and 5 times these where there are few of them; Plotly's own put
    a small 2 and 5 without a unit between them.
    """
    every = np.concatenate([np.ravel(np.asarray(one, float)) for one in values] or [np.ones(1)])
    every = every[np.isfinite(every) & (every > 0)]
    if not every.size:
        return {"type": "log"}
    least, most = np.log10(every.min()), np.log10(every.max())
    firsts = (1, 2, 5) if most - least <= FEW_DECADES else (1,)
    apart = max(1, math.ceil((most - least) / MOST_TICKS))
    places = range(math.floor(least / apart) * apart, math.ceil(most) + apart, apart)
    ticks = [(first, power) for power in places for first in firsts]
    short = all(-4 < power < 5 for _first, power in ticks)
    names = [
        f"{first * 10.0**power:,.12g}" if short or power == 0 else _power(first, power)
        for first, power in ticks
    ]
    return {
        "type": "log",
        "exponentformat": "power",
        "tickvals": [first * 10.0**power for first, power in ticks],
        "ticktext": [name.replace("-", "−") for name in names],
    }


def _power(first: int, power: int) -> str:
    """A tick as first times a power of ten."""
    return f"10<sup>{power}</sup>" if first == 1 else f"{first}·10<sup>{power}</sup>"


def sizes(
    rows: Sequence[tuple[str, float, str, bool]], *, x: str, colour: str, height: int | None = None
) -> Figure:
    """A horizontal bar for each (name, value, text behind it, whole), the first on top.

    What is not whole is drawn hatched, so that colour is not the only sign of it.
    """
    names, values, texts, whole = zip(*rows, strict=True)
    bars = {
        "type": "bar",
        "x": values,
        "y": names,
        "text": texts,
        "orientation": "h",
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{text}<extra></extra>",
        "marker": {
            "color": [colour if one else "rgba(0,0,0,0)" for one in whole],
            "line": {"color": colour, "width": 1},
            "pattern": {
                "shape": ["" if one else "/" for one in whole],
                "fgcolor": colour,
                "fillmode": "overlay",
            },
        },
    }
    figure = made([bars], x=x, height=height or 24 * len(rows) + 70, top=8)
    figure["layout"]["xaxis"]["range"] = [0, 1.45 * max(1, *values)]
    figure["layout"]["yaxis"]["autorange"] = "reversed"
    return figure


def envelope(values: Any, most: int = 2000) -> tuple[Any, Any]:
    """x and y of a wave's outline: the least and the greatest value of each of `most` / 2 slices.

    What is drawn looks the same as all samples would on a screen, at a hundredth of the bytes.
    """
    if len(values) <= most:
        return np.arange(len(values)), values
    step = -(-2 * len(values) // most)
    whole = values[: len(values) // step * step].reshape(-1, step)
    pairs = np.stack([whole.min(axis=1), whole.max(axis=1)], axis=1).ravel()
    return np.arange(len(pairs)) * step / 2, pairs


def spectra(
    series: Mapping[str, tuple[Any, Any]],
    *,
    x: str,
    y: str,
    colours: Sequence[str],
    marks: Sequence[tuple[float, float, str]] = (),
    log_x: bool = False,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    height: int = 320,
) -> Figure:
    """Lines as `lines` draws them, sent in half the bytes, with named points (x, y, name) on them.

    Both ranges are in the values of the axes; on a logarithmic axis x must be above 0.
    """
    short = {name: (np.float32(xs), np.float32(ys)) for name, (xs, ys) in series.items()}
    figure = lines(short, x=x, y=y, colours=colours, log_x=log_x, height=height)
    layout = figure["layout"]
    if marks:
        xs, ys, names = zip(*marks, strict=True)
        figure["data"].append(
            {
                "type": "scatter",
                "x": xs,
                "y": ys,
                "text": names,
                "mode": "markers+text",
                "textposition": "top center",
                "marker": {"size": 8, "symbol": "triangle-down", "color": "#D55E00"},
                "showlegend": False,
                "hoverinfo": "skip",
            }
        )
    layout["xaxis"]["hoverformat"], layout["yaxis"]["hoverformat"] = ".5~g", ".1f"
    if x_range is not None:
        layout["xaxis"]["range"] = list(np.log10(x_range)) if log_x else list(x_range)
    if y_range is not None:
        layout["yaxis"]["range"] = list(y_range)
    if log_x:
        ticks = [first * 10.0**power for power in DECADES for first in (1, 2, 5)]
        names = [f"{t:g}" if t < 1000 else f"{t / 1000:g}k" for t in ticks]
        layout["xaxis"] |= {"tickvals": ticks, "ticktext": names}
    return figure


def bank(
    weights: Any,
    places: Any,
    *,
    x: str,
    y: str,
    colours: Sequence[str],
    height: int = 260,
    corners: Any = None,
) -> Figure:
    """The rows of a filter bank over the frequency of each column, neighbours in other colours.

    Only what is not zero is drawn, with the zero on each side. With `corners` [shape=(bands, 3, 2)],
    the triangles are the lines and the weights are dots on them.
    """
    data = []
    for turn, colour in enumerate(colours):
        xs, ys = [np.zeros(0, np.float32)], [np.zeros(0, np.float32)]
        for row in weights[turn :: len(colours)]:
            columns = np.flatnonzero(row)
            if corners is not None:  # dots where there is weight, the lines say the rest
                xs.append(np.float32(places[columns]))
                ys.append(np.float32(row[columns]))
            elif columns.size:
                part = slice(max(0, columns[0] - 1), columns[-1] + 2)
                xs += [np.float32(places[part]), np.float32([np.nan])]
                ys += [np.float32(row[part]), np.float32([np.nan])]
        line = {"color": colour, "width": 1.4}
        mode = "lines"
        if corners is not None:
            mode = "markers"
            paths = np.full((len(corners[turn :: len(colours)]), 4, 2), np.nan, np.float32)
            paths[:, :3] = corners[turn :: len(colours)]
            data.append(
                {
                    "type": "scatter",
                    "x": paths[..., 0].ravel(),
                    "y": paths[..., 1].ravel(),
                    "mode": "lines",
                    "line": {"color": colour, "width": 0.7},
                    "hoverinfo": "skip",
                    "showlegend": False,
                }
            )
        data.append(
            {
                "type": "scatter",
                "x": np.concatenate(xs),
                "y": np.concatenate(ys),
                "mode": mode,
                "line": line,
                "marker": {"size": 4, "color": colour},
                "showlegend": False,
            }
        )
    figure = made(data, x=x, y=y, height=height)
    figure["layout"]["xaxis"]["hoverformat"] = ".5~g"
    figure["layout"]["yaxis"]["hoverformat"] = ".3~g"
    return figure


def verticals(figure: Figure, marks: Sequence[tuple[float, str]], *, log_x: bool = False) -> Figure:
    """The figure with dotted upright lines at the given places, each with its name at the top."""
    layout = figure["layout"]
    for place, name in marks:
        at = {"xref": "x", "yref": "y domain"}
        line = {"dash": "dot", "color": "#7A7F87", "width": 1.4}
        shape = {"type": "line", "x0": place, "x1": place, "y0": 0, "y1": 1, "line": line, **at}
        note = {
            "text": name,
            "x": math.log10(place) if log_x else place,
            "y": 1,
            "xanchor": "left",
            "yanchor": "top",
            "showarrow": False,
            "font": {"size": 12},
            **at,
        }
        layout["shapes"] = [*layout.get("shapes", []), shape]
        layout["annotations"] = [*layout.get("annotations", []), note]
    return figure


def histogram(
    series: Mapping[str, tuple[Any, Any]],
    *,
    x: str,
    y: str,
    colours: Sequence[str],
    height: int = 300,
) -> Figure:
    """Bars for each name -> (x values, y values), drawn over each other and half transparent."""
    data = [
        {"type": "bar", "x": xs, "y": ys, "name": name, "marker": {"color": colour}, "opacity": 0.6}
        for (name, (xs, ys)), colour in zip(series.items(), colours, strict=False)
    ]
    bars = {"barmode": "overlay", "bargap": 0}
    return made(data, x=x, y=y, height=height, **legend_above(len(series)), **bars)


def heat(
    matrix: Any,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    scale: str = "viridis",
    span: tuple[float, float] = (0.0, 1.0),
    x: str = "",
    digits: bool = True,
) -> Figure:
    """A matrix as a heat map, with its digits as long as they fit, unless not `digits`."""
    lut = scales.table(scale)
    assert lut is not None
    colours = [[n / 10, f"rgb{tuple(int(c) for c in lut[round(25.5 * n)])}"] for n in range(11)]
    trace = {
        "type": "heatmap",
        "z": matrix,
        "zmin": span[0],
        "zmax": span[1],
        "colorscale": colours,
        "colorbar": {"thickness": 12, "len": 0.9},
        "customdata": [[f"{r} · {c}" for c in columns] for r in rows],
        "hovertemplate": "%{customdata}: %{z:.3f}<extra></extra>",
        "hoverongaps": False,
        "xgap": 0 if len(columns) > 50 else 1,
        "ygap": 1,
    }
    data = [trace]
    if digits and len(columns) <= 14:
        data = _with_digits(trace, np.asarray(matrix, float), scale, span)
    figure = made(data, x=x, height=max(220, 22 * len(rows) + 110), top=8)
    layout = figure["layout"]
    layout["yaxis"] |= {
        "tickvals": list(range(len(rows))),
        "ticktext": list(rows),
        "range": [len(rows) - 0.5, -0.5],
    }
    layout["xaxis"] |= {"range": [-0.5, len(columns) - 0.5]}
    if len(columns) <= 50:
        angle = -45 if max(map(len, columns), default=0) > 2 else 0
        layout["xaxis"] |= {
            "tickvals": list(range(len(columns))),
            "ticktext": list(columns),
            "tickangle": angle,
        }
    return figure


def _with_digits(
    trace: dict[str, Any], matrix: Any, scale: str, span: tuple[float, float]
) -> list[dict[str, Any]]:
    """The cells with their numbers: a trace of those with black digits, and one of those with white.

    Plotly has one colour for the digits of a trace, and no digits where they do not fit.
    """
    shown = np.nan_to_num(matrix, nan=span[0])
    inks = np.array([[ink(scales.colour(scale, z, *span)) for z in row] for row in shown.tolist()])
    look = {"texttemplate": "%{z:.2f}"}
    return [
        trace
        | look
        | {"z": np.where(inks == tint, matrix, np.nan), "textfont": {"color": tint}}
        | ({"showscale": False} if n else {})
        for n, tint in enumerate(("#000", "#fff"))
    ]
