"""Accuracy and loss of fine-tuning over the epochs: of runs under way or done, and of recorded ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import curves, show
from components.i18n import _
from components.texttune import Plan
from engine import work
from engine.lab import Lab, Node
from engine.models.for_training import TEXTTUNE_RUN
from engine.training import textset
from engine.training.recorded import recorded


def record(lab: Lab, name: str) -> Node:
    """An array of the recorded runs."""
    return lab.run(recorded, lab.weights(TEXTTUNE_RUN, as_="record"), name=name, as_=name)


def recorded_name(plan: Plan, method: str) -> str:
    """The recorded run with these sentences and settings but more seeds; "" if there is none."""
    task = plan.task
    if not task.ready or (plan.kind == "minilm" and plan.rate != "0.003"):
        return ""
    if plan.kind == "pieces":
        return f"bag_{task.tongue}_{task.ready}_{method}"
    if task.tongue == "zh":
        return f"zh_{task.ready}_{method}" if method != "last" else ""
    return f"{task.ready}_{method}"


def bands(
    runs: Mapping[str, Any], *, column: int | None = 3, scale: float = 100
) -> tuple[dict[str, curves.Curve], dict[str, tuple[list[float], list[float]]]]:
    """Mean, least and greatest over the seeds, epoch by epoch, of (epochs, seeds[, 4]) arrays."""
    means: dict[str, curves.Curve] = {}
    spread = {}
    for name, whole in runs.items():
        values = scale * (whole if column is None else whole[..., column])
        means[name] = (list(range(len(values))), values.mean(axis=1).tolist())
        spread[name] = (values.min(axis=1).tolist(), values.max(axis=1).tolist())
    return means, spread


def band_figure(runs: Mapping[str, Any], *, y: str, column: int | None = 3) -> Any:
    """Recorded shares in percent: the mean over the seeds, with a band from least to greatest."""
    means, spread = bands(runs, column=column)
    last = len(next(iter(runs.values()))) - 1
    figure = curves.figure(means, y=y, spread=spread, last=last)
    figure["layout"]["yaxis"]["range"] = [0, 104]
    return figure


def recorded_view(plan: Plan, caption: str) -> None:
    """The recorded runs with these sentences, as long as there are none of one's own."""
    names = {plan.titles[n]: r for n in plan.runs if (r := recorded_name(plan, n))}
    nodes = [record(plan.task.lab, name) for name in names.values()]
    if nodes:
        show.chart(
            "tt_recorded",
            lambda *runs: band_figure(
                dict(zip(names, runs, strict=True)), y=_("right answers on the test, %")
            ),
            nodes,
            caption=caption,
            alt=alt_of("accuracy"),
        )


def live(plan: Plan, found: Sequence[work.Job | None]) -> None:
    """Accuracy and loss of the runs under way."""
    shown = {}
    for (name, node), job in zip(plan.runs.items(), found, strict=True):
        if node.is_cached:
            shown[plan.titles[name]] = textset.curves_in(node.value)
        elif job is not None and job.steps:
            shown[plan.titles[name]] = textset.curves_in(textset.collect_texts(list(job.steps)))
    if shown:
        for column, what in zip(st.columns(2), ("accuracy", "loss"), strict=True):
            with column:
                drawn = curve_figure(shown, what, plan.epochs)
                curves.draw(drawn, key=f"tt_{what}", alt=alt_of(what))


def alt_of(what: str) -> str:
    """What a figure of curves shows, for those who can't see it."""
    return _("Accuracy over the epochs") if what == "accuracy" else _("Loss over the epochs")


def curve_figure(
    shown: Mapping[str, Any], what: str, last: int, recorded_runs: Mapping[str, Any] | None = None
) -> Any:
    """The tested accuracy, or the loss on the learnt sentences, of several runs."""
    column, scale = (3, 100) if what == "accuracy" else (0, 1)
    lines: dict[str, curves.Curve] = {
        name: (list(range(len(values))), (scale * values[:, column]).tolist())
        for name, values in shown.items()
    }
    means, spread = bands(recorded_runs or {}, column=column, scale=scale)
    for name in spread.keys() & lines.keys():  # a band is drawn over the epochs of its curve
        count = len(lines[name][0])
        least, greatest = (ys[:count] + ys[-1:] * (count - len(ys)) for ys in spread[name])
        spread[name] = (least, greatest)
    y = (
        _("right answers on the test, %")
        if what == "accuracy"
        else _("mean loss, learnt sentences")
    )
    figure = curves.figure(lines, y=y, recorded=means, spread=spread, last=last)
    if what == "accuracy":
        figure["layout"]["yaxis"]["range"] = [0, 104]
    return figure
