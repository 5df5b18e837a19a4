"""What a table is: a pandas DataFrame of five kinds of columns, whatever file it lies in.

All readers give the same kind of DataFrame: rows numbered from 0, names of columns that are different
texts, and five kinds of columns.

============ ==================== ========================================
kind         dtype                missing values
============ ==================== ========================================
"integer"    int64                none (a column with some is "number")
"number"     float64              NaN
"boolean"    bool                 none (a column with some is "text")
"date"       datetime64[us]       NaT
"text"       str                  NaN
============ ==================== ========================================
"""

from __future__ import annotations

import json
from typing import Any

# Words that stand for a missing value, as pandas.read_csv knows them, and the one of databases (MySQL).
MISSING = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
    *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "\\N"),
)
# A float64 holds every whole number up to here, and not those beyond.
EXACT = 2**53
# How NumPy writes a missing date (NaT) as a number.
NOT_A_TIME = -(2**63)


def data_frame(columns: dict[str, Any]) -> Any:
    """A DataFrame of Arrow's columns, with the kinds that are named above; the dictionary is emptied."""
    import pandas as pd

    return pd.DataFrame({name: series(columns.pop(name)) for name in tuple(columns)}, copy=False)


def series(column: Any) -> Any:
    """One of Arrow's columns as pandas holds it."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_null(kind):
        return np.full(len(column), np.nan)
    if pa.types.is_boolean(kind) and not column.null_count:
        return column.to_numpy()
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        moments = column.cast(pa.timestamp("us", getattr(kind, "tz", None)), safe=False)
        return pc.fill_null(moments.cast(pa.int64()), NOT_A_TIME).to_numpy().view("<M8[us]")
    if pa.types.is_integer(kind) and not column.null_count:
        return column.cast(pa.int64()).to_numpy()
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return pc.fill_null(column.cast(pa.float64(), safe=False), np.nan).to_numpy()
    texts = column.cast(pa.large_string())
    return pd.StringDtype("pyarrow", na_value=np.nan).__from_arrow__(texts)


def column_of(cells: list[Any]) -> Any:
    """A column of Python's values as one of Arrow's: of one kind if all cells are of it, else text."""
    import datetime

    import pyarrow as pa

    kinds = {type(cell) for cell in cells if cell is not None and cell != ""}
    values = [None if cell == "" else cell for cell in cells] if str in map(type, cells) else cells
    if not kinds:
        return pa.chunked_array([pa.nulls(len(cells))])
    if kinds == {bool} and None not in values:
        return pa.chunked_array([pa.array(values, pa.bool_())])
    if kinds <= {int, float}:
        whole = all(cell is None or isinstance(cell, int) or cell.is_integer() for cell in values)
        small = all(cell is None or abs(cell) <= EXACT for cell in values)
        if whole and small:
            return pa.chunked_array([pa.array(values, pa.int64(), safe=False)])
        if not any(isinstance(cell, int) and abs(cell) > EXACT for cell in values):
            numbers = [None if cell is None else float(cell) for cell in values]
            return pa.chunked_array([pa.array(numbers, pa.float64())])
        if kinds == {int} and None not in values and max(map(abs, values)) < 2**63:
            return pa.chunked_array([pa.array(values, pa.int64())])
    if kinds <= {datetime.date, datetime.datetime}:
        days = [
            cell
            if cell is None or isinstance(cell, datetime.datetime)
            else datetime.datetime(cell.year, cell.month, cell.day)
            for cell in values
        ]
        return pa.chunked_array([pa.array(days, pa.timestamp("us"))])
    texts = [word(cell) if isinstance(cell, float) else as_text_cell(cell) for cell in values]
    return pa.chunked_array([pa.array(texts, pa.large_string())])


def as_text_cell(value: object) -> str | None:
    """What stands in a cell of text for a value of any kind."""
    if value is None:
        return value
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, (dict, list)):
        return whole_characters(json.dumps(value, ensure_ascii=False, default=str))
    if isinstance(value, float):
        return None if value != value else word(value)
    return str(value)


def whole_characters(text: str) -> str:
    """A text without halves of surrogate pairs, which JSON can name: they become U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def word(cell: Any) -> str:
    """The text of a cell of a workbook, which knows only floating-point numbers: 3.0 is shown as 3."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell)


def as_csv(frame: Any, *, rows: int = 200) -> bytes:
    """The first rows of a table as comma-separated text in UTF-8."""
    return bytes(frame.iloc[:rows].to_csv(index=False, lineterminator="\n").encode("utf-8"))
