"""Dropout on a small layer: masks, the mean of many draws, and all networks that can be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import charts, scales, show
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _
from engine.lab import Lab, Node
from engine.training.dropout import (
    WEIGHTS,
    distance_from,
    drawn_mask,
    dropped,
    every_network,
    expected_distance,
    histogram_of_networks,
    mean_of_networks,
    means_of_draws,
    small_layer,
    weighted_sum,
)

DRAWS = 2000
STRUCK = "#D55E00"


def units_grid(rows: Sequence[tuple[str, Any]], most: float) -> str:
    """Numbers of the units, a row for each state of the layer; what was struck out is marked."""
    cells = [
        [
            Cell(f"{n:.2f}", scales.colour("viridis", n, 0, most), edge="" if n else STRUCK)
            for n in values.tolist()
        ]
        for _name, values in rows
    ]
    heads = [_("unit {number}", number=n + 1) for n in range(len(cells[0]))]
    return grid(
        cells,
        label=_("The layer"),
        row_heads=[name for name, _values in rows],
        column_heads=heads,
    )


def distance_chart(found: Any, expected: Any, unscaled: Any) -> charts.Figure:
    """How far the mean of the draws is from the layer, and what theory says."""
    draws = list(range(1, len(found) + 1))
    series = {
        _("measured"): (draws, found),
        _("expected"): (draws, expected),
        _("measured, not divided by 1 − p"): (draws, unscaled),
    }
    figure = charts.lines(
        series,
        x=_("masks drawn"),
        y=_("distance ÷ length of the layer"),
        colours=COLOURS,
        log_x=True,
        log_y=True,
        height=320,
    )
    for trace, dash in zip(figure["data"], ("solid", "dash", "dot"), strict=True):
        trace["line"]["dash"] = dash
    figure["layout"]["yaxis"]["hoverformat"] = ".3f"
    return figure


def networks_chart(middles: Any, shares: Any, marks: Sequence[tuple[float, str]]) -> charts.Figure:
    """The histogram of what all networks say."""
    figure = charts.histogram(
        {_("networks"): (middles, 100 * shares)},
        x=_("sum that the unit behind the layer gets"),
        y=_("% of the networks"),
        colours=COLOURS,
    )
    # Room above the bars for the names of the lines.
    figure["layout"]["yaxis"]["range"] = [0, 120 * float(max(shares))]
    return charts.verticals(figure, marks)


def mask_view(lab: Lab, layer: Node, p: float, seed: int, caption: str) -> None:
    """The layer, one mask, and what goes on while learning and when the network is used."""
    mask = lab.run(drawn_mask, layer, p=p, seed=seed, as_="mask")
    learning = lab.run(dropped, layer, mask, p=p, as_="learning")
    rows = [
        (_("the layer"), layer.value),
        (_("mask"), mask.value),
        (_("learning: × mask ÷ {rest}", rest=f"{1 - p:.1f}"), learning.value),
        (_("in use: unchanged"), layer.value),
    ]
    most = max(float(learning.value.max()), float(layer.value.max()))
    show.html("dropout", units_grid(rows, most), [layer, mask, learning], caption=caption)


def mean_view(lab: Lab, layer: Node, p: float, caption: str) -> None:
    """How far the mean of the draws is from the layer, with and without the division by 1 - p."""
    means = lab.run(means_of_draws, layer, p=p, draws=DRAWS, as_="means")
    bare = lab.run(means_of_draws, layer, p=p, draws=DRAWS, scaled=False, as_="bare_means")
    nodes = [
        lab.run(distance_from, layer, means, as_="distance"),
        lab.run(expected_distance, p=p, draws=DRAWS, as_="expected"),
        lab.run(distance_from, layer, bare, as_="bare_distance"),
    ]
    show.chart(
        "expectation",
        distance_chart,
        nodes,
        caption=caption,
        alt=_("The distance falls with the number of draws; without the division it does not"),
    )


def networks_view(lab: Lab, layer: Node, p: float, caption: str) -> None:
    """What each of the networks gives to the unit behind the layer, and their mean."""
    weights = lab.run(small_layer, values=WEIGHTS, as_="weights")
    networks = lab.run(every_network, layer, weights, p=p, as_="networks")
    bins = lab.run(histogram_of_networks, networks, as_="bins")
    whole = lab.run(weighted_sum, layer, weights, as_="whole")
    mean = lab.run(mean_of_networks, networks, as_="mean")
    show.chart(
        "ensemble",
        lambda found, all_, _mean: networks_chart(*found, [(all_, _("no dropout"))]),
        [bins, whole, mean],
        caption=caption.format(
            count=networks.value.shape[1],
            mean=f"{mean.value[0]:.6f}",
            whole=f"{whole.value:.6f}",
            spread=f"{mean.value[1]:.2f}",
        ),
        alt=_("What each of the networks gives, as a histogram"),
    )
