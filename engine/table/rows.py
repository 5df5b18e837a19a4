"""A text is cut into rows and cells, once it is known what separates, quotes and escapes them."""

from __future__ import annotations

import csv
import io
import itertools
import re
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
# Remarks before the table, as programs for measurements write them.
REMARKS = re.compile(r"(?:#[^\n]*\n)+")
# A line that is drawn between rows, and one below the names, where a single dash is enough.
RULE = re.compile(r"[|+:=\-\s]*(?:---|===)[|+:=\-\s]*")
SHORT_RULE = re.compile(r"[|+:=\-\s]*[-=][|+:=\-\s]*")
BAR = re.compile(r"(?<!\\)\|")


def table_body(text: str, skip: int = 0) -> str:
    """The text of a table without what may lead it: a line `sep=;`, or remarks behind `#`.

    The last of the remarks stays, without its `#`, if it has as many cells as the line after it: it
    names them. If most lines begin with `#`, and all of these have as many cells, they are no remarks.
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
    if not remarks or are_rows(text[:TABLE_SAMPLE], remarks[0]):
        return text
    start = remarks.end()
    last = text.rfind("\n", 0, start - 1) + 1
    end = text.find("\n", start)
    names = text[last:start].lstrip("# \t")
    following = text[start : end if end >= 0 else None]
    counts = [(names.count(sign), following.count(sign)) for sign in "\t;|,"]
    named = all(first == second for first, second in counts)
    if not any(first for first, _second in counts):
        named &= len(names.split()) == len(following.split())
    return text[start - len(names) :] if named and names.strip() else text[start:]


def are_rows(text: str, remarks: str) -> bool:
    """Whether lines behind `#` are rows: most of a text, with as many separators in each of them."""
    lines = remarks.splitlines()
    counts = {tuple(line.count(sign) for sign in "\t;|,") for line in lines}
    often = 2 * len(re.findall("(?m)^#", text)) > text.count("\n") > 4
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
    csv.field_size_limit(LONGEST)
    if separator == " ":  # blanks at the end of a line separate nothing
        body = re.sub(r" +(?=[\r\n]|\Z)", "", body)
    if escape:  # databases write \N for a missing value; it is no escaped N
        edge = rf"[\r\n{re.escape(separator)}]"
        missing = rf"(^|(?<={edge})){re.escape(escape)}(?=N({edge}|\Z))"
        body = re.sub(missing, lambda _found: 2 * escape, body)
    return csv.reader(
        io.StringIO(body, newline=""),
        delimiter=separator or NO_CHARACTER,
        skipinitialspace=spaced,
        escapechar=escape or None,
        **quoting(quote),  # type: ignore[arg-type]
    )


def quoting(quote: str) -> dict[str, object]:
    """Arguments for `csv.reader`: the sign that quotes cells, "" for none."""
    return {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE, "quotechar": None}


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

    Bars at both ends of a line are part of the drawing, as are lines of dashes; lines without a bar
    (a title, "2 rows") are no rows. They all become empty lines, so that lines keep their numbers.
    """
    lines, rows, edges = [], 0, has_edges(body)
    for line in body.splitlines():
        bare = line.strip()
        rule = RULE.fullmatch(bare) or (rows == 1 and SHORT_RULE.fullmatch(bare))
        cells = [] if rule or "|" not in bare else drawn_cells(bare, edges)
        rows += bool(cells)
        lines.append(NO_CHARACTER.join(cells))
    return "\n".join(lines) + "\n"


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
    places = [n for n, line in enumerate(lines[:4]) if SHORT_RULE.fullmatch(line)]
    barred = [line for line in lines if "|" in line and not RULE.fullmatch(line)]
    if not places or places[-1] not in (1, 2) or len(barred) < 2:
        return False
    if not re.search(r"[|+]|^-+$", lines[places[-1]]):
        return False
    edges = has_edges("\n".join(lines))
    widths = {len(drawn_cells(line, edges)) for line in barred if not SHORT_RULE.fullmatch(line)}
    others = sum("|" not in line and not RULE.fullmatch(line) for line in lines)
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
    while quote and len(kept) > 1 and sum(line.count(quote) for line in kept) % 2:
        kept.pop()
    return "".join(kept).encode(encoding, "ignore")
