"""Max and mean pooling of a map of edges, and the window of one pooled number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components import convolution as shown
from components import scales, show
from components.cells import Cell, grid
from components.convolution import CHOSEN, Given, short
from components.i18n import _
from engine.lab import Lab, Node
from engine.training.convolve import cross_correlate
from engine.training.pooling import pooled_window, relu


def pool_grid(numbers_: Any, greatest: float) -> str:
    """The numbers of a window, the greatest of them marked."""
    rows = [
        [
            Cell(
                short(n),
                scales.colour("viridis", n, 0, max(greatest, 1e-9)),
                edge=CHOSEN if n == greatest else "",
            )
            for n in line
        ]
        for line in numbers_.tolist()
    ]
    return grid(rows, label=_("The window"))


def edges_of(part: Given) -> Node:
    """The edges of the part, those that get brighter to the right."""
    sobel = shown.preset(part.lab, "sobel")
    edges = part.lab.run(cross_correlate, part.patch, sobel, padding=1, as_="edges")
    return part.lab.run(relu, edges, as_="edge_map")


def pooled_view(
    part: Given,
    maps: Node,
    pooled: tuple[Node, Node],
    size: Mapping[str, int],
    at: tuple[int, int],
    caption: str,
) -> None:
    """The map, and its greatest and mean numbers, with frames around the pooled number `at`.

    `size` : side and stride of the window.
    """
    (row, column), (most, mean) = at, pooled
    stride, side = size["stride"], size["side"]
    window = shown.box(row * stride, column * stride, side, side)
    mark, top = shown.box(row, column, 1, 1), shown.largest(maps)
    titles = (
        (most, _("Max pooling"), _("Greatest of each window")),
        (mean, _("Mean pooling"), _("Mean of each window")),
    )
    show.pictures(
        "pool",
        [
            shown.reduced_pane(part),
            shown.map_pane(maps, _("Edges of the part"), _("Brighter to the right"), "map", window),
            *(
                shown.map_pane(node, title, alt, "pooled", mark, most=top)
                for node, title, alt in titles
            ),
        ],
        caption=caption,
        height=340,
    )


def window_view(
    lab: Lab,
    maps: Node,
    pooled: tuple[Node, Node],
    size: Mapping[str, int],
    at: tuple[int, int],
) -> None:
    """The numbers in the window of the pooled number `at`."""
    (row, column), (most, mean) = at, pooled
    under = lab.run(pooled_window, maps, **size, row=row, column=column, as_="pooled_part")
    greatest, average = float(most.value[row, column]), float(mean.value[row, column])
    show.html(
        "window",
        pool_grid(under.value, greatest),
        [under, most, mean],
        caption=_(
            "The numbers in the window: the greatest is {max}, their mean {mean}.",
            max=short(greatest),
            mean=short(average),
        ),
    )
