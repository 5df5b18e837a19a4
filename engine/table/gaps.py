"""Missing values filled, and what that does to the mean, the spread and a correlation.

Reference implementation: scikit-learn's `SimpleImputer`, `KNNImputer` and `MissingIndicator`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.table.matrix import column_numbers, numeric_matrix

#: Ways of filling: leave the row out, or put one of these into the cell.
METHODS = ("drop", "mean", "median", "frequent", "zero", "neighbours")
NEIGHBOURS = 5  # rows whose mean fills a gap


def sampled_rows(frame: Any, *, most: int, seed: int) -> NDArray[np.int64]:
    """The numbers of at most `most` rows, drawn without replacement, in their order in the table."""
    if len(frame) <= most:
        return np.arange(len(frame))
    drawn = np.random.default_rng(seed).choice(len(frame), most, replace=False)
    return np.sort(drawn).astype(np.int64)


def with_holes(
    frame: Any, rows: NDArray[np.int64], *, column: str, share: float, seed: int
) -> NDArray[np.float64]:
    """A column of some rows, and more of its cells emptied, each with the same chance.

    Parameters
    ----------
    share : float, 0..1, of the cells that are not missing.

    Returns
    -------
    float64 array (len(rows),), missing cells NaN. At least one number stays if there is one.
    """
    values = column_numbers(frame.iloc[rows], column=column)
    known = np.flatnonzero(~np.isnan(values))
    count = min(round(share * len(known)), max(0, len(known) - 1))
    values[np.random.default_rng(seed).permutation(known)[:count]] = np.nan
    return values


def missing_indicator(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A column of its own for the gaps: 1 where a cell is missing, else 0 (`MissingIndicator`)."""
    return np.isnan(values).astype(np.float64)


def filled_column(
    values: NDArray[np.float64],
    frame: Any,
    rows: NDArray[np.int64],
    *,
    method: str,
    others: tuple[str, ...],
) -> NDArray[np.float64]:
    """A column whose missing cells are filled.

    Parameters
    ----------
    values : float64 array [shape=(len(rows),)], missing cells NaN, at least one number.
    method : one of `METHODS`. "frequent": of equally frequent values the smallest. "neighbours":
        the mean of the `NEIGHBOURS` rows that are nearest in `others`, each first scaled to mean 0
        and standard deviation 1 (the mean of all where `others` say nothing).

    Returns
    -------
    float64 array (len(rows),); with "drop", the cells stay NaN, since their rows are left out.
    """
    if method not in METHODS:
        raise ValueError(f"the method is one of {METHODS}, not {method!r}")
    known = values[~np.isnan(values)]
    if method == "drop" or not len(known):
        return values.copy()
    if method == "neighbours":
        return _from_neighbours(values, numeric_matrix(frame.iloc[rows], columns=others))
    if method == "frequent":
        found, counts = np.unique(known, return_counts=True)
        fill = found[np.argmax(counts)]
    else:
        fill = {"mean": known.mean(), "median": np.median(known), "zero": 0.0}[method]
    return np.where(np.isnan(values), fill, values)


def _from_neighbours(
    values: NDArray[np.float64], others: NDArray[np.float64]
) -> NDArray[np.float64]:
    from sklearn.metrics.pairwise import nan_euclidean_distances
    from sklearn.preprocessing import StandardScaler

    empty, known = np.isnan(values), ~np.isnan(values)
    useful = ~np.isnan(others).all(axis=0)
    guess = np.full(int(empty.sum()), values[known].mean())
    if useful.any() and len(guess):
        scaled = StandardScaler().fit_transform(others[:, useful])
        distances = nan_euclidean_distances(scaled[empty], scaled[known])
        nearest = np.argsort(distances, axis=1, kind="stable")[:, :NEIGHBOURS]  # NaN comes last
        comparable = ~np.isnan(np.take_along_axis(distances, nearest, axis=1))
        count = comparable.sum(axis=1)
        sums = np.where(comparable, values[known][nearest], 0).sum(axis=1)
        guess = np.where(count > 0, sums / np.maximum(count, 1), guess)
    filled = values.copy()
    filled[empty] = guess
    return filled


def statistics_of(
    values: NDArray[np.float64], frame: Any, rows: NDArray[np.int64], *, other: str
) -> tuple[int, float, float, float]:
    """Of a column, without its missing cells: how many, mean, standard deviation, correlation.

    Parameters
    ----------
    other : str, the column to which Pearson's correlation is computed, in rows that have both.

    Returns
    -------
    count, mean, standard deviation (n - 1 in the denominator), r; NaN where there is too little.
    """
    known = values[~np.isnan(values)]
    mean = float(known.mean()) if len(known) else float("nan")
    deviation = float(known.std(ddof=1)) if len(known) > 1 else float("nan")
    second = column_numbers(frame.iloc[rows], column=other)
    both = ~np.isnan(values) & ~np.isnan(second)
    a, b = values[both], second[both]
    if both.sum() < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return len(known), mean, deviation, float("nan")
    a, b = a - a.mean(), b - b.mean()
    correlation = float(np.sum(a * b) / np.sqrt(np.sum(a**2) * np.sum(b**2)))
    return len(known), mean, deviation, correlation


def error_of_filling(
    filled: NDArray[np.float64], holes: NDArray[np.float64], truth: NDArray[np.float64]
) -> float:
    """The root of the mean squared error in the cells that were emptied; NaN if there are none."""
    emptied = np.isnan(holes) & ~np.isnan(truth) & ~np.isnan(filled)
    if not emptied.any():
        return float("nan")
    return float(np.sqrt(np.mean((filled[emptied] - truth[emptied]) ** 2)))
