"""One column kept as other dtypes: the bytes, what overflows, what is rounded, what cannot be kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The dtypes that a column of numbers is tried as, by NumPy's names; of one size whole numbers first.
NUMBER_KINDS = ("bool", "int8", "int16", "float16", "int32", "float32", "int64", "float64")
#: The dtypes that a column of dates is tried as; as numbers, they are days since 1970-01-01.
DATE_KINDS = ("datetime64[us]", "datetime64[D]", "float64", "float32", "float16")
DAY = 86_400_000_000  # microseconds
FIRST_LOOK = 1000  # rows in which it is soon found out that a dtype does not fit

#: A cell that changes: its row from 0, the cell, what is left of it. What a dtype costs: see `kept_as`.
Example = tuple[int, str, str]
Kept = tuple[str, int, int, int, int, Example | None]


def kept_as(frame: Any, *, column: str) -> tuple[Kept, ...]:
    """What a column costs, and what is left of its cells, when it is kept as other dtypes.

    Parameters
    ----------
    frame : pandas.DataFrame of n rows.
    column : str, a column of numbers, of True and False, of dates or of texts.

    Returns
    -------
    For each dtype: its name; bytes in all; how many cells are rounded; how many overflow (they
    become infinite or quite another number); how many missing cells it cannot keep; and of the cell
    that changes most, one that overflows if there is one: its row from 0, the cell, and what is
    left of it ("" where that is not defined); None if no cell changes.
    """
    series = frame[column]
    if series.dtype.kind in "biuf":
        values = series.to_numpy()
        found = [_number_as(values, dtype) for dtype in NUMBER_KINDS]
    elif series.dtype.kind == "M":
        found = [_date_as(series.to_numpy(), dtype) for dtype in DATE_KINDS]
    else:
        found = _text_as(series)
    return (*found, ("object", _object_bytes(series), 0, 0, 0, None))


def how_many_known(frame: Any, *, column: str) -> int:
    """How many cells of a column are not missing."""
    return int(frame[column].notna().sum())


def converted(values: NDArray[Any], *, dtype: str) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Numbers as another dtype, as NumPy's `astype` makes them, and which of them overflow.

    Whole numbers outside the range wrap around: only their last bits are kept. Numbers with a
    fraction lose it. What a computer makes of a float beyond int64 is not
    defined (ISO C, 6.3.1.4), so here it is 0.

    Parameters
    ----------
    values : int64, float64 or bool array (n,), none of them NaN.
    dtype : one of `NUMBER_KINDS`.

    Returns
    -------
    array (n,) of `dtype`; bool array (n,).
    """
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return values != 0, np.zeros(len(values), bool)
    if kind.kind == "f":
        with np.errstate(over="ignore"):
            kept = values.astype(kind)
        return kept, np.isinf(kept) & ~np.isinf(values.astype(np.float64))
    whole = values
    if values.dtype.kind == "f":
        whole = np.where(_within_int64(values), np.trunc(values), 0).astype(np.int64)
    limits = np.iinfo(kind)
    outside = (whole < limits.min) | (whole > limits.max) | ~_within_int64(values)
    return whole.astype(kind), outside


def _within_int64(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether the whole part of each number is an int64; 2⁶³ itself is none."""
    if values.dtype.kind != "f":
        return np.ones(len(values), bool)
    return np.asarray((values >= -(2.0**63)) & (values < 2.0**63))


def changes(values: NDArray[Any], kept: NDArray[Any]) -> NDArray[np.bool_]:
    """Which numbers are no longer the same; whole numbers are compared as such, not as floats."""
    if values.dtype.kind == "f":
        return np.asarray(kept.astype(np.float64) != values)
    if kept.dtype.kind == "f":
        back, outside = converted(kept.astype(np.float64), dtype="int64")
        return np.asarray(outside | (back != values))
    return np.asarray(kept.astype(np.int64) != values)


def _number_as(values: NDArray[Any], dtype: str) -> Kept:
    rows = np.flatnonzero(~np.isnan(values))
    known = values[rows]
    kept, outside = converted(known, dtype=dtype)
    changed = changes(known, kept)
    gaps = 0 if np.dtype(dtype).kind == "f" else len(values) - len(rows)
    example = None
    if changed.any():
        with np.errstate(invalid="ignore", over="ignore"):
            errors = np.abs(kept.astype(np.float64) - known.astype(np.float64))
        errors[np.isnan(errors)] = np.inf  # infinity less infinity
        errors[~changed] = -1
        errors[outside] = np.inf
        at = int(np.argmax(errors))
        defined = kept.dtype.kind != "i" or bool(_within_int64(known[at : at + 1])[0])
        example = (int(rows[at]), str(known[at].item()), str(kept[at].item()) if defined else "")
    size = len(values) * kept.itemsize
    rounded = int(np.count_nonzero(changed & ~outside))
    return dtype, size, rounded, int(np.count_nonzero(outside)), gaps, example


def _date_as(moments: NDArray[np.datetime64], dtype: str) -> Kept:
    rows = np.flatnonzero(~np.isnat(moments))
    known = moments[rows].astype("datetime64[us]")
    ticks = known.astype(np.int64)
    if dtype.startswith("datetime64"):
        back = known.astype(dtype).astype("datetime64[us]").astype(np.int64)
        outside = np.zeros(len(known), bool)
    else:
        days, outside = converted(ticks / DAY, dtype=dtype)
        back = np.rint(np.where(outside, 0, days.astype(np.float64)) * DAY).astype(np.int64)
    changed = outside | (back != ticks)
    example = None
    if changed.any():
        at = int(np.argmax(np.where(outside, np.inf, np.abs(back - ticks))))
        left = "inf" if outside[at] else str(back[at].astype("datetime64[us]"))
        example = (int(rows[at]), str(known[at]), left)
    size = len(moments) * np.dtype(dtype).itemsize
    lost = int(np.count_nonzero(outside))
    return dtype, size, int(np.count_nonzero(changed)) - lost, lost, 0, example


def _text_as(series: Any) -> list[Kept]:
    """As texts side by side (Arrow), as NumPy's texts of one width, and as a category."""
    categories = series.astype("category").cat
    # An offset of 8 bytes for each text, and one more for the end; then UTF-8.
    arrow = 8 * (len(series) + 1) + _bytes_of(series)
    coded = categories.codes.to_numpy().nbytes
    coded += 8 * (len(categories.categories) + 1) + _bytes_of(categories.categories)
    widest = max(1, int(series.str.len().max())) if series.notna().any() else 1
    gaps = int(series.isna().sum())
    return [
        ("str", arrow, 0, 0, 0, None),
        ("category", coded, 0, 0, 0, None),
        (f"<U{widest}", 4 * widest * len(series), 0, 0, gaps, None),
    ]


def _object_bytes(series: Any) -> int:
    """As objects of Python: the address of each one, 8 bytes, and the object itself."""
    if series.dtype.kind == "M":  # all dates have the size of one
        one = series.dropna().iloc[:1].astype(object).memory_usage(index=False, deep=True)
        return len(series) * int(one)
    return int(series.astype(object).memory_usage(index=False, deep=True))


def _bytes_of(texts: Any) -> int:
    """The length of all texts together in UTF-8; missing ones have none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return int(pc.sum(pc.binary_length(pa.array(texts, pa.large_string()))).as_py() or 0)


def smallest_kinds(
    frame: Any, *, columns: tuple[str, ...]
) -> tuple[tuple[str, str, int, str, int], ...]:
    """For each column the dtype of the fewest bytes that keeps all its cells as they are.

    Returns
    -------
    For each column: its name; its dtype and bytes now; the smallest dtype and its bytes.
    """
    return tuple(_smallest(frame[column]) for column in columns)


def _smallest(series: Any) -> tuple[str, str, int, str, int]:
    name, count = str(series.name), len(series)
    if series.dtype.kind in "biuf":
        values = series.to_numpy()
        kinds = (kind for kind in NUMBER_KINDS if _keeps_all(values, kind))
        small = next(kinds, str(values.dtype))
        return name, str(values.dtype), values.nbytes, small, np.dtype(small).itemsize * count
    if series.dtype.kind == "M":
        values = series.to_numpy()
        return name, str(series.dtype), values.nbytes, str(series.dtype), values.nbytes
    as_texts, as_category, _fixed = _text_as(series)
    less = min((as_texts, as_category), key=lambda kept: kept[1])
    return name, as_texts[0], as_texts[1], less[0], less[1]


def _keeps_all(values: NDArray[Any], dtype: str) -> bool:
    """Whether no cell changes and no missing one is lost; a few rows say soon that some do."""
    for part in (values[:FIRST_LOOK], values[FIRST_LOOK:]):
        _name, _size, rounded, outside, gaps, _example = _number_as(part, dtype)
        if rounded or outside or gaps:
            return False
    return True
