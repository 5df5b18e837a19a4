"""The network that learns a table: its settings, its run, its gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, curves, jobs, show
from components.cells import Cell, grid
from components.i18n import _
from components.learning import Task, model_names
from components.state import choice, slider
from components.tablelearn import ask_model, said_by
from engine.lab import Node
from engine.table import network
from engine.table.mlp import LEARN_LOSS, LEARN_SCORE, TEST_SCORE
from engine.table.models import design, score_on_test, standard_target

#: Where the settings of the network are kept for the other steps.
KEPT = "_tl_network"
SHAPE = ("layers", "units", "activation")


def ask_network() -> dict[str, Any]:
    """Ask for layers, units, activation, rate, penalty, batch, epochs and seed."""
    one, two, three, four = st.columns(4)
    with one:
        layers = slider(_("Hidden layers"), 1, 4, 2, key="tl_layers")
        units = slider(_("Units in each"), 2, 64, 16, key="tl_units")
    with two:
        names = {"relu": "ReLU", "tanh": "tanh", "sigmoid": _("sigmoid")}
        activation = choice(_("Activation"), names, key="tl_activation", look="menu")
        rates = {str(rate): f"{rate:g}" for rate in (0.001, 0.003, 0.01, 0.03, 0.1)}
        rate = float(choice(_("Learning rate"), rates, key="tl_rate", default="0.01", look="menu"))
    with three:
        penalties = {size: size for size in ("0", "0.001", "0.01", "0.1")}
        penalty = float(choice(_("L2 penalty"), penalties, key="tl_penalty", look="menu"))
        sizes = {str(size): str(size) for size in (8, 32, 128)}
        batch = int(choice(_("Rows in a batch"), sizes, key="tl_batch", default="32", look="menu"))
    with four:
        epochs = slider(_("Epochs"), 5, 300, 100, key="tl_epochs")
        seed = slider(_("Seed of the network"), 0, 9, 0, key="tl_network_seed")
    how = {
        "layers": layers,
        "units": units,
        "activation": activation,
        "rate": rate,
        "penalty": penalty,
        "batch": batch,
        "epochs": epochs,
        "seed": seed,
    }
    st.session_state[KEPT] = how
    return how


def network_inputs(task: Task) -> tuple[Node, Node, Node]:
    """Columns in standard units, the target likewise, and the split."""
    x = task.lab.run(design, task.data, task.learn, columns=task.columns, as_="x")
    y = task.lab.run(standard_target, task.y, task.learn, as_="target")
    return x, y, task.learn


def network_run(task: Task, how: Mapping[str, Any]) -> jobs.Run:
    """The run of the network."""
    node = task.lab.run(
        network.table_network, *network_inputs(task), classes=task.classes, as_="run", **how
    )
    return jobs.Run(
        node,
        network.table_network_steps,
        list(range(how["epochs"] + 1)),
        _("Network"),
        collect=network.network_result,
        resumable=True,
    )


def answers(task: Task) -> Node | None:
    """What the network of the step before says of all rows; None if it was not trained on this task."""
    how = st.session_state.get(KEPT)
    if how is None:
        return None
    run = network_run(task, how).node
    if not run.is_cached or not learnt(run):
        return None
    x, _target, learn = network_inputs(task)
    shape = {name: how[name] for name in SHAPE}
    return task.lab.run(
        network.network_answers,
        x,
        task.y,
        learn,
        run,
        classes=task.classes,
        as_="outputs",
        **shape,
    )


def learnt(run: Node) -> bool:
    """Whether the weights at the end of a run are still numbers."""
    return float(run.value[0][-1, LEARN_LOSS]) < float("inf")


def ask_answers(task: Task) -> Node:
    """Ask for a model, the network among them if it was trained; what it says of all rows."""
    own = answers(task)
    further = {} if own is None else {"network": _("your network")}
    model = ask_model(task, further=further)
    return own if own is not None and model == "network" else said_by(task, model)


def watch(task: Task, run: jobs.Run, last: int, text: Mapping[str, str]) -> None:
    """The panel of the run, its loss or score while it runs, and how it compares at its end."""
    (job,) = jobs.panel([run], key="tl_network", button=_("Train"))
    if not run.node.is_cached and (job is None or not job.steps):
        return
    names = {"loss": _("loss"), "score": task.score_name}
    what = choice(_("Up the chart"), names, key="tl_measure")
    column = {"loss": LEARN_LOSS, "score": LEARN_SCORE}[what]
    alt = _("Loss or score, epoch by epoch")
    if not run.node.is_cached:
        figure = loss_figure(job.steps, last, column=column, y=names[what])
        curves.draw(figure, key="tl_network", alt=alt)
        return
    show.chart(
        "tl_network",
        lambda found: loss_figure(found[0], last, column=column, y=names[what]),
        [run.node],
        caption=text["network_caption"],
        alt=alt,
    )
    if not learnt(run.node):
        st.info(text["too_large"], icon=":material/info:")
        return
    ends = {_("network"): float(run.node.value[0][-1, TEST_SCORE])}
    labels = model_names(task.kind)
    for model in ("linear", "forest"):
        outputs = said_by(task, model)
        score = task.lab.run(score_on_test, task.y, task.learn, outputs, as_="score")
        ends[labels[model]] = score.value
    told = ", ".join(f"{name} {task.score(value)}" for name, value in ends.items())
    st.markdown(
        _("**Test of the same split ({score}):** ", score=task.score_name)
        + told
        + ". "
        + _("Its answers are among the models of the next two steps.")
    )


def gradients_view(task: Task, how: Mapping[str, Any], text: Mapping[str, str]) -> None:
    """The first gradient by the chain rule and by autograd."""
    names = (*SHAPE, "penalty", "batch", "seed")
    check = task.lab.run(
        network.gradient_check,
        *network_inputs(task),
        classes=task.classes,
        as_="gradients",
        **{name: how[name] for name in names},
    )
    body = gradients_grid(check.value)
    show.html("tl_gradients", body, [check], caption=text["gradients_caption"])


def loss_figure(measures: Sequence[Any], last: int, *, column: int, y: str) -> charts.Figure:
    """Loss or score, epoch by epoch, on the rows learnt from and on the test."""
    epochs = list(range(len(measures)))
    lines = {
        _("rows learnt from"): (epochs, [float(row[column]) for row in measures]),
        _("test"): (epochs, [float(row[column + 2]) for row in measures]),
    }
    figure = curves.figure(lines, y=y, last=last, height=300)
    figure["layout"]["yaxis"]["hoverformat"] = ".4f"
    return figure


def gradients_grid(found: Any) -> str:
    """The first gradient by hand and by autograd, a row for each layer of weights."""
    cells = [
        [Cell(f"{hand:.6f}"), Cell(f"{auto:.6f}"), Cell(f"{off:.1e}")]
        for hand, auto, off in found.tolist()
    ]
    return grid(
        cells,
        label=_("Gradients by hand and by PyTorch"),
        row_heads=[_("weights {number}", number=n + 1) for n in range(len(cells))],
        column_heads=[_("length, by hand"), _("length, autograd"), _("largest difference")],
    )
