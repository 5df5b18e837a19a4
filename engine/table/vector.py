"""A row as a vector, the table as an array: shape, bytes, order in memory, the tensor beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.table.matrix import NO_CELL, RARE_CELL, category_codes, column_numbers, numeric_matrix


def how_many_values(frame: Any, *, columns: tuple[str, ...]) -> tuple[int, ...]:
    """How many different values each column has, the missing ones left out."""
    return tuple(int(frame[column].nunique()) for column in columns)


def categories_of(frame: Any, *, columns: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """For each column of text, its categories in alphabetical order (see `category_codes`).

    Returns
    -------
    One tuple of str for each of `columns`; an empty one for a column of numbers.
    """
    every = np.arange(len(frame))
    return tuple(
        () if frame[column].dtype.kind in "biufM" else category_codes(frame[column], every)[1]
        for column in columns
    )


def row_vector(
    frame: Any, categories: tuple[tuple[str, ...], ...], *, row: int, columns: tuple[str, ...]
) -> tuple[tuple[str, str, tuple[float, ...]], ...]:
    """One row as a vector, column by column.

    Parameters
    ----------
    frame : pandas.DataFrame of n rows.
    categories : what `categories_of` returns for the same columns.
    row : int, 0..n-1.

    Returns
    -------
    For each column: its name, the cell as a text ("" if it is missing), and the numbers that it
    becomes: one for a number, a truth or a date (NaN if missing), a 0 or 1 a category for a text.
    """
    one = frame.iloc[row : row + 1]
    parts = []
    for column, names in zip(columns, categories, strict=True):
        missing = bool(one[column].isna().iloc[0])
        cell = "" if missing else str(one[column].iloc[0])
        if frame[column].dtype.kind in "biufM":
            numbers = tuple(column_numbers(one, column=column).tolist())
        else:
            name = NO_CELL if missing else cell
            name = name if name in names else RARE_CELL
            numbers = tuple(float(name == category) for category in names)
        parts.append((column, cell, numbers))
    return tuple(parts)


def reserved(frame: Any, *, columns: tuple[str, ...], order: str) -> NDArray[np.float64]:
    """An array for the numbers of these columns, filled with 0, in the given order.

    The system reserves its memory, and fetches it only where it is written: a million rows cost nothing.

    Parameters
    ----------
    frame : pandas.DataFrame of n rows.
    columns : tuple of d str.
    order : "C", row by row, or "F", column by column (as in Fortran, and in each block of pandas).

    Returns
    -------
    float64 array (n, d).
    """
    shape = (len(frame), len(columns))
    return np.zeros(shape, order="F" if order == "F" else "C")


def memory_facts(
    frame: Any, *, columns: tuple[str, ...], order: str
) -> tuple[tuple[int, int], str, int, tuple[int, int]]:
    """What NumPy says of the array.

    Returns
    -------
    shape; dtype; bytes in all; strides, the bytes from a number to the one below and to its right.
    """
    array = reserved(frame, columns=columns, order=order)
    n, d = array.shape
    down, right = array.strides
    return (n, d), str(array.dtype), array.nbytes, (down, right)


def memory_places(
    frame: Any, *, columns: tuple[str, ...], order: str, rows: int
) -> NDArray[np.int64]:
    """Where each number of the first rows lies: bytes from the beginning of the array.

    Returns
    -------
    int64 array (at most `rows`, d), i · strides[0] + j · strides[1].
    """
    array = reserved(frame, columns=columns, order=order)
    first = np.arange(min(rows, len(array)))[:, None] * array.strides[0]
    return np.asarray(first + np.arange(array.shape[1]) * array.strides[1], np.int64)


def first_rows(frame: Any, *, columns: tuple[str, ...], rows: int) -> NDArray[np.float64]:
    """The first `rows` rows of the array; which numbers they are does not depend on the order."""
    return numeric_matrix(frame.iloc[:rows], columns=columns)


def memory_run(
    frame: Any, *, columns: tuple[str, ...], order: str, count: int
) -> NDArray[np.float64]:
    """The first `count` numbers of the array as they follow each other in memory."""
    # The first `count` rows and columns of the array hold them, whatever the order.
    part = numeric_matrix(frame.iloc[:count], columns=columns[:count] if order == "F" else columns)
    return part.ravel(order="F" if order == "F" else "C")[:count].copy()


def tensor_facts(
    frame: Any, *, columns: tuple[str, ...], order: str
) -> tuple[tuple[int, int], str, int, tuple[int, int], bool, float, float]:
    """The same array as a tensor of PyTorch, by `torch.from_numpy`.

    Parameters
    ----------
    frame : pandas.DataFrame of at least one row.

    Returns
    -------
    shape; dtype; bytes in all; strides, counted in numbers; whether both begin at the same address;
    the first number of the array, and the same after 1 was added to the first number of the tensor.
    """
    import torch

    array = reserved(frame, columns=columns, order=order)
    array[0] = np.nan_to_num(numeric_matrix(frame.iloc[:1], columns=columns)[0])  # NaN + 1 is NaN
    tensor = torch.from_numpy(array)
    before = float(array[0, 0])
    tensor[0, 0] += 1
    n, d = tensor.shape
    down, right = tensor.stride()
    return (
        (n, d),
        str(tensor.dtype),
        tensor.element_size() * tensor.nelement(),
        (down, right),
        tensor.data_ptr() == array.ctypes.data,
        before,
        float(array[0, 0]),
    )
