"""The largest numbers of a list, and where they stand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def largest(values: NDArray[Any], *, count: int | None = None) -> NDArray[np.int64]:
    """The places of the largest values, the largest first; of equal ones the earlier comes first.

    Parameters
    ----------
    values : array [shape=(n,)] of signed numbers; NaN comes last.
    count : int >= 0, how many places; None: all.

    Returns
    -------
    int64 array (min(n, count),).
    """
    return np.argsort(-values, kind="stable")[:count]
