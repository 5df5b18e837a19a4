"""What the pages about time share: frames of the clip, their rows, a frame as a line and as numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import charts, show
from components.cells import Cell, grid
from components.i18n import _
from components.scales import colour
from components.sound import Clip
from components.tracks import Curve, Heat, Sound, Wave
from engine.lab import Node
from engine.sound.energy import crossings_per_second, kind_rows, level, rms
from engine.sound.framing import frame_near, loudest_time, one_frame

RIGHT, WRONG, THIRD = "#0072B2", "#D55E00", "#009E73"
FIRST_NUMBERS = 64  # of a frame, written out
LENGTH_MS, HOP_MS = 25, 10  # of frames, where the page does not ask for them


def samples(clip: Clip, milliseconds: float) -> int:
    """How many samples lie in that time, at least one."""
    return max(1, round(clip.sample_rate * milliseconds / 1000))


def cut_of(clip: Clip) -> dict[str, int]:
    """Length and hop of the usual frames, in samples."""
    return {"length": samples(clip, LENGTH_MS), "hop": samples(clip, HOP_MS)}


def whole(clip: Clip) -> Sound:
    """The clip to listen to."""
    return Sound(clip.wave, clip.sample_rate, _("Your sound"))


def wave(clip: Clip, node: Node | None = None, title: str = "", **options: Any) -> Wave:
    """The row of a wave, the clip's own unless another is given."""
    shown = clip.wave if node is None else node
    name = title or _("Wave")
    return Wave(shown, clip.sample_rate, name, _("The wave over time"), **options)


def curve(clip: Clip, node: Node, title: str, alt: str, **options: Any) -> Curve:
    """The row of a value for each of the usual frames."""
    return Curve(node, title, alt, hop=samples(clip, HOP_MS) / clip.sample_rate, **options)


def loudest(clip: Clip, **cut: Any) -> float:
    """Where the loudest frame has its middle, in seconds: the pin before the learner sets one."""
    rate = clip.sample_rate
    return clip.lab.run(loudest_time, clip.wave, sample_rate=rate, as_="time", **cut).value


def levels_and_crossings(clip: Clip) -> tuple[Node, Node]:
    """The level in dB and the zero crossings a second of the usual frames."""
    cut = cut_of(clip)
    levels = clip.lab.run(level, clip.lab.run(rms, clip.wave, as_="root", **cut), as_="levels")
    options = {"sample_rate": clip.sample_rate, "as_": "crossings", **cut}
    return levels, clip.lab.run(crossings_per_second, clip.wave, **options)


def kinds_row(clip: Clip, kinds: Node, names: Sequence[str]) -> Heat:
    """The row of the kind of each frame, `names` from the lowest row to the highest."""
    return Heat(
        clip.lab.run(kind_rows, kinds, as_="kind_map"),
        _("Kind"),
        _("Silence, few or many crossings, for each frame"),
        hop=cut_of(clip)["hop"] / clip.sample_rate,
        lo=0,
        hi=1,
        ticks=tuple(enumerate(names)),
        unit="",
        rows_name=_("kind"),
        lossy=False,
    )


def near(clip: Clip, seconds: float, *, around: float = 0.075) -> tuple[float, float]:
    """What is seen first, in s: so near to a moment that a few frames can be told apart."""
    return max(0.0, seconds - around), min(seconds + around, clip.seconds)


def frame_at(clip: Clip, seconds: float, node: Node | None = None, **cut: Any) -> tuple[int, Node]:
    """Number and samples of the frame under the pin; `cut` is its length, hop and center.

    The frame is one of the clip's own wave, unless another is given.
    """
    wave = clip.wave if node is None else node
    place = {"seconds": seconds, "sample_rate": clip.sample_rate}
    number = clip.lab.run(frame_near, wave, as_="number", **place, **cut).value
    return number, clip.lab.run(one_frame, wave, number=number, as_="frame", **cut)


def frame_line(frame: Node, *, first: int, sample_rate: int, caption: str) -> None:
    """One frame as a line over its time; `first` is the number of its first sample."""

    def draw(values: Any) -> Any:
        times = [1000 * (first + i) / sample_rate for i in range(len(values))]
        series = {_("Frame"): (times, values)}
        return charts.lines(series, x=_("time, ms"), y=_("value"), colours=(RIGHT,), height=220)

    alt = _("The wave within the frame under the cursor")
    show.chart("frame", draw, [frame], caption=caption, alt=alt)


def frame_numbers(frame: Node) -> None:
    """The first numbers of a frame on cells coloured by sign and size."""
    values = frame.value[:FIRST_NUMBERS]
    most = max(abs(float(values.min())), abs(float(values.max())), 1e-9)
    row = [Cell(f"{value:+.3f}", colour("signed", value, -most, most)) for value in values]
    show.html(
        "numbers",
        grid(
            [row[i : i + 8] for i in range(0, len(row), 8)],
            label=_("The first numbers of the frame"),
        ),
        [frame],
        caption=_(
            "The first {shown} of the frame's {length} numbers, row by row; blue below zero, red "
            "above.",
            shown=len(row),
            length=f"{len(frame.value):,}",
        ),
    )


def lags(
    curve: Node,
    best: Node,
    number: int,
    *,
    sample_rate: int,
    bounds: tuple[int, int],
    difference: bool,
    caption: str,
) -> None:
    """A frame's likeness to itself by lag, with the lag that was chosen, in words and as a line.

    Parameters
    ----------
    curve : Node, float array [shape=(lags,)].
    best : Node, float array [shape=(frames, 3)]: Hz, clearness, lag in samples.
    number : int, the frame's row in `best`.
    bounds : (int, int), Hz, the range of the search.
    difference : bool, whether the curve is YIN's difference: small where the frame is like itself.
    """
    hertz, clear, lag = best.value[number]
    low, high = bounds

    def draw(values: Any, _best: Any) -> Any:
        name = _("Difference (YIN)") if difference else _("Normalised autocorrelation")
        bottom, top = (0, float(max(values))) if difference else (-1, 1)
        ends = [1000 / high, 1000 / high, None, 1000 / low, 1000 / low]
        series = {
            name: ([1000 * i / sample_rate for i in range(len(values))], values),
            _("Range"): (ends, [bottom, top, None, bottom, top]),
        }
        if not math.isnan(lag):
            series[_("Chosen lag")] = ([1000 * lag / sample_rate] * 2, [bottom, top])
        tints = (RIGHT, show.NEUTRAL, WRONG)
        y = _("difference") if difference else _("likeness")
        return charts.lines(series, x=_("lag, ms"), y=y, colours=tints, height=260)

    found = _("No lag in the range has a peak.")
    if not math.isnan(lag):
        found = _(
            "The chosen lag is {lag} samples: {rate} Hz / {lag} = **{hertz} Hz**. Clearness: "
            "{clear} (1 = repeats itself exactly, 0 = not at all).",
            lag=f"{lag:.2f}",
            rate=f"{sample_rate:,}",
            hertz=f"{hertz:.1f}",
            clear=f"{clear:.2f}",
        )
    st.markdown(_("Frame {number}.", number=f"{number:,}") + " " + found)
    alt = _("Likeness of the frame to itself by delay, with the chosen delay")
    show.chart("lags", draw, [curve, best], caption=caption, alt=alt)
