"""Samples as whole numbers, bytes and bits: grids in which each cell says what it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from components import cells, scales
from components.cells import Cell
from components.i18n import _

#: The bytes of a number, from the least weight to the greatest, in colours told apart by all eyes.
BYTE_COLOURS = ((214, 234, 248), (252, 228, 200), (220, 240, 225), (240, 220, 236))


def decibels(number: float) -> str:
    """A ratio in dB; endless when there is no error."""
    return f"{number:.1f} dB" if math.isfinite(number) else "∞" if number > 0 else "-∞"


def samples_grid(
    values: Any, codes: Any, parts: Any, *, first: int, marked: int | None = None, big: bool = False
) -> str:
    """Some samples in a row: number, value, whole number, bytes in the order in which they are stored.

    Parameters
    ----------
    values : float array (n,); codes : int array (n,); parts : uint8 array (n, bytes).
    first : int, the number of the first sample.
    marked : int or None, the number of the sample under the cursor.
    big : bool, whether the byte of greatest weight comes first.
    """
    width = parts.shape[1]
    order = [width - 1 - place if big else place for place in range(width)]
    edges = ["#D55E00" if first + n == marked else "" for n in range(len(values))]
    colours = [scales.colour("signed", float(v), -1, 1) for v in values]
    rows = [
        [Cell(f"{v:+.4f}", c, edge=e) for v, c, e in zip(values, colours, edges, strict=True)],
        [Cell(f"{n:,}", c) for n, c in zip(codes.tolist(), colours, strict=True)],
    ]
    for place in range(width):
        rows.append([byte_cell(part[place], order[place]) for part in parts.tolist()])
    names = [_("value"), _("whole number")]
    names += [_("byte {number}", number=place + 1) for place in range(width)]
    heads = [f"{first + n:,}" for n in range(len(values))]
    return cells.grid(rows, label=_("Samples and their bytes"), row_heads=names, column_heads=heads)


def byte_cell(value: int, place: int) -> Cell:
    """One byte in hexadecimal; `place` is 0 for the byte of least weight."""
    weight = 256**place
    hint = _(
        "{bits} = {value}, times {weight}", bits=f"{value:08b}", value=value, weight=f"{weight:,}"
    )
    return Cell(f"{value:02X}", BYTE_COLOURS[place % 4], hint)


def bits_grid(codes: Any, bits: Any, values: Any, *, unsigned: bool = False) -> str:
    """Numbers bit by bit, greatest weight first: the hover says what each bit adds.

    Parameters
    ----------
    codes : int array (n,); bits : uint8 array (n, bits); values : float array (n,).
    unsigned : bool, whether the first bit counts upwards from the lowest number (8-bit WAV).
    """
    depth = bits.shape[1]
    rows = []
    for code, line, value in zip(codes.tolist(), bits.tolist(), values.tolist(), strict=True):
        row = [Cell(f"{value:+.5f}"), Cell(f"{code:,}")]
        for place, bit in enumerate(line):
            weight = 2 ** (depth - 1 - place)
            weight = -weight if place == 0 and not unsigned else weight
            hint = _(
                "bit {number}: {bit} × {weight}",
                number=depth - 1 - place,
                bit=bit,
                weight=f"{weight:,}",
            )
            colour = BYTE_COLOURS[(depth - 1 - place) // 8 % 4]
            row.append(Cell(str(bit), colour if bit else None, hint))
        rows.append(row)
    heads = [_("value"), _("whole number"), *(str(place) for place in range(depth - 1, -1, -1))]
    return cells.grid(rows, label=_("The bits of the first samples"), column_heads=heads)


def file_grid(rows: Any, *, first: int, width: int, big: bool) -> str:
    """The bytes of a file as they stand there: one row for each instant, its place in front.

    Parameters
    ----------
    rows : uint8 array (n, bytes of all channels).
    first : int, the place of the first byte in the file.
    width : int, bytes of a sample; big : bool, whether the one of greatest weight comes first.
    """
    step = rows.shape[1]
    places = [width - 1 - n % width if big else n % width for n in range(step)]
    grid = [
        [byte_cell(value, place) for value, place in zip(row, places, strict=True)]
        for row in rows.tolist()
    ]
    heads = [f"{first + step * number:,}" for number in range(len(grid))]
    return cells.grid(grid, label=_("Bytes of the file"), row_heads=heads)


def misread_grid(parts: Any, right: Any, other: Any, *, first: int) -> str:
    """The stored bytes of some samples, the numbers that they are, and the ones that were read."""
    bytes_of = [[Cell(f"{part[k]:02X}", BYTE_COLOURS[k % 4]) for part in parts.tolist()]
                for k in range(parts.shape[1])]  # fmt: skip
    rows = [*bytes_of, *([Cell(f"{n:,}") for n in codes.tolist()] for codes in (right, other))]
    names = [_("byte {number}", number=place + 1) for place in range(len(bytes_of))]
    names += [_("read rightly"), _("read wrongly")]
    heads = [f"{first + n:,}" for n in range(len(right))]
    return cells.grid(rows, label=_("Samples read wrongly"), row_heads=names, column_heads=heads)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, label: str) -> str:
    """A plain table of texts, the first column as names."""
    body = [[Cell(text) for text in row[1:]] for row in rows]
    names = [row[0] for row in rows]
    return cells.grid(body, label=label, row_heads=names, column_heads=heads)
