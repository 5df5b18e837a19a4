"""What the lesson on depth draws: signal and gradient layer by layer, errors by depth, and its runs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from components import charts, jobs, show
from components.curves import COLOURS
from components.i18n import _
from components.numbers import plain
from components.several import Kind
from components.state import choice
from engine.lab import Lab, Node
from engine.models.for_training import DEPTHS_RUN, MNIST_5K
from engine.training.loop import stack_rows
from engine.training.stacks import (
    WIDTH,
    at_start,
    errors_by_depth,
    recorded_stacks,
    train_stack,
    train_stack_steps,
)

DEPTHS = (2, 8, 20, 40)
PLAIN = {"init": "torch", "norm": False}  # PyTorch's own weights, nothing normalised


def titles() -> dict[str, str]:
    """The two kinds of stacks."""
    return {"plain": _("plain"), "residual": _("residual")}


def ask_depth(key: str, default: int = 20) -> int:
    """Ask for one of the recorded depths."""
    names = {str(depth): str(depth) for depth in DEPTHS}
    return int(choice(_("Layers"), names, key=key, default=str(default)))


def ask_setting(key: str) -> dict[str, Any]:
    """Ask for first weights and normalisation, as parameters of the engine."""
    names = {
        "torch": _("PyTorch's weights"),
        "he": _("He's weights"),
        "torch-norm": _("PyTorch's, normalised"),
        "he-norm": _("He's, normalised"),
    }
    init, _dash, norm = choice(_("Begins with"), names, key=key, look="pills").partition("-")
    return {"init": init, "norm": bool(norm)}


def name_of(kind: str, setting: Mapping[str, Any]) -> str:
    """What the runs of a setting are called in the record."""
    return f"{kind}_{setting['init']}_{'norm' if setting['norm'] else 'bare'}"


def started(lab: Lab, depth: int, setting: Mapping[str, Any], **more: float) -> dict[str, Node]:
    """Both kinds before their first step."""
    path = lab.weights(MNIST_5K, as_="digits_file")
    return {
        kind: lab.run(
            at_start,
            path,
            depth=depth,
            residual=kind == "residual",
            as_=f"{kind}_start",
            **setting,
            **more,
        )
        for kind in ("plain", "residual")
    }


def compared(
    lab: Lab, depth: int, setting: Mapping[str, Any], *, epochs: int, seed: int
) -> dict[str, Kind]:
    """Both kinds of one depth: live runs with one seed, and the recorded ones."""
    path = lab.weights(MNIST_5K, as_="digits_file")
    record = lab.weights(DEPTHS_RUN, as_="record")
    found = {}
    for kind, title in titles().items():
        how = {"depth": depth, "residual": kind == "residual", "epochs": epochs, "seed": seed}
        node = lab.run(train_stack, path, as_=f"{kind}_run", **how, **setting)
        run = jobs.Run(
            node,
            train_stack_steps,
            range(epochs + 1),
            title,
            collect=stack_rows,
            resumable=True,
        )
        name = name_of(kind, setting)
        rows = lab.run(recorded_stacks, record, name=name, depth=depth, as_=f"{kind}_recorded")
        found[kind] = Kind(title, run, rows)
    return found


def by_depth(lab: Lab, setting: Mapping[str, Any], column: int) -> dict[str, Node]:
    """The recorded errors of both kinds for each depth."""
    record = lab.weights(DEPTHS_RUN, as_="record")
    return {
        kind: lab.run(
            errors_by_depth,
            record,
            name=name_of(kind, setting),
            column=column,
            as_=f"{kind}_errors",
        )
        for kind in ("plain", "residual")
    }


def layer_chart(
    rows: Mapping[str, Any], *, y: str, span: tuple[float, float] | None = None, height: int = 320
) -> charts.Figure:
    """Lines over the layers, up in powers of ten, the second one dashed; `span` is the axis' range."""
    series = {name: (list(range(len(row))), row) for name, row in rows.items()}
    x = _("layer (0: takes the pixels)")
    figure = charts.lines(series, x=x, y=y, colours=COLOURS, log_y=True, height=height)
    for trace in figure["data"][1:]:
        trace["line"]["dash"] = "dash"
    axis = figure["layout"]["yaxis"]
    axis["hoverformat"] = ".2e"
    if span is not None:
        axis["range"] = [math.log10(span[0]) - 0.5, math.log10(span[1]) + 0.5]
    return figure


def depth_chart(found: Mapping[str, Any], *, y: str) -> charts.Figure:
    """The error of each depth: the mean of the seeds, with bars from the least to the greatest."""
    data = []
    signs = (("circle", "solid"), ("diamond", "dash"))
    names = titles()
    for (kind, rows), colour, (sign, dash) in zip(found.items(), COLOURS, signs, strict=False):
        mean, least, most = rows.T
        spread = {"type": "data", "array": most - mean, "arrayminus": mean - least, "width": 5}
        data.append(
            {
                "type": "scatter",
                "x": [str(depth) for depth in DEPTHS],
                "y": mean,
                "error_y": spread,
                "name": names[kind],
                "mode": "lines+markers",
                "line": {"color": colour, "dash": dash},
                "marker": {"size": 9, "symbol": sign},
            }
        )
    figure = charts.made(data, x=_("layers"), y=y, height=360, **charts.legend_above(2))
    figure["layout"]["yaxis"] |= {"tickformat": ".0%", "hoverformat": ".1%", "range": [-0.02, 1]}
    figure["layout"]["xaxis"] |= {"type": "category"}
    return figure


def start_view(
    key: str, row: int, nodes: Mapping[str, Node], *, y: str, caption: str, alt: str
) -> None:
    """One row of `started`, plain and residual: 0 the signal of each layer, 1 its gradient."""
    names = titles()
    show.chart(
        key,
        lambda plain, residual: layer_chart(
            {names["plain"]: plain[row], names["residual"]: residual[row]}, y=y
        ),
        list(nodes.values()),
        caption=caption.format(width=WIDTH),
        alt=alt,
    )


def start_sentence(nodes: Mapping[str, Node]) -> str:
    """How the signal changes from the first layer to the last, and the gradient of the first."""
    signal = {kind: float(node.value[0, -1] / node.value[0, 0]) for kind, node in nodes.items()}
    return _(
        "**From the first layer to the last** the variance of the signal is multiplied by {plain} "
        "in the plain stack, by {residual} in the residual one. **At the first layer** the gradient "
        "is {small} long in the plain stack, {large} in the residual one.",
        plain=plain(signal["plain"], 2),
        residual=plain(signal["residual"], 2),
        small=plain(nodes["plain"].value[1, 0], 2),
        large=plain(nodes["residual"].value[1, 0], 2),
    )
