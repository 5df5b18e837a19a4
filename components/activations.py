"""What the lesson on activations draws: functions and slopes, chains of units, gradients by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components import charts, jobs, scales
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _
from components.numbers import plain, raised
from components.several import Kind
from engine.lab import Lab, Node
from engine.models.for_training import DEAD_UNITS_RUN, MNIST_5K
from engine.training.deadunits import SCENES, deaths, deaths_steps
from engine.training.loop import stack_rows
from engine.training.recorded import recorded

#: Smaller than this, a gradient is drawn at the lower end of the chart.
LEAST = 1e-12
#: The root of 2: with it, ReLU hands on numbers as large as came in.
HE = 1.414


def names() -> dict[str, str]:
    """The activations by name."""
    return {
        "sigmoid": _("sigmoid"),
        "tanh": "tanh",
        "relu": "ReLU",
        "leaky": _("leaky ReLU"),
        "gelu": "GELU",
        "gelu tanh": _("GELU by tanh"),
    }


def options() -> dict[str, str]:
    """The same for a choice, whose names stand in the address."""
    return {name.replace(" ", "-"): label for name, label in names().items()}


def function_chart(x: Any, values: Any, slopes: Any, place: float) -> charts.Figure:
    """A function and its derivative, with a line at one number."""
    figure = charts.lines(
        {_("value"): (x, values), _("derivative"): (x, slopes)},
        x=_("sum that comes into the unit"),
        y=_("value, derivative"),
        colours=COLOURS,
        height=360,
    )
    figure["data"][1]["line"]["dash"] = "dash"
    figure["layout"]["yaxis"]["hoverformat"] = figure["layout"]["xaxis"]["hoverformat"] = ".3f"
    return charts.verticals(figure, [(place, _("sum {x}", x=f"{place:g}"))])


def chain_grid(rows: Sequence[Sequence[float]]) -> str:
    """A row for each unit: sum, output, its factor, the product of all factors so far."""
    # A factor of 1, which hands the gradient on as it is, has the full colour; a small one is pale.
    most = max([1.0, *(abs(row[2]) for row in rows)])
    cells = [
        [
            Cell(f"{z:.3f}"),
            Cell(f"{h:.3f}"),
            Cell(f"{factor:.3f}", scales.colour("signed", factor, -most, most)),
            Cell(short(product)),
        ]
        for z, h, factor, product in rows
    ]
    heads = [_("sum"), _("output"), _("weight × derivative"), _("product so far")]
    return grid(
        cells,
        label=_("The chain"),
        row_heads=[str(n + 1) for n in range(len(rows))],
        column_heads=heads,
    )


def short(product: float) -> str:
    """A product that may be very small: 0.0123 or 2.8 · 10⁻⁷."""
    written = plain(product, 3)
    return written if abs(product) >= 1e-4 or not product else raised(f"{product:.1e}")


def layers_chart(curves: Mapping[str, Any], *, skip: int = 0) -> charts.Figure:
    """The gradient behind each layer, for each activation, on a logarithmic axis.

    skip : how many activations are left out at the beginning; the others keep their looks.
    """
    series = {
        name: (
            list(range(1, len(values) + 1)),
            [max(value, LEAST) for value in values.tolist()],
        )
        for name, values in curves.items()
    }
    figure = charts.lines(
        series,
        x=_("layer, the first at the left"),
        y=_("gradient ÷ that of the last layer"),
        colours=COLOURS[skip:],
        log_y=True,
        height=360,
    )
    figure["layout"]["yaxis"]["hoverformat"] = ".2e"
    styles = ("solid", "dot", "dash", "dashdot", "longdash", "longdashdot")
    for trace, dash in zip(figure["data"], styles[skip:], strict=False):
        trace["line"]["dash"] = dash
    return figure


def whole(bias: float) -> str:
    """A bias with a proper minus sign."""
    return f"{bias:g}".replace("-", "−")


def scene_names() -> dict[str, str]:
    """What may go wrong in a training; the numbers are those of `SCENES`."""
    fields = {n: {"rate": f"{rate:g}", "bias": whole(bias)} for n, (rate, bias) in SCENES.items()}
    return {
        "bias": _("First bias {bias}", **fields["bias"]),
        "step": _("Learning rate {rate}, too large", **fields["step"]),
        "fine": _("Learning rate {rate}, first bias 0", **fields["fine"]),
    }


def of_record(lab: Lab, scene: str, kind: str) -> Node:
    """The recorded runs of a scene with one activation: (seeds, epochs, 4)."""
    record = lab.weights(DEAD_UNITS_RUN, as_="record")
    return lab.run(recorded, record, name=f"{scene}/{kind}", as_=f"{kind}_recorded")


def compared(lab: Lab, scene: str, *, epochs: int, seed: int) -> dict[str, Kind]:
    """The three activations in one scene: live runs with one seed, and recorded ones."""
    path = lab.weights(MNIST_5K, as_="digits_file")
    rate, bias = SCENES[scene]
    found = {}
    for kind in ("relu", "leaky", "gelu"):
        how = {"kind": kind, "rate": rate, "bias": bias, "epochs": epochs, "seed": seed}
        node = lab.run(deaths, path, as_=f"{kind}_run", **how)
        title = names()[kind]
        run = jobs.Run(
            node, deaths_steps, range(epochs + 1), title, collect=stack_rows, resumable=True
        )
        found[kind] = Kind(title, run, of_record(lab, scene, kind))
    return found
