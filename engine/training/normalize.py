"""Batch and layer normalisation step by step, forward and backward.

S. Ioffe and C. Szegedy, "Batch normalization", 2015; J. L. Ba, J. R. Kiros and G. Hinton, "Layer
normalization", 2016. Reference implementation: `torch.nn.functional.batch_norm` and `layer_norm`.

A table has one row for each example and one column for each feature. Batch normalisation takes mean and
variance down each column, over the examples; layer normalisation along each row, over the features.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Added to the variance, so that nothing is divided by 0: PyTorch's default.
EPSILON = 1e-5
#: The share of the newest batch in the running statistics: PyTorch's default.
MOMENTUM = 0.1
#: The axis that is averaged over.
AXES = {"batch": 0, "layer": 1}


def digit_features(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Five numbers about each picture of a digit, of very different sizes.

    Returns
    -------
    float64 array (n, 5): mean gray; pixels and columns that hold ink; row and column of its centre.
    """
    ink = pictures.astype(np.float64)
    rows, columns = ink.sum(axis=2), ink.sum(axis=1)  # (n, 28) each
    whole = np.maximum(ink.sum(axis=(1, 2)), 1e-12)
    place = np.arange(pictures.shape[1])
    return np.stack(
        [
            ink.mean(axis=(1, 2)),
            (ink > 0).sum(axis=(1, 2)),
            (columns > 0).sum(axis=1),
            rows @ place / whole,
            columns @ place / whole,
        ],
        axis=1,
    )


def means(x: NDArray[np.float64], *, kind: str) -> NDArray[np.float64]:
    """The mean of each column ("batch", shape (1, D)) or of each row ("layer", shape (N, 1))."""
    return x.mean(axis=AXES[kind], keepdims=True)


def variances(x: NDArray[np.float64], *, kind: str) -> NDArray[np.float64]:
    """The variance, divided by n, in the same shape as `means`."""
    return x.var(axis=AXES[kind], keepdims=True)


def deviations(variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The standard deviation: the root of the variance."""
    return np.sqrt(variance)


def centred(x: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each number less its mean."""
    return x - mean


def scaled(middle: NDArray[np.float64], variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each number over its standard deviation (the root of variance + `EPSILON`)."""
    return middle / np.sqrt(variance + EPSILON)


def shifted(x: NDArray[np.float64], *, gain: float = 1.0, bias: float = 0.0) -> NDArray[np.float64]:
    """Times gain, plus bias: a network learns both, so that normalising takes nothing away from it."""
    return gain * x + bias


def normalise(
    x: NDArray[Any],
    *,
    kind: str,
    gain: float | tuple[float, ...] = 1.0,
    bias: float | tuple[float, ...] = 0.0,
) -> NDArray[np.float64]:
    """All steps at once; `gain` and `bias` are one number, or one for each column."""
    x = np.asarray(x, np.float64)
    straight = scaled(centred(x, means(x, kind=kind)), variances(x, kind=kind))
    return np.asarray(gain) * straight + np.asarray(bias)


def normalise_gradients(
    above: NDArray[Any],
    x: NDArray[Any],
    *,
    kind: str,
    gain: float | tuple[float, ...] = 1.0,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """How a loss changes with the table, with the gain and with the bias of each column.

    Mean and variance depend on all numbers that they were taken of; the two means that are taken off
    below are what that costs: a gradient that would move all of them alike,
    or stretch them, has no effect.

    Parameters
    ----------
    above : array [shape=(N, D)], the gradient with respect to the result.

    Returns
    -------
    float64 arrays (N, D), (D,) and (D,).
    """
    x, above = np.asarray(x, np.float64), np.asarray(above, np.float64)
    axis = AXES[kind]
    variance = variances(x, kind=kind)
    straight = scaled(centred(x, means(x, kind=kind)), variance)
    by = above * np.asarray(gain)
    mean, stretch = (n.mean(axis=axis, keepdims=True) for n in (by, by * straight))
    of_x = (by - mean - straight * stretch) / np.sqrt(variance + EPSILON)
    return of_x, (above * straight).sum(axis=0), above.sum(axis=0)


# ----------------------------------------------------------------- learning and using


def running(
    x: NDArray[np.float64], *, batch: int, momentum: float = MOMENTUM
) -> NDArray[np.float64]:
    """The running statistics of batch normalisation, after 0, 1, 2, ... batches of a table.

    They begin with mean 0 and variance 1; each batch then counts for `momentum`, all before it for the
    rest. The variance of a batch is here divided by n - 1, as PyTorch does for this only.

    Parameters
    ----------
    x : float64 array [shape=(N, D)]. batch : int >= 2, rows of a batch; a rest at the end is left out.

    Returns
    -------
    float64 array (batches + 1, 2, D): mean and variance of each column.
    """
    state = np.stack([np.zeros(x.shape[1]), np.ones(x.shape[1])])
    found = [state]
    for first in range(0, len(x) - batch + 1, batch):
        part = x[first : first + batch]
        new = np.stack([part.mean(axis=0), part.var(axis=0, ddof=1)])
        state = (1 - momentum) * state + momentum * new
        found.append(state)
    return np.stack(found)


def normalise_by(
    x: NDArray[np.float64], statistics: NDArray[np.float64], *, after: int = -1
) -> NDArray[np.float64]:
    """What batch normalisation gives when a network is used: by the running statistics, not the batch's.

    Parameters
    ----------
    statistics : see `running`. after : int, how many batches they have seen; -1 takes all.
    """
    mean, variance = statistics[after]
    return scaled(centred(x, mean), variance)


def first_rows(x: NDArray[Any], *, count: int) -> NDArray[Any]:
    """The first rows of a table."""
    return x[:count].copy()


def mean_distance(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """The mean absolute difference of two tables."""
    return float(np.abs(a - b).mean())


def row_by_sizes(
    x: NDArray[np.float64], *, kind: str, most: int = 64, column: int = 0
) -> NDArray[np.float64]:
    """One number of the first example, normalised among the first 1, 2, ... `most` rows of the table."""
    return np.array([normalise(x[:count], kind=kind)[0, column] for count in range(1, most + 1)])


def number_at(x: NDArray[np.float64], *, row: int, column: int) -> float:
    """One number of a table."""
    return float(x[row, column])
