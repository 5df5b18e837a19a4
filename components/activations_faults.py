"""What breaks: no activation, many layers of sigmoid, weights too large; each beside ReLU."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import charts, show
from components.activations import HE, layers_chart
from components.i18n import _
from components.numbers import plain
from engine.lab import Lab
from engine.training.activation import axis, bend, gradient_left, layer_gradients, random_curve


def fault_names() -> dict[str, str]:
    """The mistakes to choose from."""
    return {
        "none": _("No activation"),
        "sigmoid": _("Sigmoid, 20 layers"),
        "large": _("Weights twice as large"),
    }


def curve_chart(x: Any, values: Any, colour: str, span: Sequence[float]) -> charts.Figure:
    """What a network of random weights makes of a number; `span` : the least and the greatest drawn."""
    axes = {"x": _("what goes in"), "y": _("what comes out")}
    figure = charts.lines({"": (x, values)}, colours=(colour,), **axes)
    room = 0.05 * (span[1] - span[0])
    figure["layout"]["yaxis"]["range"] = [span[0] - room, span[1] + room]
    return figure


def curve_view(lab: Lab, side: str, title: str, colour: str) -> None:
    """What a network makes of a number with ReLU ("right") or no activation ("wrong"), and its bend."""
    x = lab.run(axis, as_="x")
    both = {
        name: lab.run(random_curve, kind=kind, as_=f"{name}_curve")
        for name, kind in (("right", "relu"), ("wrong", "none"))
    }
    made = both[side]
    span = [f(float(f(node.value)) for node in both.values()) for f in (min, max)]  # one axis
    off = lab.run(bend, made, as_=f"{side}_bend")
    show.chart(
        f"breaks_{side}",
        lambda x, y, _off: curve_chart(x, y, colour, span),
        [x, made, off],
        caption=_(
            "Farthest from the straight line that fits it best: {off} of its height.",
            off=f"{off.value:.0%}",
        ),
        alt=title,
    )


def layers_view(lab: Lab, side: str, title: str, fault: str) -> None:
    """The gradient by layer: as it should be, or with a fault."""
    kind = "sigmoid" if fault == "sigmoid" else "relu"
    gain = 2 * HE if fault == "large" else HE
    node = lab.run(layer_gradients, kind=kind, gain=gain, as_=f"{side}_gradients")
    left = lab.run(gradient_left, node, as_=f"{side}_left")
    show.chart(
        f"breaks_{side}",
        lambda found, _left: layers_chart({title: found}),
        [node, left],
        caption=_("At the first layer: {left} of the last.", left=plain(left.value, 2)),
        alt=title,
    )
