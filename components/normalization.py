"""What the lesson on dropout and normalisation draws: layers with masks, tables by steps, curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import charts, jobs, scales
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _
from components.several import Kind
from engine.lab import Lab, Node
from engine.models.for_training import MNIST_5K, REGULAR_RUN
from engine.training.digits import digits
from engine.training.loop import stack_rows
from engine.training.normalize import digit_features
from engine.training.recorded import recorded
from engine.training.regular import KINDS, regular, regular_steps

#: Digits of the table that is normalised by hand, and those that batches are drawn from.
EXAMPLES, MANY = 6, 1000
STRUCK = "#D55E00"


def kind_names() -> dict[str, str]:
    """What is compared."""
    return {
        "none": _("none of them"),
        "dropout": _("dropout"),
        "batch": _("batch norm"),
        "layer": _("layer norm"),
    }


def feature_names() -> list[str]:
    """The columns of the table of digits."""
    return [
        _("mean gray"),
        _("pixels with ink"),
        _("columns with ink"),
        _("centre, row"),
        _("centre, column"),
    ]


def table_of(lab: Lab, count: int) -> Node:
    """The first digits of the set, five numbers about each."""
    path = lab.weights(MNIST_5K, as_="digits_file")
    pictures = lab.run(digits, path, start=0, count=count, as_="pictures")
    return lab.run(digit_features, pictures, as_=f"table_{count}")


# ------------------------------------------------------------------------------- dropout


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
        y=_("distance, of the layer's length"),
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


# ------------------------------------------------------------------------- normalisation


def table_grid(
    table: Any, *, label: str, mark: str = "", extra: tuple[str, Any] | None = None
) -> str:
    """A table of digits; `mark` : the axis that is averaged, "batch" (columns) or "layer" (rows).

    `extra` : the name and the numbers that are taken along that axis, put at the end of it.
    """
    rows = []
    for line in table.tolist():
        rows.append([Cell(_number(n)) for n in line])
    heads, names = feature_names(), [_("digit {number}", number=n + 1) for n in range(len(rows))]
    if extra is not None:
        title, values = extra
        cells = [Cell(_number(n), scales.colour("viridis", 1.0, 0, 1)) for n in values.ravel()]
        if mark == "batch":
            rows.append(cells)
            names.append(title)
        else:
            rows = [[*row, cell] for row, cell in zip(rows, cells, strict=True)]
            heads.append(title)
    return grid(rows, label=label, row_heads=names, column_heads=heads)


def _number(number: float) -> str:
    return f"{number:.2f}"


def signed_grid(table: Any, *, label: str) -> str:
    """A normalised table, blue below 0 and red above."""
    reach = max(float(abs(table).max()), 1e-9)
    rows = [
        [Cell(f"{n:+.2f}", scales.colour("signed", n, -reach, reach)) for n in line]
        for line in table.tolist()
    ]
    names = [_("digit {number}", number=n + 1) for n in range(len(rows))]
    return grid(rows, label=label, row_heads=names, column_heads=feature_names())


def running_chart(statistics: Any, column: int, truth: tuple[float, float]) -> charts.Figure:
    """The running mean and deviation of one feature over the batches; dashed those of all digits."""
    batches = list(range(len(statistics)))
    mean, deviation = statistics[:, 0, column], statistics[:, 1, column] ** 0.5
    series = {
        _("running mean"): (batches, mean),
        _("running standard deviation"): (batches, deviation),
        _("mean of all"): (batches, [truth[0]] * len(batches)),
        _("standard deviation of all"): (batches, [truth[1]] * len(batches)),
    }
    colours = (*COLOURS[:2], *COLOURS[:2])
    figure = charts.lines(
        series, x=_("batches seen"), y=feature_names()[column], colours=colours, height=320
    )
    for trace in figure["data"][2:]:
        trace["line"]["dash"] = "dash"
    figure["layout"]["yaxis"]["hoverformat"] = ".2f"
    return figure


def sizes_chart(by_batch: Any, by_layer: Any) -> charts.Figure:
    """One normalised number over the size of the batch."""
    sizes = list(range(1, len(by_batch) + 1))
    names = kind_names()
    series = {names["batch"]: (sizes, by_batch), names["layer"]: (sizes, by_layer)}
    figure = charts.lines(
        series,
        x=_("digits in the batch"),
        y=_("mean gray of digit 1, normalised"),
        colours=COLOURS,
        height=320,
    )
    figure["data"][1]["line"]["dash"] = "dash"
    figure["layout"]["yaxis"]["hoverformat"] = ".2f"
    return figure


# ------------------------------------------------------------------------------ training


def of_record(lab: Lab, rate: float, kind: str) -> Node:
    """The recorded runs with one step and one kind: (seeds, epochs, 4)."""
    record = lab.weights(REGULAR_RUN, as_="record")
    return lab.run(recorded, record, name=f"{rate}/{kind}", as_=f"{kind}_recorded")


def compared(lab: Lab, *, rate: float, drop: float, epochs: int, seed: int) -> dict[str, Kind]:
    """The four kinds with one step: live runs with one seed, and recorded ones."""
    path = lab.weights(MNIST_5K, as_="digits_file")
    found = {}
    for kind in KINDS:
        how = {"kind": kind, "rate": rate, "drop": drop, "epochs": epochs, "seed": seed}
        node = lab.run(regular, path, as_=f"{kind}_run", **how)
        title = kind_names()[kind]
        run = jobs.Run(
            node, regular_steps, range(epochs + 1), title, collect=stack_rows, resumable=True
        )
        found[kind] = Kind(title, run, of_record(lab, rate, kind))
    return found
