"""What the lesson on batches and workers draws: noise by size, curves, schedules of workers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components import charts, jobs
from components.curves import COLOURS
from components.i18n import _
from components.several import Kind
from engine.lab import Lab, Node
from engine.models.for_training import BATCHES_RUN, MNIST_5K
from engine.training.asynchronous import ENDED, STALE, STARTED, WORKER, simulated
from engine.training.batches import (
    SIZES,
    TRAIN_SIZES,
    by_batches,
    by_batches_steps,
    learned_weights,
    rows_of_run,
)
from engine.training.digits import LEARN, digit_labels, digits
from engine.training.recorded import recorded

#: Digits whose gradient is the full one, and digits for the workers.
NOISE_COUNT, WORK_COUNT = 2000, 2500


def examples(lab: Lab, count: int) -> tuple[Node, Node]:
    """The first digits of the set and their labels."""
    path = lab.weights(MNIST_5K, as_="digits_file")
    return (
        lab.run(digits, path, start=0, count=count, as_="pictures"),
        lab.run(digit_labels, path, start=0, count=count, as_="labels"),
    )


def start_of_noise(lab: Lab, epochs: int) -> tuple[Node, Node, Node]:
    """Digits, labels, and weights that have learned them for some epochs."""
    pictures, labels = examples(lab, NOISE_COUNT)
    return pictures, labels, lab.run(learned_weights, pictures, labels, epochs=epochs, as_="start")


def error_lines(measured: Any, expected: Any) -> charts.Figure:
    """The relative error of a batch's gradient by its size, measured and as theory says."""
    figure = charts.lines(
        {_("measured"): (SIZES, measured), _("expected, falls as 1/√B"): (SIZES, expected)},
        x=_("examples in the batch, B"),
        y=_("error, of the full gradient's length"),
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
    for trace, dash in zip(figure["data"], ("dot", "solid", "dot"), strict=True):
        trace["line"]["dash"] = dash
    figure["layout"]["yaxis"] |= {"hoverformat": ".2f", "range": [-0.4, 1.05]}
    return figure


def compared(lab: Lab, *, scaled: bool, epochs: int, seed: int) -> dict[str, Kind]:
    """Batches of three sizes: live runs, and recorded ones."""
    path = lab.weights(MNIST_5K, as_="digits_file")
    record = lab.weights(BATCHES_RUN, as_="record")
    found = {}
    for size in TRAIN_SIZES:
        how = {"size": size, "scaled": scaled, "epochs": epochs, "seed": seed}
        node = lab.run(by_batches, path, as_=f"run_{size}", **how)
        title = _("batch of {size}", size=f"{size:,}")
        run = jobs.Run(
            node, by_batches_steps, range(epochs + 1), title, collect=rows_of_run, resumable=True
        )
        found[str(size)] = Kind(title, run, of_record(lab, record, size, scaled))
    return found


def of_record(lab: Lab, record: Node, size: int, scaled: bool) -> Node:
    """The recorded runs with one size: (seeds, epochs, 3)."""
    name = f"{size}/{'scaled' if scaled else 'fixed'}"
    return lab.run(recorded, record, name=name, as_=f"recorded_{size}")


def loss_lines(means: Mapping[int, Any], *, against: str) -> charts.Figure:
    """The loss on the test of recorded runs, against examples seen or against updates."""
    series = {}
    for size, losses in means.items():
        each = LEARN if against == "examples" else LEARN // size
        xs = [each * epoch for epoch in range(1, len(losses))]
        series[_("batch of {size}", size=f"{size:,}")] = (xs, losses[1:])
    figure = charts.lines(
        series,
        x=_("examples seen") if against == "examples" else _("updates of the weights"),
        y=_("mean loss on the test, nats"),
        colours=COLOURS,
        log_x=against == "updates",
        height=320,
    )
    for trace, dash in zip(figure["data"], ("solid", "dash", "dot"), strict=True):
        trace["line"] |= {"dash": dash, "width": 2}
    figure["layout"]["yaxis"]["hoverformat"] = ".3f"
    return figure


def time_lines(seconds: Any) -> charts.Figure:
    """How long an example takes, by the size of its batch."""
    figure = charts.lines(
        {_("time"): (SIZES, 1e6 * seconds)},
        x=_("examples in the batch, B"),
        y=_("microseconds an example"),
        colours=COLOURS,
        log_x=True,
        log_y=True,
        height=280,
    )
    figure["data"][0]["mode"] = "lines+markers"
    figure["layout"]["yaxis"]["hoverformat"] = ".1f"
    return figure


def of_workers(
    lab: Lab, *, workers: int, together: bool, rate: float, slow: float, until: float, name: str
) -> Node:
    """One simulation."""
    pictures, labels = examples(lab, WORK_COUNT)
    how = {"workers": workers, "together": together, "rate": rate, "slow": slow, "until": until}
    return lab.run(simulated, pictures, labels, as_=name, **how)


def schedule_bars(rows: Any, *, until: float = 15) -> charts.Figure:
    """A bar for each gradient in its worker's row, from its start to its end; darker is older."""
    seen = rows[rows[:, STARTED] < until]
    bars = {
        "type": "bar",
        "orientation": "h",
        "base": seen[:, STARTED],
        "x": seen[:, ENDED] - seen[:, STARTED],
        "y": [_("worker {number}", number=int(n) + 1) for n in seen[:, WORKER]],
        "customdata": seen[:, STALE],
        "marker": {
            "color": seen[:, STALE],
            "colorscale": [[0, "#9AD0F0"], [1, "#08306B"]],
            "cmin": 0,
            "cmax": max(1.0, float(rows[:, STALE].max(initial=0))),
            "line": {"color": "white", "width": 1},
            "colorbar": {"thickness": 10, "len": 0.9, "title": {"text": _("age")}},
        },
        "hovertemplate": "%{y}: %{base:.1f} + %{x:.1f}<br>"
        + _("age")
        + " %{customdata}<extra></extra>",
        "showlegend": False,
    }
    count = len({int(n) for n in rows[:, WORKER]})
    figure = charts.made([bars], x=_("simulated time"), height=90 + 26 * max(count, 2), top=8)
    figure["layout"] |= {"barmode": "overlay", "bargap": 0.15}
    figure["layout"]["xaxis"]["range"] = [0, until]
    names = [
        _("worker {number}", number=n + 1) for n in range(int(rows[:, WORKER].max(initial=0)) + 1)
    ]
    order = {"categoryorder": "array", "categoryarray": names, "autorange": "reversed"}
    figure["layout"]["yaxis"] |= order
    return figure


def time_losses(series: Mapping[str, Any], *, x: str, step: Mapping[str, int]) -> charts.Figure:
    """Losses over simulated time, or over updates: `step` says how many there are in a unit."""
    figure = charts.lines(
        {
            name: ([step.get(name, 1) * n for n in range(len(losses))], losses)
            for name, losses in series.items()
        },
        x=x,
        y=_("mean loss, nats"),
        colours=COLOURS,
        height=300,
    )
    figure["data"][-1]["line"]["dash"] = "dash"
    figure["layout"]["yaxis"]["hoverformat"] = ".2f"
    return figure
