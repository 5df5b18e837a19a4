"""Categories as numbers: integers, which have an order and distances, and one-hot rows, which don't."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.table.matrix import category_codes, column_numbers

#: By which rule the categories get the integers 0, 1, 2, ...
ORDERS = ("alphabet", "appearance", "frequency")


def category_counts(frame: Any, *, column: str) -> tuple[tuple[str, int], ...]:
    """The categories of a column in alphabetical order, each with the number of its rows."""
    codes, names = category_codes(frame[column], np.arange(len(frame)))
    counts = np.bincount(codes, minlength=len(names))
    return tuple(zip(names, counts.tolist(), strict=True))


def ordered_codes(
    frame: Any, *, column: str, order: str
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Each cell's category as an integer.

    Parameters
    ----------
    order : "alphabet" (scikit-learn's `OrdinalEncoder`), "appearance" (pandas' `factorize`), or
        "frequency", the most frequent first.

    Returns
    -------
    codes : int64 array (n,); names : the category of each integer, at most `MOST_CATEGORIES`.
    """
    if order not in ORDERS:
        raise ValueError(f"the order is one of {ORDERS}, not {order!r}")
    codes, names = category_codes(frame[column], np.arange(len(frame)))
    ranked = np.arange(len(names))
    if order == "appearance":
        found, first = np.unique(codes, return_index=True)
        ranked = found[np.argsort(first)]
    elif order == "frequency":
        ranked = np.argsort(-np.bincount(codes, minlength=len(names)), kind="stable")
    place = np.empty(len(names), np.int64)
    place[ranked] = np.arange(len(names))
    return place[codes], tuple(names[one] for one in ranked.tolist())


def distances_of_codes(
    frame: Any, *, column: str, order: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far apart the categories lie, as integers and as one-hot rows.

    Returns
    -------
    Two float64 arrays (k, k) for k categories in the given order: |i - j|; and the Euclidean distance
    of the rows of the unit matrix, the square root of 2 for any two categories.
    """
    _codes, names = ordered_codes(frame, column=column, order=order)
    integers = np.arange(len(names), dtype=np.float64)[:, None]
    return _distances(integers), _distances(np.eye(len(names)))


def _distances(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(rows[:, None] - rows[None], axis=-1))


def means_of_categories(
    frame: Any, *, column: str, target: str, order: str
) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.int64]]:
    """The mean of a numeric column for each category that has any.

    Returns
    -------
    names; float64 array (k,) of means; int64 array (k,) of rows, those without a target left out.
    The first category has the integer 0; one without any target is left out and its integer, too.
    """
    codes, names = ordered_codes(frame, column=column, order=order)
    values = column_numbers(frame, column=target)
    known = ~np.isnan(values)
    counts = np.bincount(codes[known], minlength=len(names))
    sums = np.bincount(codes[known], weights=values[known], minlength=len(names))
    filled = counts > 0
    kept = tuple(name for name, one in zip(names, filled.tolist(), strict=True) if one)
    return kept, sums[filled] / counts[filled], counts[filled]


def line_through_means(
    means: tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.int64]],
) -> tuple[float, float]:
    """Least squares through all rows, of the target by the integer: intercept and slope.

    All rows of a category have the same integer, so its mean with its number of rows says enough.
    """
    _names, heights, counts = means
    codes = np.arange(len(heights), dtype=np.float64)
    if not len(codes):
        return 0.0, 0.0
    centre, middle = np.average(codes, weights=counts), np.average(heights, weights=counts)
    spread = float(np.sum(counts * (codes - centre) ** 2))
    slope = float(np.sum(counts * (codes - centre) * (heights - middle))) / (spread or 1.0)
    return float(middle - slope * centre), slope


def explained_by_codes(
    frame: Any, *, column: str, target: str, order: str, numberings: int, seed: int
) -> tuple[float, float, NDArray[np.float64]]:
    """R² of linear regression on one column of categories: as integers, one-hot, and renumbered.

    One-hot, the regression predicts the mean of each category, so its R² is the share of the target's
    variance that lies between the categories, whatever their numbers are.

    Returns
    -------
    R² on integers in the given order; R² one-hot; float64 array (numberings,), R² on integers
    handed out by chance. All are 0 if the target does not vary.
    """
    means = means_of_categories(frame, column=column, target=target, order=order)
    _names, heights, counts = means
    values = column_numbers(frame, column=target)
    total = float(np.nansum((values - np.nanmean(values)) ** 2)) if len(heights) else 0.0
    if total == 0:
        return 0.0, 0.0, np.zeros(numberings)
    middle = np.average(heights, weights=counts)
    generator = np.random.default_rng(seed)

    def share(codes: NDArray[Any]) -> float:
        apart = codes - np.average(codes, weights=counts)
        spread = float(np.sum(counts * apart**2))
        return float(np.sum(counts * apart * (heights - middle))) ** 2 / ((spread or 1.0) * total)

    size = len(heights)
    renumbered = [share(generator.permutation(size)) for _ in range(numberings)]
    hot = float(np.sum(counts * (heights - middle) ** 2)) / total
    return share(np.arange(size)), hot, np.array(renumbered)
