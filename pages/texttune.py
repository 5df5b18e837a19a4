"""Shows: a head before and after training on sentences; MiniLM with its layers frozen, the last one
learning and all of them, on the same data and seed; what that changes in the vectors; what breaks; four
predictions.
"""

from __future__ import annotations

import streamlit as st

from components import jobs, page, show
from components import texttune as lessons
from components import texttune_changes as changes
from components import texttune_curves as curves_of
from components import texttune_faults as faulty
from components import texttune_heads as heads
from components import texttune_questions as questions
from components import texttune_results as results
from components.cells import Cell, grid
from components.guard import fragment
from components.i18n import _
from components.state import choice
from components.texttune import Plan
from engine.lab import Lab
from engine.samples import load
from engine.training import textset

here = page.start(
    "texttune",
    {
        "before": _("An untrained head"),
        "train": _("Training"),
        "changed": _("What has changed"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab = Lab(load("coffee"))


@fragment
def before() -> None:
    task = lessons.ask(lab)
    rows = heads.vectors(task)
    if rows is not None:
        heads.heads_view(task, rows, text["heads_caption"])
        heads.unknown_note(task, rows, text["unknown_note"])


def train() -> None:
    task = lessons.ask(lab, split=True)
    learnt, tested = task.counts
    plan = lessons.ask_plan(task)
    if plan is None:
        return
    st.caption(
        _(
            "{learnt} sentences to learn from, {tested} to test with, {labels} labels.",
            learnt=learnt,
            tested=tested,
            labels=len(task.names.value),
        )
    )
    fragment(watch, run_every=jobs.every(*plan.runs.values()))(plan)


def watch(plan: Plan) -> None:
    found = jobs.panel(plan.jobs, key="tt", button=_("Train"))
    if plan.done:
        lessons.remember(plan)
        results.results(plan, text)
        return
    if any(job is not None and job.steps for job in found):
        curves_of.live(plan, found)
        return
    curves_of.recorded_view(plan, text["recorded_caption"])
    counts = lab.run(textset.label_counts, plan.task.labels, as_="in_each")
    cells = [[Cell(str(n)) for n in counts.value.tolist()]]
    body = grid(cells, label=_("Sentences"), column_heads=list(plan.task.names.value))
    show.html("tt_counts", body, [counts], caption=text["counts_caption"])


@fragment
def changed() -> None:
    plan = lessons.latest()
    if plan is None:
        st.info(text["train_first"], icon=":material/model_training:")
    else:
        changes.changes(plan, text)
    st.markdown(text["forgotten"])
    changes.forgotten(lab, text)


@fragment
def breaks() -> None:
    case = choice(_("What breaks"), faulty.fault_names(), key="tt_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"])
    if case == "rate":
        faulty.high_rates(lab, text["rate_caption"])
        return
    if case == "heart":
        faulty.by_heart(lab, text["heart_caption"])
        return
    task = lessons.ask(lab)
    rows = heads.vectors(task)
    if rows is None:
        return
    if case == "uneven":
        faulty.uneven_view(task, rows, text["uneven_caption"])
    else:
        faulty.leak_view(task, rows, text["leak_caption"])


def predict() -> None:
    task = lessons.ask(lab)
    rows = heads.vectors(task)
    if rows is not None:
        questions.ask(task, rows)


here.run(before=before, train=train, changed=changed, breaks=breaks, predict=predict)
