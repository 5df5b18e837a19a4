"""From the bytes of a table to a pandas DataFrame, whatever file it lies in.

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

import contextlib
import csv
import io
import itertools
import json
import re
from typing import Any

from engine.errors import N_, UserError
from engine.table.layout import (
    LAYOUT_ROWS,
    LAYOUT_SAMPLE,
    blank_before_quote,
    reader_of,
    table_body,
    titles,
    unique_names,
)
from engine.table.preview import damaged, json_rows, no_cells, not_cut
from engine.table.workbook import open_sheet

# Words that stand for a missing value, as pandas.read_csv knows them.
MISSING = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
    *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
# How a workbook shows that a formula has no value.
ERRORS = ("#DIV/0!", "#REF!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#N/A")
# Columns that are read at most; a million commas in one line are no table.
MAX_COLUMNS = 10_000
# Cells that are read at most: a million rows of forty columns, 320 MB as numbers.
MAX_CELLS = 40_000_000
# A float64 holds every whole number up to here, and not those beyond.
EXACT = 2**53
NUMBER_PATTERN = r"(?i)^[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|inf|infinity)$"
# Whole numbers of so many digits may be more than a float64 holds.
LONG = r"^[+-]?[0-9]{16,}$"
# Whole numbers of three digits and more that begin with a zero are names, post codes, say, and so are
# those behind a plus sign, if they are as long as numbers of telephones.
PADDED = r"^(0[0-9]{2,}|\+[0-9]{7,})$"
# How a cell of either kind may begin, and one like 0x1F, which Arrow would read as a number.
NAME_OF_DIGITS = rb"(?:0[0-9xX][0-9a-fA-F]|\+[0-9]{7})"
# Bytes at both ends of a long table that are searched for them.
ENDS = 2**22
NUMERIC_DATE = r"^[0-9]{1,2}[./-][0-9]{1,2}[./-]([0-9]{4}|[0-9]{2})\b"
# How NumPy writes a missing date (NaT) as a number.
NOT_A_TIME = -(2**63)
# A character of no text (the unit separator of ASCII), where one is needed that separates nothing.
NO_CHARACTER = "\x1f"
# Bytes that Arrow's reader looks at at a time; no row is longer.
BLOCK = 2**24
TRUE, FALSE = ("true", "yes", "y", "t", "1"), ("false", "no", "n", "f", "0")


def read_text_table(
    data: bytes,
    *,
    encoding: str = "utf-8",
    separator: str = ",",
    quote: str = '"',
    decimal: str = ".",
    thousands: str = "",
    header: bool = True,
    comment: str = "",
    skip: int = 0,
    missing: tuple[str, ...] = MISSING,
    types: tuple[tuple[str, str], ...] = (),
) -> Any:
    """Read a table of text: CSV, TSV and their like.

    Parameters
    ----------
    data : bytes, the file.
    encoding : str, a codec of Python; bytes that it does not know become U+FFFD.
    separator : str, one character; "" if each line is one cell.
    quote : str, the sign around cells that hold a separator or a line feed, "" for none.
    decimal, thousands : str, the decimal sign, and what stands between groups of three digits.
    header : bool, whether the first row names the columns.
    comment : str, lines that begin so are left out; "" for none.
    skip : int, lines above the table that are left out.
    missing : tuple of str, what stands for a missing value.
    types : pairs (column, kind), of columns that are read as another kind than the detected one.
        Cells that are not of that kind are missing.

    Returns
    -------
    pandas.DataFrame, see above. Rows with fewer cells than the others are filled up with missing
    values, cells beyond the others' are left out.

    Raises
    ------
    UserError : no cells, too many of them or too many columns, a quotation mark that is never closed,
        or cells that cannot be cut.
    """
    body = text_body(data, encoding=encoding, comment=comment, skip=skip)
    names, width = columns_of_text(body, separator=separator, quote=quote, header=header)
    check_size(body.count("\n"), width)
    spaced = blank_before_quote(body, separator)
    if quote and body.count(quote) % 2:
        check_quotes(body, separator=separator, quote=quote)
    lines = body.encode("utf-8", "replace")
    lines = data if lines == data else lines  # one copy of it is enough
    if spaced:
        lines = even_rows(body, width, separator=separator, quote=quote, spaced=True)
        separator, quote = separator or NO_CHARACTER, '"'
    del body
    words = (decimal, missing)
    table, uneven = parse(lines, header, (), names, separator, quote, *words)
    if uneven:
        lines = even_rows(lines.decode(), width, separator=separator, quote=quote, spaced=False)
        separator, quote = separator or NO_CHARACTER, '"'
        table, uneven = parse(lines, header, (), names, separator, quote, *words)
    chosen = dict(types)
    padded = has_padded(lines, separator=separator, quote=quote)
    columns = dict(zip(names, table.columns, strict=True))
    del table  # each column goes as soon as pandas has it
    again = tuple(
        name
        for name in names
        if name in chosen or not is_final(columns[name], bool(thousands), padded)
    )
    if again:  # what Arrow has made of them is not what is wanted: take their texts
        texts, uneven = parse(lines, header, again, names, separator, quote, *words)
        for name in again:
            kind = chosen.get(name, "detect")
            columns[name] = convert(texts[name], kind, decimal=decimal, thousands=thousands)
    return data_frame(columns)


def has_padded(lines: bytes, *, separator: str, quote: str) -> bool:
    """Whether a cell begins like a name of digits: 012, +4912345 or 0x1F.

    Of a long table both ends are looked at.
    """
    ends = lines if len(lines) <= 2 * ENDS else lines[:ENDS] + lines[-ENDS:]
    signs = [sign.encode() for sign in (separator, quote, "\n") if sign]
    return any(re.search(re.escape(sign) + NAME_OF_DIGITS, ends) for sign in signs)


def text_body(data: bytes, *, encoding: str, comment: str = "", skip: int = 0) -> str:
    """The text of a table: without what may lead it, and without lines that are comments.

    Raises
    ------
    UserError : nothing is left.
    """
    body = table_body(data.decode(encoding, "replace").removeprefix("\ufeff"), skip)
    if comment:
        body = re.sub(rf"(?m)^{re.escape(comment)}.*\n?", "", body)
    if not body.strip():
        raise no_cells()
    return body


def rows_of(body: str, *, separator: str, quote: str, spaced: bool | None = None) -> Any:
    """Cut a text into rows of cells by Python's own reader; empty lines are left out."""
    return filter(None, reader_of(body, separator=separator, quote=quote, spaced=spaced))


def columns_of_text(
    body: str, *, separator: str, quote: str, header: bool
) -> tuple[list[str], int]:
    """The names of the columns, and how many there are: as many as most rows have cells, or more names.

    Programs for statistics (R) write no name above the names of the rows: if all rows have one cell
    more than there are names, and a text or number in the last one, the first column is it.
    """
    rows: list[list[str]] = []
    try:
        found = rows_of(body[:LAYOUT_SAMPLE], separator=separator, quote=quote)
        rows.extend(itertools.islice(found, LAYOUT_ROWS))
    except csv.Error as problem:
        if not rows:
            raise not_cut(problem) from problem
    if not rows:
        raise no_cells()
    if len(body) > LAYOUT_SAMPLE and len(rows) > 2:
        rows.pop()  # it may be cut
    widths = [len(row) for row in rows[1 if header and len(rows) > 1 else 0 :]]
    width = max(sorted(set(widths), reverse=True), key=widths.count)
    width = max(width, len(rows[0])) if header else width
    check_size(0, width)
    heads = rows[0] if header else []
    if len(heads) == width - 1 > 0 and set(widths) == {width} and any(row[-1] for row in rows[1:]):
        heads = ["", *heads]
    return unique_names(heads, width), width


def parse(
    lines: bytes,
    header: bool,
    wanted: tuple[str, ...] | list[str],
    names: list[str],
    separator: str,
    quote: str,
    decimal: str,
    missing: tuple[str, ...],
) -> tuple[Any, list[tuple[int, int]]]:
    """Cut lines into columns by Arrow's reader.

    Parameters
    ----------
    lines : bytes, the table in UTF-8.
    header : bool, whether its first row is left out, as it holds the names.
    wanted : names of the columns that are read, as texts; none reads all, as what Arrow finds.
    names : one for each column.
    separator, quote, decimal, missing : as `read_text_table`.

    Returns
    -------
    (table, uneven) : pyarrow.Table, and (row from 1, cells) of those with another number of cells
    than there are names, which are not in the table.

    Raises
    ------
    UserError : a cell that never ends.
    """
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    uneven: list[tuple[int, int]] = []

    def skip(row: Any) -> str:
        uneven.append((row.number, row.actual_columns))
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(lines),
            read_options=arrow_csv.ReadOptions(
                column_names=names,
                skip_rows_after_names=int(header),
                block_size=BLOCK,
                use_threads=False,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=separator or NO_CHARACTER,
                quote_char=quote or False,
                newlines_in_values=bool(quote) and quote.encode() in lines,
                invalid_row_handler=skip,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.large_string()),
                include_columns=list(wanted) or None,
                null_values=list(missing),
                strings_can_be_null=True,
                decimal_point=decimal,
            ),
        )
    except pa.ArrowInvalid as problem:
        raise never_closed() from problem
    return table, uneven


def even_rows(body: str, width: int, *, separator: str, quote: str, spaced: bool) -> bytes:
    """The same table, each of whose rows has `width` cells."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, delimiter=separator or NO_CHARACTER, lineterminator="\n")
    try:
        for row in rows_of(body, separator=separator, quote=quote, spaced=spaced):
            writer.writerow((row + [""] * (width - len(row)))[:width])
    except csv.Error as problem:
        raise not_cut(problem) from problem
    return lines.getvalue().encode("utf-8", "replace")


def check_quotes(body: str, *, separator: str, quote: str) -> None:
    """Refuse a text in which a cell is opened by a quotation mark and never closed.

    A line that is put behind the text is a row of its own, unless such a cell swallows it.
    """
    last: list[str] = []
    try:
        for row in rows_of(f"{body}\n{NO_CHARACTER}\n", separator=separator, quote=quote):
            last = row
    except csv.Error as problem:
        raise not_cut(problem) from problem
    if last != [NO_CHARACTER]:
        raise never_closed()


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

    "detect" reads it as numbers if all are numbers once the signs between thousands are gone and no
    digit is lost by it, and leaves it as text otherwise.

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
    if thousands:
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


def uneven_rows(
    data: bytes,
    *,
    encoding: str = "utf-8",
    separator: str = ",",
    quote: str = '"',
    header: bool = True,
    comment: str = "",
    skip: int = 0,
) -> tuple[int, int, tuple[int, ...]]:
    """Count the rows of a text table that have another number of cells than there are columns.

    Parameters
    ----------
    As `read_text_table`.

    Returns
    -------
    (short, long, first) : rows that are filled up, rows that are cut, and the numbers of the first
    ten of both, from 1, the names counted.
    """
    body = text_body(data, encoding=encoding, comment=comment, skip=skip)
    _names, width = columns_of_text(body, separator=separator, quote=quote, header=header)
    columns = [str(number) for number in range(width)]
    lines = body.encode("utf-8", "replace")
    if blank_before_quote(body, separator):
        rows = rows_of(body, separator=separator, quote=quote)
        uneven = [(n, len(row)) for n, row in enumerate(rows, 1) if len(row) != width]
    else:
        uneven = parse(lines, False, columns[:1], columns, separator, quote, ".", ())[1]
    short = sum(cells < width for _row, cells in uneven)
    return short, len(uneven) - short, tuple(row for row, _cells in uneven[:10])


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


def read_parquet(data: bytes) -> Any:
    """Read a Parquet file as a DataFrame of the kinds that are named above.

    Raises
    ------
    UserError : damaged, no columns, too many of them, or more cells than can be kept.
    """
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        file = parquet.ParquetFile(io.BytesIO(data))
        check_size(file.metadata.num_rows, len(file.schema_arrow.names))
        table = file.read(use_threads=False)
        if not table.num_columns:
            raise no_cells()
    except (pa.ArrowException, OSError) as problem:  # OSError: damaged pages
        raise damaged() from problem
    names = unique_names(table.column_names, table.num_columns)
    columns = dict(zip(names, map(plain_column, table.columns), strict=True))
    return data_frame(columns)


def parquet_columns(data: bytes, *, most: int = 50) -> tuple[tuple[Any, ...], ...]:
    """Where the columns of a Parquet file lie in it, and how they are packed.

    Parameters
    ----------
    data : bytes, the file.
    most : int, columns at most.

    Returns
    -------
    tuple of (name, type, compression, encodings, first byte, bytes in the file, bytes unpacked) of each
    column in the first group of rows; empty if there is no such group.

    Raises
    ------
    UserError : damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        facts = parquet.ParquetFile(io.BytesIO(data)).metadata
        if not facts.num_row_groups:
            return ()
        group = facts.row_group(0)
        columns = [group.column(n) for n in range(min(group.num_columns, most))]
    except (pa.ArrowException, OSError) as problem:  # OSError: damaged pages
        raise damaged() from problem
    return tuple(
        (
            *(c.path_in_schema, c.physical_type, c.compression, ", ".join(c.encodings)),
            c.dictionary_page_offset if c.has_dictionary_page else c.data_page_offset,
            *(c.total_compressed_size, c.total_uncompressed_size),
        )
        for c in columns
    )


def as_csv(frame: Any, *, rows: int = 200) -> bytes:
    """The first rows of a table as comma-separated text in UTF-8."""
    return bytes(frame.iloc[:rows].to_csv(index=False, lineterminator="\n").encode("utf-8"))


def plain_column(column: Any) -> Any:
    """A column of any of Arrow's types as one of those that `series` knows.

    Whole numbers that neither int64 nor, with gaps, float64 can hold become texts.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as t

    kind = column.type
    if t.is_dictionary(kind):
        return plain_column(column.cast(kind.value_type))
    if t.is_decimal(kind):
        return column.cast(pa.float64())
    if t.is_integer(kind) and len(column) > column.null_count:
        bounds = pc.min_max(column).as_py()
        size = max(abs(bounds["min"]), abs(bounds["max"]))
        if size >= 2**63 + (bounds["min"] < 0) or (column.null_count and size > EXACT):
            return column.cast(pa.large_string())
    if t.is_binary(kind) or t.is_large_binary(kind):
        with contextlib.suppress(pa.ArrowInvalid):  # they may be texts
            return column.cast(pa.large_string())
    known = (t.is_null, t.is_boolean, t.is_date, t.is_timestamp, t.is_integer, t.is_floating)
    if any(test(kind) for test in known) and not (t.is_boolean(kind) and column.null_count):
        return column
    if t.is_string(kind) or t.is_large_string(kind):
        return column
    return pa.chunked_array([pa.array(map(as_text_cell, column.to_pylist()), pa.large_string())])


def as_text_cell(value: object) -> str | None:
    """What stands in a cell of text for a value of any kind."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, float):
        return None if value != value else word(value)
    return str(value)


def read_json_table(data: bytes, *, encoding: str = "utf-8") -> Any:
    """Read a JSON array of objects, or JSON lines, as a DataFrame of the kinds that are named above.

    What is neither a number nor a text (a list, an object) stays in the cell as JSON. Of one object
    alone see `json_rows`.

    Raises
    ------
    UserError : a line that is not JSON, named by its number; no objects; too many cells.
    """
    records = json_rows(data.decode(encoding, "replace"))
    names = list(dict.fromkeys(name for record in records for name in record))
    check_size(len(records), len(names))
    if not names:
        raise no_cells()
    unique = unique_names(names, len(names))
    columns = {
        new: column_of([record.get(name) for record in records])
        for name, new in zip(names, unique, strict=True)
    }
    return data_frame(columns)


def read_workbook(
    data: bytes,
    *,
    sheet: str = "",
    header: bool = True,
    skip: int = -1,
    missing: tuple[str, ...] = MISSING,
) -> Any:
    """Read a sheet of a workbook (XLSX, XLS, XLSB, ODS) as a DataFrame.

    Rows and columns without any cell before the table are left out, and errors (#DIV/0!) are missing.

    Parameters
    ----------
    data : bytes, the file.
    sheet : str, the name of the sheet; "" for the first one that has cells.
    header : bool, whether the first row names the columns.
    skip : int, rows above the table that are left out; -1 for those that look like titles
        (see `titles`).
    missing : tuple of str, what stands for a missing value.

    Raises
    ------
    UserError : damaged, no cells, too many of them or too many columns.
    """
    try:
        page = open_sheet(data, sheet)
        if page is None:
            raise no_cells()
        check_size(page.height, page.width)
        rows = page.to_python()
    except UserError:
        raise
    except Exception as problem:  # a damaged archive raises nearly anything
        raise damaged() from problem
    if skip < 0:
        first = [[word(cell) for cell in row] for row in rows[:LAYOUT_ROWS]]
        skip = titles(first) if header else 0
    rows = rows[skip:]
    heads = [word(cell) for cell in rows[0]] if header and rows else []
    unique = unique_names(heads, page.width)
    body = rows[1:] if header else rows
    words = {*missing, *ERRORS}
    columns = ([cell_value(row[n], words) for row in body] for n in range(page.width))
    return data_frame(dict(zip(unique, map(column_of, columns), strict=True)))


def cell_value(cell: Any, missing: set[str]) -> Any:
    """A cell of a workbook as a plain value or a date; None for what stands for a missing value."""
    import datetime

    if isinstance(cell, str):
        hours = re.fullmatch(r"PT(\d+)H(\d\d)M(\d\d)S", cell)  # of more than a day, in ODS
        return ":".join(hours.groups()) if hours else None if cell in missing else cell
    if isinstance(cell, datetime.timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return cell


def word(cell: Any) -> str:
    """The text of a cell of a workbook, which knows only floating-point numbers: 3.0 is shown as 3."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell)


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
        whole = all(cell is None or float(cell).is_integer() for cell in values)
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


def check_size(rows: int, columns: int) -> None:
    """Refuse what does not fit into memory.

    Raises
    ------
    UserError : more than `MAX_COLUMNS` columns or `MAX_CELLS` cells.
    """
    if columns > MAX_COLUMNS:
        raise too_many(columns)
    if rows * columns > MAX_CELLS:
        raise UserError(
            N_(
                "This table has {rows} rows and {columns} columns; up to {most} cells are read. "
                "Save the part that you need."
            ),
            rows=f"{rows:,}",
            columns=f"{columns:,}",
            most=f"{MAX_CELLS:,}",
        )


def too_many(columns: int) -> UserError:
    """There are more columns than are read."""
    return UserError(
        N_(
            "This table has {columns} columns; up to {most} are read. Save those that you need, or "
            "choose another separator."
        ),
        columns=f"{columns:,}",
        most=f"{MAX_COLUMNS:,}",
    )


def never_closed() -> UserError:
    """A quotation mark opens a cell that never ends."""
    return UserError(
        N_(
            "A quotation mark opens a cell in this table and never closes it. Read it without "
            "quotation marks, or mend the file."
        )
    )
