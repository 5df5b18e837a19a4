"""How many examples are enough, and what breaks: answers that were seen, a false cue, forgetting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from components import charts, curves, jobs, show
from components import finetune as lessons
from components import finetune_train as training
from components import finetune_views as views
from components.cells import Cell, grid
from components.finetune import NETWORK, Run, Set
from components.finetune_result import before_of
from components.guard import fragment
from components.i18n import _
from components.models import loading
from components.scales import colour
from components.state import choice
from engine import samples
from engine.lab import Node
from engine.training.evaluate import label_curve
from engine.training.forgetting import remembered
from engine.training.splits import split_counts, split_set
from engine.training.traps import (
    framed,
    head_answers,
    part_examples,
    part_roles,
    right_of,
    some_of_each,
)

COUNTS = (1, 2, 5, 10, 20)  # examples of each class
SEEDS, SEEDS_OF_ONE = 5, 10
SERIES = (2, 5, 10)  # examples of each class that whole runs are made with
SHAPES = {"head": "circle", "last": "square", "all": "diamond", "scratch": "x"}
BLUE, ORANGE, GRAY = "#0072B2", "#D55E00", "#7A7F87"


# ------------------------------------------------------------------------------- how many labels


def enough(data: Set, text: Mapping[str, str]) -> None:
    """Accuracy for few and for many labels: a head on frozen features, and the runs of this session."""
    all_roles = roles_with(data, 0)
    features = before_of(data, lessons.weights_of(data.lab, NETWORK), NETWORK)
    curve = data.lab.run(
        label_curve, features, data.examples, all_roles, counts=COUNTS, seeds=SEEDS, as_="shares"
    )
    with loading():
        curve.value  # noqa: B018 (computed while the page says so)
    points = _points(data)
    chance = 1 / len(data.names)
    show.chart(
        "labels",
        lambda shares: _label_figure(shares, points, chance),
        [curve],
        caption=text["labels_caption"].format(seeds=SEEDS)
        + (" " + text["transfer_caption"] if points else ""),
        alt=_("A curve that rises with the number of examples, in a band"),
    )
    counts = ", ".join(map(str, _series_counts(data)))
    st.markdown(
        _("**Whole runs, each class learnt from so many examples: {counts}**", counts=counts)
    )
    st.markdown(text["series"])
    fragment(_series, run_every=jobs.every(*(plan.node for plan in _plans(data))))(data)


def roles_with(data: Set, each: int) -> Node:
    """The same test, with another number of examples of each class to learn from; 0: all."""
    params = dict(data.roles.call.params) | {"each": each}
    return data.lab.run(split_set, data.examples, as_="roles", **params)


def _points(data: Set) -> list[Run]:
    """Runs of this session with the same test, whatever number they learnt from."""
    wanted = dict(data.roles.call.params) | {"each": 0}
    every: list[Run] = list(st.session_state.get("_ft_runs", {}).values())
    return [
        run
        for run in every
        if run.set.examples.key == data.examples.key
        and dict(run.set.roles.call.params) | {"each": 0} == wanted
    ]


def _label_figure(shares: Any, runs: list[Run], chance: float) -> charts.Figure:
    title = _("new head, frozen features")
    known = [(n, row) for n, row in zip(COUNTS, shares, strict=True) if row[0] == row[0]]
    xs = [n for n, _row in known]
    figure = curves.figure(
        {title: (xs, [float(row.mean()) for _n, row in known])},
        spread={
            title: (
                [float(row.min()) for _n, row in known],
                [float(row.max()) for _n, row in known],
            )
        },
        y=_("share of right answers, test"),
        x=_("examples of each class"),
        height=360,
        share=True,
    )
    titles = lessons.methods()
    for (method, augment), colour_ in zip(
        dict.fromkeys((run.method, run.augment) for run in runs),
        curves.COLOURS[1:] * 2,
        strict=False,
    ):
        mine = [run for run in runs if (run.method, run.augment) == (method, augment)]
        figure["data"].append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": _("{run}, augmented", run=titles[method]) if augment else titles[method],
                "x": [_learnt_each(run.set) for run in mine],
                "y": [run.right / run.tested for run in mine],
                "marker": {"size": 11, "symbol": SHAPES[method], "color": colour_},
            }
        )
    layout = figure["layout"]
    layout["showlegend"] = True
    layout["xaxis"] |= {"type": "log", "tickvals": COUNTS, "ticktext": [str(n) for n in COUNTS]}
    layout["yaxis"] |= {"range": [0, 1.03]}
    line = {"dash": "dot", "color": GRAY, "width": 1.4}
    layout["shapes"] = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": chance,
            "y1": chance,
            "line": line,
        }
    ]
    layout["annotations"] = [
        {
            "text": _("chance"),
            "xref": "paper",
            "x": 1,
            "y": chance,
            "yanchor": "bottom",
            "xanchor": "right",
            "showarrow": False,
        }
    ]
    return figure


def _learnt(data: Set, roles: Node) -> Any:
    """How many of each class are learnt from."""
    return data.lab.run(split_counts, data.examples, roles, as_="counts").value[:, 0]


def _learnt_each(data: Set) -> float:
    """How many of each class are learnt from, the mean if the classes differ."""
    return float(_learnt(data, data.roles).mean())


def _series_counts(data: Set) -> list[int]:
    """How many of each class the runs of a series learn from, as far as the set has so many."""
    most = int(_learnt(data, roles_with(data, 0)).min())
    return [n for n in SERIES if n <= most] or [1]


def _plans(data: Set) -> list[training.Plan]:
    """The runs of a series."""
    method = str(st.session_state.get("ft_series", "scratch"))
    augment = st.session_state.get("ft_series_augment", "off") == "on"
    return [
        training.planned(replace(data, roles=roles_with(data, n)), method, augment=augment)
        for n in _series_counts(data)
    ]


@fragment
def _series(data: Set) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice(_("What is trained"), lessons.methods(), key="ft_series", default="scratch")
        switched = {"off": _("off"), "on": _("on")}
        choice(_("Augmentation"), switched, key="ft_series_augment")
    plans = _plans(data)
    known = len(st.session_state.get("_ft_runs", {}))
    runs = [
        replace(plan.run, title=_("{title}, {count} each", title=plan.run.title, count=each))
        for plan in plans
        for each in [dict(plan.data.roles.call.params)["each"]]
    ]
    jobs.panel(runs, key="ft_series", button=_("Train"))
    for plan in plans:
        training.remember_finished(plan)
    if len(st.session_state.get("_ft_runs", {})) > known:
        st.rerun()


# ----------------------------------------------------------------------------------- what breaks


def breaks(data: Set, text: Mapping[str, str]) -> None:
    """Four traps, each beside how it should be."""
    whole = data.lab.run(some_of_each, data.examples, data.roles, as_="part")
    part = data.lab.run(part_examples, whole, as_="less")
    roles = data.lab.run(part_roles, whole, as_="less_roles")
    less = replace(data, examples=part, roles=roles)
    weights = lessons.weights_of(data.lab, NETWORK)
    plain = before_of(less, weights, NETWORK)
    with loading():
        tested = plain.value.shape[0] - int((roles.value == 1).sum())
    _cue(less, plain, weights, tested, text)
    left, right = st.columns(2)
    with left:
        _leak(less, plain, tested, text)
    with right:
        _one(data, text)


def _answers(
    data: Set, learnt: Node, tested: Node, *, leaked: bool = False, as_: str
) -> tuple[Node, int]:
    """The answers of a head, and how many are right."""
    lab = data.lab
    answers = lab.run(
        head_answers, learnt, tested, data.examples, data.roles, leaked=leaked, as_=as_
    )
    right = lab.run(right_of, answers, data.examples, data.roles, as_=f"{as_}_right")
    return right, int(right.value)


def _bars(rows: list[tuple[str, int]], tested: int) -> str:
    """Right answers of several tests as a small table."""
    cells = [
        [
            Cell(f"{right} / {tested}", colour("viridis", right / tested, 0, 1)),
            Cell(f"{right / tested:.0%}"),
        ]
        for _name, right in rows
    ]
    heads = [name for name, _right in rows]
    columns = [_("test right"), _("share")]
    return grid(cells, label=_("Right answers"), row_heads=heads, column_heads=columns)


def _cue(data: Set, plain: Node, weights: Node, tested: int, text: Mapping[str, str]) -> None:
    """A frame that tells the class while one learns, and something else in the test."""
    st.markdown(_("**A false cue**"))
    lab, nodes, rows = data.lab, [], []
    honest, right = _answers(data, plain, plain, as_="honest")
    rows.append((_("no frames"), right))
    seen = {}
    for moved in (0, 1):
        cued = lab.run(framed, data.examples, data.roles, moved=moved, as_=f"framed_{moved}")
        seen[moved] = replace(data, examples=cued)
    learnt = before_of(seen[0], weights, NETWORK)
    for moved, name in (
        (0, _("frames: the colour tells the class in the test, too")),
        (1, _("frames: in the test, the colour is that of another class")),
    ):
        looked = before_of(seen[moved], weights, NETWORK)
        node, right = _answers(data, learnt, looked, as_=f"cued_{moved}")
        nodes.append(node)
        rows.append((name, right))
    labels, roles = data.examples.value[1].tolist(), data.roles.value.tolist()
    left, middle = st.columns(2)
    with left:
        st.html(_bars(rows, tested))
    with middle:
        for role, moved, name in ((1, 0, _("learn from")), (2, 1, _("test"))):
            firsts = {}
            for place, (label, one) in enumerate(zip(labels, roles, strict=True)):
                if one == role:
                    firsts.setdefault(label, place)
            st.caption(name)
            st.html(views.marks(seen[moved], list(firsts.values())[:8]))
    show.footer("cue", [honest, *nodes], text["cue_caption"])


def _leak(data: Set, plain: Node, tested: int, text: Mapping[str, str]) -> None:
    """The answers of the test among what is learnt."""
    st.markdown(_("**The answers were seen**"))
    honest, right = _answers(data, plain, plain, as_="honest")
    leaked, seen = _answers(data, plain, plain, leaked=True, as_="leaked")
    rows = [(_("test kept apart"), right), (_("test examples learnt, too"), seen)]
    show.html("leak", _bars(rows, tested), [honest, leaked], caption=text["leak_caption"])


def _one(data: Set, text: Mapping[str, str]) -> None:
    """One example of each class, drawn anew several times."""
    st.markdown(_("**One example of each class**"))
    features = before_of(data, lessons.weights_of(data.lab, NETWORK), NETWORK)
    node = data.lab.run(
        label_curve,
        features,
        data.examples,
        roles_with(data, 0),
        counts=(1, 5),
        seeds=SEEDS_OF_ONE,
        as_="draws",
    )

    def draw(shares: Any) -> charts.Figure:
        traces = [
            {
                "type": "scatter",
                "mode": "markers",
                "x": row.tolist(),
                "y": [name] * len(row),
                "marker": {"size": 10, "color": BLUE, "opacity": 0.6},
                "showlegend": False,
            }
            for name, row in zip((_("1 each"), _("5 each")), shares, strict=True)
        ]
        figure = charts.made(traces, x=_("share of right answers, test"), height=180, top=8)
        figure["layout"]["xaxis"] |= {"range": [0, 1.03], "tickformat": ".0%"}
        return figure

    show.chart(
        "one",
        draw,
        [node],
        caption=text["one_caption"].format(seeds=SEEDS_OF_ONE),
        alt=_("A point for each draw: those with one example lie far apart"),
    )


def forgetting(run: Run, text: Mapping[str, str]) -> None:
    """What the network says of pictures that it knew, before and after a run."""
    node = run.set.lab.run(remembered, run.weights, run.node, network=True, as_="remembered")
    with loading():
        found = node.value
    titles = {sample.name: _(sample.title) for sample in samples.SAMPLES}

    def draw(rows: Any) -> charts.Figure:
        names = [titles.get(name, name) for name, *_rest in rows]
        traces = [
            {
                "type": "bar",
                "orientation": "h",
                "name": told,
                "y": names,
                "x": [row[place] for row in rows],
                "text": [f"{row[place]:.0%}" for row in rows],
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {"color": tint},
            }
            for told, place, tint in (
                (_("after training"), 3, ORANGE),
                (_("before training"), 2, BLUE),
            )
        ]
        figure = charts.made(traces, x=_("probability of the right answer of old"), height=260)
        figure["layout"] |= charts.legend_above(2)
        figure["layout"]["xaxis"] |= {"range": [0, 1.15], "tickformat": ".0%"}
        figure["layout"]["yaxis"] |= {"automargin": True, "autorange": "reversed"}
        return figure

    worst = min(found, key=lambda row: row[3] - row[2])
    same = all(abs(row[3] - row[2]) < 0.005 for row in found)
    said = _(
        "What changed most: {name} was called “{label}” with {before} before; now the first answer is "
        "“{other}” with {after}.",
        name=titles.get(worst[0], worst[0]),
        label=worst[1],
        before=f"{worst[2]:.0%}",
        other=worst[4],
        after=f"{worst[5]:.0%}",
    )
    if same:
        said = _("Nothing was forgotten in this run. Train everything, and choose that run here.")
    show.chart(
        "forget",
        draw,
        [node],
        caption=f"{said} {text['forget_caption']}",
        alt=_("Two bars for each picture: before and after"),
    )
