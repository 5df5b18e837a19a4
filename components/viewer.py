"""The linked picture viewer: from the whole picture to the digits on its pixels.

One browser component shows up to four panes side by side: pictures, a histogram, a matrix of
numbers. All panes of a group share one cursor and one zoom. The browser never holds a big
picture as numbers: Python sends a small encoded overview once, and afterwards only the windows
that the browser asks for, cropped from the true array. A digit is drawn only from such a window,
never from the (lossy) overview.

Coordinates: pixel (x, y) is column x, row y, counted from 0 at the top left, and covers the
square from x to x + 1. A group's view and cursor are in pixels of the group's first pane; panes
of other sizes in the same group (a reduced copy, say) are mapped in proportion.

The message to the browser is one byte string, because Streamlit passes bytes on unchanged:
``uint32 (little endian) header length | UTF-8 JSON header | blobs``. Every blob has a key. A blob
that the browser already has is named without its bytes; if the browser has dropped it, it says
which keys it still has (``have``) and Python sends the rest again.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from engine.cache import ByteCache
from engine.errors import N_

Box = tuple[int, int, int, int]

#: The texts that the component shows; the page passes them translated.
TEXT_KEYS: dict[str, str] = {
    "zoom_in": N_("Zoom in"),
    "zoom_out": N_("Zoom out"),
    "fit": N_("Show the whole picture"),
    "cursor": N_("Pixel under the cursor"),
    "waiting": N_("The exact value is on its way"),
    "pinned": N_("Pinned pixel"),
    "hint": N_("Scroll or pinch to zoom, drag to move, click to pin a pixel"),
    "keys": N_("Arrow keys move the cursor, plus and minus zoom, 0 shows everything, Enter pins"),
    "controls": N_("Zoom"),
    "tools": N_("Brush"),
    "brush": N_("Paint"),
    "brush_hint": N_("Drag to paint; hold Shift and drag, or use two fingers, to move"),
    "erase": N_("Erase"),
    "keep": N_("Keep"),
    "radius": N_("Brush radius in pixels"),
    "undo": N_("Undo the last stroke"),
    "clear": N_("Remove all strokes"),
    "pixels": N_("pixels"),
    "sqrt": N_("height: square root of the count"),
}

NOTATIONS = ("dec", "hex", "unit")
WHOLE_PIXELS = 128 * 128  # pictures up to this size are sent whole, as numbers
EXACT_PIXELS = 40_000  # most pixels in one window of numbers
DETAIL_PIXELS = 1_200_000  # most pixels in one encoded crop
# All overviews of one message; what does not fit is encoded more coarsely. Two viewers of a page, the
# viewer's own code and the page around them then stay below 300 kB.
OVERVIEW_BYTES = 120_000
KNOWN_KEYS = 256
RGB_COLOURS = ("#D55E00", "#009E73", "#0072B2")  # Okabe-Ito, told apart by colour-blind eyes
DEFAULT_ACCENT = "#0072B2"


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
class Rect:
    """A rectangle from pixel (x0, y0) to before (x1, y1)."""

    x0: float
    y0: float
    x1: float
    y1: float
    label: str = ""


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
    strokes: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Pane:
    """A picture, or any array with rows and columns.

    array : [shape=(H, W) or (H, W, C)] bool, integer or float; complex numbers have no picture
    key : digest of the array's content (``Node.key``): the same key means the same numbers
    lo, hi : values shown darkest and brightest; default 0 and the largest value of an unsigned
        integer type, else the least and the greatest finite value of the array
    lut : [shape=(256, 3)] uint8 colours from lo to hi, for one channel
    maximum : the value that the 0-1 notation calls 1; default the largest value of an unsigned
        integer type, ``hi`` for signed integers, 1 for floats
    lossy : False for masks and labels: the overview is then PNG, not JPEG
    """

    id: str
    array: np.ndarray
    title: str
    alt: str
    key: str
    group: str = "picture"
    channels: tuple[str, ...] | None = None
    channel_colours: tuple[str, ...] | None = None
    lo: float | None = None
    hi: float | None = None
    lut: np.ndarray | None = None
    maximum: float | None = None
    lossy: bool = True
    circles: tuple[Circle, ...] = ()
    rects: tuple[Rect, ...] = ()
    paint: Paint | None = None


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts of the values of pane ``of``: [shape=(C, bins)] or (bins,), bins <= 256.

    lo and hi are the outer edges of the bins; 0 and 255 with 256 bins also fit 8-bit values.
    scale : "linear" or "sqrt", the height of a count
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
    scale: str = "linear"


@dataclass(frozen=True)
class Matrix:
    """A window of digits of pane ``of``, centred on the cursor."""

    id: str
    of: str
    title: str
    alt: str


AnyPane = Pane | Histogram | Matrix


@dataclass(frozen=True)
class ViewerState:
    """What the learner did.

    view : (x0, y0, x1, y1) seen of the first group, in pixels; None before any movement
    pin : pinned pixel (x, y) and the group it belongs to
    strokes : the brush's strokes, each (radius, value, x0, y0, x1, y1, ...)
    painted : whether the learner has used the brush, if only to remove every stroke again
    """

    view: tuple[float, float, float, float] | None = None
    pin: tuple[int, int] | None = None
    pin_group: str | None = None
    strokes: tuple[tuple[int, ...], ...] = ()
    views: Mapping[str, tuple[float, float, float, float]] = field(default_factory=dict)
    painted: bool = False


# --------------------------------------------------------------------------- encoded pictures


# Encoded pictures, and the extents of arrays; shared by all sessions.
_ENCODED = ByteCache(32 * 2**20)


def _to_uint8(array: np.ndarray, lo: float, hi: float) -> np.ndarray:
    """Map lo..hi to 0..255; what is not a number becomes 0."""
    if array.dtype == np.uint8 and lo == 0 and hi == 255:
        return array
    scale = 255.0 / (hi - lo) if hi > lo else 0.0
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = (array.astype(np.float32) - np.float32(lo)) * np.float32(scale)
    scaled = np.nan_to_num(scaled, nan=0.0, posinf=255.0, neginf=0.0)
    return (np.clip(scaled, 0, 255) + 0.5).astype(np.uint8)


def _encode(
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
    pixels = np.ascontiguousarray(_to_uint8(array[::stride, ::stride], lo, hi))
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
    return _encode(array, lo, hi, lut, _fit(width, height, max_side), png=png)


# --------------------------------------------------------------------- what the browser asked


def _box(value: Any, count: int = 4) -> tuple[int, ...] | None:
    """``count`` finite numbers from the browser as integers, or None."""
    if not isinstance(value, list | tuple) or len(value) != count:
        return None
    if not all(isinstance(v, int | float) and abs(v) < 1e9 for v in value):
        return None
    return tuple(int(v) for v in value)


def _clip(box: Sequence[int], width: int, height: int, most: int) -> Box | None:
    """``box`` cut to the picture and, about its centre, to at most ``most`` pixels."""
    x0, y0 = max(0, box[0]), max(0, box[1])
    x1, y1 = min(width, box[2]), min(height, box[3])
    if x1 <= x0 or y1 <= y0:
        return None
    w, h = x1 - x0, y1 - y0
    if w * h > most:
        shrink = (most / (w * h)) ** 0.5
        w2 = max(1, min(w, int(w * shrink)))
        h2 = max(1, min(h, most // w2))
        w2 = max(1, min(w, most // h2))
        x0, y0 = x0 + (w - w2) // 2, y0 + (h - h2) // 2
        x1, y1 = x0 + w2, y0 + h2
    return x0, y0, x1, y1


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _get(state: Any, name: str) -> Any:
    try:
        return state.get(name) if state is not None else None
    except (AttributeError, KeyError):
        return None


def _strokes(value: Any, token: str) -> tuple[tuple[int, ...], ...] | None:
    """The strokes that belong to ``token``, or None if the browser has not sent any for it."""
    sheet = _mapping(value)
    if sheet.get("token") != token or not isinstance(sheet.get("list"), list | tuple):
        return None
    strokes = []
    for stroke in sheet["list"][:500]:
        numbers = _box(stroke, len(stroke)) if isinstance(stroke, list | tuple) else None
        if numbers and len(numbers) >= 4 and len(numbers) % 2 == 0 and numbers[0] >= 0:
            strokes.append((numbers[0], int(numbers[1] != 0), *numbers[2:]))
    return tuple(strokes)


def read_state(state: Any, token: str = "", first_group: str = "picture") -> ViewerState:
    """What the browser sent, checked: it comes from outside, so nothing in it is trusted."""
    views = {}
    for group, seen in _mapping(_mapping(_get(state, "view")).get("views")).items():
        if (
            isinstance(seen, list | tuple)
            and len(seen) >= 4
            and all(isinstance(v, int | float) and abs(v) < 1e9 for v in seen[:4])
        ):
            views[str(group)] = tuple(float(v) for v in seen[:4])
    pin = _get(state, "pin")
    at = _box(pin[:2], 2) if isinstance(pin, list | tuple) and len(pin) >= 2 else None
    group = str(pin[2]) if at and len(pin) > 2 else (first_group if at else None)
    strokes = _strokes(_get(state, "strokes"), token)
    painted = strokes is not None
    return ViewerState(views.get(first_group), at, group, strokes or (), views, painted)


# ------------------------------------------------------------------------------- the message


def _dtype(array: np.ndarray) -> tuple[str, np.ndarray]:
    """The window in a number type that JavaScript has, little endian, no value changed."""
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "b":
        return "bool", array.astype("<u1")
    if kind == "u" and size <= 2:
        return f"uint{8 * size}", array.astype(f"<u{size}", copy=False)
    if kind == "i" and size <= 4:
        return "int32", array.astype("<i4", copy=False)
    if kind in "ui":  # up to 2**53 exactly
        return "float64", array.astype("<f8")
    if kind == "f" and size <= 4:
        return "float32", array.astype("<f4", copy=False)
    if kind == "f":
        return "float64", array.astype("<f8", copy=False)
    raise ValueError(f"A pane shows real numbers; this array has dtype {array.dtype}.")


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

        least, greatest = _ENCODED.get(f"extent:{pane.key}", extent)
        lo, hi = (least if lo is None else lo), (greatest if hi is None else hi)
    return float(lo), float(hi)


def _maximum(pane: Pane, hi: float) -> float:
    """The value that the 0-1 notation calls 1."""
    kind = pane.array.dtype.kind
    if pane.maximum:
        return float(pane.maximum)
    if kind == "u" and pane.array.dtype.itemsize <= 2:
        return float(np.iinfo(pane.array.dtype).max)
    return 1.0 if kind in "bf" else (abs(hi) or 1.0)


class _Packer:
    """Collects blobs; a blob whose key the browser knows is named but not sent."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = set(known)
        self.used: dict[str, None] = {}
        self.blobs: list[bytes] = []
        self.offset = 0

    def add(self, key: str, make: Callable[[], bytes], **facts: Any) -> dict[str, Any]:
        entry: dict[str, Any] = {"key": key, **facts}
        if key not in self.known and key not in self.used:
            blob = make()
            entry |= {"offset": self.offset, "length": len(blob)}
            self.blobs.append(blob)
            self.offset += len(blob)
        self.used[key] = None
        return entry


def _channel_names(channels: tuple[str, ...] | None, count: int) -> list[str]:
    if channels is not None and len(channels) == count:
        return list(channels)
    return {1: [""], 3: ["R", "G", "B"], 4: ["R", "G", "B", "A"]}.get(
        count, [str(i) for i in range(count)]
    )


def _channel_colours(colours: tuple[str, ...] | None, count: int) -> list[str]:
    if colours is not None:
        return list(colours)
    return list(RGB_COLOURS) + [""] * (count - 3) if count >= 3 else [""] * count


def _image_header(
    pane: Pane,
    want: Mapping[str, Any],
    packer: _Packer,
    max_side: int,
    overview_bytes: int,
    strokes: tuple[tuple[int, ...], ...] | None,
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
        dtype, numbers = _dtype(crop)
        return packer.add(
            f"w:{pane.key}:{x0},{y0},{x1},{y1}",
            lambda: np.ascontiguousarray(numbers).tobytes(),
            x0=x0, y0=y0, x1=x1, y1=y1, dtype=dtype, channels=count,
        )  # fmt: skip

    def encoded(
        kind: str, box: Box, size: tuple[int, int], quality: int, png: bool, limit: int
    ) -> dict[str, Any]:
        # The browser takes a detail's size from this header, an overview's from the picture itself.
        shrink = kind == "o"

        x0, y0, x1, y1 = box
        name = f"{pane.key}:{lo:.9g},{hi:.9g}:{lut_key}:{x0},{y0},{x1},{y1}:{size[0]}x{size[1]}"

        def make() -> bytes:
            crop, lut = array[y0:y1, x0:x1], pane.lut if lut_key else None
            options = {"png": png, "quality": quality, "limit": limit, "shrink": shrink}
            return _encode(crop, lo, hi, lut, size, **options)[1]

        return packer.add(
            f"{kind}:{name}:{'png' if png else quality}",
            lambda: _ENCODED.get(f"{name}:{png}:{quality}:{limit}", make),
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
            "o", (0, 0, width, height), _fit(width, height, side), 88,
            small or not pane.lossy, overview_bytes,
        )  # fmt: skip
        for name in ("exact", "probe"):
            asked = _box(want.get(name))
            box = _clip(asked, width, height, EXACT_PIXELS) if asked else None
            if box:
                windows.append(window(box))
        asked = _box(want.get("detail"), 5)
        box = _clip(asked, width, height, width * height) if asked else None
        if asked and box:
            w, h = box[2] - box[0], box[3] - box[1]
            shrink = max(1.0, w / max(16, asked[4]), (w * h / DETAIL_PIXELS) ** 0.5)
            size = max(1, round(w / shrink)), max(1, round(h / shrink))
            detail = encoded("d", box, size, 80, not pane.lossy, 160_000)

    header: dict[str, Any] = {
        "id": pane.id,
        "kind": "image",
        "key": f"{pane.key}:{lo:.9g},{hi:.9g}:{lut_key}",
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
        "display": {"lo": lo, "hi": hi, "maximum": _maximum(pane, hi)},
        "whole": whole,
        "overview": overview,
        "windows": windows,
        "detail": detail,
        "circles": [
            {"x": c.x, "y": c.y, "rx": c.rx, "ry": c.rx if c.ry is None else c.ry, "label": c.label}
            for c in pane.circles
        ],
        "rects": [
            {"x0": r.x0, "y0": r.y0, "x1": r.x1, "y1": r.y1, "label": r.label} for r in pane.rects
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
    request: Mapping[str, Any] | None = None,
    known: Iterable[str] = (),
    strokes: tuple[tuple[int, ...], ...] | None = None,
    **page: Any,
) -> tuple[bytes, list[str]]:
    """Build the message to the browser; returns it and the keys of the blobs it relies on.

    request : the browser's state "view": ``want`` = {pane id: {exact, probe, detail}}, boxes
        (x0, y0, x1, y1) in pixels (detail: and the width on the screen in device pixels)
    known : keys of blobs that the browser has
    page : further header fields (view, cursor, notation, text, accent, height)
    """
    ids = [pane.id for pane in panes]
    if not 1 <= len(panes) <= 4 or len(set(ids)) != len(ids):
        raise ValueError(f"A viewer has one to four panes with different ids, not {ids}.")
    pictures = {pane.id for pane in panes if isinstance(pane, Pane)}
    if sum(isinstance(pane, Pane) and pane.paint is not None for pane in panes) > 1:
        raise ValueError("Only one pane of a viewer can be painted on.")
    request = _mapping(request)
    wants = _mapping(request.get("want"))
    packer = _Packer(known)
    max_side = {0: 1000, 1: 1000, 2: 800}.get(len(pictures), 640)
    overview_bytes = OVERVIEW_BYTES // max(1, len(pictures))
    headers: list[dict[str, Any]] = []
    for pane in panes:
        if isinstance(pane, Pane):
            want = _mapping(wants.get(pane.id))
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
            counts = np.atleast_2d(np.asarray(pane.counts))
            names = _channel_names(pane.channels, len(counts))
            colours = _channel_colours(pane.channel_colours, len(counts))
            entry |= {
                "kind": "histogram", "lo": float(pane.lo), "hi": float(pane.hi),
                "scale": pane.scale,
                "series": [
                    {"name": n, "colour": c, "counts": row.tolist()}
                    for n, c, row in zip(names, colours, counts, strict=True)
                ],
            }  # fmt: skip
        headers.append(entry)
    code = packer.add(_CODE_KEY, lambda: _CODE)
    header = {"n": request.get("n"), "code": code, "panes": headers, **page}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return b"".join([struct.pack("<I", len(text)), text, *packer.blobs]), list(packer.used)


# ------------------------------------------------------------------------------ the component


def _source(name: str) -> str:
    """A front-end file without its comment lines and indentation: it travels with each reply."""
    text = (Path(__file__).parent / "frontend" / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


# Streamlit sends a component's inline JavaScript again with every reply. So the inline part only
# loads the viewer's code, which travels once, as a blob like any other; a browser that does not
# have it says so by an empty "have".
_LOADER = """
const modules = (globalThis.numeroscopeModules ??= new Map());
export default async function (component) {
  const bytes = component.data;
  if (!bytes) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { code } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  if (code.offset !== undefined && !modules.has(code.key)) {
    const start = 4 + length + code.offset;
    const blob = new Blob([bytes.slice(start, start + code.length)], { type: "text/javascript" });
    modules.set(code.key, import(URL.createObjectURL(blob)));
  }
  const module = modules.get(code.key);
  if (!module) {
    component.setStateValue("view", { have: [], n: Date.now() });
    return undefined;
  }
  return (await module).default(component);
}
"""
_CODE = _source("viewer.js").encode()
_CODE_KEY = "c:" + blake2b(_CODE, digest_size=8).hexdigest()
_COMPONENT = st.components.v2.component("numeroscope_viewer", css=_source("viewer.css"), js=_LOADER)


def _nothing() -> None:
    """Streamlit keeps a component's state only under names that have a callback."""


def viewer(
    panes: Sequence[AnyPane],
    *,
    key: str,
    text: Mapping[str, str],
    notation: str = "dec",
    view: tuple[float, float, float, float] | None = None,
    cursor: tuple[int, int] | tuple[int, int, str] | None = None,
    height: int = 420,
    accent: str = DEFAULT_ACCENT,
    on_change: Callable[[], None] | None = None,
) -> ViewerState:
    """Show the panes; call it inside ``st.fragment``, since the browser asks for windows.

    text : translations of TEXT_KEYS; a missing one falls back to English
    notation : "dec", "hex" or "unit" (0-1, three decimals: value / largest value)
    view : what to show first, (x0, y0, x1, y1) in pixels of the first pane; afterwards the view
        is the learner's, until another ``view`` is passed (by a link, say)
    cursor : the pinned pixel, with its group unless that is the first one
    height : greatest height of a pane in CSS pixels
    accent : colour of the modality, "#rrggbb"
    on_change : called when the pin or the strokes change, not when the view does
    """
    if notation not in NOTATIONS:
        raise ValueError(f"notation is one of {NOTATIONS}, not {notation!r}.")
    state = st.session_state.get(key)
    request = _mapping(_get(state, "view"))
    first = next((pane.group for pane in panes if isinstance(pane, Pane)), "picture")
    paint = next((p.paint for p in panes if isinstance(p, Pane) and p.paint is not None), None)
    token = paint.token if paint else ""
    strokes = _strokes(_get(state, "strokes"), token)

    # Remember what was sent; the browser's own list, when a new one came, overrules it.
    memory = f"_{key}_sent"
    n, known = st.session_state.get(memory, (None, ()))
    if request.get("n") != n:
        have = request.get("have")
        known = [k for k in have if isinstance(k, str)] if isinstance(have, list | tuple) else []
    data, used = pack(
        panes,
        request=request,
        known=known,
        strokes=strokes,
        uid=key,
        view=list(view) if view is not None else None,
        cursor=list(cursor) if cursor is not None else None,
        notation=notation,
        height=int(height),
        accent=accent,
        text={name: str(text.get(name, default)) for name, default in TEXT_KEYS.items()},
    )
    sent = (*(k for k in known if k not in used), *used)[-KNOWN_KEYS:]
    st.session_state[memory] = (request.get("n"), sent)

    changed = on_change or _nothing
    _COMPONENT(
        key=key,
        data=data,
        on_view_change=_nothing,
        on_pin_change=changed,
        on_strokes_change=changed,
    )
    result = read_state(state, token, first)
    if strokes is None and paint is not None and paint.strokes:
        return ViewerState(result.view, result.pin, result.pin_group, paint.strokes, result.views)
    return result
