"""Convolutions of a picture in colour: full, depthwise and 1 × 1, and what each costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components import convolution as shown
from components import show
from components.cells import Cell, grid
from components.i18n import _
from components.show import RGB, Picture
from engine.image.color import GRAY_BT601
from engine.lab import Lab, Node
from engine.training.convolve import (
    channels_first,
    channels_last,
    convolve_layer,
    layer_costs,
    one_channel,
    pointwise,
    same_for_all,
)


def cost_grid(costs: Sequence[tuple[str, int, int]]) -> str:
    """Weights and multiply-adds of the ways to compute a layer."""
    names = {
        "full": _("full"),
        "depthwise": _("depthwise"),
        "pointwise": _("1 × 1"),
        "separable": _("depthwise, then 1 × 1"),
    }
    whole = costs[0][1]
    rows = [
        [Cell(f"{weights:,}"), Cell(f"{work:,}"), Cell(f"{weights / whole:.1%}")]
        for _name, weights, work in costs
    ]
    heads = [_("weights"), _("multiply-adds"), _("of the full one")]
    return grid(
        rows,
        label=_("What a layer costs"),
        row_heads=[names[name] for name, *_rest in costs],
        column_heads=heads,
    )


def maps_view(lab: Lab, picture: Node, kernel: Node, caption: str) -> None:
    """The maps of a full, a depthwise and a 1 × 1 convolution beside the picture."""
    x = lab.run(channels_first, picture, as_="x")
    maps = {}
    for kind, groups in (("full", 1), ("depthwise", 3)):
        kernels = lab.run(same_for_all, kernel, kind=kind, as_=f"kernels_{kind}")
        how = {"padding": len(kernel.value) // 2, "groups": groups}
        maps[kind] = lab.run(convolve_layer, x, kernels, **how, as_=f"maps_{kind}")
    full = lab.run(one_channel, maps["full"], as_="full")
    depthwise = lab.run(channels_last, maps["depthwise"], as_="depthwise")
    kernels = lab.run(pointwise, weights=GRAY_BT601, as_="kernels_pointwise")
    mixed = lab.run(convolve_layer, x, kernels, as_="maps_pointwise")
    mixed = lab.run(one_channel, mixed, as_="pointwise_map")
    reach = shown.largest(depthwise)
    low, high = (-reach, reach) if depthwise.value.min() < 0 else (0.0, 255.0)
    alt = _("Each channel by itself, as colours")
    show.pictures(
        "channels",
        [
            Picture(
                picture, _("Three channels"), _("The picture in colour"), RGB, 0, 255, group="c"
            ),
            shown.signed_pane(full, _("Full: 1 map"), _("Sum over the three channels"), "c"),
            Picture(depthwise, _("Depthwise: 3 maps"), alt, RGB, low, high, group="c"),
            shown.gray_pane(mixed, _("1 × 1: 1 map"), _("The channels mixed"), "c"),
        ],
        caption=caption.format(weights=", ".join(map(str, GRAY_BT601))),
        height=320,
    )


def costs_view(lab: Lab, size: Mapping[str, int], caption: str) -> None:
    """What a layer of this size costs; see `layer_costs`."""
    costs = lab.run(layer_costs, **size, as_="costs")
    body = cost_grid(costs.value)
    show.html("costs", body, [costs], caption=caption.format(side=size["side"]))
