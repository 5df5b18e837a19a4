"""Shows: dropout with its masks, its mean over many draws and all networks it can draw; batch and layer
normalisation step by step; what a batch does to a digit, and running statistics; four networks that
learn digits, live and recorded; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import jobs, page, several
from components import normalization as shown
from components import normalization_dropout as dropping
from components import normalization_faults as faulty
from components import normalization_questions as questions
from components import normalization_tables as tables
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.lab import Lab
from engine.samples import load
from engine.training.digits import TEST
from engine.training.dropout import small_layer
from engine.training.regular import BATCH, COUNT, HIDDEN, LEARN_RIGHT, RATES, TEST_RIGHT, UNITS

here = page.start(
    "normalization",
    {
        "dropout": _("Dropout"),
        "ensemble": _("All networks"),
        "steps": _("Normalising"),
        "batches": _("Batches"),
        "train": _("Training"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab = Lab(load("coffee"))
layer = lab.run(small_layer, as_="layer")


def ask_p(key: str) -> float:
    """Ask for the probability with which a number is struck out."""
    label = _("p, struck out")
    return float(st.slider(label, 0.1, 0.9, 0.5, 0.1, key=key, bind="query-params"))


@fragment
def dropout() -> None:
    left, right = st.columns(2)
    with left:
        p = ask_p("drop_p")
    with right:
        seed = slider(_("Draw number"), 1, 50, 1, key="drop_seed") - 1
    dropping.mask_view(lab, layer, p, seed, text["dropout_caption"])
    dropping.mean_view(lab, layer, p, text["expectation_caption"])


@fragment
def ensemble() -> None:
    dropping.networks_view(lab, layer, ask_p("drop_p"), text["ensemble_caption"])


@fragment
def steps() -> None:
    kinds = {"batch": _("Batch norm"), "layer": _("Layer norm")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice(_("Normalisation"), kinds, key="norm_kind")
        stage = choice(_("Step of normalising"), tables.stage_names(), key="norm_stage")
    tables.stage_view(lab, kind, stage, text[f"axis_{kind}"] + " " + text[f"stage_{stage}"])


@fragment
def batches() -> None:
    left, right = st.columns(2)
    with left:
        st.markdown(_("**One digit in batches of every size**"))
        tables.sizes_view(lab, text["sizes_caption"])
    with right:
        st.markdown(_("**Running statistics**"))
        size = slider(_("Digits in a batch"), 2, 50, 20, key="norm_batch")
        tables.running_view(lab, size, text["running_caption"])


def train() -> None:
    one, two, three, four = st.columns(4)
    with one:
        rates = {str(rate): str(rate) for rate in RATES}
        rate = float(choice(_("Learning rate"), rates, key="norm_rate"))
    with two:
        drop = float(
            st.slider(_("p of dropout"), 0.1, 0.8, 0.3, 0.1, key="norm_drop", bind="query-params")
        )
    with three:
        epochs = slider(_("Epochs"), 2, 40, 15, key="norm_epochs")
    with four:
        seed = slider(_("Seed"), 0, 9, 0, key="norm_seed")
    kinds = shown.compared(lab, rate=rate, drop=drop, epochs=epochs, seed=seed)
    watching = jobs.every(*[kind.live.node for kind in kinds.values()])
    fragment(watch, run_every=watching)(kinds)


def watch(kinds: dict[str, several.Kind]) -> None:
    several.watch(
        lab,
        kinds,
        {
            "test": (_("right answers, test"), TEST_RIGHT),
            "learn": (_("right answers, digits to learn from"), LEARN_RIGHT),
        },
        key="norm_train",
        caption=text["train_caption"].format(
            hidden=HIDDEN, units=UNITS, batch=BATCH, learn=f"{COUNT:,}", test=f"{TEST:,}"
        ),
    )


@fragment
def breaks() -> None:
    fault = choice(_("What is done wrong"), faulty.fault_names(), key="norm_fault")
    faulty.fault_views(lab, fault, text)


def predict() -> None:
    questions.ask(lab)


here.run(
    dropout=dropout,
    ensemble=ensemble,
    steps=steps,
    batches=batches,
    train=train,
    breaks=breaks,
    predict=predict,
)
