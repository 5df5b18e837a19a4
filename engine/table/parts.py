"""A table as plain values and arrays of numbers, and back: how one travels between processes.

Texts are an array of their bytes (UTF-8), one of the places at which each text begins, and one of
bits that say which are missing, as Arrow keeps them (https://arrow.apache.org/docs/format, "Columnar
format"). Nothing of it is code, and all is checked when it is put together again.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def parts_of(frame: Any) -> tuple[Any, ...]:
    """Take a table apart.

    Parameters
    ----------
    frame : pandas.DataFrame of integers, numbers, Booleans, dates and texts (`engine.table.frame`).

    Returns
    -------
    (rows, columns) : int, and a tuple (name, kind, arrays) for each column.
    """
    return len(frame), tuple(_column_parts(str(name), column) for name, column in frame.items())


def _column_parts(name: str, column: Any) -> tuple[Any, ...]:
    kind = column.dtype.kind
    if kind in "ifb":
        return name, "numbers", (column.to_numpy(),)
    if kind == "M":
        return name, "dates", (column.to_numpy().astype("datetime64[us]").view(np.int64),)
    import pyarrow as pa

    texts = pa.chunked_array(pa.array(column, pa.large_string())).combine_chunks()
    if texts.offset:  # a part of a longer column
        texts = pa.concat_arrays([texts, pa.array([], pa.large_string())])
    missing, places, data = texts.buffers()
    raw = [
        np.frombuffer(buffer, np.uint8) if buffer is not None else np.zeros(0, np.uint8)
        for buffer in (missing, data)
    ]
    starts = np.frombuffer(places, np.int64)[: len(texts) + 1] if places else np.zeros(1, np.int64)
    return name, "texts", (raw[0], starts, raw[1])


def frame_of(parts: tuple[Any, ...]) -> Any:
    """Put a table together again, of the arrays themselves and not of copies.

    Raises
    ------
    ValueError, TypeError : these are no parts of a table.
    """
    import pandas as pd

    rows, columns = parts
    found = {}
    for name, kind, arrays in columns:
        found[name] = _column(kind, arrays, rows)
        if len(found[name]) != rows:
            raise ValueError("a column of another length")
    if len(found) != len(columns) or not all(isinstance(name, str) for name in found):
        raise ValueError("two columns of one name")
    return pd.DataFrame(found, index=pd.RangeIndex(rows), copy=False)


def _column(kind: str, arrays: tuple[Any, ...], rows: int) -> Any:
    import pandas as pd
    import pyarrow as pa

    if kind == "numbers":
        (numbers,) = arrays
        if numbers.dtype.str not in ("<i8", "<f8", "|b1"):
            raise ValueError("not the numbers of a table")
        return numbers
    if kind == "dates":
        (moments,) = arrays
        return moments.view("<M8[us]")
    if kind != "texts":
        raise ValueError("an unknown kind of column")
    missing, places, data = arrays
    if places.dtype.str != "<i8" or len(places) != rows + 1:
        raise ValueError("not the places of texts")
    if len(missing) and 8 * len(missing) < rows:
        raise ValueError("not the gaps of texts")
    buffers = [pa.py_buffer(missing) if len(missing) else None, pa.py_buffer(places)]
    texts = pa.LargeStringArray.from_buffers(rows, *buffers[1:], pa.py_buffer(data), buffers[0])
    texts.validate(full=True)
    return pd.StringDtype("pyarrow", na_value=np.nan).__from_arrow__(texts)
