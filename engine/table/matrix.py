"""From the columns of a table to a matrix of numbers: what every model is fed with.

Reference implementations: scikit-learn's `SimpleImputer`, `StandardScaler` and `OneHotEncoder`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Columns that one column of categories becomes at most; the rarer categories share the last one.
MOST_CATEGORIES = 20
#: Numbers beyond this count as infinite: the sum of their squares would be.
LARGEST = 1e150
NO_CELL, RARE_CELL = "(missing)", "(other)"


def column_numbers(frame: Any, *, column: str) -> NDArray[np.float64]:
    """One column as numbers.

    Parameters
    ----------
    frame : pandas.DataFrame of n rows.
    column : str, the name of a column of numbers, of True and False, or of dates.

    Returns
    -------
    float64 array (n,): True is 1 and False 0; a date is in days since 1970-01-01; what is missing,
    infinite, or beyond `LARGEST` is NaN.

    Raises
    ------
    ValueError : the column holds text.
    """
    series = frame[column]
    if series.dtype.kind == "M":
        since = series.to_numpy() - np.datetime64(0, "D")
        return np.asarray(since / np.timedelta64(1, "D"), np.float64)
    if series.dtype.kind not in "biuf":
        raise ValueError(f"the column {column!r} holds text, not numbers")
    values = np.array(series, np.float64)
    values[~(np.abs(values) <= LARGEST)] = np.nan
    return values


def numeric_matrix(frame: Any, *, columns: tuple[str, ...]) -> NDArray[np.float64]:
    """Columns side by side as numbers, see `column_numbers`.

    Returns
    -------
    float64 array (n, d), row by row in memory, for d columns.
    """
    matrix = np.empty((len(frame), len(columns)))
    for place, column in enumerate(columns):
        matrix[:, place] = column_numbers(frame, column=column)
    return matrix


def complete_rows(frame: Any, *, columns: tuple[str, ...]) -> NDArray[np.int64]:
    """The numbers of the rows, from 0, in which no cell of `columns` is missing or beyond `LARGEST`.

    Returns
    -------
    int64 array (at most n,), ascending.
    """
    complete = np.ones(len(frame), bool)
    for column in columns:
        series = frame[column]
        complete &= ~np.asarray(series.isna(), bool)
        if series.dtype.kind == "f":
            complete &= np.abs(np.asarray(series)) <= LARGEST
    return np.flatnonzero(complete).astype(np.int64)


def design_matrix(
    frame: Any, fit_rows: Any = None, *, columns: tuple[str, ...]
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Any columns as numbers of about the same size, without gaps.

    Numbers: what is missing becomes the median, then each column is shifted and scaled to mean 0 and
    standard deviation 1 (a constant column becomes 0). Texts: one column of 0 and 1 for each
    category, at most `MOST_CATEGORIES`, the rarest of them together; missing cells are
    a category, too. A column in which everything is missing in `fit_rows` is left out.

    Parameters
    ----------
    frame : pandas.DataFrame of n rows.
    fit_rows : int array, the rows from which medians, means, deviations and categories are taken;
        None takes all. Of a test nothing may be learnt, so a model is judged with those of training.
    columns : tuple of str.

    Returns
    -------
    matrix : float64 array (n, p).
    names : tuple of p str, "age" for a number, "sex=male" for a category.
    """
    fit = np.arange(len(frame)) if fit_rows is None else np.asarray(fit_rows, np.int64)
    parts: list[NDArray[np.float64]] = []
    names: list[str] = []
    for column in columns:
        if frame[column].dtype.kind in "biufM":
            numbers = column_numbers(frame, column=column)
            if not np.isnan(numbers[fit]).all():
                filled = np.where(np.isnan(numbers), np.nanmedian(numbers[fit]), numbers)
                parts.append(standard(filled, filled[fit])[:, None])
                names.append(column)
        elif frame[column].notna().to_numpy()[fit].any():
            hot, categories = one_hot(frame[column], fit)
            parts.append(hot)
            names += [f"{column}={category}" for category in categories]
    matrix = np.concatenate(parts, axis=1) if parts else np.zeros((len(frame), 0))
    return matrix, tuple(names)


def standard(values: NDArray[np.float64], of: NDArray[np.float64]) -> NDArray[np.float64]:
    """`values` less the mean of the numbers in `of`, divided by their standard deviation.

    The deviation has n in its denominator. If what varies is no more than the rounding of the mean,
    the numbers count as equal and are not divided (scikit-learn's rule): all of them become 0.
    """
    count, mean, variance = len(of), of.mean(), of.var()
    rounding = np.finfo(np.float64).eps * count
    if variance <= rounding * variance + (rounding * mean) ** 2:
        return np.asarray(values - of[0])
    return np.asarray((values - mean) / np.sqrt(variance))


def one_hot(series: Any, fit: NDArray[np.int64]) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """A column of 0 and 1 for each category, see `category_codes`.

    Returns
    -------
    float64 array (n, p), with one 1 in each row, or none where the code is -1; and the p names.
    """
    codes, names = category_codes(series, fit)
    hot = np.zeros((len(codes), len(names)))
    known = np.flatnonzero(codes >= 0)
    hot[known, codes[known]] = 1
    return hot, names


def category_codes(
    series: Any, fit: NDArray[np.int64]
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """The number of each cell's category among those of the rows `fit`, in alphabetical order.

    Of more than `MOST_CATEGORIES`, the most frequent stay, and all the others are the last one; of
    equally frequent ones those stay that come later in the alphabet (scikit-learn's rule). A
    category that `fit` does not have is an "other" if there is such a one, else -1.

    Parameters
    ----------
    series : pandas.Series of n texts, missing ones NaN.
    fit : int array of row numbers.

    Returns
    -------
    codes : int64 array (n,).
    names : tuple of str; a missing cell is called `NO_CELL` and stands behind the others.
    """
    import pandas as pd

    found, words = pd.factorize(series, sort=True)
    found = np.where(found < 0, len(words), found)  # the missing cells are the last category
    counts = np.bincount(found[fit], minlength=len(words) + 1)
    kept = seen = np.flatnonzero(counts)
    if len(seen) > MOST_CATEGORIES:
        by_count = seen[np.argsort(counts[seen], kind="stable")]
        kept = np.sort(by_count[len(seen) - MOST_CATEGORIES + 1 :])
    names = [str(words[one]) if one < len(words) else NO_CELL for one in kept.tolist()]
    others = len(kept) < len(seen)
    code_of = np.full(len(words) + 1, len(kept) if others else -1, np.int64)
    code_of[kept] = np.arange(len(kept))
    return code_of[found], (*names, *([RARE_CELL] if others else []))


def target_codes(frame: Any, *, column: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """The classes of a column, numbered from 0 in the order of their values.

    Returns
    -------
    codes : int64 array (n,); -1 where the cell is missing.
    classes : tuple of str, the name of each number; 3.0 is called "3".
    """
    import pandas as pd

    codes, values = pd.factorize(frame[column], sort=True)
    return codes.astype(np.int64), tuple(map(class_name, values))


def class_name(value: Any) -> str:
    """A value as the name of a class: whole numbers without a decimal point, dates without hours."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat().removesuffix("T00:00:00"))
    return str(value)
