"""Shows: how far signal and gradient get in plain and residual stacks of 2 to 40 layers before the first
step; both learning digits, live beside recorded runs, with the gradient of each layer; the error by
depth over ten seeds; recorded convolutional networks of 20 and 56 layers, and what two of them say of a
digit; what breaks; five predictions.
"""

from __future__ import annotations

import streamlit as st

from components import depth as shown
from components import page, quiz, several, show, twins
from components.guard import fragment
from components.i18n import _
from components.jobs import every
from components.numbers import plain
from components.state import choice, slider
from engine.lab import Lab
from engine.samples import load
from engine.training.digits import LEARN, TEST
from engine.training.resnets import STORED, TESTED
from engine.training.resnets import TEST_ERROR as TEST_ERROR_OF_TWINS
from engine.training.stacks import (
    LEARN_ERROR,
    TEST_ERROR,
    WIDTH,
    gradients_after,
)

here = page.start(
    "depth",
    {
        "start": _("Before training"),
        "train": _("Training"),
        "depths": _("How deep"),
        "twins": _("56 layers"),
        "asked": _("Ask them"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab = Lab(load("coffee"))
PLAIN = {"init": "torch", "norm": False}


@fragment
def start() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layers = shown.ask_depth("stack_depth")
        setting = shown.ask_setting("stack_init")
    nodes = shown.started(lab, layers, setting)
    names = shown.titles()
    views = (
        ("signal", 0, _("variance of the outputs"), _("Signal by layer, plain and residual")),
        ("gradient", 1, _("length of the gradient"), _("Gradient by layer, plain and residual")),
    )
    for column, (key, row, y, alt) in zip(st.columns(2), views, strict=True):
        with column:
            show.chart(
                key,
                lambda plain, residual, row=row, y=y: shown.layer_chart(
                    {names["plain"]: plain[row], names["residual"]: residual[row]}, y=y
                ),
                list(nodes.values()),
                caption=text[f"{key}_caption"].format(width=WIDTH),
                alt=alt,
            )
    signal = {kind: float(node.value[0, -1] / node.value[0, 0]) for kind, node in nodes.items()}
    st.markdown(
        _(
            "**From the first layer to the last** the variance of the signal is multiplied by {plain} "
            "in the plain stack, by {residual} in the residual one. **At the first layer** the gradient "
            "is {small} long in the plain stack, {large} in the residual one.",
            plain=plain(signal["plain"], 2),
            residual=plain(signal["residual"], 2),
            small=plain(nodes["plain"].value[1, 0], 2),
            large=plain(nodes["residual"].value[1, 0], 2),
        )
    )


def train() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layers = shown.ask_depth("stack_train_depth")
        setting = shown.ask_setting("stack_train_init")
    left, right = st.columns(2)
    with left:
        epochs = slider(_("Epochs"), 1, 10, 4, key="stack_epochs")
    with right:
        seed = slider(_("Seed"), 0, 9, 0, key="stack_seed")
    kinds = shown.compared(lab, layers, setting, epochs=epochs, seed=seed)
    watching = every(*[kind.live.node for kind in kinds.values()])
    fragment(watch, run_every=watching)(kinds, epochs)


def watch(kinds: dict[str, several.Kind], epochs: int) -> None:
    several.watch(
        lab,
        kinds,
        {
            "learn": (_("error on the pictures it learns from"), LEARN_ERROR),
            "test": (_("error on the test pictures"), TEST_ERROR),
        },
        key="stack_run",
        caption=text["train_caption"].format(learn=f"{LEARN:,}", test=f"{TEST:,}"),
    )
    done = {name: kind.live.node for name, kind in kinds.items() if kind.live.node.is_cached}
    if len(done) == len(kinds):
        epoch = slider(_("Gradient after epoch"), 0, epochs, epochs, key="stack_epoch", bound=False)
        names = shown.titles()
        rows = [
            lab.run(gradients_after, node, epoch=epoch, as_=f"{name}_gradient")
            for name, node in done.items()
        ]
        show.chart(
            "gradients",
            lambda *found: shown.layer_chart(
                dict(zip(names.values(), found, strict=True)), y=_("length of the gradient")
            ),
            rows,
            caption=text["gradients_caption"],
            alt=_("Gradient by layer, plain and residual"),
        )


@fragment
def depths() -> None:
    setting = shown.ask_setting("stack_all_init")
    parts = {"learn": _("Pictures it learns from"), "test": _("Test pictures")}
    part = choice(_("Error on"), parts, key="stack_part")
    column = LEARN_ERROR if part == "learn" else TEST_ERROR
    nodes = shown.by_depth(lab, setting, column)
    show.chart(
        "depths",
        lambda plain, residual: shown.depth_chart(
            {"plain": plain, "residual": residual}, y=_("error after 10 epochs")
        ),
        list(nodes.values()),
        caption=text["depths_caption"].format(learn=f"{LEARN:,}", test=f"{TEST:,}"),
        alt=_("Error by depth, plain and residual, with the spread of ten seeds"),
    )
    how = f"{setting['init']}_{'norm' if setting['norm'] else 'bare'}"
    st.markdown(text[f"depths_{how}"])


@fragment
def twins_() -> None:
    twins.recorded(lab, text)


@fragment
def asked() -> None:
    twins.asked(lab, text)


@fragment
def breaks() -> None:
    faults = {
        "half": _("Half of the input added"),
        "large": _("Weights too large"),
        "none": _("Nothing added"),
    }
    fault = choice(_("What is done wrong"), faults, key="stack_fault")
    right = shown.started(lab, 40, PLAIN)["residual"]
    wrong = {
        "half": lambda: shown.started(lab, 40, PLAIN, skip=0.5)["residual"],
        "large": lambda: shown.started(lab, 40, {"init": "he", "norm": False})["residual"],
        "none": lambda: shown.started(lab, 40, PLAIN)["plain"],
    }[fault]()
    numbers = (right.value, wrong.value)  # one axis for both sides
    span = (min(float(n.min()) for n in numbers), max(float(n.max()) for n in numbers))
    sides = (("right", _("Right: the whole input added"), right), ("wrong", faults[fault], wrong))
    for column, (side, title, node) in zip(st.columns(2), sides, strict=True):
        with column:
            st.markdown(f"**{title}**")
            show.chart(
                f"breaks_{side}",
                lambda found: shown.layer_chart(
                    {_("gradient"): found[1], _("signal"): found[0]},
                    y=_("length, variance"),
                    span=span,
                    height=300,
                ),
                [node],
                caption=_(
                    "First layer: gradient {gradient}. Last layer: signal {signal}.",
                    gradient=plain(node.value[1, 0], 2),
                    signal=plain(node.value[0, -1], 2),
                ),
                alt=title,
            )
    st.caption(text[f"break_{fault}"])


def predict() -> None:
    nodes = shown.started(lab, 20, PLAIN)
    times = float(nodes["residual"].value[1, 0] / nodes["plain"].value[1, 0])
    quiz.question(
        _(
            "20 layers with PyTorch's weights, before training. How many times as long is the gradient "
            "of the first layer when each block adds its input?"
        ),
        {"b": _("1,000 to a million times"), "a": _("under 1,000 times"), "c": _("over a million")},
        answer="a" if times < 1e3 else "b" if times <= 1e6 else "c",
        why=_("{times} times.", times=f"{times:,.0f}"),
        key="stack_times",
    )
    learn = shown.by_depth(lab, PLAIN, LEARN_ERROR)
    deep, flat = float(learn["plain"].value[-1, 0]), float(learn["plain"].value[0, 0])
    quiz.question(
        _(
            "A plain stack of 40 layers has many more weights than one of 2. Which is more often wrong "
            "on the pictures that it has learned from?"
        ),
        {"flat": _("the one of 2 layers"), "same": _("both alike"), "deep": _("the one of 40")},
        answer="same" if abs(deep - flat) < 0.01 else "deep" if deep > flat else "flat",
        why=_(
            "2 layers {flat}, 40 layers {deep}, the mean of ten seeds. That is no overfitting: it can't "
            "even learn by heart.",
            flat=f"{flat:.1%}",
            deep=f"{deep:.1%}",
        ),
        key="stack_worse",
    )
    large = shown.by_depth(lab, {"init": "he", "norm": False}, LEARN_ERROR)["residual"]
    error = float(large.value[-1, 0])
    quiz.question(
        _(
            "He's weights keep a plain signal as large as it is. A residual stack of 40 layers begins "
            "with them, without normalisation. How often is it wrong in the end?"
        ),
        {"low": _("under 5 %"), "middle": _("5 to 50 %"), "high": _("over 50 %")},
        answer="low" if error < 0.05 else "middle" if error <= 0.5 else "high",
        why=_(
            "{error}: each block adds as much as there was, the signal doubles each time.",
            error=f"{error:.0%}",
        ),
        key="stack_large",
    )
    test = shown.by_depth(lab, PLAIN, TEST_ERROR)["residual"]
    gap = float(test.value[-1, 0] - learn["residual"].value[-1, 0])
    quiz.question(
        _(
            "The residual stack of 40 layers: how much higher is its error on test pictures than on "
            "those that it has learned from?"
        ),
        {"c": _("over 10 points"), "b": _("3 to 10 points"), "a": _("under 3 points")},
        answer="a" if gap < 0.03 else "b" if gap <= 0.1 else "c",
        why=_(
            "{gap} percentage points. Learning the pictures and knowing others are two questions.",
            gap=f"{100 * gap:.1f}",
        ),
        key="stack_gap",
    )
    last = {
        kind: float(node.value[-1])
        for kind, node in twins.errors(lab, "norm", STORED, TEST_ERROR_OF_TWINS, "test").items()
    }
    ratio = last["plain"] / last["residual"]
    quiz.question(
        _(
            "Convolutional networks of {layers} layers, batch normalisation in each. On {count} test "
            "digits, how many times as many errors has the plain one?",
            layers=STORED,
            count=f"{TESTED:,}",
        ),
        {"b": _("1.2 to 5 times"), "c": _("over 5 times"), "a": _("under 1.2 times")},
        answer="a" if ratio < 1.2 else "b" if ratio <= 5 else "c",
        why=_(
            "{plain} against {residual}. Normalisation keeps the signal alive; the shortcuts help "
            "beyond that.",
            plain=round(TESTED * last["plain"]),
            residual=round(TESTED * last["residual"]),
        ),
        key="stack_twins",
    )


here.run(
    start=start,
    train=train,
    depths=depths,
    twins=twins_,
    asked=asked,
    breaks=breaks,
    predict=predict,
)
