"""Clusters of rows: what is clustered, by density or by merging, and how well it fits.

DBSCAN: M. Ester et al., "A density-based algorithm for discovering clusters", 1996. Silhouette:
P. Rousseeuw, 1987. Adjusted Rand index: L. Hubert and P. Arabie, 1985. Reference implementations:
scikit-learn's `DBSCAN`, `AgglomerativeClustering`, `silhouette_samples` and `adjusted_rand_score`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.errors import N_, UserError
from engine.table.kmeans import best_run, squared_distances
from engine.table.matrix import complete_rows, numeric_matrix, target_codes
from engine.table.plane import LARGEST_SQUARED
from engine.table.task import counts_rows

#: Points of no cluster.
NOISE = -1
LINKAGES = ("single", "complete", "average", "ward")
#: Rows whose distances to all points are held in memory at once.
NEAR_ROWS = 256


def clustered_rows(
    frame: Any, *, columns: tuple[str, ...], most: int, seed: int
) -> NDArray[np.int64]:
    """The rows that are clustered: complete in the columns; of more than `most`, some at random.

    Raises
    ------
    UserError : fewer than three complete rows.
    """
    rows = complete_rows(frame, columns=columns)
    if len(rows) < 3:
        raise UserError(N_("Fewer than three rows are complete in the chosen columns."))
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
    return rows


def gaps_in(frame: Any, *, columns: tuple[str, ...]) -> tuple[int, ...]:
    """In how many rows each column has no number that can be used."""
    return tuple(len(frame) - len(complete_rows(frame, columns=(name,))) for name in columns)


def telling_columns(frame: Any, *, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the columns that have a value and don't only count the rows; all if none is left."""
    kept = [name for name in columns if frame[name].notna().any() and not counts_rows(frame[name])]
    return tuple(kept) or columns


def cluster_points(
    frame: Any, rows: NDArray[np.int64], *, columns: tuple[str, ...]
) -> NDArray[np.float64]:
    """The chosen columns of the chosen rows as numbers, (n, d).

    Raises
    ------
    UserError : numbers that are too large to be squared.
    """
    points = numeric_matrix(frame, columns=columns)[rows]
    if np.abs(points).max() > LARGEST_SQUARED:
        raise UserError(N_("Some numbers in these columns are too large to be squared."))
    return points


def known_classes(frame: Any, rows: NDArray[np.int64], *, column: str) -> NDArray[np.int64]:
    """The class of each chosen row by a column, -1 where it is missing."""
    return target_codes(frame.iloc[rows], column=column)[0]


def known_names(frame: Any, rows: NDArray[np.int64], *, column: str) -> tuple[str, ...]:
    """What the classes of the chosen rows are called."""
    return target_codes(frame.iloc[rows], column=column)[1]


def to_unit_spread(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each column with mean 0 and standard deviation 1; a constant one becomes 0."""
    middle = points - points.mean(axis=0)
    spread = points.std(axis=0)
    constant = spread <= 1e-12 * np.abs(points).max(axis=0)
    return np.where(constant, 0.0, middle / np.where(constant, 1.0, spread))


def original_units(
    centres: NDArray[np.float64], points: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Centres (..., d) among the scaled points, in the units of the points before `to_unit_spread`."""
    return centres * points.std(axis=0) + points.mean(axis=0)


def spot_columns(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The coordinates of a toy set without its last column, the class."""
    return points[:, :-1].copy()


def spot_classes(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """The class of each point of a toy set: its last column."""
    return points[:, -1].astype(np.int64)


def row_blocks(count: int) -> Iterator[slice]:
    """All rows in blocks, so that no table of all distances is needed."""
    for start in range(0, count, NEAR_ROWS):
        yield slice(start, start + NEAR_ROWS)


# --------------------------------------------------------------------------------------- DBSCAN


def dbscan(
    points: NDArray[np.float64], *, eps: float, least: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Clusters of points that lie densely.

    A core point has at least `least` points, itself among them, within the distance `eps`. Core points
    within `eps` of each other are of one cluster; other points within `eps` of a core point are its
    border, and the rest is noise.

    Parameters
    ----------
    points : (n, d). eps : float > 0. least : int >= 1.

    Returns
    -------
    labels : int64 (n,), `NOISE` for noise. core : bool (n,).
    """
    reach = eps * eps
    counts = [
        (squared_distances(points[rows], points) <= reach).sum(axis=1)
        for rows in row_blocks(len(points))
    ]
    core = np.concatenate(counts) >= least
    labels = np.full(len(points), NOISE)
    cluster = 0
    for start in range(len(points)):
        if not core[start] or labels[start] != NOISE:
            continue
        waiting = [start]  # core points whose neighbours join the cluster
        labels[start] = cluster
        while waiting:
            near = squared_distances(points[None, waiting.pop()], points)[0] <= reach
            fresh = np.flatnonzero(near & (labels == NOISE))
            labels[fresh] = cluster
            waiting += fresh[core[fresh]].tolist()
        cluster += 1
    return labels, core


def first_of(found: tuple[NDArray[np.int64], NDArray[np.bool_]]) -> NDArray[np.int64]:
    """The labels of `dbscan` alone."""
    return found[0]


def neighbour_distances(points: NDArray[np.float64], *, least: int) -> NDArray[np.float64]:
    """How far each point is from the last of its `least` nearest points, itself among them; ascending.

    A bend in this curve is a good eps (Ester et al., 1996).
    """
    last = min(least, len(points)) - 1
    squares = [
        np.partition(squared_distances(points[rows], points), last, axis=1)[:, last].copy()
        for rows in row_blocks(len(points))
    ]
    return np.sort(np.sqrt(np.concatenate(squares)))


def bend_of(far: NDArray[np.float64]) -> float:
    """Where the curve of `neighbour_distances` bends: its point farthest below the line of its ends.

    V. Satopää et al., "Finding a kneedle in a haystack", 2011.

    Returns
    -------
    float > 0, of two digits.
    """
    line = np.linspace(far[0], far[-1], len(far))
    return float(f"{max(far[np.argmax(line - far)], 1e-9):.2g}")


def usual_eps(points: NDArray[np.float64], *, least: int) -> float:
    """An eps to begin with: 1.5 times what nine of ten points need to have `least` points near."""
    far = neighbour_distances(points, least=least)
    return float(f"{max(1.5 * far[int(0.9 * (len(far) - 1))], 1e-9):.2g}")


# -------------------------------------------------------------------------------------- merging


def merges(points: NDArray[np.float64], *, linkage: str) -> NDArray[np.float64]:
    """Which two clusters are merged one after the other, nearest first, from single points to one.

    Parameters
    ----------
    linkage : how far two clusters are apart: "single" the nearest two points, "complete" the
        farthest two, "average" the mean of all pairs, "ward" by how much the inertia grows
        (J. Ward, 1963).

    Returns
    -------
    float64 array (n - 1, 4): the two clusters, their distance, the points of the new one, as
    `scipy.cluster.hierarchy.linkage` gives them.
    """
    from scipy.cluster.hierarchy import linkage as link

    if linkage not in LINKAGES:
        raise ValueError(f"a linkage is one of {LINKAGES}, not {linkage!r}")
    with threadpool_limits(limits=1):
        return np.asarray(link(points, method=linkage))


def cut_into(tree: NDArray[np.float64], *, k: int) -> NDArray[np.int64]:
    """The clusters when merging ends at k of them, numbered by their first points."""
    n = len(tree) + 1
    label = np.arange(n)
    members = {number: [number] for number in range(n)}
    for step in range(n - k):
        one, other = int(tree[step, 0]), int(tree[step, 1])
        members[n + step] = members.pop(one) + members.pop(other)
    for points in members.values():
        label[points] = min(points)
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def cut_height(tree: NDArray[np.float64], *, k: int) -> float:
    """A distance at which a cut through the tree leaves k clusters: between two merges."""
    heights = np.concatenate([[0.0], tree[:, 2], [tree[-1, 2] * 1.1]])
    place = len(tree) + 1 - k  # merges that have happened
    return float((heights[place] + heights[place + 1]) / 2)


def tree_lines(tree: NDArray[np.float64], *, leaves: int) -> NDArray[np.float64]:
    """The dendrogram as lines: for each of the last merges four corners, from left leg to right.

    Parameters
    ----------
    leaves : at most so many; clusters below them are not drawn.

    Returns
    -------
    float64 array (merges drawn, 4, 2): places 0, 1, ... of the leaves, and distances.
    """
    from scipy.cluster.hierarchy import dendrogram

    drawn = dendrogram(tree, p=leaves, truncate_mode="lastp", no_plot=True)
    across = (np.array(drawn["icoord"]) - 5) / 10
    return np.stack([across, np.array(drawn["dcoord"])], axis=2)


# ---------------------------------------------------------------------------------- how it fits


def distance_shares(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each column adds to the squared distances between all points: its share of the variance.

    Returns
    -------
    float64 array (d,), which adds up to 1; all 0 if all columns are constant.
    """
    spread = points.var(axis=0)
    return spread / spread.sum() if spread.sum() > 0 else np.zeros(points.shape[1])


def silhouettes(points: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much nearer each point is to its own cluster than to the next one, -1..1.

    (b - a) / max(a, b), where a is the mean distance to the others of its cluster, b the least mean
    distance to those of another one; 0 for a cluster of one point, NaN for noise and if there is
    one cluster only.
    """
    found = np.full(len(points), np.nan)
    kept = labels != NOISE
    kinds = np.unique(labels[kept])
    if len(kinds) < 2:
        return found
    known, own = points[kept], labels[kept]
    mine = np.searchsorted(kinds, own)
    counts = np.bincount(mine)
    member = mine[:, None] == np.arange(len(kinds))  # (n, clusters)
    sums = np.concatenate(
        [np.sqrt(squared_distances(known[some], known)) @ member for some in row_blocks(len(known))]
    )
    rows = np.arange(len(own))
    inner = sums[rows, mine] / np.maximum(counts[mine] - 1, 1)
    outer = sums / counts
    outer[rows, mine] = np.inf
    nearest = outer.min(axis=1)
    larger = np.maximum(inner, nearest)
    values = np.where(larger > 0, (nearest - inner) / np.where(larger > 0, larger, 1), 0.0)
    found[kept] = np.where(counts[mine] == 1, 0.0, values)
    return found


def mean_silhouette(points: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The mean of the silhouettes, without noise; NaN if there are fewer than two clusters."""
    values = silhouettes(points, labels)
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def by_count(
    points: NDArray[np.float64], *, most: int, starts: int, seed: int
) -> NDArray[np.float64]:
    """The best inertia and its mean silhouette for k = 1, 2, ... `most`.

    Returns
    -------
    float64 array (k, 3): k, inertia, silhouette (NaN for one cluster).
    """
    rows = []
    for k in range(1, min(most, len(points) - 1) + 1):
        labels, inertia = best_run(points, k=k, starts=starts, seed=seed)
        rows.append([k, inertia, mean_silhouette(points, labels)])
    return np.array(rows)


def adjusted_rand(labels: NDArray[np.int64], classes: NDArray[np.int64]) -> float:
    """How well clusters agree with known classes: 1 is equal up to names, 0 what chance gives.

    Counts pairs of points: together in both, against what is to be expected. Points whose class is
    below 0 (unknown) are left out; noise counts as a cluster.
    """
    known = classes >= 0
    _one, rows = np.unique(labels[known], return_inverse=True)
    _other, columns = np.unique(classes[known], return_inverse=True)
    if not known.any():
        return float("nan")
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)

    def pairs(counts: NDArray[np.float64]) -> float:
        return float((counts * (counts - 1) / 2).sum())

    both, first, second = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    total = known.sum() * (known.sum() - 1) / 2
    expected = first * second / total if total else 0.0
    most = (first + second) / 2
    return 1.0 if most == expected else float((both - expected) / (most - expected))


def cluster_table(labels: NDArray[np.int64], classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many points of each class lie in each cluster, (clusters, classes); noise comes first."""
    known = classes >= 0
    kinds, rows = np.unique(labels, return_inverse=True)
    table = np.zeros((len(kinds), int(classes.max(initial=0)) + 1), np.int64)
    np.add.at(table, (rows[known], classes[known]), 1)
    return table
