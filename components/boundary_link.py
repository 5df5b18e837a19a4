"""The chosen network in the address of the steps that have no controls for it."""

from __future__ import annotations

import streamlit as st

from components.boundary_network import (
    MOST_EPOCHS,
    MOST_LAYERS,
    MOST_UNITS,
    RATES,
    STRENGTHS,
    Network,
    feature_names,
)
from engine.table.mlp import ACTIVATIONS

PARAMETER, KEPT = "boundary_net", "_boundary_network"


def kept_network() -> Network:
    """The network that was chosen last, or that the link names; it stands in the address."""
    if KEPT not in st.session_state and (linked := _parsed(st.query_params.get(PARAMETER, ""))):
        st.session_state[KEPT] = linked
        _fill_controls(linked)
    network: Network = st.session_state.get(KEPT, Network())
    if network != Network():
        st.query_params[PARAMETER] = _written(network)
    elif PARAMETER in st.query_params:
        del st.query_params[PARAMETER]
    return network


def keep_network(network: Network) -> None:
    """Keep it for the steps that have no controls; its own step has them, and its own address."""
    st.session_state[KEPT] = network
    st.query_params.pop(PARAMETER, None)


def _written(network: Network) -> str:
    """All that it is made of, such as x.y_4.4_tanh_0.1_10_none_0_100_0."""
    parts = (
        ".".join(network.features),
        ".".join(map(str, network.hidden)),
        network.activation,
        _text_of(network.rate, RATES),
        network.batch,
        network.penalty,
        _text_of(network.strength, STRENGTHS),
        network.epochs,
        network.seed,
    )
    return "_".join(map(str, parts))


def _text_of(number: float, texts: tuple[str, ...]) -> str:
    return next((text for text in texts if float(text) == number), "0")


def _parsed(text: str) -> Network | None:
    """The network of a link; None if it is not a whole one."""
    parts = text.split("_")
    if len(parts) != 9:
        return None
    features, hidden, activation, rate, batch, penalty, strength, epochs, seed = parts
    known, linked = tuple(feature_names()), features.split(".")
    seen = tuple(name for name in known if name in linked)
    counts = hidden.split(".") if hidden else []
    units = [int(n) if n.isdecimal() and len(n) < 3 else 0 for n in counts]
    numbers = [int(n) if n.isdecimal() and len(n) < 6 else -1 for n in (batch, epochs, seed)]
    good = (
        all(name in known for name in linked),
        len(units) <= MOST_LAYERS and all(1 <= n <= MOST_UNITS for n in units),
        activation in ACTIVATIONS,
        rate in RATES,
        penalty in ("none", "l1", "l2"),
        strength in STRENGTHS if penalty != "none" else strength == "0",
        1 <= numbers[0] <= 50 and 10 <= numbers[1] <= MOST_EPOCHS and 0 <= numbers[2] <= 20,
    )
    if not all(good):
        return None
    whole = (numbers[0], penalty, float(strength), numbers[1], numbers[2])
    return Network(seen, tuple(units), activation, float(rate), *whole)


def _fill_controls(network: Network) -> None:
    """The controls of the step Network show the network of a link, too."""
    state = st.session_state
    state["boundary_features"] = list(network.features)
    state["boundary_layers"] = len(network.hidden)
    for number, units in enumerate(network.hidden, start=1):
        state[f"boundary_units{number}"] = units
    state["boundary_act"] = network.activation
    state["boundary_rate"] = _text_of(network.rate, RATES)
    state["boundary_penalty"] = network.penalty
    if network.penalty != "none":
        state["boundary_strength"] = _text_of(network.strength, STRENGTHS)
    state["boundary_batch"], state["boundary_epochs"] = network.batch, network.epochs
    state["boundary_weights"] = network.seed
