"""Paths by small batches: three of them from above, and where they end by chance."""

from __future__ import annotations

from typing import Any

from components import numbers, show
from components.i18n import _
from components.optimizers import SCALED, STARTS, STEPS, THREE, height_map, lowest, names, paths
from components.optimizers_map import from_above
from engine.lab import Lab, Node
from engine.training.surface import spread_of_ends

#: Rates of plain descent and of Adam, for each source of noise.
RATES = {"line": (2e-4, 0.1), "bowl": (0.05, 0.1)}


def noise_view(lab: Lab, rows: Node, surface: str, seed: int, caption: str, **how: Any) -> None:
    """The paths of three optimisers from above; `how` : the batch or the noise."""
    same = {"surface": surface, "start": STARTS[surface], "steps": STEPS}
    nodes = paths(lab, rows, THREE, rates=RATES[surface], seed=seed, **same, **how)
    z = height_map(lab, rows, surface)
    low, _floor = lowest(lab, rows, surface)
    show.chart(
        "noise",
        lambda z, *found: from_above(
            z, dict(zip(THREE, found, strict=True)), surface, upto=STEPS, low=low
        ),
        [z, *nodes.values()],
        caption=caption,
        alt=_("The surface from above with the paths"),
    )


def ends_sentence(lab: Lab, rows: Node, surface: str, **how: Any) -> str:
    """How high above the lowest point each optimiser ends, over many seeds."""
    same = {"surface": surface, "start": STARTS[surface], "steps": STEPS}
    _low, floor = lowest(lab, rows, surface)
    lines = []
    for method in THREE:
        rate = RATES[surface][method in SCALED]
        spread = lab.run(
            spread_of_ends, rows, method=method, rate=rate, as_=f"{method}_spread", **same, **how
        )
        least, middle, most = (max(end - floor, 0.0) for end in spread.value)
        lines.append(
            _(
                "{name}, rate {rate}: {middle} ({least} to {most})",
                name=names()[method],
                rate=f"{rate:g}",
                middle=numbers.plain(middle, 2),
                least=numbers.plain(least, 2),
                most=numbers.plain(most, 2),
            )
        )
    return _(
        "**Height above the lowest point after {steps} steps, middle of 20 seeds (least to "
        "greatest):** ",
        steps=STEPS,
    ) + "; ".join(lines)
