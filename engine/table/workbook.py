"""What a workbook in XML (XLSX) says about its sheets before any of them is loaded."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from xml.etree import ElementTree

# A reference to a cell: letters for the column, a number for the row (ECMA-376, 18.18.7).
REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
# Bytes of XML that are looked at at a time.
CHUNK = 2**20
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"


def sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """The sheets of an XLSX file: name -> member of the archive that holds it."""
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    found = {}
    for sheet in [*book.iter(f"{MAIN}sheet"), *book.iter(f"{STRICT}sheet")]:
        link = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        target = targets.get(link, "")
        path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        found[sheet.get("name", "")] = path
    return found


def used_range(data: bytes, *, sheet: str) -> tuple[int, int]:
    """Rows and columns down to the last cell of a sheet, without loading any.

    A single cell in the last corner, XFD1048576, makes a sheet of 17 billion cells, which programs
    that keep a sheet as a whole cannot hold.

    Parameters
    ----------
    data : bytes, an XLSX file.
    sheet : str, its name.

    Returns
    -------
    (rows, columns) : 0 of a sheet whose cells do not say where they are.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = sheet_members(archive).get(sheet, "")
        rows = columns = 0
        rest = b""
        if member not in archive.namelist():
            return 0, 0
        with archive.open(member) as file:
            while chunk := file.read(CHUNK):
                block = rest + chunk
                for letters, number in REFERENCE.findall(block):
                    rows = max(rows, int(number))
                    columns = max(columns, column_number(letters.decode()))
                rest = block[-16:]  # a reference may be cut by the end of the chunk
    return rows, columns


def column_number(letters: str) -> int:
    """The number of a column from 1: A is 1, Z 26, AA 27, XFD 16384."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def sheet_names(data: bytes) -> tuple[str, ...]:
    """The names of the sheets of a workbook of any format (XLSX, XLS, XLSB, ODS) that hold cells.

    Parameters
    ----------
    data : bytes, the file.
    """
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return tuple(s.name for s in book.sheets_metadata if "WorkSheet" in str(s.typ))


def cell_sources(
    data: bytes, *, sheet: str, rows: int = 8, columns: int = 8
) -> tuple[tuple[str, int, int, str], ...]:
    """How the first cells of a sheet stand in an XLSX file.

    Parameters
    ----------
    data : bytes, an XLSX file.
    sheet : str, its name; "" for the first one.
    rows, columns : int >= 1, how many at most.

    Returns
    -------
    tuple of (XML, row from 0, column from 0, shared text): the shared text is what the XML refers to
    when it says t="s", else "".
    """
    texts: list[str] = []
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = sheet_members(archive)
        member = members.get(sheet) or next(iter(members.values()), "")
        if "xl/sharedStrings.xml" in archive.namelist():
            root = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
            texts = ["".join(item.itertext()) for item in root]
        with archive.open(member) as file:
            start = file.read(CHUNK).decode("utf-8", "replace")
    pattern = r'<c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(?:/>|>.*?</c>)'
    for match in re.finditer(pattern, start, re.DOTALL):
        row, column = int(match[2]) - 1, column_number(match[1]) - 1
        if row < rows and column < columns:
            shared = re.search(r't="s".*?<v>(\d+)</v>', match[0], re.DOTALL)
            place = int(shared[1]) if shared else len(texts)
            found.append((match[0], row, column, texts[place] if place < len(texts) else ""))
    return tuple(found)
