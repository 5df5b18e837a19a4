"""The first cells of a table, whatever file it lies in.

Text tables (CSV, JSON) are read here. Workbooks and Parquet files are compressed and their readers
are written in compiled languages: they work in a short child process with little memory and time,
so that a hostile file cannot take the server down.
"""

from __future__ import annotations

import csv
import itertools
import json
import subprocess
import sys

from engine.errors import N_, UserError
from engine.table.frame import whole_characters
from engine.table.layout import MOST_TITLES, find_separator, layout, titles, unique_names
from engine.table.records import MAX_JSON, json_records, json_rows, json_too_long
from engine.table.refused import damaged, no_cells, not_cut
from engine.table.rows import reader_of, table_body
from engine.table.workbook import usual_names
from engine.text.preview import decode_text

# Characters of a cell in a preview; the text of a whole book can stand in one cell.
MAX_CELL = 200
# Columns by which titles above a table are told from it.
MOST_COLUMNS = 1000
# A 100 MB workbook takes calamine about 10 s.
READ_SECONDS = 30
# What the child may take in all: twice the largest unpacked workbook and Python itself.
READ_MEMORY = 1_500_000_000

TABLE_READER = """
import io, json, os, sys
# Each thread reserves address space, and the limit below counts it.
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
rows, columns, memory = map(int, sys.argv[1:4])
data = sys.stdin.buffer.read()
if data[:4] == b"PAR1":
    import pyarrow.parquet as parquet
else:
    import python_calamine
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
except (ImportError, ValueError, OSError):
    pass
if data[:4] == b"PAR1":
    file = parquet.ParquetFile(io.BytesIO(data))
    names = file.schema_arrow.names
    kept = list(range(min(columns, len(names))))
    table = []
    def values(column):
        try:
            return column.to_pylist()
        except OverflowError:  # dates that Python does not count
            return column.cast("large_string").to_pylist()
    if rows and kept:
        kept_names = [names[i] for i in kept]
        batch = next(file.iter_batches(rows, columns=kept_names, use_threads=False), None)
        columns_ = [] if batch is None else [values(batch.column(i)[:rows]) for i in kept]
        table = [list(row) for row in zip(*columns_)]
    cells = [[names[i] for i in kept]] + table
else:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = [s for s in book.sheets_metadata if "WorkSheet" in str(s.typ)]
    sheets.sort(key=lambda s: not str(s.visible).endswith(".Visible"))  # hidden ones last
    cells = []
    for one in sheets:
        sheet = book.get_sheet_by_name(one.name)
        if sheet.height:
            cells = sheet.to_python(nrows=rows + 1)
            break
def word(cell):
    # Workbooks know only floating-point numbers: 3 is stored as 3.0 and shown as 3.
    if isinstance(cell, float) and cell.is_integer() and data[:4] != b"PAR1":
        cell = int(cell)
    return "" if cell is None else str(cell)[:1000]
text = [[word(cell) for cell in row[:columns]] for row in cells[:rows + 1]]
sys.stdout.buffer.write(json.dumps(text).encode("ascii"))
"""


def run_table_reader(data: bytes, rows: int, columns: int) -> list[list[str]]:
    """The first cells of a workbook or a Parquet file, read in a child process.

    Of a workbook, the rows above the table are left out (see `titles`).

    Returns
    -------
    list of lists : the names and the first rows, as texts.
    """
    if not data.startswith(b"PAR1"):
        cells = read_apart(data, rows + 2 * MOST_TITLES, MOST_COLUMNS)
        above = titles(cells)
        return [row[:columns] for row in cells[above : above + rows + 1]]
    return read_apart(data, rows, columns)


def read_apart(data: bytes, rows: int, columns: int) -> list[list[str]]:
    """What `run_table_reader` returns, titles included: the first row is taken for the names.

    Raises
    ------
    UserError : damaged, or it takes too long.
    """
    command = [sys.executable, "-I", "-c", TABLE_READER, str(rows), str(columns), str(READ_MEMORY)]
    try:
        data = usual_names(data)
    except Exception as problem:  # a damaged archive raises nearly anything
        raise damaged() from problem
    try:
        answer = subprocess.run(command, input=data, capture_output=True, timeout=READ_SECONDS)
        if answer.returncode:
            raise ValueError(answer.stderr[-500:].decode("utf-8", "replace"))
        return [[str(cell) for cell in row] for row in json.loads(answer.stdout)]
    except subprocess.TimeoutExpired as problem:
        raise UserError(
            N_("Reading this table takes longer than {seconds} s. Save the part you need as CSV."),
            seconds=READ_SECONDS,
        ) from problem
    except (OSError, ValueError, TypeError) as problem:
        raise damaged() from problem


def read_cells(data: bytes, *, rows: int = 8, columns: int = 8) -> tuple[tuple[str, ...], ...]:
    """Read the names of the columns and the first cells of a table.

    Parameters
    ----------
    data : bytes, the file: CSV (any separator), JSON, XLSX, XLS, XLSB, ODS or Parquet.
    rows, columns : int >= 1, how many at most, the names not counted.

    Returns
    -------
    tuple of tuples of str, the names first; each cell as its text, at most `MAX_CELL` characters.

    Raises
    ------
    UserError : damaged, too large, without any cell, or not a table.
    """
    if is_packed_table(data):
        cells = run_table_reader(data, rows, columns)
    else:
        text = decode_text(data)
        records = records_of(text, rows=rows)
        if records:
            names = list(dict.fromkeys(name for record in records[:rows] for name in record))[
                :columns
            ]
            cells = [[whole_characters(name) for name in names]]
            for record in records[:rows]:
                values = [record.get(name, "") for name in names]
                texts = (
                    v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values
                )
                cells.append([whole_characters(text) for text in texts])
        else:
            cells = text_cells(text, rows)
            cells = [row[:columns] for row in cells]
    if not any(cells):
        raise no_cells()
    return tuple(tuple(cell[:MAX_CELL] for cell in row) for row in cells)


def records_of(text: str, *, rows: int = -1) -> list[dict[str, object]]:
    """The objects of a text that is JSON, at most `rows` of JSON lines; empty if it is no JSON.

    Raises
    ------
    UserError : it begins like JSON and is none, or no table, or is too long.
    """
    records = json_records(text, rows=rows)
    if not records and text.lstrip("\ufeff \t\r\n")[:1] in ("[", "{") and not find_separator(text):
        if len(text) > MAX_JSON:
            raise json_too_long()
        records = json_rows(text)
    return records


def text_cells(text: str, rows: int) -> list[list[str]]:
    """The names and the first rows of a table that is a text."""
    separator, quote, _decimal, _thousands, header, skip, escape = layout(text)
    try:
        found = reader_of(table_body(text, skip), separator=separator, quote=quote, escape=escape)
        first = list(itertools.islice(filter(None, found), rows + header))
    except csv.Error as problem:
        raise not_cut(problem) from problem
    if first and not header:
        first = [unique_names([], len(first[0])), *first]
    return first or [[]]


def is_packed_table(data: bytes) -> bool:
    """Whether a table is a workbook (zip or OLE container) or Parquet, not text."""
    return data[:4] in (b"PK\3\4", b"\xd0\xcf\x11\xe0", b"PAR1")
