"""Shows: a kernel sliding over the numbers of the learner's picture; full, depthwise and 1 x 1
convolutions; pooling; how much results change when the picture moves, in maps of edges and in
ResNet-18; gradients; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import convolution as shown
from components import convolution_questions as questions
from components import page, show, tray
from components.convolution import given
from components.guard import fragment
from components.i18n import _
from components.show import RGB, Picture
from components.state import choice, slider
from components.stepper import stepper
from engine.image.color import GRAY_BT601, rgb_to_gray
from engine.image.ranges import to_unit
from engine.models.catalogue import RESNET18
from engine.training.convolve import (
    channels_first,
    channels_last,
    convolve,
    convolve_layer,
    cross_correlate,
    image_gradient,
    kernel_gradient,
    largest_difference,
    layer_costs,
    one_channel,
    padded,
    pointwise,
    products,
    same_for_all,
    strongest_cell,
    total,
    turned,
    window_under,
)
from engine.training.pooling import global_pool, pool, pooled_window, relu
from engine.training.shifts import (
    FARTHEST,
    WINDOW,
    changes,
    edge_maps,
    moved,
    moved_back,
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
    side = len(kernel.value)
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
    height, width = result.value.shape
    start = lab.run(strongest_cell, result, as_="strongest").value + 1
    shown.take_click("slide", "result", result, "conv_cell")
    cell = stepper(_("Cell of the result"), 1, height * width, start, key="conv_cell") - 1
    row, column = divmod(cell, width)
    frame = lab.run(padded, part.patch, padding=padding, as_="padded_part")
    reach = dilation * (side - 1) + 1
    window = shown.box(row * stride, column * stride, reach, reach)
    show.pictures(
        "slide",
        [
            shown.reduced_pane(part),
            shown.gray_pane(frame, _("The part"), _("Its gray levels"), "part", window),
            shown.signed_pane(
                result,
                _("Result, {height} × {width}", height=height, width=width),
                _("One number for each place of the kernel"),
                "result",
                shown.box(row, column, 1, 1),
            ),
        ],
        caption=text["slide_caption"],
    )
    under = lab.run(window_under, part.patch, side=side, row=row, column=column, **how, as_="under")
    parts = lab.run(products, under, laid, as_="parts")
    value = lab.run(total, parts, as_="value")
    body = shown.cell_grids(under.value, laid.value, parts.value, value.value)
    caption = text["cell_caption"].format(row=row + 1, column=column + 1)
    show.html("cell", body, [under, laid, parts, value], caption=caption)
    size = "({length} + 2 · {padding} − {dilation} · ({side} − 1) − 1) / {stride} + 1 = {count}"
    size = size.format(length=part.size[1], side=side, count=width, **how)
    st.markdown(_("**Width of the result,** rounded down: {size}", size=size))


@fragment
def channels() -> None:
    small = given(lab, pixels).rgb
    kernel = shown.ask_kernel(lab, key="conv_layer")
    x = lab.run(channels_first, small, as_="x")
    side = len(kernel.value)
    maps = {}
    for kind, groups in (("full", 1), ("depthwise", 3)):
        kernels = lab.run(same_for_all, kernel, kind=kind, as_=f"kernels_{kind}")
        maps[kind] = lab.run(
            convolve_layer, x, kernels, padding=side // 2, groups=groups, as_=f"maps_{kind}"
        )
    full = lab.run(one_channel, maps["full"], as_="full")
    depthwise = lab.run(channels_last, maps["depthwise"], as_="depthwise")
    kernels = lab.run(pointwise, weights=GRAY_BT601, as_="kernels_pointwise")
    mixed = lab.run(convolve_layer, x, kernels, as_="maps_pointwise")
    mixed = lab.run(one_channel, mixed, as_="pointwise_map")
    reach = shown.largest(depthwise)
    low, high = (-reach, reach) if depthwise.value.min() < 0 else (0.0, 255.0)
    show.pictures(
        "channels",
        [
            Picture(small, _("Three channels"), _("The picture in colour"), RGB, 0, 255, group="c"),
            shown.signed_pane(full, _("Full: 1 map"), _("Sum over the three channels"), "c"),
            Picture(
                depthwise,
                _("Depthwise: 3 maps"),
                _("Each channel by itself, as colours"),
                RGB,
                low,
                high,
                group="c",
            ),
            shown.gray_pane(mixed, _("1 × 1: 1 map"), _("The channels mixed"), "c"),
        ],
        caption=text["channels_caption"].format(weights=", ".join(map(str, GRAY_BT601))),
        height=320,
    )
    one, two, three = st.columns(3)
    with one:
        ins = slider(_("Maps that go in"), 1, 512, 64, key="conv_ins")
    with two:
        outs = slider(_("Maps that come out"), 1, 512, 128, key="conv_outs")
    with three:
        width = slider(_("Side of the maps"), 7, 224, 56, key="conv_side")
    size = {"channels": ins, "outs": outs, "side": side, "height": width, "width": width}
    costs = lab.run(layer_costs, **size, as_="costs")
    body = shown.cost_grid(costs.value)
    show.html("costs", body, [costs], caption=text["costs_caption"].format(side=side))


@fragment
def pooling() -> None:
    part = given(lab, pixels, "pool")
    edges = lab.run(cross_correlate, part.patch, shown.preset(lab, "sobel"), padding=1, as_="edges")
    maps = lab.run(relu, edges, as_="edge_map")
    left, right = st.columns(2)
    with left:
        side = slider(_("Side of the window"), 2, 4, 2, key="pool_side")
    with right:
        stride = slider(_("Stride of the window"), 1, 4, 2, key="pool_stride")
    size = {"side": side, "stride": stride}
    most, mean = (
        lab.run(pool, maps, how=how, **size, as_=f"pooled_{how}") for how in ("max", "mean")
    )
    height, width = most.value.shape
    start = lab.run(strongest_cell, most, as_="strongest").value + 1
    shown.take_click("pool", "pooled", most, "pool_cell")
    cell = stepper(_("Pooled number"), 1, height * width, start, key="pool_cell") - 1
    row, column = divmod(cell, width)
    window = shown.box(row * stride, column * stride, side, side)
    mark, top = shown.box(row, column, 1, 1), shown.largest(maps)
    show.pictures(
        "pool",
        [
            shown.reduced_pane(part),
            shown.map_pane(maps, _("Edges of the part"), _("Brighter to the right"), "map", window),
            shown.map_pane(
                most, _("Max pooling"), _("Greatest of each window"), "pooled", mark, most=top
            ),
            shown.map_pane(
                mean, _("Mean pooling"), _("Mean of each window"), "pooled", mark, most=top
            ),
        ],
        caption=text["pool_caption"],
        height=340,
    )
    under = lab.run(pooled_window, maps, **size, row=row, column=column, as_="pooled_part")
    greatest, average = float(most.value[row, column]), float(mean.value[row, column])
    show.html(
        "window",
        shown.pool_grid(under.value, greatest),
        [under, most, mean],
        caption=_(
            "The numbers in the window: the greatest is {max}, their mean {mean}.",
            max=shown.short(greatest),
            mean=shown.short(average),
        ),
    )


@fragment
def shift() -> None:
    wide = lab.run(wide_view, pixels, as_="wide")
    gray = lab.run(rgb_to_gray, wide, as_="wide_gray")
    by = slider(_("Move the picture, pixels"), 0, FARTHEST, 2, key="conv_shift")
    view = lab.run(moved, gray, by=by, as_="view")
    maps = lab.run(edge_maps, view, as_="maps")
    first = lab.run(one_channel, maps, as_="edges")
    pooled = lab.run(pool, maps, side=WINDOW, stride=WINDOW, as_="pooled")
    pooled_first = lab.run(one_channel, pooled, as_="pooled_edges")
    show.pictures(
        "shift",
        [
            shown.gray_pane(view, _("The moved picture"), _("The part that is seen"), "view"),
            shown.map_pane(first, _("Edges"), _("Brighter to the right"), "edges"),
            shown.map_pane(pooled_first, _("Max of 4 × 4"), _("The same, pooled"), "pooled"),
        ],
        caption=text["shift_caption"],
        height=320,
    )
    means = lab.run(global_pool, maps, as_="means")
    show.register("means", [means])
    st.markdown(
        _(
            "**Global mean pooling** leaves one number for each of the four maps: {numbers}",
            numbers=", ".join(f"{n:.1f}" for n in means.value.tolist()),
        )
    )
    curves = lab.run(changes, gray, as_="changes_by_shift")
    shown.shift_charts(curves, lab.run(moved_back, gray, as_="left_over"), text)


@fragment
def network() -> None:
    wide = lab.run(network_view, pixels, as_="wide_input")
    weights = lab.weights(RESNET18, as_="weights")
    found = lab.run(network_changes, weights, wide, network=True, as_="changes_in_network")
    shown.network_chart(found, text["network_caption"])


@fragment
def gradients() -> None:
    part = given(lab, pixels)
    kernel = shown.ask_kernel(lab, key="conv_back")
    unit = lab.run(to_unit, part.patch, as_="unit")
    result = lab.run(cross_correlate, unit, kernel, as_="result")
    side, (height, width) = len(kernel.value), part.size
    of_kernel = lab.run(kernel_gradient, unit, result, side=side, as_="of_kernel")
    of_image = lab.run(image_gradient, result, kernel, height=height, width=width, as_="of_pixels")
    show.pictures(
        "gradients",
        [
            Picture(unit, _("The part, 0 to 1"), _("Its pixels"), (), 0, 1, group="in"),
            shown.signed_pane(result, _("Result, and its gradient"), _("The result"), "out"),
            shown.signed_pane(of_image, _("Gradient of each pixel"), _("The gradient"), "in"),
        ],
        caption=text["gradients_caption"],
        height=320,
    )
    shown.kernel_gradients(
        lab, unit, kernel, (result, of_kernel, of_image), text["kernel_gradient_caption"]
    )


@fragment
def breaks() -> None:
    faults = {
        "turned": _("Kernel turned"),
        "border": _("Zeros at the border"),
        "order": _("Channels last taken for first"),
    }
    fault = choice(_("What is done wrong"), faults, key="conv_fault")
    right, wrong = shown.right_and_wrong(given(lab, pixels), fault)
    off = lab.run(largest_difference, right, wrong, as_="off")
    show.pictures(
        "breaks",
        shown.compared_panes(right, wrong, faults[fault]),
        drawn=[off],
        caption=text[f"break_{fault}"]
        + " "
        + _("Largest difference: {off}.", off=shown.short(off.value)),
    )


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
