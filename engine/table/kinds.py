"""Columns of texts become numbers, Booleans or dates, if that is what they are."""

from __future__ import annotations

import re
from typing import Any

from engine.table.frame import EXACT, as_text_cell, data_frame

# The minus sign of typesetters, which readers of numbers do not know.
MINUS = "\u2212"
NUMBER_PATTERN = r"(?i)^[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|inf|infinity)$"
# Whole numbers of so many digits may be more than a float64 holds.
LONG = r"^[+-]?[0-9]{16,}$"
# Whole numbers of three digits and more that begin with a zero are names, post codes, say, and so are
# those behind a plus sign, if they are as long as numbers of telephones.
PADDED = r"^(0[0-9]{2,}|\+[0-9]{7,})$"
NUMERIC_DATE = r"^[0-9]{1,2}[./-][0-9]{1,2}[./-]([0-9]{4}|[0-9]{2})\b"
# Blanks between digits, which stand between those behind the decimal sign, too.
DIGIT_GAPS = " \u00a0\u2009\u202f"
TRUE, FALSE = ("true", "yes", "y", "t", "1"), ("false", "no", "n", "f", "0")


def is_final(column: Any, grouped: bool, padded: bool = False) -> bool:
    """Whether a column that Arrow has read needs no other reading.

    Whole numbers that a float64 would round, times of day, and Booleans with gaps are read anew as
    texts; so are texts that may be numbers with signs between their thousands (`grouped`), and
    numbers that may begin with zeros (`padded`, see `has_padded`).
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_string(kind):
        return not grouped
    if pa.types.is_boolean(kind):
        return not column.null_count
    if padded and (pa.types.is_int64(kind) or pa.types.is_float64(kind)):
        return False
    if pa.types.is_float64(kind) or (pa.types.is_int64(kind) and column.null_count):
        bounds = pc.min_max(column).as_py()
        return bounds["min"] is None or max(-bounds["min"], bounds["max"]) <= EXACT
    known = (pa.types.is_null, pa.types.is_int64, pa.types.is_timestamp, pa.types.is_date)
    return any(test(kind) for test in known)


def convert(texts: Any, kind: str, *, decimal: str = ".", thousands: str = "") -> Any:
    """Read a column of texts as one of the kinds; what is not of that kind is missing.

    "detect" reads it as numbers if all are numbers once the signs between thousands are gone, these
    stand where thousands end, and no digit is lost by it; it leaves it as text otherwise.

    Parameters
    ----------
    texts : pyarrow.ChunkedArray of strings.
    kind : "integer", "number", "boolean", "date", "text" or "detect".
    decimal, thousands : as `read_text_table`.

    Returns
    -------
    pyarrow.ChunkedArray: int64 if no cell is missing and none has more than 18 digits, float64, bool,
    timestamp[us], or the texts themselves.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind == "text":
        return texts
    plain = pc.utf8_trim_whitespace(texts)
    if kind == "boolean":
        lower = pc.utf8_lower(plain)
        yes = pc.is_in(lower, pa.array(TRUE, lower.type))
        known = pc.or_(yes, pc.is_in(lower, pa.array(FALSE, lower.type)))
        return pc.if_else(known, yes, None)
    if kind == "date":
        moments = pd.to_datetime(
            pd.Series(plain.to_pandas()),
            errors="coerce",
            format="mixed",
            utc=True,
            dayfirst=day_comes_first(plain) != "month",
        )
        return pa.chunked_array([pa.array(moments.dt.tz_localize(None).astype("datetime64[us]"))])
    plain = pc.replace_substring(plain, MINUS, "-")
    if thousands:
        if kind == "detect" and misplaced(plain, thousands, decimal):
            return texts
        plain = pc.replace_substring(plain, thousands, "")
    if decimal != ".":
        plain = pc.replace_substring(plain, decimal, ".")
    pattern = r"^[+-]?[0-9]+$" if kind == "integer" else NUMBER_PATTERN
    right = pc.fill_null(pc.match_substring_regex(plain, pattern), False)
    if kind == "detect" and pc.sum(right).as_py() != len(texts) - texts.null_count:
        return texts
    if kind == "detect" and pc.any(pc.match_substring_regex(plain, PADDED)).as_py():
        return texts
    numbers = pc.if_else(right, pc.replace_substring_regex(plain, r"^\+", ""), None)
    if kind != "number" and not numbers.null_count:
        whole = pc.all(pc.match_substring_regex(numbers, r"^-?[0-9]{1,18}$")).as_py()
        if whole:
            return pc.cast(numbers, pa.int64())
    values = pc.cast(numbers, pa.float64())
    long = pc.fill_null(pc.match_substring_regex(plain, LONG), False)
    if kind == "detect" and pc.any(pc.greater_equal(pc.abs(values.filter(long)), EXACT)).as_py():
        return texts
    return values


def misplaced(texts: Any, thousands: str, decimal: str) -> bool:
    """Whether the sign between thousands stands elsewhere, too, as in the date 1.1.2020.

    Digits stand in groups of three; in India, where commas are set, all but the last are of two.
    Blanks may also stand between groups of digits behind the decimal sign.

    Parameters
    ----------
    texts : pyarrow.ChunkedArray of strings.
    thousands, decimal : as `read_text_table`.
    """
    import pyarrow.compute as pc

    sign, point = re.escape(thousands), re.escape(decimal)
    whole = rf"[0-9]{{1,3}}({sign}[0-9]{{3}})+"
    if thousands == ",":
        whole += rf"|[0-9]{{1,2}}({sign}[0-9]{{2}})*{sign}[0-9]{{3}}"
    part = "[0-9]*"
    if thousands in DIGIT_GAPS:
        whole += "|[0-9]*"
        part = rf"([0-9]{{3}}{sign})*[0-9]*"
    right = rf"(?i)^[+-]?({whole})({point}{part})?(e[+-]?[0-9]+)?$"
    signed = texts.filter(pc.fill_null(pc.match_substring(texts, thousands), False))
    return not pc.all(pc.match_substring_regex(signed, right), min_count=0).as_py()


def day_comes_first(texts: Any) -> str:
    """In which order dates like 13/02/2020 are written: "day", "month", or "" if there are none.

    A number above 12 decides, in the first place for the day, in the second for the month. Without one,
    dates with points are taken for day and month, others, as pandas does, for month and day.

    Parameters
    ----------
    texts : pyarrow.ChunkedArray of strings.
    """
    import pyarrow.compute as pc

    numeric = texts.filter(pc.fill_null(pc.match_substring_regex(texts, NUMERIC_DATE), False))
    if not len(numeric):
        return ""
    first, second = r"^(1[3-9]|2[0-9]|3[01])[./-]", r"^[0-9]{1,2}[./-](1[3-9]|2[0-9]|3[01])[./-]"
    days = pc.sum(pc.match_substring_regex(numeric, first)).as_py()
    months = pc.sum(pc.match_substring_regex(numeric, second)).as_py()
    if days != months:
        return "day" if days > months else "month"
    return "day" if pc.any(pc.match_substring(numeric, ".")).as_py() else "month"


def date_order(column: Any) -> str:
    """In which order the dates of a column of texts are written, see `day_comes_first`.

    Parameters
    ----------
    column : pandas.DataFrame of one column of texts.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pa.chunked_array(pa.array(column.iloc[:, 0], pa.large_string()))
    return day_comes_first(pc.utf8_trim_whitespace(texts))


def failed_cells(
    column: Any, *, kind: str, decimal: str = ".", thousands: str = "", most: int = 12
) -> tuple[int, tuple[tuple[int, str], ...]]:
    """Which cells of a column of texts are not of a kind.

    Parameters
    ----------
    column : pandas.DataFrame of one column of texts.
    kind : "integer", "number", "boolean" or "date".
    decimal, thousands : as `read_text_table`.
    most : int, how many are named.

    Returns
    -------
    (count, examples) : how many, and (row from 0, text) of the first ones.
    """
    import numpy as np
    import pyarrow as pa

    texts = pa.chunked_array(pa.array(column.iloc[:, 0], pa.large_string()))
    read = convert(texts, kind, decimal=decimal, thousands=thousands)
    failed = np.flatnonzero(column.iloc[:, 0].notna().to_numpy() & read.is_null(nan_is_null=True))
    examples = ((int(n), str(column.iloc[n, 0])) for n in failed[:most])
    return len(failed), tuple(examples)


def as_texts(frame: Any, *, column: str) -> Any:
    """One column of a table as texts: a DataFrame of it alone."""
    return as_kinds(frame[[column]], types=((column, "text"),))


def as_kinds(frame: Any, *, types: tuple[tuple[str, str], ...]) -> Any:
    """Read columns of a table as other kinds; cells that are not of that kind are missing.

    Parameters
    ----------
    frame : pandas.DataFrame.
    types : pairs (column, kind); names that no column has are left out.
    """
    import pyarrow as pa

    columns = {name: pa.chunked_array(pa.array(column)) for name, column in frame.items()}
    for name, kind in types:
        if name in columns:
            texts = columns[name]
            if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
                cells = [as_text_cell(cell) for cell in texts.to_pylist()]
                texts = pa.chunked_array([pa.array(cells, pa.large_string())])
            columns[name] = convert(texts.cast(pa.large_string()), kind)
    return data_frame(columns)
