"""The end of a path by its learning rate, and the rate from which plain descent runs off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components import charts, numbers, show
from components.curves import COLOURS
from components.i18n import _
from components.optimizers import STARTS, THREE, limit_of, lowest, names
from engine.lab import Lab, Node
from engine.training.surface import METHODS, curvatures, ends_by_rate, even_rates


def rate_chart(
    rates: Sequence[float], found: Mapping[str, Any], limit: float, floor: float
) -> charts.Figure:
    """Where each optimiser ends, by its rate; an upright line where plain descent begins to run off."""
    titles = names()
    series = {
        titles[method]: (
            rates,
            [max(float(end) - floor, 1e-12) if end < 1e6 else None for end in ends],
        )
        for method, ends in found.items()
    }
    tints = [COLOURS[list(METHODS).index(method) % len(COLOURS)] for method in found]
    figure = charts.lines(
        series,
        x=_("learning rate"),
        y=_("height at the end"),
        colours=tints,
        log_x=True,
        log_y=True,
        height=380,
    )
    figure["layout"]["yaxis"]["hoverformat"] = ".2e"
    figure["layout"]["xaxis"] |= {"exponentformat": "power", "hoverformat": ".3g"}
    return charts.verticals(
        figure, [(limit, _("2 ÷ curvature = {limit}", limit=numbers.plain(limit, 2)))], log_x=True
    )


def rate_view(lab: Lab, rows: Node, surface: str, curvature: float, caption: str) -> Node:
    """Where three optimisers end, by rate; returns how much the surface bends at its lowest point."""
    rates = lab.run(even_rates, least=1e-4, as_="rates").value
    how = {"surface": surface, "curvature": curvature, "start": STARTS[surface]}
    nodes = [
        lab.run(ends_by_rate, rows, method=method, rates=rates, as_=f"{method}_ends", **how)
        for method in THREE
    ]
    (x, y), floor = lowest(lab, rows, surface, curvature)
    bends = lab.run(curvatures, rows, surface=surface, x=x, y=y, curvature=curvature, as_="bends")
    limit = limit_of(lab, rows, surface, curvature)
    show.chart(
        "rate",
        lambda *ends: rate_chart(rates, dict(zip(THREE, ends[:3], strict=True)), limit, floor),
        [*nodes, bends],
        caption=caption,
        alt=_("The height at the end by learning rate"),
    )
    return bends


def bends_sentence(bends: Node, limit: float) -> str:
    """How much a surface bends at its lowest point, and the rate that follows from it."""
    flat, steep = bends.value.tolist()
    return _(
        "**At the lowest point** the surface bends by {flat} in one direction and by {steep} "
        "in the other, {times} times as much. Plain descent runs off from a rate of 2 ÷ {steep} "
        "= **{limit}** on.",
        flat=numbers.plain(flat, 3),
        steep=numbers.plain(steep, 3),
        times=f"{steep / flat:,.0f}",
        limit=numbers.plain(limit, 3),
    )
