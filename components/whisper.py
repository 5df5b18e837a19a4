"""What the pages about the log-mel spectrogram compute and draw: Whisper's stages over 30 seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components import cepstra, charts, show
from components.i18n import _
from components.sound import Clip, clip_of_tray
from components.state import choice
from components.tracks import Heat, Sound, Wave
from engine.lab import Lab, Node
from engine.sound.logmel import (
    FFT_SIZE,
    HOP,
    RANGE,
    RATE,
    SECONDS,
    at_16_khz,
    clamp_range,
    first_columns,
    frame_row,
    log10_energies,
    scale_whisper,
    thirty_seconds,
    whisper_frames,
)
from engine.sound.mel import mel_bank, mel_edges
from engine.sound.mfcc import mel_energies, power_of_frames, window_frames
from engine.sound.spectrum import frequencies

COLUMNS = SECONDS * RATE // HOP
BANDS, MORE_BANDS = 80, 128  # mel bands that most Whisper models take, and those of large-v3
FRAMES = (FFT_SIZE / RATE, HOP / RATE, -FFT_SIZE / 2 / RATE)  # as tracks take them, in s
RANGE_DB = 10 * RANGE
#: What other libraries do instead, as options of `chain`.
VARIANTS: dict[str, dict[str, Any]] = {
    "zeros": {"pad": "constant"},
    "htk": {"scale": "htk"},
    "magnitude": {"exponent": 1},
    "peaks": {"norm": None},
}


@dataclass(frozen=True)
class Heard:
    """The clip as Whisper takes it: at 16 kHz, and 30 seconds of it."""

    clip: Clip
    lab: Lab
    wave: Node  # (n,) at 16 kHz
    padded: Node  # (480 000,)

    @property
    def columns(self) -> int:
        """How many columns of the matrix hold sound."""
        return min(COLUMNS, -(-len(self.wave.value) // HOP))

    @property
    def row(self) -> Wave:
        """The 30 seconds as a row of tracks."""
        return Wave(
            self.padded,
            RATE,
            _("Sound"),
            _("The wave, {seconds} seconds at 16 kHz", seconds=SECONDS),
        )

    @property
    def short_row(self) -> Wave:
        """The wave at 16 kHz without the silence behind it."""
        return Wave(self.wave, RATE, "16 kHz", _("The wave at 16 kHz"))

    @property
    def sound(self) -> Sound:
        """The 30 seconds to hear."""
        return Sound(self.padded, RATE, _("Sound"))


def heard_in_tray() -> Heard:
    """The chosen part of the sound in the tray as Whisper takes it."""
    clip = clip_of_tray()
    options = {"sample_rate": clip.sample_rate}
    wave = clip.lab.run(at_16_khz, clip.wave, as_="wave_16k", **options)
    padded = clip.lab.run(thirty_seconds, wave, as_="half_minute")
    return Heard(clip, clip.lab, wave, padded)


def ask_bands(*, key: str) -> int:
    """Ask how many mel bands there are."""
    counts = {str(count): str(count) for count in (BANDS, MORE_BANDS)}
    return int(choice(_("Mel bands"), counts, key=key))


def sides(name: str) -> str:
    """What the sides of a stage's array are: frames lie in rows up to the window, then in columns."""
    if name in ("rate", "pad"):
        return _("Shape: samples")
    if name in ("frames", "window"):
        return _("Shape: frames × samples")
    return _("Shape: bins × frames") if name == "power" else _("Shape: bands × frames")


def filled(text: Mapping[str, str], **more: object) -> dict[str, str]:
    """The lesson's texts with Whisper's numbers in their fields."""
    return cepstra.filled(
        text,
        seconds=SECONDS,
        columns=f"{COLUMNS:,}",
        bins=FFT_SIZE // 2 + 1,
        spacing=RATE // FFT_SIZE,
        powers=f"{RANGE:g}",
        decibels=f"{RANGE_DB:g}",
        twice=f"{2 * RANGE_DB:g}",
        more_bands=MORE_BANDS,
        **more,
    )


def chain(
    heard: Heard,
    bands: int,
    *,
    pad: str = "reflect",
    exponent: int = 2,
    scale: str = "slaney",
    norm: str | None = "slaney",
    name: str = "",
) -> dict[str, Node]:
    """All stages by name; by default exactly Whisper's. `name` begins the names of the results."""
    lab = heard.lab
    pieces = lab.run(whisper_frames, heard.padded, pad=pad, as_=f"{name}pieces")
    faded = lab.run(window_frames, pieces, window="hann", as_=f"{name}faded")
    power = lab.run(power_of_frames, faded, exponent=exponent, as_=f"{name}power_spectra")
    bank = {"sample_rate": RATE, "bands": bands, "scale": scale, "norm": norm}
    mel = lab.run(mel_energies, power, as_=f"{name}energies", **bank)
    log = lab.run(log10_energies, mel, as_=f"{name}logs")
    clamp = lab.run(clamp_range, log, as_=f"{name}clamped")
    result = lab.run(scale_whisper, clamp, as_=f"{name}features")
    return {
        **{"rate": heard.wave, "pad": heard.padded, "frames": pieces, "window": faded},
        **{"power": power, "mel": mel, "log": log, "clamp": clamp, "scale": result},
    }


def sounding(heard: Heard, matrix: Node, name: str) -> Node:
    """The columns of a matrix that hold sound, without the silence that was added."""
    return heard.lab.run(first_columns, matrix, start=0, count=heard.columns, as_=name)


def heat(
    node: Node, title: str, *, mel: str = "slaney", colours: str = "viridis", **limits: float
) -> Heat:
    """A matrix (mel bands, frames) over time."""
    return Heat(
        node,
        title,
        title,
        hop=HOP / RATE,
        unit="",
        rows_name=_("band"),
        first_row=1,
        ticks=cepstra.band_ticks(len(node.value), mel),
        row_values=cepstra.band_hertz(len(node.value), mel),
        scale=colours,
        **limits,
    )


def bin_heat(node: Node, title: str) -> Heat:
    """A matrix (bins, frames) over time."""
    axis = (0.0, RATE / FFT_SIZE, "Hz")
    return Heat(node, title, title, hop=HOP / RATE, unit="", axis=axis)


def one_filter(
    lab: Lab, band: int, scales: Mapping[str, str], options: Mapping[str, Any], *, caption: str
) -> None:
    """One band's weights on several mel scales, and where it begins, peaks and ends on each.

    band : int, from 0. scales : dict, name -> label. options : of `mel_bank`, without the scale.
    """
    bands = options["bands"]
    hertz = lab.run(frequencies, sample_rate=RATE, fft_size=FFT_SIZE, as_="hertz")
    edges, filters = [], []
    for name in scales:
        range_of = {"bands": bands, "fmin": 0.0, "fmax": RATE / 2, "scale": name}
        edges.append(lab.run(mel_edges, as_=f"{name}_edges", **range_of))
        bank = lab.run(mel_bank, scale=name, as_=f"{name}_bank", **options)
        filters.append(lab.run(frame_row, bank, at=band, as_=f"{name}_filter"))
    ends = [node.value[band : band + 3].tolist() for node in edges]
    low, high = min(e[0] for e in ends), max(e[2] for e in ends)
    span = (max(0.0, low - (high - low)), min(RATE / 2, high + (high - low)))

    def draw(places: Any, *values: Any) -> Any:
        series = {label: (places, v) for label, v in zip(scales.values(), values, strict=True)}
        colours = (cepstra.RIGHT, cepstra.WRONG)
        return charts.spectra(
            series, x="Hz", y=_("weight"), colours=colours, x_range=span, height=260
        )

    places = "; ".join(
        f"{label}: " + " – ".join(f"{f:.0f}" for f in three) + " Hz"
        for label, three in zip(scales.values(), ends, strict=True)
    )
    found = _(
        "Band {number} of {count} begins, peaks and ends at: {places}.",
        number=band + 1,
        count=bands,
        places=places,
    )
    show.register("edges", edges)
    alt = _("One filter on two mel scales")
    show.chart("filter", draw, [hertz, *filters], caption=f"{found} {caption}", alt=alt)
