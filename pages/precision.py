"""Shows: the bits of a number that the learner types, in five formats, its neighbours and what is lost;
ranges and gaps; sums that stand still; gradients of a real network in few bits, and loss scaling; a
layer of ResNet-18 in whole numbers and what becomes of its answers; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import page, show
from components import precision as shown
from components import precision_gradients as grads
from components import precision_int8 as whole
from components import precision_questions as questions
from components import precision_sums as adding
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.lab import Lab
from engine.models.catalogue import RESNET18
from engine.samples import load
from engine.training.lossscale import gradients_of
from engine.training.precision import (
    FORMATS,
    all_bits,
    all_factors,
    format_table,
    gaps,
    near_rows,
    typed_number,
)

here = page.start(
    "precision",
    {
        "bits": _("Bits"),
        "range": _("Range and gaps"),
        "sums": _("Sums"),
        "gradients": _("Gradients"),
        "int8": _("Whole numbers"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab = Lab(load("coffee"))


@fragment
def bits() -> None:
    typed = shown.number_input()
    value = lab.run(typed_number, text=typed, as_="value")
    pattern, near = lab.run(all_bits, value, as_="bits"), lab.run(near_rows, value, as_="near")
    factors = lab.run(all_factors, value, as_="factors")
    body = shown.bit_grid(pattern.value, factors.value, list(FORMATS))
    show.html("bits", body, [pattern, factors], caption=text["bits_caption"])
    show.html("held", shown.held_grid(near.value), [near], caption=text["held_caption"])


@fragment
def range_() -> None:
    table = lab.run(format_table, as_="formats")
    show.html("formats", shown.format_grid(table.value), [table], caption=text["formats_caption"])
    show.chart(
        "gaps",
        shown.gap_lines,
        [lab.run(gaps, form=form, as_=f"gaps_{n}") for n, form in enumerate(FORMATS)],
        caption=text["gaps_caption"],
        alt=_("The relative gap between neighbours, by size and format"),
    )


@fragment
def sums() -> None:
    case = choice(_("What is added"), adding.sum_names(), key="prec_sum")
    adding.running_view(lab, case, text["sums_caption"])
    adding.halves_sentence(lab, case)


@fragment
def gradients() -> None:
    left, right = st.columns(2)
    with left:
        epochs = st.select_slider(
            _("Epochs of training before"),
            [0, 10, 40],
            40,
            key="prec_epochs",
            persist_state="session",
        )
        form = shown.format_choice(_("Kept as"), key="prec_form")
    with right:
        power = slider(_("Scale: 2 to the power of"), 0, 32, 0, key="prec_power")
    run = grads.trained(lab, epochs)
    grads.size_view(lab, run, form, power, text["gradients_caption"])
    left, right = st.columns(2)
    with left:
        grads.lost_view(lab, run, form, power, text["lost_caption"])
    with right:
        grads.dynamic_view(lab, text["dynamic_caption"])


@fragment
def int8() -> None:
    left, right = st.columns(2)
    with left:
        layer = st.selectbox(
            _("Layer of ResNet-18"), whole.LAYERS, key="prec_layer", persist_state="session"
        )
        way = choice(_("Scale of the weights"), whole.way_names(), key="prec_way")
    with right:
        width = slider(_("Bits of a weight"), 2, 8, 8, key="prec_bits")
        name = choice(_("Picture"), whole.picture_names(), key="prec_picture")
    weights = lab.weights(RESNET18)
    rounded = whole.in_whole_numbers(lab, weights, layer, way, width)
    one, other = st.columns(2)
    with one:
        whole.levels_view(lab, rounded, way, width, text["levels_caption"])
    with other:
        whole.reaches_view(lab, rounded[0], text["reaches_caption"])
    whole.answers_view("answers", weights, name, way, width, text["answers_caption"])


@fragment
def breaks() -> None:
    case = choice(_("Mistake"), shown.trap_names(), key="prec_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"])
    if case == "range":
        near = lab.run(near_rows, lab.run(typed_number, text="70000", as_="large"), as_="near")
        tiny = lab.run(near_rows, lab.run(typed_number, text="1e-8", as_="small"), as_="near_0")
        show.html("trap_large", shown.held_grid(near.value), [near], caption=text["large_caption"])
        show.html("trap_small", shown.held_grid(tiny.value), [tiny], caption=text["small_caption"])
    elif case == "unscaled":
        found = lab.run(gradients_of, grads.trained(lab, 40), as_="gradients")
        grads.scales_view(lab, found, text["scales_caption"])
    else:
        weights = lab.weights(RESNET18)
        for way in ("tensor", "channel"):
            whole.answers_view(f"trap_{way}", weights, "coffee", way, 4, whole.way_names()[way])


def predict() -> None:
    questions.ask(lab)


here.run(
    bits=bits,
    range=range_,
    sums=sums,
    gradients=gradients,
    int8=int8,
    breaks=breaks,
    predict=predict,
)
