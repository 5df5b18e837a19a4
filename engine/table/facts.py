"""Which kind of table a file is: by a workbook's table of contents, or by the shape of a text."""

from __future__ import annotations

import io
import re
import zipfile

from engine.errors import N_, UserError
from engine.refused import archive, locked_workbook, office_document
from engine.table.extent import largest_sheet
from engine.table.layout import find_separator
from engine.table.records import MAX_JSON, is_one_object, json_records, json_too_long
from engine.text.preview import detect_encoding

# A workbook is unpacked as a whole when it is read; 200 MB of XML are about two million cells.
MAX_UNPACKED = 200_000_000
# Deflate cannot pack better than 1032 : 1, XML of spreadsheets rarely better than 50 : 1; measured
# only for members of more than `RATIO_FROM` bytes, as short runs of equal cells pack very well.
MAX_RATIO = 200
RATIO_FROM = 20_000_000
# A workbook has a member for each sheet and drawing; a zip with more is no workbook.
MAX_MEMBERS = 10_000
# Cells of a sheet between the first and the last one with a value: readers keep 32 bytes for each.
MAX_SHEET = 8_000_000
# Of so many bytes of a damaged text one is zero at most; a file with more is no text.
MOST_ZEROS = 10


def packed_table_format(data: bytes) -> str:
    """Return "Parquet", "XLS", "XLSX", "XLSB", "ODS", or "" for what is packed in no such way.

    Raises
    ------
    UserError : archives, documents, locked or damaged workbooks, and what unpacks to too much.
    """
    if data[:4] == b"PAR1":
        if data[-4:] != b"PAR1" or len(data) < 12:
            raise UserError(
                N_(
                    "This Parquet file ends too early. It was not copied completely; fetch it "
                    "again."
                )
            )
        return "Parquet"
    if data[:4] == b"\xd0\xcf\x11\xe0":
        form = old_office_format(data)
    else:
        form = zip_format(data) if data[:4] in (b"PK\3\4", b"PK\5\6") else ""
    if form:
        check_extent(data, form)
    return form


def check_extent(data: bytes, form: str) -> None:
    """Refuse a workbook with a sheet whose cells lie so far apart that it can't be kept."""
    try:
        rows, columns = largest_sheet(data, form)
    except Exception as problem:  # zipfile, struct and expat raise much for what is damaged
        raise broken_archive() from problem
    if rows * columns > MAX_SHEET:
        raise UserError(
            N_(
                "A sheet of this workbook has cells in {rows} rows and {columns} columns; up to "
                "{most} cells are read, empty ones between them counted. Delete single cells far "
                "away from the table, or save the part that you need as CSV."
            ),
            rows=f"{rows:,}",
            columns=f"{columns:,}",
            most=f"{MAX_SHEET:,}",
        )


def broken_archive() -> UserError:
    """The sentence for archives that can't be read."""
    return UserError(
        N_("This archive is damaged or cut off. Fetch the file again and try once more.")
    )


def old_office_format(data: bytes) -> str:
    """Return "XLS", by the names in the directory of an OLE container ([MS-CFB] 2.6)."""

    def holds(entry: str) -> bool:
        return (entry + "\0").encode("utf-16-le") in data

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise locked_workbook()
    if holds("Workbook") or holds("Book"):
        return "XLS"
    raise office_document()


def zip_format(data: bytes) -> str:
    """Return "XLSX", "XLSB" or "ODS" by the members of a zip archive; refuse others."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            members = file.infolist()
            names = {member.filename for member in members}
            mimetype = b""
            if "mimetype" in names and file.getinfo("mimetype").file_size < 200:
                mimetype = file.read("mimetype")
    except Exception as problem:  # zipfile raises much more than BadZipFile for damaged archives
        raise broken_archive() from problem
    form = ""
    if "xl/workbook.xml" in names:
        form = "XLSX"
    elif "xl/workbook.bin" in names:
        form = "XLSB"
    elif mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        form = "ODS"
    if not form:
        if "word/document.xml" in names or "ppt/presentation.xml" in names or mimetype:
            raise office_document()
        raise archive("ZIP")
    if any(member.flag_bits & 1 for member in members):
        raise locked_workbook()
    total = sum(member.file_size for member in members)
    packed = [m for m in members if m.file_size > max(RATIO_FROM, MAX_RATIO * m.compress_size)]
    if total > MAX_UNPACKED:
        raise UserError(
            N_(
                "This workbook unpacks to {size} MB; up to {limit} MB are accepted. Save the sheet "
                "that you need as CSV."
            ),
            size=round(total / 1e6),
            limit=MAX_UNPACKED // 1_000_000,
        )
    if len(members) > MAX_MEMBERS or packed:
        raise UserError(
            N_(
                "This workbook has more than {parts} parts, or one that unpacks to more than {ratio} "
                "times its size, as in files that are made to do harm. Save the sheet that you need as "
                "CSV."
            ),
            parts=f"{MAX_MEMBERS:,}",
            ratio=MAX_RATIO,
        )
    return form


def text_table_format(text: str) -> tuple[str, str]:
    """Tell tables from other texts.

    Parameters
    ----------
    text : str, the whole text.

    Returns
    -------
    (format, separator) : "JSON", "JSON lines", "CSV", "TSV", or "" if this is no table; what
    separates the cells, "" in JSON (see `find_separator`).

    Raises
    ------
    UserError : a JSON table that would need too much memory.
    """
    start = text[:4096].lstrip("\ufeff \t\r\n")
    refuse_markup_table(start, pages=False)
    one = is_one_object(text)
    if len(text) > MAX_JSON and re.match(r'\{\s*"' if one else r"\[\s*\{", start):
        raise json_too_long()
    if json_records(text, rows=100):
        return "JSON" if one or start.startswith("[") else "JSON lines", ""
    separator = find_separator(text)
    return ("TSV" if separator == "\t" else "CSV" if separator else ""), separator


def damaged_encoding(data: bytes) -> str:
    """The encoding of a text table with bytes of zero in it, as a torn transfer leaves them.

    Bytes of zero at the end don't count; of the others there may be one in `MOST_ZEROS`. "" if it is
    something else: no text, or no table.
    """
    rest = data.rstrip(b"\0\x1a")
    if len(rest) == len(data) == len(data.replace(b"\0", b"")) or MOST_ZEROS * rest.count(0) > len(
        rest
    ):
        return ""
    rest = rest.replace(b"\0", b"")
    encoding = detect_encoding(rest)
    return encoding if encoding and find_separator(rest.decode(encoding)) else ""


def refuse_markup_table(start: str, *, pages: bool = True) -> None:
    """Raise a UserError for tables that are written as XML or HTML.

    Programs on the web save tables as HTML and call the file .xls; Excel marks such files of its own.

    Parameters
    ----------
    start : str, how the text begins.
    pages : bool, whether any page of the web counts; it may also be meant as a text.
    """
    if not start.startswith("<"):
        return
    if "urn:schemas-microsoft-com:office:spreadsheet" in start or 'progid="Excel.Sheet"' in start:
        kind = "XML"
    elif "opendocument.spreadsheet" in start:
        kind = "flat ODS"
    elif "urn:schemas-microsoft-com:office:excel" in start or (
        pages and re.search(r"(?i)<(!doctype html|html|table|body|head)\b", start)
    ):
        kind = "HTML"
    else:
        return
    raise UserError(
        N_(
            "This table is written as {kind}, which is not read here, whatever the file is called. "
            "Open it in a spreadsheet program and save it as XLSX or CSV."
        ),
        kind=kind,
    )
