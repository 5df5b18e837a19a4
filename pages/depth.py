"""Shows: how far signal and gradient get in plain and residual stacks of 2 to 40 layers before the first
step; both learning digits, live beside recorded runs, with the gradient of each layer; the error by
depth over ten seeds; recorded convolutional networks of 20 and 56 layers, and what two of them say of a
digit; what breaks; five predictions.
"""

from __future__ import annotations

import streamlit as st

from components import depth as shown
from components import depth_faults as faulty
from components import depth_questions as questions
from components import page, several, show, twins
from components.guard import fragment
from components.i18n import _
from components.jobs import every
from components.state import choice, slider
from engine.lab import Lab
from engine.samples import load
from engine.training.digits import LEARN, TEST
from engine.training.stacks import LEARN_ERROR, TEST_ERROR, gradients_after

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


@fragment
def start() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layers = shown.ask_depth("stack_depth")
        setting = shown.ask_setting("stack_init")
    nodes = shown.started(lab, layers, setting)
    st.markdown(shown.start_sentence(nodes))
    signal, gradient = st.columns(2)
    with signal:
        shown.start_view(
            "signal",
            0,
            nodes,
            y=_("variance of the outputs"),
            caption=text["signal_caption"],
            alt=_("Signal by layer, plain and residual"),
        )
    with gradient:
        shown.start_view(
            "gradient",
            1,
            nodes,
            y=_("length of the gradient"),
            caption=text["gradient_caption"],
            alt=_("Gradient by layer, plain and residual"),
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
    fault = choice(_("What is done wrong"), faulty.fault_names(), key="stack_fault")
    faulty.fault_views(lab, fault)
    st.caption(text[f"break_{fault}"])


def predict() -> None:
    questions.ask(lab)


here.run(
    start=start,
    train=train,
    depths=depths,
    twins=twins_,
    asked=asked,
    breaks=breaks,
    predict=predict,
)
