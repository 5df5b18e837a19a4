"""What the lesson on contrastive learning draws: views, cosines, a softmax, maps that drift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts, curves, scales, show
from components import digits as common
from components.cells import Cell, grid
from components.digits import Given
from components.i18n import _
from components.state import choice, slider
from engine.lab import Node
from engine.training.bottleneck import flat
from engine.training.contrastive import (
    cosines,
    loss_and_spread,
    two_views,
    untrained_projected,
    watched_numbers,
)
from engine.training.digits import LEARN, digits
from engine.training.drift import drift_map
from engine.training.encoder import NUMBERS
from engine.training.pretrained import projected
from engine.work import Job

SIZE = 6  # digits in the batch that is looked at
WATCHED = 300
REACH = 3.0  # of a map, in its own spread


@dataclass(frozen=True)
class Batch:
    """Digits of the test, two views of each, the cosines of all views, and what they are called."""

    digits: Node
    views: Node
    similar: Node
    names: list[str]


def strength_slider(key: str) -> float:
    """How strongly views are changed."""
    return st.slider(_("Strength of the changes"), 0.0, 2.0, 1.0, 0.1, key=key, bind="query-params")


def ask_batch(all_: Given) -> Batch:
    """Ask for a batch and for the network that looks at it."""
    left, right = st.columns(2)
    with left:
        number = slider(_("Batch"), 1, 100, 1, key="sc_batch")
    with right:
        strength = strength_slider("sc_strength")
    kinds = {"trained": _("After training"), "random": _("Before training")}
    trained = choice(_("Network"), kinds, key="sc_net") == "trained"
    return batch(all_, number, strength, trained)


def batch(all_: Given, number: int, strength: float, trained: bool) -> Batch:
    """A batch of `SIZE` digits of the test."""
    lab, start = all_.lab, (number - 1) * SIZE
    some = lab.run(digits, all_.path, start=LEARN + start, count=SIZE, as_="batch")
    views = lab.run(two_views, some, seed=number, strength=strength, as_="views")
    parts = []
    for place, as_ in enumerate(("first", "second")):
        part = lab.run(flat, views, number=place, as_=f"{as_}_views")
        parts.append(
            lab.run(projected, all_.encoders, part, network=True, as_=as_)
            if trained
            else lab.run(untrained_projected, part, as_=as_)
        )
    similar = lab.run(cosines, *parts, as_="similar")
    truth = all_.labels.value[start : start + SIZE].tolist()
    names = [f"{n + 1}{side}: {d}" for side in "ab" for n, d in enumerate(truth)]
    return Batch(some, views, similar, names)


def view_panes(lab: Any, one: Batch) -> list[show.Picture]:
    """The digits of a batch, and their views below one another."""
    return [
        common.montage_pane(lab, one.digits, _("Digits"), _("Digits"), as_="row", across=SIZE),
        *(
            common.montage_pane(
                lab,
                lab.run(flat, one.views, number=place, as_=f"views_{side}"),
                _("Views {side}", side=side),
                _("Changed copies"),
                as_=f"row_{side}",
                across=SIZE,
            )
            for place, side in enumerate("ab")
        ),
    ]


def heat(similar: Any, names: Sequence[str]) -> charts.Figure:
    """The cosines of all views with each other."""
    return charts.heat(similar, names, names, scale="signed", span=(-1.0, 1.0))


def row_grid(numbers: Any, names: Sequence[str], view: int, partner: int) -> str:
    """Cosine, score, power and share of every other view; the partner is marked."""
    rows, heads = [], []
    for place, (cosine, score, power, share) in enumerate(numbers.tolist()):
        if place == view:
            continue
        heads.append(f"{names[place]} ←" if place == partner else names[place])
        rows.append(
            [
                Cell(f"{round(cosine, 3) + 0.0:.3f}", scales.colour("signed", cosine, -1, 1)),
                Cell(f"{score:.2f}"),
                Cell(f"{power:,.2f}" if power < 1e6 else f"{power:.2e}"),
                Cell(f"{share:.1%}", scales.colour("viridis", share, 0, 1)),
            ]
        )
    columns = [_("cosine"), _("÷ temperature"), _("e to that power"), _("share")]
    return grid(rows, label=_("Softmax of one view"), row_heads=heads, column_heads=columns)


def loss_and_spread_figures(
    found: Any, rows: Any, epochs: int, at: int | None = None
) -> tuple[charts.Figure, charts.Figure]:
    """Curves of the loss and of the spread, each with the recorded one."""
    figures = []
    for column, y in enumerate((_("Loss"), _("Spread of directions"))):
        picked = None if found is None else [found[column]]
        beside = {} if rows is None else {y: rows[:, column]}
        figures.append(
            common.loss_figure(picked, [y], y=y, last=epochs, record=beside, log_y=False, at=at)
        )
    return figures[0], figures[1]


def recorded_drift(all_: Given, text: Any) -> None:
    """The map of the recorded run, epoch by epoch."""
    kept = all_.recorded("contrastive/kept")
    spots = all_.recorded("contrastive/map")
    rows = all_.recorded("contrastive/rows")
    epochs = kept.value.tolist()
    label = _("Epoch of the recorded run")
    epoch = st.select_slider(label, epochs, epochs[0], key="sc_recorded", bind="query-params")
    place = epochs.index(epoch)
    left, right = st.columns(2)
    with left:
        show.chart(
            "recorded_map",
            lambda maps, labels: common.digit_map(maps[place], labels, reach=REACH),
            [spots, all_.labels],
            caption=text["recorded_map_caption"].format(
                count=WATCHED, numbers=NUMBERS, epoch=epochs[place]
            ),
            alt=_("A map of digits in one epoch of the recorded run"),
        )
    with right:
        show.chart(
            "recorded_rows",
            lambda values: loss_and_spread_figures(None, values, 0, epochs[place])[0],
            [rows],
            caption=text["recorded_loss_caption"],
            alt=_("The recorded loss"),
        )


def live_drift(
    all_: Given, run: Node, job: Job | None, epochs: int, rows: Node | None, text: Any, *, key: str
) -> None:
    """A training under way or done: loss, spread and map."""
    found = common.so_far(run, job)
    if found is None:
        return
    recorded = None if rows is None else rows.value
    left, right = st.columns(2)
    if not run.is_cached:
        for column, figure, name in zip(
            (left, right), loss_and_spread_figures(found, recorded, epochs), "ls", strict=True
        ):
            with column:
                curves.draw(figure, key=f"{key}_{name}", alt=_("A curve of the training"))
        maps = drift_map(found[2])
        figure = common.digit_map(maps[-1], all_.labels.value, reach=REACH)
        curves.draw(figure, key=f"{key}_map", alt=_("The map so far"))
        return
    epoch = curves.epoch_slider(_("Epoch"), range(epochs + 1), key=f"{key}_epoch")
    curve = all_.lab.run(loss_and_spread, run, as_="loss_spread")
    nodes = [curve] if rows is None else [curve, rows]
    for column, name, which in ((left, "loss", 0), (right, "spread", 1)):
        with column:
            show.chart(
                f"{key}_{name}",
                lambda values, beside=None, which=which: loss_and_spread_figures(
                    values.T, beside, epochs, epoch
                )[which],
                nodes,
                caption=text[f"{name}_caption"],
                alt=_("A curve of the training"),
            )
    spots = all_.lab.run(drift_map, all_.lab.run(watched_numbers, run, as_="watched"), as_="drift")
    show.chart(
        f"{key}_map",
        lambda maps, labels: common.digit_map(maps[epoch], labels, reach=REACH),
        [spots, all_.labels],
        caption=text["map_caption"].format(count=WATCHED, numbers=NUMBERS),
        alt=_("A map of digits in one epoch"),
    )


def recorded_collapse(all_: Given, text: Any) -> None:
    """The recorded run without negatives beside the one with them: spread, and what a probe reads."""
    names = {"collapsed": _("without negatives"), "contrastive": _("with negatives")}
    rows = [all_.recorded(f"{name}/rows") for name in names]
    last = len(rows[0].value) - 1

    def spreads(*found: Any) -> charts.Figure:
        lines = {
            name: (list(range(last + 1)), part[: last + 1, 1])
            for name, part in zip(names.values(), found, strict=True)
        }
        return curves.figure(lines, y=_("Spread of directions"), log_y=True)

    def probes(*found: Any) -> charts.Figure:
        lines = {
            name: (kept[kept <= last], right[kept <= last])
            for name, kept, right in zip(names.values(), found[::2], found[1::2], strict=True)
        }
        return curves.figure(lines, y=_("named rightly by a probe"), share=True)

    left, right = st.columns(2)
    with left:
        show.chart(
            "collapse_spread",
            spreads,
            rows,
            caption=text["collapse_spread_caption"].format(count=WATCHED),
            alt=_("The spread by epoch, with and without negatives"),
        )
    with right:
        show.chart(
            "collapse_probe",
            probes,
            [all_.recorded(f"{name}/{what}") for name in names for what in ("kept", "probe")],
            caption=text["collapse_probe_caption"],
            alt=_("The accuracy of a probe by epoch, with and without negatives"),
        )
