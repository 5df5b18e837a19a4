"""Fewer points in fair shares: no label is lost, and none gets more than its part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def fair_sample(labels: tuple[str, ...], *, most: int, seed: int = 0) -> NDArray[np.int64]:
    """Numbers of at most `most` points, of each label about the same share, drawn by lot.

    Each label gets one point and then its proportional part of the rest (largest remainders, after
    A. Hamilton, 1792); with more labels than `most`, the most frequent ones get one each.

    Parameters
    ----------
    labels : tuple of str, one a point.
    most : int >= 1.
    seed : int, of the lot.

    Returns
    -------
    int64 array (min(n, most),), ascending.
    """
    if len(labels) <= most:
        return np.arange(len(labels))
    names, first, place, counts = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    frequent = np.lexsort((first, -counts))  # the most frequent first, of equal ones the earlier
    shares = np.zeros(len(names), np.int64)
    shares[frequent[:most]] = 1
    if most > len(names):
        wanted = (counts - 1) * ((most - len(names)) / (len(labels) - len(names)))
        shares += np.floor(wanted).astype(np.int64)
        left = most - shares.sum()
        rest = np.lexsort((first, -counts, -(wanted - np.floor(wanted))))
        shares[rest[:left]] += 1
    lot = np.random.default_rng(seed).permutation(len(labels))
    chosen = [lot[place[lot] == label][:share] for label, share in enumerate(shares)]
    return np.sort(np.concatenate(chosen))
