"""Categories as numbers: integers, which have an order and distances, and one-hot rows, which don't."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.table.matrix import category_codes, column_numbers, standard

#: The integer of each cell's category, and the category of each integer: see `ordered_codes`.
Coded = tuple[NDArray[np.int64], tuple[str, ...]]
#: By which rule the categories get the integers 0, 1, 2, ...
ORDERS = ("alphabet", "appearance", "frequency")
#: Parts that take turns to be predicted from the others; rows whose mean is such a prediction.
FOLDS, NEAREST = 5, 5


def ordered_codes(frame: Any, *, column: str, order: str) -> Coded:
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


def category_counts(coded: Coded) -> NDArray[np.int64]:
    """How many rows each category has."""
    codes, names = coded
    return np.bincount(codes, minlength=len(names)).astype(np.int64)


def distances_of_codes(coded: Coded) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far apart the categories lie, as integers and as one-hot rows.

    Returns
    -------
    Two float64 arrays (k, k) for k categories in their order: |i - j|; and the Euclidean distance
    of the rows of the unit matrix, the square root of 2 for any two categories.
    """
    _codes, names = coded
    integers = np.arange(len(names), dtype=np.float64)[:, None]
    return _distances(integers), _distances(np.eye(len(names)))


def _distances(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(rows[:, None] - rows[None], axis=-1))


def means_of_categories(
    coded: Coded, frame: Any, *, target: str
) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.int64]]:
    """The mean of a numeric column for each category that has any.

    Returns
    -------
    names; float64 array (k,) of means; int64 array (k,) of rows, those without a target left out.
    The first category has the integer 0; one without any target is left out and its integer, too.
    """
    codes, names = coded
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
    coded: Coded, frame: Any, *, target: str, numberings: int, seed: int
) -> tuple[float, float, NDArray[np.float64]]:
    """R² of linear regression on one column of categories: as integers, one-hot, and renumbered.

    One-hot, the regression predicts the mean of each category, so its R² is the share of the target's
    variance that lies between the categories, whatever their numbers are.

    Returns
    -------
    R² on the integers of `coded`; R² one-hot; float64 array (numberings,), R² on integers
    handed out by chance. All are 0 if the target does not vary.
    """
    means = means_of_categories(coded, frame, target=target)
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


def category_models(
    frame: Any,
    rows: NDArray[np.int64],
    *,
    column: str,
    target: str,
    others: tuple[str, ...],
    numberings: int,
    seed: int,
) -> tuple[tuple[str, float, float, NDArray[np.float64]], ...]:
    """R² on rows left out, of models that get a category as an integer, or as one-hot columns.

    Every model also gets `others` as `row_numbers` makes them, and the category as `equal_weight`
    makes it. The rows are dealt out by chance to `FOLDS` parts; each is predicted from the others.

    Parameters
    ----------
    frame : pandas.DataFrame.
    rows : int64 array, the rows that are used, less those whose target is missing.
    column, target, others : names of a column of text, of one of numbers, and of more of numbers.

    Returns
    -------
    For "linear" (least squares) and "nearest" (the mean of the `NEAREST` rows that are nearest by
    Euclidean distance): its name; R² with integers by the alphabet; R² one-hot; float64
    array (numberings,), R² with integers handed out by chance. Empty if there are fewer than
    2 · `FOLDS` rows, the target does not vary in them, or fewer than two categories are left.
    """
    values = column_numbers(frame, column=target)
    rows = rows[~np.isnan(values[rows])]
    y = values[rows]
    codes, count = _codes_in(frame, rows, column)
    if len(rows) < 2 * FOLDS or count < 2 or np.ptp(y) == 0:
        return ()
    numbers = row_numbers(frame, rows, columns=others)
    generator = np.random.default_rng(seed)
    fold = generator.permutation(len(rows)) % FOLDS
    ways = [np.eye(count), *_numberings(count, numberings, generator)]
    found = []
    for name, predict in (("linear", _by_line), ("nearest", _by_neighbours)):
        scores = []
        for way in ways:
            x = np.column_stack([numbers, equal_weight(way[codes])])
            said = np.empty(len(y))
            for part in range(FOLDS):
                test = fold == part
                said[test] = predict(x[~test], y[~test], x[test])
            scores.append(float(1 - np.sum((said - y) ** 2) / np.sum((y - y.mean()) ** 2)))
        found.append((name, scores[1], scores[0], np.array(scores[2:])))
    return tuple(found)


def row_numbers(
    frame: Any, rows: NDArray[np.int64], *, columns: tuple[str, ...]
) -> NDArray[np.float64]:
    """Columns of some rows, gaps filled with the mean, each with mean 0 and standard deviation 1.

    Returns
    -------
    float64 array (len(rows), d); a column in which all rows are missing is left out.
    """
    parts = [np.zeros((len(rows), 0))]
    for column in columns:
        values = column_numbers(frame.iloc[rows], column=column)
        gaps = np.isnan(values)
        if not gaps.all():
            filled = np.where(gaps, values[~gaps].mean(), values)
            parts.append(standard(filled, filled)[:, None])
    return np.concatenate(parts, axis=1)


def equal_weight(category: NDArray[Any]) -> NDArray[np.float64]:
    """The columns of a category (n, k) with mean 0, and with variances that sum to 1.

    So it contributes as much to the squared distance of two rows, on average, as a standardised column,
    whether it is one column of integers or k columns of 0 and 1.
    """
    apart = category - category.mean(axis=0)
    return np.asarray(apart / np.sqrt((apart**2).mean(axis=0).sum()))


def _codes_in(frame: Any, rows: NDArray[np.int64], column: str) -> tuple[NDArray[np.int64], int]:
    """The integers by the alphabet of the categories that these rows have, and how many there are."""
    codes, _names = category_codes(frame[column], np.arange(len(frame)))
    seen, codes = np.unique(codes[rows], return_inverse=True)
    return codes, len(seen)


def _numberings(count: int, more: int, generator: np.random.Generator) -> list[NDArray[np.float64]]:
    """The integers 0 to count - 1 in order, and `more` times in an order by chance, as columns."""
    orders = [np.arange(count), *(generator.permutation(count) for _ in range(more))]
    return [order[:, None].astype(np.float64) for order in orders]


def _by_line(
    x: NDArray[np.float64], y: NDArray[np.float64], asked: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Least squares; of equally good lines the one of the smallest slopes."""
    middle, height = x.mean(axis=0), y.mean()
    slopes = np.linalg.lstsq(x - middle, y - height, rcond=None)[0]
    return np.asarray((asked - middle) @ slopes + height)


def _by_neighbours(
    x: NDArray[np.float64], y: NDArray[np.float64], asked: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The mean of the nearest rows; of equally near ones the first."""
    order = np.argsort(_squares(asked, x), axis=1, kind="stable")
    return np.asarray(y[order[:, :NEAREST]].mean(axis=1))


def _squares(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The squared distance of each row of `one` to each of `other`."""
    found = np.zeros((len(one), len(other)))
    for a, b in zip(one.T, other.T, strict=True):
        found += (a[:, None] - b[None]) ** 2
    return found


def nearest_other_category(
    frame: Any,
    rows: NDArray[np.int64],
    *,
    column: str,
    others: tuple[str, ...],
    numberings: int,
    seed: int,
) -> tuple[int, float, float]:
    """To which category the nearest row of another one belongs, and whether the integers decide that.

    Rows are compared by `others` (see `row_numbers`) and by the category (see `equal_weight`).

    Returns
    -------
    rows; the share of them, 0..1, for which integers by the alphabet and one-hot columns find another
    category; and that share for integers by the alphabet and integers by chance, the mean over
    `numberings` of these. (0, NaN, NaN) if the rows have fewer than three categories, of which one
    would be the only other.
    """
    codes, count = _codes_in(frame, rows, column)
    if count < 3:
        return 0, float("nan"), float("nan")
    numbers = row_numbers(frame, rows, columns=others)
    base = _squares(numbers, numbers)
    base[codes[:, None] == codes[None]] = np.inf

    def found(way: NDArray[np.float64]) -> NDArray[np.int64]:
        category = equal_weight(way[codes])
        return np.asarray(codes[np.argmin(base + _squares(category, category), axis=1)])

    alphabet, *renumbered = map(found, _numberings(count, numberings, np.random.default_rng(seed)))
    changed = [float(np.mean(one != alphabet)) for one in renumbered]
    hot = float(np.mean(found(np.eye(count)) != alphabet))
    return len(rows), hot, float(np.mean(changed))
