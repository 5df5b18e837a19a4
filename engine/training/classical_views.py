"""What a comparison shows: shares with most labels, who wins, which examples are wrong, moved digits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.training.classical import Compared, drawn_split, svm
from engine.training.classical_rows import hog_rows, raw_rows
from engine.training.ownset import Examples

MOVES = (0, 1, 2, 3, 4)  # pixels to the side
MOVED_FROM = 12  # digits of each kind that are learnt from before others are moved


def class_counts(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many examples each class has: int64 (classes,)."""
    return np.bincount(labels)


def one_of_each(labels: NDArray[np.int64]) -> tuple[int, ...]:
    """The first example of each class."""
    return tuple(int(np.argmax(labels == c)) for c in range(labels.max() + 1))


def side_by_side(examples: Examples, rows: tuple[int, ...]) -> NDArray[np.uint8]:
    """Some pictures in one row: uint8 (side, side * pictures, 3)."""
    return np.concatenate([examples[0][n] for n in rows], axis=1)


def hog_lines(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The directions of edges in each cell, as lines: float32 (H, W); see `hog_rows`."""
    from skimage.feature import hog

    cell = rgb.shape[0] // 8
    drawn = hog(
        rgb.mean(axis=2) / 255,
        orientations=9,
        pixels_per_cell=(cell, cell),
        cells_per_block=(2, 2),
        visualize=True,
    )[1]
    return np.asarray(drawn, np.float32)


def shares_of(run: Compared) -> NDArray[np.float64]:
    """Shares of right answers: float64 (methods, numbers of examples, seeds)."""
    return run[0].copy()


def known_rows(table: NDArray[np.floating]) -> NDArray[np.floating]:
    """The rows (numbers of examples, seeds) up to the last one that is known for all seeds."""
    return table[~np.isnan(table).any(axis=1)]


def with_most(shares: NDArray[np.floating]) -> NDArray[np.floating]:
    """The shares at the greatest number of examples that is known for any: (methods, seeds)."""
    known = ~np.isnan(shares).all(axis=(0, 2))
    return shares[:, int(np.flatnonzero(known)[-1]) if known.any() else 0].copy()


def tested_count(run: Compared) -> int:
    """How many examples one test has."""
    return int((run[1][0] >= 0).sum())


def confusion_of(run: Compared, labels: NDArray[np.int64], *, method: int) -> NDArray[np.int64]:
    """How many tested examples of each class (row) got each class (column), with the first seed."""
    count = int(labels.max()) + 1
    table = np.zeros((count, count), np.int64)
    tested = run[1][method] >= 0
    np.add.at(table, (labels[tested], run[1][method][tested]), 1)
    return table


def wrong_of(
    run: Compared, labels: NDArray[np.int64], *, method: int
) -> tuple[tuple[int, int], ...]:
    """The tested examples of the first seed that got a wrong class: (example, class that it got)."""
    said = run[1][method]
    return tuple((int(n), int(said[n])) for n in np.flatnonzero((said >= 0) & (said != labels)))


def wins_of(shares: NDArray[np.floating], *, place: int = 0) -> NDArray[np.int64]:
    """On how many tests each method came first; where several did, each counts.

    place : int, the number of examples, as its place in `EACH`.
    """
    table = shares[:, place]
    return (table == table.max(axis=0)).sum(axis=1).astype(np.int64)


def mean_with_most(shares: NDArray[np.floating]) -> NDArray[np.float64]:
    """The mean over the seeds at the greatest number of examples: float64 (methods,)."""
    return with_most(shares).mean(axis=1).astype(np.float64)


def labels_worth(shares: NDArray[np.floating], *, one: int, other: int) -> int:
    """The place in `EACH` where method `one` is first as good, on average, as `other` at best; or -1."""
    means = np.nanmean(shares, axis=2)
    reached = np.flatnonzero(means[one] >= np.nanmax(means[other]))
    return int(reached[0]) if reached.size else -1


def moved_shares(examples: Examples) -> NDArray[np.float64]:
    """Gray levels and HOG, learnt from digits as they are, tested with digits moved to the side.

    The examples are pictures of digits, white around. What comes in at the edge is white, too.

    Returns
    -------
    float64 array (2, `MOVES`): shares of right answers.
    """
    pictures, labels = examples[:2]
    tested, pools = drawn_split(labels, seed=0)
    learnt = np.concatenate([pool[:MOVED_FROM] for pool in pools])
    step = pictures.shape[2] / 28
    found = np.zeros((2, len(MOVES)))
    for row, rows_of in enumerate((raw_rows, hog_rows)):
        model = svm().fit(rows_of(pictures[learnt]), labels[learnt])
        for column, move in enumerate(MOVES):
            by = round(move * step)
            width = pictures.shape[2]
            moved = np.pad(pictures[tested], ((0, 0), (0, 0), (by, 0), (0, 0)), mode="edge")
            found[row, column] = (
                model.predict(rows_of(moved[:, :, :width])) == labels[tested]
            ).mean()
    return found
