"""Shows: points of two columns, of a formula or painted; the regions that models make of their plane; a
network that learns, epoch by epoch, with the map of every unit; the sum of one unit; a weight turned by
hand; numbers instead of classes; what breaks; predictions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import streamlit as st

from components import boundary_data as data_of
from components import boundary_faults as faulty
from components import boundary_hand as hands
from components import boundary_models as models_of
from components import boundary_network as networks
from components import boundary_numbers as values_of
from components import boundary_questions as questions
from components import boundary_unit as units
from components import jobs, page
from components import table as tables
from components.boundary_data import MOST, Data
from components.boundary_link import keep_network, kept_network
from components.boundary_models import AMOUNTS
from components.boundary_network import Network
from components.guard import fragment
from components.i18n import _
from components.state import choice
from engine.table.boundaries import BOOST_DEPTH, TREES
from engine.table.plane import MOST_CLASSES

here = page.start(
    "boundary",
    {
        "points": _("Points"),
        "models": _("Models"),
        "compare": _("Side by side"),
        "network": _("Network"),
        "unit": _("One unit"),
        "hand": _("Turn a weight by hand"),
        "numbers": _("Numbers"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
table = tables.load()


@fragment
def points() -> None:
    if (data := data_of.ask_data(table, whole=True)) is not None:
        data_of.points_view(
            data, text["points_caption"].format(classes=MOST_CLASSES, most=f"{MOST:,}")
        )


@fragment
def models() -> None:
    data = data_of.ask_data(table)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        model, amount, penalty = models_of.ask_model()
    place = st.container()
    if data_of.is_painted():  # what is painted is learnt at once
        left, place = st.columns(2)
        with left:
            data_of.paper()
    if data is None:
        return
    with place:
        found = models_of.fitted(data, model, amount, penalty)
        about = text[f"model_{model}"].format(trees=TREES, depth=BOOST_DEPTH)
        caption = text["models_caption"] + " " + about
        models_of.model_view("models", data, found, caption)


@fragment
def compare() -> None:
    if (data := data_of.ask_data(table)) is None:
        return
    for row in (("logistic", "neighbours", "tree"), ("forest", "svm", "boosting")):
        for column, model in zip(st.columns(3), row, strict=True):
            with column:
                st.markdown(f"**{models_of.model_names()[model]}**")
                found = models_of.fitted(data, model, AMOUNTS[model], side=40)
                models_of.model_view(f"compare_{model}", data, found, "", side_note=False)
    st.caption(f"{data.note} {text['compare_caption']}")


def network() -> None:
    data = data_of.ask_data(table)
    chosen = networks.ask_network(data)
    if data is not None:
        keep_network(chosen)
        draw(networks.watch, data, chosen)


def draw(body: Callable[[Data, Network, Mapping[str, str]], None], data: Data, of: Network) -> None:
    """What is drawn of a network; while it is trained, it is drawn again and again."""
    fragment(body, run_every=jobs.every(of.run(data)))(data, of, text)


def unit() -> None:
    if (data := data_of.ask_data(table)) is not None:
        chosen = kept_network()
        draw(units.one_unit, data, chosen if chosen.hidden else Network())


def hand() -> None:
    if (data := data_of.ask_data(table)) is not None:
        draw(hands.hand_view, data, kept_network())


def numbers() -> None:
    data = values_of.ask_numbers(table)
    chosen = replace(networks.ask_network(data), numbers=True)
    if data is not None:
        draw(networks.watch, data, chosen)


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
    sides = faulty.fault_sides(fault)
    for column, (title, data, model) in zip((left, right), sides, strict=True):
        with column:
            st.markdown(f"**{title}**")
            key = "breaks_wrong" if column is left else "breaks_right"
            if isinstance(model, Network):
                faulty.network_result(key, data, model)
            else:
                models_of.model_view(key, data, models_of.fitted(data, *model), "")
    st.caption(text[f"break_{fault}"])


def predict() -> None:
    questions.fixed_questions()
    if (data := data_of.ask_data(table)) is not None:
        questions.own_questions(data)


here.run(
    points=points,
    models=models,
    compare=compare,
    network=network,
    unit=unit,
    hand=hand,
    numbers=numbers,
    breaks=breaks,
    predict=predict,
)
