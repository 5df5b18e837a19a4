"""From a text of cells and separators (CSV, TSV and their like) to columns."""

from __future__ import annotations

import csv
import io
import itertools
import re
from typing import Any

from engine.table.frame import MISSING, data_frame
from engine.table.kinds import MINUS, convert, is_final
from engine.table.layout import filled_width, unique_names
from engine.table.refused import check_size, never_closed, no_cells, not_cut, too_long
from engine.table.rows import (
    DRAWN,
    LAYOUT_ROWS,
    LAYOUT_SAMPLE,
    NO_CHARACTER,
    blank_before_quote,
    reader_of,
    table_body,
    without_comments,
)

# How a cell of either kind may begin, and one like 0x1F, which Arrow would read as a number.
NAME_OF_DIGITS = rb"(?:0[0-9xX][0-9a-fA-F]|\+[0-9]{7})"
# Bytes at both ends of a long table that are searched for them.
ENDS = 2**22
# A line that is no table's, by which it is seen whether the cell before it has ended (ASCII's end of
# transmission).
LAST = "\x04"
# Cells of nothing but blanks are as missing as empty ones; cells of more than these stay texts.
BLANKS = tuple(" " * count for count in range(1, 41))
# Bytes that Arrow's reader looks at at a time; no row is longer.
BLOCK = 2**24


def read_text_table(
    data: bytes,
    *,
    encoding: str = "utf-8",
    separator: str = ",",
    quote: str = '"',
    escape: str = "",
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
    separator : str, one character; "" if each line is one cell; `DRAWN` for bars and lines around cells.
    quote : str, the sign around cells that hold a separator or a line feed, "" for none.
    escape : str, the sign that takes away the meaning of the one after it, "" for none.
    decimal, thousands : str, the decimal sign, and what stands between groups of three digits.
    header : bool, whether the first row names the columns.
    comment : str, lines that begin so are left out; "" for none.
    skip : int, lines above the table that are left out.
    missing : tuple of str, what stands for a missing value.
    types : pairs (column, kind), of columns that are read as another kind than the detected one.
        Cells that are not of that kind are missing.

    Returns
    -------
    pandas.DataFrame, see `engine.table.frame`. Rows with fewer cells than the others are filled up
    with missing values, cells beyond the others' are left out.

    Raises
    ------
    UserError : no cells, too many of them or too many columns, a quotation mark that is never closed,
        or cells that cannot be cut.
    """
    signs = {"separator": separator, "quote": quote, "escape": escape}
    body = text_body(data, encoding=encoding, comment=comment, skip=skip, **signs)
    names, width = columns_of_text(body, header=header, **signs)
    check_size(body.count("\n"), width)
    if quote and separator != DRAWN and (escape or body.count(quote) % 2):
        check_quotes(body, **signs)
    lines = body.encode("utf-8", "replace")
    lines = data if lines == data else lines  # one copy of it is enough
    grouped = bool(thousands) or MINUS in body
    if is_beyond_arrow(body, separator, escape):
        lines = even_rows(body, width, **signs)
        separator, quote = NO_CHARACTER if separator in ("", DRAWN) else separator, '"'
        signs = {"separator": separator, "quote": quote, "escape": ""}
    del body
    words = (decimal, (*missing, *BLANKS) if "" in missing else missing)
    table, uneven = parse(lines, header, (), names, separator, quote, *words)
    if uneven:
        lines = even_rows(lines.decode(), width, **signs, spaced=False)
        separator, quote = separator or NO_CHARACTER, '"'
        table, uneven = parse(lines, header, (), names, separator, quote, *words)
        if uneven:
            raise not_cut(csv.Error("row {} has {} cells".format(*uneven[0])))
    chosen = dict(types)
    padded = has_padded(lines, separator=separator, quote=quote)
    columns = dict(zip(names, table.columns, strict=True))
    del table  # each column goes as soon as pandas has it
    again = tuple(
        name for name in names if name in chosen or not is_final(columns[name], grouped, padded)
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
    blanks = b" \t".replace(separator.encode() or b"\n", b"")
    begun = b"[" + blanks + b"]*" + NAME_OF_DIGITS
    signs = [re.escape(sign.encode()) for sign in (separator, quote, "\n", "\r") if sign]
    return bool(re.match(begun, ends)) or any(re.search(sign + begun, ends) for sign in signs)


def text_body(data: bytes, *, encoding: str, comment: str = "", skip: int = 0, **signs: str) -> str:
    """The text of a table: without what may lead it, and without lines that are comments.

    Parameters
    ----------
    data, encoding, comment, skip, and in `signs` separator, quote and escape : as `read_text_table`.

    Raises
    ------
    UserError : nothing is left.
    """
    body = table_body(data.decode(encoding, "replace").removeprefix("\ufeff"), skip)
    if comment:
        try:
            body = without_comments(body, comment=comment, **signs)
        except csv.Error as problem:
            raise not_cut(problem) from problem
    body = body.lstrip("\r\n")  # Arrow's reader would take the first line for the names
    if not body.strip():
        raise no_cells()
    return (
        body if re.search(r"[\r\n]", body) else f"{body}\n"
    )  # Arrow's reader wants an end of a line


def is_beyond_arrow(body: str, separator: str, escape: str) -> bool:
    """Whether Arrow's reader cannot cut a text so: drawn tables, escapes, blanks before cells."""
    return separator == DRAWN or bool(escape) or blank_before_quote(body, separator)


def rows_of(body: str, **signs: Any) -> Any:
    """Cut a text into rows of cells by Python's own reader; empty lines are left out."""
    return filter(None, reader_of(body, **signs))


def columns_of_text(
    body: str, *, separator: str, quote: str, header: bool, escape: str = ""
) -> tuple[list[str], int]:
    """The names of the columns, and how many there are: as many as most rows have cells, or more names.

    Programs for statistics (R) write no name above the names of the rows: if all rows have one cell
    more than there are names, and a text or number in the last one, the first column is it.
    """
    rows: list[list[str]] = []
    try:
        beginning = body[:LAYOUT_SAMPLE]
        found = rows_of(beginning, separator=separator, quote=quote, escape=escape)
        rows.extend(itertools.islice(found, LAYOUT_ROWS))
    except csv.Error as problem:
        if not rows:
            raise not_cut(problem) from problem
    if not rows:
        raise no_cells()
    if len(body) > LAYOUT_SAMPLE and len(rows) > 2:
        rows.pop()  # it may be cut
    widths = [len(row) for row in rows[1 if header and len(rows) > 1 else 0 :]]
    heads = rows[0] if header else []
    width = max(widths, key=lambda one: (widths.count(one), one == len(heads), one))
    heads = heads[: max(width, filled_width(heads))]  # the line of names may end with separators
    width = max(width, len(heads))
    check_size(0, width)
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
    UserError : a cell that never ends, or a row longer than `BLOCK`.
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
        quoted = quote and quote.encode() in lines
        raise (never_closed() if quoted else too_long(BLOCK)) from problem
    return table, uneven


def even_rows(body: str, width: int, *, separator: str, **signs: Any) -> bytes:
    """The same table, each of whose rows has `width` cells, quoted where they must be."""
    lines = io.StringIO(newline="")
    between = NO_CHARACTER if separator in ("", DRAWN) else separator
    # Cells that hold a part of the end of a line are quoted.
    writer = csv.writer(lines, delimiter=between, lineterminator="\r\n")
    try:
        for row in rows_of(body, separator=separator, **signs):
            writer.writerow((row + [""] * (width - len(row)))[:width])
    except csv.Error as problem:
        raise not_cut(problem) from problem
    return lines.getvalue().encode("utf-8", "replace")


def check_quotes(body: str, *, separator: str, quote: str, escape: str) -> None:
    """Refuse a text in which a cell is opened by a quotation mark and never closed.

    A line that is put behind the text is a row of its own, unless such a cell swallows it.
    """
    last: list[str] = []
    try:
        closed = f"{body}\n{LAST}\n"
        for row in rows_of(closed, separator=separator, quote=quote, escape=escape):
            last = row
    except csv.Error as problem:
        raise not_cut(problem) from problem
    if last != [LAST]:
        raise never_closed()


def uneven_rows(
    data: bytes,
    *,
    encoding: str = "utf-8",
    separator: str = ",",
    quote: str = '"',
    escape: str = "",
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
    signs = {"separator": separator, "quote": quote, "escape": escape}
    body = text_body(data, encoding=encoding, comment=comment, skip=skip, **signs)
    _names, width = columns_of_text(body, header=header, **signs)
    columns = [str(number) for number in range(width)]
    lines = body.encode("utf-8", "replace")
    if is_beyond_arrow(body, separator, escape):
        rows = rows_of(body, **signs)
        uneven = [(n, len(row)) for n, row in enumerate(rows, 1) if len(row) != width]
    else:
        uneven = parse(lines, False, columns[:1], columns, separator, quote, ".", ())[1]
    short = sum(cells < width for _row, cells in uneven)
    return short, len(uneven) - short, tuple(row for row, _cells in uneven[:10])
