"""The kinds of files that are recognised but not accepted, and what to do with each of them."""

from __future__ import annotations

import re

from engine.errors import N_, UserError

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
#: Sounds that are not read here; all hold a zero byte early, or are no text anyway.
OTHER_SOUNDS = {
    b"MAC ": "Monkey's Audio (APE)",
    b"wvpk": "WavPack",
    b"TTA1": "True Audio",
    b"DSD ": "DSD",
    b"FRM8": "DSD",
    b"MPCK": "Musepack",
    b"MP+": "Musepack",
    b".ra\xfd": "RealAudio",
    b".RMF": "RealMedia",
    b"\x0bw": "Dolby Digital (AC-3)",
    b"\x7f\xfe\x80\x01": "DTS",
    b"#!SILK": "SILK",
    b"\x02#!SILK": "SILK",  # voice messages of WeChat
    b"FORM": "IFF",
}
RAW_PICTURES = (b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"FUJIFILMCCD-RAW", b"FOVb", b"\0MRM")
PROGRAMS = (
    b"\x7fELF",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)


def brands(data: bytes) -> set[str]:
    """The brands in the `ftyp` box that leads a file of the MP4 family (ISO 14496-12, 4.3)."""
    end = min(int.from_bytes(data[:4], "big"), 256)
    words = [data[8:12]] + [data[i : i + 4] for i in range(16, end, 4)]
    return {word.decode("latin-1") for word in words}


def archive(kind: str) -> UserError:
    """The sentence for archives."""
    return UserError(
        N_("This is a {kind} archive. Unpack it and choose one of the files in it."), kind=kind
    )


def camera_raw() -> UserError:
    """The sentence for the raw data of cameras."""
    return UserError(
        N_(
            "This is a camera's raw file: numbers of the sensor that are not a picture yet. "
            "Develop it in the camera's program and save it as JPEG or TIFF."
        )
    )


def video() -> UserError:
    """The sentence for films."""
    return UserError(
        N_(
            "This is a video. Choose a picture, a table, a sound or a text; you can save one frame "
            "of the video as PNG, or its sound as WAV."
        )
    )


def office_document() -> UserError:
    """The sentence for the documents and slides of office programs."""
    return UserError(
        N_(
            "This is an Office document, not a table. Copy its text into a text file, or save its "
            "pictures as PNG."
        )
    )


def locked_workbook() -> UserError:
    """The sentence for encrypted workbooks."""
    return UserError(
        N_("This workbook is locked with a password. Save it without one and try again.")
    )


def unknown(data: bytes) -> UserError:
    """The sentence for what is nothing known and no text."""
    return UserError(
        N_(
            "This file is not recognised; it begins with the bytes {bytes}. Choose a picture "
            "(PNG, JPEG), a table (CSV, XLSX), a sound (WAV, MP3) or a text."
        ),
        bytes=data[:8].hex(" "),
    )


def refuse_other_kinds(data: bytes) -> None:
    """Raise a UserError for files that are recognised but not accepted; return for all others."""
    for magic, kind in ARCHIVES.items():
        if data.startswith(magic) and (kind != "bzip2" or (data[3:4].isdigit() and b"\0" in data)):
            raise archive(kind)
    if data[257:262] == b"ustar":
        raise archive("tar")
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
            raise camera_raw()
        raise video()
    if (
        data[:4] == b"\x1aE\xdf\xa3"
        or (data[:4] == b"RIFF" and data[8:12] == b"AVI ")
        or data[:3] == b"FLV"
        or data[:4] in (b"\0\0\1\xba", b"\0\0\1\xb3", b"OggS")
        or data[4:8] in (b"moov", b"mdat", b"wide")
        or data[:16] == bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")  # Windows Media
    ):
        raise video()
    if data[:4] == b"MThd":
        raise UserError(
            N_("This is a MIDI file: notes to play, not sound. Save it as WAV in a music program.")
        )
    for magic, kind in OTHER_SOUNDS.items():
        if data.startswith(magic) and (b"\0" in data[:64] or b"SILK" in magic):
            if magic == b"FORM" and data[8:12] not in (b"8SVX", b"16SV"):
                continue
            raise UserError(
                N_(
                    "This is a sound in the format {kind}, which is not read here. Save it as WAV, "
                    "FLAC or MP3 in an audio program."
                ),
                kind=kind,
            )
    if data.startswith(RAW_PICTURES):
        raise camera_raw()
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


def refuse_markup(text: str) -> None:
    """Raise a UserError for drawings (SVG) and formatted text (RTF); return for other texts."""
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
