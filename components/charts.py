"""Plotly figures that look the same on every page. Plotly is imported when the first is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


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
) -> Any:
    """A line for each name -> (x values, y values); `steps` draws bars' outlines (histograms)."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for (name, (xs, ys)), colour in zip(series.items(), colours, strict=False):
        figure.add_scatter(
            x=xs,
            y=ys,
            name=name,
            mode="lines",
            line={"color": colour, "width": 1.6, "shape": "hvh" if steps else "linear"},
            fill="tozeroy" if steps else None,
        )
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 24, "b": 8},
        legend={"orientation": "h", "y": 1.12, "x": 0},
        showlegend=len(series) > 1,
        hovermode="x unified",
    )
    figure.update_xaxes(title=x, type="log" if log_x else "linear")
    figure.update_yaxes(title=y, type="log" if log_y else "linear")
    if log_y:
        figure.update_yaxes(exponentformat="power")
    return figure


def sizes(
    rows: Sequence[tuple[str, float, str, bool]], *, x: str, colour: str, height: int | None = None
) -> Any:
    """A horizontal bar for each (name, value, text behind it, whole), the first on top.

    What is not whole is drawn hatched, so that colour is not the only sign of it.
    """
    import plotly.graph_objects as go

    names, values, texts, whole = zip(*rows, strict=True)
    figure = go.Figure()
    figure.add_bar(
        x=values,
        y=names,
        text=texts,
        orientation="h",
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
        marker={
            "color": [colour if one else "rgba(0,0,0,0)" for one in whole],
            "line": {"color": colour, "width": 1},
            "pattern": {
                "shape": ["" if one else "/" for one in whole],
                "fgcolor": colour,
                "fillmode": "overlay",
            },
        },
    )
    figure.update_layout(
        height=height or 24 * len(rows) + 70, margin={"l": 8, "r": 8, "t": 8, "b": 8}
    )
    figure.update_xaxes(title=x, range=[0, 1.45 * max(1, *values)])
    figure.update_yaxes(autorange="reversed")
    return figure


def envelope(values: Any, most: int = 2000) -> tuple[Any, Any]:
    """x and y of a wave's outline: the least and the greatest value of each of `most` / 2 slices.

    What is drawn looks the same as all samples would on a screen, at a hundredth of the bytes.
    """
    import numpy as np

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
) -> Any:
    """Lines as `lines` draws them, sent in half the bytes, with named points (x, y, name) on them.

    Both ranges are in the values of the axes; on a logarithmic axis x must be above 0.
    """
    import numpy as np

    short = {name: (np.float32(xs), np.float32(ys)) for name, (xs, ys) in series.items()}
    figure = lines(short, x=x, y=y, colours=colours, log_x=log_x, height=height)
    if marks:
        xs, ys, names = zip(*marks, strict=True)
        figure.add_scatter(
            x=xs,
            y=ys,
            text=names,
            mode="markers+text",
            textposition="top center",
            marker={"size": 8, "symbol": "triangle-down", "color": "#D55E00"},
            showlegend=False,
            hoverinfo="skip",
        )
    figure.update_layout(legend={"yanchor": "bottom", "y": 1.02})  # wraps upwards on a phone
    if x_range is not None:
        figure.update_xaxes(range=list(np.log10(x_range)) if log_x else list(x_range))
    if y_range is not None:
        figure.update_yaxes(range=list(y_range))
    if log_x:
        ticks = [first * 10.0**power for power in range(-1, 6) for first in (1, 2, 5)]
        names = [f"{t:g}" if t < 1000 else f"{t / 1000:g}k" for t in ticks]
        figure.update_xaxes(tickvals=ticks, ticktext=names)
    figure.update_xaxes(hoverformat=".5~g")
    figure.update_yaxes(hoverformat=".1f")
    return figure


def bank(
    weights: Any, places: Any, *, x: str, y: str, colours: Sequence[str], height: int = 260
) -> Any:
    """The rows of a filter bank over the frequency of each column, neighbours in other colours.

    Only what is not zero is drawn, with the zero on each side.
    """
    import numpy as np
    import plotly.graph_objects as go

    figure = go.Figure()
    for turn, colour in enumerate(colours):
        xs: list[Any] = []
        ys: list[Any] = []
        for row in weights[turn :: len(colours)]:
            columns = np.flatnonzero(row)
            if columns.size:
                part = slice(max(0, columns[0] - 1), columns[-1] + 2)
                xs += [np.float32(places[part]), np.float32([np.nan])]
                ys += [np.float32(row[part]), np.float32([np.nan])]
        if xs:
            figure.add_scatter(
                x=np.concatenate(xs),
                y=np.concatenate(ys),
                mode="lines",
                line={"color": colour, "width": 1.4},
                showlegend=False,
            )
    figure.update_layout(height=height, margin={"l": 8, "r": 8, "t": 24, "b": 8})
    figure.update_xaxes(title=x, hoverformat=".5~g")
    figure.update_yaxes(title=y, hoverformat=".3~g")
    return figure


def verticals(figure: Any, marks: Sequence[tuple[float, str]], *, log_x: bool = False) -> Any:
    """The figure with dotted upright lines at the given places, each with its name at the top."""
    import math

    for place, name in marks:
        figure.add_vline(
            x=place,
            line={"dash": "dot", "color": "#7A7F87", "width": 1.4},
            annotation={
                "text": name,
                "x": math.log10(place) if log_x else place,
                "xanchor": "left",
                "yanchor": "top",
                "font": {"size": 12},
            },
        )
    return figure


def histogram(
    series: Mapping[str, tuple[Any, Any]],
    *,
    x: str,
    y: str,
    colours: Sequence[str],
    height: int = 300,
) -> Any:
    """Bars for each name -> (x values, y values), drawn over each other and half transparent."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for (name, (xs, ys)), colour in zip(series.items(), colours, strict=False):
        figure.add_bar(x=xs, y=ys, name=name, marker={"color": colour}, opacity=0.6)
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 24, "b": 8},
        legend={"orientation": "h", "y": 1.12, "x": 0},
        showlegend=len(series) > 1,
        barmode="overlay",
        bargap=0,
        hovermode="x unified",
    )
    figure.update_xaxes(title=x)
    figure.update_yaxes(title=y)
    return figure
