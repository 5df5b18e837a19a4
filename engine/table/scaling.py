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
#: The share of a column that counts as its middle.
MIDDLE = 0.9


def shift_and_spread(values: NDArray[np.float64], *, scaling: str) -> tuple[float, float]:
    """Where a column lies and how far it spreads, as a way of scaling measures it.

    Parameters
    ----------
    values : float64 array (n,), missing cells NaN.
    scaling : one of `SCALINGS`.

    Returns
    -------
    least value and range; mean and standard deviation (n in the denominator); median and distance of
    the quartiles. (0, 1) without scaling, or if nothing is known.
    """
    if scaling not in SCALINGS:
        raise ValueError(f"the scaling is one of {SCALINGS}, not {scaling!r}")
    known = values[~np.isnan(values)]
    if scaling == "none" or not len(known):
        return 0.0, 1.0
    if scaling == "minmax":
        return float(known.min()), float(np.ptp(known))
    if scaling == "standard":
        return float(known.mean()), float(known.std() * bool(np.ptp(known)))
    low, middle, high = np.percentile(known, (25, 50, 75))
    return float(middle), float(high - low)


def shift_and_scale(values: NDArray[np.float64], *, scaling: str) -> tuple[float, float]:
    """What is taken off each number, and by what the rest is divided: 1 where the spread is 0."""
    shift, spread = shift_and_spread(values, scaling=scaling)
    return shift, spread or 1.0


def column_of(frame: Any, *, column: str, times: float = 1.0) -> NDArray[np.float64]:
    """A column as numbers; the first of those that are farthest from 0 is multiplied by `times`."""
    values = column_numbers(frame, column=column)
    if times != 1 and not np.isnan(values).all():
        values[np.nanargmax(np.abs(values))] *= times
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


def mean_of(values: NDArray[np.float64]) -> float:
    """The mean of a column without its missing cells, NaN if it has no others."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def middle_of(values: NDArray[np.float64], *, share: float = MIDDLE) -> tuple[float, float]:
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
    float64 array (m, d), for m such rows and d columns.
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

    The mean of (x_i - x_j)² over all pairs of rows is twice the variance, so no pair is visited. Rows
    with a gap in one of the columns are left out.

    Returns
    -------
    float64 array (d,) that sums to 1; all 0 if no column varies.
    """
    rows = complete_rows(frame, columns=columns)
    parts = np.zeros(len(columns))
    for place, column in enumerate(columns):
        values = scaled_column(column_numbers(frame, column=column)[rows], scaling=scaling)
        parts[place] = values.var() if len(values) > 1 and np.ptp(values) > 0 else 0.0
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
