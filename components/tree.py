"""The trees of a task, and how one is drawn: boxes joined by lines, and a row's way through them."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import show
from components.cells import Cell, grid
from components.classes import looks
from components.i18n import _
from components.learning import Task
from components.scales import colour
from components.state import slider
from components.stepper import stepper
from components.tablelearn import GRAY, RED
from components.text import beginning
from engine.lab import Node
from engine.table import tree as trees
from engine.table.tree import COLUMN, IMPURITY, LEFT, RIGHT, ROWS, THRESHOLD, VALUES, Tree

#: A box of the drawn tree and the room that it takes, in CSS pixels.
WIDE, HIGH, STEP_X, STEP_Y = 116, 92, 122, 132
#: The deepest tree that is drawn.
DEEPEST_DRAWN = 5
NAME = 14  # letters of a name in a box
#: A frame that is too wide for the screen begins at the marked box, and scrolls freely after that.
BEGIN = "<style>@keyframes tree-begin{from,to{scroll-snap-align:center}}</style>"

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


def verdict(task: Task, values: Any) -> str:
    """What a node would answer: its most frequent class and the share, or the mean."""
    if not task.classes:
        return number(float(values[0]))
    best = int(values.argmax())
    return f"{beginning(task.names[best], NAME)}: {values[best]:.0%}"


# ------------------------------------------------------------------------------- trees of a task


def matrix_of(task: Task) -> tuple[Node, Node]:
    """The columns as a tree sees them, and their names."""
    how = {"columns": task.columns}
    x = task.lab.run(trees.tree_matrix, task.data, task.learn, as_="x", **how)
    return x, task.lab.run(trees.tree_names, task.data, task.learn, as_="names", **how)


def criterion_kept(task: Task) -> str:
    """Gini or entropy as chosen in the first step; of numbers the variance."""
    if not task.classes:
        return "squared_error"
    kept = st.session_state.get("tree_criterion", st.query_params.get("tree_criterion"))
    return kept if kept in ("gini", "entropy") else "gini"


def grown(task: Task, depth: int | None) -> tuple[Node, Node, Node]:
    """The tree, the matrix and the names of its columns."""
    x, names = matrix_of(task)
    node = task.lab.run(
        trees.grown_tree,
        x,
        task.y,
        task.learn,
        criterion=criterion_kept(task),
        depth=depth,
        as_="tree",
    )
    return node, x, names


def both_ends(task: Task, tree: Node, x: Node) -> list[Node]:
    """How good the tree is on the rows learnt from and on the test."""
    test = task.lab.run(trees.others, task.learn, as_="test")
    return [
        task.lab.run(trees.tree_score, tree, x, task.y, rows, as_=name)
        for name, rows in (("learnt", task.learn), ("tested", test))
    ]


def by_depth(task: Task) -> tuple[Node, int]:
    """The scores of trees by their depth, and the depth that is best by the folds."""
    x, _names = matrix_of(task)
    scores = task.lab.run(
        trees.scores_by_depth,
        x,
        task.y,
        task.learn,
        task.folds,
        criterion=criterion_kept(task),
        as_="scores",
    )
    return scores, task.lab.run(trees.full_and_best, scores, as_="best").value[0]


# ---------------------------------------------------------------------------------------- drawing


def branches_of(name: tuple[str, str]) -> tuple[int, int]:
    """Which child is which answer: the one for "true", which is drawn on the left, and for "false".

    The tree itself sends at most the threshold to the left, so 0 (not this category), too.
    """
    return (RIGHT, LEFT) if name[1] else (LEFT, RIGHT)


def places_of(tree: Tree, names: Names) -> dict[int, tuple[float, int]]:
    """Where each node stands: leaves side by side, a parent over the middle of its children."""
    places: dict[int, tuple[float, int]] = {}
    taken = 0

    def place(node: int, depth: int) -> float:
        nonlocal taken
        if tree[LEFT][node] < 0:
            x, taken = float(taken), taken + 1
        else:
            true, false = (
                place(int(tree[side][node]), depth + 1)
                for side in branches_of(names[int(tree[COLUMN][node])])
            )
            x = (true + false) / 2
        places[node] = (x, depth)
        return x

    place(0, 0)
    return places


def tree_html(task: Task, tree: Tree, names: Names, *, path: Sequence[int] = ()) -> str:
    """The tree as boxes joined by lines, in a frame that scrolls sideways; `path` is marked.

    The frame begins at the last box of the path, or at the root.
    """
    places = places_of(tree, names)
    begin = path[-1] if path else 0
    inks = class_inks(task)
    parts = []
    for node, (x, depth) in sorted(places.items(), key=lambda item: (item[1][1], item[1][0])):
        if tree[LEFT][node] >= 0:
            true, false = branches_of(names[int(tree[COLUMN][node])])
            for side, answer in ((true, _("true")), (false, _("false"))):
                child = int(tree[side][node])
                parts.append(_branch(x, depth, places[child][0], answer, child in path))
        look = "animation:tree-begin 1s;" if node == begin else ""
        style = _box_style(x, depth, leaf=tree[LEFT][node] < 0, marked=node in path) + look
        words = _box_words(task, tree, names, node)
        parts.append(f'<div style="{style}" {words}{_mixture(tree, node, inks)}</div>')
    leaves = max(x for x, _depth in places.values()) + 1
    deepest = max(depth for _x, depth in places.values())
    size = f"width:{leaves * STEP_X:.0f}px;height:{deepest * STEP_Y + HIGH + 8}px"
    name = html.escape(
        _("The decision tree, from the first question down to the leaves"), quote=True
    )
    return (
        f'<div tabindex="0" role="region" aria-label="{name}" style="overflow-x:auto;max-width:100%;'
        f'scroll-snap-type:x mandatory">{BEGIN}'
        f'<div style="position:relative;margin:0 auto;{size}">{"".join(parts)}</div></div>'
    )


def _box_style(x: float, depth: int, *, leaf: bool, marked: bool) -> str:
    """Where the box of a node stands, and its edge."""
    edge = f"3px solid {RED}" if marked else f"1px solid {GRAY}"
    return (
        f"position:absolute;left:{x * STEP_X + (STEP_X - WIDE) / 2:.1f}px;top:{depth * STEP_Y}px;"
        f"width:{WIDE}px;height:{HIGH}px;border:{edge};border-radius:{'14px' if leaf else '4px'};"
        "overflow:hidden;box-sizing:border-box;text-align:center;font-size:0.8rem;line-height:1.2;"
        "padding-top:4px;white-space:nowrap;"
    )


def _box_words(task: Task, tree: Tree, names: Names, node: int) -> str:
    """What a box says: its question, or "leaf"; rows and impurity; what it would answer."""
    count = int(tree[ROWS][node])
    asked = html.escape(whole := _("leaf"))
    if tree[LEFT][node] >= 0:
        name = names[int(tree[COLUMN][node])]
        sign = " = " if name[1] else " ≤ "
        parts = question_of(name, tree[THRESHOLD][node]).rpartition(sign)
        asked = f"{html.escape(parts[0])}<br>{sign.strip()} {html.escape(parts[2])}"
        whole = column_name(name) + ("?" if name[1] else f" ≤ {number(tree[THRESHOLD][node])}?")
    lines = [
        f"<b>{asked}</b>",
        html.escape(_("{rows} rows", rows=f"{count:,}") if count > 1 else _("1 row")),
        html.escape(_impurity(task, float(tree[IMPURITY][node]))),
        html.escape(verdict(task, tree[VALUES][node])),
    ]
    return f'title="{html.escape(whole, quote=True)}">{"<br>".join(lines)}'


def _impurity(task: Task, value: float) -> str:
    """How mixed the rows of a box are, with the name of the measure."""
    measure = criterion_kept(task)
    if measure == "gini":
        return _("Gini {value}", value=f"{value:.3f}")
    if measure == "entropy":
        return _("entropy {value}", value=f"{value:.3f}")
    return _("variance {value}", value=f"{value:.4g}")


def class_inks(task: Task) -> list[str]:
    """The colour of each class; none of a regression."""
    return [ink for ink, _shape in looks(task.lab, task.table, task.target, task.names)]


def _mixture(tree: Tree, node: int, inks: Sequence[str]) -> str:
    """A bar at the foot of a box: a piece for each class, or how high the mean is."""
    values = tree[VALUES][node].tolist()
    if inks:
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
        f'background:{ink}"></span>{html.escape(beginning(name, 30))}'
        for ink, name in zip(class_inks(task), task.names, strict=True)
    ]
    return f"<div>{''.join(parts)}</div>"


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
            true, _false = branches_of(name)
            asked = f"{name[0]}: {number(value)} ≤ {number(threshold)}?"
            if name[1]:
                asked = f"{name[0]} = {name[1]}?"
            left = int(lines[step + 1][0]) == int(tree[true][place])
            answer = _("yes, left") if left else _("no, right")
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


# ------------------------------------------------------------------------------------------ views


def ask_depth() -> int:
    """Ask how deep the drawn tree may be."""
    return slider(_("Depth"), 1, DEEPEST_DRAWN, 3, key="tree_depth")


def drawn_view(task: Task, depth: int, text: Mapping[str, str]) -> None:
    """The whole tree, how large it is and how good."""
    tree, x, names = grown(task, depth)
    ends = both_ends(task, tree, x)
    st.html(classes_key(task))
    leaves, deepest = task.lab.run(trees.tree_size, tree, as_="size").value
    caption = _(
        "{leaves} leaves, {depth} questions at most. {score}: {learnt} on the rows learnt from, "
        "{tested} on the test.",
        leaves=leaves,
        depth=deepest,
        score=task.score_name.capitalize(),
        learnt=task.score(ends[0].value),
        tested=task.score(ends[1].value),
    )
    body = tree_html(task, tree.value, names.value)
    kind = text["boxes_classes" if task.classes else "boxes_numbers"]
    show.html("tree_drawn", body, [tree, *ends], caption=caption + " " + kind)


def walk_view(task: Task, row: int, depth: int, text: Mapping[str, str]) -> None:
    """The way of a row, question by question: in the tree, in numbers, and the row itself."""
    tree, x, names = grown(task, depth)
    way = task.lab.run(trees.walk_of, tree, x, row=row, as_="walk")
    last = len(way.value) - 1
    upto = stepper(_("Question"), 1, last + 1, 1, key="tree_step") - 1 if last else 0
    path = [int(line[0]) for line in way.value.tolist()[: upto + 1]]
    body = tree_html(task, tree.value, names.value, path=path)
    show.html("tree_path", body, [tree], caption=text["path_caption"])
    one = task.lab.run(trees.one_row, task.data, row=row, as_="row")
    grid = walk_grid(task, tree.value, names.value, way.value, upto)
    show.html("tree_walk", grid, [way], caption=text["walk_caption"])
    st.dataframe(one.value, key="tree_one_row")
    show.footer("tree_row", [one], text["row_caption"])
