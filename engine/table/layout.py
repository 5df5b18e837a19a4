"""How a text lays out a table: what separates and quotes cells, marks decimals and names columns.

Everything is detected from the beginning of the text, and every part can be chosen otherwise.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator

# The part of a text that decides whether it is a table.
TABLE_SAMPLE = 65_536
# The beginning of a text from which its layout is detected.
LAYOUT_SAMPLE = 262_144
# Rows of it that are looked at.
LAYOUT_ROWS = 1000
# A number with a decimal point, one with a decimal comma, one whose thousands are set apart.
POINT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?")
COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?%?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([ ,.'\u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")


# The first line by which Excel is told what separates the cells; it shows the line to nobody.
SEPARATOR_LINE = re.compile(r'"?sep=([\t;|,])"?\r?\n', re.IGNORECASE)


# Remarks before the table, as programs for measurements write them.
REMARKS = re.compile(r"(?:#[^\n]*\n)+")


def table_body(text: str) -> str:
    """The text of a table without what may lead it: a line `sep=;`, or remarks behind `#`.

    The last of the remarks stays if it has as many cells as the line after it: it names them.
    """
    if SEPARATOR_LINE.match(text):
        return SEPARATOR_LINE.sub("", text, count=1)
    remarks = REMARKS.match(text)
    if not remarks:
        return text
    start = remarks.end()
    last = text.rfind("\n", 0, start - 1) + 1
    end = text.find("\n", start)
    following = text[start : end if end >= 0 else None]
    named = all(text.count(sign, last, start) == following.count(sign) for sign in "\t;|,")
    return text[last:] if named else text[start:]


def blank_before_quote(body: str, separator: str) -> bool:
    """Whether cells are written like `a, "b, c"`, so that the blank does not belong to the cell."""
    return f'{separator} "' in body[:TABLE_SAMPLE] and separator != "\t"


def find_separator(text: str) -> str:
    """Decide whether a text is a table, and what separates its cells.

    Parameters
    ----------
    text : str, the text or its beginning.

    Returns
    -------
    str: a tab, ";", "|" or ",", a line feed for one number in each line, "" if this is no table.

    Notes
    -----
    A separator counts if (nearly) every line has the same number of cells, at least two, in at
    least two lines. Prose has commas too: so a column of numbers is asked for, or at least three
    lines of short cells with hardly a blank after the separator and no full stops at the end.
    A first line `sep=;`, as it is written for Excel, decides. Lines behind `#` before the table are
    remarks.
    """
    named = SEPARATOR_LINE.match(text)
    if named and text[named.end() : TABLE_SAMPLE].strip():
        return named[1]
    text = table_body(text)
    sample = text[:TABLE_SAMPLE]
    if len(text) > TABLE_SAMPLE:  # the last line may be cut
        sample = sample[: sample.rfind("\n") + 1]
    lines = [line for line in sample.splitlines() if line.strip()]
    if len(lines) < 2:
        return ""
    for separator in "\t;|,":
        if separator not in lines[0]:
            continue
        try:
            quoted = blank_before_quote(sample, separator)
            lines_in = io.StringIO(sample, newline="")
            reader = csv.reader(lines_in, delimiter=separator, skipinitialspace=quoted)
            rows = [row for row in itertools.islice(reader, 1000) if row]
        except csv.Error:
            continue
        width = len(rows[0]) if rows else 0
        # One row in fifty may be a remark or have lost a cell; a short table has no such rows.
        whole = [row for row in rows if len(row) == width]
        if width < 2 or len(rows) < 2 or len(rows) - len(whole) > len(rows) // 50:
            continue
        rows = whole
        columns = list(zip(*rows[1:], strict=True))
        if any(all_numbers(column) for column in columns):
            return separator
        cells = [cell for row in rows for cell in row]
        short = sum(len(cell) <= 40 for cell in cells) > 0.9 * len(cells)
        spaced = sum(cell.startswith(" ") for row in rows for cell in row[1:])
        stops = sum(row[-1].rstrip().endswith((".", "!", "?", ",", ";", ":")) for row in rows)
        bracket = lines[0].lstrip()[:1] in "{}[]<|"
        dense = spaced <= len(rows) * (width - 1) // 10 or separator == "\t"
        if quoted:  # speech in prose looks so, too, but begins with several words
            dense = not any(" " in cell.strip() for cell in rows[0])
        if len(rows) >= 3 and short and dense and stops <= len(rows) // 10 and not bracket:
            return separator
    alone = not re.search(r"[\t;|,]", lines[0])
    if alone and len(lines) >= 3 and all_numbers(tuple(lines[1:])):
        return "\n"
    return ""


def table_rows(text: str, separator: str) -> Iterator[list[str]]:
    """Cut a text table into rows of cells. Raises csv.Error on the way."""
    body = table_body(text)
    quoted = blank_before_quote(body, separator)
    lines = io.StringIO(body, newline="")
    return csv.reader(lines, delimiter=separator, skipinitialspace=quoted)


def all_numbers(column: tuple[str, ...]) -> bool:
    """Whether all cells that are not empty are numbers (decimal point or comma), and some are."""
    numbers = 0
    for cell in column:
        word = cell.strip().rstrip("%").replace(",", ".", 1)
        if not word:
            continue
        try:
            float(word)
        except ValueError:
            return False
        numbers += 1
    return 2 * numbers >= len(column) and numbers > 0


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
            sign = max(grouped, key=grouped.count)
            comma = sign == "." or (sign != "," and any("," in cell for cell in cells))
            groups[sign] += 1
            decimals["," if comma else "."] += 1
    thousands = groups.most_common(1)[0][0] if groups else ""
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
