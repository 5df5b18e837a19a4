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
    scores : float array [shape=(..., n)], rows along the last axis; -inf gets the share 0, but no row
        holds nothing else.

    Returns
    -------
    array of the same shape and type.
    """
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def softmax(logits: NDArray[np.floating], *, temperature: float = 1.0) -> NDArray[np.float64]:
    """A classifier's scores as probabilities: exp(z / T) over the sum of all of them.

    The temperature is that of G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural
    network", 2015: above 1 the probabilities come closer together, below 1 the first takes all.

    Parameters
    ----------
    logits : array [shape=(classes,)].
    temperature : float > 0.

    Returns
    -------
    float64 array (classes,), positive, their sum 1.

    Raises
    ------
    ValueError : the temperature is not above 0.
    """
    if not temperature > 0:
        raise ValueError(f"a temperature is above 0, not {temperature}")
    return softmax_rows(logits.astype(np.float64) / temperature)
