"""What the lesson on numbers of few bits asks and draws: bits on cells, what is held, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import charts
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _
from components.numbers import plain, raised
from components.state import choice
from engine.training.precision import FORMATS

#: Colours under the bits: sign, exponent, fraction.
PARTS = ((240, 190, 190), (190, 225, 200), (190, 210, 240))


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
    return raised(f"{value:,.9g}").replace("-", "−")


def bit_grid(
    rows: Sequence[tuple[str, str, str]],
    factors: Sequence[tuple[int, int, int, float]],
    names: Sequence[str],
) -> str:
    """The bits of a number in several formats, each part on its own colour, and what they say."""
    longest = [max(len(row[part]) for row in rows) for part in range(3)]
    return grid(
        [
            [
                *(
                    Cell(bits.ljust(size, "\u00a0"), colour)
                    for bits, size, colour in zip(row, longest, PARTS, strict=True)
                ),
                Cell(written(*parts)),
            ]
            for row, parts in zip(rows, factors, strict=True)
        ],
        label=_("The bits"),
        row_heads=names,
        column_heads=[_("sign"), _("exponent"), _("fraction"), _("what they say")],
    )


def written(sign: int, exponent: int, bias: int, factor: float) -> str:
    """Sign, power of two and factor as a product; infinity alone, as no power of two gives it."""
    plus = "−" if sign < 0 else "+"
    if factor == float("inf"):
        return f"{plus} {shown(factor)}"
    return f"{plus} 2^({exponent} − {bias}) · {shown(factor)}"


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
            [
                Cell(str(bits)),
                Cell(f"{most:,.0f}" if most < 1e6 else raised(f"{most:.4g}")),
                *(Cell(raised(f"{value:.4g}")) for value in values),
            ]
            for _name, bits, most, *values in rows
        ],
        label=_("Formats"),
        row_heads=[row[0] for row in rows],
        column_heads=[
            _("bits"),
            _("greatest"),
            _("smallest normal"),
            _("smallest subnormal"),
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


def trap_names() -> dict[str, str]:
    """What breaks."""
    return {
        "range": _("Too large, too small"),
        "unscaled": _("The wrong scale"),
        "coarse": _("One scale for all"),
    }
