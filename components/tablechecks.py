"""Warnings about a table that is learnt from, each measured, and the same faults made on purpose."""

from __future__ import annotations

import html
from collections.abc import Sequence

from components.i18n import _
from components.learning import Task
from components.text import beginning
from engine.lab import Node
from engine.table import checks
from engine.table.task import fold_numbers

#: A check: what is looked for, what was measured, whether it is a warning, and what that means.
Check = tuple[str, str, bool, str]
MOST_NAMED = 3


def check_rows(task: Task) -> tuple[list[Check], list[Node]]:
    """All checks of a task, and the nodes that they were read from."""
    found = [*_columns(task), *_rows(task)]
    if task.classes:
        found += _classes(task)
    return [row for row, _nodes in found], [node for _row, nodes in found for node in nodes]


def _columns(task: Task) -> list[tuple[Check, list[Node]]]:
    """What the columns in use may give away."""
    lab, how = task.lab, {"columns": task.columns}
    folds = lab.run(fold_numbers, task.y, folds=checks.FOLDS, as_="three_folds")
    alone = lab.run(checks.alone_scores, task.data, task.y, folds, as_="alone", **how)
    made = lab.run(checks.made_of_target, task.data, task.y, as_="made", **how)
    naming = lab.run(checks.row_names, task.data, as_="naming", **how)
    centred = lab.run(checks.centred_columns, task.table, as_="centred", **how)
    texts = lab.run(checks.numbers_in_texts, task.data, as_="texts", **how)
    scores = alone.value.tolist()
    best = max(range(len(scores)), key=lambda n: scores[n] if scores[n] == scores[n] else -9e9)
    score = scores[best]
    as_texts = [
        _("{name}: {count} of {all}", name=name, count=count, all=filled)
        for name, count, filled in texts.value
    ]
    return [
        (
            (
                _("a column that gives the answer away"),
                f"{beginning(task.columns[best], 30)}: {task.score(score)}",
                score >= checks.GIVEN_AWAY,
                _(
                    "A tree that sees this column alone, and no other does better. From {limit} on, ask "
                    "whether the column is known before the answer is.",
                    limit=task.score(checks.GIVEN_AWAY),
                ),
            ),
            [alone],
        ),
        (
            (
                _("columns made of the target"),
                _named(made.value),
                bool(made.value),
                _(
                    "Its cells (or which of them are empty) follow from the target without exception: a "
                    "copy, scaled, rounded or coded, or filled in afterwards."
                ),
            ),
            [made],
        ),
        (
            (
                _("columns that may name rows"),
                _named(naming.value),
                bool(naming.value),
                _(
                    "Nearly every row has its own value. If it only names the row, as a ticket's number "
                    "does, nothing in it holds for a new row."
                ),
            ),
            [naming],
        ),
        (
            (
                _("columns prepared by all rows"),
                _named(centred.value),
                bool(centred.value),
                _(
                    "The mean of the whole table is 0: such a column was most likely standardised "
                    "before the split, and the test took part."
                ),
            ),
            [centred],
        ),
        (
            (
                _("numbers read as text"),
                _named(as_texts),
                bool(as_texts),
                _(
                    "Cells of a text column that are numbers. Each of them is learnt as a category of "
                    "its own; the page “Reading tables” can make the column a number."
                ),
            ),
            [texts],
        ),
    ]


def _rows(task: Task) -> list[tuple[Check, list[Node]]]:
    """What the rows and their order may pretend."""
    lab = task.lab
    order = lab.run(checks.order_of, task.y, as_="order")
    limit = lab.run(checks.order_limit, task.y, as_="limit")
    copies = lab.run(checks.copies_in_test, task.data, task.learn, as_="copies")
    tested, missing = int((~task.learn.value).sum()), len(task.table.value) - task.of
    return [
        (
            (
                _("rows of the test that are also learnt from"),
                _("{count} of {all}", count=copies.value, all=tested),
                copies.value > checks.COPIES * tested,
                _(
                    "Equal in all columns in use. Some are chance where columns have few values; from "
                    "{limit} on, ask whether rows were copied, which tests memory.",
                    limit=f"{checks.COPIES:.0%}",
                ),
            ),
            [copies],
        ),
        (
            (
                _("a sorted table"),
                f"{order.value:.2f}",
                order.value > limit.value,
                _(
                    "How much neighbours are alike, 0 by chance, 1 sorted. Above {limit} a split "
                    "without shuffling is unfair.",
                    limit=f"{limit.value:.2f}",
                ),
            ),
            [order, limit],
        ),
        (
            (
                _("rows without a target"),
                f"{missing:,}",
                missing > 0,
                _("They can be neither learnt from nor tested with, and are left out."),
            ),
            [],
        ),
    ]


def _classes(task: Task) -> list[tuple[Check, list[Node]]]:
    """What classes of unequal size do."""
    shares = task.lab.run(checks.class_shares_of, task.y, as_="shares")
    most, least, count, number = shares.value
    return [
        (
            (
                _("classes of unequal size"),
                f"{most:.1%} – {least:.1%}",
                most >= checks.LARGE or least <= checks.SMALL,
                _(
                    "Largest and smallest. Who always says the largest is right in {most}: a score "
                    "means something above that only, and the balanced measure counts each class alike.",
                    most=f"{most:.1%}",
                ),
            ),
            [shares],
        ),
        (
            (
                _("few rows of a class"),
                f"{task.names[number]}: {count}",
                count < checks.FEW_ROWS,
                _("Below {limit} rows its score is mostly chance.", limit=checks.FEW_ROWS),
            ),
            [],
        ),
    ]


def _named(names: Sequence[str]) -> str:
    """The first names of a list, and that there are more."""
    more = " …" if len(names) > MOST_NAMED else ""
    return ", ".join(beginning(name, 30) for name in names[:MOST_NAMED]) + more or _("none")


def checks_list(rows: Sequence[Check]) -> str:
    """A line for each check; on a narrow screen its parts stand below each other."""
    items = []
    for name, measured, bad, what in rows:
        verdict = _("⚠ look here") if bad else _("✓ fine")
        parts = (("1 1 12em", f"<b>{html.escape(name)}</b>"), ("1 1 9em", html.escape(measured)))
        parts += (("0 0 7em", html.escape(verdict)), ("3 1 18em", html.escape(what)))
        cells = "".join(f'<span style="flex:{flex}">{part}</span>' for flex, part in parts)
        items.append(
            '<li style="display:flex;flex-wrap:wrap;gap:0 1em;padding:0.5em 0;margin:0;'
            f'border-top:1px solid #7A7F8755;overflow-wrap:anywhere">{cells}</li>'
        )
    return f'<ul style="list-style:none;padding:0;margin:0">{"".join(items)}</ul>'
