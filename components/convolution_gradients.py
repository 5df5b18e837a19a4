"""Gradients through a convolution: of the picture, and of the kernel with two checks."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components import show
from components.convolution import Given, largest, numbers, signed_pane
from components.i18n import _
from components.numbers import plain
from components.show import Picture
from engine.image.ranges import to_unit
from engine.lab import Lab, Node
from engine.training.convolve import (
    cross_correlate,
    first_of,
    half_of_squares,
    image_gradient,
    kernel_gradient,
    largest_difference,
    nudged,
    second_of,
    torch_gradients,
)

#: By how much a weight is changed to check its gradient.
NUDGE = 1e-3


def kernel_gradients(
    lab: Lab, image: Node, kernel: Node, found: tuple[Node, Node, Node], caption: str
) -> None:
    """The gradient of the kernel, checked by a small change of one weight and by PyTorch's autograd.

    `found` : the result, and the gradients of kernel and picture.
    """
    result, of_kernel, of_image = found
    theirs = lab.run(torch_gradients, image, kernel, as_="theirs")
    differences = [
        lab.run(largest_difference, ours, lab.run(which, theirs, as_=name), as_=f"off_{name}")
        for ours, which, name in (
            (of_kernel, first_of, "torch_kernel"),
            (of_image, second_of, "torch_pixels"),
        )
    ]
    loss = lab.run(half_of_squares, result, as_="loss")
    other = lab.run(nudged, kernel, row=0, column=0, by=NUDGE, as_="other_kernel")
    other = lab.run(cross_correlate, image, other, as_="other_result")
    after = lab.run(half_of_squares, other, as_="other_loss")
    reach, label = largest(of_kernel), _("Gradient of the kernel")
    st.markdown(f"**{label}**")
    show.html(
        "kernel_gradient",
        numbers(of_kernel.value, label=label, scale="signed", reach=(-reach, reach)),
        [of_kernel, *differences, loss, after],
        caption=caption.format(
            by=f"{NUDGE:g}",
            before=f"{loss.value:.6f}",
            after=f"{after.value:.6f}",
            slope=f"{(after.value - loss.value) / NUDGE:.3f}",
            gradient=f"{of_kernel.value[0, 0]:.3f}",
            off=plain(max(node.value for node in differences)),
        ),
    )


def gradients_view(part: Given, kernel: Node, text: Mapping[str, str]) -> None:
    """The part, the result and the gradient of each pixel; under them that of the kernel."""
    lab = part.lab
    unit = lab.run(to_unit, part.patch, as_="unit")
    result = lab.run(cross_correlate, unit, kernel, as_="result")
    side, (height, width) = len(kernel.value), part.size
    of_kernel = lab.run(kernel_gradient, unit, result, side=side, as_="of_kernel")
    of_image = lab.run(image_gradient, result, kernel, height=height, width=width, as_="of_pixels")
    show.pictures(
        "gradients",
        [
            Picture(unit, _("The part, 0 to 1"), _("Its pixels"), (), 0, 1, group="in"),
            signed_pane(result, _("Result, here also its gradient"), _("The result"), "out"),
            signed_pane(of_image, _("Gradient of each pixel"), _("The gradient"), "in"),
        ],
        caption=text["gradients_caption"],
        height=320,
    )
    kernel_gradients(
        lab, unit, kernel, (result, of_kernel, of_image), text["kernel_gradient_caption"]
    )
