"""What optimised maps have in common: which of their steps are kept, and what is asked of the points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError

#: Steps of one optimisation that are kept and shown; the beginning, where most happens, is dense.
FRAMES = 60
#: Fewer points make no neighbourhoods.
FEWEST = 10


def shown_epochs(epochs: int) -> tuple[int, ...]:
    """After which epochs the layout is kept: 0 (where it begins), ever rarer ones, and the last.

    Parameters
    ----------
    epochs : int >= 1.

    Returns
    -------
    tuple of int, ascending, at most `FRAMES`.
    """
    even = np.linspace(0, 1, FRAMES)
    return tuple(int(n) for n in np.unique(np.rint(epochs * even**1.7)))


def how_many_differ(vectors: NDArray[Any]) -> int:
    """How many different points there are."""
    return len(np.unique(np.asarray(vectors, np.float32), axis=0))


def checked(vectors: NDArray[Any], *, dimensions: int = 2) -> NDArray[np.float32]:
    """The points as a map's optimisation takes them.

    Points of fewer numbers than the map has dimensions get zeros, which change no distance.

    Raises
    ------
    UserError : there are too few different points to have neighbours.
    """
    points = np.ascontiguousarray(vectors, np.float32)
    if how_many_differ(points) < FEWEST:
        raise UserError(
            N_(
                "A map needs at least {count} different points. Choose more words or a longer text."
            ),
            count=FEWEST,
        )
    return np.pad(points, ((0, 0), (0, max(0, dimensions - points.shape[1]))))


def step_of(steps: NDArray[np.float32], *, index: int = -1) -> NDArray[np.float32]:
    """One layout of an optimisation.

    Parameters
    ----------
    steps : float32 array [shape=(steps, n, dimensions)].
    index : int, which step; -1 is the last.
    """
    return steps[index].copy()
