"""What the lesson on numbers of few bits asks and draws: bits on cells, gaps, sums, lost gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import charts
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _
from components.numbers import plain, raised
from components.picture import pixels_of
from components.state import choice
from engine.lab import Lab, Node
from engine.samples import load
from engine.sources import Image
from engine.training.precision import FORMATS

#: Colours under the bits: sign, exponent, fraction.
PARTS = ((240, 190, 190), (190, 225, 200), (190, 210, 240))
#: Layers of ResNet-18 whose weights are looked at.
LAYERS = ("conv1", "layer1.0.conv1", "layer2.0.conv1", "layer4.1.conv2", "fc")
#: Sums: where they begin, what is added, how often.
SUMS = {"ones": (0.0, 1.0, 3000), "tenths": (0.0, 0.1, 3000), "small": (1.0, 0.0001, 1000)}


def format_choice(label: str, *, key: str, default: str = "float16") -> str:
    """Ask for a format."""
    options = {form.replace(" ", "-"): form for form in FORMATS}
    return options[choice(label, options, key=key, default=default.replace(" ", "-"))]


def number_input() -> str:
    """Ask for a number."""
    value = st.text_input(
        _("A number"), "0.1", key="prec_number", max_chars=40, persist_state="session"
    )
    return (value or "").strip() or "0.1"


def shown(value: float) -> str:
    """A number with as many digits as it takes to tell it from its neighbours."""
    if value != value:
        return "–"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    return raised(f"{value:.9g}").replace("-", "−")


def bit_grid(rows: Sequence[tuple[str, str, str]], names: Sequence[str]) -> str:
    """The bits of a number in several formats: sign, exponent and fraction on colours of their own."""
    longest = [max(len(row[part]) for row in rows) for part in range(3)]
    return grid(
        [
            [
                Cell(bits.ljust(size, "\u00a0"), colour)
                for bits, size, colour in zip(row, longest, PARTS, strict=True)
            ]
            for row in rows
        ],
        label=_("The bits"),
        row_heads=names,
        column_heads=[_("sign"), _("exponent"), _("fraction")],
    )


def held_grid(rows: Sequence[tuple[str, float, float, float, float]]) -> str:
    """What each format holds of a number: below, held, above, relative error."""
    return grid(
        [
            [Cell(shown(below)), Cell(shown(here)), Cell(shown(above)), Cell(plain(error, 3))]
            for _name, below, here, above, error in rows
        ],
        label=_("What is held"),
        row_heads=[row[0] for row in rows],
        column_heads=[_("next below"), _("held"), _("next above"), _("relative error")],
    )


def format_grid(rows: Sequence[tuple[str, int, float, float, float, float]]) -> str:
    """Ranges of all formats."""
    return grid(
        [
            [Cell(str(bits)), *(Cell(raised(f"{value:.4g}")) for value in values)]
            for _name, bits, *values in rows
        ],
        label=_("Formats"),
        row_heads=[row[0] for row in rows],
        column_heads=[
            _("bits"),
            _("greatest"),
            _("least, all digits"),
            _("least at all"),
            _("gap at 1"),
        ],
    )


def gap_lines(*tables: Any) -> charts.Figure:
    """The relative gap to the next number over the size of a number, a line a format."""
    figure = charts.lines(
        {
            form: (table[0], table[1] / table[0])
            for form, table in zip(FORMATS, tables, strict=True)
        },
        x=_("Size of the number"),
        y=_("Gap ÷ number"),
        colours=COLOURS,
        log_x=True,
        log_y=True,
    )
    figure["layout"]["xaxis"] |= {"range": [-48, 40], "exponentformat": "power"}
    return figure


def sum_lines(true: Sequence[float], rows: dict[str, Any]) -> charts.Figure:
    """Running sums by format, and what they should be."""
    xs = list(range(len(true)))
    series = {_("exact"): (xs, true)} | {form: (xs, ys) for form, ys in rows.items()}
    return charts.lines(
        series, x=_("Additions"), y=_("Sum"), colours=("#7A7F87", *COLOURS), height=320
    )


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


def level_bars(counts: Any) -> charts.Figure:
    """How often each whole number of 8 bits is used."""
    bars = {
        "type": "bar",
        "x": list(range(-128, 128)),
        "y": counts,
        "marker": {"color": COLOURS[0], "line": {"width": 0}},
    }
    return charts.made([bars], x=_("Whole number"), y=_("Weights"), height=260)


def reach_lines(reaches: Any) -> charts.Figure:
    """The greatest absolute weight of each output, from the least to the greatest."""
    xs = list(range(1, len(reaches) + 1))
    return charts.lines(
        {"": (xs, reaches)},
        x=_("Output, sorted"),
        y=_("Greatest absolute weight"),
        colours=COLOURS,
        height=260,
    )


def answer_grid(rows: Sequence[tuple[str, str, float, float]]) -> str:
    """What a network says with rounded weights: its class, the probabilities, by row."""
    return grid(
        [
            [Cell(name), Cell(f"{share:.1%}"), Cell(f"{right:.1%}")]
            for _t, name, share, right in rows
        ],
        label=_("Answers of the rounded network"),
        row_heads=[row[0] for row in rows],
        column_heads=[
            _("first class"),
            _("its probability"),
            _("probability of the full one's class"),
        ],
    )


def pixels(name: str) -> tuple[Lab, Node]:
    """A lab for one of the samples to try the network on, and its pixels."""
    source = load(name)
    assert isinstance(source, Image)
    lab = Lab(source)
    return lab, pixels_of(lab, source, lab.source, number=0)


def sum_names() -> dict[str, str]:
    """The sums of `SUMS`."""
    return {
        "ones": _("1, 3,000 times"),
        "tenths": _("0.1, 3,000 times"),
        "small": _("0.0001 to 1, 1,000 times"),
    }


def trap_names() -> dict[str, str]:
    """What breaks."""
    return {
        "range": _("Too large, too small"),
        "unscaled": _("The wrong scale"),
        "coarse": _("One scale for all"),
    }


def picture_names() -> dict[str, str]:
    """The pictures to choose from."""
    return {"coffee": _("Coffee"), "cat": _("Cat")}


def way_names() -> dict[str, str]:
    """How scales are found."""
    return {
        "tensor": _("one scale for all"),
        "affine": _("one scale and a zero point"),
        "channel": _("a scale for each output"),
    }
