"""What the pages about MFCC, linear prediction and log-mel share: 16 kHz, frames, stages, the pin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts, show, spectra
from components.i18n import _
from components.sound import Clip, clip_of_tray
from components.state import choice, wish
from components.tracks import AnyRow, Heat, Row, Sound, Wave
from engine.lab import Lab, Node
from engine.sound.framing import frames, loudest_time
from engine.sound.logmel import RATE, at_16_khz, frame_column, frame_row
from engine.sound.mel import band_places, mel_edges
from engine.sound.mfcc import (
    dct_frames,
    delta,
    energies_to_db,
    largest_after_first,
    lifter,
    mel_energies,
    power_of_frames,
    pre_emphasis,
    stack_rows,
    window_frames,
)

LENGTH, HOP = 400, 160  # samples of a frame and from frame to frame: 25 ms and 10 ms at 16 kHz
FFT_SIZE = 512  # the next power of two
EMPHASIS, WINDOW = 0.97, "hamming"
LIFTER, WIDTH, RANGE_DB = 22, 9, 80.0  # as the HTK book; frames of a slope; decibels kept
BANDS, COUNT = 26, 13  # mel bands and coefficients, as recognisers before 2012 mostly took them
FRAMES = (LENGTH / RATE, HOP / RATE, 0.0)  # as tracks take them, in s
BIN = RATE / FFT_SIZE  # Hz from bin to bin
RIGHT, WRONG = "#0072B2", "#D55E00"
TICKS = (200, 500, 1000, 2000, 4000, 7000)  # Hz, named beside mel bands


@dataclass(frozen=True)
class Speech:
    """The clip at 16 kHz, and the first stages that MFCC and linear prediction share."""

    clip: Clip
    lab: Lab
    wave: Node  # (n,) at 16 kHz
    emphasised: Node  # (n,)
    pieces: Node  # (frames, 400)
    faded: Node  # (frames, 400)

    @property
    def count(self) -> int:
        """How many frames there are."""
        return len(self.pieces.value)

    @property
    def row(self) -> Wave:
        """The wave at 16 kHz as a row of tracks."""
        return Wave(self.wave, RATE, _("Sound"), _("The wave of the sound at 16 kHz"))

    @property
    def heard(self) -> Sound:
        """The wave at 16 kHz as a sound."""
        return Sound(self.wave, RATE, _("Sound"))


def speech_of_tray() -> Speech:
    """The chosen part of the sound in the tray, at 16 kHz and in frames."""
    clip = clip_of_tray()
    lab = clip.lab
    wave = lab.run(at_16_khz, clip.wave, sample_rate=clip.sample_rate, as_="wave_16k")
    emphasised = lab.run(pre_emphasis, wave, coefficient=EMPHASIS, as_="emphasised")
    pieces = lab.run(frames, emphasised, length=LENGTH, hop=HOP, as_="pieces")
    faded = lab.run(window_frames, pieces, window=WINDOW, as_="faded")
    return Speech(clip, lab, wave, emphasised, pieces, faded)


def plain_frames(speech: Speech) -> Node:
    """The windowed frames of the sound without pre-emphasis."""
    pieces = speech.lab.run(frames, speech.wave, length=LENGTH, hop=HOP, as_="raw_pieces")
    return speech.lab.run(window_frames, pieces, window=WINDOW, as_="raw_faded")


@dataclass(frozen=True)
class Chain:
    """What MFCC make of windowed frames, one node a stage; rows are bands or coefficients."""

    power: Node  # (257, frames)
    energies: Node  # (26, frames)
    logs: Node  # (26, frames), dB
    coefficients: Node  # (13, frames)
    lifted: Node
    slopes: Node
    curves: Node
    features: Node  # (39, frames): the last three


def chain_of(speech: Speech) -> Chain:
    """All stages of MFCC after the window."""
    lab = speech.lab
    power = lab.run(power_of_frames, speech.faded, fft_size=FFT_SIZE, as_="power_spectra")
    energies = mel_of(speech, speech.faded)
    logs = lab.run(energies_to_db, energies, range_db=RANGE_DB, as_="log_mel")
    coefficients = lab.run(dct_frames, logs, count=COUNT, as_="coefficients")
    lifted = lab.run(lifter, coefficients, strength=LIFTER, as_="lifted")
    slopes = lab.run(delta, lifted, width=WIDTH, as_="slopes")
    curves = lab.run(delta, slopes, width=WIDTH, as_="slopes_of_slopes")
    features = lab.run(stack_rows, lifted, slopes, curves, as_="features")
    return Chain(power, energies, logs, coefficients, lifted, slopes, curves, features)


def filled(text: Mapping[str, str], **more: object) -> dict[str, str]:
    """A lesson's texts with the numbers that this module computes with in their fields."""
    numbers = {
        "rate": f"{RATE:,}",
        "kilohertz": f"{RATE / 1000:g}",
        "half": f"{RATE / 2000:g}",
        "length": LENGTH,
        "hop": HOP,
        "milliseconds": f"{1000 * LENGTH / RATE:g}",
        "step": f"{1000 * HOP / RATE:g}",
        "middle": f"{500 * LENGTH / RATE:g}",
        "fft": FFT_SIZE,
        "emphasis": EMPHASIS,
        "bands": BANDS,
        "count": COUNT,
        "last": COUNT - 1,
        "all": 3 * COUNT,
        "strength": LIFTER,
        "half_strength": f"{LIFTER / 2:g}",
        "width": WIDTH,
        "range": f"{RANGE_DB:g}",
        **more,
    }
    return spectra.filled(text, **numbers)


def band_ticks(bands: int, scale: str) -> tuple[tuple[float, str], ...]:
    """Round frequencies beside the bands of a bank up to 8 kHz, where they fall between the peaks."""
    places = band_places(hertz=TICKS, bands=bands, fmax=RATE / 2, scale=scale)
    ticks = zip(places, TICKS, strict=True)
    return tuple((row, spectra.hertz(float(f))) for row, f in ticks if 0 <= row <= bands - 1)


def band_hertz(bands: int, scale: str) -> tuple[float, ...]:
    """The frequency at which each band of a bank up to 8 kHz peaks."""
    return tuple(mel_edges(bands=bands, fmin=0.0, fmax=RATE / 2, scale=scale)[1:-1].tolist())


def heat(node: Node, title: str, **options: Any) -> Heat:
    """A matrix (rows, frames) over time."""
    return Heat(node, title, title, hop=HOP / RATE, start=LENGTH / 2 / RATE, **options)


def band_heat(node: Node, title: str, **options: Any) -> Heat:
    """A matrix (mel bands, frames) over time."""
    places = {"ticks": band_ticks(BANDS, "htk"), "row_values": band_hertz(BANDS, "htk")}
    return heat(node, title, rows_name=_("band"), first_row=1, **places, **options)


def number_heat(speech: Speech, node: Node, title: str) -> Heat:
    """A matrix (coefficients, frames) over time: white at zero, the first row mostly off the scale."""
    top = speech.lab.run(largest_after_first, node, as_="top").value
    name = _("coefficient")
    return heat(node, title, lo=-top, hi=top, scale="signed", unit="", rows_name=name)


def mel_of(speech: Speech, faded: Node, *, rate: int = RATE, name: str = "energies") -> Node:
    """Energies (26, frames) of windowed frames; `rate` is what the bank believes."""
    power = speech.lab.run(power_of_frames, faded, fft_size=FFT_SIZE, as_="power_spectra")
    bank = {"bands": BANDS, "fmax": RATE / 2, "scale": "htk", "norm": None}
    return speech.lab.run(mel_energies, power, sample_rate=rate, as_=name, **bank)


def stage_rows(
    s: Speech, m: Chain, name: str, title: str, number: int
) -> tuple[Node, list[AnyRow]]:
    """What a stage of MFCC makes of the sound (of a frame, if it is one), drawn under the wave."""
    wave = Wave(
        s.emphasised,
        RATE,
        _("After pre-emphasis"),
        _("The wave after pre-emphasis"),
        lo=None,
        hi=None,
    )
    if name == "emphasis":
        return s.emphasised, [wave]
    if name in ("frames", "window"):
        node = s.pieces if name == "frames" else s.faded
        one = row_of(s.lab, node, number, "one_frame")
        part = Wave(
            one, RATE, _("Frame"), title, start=number * HOP / RATE, colour=WRONG, lo=None, hi=None
        )
        alt = _("The wave after pre-emphasis, the frame under the cursor drawn over it in orange")
        return node, [Row((wave, part), title, alt)]
    if name == "power":
        return m.power, [heat(m.power, title, unit="", axis=(0.0, BIN, "Hz"))]
    if name == "mel":
        return m.energies, [band_heat(m.energies, title, unit="")]
    if name == "log":
        return m.logs, [band_heat(m.logs, title)]
    if name == "delta":
        curves = number_heat(s, m.curves, _("Deltas of deltas"))
        return m.features, [number_heat(s, m.slopes, title), curves]
    node = m.coefficients if name == "cosines" else m.lifted
    return node, [number_heat(s, node, title)]


def stage_frame(
    s: Speech, m: Chain, name: str, number: int
) -> tuple[list[Node], list[float], str, str]:
    """One frame before a stage of MFCC (if it can be compared) and after it, or both deltas; axes."""
    if name in ("emphasis", "frames", "window"):
        raw = s.lab.run(frames, s.wave, length=LENGTH, hop=HOP, as_="raw_pieces")
        nodes = {"emphasis": [raw, s.pieces], "frames": [s.pieces], "window": [s.pieces, s.faded]}
        lines = [row_of(s.lab, node, number, f"one_of_{node.name}") for node in nodes[name]]
        places = [1000 * n / RATE for n in range(LENGTH)]
        return lines, places, _("time in the frame, ms"), _("value")
    nodes, places, x, y = {
        "power": ([m.power], [BIN * n for n in range(FFT_SIZE // 2 + 1)], "Hz", "|X|²"),
        "mel": ([m.energies], list(range(1, BANDS + 1)), _("mel band"), _("energy")),
        "log": ([m.logs], list(range(1, BANDS + 1)), _("mel band"), "dB"),
        "cosines": ([m.coefficients], list(range(COUNT)), _("coefficient"), _("value")),
        "lifter": ([m.coefficients, m.lifted], list(range(COUNT)), _("coefficient"), _("value")),
        "delta": ([m.slopes, m.curves], list(range(COUNT)), _("coefficient"), _("value")),
    }[name]
    return [column_of(s.lab, n, number, f"one_of_{n.name}") for n in nodes], places, x, y


def frame_under_cursor(s: Speech, key: str, caption: str) -> tuple[Node, int]:
    """Show the wave with its frames; the frame under the pin, emphasised and faded, and its number."""
    number = pinned_frame(s.lab, key, s.row, count=s.count)
    show.tracks(
        key,
        [s.row],
        sounds=[s.heard],
        frames=FRAMES,
        cursor=loudest(s.lab, s.wave),
        caption=caption + s.clip.note,
        height=100,
    )
    return row_of(s.lab, s.faded, number, "frame"), number


def which(number: int, count: int) -> str:
    """The sentence under a chart of one frame."""
    return _(
        "Frame {number} of {count}, counted from 0: the one under the cursor. Click in the wave to "
        "choose another.",
        number=f"{number:,}",
        count=f"{count:,}",
    )


def pinned_frame(
    lab: Lab, key: str, wave: Wave, *, count: int, start: float = LENGTH / 2 / RATE
) -> int:
    """The number of the frame under the pin; without a pin, of the loudest moment.

    Parameters
    ----------
    key : str, of the tracks.
    wave : Wave, the first row.
    count : int, how many frames there are.
    start : float, s, the middle of the first frame.
    """
    time = show.pinned_time(key, [wave])
    return frame_at(loudest(lab, wave.node) if time is None else time, count=count, start=start)


def frame_at(time: float, *, count: int, start: float = LENGTH / 2 / RATE) -> int:
    """The number of the frame whose middle lies nearest to a time in s."""
    return min(max(round((time - start) * RATE / HOP), 0), count - 1)


def view_of_frames(number: int, seconds: float) -> tuple[float, float]:
    """The time in s about a frame in which it and its neighbours can be told apart."""
    start = number * HOP / RATE
    return max(0.0, start - 2 * HOP / RATE), max(
        min(seconds, start + 6 * HOP / RATE), LENGTH / RATE
    )


def loudest(lab: Lab, wave: Node) -> float:
    """The loudest moment of a wave at 16 kHz, in s."""
    options = {"sample_rate": RATE, "length": LENGTH, "hop": HOP}
    return lab.run(loudest_time, wave, as_="time", **options).value


def row_of(lab: Lab, matrix: Node, number: int, name: str) -> Node:
    """One frame of (frames, samples)."""
    return lab.run(frame_row, matrix, at=number, as_=name)


def column_of(lab: Lab, matrix: Node, number: int, name: str) -> Node:
    """One frame of (rows, frames)."""
    return lab.run(frame_column, matrix, at=number, as_=name)


def stage(options: Mapping[str, str], *, key: str) -> tuple[str, Any]:
    """Ask for a stage, by name or by a step forth or back; the stage, and the row for more controls."""
    names = list(options)
    now = st.session_state.get(key)
    for step in (-1, 1):  # a press is followed before the stages are drawn
        there = names.index(now) + step if now in options else step
        if st.session_state.get(f"{key}_step{step}") and 0 <= there < len(names):
            wish(key, names[there])
    name = choice(_("Stage"), options, key=key, look="pills")
    place = names.index(name)
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        for step, label, icon in (
            (-1, _("Step back"), ":material/arrow_back:"),
            (1, _("Step forward"), ":material/arrow_forward:"),
        ):
            inside = 0 <= place + step < len(names)
            st.button(label, icon=icon, disabled=not inside, key=f"{key}_step{step}")
        st.caption(_("Stage {number} of {count}", number=place + 1, count=len(names)))
    return name, row


def shape(node: Node) -> str:
    """The size of an array as people write it: 400 × 26."""
    return " × ".join(f"{side:,}" for side in node.value.shape)


def frame_chart(
    key: str,
    series: Mapping[str, Node],
    places: Any,
    *,
    x: str,
    y: str,
    caption: str,
    alt: str,
    height: int = 240,
) -> None:
    """One frame as lines, a line for each name -> node (n,); `places` gives the x of each value."""

    def draw(*values: Any) -> Any:
        lines = {name: (places[: len(v)], v) for name, v in zip(series, values, strict=True)}
        colours = (RIGHT, WRONG, "#009E73")
        return charts.spectra(lines, x=x, y=y, colours=colours, height=height)

    show.chart(key, draw, list(series.values()), caption=caption, alt=alt)
