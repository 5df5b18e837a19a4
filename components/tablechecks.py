"""Warnings about a table that is learnt from, each measured, and the same faults made on purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components import show
from components.cells import Cell, grid
from components.i18n import _
from components.learning import Task
from components.tablelearn import bars_chart, said_by, sides_grid
from engine.lab import Node
from engine.table import checks, models
from engine.table.task import fold_numbers, side_counts, split_rows, target_values

#: A check: what is looked for, what was measured, whether it is a warning, and what that means.
Check = tuple[str, str, bool, str]
MOST_NAMED = 3
FAULT_MODEL = "forest"


def check_rows(task: Task) -> tuple[list[Check], list[Node]]:
    """All checks of a task, and the nodes that they were read from."""
    lab = task.lab
    folds = lab.run(fold_numbers, task.y, folds=checks.FOLDS, as_="three_folds")
    alone = lab.run(
        checks.alone_scores, task.data, task.y, folds, columns=task.columns, as_="alone"
    )
    names = lab.run(checks.row_names, task.data, columns=task.columns, as_="naming")
    order = lab.run(checks.order_of, task.y, as_="order")
    limit = lab.run(checks.order_limit, task.y, as_="limit")
    copies = lab.run(checks.copies_in_test, task.data, task.learn, as_="copies")
    nodes = [alone, names, order, limit, copies]
    best = int(alone.value.argmax())
    score = float(alone.value[best])
    tested, missing = int((~task.learn.value).sum()), len(task.table.value) - task.of
    rows = [
        (
            _("a column that gives the answer away"),
            f"{task.columns[best]}: {task.score(score)}",
            score >= checks.GIVEN_AWAY,
            _(
                "A tree that sees this column alone. From {limit} on, ask whether the column is known "
                "before the answer is.",
                limit=task.score(checks.GIVEN_AWAY),
            ),
        ),
        (
            _("columns that name rows"),
            ", ".join(names.value[:MOST_NAMED]) or _("none"),
            bool(names.value),
            _("Nearly every row has its own value: nothing in it holds for a new row."),
        ),
        (
            _("rows of the test that are also learnt from"),
            _("{count} of {all}", count=copies.value, all=tested),
            copies.value > 0,
            _("Equal in all columns in use. Such a row tests memory."),
        ),
        (
            _("a sorted table"),
            f"{order.value:.2f}",
            order.value > limit.value,
            _(
                "How much neighbours are alike, 0 by chance, 1 sorted. Above {limit} a split without "
                "shuffling is unfair.",
                limit=f"{limit.value:.2f}",
            ),
        ),
        (
            _("rows without a target"),
            f"{missing:,}",
            missing > 0,
            _("They can be neither learnt from nor tested with, and are left out."),
        ),
    ]
    if task.classes:
        shares = lab.run(checks.class_shares_of, task.y, as_="shares")
        nodes.append(shares)
        most, least, count, number = shares.value
        rows += [
            (
                _("classes of unequal size"),
                f"{most:.0%} – {least:.1%}",
                most >= checks.LARGE or least <= checks.SMALL,
                _(
                    "Largest and smallest. Who always says the largest is right in {most}: judge by the "
                    "balanced measure.",
                    most=f"{most:.0%}",
                ),
            ),
            (
                _("few rows of a class"),
                f"{task.names[number]}: {count}",
                count < checks.FEW_ROWS,
                _("Below {limit} rows its score is mostly chance.", limit=checks.FEW_ROWS),
            ),
        ]
    return rows, nodes


def checks_grid(rows: Sequence[Check]) -> str:
    """A row for each check."""
    cells = [
        [Cell(measured), Cell(_("⚠ look here") if bad else _("✓ fine")), Cell(what)]
        for _name, measured, bad, what in rows
    ]
    return grid(
        cells,
        label=_("Checks of this table"),
        row_heads=[name for name, *_rest in rows],
        column_heads=[_("measured"), _("verdict"), _("what it means")],
    )


def fault_view(task: Task, fault: str, text: Mapping[str, str]) -> None:
    """The right way and the wrong one, side by side."""
    {"order": _order, "answer": _answer, "prepare": _prepare, "learnt": _learnt}[fault](task, text)


def _order(task: Task, text: Mapping[str, str]) -> None:
    """The rows sorted by their target, and the last quarter taken for the test."""
    lab = task.lab
    rows = lab.run(checks.sorted_table, task.data, target=task.target, as_="in_order")
    y = lab.run(target_values, rows, target=task.target, task=task.kind, as_="y_in_order")
    titles = (_("Right: shuffled"), _("Wrong: the last quarter"))
    for column, title, shuffle in zip(st.columns(2), titles, (True, False), strict=True):
        learn = lab.run(split_rows, y, shuffle=shuffle, as_="learn_in_order")
        sides = lab.run(side_counts, y, learn, as_="sides")
        outputs = lab.run(
            models.outputs_of,
            rows,
            y,
            learn,
            columns=task.columns,
            model=FAULT_MODEL,
            as_="answers",
        )
        score = lab.run(models.score_on_test, y, learn, outputs, as_="score")
        with column:
            st.markdown(f"**{title}**")
            st.metric(_("test, {score}", score=task.score_name), task.score(score.value))
            key = "tl_shuffled" if shuffle else "tl_in_order"
            body = sides_grid(task, sides.value)
            show.html(key, body, [sides, score], caption=text[f"{key[3:]}_caption"])


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
    views = (("tl_scaled", scaled, scaled.value), ("tl_chosen", noise, means))
    for column, (key, node, values) in zip(st.columns(2), views, strict=True):
        with column:
            show.chart(
                key,
                lambda _found, bars=values: bars_chart(task, names, bars),
                [node],
                caption=text[f"{key[3:]}_caption"],
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
