"""What a sound file says about itself, read from its headers without decoding the sound."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.errors import N_, UserError
from engine.refused import brands


@dataclass(frozen=True, kw_only=True)
class SoundFacts:
    """What the headers say; what they do not say is None, or "" for `subtype`.

    `sample_rate` : Hz. `frames` : samples of one channel. `decodable` : False for AAC and WebM.
    """

    sample_rate: int | None = None
    channels: int | None = None
    frames: int | None = None
    subtype: str = ""
    decodable: bool = True


def sound_format(data: bytes) -> str:
    """The name of a sound's format by its first bytes, "" if it is none."""
    if data[8:12] == b"WAVE" and data[:4] in (b"RIFF", b"RF64"):
        return "RF64" if data[:4] == b"RF64" else "WAV"
    if data[:4] == b"fLaC":
        return "FLAC"
    if data[:4] == b"OggS":
        first = data[28:64]
        if first.startswith((b"\x80theora", b"\x01video")):
            return ""
        return "Opus" if first.startswith(b"OpusHead") else "OGG"
    if data[:4] == b"FORM" and data[8:12] in (b"AIFF", b"AIFC"):
        return "AIFF"
    if data[:4] == b".snd":
        return "AU"
    if data[:4] == b"caff":
        return "CAF"
    if data[4:8] == b"ftyp":
        marks = brands(data)
        sounding = b"soun" in data and b"vide" not in data and b"pict" not in data[:4096]
        return "M4A" if marks & {"M4A ", "M4B "} or ("qt  " not in marks and sounding) else ""
    if data[:4] == b"\x1aE\xdf\xa3":  # Matroska: a film if a track's codec is one for pictures
        start = data[:65_536]
        return "WebM" if b"A_" in start and b"V_" not in start else ""
    if data[:3] == b"ID3":
        return "FLAC" if data[id3_end(data) :][:4] == b"fLaC" else "MP3"
    if data[:2] in (b"\xff\xf1", b"\xff\xf9") and len(data) > 7:
        length = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
        if data[length : length + 2] in (data[:2], b""):
            return "AAC"
    frame = mp3_frame(data, 0)
    if frame is not None:
        after = mp3_frame(data, frame[2])
        if after is not None and after[0] == frame[0]:
            return "MP3"
    return ""


def sound_facts(data: bytes, form: str) -> SoundFacts:
    """Read what a sound file's headers say.

    Parameters
    ----------
    data : bytes, the file.
    form : str, what `sound_format` says about it.

    Raises
    ------
    UserError : damaged headers, or a sound without channels or samples for each second.
    """
    readers: dict[str, Callable[[bytes], SoundFacts]] = {
        "WAV": wav_facts,
        "RF64": wav_facts,
        "FLAC": flac_facts,
        "OGG": ogg_facts,
        "Opus": ogg_facts,
        "MP3": mp3_facts,
        "AIFF": aiff_facts,
        "M4A": lambda _: SoundFacts(subtype="AAC", decodable=False),
        "AAC": lambda _: SoundFacts(subtype="AAC", decodable=False),
        "WebM": lambda _: SoundFacts(decodable=False),
    }
    try:
        facts = readers[form](data) if form in readers else SoundFacts()
    except (struct.error, IndexError, ValueError, OverflowError) as problem:
        raise UserError(
            N_(
                "The header of this {format} sound is damaged or cut off. Fetch the file again or "
                "save it as WAV."
            ),
            format=form,
        ) from problem
    if facts.channels == 0 or facts.sample_rate == 0:
        raise UserError(
            N_("The header of this {format} sound says that it is empty. Choose another file."),
            format=form,
        )
    return facts


def id3_end(data: bytes) -> int:
    """Where the sound begins after an ID3v2 tag (four times seven bits)."""
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 127
    return 10 + size


def mp3_frame(data: bytes, start: int) -> tuple[int, int, int] | None:
    """(Hz, channels, start of the next frame) if an MPEG frame of layer II or III begins here."""
    if len(data) < start + 4 or data[start] != 255 or data[start + 1] & 0xE0 != 0xE0:
        return None
    version, layer = data[start + 1] >> 3 & 3, data[start + 1] >> 1 & 3
    bits, rate = data[start + 2] >> 4, data[start + 2] >> 2 & 3
    if version == 1 or layer not in (1, 2) or bits in (0, 15) or rate == 3:
        return None
    hertz = (44100, 48000, 32000)[rate] >> {3: 0, 2: 1, 0: 2}[version]
    low = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
    third = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    second = (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
    kilobits = (low if version != 3 else third if layer == 1 else second)[bits - 1]
    factor = 72 if version != 3 and layer == 1 else 144
    length = factor * kilobits * 1000 // hertz + (data[start + 2] >> 1 & 1)
    return hertz, 1 if data[start + 3] >> 6 == 3 else 2, start + length


def mp3_facts(data: bytes) -> SoundFacts:
    """Rate and channels of the first frame; the number of frames is known only after decoding."""
    start = id3_end(data) if data[:3] == b"ID3" else 0
    for position in range(start, min(start + 65_536, len(data) - 3)):
        frame = mp3_frame(data, position)
        # Two bytes of padding can look like a frame: the next one must fit.
        if frame is not None and (frame[2] >= len(data) or mp3_frame(data, frame[2]) is not None):
            return SoundFacts(sample_rate=frame[0], channels=frame[1], subtype="MPEG_LAYER_III")
    raise ValueError("no frame")


def wav_facts(data: bytes) -> SoundFacts:
    """The `fmt ` and `data` chunks; a length beyond the end of the file is cut to what there is."""
    position, align, long_size = 12, 0, 0
    facts: SoundFacts | None = None
    for _ in range(1000):  # a file made of empty chunks must not take long
        if position + 8 > len(data):
            break
        chunk, size = struct.unpack_from("<4sI", data, position)
        if chunk == b"ds64":
            (long_size,) = struct.unpack_from("<Q", data, position + 16)
        elif chunk == b"fmt ":
            code, channels, rate, _, align, bits = struct.unpack_from("<HHIIHH", data, position + 8)
            if code == 0xFFFE and size >= 26:  # extensible: the code leads the sub-format
                (code,) = struct.unpack_from("<H", data, position + 32)
            names = {
                1: f"PCM_{bits}" if bits > 8 else "PCM_U8",
                3: "FLOAT" if bits == 32 else "DOUBLE",
            }
            names |= {6: "ALAW", 7: "ULAW", 2: "MS_ADPCM", 17: "IMA_ADPCM", 85: "MPEG_LAYER_III"}
            facts = SoundFacts(sample_rate=rate, channels=channels, subtype=names.get(code, ""))
            align = align if code in (1, 3, 6, 7) else 0
        elif chunk == b"data":
            size = long_size if size == 0xFFFFFFFF and long_size else size
            if align and facts is not None:
                frames = max(min(size, len(data) - position - 8), 0) // align
                facts = replace(facts, frames=frames)
            break
        position += 8 + size + size % 2
    if facts is None:
        raise ValueError("no fmt chunk")
    return facts


def flac_facts(data: bytes) -> SoundFacts:
    """STREAMINFO: 20 bits of rate, 3 of channels, 5 of depth, 36 of length (RFC 9639, 8.2)."""
    start = id3_end(data) if data[:3] == b"ID3" else 0
    (packed,) = struct.unpack_from(">Q", data, start + 18)
    return SoundFacts(
        sample_rate=packed >> 44,
        channels=(packed >> 41 & 7) + 1,
        subtype=f"PCM_{(packed >> 36 & 31) + 1}",
        frames=packed & (1 << 36) - 1 or None,
    )


def ogg_facts(data: bytes) -> SoundFacts:
    """The first packet, and the position that the last page states."""
    begin = 27 + data[26]
    first = data[begin : begin + 64]
    last = data.rfind(b"OggS")
    (end,) = struct.unpack_from("<q", data, last + 6)
    frames = end if 0 < end < 1 << 40 else None
    if first[:8] == b"OpusHead":  # Opus counts at 48 kHz; the first samples are to be skipped
        (skip,) = struct.unpack_from("<H", first, 10)
        frames = max(frames - skip, 0) if frames else None
        return SoundFacts(sample_rate=48000, channels=first[9], frames=frames, subtype="OPUS")
    if first[:7] == b"\x01vorbis":
        (rate,) = struct.unpack_from("<I", first, 12)
        return SoundFacts(sample_rate=rate, channels=first[11], frames=frames, subtype="VORBIS")
    return SoundFacts()


def aiff_facts(data: bytes) -> SoundFacts:
    """The COMM chunk; its rate is an 80-bit float."""
    position = 12
    for _ in range(1000):
        chunk, size = struct.unpack_from(">4sI", data, position)
        if chunk == b"COMM":
            channels, frames, bits, power, fraction = struct.unpack_from(
                ">HIHHQ", data, position + 8
            )
            rate = int(fraction * 2.0 ** ((power & 0x7FFF) - 16383 - 63))
            subtype = f"PCM_{bits}" if data[8:12] == b"AIFF" else ""
            return SoundFacts(sample_rate=rate, channels=channels, frames=frames, subtype=subtype)
        position += 8 + size + size % 2
    raise ValueError("no COMM chunk")
