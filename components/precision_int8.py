"""A layer of ResNet-18 in whole numbers, and what the network says with all its layers so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import charts, show
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _, safe
from components.numbers import plain
from components.picture import pixels_of
from engine.lab import Lab, Node
from engine.samples import load
from engine.softmax import softmax
from engine.sources import Image
from engine.training.int8 import (
    layer_weights,
    levels_used,
    quantized,
    quantized_scores,
    reaches,
    relative_error,
    restored,
    scales_of,
)
from engine.vision.classify import probability_of, scores, top
from engine.vision.preprocess import centre_crop, tensor

#: Layers of ResNet-18 whose weights are looked at.
LAYERS = ("conv1", "layer1.0.conv1", "layer2.0.conv1", "layer4.1.conv2", "fc")


def way_names() -> dict[str, str]:
    """How scales are found."""
    return {
        "tensor": _("one scale for all"),
        "affine": _("one scale and a zero point"),
        "channel": _("a scale for each output"),
    }


def picture_names() -> dict[str, str]:
    """The pictures to choose from."""
    return {"coffee": _("Coffee"), "cat": _("Cat")}


def level_bars(counts: Any) -> charts.Figure:
    """How often each whole number of 8 bits is used."""
    bars = {
        "type": "bar",
        "x": list(range(-128, 128)),
        "y": counts,
        "marker": {"color": COLOURS[0], "line": {"width": 0}},
    }
    return charts.made([bars], x=_("Whole number"), y=_("Weights"), height=260)


def reach_lines(greatest: Any) -> charts.Figure:
    """The greatest absolute weight of each output, from the least to the greatest."""
    xs = list(range(1, len(greatest) + 1))
    return charts.lines(
        {"": (xs, greatest)},
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


def in_whole_numbers(
    lab: Lab, weights: Node, layer: str, way: str, bits: int, name: str = ""
) -> tuple[Node, Node, Node]:
    """The weights of a layer, as whole numbers, and the relative error of what comes back."""
    full = lab.run(layer_weights, weights, layer=layer, as_="kernels")
    whole = lab.run(quantized, full, way=way, bits=bits, as_=f"whole{name}")
    back = lab.run(restored, whole, full, way=way, bits=bits, as_=f"back{name}")
    return full, whole, lab.run(relative_error, full, back, as_=f"error{name}")


def answers(
    weights: Node, name: str, way: str, width: int
) -> tuple[list[tuple[str, str, float, float]], list[Node]]:
    """What the full and the rounded network say of a picture."""
    other, picture = pixels(name)
    x = other.run(tensor, other.run(centre_crop, picture, as_="crop"), as_="x")
    full = other.run(scores, weights, x, network=True, as_="full_scores")
    few = other.run(
        quantized_scores, weights, x, way=way, bits=width, network=True, as_="few_scores"
    )
    rows, nodes, label = [], [], -1
    titles = (_("float32"), _("{bits} bits, {way}", bits=width, way=way_names()[way]))
    for number, (title, found) in enumerate(zip(titles, (full, few), strict=True)):
        share = other.run(softmax, found, as_=f"probabilities_{number}")
        best = other.run(top, share, count=1, as_=f"best_{number}").value[0]
        label = best[0] if label < 0 else label
        right = other.run(probability_of, share, label=label, as_=f"of_class_{number}").value
        rows.append((title, safe(best[1]), best[2], right))
        nodes.append(share)
    return rows, nodes


def levels_view(
    lab: Lab, rounded: tuple[Node, Node, Node], way: str, width: int, caption: str
) -> None:
    """How often each whole number is used, and how much smaller the layer has become."""
    full, whole, error = rounded
    scales = lab.run(scales_of, full, way=way, bits=width, as_="scales")
    show.chart(
        "levels",
        lambda counts, _scales: level_bars(counts),
        [lab.run(levels_used, whole, as_="level_counts"), scales],
        caption=caption.format(
            count=f"{full.value.size:,}",
            full=f"{4 * full.value.size / 1000:,.1f}",
            small=f"{full.value.size * width / 8000:,.1f}",
            error=f"{error.value:.2%}",
        )
        + " "
        + scale_sentence(*scales.value, width),
        alt=_("How often each whole number is used"),
    )


def scale_sentence(scales: Any, zeros: Any, width: int) -> str:
    """What the scale of a layer is, or the scales of its outputs are."""
    most = 2 ** (width - 1) - 1
    if len(set(scales.tolist())) > 1:
        return _(
            "{count} scales, one for each output, from {least} to {greatest}; they need room, too.",
            count=len(scales),
            least=plain(float(scales.min()), 2),
            greatest=plain(float(scales.max()), 2),
        )
    return _(
        "The scale is {scale}: {most} stands for {weight}.",
        scale=plain(float(scales[0]), 2),
        most=most,
        weight=plain(float((most - zeros[0]) * scales[0]), 3),
    )


def reaches_view(lab: Lab, full: Node, caption: str) -> None:
    """The greatest weight of each output: what a scale has to reach."""
    greatest = lab.run(reaches, full, as_="greatest_weights")
    values = greatest.value.tolist()
    empty = sum(value < 0.01 * values[-1] for value in values)
    if empty:
        caption += " " + _(
            "{count} of the {all} outputs have weights of almost 0 in the published network.",
            count=empty,
            all=len(values),
        )
    show.chart(
        "reaches",
        reach_lines,
        [greatest],
        caption=caption,
        alt=_("The greatest weight of each output"),
    )


def answers_view(key: str, weights: Node, name: str, way: str, width: int, caption: str) -> None:
    """What the full and the rounded network say of a picture."""
    table, nodes = answers(weights, name, way, width)
    show.html(key, answer_grid(table), nodes, caption=caption)
