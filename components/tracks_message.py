"""What the sound viewer's browser half is sent: outlines, windows of samples, sounds to hear.

The browser never holds a long sound as numbers: Python sends an outline (the least and the greatest
sample of each slice) once, and afterwards only the parts that the browser asks for, cut from the true
array. A point or a digit is drawn only from such a window, never from an outline; the colours of a
large spectrogram come from a small encoded picture, its values only from windows.

`components/blobs.py` has the form of the message. Times are in seconds of the clip. Nothing here
comes from the browser unchecked: see `tracks.read_request`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Protocol

import numpy as np

from components import scales
from components.blobs import Packer, number_type
from components.viewer_message import ENCODED, encode

WHOLE_SAMPLES = 4096  # up to this length all samples are sent at once
OUTLINE_SLICES = 2048  # of a whole wave; a screen is narrower
WINDOW_SLICES = 6144  # of a part that the browser asks for
EXACT_SAMPLES = 16_384  # most samples in one window of numbers
WHOLE_CELLS = 16_384  # heat maps up to this size are sent as numbers
EXACT_CELLS = 16_384  # most values in one window of a heat map
HEAT_SIZE = (1000, 320)  # the encoded picture of a heat map, columns and rows at most
HEAT_BYTES = 60_000
LOUDEST = 32_767  # of a 16-bit sample
HUGE = 1e100  # an axis reaches no further, so that no step on it is infinite

LOOKS = ("auto", "steps", "stems")


# ------------------------------------------------------------------------------------ the rows


class Numbers(Protocol):
    """What a row needs of a node: its value, and a key that tells the value."""

    @property
    def key(self) -> str: ...
    @property
    def value(self) -> Any: ...


@dataclass(frozen=True)
class Wave:
    """A wave under the time axis; sample i lies at `start` + i / `rate`.

    node : (n,) real numbers
    rate : samples a second, Hz
    start : time of the first sample in the clip, s
    colour : "#rrggbb"; by default that of `group`
    look : "auto": an outline when far away, a line nearer, single points when near, digits beside
        them when very near; "steps" holds each sample until the next; "stems" stand on zero
    lo, hi : the range of the axis; None is the data's. A wave that leaves it widens it
    group : waves of one group have one colour
    unit : of the values
    """

    node: Numbers
    rate: float
    title: str
    alt: str
    start: float = field(default=0.0, kw_only=True)
    colour: str = field(default="", kw_only=True)
    look: str = field(default="auto", kw_only=True)
    lo: float | None = field(default=-1.0, kw_only=True)
    hi: float | None = field(default=1.0, kw_only=True)
    group: int = field(default=0, kw_only=True)
    unit: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class Row:
    """Several waves drawn over each other.

    Far away, one that is nowhere negative is a line along its greatest values if the first one swings
    about zero: the envelope of a wave does not hide the wave.
    """

    waves: tuple[Wave, ...]
    title: str
    alt: str


@dataclass(frozen=True)
class Curve:
    """One value a frame; value i lies at `start` + i * `hop`. NaN is a gap."""

    node: Numbers
    title: str
    alt: str
    hop: float = field(kw_only=True)
    start: float = field(default=0.0, kw_only=True)
    lo: float | None = field(default=None, kw_only=True)
    hi: float | None = field(default=None, kw_only=True)
    unit: str = field(default="", kw_only=True)
    colour: str = field(default="", kw_only=True)
    look: str = field(default="auto", kw_only=True)


@dataclass(frozen=True)
class Curves:
    """Several curves drawn over each other."""

    curves: tuple[Curve, ...]
    title: str
    alt: str


@dataclass(frozen=True)
class Heat:
    """A map of bands over frames; row 0 is drawn at the bottom.

    node : (bands, frames) real numbers
    hop : s per column; start : time of the centre of the first column
    lo, hi : values of the first and the last colour; None is the data's
    scale : a scale of `components/scales.py`
    ticks : (row, label) pairs beside the axis
    unit : of the values; rows_name : what a row is ("bin", "band"); first_row : the number of
        row 0 in the read-out, 1 where rows are counted as people count
    axis : (value of row 0, step from row to row, unit) where the rows are evenly spaced, e.g.
        (0.0, sample_rate / fft_size, "Hz"): the read-out then names it, and ticks may be left out
    row_values, row_unit : the value of each row for the read-out where they are not evenly spaced,
        e.g. the frequencies of a logarithmic or mel axis
    lossy : False where no colour may differ from that of its value (masks, labels)
    """

    node: Numbers
    title: str
    alt: str
    hop: float = field(kw_only=True)
    start: float = field(default=0.0, kw_only=True)
    lo: float | None = field(default=None, kw_only=True)
    hi: float | None = field(default=None, kw_only=True)
    scale: str = field(default="viridis", kw_only=True)
    ticks: tuple[tuple[float, str], ...] = field(default=(), kw_only=True)
    unit: str = field(default="dB", kw_only=True)
    rows_name: str = field(default="", kw_only=True)
    first_row: int = field(default=0, kw_only=True)
    axis: tuple[float, float, str] | None = field(default=None, kw_only=True)
    row_values: tuple[float, ...] = field(default=(), kw_only=True)
    row_unit: str = field(default="Hz", kw_only=True)
    lossy: bool = field(default=True, kw_only=True)


@dataclass(frozen=True)
class Sound:
    """Something to hear: (n,) numbers from -1 to 1; several of them can be switched between."""

    node: Numbers
    rate: float
    label: str
    start: float = field(default=0.0, kw_only=True)


AnyRow = Wave | Row | Curve | Curves | Heat
Line = Wave | Curve


def lines_of(row: AnyRow) -> tuple[Line, ...]:
    """The waves or curves of a row; none of a heat map."""
    if isinstance(row, Row):
        return row.waves
    if isinstance(row, Curves):
        return row.curves
    return () if isinstance(row, Heat) else (row,)


def nodes_of(rows: Iterable[AnyRow], sounds: Iterable[Sound] = ()) -> list[Any]:
    """Every node that is drawn or heard, each once."""
    nodes = []
    for row in rows:
        nodes += [row.node] if isinstance(row, Heat) else [line.node for line in lines_of(row)]
    nodes += [sound.node for sound in sounds]
    return list({node.key: node for node in nodes}.values())


def grid_of(item: Line | Heat | Sound) -> tuple[float, float]:
    """Time of the first value, and time from value to value, in s."""
    step = item.hop if isinstance(item, Curve | Heat) else 1.0 / item.rate if item.rate > 0 else 0.0
    if not (math.isfinite(step) and step > 0 and math.isfinite(item.start)):
        raise ValueError(f"Values follow each other in time; {item!r} has a step of {step}.")
    return float(item.start), float(step)


def values_of(item: Line | Sound) -> np.ndarray:
    """The values of a line as a one-dimensional array."""
    array = np.asarray(item.node.value)
    if array.ndim != 1:
        raise ValueError(f"A line is one-dimensional; this array is {array.shape}.")
    return array


def map_of(heat: Heat) -> np.ndarray:
    """The values of a heat map as a two-dimensional array."""
    array = np.asarray(heat.node.value)
    if array.ndim != 2:
        raise ValueError(f"A heat map is (bands, frames); this array is {array.shape}.")
    return array


def domain_of(rows: Sequence[AnyRow], sounds: Sequence[Sound] = ()) -> tuple[float, float]:
    """First and last moment that can be seen: that of the waves and sounds if there are any."""
    spans, frames = [], []
    for item in [*(line for row in rows for line in lines_of(row)), *sounds]:
        start, step = grid_of(item)
        count = len(values_of(item))
        if isinstance(item, Curve):
            frames.append((start - step / 2, start + (count - 0.5) * step))
        elif count:
            spans.append((start, start + count * step))
    for row in rows:
        if isinstance(row, Heat):
            start, step = grid_of(row)
            frames.append((start - step / 2, start + (map_of(row).shape[1] - 0.5) * step))
    spans = [span for span in spans or frames if span[1] > span[0]]
    return (min(a for a, _ in spans), max(b for _, b in spans)) if spans else (0.0, 1.0)


@dataclass(frozen=True)
class Wanted:
    """The parts of one line or heat map that the browser asked for, cut to its length.

    exact, probe : windows of values [first, last): what is seen, and what surrounds the cursor
    slices : (size of a slice, first slice, last slice) of an outline
    detail : (first column, last column, width in device pixels) of an encoded crop
    """

    exact: tuple[int, int] | None = None
    probe: tuple[int, int] | None = None
    slices: tuple[int, int, int] | None = None
    detail: tuple[int, int, int] | None = None


# -------------------------------------------------------------------------------------- numbers


def outline(array: np.ndarray, size: int, first: int, last: int) -> np.ndarray:
    """Least and greatest value of each slice of `size` values: slices first..last, [shape=(k, 2)].

    NaN counts only where a slice has nothing else.
    """
    part = array[first * size : last * size]
    whole = len(part) // size
    table = part[: whole * size].reshape(whole, size)
    low, high = table.min(axis=1), table.max(axis=1)
    if array.dtype.kind == "f" and np.isnan(low).any():
        low, high = np.fmin.reduce(table, axis=1), np.fmax.reduce(table, axis=1)
    pairs = np.stack([low, high], axis=1)
    rest = part[whole * size :]
    if len(rest):
        end = [[np.fmin.reduce(rest), np.fmax.reduce(rest)]]
        pairs = np.concatenate([pairs, np.array(end, pairs.dtype)])
    return pairs


def extent(item: Numbers, array: np.ndarray) -> tuple[float, float]:
    """Least and greatest finite value; (0, 0) if there is none."""

    def compute() -> tuple[float, float]:
        finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
        ends = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        return min(max(ends[0], -HUGE), HUGE), min(max(ends[1], -HUGE), HUGE)

    return ENCODED.get(f"reach:{item.key}", compute)


def level_of(sound: Sound) -> tuple[float, float]:
    """Root mean square and peak of a sound; what is not a number counts as silence."""

    def compute() -> tuple[float, float]:
        wave = np.nan_to_num(values_of(sound).astype(np.float64), posinf=0.0, neginf=0.0)
        wave = np.clip(wave, -HUGE, HUGE)
        if not wave.size:
            return 0.0, 0.0
        return float(np.sqrt(np.mean(wave * wave))), float(np.max(np.abs(wave)))

    return ENCODED.get(f"level:{sound.node.key}", compute)


def matched_gains(levels: Sequence[tuple[float, float]]) -> list[float]:
    """Factors that give all sounds the loudness (root mean square) of the first, without clipping.

    levels : (root mean square, peak) of each. Where a sound would exceed 1, all become softer by as
    much. A silent sound keeps its 1.
    """
    heard = [(rms, peak) for rms, peak in levels if rms > 0]
    if not heard:
        return [1.0 for _ in levels]
    target = min(heard[0][0], *(rms / peak for rms, peak in heard))
    return [target / rms if rms > 0 else 1.0 for rms, _ in levels]


def plain_gains(levels: Sequence[tuple[float, float]]) -> list[float]:
    """Factors that keep the sounds' loudness to each other: 1, or less if one exceeds 1."""
    top = max([1.0, *(peak for _, peak in levels)])
    return [1.0 / top for _ in levels]


def to_int16(wave: np.ndarray, peak: float) -> bytes:
    """The wave as 16-bit numbers, its peak at the largest; for hearing only."""
    if peak <= 0:
        return bytes(2 * len(wave))
    clean = np.nan_to_num(wave.astype(np.float64), posinf=0.0, neginf=0.0)
    return np.rint(np.clip(clean / peak, -1, 1) * LOUDEST).astype("<i2").tobytes()


# ------------------------------------------------------------------------------------- headers


def _is_crest(line: Line, under: Line) -> bool:
    """Whether a line is the outline of the one under it: nowhere negative, over one that is."""
    return (
        line is not under
        and extent(line.node, values_of(line))[0] >= 0
        and extent(under.node, values_of(under))[0] < 0
    )


def _line_header(line: Line, name: str, want: Wanted, packer: Packer) -> dict[str, Any]:
    array = values_of(line)
    dtype, _ = number_type(array[:0])
    key, count = line.node.key, len(array)
    start, step = grid_of(line)

    def window(part: tuple[int, int]) -> dict[str, Any]:
        first, last = part
        return packer.add(
            f"n:{key}:{first},{last}",
            lambda: np.ascontiguousarray(number_type(array[first:last])[1]).tobytes(),
            first=first, last=last, dtype=dtype,
        )  # fmt: skip

    def slices(size: int, first: int, last: int) -> dict[str, Any]:
        return packer.add(
            f"e:{key}:{size}:{first},{last}",
            lambda: number_type(outline(array, size, first, last))[1].tobytes(),
            size=size, first=first, last=last, dtype=dtype,
        )  # fmt: skip

    whole = count <= WHOLE_SAMPLES
    windows, outlines = [], []
    if whole:
        windows = [window((0, count))] if count else []
    else:
        size = 2 ** math.ceil(math.log2(count / OUTLINE_SLICES))
        outlines = [slices(size, 0, -(-count // size))]
        if want.slices:
            outlines.append(slices(*want.slices))
        windows = [window(part) for part in (want.exact, want.probe) if part]
    return {
        "id": name, "key": key, "count": count, "start": start, "step": step, "dtype": str(array.dtype),
        "title": line.title, "colour": line.colour, "look": line.look, "unit": line.unit,
        "group": getattr(line, "group", 0),
        "frames": isinstance(line, Curve), "whole": whole, "windows": windows, "outlines": outlines,
    }  # fmt: skip


def _range_of(lines: Sequence[Line]) -> tuple[float, float]:
    """The range of a row's axis: what the page asks for, widened by what the lines reach."""
    bounds: list[tuple[float, float]] = []
    for line in lines:
        least, greatest = extent(line.node, values_of(line))
        room = 0.04 * (greatest - least)
        lo = least - room if line.lo is None else min(float(line.lo), least)
        hi = greatest + room if line.hi is None else max(float(line.hi), greatest)
        bounds.append((lo, hi))
    if not bounds:
        return -1.0, 1.0
    lo, hi = min(lo for lo, _ in bounds), max(hi for _, hi in bounds)
    if hi > lo:
        return lo, hi
    room = abs(lo) / 10 or 1.0  # one value alone still has an axis
    return lo - room, lo + room


def _heat_header(heat: Heat, name: str, want: Wanted, packer: Packer) -> dict[str, Any]:
    array = map_of(heat)
    bands, frames = array.shape
    if heat.row_values and len(heat.row_values) != bands:
        raise ValueError(f"{bands} rows need as many values, not {len(heat.row_values)}.")
    dtype, _ = number_type(array[:0])
    key = heat.node.key
    start, step = grid_of(heat)
    least, greatest = (0.0, 1.0) if None not in (heat.lo, heat.hi) else extent(heat.node, array)
    lo = least if heat.lo is None else float(heat.lo)
    hi = greatest if heat.hi is None else float(heat.hi)
    if not hi > lo:
        hi = lo + 1.0
    table = scales.table(heat.scale)
    if table is None:
        table = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    colours = np.ascontiguousarray(table, dtype=np.uint8).tobytes()
    colours_key = "l:" + blake2b(colours, digest_size=8).hexdigest()

    def window(part: tuple[int, int]) -> dict[str, Any]:
        first, last = part
        return packer.add(
            f"n:{key}:{first},{last}",
            lambda: np.ascontiguousarray(number_type(array[:, first:last])[1]).tobytes(),
            first=first, last=last, dtype=dtype,
        )  # fmt: skip

    def picture(first: int, last: int, width: int) -> dict[str, Any]:
        size = max(1, min(last - first, width)), min(bands, HEAT_SIZE[1])
        png = not heat.lossy
        facts = f"{key}:{lo},{hi}:{first},{last}:{size[0]}x{size[1]}:{'png' if png else 'jpg'}"

        def make() -> bytes:
            # Row 0 of a picture is at its top, row 0 of a heat map at the bottom.
            crop = array[::-1, first:last]
            if png and crop.shape[1] > size[0]:  # columns left out, none mixed of two values
                crop = crop[:, np.arange(size[0]) * crop.shape[1] // size[0]]
            return encode(crop, lo, hi, None, size, png=png, limit=HEAT_BYTES, shrink=False)[1]

        return packer.add(
            f"h:{facts}", lambda: ENCODED.get(f"h:{facts}", make),
            first=first, last=last, w=size[0], h=size[1],
            mime="image/png" if png else "image/jpeg",
        )  # fmt: skip

    whole = array.size <= WHOLE_CELLS
    windows, pictures = [], []
    if whole:
        windows = [window((0, frames))] if array.size else []
    else:
        pictures = [picture(0, frames, HEAT_SIZE[0])]
        if want.detail:
            pictures.append(picture(*want.detail))
        windows = [window(part) for part in (want.exact, want.probe) if part]
    return {
        "id": name, "key": key, "bands": bands, "count": frames, "start": start, "step": step,
        "dtype": str(array.dtype), "lo": lo, "hi": hi, "unit": heat.unit, "rows": heat.rows_name,
        "firstRow": heat.first_row,
        "ticks": [[float(row), str(label)] for row, label in heat.ticks],
        "axis": list(heat.axis) if heat.axis else None,
        "rowValues": [float(f"{value:.5g}") for value in heat.row_values], "rowUnit": heat.row_unit,
        "colours": packer.add(colours_key, lambda: colours), "look": f"{lo},{hi},{colours_key}",
        "whole": whole, "windows": windows, "pictures": pictures, "crisp": not heat.lossy,
    }  # fmt: skip


def parts_of(rows: Sequence[AnyRow]) -> dict[str, Line | Heat]:
    """Every line and heat map by the name that the browser knows it by."""
    parts: dict[str, Line | Heat] = {}
    for number, row in enumerate(rows):
        if isinstance(row, Heat):
            parts[f"r{number}"] = row
        for place, line in enumerate(lines_of(row)):
            parts[f"r{number}.{place}"] = line
    return parts


def pack(
    rows: Sequence[AnyRow],
    sounds: Sequence[Sound] = (),
    *,
    wants: Mapping[str, Wanted] | None = None,
    heard: Iterable[str] = (),
    frames: tuple[float, float, float] | None = None,
    n: float | None = None,
    known: Iterable[str] = (),
    code: bytes = b"",
    **page: Any,
) -> tuple[bytes, list[str]]:
    """Build the message to the browser; returns it and the keys of the blobs it relies on.

    wants : name of a line or heat map -> what the browser asked for
    heard : names of the sounds that the browser asked for
    frames : length, hop and start of analysis frames, s
    n : the number of the browser's question that this message answers
    known : keys of blobs that the browser has
    code : the component's JavaScript, a blob like any other
    page : further header fields
    """
    if not rows:
        raise ValueError("Tracks have at least one row.")
    if frames and not (all(map(math.isfinite, frames)) and frames[0] > 0 and frames[1] > 0):
        raise ValueError(f"Frames have a length, a hop and a start in s, not {frames}.")
    packer = Packer(known)
    wants = wants or {}
    headers: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        name = f"r{number}"
        entry: dict[str, Any] = {"id": name, "title": row.title, "alt": row.alt}
        if isinstance(row, Heat):
            entry |= {
                "kind": "heat",
                "heat": _heat_header(row, name, wants.get(name, Wanted()), packer),
            }
        else:
            lines = lines_of(row)
            for line in lines:
                if line.look not in LOOKS:
                    raise ValueError(f"A look is one of {LOOKS}, not {line.look!r}.")
            lo, hi = _range_of(lines)
            names = [f"{name}.{place}" for place in range(len(lines))]
            entry |= {
                "kind": "lines", "lo": lo, "hi": hi,
                "unit": lines[0].unit if lines else "",
                "lines": [
                    _line_header(line, one, wants.get(one, Wanted()), packer)
                    | {"crest": _is_crest(line, lines[0])}
                    for line, one in zip(lines, names, strict=True)
                ],
            }  # fmt: skip
        headers.append(entry)
    levels = [level_of(sound) for sound in sounds]
    matched, plain, asked = matched_gains(levels), plain_gains(levels), set(heard)
    voices = []
    for number, (sound, (rms, peak)) in enumerate(zip(sounds, levels, strict=True)):
        wave, name, key = values_of(sound), f"s{number}", f"s:{sound.node.key}"
        start, step = grid_of(sound)
        voice = {
            "id": name, "label": sound.label, "rate": 1 / step, "count": len(wave), "start": start,
            "peak": peak, "rms": rms, "matched": matched[number], "plain": plain[number],
            "key": key,
        }  # fmt: skip
        if name in asked:
            voice |= packer.add(key, lambda wave=wave, peak=peak: to_int16(wave, peak))
        voices.append(voice)
    header = {
        "n": n,
        "code": packer.add_code(code),
        "domain": list(domain_of(rows, sounds)),
        "rows": headers,
        "sounds": voices,
        "frames": list(frames) if frames else None,
        **page,
    }
    return packer.message(header), list(packer.used)
