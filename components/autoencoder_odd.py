"""What an autoencoder makes of things that are no digit, and units that fell silent in training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import charts, curves, draw, show
from components import digits as common
from components.autoencoder import NETWORKS, errors_of_sizes, living, rebuilt
from components.catalogue import COLOURS
from components.digits import Given
from components.i18n import _
from engine.lab import Node
from engine.training.bottleneck import as_batch, flat, mean_error
from engine.training.digits import TEST
from engine.training.encoder import SLOPE
from engine.vision.drawing import as_digit, no_digit, upside

FOUR = 5  # which digit of the test is a 4
DRAWN = (2, 8, 64)  # the widths whose pictures stand beside an odd input


def odd_names() -> dict[str, str]:
    """What there is to choose from."""
    return {
        "letter": _("A letter"),
        "triangle": _("A triangle"),
        "spiral": _("A spiral"),
        "turned": _("A 4 on its head"),
        "yours": _("Your drawing"),
    }


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
    st.markdown(text["silent"].format(living=living(all_)))
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


def odd_view(all_: Given, odd: Node, text: Mapping[str, str]) -> None:
    """An odd input redrawn from several widths, and its errors beside those of digits."""
    lab = all_.lab
    panes = [common.pane(lab, odd, _("In"), _("What goes in"), as_="odd_shown")]
    errors, usual = [], errors_of_sizes(all_)
    for size in NETWORKS:
        made = rebuilt(all_, odd, size, as_=f"odd_by_{size}")
        if size in DRAWN:
            title = _("From {count}", count=size)
            panes.append(common.pane(lab, made, title, title, as_=f"odd_from_{size}"))
        errors.append(lab.run(mean_error, odd, made, as_=f"odd_error_{size}"))
    show.pictures("breaks", panes, caption=text["breaks_caption"], height=260)
    show.chart(
        "odd_errors",
        odd_chart,
        [*errors, *usual],
        caption=text["odd_caption"],
        alt=_("Errors for what went in and for digits, by width"),
    )
