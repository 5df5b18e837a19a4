"""A confusion matrix whose squares can be clicked."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import blobs, charts, plot, scales
from components.cells import ink
from components.i18n import _
from components.table import label

PHONE, LETTER = 270, 8  # CSS pixels: all cells of a row on a phone, and a letter below them


def matrix_figure(table: Any, names: Sequence[str], chosen: tuple[int, int] | None) -> Any:
    """How often each class (row) got each answer (column), under squares that can be clicked.

    The cells take the width that there is, and their digits grow with them.
    """
    count, most = len(names), max(1, int(table.max()))
    short = [label(name, 12) for name in names]
    span = (0.0, float(most))
    figure = charts.heat(table, short, short, span=span, x=_("answer"), digits=False)
    figure["data"][0] |= {"showscale": False, "hoverinfo": "skip"}
    cells = [(row, column) for row in range(count) for column in range(count)]
    full = [html.escape(name, quote=False) for name in names]  # Plotly knows no &quot;
    figure["data"].append(
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": [column for _row, column in cells],
            "y": [row for row, _column in cells],
            "customdata": [[full[r], full[c], f"{int(table[r, c]):,}"] for r, c in cells],
            "text": [f"{int(table[cell]):,}" if table[cell] else "" for cell in cells],
            "textfont": {
                "size": size_of_digits(count, len(f"{most:,}")),
                "color": [ink(scales.colour("viridis", int(table[cell]), *span)) for cell in cells],
            },
            "hovertemplate": "%{customdata[0]} → %{customdata[1]}: %{customdata[2]}<extra></extra>",
            "marker": {"symbol": "square", "size": height_of(count), "color": "rgba(0,0,0,0)"},
            "unselected": {"marker": {"opacity": 1}},
            "selected": {"marker": {"opacity": 1}},
            "showlegend": False,
        }
    )
    layout = figure["layout"]
    layout |= {"height": height_of(count) * count + 110, "dragmode": False, "hovermode": "closest"}
    for axis in ("xaxis", "yaxis"):
        layout[axis] |= {"fixedrange": True, "showgrid": False, "zeroline": False}
        layout[axis]["tickfont"] = {"size": 15 if count <= 6 else 13}
    layout["yaxis"] |= {"title": {"text": _("truth")}, "automargin": True}
    letters = PHONE / count / LETTER  # that have room below a cell
    layout["xaxis"]["tickangle"] = -45 if max(map(len, names)) > letters else 0
    if chosen in cells:
        row, column = chosen
        edge = {"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
        layout["shapes"] = [{"type": "rect", "line": {"color": "#D55E00", "width": 4}} | edge]
    return figure


def size_of_digits(count: int, letters: int) -> int:
    """The size of a number of so many letters that fits into a cell, on a phone, too."""
    return int(min(height_of(count) / 3, max(10, PHONE / count / (0.6 * letters))))


def height_of(count: int) -> int:
    """How high a cell of a matrix of `count` classes is, in CSS pixels."""
    return 110 if count <= 3 else 72 if count <= 6 else 46 if count <= 12 else 30


def draw(table: Any, names: Sequence[str], chosen: tuple[int, int] | None, *, key: str) -> None:
    """Draw the matrix; `key` must change with `chosen`, so that a click is not taken twice."""
    with st.container(width=round(1.5 * height_of(len(names)) * len(names)) + 160):
        plot.plot(
            matrix_figure(table, names, chosen),
            key=key,
            alt=_("Confusion matrix: rows are the truth, columns the answers"),
            clickable=True,
        )


def clicked(key: str, count: int) -> tuple[int, int] | None:
    """The square that was clicked in the matrix of `count` classes drawn under `key`."""
    places = blobs.get(blobs.get(st.session_state.get(key), "selection"), "point_indices")
    if isinstance(places, list) and places and blobs.is_whole(places[0], count * count - 1):
        return divmod(places[0], count)
    return None
