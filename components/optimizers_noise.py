"""Paths by small batches: three of them from above, and where they end by chance."""

from __future__ import annotations

from typing import Any

from components import numbers, show
from components.cells import Cell, grid
from components.i18n import _
from components.optimizers import SCALED, STARTS, THREE, height_map, lowest, names, paths
from components.optimizers_map import from_above
from engine.lab import Lab, Node
from engine.training.surface import spread_of_ends

#: Rates of plain descent and of Adam, for each source of noise.
RATES = {"line": (2e-4, 0.1), "bowl": (0.05, 0.1)}
#: On the visits, where all of a path can be seen.
BEGIN = STARTS | {"line": (-6.0, 0.4)}
STEPS = 300


def noise_view(lab: Lab, rows: Node, surface: str, seed: int, caption: str, **how: Any) -> None:
    """The paths of three optimisers from above; `how` : the batch or the noise."""
    same = {"surface": surface, "start": BEGIN[surface], "steps": STEPS}
    nodes = paths(lab, rows, THREE, rates=RATES[surface], seed=seed, **same, **how)
    z = height_map(lab, rows, surface)
    low, _floor = lowest(lab, rows, surface)
    wide_first = ("momentum", "sgd", "adam")  # plain descent would lie hidden under momentum
    show.chart(
        "noise",
        lambda z, *found: from_above(
            z, dict(zip(wide_first, found, strict=True)), surface, upto=STEPS, low=low
        ),
        [z, *(nodes[method] for method in wide_first)],
        caption=caption.format(steps=STEPS),
        alt=_("The surface from above with the paths"),
    )


def ends_view(lab: Lab, rows: Node, surface: str, caption: str, **how: Any) -> None:
    """How high above the lowest point each optimiser ends, over 20 seeds."""
    same = {"surface": surface, "start": BEGIN[surface], "steps": STEPS}
    _low, floor = lowest(lab, rows, surface)
    cells, nodes = [], []
    for method in THREE:
        rate = RATES[surface][method in SCALED]
        spread = lab.run(
            spread_of_ends, rows, method=method, rate=rate, as_=f"{method}_spread", **same, **how
        )
        least, middle, most = (numbers.plain(max(end - floor, 0.0), 2) for end in spread.value)
        cells.append([Cell(f"{rate:g}"), Cell(middle), Cell(least), Cell(most)])
        nodes.append(spread)
    body = grid(
        cells,
        label=_("Height above the lowest point"),
        row_heads=[names()[method] for method in THREE],
        column_heads=[
            _("learning rate"),
            _("middle of 20"),
            _("least of them"),
            _("greatest of them"),
        ],
    )
    show.html("noise_ends", body, nodes, caption=caption.format(steps=STEPS))
