"""Names at the ends of lines from one middle, placed so that none lies on another one.

A chart does not know how wide it will be. So the room is measured on a phone: on a wider screen the
same names stand farther apart.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

#: CSS pixels: from name to name, a narrow letter and a wide one, a chart on a phone.
LINE, LETTER, WIDE_LETTER, PHONE = 18, 7.6, 13.5, 300
LEAST_CLOUD = 130  # pixels that the names leave for the points on a phone
LEAST_HEIGHT = 310  # pixels between the axes

Ends = tuple[float, float]


@dataclass(frozen=True)
class Name:
    """A name, where it stands, and the end of the line that it belongs to.

    `side` : 1 on the right of its place, -1 on the left. `apart` : not at the end of its line.
    """

    text: str
    x: float
    y: float
    side: int
    end: Ends
    apart: bool


@dataclass(frozen=True)
class Placed:
    """Names, the ranges of the axes that hold them, and the pixels that these need upwards."""

    names: tuple[Name, ...]
    across: Ends
    up: Ends
    height: int


def placed(ends: Sequence[Ends], texts: Sequence[str], across: Ends, up: Ends) -> Placed:
    """Place the names of lines from (0, 0) to `ends` among points within `across` and `up`.

    On each side of the middle, names that would overlap stand below each other in the order of their
    ends, as near to these as can be.
    """
    sides = {
        side: [place for place, end in enumerate(ends) if (1 if end[0] >= 0 else -1) == side]
        for side in (-1, 1)
    }
    tips = {side: max((abs(ends[n][0]) for n in mine), default=0.0) for side, mine in sides.items()}
    room = {
        side: max((_width(texts[n]) for n in mine), default=0.0) + LINE
        for side, mine in sides.items()
    }
    most = max(map(len, sides.values()))
    height = max(LEAST_HEIGHT, LINE * (most + 1))
    low, high = (pick(up[n], *(end[1] for end in ends)) for n, pick in enumerate((min, max)))
    # How much of the axes a pixel is: on either side, the points or a name reach farthest.
    reach = [((-across[0], 0.0), (tips[-1], room[-1])), ((across[1], 0.0), (tips[1], room[1]))]
    pixel = max(
        (left + right) / max(LEAST_CLOUD, PHONE - names - more)
        for (left, names), (right, more) in product(*reach)
    )
    pixel = max(pixel, (high - low) / height) or 1.0
    missing = max(0.0, LINE * (most + 1) * pixel - (high - low)) / 2
    low, high = low - missing, high + missing
    names = []
    for side, mine in sides.items():
        mine.sort(key=lambda n: (ends[n][1], n))
        ups = spread([ends[n][1] for n in mine], LINE * pixel, low, high)
        moved = [n for n, found in zip(mine, ups, strict=True) if abs(found - ends[n][1]) > pixel]
        column = max((abs(ends[n][0]) for n in moved), default=0.0) + LINE * pixel
        for found, n in zip(ups, mine, strict=True):
            x = side * column if n in moved else ends[n][0]
            names.append(Name(texts[n], x, found, side, ends[n], n in moved))
    left, right = (max(far, tip + wide * pixel) for (far, _none), (tip, wide) in reach)
    return Placed(tuple(names), (-left, right), (low, high), height)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Numbers in `low`..`high`, each at least `gap` above the one before, near to the wanted ones.

    Their squared distances to `wanted`, which rises, have the least sum: what is too close moves as one
    block about its mean (pool adjacent violators; M. Ayer and others, 1955).
    """
    blocks: list[tuple[float, int]] = []  # where the first of a block would stand, and its size
    for place, value in enumerate(wanted):
        mean, size = value - gap * place, 1
        while blocks and blocks[-1][0] >= mean:
            before, count = blocks.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        blocks.append((mean, size))
    last = high - gap * (len(wanted) - 1)
    starts = [max(low, min(mean, last)) for mean, size in blocks for _one in range(size)]
    return [start + gap * place for place, start in enumerate(starts)]


def _width(text: str) -> float:
    """About how many pixels a text takes; what is not seen takes none."""
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return wide * WIDE_LETTER + (len(text) - wide + 1) * LETTER
