"""Shows: points of two columns, of a formula or painted; the regions that models make of their plane; a
network that learns, epoch by epoch, with the map of every unit; the sum of one unit; what breaks; four
predictions.
"""

from __future__ import annotations

import streamlit as st

from components import boundary as shown
from components import jobs, page
from components import table as tables
from components.boundary import AMOUNTS, MOST, MOST_UNITS, Data, Network
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from components.stepper import stepper
from engine.lab import Node
from engine.table.plane import MOST_CLASSES

here = page.start(
    "boundary",
    {
        "points": _("Points"),
        "models": _("Models"),
        "compare": _("Side by side"),
        "network": _("Network"),
        "unit": _("One unit"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
table = tables.load()


@fragment
def points() -> None:
    if (data := shown.ask_data(table, whole=True)) is not None:
        shown.points_view(
            data, text["points_caption"].format(classes=MOST_CLASSES, most=f"{MOST:,}")
        )


@fragment
def models() -> None:
    data = shown.ask_data(table)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        model, amount, penalty = shown.ask_model()
    if data is not None:
        found = shown.fitted(data, model, amount, penalty)
        caption = text["models_caption"] + " " + text[f"model_{model}"]
        shown.model_view("models", data, found, caption)


@fragment
def compare() -> None:
    if (data := shown.ask_data(table)) is None:
        return
    for row in (("logistic", "neighbours", "tree"), ("forest", "svm", "boosting")):
        for column, model in zip(st.columns(3), row, strict=True):
            with column:
                st.markdown(f"**{shown.model_names()[model]}**")
                found = shown.fitted(data, model, AMOUNTS[model], side=40)
                shown.model_view(f"compare_{model}", data, found, "", side_note=False)
    st.caption(f"{data.note} {text['compare_caption']}")


def network() -> None:
    data = shown.ask_data(table)
    chosen = shown.ask_network()
    if data is not None:
        run = chosen.run(data)
        st.session_state["_boundary_network"] = chosen
        fragment(watch, run_every=jobs.every(run))(data, chosen, run)


def watch(data: Data, chosen: Network, run: Node) -> None:
    (job,) = jobs.panel([shown.training(chosen, run)], key="boundary", button=_("Train"))
    if run.is_cached:
        shown.network_view("network", data, chosen, run, text["network_caption"])
    elif job is not None and job.steps:
        shown.watched(data, chosen, job)
    else:
        begin = playground_begin(chosen)
        shown.network_view("begin", data, begin, begin.run(data), text["begin_caption"])


def playground_begin(chosen: Network) -> Network:
    """The same network before its first epoch."""
    return Network(**(vars(chosen) | {"epochs": 0}))


@fragment
def unit() -> None:
    if (data := shown.ask_data(table)) is None:
        return
    chosen = st.session_state.get("_boundary_network", Network())
    if not chosen.hidden:
        chosen = Network()
    run = chosen.run(data)
    if not run.is_cached:
        st.caption(text["untrained"])
        chosen = playground_begin(chosen)
        run = chosen.run(data)
    one, two, three = st.columns(3)
    with one:
        point = slider(_("Point"), 1, len(data.points.value), 1, key="boundary_point") - 1
    with two:
        layers = {str(n): str(n) for n in range(1, len(chosen.hidden) + 1)}
        layer = int(choice(_("Layer"), layers, key="boundary_layer")) - 1
    with three:
        units = {str(n): str(n) for n in range(1, MOST_UNITS + 1)[: chosen.hidden[layer]]}
        number = int(choice(_("Unit"), units, key="boundary_unit")) - 1
    epoch = stepper(_("After epoch"), 0, chosen.epochs, chosen.epochs, key="boundary_epoch")
    shown.unit_view(data, chosen, run, (point, layer, number, epoch), text["unit_caption"])


@fragment
def breaks() -> None:
    faults = {
        "line": _("A line for circles"),
        "hidden": _("No hidden layer for XOR"),
        "rate": _("Too high a learning rate"),
        "few": _("Few noisy points, k = 1"),
    }
    fault = choice(_("What is done wrong"), faults, key="boundary_fault")
    left, right = st.columns(2)
    sides = shown.fault_sides(fault)
    for column, (title, data, model) in zip((left, right), sides, strict=True):
        with column:
            st.markdown(f"**{title}**")
            key = "breaks_wrong" if column is left else "breaks_right"
            if isinstance(model, Network):
                shown.network_result(key, data, model)
            else:
                shown.model_view(key, data, shown.fitted(data, *model), "")
    st.caption(text[f"break_{fault}"])


def predict() -> None:
    shown.fixed_questions()
    if (data := shown.ask_data(table)) is not None:
        shown.own_questions(data)


here.run(
    points=points,
    models=models,
    compare=compare,
    network=network,
    unit=unit,
    breaks=breaks,
    predict=predict,
)
