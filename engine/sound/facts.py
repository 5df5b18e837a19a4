"""What a sound file says about itself, read from its headers without decoding the sound.

What these functions do not read themselves, such as the length of an MP3, a decoder is asked for.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace

from engine import isolate
from engine.errors import N_, UserError
from engine.refused import brands
from engine.sound.read import ADTS, check_sound_size, id3_end, ogg_links, stated, stated_ffmpeg


@dataclass(frozen=True, kw_only=True)
class SoundFacts:
    """What the headers say; what they do not say is None, or "" for `subtype`.

    `sample_rate` : Hz. `frames` : samples of one channel. `subtype` : how a sample is stored, by
    libsndfile's name. `positions` : where the loudspeaker of each channel stands ("FL", "FR", ...),
    in the order of the channels; () where the format does not say it.
    """

    sample_rate: int | None = None
    channels: int | None = None
    frames: int | None = None
    subtype: str = ""
    positions: tuple[str, ...] = ()

    @property
    def bits(self) -> int:
        """Bits of one sample as stored; 0 where a sample has no bits of its own (MP3, AAC, ...)."""
        kinds = {"FLOAT": 32, "DOUBLE": 64, "ALAW": 8, "ULAW": 8, "PCM_U8": 8, "PCM_S8": 8}
        digits = self.subtype.removeprefix("PCM_")
        return kinds.get(self.subtype) or (int(digits) if digits.isdecimal() else 0)


# What is in the tracks of MP4 (ISO 14496-12, 8.4.3) and of Matroska (its codec registry). Shorter
# marks would be found by chance among compressed numbers.
TRACK_OF_SOUND = re.compile(rb"hdlr.{8}soun", re.DOTALL)
TRACK_OF_FILM = re.compile(rb"hdlr.{8}vide", re.DOTALL)
SOUND_CODEC = re.compile(rb"A_(OPUS|VORBIS|AAC|FLAC|MPEG|PCM|ALAC|AC3|EAC3|DTS|TRUEHD|MS/|QUICK)")
FILM_CODEC = re.compile(rb"V_(VP[89]|AV1|MPEG|THEORA|MS/|UNCOMP|QUICK|REAL|FFV1|PRORES|MJPEG|VVC)")
# Windows Media: the file itself, and the kinds of its streams (Microsoft, ASF specification, 10).
WINDOWS_MEDIA = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
STREAM_OF_SOUND = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")
STREAM_OF_FILM = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
# Formats that libsndfile knows by their first bytes, and whose headers it reads.
BEGINNINGS = {
    b"RIFX": "RIFX",
    bytes.fromhex("726966662e91cf11a5d628db04c10000"): "W64",
    b"NIST_1A\n": "NIST",
    b".snd": "AU",
    b"dns.": "AU",
    b"Creative Voice File\x1a": "VOC",
}
# What CAF may hold that libsndfile reads (Apple, Core Audio Format 1.0, audio description chunk).
PLAIN_CAF = (b"lpcm", b"alaw", b"ulaw", b"alac")
# Frames of MPEG sound that must follow each other where nothing else says that it is one.
MPEG_RUN = 4


def sound_format(data: bytes) -> str:
    """The name of a sound's format by its first bytes, "" if it is none."""
    if data[8:12] == b"WAVE" and data[:4] in (b"RIFF", b"RF64", b"BW64"):
        if data[:4] == b"RIFF":
            return "WAV, unfinished" if is_unfinished(data) else "WAV"
        return data[:4].decode()
    if data[:4] == b"fLaC":
        return "FLAC"
    if data[:4] == b"OggS":
        first = data[28:64]
        if first.startswith((b"\x80theora", b"\x01video")):
            return ""
        if first.startswith((b"\x7fFLAC", b"Speex ")):
            return "Ogg FLAC" if first[1:5] == b"FLAC" else "Speex"
        return "Opus" if first.startswith(b"OpusHead") else "OGG"
    if data[:4] == b"FORM" and data[8:12] in (b"AIFF", b"AIFC"):
        return "AIFF"
    for beginning, name in BEGINNINGS.items():
        if data.startswith(beginning):
            return name
    if data[:4] == b"caff":
        return "CAF" if data[28:32] in PLAIN_CAF else "CAF, compressed"
    if data[:6] in (b"#!AMR\n", b"#!AMR-"):
        return "AMR"
    if data.startswith(WINDOWS_MEDIA):
        start = data[:65_536]
        return "WMA" if STREAM_OF_SOUND in start and STREAM_OF_FILM not in start else ""
    if data[4:8] == b"ftyp":
        marks = brands(data)
        sounding = TRACK_OF_SOUND.search(data) and not TRACK_OF_FILM.search(data)
        sounding = sounding and b"pict" not in data[:4096]
        if marks & {"M4A ", "M4B "}:
            return "M4A"
        kind = "QuickTime" if "qt  " in marks else "3GP" if data[8:10] == b"3g" else "M4A"
        return kind if sounding else ""
    if data[:4] == b"\x1aE\xdf\xa3":  # Matroska: a film if a track's codec is one for pictures
        start = data[:65_536]
        return "WebM" if SOUND_CODEC.search(start) and not FILM_CODEC.search(start) else ""
    if data[:3] == b"ID3":
        return format_after_id3(data, id3_end(data))
    if data[:2] in ADTS and len(data) > 7:
        length = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
        if data[length : length + 2] in (data[:2], b""):
            return "AAC"
    frame = mp3_frame(data, 0)
    if frame is not None:
        after = mp3_frame(data, frame[2])
        if after is not None and after[0] == frame[0]:
            return "MP3"
    return ""


def format_after_id3(data: bytes, start: int) -> str:
    """The format of what follows an ID3 tag; MPEG sound that begins elsewhere is left to FFmpeg."""
    if data[start : start + 4] == b"fLaC":
        return "FLAC"
    if data[start : start + 2] in ADTS and mp3_frame(data, start) is None:
        return "AAC"
    plain = mp3_frame(data, start) is not None or data[start : start + 3] == b"ID3"
    return "MPEG audio" if not plain and hidden_mpeg(data, 10) else "MP3"


def hidden_mpeg(data: bytes, start: int = 0) -> bool:
    """Whether a run of MPEG frames begins in the next 64 KB, behind what is none.

    A recorded stream begins in the middle of a frame, and some programs write zeros first.
    """
    position = data.find(b"\xff", start)
    while 0 <= position < start + 65_536:
        place, kind, count = position, None, 0
        while (frame := mp3_frame(data, place)) and kind in (None, frame[0]):
            place, kind, count = frame[2], frame[0], count + 1
            if count == MPEG_RUN:
                return True
        position = data.find(b"\xff", position + 1)
    return False


def is_unfinished(data: bytes) -> bool:
    """Whether a WAV file says that it holds nothing, but does: the recording was broken off."""
    position = 12
    for _ in range(1000):
        if position + 8 > len(data):
            return False
        chunk, size = struct.unpack_from("<4sI", data, position)
        if chunk == b"data":
            break
        position += 8 + size + size % 2
    else:
        return False
    room = len(data) - position - 16
    if size or room < 0:
        return False
    name, following = struct.unpack_from("<4sI", data, position + 8)
    return not (name.isalnum() and following <= room)  # else another chunk follows


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
    if facts.sample_rate is not None and facts.channels is not None:
        check_sound_size(facts.sample_rate, facts.channels)
    return complete(facts, data, form)


def complete(facts: SoundFacts, data: bytes, form: str) -> SoundFacts:
    """Ask the decoder, in a child process, for what was not read from the headers here."""
    if form in FFMPEG_FORMATS:
        rate, channels, frames, subtype, positions = isolate.call(stated_ffmpeg, data)
        return SoundFacts(
            sample_rate=rate,
            channels=channels,
            frames=frames or None,
            subtype=subtype,
            positions=positions,
        )
    if facts.sample_rate is None or facts.channels is None or facts.frames is None:
        rate, channels, frames, subtype = isolate.call(stated, data)
        facts = replace(
            facts,
            sample_rate=rate,
            channels=channels,
            frames=frames or None,
            subtype=subtype or facts.subtype,
        )
    return facts if facts.positions else replace(facts, positions=positions_of(facts, form))


# Loudspeakers in the order of the bits of WAVE's channel mask (Microsoft, WAVEFORMATEXTENSIBLE).
SPEAKERS = (
    *("FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR"),
    *("TC", "TFL", "TFC", "TFR", "TBL", "TBC", "TBR"),
)
# By the number of channels: FLAC (RFC 9639, 9.1.3), and Vorbis I (4.3.9), which Opus follows (RFC
# 7845, 5.1.1.2). libsndfile leaves the channels in the order of the file.
FLAC_ORDER = {
    3: "FL FR FC",
    4: "FL FR BL BR",
    5: "FL FR FC BL BR",
    6: "FL FR FC LFE BL BR",
    7: "FL FR FC LFE BC SL SR",
    8: "FL FR FC LFE BL BR SL SR",
}
VORBIS_ORDER = {
    3: "FL FC FR",
    4: "FL FR BL BR",
    5: "FL FC FR BL BR",
    6: "FL FC FR BL BR LFE",
    7: "FL FC FR SL SR BC LFE",
    8: "FL FC FR SL SR BL BR LFE",
}
ORDERS = {"FLAC": FLAC_ORDER, "OGG": VORBIS_ORDER, "Opus": VORBIS_ORDER}
# Formats that FFmpeg decodes here, not libsndfile.
FFMPEG_FORMATS = (
    *("M4A", "AAC", "WebM", "3GP", "QuickTime", "AMR", "WMA", "Ogg FLAC", "Speex", "MPEG audio"),
    *("CAF, compressed", "WAV, unfinished", "BW64"),
)


def positions_of(facts: SoundFacts, form: str) -> tuple[str, ...]:
    """What a format lays down about the order of that many channels."""
    if facts.channels == 2:
        return ("FL", "FR")
    return tuple(ORDERS.get(form, {}).get(facts.channels or 0, "").split())


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
            code, channels, rate, _, block, bits = struct.unpack_from("<HHIIHH", data, position + 8)
            if code == 1 and bits == 24 and block == 4 * channels:
                raise unclear_samples()
            positions: tuple[str, ...] = ()
            if code == 0xFFFE and size >= 26:  # extensible: the code leads the sub-format
                mask, code = struct.unpack_from("<IH", data, position + 28)
                named = tuple(name for bit, name in enumerate(SPEAKERS) if mask >> bit & 1)
                positions = named if len(named) == channels else ()
            names = {
                1: f"PCM_{bits}" if bits > 8 else "PCM_U8",
                3: "FLOAT" if bits == 32 else "DOUBLE",
            }
            names |= {6: "ALAW", 7: "ULAW", 2: "MS_ADPCM", 17: "IMA_ADPCM", 85: "MPEG_LAYER_III"}
            facts = SoundFacts(
                sample_rate=rate,
                channels=channels,
                subtype=names.get(code, ""),
                positions=positions,
            )
            align = (bits + 7) // 8 * channels if code in (1, 3, 6, 7) else 0
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


def unclear_samples() -> UserError:
    """The sentence for samples of 24 bits in four bytes, without the header that says how.

    They may be whole numbers in the upper or in the lower three bytes, or (Cool Edit) floating-point
    numbers; libsndfile, FFmpeg and SciPy each read something else.
    """
    return UserError(
        N_(
            "This WAV sound keeps numbers of 24 bits in four bytes each and does not say how, so "
            "programs read it differently. Save it as WAV with 16 or 24 bits, or as FLAC."
        )
    )


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
    """What the first link says, and the lengths of all links that go on in its form."""
    first, *others = map(ogg_link_facts, ogg_links(data))
    frames = first.frames
    for link in others:
        if frames is None or (link.sample_rate, link.channels) != (
            first.sample_rate,
            first.channels,
        ):
            break
        frames = frames + link.frames if link.frames is not None else None
    return replace(first, frames=frames)


def ogg_link_facts(data: bytes) -> SoundFacts:
    """The first packet, and the position that the last page states."""
    begin = 27 + data[26]
    first = data[begin : begin + 64]
    last = data.rfind(b"OggS")
    (end,) = struct.unpack_from("<q", data, last + 6)
    frames = end if 0 < end < 1 << 40 else None
    if first[:8] == b"OpusHead":  # Opus counts at 48 kHz; the first samples are to be skipped
        skip, rate = struct.unpack_from("<HI", first, 10)
        # It can be decoded at five rates; libsndfile takes that of the sound that was compressed.
        rate = rate if rate in (8000, 12000, 16000, 24000) else 48000
        frames = max(frames - skip, 0) * rate // 48000 if frames else None
        return SoundFacts(sample_rate=rate, channels=first[9], frames=frames, subtype="OPUS")
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
            if data[8:12] == b"AIFC":  # compressed: its frames are packets of many samples
                return SoundFacts(sample_rate=rate, channels=channels)
            most = len(data) // max((bits + 7) // 8 * channels, 1)  # what the file has room for
            return SoundFacts(
                sample_rate=rate,
                channels=channels,
                frames=min(frames, most),
                subtype=f"PCM_{bits}",
            )
        position += 8 + size + size % 2
    raise ValueError("no COMM chunk")
