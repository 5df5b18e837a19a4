"""The gradients of a small network in few bits: their sizes, what is lost by scale, loss scaling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import charts, show
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _
from components.scales import colour
from engine.lab import Lab, Node
from engine.models.for_training import MNIST_5K
from engine.training.digits import digit_labels, digits
from engine.training.lossscale import (
    dynamic_scale,
    exponent_counts,
    gradients_of,
    largest_of,
    least_lost,
    lost,
    lost_by_scale,
    small_training,
)
from engine.training.precision import least_power

TRAINED_ON = 1000  # digits


def trained(lab: Lab, epochs: int) -> Node:
    """A small network after some epochs."""
    path = lab.weights(MNIST_5K, as_="set_file")
    pictures = lab.run(digits, path, start=0, count=TRAINED_ON, as_="pictures")
    labels = lab.run(digit_labels, path, start=0, count=TRAINED_ON, as_="labels")
    return lab.run(small_training, pictures, labels, seed=0, epochs=epochs, as_="trained")


def size_view(lab: Lab, run: Node, form: str, power: int, caption: str) -> None:
    """How many gradients there are of each size, where `form` ends, and how many it loses."""
    found = lab.run(gradients_of, run, as_="gradients")
    zero, beyond = lab.run(lost, found, form=form, scale=2.0**power, as_="lost").value
    limits = [(least_power(form) - 1.5 - power, _("become 0 ←"))]
    show.chart(
        "gradients",
        lambda counts: exponent_bars(counts, limits),
        [lab.run(exponent_counts, found, as_="counts")],
        caption=caption.format(
            digits=f"{TRAINED_ON:,}",
            count=f"{len(found.value):,}",
            right=f"{run.value[2]:.1%}",
        )
        + " "
        + _(
            "With this scale, {zero} of them become 0 in {form}, and {beyond} go beyond the range.",
            zero=f"{zero:.2%}",
            beyond=f"{beyond:.2%}",
            form=form,
        ),
        alt=_("How many gradients there are of each size"),
    )


def lost_view(lab: Lab, run: Node, form: str, power: int, caption: str) -> None:
    """The shares that are lost by scale, and the scale that loses fewest."""
    found = lab.run(gradients_of, run, as_="gradients")
    table = lab.run(lost_by_scale, found, form=form, as_="by_scale")
    best = lab.run(least_lost, table, as_="best")
    show.chart(
        "lost",
        lambda shares, _best: lost_lines(shares, power),
        [table, best],
        caption=caption
        + " "
        + _(
            "Fewest are lost at 2 to the power of {power}: {share}.",
            power=best.value[0],
            share=f"{best.value[1]:.2%}",
        ),
        alt=_("Shares that are lost, by scale"),
    )


def dynamic_view(lab: Lab, caption: str) -> None:
    """A scale that is halved when a step overflows and doubled after a while."""
    largest = lab.run(largest_of, trained(lab, 40), as_="largest")
    show.chart(
        "dynamic",
        scale_steps,
        [lab.run(dynamic_scale, largest, form="float16", as_="scales")],
        caption=caption,
        alt=_("The scale, step by step"),
    )


def scales_view(lab: Lab, found: Node, caption: str) -> None:
    """How many gradients float16 loses: without a scale, with one that fits, with too large a one."""
    powers = {0: "plain", 15: "scaled", 32: "beyond"}
    nodes = [
        lab.run(lost, found, form="float16", scale=2.0**power, as_=f"lost_{name}")
        for power, name in powers.items()
    ]
    body = grid(
        [
            [Cell(f"{share:.2%}", colour("viridis", share, 0, 1)) for share in n.value]
            for n in nodes
        ],
        label=_("Shares that are lost, by scale"),
        row_heads=[_("scale {scale}", scale=f"{2**power:,}") for power in powers],
        column_heads=[_("become 0"), _("beyond the range")],
    )
    show.html("trap_scales", body, nodes, caption=caption)


def exponent_bars(counts: Any, limits: Sequence[tuple[float, str]]) -> charts.Figure:
    """How many gradients lie at each power of two, with the limits of formats as lines."""
    powers, numbers = counts
    bars = {"type": "bar", "x": powers, "y": numbers, "marker": {"color": COLOURS[0]}, "name": ""}
    figure = charts.made([bars], x=_("Power of two of the gradient"), y=_("Count"), height=300)
    charts.verticals(figure, list(limits))
    return figure


def lost_lines(table: Any, at: float) -> charts.Figure:
    """Shares of the gradients that become 0 or go beyond the range, by the power of the scale."""
    figure = charts.lines(
        {
            _("become 0"): (table[0], table[1]),
            _("beyond the range"): (table[0], table[2]),
        },
        x=_("Scale: 2 to the power of"),
        y=_("Share of the gradients"),
        colours=COLOURS,
    )
    figure["layout"]["yaxis"]["tickformat"] = ".1%"
    charts.verticals(figure, [(at, "")])
    return figure


def scale_steps(table: Any) -> charts.Figure:
    """The scale of each step, and crosses where a step was skipped."""
    scales, skipped = table
    xs = list(range(1, len(scales) + 1))
    figure = charts.lines(
        {_("scale"): (xs, scales)},
        x=_("Step of the training"),
        y=_("Scale"),
        colours=COLOURS,
        log_y=True,
    )
    gone = [(x, scale) for x, scale, bad in zip(xs, scales, skipped, strict=True) if bad]
    figure["data"].append(
        {
            "type": "scatter",
            "x": [x for x, _scale in gone],
            "y": [scale for _x, scale in gone],
            "mode": "markers",
            "marker": {"symbol": "x", "size": 8, "color": COLOURS[1]},
            "name": _("skipped: it overflowed"),
        }
    )
    figure["layout"] |= charts.legend_above(2)
    return figure
