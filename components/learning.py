"""What the lessons on learning from a table have in common: the task, asked for once and remembered.

Target, columns and split are chosen in a lesson's first steps; the later ones, and the other lesson, use
what was chosen, so that all numbers belong to the same task.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from components import table as tables
from components.cells import Cell, grid
from components.i18n import _, safe
from components.state import choice, slider
from components.text import beginning
from engine.lab import Lab, Node
from engine.table.models import design_names, work_of
from engine.table.task import (
    FEWEST_ROWS,
    MORE_ROWS,
    MOST_CLASSES,
    MOST_COLUMNS,
    ROWS,
    class_names,
    columns_for,
    fold_numbers,
    halves,
    learning_table,
    names_of_halves,
    split_rows,
    target_values,
    task_of,
)

FOLDS = 5
SEEDS = 20
#: The work (see `work_of`) of a comparison that is done while somebody waits, about two seconds, and the
#: most that a worker is given, some minutes.
AT_ONCE, AT_MOST = 20_000, 600_000


@dataclass(frozen=True)
class Task:
    """What is learnt from a table.

    `kind` : "classes" or "numbers". `columns` : names of the columns in use. `names` : of the classes,
    as they stand in the table. `of` : rows of the table that have a target.
    """

    lab: Lab
    table: Node
    target: str
    kind: str
    columns: tuple[str, ...]
    names: tuple[str, ...]
    data: Node
    y: Node
    learn: Node
    folds: Node
    of: int

    @property
    def classes(self) -> int:
        """How many classes; 0 of a regression."""
        return len(self.names)

    @property
    def inputs(self) -> tuple[Node, Node, Node]:
        """The table, the target and the split, as the models take them."""
        return self.data, self.y, self.learn

    @property
    def is_date(self) -> bool:
        """Whether the numbers of the target are dates, counted in days."""
        return not self.names and self.table.value[self.target].dtype.kind == "M"

    @property
    def design_names(self) -> Node:
        """The names of the columns of the matrix that the models are fed with."""
        return self.lab.run(
            design_names, self.data, self.learn, columns=self.columns, as_="matrix_names"
        )

    @property
    def is_long(self) -> bool:
        """Whether comparing the models takes so long that it is left to the worker."""
        return work_of(self.design_names.value, self.y.value) > AT_ONCE

    def score(self, value: float) -> str:
        """A score as text: right answers in per cent, or R2."""
        if value != value:
            return "–"
        return f"{value:.1%}" if self.classes else f"{round(value, 3) + 0.0:.3f}"  # no "-0.000"

    @property
    def score_name(self) -> str:
        """What a score is called."""
        return _("right answers") if self.classes else "R²"

    def drawn(self) -> str:
        """How many rows are used, of how many."""
        count = len(self.data.value)
        if count == self.of:
            return _("All {count} rows with a value in the target take part.", count=f"{count:,}")
        return _(
            "{count} rows take part, drawn at random from the {all} with a value in the target.",
            count=f"{count:,}",
            all=f"{self.of:,}",
        )


def refusal(reason: str, target: str) -> str:
    """Why nothing can be learnt of a column."""
    sentences = {
        "missing": _("The column “{name}” has no value at all, so there is nothing to learn."),
        "few": _(
            "Fewer than {least} rows have a value in the column “{name}”. A model needs some to learn "
            "from and others to be tested with."
        ),
        "constant": _("The column “{name}” has one value only, so there is nothing to tell apart."),
        "many": _(
            "The column “{name}” holds more than {most} different texts, or hardly one of them twice. "
            "This page tells {most} classes apart at most: choose another column."
        ),
        "alone": _("Beside the column “{name}” there is no column to learn from."),
    }
    return sentences[reason].format(name=safe(target), least=FEWEST_ROWS, most=MOST_CLASSES)


def reasons() -> dict[str, str]:
    """Why a column is left out at first."""
    return {
        "missing": _("no value at all"),
        "constant": _("one value only"),
        "words": _("texts of more than {most} values", most=MOST_CLASSES),
        "number": _("counts the rows: 1, 2, 3 …"),
        "many": _("more than {most} columns", most=MOST_COLUMNS),
    }


def _forget(table: Node) -> None:
    """Take the choices of another table out of the link: its columns have other numbers."""
    state = st.session_state
    if state.setdefault("_learn_table", table.key) != table.key:
        state["_learn_table"] = table.key
        for name in ("learn_target", "learn_kind", "learn_columns"):
            if name in st.query_params:
                del st.query_params[name]


def ask(lab: Lab, table: Node) -> Task | None:
    """Ask for the target, its kind and the columns; None, and the reason, if nothing can be learnt."""
    _forget(table)
    frame = table.value
    if not frame.shape[1]:
        return None
    columns = {str(place): str(name) for place, name in enumerate(frame.columns)}
    left, right = st.columns(2)
    with left:
        place = choice(
            _("Column to predict"),
            columns,
            key=_key(table, "target"),
            param="learn_target",
            default=_likely(frame),
            look="menu",
        )
    target = columns[place]
    found = lab.run(task_of, table, target=target, as_="task").value
    with right:
        _ask_kind(table, place, found, frame[target])
    used = lab.run(columns_for, table, target=target, as_="columns").value[0]
    places = [place for place, name in columns.items() if name in used]
    own = _key(table, f"columns_{place}")
    if own not in st.session_state:
        linked = [p for p in st.query_params.get("learn_columns", "").split(".") if p in columns]
        st.session_state[own] = [p for p in linked if p != place] or places
    chosen = st.multiselect(
        _("Columns to learn from"),
        [p for p in columns if p != place],
        key=own,
        format_func=columns.get,
        persist_state="session",
        max_selections=MOST_COLUMNS,
    )
    if chosen and set(chosen) != set(places):
        st.query_params["learn_columns"] = ".".join(sorted(chosen, key=int))
    elif "learn_columns" in st.query_params:
        del st.query_params["learn_columns"]
    return recall(lab, table)


def _ask_kind(table: Node, place: str, found: str, column: Any) -> None:
    """Ask whether the target is to be taken as classes or as numbers, if it can be both."""
    kinds = {"classes": _("A class"), "numbers": _("A number")}
    if found not in kinds:
        return
    if column.dtype.kind not in "iuf":
        kinds = {found: kinds[found]}
    key = _key(table, f"kind_{place}")
    choice(_("It is"), kinds, key=key, param="learn_kind", default=found)


def recall(lab: Lab, table: Node, *, most: int = ROWS) -> Task | None:
    """The task that was chosen, without asking; None, and the reason, if nothing can be learnt."""
    _forget(table)
    frame, state, link = table.value, st.session_state, st.query_params
    columns = {str(place): str(name) for place, name in enumerate(frame.columns)}
    if not columns:
        st.info(_("This table has no columns."), icon=":material/info:")
        return None
    place = state.get(_key(table, "target"), link.get("learn_target", ""))
    place = place if place in columns else _likely(frame)
    target = columns[place]
    found = lab.run(task_of, table, target=target, as_="task").value
    if found not in ("classes", "numbers"):
        st.info(refusal(found, target), icon=":material/info:")
        return None
    kind = found
    if frame[target].dtype.kind in "iuf":
        wanted = state.get(_key(table, f"kind_{place}"), link.get("learn_kind"))
        kind = wanted if wanted in ("classes", "numbers") else found
    used = lab.run(columns_for, table, target=target, as_="columns").value[0]
    chosen = state.get(_key(table, f"columns_{place}"))
    if chosen is None:
        chosen = [p for p in link.get("learn_columns", "").split(".") if p in columns]
    names = tuple(columns[p] for p in sorted(set(chosen), key=int) if p != place)[:MOST_COLUMNS]
    names = names or used
    if not names:
        st.info(refusal("alone", target), icon=":material/info:")
        return None
    return _made(lab, table, target, kind, names, most)


def _made(
    lab: Lab, table: Node, target: str, kind: str, columns: tuple[str, ...], most: int
) -> Task | None:
    data = lab.run(learning_table, table, target=target, columns=columns, most=most, as_="data")
    y = lab.run(target_values, data, target=target, task=kind, as_="y")
    classes = lab.run(class_names, data, target=target, task=kind, as_="classes").value
    if kind == "classes" and len(classes) < 2:
        st.info(refusal("constant", target), icon=":material/info:")
        return None
    seed = seed_kept()
    learn = lab.run(split_rows, y, seed=seed, as_="learn")
    folds = lab.run(fold_numbers, y, folds=FOLDS, seed=seed, as_="folds")
    rows = int(table.value[target].notna().sum())
    return Task(lab, table, target, kind, columns, classes, data, y, learn, folds, rows)


def halved(task: Task) -> Task:
    """The same rows with the question whether their number is above the median."""
    y = task.lab.run(halves, task.y, as_="above")
    names = task.lab.run(names_of_halves, task.y, as_="names_of_halves").value
    return replace(task, kind="classes", names=names, y=y)


def ask_seed() -> int:
    """Ask for the seed of the split."""
    return slider(_("Seed"), 0, SEEDS - 1, 0, key="learn_seed")


def seed_kept() -> int:
    """The seed that was chosen, without asking."""
    found = st.session_state.get("learn_seed", st.query_params.get("learn_seed", "0"))
    text = str(found)
    return int(text) if text.isdecimal() and len(text) < 4 and int(text) < SEEDS else 0


def told(task: Task, *, where: str) -> None:
    """Which task the numbers below belong to; `where` : the step in which it is chosen."""
    kind = _("classes") if task.classes else _("a number")
    st.caption(
        _(
            "Target: **{target}** ({kind}), {count} columns to learn from, seed {seed}. Chosen in the "
            "step “{where}”. ",
            target=safe(task.target),
            kind=kind,
            count=len(task.columns),
            seed=seed_kept(),
            where=where,
        )
        + task.drawn()
    )


def left_grid(left: tuple[tuple[str, str], ...]) -> str:
    """The columns that are left out at first, and why."""
    why = reasons()
    shown = left[:40]
    return grid(
        [[Cell(why[reason])] for _name, reason in shown],
        label=_("Columns left out"),
        row_heads=[beginning(name, 40) for name, _reason in shown],
        column_heads=[_("why it is left out at first")],
    )


def more_rows(task: Task) -> int:
    """How many rows a longer run would use; 0 if it would use no more."""
    each = work_of(task.design_names.value, task.y.value) / len(task.data.value)
    rows = min(task.of, MORE_ROWS, int(AT_MOST / each))
    return rows if rows > len(task.data.value) else 0


def model_names(task_kind: str) -> Mapping[str, str]:
    """What the models are called."""
    linear = _("logistic regression") if task_kind == "classes" else _("linear regression")
    base = _("baseline: the most frequent") if task_kind == "classes" else _("baseline: the mean")
    return {
        "baseline": base,
        "linear": linear,
        "neighbours": _("k nearest neighbours"),
        "tree": _("decision tree"),
        "forest": _("random forest"),
        "boosting": _("gradient boosting"),
    }


def _likely(frame: Any) -> str:
    """The place of the column that is most likely the target."""
    names = [str(name) for name in frame.columns]
    return str(names.index(tables.likely_target(frame)))


def _key(table: Node, name: str) -> str:
    """The key of a control for this table: another one begins anew."""
    return f"learn_{name}_{table.key[:8]}"
