"""A pretrained classifier and the learner's picture as it sees it; what the lesson on it draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts
from components.catalogue import COLOURS
from components.cells import Cell, grid
from components.i18n import _
from components.models import offer
from components.show import RGB, Picture
from components.state import choice
from engine.lab import Lab, Node
from engine.models.catalogue import GOOGLENET, MOBILENET_V2, RESNET18, RESNET50
from engine.models.locate import find
from engine.vision.preprocess import (
    MEAN,
    STD,
    centre_crop,
    rows_first,
    squashed,
    swapped,
    tensor,
    upside_down,
)

#: The networks that can be chosen, by the names that torchvision gives their architectures.
NETWORKS = {
    "resnet18": RESNET18,
    "mobilenet_v2": MOBILENET_V2,
    "resnet50": RESNET50,
    "googlenet": GOOGLENET,
}
#: Those that come with the app.
AT_HAND = ("resnet18", "mobilenet_v2")
#: The numbers of a normalised picture that are drawn black and white.
BLACK, WHITE = -2.2, 2.7
CONSTANT = (222, 224, 228)  # the colour under numbers that are the same for every picture


@dataclass(frozen=True)
class Seen:
    """A network, and the picture of the tray as it gets it.

    `architecture` : its name in `NETWORKS`. `title` : its proper name. `crop` : the part that it sees,
    (224, 224, 3) uint8. `x` : the tensor, (3, 224, 224).
    """

    lab: Lab
    architecture: str
    title: str
    weights: Node
    crop: Node
    x: Node

    def ask(
        self, function: Callable[..., Any], *, x: Node | None = None, as_: str, **params: Any
    ) -> Node:
        """Record `function(weights, x)` of this network; it waits for its turn when it is computed."""
        return self.lab.run(
            function,
            self.weights,
            x or self.x,
            architecture=self.architecture,
            network=True,
            as_=as_,
            **params,
        )


def seen(lab: Lab, pixels: Node, architecture: str) -> Seen:
    """The picture as the network of this name gets it."""
    crop = lab.run(centre_crop, pixels, as_="crop")
    model = NETWORKS[architecture]
    weights = lab.weights(model, as_="weights")
    return Seen(
        lab, architecture, model.title, weights, crop, lab.run(tensor, crop, as_="network_input")
    )


def chosen(lab: Lab, pixels: Node, *, key: str) -> Seen:
    """Ask for one of the networks that are here; the picture as it gets it."""
    here = {n: model for n, model in NETWORKS.items() if n in AT_HAND or find(model)}
    titles = {name: model.title for name, model in here.items()}
    return seen(lab, pixels, choice(_("Network"), titles, key=key))


def larger() -> None:
    """Offer the networks that are not here."""
    missing = [model for name, model in NETWORKS.items() if name not in AT_HAND and not find(model)]
    if missing:
        with st.expander(_("A larger network")):
            for model in missing:
                offer(model)


def loading() -> AbstractContextManager[None]:
    """What the page says while the libraries and the network are loaded."""
    return st.spinner(
        _("PyTorch and the network are loaded; the first time that takes some seconds.")
    )


def picture_of(lab: Lab, x: Node, title: str, alt: str) -> Picture:
    """A tensor, drawn as a picture from `BLACK` to `WHITE`."""
    node = lab.run(rows_first, x, as_=f"{x.name}_rows")
    return Picture(node, title, alt, RGB, BLACK, WHITE, group="crop")


def mistakes() -> dict[str, str]:
    """The ways to prepare a picture wrongly, by name."""
    return {
        "bgr": _("Red and blue swapped"),
        "unscaled": _("Not divided by 255"),
        "plain": _("Mean and deviation left out"),
        "squashed": _("Squashed, not cut"),
        "flipped": _("Upside down"),
    }


def wrong_input(seen: Seen, pixels: Node, mistake: str) -> Node:
    """The tensor of a picture that was prepared wrongly."""
    if mistake == "unscaled":
        return seen.lab.run(tensor, seen.crop, scaled=False, as_=f"{mistake}_input")
    if mistake == "plain":
        return seen.lab.run(tensor, seen.crop, normalised=False, as_=f"{mistake}_input")
    function = {"bgr": swapped, "squashed": squashed, "flipped": upside_down}[mistake]
    start = pixels if mistake == "squashed" else seen.crop
    picture = seen.lab.run(function, start, as_=f"{mistake}_bytes")
    return seen.lab.run(tensor, picture, as_=f"{mistake}_input")


def bars(rows: Sequence[tuple[str, float, str]], *, x: str) -> charts.Figure:
    """A bar for each class (name, probability, what stands behind it), on an axis from 0 to 1."""
    figure = charts.sizes([(*row, True) for row in rows], x=x, colour=COLOURS["image"])
    figure["layout"]["xaxis"] |= {"tickvals": [0, 0.25, 0.5, 0.75, 1], "tickformat": ".0%"}
    figure["layout"]["yaxis"]["automargin"] = True
    return figure


def likeliest(found: Sequence[tuple[int, str, float]]) -> charts.Figure:
    """The likeliest classes and their probabilities."""
    rows = [(name, value, percent(value)) for _number, name, value in found]
    return bars(rows, x=_("probability"))


def percent(value: float) -> str:
    """A probability with as many digits as tell it from 0 and 1."""
    if value >= 0.9995 or value < 0.0005:
        return "> 99.9%" if value > 0.5 else "< 0.1%"
    return f"{value:.1%}"


def steps_grid(steps: Sequence[tuple[str, float, float, float, float]]) -> str:
    """One pixel's way from bytes to the network's numbers."""
    rows = [
        [
            Cell(f"{byte:.0f}"),
            Cell(signed(scaled, 3)),
            Cell(signed(mean, 3), CONSTANT),
            Cell(signed(centred, 3)),
            Cell(signed(std, 3), CONSTANT),
            Cell(signed(last, 3)),
        ]
        for (_c, byte, scaled, centred, last), mean, std in zip(steps, MEAN, STD, strict=True)
    ]
    heads = [_("byte"), "÷ 255", _("the mean"), _("− mean"), _("the deviation"), _("÷ deviation")]
    return grid(
        rows,
        label=_("One pixel on its way into the network"),
        row_heads=[step[0] for step in steps],
        column_heads=heads,
    )


def signed(value: float, digits: int = 2) -> str:
    """A number with so many digits after the point and a real minus."""
    return f"{value:.{digits}f}".replace("-", "−")


def traps_grid(rows: Sequence[tuple[str, str, float, float]], right: str) -> str:
    """A row for each way to prepare the picture: first guess, how sure, the share of class `right`."""
    heads = [_("first guess"), _("its probability"), _("probability of “{name}”", name=right)]
    return grid(
        [[Cell(guess), Cell(percent(sure)), Cell(percent(left))] for _n, guess, sure, left in rows],
        label=_("What the network says when its input is wrong"),
        row_heads=[name for name, *_rest in rows],
        column_heads=heads,
    )
