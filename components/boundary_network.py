"""The network of the lesson on boundaries: of what it is made, and its run, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from components import jobs, plane, show
from components.boundary_data import Data
from components.i18n import _
from components.plane import Packed
from components.state import choice, slider
from engine import work
from engine.lab import Node
from engine.table import playground
from engine.table.mlp import ACTIVATIONS
from engine.table.plane import class_count

NET_SIDE, UNIT_SIDE = 40, 20  # cells of a map in each direction
MOST_LAYERS, MOST_UNITS, MOST_EPOCHS = 6, 8, 500
LONG = 10  # epochs after which a run may be judged
PENALTIES = ("0.0001", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")
RATES = ("0.00001", "0.0001", "0.001", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")
#: Before training, so many epochs can be stepped through, or fewer that have so many steps in all.
FIRST_EPOCHS, FIRST_STEPS = 5, 2000


@dataclass(frozen=True)
class Network:
    """A network and how it learns, as the learner has chosen it."""

    features: tuple[str, ...] = ("x", "y")
    hidden: tuple[int, ...] = (4, 4)
    activation: str = "tanh"
    rate: float = 0.1
    batch: int = 10
    penalty: str = "none"
    strength: float = 0.0
    epochs: int = 100
    seed: int = 0
    numbers: bool = False  # the points have numbers instead of classes

    def sizes(self, data: Data) -> tuple[int, ...]:
        """Its inputs, hidden units, classes."""
        classes = 0 if self.numbers else class_count(data.points.value)
        return playground.plane_sizes(features=self.features, hidden=self.hidden, classes=classes)

    def run(self, data: Data) -> Node:
        """The run that trains it."""
        inputs = (data.points, data.test, data.plane)
        return data.lab.run(playground.playground, *inputs, as_="run", **vars(self))

    def untrained(self, data: Data) -> Network:
        """The same network in its first epochs, as few as are quickly learnt."""
        batches = -(-int((~data.test.value).sum()) // self.batch)
        return replace(self, epochs=max(1, min(FIRST_EPOCHS, FIRST_STEPS // batches)))

    def shape(self, data: Data) -> dict[str, Any]:
        """What the maps of its run have to know."""
        return {
            "features": self.features,
            "sizes": self.sizes(data),
            "activation": self.activation,
        }


def feature_names() -> dict[str, str]:
    """What the network may see, in its own words."""
    turn = f"{playground.TURN:g}"
    return {
        "x": "x",
        "y": "y",
        "xx": "x²",
        "yy": "y²",
        "xy": "x y",
        "sinx": f"sin {turn}x",
        "siny": f"sin {turn}y",
    }


def activation_names() -> dict[str, str]:
    """What units make of their sums."""
    names = {"tanh": "tanh", "relu": "ReLU", "sigmoid": _("sigmoid"), "linear": _("linear (none)")}
    return {name: names[name] for name in ("tanh", *ACTIVATIONS) if name in names}


def ask_network() -> Network:
    """Ask for everything that a network is made of."""
    one, two, three, four = st.columns([4, 2, 2, 2], vertical_alignment="bottom")
    with one:
        features = _ask_features()
    with two:
        activation = choice(_("Activation"), activation_names(), key="boundary_act", look="menu")
    with three:
        rates = {rate: rate for rate in RATES}
        rate = choice(_("Learning rate"), rates, key="boundary_rate", default="0.1", look="menu")
    with four:
        more = st.popover(_("About learning"), icon=":material/tune:", key="boundary_more")
    kept = st.session_state.get("boundary_layers", st.query_params.get("boundary_layers", "2"))
    layers = min(int(kept), MOST_LAYERS) if str(kept).isdecimal() else 2
    first, *others = st.columns(1 + layers)
    with first:
        slider(_("Hidden layers"), 0, MOST_LAYERS, 2, key="boundary_layers")
    hidden = []
    for number, column in enumerate(others, start=1):
        with column:
            label = _("Units of layer {number}", number=number)
            hidden.append(slider(label, 1, MOST_UNITS, 4, key=f"boundary_units{number}"))
    with more:
        batch = slider(_("Points in a batch"), 1, 50, 10, key="boundary_batch")
        epochs = slider(_("Epochs"), 10, MOST_EPOCHS, 100, key="boundary_epochs")
        seed = slider(_("Seed of the weights"), 0, 20, 0, key="boundary_weights")
        kinds = {"none": _("none"), "l1": "L1", "l2": "L2"}
        penalty = choice(_("Regularisation"), kinds, key="boundary_penalty")
        strength = "0"
        if penalty != "none":
            strengths = {text: text for text in PENALTIES}
            strength = choice(
                _("Strength"), strengths, key="boundary_strength", default="0.003", look="menu"
            )
    return Network(
        features,
        tuple(hidden),
        activation,
        float(rate),
        batch,
        penalty,
        float(strength),
        epochs,
        seed,
    )


def _ask_features() -> tuple[str, ...]:
    """What the network sees; it stands in the URL with points between."""
    names, key = feature_names(), "boundary_features"
    linked = [name for name in st.query_params.get(key, "").split(".") if name in names]
    if key not in st.session_state:
        st.session_state[key] = linked or ["x", "y"]
    chosen = st.pills(
        _("What the network sees"),
        list(names),
        selection_mode="multi",
        format_func=names.get,
        key=key,
        persist_state="session",
    )
    features = tuple(name for name in names if name in chosen) or ("x", "y")
    if features != ("x", "y"):
        st.query_params[key] = ".".join(features)
    elif key in st.query_params:
        del st.query_params[key]
    return features


def net_nodes(data: Data, network: Network, run: Node) -> dict[str, Node]:
    """What is drawn of a run: the maps of the classes and units, the weights, losses."""
    lab, shape = data.lab, network.shape(data)
    if network.numbers:
        inputs = (run, data.points, data.test, data.plane)
        maps = lab.run(playground.value_maps, *inputs, side=NET_SIDE, as_="maps", **shape)
    else:
        maps = lab.run(playground.class_maps, run, data.plane, side=NET_SIDE, as_="maps", **shape)
    return {
        "maps": maps,
        "units": lab.run(
            playground.unit_maps, run, data.plane, side=UNIT_SIDE, as_="units", **shape
        ),
        "weights": lab.run(playground.weight_rows, run, as_="weights"),
        "facts": lab.run(playground.fact_rows, run, as_="losses"),
    }


def draw_network(
    key: str,
    data: Data,
    network: Network,
    parts: Mapping[str, Packed],
    facts: Any,
    epochs: Sequence[int],
    **how: Any,
) -> None:
    """The plane of a network, its units, its losses; `how` : see `plane.draw`."""
    names = feature_names()
    out = _("value") if network.numbers else _("class")
    heads = [_("input"), *(f"{n + 1}" for n in range(len(network.hidden))), out]
    plane.draw(
        key,
        axes=data.both_axes,
        classes=data.classes,
        alt=_("Regions of the classes as the network sees them, with the points over them"),
        points=data.packed,
        maps=parts["maps"],
        net=plane.Net(
            parts["units"],
            parts["weights"],
            network.sizes(data),
            [names[name] for name in network.features],
            [data.scale.name] if data.scale else data.classes,
            heads,
        ),
        facts=facts,
        epochs=epochs,
        last=network.epochs,
        switches=True,
        scale=data.scale,
        **how,
    )


def network_view(
    key: str, data: Data, network: Network, run: Node, caption: str, **how: Any
) -> None:
    """A finished run, epoch by epoch; `how` : see `plane.draw`."""
    nodes = net_nodes(data, network, run)
    parts = {
        name: Packed(nodes[name].value, nodes[name].key) for name in ("maps", "units", "weights")
    }
    epochs = list(range(len(run.value)))
    draw_network(key, data, network, parts, nodes["facts"].value, epochs, **how)
    if (at := data.lab.run(playground.first_overflow, run, as_="overflow").value) >= 0:
        said = _(
            "After epoch {epoch} some weights are too large for a number: the learning rate is too "
            "high.",
            epoch=at,
        )
        st.warning(said, icon=":material/warning:")
    if len(epochs) > LONG and (said := _stuck(nodes["facts"].value[-1], network)):
        st.info(said, icon=":material/lightbulb:")
    show.footer(key, list(nodes.values()), f"{data.note} {caption}")


def _stuck(facts: Any, network: Network) -> str:
    """What to try if a run has ended far from its goal; "" if it hasn't."""
    share = facts[playground.LEARN_RIGHT]
    if not share < (0.5 if network.numbers else 0.8):
        return ""
    return _(
        "At its end the network is still far from right. Try more epochs (under About learning), more "
        "units, more layers, another rate, or more that the network sees."
    )


def watched(key: str, data: Data, network: Network, job: work.Job) -> None:
    """The newest epoch of a run that is under way, all epochs of one that has come to a stop."""
    facts = [row[: playground.FACTS] for row in job.steps]
    epochs = [job.count - 1] if job.state in ("waiting", "running") else list(range(len(facts)))
    drawn = (job.key, tuple(epochs))
    kept = st.session_state.get("_boundary_watched")
    if kept is None or kept[0] != drawn:  # it is looked at again and again, but computed once
        run, shape = np.stack([job.steps[epoch] for epoch in epochs]), network.shape(data)
        if network.numbers:
            inputs = (run, data.points.value, data.test.value, data.plane.value)
            maps = playground.value_maps(*inputs, side=NET_SIDE, **shape)
        else:
            maps = playground.class_maps(run, data.plane.value, side=NET_SIDE, **shape)
        parts = {
            "maps": maps,
            "units": playground.unit_maps(run, data.plane.value, side=UNIT_SIDE, **shape),
            "weights": playground.weight_rows(run),
        }
        kept = drawn, parts
        st.session_state["_boundary_watched"] = kept
    newest = f"{job.key}:{epochs[0]}:{epochs[-1]}"
    packed = {name: Packed(array, f"{name}:{newest}") for name, array in kept[1].items()}
    draw_network(key, data, network, packed, facts, epochs)


def training(network: Network, run: Node) -> jobs.Run:
    """The run in the worker."""
    return jobs.Run(
        run,
        playground.network_steps,
        range(network.epochs + 1),
        _("Network"),
        collect=playground.rows_of_run,
        resumable=True,
    )
