"""Which bytes of a file a cell is made of: the first rows of a table cut by hand.

The rules are those of RFC 4180, "Common Format and MIME Type for CSV Files", 2005: separators and
line feeds cut, unless they stand in a quoted cell, and in there a doubled quotation mark is one.
"""

from __future__ import annotations

import json
import re

from engine.table.rows import BAR, DRAWN, LINE, blank_before_quote, has_edges, table_body, undrawn

# What a character of the file is for.
CELL, QUOTE, SEPARATOR, END, OUTSIDE = "cell", "quote", "separator", "end", "outside"


def cut_text(
    data: bytes,
    *,
    encoding: str,
    separator: str,
    quote: str = '"',
    escape: str = "",
    comment: str = "",
    skip: int = 0,
    rows: int = 6,
    columns: int = 8,
    most: int = 1500,
) -> tuple[tuple[str, str, int, int, str], ...]:
    """Say of each character at the beginning of a text table which cell it belongs to.

    Parameters
    ----------
    data : bytes, the file.
    encoding : str, a codec of Python.
    separator, quote, escape : str, one character; "" for none. Of a table drawn with bars see `DRAWN`.
    comment : str, how lines begin that are left out; "" for none.
    skip : int, lines above the table.
    rows, columns : int, cells beyond these are left out.
    most : int, characters that are returned at most.

    Returns
    -------
    tuple of (character, its bytes in hexadecimal, row, column, role): the row is counted from 0 and
    is -1 outside of the table. The roles are "cell", "quote", "separator", "end" (of a row) and
    "outside" (a byte order mark, a line `sep=;`, remarks, lines above the table, blanks
    before a cell that do not belong to it). An ellipsis without bytes stands for cells
    beyond the columns.
    """
    encoding = without_mark(data, encoding)
    text = (
        data[: 8 * most + 4096].decode(encoding, "replace").replace("\0", "").removesuffix("\x1a")
    )
    body = table_body(text.removeprefix("\ufeff"), skip)
    before = text[: len(text) - len(body)]
    before = before if len(before) <= most // 2 else before[: most // 2] + "…"
    found = [(char, hexadecimal(char, encoding), -1, -1, OUTSIDE) for char in before]
    if separator == DRAWN:
        return within([*found, *cut_drawing(body, encoding, rows)][:most], columns)
    spaced = blank_before_quote(body, separator)
    row = column = place = 0
    quoted, fresh, begun = False, True, False  # within quotes; at a cell's start; in a row
    while place < len(body) and len(found) < most and row < rows:
        if comment and not begun and body.startswith(comment, place):
            line = LINE.match(body, place)[0][:most]  # type: ignore[index]
            found += [(char, hexadecimal(char, encoding), -1, -1, OUTSIDE) for char in line]
            place += len(line)
            continue
        char, following = body[place], body[place + 1 : place + 2]
        role = CELL
        escaping = escape and char == escape and following
        if escaping and not missing_word(body, place, separator):
            # Whatever comes next is a part of the cell.
            found.append((char, hexadecimal(char, encoding), row, column, QUOTE))
            place, char, begun = place + 1, following, True
        elif quote and char == quote and quoted and following == quote:  # a doubled one is one
            found.append((char, hexadecimal(char, encoding), row, column, QUOTE))
            place += 1
        elif quote and char == quote and (quoted or fresh):
            quoted, role = not quoted, QUOTE
        elif char == " " and spaced and fresh and not quoted:
            role = OUTSIDE  # blanks before a cell, which only widen the gap
        elif char == separator and not quoted:
            role = SEPARATOR
        elif char in "\r\n" and not quoted:
            role = END
        found.append((char, hexadecimal(char, encoding), row, column, role))
        fresh = role in (SEPARATOR, END) or (fresh and spaced and char == " ")
        place += 1
        column += role == SEPARATOR
        if role != END:
            begun = True
        elif (char, following) != ("\r", "\n"):
            row, column, begun = row + begun, 0, False  # an empty line is no row
    return within(found, columns)


def missing_word(body: str, place: int, separator: str) -> bool:
    r"""Whether the escape here is the one of a whole cell \N, which it stays a part of."""
    edges = ("", "\r", "\n", separator)
    before = body[place - 1 : place] if place else ""
    return body[place + 1 : place + 2] == "N" and before in edges and body[place + 2 :][:1] in edges


def cut_drawing(body: str, encoding: str, rows: int) -> list[tuple[str, str, int, int, str]]:
    """The same for a drawn table: bars separate; lines, bars at the edges and blanks are outside."""
    found: list[tuple[str, str, int, int, str]] = []
    row, edged = 0, has_edges(body)
    for line, cells in zip(body.splitlines(keepends=True), undrawn(body).split("\n"), strict=False):
        bars = [bar.start() for bar in BAR.finditer(line)] if cells else []
        edges = [n for n in bars if edged and "" in (line[:n].strip(), line[n + 1 :].strip())]
        column = 0
        for n, char in enumerate(line):
            separates = n in bars and n not in edges
            beside = char in " \t" and (
                line[:n].rstrip()[-1:] in ("", "|") or blank_until_bar(line, n)
            )
            role = SEPARATOR if separates else CELL
            if char in "\r\n":
                role = END
            elif not cells or n in edges or (beside and not separates):
                role = OUTSIDE
            elif line[n : n + 2] == "\\|":  # the bar behind it is a part of the cell
                role = QUOTE
            found.append((char, hexadecimal(char, encoding), row if cells else -1, column, role))
            column += separates
        row += bool(cells)
        if row == rows:
            break
    return found


def blank_until_bar(line: str, place: int) -> bool:
    """Whether nothing but blanks comes before the next bar or the end of a line."""
    return line[place:].lstrip()[:1] in ("", "|")


def within(
    parts: list[tuple[str, str, int, int, str]], columns: int
) -> tuple[tuple[str, str, int, int, str], ...]:
    """The characters of the first columns; an ellipsis for what is left out of a row."""
    kept: list[tuple[str, str, int, int, str]] = []
    for part in parts:
        _char, _code, row, column, role = part
        if column < columns or role == END:
            kept.append(part)
        elif kept[-1][:2] != ("…", ""):
            kept.append(("…", "", row, column, OUTSIDE))
    return tuple(kept)


def hexadecimal(char: str, codec: str) -> str:
    """The bytes of a character in an encoding."""
    return char.encode(codec, "replace").hex(" ")


def without_mark(data: bytes, encoding: str) -> str:
    """The codec that keeps a byte order mark as a character, where `encoding` takes it away."""
    big = data.startswith((b"\xfe\xff", b"\0\0\xfe\xff"))
    order = "-be" if big else "-le"
    wide = {"utf-16": f"utf-16{order}", "utf-32": f"utf-32{order}"}
    return {"utf-8-sig": "utf-8", **wide}.get(encoding, encoding)


def cut_json(
    data: bytes, *, encoding: str, rows: int = 6, columns: int = 8, most: int = 1500
) -> tuple[tuple[str, str, int, int, str], ...]:
    """The same of a JSON array of objects, or of JSON lines; a cell is the value behind a name.

    Returns
    -------
    As `cut_text`; the row is counted from 1, as the names stand in each object and make no row, and
    the columns are numbered in the order in which their names come.
    """
    encoding = without_mark(data, encoding)
    text = data[: 8 * most + 4096].decode(encoding, "replace")
    decoder = json.JSONDecoder()
    spans: list[tuple[int, int, int, int]] = []
    names: dict[str, int] = {}
    row = 0
    inside = re.match(r'\s*\{\s*"[^"]*"\s*:\s*(?=\[\s*\{)', text)  # one object around the array
    place = inside.end() if inside else 0
    try:
        while row < rows and (start := text.find("{", place)) >= 0:
            row, place = row + 1, start + 1
            while (sign := re.compile(r"\s*([},\"])").match(text, place)) and sign[1] != "}":
                place = sign.end() - (sign[1] == '"')
                place += len(re.compile(r"\s*").match(text, place)[0])  # type: ignore[index]
                name, place = decoder.raw_decode(text, place)
                colon = re.compile(r"\s*:\s*").match(text, place)
                if not colon:
                    break
                _value, place = decoder.raw_decode(text, first := colon.end())
                spans.append((first, place, row, names.setdefault(str(name), len(names))))
            place = text.find("}", place) + 1
    except ValueError:  # the text was cut inside of a value
        pass
    last = min(spans[-1][1] + 1 if spans else len(text), most)
    marks = {n: (r, c) for first, end, r, c in spans for n in range(first, end)}
    found = []
    for n, char in enumerate(text[:last]):
        r, c = marks.get(n, (-1, -1))
        role = CELL if n in marks else END if char == "\n" else OUTSIDE
        found.append((char, hexadecimal(char, encoding), r, c, role))
    return within(found, columns)
