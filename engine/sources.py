"""The door for bytes from outside: they become a picture, a table, a sound, a text, or a sentence.

What a file is, its content says; its name is never believed. Sizes are read from headers and
checked before memory is spent on them. Pixels and samples are decoded later, by `engine.image.read`
and the previews of the other kinds, which raise `UserError` in the same way if
the content turns out to be damaged.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import unicodedata
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from PIL import Image as Pillow

from engine.errors import N_, UserError
from engine.image.facts import PictureFacts, picture_facts
from engine.image.read import MAX_PIXELS, is_netpbm, is_tiff
from engine.table.preview import MAX_JSON, find_separator, json_records
from engine.text.preview import decode_text, detect_encoding

# What one visitor may send: the whole file stays in memory while it is looked at.
MAX_BYTES = 100_000_000
# A workbook is unpacked as a whole when it is read; 200 MB of XML are about two million cells.
MAX_UNPACKED = 200_000_000
# Deflate cannot pack better than 1032 : 1, XML of spreadsheets rarely better than 50 : 1; measured
# only for members of more than `RATIO_FROM` bytes, as short runs of equal cells pack very well.
MAX_RATIO = 200
RATIO_FROM = 20_000_000
# A workbook has a member for each sheet and drawing; a zip with more is no workbook.
MAX_MEMBERS = 10_000
# File names are shown on pages; most file systems allow 255 bytes.
MAX_LABEL = 120

# Pillow itself warns above this size and refuses the double; here the warning is an error, too. Set
# for the whole process: it holds for every thread, and nobody may switch it off for a moment.
Pillow.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Pillow.DecompressionBombWarning)


@dataclass(frozen=True, kw_only=True)
class Source:
    """Bytes from outside, recognised.

    `name` : as given, untrusted. `data` : the bytes. `digest` : SHA-256, hexadecimal.
    `format` : "PNG", "CSV", ... `expression` : Python that yields the bytes in generated code.
    """

    kind: ClassVar[str] = ""
    name: str
    data: bytes = field(repr=False)
    digest: str
    format: str
    expression: str

    @property
    def label(self) -> str:
        """The name for display: no folders, no control characters. HTML in it is not escaped."""
        return safe_name(self.name)


@dataclass(frozen=True, kw_only=True)
class Image(PictureFacts, Source):
    """A picture; its facts are those of `PictureFacts`."""

    kind: ClassVar[str] = "image"


@dataclass(frozen=True, kw_only=True)
class Table(Source):
    """A table. `encoding` and `separator` are "" unless it is a text; a line feed: one column."""

    kind: ClassVar[str] = "table"
    encoding: str = ""
    separator: str = ""


@dataclass(frozen=True, kw_only=True)
class Sound(Source):
    """A sound; what its header does not say is None, or "" for `subtype`.

    `sample_rate` : Hz. `frames` : samples of one channel. `decodable` : False for AAC and WebM.
    """

    kind: ClassVar[str] = "sound"
    sample_rate: int | None = None
    channels: int | None = None
    frames: int | None = None
    subtype: str = ""
    decodable: bool = True


@dataclass(frozen=True, kw_only=True)
class Text(Source):
    """A text. `characters` : Unicode characters, the byte order mark not counted."""

    kind: ClassVar[str] = "text"
    encoding: str = "utf-8"
    characters: int = 0
    lines: int = 0


def safe_name(name: str) -> str:
    """A file name without folders and control characters, at most `MAX_LABEL` long, never empty."""
    last = re.split(r"[/\\]", name[-4096:])[-1]
    # Category C: control characters, also those that turn the direction of writing, and surrogates;
    # Zl and Zp: separators of lines and paragraphs.
    kept = (c for c in last if unicodedata.category(c)[0] != "C")
    last = "".join(" " if unicodedata.category(c) in ("Zl", "Zp") else c for c in kept).strip(" .")
    if len(last) > MAX_LABEL:
        stem, dot, ending = last.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 10 else ""
        last = last[: MAX_LABEL - 1 - len(ending)] + "…" + ending
    return last or "file"


def open_source(
    name: str, data: bytes, *, expression: str | None = None
) -> Image | Table | Sound | Text:
    """Recognise bytes from outside.

    Parameters
    ----------
    name : str, the file's name; only shown, never believed.
    data : bytes.
    expression : str, Python that yields the bytes in generated code; None reads the file.

    Returns
    -------
    Image, Table, Sound or Text: headers read and sizes checked, content not yet decoded.

    Raises
    ------
    UserError : empty, too large, damaged, or of a kind that is not accepted; one sentence.
    """
    if not data:
        raise UserError(N_("This file is empty (0 bytes). Choose a file with something in it."))
    if len(data) > MAX_BYTES:
        raise UserError(
            N_("This file has {size} MB; up to {limit} MB are accepted. Choose a smaller one."),
            size=round(len(data) / 1e6, 1),
            limit=MAX_BYTES // 1_000_000,
        )
    for recognise in (open_image, open_sound, open_packed_table):
        source = recognise(name, data, expression)
        if source is not None:
            return source
    refuse_other_kinds(data)
    return open_text(name, data, expression)


def common_fields(name: str, data: bytes, form: str, expression: str | None) -> dict[str, object]:
    """The fields of `Source`."""
    return {
        "name": name,
        "data": data,
        "digest": hashlib.sha256(data).hexdigest(),
        "format": form,
        "expression": expression or f"Path({safe_name(name)!r}).read_bytes()",
    }


# ----------------------------------------------------------------------------------- pictures


def picture_format(data: bytes) -> str:
    """The name of a picture's format by its first bytes, "" if it is none that is accepted."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if is_tiff(data):
        return "BigTIFF" if data[2:4] in (b"+\0", b"\0+") else "TIFF"
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in (
        12,
        40,
        52,
        56,
        64,
        108,
        124,
    ):
        return "BMP"
    if data[:4] == b"\0\0\1\0" and 0 < int.from_bytes(data[4:6], "little") <= 1000:
        return "ICO"
    if data[4:8] == b"ftyp" and brands(data) & {"avif", "avis"}:
        return "AVIF"
    if is_netpbm(data) and re.match(rb"P[1-6](\s|#[^\r\n]*[\r\n])+\d", data[:10_000]):
        return {"1": "PBM", "2": "PGM", "3": "PPM"}[str((int(data[1:2]) - 1) % 3 + 1)]
    return ""


def brands(data: bytes) -> set[str]:
    """The brands in the `ftyp` box that leads a file of the MP4 family (ISO 14496-12, 4.3)."""
    end = min(int.from_bytes(data[:4], "big"), 256)
    words = [data[8:12]] + [data[i : i + 4] for i in range(16, end, 4)]
    return {word.decode("latin-1") for word in words}


def open_image(name: str, data: bytes, expression: str | None) -> Image | None:
    """An `Image`, or None if the bytes do not begin like one."""
    form = picture_format(data)
    if not form:
        return None
    facts = picture_facts(data)
    if form == "PNG" and facts.frames > 1:
        form = "APNG"
    return Image(**common_fields(name, data, form, expression), **vars(facts))  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------- sounds


def open_sound(name: str, data: bytes, expression: str | None) -> Sound | None:
    """A `Sound`, or None if the bytes do not begin like one."""
    readers: dict[str, Callable[[bytes], dict[str, object]]] = {
        "WAV": wav_facts,
        "RF64": wav_facts,
        "FLAC": flac_facts,
        "OGG": ogg_facts,
        "Opus": ogg_facts,
        "MP3": mp3_facts,
        "AIFF": aiff_facts,
        "M4A": lambda _: {"subtype": "AAC", "decodable": False},
        "AAC": lambda _: {"subtype": "AAC", "decodable": False},
        "WebM": lambda _: {"decodable": False},
    }
    form = sound_format(data)
    if not form:
        return None
    facts: dict[str, object] = {}
    try:
        if form in readers:
            facts = readers[form](data)
    except (struct.error, IndexError, ValueError, OverflowError) as problem:
        raise UserError(
            N_(
                "The header of this {format} sound is damaged or cut off. Fetch the file again or "
                "save it as WAV."
            ),
            format=form,
        ) from problem
    if facts.get("channels") == 0 or facts.get("sample_rate") == 0:
        raise UserError(
            N_("The header of this {format} sound says that it is empty. Choose another file."),
            format=form,
        )
    return Sound(**common_fields(name, data, form, expression), **facts)  # type: ignore[arg-type]


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


def mp3_facts(data: bytes) -> dict[str, object]:
    """Rate and channels of the first frame; the number of frames is known only after decoding."""
    start = id3_end(data) if data[:3] == b"ID3" else 0
    for position in range(start, min(start + 65_536, len(data) - 3)):
        frame = mp3_frame(data, position)
        # Two bytes of padding can look like a frame: the next one must fit.
        if frame is not None and (frame[2] >= len(data) or mp3_frame(data, frame[2]) is not None):
            return {"sample_rate": frame[0], "channels": frame[1], "subtype": "MPEG_LAYER_III"}
    raise ValueError("no frame")


def wav_facts(data: bytes) -> dict[str, object]:
    """The `fmt ` and `data` chunks; a length beyond the end of the file is cut to what there is."""
    position, facts, align = 12, {}, 0
    long_size = 0
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
            facts = {"sample_rate": rate, "channels": channels, "subtype": names.get(code, "")}
            align = align if code in (1, 3, 6, 7) else 0
        elif chunk == b"data":
            size = long_size if size == 0xFFFFFFFF and long_size else size
            if align:
                facts["frames"] = max(min(size, len(data) - position - 8), 0) // align
            break
        position += 8 + size + size % 2
    if not facts:
        raise ValueError("no fmt chunk")
    return facts


def flac_facts(data: bytes) -> dict[str, object]:
    """STREAMINFO: 20 bits of rate, 3 of channels, 5 of depth, 36 of length (RFC 9639, 8.2)."""
    start = id3_end(data) if data[:3] == b"ID3" else 0
    (packed,) = struct.unpack_from(">Q", data, start + 18)
    return {
        "sample_rate": packed >> 44,
        "channels": (packed >> 41 & 7) + 1,
        "subtype": f"PCM_{(packed >> 36 & 31) + 1}",
        "frames": packed & (1 << 36) - 1 or None,
    }


def ogg_facts(data: bytes) -> dict[str, object]:
    """The first packet, and the position that the last page states."""
    begin = 27 + data[26]
    first = data[begin : begin + 64]
    last = data.rfind(b"OggS")
    (end,) = struct.unpack_from("<q", data, last + 6)
    frames = end if 0 < end < 1 << 40 else None
    if first[:8] == b"OpusHead":  # Opus counts at 48 kHz; the first samples are to be skipped
        (skip,) = struct.unpack_from("<H", first, 10)
        frames = max(frames - skip, 0) if frames else None
        return {"sample_rate": 48000, "channels": first[9], "frames": frames, "subtype": "OPUS"}
    if first[:7] == b"\x01vorbis":
        (rate,) = struct.unpack_from("<I", first, 12)
        return {"sample_rate": rate, "channels": first[11], "frames": frames, "subtype": "VORBIS"}
    return {}


def aiff_facts(data: bytes) -> dict[str, object]:
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
            facts: dict[str, object] = {"sample_rate": rate, "channels": channels}
            return facts | {"frames": frames, "subtype": subtype}
        position += 8 + size + size % 2
    raise ValueError("no COMM chunk")


# --------------------------------------------------------- workbooks, archives, other formats


def open_packed_table(name: str, data: bytes, expression: str | None) -> Table | None:
    """A `Table` of a workbook or Parquet file; archives and documents are refused; else None."""
    form = ""
    if data[:4] == b"PAR1":
        if data[-4:] != b"PAR1" or len(data) < 12:
            raise UserError(
                N_(
                    "This Parquet file ends too early. It was not copied completely; fetch it "
                    "again."
                )
            )
        form = "Parquet"
    elif data[:4] == b"\xd0\xcf\x11\xe0":
        form = old_office_format(data)
    elif data[:4] == b"PK\3\4" or data[:4] == b"PK\5\6":
        form = zip_format(data)
    return Table(**common_fields(name, data, form, expression)) if form else None  # type: ignore[arg-type]


def old_office_format(data: bytes) -> str:
    """Return "XLS", by the names in the directory of an OLE container ([MS-CFB] 2.6)."""

    def holds(entry: str) -> bool:
        return (entry + "\0").encode("utf-16-le") in data

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise UserError(
            N_("This workbook is locked with a password. Save it without one and try again.")
        )
    if holds("Workbook") or holds("Book"):
        return "XLS"
    raise UserError(
        N_(
            "This is an Office document, not a table. Copy its text into a text file, or save its "
            "pictures as PNG."
        )
    )


def zip_format(data: bytes) -> str:
    """Return "XLSX", "XLSB" or "ODS" by the members of a zip archive; refuse others."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            mimetype = b""
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                mimetype = archive.read("mimetype")
    except Exception as problem:  # zipfile raises much more than BadZipFile for damaged archives
        raise UserError(
            N_("This archive is damaged or cut off. Fetch the file again and try once more.")
        ) from problem
    form = ""
    if "xl/workbook.xml" in names:
        form = "XLSX"
    elif "xl/workbook.bin" in names:
        form = "XLSB"
    elif mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        form = "ODS"
    if not form:
        if "word/document.xml" in names or "ppt/presentation.xml" in names or mimetype:
            raise UserError(
                N_(
                    "This is an Office document, not a table. Copy its text into a text file, or "
                    "save its pictures as PNG."
                )
            )
        raise refuse_archive("ZIP")
    if any(member.flag_bits & 1 for member in members):
        raise UserError(
            N_("This workbook is locked with a password. Save it without one and try again.")
        )
    total = sum(member.file_size for member in members)
    packed = [m for m in members if m.file_size > max(RATIO_FROM, MAX_RATIO * m.compress_size)]
    if total > MAX_UNPACKED or len(members) > MAX_MEMBERS or packed:
        raise UserError(
            N_(
                "This workbook unpacks to {size} MB; up to {limit} MB are accepted. Save the sheet "
                "that you need as CSV."
            ),
            size=round(total / 1e6),
            limit=MAX_UNPACKED // 1_000_000,
        )
    return form


def refuse_archive(kind: str) -> UserError:
    """The sentence for archives."""
    return UserError(
        N_("This is a {kind} archive. Unpack it and choose one of the files in it."), kind=kind
    )


ARCHIVES = {
    b"Rar!\x1a\x07": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"PK\7\x08": "ZIP",
}
OTHER_PICTURES = {
    b"8BPS": "Photoshop",
    b"\0\0\0\x0cjP  \r\n\x87\n": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL \r\n\x87\n": "JPEG XL",
    b"qoif": "QOI",
    b"DDS ": "DDS",
    b"icns": "ICNS",
    b"gimp xcf": "GIMP",
    b"\x76\x2f\x31\x01": "OpenEXR",
    b"#?RADIANCE": "Radiance HDR",
    b"SIMPLE  =": "FITS",
    b"\0\0\2\0\1\0": "cursor",
    b"%!PS": "PostScript",
    b"\xc5\xd0\xd3\xc6": "PostScript",
}
RAW_PICTURES = (b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"FUJIFILMCCD-RAW", b"FOVb", b"\0MRM")
PROGRAMS = (
    b"\x7fELF",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)


def refuse_other_kinds(data: bytes) -> None:
    """Raise a UserError for files that are recognised but not accepted; return for all others."""
    for magic, kind in ARCHIVES.items():
        if data.startswith(magic) and (kind != "bzip2" or (data[3:4].isdigit() and b"\0" in data)):
            raise refuse_archive(kind)
    if data[257:262] == b"ustar":
        raise refuse_archive("tar")
    if data[:5] == b"%PDF-":
        raise UserError(
            N_("This is a PDF. Save one of its pages as PNG, or copy its text into a text file.")
        )
    if data[4:8] == b"ftyp":
        marks = brands(data)
        if marks & {"heic", "heix", "hevc", "heim", "heis", "mif1", "msf1", "heif"}:
            raise UserError(
                N_(
                    "This is a HEIC picture, which only few programs can read. Export it as JPEG, "
                    "or set the iPhone's camera to Most Compatible under Settings, Camera, Formats."
                )
            )
        if "crx " in marks:
            raise_raw()
        raise_video()
    if (
        data[:4] == b"\x1aE\xdf\xa3"
        or (data[:4] == b"RIFF" and data[8:12] == b"AVI ")
        or data[:3] == b"FLV"
        or data[:4] in (b"\0\0\1\xba", b"\0\0\1\xb3", b"OggS")
        or data[4:8] in (b"moov", b"mdat", b"wide")
        or data[:16] == bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")  # Windows Media
    ):
        raise_video()
    if data[:4] == b"MThd":
        raise UserError(
            N_("This is a MIDI file: notes to play, not sound. Save it as WAV in a music program.")
        )
    if data.startswith(RAW_PICTURES):
        raise_raw()
    for magic, kind in OTHER_PICTURES.items():
        if data.startswith(magic):
            raise UserError(
                N_(
                    "This is a picture in the format {kind}, which is not read here. Save it as "
                    "PNG or JPEG."
                ),
                kind=kind,
            )
    if data.startswith(PROGRAMS) or (data[:2] == b"MZ" and b"\0" in data[:64]):
        raise UserError(N_("This is a program. Choose a picture, a table, a sound or a text."))


def raise_raw() -> None:
    """The sentence for the raw data of cameras."""
    raise UserError(
        N_(
            "This is a camera's raw file: numbers of the sensor that are not a picture yet. "
            "Develop it in the camera's program and save it as JPEG or TIFF."
        )
    )


def raise_video() -> None:
    """The sentence for films."""
    raise UserError(
        N_(
            "This is a video. Choose a picture, a table, a sound or a text; you can save one frame "
            "of the video as PNG, or its sound as WAV."
        )
    )


# ------------------------------------------------------------------------ text and its tables


def open_text(name: str, data: bytes, expression: str | None) -> Table | Text:
    """A `Text`, or a `Table` if the text is one; drawings and what is no text are refused."""
    encoding = detect_encoding(data)
    if not encoding:
        raise UserError(
            N_(
                "This file is not recognised; it begins with the bytes {bytes}. Choose a picture "
                "(PNG, JPEG), a table (CSV, XLSX), a sound (WAV, MP3) or a text."
            ),
            bytes=data[:8].hex(" "),
        )
    text = decode_text(data, encoding=encoding)
    start = text[:4096].lstrip().lower()
    if re.search(r"<svg[\s>]", start) and start.startswith("<"):
        raise UserError(
            N_(
                "This is an SVG: not pixels but drawing instructions. Export it as PNG and try "
                "again."
            )
        )
    if start.startswith("{\\rtf"):
        raise UserError(N_("This is formatted text (RTF). Save it as plain text and try again."))
    if start.startswith("[") and len(text) > MAX_JSON and re.match(r"\[\s*\{", start):
        raise UserError(
            N_("This JSON table is longer than {limit} MB. Save it as CSV or as JSON lines."),
            limit=MAX_JSON // 1_000_000,
        )
    if json_records(text, rows=100):
        form = "JSON" if start.startswith("[") else "JSON lines"
        fields = common_fields(name, data, form, expression)
        return Table(**fields, encoding=encoding)  # type: ignore[arg-type]
    separator = find_separator(text)
    if separator:
        form = "TSV" if separator == "\t" else "CSV"
        fields = common_fields(name, data, form, expression)
        return Table(**fields, encoding=encoding, separator=separator)  # type: ignore[arg-type]
    return Text(
        **common_fields(name, data, "Text", expression),  # type: ignore[arg-type]
        encoding=encoding,
        characters=len(text),
        lines=text.count("\n") + (not text.endswith("\n")),
    )
