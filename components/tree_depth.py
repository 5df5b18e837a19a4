"""Trees of every depth, and two that know everything and understand nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components import charts, curves, show
from components.cells import Cell, grid
from components.i18n import _
from components.learning import FOLDS, Task
from components.tablelearn import said_by
from components.tree import both_ends, by_depth, criterion_kept, grown, matrix_of
from engine.table import tree as trees
from engine.table.models import score_on_test


def depth_view(task: Task, text: Mapping[str, str]) -> None:
    """The scores over the depth, and the depth that is best by the folds."""
    scores, best = by_depth(task)
    guess = said_by(task, "baseline")
    base = task.lab.run(score_on_test, task.y, task.learn, guess, as_="base")
    show.chart(
        "tree_by_depth",
        lambda found, _base: depth_chart(task, found, best),
        [scores, base],
        caption=text["depth_caption"].format(folds=FOLDS, best=best)
        + " "
        + _(
            "Without any question, {base} on the test: a depth that is no better has found nothing. ",
            base=task.score(base.value),
        )
        + _("The deepest tree here has {leaves} leaves.", leaves=f"{int(scores.value[-1, 5]):,}"),
        alt=_("Scores by depth: what is learnt rises, what is tested does not"),
    )


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


def fault_view(task: Task, fault: str, text: Mapping[str, str]) -> None:
    """The right tree and the wrong one; `fault` : "full" or "names"."""
    scores, best = by_depth(task)
    heads = [_("rows learnt from"), _("test")]
    small = _("depth {depth}, best by the folds", depth=best)
    if fault == "full":
        rows = [(_("Right: {name}", name=small), scores.value[best - 1, :2].tolist())]
        full, x, _names = grown(task, None)
        ends = both_ends(task, full, x)
        leaves, deepest = task.lab.run(trees.tree_size, full, as_="size").value
        wrong = _("Wrong: no limit, depth {depth}, {leaves} leaves", depth=deepest, leaves=leaves)
        rows.append((wrong, [node.value for node in ends]))
        nodes = [scores, *ends]
    else:
        x, _names = matrix_of(task)
        named = task.lab.run(
            trees.named_scores,
            x,
            task.y,
            task.learn,
            criterion=criterion_kept(task),
            depth=best,
            as_="named",
        )
        alone, right, both = named.value.tolist()
        rows = [
            (_("Right: {name}", name=small), right),
            (_("Wrong: all columns and the row number, no limit"), both),
            (_("Wrong: the row number alone, no limit"), alone),
        ]
        nodes = [named]
    body = scores_grid(task, rows, heads)
    show.html("tree_breaks", body, nodes, caption=text[f"{fault}_caption"])


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
