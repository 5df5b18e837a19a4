"""What the lesson on probes draws: losses side by side, likeness, accuracies with their spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from components import charts, curves, scales
from components.cells import Cell, grid
from components.digits import Given
from components.i18n import _
from engine.lab import Node
from engine.training.probe import ENCODERS, LABELS
from engine.training.probes import numbers_of

#: Those that were trained, with a recorded run each.
TRAINED = ("supervised", "contrastive", "masked", "autoencoder")
NEAREST = 5


def titles() -> dict[str, str]:
    """What the encoders are called here."""
    return {
        "supervised": _("with labels"),
        "contrastive": _("contrastive"),
        "masked": _("masked"),
        "autoencoder": _("autoencoder"),
        "random": _("untrained"),
        "pixels": _("raw pixels"),
    }


def numbers(all_: Given, pictures: Node, name: str) -> Node:
    """What stands for digits in one encoder."""
    return all_.lab.run(
        numbers_of, all_.encoders, pictures, name=name, network=True, as_=f"{name}_numbers"
    )


def loss_chart(*rows: Any) -> charts.Figure:
    """Each recorded loss as a share of what it was before training."""
    lines = {
        titles()[name]: (list(range(len(values))), values[:, 0] / values[0, 0])
        for name, values in zip(TRAINED, rows, strict=True)
    }
    return curves.figure(lines, y=_("Loss, as a share of the first"), log_y=True)


def probe_curves(*arrays: Any) -> charts.Figure:
    """The accuracy of a probe in some epochs: all epochs first, then all accuracies."""
    half = len(arrays) // 2
    lines = {
        titles()[name]: (epochs, 100 * accuracy)
        for name, epochs, accuracy in zip(TRAINED, arrays[:half], arrays[half:], strict=True)
    }
    return curves.figure(lines, y=_("Right, % of 1,000"))


def accuracy_chart(table: Any, names: Sequence[str]) -> charts.Figure:
    """The accuracy by the number of labels, the mean over draws and the band from least to most."""
    xs, percent, called = list(LABELS), 100 * table, titles()
    lines = {called[name]: (xs, percent[n].mean(axis=1)) for n, name in enumerate(names)}
    spread = {
        called[name]: (percent[n].min(axis=1), percent[n].max(axis=1))
        for n, name in enumerate(names)
    }
    figure = curves.figure(
        lines, y=_("Right, % of 1,000"), x=_("Labels"), spread=spread, height=420
    )
    figure["layout"]["xaxis"] |= {"type": "log", "tickvals": xs, "ticktext": [f"{n:,}" for n in xs]}
    return figure


def accuracy_grid(table: Any, names: Sequence[str]) -> str:
    """Mean and standard deviation over the draws, for each encoder and number of labels."""
    rows = [
        [
            Cell(
                f"{100 * one.mean():.1f} ± {100 * one.std(ddof=1):.1f}",
                scales.colour("viridis", float(one.mean()), 0, 1),
            )
            for one in table[n]
        ]
        for n in range(len(names))
    ]
    heads = [_("{count} labels", count=f"{count:,}") for count in LABELS]
    called = [titles()[name] for name in names]
    return grid(rows, label=_("Accuracies"), row_heads=called, column_heads=heads)


def draw_grid(table: Any, names: Sequence[str], place: int) -> str:
    """The accuracy for each draw of labels; the best encoder without labels of each draw is marked."""
    found = 100 * table[:, place]
    free = [n for n, name in enumerate(names) if name != "supervised"]
    best = [max(free, key=lambda n, c=c: found[n, c]) for c in range(found.shape[1])]
    rows = [
        [
            Cell(
                f"{'★ ' if n == best[c] else ''}{found[n, c]:.1f}",
                scales.colour("viridis", float(found[n, c]), 0, 100),
            )
            for c in range(found.shape[1])
        ]
        for n in range(len(names))
    ]
    heads = [_("draw {number}", number=c + 1) for c in range(found.shape[1])]
    called = [titles()[name] for name in names]
    return grid(rows, label=_("Accuracies by draw"), row_heads=called, column_heads=heads)


def accuracies_so_far(steps: Sequence[Any]) -> charts.Figure:
    """`accuracy_chart` of the encoders that are done."""
    return accuracy_chart(np.stack(steps), ENCODERS[: len(steps)])
