"""A kernel over a part of the picture: the result, and one cell of it with its arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import convolution as shown
from components import show
from components.convolution import Given, beside, numbers, short
from components.i18n import _
from engine.lab import Node
from engine.training.convolve import (
    padded,
    products,
    total,
    window_under,
)


def cell_grids(under: Any, kernel: Any, parts: Any, sum_: float) -> str:
    """The numbers under the kernel, the kernel, their products and what these add up to."""
    reach = max(float(abs(kernel).max()), 1e-9)
    most = max(float(abs(parts).max()), 1e-9)
    return beside(
        [
            (
                _("Pixels in the window"),
                numbers(under, label=_("Pixels"), scale="gray", reach=(0, 255)),
            ),
            (
                _("× kernel"),
                numbers(kernel, label=_("Kernel"), scale="signed", reach=(-reach, reach)),
            ),
            (
                _("= products; sum {sum}", sum=short(sum_)),
                numbers(parts, label=_("Products"), scale="signed", reach=(-most, most)),
            ),
        ]
    )


def result_view(
    part: Given, result: Node, how: Mapping[str, int], side: int, at: tuple[int, int], caption: str
) -> None:
    """The part and the result, with a frame around the cell `at` and around what it is made of.

    `how` : stride, padding and dilation. `side` : of the kernel.
    """
    row, column = at
    height, width = result.value.shape
    frame = part.lab.run(padded, part.patch, padding=how["padding"], as_="padded_part")
    reach = how["dilation"] * (side - 1) + 1
    window = shown.box(row * how["stride"], column * how["stride"], reach, reach)
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
        caption=caption,
    )


def cell_view(
    part: Given, laid: Node, how: Mapping[str, int], at: tuple[int, int], caption: str
) -> None:
    """The arithmetic of the cell `at`: pixels times kernel, and their sum."""
    lab, (row, column) = part.lab, at
    side = len(laid.value)
    under = lab.run(window_under, part.patch, side=side, row=row, column=column, **how, as_="under")
    parts = lab.run(products, under, laid, as_="parts")
    value = lab.run(total, parts, as_="value")
    body = cell_grids(under.value, laid.value, parts.value, value.value)
    caption = caption.format(row=row + 1, column=column + 1)
    show.html("cell", body, [under, laid, parts, value], caption=caption)


def tell_width(part: Given, result: Node, how: Mapping[str, int], side: int) -> None:
    """Say how the width of the result follows from the sizes."""
    rule = _("(width + 2 · padding − dilation · (kernel − 1) − 1) / stride + 1")
    size = "({length} + 2 · {padding} − {dilation} · ({side} − 1) − 1) / {stride} + 1 = {count}"
    size = size.format(length=part.size[1], side=side, count=result.value.shape[1], **how)
    st.markdown(_("**Width of the result,** rounded down: {rule} = {size}", rule=rule, size=size))
