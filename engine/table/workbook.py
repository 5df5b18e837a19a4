"""The sheets of a workbook: one as columns, and how its cells stand in its XML (XLSX)."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

from engine.errors import UserError
from engine.table.extent import column_number
from engine.table.frame import MISSING, column_of, data_frame, word
from engine.table.layout import titles, unique_names
from engine.table.refused import check_size, damaged, no_cells
from engine.table.rows import LAYOUT_ROWS

# How a workbook shows that a formula has no value.
ERRORS = ("#DIV/0!", "#REF!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#N/A")
# Where the list of texts that all sheets share usually lies.
SHARED = "xl/sharedStrings.xml"
# Bytes of a sheet's XML in which its first cells are looked for.
CHUNK = 2**20
# The names of all elements begin so; the second in files of the form "strict" (ECMA-376, part 1).
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
# The head of a row, or a cell with its content.
CELLS = re.compile(
    r"<(?:\w+:)?(?:row\b(?P<row>[^>]*)>|c\b(?P<cell>[^>]*?)(?:/>|>(?P<content>.*?)</(?:\w+:)?c>))",
    re.DOTALL,
)
PLACE = re.compile(r"""\br=["']([A-Z]{0,3})(\d{1,7})["']""")


def sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """The sheets of an XLSX file, hidden ones last: name -> member of the archive that holds it."""
    targets = {link.get("Id"): link.get("Target", "") for link in book_links(archive)}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    found = {}
    sheets = [*book.iter(f"{MAIN}sheet"), *book.iter(f"{STRICT}sheet")]
    for sheet in sorted(sheets, key=lambda one: one.get("state", "visible") != "visible"):
        link = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        target = targets.get(link, "")
        if part_of(target) in archive.namelist():
            found[sheet.get("name", "")] = part_of(target)
    return found


def book_links(archive: zipfile.ZipFile) -> list[ElementTree.Element]:
    """The links from a workbook to its parts: sheets, the list of shared texts, and so on."""
    return list(ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")))


def usual_names(data: bytes) -> bytes:
    """A workbook whose list of shared texts has its usual name, the only one that calamine knows.

    Other workbooks and other formats stay as they are.
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        names = {name.lower() for name in old.namelist()}
        if "xl/_rels/workbook.xml.rels" not in names or SHARED.lower() in names:
            return data
        shared = shared_member(old)
        if shared not in old.namelist():
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                new.writestr(SHARED if name == shared else name, old.read(name))
    return out.getvalue()


def shared_member(archive: zipfile.ZipFile) -> str:
    """The member that holds the texts that all sheets share; "" if there is none."""
    links = (
        link for link in book_links(archive) if link.get("Type", "").endswith("/sharedStrings")
    )
    return next((part_of(link.get("Target", "")) for link in links), "")


def part_of(target: str) -> str:
    """The member of the archive that a link's target names, which may begin at the root or in xl/."""
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def open_sheet(data: bytes, sheet: str) -> Any:
    """A sheet by its name as python-calamine gives it; None if there are no cells.

    Parameters
    ----------
    data : bytes, a workbook of any format (XLSX, XLS, XLSB, ODS).
    sheet : str, its name; "" for the first one with cells, hidden ones last.
    """
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(usual_names(data)))
    sheets = [s for s in book.sheets_metadata if "WorkSheet" in str(s.typ)]
    sheets.sort(key=lambda s: not str(s.visible).endswith(".Visible"))
    names = [s.name for s in sheets]
    for name in [sheet] if sheet in names else names:
        page = book.get_sheet_by_name(name)
        if page.height:
            return page
    return None


def sheet_names(data: bytes) -> tuple[str, ...]:
    """The names of the sheets of a workbook of any format (XLSX, XLS, XLSB, ODS), empty ones too.

    Sheets of another kind, which are charts or programs, are left out.

    Parameters
    ----------
    data : bytes, the file.

    Raises
    ------
    UserError : damaged.
    """
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception as problem:  # a damaged archive raises nearly anything
        raise damaged() from problem
    return tuple(s.name for s in book.sheets_metadata if "WorkSheet" in str(s.typ))


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


def cell_sources(
    data: bytes, *, sheet: str, skip: int = -1, rows: int = 8, columns: int = 8
) -> tuple[tuple[str, int, int, str], ...]:
    """How the first cells of a sheet stand in an XLSX file.

    Parameters
    ----------
    data : bytes, an XLSX file.
    sheet : str, its name; "" for the first one with cells.
    skip : int, rows above the table, as `read_workbook`.
    rows, columns : int >= 1, how many at most.

    Returns
    -------
    tuple of (XML, row from 0, column from 0, shared text): counted from the first cell of the table;
    the shared text is what the XML refers to when it says t="s", else "".
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = sheet_members(archive)
        found: list[tuple[str, int, int]] = []
        for member in [members[sheet]] if sheet in members else members.values():
            with archive.open(member) as file:
                found = xml_cells(file.read(CHUNK).decode("utf-8", "replace"))
            if found:
                break
        texts = shared_texts(archive, [shared_place(xml) for xml, _row, _column in found])
    if not found:
        return ()
    top, left = min(row for _xml, row, _column in found), min(column for *_xml, column in found)
    lines = [[""] * (max(column for *_xml, column in found) - left + 1) for _ in range(LAYOUT_ROWS)]
    for (xml, row, column), text in zip(found, texts, strict=True):
        if row - top < LAYOUT_ROWS:
            lines[row - top][column - left] = text or re.sub(r"<[^>]*>", "", xml)
    lines = lines[: found[-1][1] - top + 1]
    top += titles(lines) if skip < 0 else skip
    return tuple(
        (xml, row - top, column - left, text)
        for (xml, row, column), text in zip(found, texts, strict=True)
        if 0 <= row - top < rows and column - left < columns
    )


def xml_cells(text: str) -> list[tuple[str, int, int]]:
    """The cells with a value at the beginning of a sheet's XML: (XML, row from 0, column from 0)."""
    found = []
    row, column = -1, -1
    for match in CELLS.finditer(text):
        head = match["cell"] if match["row"] is None else match["row"]
        place = PLACE.search(head)
        if match["row"] is not None:
            row, column = int(place[2]) - 1 if place else row + 1, -1
            continue
        column = column_number(place[1]) - 1 if place else column + 1
        if match["content"]:
            found.append((match[0], int(place[2]) - 1 if place else row, column))
    return found


def shared_place(xml: str) -> int:
    """The number of the text that a cell refers to; -1 if it holds its value itself."""
    shared = re.search(r"""\bt=["']s["'].*?<(?:\w+:)?v>(\d{1,9})<""", xml, re.DOTALL)
    return int(shared[1]) if shared else -1


def shared_texts(archive: zipfile.ZipFile, places: list[int]) -> list[str]:
    """The texts of these numbers in the list that all sheets share; "" where there is none."""
    name = shared_member(archive)
    last, wanted = max(places, default=-1), set(places)
    texts: dict[int, str] = {}
    if last >= 0 and name in archive.namelist():
        number = 0
        with archive.open(name) as file:
            for _event, item in ElementTree.iterparse(file):
                if item.tag.endswith("}si"):
                    if number in wanted:
                        texts[number] = "".join(item.itertext())
                    item.clear()
                    number += 1
                    if number > last:
                        break
    return [texts.get(place, "") for place in places]
