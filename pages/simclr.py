"""Shows: two views of each digit; the cosines of all views of a batch; the softmax of one view, its loss
with the numbers and the temperature; how digits drift on a map while an encoder learns, recorded and
live; the collapse without negatives, recorded and live, and views too strong; four predictions.
"""

from __future__ import annotations

import math

import streamlit as st

from components import digits as common
from components import jobs, page, show
from components import simclr as shown
from components import simclr_questions as questions
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.lab import Node
from engine.training.bottleneck import flat
from engine.training.contrastive import (
    choices,
    row_losses,
    row_numbers,
    simclr,
    simclr_steps,
    two_views,
)

here = page.start(
    "simclr",
    {
        "views": _("Two views"),
        "matrix": _("Who is like whom"),
        "row": _("The loss"),
        "drift": _("Training"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
all_ = common.given()
lab = all_.lab
FEW = 6  # epochs of the training without negatives


@fragment
def views() -> None:
    digit, _truth = common.ask_digit(all_, key="sc_digit")
    left, right = st.columns(2)
    with left:
        strength = shown.strength_slider("sc_strength")
    with right:
        seed = slider(_("Random draw"), 1, 50, 1, key="sc_seed")
    both = lab.run(two_views, digit, seed=seed, strength=strength, as_="views")
    panes = [common.pane(lab, digit, _("The digit"), _("The digit"), as_="whole")]
    for place, side in enumerate("ab"):
        one = lab.run(flat, both, number=place, as_=f"batch_{side}")
        title = _("View {side}", side=side)
        panes.append(common.pane(lab, one, title, title, as_=f"view_{side}"))
    show.pictures("views", panes, caption=text["views_caption"], height=300)


@fragment
def matrix() -> None:
    one = shown.ask_batch(all_)
    show.pictures("batch", shown.view_panes(lab, one), caption=text["batch_caption"], height=110)
    show.chart(
        "matrix",
        lambda similar: shown.heat(similar, one.names),
        [one.similar],
        caption=text["matrix_caption"],
        alt=_("Cosines of all views with each other"),
    )


@fragment
def row() -> None:
    one = shown.ask_batch(all_)
    left, right = st.columns(2)
    with left:
        view = slider(_("View"), 1, 2 * shown.SIZE, 1, key="sc_view") - 1
    with right:
        temperature = st.slider(
            _("Temperature"), 0.05, 2.0, 0.2, 0.05, key="sc_heat", bind="query-params"
        )
    partner = (view + shown.SIZE) % (2 * shown.SIZE)
    numbers = lab.run(row_numbers, one.similar, view=view, temperature=temperature, as_="numbers")
    losses = lab.run(
        row_losses,
        lab.run(choices, one.similar, temperature=temperature, as_="chosen"),
        as_="losses",
    )
    show.html(
        "row",
        shown.row_grid(numbers.value, one.names, view, partner),
        [numbers, losses],
        caption=text["row_caption"]
        + " "
        + _(
            "View {view} gives its partner {share}; its loss is −ln of that, {loss}. The mean over all "
            "{count} views is {mean}; by guessing it would be {guess}.",
            view=one.names[view],
            share=f"{numbers.value[partner, 3]:.1%}",
            loss=f"{losses.value[view]:.3f}",
            count=2 * shown.SIZE,
            mean=f"{losses.value.mean():.3f}",
            guess=f"{math.log(2 * shown.SIZE - 1):.3f}",
        ),
    )


def drift() -> None:
    with st.container(border=True):
        fragment(shown.recorded_drift)(all_, text)
    left, right = st.columns(2)
    with left:
        heats = {"0.05": "0.05", "0.2": "0.2", "1": "1"}
        temperature = float(choice(_("Temperature"), heats, key="sc_train_heat", default="0.2"))
        strength = shown.strength_slider("sc_train_strength")
    with right:
        epochs = slider(_("Epochs"), 1, 30, 10, key="sc_epochs")
        seed = slider(_("Seed"), 0, 99, 0, key="sc_train_seed")
    run = training(epochs, seed, temperature, strength, True)
    fragment(watch, run_every=jobs.every(run))(run, epochs, temperature == 0.2, "sc")


def training(epochs: int, seed: int, temperature: float, strength: float, negatives: bool) -> Node:
    return lab.run(
        simclr,
        all_.learned(1000),
        all_.some(shown.WATCHED),
        seed=seed,
        epochs=epochs,
        temperature=temperature,
        strength=strength,
        negatives=negatives,
        as_="training",
    )


def watch(run: Node, epochs: int, same: bool, key: str) -> None:
    job = common.training(run, simclr_steps, epochs, "SimCLR", key=key)
    rows = all_.recorded("contrastive/rows") if same else None
    shown.live_drift(all_, run, job, epochs, rows, text, key=key)


def breaks() -> None:
    strong_views()
    st.markdown(text["collapse"])
    fragment(shown.recorded_collapse)(all_, text)
    st.markdown(text["collapse_train"].format(epochs=FEW))
    run = training(FEW, 0, 0.2, 1.0, False)
    fragment(watch, run_every=jobs.every(run))(run, FEW, False, "sc_collapse")


@fragment
def strong_views() -> None:
    panes = []
    for strength in (0.0, 1.0, 2.0):
        both = lab.run(
            two_views, all_.some(10), seed=1, strength=strength, as_=f"views_{strength:.0f}"
        )
        one = lab.run(flat, both, number=0, as_=f"first_{strength:.0f}")
        title = _("Strength {strength}", strength=f"{strength:.0f}")
        panes.append(common.montage_pane(lab, one, title, title, as_=f"strength_{strength:.0f}"))
    show.pictures("strong", panes, caption=text["strong_caption"], height=180)


def predict() -> None:
    questions.ask(all_)


here.run(views=views, matrix=matrix, row=row, drift=drift, breaks=breaks, predict=predict)
