"""k-means, one half of a step at a time.

S. Lloyd, "Least squares quantization in PCM", 1982; better first centres: D. Arthur and
S. Vassilvitskii, "k-means++: the advantages of careful seeding", 2007. Reference implementation:
scikit-learn's `KMeans(algorithm="lloyd")`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Steps after which a run ends, settled or not.
MOST_STEPS = 300

#: Centres (stages, k, d), the cluster of each point (stages, n), the inertia (stages,).
Stages = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]


def squared_distances(
    points: NDArray[np.float64], centres: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The squared distance of every point to every centre, (n, k)."""
    found = np.zeros((len(points), len(centres)))
    for column in range(points.shape[1]):  # one column after the other: little memory
        found += (points[:, column, None] - centres[None, :, column]) ** 2
    return found


def first_centres(
    points: NDArray[np.float64], *, k: int, how: str, seed: int
) -> NDArray[np.float64]:
    """Centres to begin with: k of the points.

    Parameters
    ----------
    points : (n, d), n >= k.
    how : "random" draws k different rows; "far" is k-means++, which draws each next one with a
        probability that grows with the squared distance to the nearest centre so far.

    Returns
    -------
    float64 array (k, d).
    """
    random = np.random.default_rng(seed)
    if how == "random":
        return points[random.choice(len(points), k, replace=False)].copy()
    if how != "far":
        raise ValueError(f"centres begin at 'random' or 'far', not {how!r}")
    chosen = [int(random.integers(len(points)))]
    while len(chosen) < k:
        nearest = squared_distances(points, points[chosen]).min(axis=1)
        total = nearest.sum()
        # Fewer different points than centres: any point will do.
        shares = nearest / total if total > 0 else np.full(len(points), 1 / len(points))
        chosen.append(int(random.choice(len(points), p=shares)))
    return points[chosen].copy()


def nearest_centres(points: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each point the number of its nearest centre; of equally near ones the first."""
    return squared_distances(points, centres).argmin(axis=1)


def middles(
    points: NDArray[np.float64], labels: NDArray[np.int64], centres: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Each centre moved to the mean of its points; one without points stays where it is."""
    counts = np.bincount(labels, minlength=len(centres))
    moved = centres.copy()
    for column in range(points.shape[1]):
        sums = np.bincount(labels, points[:, column], minlength=len(centres))
        moved[counts > 0, column] = sums[counts > 0] / counts[counts > 0]
    return moved


def inertia_of(
    points: NDArray[np.float64], centres: NDArray[np.float64], labels: NDArray[np.int64]
) -> float:
    """The sum of the squared distances of all points to the centre of their cluster."""
    return float(((points - centres[labels]) ** 2).sum())


def kmeans_stages(points: NDArray[np.float64], centres: NDArray[np.float64]) -> Stages:
    """k-means from given centres until no point changes its cluster, stage by stage.

    Stage 0 has the centres only. Then the points are assigned (odd stages) and the centres moved (even
    stages), one after the other; the last two stages change nothing, unless `MOST_STEPS` are not enough.

    Parameters
    ----------
    points : (n, d). centres : (k, d).

    Returns
    -------
    centres : float64 (stages, k, d). labels : int64 (stages, n), -1 in stage 0.
    inertia : float64 (stages,), NaN in stage 0.
    """
    labels = np.full(len(points), -1)
    stages = [(centres, labels, float("nan"))]
    for _step in range(MOST_STEPS):
        found = nearest_centres(points, centres)
        settled = bool((found == labels).all())
        labels = found
        stages.append((centres, labels, inertia_of(points, centres, labels)))
        centres = middles(points, labels, centres)
        stages.append((centres, labels, inertia_of(points, centres, labels)))
        if settled:
            break
    every_centre, every_label, every_inertia = zip(*stages, strict=True)
    return np.stack(every_centre), np.stack(every_label), np.array(every_inertia)


def stage_labels(stages: Stages, *, stage: int) -> NDArray[np.int64]:
    """The cluster of each point at a stage; -1, the last one."""
    return stages[1][stage].copy()


def stage_centres(stages: Stages, *, stage: int) -> NDArray[np.float64]:
    """The centres at a stage and at all stages before it, (stages, k, d)."""
    last = stage % len(stages[0])
    return stages[0][: last + 1].copy()


def stage_inertia(stages: Stages) -> NDArray[np.float64]:
    """The inertia at each stage."""
    return stages[2].copy()


def restarts(
    points: NDArray[np.float64], *, k: int, how: str, starts: int, seed: int
) -> NDArray[np.float64]:
    """The inertia at which k-means ends, from several first centres (seeds seed, seed + 1, ...)."""
    ends = []
    for number in range(starts):
        centres = first_centres(points, k=k, how=how, seed=seed + number)
        ends.append(kmeans_stages(points, centres)[2][-1])
    return np.array(ends)


def best_run(
    points: NDArray[np.float64], *, k: int, starts: int, seed: int
) -> tuple[NDArray[np.int64], float]:
    """Clusters and inertia of the best of several starts of k-means++: the one of the least inertia.

    The clusters are numbered in the order of their first points.
    """
    best: tuple[NDArray[np.int64], float] | None = None
    for number in range(starts):
        centres = first_centres(points, k=k, how="far", seed=seed + number)
        _centres, labels, inertia = kmeans_stages(points, centres)
        if best is None or inertia[-1] < best[1]:
            best = labels[-1], float(inertia[-1])
    if best is None:
        raise ValueError("at least one start")
    return by_first_point(best[0]), best[1]


def by_first_point(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The clusters numbered anew, in the order of their first points."""
    _kinds, first, own = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[own].astype(np.int64)


def best_clusters(
    points: NDArray[np.float64], *, k: int, starts: int, seed: int
) -> NDArray[np.int64]:
    """The clusters of `best_run`."""
    return best_run(points, k=k, starts=starts, seed=seed)[0]


def changed_points(stages: Stages, *, stage: int) -> int:
    """How many points have another cluster than at the stage before."""
    labels = stages[1]
    return int((labels[stage] != labels[stage - 1]).sum()) if stage else 0


def is_settled(stages: Stages) -> bool:
    """Whether the run came to its end, because no point changed its cluster any more."""
    return changed_points(stages, stage=len(stages[2]) - 2) == 0


def empty_clusters(stages: Stages, *, stage: int) -> tuple[int, ...]:
    """The numbers of the clusters that have no point at a stage; at stage 0 none is said to be so."""
    counts = np.bincount(stages[1][stage] + 1, minlength=stages[0].shape[1] + 1)[1:]
    return tuple(np.flatnonzero(counts == 0).tolist()) if stage else ()
