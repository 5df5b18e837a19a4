"""Two columns of a table as points on a plane: classes, what is held out, and standard units."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError
from engine.table.matrix import class_name, column_numbers, complete_rows, numeric_matrix

#: As many classes as there are colours that can be told apart; of more, the rest is one class.
MOST_CLASSES = 6
#: What that class is called.
OTHER = "…"
#: The square of a greater number may be too large for a float64.
LARGEST_SQUARED = 1e150
#: Points beyond the outermost ones that are drawn, in parts of the width.
MARGIN = 0.08


def classes_of(frame: Any, *, target: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """The class of each row by a column, and what the classes are called.

    Numbers and dates of more than `MOST_CLASSES` different values become two classes, up to their
    median and above it. Of more than `MOST_CLASSES` categories the rarest become one, which is the last;
    the others are in the order of their values.

    Parameters
    ----------
    frame : pandas.DataFrame. target : the name of a column.

    Returns
    -------
    codes : int64 array (rows,), -1 where the value is missing. names : one for each class.
    """
    import pandas as pd

    column = frame[target]
    known = np.zeros(len(frame), bool)
    known[complete_rows(frame, columns=(target,))] = True
    values = column[known]
    numeric = column.dtype.kind in "iufM"
    codes = np.full(len(frame), -1, np.int64)
    if not known.any():
        return codes, ()
    if numeric and values.nunique() > MOST_CLASSES:
        numbers = column_numbers(frame, column=target)[known]
        middle = float(np.median(numbers))
        word = f"{middle:.6g}"
        if column.dtype.kind == "M":
            if (numbers % 1 == 0).all():  # whole days
                middle = float(np.floor(middle))
            word = class_name(pd.Timestamp(round(86400 * middle), unit="s"))
        above = numbers > middle
        signs = ("≤", ">")
        if not above.any():  # more than half of the values are the greatest one
            above, signs = numbers >= middle, ("<", "≥")
        codes[known] = above
        return codes, (f"{signs[0]} {word}", f"{signs[1]} {word}")
    counts = values.value_counts()
    if column.dtype.kind in "iufbM" and len(counts) <= MOST_CLASSES:
        kept = sorted(counts.index)
    else:
        ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
        few = len(ranked) <= MOST_CLASSES
        first = ranked if few else ranked[: MOST_CLASSES - 1]
        kept = sorted((value for value, _count in first), key=str)
    found = pd.Index(kept).get_indexer(values)
    names = tuple(map(class_name, kept))
    if (found < 0).any():
        found, names = np.where(found < 0, len(kept), found), (*names, OTHER)
    codes[known] = found
    return codes, names


def table_points(
    frame: Any, *, x: str, y: str, target: str, most: int, seed: int
) -> NDArray[np.float64]:
    """Two columns of a table as points, each of a class.

    Parameters
    ----------
    frame : pandas.DataFrame. x, y : columns of numbers. target : the column of the classes.
    most : of more usable rows so many are drawn at random, kept in their order.

    Returns
    -------
    float64 array (n, 3): x, y, class (see `classes_of`).

    Raises
    ------
    UserError : fewer than four usable rows, all of one class, or numbers that are too large.
    """
    codes, _names = classes_of(frame, target=target)
    rows = complete_rows(frame, columns=(x, y, target))
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
    if len(rows) < 4:
        raise UserError(N_("Fewer than four rows have both numbers and the target."))
    if len(np.unique(codes[rows])) < 2:
        raise UserError(N_("All rows that can be used are of one class; choose another target."))
    spots = np.stack([column_numbers(frame, column=name)[rows] for name in (x, y)], axis=1)
    if np.abs(spots).max() > LARGEST_SQUARED:
        raise UserError(N_("Some numbers in these columns are too large to be squared."))
    return np.column_stack([spots, codes[rows]])


def table_values(
    frame: Any, *, x: str, y: str, target: str, most: int, seed: int
) -> NDArray[np.float64]:
    """Two columns of a table as points, and a third as the number of each.

    Parameters
    ----------
    frame : pandas.DataFrame. x, y, target : columns of numbers. most, seed : as of `table_points`.

    Returns
    -------
    float64 array (n, 3): x, y, number.

    Raises
    ------
    UserError : fewer than four usable rows, or all of them with the same number.
    """
    rows = complete_rows(frame, columns=(x, y, target))
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
    if len(rows) < 4:
        raise UserError(N_("Fewer than four rows have both numbers and the target."))
    points = numeric_matrix(frame.iloc[rows], columns=(x, y, target))
    if (points[:, 2] == points[0, 2]).all():
        raise UserError(
            N_("All rows that can be used have the same number; choose another target.")
        )
    return points


def held_out_values(points: NDArray[np.float64], *, share: float, seed: int) -> NDArray[np.bool_]:
    """Which points are not learnt from but tested with, at random; at least two are learnt from.

    Returns
    -------
    bool array (n,).
    """
    random = np.random.default_rng([seed, len(points)])
    test = np.zeros(len(points), bool)
    count = min(round(share * len(points)), len(points) - 2)
    test[random.permutation(len(points))[:count]] = True
    return test


def value_units(points: NDArray[np.float64], test: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Mean and deviation of the numbers that are learnt from, and the farthest number from that mean.

    The deviation is 1 if it is 0, as in `plane_of`.
    """
    learn = points[~test, 2]
    mean, deviation = float(learn.mean()), float(learn.std())
    if deviation <= 1e-12 * abs(mean):
        deviation = 1.0
    return mean, deviation, float(np.abs(points[:, 2] - mean).max())


def drawn_values(
    points: NDArray[np.float64], test: NDArray[np.bool_], plane: NDArray[np.float64]
) -> NDArray[np.float32]:
    """The points as they are drawn: x and y in standard units, the number -1..1, 1 if held out."""
    mean, _deviation, reach = value_units(points, test)
    spots = standardised(points, plane)[:, :2]
    return np.column_stack([spots, (points[:, 2] - mean) / reach, test]).astype(np.float32)


def parting_columns(
    frame: Any, *, columns: tuple[str, ...], target: str, most: int = 2000
) -> tuple[str, ...]:
    """The two columns of numbers whose means differ most from class to class, in their order.

    How much of the variance lies between the classes (see `classes_of`) is found from at most `most`
    rows.

    Returns
    -------
    tuple of two names; fewer if there are fewer columns beside the target.
    """
    rows = np.sort(np.random.default_rng(0).permutation(len(frame))[:most])
    codes = classes_of(frame, target=target)[0][rows]
    some, shares = frame.iloc[rows], {}
    for name in columns:
        values = column_numbers(some, column=name)
        known = (codes >= 0) & np.isfinite(values)
        own, kinds = values[known], codes[known]
        if name == target or not known.any() or own.std() <= 1e-12 * np.abs(own).max():
            shares[name] = -1.0
            continue
        own = (own - own.mean()) / own.std()
        counts = np.bincount(kinds)
        sums = np.bincount(kinds, own)
        shares[name] = float((sums[counts > 0] ** 2 / counts[counts > 0]).sum() / len(own))
    best = sorted(columns, key=lambda name: -shares[name])[:2]
    return tuple(name for name in columns if name in best)


def class_count(points: NDArray[np.float64]) -> int:
    """How many classes there are: the greatest number of one, and 1."""
    return int(points[:, 2].max()) + 1


def held_out(points: NDArray[np.float64], *, share: float, seed: int) -> NDArray[np.bool_]:
    """Which points are not learnt from but tested with: of each class the same share, at random.

    At least one point of each class is learnt from.

    Parameters
    ----------
    points : array (n, 3), the class in the last column.
    share : float, 0..1.

    Returns
    -------
    bool array (n,).
    """
    random = np.random.default_rng([seed, len(points)])
    test = np.zeros(len(points), bool)
    for kind in np.unique(points[:, 2]):
        rows = random.permutation(np.flatnonzero(points[:, 2] == kind))
        test[rows[: min(round(share * len(rows)), len(rows) - 1)]] = True
    return test


def plane_of(points: NDArray[np.float64], test: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Mean and standard deviation of what is learnt from, and the part of the plane that is drawn.

    Returns
    -------
    float64 array (2, 4): for x and y the mean, the deviation (1 if it is 0), and the least and the
    greatest coordinate that is drawn, these in standard units: (value - mean) / deviation.
    """
    learn, spots = points[~test, :2], points[:, :2]
    mean, deviation = learn.mean(axis=0), learn.std(axis=0)
    # All values equal: the deviation is 0, but for what rounding leaves of large numbers.
    deviation[deviation <= 1e-12 * np.abs(mean)] = 1.0
    standard = (spots - mean) / deviation
    low, high = standard.min(axis=0), standard.max(axis=0)
    edge = np.where(high > low, MARGIN * (high - low), 1.0)
    return np.stack([mean, deviation, low - edge, high + edge], axis=1)


def standardised(points: NDArray[np.float64], plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (n, 3) in the standard units of a plane; the classes stay."""
    return np.column_stack([(points[:, :2] - plane[:, 0]) / plane[:, 1], points[:, 2]])


def grid_places(plane: NDArray[np.float64], *, side: int) -> NDArray[np.float64]:
    """The middles of `side` x `side` cells of the drawn part, in standard units.

    Returns
    -------
    float64 array (side * side, 2), row by row from the upper left, as a picture.
    """
    steps = (np.arange(side) + 0.5) / side
    x, y = (low + steps * (high - low) for low, high in plane[:, 2:])
    columns, rows = np.meshgrid(x, y[::-1])
    return np.stack([columns.ravel(), rows.ravel()], axis=1)


def drawn_points(
    points: NDArray[np.float64], test: NDArray[np.bool_], plane: NDArray[np.float64]
) -> NDArray[np.float32]:
    """The points as they are drawn: x and y in standard units, class, 1 if held out; (n, 4)."""
    return np.column_stack([standardised(points, plane), test]).astype(np.float32)
