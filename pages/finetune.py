"""Shows: a set of one's own or a ready one, how it is split, a pretrained network trained on it in four
ways, what it gets wrong, how many examples it needs, what breaks, the trained network at work and as
files; three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import finetune as lessons
from components import finetune_data as own
from components import finetune_more as more
from components import finetune_questions as questions
from components import finetune_result as results
from components import finetune_train as training
from components import finetune_use as using
from components import finetune_views as views
from components import jobs, page
from components.guard import fragment
from components.i18n import _
from engine.lab import Lab
from engine.samples import load

here = page.start(
    "finetune",
    {
        "data": _("Data"),
        "train": _("Training"),
        "result": _("Result"),
        "labels": _("How many examples"),
        "breaks": _("What breaks"),
        "use": _("Use it"),
        "predict": _("Predict"),
    },
)
text = here.text
lab = Lab(load("coffee"))
views.draw_style()


@fragment
def data() -> None:
    name = lessons.ask_name()
    if name in ("pictures", "sounds"):
        own.collect("image" if name == "pictures" else "sound", text["own_start"])
    st.markdown(_("**The split**"))
    with st.container(horizontal=True):
        each, share, seed = lessons.split_controls()
    found = lessons.made(lab, name, each, share, seed)
    if found is not None:
        views.split(found, text)


def train() -> None:
    found = lessons.asked(lab)
    if found is None:
        return
    plan = training.asked(found)
    fragment(watch, run_every=jobs.every(plan.node))(plan)
    training.table(found, text)
    training.compare(found, text)
    fragment(training.recorded_runs)(found, text)


def watch(plan: training.Plan) -> None:
    job = training.panel(plan, key="ft")
    if plan.node.is_cached:
        training.done(plan, text)
    elif job is not None and job.steps:
        training.live(job, plan)
    else:
        training.before(plan.data, plan, text)


def result() -> None:
    found = lessons.asked(lab)
    if found is None:
        return
    run = training.run_or_panel(found, key="ft_result")
    if run is None:
        results.map_before(found, text)
    else:
        fragment(results.matrix)(run, text)
        results.unsure(run, text)
        fragment(results.moving_map)(run, text)


def labels() -> None:
    found = lessons.asked(lab)
    if found is not None:
        more.enough(found, text)


def breaks() -> None:
    found = lessons.asked(lab)
    if found is None:
        return
    st.markdown(_("**Forgetting**"))
    run = training.run_or_panel(found, key="ft_breaks")
    if run is not None:
        more.forgetting(run, text)
    more.breaks(found, text)


def use() -> None:
    found = lessons.asked(lab)
    if found is None:
        return
    run = training.run_or_panel(found, key="ft_use")
    fragment(using.answer)(run, found, text)
    if run is not None:
        using.export(run, text)
    fragment(using.again)(found)


def predict() -> None:
    found = lessons.asked(lab)
    if found is not None:
        questions.ask(found)


here.run(
    data=data,
    train=train,
    result=result,
    labels=labels,
    breaks=breaks,
    use=use,
    predict=predict,
)
