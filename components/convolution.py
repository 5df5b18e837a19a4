"""What the steps on convolution share: the part of the picture, kernels, panes, cells of numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import scales, show
from components.cells import Cell, grid
from components.i18n import _
from components.numbers import plain
from components.show import Picture
from components.state import choice
from components.stepper import stepper
from components.viewer import Outline
from engine.image.color import rgb_to_gray
from engine.image.matrix import strongest_step, window
from engine.image.resize import fit_within
from engine.lab import Lab, Node
from engine.training.convolve import (
    KERNELS,
    SUMS,
    kernel_of,
    strongest_cell,
)

#: The longer side of the copy that is worked on, and the side of the part whose numbers are shown.
SMALL, PATCH = 96, 12
CHOSEN = "#D55E00"
LARGEST_NUMBER = 999.0
#: A border that makes no edge of its own.
EDGE = {"padding": 1, "border": "edge"}


def kernel_names() -> dict[str, str]:
    """The kernels that can be chosen."""
    return {
        "sobel": _("Edges across"),
        "down": _("Edges down"),
        "blur": _("Blur"),
        "sharpen": _("Sharpen"),
        "laplace": _("Laplace"),
        "identity": _("Identity"),
        "blur5": _("Blur 5 × 5"),
        "log5": _("Spots 5 × 5"),
    }


@dataclass(frozen=True)
class Given:
    """The learner's picture, small and gray, and the part of it whose numbers are shown."""

    lab: Lab
    rgb: Node
    gray: Node
    patch: Node
    top: int
    left: int
    size: tuple[int, int]  # rows and columns of the part


def given(lab: Lab, pixels: Node, view: str = "") -> Given:
    """Reduce the picture and cut a part out: about the pin in `view`, else about a strong edge."""
    rgb = lab.run(fit_within, pixels, side=SMALL, as_="small")
    gray = lab.run(rgb_to_gray, rgb, as_="gray")
    height, width = gray.value.shape
    row, column = lab.run(strongest_step, gray, as_="edge").value
    if view and (at := show.pinned(view, "picture", gray)):
        column, row = at
    top, left = (
        min(max(place - PATCH // 2, 0), max(length - PATCH, 0))
        for place, length in ((row, height), (column, width))
    )
    patch = lab.run(window, gray, row=top, column=left, size=PATCH, as_="part")
    return Given(lab, rgb, gray, patch, top, left, patch.value.shape)


def box(top: float, left: float, height: float, width: float, colour: str = CHOSEN) -> Outline:
    """A rectangle over a picture."""
    right, bottom = left + width, top + height
    return Outline((left, top, right, top, right, bottom, left, bottom), colour=colour)


def ask_kernel(lab: Lab, *, key: str) -> Node:
    """Ask for a kernel by its name, and let its numbers be changed; changed ones stand in the URL."""
    name = choice(_("Kernel"), kernel_names(), key=key, look="menu")
    base, divisor, param = KERNELS[name], SUMS.get(name, 1.0), f"{key}_numbers"
    # A link is read once, for the kernel that it names.
    of, linked = st.session_state.setdefault(f"_{param}", (name, _linked(param, len(base))))
    start = linked if linked and of == name else base
    label = _("Its numbers") + (f" (/ {divisor:g})" if divisor != 1 else "")
    with st.popover(label, icon=":material/edit:"):
        st.caption(_("Change any number."))
        number = st.column_config.NumberColumn(
            min_value=-LARGEST_NUMBER, max_value=LARGEST_NUMBER, width="small"
        )
        columns = {str(n + 1): [float(row[n]) for row in start] for n in range(len(base))}
        edited = st.data_editor(
            columns,
            hide_index=True,
            column_config=dict.fromkeys(columns, number),
            key=f"{param}_{name}",
        )
    rows = tuple(
        tuple(float(edited[column][n] or 0) for column in columns) for n in range(len(base))
    )
    if rows != tuple(tuple(float(n) for n in row) for row in base):
        st.query_params[param] = ",".join(f"{n:g}" for row in rows for n in row)
    elif param in st.query_params:
        del st.query_params[param]
    return lab.run(kernel_of, rows=rows, divisor=divisor, as_="kernel")


def _linked(param: str, side: int) -> tuple[tuple[float, ...], ...] | None:
    """The numbers of a kernel that a link names, if they are as many as they should be."""
    try:
        numbers = [float(part) for part in st.query_params.get(param, "")[:400].split(",")]
    except ValueError:
        return None
    if len(numbers) != side * side or not all(
        math.isfinite(n) and abs(n) <= LARGEST_NUMBER for n in numbers
    ):
        return None
    return tuple(tuple(numbers[n : n + side]) for n in range(0, side * side, side))


def preset(lab: Lab, name: str) -> Node:
    """A kernel by its name."""
    rows = tuple(tuple(float(n) for n in row) for row in KERNELS[name])
    return lab.run(kernel_of, rows=rows, divisor=SUMS.get(name, 1.0), as_=f"kernel_{name}")


def largest(node: Node) -> float:
    """How far the numbers of a node reach from 0, and never quite 0."""
    return max(abs(float(node.value.min())), abs(float(node.value.max())), 1e-9)


def gray_pane(node: Node, title: str, alt: str, group: str, *outlines: Outline) -> Picture:
    """A picture of gray levels, 0 to 255."""
    return Picture(node, title, alt, (), 0, 255, "gray", group, lossy=False, outlines=outlines)


def reduced_pane(part: Given) -> Picture:
    """The reduced picture with a frame around the part whose numbers are shown."""
    frame = box(part.top, part.left, *part.size)
    title, alt = _("Your picture, reduced"), _("The picture in gray")
    return gray_pane(part.gray, title, alt, "picture", frame)


def signed_pane(
    node: Node, title: str, alt: str, group: str, *outlines: Outline, reach: float = 0.0
) -> Picture:
    """A map whose numbers lie on both sides of 0, to `reach` or as far as they go."""
    reach = reach or largest(node)
    return Picture(
        node, title, alt, (), -reach, reach, "signed", group, lossy=False, outlines=outlines
    )


def map_pane(
    node: Node, title: str, alt: str, group: str, *outlines: Outline, most: float = 0.0
) -> Picture:
    """A map of numbers from 0 on."""
    return Picture(
        node,
        title,
        alt,
        (),
        0,
        most or largest(node),
        "viridis",
        group,
        lossy=False,
        outlines=outlines,
    )


def ask_cell(
    lab: Lab, node: Node, label: str, view: str, group: str, *, key: str
) -> tuple[int, int]:
    """Ask for a cell of a map: row and column, at first the strongest one.

    A click on the panes of `group` in `view` goes to the cell that was clicked.
    """
    height, width = node.value.shape
    start = lab.run(strongest_cell, node, as_="strongest").value + 1
    at, kept = show.pinned(view, group, node), f"_cell_{view}"
    if at != st.session_state.get(kept):
        st.session_state[kept] = at
        if at is not None and at[0] < width and at[1] < height:
            st.session_state[key] = at[1] * width + at[0] + 1
    cell = stepper(label, 1, height * width, start, key=key) - 1
    return divmod(cell, width)


def short(number: float) -> str:
    """A number in few digits."""
    return f"{number:.4g}" if abs(number) >= 1e-3 or number == 0 else plain(number, 2)


def numbers(matrix: Any, *, label: str, scale: str, reach: tuple[float, float]) -> str:
    """A matrix as a grid on coloured cells."""
    rows = [
        [Cell(short(n), scales.colour(scale, n, *reach)) for n in line] for line in matrix.tolist()
    ]
    return grid(rows, label=label)


def beside(parts: Sequence[tuple[str, str]]) -> str:
    """Grids beside each other, each under its title; a narrow screen puts them below each other."""
    shown = "".join(f"<div><p><b>{title}</b></p>{body}</div>" for title, body in parts)
    return f'<div style="display:flex;flex-wrap:wrap;gap:1rem 2rem">{shown}</div>'
