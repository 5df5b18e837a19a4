"""Shows: a head before and after training on sentences; MiniLM with its layers frozen, the last one
learning and all of them, on the same data and seed; what that changes in the vectors; what breaks; four
predictions.
"""

from __future__ import annotations

import streamlit as st

from components import jobs, page, quiz, show
from components import texttune as lessons
from components.cells import Cell, grid
from components.dots import strips
from components.guard import fragment
from components.i18n import _
from components.scales import colour
from components.state import choice
from components.texttune import Plan, Task
from components.vectors import encoder, loading
from engine.lab import Lab, Node
from engine.language.classify import over_splits
from engine.samples import load
from engine.training import textset
from engine.training.texttune import batch_vectors, trained_numbers
from engine.vectors.contextual import share_of_unknown

SEEDS = 10

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


def vectors(task: Task) -> Node | None:
    """MiniLM's vectors of the sentences before any training; None if it is not here."""
    minilm = encoder(lab)
    if minilm is None:
        return None
    rows = lab.run(batch_vectors, minilm, task.sentences, network=True, as_="rows")
    with loading():
        rows.value
    return rows


def heads(task: Task, rows: Node) -> tuple[Node, Node]:
    """Right answers of untrained heads, and of heads trained on other splits."""
    untrained = lab.run(
        textset.untrained_shares, rows, task.labels, task.roles, seeds=SEEDS, as_="untrained"
    )
    return untrained, lab.run(over_splits, rows, task.labels, splits=SEEDS, as_="trained")


@fragment
def before() -> None:
    task = lessons.ask(lab)
    rows = vectors(task)
    if rows is None:
        return
    untrained, trained = heads(task, rows)
    names = (_("not trained, ten seeds"), _("trained, ten splits"))
    chance = 1 / len(task.names.value)
    show.chart(
        "tt_heads",
        lambda *shares: strips(
            dict(zip(names, shares, strict=True)),
            x=_("right of the tested sentences, %"),
            chance=chance,
            chance_name=_("chance"),
        ),
        [untrained, trained],
        caption=text["heads_caption"].format(
            tested=task.counts[1], labels=len(task.names.value), chance=f"{chance:.0%}"
        ),
        alt=_("Untrained heads lie around chance, trained ones to the right of them"),
    )
    unknown = lab.run(share_of_unknown, rows.inputs[0], task.sentences, as_="unknown")
    if unknown.value > 0.05:
        st.info(
            _("MiniLM does not know {share} of these tokens.", share=f"{unknown.value:.0%}")
            + " "
            + text["unknown_note"],
            icon=":material/translate:",
        )


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
        lessons.results(plan, text)
        return
    if any(job is not None and job.steps for job in found):
        lessons.live(plan, found)
        return
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
        lessons.changes(plan, text)
    st.markdown(text["forgotten"])
    lessons.forgotten(lab, text)


@fragment
def breaks() -> None:
    cases = {
        "rate": _("Too high a rate"),
        "heart": _("Labels without sense"),
        "leak": _("Tested on what it learnt"),
        "uneven": _("Hardly more than one label"),
    }
    case = choice(_("What breaks"), cases, key="tt_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"])
    if case == "rate":
        lessons.high_rates(lab, text["rate_caption"])
        return
    if case == "heart":
        lessons.by_heart(lab, text["heart_caption"])
        return
    task = lessons.ask(lab)
    rows = vectors(task)
    if rows is None:
        return
    if case == "uneven":
        counts = lab.run(textset.uneven_counts, rows, task.labels, task.roles, as_="uneven")
        body = lessons.uneven_grid(task.names.value, counts.value)
        show.html("tt_uneven", body, [counts], caption=text["uneven_caption"])
        return
    shares = lab.run(textset.leak_shares, rows, task.labels, task.roles, as_="leak")
    cells = [[Cell(f"{n:.0%}", colour("viridis", n, 0, 1)) for n in shares.value]]
    columns = [_("without a leak"), _("the half that slipped in"), _("the other half")]
    body = grid(cells, label=_("Right of the tested sentences"), column_heads=columns)
    show.html("tt_leak", body, [shares], caption=text["leak_caption"])


def predict() -> None:
    task = lessons.ask(lab)
    rows = vectors(task)
    if rows is None:
        return
    untrained, trained = (node.value.mean() for node in heads(task, rows))
    quiz.question(
        _(
            "A head was drawn by chance and learnt nothing. How many of the tested sentences does it "
            "get right, on average over ten such heads?"
        ),
        {"half": _("40 to 70 %"), "few": _("under 40 %"), "most": _("over 70 %")},
        answer="few" if untrained < 0.4 else "half" if untrained <= 0.7 else "most",
        why=_(
            "{share}; by chance it would be {chance}.",
            share=f"{untrained:.0%}",
            chance=f"{1 / len(task.names.value):.0%}",
        ),
        key="tt_untrained",
    )
    quiz.question(
        _("The layers stay frozen and the head learns to the end. How many does it get right?"),
        {"most": _("over 90 %"), "some": _("60 to 90 %"), "few": _("under 60 %")},
        answer="few" if trained < 0.6 else "some" if trained <= 0.9 else "most",
        why=_("{share}, as the mean of ten splits.", share=f"{trained:.0%}"),
        key="tt_frozen",
    )
    last, whole = (
        lab.run(
            trained_numbers,
            rows.inputs[0],
            learning=lessons.LEARNING[name],
            labels=len(task.names.value),
            as_=f"numbers_{name}",
        ).value[0]
        for name in ("last", "all")
    )
    quiz.question(
        _("All six layers learn instead of one. How many times as many numbers learn?"),
        {"equal": _("3 to 7 times"), "more": _("over 7 times"), "less": _("under 3 times")},
        answer="less" if whole / last < 3 else "equal" if whole / last <= 7 else "more",
        why=_("{whole} against {last}.", whole=f"{whole:,}", last=f"{last:,}"),
        key="tt_numbers",
    )
    topic = lessons.record(lab, "purpose_all_topic").value
    first, final = topic[0].mean(), topic[-1].mean()
    quiz.question(
        _(
            "All layers have learnt what a sentence is for. Before, a new head could read off what it "
            "is about, of {share} of the sentences. And now?",
            share=f"{first:.0%}",
        ),
        {
            "more": _("of more"),
            "less": _("of less than half as many"),
            "as": _("of nearly as many"),
        },
        answer="more" if final > first else "less" if final < first / 2 else "as",
        why=_(
            "Of {share}, in the recorded runs. What nobody asks for is not kept.",
            share=f"{final:.0%}",
        ),
        key="tt_topic",
    )


here.run(before=before, train=train, changed=changed, breaks=breaks, predict=predict)
