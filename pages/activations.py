"""Shows: activation functions with their derivatives; what is left of a gradient behind a chain of
units and behind the layers of a network; units that die while a network learns digits, live and
recorded; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import activations as shown
from components import activations_faults as faulty
from components import activations_questions as questions
from components import jobs, page, several, show
from components.curves import COLOURS
from components.guard import fragment
from components.i18n import _
from components.numbers import plain
from components.state import choice, slider
from engine.lab import Lab
from engine.samples import load
from engine.training.activation import (
    KINDS,
    activate,
    at,
    axis,
    chain,
    derivative,
    factor_each,
    gradient_left,
    largest_gap,
    layer_gradients,
)
from engine.training.deadunits import BATCH, DEAD_FIRST, DEAD_SECOND, RIGHT, UNITS
from engine.training.digits import LEARN, TEST

here = page.start(
    "activations",
    {
        "functions": _("Functions"),
        "chain": _("A chain of units"),
        "depth": _("Many layers"),
        "dead": _("Dead units"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab = Lab(load("coffee"))


def ask_kind(key: str, default: str = "sigmoid") -> str:
    """Ask for an activation."""
    kinds = shown.options()
    return choice(_("Activation"), kinds, key=key, default=default, look="pills").replace("-", " ")


@fragment
def functions() -> None:
    kind = ask_kind("act_kind")
    place = st.slider(_("Sum"), -5.0, 5.0, 1.0, 0.1, key="act_x", bind="query-params")
    pair = lab.run(at, x=float(place), kind=kind, as_="pair")
    show.register("pair", [pair])
    fields = {"x": f"{place:g}", "value": f"{pair.value[0]:.4f}", "slope": f"{pair.value[1]:.4f}"}
    st.markdown(_("**At {x}:** value {value}, derivative {slope}.", **fields))
    x = lab.run(axis, as_="x")
    values = lab.run(activate, x, kind=kind, as_="values")
    slopes = lab.run(derivative, x, kind=kind, as_="slopes")
    show.chart(
        "functions",
        lambda x, y, dy: shown.function_chart(x, y, dy, place),
        [x, values, slopes],
        caption=text[f"about_{kind.replace(' ', '_')}"].format(
            gap=plain(lab.run(largest_gap, as_="gap").value, 2)
        ),
        alt=_("The function and its derivative from −5 to 5"),
    )


@fragment
def chained() -> None:
    kind = ask_kind("act_chain")
    one, two, three = st.columns(3)
    with one:
        depth = slider(_("Units"), 1, 20, 10, key="act_units")
    with two:
        weight = st.slider(_("Weight"), -3.0, 3.0, 1.0, 0.1, key="act_weight", bind="query-params")
    with three:
        start = st.slider(
            _("First number"), -3.0, 3.0, 1.0, 0.1, key="act_start", bind="query-params"
        )
    how = {"depth": depth, "weight": float(weight), "start": float(start)}
    rows = lab.run(chain, kind=kind, **how, as_="rows")
    left = rows.value[-1, 3]
    st.markdown(
        _(
            "**What is left:** if the first number grows by a little, the last output grows by "
            "{left} times as much.",
            left=plain(left, 3),
        )
    )
    show.html("chain", shown.chain_grid(rows.value.tolist()), [rows], caption=text["chain_caption"])


@fragment
def depth() -> None:
    left, right = st.columns(2)
    with left:
        layers = slider(_("Layers"), 2, 50, 20, key="act_layers")
    with right:
        gain = st.slider(
            _("Size of the weights"), 0.5, 3.0, shown.HE, 0.001, key="act_gain", bind="query-params"
        )
    parts = {"all": _("all five"), "kept": _("all but sigmoid, closer")}
    closer = choice(_("Shown"), parts, key="act_shown") == "kept"
    nodes = {
        kind: lab.run(
            layer_gradients,
            kind=kind,
            depth=layers,
            gain=float(gain),
            as_=f"gradients_{kind.replace(' ', '_')}",
        )
        for kind in KINDS[closer:5]
    }
    names = shown.names()
    shares = {kind: lab.run(gradient_left, node, as_="left") for kind, node in nodes.items()}
    show.chart(
        "depth",
        lambda *found: shown.layers_chart(
            {names[kind]: one for kind, one in zip(nodes, found, strict=True)}, skip=int(closer)
        ),
        [*nodes.values()],
        caption=text["depth_caption"].format(least=plain(shown.LEAST)),
        alt=_("Gradient by layer, a line for each activation"),
    )
    show.register("shares", list(shares.values()))
    factors = {k: lab.run(factor_each, node, as_="factor").value for k, node in nodes.items()}
    st.markdown(
        _("**Each layer multiplies the gradient, on average, by:** ")
        + ", ".join(f"{names[kind]} {factor:.2f}" for kind, factor in factors.items())
        + "."
    )


def dead() -> None:
    scene = choice(_("Setting"), shown.scene_names(), key="act_scene")
    left, right = st.columns(2)
    with left:
        epochs = slider(_("Epochs"), 2, 30, 10, key="act_epochs")
    with right:
        seed = slider(_("Seed"), 0, 9, 0, key="act_seed")
    kinds = shown.compared(lab, scene, epochs=epochs, seed=seed)
    watching = jobs.every(*[kind.live.node for kind in kinds.values()])
    fragment(watch, run_every=watching)(kinds)


def watch(kinds: dict[str, several.Kind]) -> None:
    several.watch(
        lab,
        kinds,
        {
            "first": (_("units that never fire, first layer"), DEAD_FIRST),
            "second": (_("units that never fire, second layer"), DEAD_SECOND),
            "right": (_("right answers, test"), RIGHT),
        },
        key="act_dead",
        caption=text["dead_caption"].format(
            units=UNITS, batch=BATCH, learn=f"{LEARN:,}", test=f"{TEST:,}"
        ),
    )


@fragment
def breaks() -> None:
    faults = faulty.fault_names()
    fault = choice(_("What is done wrong"), faults, key="act_fault")
    sides = (("right", _("Right: ReLU")), ("wrong", faults[fault]))
    for column, (side, title), colour in zip(st.columns(2), sides, COLOURS, strict=False):
        with column:
            st.markdown(f"**{title}**")
            if fault == "none":
                faulty.curve_view(lab, side, title, colour)
            else:
                faulty.layers_view(lab, side, title, fault if side == "wrong" else "")
    st.caption(text[f"break_{fault}"])


def predict() -> None:
    questions.ask(lab)


here.run(functions=functions, chain=chained, depth=depth, dead=dead, breaks=breaks, predict=predict)
