"""What fine-tuning has reached: curves, all runs in a table, mistakes, a sentence of one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from components import labelled, show
from components.cells import Cell, grid
from components.i18n import _, safe
from components.scales import colour
from components.search import one_text
from components.state import choice
from components.text import shortened
from components.texttune import LEARNING, Plan
from components.texttune_curves import alt_of, curve_figure, record, recorded_name
from engine.lab import Node
from engine.language import classify
from engine.training import textset
from engine.training.evaluate import accuracy_interval
from engine.training.textbag import bag_answers
from engine.training.texttune import new_answers, trained_numbers
from engine.training.topics import NEW


def results(plan: Plan, text: Mapping[str, str]) -> None:
    """Curves with the recorded ones, all methods in a table, and what one of them gets wrong."""
    lab = plan.task.lab
    names = list(plan.runs)
    titles = [plan.titles[name] for name in names]
    nodes = [lab.run(textset.curves_in, plan.runs[n], as_=f"curves_{n}") for n in names]
    beside = {plan.titles[n]: record(lab, r) for n in names if (r := recorded_name(plan, n))}
    for column, what in zip(st.columns(2), ("accuracy", "loss"), strict=True):
        with column:
            show.chart(
                f"tt_{what}",
                _figure(titles, list(beside), what, plan.epochs),
                [*nodes, *beside.values()],
                caption=text[f"{what}_caption"] + (" " + text["recorded_note"] if beside else ""),
                alt=alt_of(what),
            )
    _table(plan, nodes, beside, text)
    _wrong(plan, text)
    _new(plan, text)


def _figure(
    titles: list[str], recorded_titles: list[str], what: str, epochs: int
) -> Callable[..., Any]:
    def draw(*values: Any) -> Any:
        own, other = values[: len(titles)], values[len(titles) :]
        last = max([epochs, *(len(one) - 1 for one in other)])
        beside = dict(zip(recorded_titles, other, strict=True))
        return curve_figure(dict(zip(titles, own, strict=True)), what, last, beside)

    return draw


def _table(
    plan: Plan, nodes: Sequence[Node], beside: Mapping[str, Node], text: Mapping[str, str]
) -> None:
    """Numbers trained, right answers with their uncertainty, and the recorded spread."""
    lab, task = plan.task.lab, plan.task
    tested = task.counts[1]
    rows, more = [], list(nodes)
    for name, node in zip(plan.runs, nodes, strict=True):
        right = round(float(node.value[-1, 3]) * tested)
        low, high = accuracy_interval(right, tested)
        cells = [
            Cell(f"{right} / {tested}", colour("viridis", right / tested, 0, 1)),
            Cell(f"{low:.0%} – {high:.0%}"),
        ]
        other = beside.get(plan.titles[name])
        if other is not None:
            at = min(plan.epochs, len(other.value) - 1)
            shares = other.value[at, :, 3]
            cells.append(Cell(f"{shares.mean():.0%} ({shares.min():.0%} – {shares.max():.0%})"))
            more.append(other)
        else:
            cells.append(Cell("–"))
        if plan.kind == "minilm":
            count = lab.run(
                trained_numbers,
                plan.runs[name].inputs[0],
                learning=LEARNING[name],
                labels=len(task.names.value),
                as_=f"numbers_{name}",
            )
            more.append(count)
            cells.insert(0, Cell(f"{count.value[0]:,}"))
        rows.append(cells)
    heads = [_("answered right"), _("certain to 95 %"), _("recorded, other seeds")]
    if plan.kind == "minilm":
        heads.insert(0, _("numbers that learn"))
    body = grid(rows, label=_("All runs"), row_heads=list(plan.titles.values()), column_heads=heads)
    caption = text["table_caption"]
    if plan.kind == "minilm":
        caption = text["numbers_caption"] + " " + caption
    show.html("tt_table", body, more, caption=caption)


def _wrong(plan: Plan, text: Mapping[str, str]) -> None:
    """The confusion table of one run, and its mistakes."""
    lab, task = plan.task.lab, plan.task
    name = choice(_("Look at"), plan.titles, key=f"tt_look_{plan.kind}", default="all")
    said = lab.run(textset.answers_in, plan.runs[name], as_="answers")
    mask = lab.run(textset.tested_mask, task.roles, as_="mask")
    table = lab.run(classify.confusion, said, task.labels, mask, as_="table")
    wrong = lab.run(classify.mistakes, said, task.labels, mask, as_="wrong")
    labels = task.names.value
    left, right = st.columns(2)
    with left:
        body = labelled.confusion_grid(table.value, labels)
        show.html("tt_confusion", body, [table, wrong], caption=text["confusion_caption"])
    with right:
        for place, guess, sure in wrong.value[:12]:
            sentence = shortened(task.sentences.value[place], 120)
            true = labels[task.labels.value[place]]
            st.markdown(
                _(
                    "- {sentence}: {true}, taken for {guess} ({sure})",
                    sentence=sentence,
                    true=safe(true),
                    guess=safe(labels[guess]),
                    sure=f"{sure:.0%}",
                )
            )
        if len(wrong.value) > 12:
            st.caption(_("and {count} more", count=len(wrong.value) - 12))
        if not wrong.value:
            st.caption(_("None of the tested sentences got a wrong label."))


def _new(plan: Plan, text: Mapping[str, str]) -> None:
    """A sentence of the learner's own, and what each run says of it."""
    lab, task = plan.task.lab, plan.task
    written = st.text_input(
        _("A sentence of your own"),
        NEW[task.tongue],
        key=f"tt_new_{task.tongue}",
        max_chars=300,
        persist_state="session",
    )
    new = one_text(lab, (written or "").strip() or NEW[task.tongue], as_="new")
    said = []
    for name, run in plan.runs.items():
        if plan.kind == "pieces":
            inputs = (run, task.sentences, task.roles, new)
            said.append(lab.run(bag_answers, *inputs, unit=task.unit, as_=f"said_{name}"))
        else:
            inputs = (run.inputs[0], run, new)
            said.append(lab.run(new_answers, *inputs, network=True, as_=f"said_{name}"))
    rows = [
        (title, node.value[0].tolist())
        for title, node in zip(plan.titles.values(), said, strict=True)
    ]
    body = labelled.shares_grid(rows, task.names.value)
    show.html("tt_new", body, said, caption=text["new_caption"])
