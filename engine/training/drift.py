"""How numbers of some digits move while an encoder learns: a flat map of every epoch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def drift_map(numbers: NDArray[np.floating]) -> NDArray[np.float32]:
    """Principal components of each epoch, turned so that they fit the epoch before as well as can be.

    A map by PCA has no fixed up and down. The rotation or reflection is Procrustes' orthogonal one:
    P. Schönemann, "A generalized solution of the orthogonal Procrustes problem", 1966. Each map
    is divided by its own spread, since objectives differ in scale.

    Parameters
    ----------
    numbers : float array [shape=(epochs, n, d)], d >= 2.

    Returns
    -------
    float32 array (epochs, n, 2).
    """
    maps: list[NDArray[np.float64]] = []
    for one in numbers.astype(np.float64):
        centred = one - one.mean(axis=0)
        _left, _sizes, axes = np.linalg.svd(centred, full_matrices=False)
        flat_map = centred @ axes[:2].T
        flat_map /= max(float(np.sqrt((flat_map**2).sum(axis=1).mean())), 1e-12)
        if maps:
            left, _sizes, right = np.linalg.svd(flat_map.T @ maps[-1])
            flat_map = flat_map @ (left @ right)
        maps.append(flat_map)
    return np.array(maps, np.float32)
