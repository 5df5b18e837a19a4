"""What a table holds, column by column: kinds, gaps, different values, and their distribution."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.table.kinds import NUMERIC_DATE
from engine.table.scaling import equal_parts

# Text that is a number once blanks, signs between thousands, of money and of percent are gone.
LIKE_A_NUMBER = r"^\s*[+-]?\s?[$€£¥]?\s?[0-9][0-9 \u00a0\u202f,.']*\s?[%€£¥]?\s*$"

# The difference of numbers beyond it may be more than a float64 holds.
HUGE = 1e300
# Rows in which it is soon seen that a column holds no dates.
FIRST_LOOK = 1000
# An odd factor, by which the hash of a row depends on the order of its columns.
HASH_FACTOR = np.uint64(0x9E3779B97F4A7C15)


# Kinds of columns by the letters that NumPy has for kinds of numbers; all others are texts.
KINDS_OF_NUMBERS = {"i": "integer", "u": "integer", "f": "number", "b": "boolean", "M": "date"}


def kind_of(column: Any) -> str:
    """The kind of a DataFrame's column: "integer", "number", "boolean", "date" or "text"."""
    return KINDS_OF_NUMBERS.get(column.dtype.kind, "text")


def column_kinds(frame: Any) -> tuple[tuple[str, str], ...]:
    """Each column's name and kind (see `kind_of`)."""
    return tuple((str(name), kind_of(column)) for name, column in frame.items())


def column_facts(frame: Any) -> tuple[tuple[str, str, int, int, int, str], ...]:
    """What to know of each column before it is used.

    Parameters
    ----------
    frame : pandas.DataFrame.

    Returns
    -------
    tuple of (name, kind, missing, different, numbers, equal): cells that are missing, different values
    among the others, texts that look like numbers in a column of texts (dates left out), and the name
    of an earlier column with the same cells, or "".
    """
    import pandas as pd

    seen: dict[tuple[Any, ...], str] = {}
    found = []
    for name, kind in column_kinds(frame):
        column = frame[name]
        numbers = 0
        if kind == "text":  # many cells are equal: each different one is looked at once
            times = column.value_counts(sort=False)
            texts, different = times.index, len(times)
            alike = texts.str.match(LIKE_A_NUMBER) & ~texts.str.match(NUMERIC_DATE)
            numbers = int(times.to_numpy()[alike].sum())
        else:
            different = int(column.nunique())
        missing = int(column.isna().sum())
        # Equal columns have equal hashes; those of 64 bits meet by chance once in 10^19 pairs.
        hashes = pd.util.hash_pandas_object(column, index=False).to_numpy()
        mark = (
            kind,
            int(np.bitwise_xor.reduce(hashes * np.arange(1, len(hashes) + 1, dtype="u8"))),
        )
        equal = seen.setdefault(mark, name)
        found.append((name, kind, missing, different, numbers, "" if equal == name else equal))
    return tuple(found)


def date_columns(frame: Any) -> tuple[str, ...]:
    """The columns of texts all of which look like dates, 13/02/2020 or 13.2.20 say."""
    found = []
    for name, kind in column_kinds(frame):
        # The first cells of most columns show that they are no dates.
        if kind == "text" and all_dates(frame[name].iloc[:FIRST_LOOK]) and all_dates(frame[name]):
            found.append(name)
    return tuple(name for name in found if frame[name].notna().any())


def all_dates(column: Any) -> bool:
    """Whether all texts of a column look like dates, the missing ones left out."""
    return bool(column.dropna().str.match(NUMERIC_DATE).all())


def odd_words(frame: Any, *, column: str, most: int = 5) -> tuple[str, ...]:
    """The few different texts in a column whose other cells look like numbers: "absent", "-", say.

    Parameters
    ----------
    frame : pandas.DataFrame.
    column : str, its name.
    most : int; none if there are more of them, or as many as numbers.
    """
    if kind_of(frame[column]) != "text":
        return ()
    times = frame[column].value_counts(sort=False)
    alike = times.index.str.match(LIKE_A_NUMBER)
    words = times.index[~alike]
    few = len(words) <= most and 2 * int(times.to_numpy()[alike].sum()) > int(times.sum())
    return tuple(map(str, words)) if few else ()


def nearly_numbers(frame: Any, *, most: int = 20_000) -> tuple[str, ...]:
    """The columns of texts more than half of whose cells look like numbers.

    Words or signs among their numbers, "absent" or "12 €" say, have made texts of them.

    Parameters
    ----------
    frame : pandas.DataFrame.
    most : int >= 1, rows that are looked at: of more, so many are drawn by chance.
    """
    some = frame.sample(most, random_state=0) if len(frame) > most else frame
    found = []
    for name, kind in column_kinds(some):
        if kind == "text":
            texts = some[name].dropna()
            alike = texts.str.match(LIKE_A_NUMBER) & ~texts.str.match(NUMERIC_DATE)
            if 2 * int(alike.sum()) > len(texts):
                found.append(name)
    return tuple(found)


def reading_differences(before: Any, after: Any) -> tuple[tuple[str, str, str, int], ...]:
    """What differs between two readings of one file.

    Parameters
    ----------
    before, after : pandas.DataFrame.

    Returns
    -------
    tuple of (name, kind before, kind after, cells) of each column that differs: a kind is "" where
    there is no such column; `cells` have another value, -1 if kinds or rows are others.
    """
    old, new = dict(column_kinds(before)), dict(column_kinds(after))
    found = []
    for name in dict.fromkeys([*old, *new]):
        kinds = old.get(name, ""), new.get(name, "")
        cells = -1
        if kinds[0] == kinds[1] and len(before) == len(after):
            one, other = before[name], after[name]
            cells = int(((one != other) & (one.notna() | other.notna())).sum())
        if cells:
            found.append((name, *kinds, cells))
    return tuple(found)


def duplicate_rows(frame: Any) -> int:
    """How many rows repeat an earlier one in all columns.

    Equal rows have equal hashes. Column by column, rows whose hashes no other row has fall away; only
    those that are left are compared.
    """
    import pandas as pd

    left = np.arange(len(frame))
    hashes = np.zeros(len(frame), "u8")
    for _name, column in frame.items():
        hashes = (
            hashes * HASH_FACTOR
            + pd.util.hash_pandas_object(column.iloc[left], index=False).to_numpy()
        )
        again = pd.Series(hashes).duplicated(keep=False).to_numpy()
        left, hashes = left[again], hashes[again]
    return int(frame.iloc[left].duplicated().sum()) if frame.shape[1] and len(left) else 0


def rows_with_gaps(frame: Any) -> int:
    """How many rows have at least one missing value."""
    return int(frame.isna().any(axis=1).sum())


def column_statistics(frame: Any) -> tuple[tuple[Any, ...], ...]:
    """The usual statistics of each column.

    Parameters
    ----------
    frame : pandas.DataFrame.

    Returns
    -------
    tuple of (name, kind, count, missing, different, frequent, times, numbers): `count` without the
    missing values; `frequent`, the value that comes most often, as a text, and how often it comes;
    `numbers` = (least, first quartile, median, third quartile, greatest, mean, standard deviation) of
    integers and numbers, dates as days since 1970; () of others, or if there are no values. Infinities
    do not count among the numbers. Quartiles are interpolated, the deviation divides by n - 1, as in
    pandas.DataFrame.describe.
    """
    found = []
    for name, kind in column_kinds(frame):
        column = frame[name]
        counts = column.value_counts()
        frequent = cell_text(counts.index[0]) if len(counts) else ""
        times = int(counts.iloc[0]) if len(counts) else 0
        values = finite_values(column, kind)
        numbers: tuple[float, ...] = ()
        if len(values):
            with np.errstate(over="ignore", invalid="ignore"):  # numbers of 300 digits
                quartiles = np.percentile(values, [0, 25, 50, 75, 100]).tolist()
                spread = float(values.std(ddof=1)) if len(values) > 1 else math.nan
                numbers = (*quartiles, float(values.mean()), spread)
        found.append(
            (
                *(name, kind, int(column.count()), int(column.isna().sum()), len(counts)),
                *(frequent, times, numbers),
            )
        )
    return tuple(found)


def finite_values(column: Any, kind: str) -> NDArray[np.float64]:
    """The numbers of a column that are numbers, dates as days since 1970; none of texts."""
    if kind in ("text", "boolean"):
        return np.zeros(0)
    values = column.to_numpy()
    if kind == "date":
        values = np.where(np.isnat(values), np.nan, values.view("i8") / 86_400e6)
    values = values.astype(np.float64, copy=False)
    return np.asarray(values[np.isfinite(values)])


def column_histograms(frame: Any, *, bins: int = 20) -> tuple[NDArray[np.int64], ...]:
    """The distribution of each column.

    Parameters
    ----------
    frame : pandas.DataFrame.
    bins : int >= 1, bars at most.

    Returns
    -------
    tuple of int64 arrays, one a column: of integers, numbers and dates how many values fall into each
    of `bins` equal parts between the least and the greatest; of texts and Booleans how often the
    `bins` most frequent values come. Empty if there are no values.
    """
    found = []
    for name, kind in column_kinds(frame):
        values = finite_values(frame[name], kind)
        if kind in ("text", "boolean"):
            counts = frame[name].value_counts().to_numpy()[:bins]
        elif len(values):
            largest = float(np.abs(values).max())
            values = values / largest if largest > HUGE else values
            close = values.max() - values.min() <= 2 * bins * np.spacing(np.abs(values).max())
            counts = np.histogram(values, equal_parts(values, bins=bins) if close else bins)[0]
        else:
            counts = np.zeros(0)
        found.append(counts.astype(np.int64))
    return tuple(found)


def first_cells(
    frame: Any, *, rows: int = 6, columns: int = 8, names: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], ...]:
    """The names and the first cells of a table as texts; a missing value is "".

    Parameters
    ----------
    frame : pandas.DataFrame.
    rows, columns : int, how many at most.
    names : tuple of str, which columns; () for all.
    """
    part = (frame[list(names)] if names else frame).iloc[:rows, :columns]
    heads = tuple(str(name) for name in part.columns)
    cells = [[cell_text(cell) for cell in column.tolist()] for _name, column in part.items()]
    return heads, *zip(*cells, strict=True)


def cell_text(cell: Any) -> str:
    """A value as a table shows it."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    text = str(cell)
    return text.removesuffix(" 00:00:00") if hasattr(cell, "isoformat") else text
