"""What the pages about the spectrum share: how a window is asked for, spectrograms, their axes."""

from __future__ import annotations

import math

import streamlit as st

from components import show
from components.i18n import _
from components.sound import Clip
from components.state import choice
from components.tracks import Heat, Row, Sound, Wave
from engine.lab import Node
from engine.sound.filterbank import axis_ticks, warp_rows
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
#: Rows of a spectrogram whose axis is not that of the FFT.
ROWS = 256
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


def ask_window(*, default: str = "hann") -> str:
    """Ask for one of the four windows."""
    return choice(_("Window"), windows(), key="window", default=default)


def ask_length(label: str, *, start: int) -> int:
    """Ask for a number of samples, a power of two."""
    return st.select_slider(label, LENGTHS, start, key="length", bind=LINK)


def near(time: float, rate: int) -> int:
    """The length in `LENGTHS` that lasts about so long."""
    return min(LENGTHS, key=lambda length: abs(math.log(length / (time * rate))))


def ask_cutoffs(kind: str, rate: int) -> tuple[float, float]:
    """Ask for a cut-off in Hz, or for the two of a band; the second is 0 where there is none."""
    steps = [f for f in THIRDS if 20 <= f < rate / 2]
    label = _("Cut-off in Hz")
    if kind == "band":
        around = _nearest(steps, 500), _nearest(steps, 2000)
        low, high = st.select_slider(label, steps, around, key=f"band_{rate}", bind=LINK)
        if low == high:  # both handles on one step: the band is the step to the next
            place = min(steps.index(low), len(steps) - 2)
            low, high = steps[place], steps[place + 1]
        return float(low), float(high)
    start = _nearest(steps, 1000)
    return float(st.select_slider(label, steps, start, key=f"cut_{rate}", bind=LINK)), 0.0


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
    span: float = 80.0,
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


def band_ticks(bands: int, scale: str, top: float) -> tuple[tuple[float, str], ...]:
    """Round frequencies beside the bands of a bank, whose peaks leave out the two outer edges."""
    ticks = scale_ticks(bands + 2, scale, top)
    return tuple((row - 1, label) for row, label in ticks if 0 <= row - 1 <= bands - 1)
