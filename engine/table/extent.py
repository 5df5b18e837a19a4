"""How far the cells of a workbook reach, found before any program loads them.

A single cell in the last corner, XFD1048576, makes a sheet of 17 thousand million cells, and readers
keep a sheet as a whole. So the places of the cells are read first: from the XML of XLSX and ODS, from
the records of XLSB ([MS-XLSB] 2.1.4) and XLS ([MS-XLS] 2.1.4). Cells with a format and no value don't
count, as readers leave them out.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

# Bytes of XML that are looked at at a time, and what is looked at again with the next ones.
CHUNK, AGAIN = 2**20, 2**10
# A cell with something in it, and where it is: letters for the column, a number for the row
# (ECMA-376, 18.18.7).
CELL = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^>]*(?<!/)>(?!</)(?=.)", re.DOTALL
)
SHEET = re.compile(r"/?xl/worksheets/[^/]+\.(xml|bin)", re.IGNORECASE)
# Records of XLS with a value: FORMULA, MULRK, LABELSST, NUMBER, LABEL, BOOLERR, RK.
VALUES = {0x0006, 0x00BD, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E}
MULRK, BEGIN = 0x00BD, 0x0809
# Records of XLSB: the head of a row, an empty cell, and the last kind of a cell with a value.
ROW, BLANK, LAST_VALUE = 0, 1, 11
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "

Box = tuple[int, int]


class _Reach:
    """The rectangle around all places that were added."""

    def __init__(self) -> None:
        self.rows, self.columns = [2**31, -1], [2**31, -1]

    def add(self, row: int, column: int) -> None:
        if row < self.rows[0]:
            self.rows[0] = row
        if row > self.rows[1]:
            self.rows[1] = row
        if column < self.columns[0]:
            self.columns[0] = column
        if column > self.columns[1]:
            self.columns[1] = column

    def box(self) -> Box:
        return tuple(max(last - first + 1, 0) for first, last in (self.rows, self.columns))  # type: ignore[return-value]


def largest_sheet(data: bytes, form: str) -> Box:
    """Rows and columns from the first to the last cell with a value, of the largest sheet.

    Parameters
    ----------
    data : bytes, a workbook.
    form : "XLSX", "XLSB", "XLS" or "ODS".

    Returns
    -------
    (rows, columns) : (0, 0) if no cell says where it is.

    Raises
    ------
    Whatever a damaged archive makes `zipfile`, `struct` or `expat` raise.
    """
    if form == "XLS":
        boxes = _of_records(workbook_stream(data))
    else:
        boxes = _of_archive(data, form)
    return max(boxes, key=lambda box: box[0] * box[1], default=(0, 0))


def _of_archive(data: bytes, form: str) -> Iterator[Box]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if form == "ODS":
            with archive.open("content.xml") as file:
                yield from _of_ods(file)
            return
        for member in archive.infolist():
            if SHEET.fullmatch(member.filename):
                with archive.open(member) as file:
                    yield _of_xlsb(file.read()) if form == "XLSB" else _of_xlsx(file)


def _of_xlsx(file: IO[bytes]) -> Box:
    reach, rest = _Reach(), b""
    while chunk := file.read(CHUNK):
        block = rest + chunk
        for letters, number in CELL.findall(block):
            reach.add(int(number), column_number(letters.decode()))
        rest = block[-AGAIN:]  # a cell may be cut by the end of the chunk
    return reach.box()


def column_number(letters: str) -> int:
    """The number of a column from 1: A is 1, Z 26, AA 27, XFD 16384."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _of_xlsb(data: bytes) -> Box:
    """The records: a number and a length, both in bytes of seven bits, and the content."""
    reach, place, row = _Reach(), 0, 0
    while place < len(data):
        kind, place = data[place], place + 1
        if kind & 0x80:
            kind, place = kind & 0x7F | (data[place] & 0x7F) << 7, place + 1
        length = shift = 0
        while True:
            byte, place = data[place], place + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        if kind == ROW:
            (row,) = struct.unpack_from("<I", data, place)
        elif BLANK < kind <= LAST_VALUE:
            reach.add(row, struct.unpack_from("<I", data, place)[0])
        place += length
    return reach.box()


def _of_records(data: bytes) -> Iterator[Box]:
    """The boxes of the sheets of an XLS stream; each sheet begins with a record of its own."""
    reach, place = _Reach(), 0
    head = struct.Struct("<HHHH")
    while place + 8 <= len(data):
        kind, length, row, column = head.unpack_from(data, place)
        place += 4 + length
        if kind == BEGIN:
            yield reach.box()
            reach = _Reach()
        elif kind in VALUES and length >= 4:
            reach.add(row, column)
            if kind == MULRK:  # several cells; the last one is named at the end
                reach.add(row, *struct.unpack_from("<H", data, place - 2))
    yield reach.box()


def workbook_stream(data: bytes) -> bytes:
    """The stream "Workbook" of an OLE container, a small file system of sectors ([MS-CFB] 2)."""
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
    first, _signature, cutoff, small_table = struct.unpack_from("<IIII", data, 48)
    more, count = struct.unpack_from("<II", data, 68)

    def sector(number: int) -> bytes:
        return data[size * (number + 1) : size * (number + 2)]

    def numbers(part: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(part) // 4}I", part[: len(part) // 4 * 4])

    places = list(struct.unpack_from("<109I", data, 76))
    for _ in range(min(count, len(data) // size)):
        *further, more = numbers(sector(more))
        places += further
    table: list[int] = []
    for place in places:
        if place < len(data) // size:
            table += numbers(sector(place))

    def chain(start: int, following: list[int]) -> Iterator[int]:
        for _ in range(len(following)):  # a ring would have no end
            if start >= len(following):
                return
            yield start
            start = following[start]

    folder = b"".join(map(sector, chain(first, table)))
    entries = [folder[n : n + 128] for n in range(0, len(folder), 128)]
    for name in ("Workbook", "Book"):
        for entry in entries:
            if entry.startswith((name + "\0").encode("utf-16-le")):
                start, length = struct.unpack_from("<II", entry, 116)
                if length >= cutoff:
                    return b"".join(map(sector, chain(start, table)))[:length]
                small = b"".join(
                    map(sector, chain(struct.unpack_from("<I", entries[0], 116)[0], table))
                )
                second = [n for s in chain(small_table, table) for n in numbers(sector(s))]
                parts = (small[64 * n : 64 * n + 64] for n in chain(start, second))
                return b"".join(parts)[:length]
    return b""


def _of_ods(file: IO[bytes]) -> list[Box]:
    """The boxes of the tables in the XML of ODS, in which rows and cells may say "and so 1000 times"."""
    boxes: list[Box] = []
    reach, row, column, again = _Reach(), 0, 0, 1

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal reach, row, column, again
        if name == f"{TABLE}table":
            reach, row, column, again = _Reach(), 0, 0, 1
        elif name == f"{TABLE}table-row":
            again = int(attributes.get(f"{TABLE}number-rows-repeated", 1))
            column = 0
        elif name in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            times = int(attributes.get(f"{TABLE}number-columns-repeated", 1))
            if any(key.startswith(OFFICE) for key in attributes):
                reach.add(row, column)
                reach.add(row + again - 1, column + times - 1)
            column += times

    def end(name: str) -> None:
        nonlocal row
        if name == f"{TABLE}table-row":
            row += again
        elif name == f"{TABLE}table":
            boxes.append(reach.box())

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    while chunk := file.read(CHUNK):
        parser.Parse(chunk)
    return boxes
