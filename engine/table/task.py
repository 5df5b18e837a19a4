"""What is to be learnt from a table: the target, the rows that have one, and how they are split."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.table.gaps import sampled_rows
from engine.table.matrix import column_numbers, complete_rows, target_codes

#: A column of more different values is no set of classes.
MOST_CLASSES = 20
#: Whole numbers of at most so many different values are taken for classes.
FEW_VALUES = 10
#: Fewer rows than this can be neither learnt from nor tested with.
FEWEST_ROWS = 10
#: Rows that all models learn from at once while somebody waits, and in a longer run.
ROWS, MORE_ROWS = 1000, 20_000
#: Columns that are used at most.
MOST_COLUMNS = 50


def task_of(frame: Any, *, target: str) -> str:
    """What the values of a column make of it: a classification or a regression.

    Returns
    -------
    str : "classes" (texts, truth values, or whole numbers of few values), "numbers", or why neither can
        be learnt: "missing" (no value at all), "few" (fewer than `FEWEST_ROWS` rows have one),
        "constant" (one value), "many" (texts of more than `MOST_CLASSES` values, or nearly all
        different).
    """
    rows = complete_rows(frame, columns=(target,))
    if len(rows) < FEWEST_ROWS:
        return "few" if len(rows) or not len(frame) else "missing"
    values = frame[target].iloc[rows]
    different = int(values.nunique())
    if different < 2:
        return "constant"
    kind = values.dtype.kind
    if kind == "M":
        return "numbers"
    if kind in "iuf":
        numbers = values.to_numpy(np.float64)
        whole = bool((numbers == np.rint(numbers)).all())
        return "classes" if whole and different <= min(FEW_VALUES, len(rows) / 2) else "numbers"
    return "classes" if different <= min(MOST_CLASSES, len(rows) / 2) else "many"


def columns_for(frame: Any, *, target: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The columns that a model can use as they are, and those that it can't, with the reason.

    Left out are: "missing" (no value), "constant" (one value), "words" (texts of more than
    `MOST_CLASSES` values), "number" (whole numbers that only count the rows), and "many", what comes
    behind `MOST_COLUMNS`.

    Returns
    -------
    used : names. left : (name, reason) pairs.
    """
    used: list[str] = []
    left: list[tuple[str, str]] = []
    for name in frame.columns:
        if name == target:
            continue
        column = frame[name]
        known = column.dropna()
        if not len(known):
            left.append((name, "missing"))
        elif len(known) == len(column) and (known == known.iloc[0]).all():
            left.append((name, "constant"))
        elif column.dtype.kind not in "biufM" and known.nunique() > MOST_CLASSES:
            left.append((name, "words"))
        elif counts_rows(column):
            left.append((name, "number"))
        elif len(used) >= MOST_COLUMNS:
            left.append((name, "many"))
        else:
            used.append(name)
    return tuple(used), tuple(left)


def counts_rows(column: Any) -> bool:
    """Whether a column is 1, 2, 3 ...: whole numbers that rise by 1 from row to row."""
    if column.dtype.kind not in "iu" or len(column) < FEWEST_ROWS:
        return False
    return bool((np.diff(column.to_numpy()) == 1).all())


def learning_table(
    frame: Any, *, target: str, columns: tuple[str, ...], most: int, seed: int = 0
) -> Any:
    """The rows that have a target, drawn if there are more than `most`, and the columns in use.

    Returns
    -------
    pandas.DataFrame : `columns`, and the target behind them; its index holds the row numbers of `frame`.
    """
    rows = complete_rows(frame, columns=(target,))
    drawn = sampled_rows(rows, most=most, seed=seed)
    names = [name for name in columns if name != target]
    return frame.loc[rows[drawn], [*names, target]]


def target_values(data: Any, *, target: str, task: str) -> NDArray[Any]:
    """The target as numbers: int64 (n,) numbers of the classes, or float64 (n,).

    Numbers of more than `MOST_CLASSES` values that are to be classes become two, see `halves`.

    Parameters
    ----------
    data : of `learning_table`. task : "classes" or "numbers".
    """
    if task == "numbers":
        return column_numbers(data, column=target)
    codes, classes = target_codes(data, column=target)
    if len(classes) > MOST_CLASSES and data[target].dtype.kind in "iufM":
        return halves(column_numbers(data, column=target))
    return codes


def class_names(data: Any, *, target: str, task: str) -> tuple[str, ...]:
    """What the classes of `target_values` are called; () for numbers."""
    if task == "numbers":
        return ()
    classes = target_codes(data, column=target)[1]
    if len(classes) > MOST_CLASSES and data[target].dtype.kind in "iufM":
        return names_of_halves(column_numbers(data, column=target))
    return classes


def halves(numbers: NDArray[np.float64]) -> NDArray[np.int64]:
    """Numbers as two classes: 1 above their median, else 0; int64 (n,).

    If nothing is above it, since more than half are the greatest number, 1 is at least the median.
    """
    middle = np.median(numbers)
    above = numbers > middle
    return (above if above.any() else numbers >= middle).astype(np.int64)


def names_of_halves(numbers: NDArray[np.float64]) -> tuple[str, str]:
    """What the classes of `halves` are called."""
    middle = float(np.median(numbers))
    low, high = ("≤", ">") if (numbers > middle).any() else ("<", "≥")
    return f"{low} {middle:.6g}", f"{high} {middle:.6g}"


def classes_in(y: NDArray[Any]) -> int:
    """How many classes a target has, 0 for a target of numbers (float64)."""
    return int(y.max()) + 1 if y.dtype.kind == "i" and len(y) else 0


def split_rows(
    y: NDArray[Any], *, share: float = 0.25, seed: int = 0, shuffle: bool = True
) -> NDArray[np.bool_]:
    """Which rows are learnt from; the others are kept for the test.

    Shuffled, a classification is split class by class, so that both sides have the same mixture
    (stratified); of a class of two rows or more at least one is for the test. Not shuffled, the last
    rows are the test, whatever they are.

    Parameters
    ----------
    y : (n,), of `target_values`. share : float, 0..1, of the test.

    Returns
    -------
    bool array (n,), True for learning.
    """
    learn = np.ones(len(y), bool)
    if not shuffle:
        learn[len(y) - round(share * len(y)) :] = False
        return learn
    random = np.random.default_rng(seed)
    for rows in groups_of(y):
        least = min(1, len(rows) // 2)
        learn[random.permutation(rows)[: max(least, round(share * len(rows)))]] = False
    return learn


def fold_numbers(
    y: NDArray[Any], *, folds: int = 5, seed: int = 0, shuffle: bool = True
) -> NDArray[np.int64]:
    """The fold, 0 to `folds` - 1, in which each row is tested.

    Shuffled, the rows of each class are dealt like cards, so that all folds are alike. Not shuffled, the
    folds are pieces of the table, one behind the other.
    """
    if not shuffle:
        return (np.arange(len(y)) * folds // len(y)).astype(np.int64)
    numbers, dealt = np.zeros(len(y), np.int64), 0
    random = np.random.default_rng([seed, folds])
    for rows in groups_of(y):
        numbers[random.permutation(rows)] = (dealt + np.arange(len(rows))) % folds
        dealt += len(rows)
    return numbers


def groups_of(y: NDArray[Any]) -> list[NDArray[np.int64]]:
    """The row numbers of each class; of a regression all rows together."""
    if not classes_in(y):
        return [np.arange(len(y))]
    return [np.flatnonzero(y == number) for number in range(classes_in(y))]


def side_counts(y: NDArray[Any], learn: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many rows of each class are learnt from and tested with: int64 (classes or 1, 2)."""
    return np.array([[learn[rows].sum(), (~learn[rows]).sum()] for rows in groups_of(y)], np.int64)


def target_histogram(
    y: NDArray[Any], *, bins: int = 30
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """How often each class, or each part of the range of numbers, occurs: middles and counts."""
    if count := classes_in(y):
        return np.arange(count, dtype=np.float64), np.bincount(y, minlength=count)
    counts, edges = np.histogram(y, bins=bins)
    return (edges[:-1] + edges[1:]) / 2, counts.astype(np.int64)
