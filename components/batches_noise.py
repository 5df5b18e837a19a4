"""How far the gradient of a batch is from that of all examples, by the size of the batch."""

from __future__ import annotations

from typing import Any

from components import charts, show
from components.batches import examples
from components.curves import COLOURS
from components.i18n import _
from components.numbers import plain
from components.show import Picture
from engine.lab import Lab, Node
from engine.training.batches import (
    SIZES,
    cosines_by_size,
    error_by_size,
    expected_noise,
    gradient_noise,
    gradient_picture,
    learned_weights,
)

COUNT = 2000  # digits whose gradient is the full one
DRAWS = 50  # batches of each size

Start = tuple[Node, Node, Node]  # digits, labels, weights


def start_of_noise(lab: Lab, epochs: int) -> tuple[Node, Node, Node]:
    """Digits, labels, and weights that have learned them for some epochs."""
    pictures, labels = examples(lab, COUNT)
    return pictures, labels, lab.run(learned_weights, pictures, labels, epochs=epochs, as_="start")


def error_lines(measured: Any, expected: Any) -> charts.Figure:
    """The relative error of a batch's gradient by its size, measured and as theory says."""
    figure = charts.lines(
        {_("measured"): (SIZES, measured), _("expected, falls as 1/√B"): (SIZES, expected)},
        x=_("examples in the batch, B"),
        y=_("error ÷ length of the full gradient"),
        colours=COLOURS,
        log_x=True,
        log_y=True,
        height=330,
    )
    figure["data"][0]["mode"] = "markers"
    figure["data"][0]["marker"] = {"size": 8, "color": COLOURS[0]}
    figure["data"][1]["line"]["dash"] = "dash"
    figure["layout"]["yaxis"]["hoverformat"] = ".3f"
    return figure


def cosine_lines(found: Any) -> charts.Figure:
    """The cosine with the full gradient by the size: its median, and where 90 % of the draws lie."""
    names = (_("5 % lie below"), _("median"), _("95 % lie below"))
    figure = charts.lines(
        {name: (SIZES, found[:, column]) for column, name in enumerate(names)},
        x=_("examples in the batch, B"),
        y=_("cosine with the full gradient"),
        colours=(COLOURS[0],) * 3,
        log_x=True,
        height=330,
    )
    for trace, dash in zip(figure["data"], ("dot", "solid", "dashdot"), strict=True):
        trace["line"]["dash"] = dash
    figure["layout"]["yaxis"] |= {"hoverformat": ".2f", "range": [-0.4, 1.05]}
    sizes = (1, 10, 100, 1000)
    figure["layout"]["xaxis"] |= {"tickvals": sizes, "ticktext": [f"{n:,}" for n in sizes]}
    return figure


def noise_of(lab: Lab, start: Start, as_: str = "noise") -> Node:
    """The errors of many batches of each size."""
    return lab.run(gradient_noise, *start, draws=DRAWS, as_=as_)


def gradient_view(
    lab: Lab, start: Start, *, digit: int, size: int, draw: int, caption: str
) -> None:
    """The gradient of one digit's weights as pictures: of all examples and of one batch."""
    one = lab.run(gradient_picture, *start, digit=digit, size=size, seed=draw, as_="of_batch")
    full = lab.run(gradient_picture, *start, digit=digit, size=0, as_="of_all")
    reach = max(float(abs(full.value).max()), 1e-9)
    alt = _("The gradient of each pixel's weight, blue below 0, red above")
    look = {"lo": -reach, "hi": reach, "scale": "signed"}
    show.pictures(
        "gradients",
        [
            Picture(full, _("All examples"), alt, **look),
            Picture(one, _("A batch of {size}", size=f"{size:,}"), alt, **look),
        ],
        caption=caption.format(count=f"{COUNT:,}")
        + " "
        + _("Full colour: ±{reach}.", reach=plain(reach, 2)),
        height=260,
    )


def error_view(lab: Lab, start: Start, found: Node, caption: str) -> None:
    """The relative error by the size of the batch, beside what theory expects."""
    show.chart(
        "errors",
        error_lines,
        [
            lab.run(error_by_size, found, as_="errors"),
            lab.run(expected_noise, *start, as_="expected"),
        ],
        caption=caption.format(draws=DRAWS),
        alt=_("The error falls with the root of the batch's size"),
    )


def cosine_view(lab: Lab, found: Node, caption: str) -> None:
    """The cosine with the full gradient by the size of the batch."""
    show.chart(
        "cosines",
        cosine_lines,
        [lab.run(cosines_by_size, found, as_="cosines")],
        caption=caption,
        alt=_("The cosine with the full gradient grows with the batch"),
    )
