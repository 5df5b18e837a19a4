"""The numbers of the bottleneck: as cells, moved one by one, and two of them as a map of digits."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components import charts, scales, show
from components import digits as common
from components.autoencoder import NETWORKS
from components.cells import Cell, grid
from components.digits import Given
from components.i18n import _
from engine.lab import Node
from engine.training.bottleneck import all_sweeps, moved_code, plane
from engine.training.pretrained import decoded, embed

SWEPT, REACH = 7, 3.0  # pictures in a sweep; standard deviations to each side
ON_MAP, GRID = 250, 12  # digits on the map; pictures to a side of the plane


def code_of(all_: Given, digits: Node, size: int, as_: str = "code") -> Node:
    """The numbers of digits in the bottleneck of a width."""
    name = NETWORKS[size]
    return all_.lab.run(embed, all_.encoders, digits, name=name, network=True, as_=as_)


def drawn_from(all_: Given, codes: Node, size: int, as_: str) -> Node:
    """Pictures that the decoder makes of numbers."""
    name = NETWORKS[size]
    return all_.lab.run(decoded, all_.encoders, codes, name=name, network=True, as_=as_)


def code_grid(code: Any, *, label: str) -> str:
    """The numbers of a bottleneck, eight in a row, blue below 0 and red above."""
    values = code[0].tolist()
    most = max(1e-6, *map(abs, values))
    cells = [Cell(f"{v:.1f}", scales.colour("signed", v, -most, most)) for v in values]
    rows = [cells[n : n + 8] for n in range(0, len(cells), 8)]
    return grid(rows, label=label)


def shift_sliders(size: int) -> tuple[float, ...]:
    """A slider for each number of a narrow bottleneck, in standard deviations from the digit's own."""
    places = st.columns(2) if size == 2 else st.columns(4) + st.columns(4)
    shifts = []
    for number, place in enumerate(places):
        with place:
            label = _("Number {place}, ± deviations", place=number + 1)
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


def moved_view(all_: Given, code: Node, spread: Node, size: int, caption: str) -> None:
    """A digit redrawn from its own numbers and from moved ones."""
    lab = all_.lab
    moved = lab.run(moved_code, code, spread, by=shift_sliders(size), as_="moved")
    before, after = drawn_from(all_, code, size, "before"), drawn_from(all_, moved, size, "after")
    show.pictures(
        "move",
        [
            common.pane(lab, before, _("Drawn, not moved"), _("Redrawn unmoved"), as_="unmoved"),
            common.pane(lab, after, _("Moved"), _("Redrawn from the moved numbers"), as_="drawn"),
        ],
        caption=caption,
        height=300,
    )


def sweep_view(all_: Given, code: Node, spread: Node, size: int) -> None:
    """A row of pictures for each number, which goes from low to high."""
    lab = all_.lab
    codes = lab.run(all_sweeps, code, spread, reach=REACH, steps=SWEPT, as_="swept_codes")
    swept = drawn_from(all_, codes, size, "swept")
    title, alt = _("Each number from low to high"), _("A row of pictures for each number")
    show.pictures(
        "sweep",
        [common.montage_pane(lab, swept, title, alt, as_="sweeps", across=SWEPT)],
        caption=sweep_caption(size),
        height=240 if size == 2 else 480,
    )


def points_of(all_: Given, codes: Node) -> Node:
    """The points of the plane at which the decoder draws."""
    return all_.lab.run(plane, codes, steps=GRID, as_="points")


def map_view(all_: Given, codes: Node, digit: Node, caption: str) -> None:
    """Digits at the place of their two numbers, on the part of the plane that the decoder draws."""
    place, points = code_of(all_, digit, 2, "place"), points_of(all_, codes)

    def draw(spots: Any, here: Any, labels: Any, plane_points: Any) -> charts.Figure:
        names = {"x": _("First number"), "y": _("Second number")}
        figure = common.digit_map(spots, labels, marked=tuple(here[0]), **names)
        for column, axis in enumerate(("xaxis", "yaxis")):
            ends = plane_points[:, column]
            figure["layout"][axis]["range"] = [float(ends.min()), float(ends.max())]
        return figure

    show.chart(
        "map",
        draw,
        [codes, place, all_.labels, points],
        caption=caption.format(count=ON_MAP),
        alt=_("Digits at the place of their two numbers"),
    )


def plane_view(all_: Given, codes: Node, caption: str) -> None:
    """What the decoder draws at places all over the map."""
    lab, points = all_.lab, points_of(all_, codes)
    drawn = drawn_from(all_, points, 2, "plane_drawn")
    (left, bottom), (right, top) = points.value.min(axis=0), points.value.max(axis=0)
    fields = {"left": left, "right": right, "bottom": bottom, "top": top}
    title, alt = _("What the decoder draws there"), _("Digits that turn into each other")
    show.pictures(
        "plane",
        [common.montage_pane(lab, drawn, title, alt, as_="whole_plane", across=GRID)],
        caption=caption.format(**{n: f"{v:.1f}".replace("-", "−") for n, v in fields.items()}),
        height=440,
    )
