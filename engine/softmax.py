"""Softmax: scores as shares with the sum 1.

J. S. Bridle, "Training stochastic model recognition algorithms as networks can lead to maximum mutual
information estimation of parameters", 1989. Reference implementation: `scipy.special.softmax`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def softmax_rows(scores: NDArray[Any]) -> NDArray[Any]:
    """Each row as shares with the sum 1: exp(s) over the sum of all exp(s).

    The largest score of the row is taken off first, which changes no share and keeps exp finite.

    Parameters
    ----------
    scores : float array [shape=(rows, n)]; -inf gets the share 0, but no row holds nothing else.

    Returns
    -------
    array of the same shape and type.
    """
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
