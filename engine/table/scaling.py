"""Columns brought to one scale, and which of them decides a distance.

Reference implementations: scikit-learn's `MinMaxScaler`, `StandardScaler` and `RobustScaler`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.table.matrix import column_numbers, complete_rows, numeric_matrix

#: How a column is scaled: not at all, to 0..1, to mean 0 and deviation 1, by median and quartiles.
SCALINGS = ("none", "minmax", "standard", "robust")


def shift_and_scale(values: NDArray[np.float64], *, scaling: str) -> tuple[float, float]:
    """What is taken off each number of a column, and by what the rest is divided.

    Parameters
    ----------
    values : float64 array (n,), missing cells NaN.
    scaling : one of `SCALINGS`.

    Returns
    -------
    shift, scale : least value and range; mean and standard deviation (n in the denominator); median
    and distance of the quartiles. Where the scale would be 0, it is 1. (0, 1) if nothing is known.
    """
    if scaling not in SCALINGS:
        raise ValueError(f"the scaling is one of {SCALINGS}, not {scaling!r}")
    known = values[~np.isnan(values)]
    if scaling == "none" or not len(known):
        return 0.0, 1.0
    if scaling == "minmax":
        shift, scale = known.min(), np.ptp(known)
    elif scaling == "standard":
        shift, scale = known.mean(), known.std() * bool(np.ptp(known))
    else:
        low, shift, high = np.percentile(known, (25, 50, 75))
        scale = high - low
    return float(shift), float(scale) or 1.0


def column_of(frame: Any, *, column: str, times: float = 1.0) -> NDArray[np.float64]:
    """A column as numbers, its first number that is not missing multiplied by `times`."""
    values = column_numbers(frame, column=column)
    known = np.flatnonzero(~np.isnan(values))
    values[known[:1]] *= times
    return values


def scaled_column(values: NDArray[np.float64], *, scaling: str) -> NDArray[np.float64]:
    """(x - shift) / scale for each x, see `shift_and_scale`."""
    shift, scale = shift_and_scale(values, scaling=scaling)
    return (values - shift) / scale


def equal_parts(values: NDArray[np.float64], *, bins: int) -> NDArray[np.float64]:
    """The edges (bins + 1,) of equal parts of the range of some numbers.

    Numbers that are equal but for rounding get a range of 1 about them.
    """
    low, high = float(values.min()), float(values.max())
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        reach = max(0.5, 1e-6 * abs(low))
        shift = 0.0 if bins % 2 else reach / bins  # so that no edge lies on them
        low, high = low - reach - shift, high + reach - shift
    return np.linspace(low, high, bins + 1)


def bars_of(
    values: NDArray[np.float64], *, bins: int = 40
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """How many numbers of a column lie in each of `bins` equal parts of its range.

    Returns
    -------
    float64 array (bins,), the middle of each part; int64 array (bins,), counts. Both are empty if
    the column has no numbers.
    """
    middles, counts, _same = bars_of_both(values, values, bins=bins)
    return middles, counts


def bars_of_both(
    one: NDArray[np.float64], other: NDArray[np.float64], *, bins: int = 40
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """How many numbers of two columns lie in each of `bins` equal parts of their common range.

    Returns
    -------
    float64 array (bins,), the middle of each part; int64 arrays (bins,), the counts of each column.
    All are empty if neither has numbers.
    """
    known = [part[~np.isnan(part)] for part in (one, other)]
    both = np.concatenate(known)
    if not len(both):
        return np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64)
    edges = equal_parts(both, bins=bins)
    counts = [np.histogram(part, edges)[0].astype(np.int64) for part in known]
    return (edges[:-1] + edges[1:]) / 2, counts[0], counts[1]


def middle_of(values: NDArray[np.float64], *, share: float = 0.9) -> tuple[float, float]:
    """Between which two numbers the middle `share` of a column lies; NaN if it has none."""
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, ((1 - share) / 2, (1 + share) / 2))
    return float(low), float(high)


def scaled_matrix(frame: Any, *, columns: tuple[str, ...], scaling: str) -> NDArray[np.float64]:
    """The rows without gaps in `columns`, each column scaled.

    Returns
    -------
    float64 array (n, d).
    """
    rows = complete_rows(frame, columns=columns)
    matrix = numeric_matrix(frame.iloc[rows], columns=columns)
    for place in range(len(columns)):
        matrix[:, place] = scaled_column(matrix[:, place], scaling=scaling)
    return matrix


def shares_of_distance(
    frame: Any, *, columns: tuple[str, ...], scaling: str
) -> NDArray[np.float64]:
    """What each column contributes to the squared Euclidean distance of two rows, on average.

    The mean of (x_i - x_j)² over all pairs of rows is twice the variance, so no pair is visited.

    Returns
    -------
    float64 array (d,) that sums to 1; all 0 if no column varies.
    """
    matrix = scaled_matrix(frame, columns=columns, scaling=scaling)
    if len(matrix) < 2:
        return np.zeros(len(columns))
    varies = np.ptp(matrix, axis=0) > 0
    parts = np.where(varies, matrix.var(axis=0), 0.0)
    total = parts.sum()
    return np.asarray(parts / total if total > 0 else parts)


def nearest_rows(
    frame: Any, rows: NDArray[np.int64], *, columns: tuple[str, ...], scaling: str
) -> NDArray[np.int64]:
    """For each of the rows without gaps among `rows`, the nearest other one of them.

    Returns
    -------
    int64 array (2, m): the row numbers in the table, and for each the number of its nearest row; of
    equally near ones the first. Empty if fewer than two rows have no gaps.
    """
    some = frame.iloc[rows]
    kept = np.asarray(rows)[complete_rows(some, columns=columns)]
    points = scaled_matrix(some, columns=columns, scaling=scaling)
    if len(points) < 2:
        return np.zeros((2, 0), np.int64)
    squares = np.zeros((len(points), len(points)))
    for column in points.T:
        squares += (column[:, None] - column[None]) ** 2
    np.fill_diagonal(squares, np.inf)
    return np.stack([kept, kept[np.argmin(squares, axis=1)]]).astype(np.int64)


def how_many_differ(one: NDArray[np.int64], other: NDArray[np.int64]) -> tuple[int, int]:
    """Rows whose nearest row is another one in two results of `nearest_rows`; and rows in all."""
    return int(np.count_nonzero(one[1] != other[1])), one.shape[1]
