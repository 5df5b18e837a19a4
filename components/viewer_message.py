"""What the viewer's browser half is sent: encoded pictures, windows of numbers, one byte string.

The browser never holds a big picture as numbers: Python sends a small encoded overview once, and
afterwards only the windows that the browser asks for, cropped from the true array. A digit is drawn
only from such a window, never from the (lossy) overview.

`components/blobs.py` has the form of the message. Nothing here comes from the browser unchecked: see
`viewer.read_request`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from components.blobs import Packer, number_type
from engine.cache import ByteCache

Box = tuple[int, int, int, int]
Strokes = tuple[tuple[int, ...], ...]

WHOLE_PIXELS = 128 * 128  # pictures up to this size are sent whole, as numbers
EXACT_PIXELS = 40_000  # most pixels in one window of numbers
DETAIL_PIXELS = 1_200_000  # most pixels in one encoded crop
DETAIL_BYTES = 160_000  # an encoded crop above this size gets a lower quality
# All overviews of one message; what does not fit is encoded more coarsely. Two viewers of a page, the
# viewer's own code and the page around them then stay below 300 kB.
OVERVIEW_BYTES = 120_000


# ---------------------------------------------------------------------------------- the panes


@dataclass(frozen=True)
class Circle:
    """An ellipse around the centre of pixel (x, y), radii in pixels; ``ry`` defaults to ``rx``."""

    x: float
    y: float
    rx: float
    ry: float | None = None
    label: str = ""


@dataclass(frozen=True)
class Outline:
    """A closed line over a pane, with a name where it begins.

    points : x0, y0, x1, y1, ... in pixels; pixel (0, 0) covers 0..1
    colour : a CSS colour
    dashed, thin : how it is drawn; a thin one has no dark edge, for outlines in great numbers
    """

    points: tuple[float, ...]
    label: str = ""
    colour: str = "#fff"
    dashed: bool = False
    thin: bool = False


@dataclass(frozen=True)
class Paint:
    """A brush over a pane. What is erased is shown darkened.

    radius : first radius of the brush, in pixels
    value : what the brush writes first, 0 (erase) or 1 (keep)
    base : what an untouched pixel counts as, 1 (kept) or 0 (erased)
    mirror : also show each stroke mirrored through pixel (W // 2, H // 2), the centre of a
        shifted spectrum; the strokes that are reported are the learner's own
    token : strokes belong to a token; a new one (another picture) starts with a clean sheet
    strokes : strokes to begin with
    """

    radius: int = 8
    value: int = 0
    base: int = 1
    mirror: bool = False
    token: str = ""
    strokes: Strokes = ()


@dataclass(frozen=True, eq=False)
class Pane:
    """A picture, or any array with rows and columns.

    array : [shape=(H, W) or (H, W, C)] bool, integer or float; complex numbers have no picture
    key : digest of the array's content (``Node.key``): the same key means the same numbers
    content : what pins and views belong to: panes of one picture, however it was processed, have
        the same; by default the key
    lo, hi : values shown darkest and brightest; default 0 and the largest value of an unsigned
        integer type, else the least and the greatest finite value of the array
    lut : [shape=(256, 3)] uint8 colours from lo to hi, for one channel
    lossy : False for masks and labels: the overview is then PNG, not JPEG
    """

    id: str
    array: np.ndarray
    title: str
    alt: str
    key: str
    content: str = ""
    group: str = "picture"
    channels: tuple[str, ...] | None = None
    channel_colours: tuple[str, ...] | None = None
    lo: float | None = None
    hi: float | None = None
    lut: np.ndarray | None = None
    lossy: bool = True
    circles: tuple[Circle, ...] = ()
    outlines: tuple[Outline, ...] = ()
    paint: Paint | None = None


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts of the values of pane ``of``: [shape=(C, bins)] or (bins,), bins <= 256.

    lo and hi are the outer edges of the bins; 0 and 255 with 256 bins also fit 8-bit values. The
    height of a count is its square root.
    """

    id: str
    of: str
    counts: np.ndarray
    lo: float
    hi: float
    title: str
    alt: str
    channels: tuple[str, ...] | None = None
    channel_colours: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Matrix:
    """A window of digits of pane ``of``, centred on the cursor."""

    id: str
    of: str
    title: str
    alt: str


AnyPane = Pane | Histogram | Matrix


@dataclass(frozen=True)
class Wanted:
    """The parts of one picture that the browser asked for, cut to the picture.

    exact, probe : windows of numbers: what is seen, and what surrounds the cursor
    detail : a crop to encode, `detail_width` device pixels wide on the screen
    """

    exact: Box | None = None
    probe: Box | None = None
    detail: Box | None = None
    detail_width: int = 0


def contents_of(panes: Iterable[AnyPane]) -> dict[str, str]:
    """Each group's content: that of its first pane. Pins and views belong to it."""
    contents: dict[str, str] = {}
    for pane in panes:
        if isinstance(pane, Pane):
            contents.setdefault(pane.group, pane.content or pane.key)
    return contents


# --------------------------------------------------------------------------- encoded pictures


# Encoded pictures, and the extents of arrays; shared by all sessions.
ENCODED = ByteCache(32 * 2**20)


def to_uint8(array: np.ndarray, lo: float, hi: float) -> np.ndarray:
    """Map lo..hi to 0..255; what is not a number becomes 0."""
    if array.dtype == np.uint8 and lo == 0 and hi == 255:
        return array
    scale = 255.0 / (hi - lo) if hi > lo else 0.0
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = (array.astype(np.float32) - np.float32(lo)) * np.float32(scale)
    scaled = np.nan_to_num(scaled, nan=0.0, posinf=255.0, neginf=0.0)
    return (np.clip(scaled, 0, 255) + 0.5).astype(np.uint8)


def encode(
    array: np.ndarray,
    lo: float,
    hi: float,
    lut: np.ndarray | None,
    size: tuple[int, int],
    *,
    png: bool,
    quality: int = 88,
    limit: int = OVERVIEW_BYTES,
    shrink: bool = True,
) -> tuple[str, bytes]:
    """Encode ``array`` at most ``size`` = (width, height) large; returns (mime type, bytes).

    A JPEG over ``limit`` bytes gets a lower quality, and if that is not enough, and ``shrink`` allows
    it, half the size (noise, such as a phase, can't be compressed).
    """
    if array.ndim == 3:
        array = array[:, :, :3] if array.shape[2] >= 3 else array[:, :, 0]
    height, width = array.shape[:2]
    # Skipping samples down to twice the wanted size is what makes 50 megapixels cheap;
    # the box filter after it still averages at least 2 x 2 samples.
    stride = max(1, min(width // (2 * size[0]), height // (2 * size[1])))
    pixels = np.ascontiguousarray(to_uint8(array[::stride, ::stride], lo, hi))
    image = Image.fromarray(pixels)
    if image.width > size[0] or image.height > size[1]:
        image = image.resize(
            (min(size[0], image.width), min(size[1], image.height)), Image.Resampling.BOX
        )
    if lut is not None and image.mode == "L":
        image.putpalette(np.ascontiguousarray(lut, dtype=np.uint8).tobytes())
    buffer = BytesIO()
    if png:
        image.save(buffer, "PNG", compress_level=6)
        return "image/png", buffer.getvalue()
    if image.mode == "P":
        image = image.convert("RGB")
    while True:
        for q in (quality, 72, 50):
            buffer = BytesIO()
            image.save(buffer, "JPEG", quality=q)
            if buffer.tell() <= limit:
                return "image/jpeg", buffer.getvalue()
        if not shrink or min(image.size) < 64:
            return "image/jpeg", buffer.getvalue()
        image = image.reduce(2)


def _fit(width: int, height: int, max_side: int) -> tuple[int, int]:
    """Width and height reduced in proportion, at least 1 x 1."""
    shrink = max(1.0, max(width, height) / max_side)
    return max(1, round(width / shrink)), max(1, round(height / shrink))


def encode_overview(
    array: np.ndarray,
    lo: float,
    hi: float,
    lut: np.ndarray | None = None,
    max_side: int = 1000,
    *,
    lossy: bool = True,
) -> tuple[str, bytes]:
    """Encode a whole picture, at most ``max_side`` pixels a side; returns (mime type, bytes).

    array : [shape=(H, W) or (H, W, C)], shown from lo (dark) to hi (bright), through lut if given.
    PNG for what is small (<= 128 pixels a side) or must not be changed (lossy=False), else JPEG.
    """
    height, width = array.shape[:2]
    png = not lossy or max(height, width) <= 128
    return encode(array, lo, hi, lut, _fit(width, height, max_side), png=png)


# ------------------------------------------------------------------------------- the message


def _range(pane: Pane) -> tuple[float, float]:
    """The values shown darkest and brightest."""
    kind = pane.array.dtype.kind
    lo, hi = pane.lo, pane.hi
    if kind == "b":
        lo, hi = (0.0 if lo is None else lo), (1.0 if hi is None else hi)
    elif kind == "u" and pane.array.dtype.itemsize <= 2:
        top = float(np.iinfo(pane.array.dtype).max)
        lo, hi = (0.0 if lo is None else lo), (top if hi is None else hi)
    if lo is None or hi is None:

        def extent() -> tuple[float, float]:
            finite = pane.array[np.isfinite(pane.array)] if kind == "f" else pane.array
            return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)

        least, greatest = ENCODED.get(f"extent:{pane.key}", extent)
        lo, hi = (least if lo is None else lo), (greatest if hi is None else hi)
    return float(lo), float(hi)


def _maximum(pane: Pane, lo: float, hi: float) -> float:
    """The value that the 0-1 notation calls 1; floats drawn from 0 to 255 are gray levels."""
    kind = pane.array.dtype.kind
    if kind == "u" and pane.array.dtype.itemsize <= 2:
        return float(np.iinfo(pane.array.dtype).max)
    if kind == "f" and (lo, hi) == (0, 255):
        return 255.0
    return 1.0 if kind in "bf" else (abs(hi) or 1.0)


def _channel_names(channels: tuple[str, ...] | None, count: int) -> list[str]:
    if channels is not None and len(channels) == count:
        return list(channels)
    return {1: [""], 3: ["R", "G", "B"], 4: ["R", "G", "B", "A"]}.get(
        count, [str(i) for i in range(count)]
    )


def _channel_colours(colours: tuple[str, ...] | None, count: int) -> list[str]:
    return [""] * count if colours is None else list(colours)


def _image_header(
    pane: Pane,
    want: Wanted,
    packer: Packer,
    max_side: int,
    overview_bytes: int,
    strokes: Strokes | None,
) -> dict[str, Any]:
    array = pane.array
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise ValueError(f"A pane's array is (H, W) or (H, W, C); this one is {array.shape}.")
    height, width = array.shape[:2]
    count = 1 if array.ndim == 2 else array.shape[2]
    lo, hi = _range(pane)
    lut_key = ""
    if pane.lut is not None and count == 1:
        lut = np.ascontiguousarray(pane.lut, dtype=np.uint8)
        lut_key = "l:" + blake2b(lut.tobytes(), digest_size=8).hexdigest()

    def window(box: Box) -> dict[str, Any]:
        x0, y0, x1, y1 = box
        crop = array[y0:y1, x0:x1]
        dtype, numbers = number_type(crop)
        return packer.add(
            f"w:{pane.key}:{x0},{y0},{x1},{y1}",
            lambda: np.ascontiguousarray(numbers).tobytes(),
            x0=x0, y0=y0, x1=x1, y1=y1, dtype=dtype, channels=count,
        )  # fmt: skip

    def encoded(
        box: Box, size: tuple[int, int], quality: int, png: bool, limit: int, shrink: bool
    ) -> dict[str, Any]:
        # The browser takes a detail's size from this header, an overview's from the picture itself.
        x0, y0, x1, y1 = box
        key = ":".join([
            "o" if shrink else "d", pane.key, f"{lo},{hi}", lut_key, f"{x0},{y0},{x1},{y1}",
            f"{size[0]}x{size[1]}", "png" if png else f"{quality}:{limit}",
        ])  # fmt: skip

        def make() -> bytes:
            crop, lut = array[y0:y1, x0:x1], pane.lut if lut_key else None
            options = {"png": png, "quality": quality, "limit": limit, "shrink": shrink}
            return encode(crop, lo, hi, lut, size, **options)[1]

        return packer.add(
            key, lambda: ENCODED.get(key, make),
            x0=x0, y0=y0, x1=x1, y1=y1, w=size[0], h=size[1],
            mime="image/png" if png else "image/jpeg",
        )  # fmt: skip

    whole = width * height <= WHOLE_PIXELS
    overview = detail = None
    windows: list[dict[str, Any]] = []
    if whole:
        windows.append(window((0, 0, width, height)))
    else:
        small = max(width, height) <= 128
        side = max_side if pane.lossy else min(max_side, 640)
        overview = encoded(
            (0, 0, width, height), _fit(width, height, side), 88,
            small or not pane.lossy, overview_bytes, True,
        )  # fmt: skip
        windows += [window(box) for box in (want.exact, want.probe) if box]
        if want.detail:
            x0, y0, x1, y1 = want.detail
            w, h = x1 - x0, y1 - y0
            shrink = max(1.0, w / max(16, want.detail_width), (w * h / DETAIL_PIXELS) ** 0.5)
            # The height follows from the width: asked for again by that width, it is the same blob.
            across = max(1, round(w / shrink))
            size = across, max(1, round(h * across / w))
            detail = encoded(want.detail, size, 80, not pane.lossy, DETAIL_BYTES, False)

    header: dict[str, Any] = {
        "id": pane.id,
        "kind": "image",
        "key": f"{pane.key}:{lo},{hi}:{lut_key}",
        "content": pane.key,
        "title": pane.title,
        "alt": pane.alt,
        "group": pane.group,
        "width": width,
        "height": height,
        "dtype": str(array.dtype),
        "shape": list(array.shape),
        "channels": _channel_names(pane.channels, count),
        "colours": _channel_colours(pane.channel_colours, count),
        "display": {"lo": lo, "hi": hi, "maximum": _maximum(pane, lo, hi)},
        "whole": whole,
        "overview": overview,
        "windows": windows,
        "detail": detail,
        "circles": [
            {"x": c.x, "y": c.y, "rx": c.rx, "ry": c.rx if c.ry is None else c.ry, "label": c.label}
            for c in pane.circles
        ],
        "outlines": [
            {
                "points": [round(p, 1) for p in o.points],
                "label": o.label,
                "colour": o.colour,
                "dashed": o.dashed,
                "thin": o.thin,
            }
            for o in pane.outlines
        ],
    }
    if lut_key:
        header["display"]["lut"] = packer.add(lut_key, lut.tobytes)
    if pane.paint is not None:
        paint = pane.paint
        header["paint"] = {
            "radius": paint.radius,
            "value": paint.value,
            "base": paint.base,
            "mirror": paint.mirror,
            "token": paint.token,
            "strokes": [list(s) for s in (paint.strokes if strokes is None else strokes)],
        }
    return header


def pack(
    panes: Sequence[AnyPane],
    *,
    wants: Mapping[str, Wanted] | None = None,
    n: float | None = None,
    known: Iterable[str] = (),
    strokes: Strokes | None = None,
    code: bytes = b"",
    **page: Any,
) -> tuple[bytes, list[str]]:
    """Build the message to the browser; returns it and the keys of the blobs it relies on.

    wants : pane id -> what the browser asked for
    n : the number of the browser's question that this message answers
    known : keys of blobs that the browser has
    strokes : what has been painted; None for the strokes of `Paint`
    code : the viewer's JavaScript, a blob like any other
    page : further header fields (view, cursor, notation, text, accent, height)
    """
    ids = [pane.id for pane in panes]
    if not 1 <= len(panes) <= 4 or len(set(ids)) != len(ids):
        raise ValueError(f"A viewer has one to four panes with different ids, not {ids}.")
    pictures = {pane.id for pane in panes if isinstance(pane, Pane)}
    if sum(isinstance(pane, Pane) and pane.paint is not None for pane in panes) > 1:
        raise ValueError("Only one pane of a viewer can be painted on.")
    packer = Packer(known)
    max_side = {0: 1000, 1: 1000, 2: 800}.get(len(pictures), 640)
    overview_bytes = OVERVIEW_BYTES // max(1, len(pictures))
    headers: list[dict[str, Any]] = []
    for pane in panes:
        if isinstance(pane, Pane):
            want = (wants or {}).get(pane.id, Wanted())
            headers.append(_image_header(pane, want, packer, max_side, overview_bytes, strokes))
            continue
        if pane.of not in pictures:
            raise ValueError(f"Pane {pane.id!r} mirrors {pane.of!r}, which is not a picture here.")
        entry: dict[str, Any] = {
            "id": pane.id, "of": pane.of, "title": pane.title, "alt": pane.alt,
        }  # fmt: skip
        if isinstance(pane, Matrix):
            entry["kind"] = "matrix"
        else:
            counts = np.ascontiguousarray(np.atleast_2d(pane.counts), "<f8")
            blob = counts.tobytes()
            counts_key = "h:" + blake2b(blob, digest_size=8).hexdigest()
            names = _channel_names(pane.channels, len(counts))
            colours = _channel_colours(pane.channel_colours, len(counts))
            entry |= {
                "kind": "histogram", "lo": float(pane.lo), "hi": float(pane.hi),
                "series": [
                    {"name": n, "colour": c} for n, c in zip(names, colours, strict=True)
                ],
                "counts": packer.add(counts_key, partial(bytes, blob)),
            }  # fmt: skip
        headers.append(entry)
    header = {
        "n": n,
        "code": packer.add_code(code),
        "contents": contents_of(panes),
        "panes": headers,
        **page,
    }
    return packer.message(header), list(packer.used)
