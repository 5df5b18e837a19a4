"""What the lessons about encodings draw: rows of characters, of bytes and of bits, from results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components.glyphs import Cell
from components.i18n import _
from components.text import ISOLATED
from engine.text.encodings import ENCODINGS, HIGHEST
from engine.text.graphemes import visible

#: Code points of one character that are written out; a character may have a thousand marks.
WRITTEN = 8


def codes(points: Sequence[tuple[str, int, str, str]]) -> str:
    """U+4E2D and so on."""
    more = " …" if len(points) > WRITTEN else ""
    return " ".join(f"U+{code:04X}" for _drawn, code, _name, _kind in points[:WRITTEN]) + more


def drawn(points: Sequence[tuple[str, int, str, str]]) -> str:
    """The code points as they look, each for itself."""
    more = " + …" if len(points) > WRITTEN else ""
    return " + ".join(look for look, _code, _name, _kind in points[:WRITTEN]) + more


def names(points: Sequence[tuple[str, int, str, str]]) -> str:
    """The names of the code points."""
    more = " + …" if len(points) > WRITTEN else ""
    return " + ".join(name for _drawn, _code, name, _kind in points[:WRITTEN]) + more


def character_rows(row: Any) -> list[list[Cell]]:
    """A line for each character: drawn, its code points, these in decimal, their names."""
    return [
        [
            Cell(drawn, "glyph"),
            Cell(codes(points)),
            Cell(" ".join(str(point[1]) for point in points[:WRITTEN])),
            Cell(names(points), "words"),
        ]
        for drawn, points in row
    ]


def why_not(encoding: str, reason: str, char: str) -> str:
    """Why an encoding can't hold a code point, in words."""
    code = f"U+{ord(char):04X}"
    if reason == "surrogate":
        return _("{code} is half of a surrogate pair and no character", code=code)
    if reason == "above":
        return _(
            "{code} is above U+{highest}, the last one it has",
            code=code,
            highest=f"{HIGHEST[encoding]:04X}",
        )
    return _("{code} is not in its table", code=code)


def hexadecimal(data: bytes, most: int = 24) -> str:
    """Bytes as pairs of hexadecimal digits."""
    return data[:most].hex(" ").upper() + (" …" if len(data) > most else "")


def in_pairs(data: bytes) -> str:
    """The first bytes in hexadecimal; a narrow cell breaks the line after every second one."""
    pairs = [
        data[n : n + 2].hex(" ").upper().replace(" ", "\u00a0")
        for n in range(0, min(len(data), 4), 2)
    ]
    return " ".join(pairs) + (" …" if len(data) > 4 else "")


def byte_rows(found: Any) -> list[list[Cell]]:
    """A line for each encoding: the bytes of one character, the same as bits, and how many."""
    rows = []
    for encoding, mark, data, reason, char in found:
        if reason:
            rows.append([Cell(why_not(encoding, reason, char), "bad", span=3)])
            continue
        first = ((f"{hexadecimal(mark)} ", "marker"),) if mark else ()
        bits = " ".join(f"{byte:08b}" for byte in data[:8]) + (" …" if len(data) > 8 else "")
        rows.append(
            [Cell(parts=(*first, (hexadecimal(data, 8), ""))), Cell(bits), Cell(str(len(data)))]
        )
    return rows


def bit_rows(found: Any) -> list[list[Cell]]:
    """A line for each code point of a character: UTF-8's bits, marker and payload told apart."""
    rows = []
    for code, parts in found[:WRITTEN]:
        payload = "".join(bits for _byte, _marker, bits in parts)
        row = [Cell(visible(chr(code)), "glyph"), Cell(f"U+{code:04X}")]
        row += [
            Cell(parts=((marker, "marker"), (bits, "payload")), hint=f"{byte:02X}")
            for byte, marker, bits in parts
        ]
        if len(parts) < 4:
            row.append(Cell("", span=4 - len(parts)))
        row.append(Cell(parts=((payload, "payload"), (f" = {code}", ""))))
        rows.append(row)
    return rows


def size_rows(found: Any) -> list[tuple[str, float, str, bool]]:
    """A bar for each encoding; hatched where it can't hold the whole text."""
    rows = []
    for encoding, size, _mark, lost, missing in found:
        label = _("{count} bytes", count=f"{size:,}")
        if lost:
            label = _(
                "{count} bytes, {lost} characters lost: {some}",
                count=f"{size:,}",
                lost=f"{lost:,}",
                some=" ".join(ISOLATED.format(visible(char)) for char in missing[:4])
                + (" …" if len(missing) > 4 else ""),
            )
        rows.append((ENCODINGS[encoding], float(size), label, not lost))
    return rows


def matrix_rows(found: Any) -> list[list[Cell]]:
    """A line for each encoding, a cell for each character of the row: its bytes, or a cross."""
    return [
        [
            Cell("✕", "none", why_not(encoding, reason, char))
            if reason
            else Cell(in_pairs(data), "bytes")
            for data, reason, char in cells
        ]
        for encoding, cells in found
    ]


def span_rows(written: Any, data: bytes, read: Any) -> list[list[Cell]]:
    """Three lines over the same bytes: what was written, the bytes, what is read."""
    return [
        [Cell(visible(char), "glyph", span=size) for char, size in written],
        [Cell(f"{byte:02X}") for byte in data],
        [Cell(visible(char), "glyph", span=size) for char, size in read],
    ]


def form_rows(found: Any) -> list[list[Cell]]:
    """A line for the text as it is and for each normal form: four lengths and what changes."""

    def taken_apart(character: str) -> str:
        return " + ".join(visible(char) for char in character[:WRITTEN])

    return [
        [
            *(Cell(f"{count:,}") for count in lengths),
            Cell(
                "" if examples else "–",
                "words",
                parts=tuple((f"{taken_apart(a)} → {taken_apart(b)}", "pair") for a, b in examples),
            ),
        ]
        for _form, *lengths, examples in found
    ]
