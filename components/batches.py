"""Batches of three sizes: live runs beside recorded ones, their losses, the time of an example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components import charts, jobs, show
from components.curves import COLOURS
from components.i18n import _
from components.several import Kind
from engine.lab import Lab, Node
from engine.models.for_training import BATCHES_RUN, MNIST_5K
from engine.training.batches import (
    BATCH_TEST_LOSS,
    SIZES,
    TIMED,
    TRAIN_SIZES,
    by_batches,
    by_batches_steps,
    rows_of_run,
)
from engine.training.digits import LEARN, digit_labels, digits
from engine.training.recorded import recorded
from engine.training.seeds import mean_over_seeds


def examples(lab: Lab, count: int) -> tuple[Node, Node]:
    """The first digits of the set and their labels."""
    path = lab.weights(MNIST_5K, as_="digits_file")
    return (
        lab.run(digits, path, start=0, count=count, as_="pictures"),
        lab.run(digit_labels, path, start=0, count=count, as_="labels"),
    )


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


def loss_view(lab: Lab, key: str, *, scaled: bool, against: str, caption: str) -> None:
    """The mean loss of the recorded runs, a line for each size."""
    record = lab.weights(BATCHES_RUN, as_="record")
    means = [
        lab.run(
            mean_over_seeds,
            of_record(lab, record, size, scaled),
            column=BATCH_TEST_LOSS,
            as_=f"loss_{size}",
        )
        for size in TRAIN_SIZES
    ]
    show.chart(
        key,
        lambda *rows: loss_lines(dict(zip(TRAIN_SIZES, rows, strict=True)), against=against),
        means,
        caption=caption,
        alt=_("The loss of recorded runs"),
    )


def time_view(lab: Lab, caption: str) -> None:
    """How long an example took in the recorded runs."""
    record = lab.weights(BATCHES_RUN, as_="record")
    show.chart(
        "times",
        time_lines,
        [lab.run(recorded, record, name="seconds_per_example", as_="seconds")],
        caption=caption.format(repeats=TIMED),
        alt=_("The time of an example, by the size of its batch"),
    )
