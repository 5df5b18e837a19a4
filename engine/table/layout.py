"""How a text lays out a table: what separates and quotes cells, marks decimals and names columns.

Everything is detected from the beginning of the text, and every part can be chosen otherwise.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter

from engine.table.preview import blank_before_quote, find_separator, table_body

# The beginning of a text from which its layout is detected.
LAYOUT_SAMPLE = 262_144
# Rows of it that are looked at.
LAYOUT_ROWS = 1000
# A number with a decimal point, one with a decimal comma, one whose thousands are set apart.
POINT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?")
COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?%?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([ ,.'\u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")


def layout(text: str) -> tuple[str, str, str, str, bool]:
    """Detect how a text lays out a table.

    Parameters
    ----------
    text : str, the text or its beginning.

    Returns
    -------
    (separator, quote, decimal, thousands, header)
        separator : "," or ";", a tab, "|", or "" if each line is one cell (see `find_separator`).
        quote : the sign around cells that hold a separator: '"'.
        decimal : "." or ",".
        thousands : the sign between groups of three digits, "" for none.
        header : bool, whether the first row names the columns.
    """
    sample = text[:LAYOUT_SAMPLE]
    separator = find_separator(sample).strip("\n")
    rows = first_rows(sample, separator=separator)
    decimal, thousands = number_signs(rows[1:])
    return separator, '"', decimal, thousands, has_header(rows, decimal)


def first_rows(text: str, *, separator: str, quote: str = '"') -> list[list[str]]:
    """The first rows of a text table as lists of cells, empty lines left out."""
    body = table_body(text[:LAYOUT_SAMPLE])
    if len(text) > LAYOUT_SAMPLE:  # the last line may be cut
        body = body[: body.rfind("\n") + 1] or body
    rows = csv.reader(
        io.StringIO(body, newline=""),
        delimiter=separator or "\0",
        skipinitialspace=blank_before_quote(body, separator),
        **quoting(quote),  # type: ignore[arg-type]
    )
    found: list[list[str]] = []
    try:
        for row in itertools.islice(filter(None, rows), LAYOUT_ROWS):
            found.append(row)
    except csv.Error:  # a cell that never ends
        pass
    return found


def quoting(quote: str) -> dict[str, object]:
    """Arguments for `csv.reader` and `csv.writer`: the sign that quotes cells, "" for none."""
    return {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE, "quotechar": None}


def number_signs(rows: list[list[str]]) -> tuple[str, str]:
    """The decimal sign and the sign between thousands, as most columns of numbers have them.

    "1,234" and "1.234" can be either; they are taken for a decimal comma and a decimal point
    unless the column also holds something like "1,234.5" or "1.234.567".
    """
    decimals: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    for column in itertools.zip_longest(*rows, fillvalue=""):
        cells = [cell.strip() for cell in column if cell.strip()]
        grouped = [match[1] for cell in cells if (match := GROUPED.fullmatch(cell))]
        if all(POINT.fullmatch(cell) for cell in cells):
            decimals["."] += any("." in cell for cell in cells)
        elif all(COMMA.fullmatch(cell) or POINT.fullmatch(cell) for cell in cells):
            decimals[","] += 1
        elif grouped and all(
            any(form.fullmatch(cell) for form in (POINT, COMMA, GROUPED)) for cell in cells
        ):
            groups[max(grouped, key=grouped.count)] += 1
    thousands = groups.most_common(1)[0][0] if groups else ""
    decimals["," if thousands == "." else "."] += groups.total() if thousands in ",." else 0
    decimal = "," if decimals[","] > decimals["."] else "."
    return decimal, "" if thousands == decimal else thousands


def has_header(rows: list[list[str]], decimal: str = ".") -> bool:
    """Whether the first row names the columns: not if it has numbers where numbers stand below."""
    if len(rows) < 2:
        return bool(rows) and not all(is_number(cell, decimal) for cell in rows[0])
    below = list(itertools.zip_longest(*rows[1:50], fillvalue=""))
    pairs = [
        name
        for name, column in zip(rows[0], below, strict=False)
        if any(map(str.strip, column))
        and all(is_number(cell, decimal) for cell in column if cell.strip())
    ]
    if not pairs:
        return True
    numbers = [name for name in pairs if is_number(name, decimal)]
    years = [int(name) for name in numbers if re.fullmatch(r"1[5-9]\d\d|20\d\d", name.strip())]
    in_order = len(years) > 1 and years == sorted(set(years))
    return len(numbers) < len(pairs) or (in_order and len(years) == len(numbers))


def is_number(cell: str, decimal: str) -> bool:
    """Whether a cell is a number."""
    cell = cell.strip()
    return bool((COMMA if decimal == "," else POINT).fullmatch(cell) or POINT.fullmatch(cell))


def unique_names(names: list[str], width: int) -> list[str]:
    """Names for `width` columns: empty ones get a number, equal ones a number behind them.

    As in pandas: a, a, a become a, a.1, a.2.
    """
    wanted = [name.strip() for name in names[:width]] + [""] * (width - len(names))
    wanted = [name or f"column {number}" for number, name in enumerate(wanted, 1)]
    taken: set[str] = set(wanted)
    found: list[str] = []
    for name in wanted:
        new, count = name, 0
        while new in found or (count and new in taken):
            count += 1
            new = f"{name}.{count}"
        found.append(new)
    return found


def text_layout(data: bytes, *, encoding: str) -> tuple[str, str, str, str, bool]:
    """The `layout` of a file that holds a table as text.

    Parameters
    ----------
    data : bytes, the file.
    encoding : str, a codec of Python.
    """
    return layout(data[: 4 * LAYOUT_SAMPLE].decode(encoding, "replace").removeprefix("\ufeff"))
