"""What the lesson on the cost of training draws: memory by its parts, what is kept, work of a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import charts
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _
from engine.lab import Lab, Node
from engine.networks.catalogue import BY_NAME
from engine.networks.inputs import mel_shape, token_shape
from engine.training.costs import PARTS, square_shape

#: Batches whose memory is drawn, and a usual graphics card.
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
GIB = 24
ROOM = GIB * 2**30
TOKENS = 128


def part_names() -> dict[str, str]:
    """What memory is for."""
    return {
        "weights": _("weights"),
        "gradients": _("gradients"),
        "state": _("state of the optimiser"),
        "activations": _("activations"),
    }


def form_names() -> dict[str, str]:
    """Formats of the numbers."""
    return {"float32": "float32", "mixed": _("mixed"), "float16": "float16"}


def optimizer_names() -> dict[str, str]:
    """Optimisers, by what they keep."""
    return {"sgd": "SGD", "momentum": _("momentum"), "adam": "Adam"}


def network_names() -> dict[str, str]:
    """The networks that are counted."""
    return {name: network.title for name, network in BY_NAME.items()}


def small_names() -> dict[str, str]:
    """The networks that are measured."""
    return {"lenet": _("LeNet-5, as built today"), "mlp": "784-256-128-10"}


def layers_of_network(lab: Lab, name: str) -> Node:
    """The trace of a network for the input it was trained with (texts: `TOKENS` tokens)."""
    network = BY_NAME[name]
    if network.takes == "sound":
        shape = lab.run(mel_shape, as_="mel")
        return lab.run(network.function, shape, tokens=TOKENS, as_="layers")
    if network.takes == "text":
        shape = lab.run(token_shape, tokens=TOKENS, as_="tokens")
    else:
        how = {"channels": network.channels, "side": network.crop}
        shape = lab.run(square_shape, as_="shape", **how)
    return lab.run(network.function, shape, as_="layers")


def size(number: float) -> str:
    """Bytes in words, by powers of 1000."""
    for unit, by in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= by:
            return f"{number / by:,.1f} {unit}"
    return f"{number:,.0f} B"


def memory_bars(rows: Any, *, room: int = 0, shares: bool = False) -> charts.Figure:
    """Memory of a step by the size of the batch, its parts on each other; dashed: a card's room.

    shares : the parts as shares of the whole, so that small ones are seen at small batches.
    """
    data = []
    heights = 100 * rows / rows.sum(axis=1, keepdims=True) if shares else rows / 1e9
    for column, part in enumerate(PARTS):
        data.append(
            {
                "type": "bar",
                "name": part_names()[part],
                "x": [f"{n:,}" for n in BATCHES],
                "y": heights[:, column],
                "marker": {
                    "color": COLOURS[column],
                    "pattern": {
                        "shape": ("", "/", ".", "x")[column],
                        "size": 5,
                        "fillmode": "overlay",
                    },
                },
                "hovertemplate": "%{y:.1f} %" if shares else "%{y:.3f} GB",
            }
        )
    figure = charts.made(
        data,
        x=_("examples in the batch"),
        y=_("share of the memory, %") if shares else _("memory, GB"),
        height=360,
        **charts.legend_above(len(data)),
    )
    figure["layout"] |= {"barmode": "stack"}
    figure["layout"]["xaxis"]["type"] = "category"
    if room and not shares:
        line = {"dash": "dash", "color": "#7A7F87"}
        at = {"xref": "x domain", "x0": 0, "x1": 1, "y0": room / 1e9, "y1": room / 1e9}
        figure["layout"]["shapes"] = [{"type": "line", "line": line, **at}]
    return figure


def kept_bars(rows: Sequence[tuple[str, int]], batch: int) -> charts.Figure:
    """What is kept for the way back, by the layer whose output it is."""
    bars = [(name, 4 * n * batch / 1000, size(4 * n * batch), True) for name, n in rows]
    return charts.sizes(bars, x=_("memory, kB"), colour=COLOURS[3])


def measured_lines(
    rows: Any, batches: Sequence[int], names: tuple[str, str], x: str
) -> charts.Figure:
    """Two columns of bytes, as points and as a dashed line."""
    figure = charts.lines(
        {name: (batches, rows[:, column] / 1e6) for column, name in enumerate(names)},
        x=x,
        y=_("memory, MB"),
        colours=COLOURS,
        height=320,
    )
    figure["data"][0]["mode"] = "markers"
    figure["data"][0]["marker"] = {"size": 9, "color": COLOURS[0]}
    figure["data"][1]["line"]["dash"] = "dash"
    figure["layout"]["yaxis"] |= {"hoverformat": ".3f", "rangemode": "tozero"}
    return figure


def work_grid(rows: Sequence[tuple[str, tuple[int, int]]], *, exact: bool = False) -> str:
    """Multiply-adds forward, backward, and how many times as many; in billions unless `exact`."""

    def count(number: int) -> str:
        return f"{number:,}" if exact else _("{count} billion", count=f"{number / 1e9:,.4g}")

    cells = [
        [Cell(count(one)), Cell(count(back)), Cell(f"{back / one:.2f}")] for _n, (one, back) in rows
    ]
    return grid(
        cells,
        label=_("Multiply-adds of one example"),
        row_heads=[name for name, _work in rows],
        column_heads=[_("forward"), _("backward"), _("times as many")],
    )
