"""Runs of several kinds that are watched together, with the mean of recorded runs beside each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components import charts, curves, jobs, show
from components.cells import Cell, grid
from components.i18n import _
from components.state import choice
from engine.lab import Lab, Node
from engine.training.seeds import mean_over_seeds, range_over_seeds


@dataclass(frozen=True)
class Kind:
    """One of the kinds that are compared: what it is called, its live run, and its recorded runs.

    `live` : a run whose value has a row an epoch. `record` : (seeds, epochs, columns).
    """

    title: str
    live: jobs.Run
    record: Node


def watch(
    lab: Lab,
    kinds: Mapping[str, Kind],
    measures: Mapping[str, tuple[str, int]],
    *,
    key: str,
    caption: str,
) -> None:
    """The panel of the runs, their curves beside the recorded ones, and a recorded epoch in numbers.

    Parameters
    ----------
    measures : what can be looked at, name -> (label, column of the runs).
    key : of the view; the choices and the slider have it before their names.
    """
    found = jobs.panel([kind.live for kind in kinds.values()], key=key, button=_("Train"))
    names = {name: label for name, (label, _column) in measures.items()}
    what = next(iter(names))
    if len(names) > 1:
        what = choice(_("Up the chart"), names, key=f"{key}_measure")
    label, column = measures[what]
    # What every kind has shown so far; a run that waits in the queue has shown nothing.
    live: dict[str, Any] = {}
    for (name, kind), job in zip(kinds.items(), found, strict=True):
        if kind.live.node.is_cached:
            live[name] = [row[column] for row in kind.live.node.value.tolist()]
        elif job is not None and job.steps:
            live[name] = [float(row[column]) for row in job.steps]
    means = {
        name: lab.run(mean_over_seeds, kind.record, column=column, as_=f"mean_{name}")
        for name, kind in kinds.items()
    }
    last = len(next(iter(means.values())).value) - 1
    epoch = curves.epoch_slider(_("Recorded epoch"), list(range(last + 1)), key=f"{key}_epoch")

    def figure(*_values: Any) -> charts.Figure:
        lines = {kinds[name].title: (list(range(len(ys))), ys) for name, ys in live.items()}
        beside = {
            kinds[name].title: (list(range(last + 1)), node.value.tolist())
            for name, node in means.items()
        }
        return curves.figure(
            lines, y=label, recorded=beside, at=epoch, last=last, share=True, height=340
        )

    alt = _("{measure}, epoch by epoch", measure=label)
    done = [kind.live.node for kind in kinds.values() if kind.live.node.is_cached]
    if live and len(done) < len(live):  # under way: the curves of a finished run are a view
        curves.draw(figure(), key=key, alt=alt)
    else:
        show.chart(key, figure, [*means.values(), *done], caption=caption, alt=alt)
    _recorded(lab, kinds, column, epoch, key)


def _recorded(lab: Lab, kinds: Mapping[str, Kind], column: int, epoch: int, key: str) -> None:
    """The recorded runs at one epoch in numbers: mean over the seeds, the least and the greatest."""
    nodes = {
        name: lab.run(
            range_over_seeds, kind.record, column=column, epoch=epoch, as_=f"range_{name}"
        )
        for name, kind in kinds.items()
    }
    rows = []
    for node in nodes.values():
        least, mean, most = node.value
        rows.append([Cell(f"{mean:.1%}"), Cell(f"{least:.1%} – {most:.1%}")])
    body = grid(
        rows,
        label=_("Recorded runs"),
        row_heads=[kind.title for kind in kinds.values()],
        column_heads=[_("mean"), _("least and greatest")],
    )
    seeds = len(next(iter(kinds.values())).record.value)
    caption = _("The recorded runs of {seeds} seeds after epoch {epoch}.", seeds=seeds, epoch=epoch)
    show.html(f"{key}_recorded", body, list(nodes.values()), caption=caption)
