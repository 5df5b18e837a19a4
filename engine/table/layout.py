"""How a text lays out a table: what separates and quotes cells, marks decimals and names columns.

Everything is detected from the beginning of the text, and every part can be chosen otherwise.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter

from engine.table.rows import (
    DRAWN,
    LAYOUT_SAMPLE,
    SEPARATOR_LINE,
    TABLE_SAMPLE,
    YEAR,
    blank_before_quote,
    first_rows,
    is_drawn,
    reader_of,
    table_body,
)

# Numbers that may be names, if nothing but numbers stands in the rows.
FEWEST_NAMES = 5
# Rows that may stand above a table.
MOST_TITLES = 30
# A number with a decimal point, one with a decimal comma, one whose thousands are set apart.
POINT = re.compile(r"[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?%?")
COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?%?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([ ,.'\u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
# A date, with a time behind it or not, or a time of day.
MOMENT = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))([T ]\d{1,2}:\d{2}.{0,20})?"
    r"|\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
)
WHOLE = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)")


def find_separator(text: str) -> str:
    """Decide whether a text is a table, and what separates its cells.

    Parameters
    ----------
    text : str, the text or its beginning.

    Returns
    -------
    str: a tab, ";", "|" or ",", a blank between columns of numbers, a line feed for one number in each
    line, `DRAWN` for a table with bars and lines, "" if this is no table.

    Notes
    -----
    A separator counts if (nearly) every line has the same number of cells, at least two, in at
    least two lines. Prose has commas too: so a column of numbers is asked for, or at least three
    lines of short cells with hardly a blank after the separator and no full stops at the end.
    A first line `sep=;`, as it is written for Excel, decides. Lines that begin with `#` before the
    table are remarks.
    """
    named = SEPARATOR_LINE.match(text)
    if named and text[named.end() : TABLE_SAMPLE].strip():
        return named[1]
    if is_drawn(text):
        return DRAWN
    text = table_body(text)
    sample = text[:TABLE_SAMPLE]
    if len(text) > TABLE_SAMPLE:  # the last line may be cut
        sample = sample[: sample.rfind("\n") + 1]
    lines = [line for line in sample.splitlines() if line.strip()]
    if len(lines) < 2:
        return ""
    for separator in "\t;|,":
        if sample.count(separator) < len(lines) // 2:
            continue
        quoted = blank_before_quote(sample, separator)
        escape = likely_escape(sample, separator, '"')
        rows = first_rows(sample, separator=separator, escape=escape)
        above = titles(rows)
        rows = without_empty_ends(rows[above:])
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
            if not above:  # lines above it and no numbers in it: rather a text
                return separator
    alone = not re.search(r"[\t;|,]", lines[0])
    if alone and len(lines) >= 3 and all_numbers(tuple(lines[1:])):
        return "\n"
    return " " if alone and numbers_apart(sample) else ""


def numbers_apart(sample: str) -> bool:
    """Whether each line holds as many numbers, at least two, with blanks between them."""
    rows = [row for row in first_rows(sample, separator=" ", quote="") if any(row)]
    rows = [[cell for cell in row if cell] for row in rows]
    if len(rows) < 3 or len(rows[0]) < 2 or len({len(row) for row in rows}) > 1:
        return False
    return all(all_numbers((cell,)) for row in rows[1:] for cell in row)


def likely_separator(text: str) -> str:
    """What most likely separates the cells of a text that is known to be a table; "" for nothing.

    As `find_separator` if that finds one, otherwise the sign by which most lines have the same number
    of cells, of several the one that makes most cells; or else the sign that most lines have, without
    blanks behind it as in prose.
    """
    found = find_separator(text)
    if found:
        return found.strip("\n")
    for quote, escape in (('"', ""), ('"', "\\"), ("'", "")):
        best = even_separator(text, quote, escape)
        if best:
            return best
    lines = [line for line in table_body(text[:TABLE_SAMPLE]).splitlines() if line.strip()]
    counts = {sign: sum(sign in line for line in lines) for sign in "\t;|,"}
    best = max(counts, key=lambda sign: counts[sign])
    prose = 10 * sum(line.count(f"{best} ") for line in lines) > sum(
        line.count(best) for line in lines
    )
    often = bool(lines) and best in lines[0] and 2 * counts[best] > len(lines)
    return best if often and not prose else ""


def even_separator(text: str, quote: str, escape: str) -> str:
    """The sign by which most lines have the same number of cells, at least two; "" if there is none."""
    best, score = "", (0, 0)
    signs = "\t;|,^~ " if quote == '"' and not escape else "\t;|,"
    for separator in signs:
        rows = first_rows(text, separator=separator, quote=quote, escape=escape)
        rows = [row for row in rows if any(row)]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width, times = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        share = 0.5
        if (
            separator == " "
        ):  # blanks stand in any text: they must be between the cells of all lines
            times += len(rows[0]) == width - 1 > 1  # names of columns, but none for those of rows
            share = 0.9
        if (times, width) > score and times > share * len(rows):
            best, score = separator, (times, width)
    return best


def likely_quote(text: str, separator: str) -> str:
    """The sign around cells: a single one if it is around all cells of a column, else a double one."""
    rows = first_rows(text, separator=separator, quote="'")
    plain = first_rows(text, separator=separator, quote="")
    if any('"' in cell for row in plain for cell in row) or len({len(row) for row in rows}) != 1:
        return '"'
    columns = itertools.zip_longest(*plain[1:], fillvalue="")
    around = ([cell.strip() for cell in column if cell.strip()] for column in columns)
    if len(plain) == len(rows) and {len(row) for row in plain} == {len(row) for row in rows}:
        single = any(
            len(cells) > 1 and all(re.fullmatch("'.*'", cell) and len(cell) > 1 for cell in cells)
            for cells in around
        )
        return "'" if single else '"'
    return "'"


def likely_escape(text: str, separator: str, quote: str) -> str:
    r"""A backslash, if it takes away the meaning of the sign after it; "" if it is a sign like others.

    It is one if more rows have the same number of cells then, or as many, and a quotation mark behind a
    backslash neither ends its cell nor is doubled. In `"C:\"` it ends its cell.
    """
    sample = text[:LAYOUT_SAMPLE]
    signs = re.escape(quote + separator)
    if separator == DRAWN or not signs or not re.search(rf"\\[{signs}]", sample):
        return ""
    even = []
    for escape in ("", "\\"):
        rows = first_rows(sample, separator=separator, quote=quote, escape=escape)
        widths = Counter(map(len, rows))
        even.append(max(widths.values(), default=0) / max(len(rows), 1))
    inside = quote and re.search(rf"{quote}[^{quote}\r\n]*\\{quote}[^{signs}\r\n]", sample)
    return "\\" if even[1] > even[0] or (even[1] == even[0] and inside) else ""


def titles(rows: list[list[str]]) -> int:
    """How many of the first rows stand above the table: titles, sources, dates, empty lines.

    They have another number of cells than most rows, or all but one of their cells are empty although
    the row after them has a name in nearly every cell.

    Parameters
    ----------
    rows : list of lists of str, the first rows, empty lines left out.
    """
    if not rows:
        return 0
    rows = without_empty_ends(rows)
    widths = Counter(map(len, rows))
    width = max(widths, key=lambda count: (widths[count], count))
    if width < 2 or widths[width] < 2 or 2 * widths[width] <= len(rows):
        return 0
    for number, row in enumerate(rows[:MOST_TITLES]):
        filled = sum(bool(cell.strip()) for cell in row)
        if len(row) > width and filled == len(row) and names_above(row, rows[number + 1 :]):
            return number
        following = {len(one) for one in rows[number + 1 : number + 9]}
        # Rows have a name in front that the first one has no name for.
        short = len(row) == width - 1 == filled and filled > 1 and following == {width}
        short &= names_above(row, rows[number + 1 :])
        if (len(row) == width or short) and filled > 1:
            names = sum(bool(cell.strip()) and not is_number(cell, ",") for cell in row)
            padded = any(len(above) == width for above in rows[:number])
            good = not padded or (filled >= width - 1 and 2 * names >= filled)
            return number if good else 0
        if len(row) == width and width == 2:
            return number
    return 0


def without_empty_ends(rows: list[list[str]]) -> list[list[str]]:
    """Rows without the empty cells at their ends that separators at the ends of lines make."""
    if not rows:
        return rows
    widths = Counter(map(len, rows))
    width = max(widths, key=lambda count: (widths[count], count))
    used = max(filled_width(row) for row in rows if len(row) == width)
    return [row[: max(used, filled_width(row))] for row in rows]


def filled_width(row: list[str]) -> int:
    """How many cells a row has without the empty ones at its end."""
    return max((n for n, cell in enumerate(row, 1) if cell.strip()), default=0)


def names_above(row: list[str], below: list[list[str]]) -> bool:
    """Whether a row of words stands directly above one with numbers."""
    numbers = any(is_number(cell, ",") for cell in (below[0] if below else []))
    return numbers and not any(is_number(cell, ",") for cell in row)


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


def layout(text: str) -> tuple[str, str, str, str, bool, int, str]:
    """Detect how a text lays out a table.

    Parameters
    ----------
    text : str, the text or its beginning.

    Returns
    -------
    (separator, quote, decimal, thousands, header, skip, escape)
        separator : "," or ";", a tab, "|", a blank, `DRAWN`, or "" if each line is one cell (see
            `likely_separator`).
        quote : the sign around cells that hold a separator: '"' or "'".
        decimal : "." or ",".
        thousands : the sign between groups of three digits, "" for none.
        header : bool, whether the first row names the columns.
        skip : int, lines above the table that do not belong to it (see `titles`).
        escape : a backslash if it takes away the meaning of the sign after it, else "".
    """
    sample = text[:LAYOUT_SAMPLE]
    separator = likely_separator(sample)
    quote = likely_quote(sample, separator)
    escape = likely_escape(sample, separator, quote)
    rows = first_rows(sample, separator=separator, quote=quote, escape=escape)
    above = titles(rows)
    decimal, thousands = number_signs(rows[above + 1 :], separator)
    skip = lines_above(sample, above, separator=separator, quote=quote, escape=escape)
    header = has_header(rows[above:], decimal)
    return separator, quote, decimal, thousands, header, skip, escape


def lines_above(text: str, rows: int, *, separator: str, quote: str, escape: str) -> int:
    """How many lines the first rows take, with the empty lines between and after them."""
    if not rows:
        return 0
    body = table_body(text[:LAYOUT_SAMPLE])
    reader = reader_of(body, separator=separator, quote=quote, escape=escape)
    before = 0
    for row in reader:
        if row and rows == 0:
            return before
        rows -= bool(row)
        before = reader.line_num
    return before


def number_signs(rows: list[list[str]], separator: str = "") -> tuple[str, str]:
    """The decimal sign and the sign between thousands, as most columns of numbers have them.

    "1,234" and "1.234" can be either; they are taken for a decimal comma and a decimal point
    unless the column also holds something like "1,234.5" or "1.234.567". Where commas separate cells,
    a column of nothing but "1,234" and whole numbers has its commas between thousands.
    """
    decimals: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    for column in itertools.zip_longest(*rows, fillvalue=""):
        cells = [cell.strip() for cell in column if cell.strip()]
        grouped = [match[1] for cell in cells if (match := GROUPED.fullmatch(cell))]
        whole = separator == "," and all(WHOLE.fullmatch(cell) for cell in cells)
        if whole and "," in grouped:
            groups[","] += 1
            decimals["."] += 1
        elif all(POINT.fullmatch(cell) for cell in cells):
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
    """Whether the first row names the columns.

    Not if it has numbers where numbers stand below, unless these are years or have equal steps between
    them, and not if it has a date or a time where dates or times stand below. Where all columns are
    of numbers, see `stand_out`, too.
    """
    if len(rows) < 2:
        return bool(rows) and not all(is_number(cell, decimal) for cell in rows[0])
    below = [
        [cell for cell in column if cell.strip()]
        for column in itertools.zip_longest(*rows[1:50], fillvalue="")
    ]
    pairs = [(name, column) for name, column in zip(rows[0], below, strict=False) if column]
    if any(is_moment(name) and all(map(is_moment, column)) for name, column in pairs):
        return False
    above = [name for name, column in pairs if all(is_number(cell, decimal) for cell in column)]
    numbers = [name for name in above if is_number(name, decimal)]
    if len(numbers) < len(above) or not above:
        return True
    if len(above) == len(pairs) and not stand_out(numbers, [column for _name, column in pairs]):
        return False
    return in_order(numbers, rows[1])


def stand_out(names: list[str], columns: list[list[str]]) -> bool:
    """Whether at least `FEWEST_NAMES` numbers rise, and each lies beyond those of its column."""
    first = [as_number(name) for name in names]
    rise = all(before < after for before, after in itertools.pairwise(first))
    beyond = all(
        not min(numbers) <= name <= max(numbers)
        for name, numbers in zip(first, ([*map(as_number, one)] for one in columns), strict=True)
    )
    return len(names) >= FEWEST_NAMES and rise and beyond


def in_order(names: list[str], row: list[str]) -> bool:
    """Whether numbers may be names: different years one after the other, or numbers with equal steps.

    `row` : the row below them, whose numbers must not be different years or have equal steps, too.
    """
    below = [cell for cell in row if is_number(cell, ",")]
    if are_years(names):
        return not are_years(below)
    return has_steps(names) and not has_steps(below)


def are_years(cells: list[str]) -> bool:
    """Whether at least two numbers are different years, one after the other."""
    years = [int(cell) for cell in cells if re.fullmatch(YEAR, cell.strip())]
    return len(years) == len(cells) > 1 and years == sorted(set(years))


def has_steps(cells: list[str]) -> bool:
    """Whether at least three numbers have the same step between them."""
    numbers = [as_number(cell) for cell in cells]
    steps = [after - before for before, after in itertools.pairwise(numbers)]
    close = 1e-6 * max(map(abs, numbers), default=0)
    return len(steps) > 1 and steps[0] != 0 and max(steps) - min(steps) <= close


def as_number(cell: str) -> float:
    """The number in a cell that has one, with a decimal point or a comma."""
    return float(cell.strip().rstrip("%").replace(",", "."))


def is_moment(cell: str) -> bool:
    """Whether a cell is a date or a time of day."""
    return bool(MOMENT.fullmatch(cell.strip()))


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


def text_layout(data: bytes, *, encoding: str) -> tuple[str, str, str, str, bool, int, str]:
    """The `layout` of a file that holds a table as text.

    Parameters
    ----------
    data : bytes, the file.
    encoding : str, a codec of Python.
    """
    return layout(data[: 4 * LAYOUT_SAMPLE].decode(encoding, "replace").removeprefix("\ufeff"))


def zero_characters(data: bytes, *, encoding: str) -> int:
    """How many characters of a text file have the code 0: damage that `table_body` leaves out.

    Parameters
    ----------
    data : bytes, the file.
    encoding : str, a codec of Python.
    """
    return data.decode(encoding, "replace").count("\0") if b"\0" in data else 0


def lines_before(data: bytes, *, encoding: str, skip: int = 0) -> tuple[str, tuple[str, ...]]:
    """What the beginning of a file says about its table: the separator it names, lines above the table.

    Parameters
    ----------
    data : bytes, the file.
    encoding : str, a codec of Python.
    skip : int, lines above the table.

    Returns
    -------
    (separator, lines) : the separator of a first line `sep=;`, or ""; the lines that are not empty.
    """
    text = data[: 4 * TABLE_SAMPLE].decode(encoding, "replace").removeprefix("\ufeff")
    named = SEPARATOR_LINE.match(text)
    lines = table_body(text).splitlines()[:skip]
    return named[1] if named else "", tuple(line for line in lines if line.strip(" ,;|\t"))
