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
from components.stepper import stepper
from engine import work
from engine.lab import Node
from engine.table import playground
from engine.table.mlp import ACTIVATIONS, LEARN_SCORE
from engine.table.plane import class_count

NET_SIDE, UNIT_SIDE = 40, 20  # cells of a map in each direction
MOST_LAYERS, MOST_UNITS = 6, 8
MOST_EPOCHS = 3000
#: A run may take so many steps in all, if it has more than `SURE_EPOCHS`.
MOST_STEPS, SURE_EPOCHS = 100_000, 500
MOST_FRAMES = 501  # epochs that are drawn; of a longer run each second, third, ...
LONG = 10  # epochs after which a run may be judged
MORE = (10, 100, 500)  # epochs by which a run can go on
STRENGTHS = ("0.0001", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")
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
        return replace(self, epochs=self.quick_epochs(data, FIRST_EPOCHS))

    def quick_epochs(self, data: Data, most: int) -> int:
        """So many epochs as are quickly learnt, at most `most`."""
        return max(1, min(most, FIRST_STEPS // batches(data, self.batch)))

    def shape(self, data: Data) -> dict[str, Any]:
        """What the maps of its run have to know."""
        return {
            "features": self.features,
            "sizes": self.sizes(data),
            "activation": self.activation,
        }


def batches(data: Data, batch: int) -> int:
    """The steps of an epoch."""
    return -(-int((~data.test.value).sum()) // batch)


def most_epochs(data: Data | None, batch: int) -> int:
    """The epochs that a run may have."""
    if data is None:
        return SURE_EPOCHS
    return min(MOST_EPOCHS, max(SURE_EPOCHS, MOST_STEPS // batches(data, batch) // 100 * 100))


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


def ask_network(data: Data | None) -> Network:
    """Ask for everything that a network is made of; `data` : what it is to learn."""
    one, two, three, four = st.columns([4, 2, 2, 3], vertical_alignment="bottom")
    with one:
        features = _ask_features()
    with two:
        activation = choice(_("Activation"), activation_names(), key="boundary_act", look="menu")
    with three:
        rates = {rate: rate for rate in RATES}
        rate = choice(_("Learning rate"), rates, key="boundary_rate", default="0.1", look="menu")
    with four:
        more = st.popover(
            _("Epochs, batch, regularisation"), icon=":material/tune:", key="boundary_more"
        )
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
        if (wished := st.session_state.pop("_boundary_wish", None)) is not None:
            st.session_state["boundary_epochs"] = wished
        most = most_epochs(data, batch)
        epochs = slider(_("Epochs"), 10, most, 100, key="boundary_epochs")
        seed = slider(_("Seed of the weights"), 0, 20, 0, key="boundary_weights")
        kinds = {"none": _("none"), "l1": "L1", "l2": "L2"}
        penalty = choice(_("Regularisation"), kinds, key="boundary_penalty")
        strength = "0"
        if penalty != "none":
            strengths = {text: text for text in STRENGTHS}
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


def net_nodes(data: Data, network: Network, run: Node, drawn: Node) -> dict[str, Node]:
    """What is drawn of a run: maps of the classes and units and weights of `drawn`, losses of all."""
    lab, shape = data.lab, network.shape(data)
    if network.numbers:
        inputs = (drawn, data.points, data.test, data.plane)
        maps = lab.run(playground.value_maps, *inputs, side=NET_SIDE, as_="maps", **shape)
    else:
        maps = lab.run(playground.class_maps, drawn, data.plane, side=NET_SIDE, as_="maps", **shape)
    return {
        "maps": maps,
        "units": lab.run(
            playground.unit_maps, drawn, data.plane, side=UNIT_SIDE, as_="units", **shape
        ),
        "weights": lab.run(playground.weight_rows, drawn, as_="weights"),
        "facts": lab.run(playground.fact_rows, run, as_="losses"),
    }


def draw_network(
    key: str,
    data: Data,
    network: Network,
    parts: Mapping[str, Packed],
    facts: Any,
    epochs: Sequence[int],
    *,
    line: tuple[int, int, int] | None = None,
    **how: Any,
) -> None:
    """The plane of a network, its units, its losses; `line` : see `plane.Net`, `how` : `plane.draw`."""
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
            line,
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
    epochs = data.lab.run(playground.some_epochs, run, most=MOST_FRAMES, as_="epochs").value
    drawn = run
    if len(epochs) < len(run.value):
        drawn = data.lab.run(playground.rows_after, run, epochs=epochs, as_="drawn_rows")
        caption = f"{_thinned(epochs)} {caption}"
    nodes = net_nodes(data, network, run, drawn)
    parts = {
        name: Packed(nodes[name].value, nodes[name].key) for name in ("maps", "units", "weights")
    }
    draw_network(key, data, network, parts, nodes["facts"].value, epochs, **how)
    if (at := data.lab.run(playground.first_overflow, run, as_="overflow").value) >= 0:
        said = _(
            "After epoch {epoch} some weights are too large for a number: the learning rate is too "
            "high.",
            epoch=at,
        )
        st.warning(said, icon=":material/warning:")
    if network.epochs > LONG and (said := _stuck(nodes["facts"].value[-1], network)):
        st.info(said, icon=":material/lightbulb:")
    show.footer(key, list(nodes.values()), f"{data.note} {caption}")


def _thinned(epochs: Sequence[int]) -> str:
    return _(
        "Of {step} epochs one is drawn, and the last; the loss is that of each epoch.",
        step=epochs[1],
    )


def _stuck(facts: Any, network: Network) -> str:
    """What to try if a run has ended far from its goal; "" if it hasn't."""
    share = facts[LEARN_SCORE]
    if not share < (0.5 if network.numbers else 0.8):
        return ""
    return _(
        "At its end the network is still far from right. Try more epochs, more units, more layers, "
        "another rate, or more that the network sees."
    )


def watched(key: str, data: Data, network: Network, job: work.Job) -> None:
    """The newest epoch of a run that is under way, all epochs of one that has come to a stop."""
    if not job.steps:
        return
    rows = np.stack(job.steps)
    facts = rows[:, : playground.FACTS]
    epochs: tuple[int, ...] = (len(rows) - 1,)
    if job.state not in ("waiting", "running"):
        epochs = playground.some_epochs(rows, most=MOST_FRAMES)
    drawn = (job.key, epochs)
    kept = st.session_state.get("_boundary_watched")
    if kept is None or kept[0] != drawn:  # it is looked at again and again, but computed once
        run, shape = playground.rows_after(rows, epochs=epochs), network.shape(data)
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


def shorter(data: Data, network: Network) -> Network | None:
    """The same network after fewer epochs, as it was last seen, if that run is known."""
    known = st.session_state.get("_boundary_known")
    if known is None or known.epochs >= network.epochs:
        return None
    same = replace(known, epochs=network.epochs) == network
    return known if same and known.run(data).is_cached else None


def as_trained(data: Data, network: Network, untrained: str) -> Network:
    """The network if it is trained, else after as many epochs as are known or quickly learnt.

    It can be trained here, too; call this in a fragment that looks again (`jobs.every`).
    `untrained` : what is said meanwhile, with the field epochs.
    """
    jobs.panel([training(data, network)], key="boundary", button=_("Train"))
    if network.run(data).is_cached:
        st.session_state["_boundary_known"] = network
        return network
    found = shorter(data, network) or network.untrained(data)
    st.caption(untrained.format(epochs=found.epochs))
    return found


def ask_epoch(network: Network, *, key: str) -> int:
    """Ask for one of its epochs; of another network the last one is shown at first."""
    state, mark = st.session_state, f"_{key}_of"
    if state.get(mark, network) != network:
        state[key] = network.epochs
    state[mark] = network
    return stepper(_("After epoch"), 0, network.epochs, network.epochs, key=key)


def training(data: Data, network: Network) -> jobs.Run:
    """The run in the worker; what a shorter run has learnt need not be learnt again."""
    begun = None
    if (known := shorter(data, network)) is not None:
        rows = known.run(data).value
        begun = list(rows), playground.state_after(known.epochs, rows[-1, playground.FACTS :])
    return jobs.Run(
        network.run(data),
        playground.network_steps,
        range(network.epochs + 1),
        _("Network"),
        collect=playground.rows_of_run,
        resumable=True,
        begun=begun,
    )


def watch(data: Data, network: Network, texts: Mapping[str, str]) -> None:
    """A network before, during and after its training; `texts` : of the lesson."""
    run = network.run(data)
    key, begin = ("surface", "flat") if network.numbers else ("network", "begin")
    caption = texts["numbers_caption" if network.numbers else "network_caption"]
    known = shorter(data, network)
    (job,) = jobs.panel([training(data, network)], key="boundary", button=_("Train"))
    kept = st.session_state.get("_boundary_watched")
    if kept is not None and (run.is_cached or kept[0][0] != run.key):  # it is large
        del st.session_state["_boundary_watched"]
    if run.is_cached:
        go_on(data, network)
        # A run that was awaited is played, once, from where it began.
        awaited, began = st.session_state.pop("_boundary_awaited", ("", 0))
        plays = began if awaited == run.key else None
        network_view(key, data, network, run, caption, keep=f"boundary_{key}_at", plays=plays)
        return
    if job is not None and st.session_state.get("_boundary_awaited", ("",))[0] != run.key:
        st.session_state["_boundary_awaited"] = (run.key, known.epochs if known else 0)
    if job is not None and job.steps:
        watched(key, data, network, job)
        st.caption(caption)
    elif known is not None:
        said = texts["shorter_caption"].format(known=known.epochs, epochs=network.epochs)
        network_view(begin, data, known, known.run(data), said)
    else:
        first = network.untrained(data)
        if job is not None and not job.finished.is_set():  # it begins: nothing to step through yet
            first = replace(first, epochs=0)
        said = texts["begin_caption"].format(epochs=first.epochs)
        network_view(begin, data, first, first.run(data), said, at_first=True)


def go_on(data: Data, network: Network) -> None:
    """Buttons by which a finished run goes on from where it stands."""
    st.session_state["_boundary_known"] = network
    most = most_epochs(data, network.batch)
    with st.container(horizontal=True, vertical_alignment="center", key="boundary_go_on"):
        for more in MORE:
            label = _("{count} epochs more", count=more)
            off = network.epochs + more > most
            if st.button(label, icon=":material/fast_forward:", key=f"more_{more}", disabled=off):
                st.session_state["_boundary_wish"] = network.epochs + more
                training(data, replace(network, epochs=network.epochs + more)).start()
                st.rerun()
        if network.epochs + MORE[0] > most:
            st.caption(_("These are as many epochs as a run may have here."))
