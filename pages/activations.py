"""Shows: activation functions with their derivatives; what is left of a gradient behind a chain of
units and behind the layers of a network; units that die while a network learns digits, live and
recorded; what breaks; four predictions.
"""

from __future__ import annotations

import functools

import streamlit as st

from components import activations as shown
from components import jobs, page, quiz, several, show
from components.curves import COLOURS
from components.guard import fragment
from components.i18n import _
from components.numbers import plain
from components.state import choice, slider
from engine.lab import Lab, Node
from engine.samples import load
from engine.training.activation import (
    KINDS,
    activate,
    at,
    axis,
    bend,
    chain,
    derivative,
    factor_each,
    gradient_left,
    largest_gap,
    layer_gradients,
    random_curve,
    steepest,
)
from engine.training.deadunits import BATCH, DEAD_FIRST, DEAD_SECOND, RIGHT, SCENES, UNITS
from engine.training.digits import LEARN, TEST
from engine.training.seeds import range_over_seeds

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
#: The root of 2: with it, ReLU hands on numbers as large as came in.
HE = 1.414


def ask_kind(key: str, default: str = "sigmoid") -> str:
    """Ask for an activation."""
    kinds = shown.options()
    return choice(_("Activation"), kinds, key=key, default=default, look="pills").replace("-", " ")


@fragment
def functions() -> None:
    kind = ask_kind("act_kind")
    place = st.slider(_("Sum"), -5.0, 5.0, 1.0, 0.1, key="act_x", bind="query-params")
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
    pair = lab.run(at, x=float(place), kind=kind, as_="pair")
    show.register("pair", [pair])
    fields = {"x": f"{place:g}", "value": f"{pair.value[0]:.4f}", "slope": f"{pair.value[1]:.4f}"}
    st.markdown(_("**At {x}:** value {value}, derivative {slope}.", **fields))


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
            _("Size of the weights"), 0.5, 3.0, HE, 0.001, key="act_gain", bind="query-params"
        )
    nodes = {
        kind: lab.run(
            layer_gradients,
            kind=kind,
            depth=layers,
            gain=float(gain),
            as_=f"gradients_{kind.replace(' ', '_')}",
        )
        for kind in KINDS[:5]
    }
    names = shown.names()
    shares = {kind: lab.run(gradient_left, node, as_="left") for kind, node in nodes.items()}
    show.chart(
        "depth",
        lambda *found: shown.layers_chart(
            {names[kind]: one for kind, one in zip(nodes, found, strict=True)}
        ),
        [*nodes.values()],
        caption=text["depth_caption"].format(least=plain(shown.LEAST)),
        alt=_("Gradient by layer for five activations"),
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
    faults = {
        "none": _("No activation"),
        "sigmoid": _("Sigmoid, 20 layers"),
        "large": _("Weights twice as large"),
    }
    fault = choice(_("What is done wrong"), faults, key="act_fault")
    sides = (("right", _("Right: ReLU")), ("wrong", faults[fault]))
    for column, (side, title), colour in zip(st.columns(2), sides, COLOURS, strict=False):
        wrong = side == "wrong"
        with column:
            st.markdown(f"**{title}**")
            if fault == "none":
                x = lab.run(axis, as_="x")
                made = lab.run(random_curve, kind="none" if wrong else "relu", as_=f"{side}_curve")
                off = lab.run(bend, made, as_=f"{side}_bend")
                show.chart(
                    f"breaks_{side}",
                    lambda x, y, _off, c=colour: shown.curve_chart(x, y, c),
                    [x, made, off],
                    caption=_(
                        "Farthest from a straight line: {off} of its height.",
                        off=f"{off.value:.0%}",
                    ),
                    alt=title,
                )
            else:
                show_layers(side, title, fault if wrong else "")
    st.caption(text[f"break_{fault}"])


def show_layers(side: str, title: str, fault: str) -> None:
    """The gradient by layer: as it should be, or with a fault."""
    kind = "sigmoid" if fault == "sigmoid" else "relu"
    gain = 2 * HE if fault == "large" else HE
    node = lab.run(layer_gradients, kind=kind, gain=gain, as_=f"{side}_gradients")
    left = lab.run(gradient_left, node, as_=f"{side}_left")
    show.chart(
        f"breaks_{side}",
        lambda found, _left: shown.layers_chart({title: found}),
        [node, left],
        caption=_("At the first layer: {left} of the last.", left=plain(left.value, 2)),
        alt=title,
    )


def last_of(record: Node, column: int) -> float:
    """The mean over the seeds at the end of recorded runs."""
    return lab.run(range_over_seeds, record, column=column, epoch=-1, as_="range").value[1]


def predict() -> None:
    steep = lab.run(steepest, kind="sigmoid", as_="steepest").value
    quiz.question(
        _("How steep is sigmoid at most?"),
        {"b": _("0.3 to 0.8"), "c": _("over 0.8"), "a": _("under 0.3")},
        answer="a" if steep < 0.3 else "b" if steep <= 0.8 else "c",
        why=_("{slope}, at 0: every sigmoid takes three quarters or more.", slope=f"{steep:.2f}"),
        key="act_steep",
    )
    slopes = {kind: lab.run(at, x=-2.0, kind=kind, as_="pair").value[1] for kind in KINDS}
    three = ("gelu", "relu", "leaky")
    names = shown.names()
    quiz.question(
        _("A unit's sum is −2. Which of these lets no gradient through at all?"),
        {kind: names[kind] for kind in three},
        answer=min(three, key=lambda kind: abs(slopes[kind])),
        why=", ".join(f"{names[kind]}: {slopes[kind]:.3f}" for kind in three) + ".",
        key="act_none",
    )
    ends = functools.partial(shown.of_record, lab)
    died = last_of(ends("step", "relu"), DEAD_FIRST)
    quiz.question(
        _(
            "ReLU, learning rate {rate}: how many units of the first layer are dead at the end?",
            rate=SCENES["step"][0],
        ),
        {"c": _("over 20 %"), "a": _("under 5 %"), "b": _("5 to 20 %")},
        answer="a" if died < 0.05 else "b" if died <= 0.2 else "c",
        why=_("{share}, the mean of the recorded runs.", share=f"{died:.0%}"),
        key="act_died",
    )
    right = {kind: last_of(ends("bias", kind), RIGHT) for kind in three}
    best = max(right, key=lambda kind: right[kind])
    quiz.question(
        _(
            "All biases of the first layer begin at {bias}, so hardly a unit fires. Which network "
            "learns the digits best?",
            bias=shown.whole(SCENES["bias"][1]),
        ),
        {kind: names[kind] for kind in ("relu", "gelu", "leaky")},
        answer=best,
        why=_("Right answers at the end, mean of the recorded runs: ")
        + ", ".join(f"{names[kind]} {share:.0%}" for kind, share in right.items())
        + ".",
        key="act_bias",
    )


here.run(functions=functions, chain=chained, depth=depth, dead=dead, breaks=breaks, predict=predict)
