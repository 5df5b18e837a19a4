"""What the lesson on autoencoders draws: numbers of the bottleneck, errors, odd inputs, silent units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import charts, curves, draw, scales, show
from components.catalogue import COLOURS
from components.cells import Cell, grid
from components.digits import Given, error_bars
from components.i18n import _
from engine.lab import Node
from engine.training.bottleneck import as_batch, flat, mean_error
from engine.training.digits import TEST
from engine.training.encoder import SLOPE
from engine.training.pretrained import living_units, reconstructed
from engine.vision.drawing import as_digit, no_digit, upside

#: Width of the bottleneck -> its network in the file.
NETWORKS = {2: "autoencoder-2", 8: "autoencoder-8", 32: "autoencoder-32", 64: "autoencoder"}
FOUR = 5  # which digit of the test is a 4
DRAWN = (2, 8, 64)  # those whose pictures stand beside an odd input
SWEPT, REACH = 7, 3.0  # pictures in a sweep; standard deviations to each side


def size_names() -> dict[str, str]:
    """The widths to choose from."""
    return {str(size): str(size) for size in NETWORKS}


def code_grid(code: Any, *, label: str) -> str:
    """The numbers of a bottleneck, eight in a row, blue below 0 and red above."""
    values = code[0].tolist()
    most = max(1e-6, *map(abs, values))
    cells = [Cell(f"{v:.1f}", scales.colour("signed", v, -most, most)) for v in values]
    rows = [cells[n : n + 8] for n in range(0, len(cells), 8)]
    return grid(rows, label=label)


def rebuilt(all_: Given, pictures: Node, size: int, *, as_: str) -> Node:
    """Digits through the autoencoder of a width."""
    return all_.lab.run(
        reconstructed, all_.encoders, pictures, name=NETWORKS[size], network=True, as_=as_
    )


def errors_of_sizes(all_: Given) -> list[Node]:
    """The mean error over the test for each width."""
    found = []
    for size in NETWORKS:
        made = rebuilt(all_, all_.tested, size, as_=f"all_by_{size}")
        found.append(all_.lab.run(mean_error, all_.tested, made, as_=f"error_of_{size}"))
    return found


def living(all_: Given) -> str:
    """How many units before the bottleneck answer to any digit, width by width."""
    found = {
        size: all_.lab.run(
            living_units, all_.encoders, all_.tested, name=name, network=True, as_="living"
        ).value
        for size, name in NETWORKS.items()
    }
    return ", ".join(
        _("{count} with {size} numbers", count=count, size=size) for size, count in found.items()
    )


def size_bars(*errors: float) -> charts.Figure:
    """The errors of `errors_of_sizes` as bars."""
    return error_bars(
        [
            (_("{count} numbers", count=size), error)
            for size, error in zip(NETWORKS, errors, strict=True)
        ]
    )


def odd_input(all_: Given, kind: str) -> Node:
    """Something that is no digit: a letter, a shape, a digit on its head, or what the learner draws."""
    lab = all_.lab
    if kind == "yours":
        return lab.run(as_batch, draw.paper(lab, "odd").digit, as_="odd")
    if kind == "turned":
        turned = lab.run(upside, lab.run(flat, all_.tested, number=FOUR, as_="four"), as_="turned")
        return lab.run(as_batch, turned, as_="odd")
    drawing = lab.run(no_digit, name=kind, as_="drawing")
    return lab.run(as_batch, lab.run(as_digit, drawing, as_="seen"), as_="odd")


def odd_names() -> dict[str, str]:
    """What there is to choose from."""
    return {
        "letter": _("A letter"),
        "triangle": _("A triangle"),
        "spiral": _("A spiral"),
        "turned": _("A 4 on its head"),
        "yours": _("Your drawing"),
    }


def shift_sliders(size: int) -> tuple[float, ...]:
    """A slider for each number of a narrow bottleneck, in standard deviations from the digit's own."""
    places = st.columns(2) if size == 2 else st.columns(4) + st.columns(4)
    shifts = []
    for number, place in enumerate(places):
        with place:
            label = _("Number {place}", place=number + 1)
            shifts.append(
                st.slider(
                    label,
                    -REACH,
                    REACH,
                    0.0,
                    0.25,
                    key=f"ae_by_{size}_{number}",
                    bind="query-params",
                )
            )
    return tuple(shifts)


def sweep_caption(size: int) -> str:
    """What the rows of the sweeps are."""
    return _(
        "A row for each of the {size} numbers: from left to right it moves from {low} to {high} "
        "standard deviations away from the digit's own, the others stay.",
        size=size,
        low=f"{-REACH:+.0f}".replace("-", "−"),
        high=f"{REACH:+.0f}",
    )


def odd_chart(*values: float) -> charts.Figure:
    """For each width two bars: the error of what went in, and that of digits."""
    half = len(values) // 2
    names = [_("{count} numbers", count=size) for size in NETWORKS]
    data = [
        {"type": "bar", "x": names, "y": list(part), "name": name, "marker": marker}
        for part, name, marker in (
            (values[:half], _("what went in"), {"color": "#D55E00"}),
            (
                values[half:],
                _("digits, on average"),
                {"color": COLOURS["image"], "pattern": {"shape": "/"}},
            ),
        )
    ]
    y = _("Mean squared error of a pixel")
    return charts.made(data, y=y, height=300, barmode="group", **charts.legend_above(2))


def silent_units(all_: Given, text: Mapping[str, str]) -> None:
    """Two recorded runs with 32 numbers: the share of silent units and the error, epoch by epoch."""
    st.markdown(text["silent"])
    names = {"careless": _("begun carelessly"), "autoencoder-32": _("begun with care")}
    silent = [all_.recorded(f"{name}/silent") for name in names]
    rows = [all_.recorded(f"{name}/rows") for name in names]
    wrong, right = (float(node.value[-1, 1]) for node in rows)

    def figure(*found: Any, y: str, **look: Any) -> charts.Figure:
        lines = {
            name: (list(range(len(v))), v) for name, v in zip(names.values(), found, strict=True)
        }
        return curves.figure(lines, y=y, **look)

    left, right_side = st.columns(2)
    with left:
        show.chart(
            "silent",
            lambda *found: figure(*found, y=_("silent units"), share=True),
            silent,
            caption=text["silent_caption"].format(tested=f"{TEST:,}", slope=SLOPE),
            alt=_("The share of silent units by epoch, in two runs"),
        )
    with right_side:
        show.chart(
            "silent_loss",
            lambda *found: figure(
                *(part[:, 1] for part in found), y=_("Mean squared error of a pixel"), log_y=True
            ),
            rows,
            caption=text["silent_loss_caption"].format(wrong=f"{wrong:.4f}", right=f"{right:.4f}"),
            alt=_("The error by epoch, in two runs"),
        )
