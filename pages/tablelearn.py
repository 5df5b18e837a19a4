"""Shows: the learner's table and a chosen target; one split and cross-validation; six models compared,
and a network that learns live; errors and the rows behind them, thresholds, calibration; what counts;
what to be wary of, measured; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import jobs, learning, page, show
from components import table as tables
from components import tablelearn as shown
from components import tablelearn_counts as counting
from components import tablelearn_errors as wrong
from components import tablelearn_network as nets
from components import tablelearn_threshold as cuts
from components.guard import fragment
from components.i18n import _
from components.learning import FOLDS, Task
from components.state import choice
from components.tablechecks import check_rows, checks_list
from components.tablelearn_faults import fault_view
from components.tablelearn_questions import questions
from engine.table.checks import KNOWN
from engine.table.task import ROWS, columns_for, side_counts, target_histogram

STEPS = {
    "target": _("The task"),
    "split": _("The split"),
    "compare": _("Models"),
    "network": _("Network"),
    "errors": _("Errors"),
    "threshold": _("Threshold"),
    "counts": _("What counts"),
    "checks": _("Warnings"),
    "breaks": _("What breaks"),
    "predict": _("Predict"),
}
here = page.start("tablelearn", STEPS)
text = here.text
lab, table = tables.load()


def task_here(*, most: int = ROWS) -> Task | None:
    """The task that was chosen, and a line that says which."""
    found = learning.recall(lab, table, most=most)
    if found:
        learning.told(found, where=STEPS["target"])
    return found


@fragment
def target() -> None:
    task = learning.ask(lab, table)
    if task is None:
        return
    bars = lab.run(target_histogram, task.y, as_="bars")
    show.chart(
        "tl_target",
        lambda found: shown.target_chart(task, *found),
        [bars],
        caption=text["target_classes" if task.classes else "target_numbers"] + " " + task.drawn(),
        alt=_("How often each value of the target occurs"),
    )
    columns = lab.run(columns_for, table, target=task.target, as_="columns")
    if left := columns.value[1]:
        show.html("tl_left", learning.left_grid(left), [columns], caption=text["left_caption"])


@fragment
def split() -> None:
    learning.ask_seed()
    task = task_here()
    if task is None:
        return
    show.chart(
        "tl_split",
        shown.split_chart,
        [task.learn, task.folds],
        caption=text["split_caption"].format(folds=FOLDS),
        alt=_("Which rows are tested in the split and in each fold"),
    )
    sides = lab.run(side_counts, task.y, task.learn, as_="sides")
    show.html("tl_sides", shown.sides_grid(task, sides.value), [sides], caption=text["sides"])


def compare() -> None:
    task = learning.recall(lab, table)
    if task is not None and (more := learning.more_rows(task)):
        sizes = {
            "some": _("{count} rows", count=f"{len(task.data.value):,}"),
            "more": _("{count} rows, takes a while", count=f"{more:,}"),
        }
        if choice(_("Learn from"), sizes, key="tl_rows") == "more":
            task = learning.recall(lab, table, most=more)
    if task is None:
        return
    learning.told(task, where=STEPS["target"])
    run = shown.comparison(task)
    if task.is_long:
        fragment(shown.watch_comparison, run_every=jobs.every(run.node))(task, run, text)
    else:
        shown.comparison_views(task, run.node, text)


def network() -> None:
    task = task_here()
    if task is None:
        return
    how = nets.ask_network()
    run = nets.network_run(task, how)
    fragment(nets.watch, run_every=jobs.every(run.node))(task, run, how["epochs"], text)
    nets.gradients_view(task, how, text)


@fragment
def errors() -> None:
    task = task_here()
    if task is None:
        return
    outputs = nets.ask_answers(task)
    if task.classes:
        wrong.confusion_view(task, outputs, text)
    else:
        wrong.residual_views(task, outputs, text)
    wrong.measures_view(task, outputs, text)


@fragment
def threshold() -> None:
    task = task_here()
    if task is None:
        return
    if not task.classes:
        st.info(text["no_threshold"], icon=":material/info:")
        task = learning.halved(task)
    left, right = st.columns(2)
    with left:
        outputs = nets.ask_answers(task)
    with right:
        positive = cuts.ask_class(task)
    cuts.threshold_views(task, outputs, positive, cuts.ask_threshold(), text)


def counts() -> None:
    task = task_here()
    if task is None:
        return
    left, right = st.columns(2)
    with left:
        model = shown.ask_model(task)
    with right:
        positive = cuts.ask_class(task) if task.classes > 2 else 1
    counting.importance_views(task, model, positive, text)
    run = counting.curve_run(task, model)
    if task.is_long:
        fragment(counting.watch_curve, run_every=jobs.every(run.node))(task, run, text)
    else:
        counting.curve_view(task, run.node, text)


def checks() -> None:
    task = task_here()
    if task is None:
        return
    rows, nodes = check_rows(task)
    show.html("tl_checks", checks_list(rows), nodes, caption=text["checks_caption"])


@fragment
def breaks() -> None:
    task = task_here()
    if task is None:
        return
    faults = {
        "order": _("Not shuffled"),
        "answer": _("A column known afterwards"),
        "prepare": _("Prepared by all rows"),
        "learnt": _("Tested on what was learnt"),
    }
    fault = choice(_("What is done wrong"), faults, key="tl_fault")
    st.markdown(text[f"breaks_{fault}"].format(wrong=f"{1 - KNOWN:.0%}"))
    fault_view(task, fault, text)


def predict() -> None:
    task = task_here()
    if task is not None:
        questions(task, where=STEPS["compare"])


here.run(
    target=target,
    split=split,
    compare=compare,
    network=network,
    errors=errors,
    threshold=threshold,
    counts=counts,
    checks=checks,
    breaks=breaks,
    predict=predict,
)
