"""The run of a fine-tuning: its settings, its curves while it goes on, its layers, all runs compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts, curves, finetune, jobs, show
from components.cells import Cell, grid
from components.finetune import NETWORKS, Set
from components.guard import fragment
from components.i18n import _
from components.models import loading
from components.scales import colour
from components.state import choice, slider
from engine import work
from engine.lab import Node
from engine.training import finetune as finetuning
from engine.training.backbone import layer_groups, trained_counts
from engine.training.evaluate import accuracy_interval
from engine.training.finetune import (
    DEFAULT_EPOCHS,
    DEFAULT_RATE,
    collect_run,
    curves_of,
    finetune_steps,
    layers_of,
)

#: By method, so that a run on a hundred pictures ends within minutes.
MOST_EPOCHS = {"head": 200, "last": 40, "all": 25, "scratch": 40}
BLUE, ORANGE = "#0072B2", "#D55E00"


@dataclass(frozen=True)
class Plan:
    """What is to be trained: the node of the run, and its settings."""

    data: Set
    node: Node
    weights: Node
    method: str
    network: str
    epochs: int
    rate: float
    augment: bool

    @property
    def run(self) -> jobs.Run:
        """The run as the panel takes it."""
        title = finetune.methods()[self.method]
        epochs = range(self.epochs + 1)
        return jobs.Run(
            self.node, finetune_steps, epochs, title, collect=collect_run, resumable=True
        )


def planned(
    data: Set,
    method: str,
    *,
    network: str = finetune.NETWORK,
    epochs: int = 0,
    rate: float = 0.0,
    augment: bool = False,
) -> Plan:
    """A run with this set; 0 epochs and a rate of 0 take the method's own."""
    epochs = epochs or DEFAULT_EPOCHS[method]
    weights = finetune.weights_of(data.lab, network)
    node = data.lab.run(
        finetuning.finetune,
        data.examples,
        data.roles,
        weights,
        method=method,
        architecture=finetune.architecture(network),
        epochs=epochs,
        rate=rate,
        seed=data.seed,
        augment=augment,
        mirror=data.mirrors,
        as_="run",
    )
    return Plan(data, node, weights, method, network, epochs, rate, augment)


def asked(data: Set) -> Plan:
    """Ask for the method and its settings; meanwhile a worker loads what the run will need."""
    work.warm(finetune_steps.__module__)
    method = choice(_("What is trained"), finetune.methods(), key="ft_method")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        network = choice(_("Network"), NETWORKS, key="ft_network", look="menu")
        with st.container(width=220):
            epochs = slider(
                _("Epochs"),
                1,
                MOST_EPOCHS[method],
                DEFAULT_EPOCHS[method],
                key=f"ft_epochs_{method}",
            )
        usual = _("usual: {rate}", rate=f"{DEFAULT_RATE[method]:g}")
        rates = {"usual": usual, "0.1": "0.1", "0.01": "0.01", "0.001": "0.001", "0.0001": "0.0001"}
        rate = choice(_("Learning rate"), rates, key="ft_rate", look="menu")
        switched = {"off": _("off"), "on": _("on")}
        augment = choice(_("Augmentation"), switched, key="ft_augment")
    return planned(
        data,
        method,
        network=network,
        epochs=epochs,
        rate=0.0 if rate == "usual" else float(rate),
        augment=augment == "on",
    )


def panel(plan: Plan, *, key: str) -> work.Job | None:
    """The panel of a run; when it has come to its end, it is remembered."""
    remember_finished(plan)
    (job,) = jobs.panel([plan.run], key=key, button=_("Train"))
    return job


def remember_finished(plan: Plan) -> None:
    """Keep a run for the table if it has come to its end, whoever has started it."""
    if plan.node.is_cached:
        job = work.find(plan.node.key)
        remember(plan, job.spent if job is not None else 0.0)


def run_or_panel(data: Set, *, key: str) -> finetune.Run | None:
    """One of the runs with this set; without any, the way to the first one, a new head, and None."""
    plan = planned(data, "head")
    remember_finished(plan)
    run = finetune.asked_run(data, key=f"{key}_run")
    if run is None:
        st.info(
            _("Nothing was trained with this data yet. Train a new head now, or go to “Training”.")
        )
        fragment(panel, run_every=jobs.every(plan.node))(plan, key=key)
    return run


def remember(plan: Plan, seconds: float) -> None:
    """Keep what a finished run has reached, for the table of all runs."""
    accuracy = float(curves_of(plan.node.value)[-1, 3])
    tested = plan.node.value[2].shape[1]
    finetune.keep(
        finetune.Run(
            plan.data,
            plan.node,
            plan.weights,
            plan.method,
            plan.network,
            plan.epochs,
            plan.rate,
            plan.augment,
            seconds,
            round(accuracy * tested),
            tested,
        )
    )


# ------------------------------------------------------------------------------ whole views


def before(data: Set, plan: Plan, text: Mapping[str, str]) -> None:
    """What each method would train, as long as nothing was."""
    nodes = {
        method: data.lab.run(
            trained_counts,
            architecture=finetune.architecture(plan.network),
            method=method,
            classes=len(data.names),
            as_=f"counts_{method}",
        )
        for method in finetune.methods()
    }
    titles = finetune.methods()
    with loading():
        nodes["head"].value  # noqa: B018 (computed while the page says so)

    def draw(*values: tuple[int, int]) -> charts.Figure:
        rows = [
            (titles[method], trained, f"{trained:,}", method == plan.method)
            for method, (trained, _every) in zip(nodes, values, strict=True)
        ]
        return charts.sizes(rows, x=_("numbers that are trained"), colour=BLUE)

    show.chart(
        "counts",
        draw,
        list(nodes.values()),
        caption=text["counts_caption"].format(every=f"{nodes['all'].value[1]:,}"),
        alt=_("Trained numbers of each method"),
    )


def recorded_runs(data: Set, text: Mapping[str, str]) -> None:
    """The four methods as they were recorded with this set, over five seeds, epoch by epoch."""
    nodes = finetune.recorded_of(data)
    if not nodes:
        return
    facts, titles = finetune.recorded_facts_of(data), finetune.methods()
    last = len(nodes["head"].value) - 1
    st.markdown(_("**Recorded: all four on this set**"))
    epoch = curves.epoch_slider(_("After epoch"), range(last + 1), key="ft_recorded")

    def draw(*values: Any) -> charts.Figure:
        found, spread = {}, {}
        for method, one in zip(nodes, values, strict=True):
            right = one[:, :, 3]
            found[titles[method]] = (list(range(len(one))), right.mean(axis=1))
            spread[titles[method]] = (right.min(axis=1), right.max(axis=1))
        y = _("share of right answers, test")
        return curves.figure(found, spread=spread, y=y, at=epoch, last=last, share=True)

    rows = []
    for method, node in nodes.items():
        shares = node.value[epoch, :, 3]
        cells = [
            Cell(f"{shares.mean():.0%}", colour("viridis", float(shares.mean()), 0, 1)),
            Cell(f"{shares.min():.0%} – {shares.max():.0%}"),
            Cell(f"{node.value[epoch, :, 2].mean():.0%}"),
            Cell(f"{float(facts[f'{method}_cpu_seconds']):.0f} s"),
        ]
        rows.append(cells)
    heads = [_("test, mean"), _("least – greatest"), _("learnt from, mean"), _("time")]
    label = _("Recorded runs")
    st.html(grid(rows, label=label, row_heads=list(titles.values()), column_heads=heads))
    ends = [node.value[-1, :, 3].mean() for node in (nodes["head"], nodes["scratch"])]
    said = _(
        "After the last epoch the new head is ahead of the network from scratch by {gap} of 100 test "
        "examples (mean of {seeds} seeds; {each} examples of each class, {tested} for the test).",
        gap=f"{100 * (ends[0] - ends[1]):.0f}",
        seeds=facts["seeds"],
        each=facts["learnt_a_class"],
        tested=facts["tested"],
    )
    show.chart(
        "recorded",
        draw,
        list(nodes.values()),
        caption=f"{said} {text['recorded_caption']}",
        alt=_("The test accuracy of four methods over the epochs, each with its band"),
    )


def live(job: work.Job, plan: Plan) -> None:
    """The curves of a run under way."""
    run = collect_run(list(job.steps))
    past = _recorded(plan)
    figures = _curves(curves_of(run), plan.epochs, past=past[0].value if past else None)
    for column, figure, key in zip(st.columns(2), figures, ("loss", "accuracy"), strict=True):
        with column:
            curves.draw(figure, key=f"ft_{key}", alt=_("The curves so far"))


def _recorded(plan: Plan) -> list[Node]:
    """The recorded runs of this set by this method, if there are any with this network."""
    nodes = finetune.recorded_of(plan.data) if plan.network == finetune.NETWORK else {}
    return [nodes[plan.method]] if nodes else []


def _curves(
    values: Any, last: int, at: int | None = None, past: Any = None
) -> tuple[charts.Figure, charts.Figure]:
    """Loss and accuracy over the epochs, each on what is learnt and on the test.

    `past` : recorded curves (epochs, seeds, 4), whose means are drawn beside.
    """
    epochs = list(range(len(values)))
    learnt, tested = _("learnt from"), _("test")
    means = past.mean(axis=1)[: last + 1] if past is not None else values[:0]
    before = list(range(len(means)))
    return tuple(
        curves.figure(
            {learnt: (epochs, values[:, n]), tested: (epochs, values[:, n + 1])},
            y=y,
            last=last,
            at=at,
            share=n == 2,
            recorded={learnt: (before, means[:, n]), tested: (before, means[:, n + 1])}
            if before
            else None,
        )
        for n, y in ((0, _("mean loss")), (2, _("share of right answers")))
    )  # type: ignore[return-value]


def done(plan: Plan, text: Mapping[str, str]) -> None:
    """A finished run, after any of its epochs: curves and layers."""
    lab, last = plan.data.lab, plan.epochs
    epoch = last
    if last > 1:
        epoch = curves.epoch_slider(_("After epoch"), range(last + 1), key="ft_epoch")
    values = lab.run(curves_of, plan.node, as_="curves")
    tested = plan.node.value[2].shape[1]
    right = round(float(values.value[epoch, 3]) * tested)
    low, high = accuracy_interval(right, tested)
    said = _(
        "After epoch {epoch}: {right} of {tested} test examples are right, {share}. With so few, the "
        "95 % interval of the true share goes from {low} to {high}.",
        epoch=epoch,
        right=right,
        tested=tested,
        share=f"{right / tested:.0%}",
        low=f"{low:.0%}",
        high=f"{high:.0%}",
    )
    st.markdown(said)
    past = _recorded(plan)
    for column, n, key in zip(st.columns(2), (0, 1), ("loss", "accuracy"), strict=True):
        with column:
            show.chart(
                key,
                lambda found, *past, n=n: _curves(found, last, epoch, *past)[n],
                [values, *past],
                caption=text[f"{key}_caption"] + (" " + text["dashed"] if past else ""),
                alt=_("Two curves over the epochs: on what is learnt from, and on the test"),
            )
    layers(plan, epoch, text)


def layers(plan: Plan, epoch: int, text: Mapping[str, str]) -> None:
    """Length of the gradient and change of the weights, group of layers by group of layers."""
    node = plan.data.lab.run(layers_of, plan.node, as_="layers")
    groups = layer_groups(finetune.architecture(plan.network))
    titles = (_("mean length of the gradient"), _("change of the weights, % of their length"))

    def draw(values: Any, n: int) -> charts.Figure:
        scale = 100 if n else 1
        rows = [
            (name, float(one) * scale, f"{float(one) * scale:.3g}", bool(one))
            for name, one in zip(groups, values[epoch, :, n], strict=True)
        ]
        figure = charts.sizes(rows, x=titles[n], colour=(ORANGE, BLUE)[n])
        most = float(values[:, :, n].max()) * scale
        figure["layout"]["xaxis"]["range"] = [0, 1.45 * most or 1]
        return figure

    for column, n, key in zip(st.columns(2), (0, 1), ("gradients", "changes"), strict=True):
        with column:
            show.chart(
                key,
                lambda values, n=n: draw(values, n),
                [node],
                caption=text[f"{key}_caption"],
                alt=titles[n],
            )


def table(data: Set, text: Mapping[str, str]) -> None:
    """All runs of this session with this set and this split, one a line."""
    runs = finetune.runs_with(data)
    if not runs:
        return
    rows, heads = [], []
    for number, run in runs.items():
        low, high = accuracy_interval(run.right, run.tested)
        trained, every = trained_counts(
            architecture=finetune.architecture(run.network),
            method=run.method,
            classes=len(data.names),
        )
        share = run.right / run.tested
        rows.append(
            [
                Cell(f"{run.right} / {run.tested}", colour("viridis", share, 0, 1)),
                Cell(f"{low:.0%} – {high:.0%}"),
                Cell(f"{run.epochs}"),
                Cell(f"{run.seconds:.0f} s" if run.seconds else "–"),
                Cell(f"{trained:,}"),
                Cell(f"{every:,}"),
            ]
        )
        heads.append(f"{number}. {run.title}")
    columns = [
        _("test right"),
        _("95 % interval"),
        _("epochs"),
        _("time"),
        _("trained"),
        _("of all"),
    ]
    st.markdown(_("**Your runs with this data and this split**"))
    st.html(grid(rows, label=_("Runs"), row_heads=heads, column_heads=columns))
    st.caption(text["table_caption"])


def compare(data: Set, text: Mapping[str, str]) -> None:
    """The test accuracy of all runs with this set over the epochs, if there are several."""
    runs = [item for item in finetune.runs_with(data).items() if item[1].node.is_cached][-6:]
    if len(runs) < 2:
        return
    nodes = [data.lab.run(curves_of, run.node, as_="curves") for _n, run in runs]

    def draw(*values: Any) -> charts.Figure:
        found: dict[str, tuple[Sequence[float], Sequence[float]]] = {
            f"{n}. {run.title}": (list(range(len(one))), one[:, 3])
            for (n, run), one in zip(runs, values, strict=True)
        }
        return curves.figure(found, y=_("share of right answers, test"), share=True)

    show.chart(
        "compared",
        draw,
        nodes,
        caption=text["compared_caption"],
        alt=_("A curve of the test accuracy for each run"),
    )
