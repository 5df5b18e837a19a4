"""A convolution as it should be beside one with a fault."""

from __future__ import annotations

from components import show
from components.convolution import EDGE, Given, largest, preset, short, signed_pane
from components.i18n import _
from components.show import RGB, Picture
from engine.lab import Node
from engine.training.convolve import (
    channels_first,
    channels_last,
    convolve_layer,
    cross_correlate,
    largest_difference,
    read_as_channels,
    same_for_all,
    turned,
)


def right_and_wrong(part: Given, fault: str) -> tuple[Node, Node]:
    """A convolution of the picture as it should be, and with a fault."""
    lab = part.lab
    if fault == "order":
        blur = lab.run(same_for_all, preset(lab, "blur"), kind="depthwise", as_="kernels")
        first, other = (
            lab.run(
                channels_last,
                lab.run(
                    convolve_layer,
                    lab.run(read, part.rgb, as_=f"{name}_channels"),
                    blur,
                    padding=1,
                    groups=3,
                    as_=f"{name}_maps",
                ),
                as_=name,
            )
            for read, name in ((channels_first, "right"), (read_as_channels, "wrong"))
        )
        return first, other
    kernel = preset(lab, "sobel")
    right = lab.run(cross_correlate, part.gray, kernel, **EDGE, as_="right")
    if fault == "turned":
        kernel = lab.run(turned, kernel, as_="laid")
    border = "constant" if fault == "border" else "edge"
    how = EDGE | {"border": border}
    return right, lab.run(cross_correlate, part.gray, kernel, **how, as_="wrong")


def compared_panes(right: Node, wrong: Node, title: str) -> list[Picture]:
    """Both beside each other, on one scale and under one cursor."""
    reach = max(largest(right), largest(wrong))
    titled = ((right, _("Right")), (wrong, title))
    if right.value.ndim == 3:
        return [Picture(node, name, name, RGB, 0, 255, group="both") for node, name in titled]
    return [signed_pane(node, name, name, "both", reach=reach) for node, name in titled]


def fault_view(part: Given, fault: str, title: str, caption: str) -> None:
    """The right result and the wrong one, and how far they differ."""
    right, wrong = right_and_wrong(part, fault)
    off = part.lab.run(largest_difference, right, wrong, as_="off")
    said = _("Largest difference: {off}.", off=short(off.value))
    panes = compared_panes(right, wrong, title)
    show.pictures("breaks", panes, drawn=[off], caption=f"{caption} {said}")
