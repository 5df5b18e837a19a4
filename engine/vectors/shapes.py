"""Made clouds of known geometry, to see what a map makes of them.

After M. Wattenberg, F. Viégas, I. Johnson, "How to use t-SNE effectively", Distill, 2016.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: How much wider the second of two clouds is, and how much farther away the third of three.
WIDER, FARTHER = 10, 5
#: Numbers in each vector; the known geometry lies in the first two.
SPACE = 20


def made_points(*, kind: str, count: int = 150, seed: int = 0) -> NDArray[np.float32]:
    """Points whose geometry is known.

    Parameters
    ----------
    kind : "sizes", two round clouds, one `WIDER` times as wide; "distances", three equal ones, the
        third `FARTHER` times as far away as the second; "noise", one cloud without any group;
        "ring", points around a circle.
    count : int, all points together.
    seed : int, of the random numbers.

    Returns
    -------
    float32 array (count, SPACE).
    """
    random = np.random.default_rng(seed)
    groups = 2 if kind == "sizes" else 3
    number = np.arange(count) * groups // count
    noise = random.normal(size=(count, SPACE))
    if kind == "noise":
        return noise.astype(np.float32)
    if kind == "sizes":
        points = noise * np.where(number == 0, 1, WIDER)[:, None]
        points[:, 0] += np.where(number == 0, 0, 100)
    elif kind == "distances":
        points = noise
        points[:, 0] += np.array([0, 20, 20 * (1 + FARTHER)])[number]
    elif kind == "ring":
        turn = 2 * np.pi * np.arange(count) / count
        points = 0.02 * noise
        points[:, 0] += np.cos(turn)
        points[:, 1] += np.sin(turn)
    else:
        raise ValueError(f"no made cloud is called {kind}")
    return points.astype(np.float32)


def made_labels(*, kind: str, count: int = 150) -> tuple[str, ...]:
    """Which group each point of `made_points` was drawn from: "A", "B" or "C"."""
    groups = {"sizes": 2, "distances": 3, "noise": 1, "ring": 1}[kind]
    return tuple("ABC"[number * groups // count] for number in range(count))
