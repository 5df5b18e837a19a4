"""What the lesson on architectures has around its steps: inputs of networks, and their costs as bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components import charts, show
from components.architecture import FAMILIES, heaviest, label_of, short, times
from components.i18n import _
from components.state import choice, slider
from engine.image.resize import fit_within
from engine.lab import Lab, Node
from engine.networks.catalogue import Network
from engine.networks.convnets import lenet5_today
from engine.networks.inputs import (
    mel_shape,
    picture_shape,
    share_of_sound,
    token_shape,
)
from engine.networks.trace import Rows, layers_of, parts_of, path_to, table, totals
from engine.vision.preprocess import centre_crop

LONGEST_SIDE = 512  # of a picture that goes in whole
TOKENS, MOST_TOKENS = 16, 512
SECONDS = 30
SMALLEST_SHARE = 0.005  # of a network's parameters, for a part to have a bar
COLOURS = {
    "conv": "#0072B2",
    "pool": "#009E73",
    "linear": "#E69F00",
    "attention": "#CC79A7",
    "table": "#56B4E9",
    "other": "#8A8F98",
}


@dataclass(frozen=True)
class Given:
    """An input and what is traced from it; `picture` is what a network for pictures is given."""

    shape: Node
    layers: Node
    note: str = ""
    picture: Node | None = None


def ask_input(lab: Lab, pixels: Node, network: Network, *, key: str) -> Given:
    """Ask for the size of the input that a network takes, and trace it."""
    if network.takes == "text":
        count = slider(_("Tokens of text"), 1, MOST_TOKENS, TOKENS, key=f"{key}_tokens")
        shape = tokens(lab, count)
        return Given(shape, lab.run(network.function, shape, as_="layers"))
    if network.takes == "sound":
        return _sound(lab, network, key)
    whole = False
    if network.any_size:
        ways = {
            "cut": _("{side} × {side}, as trained", side=network.crop),
            "whole": _("whole"),
        }
        whole = choice(_("Your picture goes in"), ways, key=f"{key}_way") == "whole"
    return input_of(lab, pixels, network, whole=whole)


def _sound(lab: Lab, network: Network, key: str) -> Given:
    seconds = slider(_("Seconds of sound"), 1, SECONDS, 10, key=f"{key}_seconds")
    count = slider(_("Tokens written so far"), 1, 448, TOKENS, key=f"{key}_written")
    shape = lab.run(mel_shape, as_="shape")
    layers = lab.run(network.function, shape, tokens=count, as_="layers")
    share = lab.run(share_of_sound, seconds=float(seconds), as_="share").value
    note = " " + _(
        "Whisper fills every sound up to {most} s with silence: {share} of its input is yours, and the "
        "encoder works as long for one second as for thirty.",
        most=SECONDS,
        share=f"{share:.0%}",
    )
    return Given(shape, layers, note)


def input_of(lab: Lab, pixels: Node, network: Network, *, whole: bool = False) -> Given:
    """The picture as a network gets it, and what is traced from that."""
    if whole:
        picture = lab.run(fit_within, pixels, side=LONGEST_SIDE, as_="picture")
    else:
        picture = lab.run(
            centre_crop, pixels, resize=network.resize, crop=network.crop, as_="picture"
        )
    shape = lab.run(picture_shape, picture, channels=network.channels, as_="shape")
    return Given(shape, lab.run(network.function, shape, as_="layers"), "", picture)


def tokens(lab: Lab, count: int) -> Node:
    """The shape of a text of `count` tokens."""
    return lab.run(token_shape, tokens=count, as_=f"shape_{count}")


def middle_or_pin(key: str, picture: Node | None) -> tuple[int, int]:
    """The pixel that was pinned in the pictures called `key`, else the one in the middle."""
    assert picture is not None
    height, width = picture.value.shape[:2]
    x, y = show.pinned(key, "picture", picture) or (width // 2, height // 2)
    return min(x, width - 1), min(y, height - 1)


def sums(layers: Node) -> tuple[int, int, int]:
    """Parameters, multiply-adds and outputs of a traced network."""
    whole = table(layers.value)[0]
    return whole.parameters, whole.multiply_adds, whole.numbers


def about(text: Mapping[str, str], lab: Lab, name: str, shape: Node) -> str:
    """What is special about one network's version; its numbers are computed."""
    said = text[f"about_{name}"]
    if name == "lenet5":
        today = lab.run(lenet5_today, shape, as_="today")
        count = lab.run(totals, today, as_="sums").value[0]
        said = said.format(today=f"{count:,}")
    return said


def place_of(layers: Rows, number: int) -> str:
    """A layer by its name in PyTorch's model; one that has none by its block's and our word for it."""
    named = table(layers)
    if named[number].module:
        return named[number].module
    modules = [named[n].module for n in path_to(layers, number=number) if named[n].module]
    return ": ".join([*modules[-1:], label_of(named[number])])


def layer_title(layers: Node, number: int) -> str:
    """A layer's name and its shape."""
    return f"{place_of(layers.value, number)}, {times(table(layers.value)[number].output)}"


def field_title(layers: Node, number: int) -> str:
    """A layer's name and the size of its receptive field."""
    size = f"{table(layers.value)[number].field[0][0]:,.0f}"
    name = place_of(layers.value, number)
    return _("{name}: sees {size} × {size} pixels", name=name, size=size)


def last_of(layers: Node, module: str) -> int:
    """The number of the block of that name."""
    return next(n for n, row in enumerate(table(layers.value)) if row.module == module)


def attention_work(layers: Node) -> int:
    """Multiply-adds of all attention, without the linear layers before and after it."""
    return sum(row.multiply_adds for row in table(layers.value) if row.kind == "Attention")


# ------------------------------------------------------------------------------------- charts


def cost_bars(rows: Rows) -> charts.Figure:
    """Three rows of bars over the layers in order: parameters, multiply-adds, bytes of outputs."""
    named = table(rows)
    layers = [n for n in layers_of(rows) if named[n].numbers]
    names = [f"{place_of(rows, n)} · {times(named[n].output)}" for n in layers]
    colours = [COLOURS[FAMILIES.get(named[n].kind, "other")] for n in layers]
    measures = (
        (_("parameters"), [named[n].parameters for n in layers]),
        (_("multiply-adds"), [named[n].multiply_adds for n in layers]),
        (_("bytes of outputs"), [4 * named[n].numbers for n in layers]),
    )
    data: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    for place, (title, values) in enumerate(measures):
        axis = "" if place == 0 else f"{place + 1}"
        data.append(
            {
                "type": "bar",
                "x": list(range(1, len(layers) + 1)),
                "y": values,
                "yaxis": f"y{axis}",
                "customdata": [
                    [name, short(value)] for name, value in zip(names, values, strict=True)
                ],
                "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<extra>" + title + "</extra>",
                "marker": {"color": colours, "line": {"width": 0}},
                "showlegend": False,
            }
        )
        top = 1 - place * 0.36
        axes[f"yaxis{axis}"] = {
            "domain": [top - 0.28, top],
            "title": {"text": title},
            "anchor": "x",
            "exponentformat": "SI",
            "rangemode": "tozero",
        }
    figure = charts.made(data, x=_("layer, from the input to the output"), height=520)
    figure["layout"]["xaxis"]["anchor"] = "y3"
    figure["layout"] |= axes | {"bargap": 0.15, "hovermode": "x"}
    return figure


def share_bars(networks: Mapping[str, Rows], colour: str) -> charts.Figure:
    """Bars of the parameters of each part of networks that has at least `SMALLEST_SHARE` of them."""
    entries = []
    for name, rows in networks.items():
        named = table(rows)
        whole = named[0].parameters
        for n in parts_of(rows):
            row = named[n]
            if row.parameters >= SMALLEST_SHARE * whole:
                label = f"{short(row.parameters)} ({row.parameters / whole:.0%})"
                linear = FAMILIES.get(heaviest(named, n).kind) == "linear"
                entries.append((f"{name}: {row.name}", float(row.parameters), label, not linear))
    about = _(
        "parameters (hatched: linear layers; parts under {share} are left out)",
        share=f"{SMALLEST_SHARE:.1%}",
    )
    figure = charts.sizes(entries, x=about, colour=colour, height=30 * len(entries) + 70)
    figure["layout"]["xaxis"]["exponentformat"] = "SI"
    return figure
