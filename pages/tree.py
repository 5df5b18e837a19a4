"""Shows: the first question of a decision tree found by hand, threshold by threshold; the tree drawn;
the way of one row through it; depth against what is learnt and tested; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import learning, page
from components import table as tables
from components import tree as shown
from components.guard import fragment
from components.i18n import _
from components.learning import Task
from components.rows import ask_row
from components.state import choice
from components.tree_depth import depth_view, fault_view
from components.tree_first import first_question
from components.tree_questions import questions

STEPS = {
    "first": _("The first question"),
    "drawn": _("The tree"),
    "walk": _("One row"),
    "depth": _("How deep"),
    "breaks": _("What breaks"),
    "predict": _("Predict"),
}
here = page.start("tree", STEPS)
text = here.text
lab, table = tables.load()


def task_here() -> Task | None:
    """The task that was chosen, and a line that says which."""
    found = learning.recall(lab, table)
    if found:
        learning.told(found, where=STEPS["first"])
    return found


@fragment
def first() -> None:
    task = learning.ask(lab, table)
    if task is not None:
        first_question(task, text)


@fragment
def drawn() -> None:
    task = task_here()
    if task is not None:
        shown.drawn_view(task, shown.ask_depth(), text)


@fragment
def walk() -> None:
    task = task_here()
    if task is None:
        return
    left, right = st.columns(2)
    with left:
        row = ask_row(_("Row in use"), len(task.data.value), key="tree_row")
    with right:
        depth = shown.ask_depth()
    shown.walk_view(task, row, depth, text)


@fragment
def depth() -> None:
    task = task_here()
    if task is not None:
        depth_view(task, text)


@fragment
def breaks() -> None:
    task = task_here()
    if task is None:
        return
    faults = {"full": _("No limit"), "names": _("A column of row numbers")}
    fault = choice(_("What is done wrong"), faults, key="tree_fault")
    st.markdown(text[f"breaks_{fault}"])
    fault_view(task, fault, text)


def predict() -> None:
    task = task_here()
    if task is not None:
        questions(task)


here.run(first=first, drawn=drawn, walk=walk, depth=depth, breaks=breaks, predict=predict)
