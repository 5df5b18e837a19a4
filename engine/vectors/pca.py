"""Principal component analysis: the flat shadow of a cloud of points that keeps most of its spread.

K. Pearson, "On lines and planes of closest fit to systems of points in space", 1901. Reference
implementation: scikit-learn's `PCA`, whose rule for the sign of an axis is used here, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits


def principal_axes(vectors: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The directions in which a cloud spreads, the widest first, and the variance along each.

    They are the right singular vectors of the centred points, so no covariance is formed.

    Parameters
    ----------
    vectors : array of real numbers [shape=(n, d)].

    Returns
    -------
    axes : float64 array (min(n, d), d), rows of length 1; in each the number farthest from 0 is
        positive, since an axis itself has no direction.
    variances : float64 array (min(n, d),), with n - 1 in the denominator; 0 for a single point.
    """
    centred = np.asarray(vectors, np.float64) - np.mean(vectors, axis=0, dtype=np.float64)
    # One thread: how many there are would decide the order of additions, and so the last digits.
    with threadpool_limits(limits=1):
        _u, lengths, axes = np.linalg.svd(centred, full_matrices=False)
    largest = np.argmax(np.abs(axes), axis=1)
    signs = np.sign(axes[np.arange(len(axes)), largest])
    # What is left of equal points by the rounding of their mean is no spread.
    reach = np.abs(np.asarray(vectors, np.float64)).max(initial=0)
    if lengths.max(initial=0) <= np.finfo(np.float64).eps * reach * centred.size:
        lengths = np.zeros_like(lengths)
    return axes * signs[:, None], lengths**2 / max(1, len(centred) - 1)


def pca(vectors: NDArray[Any], *, dimensions: int = 2) -> NDArray[np.float64]:
    """The points seen along their widest directions.

    Parameters
    ----------
    vectors : array of real numbers [shape=(n, d)].
    dimensions : int, how many directions; those that the cloud does not have are 0.

    Returns
    -------
    float64 array (n, dimensions), centred.
    """
    axes, _variances = principal_axes(vectors)
    centred = np.asarray(vectors, np.float64) - np.mean(vectors, axis=0, dtype=np.float64)
    with threadpool_limits(limits=1):
        seen = centred @ axes[:dimensions].T
    return np.pad(seen, ((0, 0), (0, dimensions - seen.shape[1])))


def explained_variance(vectors: NDArray[Any]) -> NDArray[np.float64]:
    """The share of the whole variance along each axis, the largest first.

    Returns
    -------
    float64 array (min(n, d),), sums to 1; all 0 if the points are equal.
    """
    _axes, variances = principal_axes(vectors)
    total = variances.sum()
    return variances / total if total > 0 else np.zeros_like(variances)
