"""The clip as files of seven kinds: what is encoded, decoded again, and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from components import pcm, show
from components.i18n import _, safe
from components.sound import Clip
from engine import isolate
from engine.errors import N_
from engine.lab import Node
from engine.sound.encode import (
    SOUND_FORMS,
    aligned,
    byte_count,
    codec_delay,
    decode,
    encode,
    rate_for,
)
from engine.sound.quantize import file_bytes, pcm_layout, snr_db
from engine.sound.sampling import resample

NAMES = {
    **{"wav8": N_("WAV, 8 bits"), "wav16": N_("WAV, 16 bits"), "wav24": N_("WAV, 24 bits")},
    **{"flac16": N_("FLAC, 16 bits"), "mp3": "MP3", "vorbis": "Ogg Vorbis", "opus": "Opus"},
}
#: These keep every number; the others leave something out, and have a quality.
EXACT = tuple(form for form, (_kind, _code, bits) in SOUND_FORMS.items() if bits)


@dataclass(frozen=True)
class Coded:
    """A file of the clip: its bytes; what comes back from it, in step with the clip; how late it came.

    delay : Node, int, in samples, taken off in `back`.
    """

    file: Node
    back: Node
    delay: Node


def coded(clip: Clip, form: str, quality: float) -> Coded:
    """The clip as a file; `quality` is 0..1 and counts for the formats that leave something out."""
    lab, wave, rate = clip.lab, clip.wave, clip.sample_rate
    at, inside = rate_for(form=form, sample_rate=rate), wave
    options = {"sample_rate": at, "form": form}
    if at != rate:
        inside = lab.run(resample, wave, sample_rate=rate, new_rate=at, quality="VHQ", as_="fitted")
    if (
        form not in EXACT
    ):  # these encoders are large compiled programs: they work apart from the app
        options |= {"quality": quality, "isolated": isolate.SECONDS}
    file = lab.run(encode, inside, as_=f"{form}_file", **options)
    back = lab.run(decode, file, as_="decoded")
    if at != rate:
        back = lab.run(resample, back, sample_rate=at, new_rate=rate, quality="VHQ", as_="again")
    delay = lab.run(codec_delay, wave, back, as_="delay")
    return Coded(file, lab.run(aligned, wave, back, delay, as_=f"{form}_sound"), delay)


def size_of(clip: Clip, file: Coded, name: str = "size") -> Node:
    """How many bytes a file has."""
    return clip.lab.run(byte_count, file.file, as_=name)


def comparison(
    clip: Clip, files: Mapping[str, Coded], names: Mapping[str, str], *, caption: str
) -> None:
    """A table of files: bytes, bits a second, error and delay. `files` holds one called "wav16"."""
    rows, nodes = [], []
    full = size_of(clip, files["wav16"]).value
    for form, file in files.items():
        size = size_of(clip, file, f"{form}_size")
        ratio = clip.lab.run(snr_db, clip.wave, file.back, as_=f"{form}_ratio")
        nodes += [size, ratio, file.delay]
        speed = f"{8 * size.value / clip.seconds / 1000:,.0f}"
        part = f"{size.value / full:.0%}"
        texts = [f"{size.value:,}", speed, part, pcm.decibels(ratio.value), f"{file.delay.value}"]
        rows.append([names[form], *texts])
    heads = [_("bytes"), _("kbit/s"), _("of WAV"), _("SNR"), _("delay")]
    body = pcm.table(heads, rows, label=_("Bytes and error of each format"))
    show.html("sizes", body, nodes, caption=caption)


def bytes_of_file(clip: Clip, *, first: int, count: int, none: str) -> None:
    """The bytes of some samples as they stand in the learner's own file.

    first, count : int, the clip's sample to begin with, and how many. none : str, what is said of a
    file that stores no plain numbers.
    """
    lab = clip.lab
    offset, frames, channels, depth, order = lab.run(pcm_layout, lab.source, as_="layout").value
    if not frames:
        st.caption(none)
        return
    frame = min(round(clip.start * clip.sample_rate) + first, frames - 1)
    raw = lab.run(file_bytes, lab.source, frame=frame, count=count, as_="raw")
    start = offset + frame * channels * depth // 8
    show.html(
        "file_bytes",
        pcm.file_grid(raw.value, first=start, width=depth // 8, big=order == "big"),
        [raw],
        caption=_(
            "The bytes of {name} itself from byte {start} on, one row for each instant; channels: "
            "{channels}, bits of a sample: {bits}, {order}. The file's first sample stands at "
            "byte {offset}.",
            name=safe(clip.source.label),
            start=f"{start:,}",
            channels=channels,
            bits=depth,
            order=_("big-endian") if order == "big" else _("little-endian"),
            offset=f"{offset:,}",
        ),
    )
