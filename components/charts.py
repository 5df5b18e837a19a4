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
    figure.update_yaxes(title=y)
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
