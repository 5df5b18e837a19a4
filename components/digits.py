"""What lessons on digits share: digits, trained encoders, curves of a training and its pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts, curves, jobs, show, viewer
from components.catalogue import COLOURS
from components.i18n import _
from components.state import slider
from engine.lab import Lab, Node
from engine.models.for_training import DIGIT_ENCODERS, DIGIT_ENCODERS_RUN, MNIST_5K
from engine.samples import load
from engine.training.bottleneck import epoch_pictures, flat, montage, one_of
from engine.training.digits import LEARN, TEST, digit_labels, digits
from engine.training.encoder import columns
from engine.training.recorded import recorded
from engine.work import Job

#: The digit that stands first.
FIRST = 1
ACROSS = 5  # pictures in a row of a montage


@dataclass(frozen=True)
class Given:
    """Digits of the test, what they show, the trained encoders and the record of their training."""

    lab: Lab
    path: Node
    tested: Node
    labels: Node
    encoders: Node
    run: Node

    def learned(self, count: int) -> Node:
        """The first digits of those to learn from."""
        return self.lab.run(digits, self.path, start=0, count=count, as_="learned")

    def learned_labels(self, count: int) -> Node:
        """What they show."""
        return self.lab.run(digit_labels, self.path, start=0, count=count, as_="learned_labels")

    def some(self, count: int) -> Node:
        """The first digits of the test."""
        return self.lab.run(digits, self.path, start=LEARN, count=count, as_="some")

    def recorded(self, name: str, as_: str = "") -> Node:
        """One array of the record, such as "autoencoder-2/rows"."""
        return self.lab.run(recorded, self.run, name=name, as_=as_ or name_of(name))


def name_of(name: str) -> str:
    """A name in the record as one that Python takes."""
    return name.replace("/", "_").replace("-", "_") + "_recorded"


def given() -> Given:
    """Record where everything lies."""
    lab = Lab(load("coffee"))
    path = lab.weights(MNIST_5K, as_="set_file")
    return Given(
        lab,
        path,
        lab.run(digits, path, start=LEARN, count=TEST, as_="tested"),
        lab.run(digit_labels, path, start=LEARN, count=TEST, as_="truth"),
        lab.weights(DIGIT_ENCODERS, as_="encoders"),
        lab.weights(DIGIT_ENCODERS_RUN, as_="record"),
    )


def one(all_: Given, number: int, as_: str = "digit") -> Node:
    """A digit of the test as a batch of one."""
    return all_.lab.run(one_of, all_.tested, number=number, as_=as_)


def ask_digit(all_: Given, *, key: str, first: int = FIRST) -> tuple[Node, int]:
    """Ask for a digit of the test; return it as a batch of one, and what it shows."""
    number = slider(_("Test digit number"), 1, TEST, first, key=key) - 1
    return one(all_, number), int(all_.labels.value[number])


def pane(
    lab: Lab,
    pictures: Node,
    title: str,
    alt: str,
    *,
    as_: str,
    number: int = 0,
    group: str = "digit",
) -> show.Picture:
    """One picture of a batch as a view, in gray from 0 to 255."""
    node = lab.run(flat, pictures, number=number, as_=as_)
    return show.Picture(node, title, alt, lo=0, hi=255, group=group, lossy=False)


def signed_pane(node: Node, title: str, alt: str, *, reach: float = 1.0) -> show.Picture:
    """A picture of numbers around 0."""
    return show.Picture(
        node, title, alt, lo=-reach, hi=reach, scale="signed", group="digit", lossy=False
    )


def montage_pane(
    lab: Lab, pictures: Node, title: str, alt: str, *, as_: str, across: int = ACROSS
) -> show.Picture:
    """A batch of pictures side by side."""
    node = lab.run(montage, pictures, across=across, as_=as_)
    return show.Picture(node, title, alt, lo=0, hi=255, group=as_, lossy=False)


def so_far(run: Node, job: Job | None) -> Any:
    """What a training has shown until now, a row an epoch, or None."""
    if run.is_cached:
        return run.value
    return columns(list(job.steps)) if job is not None and job.steps else None


def loss_figure(
    found: Any,
    names: Sequence[str],
    *,
    y: str,
    last: int = 0,
    record: Mapping[str, Sequence[float]] | None = None,
    log_y: bool = True,
    at: int | None = None,
) -> charts.Figure:
    """Curves over the epochs: the columns of `found` by `names`, and what was recorded, dashed.

    `found` : None before there is any. `last` : the last epoch of the training.
    """
    lines = (
        {}
        if found is None
        else {name: (list(range(len(found[n]))), found[n]) for n, name in enumerate(names)}
    )
    beside = {name: (list(range(len(rows))), rows) for name, rows in (record or {}).items()}
    longest = max([last, *(len(xs) - 1 for xs, _ys in beside.values())])
    return curves.figure(lines, y=y, recorded=beside, last=longest, log_y=log_y, at=at)


def before(
    run: Node, job: Job | None, record: Node, names: Sequence[str], *, y: str, caption: str
) -> None:
    """As long as there is no training to see: the recorded one."""
    if so_far(run, job) is None:
        show.chart(
            "record",
            lambda rows: loss_figure(
                None, names, y=y, record={name: rows[:, n] for n, name in enumerate(names)}
            ),
            [record],
            caption=caption,
            alt=_("The recorded training"),
        )


def watch_pictures(
    key: str,
    lab: Lab,
    run: Node,
    job: Job | None,
    record: Node | None,
    *,
    names: tuple[str, str],
    y: str,
    epochs: int,
    title: str,
    captions: tuple[str, str],
) -> None:
    """The losses of a training that also draws pictures, and these, epoch by epoch.

    `names` : of the loss while learning and of the test. `record` : recorded rows of both, to stand
    beside. `captions` : of the curves and of the pictures.
    """
    found = so_far(run, job)
    if found is None:
        return

    def draw(values: Any, rows: Any = None, at: int | None = None) -> charts.Figure:
        beside = {} if rows is None else {name: rows[:, n] for n, name in enumerate(names)}
        return loss_figure(values, names, y=y, last=epochs, record=beside, at=at)

    alt = _("The losses, epoch by epoch")
    if not run.is_cached:
        curves.draw(draw(found, None if record is None else record.value), key=key, alt=alt)
        shown = viewer.encode_overview(epoch_pictures(found, epoch=-1), 0, 255, None, 640)[1]
        caption = _("{title}, after epoch {epoch}", title=title, epoch=len(found[0]) - 1)
        st.image(shown, width=420, caption=caption)
        return
    epoch = curves.epoch_slider(_("Epoch"), range(epochs + 1), key=f"{key}_epoch")
    nodes = [run] if record is None else [run, record]
    show.chart(f"{key}_loss", lambda *v: draw(*v, at=epoch), nodes, caption=captions[0], alt=alt)
    made = lab.run(epoch_pictures, run, epoch=epoch, as_="drawn_by_then")
    show.pictures(
        f"{key}_pictures",
        [show.Picture(made, title, title, lo=0, hi=255, group="drawn", lossy=False)],
        caption=captions[1],
        height=260,
    )


def training(run: Node, steps: Any, epochs: int, title: str, *, key: str) -> Job | None:
    """The panel of one training."""
    whole = jobs.Run(
        run,
        steps,
        range(epochs + 1),
        title,
        collect=lambda shown, _state: columns(shown),
        resumable=True,
    )
    (job,) = jobs.panel([whole], key=key, button=_("Train"))
    return job


def error_bars(rows: Sequence[tuple[str, float]]) -> charts.Figure:
    """A bar for each (name, error)."""
    bars = [(name, error, f"{error:.4f}", True) for name, error in rows]
    figure = charts.sizes(bars, x=_("Mean squared error of a pixel"), colour=COLOURS["image"])
    figure["layout"]["xaxis"]["range"] = [0, 1.35 * max(1e-6, *(error for _n, error in rows))]
    return figure


#: A colour for each digit; the digit itself stands there too.
TINTS = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B8860B",
    "#56B4E9", "#7A7F87", "#8B4513", "#6A3D9A", "#B22222",
)  # fmt: skip


def digit_map(
    positions: Any,
    labels: Any,
    *,
    x: str = "",
    y: str = "",
    marked: tuple[float, float] | None = None,
    reach: float = 0.0,
    height: int = 440,
) -> charts.Figure:
    """Each digit stands as itself at its position (n, 2); `marked` : a place with a ring around it.

    `reach` : both axes go from -reach to reach, so that maps of several epochs can be compared.
    """
    data = []
    for digit, colour in enumerate(TINTS):
        of_one = labels[: len(positions)] == digit
        data.append(
            {
                "type": "scatter",
                "x": positions[of_one, 0],
                "y": positions[of_one, 1],
                "text": [str(digit)] * int(of_one.sum()),
                "mode": "text",
                "name": str(digit),
                "textfont": {"color": colour, "size": 14},
                "hovertemplate": "%{text}: %{x:.2f}, %{y:.2f}<extra></extra>",
                "showlegend": False,
            }
        )
    if marked is not None:
        ring = {"size": 24, "symbol": "circle-open", "color": "#D55E00", "line": {"width": 3}}
        at = {"x": [marked[0]], "y": [marked[1]], "hoverinfo": "skip", "showlegend": False}
        data.append({"type": "scatter", "mode": "markers", "marker": ring, **at})
    figure = charts.made(data, x=x, y=y, height=height)
    if reach:
        figure["layout"]["xaxis"]["range"] = figure["layout"]["yaxis"]["range"] = [-reach, reach]
    return figure


def share_bars(rows: Sequence[tuple[str, float]], *, x: str) -> charts.Figure:
    """A bar for each (name, share 0..1)."""
    bars = [(name, 100 * share, f"{share:.1%}", True) for name, share in rows]
    figure = charts.sizes(bars, x=x, colour=COLOURS["image"])
    figure["layout"]["xaxis"]["range"] = [0, 118]
    return figure
