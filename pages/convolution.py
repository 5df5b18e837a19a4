"""Shows: a kernel sliding over the numbers of the learner's picture; full, depthwise and 1 x 1
convolutions; pooling; how much results change when the picture moves, in maps of edges and in
ResNet-18; gradients; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import convolution as shown
from components import convolution_cell as cells
from components import convolution_gradients as gradient
from components import convolution_layers as layers
from components import convolution_pool as pools
from components import convolution_questions as questions
from components import convolution_shift as shifts
from components import page, tray
from components.convolution import given
from components.convolution_faults import fault_view
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.image.color import rgb_to_gray
from engine.models.catalogue import RESNET18
from engine.training.convolve import (
    convolve,
    cross_correlate,
    turned,
)
from engine.training.pooling import pool
from engine.training.shifts import (
    FARTHEST,
    network_changes,
    network_view,
    wide_view,
)

here = page.start(
    "convolution",
    {
        "slide": _("One cell"),
        "channels": _("Channels"),
        "pool": _("Pooling"),
        "shift": _("A moved picture"),
        "network": _("In a network"),
        "gradients": _("Gradients"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, pixels = tray.picture()


@fragment
def slide() -> None:
    part = given(lab, pixels, "slide")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kernel = shown.ask_kernel(lab, key="conv_kernel")
        ways = {"cross": _("as it is"), "turned": _("turned by 180°")}
        way = choice(_("The kernel lies"), ways, key="conv_way")
    one, two, three = st.columns(3)
    with one:
        stride = slider(_("Stride"), 1, 4, 1, key="conv_stride")
    with two:
        padding = slider(_("Padding"), 0, 4, 0, key="conv_padding")
    with three:
        dilation = slider(_("Dilation"), 1, 3, 1, key="conv_dilation")
    how = {"stride": stride, "padding": padding, "dilation": dilation}
    slides = cross_correlate if way == "cross" else convolve
    result = lab.run(slides, part.patch, kernel, **how, as_="result")
    laid = kernel if way == "cross" else lab.run(turned, kernel, as_="laid")
    side = len(kernel.value)
    at = shown.ask_cell(lab, result, _("Cell of the result"), "slide", "result", key="conv_cell")
    cells.result_view(part, result, how, side, at, text["slide_caption"])
    cells.cell_view(part, laid, how, at, text["cell_caption"])
    cells.tell_width(part, result, how, side)


@fragment
def channels() -> None:
    small = given(lab, pixels).rgb
    kernel = shown.ask_kernel(lab, key="conv_layer")
    layers.maps_view(lab, small, kernel, text["channels_caption"])
    one, two, three = st.columns(3)
    with one:
        ins = slider(_("Maps that go in"), 1, 512, 64, key="conv_ins")
    with two:
        outs = slider(_("Maps that come out"), 1, 512, 128, key="conv_outs")
    with three:
        width = slider(_("Side of the maps"), 7, 224, 56, key="conv_side")
    size = {"channels": ins, "outs": outs, "side": len(kernel.value)}
    layers.costs_view(lab, size | {"height": width, "width": width}, text["costs_caption"])


@fragment
def pooling() -> None:
    part = given(lab, pixels, "pool")
    maps = pools.edges_of(part)
    left, right = st.columns(2)
    with left:
        side = slider(_("Side of the window"), 2, 4, 2, key="pool_side")
    with right:
        stride = slider(_("Stride of the window"), 1, 4, 2, key="pool_stride")
    size = {"side": side, "stride": stride}
    most, mean = (
        lab.run(pool, maps, how=how, **size, as_=f"pooled_{how}") for how in ("max", "mean")
    )
    at = shown.ask_cell(lab, most, _("Pooled number"), "pool", "pooled", key="pool_cell")
    pools.pooled_view(part, maps, (most, mean), size, at, text["pool_caption"])
    pools.window_view(lab, maps, (most, mean), size, at)


@fragment
def shift() -> None:
    wide = lab.run(wide_view, pixels, as_="wide")
    gray = lab.run(rgb_to_gray, wide, as_="wide_gray")
    by = slider(_("Move the picture, pixels"), 0, FARTHEST, 2, key="conv_shift")
    shifts.moved_view(lab, gray, by, text["shift_caption"])
    shifts.shift_charts(lab, gray, text)


@fragment
def network() -> None:
    wide = lab.run(network_view, pixels, as_="wide_input")
    by = slider(_("Move the picture, pixels"), 0, FARTHEST, FARTHEST, key="conv_net_shift")
    shifts.what_it_sees(lab, wide, by, text["network_view_caption"])
    weights = lab.weights(RESNET18, as_="weights")
    found = lab.run(network_changes, weights, wide, network=True, as_="changes_in_network")
    shifts.network_chart(found, text["network_caption"])


@fragment
def gradients() -> None:
    part = given(lab, pixels)
    kernel = shown.ask_kernel(lab, key="conv_back")
    gradient.gradients_view(part, kernel, text)


@fragment
def breaks() -> None:
    faults = {
        "turned": _("Kernel turned"),
        "border": _("Zeros at the border"),
        "order": _("Channels last taken for first"),
    }
    fault = choice(_("What is done wrong"), faults, key="conv_fault")
    fault_view(given(lab, pixels), fault, faults[fault], text[f"break_{fault}"])


def predict() -> None:
    questions.ask(lab, pixels)


here.run(
    slide=slide,
    channels=channels,
    pool=pooling,
    shift=shift,
    network=network,
    gradients=gradients,
    breaks=breaks,
    predict=predict,
)
