"""How far a map can be trusted: which neighbours it invents, and which it loses.

J. Venna, S. Kaski, "Neighborhood preservation in nonlinear projection methods", 2001. Reference
implementation: scikit-learn's `trustworthiness`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits


def pair_distances(vectors: NDArray[Any], *, metric: str = "euclidean") -> NDArray[np.float64]:
    """The distance of every point to every other, and infinity to itself.

    Parameters
    ----------
    vectors : array of real numbers [shape=(n, d)]. A point with a number that is not finite, such as one
        without a place on a map of UMAP, is infinitely far from all.
    metric : "euclidean", or "cosine": 1 - cos of the angle, 1 where a vector is 0.

    Returns
    -------
    float64 array (n, n).
    """
    points = np.asarray(vectors, np.float64)
    points = np.where(np.isfinite(points).all(axis=1, keepdims=True), points, np.nan)
    # One thread: the number of threads would decide the order of additions, and so the last digits.
    with threadpool_limits(limits=1):
        if metric == "cosine":
            lengths = np.linalg.norm(points, axis=1, keepdims=True)
            points = points / np.where(lengths > 0, lengths, 1)
            distances = 1 - points @ points.T
        else:
            squares = np.sum(points**2, axis=1)
            distances = squares[:, None] + squares - 2 * (points @ points.T)
            distances = np.sqrt(np.maximum(distances, 0))
    np.fill_diagonal(distances, np.inf)
    return np.where(np.isnan(distances), np.inf, distances)


def nearest_points(
    vectors: NDArray[Any], *, count: int, metric: str = "euclidean"
) -> NDArray[np.int64]:
    """The numbers of the nearest other points of each point, the nearest first.

    Parameters
    ----------
    vectors : array of real numbers [shape=(n, d)].
    count : int, how many; fewer if there are fewer others.
    metric : "euclidean" or "cosine".

    Returns
    -------
    int64 array (n, min(count, n - 1)); of equally far points the first ones, never the point itself.
    """
    distances = pair_distances(vectors, metric=metric)
    np.fill_diagonal(distances, np.nan)  # behind infinity
    return np.argsort(distances, axis=1, kind="stable")[:, : min(count, len(distances) - 1)]


def trustworthiness(
    vectors: NDArray[Any], layout: NDArray[Any], *, neighbours: int = 10, metric: str = "cosine"
) -> float:
    """1 if all neighbours on the map are neighbours in the full space; strangers cost by their rank.

    Parameters
    ----------
    vectors : array of real numbers [shape=(n, d)], the full space.
    layout : array of real numbers [shape=(n, 2 or 3)], the map.
    neighbours : int, below n / 2.
    metric : "euclidean" or "cosine", the distance in the full space.

    Returns
    -------
    float, 0..1. A map drawn by lot has about 0.5.
    """
    ranks = _ranks(pair_distances(vectors, metric=metric))
    return _intruders(ranks, nearest_points(layout, count=neighbours))


def continuity(
    vectors: NDArray[Any], layout: NDArray[Any], *, neighbours: int = 10, metric: str = "cosine"
) -> float:
    """1 if all neighbours in the full space are neighbours on the map; the lost cost by their rank.

    Parameters and range are those of `trustworthiness`, with the roles of space and map exchanged.
    """
    ranks = _ranks(pair_distances(layout))
    return _intruders(ranks, nearest_points(vectors, count=neighbours, metric=metric))


def neighbours_lost(
    vectors: NDArray[Any], layout: NDArray[Any], *, neighbours: int = 10, metric: str = "cosine"
) -> NDArray[np.float64]:
    """The share of each point's nearest neighbours that are not among its nearest on the map.

    Returns
    -------
    float64 array (n,), 0..1.
    """
    true = nearest_points(vectors, count=neighbours, metric=metric)
    seen = nearest_points(layout, count=neighbours)
    kept = (true[:, :, None] == seen[:, None, :]).any(axis=2)
    return 1 - kept.mean(axis=1)


def _ranks(distances: NDArray[np.float64]) -> NDArray[np.int64]:
    """ranks[i, j]: 1 if j is the nearest of i, 2 if it is the second, and so on."""
    order = np.argsort(distances, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(order) + 1)[None, :], axis=1)
    return ranks


def _intruders(ranks: NDArray[np.int64], chosen: NDArray[np.int64]) -> float:
    """1 minus what the chosen ones lie beyond their rightful number, by its greatest value."""
    n, k = chosen.shape
    if 2 * k >= n:
        raise ValueError(f"{k} neighbours of {n} points: there must be fewer than half as many")
    beyond = np.maximum(np.take_along_axis(ranks, chosen, axis=1) - k, 0).sum()
    return float(1 - beyond * 2 / (n * k * (2 * n - 3 * k - 1)))
