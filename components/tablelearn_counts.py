"""Which columns a model needs, and whether more rows would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import bars, charts, curves, jobs, show
from components.i18n import _, safe
from components.learning import Task
from components.tablelearn import BLUE, ORANGE, RED
from engine.lab import Node
from engine.table import models

MOST_BARS = 20


def importance_views(task: Task, model: str, positive: int, text: Mapping[str, str]) -> None:
    """Permutation importance of the model, beside the weights of the linear one for a class."""
    lab, columns = task.lab, task.columns
    falls = lab.run(
        models.permutation_importance, *task.inputs, columns=columns, model=model, as_="falls"
    )
    left, right = st.columns(2)
    with left:
        show.chart(
            "tl_importance",
            lambda found: importance_chart(task, found),
            [falls],
            caption=text["importance_caption"].format(most=MOST_BARS, repeats=models.REPEATS),
            alt=_("How much the score falls when a column is mixed up"),
        )
    with right:
        weights = lab.run(models.coefficients, *task.inputs, columns=columns, as_="weights")
        show.chart(
            "tl_weights",
            lambda found, names: coefficients_chart(found[min(positive, len(found) - 1)], names),
            [weights, task.design_names],
            caption=_raised(task, positive) + " " + text["weights_caption"].format(most=MOST_BARS),
            alt=_("The weights of the linear model"),
        )


def _raised(task: Task, positive: int) -> str:
    """What a weight above 0 raises."""
    if not task.classes:
        return _("Blue raises the answer, red lowers it.")
    name = task.names[positive if task.classes > 2 else 1]
    return _("Blue raises the probability of **{name}**, red lowers it.", name=safe(name))


def curve_run(task: Task, model: str) -> jobs.Run:
    """The learning curve of a model."""
    node = task.lab.run(
        models.learning_curve, *task.inputs, columns=task.columns, model=model, as_="grown"
    )
    sizes = list(range(1, len(models.SHARES) + 1))
    return jobs.Run(
        node,
        models.learning_curve_steps,
        sizes,
        _("Learning curve"),
        collect=models.curve_of,
        plain=True,
    )


def watch_curve(task: Task, run: jobs.Run, text: Mapping[str, str]) -> None:
    """The learning curve in the worker, as far as it is."""
    (job,) = jobs.panel([run], key="tl_curve", button=_("Draw the learning curve"))
    if run.node.is_cached:
        curve_view(task, run.node, text)
    elif job is not None and job.steps:
        figure = learning_chart(task, *models.curve_of(list(job.steps)))
        curves.draw(figure, key="tl_curve_so_far", alt=_("Scores until now"))


def curve_view(task: Task, grown: Node, text: Mapping[str, str]) -> None:
    """The whole learning curve."""
    show.chart(
        "tl_curve",
        lambda found: learning_chart(task, *found),
        [grown],
        caption=text["curve_caption"].format(draws=models.DRAWS),
        alt=_("The score by the number of rows learnt from"),
    )


def importance_chart(task: Task, falls: Any) -> charts.Figure:
    """The mean fall of the score for each column, and how far the repeats lie apart."""
    means, spreads = falls.mean(axis=1), falls.std(axis=1)
    order = means.argsort()[::-1][:MOST_BARS].tolist()
    return bars.across(
        [task.columns[n] for n in order],
        means[order].tolist(),
        spreads=spreads[order].tolist(),
        x=_("fall of the score ({score})", score=task.score_name),
        colours=ORANGE,
    )


def coefficients_chart(weights: Any, names: Sequence[str]) -> charts.Figure:
    """The longest weights of the linear model, with their sign."""
    values = weights.tolist()
    order = sorted(range(len(values)), key=lambda n: -abs(values[n]))[:MOST_BARS]
    return bars.across(
        [names[n] for n in order],
        [values[n] for n in order],
        x=_("weight, per standard deviation"),
        colours=[BLUE if values[n] > 0 else RED for n in order],
        digits="+.3f",
    )


def learning_chart(task: Task, sizes: Any, scores: Any) -> charts.Figure:
    """Score over the number of rows learnt from, with the range of the draws."""
    xs = sizes.tolist()
    sides = ((0, _("rows learnt from")), (1, _("test")))
    lines = {name: (xs, scores[:, :, n].mean(axis=1).tolist()) for n, name in sides}
    spread = {
        name: (scores[:, :, n].min(axis=1).tolist(), scores[:, :, n].max(axis=1).tolist())
        for n, name in sides
    }
    figure = curves.figure(
        lines, y=task.score_name, spread=spread, x=_("rows learnt from"), height=320
    )
    figure["layout"]["yaxis"]["hoverformat"] = ".3f"
    return figure
