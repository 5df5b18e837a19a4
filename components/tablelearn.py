"""What the lesson on models for tables draws of the task, its split and the models compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, curves, jobs, show
from components.cells import Cell, grid
from components.classes import looks
from components.i18n import _
from components.learning import FOLDS, Task, model_names
from components.state import choice
from components.table import label
from engine.lab import Node
from engine.table import models
from engine.table.models import MODELS, outputs_of

ORANGE, BLUE, GRAY, RED, GREEN = "#E69F00", "#0072B2", "#7A7F87", "#D55E00", "#009E73"


def target_chart(task: Task, places: Any, counts: Any) -> charts.Figure:
    """How often each class occurs, or the histogram of the numbers."""
    inks = [ink for ink, _shape in looks(task.lab, task.table, task.target, task.names)]
    bar = {"type": "bar", "x": places, "y": counts, "marker": {"color": inks or ORANGE}}
    x = label(task.target)
    if task.is_date:
        x = _("{name}, in days since 1970-01-01", name=x)
    figure = charts.made([bar], x=x, y=_("rows in use"), height=300)
    figure["layout"]["bargap"] = 0.25 if task.names else 0.02
    if task.names:  # by place: shortened names may be equal
        figure["layout"]["xaxis"] |= {
            "tickvals": list(range(len(task.names))),
            "ticktext": [label(name, 16) for name in task.names],
        }
    return figure


def split_chart(learn: Any, folds: Any) -> charts.Figure:
    """A bar of rows for the split and for each fold; what is tested is orange."""
    rows = [(~learn).astype("uint8").tolist()]
    count = int(folds.max()) + 1
    rows += [(folds == number).astype("uint8").tolist() for number in range(count)]
    names = [_("one split"), *(_("fold {number}", number=n + 1) for n in range(count))]
    trace = {
        "type": "heatmap",
        "z": rows,
        "y": names,
        "colorscale": [[0, "#9AA0A6"], [1, ORANGE]],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "ygap": 6,
        "hovertemplate": "%{y}: %{x}<extra></extra>",
    }
    figure = charts.made([trace], x=_("rows that are used, in the order of the table"), height=280)
    figure["layout"]["yaxis"] |= {"autorange": "reversed", "automargin": True}
    return figure


def sides_grid(task: Task, sides: Any) -> str:
    """How many rows of each class stand on both sides."""
    heads = list(task.names) or [_("rows")]
    total = max(1, int(sides[:, 0].sum())), max(1, int(sides[:, 1].sum()))
    cells = [
        [
            Cell(f"{n:,} ({n / whole:.1%})" if task.classes else f"{n:,}")
            for n, whole in zip(row, total, strict=True)
        ]
        for row in sides.tolist()
    ]
    return grid(
        cells,
        label=_("Rows on both sides"),
        row_heads=heads,
        column_heads=[_("to learn from"), _("for the test")],
    )


def ask_model(task: Task, *, further: Mapping[str, str] | None = None) -> str:
    """Ask for one of the models, without the baseline; `further` : others, by name."""
    names = {name: text for name, text in model_names(task.kind).items() if name != "baseline"}
    return choice(
        _("Model"), names | dict(further or {}), key="tl_model", default="forest", look="menu"
    )


def said_by(task: Task, model: str) -> Node:
    """What a model that has learnt from the split says of all rows."""
    return task.lab.run(outputs_of, *task.inputs, columns=task.columns, model=model, as_="outputs")


def models_shown(task: Task) -> list[str]:
    """The names of all models in their order."""
    names = model_names(task.kind)
    return [names[model] for model in MODELS]


def scores_chart(task: Task, scores: Any, names: Sequence[str]) -> charts.Figure:
    """For each model a dot a fold, their mean as a bar, and the one split as an open diamond."""
    data: list[dict[str, Any]] = []
    for number, (name, row) in enumerate(zip(names, scores, strict=False)):
        ink = curves.COLOURS[number % len(curves.COLOURS)]
        folds = row[2:]
        mean = sum(folds) / len(folds)
        for xs, symbol, size, opacity, what in (
            (folds, "circle", 9, 0.55, _("fold")),
            ([mean], "line-ns-open", 24, 1, _("mean of the folds")),
            ([row[1]], "diamond-open", 11, 1, _("test of the one split")),
        ):
            data.append(
                {
                    "type": "scatter",
                    "x": xs,
                    "y": [name] * len(xs),
                    "mode": "markers",
                    "marker": {
                        "symbol": symbol,
                        "size": size,
                        "color": ink,
                        "opacity": opacity,
                        "line": {"width": 2},
                    },
                    "hovertemplate": f"{what}: %{{x:.3f}}<extra></extra>",
                    "showlegend": False,
                }
            )
    figure = charts.made(data, x=task.score_name, height=52 * len(names) + 80, top=8)
    figure["layout"]["yaxis"] |= {"range": [len(names) - 0.4, -0.6], "automargin": True}
    if task.classes:
        figure["layout"]["xaxis"] |= {"tickformat": ".0%"}
    return figure


def scores_grid(task: Task, scores: Any, statistics: Any, names: Sequence[str]) -> str:
    """The same in numbers."""
    cells = [
        [
            Cell(f"{task.score(mean)} ± {task.score(spread)}"),
            Cell(f"{task.score(least)} – {task.score(most)}"),
            Cell(task.score(row[1])),
            Cell(task.score(row[0])),
        ]
        for row, (mean, spread, least, most) in zip(
            scores.tolist(), statistics.tolist(), strict=True
        )
    ]
    return grid(
        cells,
        label=_("Scores of the models"),
        row_heads=list(names)[: len(cells)],
        column_heads=[
            _("folds: mean ± deviation"),
            _("least – greatest"),
            _("test of the one split"),
            _("rows learnt from"),
        ],
    )


def bars_chart(task: Task, names: Sequence[str], values: Sequence[float]) -> charts.Figure:
    """Scores side by side."""
    ink = [BLUE, RED, GRAY, GREEN]
    bars = {
        "type": "bar",
        "x": list(names),
        "y": list(values),
        "text": [task.score(value) for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": ink[: len(values)]},
        "hoverinfo": "skip",
    }
    figure = charts.made([bars], y=task.score_name, height=320)
    if task.classes:
        figure["layout"]["yaxis"] |= {"range": [0, 1.1], "tickformat": ".0%"}
    return figure


# ------------------------------------------------------------------------------------ comparison


def comparison(task: Task) -> jobs.Run:
    """The comparison of all models; the same numbers whether it is watched or not."""
    node = task.lab.run(
        models.compare, *task.inputs, task.folds, columns=task.columns, as_="scores"
    )
    count = len(MODELS)
    return jobs.Run(node, models.compare_steps, list(range(1, count + 1)), _("Models"), plain=True)


def watch_comparison(task: Task, run: jobs.Run, text: Mapping[str, str]) -> None:
    """The comparison in the worker: the models that are done, and which one is learning now."""
    (job,) = jobs.panel([run], key="tl_models", button=_("Compare"))
    names = models_shown(task)
    if run.node.is_cached:
        comparison_views(task, run.node, text)
    elif job is None:
        st.caption(
            _(
                "Each of the {count} models learns {times} times: once for the split and once for each "
                "fold. On these rows that takes a while, so it runs beside the page and can be stopped.",
                count=len(names),
                times=1 + FOLDS,
            )
        )
    elif not job.finished.is_set() and job.count < len(names):
        st.caption(_("At work: {model}", model=names[job.count]))
    if job is not None and job.steps and not run.node.is_cached:
        done = names[: len(job.steps)]
        figure = scores_chart(task, [row.tolist() for row in job.steps], done)
        curves.draw(figure, key="tl_models", alt=_("Scores until now"))


def comparison_views(task: Task, scores: Node, text: Mapping[str, str]) -> None:
    """The scores of all models, as dots and in numbers."""
    names = models_shown(task)
    rows = len(task.data.value) // FOLDS
    kind = text["scores_classes" if task.classes else "scores_numbers"]
    show.chart(
        "tl_scores",
        lambda found: scores_chart(task, found.tolist(), names),
        [scores],
        caption=text["scores_caption"].format(folds=FOLDS, rows=f"{rows:,}") + " " + kind,
        alt=_("The score of each model on each fold"),
    )
    statistics = task.lab.run(models.fold_statistics, scores, as_="statistics")
    body = scores_grid(task, scores.value, statistics.value, names)
    show.html("tl_table", body, [statistics], caption=text["table_caption"])
