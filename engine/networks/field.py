"""What one unit of a map sees of the picture, its receptive field, and the picture with it marked."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.networks.trace import Rows, table

DIMMED = 0.28  # what is left of the brightness outside
EDGE = (213, 94, 0)  # vermilion (Okabe and Ito, 2008)


def field_of(
    rows: Rows,
    *,
    number: int,
    x: int,
    y: int,
    row: int | None = None,
    column: int | None = None,
) -> tuple[int, int, int, int, int, int]:
    """What the unit of layer `number` sees whose field's middle lies nearest to pixel (x, y).

    Parameters
    ----------
    row, column : the unit's place in the map, if it is known; else the nearest one.

    Returns
    -------
    (left, top, right, bottom, row, column), the field in pixels, cut at the picture's edges.
    """
    layer, whole = table(rows)[number], table(rows)[0].inputs[0]
    place: list[int] = []
    ends: list[tuple[int, int]] = []
    for axis, (at, unit) in enumerate(((y, row), (x, column))):
        length, units = whole[axis + 1], layer.output[axis + 1]
        if not layer.field:
            place.append(0 if unit is None else unit)
            ends.append((0, length))
            continue
        size, jump, left, end = layer.field[axis]
        if unit is None:
            unit = min(max(round((at + 0.5 - left - size / 2) / jump), 0), units - 1)
        start = left + unit * jump
        place.append(unit)
        ends.append((max(math.floor(start), 0), math.ceil(min(start + size, end))))
    (top, bottom), (first, last) = ends
    return first, top, last, bottom, place[0], place[1]


def mark_field(
    rgb: NDArray[np.uint8], rows: Rows, *, number: int, x: int, y: int
) -> NDArray[np.uint8]:
    """The picture as it is within the receptive field, dark outside, with a frame around the field.

    Parameters
    ----------
    rgb : uint8 array [shape=(H, W, 3)], what the network was given.
    number : int, the layer's row. x, y : the pixel about which the unit looks.
    """
    left, top, right, bottom, _row, _column = field_of(rows, number=number, x=x, y=y)
    marked = (rgb * DIMMED).astype(np.uint8)
    marked[max(top - 1, 0) : bottom + 1, max(left - 1, 0) : right + 1] = EDGE
    marked[top:bottom, left:right] = rgb[top:bottom, left:right]
    return marked


def share_seen(rows: Rows, *, number: int, x: int, y: int) -> float:
    """The share of the picture that this field covers, 0..1."""
    left, top, right, bottom, _row, _column = field_of(rows, number=number, x=x, y=y)
    whole = table(rows)[0].inputs[0]
    return (right - left) * (bottom - top) / (whole[1] * whole[2])
