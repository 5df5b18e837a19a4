"""The lesson on correlation: all columns against a target, and the clustered matrix of all pairs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import blobs, charts, plot, show
from components import table as tables
from components.cells import Cell, grid
from components.correlation import (
    first_pair,
    number,
    pair_of,
    scatter_view,
    tell_too_few,
    told_pair,
)
from components.correlation_information import counted, counts_view
from components.i18n import _
from components.scales import colour
from components.state import choice, wish
from components.table import KINDS, NUMBERS_AND_DATES, label
from engine.lab import Lab, Node
from engine.table import correlation as engine

MOST_OF_MATRIX = 40  # columns
MOST_OF_LIST = 40
MOST_ROWS = 20_000  # for ranks and parts
MANY_COLUMNS = 20  # of more columns, fewer rows are ranked


def list_grid(found: Sequence[tuple[str, int, float, float, float, float]], texts: set[str]) -> str:
    """The columns by how much they tell about the target."""
    # Bright is what is far above chance, not the best of what tells nothing.
    most = max((max(one[4], 4 * one[5]) for one in found), default=1.0) or 1.0

    def signed(value: float, of: str) -> Cell:
        if math.isnan(value):
            return Cell("–", hint=_("text") if of in texts else _("constant"))
        return Cell(number(value), colour("signed", value, -1, 1))

    rows = [
        [
            signed(linear, name),
            signed(monotone, name),
            Cell(f"{bits:.3f}", colour("viridis", bits, 0, most)),
            Cell(f"{chance:.3f}"),
            Cell(f"{count:,}"),
        ]
        for name, count, linear, monotone, bits, chance in found
    ]
    return grid(
        rows,
        label=_("The columns by what they tell about the target"),
        row_heads=[name[:40] for name, *_rest in found],
        column_heads=["Pearson", "Spearman", _("bits"), _("by chance"), _("rows")],
    )


def matrix_figure(values: Any, names: Sequence[str], chosen: tuple[int, int], bits: bool) -> Any:
    """The matrix as a heat map under squares that can be clicked."""
    short = [label(name, 18) for name in names]
    scale, span = "signed", (-1.0, 1.0)
    if bits:
        scale, span = "viridis", (0.0, float(values.max(initial=0.1)))
    figure = charts.heat(values, short, short, scale=scale, span=span)
    count = len(names)
    cells = [(row, column) for row in range(count) for column in range(count)]
    full = [label(name, 40) for name in names]
    told = [_("bits") if bits else "r"] * len(cells)
    figure["data"].append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [column for _row, column in cells],
            "y": [row for row, _column in cells],
            "customdata": [
                [full[row], full[column], number(float(values[row, column])), word]
                for (row, column), word in zip(cells, told, strict=True)
            ],
            "hovertemplate": "%{customdata[0]} · %{customdata[1]}<br>%{customdata[3]} = "
            "%{customdata[2]}<extra></extra>",
            "marker": {"symbol": "square", "size": 18, "color": "rgba(0,0,0,0)"},
            "unselected": {"marker": {"opacity": 1}},
            "selected": {"marker": {"opacity": 1}},
            "showlegend": False,
        }
    )
    row, column = chosen
    edge = {"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
    figure["layout"]["shapes"] = [{"type": "rect", "line": {"color": "#D55E00", "width": 3}} | edge]
    figure["layout"] |= {"hovermode": "closest", "dragmode": False}
    for axis in ("xaxis", "yaxis"):
        figure["layout"][axis] |= {"fixedrange": True, "zeroline": False, "showgrid": False}
    return figure


def ranked_rows(columns: int) -> int:
    """How many rows are ranked or cut into parts: all pairs of many columns take long."""
    return int(MOST_ROWS * min(1.0, MANY_COLUMNS / max(1, columns)))


def columns_of_matrix(lab: Lab, table: Node, measure: str) -> tuple[str, ...]:
    """All columns that the measure takes, or those most related to another one."""
    frame = table.value
    kinds = KINDS if measure == "information" else NUMBERS_AND_DATES
    names = tables.columns_of(frame, kinds)
    if len(names) <= MOST_OF_MATRIX:
        return names
    numbers = tables.columns_of(frame, NUMBERS_AND_DATES)
    if len(numbers) <= MOST_OF_MATRIX:
        return (*numbers, *(name for name in names if name not in numbers))[:MOST_OF_MATRIX]
    most = engine.rows_compared(rows=len(frame), columns=len(numbers))
    found = lab.run(engine.pearson_matrix, table, columns=numbers, most=most, as_="all_pairs")
    best = lab.run(engine.most_related, found, count=MOST_OF_MATRIX, as_="best").value
    return tuple(numbers[place] for place in best.tolist())


def matrix_view(lab: Lab, table: Node, text: Mapping[str, str]) -> None:
    """The matrix of all pairs in clustered order; a click on a cell opens its points."""
    names = {"pearson": "Pearson", "spearman": "Spearman", "information": _("Mutual information")}
    numbers = tables.columns_of(table.value, NUMBERS_AND_DATES)
    likely = "pearson" if len(numbers) > 1 else "information"
    measure = choice(_("Measure"), names, key="correlation_measure", default=likely)
    columns = columns_of_matrix(lab, table, measure)
    if len(columns) < 2 and measure == "information":
        st.info(_("This needs two columns. Choose another table above."), icon=":material/info:")
        return
    if len(columns) < 2:
        tell_too_few(lab, table)
        return
    frame = table.value
    most = len(frame) if measure == "pearson" else min(ranked_rows(len(columns)), len(frame))
    how = {"columns": columns, "measure": measure, "most": most}
    found = lab.run(engine.measured_pairs, table, as_="pairs", **how)
    order = lab.run(engine.clustered_order, found, as_="order")
    values = lab.run(engine.in_order, found, order, as_="matrix")
    ordered = [columns[place] for place in order.value.tolist()]
    every = list(frame.columns)
    _take_click(ordered, every)
    places = {str(every.index(name)): name for name in ordered}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        likely = [str(every.index(name)) for name in first_pair(lab, table) if name in ordered]
        last = likely[-1] if likely else None
        row = choice(_("Row"), places, key="correlation_row", default=last, look="menu")
        default = next(place for place in (*likely, *places) if place != row)
        column = choice(_("Column"), places, key="correlation_column", default=default, look="menu")
    y, x = places[row], places[column]
    at = (ordered.index(y), ordered.index(x))
    told = text["matrix_information" if measure == "information" else "matrix_caption"]
    told += " " + _rows_note(found.value[1], most, len(frame))
    told += _columns_note(frame, columns, measure)
    plot.plot(
        matrix_figure(values.value, ordered, at, measure == "information"),
        key=f"correlation_matrix_{measure}_{row}_{column}",
        alt=_("A coloured square for each pair of columns"),
        clickable=True,
    )
    show.footer("correlation_matrix", [values, order, found], told)
    _cell_view(lab, table, x, y)


def _rows_note(counts: Any, of: int, rows: int) -> str:
    note = _(
        "Each pair counts the rows that know both: {least} to {most} of {of}.",
        least=f"{int(counts.min()):,}",
        most=f"{int(counts.max()):,}",
        of=f"{of:,}",
    )
    if of < rows:
        note += " " + _("They are drawn by chance from {rows} rows.", rows=f"{rows:,}")
    return note


def _columns_note(frame: Any, columns: Sequence[str], measure: str) -> str:
    """Which columns are left out, as a sentence behind others."""
    every = tables.columns_of(frame, KINDS if measure == "information" else NUMBERS_AND_DATES)
    if len(columns) == len(every):
        return ""
    numbers = len(tables.columns_of(frame, NUMBERS_AND_DATES))
    how = {"shown": len(columns), "all": f"{len(every):,}"}
    if numbers <= MOST_OF_MATRIX:
        return " " + _(
            "{shown} of {all} columns are shown: the numbers, then the first texts.", **how
        )
    compared = engine.rows_compared(rows=len(frame), columns=numbers)
    return " " + _(
        "{shown} of {all} columns are shown: those most correlated with another one, on {rows} rows.",
        rows=f"{compared:,}",
        **how,
    )


def _cell_view(lab: Lab, table: Node, x: str, y: str) -> None:
    """The rows behind a cell of the matrix: points of two numbers, or counts with a text."""
    if x == y:
        st.info(_("A column goes with itself in any case. Choose two."), icon=":material/info:")
        return
    frame = table.value
    if all(tables.kind_of(frame[name]) in NUMBERS_AND_DATES for name in (x, y)):
        pair = told_pair(pair_of(lab, table, x, y))
        if pair is not None:
            told = _("r = {r}, Spearman {rho}.", r=number(pair.r), rho=number(pair.rho))
            scatter_view("correlation_cell", pair, f"{told} {pair.note}")
        return
    parts = lab.run(engine.parts_for_table, table, as_="parts").value
    counts, *names = counted(lab, table, x, y, parts)
    told = _("How many rows lie in each part of both columns; categories are parts.")
    counts_view("correlation_counts", counts, names, x, y, told)


def _take_click(ordered: Sequence[str], every: Sequence[str]) -> None:
    """Let the menus take the cell that was clicked."""
    kept = [st.session_state.get(f"correlation_{name}") for name in ("measure", "row", "column")]
    told = blobs.get(
        st.session_state.get("correlation_matrix_" + "_".join(map(str, kept))), "selection"
    )
    places = blobs.get(told, "point_indices")
    count = len(ordered)
    if isinstance(places, list) and places and blobs.is_whole(places[0], count * count - 1):
        for name, place in zip(("row", "column"), divmod(places[0], count), strict=True):
            wish(f"correlation_{name}", str(every.index(ordered[place])))
