"""Four mistakes made on purpose on the learner's table, each beside the right way."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components import show
from components.cells import Cell, grid
from components.i18n import _
from components.learning import Task
from components.tablelearn import bars_chart, said_by, sides_grid
from engine.table import checks, models
from engine.table.task import side_counts, split_rows, target_values

FAULT_MODEL = "forest"


def fault_view(task: Task, fault: str, text: Mapping[str, str]) -> None:
    """The right way and the wrong one, side by side."""
    {"order": _order, "answer": _answer, "prepare": _prepare, "learnt": _learnt}[fault](task, text)


def _order(task: Task, text: Mapping[str, str]) -> None:
    """The rows sorted by their target, and the last quarter taken for the test."""
    lab = task.lab
    rows = lab.run(checks.sorted_table, task.data, task.y, as_="in_order")
    y = lab.run(target_values, rows, target=task.target, task=task.kind, as_="y_in_order")
    learn = lab.run(split_rows, y, shuffle=False, as_="learn_in_order")
    how = {"columns": task.columns, "model": FAULT_MODEL}
    answers = lab.run(models.outputs_of, rows, y, learn, as_="answers", **how)
    kind = "classes" if task.classes else "numbers"
    ways = (
        (
            text[f"shuffled_{kind}"],
            _("Right: shuffled"),
            task.y,
            task.learn,
            said_by(task, FAULT_MODEL),
        ),
        (text[f"in_order_{kind}"], _("Wrong: the last quarter"), y, learn, answers),
    )
    for column, key, (caption, title, truth, side, outputs) in zip(
        st.columns(2), ("tl_shuffled", "tl_in_order"), ways, strict=True
    ):
        sides = lab.run(side_counts, truth, side, as_="sides")
        score = lab.run(models.score_on_test, truth, side, outputs, as_="score")
        with column:
            st.markdown(f"**{title}**")
            st.metric(_("test, {score}", score=task.score_name), task.score(score.value))
            body = sides_grid(task, sides.value)
            show.html(key, body, [sides, score], caption=caption)


def _answer(task: Task, text: Mapping[str, str]) -> None:
    """A column that is only known when the answer is."""
    lab = task.lab
    leaky = lab.run(checks.with_answer, task.data, target=task.target, as_="leaky")
    scores = lab.run(
        checks.leak_scores,
        task.data,
        leaky,
        task.y,
        task.learn,
        columns=task.columns,
        model=FAULT_MODEL,
        as_="scores",
    )
    names = (_("Right: without it"), _("Wrong: with it, on paper"), _("with it, in use"))
    show.chart(
        "tl_answer",
        lambda found: bars_chart(task, names, found),
        [scores],
        caption=text["answer_caption"],
        alt=_("Three scores side by side"),
    )


def _prepare(task: Task, text: Mapping[str, str]) -> None:
    """Preparing by all rows: medians and scales, and the choice of columns."""
    lab = task.lab
    scaled = lab.run(checks.fitted_on_all, *task.inputs, columns=task.columns, as_="scaled")
    noise = lab.run(checks.chosen_from_noise, task.y, task.learn, as_="chosen")
    means = noise.value.mean(axis=0).tolist()
    names = (_("Right: by the rows learnt from"), _("Wrong: by all rows"))
    fields = {
        "columns": checks.NOISE_COLUMNS,
        "kept": checks.NOISE_KEPT,
        "draws": checks.NOISE_DRAWS,
    }
    views = (("tl_chosen", noise, means), ("tl_scaled", scaled, scaled.value))
    for column, (key, node, values) in zip(st.columns(2), views, strict=True):
        with column:
            show.chart(
                key,
                lambda _found, bars=values: bars_chart(task, names, bars),
                [node],
                caption=text[f"{key[3:]}_caption"].format(**fields),
                alt=_("Two scores side by side"),
            )


def _learnt(task: Task, text: Mapping[str, str]) -> None:
    """A tree without a limit, tested on new rows and on those that it has learnt."""
    lab = task.lab
    full = lab.run(
        models.outputs_of, *task.inputs, columns=task.columns, model="tree", depth=None, as_="full"
    )
    plain = said_by(task, "linear")
    rows, nodes = [], []
    for title, outputs in ((_("tree without a limit"), full), (_("linear model"), plain)):
        both = lab.run(models.both_scores, task.y, task.learn, outputs, as_="both")
        nodes.append(both)
        rows.append((title, both.value))
    cells = [[Cell(task.score(test)), Cell(task.score(learn))] for _n, (learn, test) in rows]
    body = grid(
        cells,
        label=_("Scores on both sides"),
        row_heads=[name for name, _both in rows],
        column_heads=[_("Right: test"), _("Wrong: rows learnt from")],
    )
    show.html("tl_learnt", body, nodes, caption=text["learnt_caption"])
