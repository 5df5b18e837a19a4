"""5,000 handwritten digits of MNIST, each digit 500 times: 4,000 to learn from and 1,000 to test with.

Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
recognition", 1998. `assets/make_sets.py` has drawn the first `LEARN` from the part that MNIST's authors
made to learn from, 400 of each digit, and the last `TEST` from their test, 100 of each; both parts are
in random order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEARN, TEST = 4000, 1000  # the first so many, the last so many


def digits(path: str, *, start: int = 0, count: int = LEARN + TEST) -> NDArray[np.uint8]:
    """Pictures of the set.

    Parameters
    ----------
    path : str, the file of the set.
    start, count : int, from which picture on, and how many.

    Returns
    -------
    uint8 array (count, 28, 28): 0 paper, 255 ink.

    Raises
    ------
    ValueError : the set has no such pictures.
    """
    return _part(path, "pictures", start, count)


def digit_labels(path: str, *, start: int = 0, count: int = LEARN + TEST) -> NDArray[np.int64]:
    """Which digit each of these pictures shows: int64 array (count,), 0 to 9; see `digits`."""
    return _part(path, "labels", start, count).astype(np.int64)


def digit_counts(path: str, *, start: int = 0, count: int = LEARN + TEST) -> NDArray[np.int64]:
    """How often each digit occurs among these pictures: int64 array (10,); see `digits`."""
    return np.bincount(digit_labels(path, start=start, count=count), minlength=10)


def _part(path: str, name: str, start: int, count: int) -> NDArray[np.uint8]:
    with np.load(path, allow_pickle=False) as file:
        rows = file[name]
    if not 0 <= start < start + count <= len(rows):
        raise ValueError(f"{count} pictures from {start} on: the set has {len(rows)}")
    return rows[start : start + count].copy()
