"""What the lesson on decision trees draws: impurity by threshold, the tree, a row's way through it."""

from __future__ import annotations

import html
from collections.abc import Collection, Sequence
from typing import Any

from components import charts, curves
from components.cells import Cell, grid
from components.i18n import _
from components.learning import Task
from components.scales import colour
from components.table import label
from components.text import beginning
from engine.table.tree import COLUMN, IMPURITY, LEFT, RIGHT, ROWS, THRESHOLD, VALUES, Tree

ORANGE, BLUE, GRAY, RED = "#E69F00", "#0072B2", "#7A7F87", "#D55E00"
#: A box of the drawn tree and the room that it takes, in CSS pixels.
WIDE, HIGH, STEP_X, STEP_Y = 115, 78, 121, 116
NAME = 14  # letters of a name in a box

Names = Sequence[tuple[str, str]]


def criterion_names() -> dict[str, str]:
    """How a split is judged."""
    return {
        "gini": _("Gini impurity"),
        "entropy": _("entropy, in bits"),
        "squared_error": _("variance"),
    }


def column_name(name: tuple[str, str]) -> str:
    """A column of the matrix: a number, or "column = category"."""
    return f"{name[0]} = {name[1]}" if name[1] else name[0]


def number(value: float) -> str:
    """A number as the table would write it, five digits at most."""
    return f"{value:,.0f}" if value == round(value) and abs(value) < 1e7 else f"{value:.5g}"


def question_of(name: tuple[str, str], threshold: float) -> str:
    """The question of a node."""
    column, category = name
    if category:
        return f"{beginning(column, NAME)} = {beginning(category, NAME)}?"
    return f"{beginning(column, NAME)} ≤ {number(threshold)}?"


def answers_of(name: tuple[str, str]) -> tuple[str, str]:
    """What the branches to the left and to the right are called: 0 (not this category) goes left."""
    return (_("false"), _("true")) if name[1] else (_("true"), _("false"))


def verdict(task: Task, values: Any) -> str:
    """What a node would answer: its most frequent class and the share, or the mean."""
    if not task.classes:
        return number(float(values[0]))
    best = int(values.argmax())
    return f"{beginning(task.names[best], NAME)}: {values[best]:.0%}"


# ------------------------------------------------------------------------------------- first split


def scan_chart(scan: Any, before: float, *, column: str, criterion: str) -> charts.Figure:
    """The impurity behind the split over the threshold; dashed, what it is before."""
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
            "name": _("behind the split"),
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
        best = min(range(len(ys)), key=ys.__getitem__)
        data.append(
            {
                "type": "scatter",
                "x": [xs[best]],
                "y": [ys[best]],
                "mode": "markers",
                "marker": {"color": RED, "size": 13, "symbol": "diamond"},
                "name": _("best threshold"),
            }
        )
    x = _("threshold on {column}", column=label(column))
    figure = charts.made(data, x=x, y=criterion, height=330, **charts.legend_above(3))
    figure["layout"]["yaxis"]["hoverformat"] = ".4f"
    figure["layout"]["hovermode"] = "closest"
    return figure


def gains_chart(gains: Any, names: Names, chosen: int) -> charts.Figure:
    """The gain of the best split of each column, the greatest first."""
    order = sorted(range(len(names)), key=lambda n: -float(gains[n, 1]))[:20]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [label(column_name(names[n]), 32) for n in order],
        "x": [float(gains[n, 1]) for n in order],
        "marker": {"color": [RED if n == chosen else ORANGE for n in order]},
        "hovertemplate": "%{y}: %{x:.4f}<extra></extra>",
    }
    figure = charts.made([bars], x=_("gain: impurity before − behind"), height=26 * len(order) + 90)
    figure["layout"]["yaxis"] |= {
        "autorange": "reversed",
        "automargin": True,
        "type": "category",
    }
    return figure


# ----------------------------------------------------------------------------------------- the tree


def places_of(tree: Tree) -> dict[int, tuple[float, int]]:
    """Where each node stands: leaves side by side, a parent over the middle of its children."""
    places: dict[int, tuple[float, int]] = {}
    taken = 0

    def place(node: int, depth: int) -> float:
        nonlocal taken
        left, right = int(tree[LEFT][node]), int(tree[RIGHT][node])
        if left < 0:
            x, taken = float(taken), taken + 1
        else:
            x = (place(left, depth + 1) + place(right, depth + 1)) / 2
        places[node] = (x, depth)
        return x

    place(0, 0)
    return places


def tree_html(task: Task, tree: Tree, names: Names, *, path: Collection[int] = ()) -> str:
    """The tree as boxes joined by lines, in a frame that scrolls sideways; `path` is marked."""
    places = places_of(tree)
    parts = []
    for node, (x, depth) in sorted(places.items(), key=lambda item: (item[1][1], item[1][0])):
        if tree[LEFT][node] >= 0:
            answers = answers_of(names[int(tree[COLUMN][node])])
            for side, answer in ((LEFT, answers[0]), (RIGHT, answers[1])):
                child = int(tree[side][node])
                parts.append(_branch(x, depth, places[child][0], answer, child in path))
        parts.append(_box(task, tree, names, node, x, depth, node in path))
    leaves = max(x for x, _depth in places.values()) + 1
    deepest = max(depth for _x, depth in places.values())
    size = f"width:{leaves * STEP_X:.0f}px;height:{deepest * STEP_Y + HIGH + 8}px"
    name = html.escape(
        _("The decision tree, from the first question down to the leaves"), quote=True
    )
    return (
        f'<div tabindex="0" role="region" aria-label="{name}" style="overflow-x:auto;max-width:100%">'
        f'<div style="position:relative;margin:0 auto;{size}">{"".join(parts)}</div></div>'
    )


def _box(
    task: Task, tree: Tree, names: Names, node: int, x: float, depth: int, marked: bool
) -> str:
    """A node: its question, or "leaf"; rows and impurity; what it would answer; the mixture as a bar."""
    leaf = tree[LEFT][node] < 0
    asked = _("leaf")
    if not leaf:
        asked = question_of(names[int(tree[COLUMN][node])], tree[THRESHOLD][node])
    lines = [
        f"<b>{html.escape(asked)}</b>",
        html.escape(
            _(
                "{rows} rows · {impurity}",
                rows=f"{int(tree[ROWS][node]):,}",
                impurity=f"{float(tree[IMPURITY][node]):.3g}",
            )
        ),
        html.escape(verdict(task, tree[VALUES][node])),
    ]
    edge = f"3px solid {RED}" if marked else f"1px solid {GRAY}"
    rounded = "14px" if leaf else "4px"
    style = (
        f"position:absolute;left:{x * STEP_X + (STEP_X - WIDE) / 2:.1f}px;top:{depth * STEP_Y}px;"
        f"width:{WIDE}px;height:{HIGH}px;border:{edge};border-radius:{rounded};overflow:hidden;"
        "box-sizing:border-box;text-align:center;font-size:0.75rem;line-height:1.25;padding-top:4px;"
        "white-space:nowrap"
    )
    return f'<div style="{style}">{"<br>".join(lines)}{_mixture(task, tree, node)}</div>'


def _mixture(task: Task, tree: Tree, node: int) -> str:
    """A bar at the foot of a box: a piece for each class, or how high the mean is."""
    values = tree[VALUES][node].tolist()
    if task.classes:
        inks = [curves.COLOURS[n % len(curves.COLOURS)] for n in range(len(values))]
        pieces = [(100 * share, ink) for share, ink in zip(values, inks, strict=True) if share]
    else:
        means = tree[VALUES][:, 0]
        ink = colour("viridis", values[0], float(means.min()), float(means.max()))
        pieces = [(100.0, f"rgb{ink}")]
    bars = "".join(
        f'<span style="display:inline-block;width:{wide:.2f}%;height:8px;background:{ink}"></span>'
        for wide, ink in pieces
    )
    return (
        '<div style="position:absolute;left:0;right:0;bottom:0;height:8px;font-size:0;'
        f'line-height:0;white-space:nowrap">{bars}</div>'
    )


def _branch(x: float, depth: int, child: float, answer: str, marked: bool) -> str:
    """The line from the foot of a box to the head of one below, and the answer that leads there."""
    ink, thick = (RED, 3) if marked else (GRAY, 1)
    start, end = sorted(((x + 0.5) * STEP_X, (child + 0.5) * STEP_X))
    top = depth * STEP_Y + HIGH
    middle = (STEP_Y - HIGH) // 2
    at = (child + 0.5) * STEP_X
    line = f"position:absolute;background:{ink};"
    word = (
        f"position:absolute;left:{at - 30:.1f}px;width:60px;top:{top + middle + 2}px;font-size:0.7rem;"
        "text-align:center;padding-left:26px"
    )
    return (
        f'<div style="{line}left:{(x + 0.5) * STEP_X:.1f}px;top:{top}px;width:{thick}px;'
        f'height:{middle}px"></div>'
        f'<div style="{line}left:{start:.1f}px;top:{top + middle}px;width:{end - start + thick:.1f}px;'
        f'height:{thick}px"></div>'
        f'<div style="{line}left:{at:.1f}px;top:{top + middle}px;width:{thick}px;'
        f'height:{STEP_Y - HIGH - middle}px"></div>'
        f'<div style="{word}">{html.escape(answer)}</div>'
    )


def classes_key(task: Task) -> str:
    """Which colour is which class, as HTML."""
    parts = [
        f'<span style="display:inline-block;width:0.8em;height:0.8em;margin:0 0.3em 0 1em;'
        f'background:{curves.COLOURS[n % len(curves.COLOURS)]}"></span>'
        f"{html.escape(beginning(name, 30))}"
        for n, name in enumerate(task.names)
    ]
    return f"<div>{''.join(parts)}</div>"


# ------------------------------------------------------------------------------------------ the walk


def walk_grid(task: Task, tree: Tree, names: Names, walk: Any, upto: int) -> str:
    """Node by node: the question with the row's own number in it, the answer, and what is left."""
    cells, heads = [], []
    lines = walk.tolist()
    for step, (node, column, value, threshold) in enumerate(lines[: upto + 1]):
        place = int(node)
        if column < 0:
            asked, answer = _("leaf"), verdict(task, tree[VALUES][place])
        else:
            name = names[int(column)]
            low = int(lines[step + 1][0]) == int(tree[LEFT][place])
            if name[1]:
                asked = f"{name[0]} = {name[1]}?"
                answer = _("no, left") if low else _("yes, right")
            else:
                asked = f"{name[0]}: {number(value)} ≤ {number(threshold)}?"
                answer = _("yes, left") if low else _("no, right")
        cells.append(
            [
                Cell(asked),
                Cell(answer),
                Cell(f"{int(tree[ROWS][place]):,}"),
                Cell(f"{float(tree[IMPURITY][place]):.4f}"),
                Cell(verdict(task, tree[VALUES][place])),
            ]
        )
        heads.append(str(step + 1))
    return grid(
        cells,
        label=_("The way of this row"),
        row_heads=heads,
        column_heads=[
            _("question"),
            _("answer"),
            _("rows here"),
            _("impurity"),
            _("would answer"),
        ],
    )


# ----------------------------------------------------------------------------------------- by depth


def depth_chart(task: Task, scores: Any, at: int) -> charts.Figure:
    """Score over depth: rows learnt from, test, and the mean over the folds with its range."""
    depths = list(range(1, len(scores) + 1))
    lines = {
        _("rows learnt from"): (depths, scores[:, 0].tolist()),
        _("test of the one split"): (depths, scores[:, 1].tolist()),
        _("mean of the folds"): (depths, scores[:, 2].tolist()),
    }
    spread = {_("mean of the folds"): (scores[:, 3].tolist(), scores[:, 4].tolist())}
    figure = curves.figure(
        lines, y=task.score_name, spread=spread, at=at, x=_("depth: questions at most"), height=360
    )
    figure["layout"]["yaxis"]["hoverformat"] = ".3f"
    return figure


def scores_grid(
    task: Task, rows: Sequence[tuple[str, Sequence[float]]], heads: Sequence[str]
) -> str:
    """Scores in rows that are compared."""
    cells = [[Cell(task.score(float(value))) for value in values] for _name, values in rows]
    return grid(
        cells,
        label=_("Scores compared"),
        row_heads=[name for name, _values in rows],
        column_heads=list(heads),
    )
