"""A confusion matrix whose squares can be clicked."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import blobs, charts, plot, scales
from components.i18n import _
from components.table import label


def matrix_figure(table: Any, names: Sequence[str], chosen: tuple[int, int] | None) -> Any:
    """How often each class (row) got each answer (column), as squares that can be clicked."""
    count = len(names)
    side = 84 if count <= 3 else 46 if count <= 6 else 34 if count <= 12 else 20
    lut, most = scales.table("viridis"), max(1, int(table.max()))
    assert lut is not None
    cells = [(row, column) for row in range(count) for column in range(count)]
    values = [int(table[cell]) for cell in cells]
    colours = [lut[round(255 * value / most)].tolist() for value in values]
    bright = [sum(colour) > 380 for colour in colours]
    short = [label(name, 12) for name in names]
    whole = [html.escape(name, quote=False) for name in names]  # Plotly knows no &quot;
    points = {
        "type": "scatter",
        "x": [column for _row, column in cells],
        "y": [row for row, _column in cells],
        "mode": "markers+text",
        "text": [str(value) if value else "" for value in values],
        "textfont": {
            "size": 20 if count <= 3 else 13,
            "color": ["#000" if one else "#fff" for one in bright],
        },
        "customdata": [
            [whole[row], whole[column], int(table[row, column])] for row, column in cells
        ],
        "hovertemplate": "%{customdata[0]} → %{customdata[1]}: %{customdata[2]}<extra></extra>",
        "marker": {
            "symbol": "square",
            "size": side - 4,
            "opacity": 1,
            "color": [f"rgb{tuple(colour)}" for colour in colours],
            "line": {
                "color": ["#D55E00" if cell == chosen else "rgba(0,0,0,0)" for cell in cells],
                "width": 3,
            },
        },
        "unselected": {"marker": {"opacity": 1}},
        "showlegend": False,
    }
    figure = charts.made([points], x=_("answer"), y=_("truth"), height=side * count + 110, top=8)
    ticks = {
        "tickvals": list(range(count)),
        "ticktext": short,
        "showgrid": False,
        "zeroline": False,
    }
    edge = [-0.5, count - 0.5]
    longest = 3 if count <= 12 else 1  # letters that have room side by side
    angle = -45 if max(map(len, names)) > longest else 0
    figure["layout"]["width"] = side * count + 150
    figure["layout"]["xaxis"] |= ticks | {"range": edge, "tickangle": angle, "fixedrange": True}
    figure["layout"]["yaxis"] |= ticks | {"range": edge[::-1], "fixedrange": True}
    figure["layout"]["yaxis"] |= {"automargin": True}
    figure["layout"]["dragmode"] = False
    return figure


def draw(table: Any, names: Sequence[str], chosen: tuple[int, int] | None, *, key: str) -> None:
    """Draw the matrix; `key` must change with `chosen`, so that a click is not taken twice."""
    plot.plot(
        matrix_figure(table, names, chosen),
        key=key,
        width="content",
        alt=_("Confusion matrix: rows are the truth, columns the answers"),
        clickable=True,
    )


def clicked(key: str, count: int) -> tuple[int, int] | None:
    """The square that was clicked in the matrix of `count` classes drawn under `key`."""
    places = blobs.get(blobs.get(st.session_state.get(key), "selection"), "point_indices")
    if isinstance(places, list) and places and blobs.is_whole(places[0], count * count - 1):
        return divmod(places[0], count)
    return None
