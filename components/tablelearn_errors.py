"""The answers of a model and the rows behind its errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, confusion, show
from components.cells import Cell, grid
from components.i18n import _
from components.learning import Task
from components.state import choice, wish
from components.table import label
from components.tablelearn import GRAY, ORANGE
from engine.lab import Node
from engine.table import judge


def confusion_view(task: Task, outputs: Node, text: Mapping[str, str]) -> None:
    """The confusion matrix, and the rows of the cell that is chosen or clicked."""
    lab, count = task.lab, task.classes
    table = lab.run(judge.confusion_table, task.y, outputs, task.learn, as_="confusion")
    cells = [(row, column) for row in range(count) for column in range(count)]
    full = [cell for cell in cells if table.value[cell]]
    full.sort(key=lambda cell: (cell[0] == cell[1], -int(table.value[cell])))
    options = {"wrong": _("all that are wrong")} | {
        f"{row}.{column}": _(
            "{truth} taken for {answer}: {count}",
            truth=task.names[row],
            answer=task.names[column],
            count=int(table.value[row, column]),
        )
        for row, column in full
    }
    _take_click(options, count)
    left, right = st.columns(2)
    with right:
        chosen = choice(_("Cell"), options, key="tl_cell", look="menu")
    truth, named = (-1, -1) if chosen == "wrong" else map(int, chosen.split("."))
    rows = lab.run(
        judge.cell_rows,
        task.data,
        task.y,
        outputs,
        task.learn,
        truth=truth,
        named=named,
        as_="rows",
    )
    with left:
        confusion.draw(table.value, task.names, (truth, named), key=f"tl_matrix_{chosen}")
        show.footer("tl_confusion", [table], text["confusion_caption"])
    with right:
        rows_view("tl_rows", rows, text["rows_caption"].format(most=judge.MOST_SHOWN), own=1)


def _take_click(options: Mapping[str, str], count: int) -> None:
    """Let the menu take the cell that was clicked, if there is a row in it."""
    found = confusion.clicked(f"tl_matrix_{st.session_state.get('tl_cell')}", count)
    if found is not None and (cell := f"{found[0]}.{found[1]}") in options:
        wish("tl_cell", cell)


def residual_views(task: Task, outputs: Node, text: Mapping[str, str]) -> None:
    """Truth and residual over the answer, and the rows with the largest errors."""
    lab = task.lab
    pairs = lab.run(judge.residuals, task.y, outputs, task.learn, as_="pairs")
    for column, name, place in zip(st.columns(2), ("true", "residual"), (0, 1), strict=True):
        with column:
            show.chart(
                f"tl_{name}",
                lambda values, at=place: residual_charts(values, task.target)[at],
                [pairs],
                caption=text[f"{name}_caption"],
                alt=_("A dot for each tested row"),
            )
    rows = lab.run(judge.largest_errors, task.data, task.y, task.learn, outputs, as_="rows")
    rows_view("tl_rows", rows, text["largest_caption"], own=2)


def residual_charts(found: Any, name: str) -> tuple[charts.Figure, charts.Figure]:
    """Truth over answer with the line on which both are equal; residual over answer."""
    said, truth, off = (column.tolist() for column in found.T)
    low, high = min(*said, *truth), max(*said, *truth)

    def dots(ys: Sequence[float]) -> dict[str, Any]:
        marker = {"color": ORANGE, "size": 6, "opacity": 0.6}
        return {"type": "scatter", "x": said, "y": ys, "mode": "markers", "marker": marker}

    def line(ys: Sequence[float]) -> dict[str, Any]:
        look = {"color": GRAY, "dash": "dash", "width": 1.4}
        return {"type": "scatter", "x": [low, high], "y": ys, "mode": "lines", "line": look}

    figures = []
    for ys, straight, y in (
        (truth, [low, high], _("{name}, true", name=label(name))),
        (off, [0, 0], _("residual: true − answer")),
    ):
        data = [dots(ys), line(straight) | {"hoverinfo": "skip"}]
        figure = charts.made(data, x=_("answer of the model"), y=y, height=330)
        figures.append(figure | {"layout": figure["layout"] | {"showlegend": False}})
    return figures[0], figures[1]


def rows_view(key: str, rows: Node, caption: str, *, own: int) -> None:
    """Rows of the learner's table; the first columns, `own` of them, are the app's."""
    if len(rows.value):
        words = {
            "probability": _("probability"),
            "answer": _("answer"),
            "residual": _("residual"),
        }
        config = {name: words[name] for name in rows.value.columns[:own] if name in words}
        st.dataframe(rows.value, height=320, key=f"frame_{key}", column_config=config)
    else:
        st.success(_("No row of the test lies here."), icon=":material/check:")
    show.footer(key, [rows], caption)


def measures_view(task: Task, outputs: Node, text: Mapping[str, str]) -> None:
    """Three measures, on the rows learnt from and on the test."""
    measure = judge.class_measures if task.classes else judge.number_measures
    found = [
        (name, task.lab.run(measure, *task.inputs[1:], outputs, side=side, as_=f"{side}_measures"))
        for side, name in (("learn", _("rows learnt from")), ("test", _("test")))
    ]
    body = measures_grid(task, [(name, node.value) for name, node in found])
    kind = text["measures_classes" if task.classes else "measures_numbers"]
    show.html("tl_measures", body, [node for _name, node in found], caption=kind)


def measures_grid(task: Task, rows: Sequence[tuple[str, tuple[float, float, float]]]) -> str:
    """The measures in rows."""
    if task.classes:
        heads = [_("right answers"), _("balanced over the classes"), _("cross-entropy")]
        cells = [
            [Cell(task.score(a)), Cell(task.score(b)), Cell(f"{c:.3f}")] for _n, (a, b, c) in rows
        ]
    else:
        heads = ["R²", _("MAE, mean absolute error"), _("RMSE, root of the mean square")]
        cells = [
            [Cell(task.score(a)), Cell(f"{b:,.4g}"), Cell(f"{c:,.4g}")] for _n, (a, b, c) in rows
        ]
    return grid(
        cells, label=_("Measures"), row_heads=[name for name, _m in rows], column_heads=heads
    )
