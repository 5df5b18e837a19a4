"""The first question of a tree, found by hand: a threshold, the two groups, and the best of all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import bars, charts, show
from components.cells import Cell, grid
from components.i18n import _, safe
from components.learning import Task
from components.state import choice
from components.stepper import stepper
from components.table import label
from components.tablelearn import BLUE, GRAY, ORANGE, RED
from components.tree import (
    Names,
    column_name,
    criterion_kept,
    criterion_names,
    grown,
    matrix_of,
    number,
    question_of,
    verdict,
)
from engine.lab import Node
from engine.table import tree as trees


def first_question(task: Task, text: Mapping[str, str]) -> None:
    """Ask for a column and a threshold, and show what the split does."""
    lab, criteria = task.lab, criterion_names()
    x, names = matrix_of(task)
    if not names.value:
        st.info(text["no_column"], icon=":material/info:")
        return
    left, right = st.columns(2)
    with left:
        if task.classes:
            both = {name: criteria[name] for name in ("gini", "entropy")}
            choice(_("A group is mixed by its"), both, key="tree_criterion")
    criterion = criterion_kept(task)
    gains = lab.run(trees.best_splits, x, task.y, task.learn, criterion=criterion, as_="gains")
    numbers = [n for n, name in enumerate(names.value) if not name[1]]  # these have many thresholds
    best = max(numbers or range(len(names.value)), key=lambda n: float(gains.value[n, 1]))
    with right:
        columns = {str(n): column_name(name) for n, name in enumerate(names.value)}
        place = choice(_("Look at"), columns, key="tree_column", default=str(best), look="menu")
    values = lab.run(trees.column_of, x, task.learn, number=int(place), as_="column")
    truth = lab.run(trees.learnt_rows, task.y, task.learn, as_="truth")
    scan = lab.run(trees.split_scan, values, truth, criterion=criterion, as_="scan")
    before = lab.run(trees.node_impurity, truth, criterion=criterion, as_="before")
    count = len(scan.value)
    if not count:
        st.info(text["no_threshold"], icon=":material/info:")
    at = stepper(_("Threshold"), 1, count, 1 + count // 4, key="tree_cut") - 1 if count > 1 else 0
    looks = {"hidden": _("Hidden"), "shown": _("Shown")}
    best_too = count and choice(_("The best question"), looks, key="tree_best") == "shown"
    show.chart(
        "tree_scan",
        lambda found, start: scan_chart(
            found,
            start,
            column=columns[place],
            criterion=criteria[criterion],
            at=at,
            best=bool(best_too),
        ),
        [scan, before],
        caption=text["scan_caption"] + " " + text[f"about_{criterion}"],
        alt=_("Impurity over the threshold, yours marked"),
    )
    if count:
        sides = lab.run(
            trees.split_sides, values, truth, scan, criterion=criterion, number=at, as_="sides"
        )
        body = sides_grid(task, sides.value, names.value[int(place)], float(scan.value[at, 0]))
        told = _(
            "Before {before}, after {after}: a gain of {gain}.",
            before=f"{before.value:.4g}",
            after=f"{float(scan.value[at, 1]):.4g}",
            gain=f"{before.value - float(scan.value[at, 1]):.4g}",
        )
        show.html("tree_sides", body, [scan, before, sides], caption=told)
    if best_too:
        _gains_view(task, gains, names, before, int(place), text)


def _gains_view(
    task: Task, gains: Node, names: Node, before: Node, place: int, text: Mapping[str, str]
) -> None:
    """The best split of every column, and the one that scikit-learn's tree takes."""
    root = grown(task, 1)[0]
    said = text["gains_caption"].format(before=f"{before.value:.4g}")
    if (column := int(root.value[trees.COLUMN][0])) >= 0:
        theirs = names.value[column]
        said += " " + _(
            "scikit-learn's tree asks first: **{question}**",
            question=safe(question_of(theirs, float(root.value[trees.THRESHOLD][0]))),
        )
    show.chart(
        "tree_gains",
        lambda found, found_names, _root: gains_chart(found, found_names, place),
        [gains, names, root],
        caption=said,
        alt=_("The gain of the best split of each column"),
    )


def scan_chart(
    scan: Any, before: float, *, column: str, criterion: str, at: int, best: bool
) -> charts.Figure:
    """The impurity after the split over the threshold; dashed, what it is before; marked, yours."""
    xs, ys = scan[:, 0].tolist(), scan[:, 1].tolist()
    line = {"color": ORANGE, "width": 1.8}
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "x": xs,
            "y": ys,
            "mode": "lines+markers" if len(xs) <= 60 else "lines",
            "line": line,
            "marker": {"size": 5},
            "name": _("after the split"),
        }
    ]
    if xs:
        ends = [xs[0], xs[-1]] if len(xs) > 1 else [xs[0] - 0.5, xs[0] + 0.5]
        look = {"color": GRAY, "dash": "dash", "width": 1.4}
        data.append(
            {
                "type": "scatter",
                "x": ends,
                "y": [before, before],
                "mode": "lines",
                "line": look,
                "name": _("before"),
            }
        )
        marks = [(at, BLUE, "circle", _("yours"))]
        if best:
            lowest = min(range(len(ys)), key=ys.__getitem__)
            marks.append((lowest, RED, "diamond-open", _("best threshold")))
        for place, ink, symbol, name in marks:
            data.append(
                {
                    "type": "scatter",
                    "x": [xs[place]],
                    "y": [ys[place]],
                    "mode": "markers",
                    "marker": {"color": ink, "size": 14, "symbol": symbol, "line": {"width": 2}},
                    "name": name,
                }
            )
    x = _("threshold on {column}", column=label(column))
    figure = charts.made(
        data, x=x, y=criterion, height=330, **charts.legend_above(4 if best else 3)
    )
    figure["layout"]["yaxis"]["hoverformat"] = ".4f"
    figure["layout"]["hovermode"] = "closest"
    return figure


def sides_grid(task: Task, sides: Any, name: tuple[str, str], threshold: float) -> str:
    """The two groups: rows, how mixed they are, and what each would answer."""
    heads = [f"≤ {number(threshold)}", f"> {number(threshold)}"]
    if name[1]:
        heads = [_("not {name}", name=name[1]), name[1]]
    cells = [
        [Cell(f"{int(row[0]):,}"), Cell(f"{float(row[1]):.4g}"), Cell(verdict(task, row[2:]))]
        for row in sides
    ]
    return grid(
        cells,
        label=_("The two groups"),
        row_heads=heads,
        column_heads=[_("rows"), criterion_names()[criterion_kept(task)], _("would answer")],
    )


def gains_chart(gains: Any, names: Names, chosen: int) -> charts.Figure:
    """The gain of the best split of each column, the greatest first."""
    order = sorted(range(len(names)), key=lambda n: -float(gains[n, 1]))[:20]
    return bars.across(
        [column_name(names[n]) for n in order],
        [float(gains[n, 1]) for n in order],
        x=_("gain: impurity before − after"),
        colours=[BLUE if n == chosen else ORANGE for n in order],
        letters=32,
    )
