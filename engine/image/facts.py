"""What a picture file says about itself, read from its headers without decoding the picture."""

from __future__ import annotations

import io
import re
import struct
import unicodedata
from dataclasses import dataclass
from typing import Any

from PIL import ExifTags, ImageCms, JpegImagePlugin
from PIL import Image as Pillow

from engine.errors import UserError
from engine.image.apng import png_chunks
from engine.image.gif import gif_frames
from engine.image.limits import (
    MAX_CHUNKS,
    MAX_DRAWN_PIXELS,
    MAX_FRAMES,
    PICTURE_FORMATS,
    check_picture_size,
    picture_error,
)
from engine.image.netpbm import is_netpbm, netpbm_header
from engine.image.tiff import is_tiff
from engine.refused import brands, camera_raw

# Enough for every tag of a phone's picture; a page shows them as a table.
MAX_ENTRIES = 100
# One line of a table; maker notes and XMP run to kilobytes.
MAX_VALUE = 200
# Printer profiles have up to about 3 MB; what is larger is no profile.
MAX_PROFILE = 4_000_000

COLOR_TYPES = {
    "1": "bilevel",
    "L": "gray",
    "LA": "gray+alpha",
    "P": "palette",
    "PA": "palette",
    "RGB": "rgb",
    "RGBA": "rgba",
    "RGBX": "rgb",
    "CMYK": "cmyk",
    "YCbCr": "ycbcr",
    "LAB": "lab",
    "I": "gray",
    "I;16": "gray",
    "I;16B": "gray",
    "F": "float",
}


@dataclass(frozen=True, kw_only=True)
class PictureFacts:
    """What the headers say.

    `width`, `height` : pixels as stored; `upright_width`, `upright_height` : after Exif rotation.
    `mode` : Pillow's mode, "" if Pillow cannot open this TIFF.
    `color_type` : a value of `COLOR_TYPES`. `channels`, `bit_depth` : samples for each pixel, bits
    for each sample, as in the file (8 for a BMP with 5 or 6, which its decoder spreads to 8).
    `top` : the largest number that a sample of `read_samples` can have, None for floating-point,
    signed and 32-bit numbers. It need not be the brightest: in a PBM 1 is black. `frames` :
    counted up to `MAX_FRAMES`; `shown_frames` : those that may be chosen. `durations` : seconds for
    each frame, () if unknown or not animated.
    `dpi` : dots per inch, horizontal and vertical. `metadata` : (name, value) pairs, cleaned.
    """

    width: int
    height: int
    upright_width: int
    upright_height: int
    mode: str
    color_type: str
    channels: int
    bit_depth: int
    top: int | None = None
    frames: int = 1
    shown_frames: int = 1
    durations: tuple[float, ...] = ()
    interlaced: bool = False
    palette_size: int = 0
    has_alpha: bool = False
    exif_orientation: int = 1
    icc_profile: str | None = None
    dpi: tuple[float, float] | None = None
    compression: str = ""
    subsampling: str = ""
    metadata: tuple[tuple[str, str], ...] = ()


def clean_text(value: object, *, limit: int = MAX_VALUE) -> str:
    """Untrusted text for one line of a page: no control characters, at most `limit` long."""
    if isinstance(value, bytes):
        # Exif's UserComment begins with the name of its character set.
        value = value[: 4 * limit].removeprefix(b"ASCII\0\0\0").rstrip(b"\0")
        value = value.decode("utf-8", "replace") if b"\0" not in value else value[:32].hex(" ")
    text = str(value)[: 4 * limit]
    text = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


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


def webp_chunks(data: bytes) -> list[tuple[bytes, int, int]]:
    """(name, position of the content, length) of up to `MAX_CHUNKS` chunks of a WebP file."""
    position = 12
    chunks: list[tuple[bytes, int, int]] = []
    while position + 8 <= len(data) and len(chunks) < MAX_CHUNKS:
        name, length = struct.unpack_from("<4sI", data, position)
        chunks.append((name, position + 8, length))
        position += 8 + length + length % 2
    return chunks


def count_tiff_pages(data: bytes) -> int:
    """Follow the chain of a TIFF's directories, up to `MAX_FRAMES` or where it bites its tail."""
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    count_format, entry, offset_format = ("Q", 20, "Q") if big else ("H", 12, "I")
    seen: set[int] = set()
    try:
        (position,) = struct.unpack_from(order + offset_format, data, 8 if big else 4)
        while position and position not in seen and len(seen) < MAX_FRAMES:
            (tags,) = struct.unpack_from(order + count_format, data, position)
            following = position + struct.calcsize(order + count_format) + entry * tags
            seen.add(position)
            (position,) = struct.unpack_from(order + offset_format, data, following)
    except struct.error:
        pass  # the chain leads out of the file: the pages so far are all there are
    return len(seen)


def png_facts(data: bytes, picture: Pillow.Image) -> dict[str, Any]:
    """IHDR, animation chunks, and an Exif chunk that follows the pixels."""
    if data[12:16] != b"IHDR" or len(data) < 29:
        raise ValueError("no IHDR")
    bits, color, interlace = data[24], data[25], data[28]
    facts: dict[str, Any] = {
        "bit_depth": bits,
        "channels": {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color],
        "color_type": {0: "gray", 2: "rgb", 3: "palette", 4: "gray+alpha", 6: "rgba"}[color],
        "interlaced": interlace == 1,
        "compression": "Deflate",
    }
    if bits == 1 and color == 0:
        facts["color_type"] = "bilevel"
    animated, first_counts = 0, False
    delays: list[float] = []
    for name, place, length in png_chunks(data):
        if name == b"PLTE" and color == 3:
            facts["palette_size"] = length // 3
        elif name == b"acTL" and length >= 8:
            animated = int.from_bytes(data[place : place + 4], "big")
        elif name == b"fcTL" and length >= 26 and len(delays) < MAX_FRAMES:
            parts = data[place + 20 : place + 24]
            if len(parts) == 4:
                delay, unit = struct.unpack(">HH", parts)
                delays.append(delay / (unit or 100))
        elif name == b"IDAT":
            first_counts = first_counts or bool(delays)
        elif name == b"tRNS":
            facts["has_alpha"] = True
        elif name == b"eXIf" and length <= len(data):
            picture.info.setdefault("exif", b"Exif\0\0" + data[place : place + length])
    # Without this Pillow would decode the whole picture to look for an Exif chunk at the end.
    if "Raw profile type exif" not in picture.info:
        picture.info.setdefault("exif", b"")
    if animated and getattr(picture, "is_animated", False):
        facts["frames"] = min(animated + (not first_counts), MAX_FRAMES)
        facts["durations"] = ((0.0,) if not first_counts else ()) + tuple(delays)
    return facts


def gif_facts(data: bytes) -> dict[str, Any]:
    """Frames, delays and the first frame's colour table."""
    frames = gif_frames(data)
    if not frames:
        raise EOFError
    control, start, _, colors, _, _ = frames[0]
    return {
        "bit_depth": max(colors - 1, 1).bit_length(),
        "channels": 1,
        "color_type": "palette",
        "interlaced": bool(data[start + 9] & 64),
        "palette_size": colors,
        "frames": len(frames),
        "durations": tuple(delay / 100 for *_, delay in frames) if len(frames) > 1 else (),
        "has_alpha": control >= 0 and bool(data[control + 3] & 1),
        "compression": "LZW",
    }


def webp_facts(data: bytes, picture: Pillow.Image) -> dict[str, Any]:
    """Lossy or lossless, frames and delays."""
    facts: dict[str, Any] = {"bit_depth": 8, "frames": min(picture.n_frames, MAX_FRAMES)}  # type: ignore[attr-defined]
    chunks = webp_chunks(data)
    frames = [place for name, place, length in chunks if name == b"ANMF" and length >= 24]
    delays = [int.from_bytes(data[place + 12 : place + 15], "little") / 1000 for place in frames]
    inner = [data[place + 16 : place + 20] for place in frames]
    lossless = any(name == b"VP8L" for name in [*(name for name, _, _ in chunks), *inner])
    facts["compression"] = "VP8L (lossless)" if lossless else "VP8"
    facts["durations"] = tuple(delays[:MAX_FRAMES]) if len(frames) > 1 else ()
    return facts


def tiff_facts(data: bytes) -> dict[str, Any]:
    """The tags of the first page. Raises UserError for the raw data of a camera."""
    import tifffile

    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages[0]
        if not isinstance(page, tifffile.TiffPage):
            raise ValueError("no page")
        # A damaged tag can hold many numbers where one is meant.
        numbers = (page.imagewidth, page.imagelength, page.bitspersample, page.samplesperpixel)
        if not all(isinstance(number, int) for number in numbers):
            raise ValueError("impossible tags")
        raw_maker = str(page.tags.valueof(271, "")).upper().startswith(("NIKON", "SONY", "PENTAX"))
        reduced = int(page.tags.valueof(254, 0) or 0) & 1 and 330 in page.tags
        if 50706 in page.tags or int(page.photometric) in (32803, 34892) or (raw_maker and reduced):
            raise camera_raw()
        photometric = int(page.photometric)
        names = {0: "gray", 1: "gray", 2: "rgb", 3: "palette", 5: "cmyk", 6: "ycbcr", 8: "lab"}
        color = names.get(photometric, "gray" if page.samplesperpixel == 1 else "rgb")
        alpha = bool({1, 2} & set(page.extrasamples))
        if color == "gray" and page.bitspersample == 1:
            color = "bilevel"
        elif color == "gray" and page.sampleformat == 3:
            color = "float"
        elif alpha:
            color = {"gray": "gray+alpha", "rgb": "rgba"}.get(color, color)
        orientation = page.tags.valueof(274, 1)
        # As `tiff_samples` decides, but nothing is decoded here.
        unsigned = page.dtype is not None and page.dtype.kind in "bu" and page.bitspersample <= 16
        return {
            "width": page.imagewidth,
            "height": page.imagelength,
            "exif_orientation": orientation if orientation in range(1, 9) else 1,
            "bit_depth": page.bitspersample,
            "top": 2**page.bitspersample - 1 if unsigned else None,
            "channels": page.samplesperpixel,
            "color_type": color,
            "has_alpha": alpha,
            "palette_size": 2**page.bitspersample if color == "palette" else 0,
            "frames": count_tiff_pages(data),
            "compression": getattr(page.compression, "name", str(page.compression)),
        }


def bmp_facts(data: bytes, picture: Pillow.Image) -> dict[str, Any]:
    """BITMAPINFOHEADER: bits, colours in the table, compression."""
    header = int.from_bytes(data[14:18], "little")
    old = header == 12
    bits = int.from_bytes(data[24:26] if old else data[28:30], "little")
    method = 0 if old else int.from_bytes(data[30:34], "little")
    colors = 0 if old else int.from_bytes(data[46:50], "little")
    facts: dict[str, Any] = {
        "bit_depth": bits if picture.mode == "P" else 1 if picture.mode == "1" else 8,
        "compression": {0: "none", 1: "RLE8", 2: "RLE4", 3: "none", 6: "none"}.get(method, ""),
    }
    # Pillow takes a palette of all grays in their order for what it is: none.
    if picture.mode == "P":
        facts |= {"channels": 1, "color_type": "palette"}
        facts["palette_size"] = min(colors or 2**bits, 2**bits)
    return facts


def avif_facts(data: bytes, picture: Pillow.Image) -> dict[str, Any]:
    """Bits of each sample (the `av1C` box: high_bitdepth and twelve_bit) and frames."""
    place = data[:4096].find(b"av1C")
    flags = data[place + 6] if 0 < place < len(data) - 6 else 0
    bits = (12 if flags & 0x20 else 10) if flags & 0x40 else 8
    frames = min(picture.n_frames, MAX_FRAMES)  # type: ignore[attr-defined]
    return {"bit_depth": bits, "compression": "AV1", "frames": frames}


def picture_metadata(picture: Pillow.Image) -> tuple[tuple[str, str], ...]:
    """Exif tags by name, text chunks and comments, cleaned; at most `MAX_ENTRIES`."""
    entries: list[tuple[str, str]] = []
    exif = picture.getexif()
    parts: list[tuple[Any, Any]] = [(exif, ExifTags.TAGS)]
    parts.append((exif.get_ifd(ExifTags.IFD.Exif), ExifTags.TAGS))
    parts.append((exif.get_ifd(ExifTags.IFD.GPSInfo), ExifTags.GPSTAGS))
    skipped = {"ExifOffset", "GPSInfo", "StripOffsets", "StripByteCounts", "TileOffsets"}
    skipped |= {"TileByteCounts", "ColorMap", "InterColorProfile", "XMLPacket", "JPEGTables"}
    for tags, names in parts:
        for tag, value in list(tags.items())[:MAX_ENTRIES]:
            name = names.get(tag, f"Tag {tag}")
            if name not in skipped:
                entries.append((name, clean_text(value)))
    texts = {} if picture.format == "TIFF" else getattr(picture, "text", None) or {}
    for name, value in list(texts.items())[:MAX_ENTRIES]:
        entries.append((clean_text(name, limit=80), clean_text(value)))
    if "comment" in picture.info:
        entries.append(("Comment", clean_text(picture.info["comment"])))
    return tuple(entries[:MAX_ENTRIES])


def profile_name(profile: object) -> str | None:
    """The description in an ICC profile, None if there is none, "?" if it cannot be read."""
    if not isinstance(profile, bytes) or not profile or len(profile) > MAX_PROFILE:
        return None
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return clean_text(ImageCms.getProfileDescription(opened)) or "?"
    except Exception:  # a broken profile does not make the picture unreadable
        return "?"


def resolution(value: object) -> tuple[float, float] | None:
    """(horizontal, vertical) dots per inch, None if they are missing or nonsense."""
    try:
        across, down = (round(float(v), 3) for v in value)  # type: ignore[attr-defined]
        return (across, down) if 0 < across < 1e6 and 0 < down < 1e6 else None
    except Exception:  # not a pair, division by zero, not finite
        return None


def picture_facts(data: bytes) -> PictureFacts:
    """Read what a picture file's headers say.

    Parameters
    ----------
    data : bytes, a file that begins like a picture in one of `PICTURE_FORMATS`.

    Raises
    ------
    UserError : too large, damaged headers, or a camera's raw file.
    """
    try:
        return facts_from_headers(data)
    except UserError:
        raise
    except Exception as problem:  # the boundary: decoders raise nearly everything
        raise picture_error(problem) from problem


def facts_from_headers(data: bytes) -> PictureFacts:
    """`picture_facts` without the translation of errors."""
    known: dict[str, Any] = {}
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR" and len(data) >= 24:
        check_picture_size(*struct.unpack_from(">II", data, 16))
    if is_tiff(data):
        known = tiff_facts(data)
        check_picture_size(known["width"], known["height"])
    elif is_netpbm(data):
        width, height, top, _ = netpbm_header(data)
        channels = 3 if data[1:2] in b"36" else 1
        color = "rgb" if channels == 3 else "bilevel" if data[1:2] in b"14" else "gray"
        known = {"width": width, "height": height, "bit_depth": 1 if top == 1 else top.bit_length()}
        known |= {"channels": channels, "color_type": color, "compression": "none"}
        known["top"] = top
    picture: Pillow.Image | None = None
    try:
        picture = Pillow.open(io.BytesIO(data), formats=PICTURE_FORMATS)
    except Exception:
        if not known:
            raise
        # tifffile reads more kinds of TIFF than Pillow does.
        mode, info = "", {}
    else:
        check_picture_size(*picture.size)
        mode, info = picture.mode, picture.info
        if picture.format == "PNG":
            known = png_facts(data, picture)
        elif picture.format == "GIF":
            known = gif_facts(data)
        elif picture.format == "WEBP":
            known = webp_facts(data, picture)
        elif picture.format in ("BMP", "DIB"):
            known = bmp_facts(data, picture)
        elif picture.format == "AVIF":
            known = avif_facts(data, picture)
        elif picture.format in ("JPEG", "MPO"):
            progressive = bool(info.get("progressive"))
            known = {"bit_depth": 8, "interlaced": progressive, "compression": "DCT"}
            if picture.mode != "L" and isinstance(picture, JpegImagePlugin.JpegImageFile):
                kind = JpegImagePlugin.get_sampling(picture)
                known["subsampling"] = {0: "4:4:4", 1: "4:2:2", 2: "4:2:0"}.get(kind, "")
        known = {"width": picture.width, "height": picture.height} | known
        if "exif_orientation" not in known:
            try:
                orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
            except Exception:  # damaged Exif data: viewers show the picture as it is stored
                orientation = 1
            known["exif_orientation"] = orientation if orientation in range(1, 9) else 1
        try:
            known["metadata"] = picture_metadata(picture)
        except Exception:
            known["metadata"] = ()
    defaults: dict[str, Any] = {
        "bit_depth": 8,
        "channels": Pillow.getmodebands(mode) if mode else 1,
        "color_type": COLOR_TYPES.get(mode, "rgb"),
        "mode": mode,
        "frames": 1,
        "has_alpha": "transparency" in info or mode in ("LA", "PA", "RGBA"),
    }
    known = defaults | known
    if "top" not in known:
        known["top"] = (known.get("palette_size") or 2 ** known["bit_depth"]) - 1
    known["has_alpha"] = known["has_alpha"] or defaults["has_alpha"]
    turned = known.get("exif_orientation", 1) >= 5
    width, height = known["width"], known["height"]
    animated = known["frames"] > 1 and not is_tiff(data)
    reach = MAX_DRAWN_PIXELS // (width * height) + 1 if animated else MAX_FRAMES
    return PictureFacts(
        **known,
        upright_width=height if turned else width,
        upright_height=width if turned else height,
        shown_frames=min(known["frames"], reach, MAX_FRAMES),
        icc_profile=profile_name(info.get("icc_profile")),
        dpi=resolution(info.get("dpi")),
    )
