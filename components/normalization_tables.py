"""Digits as a table of five numbers each: normalised step by step, in batches of every size, running."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components import charts, scales, show
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _
from components.normalization import kind_names
from engine.lab import Lab, Node
from engine.models.for_training import MNIST_5K
from engine.training.digits import digits
from engine.training.normalize import (
    MOMENTUM,
    centred,
    deviations,
    digit_features,
    means,
    row_by_sizes,
    running,
    scaled,
    shifted,
    variances,
)

#: Digits of the table that is normalised by hand, and those that batches are drawn from.
EXAMPLES, MANY = 6, 1000


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


def stage_names() -> dict[str, str]:
    """The steps of a normalisation."""
    return {
        "mean": _("1 mean"),
        "centre": _("2 centred"),
        "scale": _("3 scaled"),
        "shift": _("4 gain and bias"),
    }


def stage_view(lab: Lab, kind: str, stage: str, caption: str) -> None:
    """The table after one step of a normalisation; the last step asks for gain and bias."""
    table = table_of(lab, EXAMPLES)
    mean = lab.run(means, table, kind=kind, as_="mean")
    variance = lab.run(variances, table, kind=kind, as_="variance")
    middle = lab.run(centred, table, mean, as_="middle")
    straight = lab.run(scaled, middle, variance, as_="straight")
    label, nodes = stage_names()[stage], [table, mean]
    if stage == "mean":
        body = table_grid(table.value, label=label, mark=kind, extra=(_("mean"), mean.value))
    elif stage == "centre":
        spread = lab.run(deviations, variance, as_="deviation")
        extra = (_("deviation"), spread.value)
        body, nodes = (
            table_grid(middle.value, label=label, mark=kind, extra=extra),
            [middle, spread],
        )
    elif stage == "scale":
        body, nodes = signed_grid(straight.value, label=label), [straight]
    else:
        left, right = st.columns(2)
        with left:
            gain = st.slider(_("Gain"), 0.0, 3.0, 2.0, 0.1, key="norm_gain", bind="query-params")
        with right:
            bias = st.slider(_("Bias"), -2.0, 2.0, 0.5, 0.1, key="norm_bias", bind="query-params")
        end = lab.run(shifted, straight, gain=float(gain), bias=float(bias), as_="end")
        body, nodes = signed_grid(end.value, label=label), [end]
    show.html("steps", body, nodes, caption=caption)


def sizes_view(lab: Lab, caption: str) -> None:
    """One number of one digit in batches of every size, normalised by batch and by layer."""
    many = table_of(lab, MANY)
    by_kind = [
        lab.run(row_by_sizes, many, kind=kind, as_=f"by_{kind}") for kind in ("batch", "layer")
    ]
    show.chart(
        "sizes",
        sizes_chart,
        by_kind,
        caption=caption,
        alt=_("By batch the number changes with the batch, by layer it does not"),
    )


def running_view(lab: Lab, size: int, caption: str) -> None:
    """Running mean and deviation of the first number, beside those of all digits."""
    many, column = table_of(lab, MANY), 0
    statistics = lab.run(running, many, batch=size, as_="running_statistics")
    mean = lab.run(means, many, kind="batch", as_="all_mean")
    variance = lab.run(variances, many, kind="batch", as_="all_variance")
    spread = lab.run(deviations, variance, as_="all_deviation")
    show.chart(
        "running",
        lambda found, mean, deviation: running_chart(
            found, column, (float(mean[0, column]), float(deviation[0, column]))
        ),
        [statistics, mean, spread],
        caption=caption.format(share=f"{MOMENTUM:.0%}"),
        alt=_("Running mean and deviation come near those of all digits"),
    )
