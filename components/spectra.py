"""What the pages about the spectrum share: how a window is asked for, spectrograms, their axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import cells, charts, show
from components.catalogue import COLOURS as KINDS
from components.i18n import _
from components.sound import Clip
from components.state import choice
from components.tracks import Heat, Row, Sound, Wave
from engine.lab import Node
from engine.sound.filterbank import axis_ticks, steps_on_scale, warp_rows
from engine.sound.spectrum import (
    amplitude_of,
    amplitude_to_db,
    cut_slice,
    highest,
    loudest_start,
    slice_start,
    stft,
    windowed,
)

#: Orange for what is looked at within a sound; the sound itself has the colour of its kind.
MARK = "#D55E00"
#: Four windows in four colours that colour-blind eyes tell apart.
COLOURS = {"rectangular": "#D55E00", "hann": "#009E73", "hamming": "#0072B2", "blackman": "#CC79A7"}
#: Decibels under which nothing is kept in a spectrogram: 24-bit sound ends at -144 dB.
FLOOR = -140.0
#: Decibels below the loudest value that have a colour of their own, unless the learner asks for more.
SPAN = 80
#: Rows of a spectrogram whose axis is not that of the FFT.
ROWS = 256
NAME_WIDTH = 0.06  # of the axis: what the name of a peak may take
LINK = "query-params"
#: Samples under a window: powers of two, for which the FFT is quickest.
LENGTHS = tuple(2**n for n in range(6, 15))
#: Cut-offs that are offered: three an octave, the round numbers of ISO 266.
THIRDS = tuple(
    int(first * 10**power) if power > 1 else first * 10
    for power in range(1, 5)
    for first in (1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8)
)


def windows() -> dict[str, str]:
    """The names of the four windows."""
    return {
        "rectangular": _("Rectangular"),
        "hann": _("Hann"),
        "hamming": _("Hamming"),
        "blackman": _("Blackman"),
    }


def scales() -> dict[str, str]:
    """The names of the four frequency axes."""
    return {"linear": _("Linear"), "log": _("Octaves"), "mel": _("Mel"), "bark": _("Bark")}


def ask_window(*, key: str) -> str:
    """Ask for one of the four windows."""
    return choice(_("Window"), windows(), key=key, default="hann")


def ask_length(label: str, *, start: int, key: str) -> int:
    """Ask for a number of samples, a power of two."""
    return st.select_slider(label, LENGTHS, start, key=key, bind=LINK)


def filled(text: Mapping[str, str], **numbers: object) -> dict[str, str]:
    """A lesson's texts with the numbers that the page computes with in their fields."""
    return {name: body.format(**numbers) for name, body in text.items()}


def near(time: float, rate: int) -> int:
    """The length in `LENGTHS` that lasts about so long."""
    return min(LENGTHS, key=lambda length: abs(math.log(length / (time * rate))))


def ask_cutoffs(kind: str, rate: int) -> tuple[float, float]:
    """Ask for a cut-off in Hz, or for the two of a band; the second is 0 where there is none."""
    steps = [f for f in THIRDS if 20 <= f < rate / 2]
    label = _("Cut-off in Hz")
    if kind == "band":
        around = _nearest(steps, 500), _nearest(steps, 2000)
        low, high = st.select_slider(label, steps, around, key=f"filt_band_{rate}", bind=LINK)
        if low == high:  # both handles on one step: the band is the step to the next
            place = min(steps.index(low), len(steps) - 2)
            low, high = steps[place], steps[place + 1]
        return float(low), float(high)
    start = _nearest(steps, 1000)
    return float(st.select_slider(label, steps, start, key=f"filt_cut_{rate}", bind=LINK)), 0.0


def ask_middle(rate: int, *, key: str) -> float:
    """Ask for the middle of a band of a third of an octave in Hz, far enough below half the rate."""
    steps = [f for f in THIRDS if 20 <= f < rate / 2 / 1.2]
    label, start = _("Middle of the band in Hz"), _nearest(steps, 250)
    return float(st.select_slider(label, steps, start, key=f"{key}_{rate}", bind=LINK))


def _nearest(steps: list[float], wanted: float) -> float:
    return min(steps, key=lambda step: abs(step - wanted))


def seconds(time: float) -> str:
    """A time as people write it."""
    return f"{time:.2f} s" if time >= 1 else f"{1000 * time:.3g} ms"


def hertz(frequency: float) -> str:
    """A frequency as people write it."""
    return f"{frequency / 1000:.4g} kHz" if frequency >= 1000 else f"{frequency:.3g} Hz"


def cut(clip: Clip, length: int, time: float | None) -> tuple[Node, int]:
    """The slice about a time, or the loudest one, and its first sample."""
    lab, rate, samples = clip.lab, clip.sample_rate, len(clip.wave.value)
    if time is None:
        start = lab.run(loudest_start, clip.wave, length=length, as_="start").value
    else:
        at = {"time": time, "sample_rate": rate, "length": length, "samples": samples}
        start = lab.run(slice_start, as_="start", **at).value
    return lab.run(cut_slice, clip.wave, start=start, length=length, as_="piece"), start


def slice_of(clip: Clip, key: str, length: int, window: str, text: dict[str, str]) -> Node:
    """Show the sound with the slice under the pin, and return the slice."""
    rate = clip.sample_rate
    whole = Wave(clip.wave, rate, _("Sound"), _("The whole sound"))
    piece, start = cut(clip, length, show.pinned_time(key, [whole]))
    faded = clip.lab.run(windowed, piece, window=window, as_="faded")
    name = _("Slice times window")
    part = Wave(faded, rate, name, name, start=start / rate, colour=MARK)
    alt = _("The sound, the slice under the pin drawn over it in orange")
    show.tracks(
        key,
        [Row((whole, part), _("Sound and slice"), alt)],
        sounds=[Sound(clip.wave, rate, _("Sound"))],
        caption=text["choose_caption"]
        + " "
        + _(
            "The slice begins at {start} and lasts {length}: {samples} samples.",
            start=seconds(start / rate),
            length=seconds(length / rate),
            samples=f"{length:,}",
        )
        + clip.note,
    )
    return piece


def spectrogram(
    clip: Clip, wave: Node, *, length: int, hop: int, window: str = "hann", as_: str = "levels"
) -> Node:
    """Levels in dB full scale, (length // 2 + 1, frames): a sine that fills -1..1 is 0 dB."""
    lab = clip.lab
    spectrum = lab.run(stft, wave, length=length, hop=hop, window=window, as_="spectrum")
    amplitude = lab.run(amplitude_of, spectrum, length=length, window=window, as_="amplitude")
    return lab.run(amplitude_to_db, amplitude, floor_db=FLOOR, as_=as_)


def heat(
    clip: Clip,
    levels: Node,
    title: str,
    alt: str,
    *,
    length: int,
    hop: int,
    scale: str = "linear",
    top: float | None = None,
    span: float = SPAN,
) -> Heat:
    """A spectrogram on one of four axes; `span` dB are drawn below `top` (the highest level)."""
    rate, ends = clip.sample_rate, clip.sample_rate / 2
    places = {"hop": hop / rate, "unit": "dB"}
    drawn, rows = levels, length // 2 + 1
    if scale == "linear":
        places |= {"axis": (0.0, rate / length, "Hz")}
    else:
        rows = ROWS
        options = {"sample_rate": rate, "fft_size": length, "rows": rows, "scale": scale}
        drawn = clip.lab.run(warp_rows, levels, as_="rows", **options)
        places["row_values"] = row_hertz(rows, scale, ends)
    hi = float(round(top_of(clip, levels) if top is None else top))
    ticks = scale_ticks(rows, scale, ends)
    return Heat(drawn, f"{title} (Hz)", alt, lo=hi - span, hi=hi, ticks=ticks, **places)


def top_of(clip: Clip, levels: Node) -> float:
    """The highest level of a spectrogram in dB."""
    return clip.lab.run(highest, levels, as_="top").value


def scale_ticks(rows: int, scale: str, top: float) -> tuple[tuple[float, str], ...]:
    """Round frequencies in Hz beside rows that are equally far apart on a scale, 0 Hz to `top`."""
    ticks = axis_ticks(rows=rows, scale=scale, fmax=top)
    return tuple((row, f"{f / 1000:g}k" if f >= 1000 else f"{f}") for row, f in ticks)


def row_hertz(rows: int, scale: str, top: float) -> tuple[float, ...]:
    """The frequency of each of `rows` rows, equally far apart on a scale from 0 Hz to `top`."""
    return tuple(steps_on_scale(count=rows, scale=scale, fmax=top).tolist())


def band_hertz(bands: int, scale: str, top: float) -> tuple[float, ...]:
    """The frequency at which each band of a bank peaks."""
    return row_hertz(bands + 2, scale, top)[1:-1]


def band_ticks(bands: int, scale: str, top: float) -> tuple[tuple[float, str], ...]:
    """Round frequencies beside the bands of a bank, whose peaks leave out the two outer edges."""
    ticks = scale_ticks(bands + 2, scale, top)
    return tuple((row - 1, label) for row, label in ticks if 0 <= row - 1 <= bands - 1)


def level_chart(
    key: str,
    levels: Node,
    peaks: Node,
    named: Sequence[tuple[float, float, str, int]],
    *,
    log: bool,
    x_range: tuple[float, float],
    floor: float,
    caption: str,
) -> None:
    """The spectrum of a slice, its peaks (Hz, dB, note, cents) named; `log` is its axis in octaves."""

    def draw(table: Any, _peaks: Any) -> Any:
        first = 1 if log else 0  # a logarithm has no place for 0 Hz
        return charts.spectra(
            {_("Level"): (table[first:, 0], table[first:, 1])},
            x="Hz",
            y="dB",
            colours=(KINDS["sound"],),
            marks=spaced([m[:3] for m in named], x_range[0] if log else 0, x_range[1], log=log),
            log_x=log,
            x_range=x_range if log else None,
            y_range=(floor, 12),
        )

    alt = _("Level of the slice by frequency, the strongest peaks named")
    show.chart(key, draw, [levels, peaks], caption=caption, alt=alt)


def spaced(
    marks: Sequence[tuple[float, float, str]], low: float, high: float, *, log: bool = False
) -> list[tuple[float, float, str]]:
    """Marks (x, y, name) whose names cover none: of two close ones, only the first keeps its own."""

    def share(place: float) -> float:
        """Where on the axis from `low` to `high`, 0..1."""
        if log:
            return math.log(place / low) / math.log(high / low)
        return (place - low) / (high - low)

    kept: list[float] = []
    found = []
    for x, y, name in marks:
        near = any(abs(share(x) - other) < NAME_WIDTH for other in kept)
        kept += [] if near or not name else [share(x)]
        found.append((x, y, "" if near else name))
    return found


def peaks_table(named: Sequence[tuple[float, float, str, int]]) -> str:
    """Peaks (Hz, dB, note, cents) as a Markdown table."""
    heads = " | ".join(["Hz", _("Nearest note"), _("Cents above it"), "dB"])
    rows = "\n".join(f"| {f:,.1f} | {note} | {off:+d} | {db:.1f} |" for f, db, note, off in named)
    return f"| {heads} |\n|--:|:--|--:|--:|\n{rows}"


def window_lines(*tables: Any, x: str, **more: Any) -> Any:
    """A figure with a line for each of the four windows, from tables of x and y."""
    series = {name: (t[:, 0], t[:, 1]) for name, t in zip(windows().values(), tables, strict=True)}
    return charts.spectra(series, x=x, colours=tuple(COLOURS.values()), **more)


def measures_grid(measured: Sequence[Node]) -> str:
    """The four sizes of four windows (see `engine.sound.windows.window_measures`) as HTML."""
    heads = (
        _("Main lobe, bins"),
        _("Highest side lobe, dB"),
        _("Noise bandwidth, bins"),
        _("Loss between bins, dB"),
    )
    numbers = zip(*[one.value for one in measured], strict=True)
    return cells.grid(
        [[cells.Cell(f"{number:.2f}") for number in row] for row in numbers],
        label=_("Sizes of four windows"),
        row_heads=heads,
        column_heads=list(windows().values()),
    )
