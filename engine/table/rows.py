"""A text is cut into rows and cells, once it is known what separates, quotes and escapes them."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any

# The part of a text that decides whether it is a table.
TABLE_SAMPLE = 65_536
# The beginning of a text from which its layout is detected.
LAYOUT_SAMPLE = 262_144
# Rows of it that are looked at.
LAYOUT_ROWS = 1000
# Characters of a cell at most.
LONGEST = 2**24
# What stands for a separator where cells stand between bars and below lines, as in Markdown and as
# databases print tables.
DRAWN = "| |"
# A character of no text (the unit separator of ASCII), where one is needed that separates nothing.
NO_CHARACTER = "\x1f"
# The first line by which Excel is told what separates the cells; it shows the line to nobody.
SEPARATOR_LINE = re.compile(r'"?sep=([\t;|,])"?\r?\n', re.IGNORECASE)
# What is left of a line, and what ends it.
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")
# Remarks before the table, as programs for measurements write them.
REMARKS = re.compile(r"(?:#[^\r\n]*(?:\r\n|\r|\n))+")
# A number in a remark, and one that may name a column all the same.
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?%?")
YEAR = re.compile(r"1[5-9][0-9]{2}|20[0-9]{2}")
# The signs of which lines between rows are drawn.
RULED = set("|+:=-")
BAR = re.compile(r"(?<!\\)\|")


def table_body(text: str, skip: int = 0) -> str:
    """The text of a table without what may lead it: a line `sep=;`, or remarks behind `#`.

    The last of the remarks stays, without its `#`, if it names the cells of the line after it (see
    `remark_names`). If most lines begin with `#`, and all of these have as many cells, they are no
    remarks.
    Without so many lines after that, too (`skip`), and without what is no text: characters of the
    code 0, and the sign that ended files in old systems.
    """
    if skip > 0:
        lines = re.compile(rf"(?:[^\r\n]*(?:\r\n|\r|\n)){{{min(skip, LAYOUT_ROWS)}}}")
        body = table_body(text)
        above = lines.match(body)
        return body[above.end() :] if above else ""
    text = text.replace("\0", "").removesuffix("\x1a")
    if SEPARATOR_LINE.match(text):
        return SEPARATOR_LINE.sub("", text, count=1)
    remarks = REMARKS.match(text)
    if not remarks or are_rows(text[:TABLE_SAMPLE], remarks[0][: TABLE_SAMPLE + 1]):
        return text
    start = remarks.end()
    end = len(remarks[0].rstrip("\r\n"))
    last = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
    names = remark_names(text[last:start], LINE.match(text, start)[0])  # type: ignore[index]
    return text[start - len(names) :]


def remark_names(remark: str, following: str) -> str:
    """The names of columns in a remark, "" if it has none: as many cells as the line after it has.

    No cell is a number, years aside: a row that is commented out names nothing. The first name may be
    empty, so that tabs behind the `#` are left out only if there are too many cells otherwise.
    """
    for blanks in ("# ", "# \t"):
        names = remark.lstrip(blanks)
        counts = [(names.count(sign), following.count(sign)) for sign in "\t;|,"]
        separator = next((sign for sign in "\t;|," if sign in names), None)
        cells = [cell.strip(" \t\r\n\"'") for cell in names.split(separator)]
        fits = all(first == second for first, second in counts)
        if not separator:
            fits &= len(cells) == len(following.split())
        if fits and names.strip():
            numbers = any(NUMBER.fullmatch(cell) and not YEAR.fullmatch(cell) for cell in cells)
            return "" if numbers else names
    return ""


def are_rows(text: str, remarks: str) -> bool:
    """Whether lines behind `#` are rows: most of a text, with as many separators in each of them.

    Parameters
    ----------
    text : str, at most `TABLE_SAMPLE` characters, of which the last line may be cut.
    remarks : str, the lines behind `#` before any other; of more than the text, one more character.
    """
    lines = remarks.splitlines()
    if len(remarks) > TABLE_SAMPLE and len(lines) > 1:
        lines = lines[:-1]  # it may be cut
    counts = {tuple(line.count(sign) for sign in "\t;|,") for line in lines}
    ends = max(text.count("\n"), text.count("\r"))
    often = 2 * len(re.findall(r"(?:\A|[\r\n])#", text)) > ends > 4
    return often and len(counts) == 1 and any(counts.pop())


def blank_before_quote(body: str, separator: str) -> bool:
    """Whether blanks before a cell do not belong to it: in `a, "b, c"`, and where blanks separate."""
    if separator == DRAWN:
        return False
    return separator == " " or (f'{separator} "' in body[:TABLE_SAMPLE] and separator != "\t")


def reader_of(
    body: str, *, separator: str, quote: str, escape: str = "", spaced: bool | None = None
) -> Any:
    """Python's own reader of rows for a text whose beginning has been taken off."""
    if separator == DRAWN:
        body, separator, quote, escape = undrawn(body), NO_CHARACTER, "", ""
    if spaced is None:
        spaced = blank_before_quote(body, separator)
    if separator == " ":  # blanks at the end of a line separate nothing
        body = re.sub(r"(?<! ) +(?=[\r\n]|\Z)", "", body)
    if escape:  # databases write \N for a missing value; it is no escaped N
        edge = rf"[\r\n{re.escape(separator)}]"
        missing = rf"(^|(?<={edge})){re.escape(escape)}(?=N({edge}|\Z))"
        body = re.sub(missing, lambda _found: 2 * escape, body)
    return rows_in(io.StringIO(body, newline=""), separator, quote, escape, spaced)


def rows_in(
    lines: Iterable[str], separator: str, quote: str, escape: str = "", spaced: bool = False
) -> Any:
    """Python's own reader of rows for lines with their ends."""
    csv.field_size_limit(LONGEST)
    return csv.reader(
        lines,
        delimiter=separator or NO_CHARACTER,
        skipinitialspace=spaced,
        escapechar=escape or None,
        **quoting(quote),  # type: ignore[arg-type]
    )


def quoting(quote: str) -> dict[str, object]:
    """Arguments for `csv.reader`: the sign that quotes cells, "" for none."""
    return {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE, "quotechar": None}


def without_comments(body: str, *, comment: str, separator: str, quote: str, escape: str) -> str:
    """A text without the lines that begin so, but for those that begin within a cell."""
    marked = re.compile(rf"(?:\A|(?<=[\r\n])){re.escape(comment)}{LINE.pattern}")
    within = any(sign and sign in body for sign in (quote, escape)) and separator != DRAWN
    if not within or not marked.search(body):  # no cell goes on in another line
        return marked.sub("", body)
    kept: list[str] = []
    between = True  # no row has begun

    def lines() -> Iterator[str]:
        nonlocal between
        for line in io.StringIO(body, newline=""):
            if not between or not line.startswith(comment):
                between = False
                kept.append(line)
                yield line

    for _row in rows_in(lines(), separator, quote, escape, blank_before_quote(body, separator)):
        between = True
    return "".join(kept)


def first_rows(text: str, *, separator: str, quote: str = '"', escape: str = "") -> list[list[str]]:
    """The first rows of a text table as lists of cells, empty lines left out."""
    body = table_body(text[:LAYOUT_SAMPLE])
    if len(text) >= LAYOUT_SAMPLE:  # the last line may be cut
        body = body[: body.rfind("\n") + 1] or body
    found: list[list[str]] = []
    try:
        rows = filter(None, reader_of(body, separator=separator, quote=quote, escape=escape))
        for row in itertools.islice(rows, LAYOUT_ROWS):
            found.append(row)
    except csv.Error:  # a cell that never ends
        pass
    return found


def undrawn(body: str) -> str:
    """A drawn table as lines of cells with `NO_CHARACTER` between them.

    Bars at both ends of a line are part of the drawing, as are lines of dashes; those with bars between
    the dashes are rows, too, once the names have such a line below them. Lines without a bar are no rows
    before and after the table (a title, "2 rows"), and cells of their own within it. What is no row
    becomes an empty line, so that lines keep their numbers.
    """
    bare = [line.strip() for line in body.splitlines()]
    lines, rows, ruled, edges = [], 0, False, has_edges(body)
    last = max((n for n, line in enumerate(bare) if "|" in line), default=-1)
    for n, line in enumerate(bare):
        barred = "|" in line
        rule = is_short_rule(line)
        if barred and (ruled or rows != 1):
            rule = is_rule(line) and (not ruled or "+" in line)
        ruled |= rule and rows > 0
        inside = barred or (rows > 0 and n < last)
        cells = drawn_cells(line, edges) if inside and line and not rule else []
        rows += bool(cells)
        lines.append(NO_CHARACTER.join(cells))
    return "\n".join(lines) + "\n"


def is_rule(line: str) -> bool:
    """Whether a line is drawn between rows: of dashes, bars and crosses, with three dashes in a row."""
    return ("---" in line or "===" in line) and is_short_rule(line)


def is_short_rule(line: str) -> bool:
    """Whether a line may be drawn below the names, where a single dash is enough."""
    return ("-" in line or "=" in line) and set("".join(line.split())) <= RULED


def has_edges(body: str) -> bool:
    """Whether a drawn table has bars at both ends of its lines, as its first line with bars has."""
    return next((line.strip()[0] for line in body.splitlines() if "|" in line), "") == "|"


def drawn_cells(line: str, edges: bool) -> list[str]:
    r"""The cells of a line between bars; `\|` is a bar within a cell."""
    inner = re.sub(r"^\||(?<!\\)\|$", "", line) if edges else line
    return [cell.strip().replace("\\|", "|") for cell in BAR.split(inner)]


def is_drawn(text: str) -> bool:
    """Whether a text is a drawn table: a line below the names, and as many cells in all others.

    Lines after the table without any bar ("2 rows") do not count.
    """
    lines = [line.strip() for line in table_body(text)[:TABLE_SAMPLE].splitlines()]
    lines = [line for line in lines if line]
    if len(text) > TABLE_SAMPLE:
        lines = lines[:-1]  # it may be cut
    below = next((n for n, line in enumerate(lines[:3]) if n and is_short_rule(line)), 0)
    barred = [line for line in lines if "|" in line and not is_rule(line)]
    if not below or len(barred) < 2 or not re.search(r"[|+]|^-+$", lines[below]):
        return False
    edges = has_edges("\n".join(lines))
    widths = {len(drawn_cells(line, edges)) for line in barred if not is_short_rule(line)}
    others = sum("|" not in line and not is_rule(line) for line in lines)
    return len(widths) == 1 and min(widths) > 1 and "|" in lines[0] + lines[1] and others <= 1


def first_lines(data: bytes, *, encoding: str, quote: str = '"', lines: int = 5000) -> bytes:
    """The beginning of a text table: so many lines, fewer if they end inside of a quoted cell.

    Not more than half of `LONGEST` bytes are looked at.

    Parameters
    ----------
    data : bytes, the file.
    encoding : str, a codec of Python.
    quote : str, the sign around cells, "" for none.
    lines : int >= 1.
    """
    part = data[: LONGEST // 2]
    if len(part) == len(data) and data.count(b"\n") <= lines:
        return data
    kept = part.decode(encoding, "ignore").splitlines(keepends=True)
    kept = kept[:lines] if len(kept) > lines else kept[:-1] or kept
    quotes = sum(line.count(quote) for line in kept) if quote else 0
    while len(kept) > 1 and quotes % 2:
        quotes -= kept.pop().count(quote)
    return "".join(kept).encode(encoding, "ignore")
