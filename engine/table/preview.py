"""The first cells of a table, whatever file it lies in.

Text tables (CSV, JSON) are read here. Workbooks and Parquet files are compressed and their readers
are written in compiled languages: they work in a short child process with little memory and time,
so that a hostile file cannot take the server down.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterator

from engine.errors import N_, UserError
from engine.text.preview import decode_text

# The part of a text that decides whether it is a table.
TABLE_SAMPLE = 65_536
# A cell of a preview; the text of a whole book can stand in one cell.
MAX_CELL = 200
# Parsing JSON takes about ten times its size in memory, and all of it at once.
MAX_JSON = 20_000_000
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
    shape = (file.metadata.num_rows, len(names))
    kept = list(range(min(columns, len(names))))
    table = []
    if rows and kept:
        kept_names = [names[i] for i in kept]
        batch = next(file.iter_batches(rows, columns=kept_names, use_threads=False), None)
        columns_ = [] if batch is None else [batch.column(i).to_pylist()[:rows] for i in kept]
        table = [list(row) for row in zip(*columns_)]
    cells = [[names[i] for i in kept]] + table
else:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = [s.name for s in book.sheets_metadata if "WorkSheet" in str(s.typ)]
    cells, shape = [], (0, 0)
    for name in sheets:
        sheet = book.get_sheet_by_name(name)
        if sheet.height:
            cells = sheet.to_python(nrows=rows + 1)
            shape = (sheet.height - 1, sheet.width)
            break
def word(cell):
    # Workbooks know only floating-point numbers: 3 is stored as 3.0 and shown as 3.
    if isinstance(cell, float) and cell.is_integer() and data[:4] != b"PAR1":
        cell = int(cell)
    return "" if cell is None else str(cell)[:1000]
text = [[word(cell) for cell in row[:columns]] for row in cells[:rows + 1]]
sys.stdout.buffer.write(json.dumps([list(shape), text]).encode("ascii"))
"""


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


def json_records(text: str, *, rows: int = -1) -> list[dict[str, object]]:
    """Read a JSON array of objects, or JSON lines: one object in each line.

    Parameters
    ----------
    text : str.
    rows : int, how many to read at most from JSON lines; -1 reads all.

    Returns
    -------
    list of dict; empty if this is JSON of another shape or no JSON.
    """
    start = text[:1000].lstrip("\ufeff \t\r\n")[:1]
    if start not in ("[", "{") or (start == "[" and len(text) > MAX_JSON):
        return []
    records: list[object] = []
    try:
        if start == "[":
            found = json.loads(text)
            records = found if isinstance(found, list) else []
        else:
            lines = (line for line in io.StringIO(text) if line.strip())
            for line in itertools.islice(lines, rows if rows >= 0 else None):
                records.append(json.loads(line))
    except (ValueError, RecursionError):
        return []
    if not records or not all(isinstance(record, dict) for record in records):
        return []
    return [record for record in records if isinstance(record, dict)]


def run_table_reader(
    data: bytes, rows: int, columns: int
) -> tuple[tuple[int, int], list[list[str]]]:
    """Shape and first cells of a workbook or a Parquet file, read in a child process."""
    command = [sys.executable, "-I", "-c", TABLE_READER, str(rows), str(columns), str(READ_MEMORY)]
    try:
        answer = subprocess.run(command, input=data, capture_output=True, timeout=READ_SECONDS)
        if answer.returncode:
            raise ValueError(answer.stderr[-500:].decode("utf-8", "replace"))
        (height, width), cells = json.loads(answer.stdout)
    except subprocess.TimeoutExpired as problem:
        raise UserError(
            N_("Reading this table takes longer than {seconds} s. Save the part you need as CSV."),
            seconds=READ_SECONDS,
        ) from problem
    except (OSError, ValueError, TypeError) as problem:
        raise UserError(
            N_(
                "The table in this file is damaged, protected or too large. Open it in a "
                "spreadsheet program, save it as CSV and try again."
            )
        ) from problem
    return (height, width), cells


def read_cells(data: bytes, *, rows: int = 8, columns: int = 8) -> tuple[tuple[str, ...], ...]:
    """Read the names of the columns and the first cells of a table.

    Parameters
    ----------
    data : bytes, the file: CSV (any separator), JSON records, XLSX, XLS, ODS or Parquet.
    rows, columns : int >= 1, how many at most, the names not counted.

    Returns
    -------
    tuple of tuples of str, the names first; each cell as its text, at most `MAX_CELL` characters.

    Raises
    ------
    UserError : damaged, too large, without any cell, or not a table.
    """
    if is_packed_table(data):
        cells = run_table_reader(data, rows, columns)[1]
    else:
        text = decode_text(data)
        records = json_records(text, rows=rows)
        if records:
            names = list(dict.fromkeys(name for record in records[:rows] for name in record))[
                :columns
            ]
            cells = [names]
            for record in records[:rows]:
                values = [record.get(name, "") for name in names]
                cells.append(
                    [v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values]
                )
        else:
            # A column alone has no separator; the character NUL is never found in a text.
            separator = find_separator(text).replace("\n", "\0") or ","
            try:
                reader = table_rows(text, separator)
                full = (row for row in reader if row)
                cells = [row[:columns] for row in itertools.islice(full, rows + 1)]
            except csv.Error as problem:
                raise UserError(
                    N_(
                        "This table cannot be cut into cells: {problem}. Check its quotation marks."
                    ),
                    problem=str(problem)[:100],
                ) from problem
    if not any(cells):
        raise UserError(N_("This table has no cells. Choose one with at least one filled row."))
    return tuple(tuple(cell[:MAX_CELL] for cell in row) for row in cells)


def table_shape(data: bytes) -> tuple[int, int]:
    """Count the rows (without the names) and the columns of a table.

    Parameters
    ----------
    data : bytes, as for `read_cells`.

    Raises
    ------
    UserError : damaged, too large, or not a table.
    """
    if is_packed_table(data):
        return run_table_reader(data, 0, 1)[0]
    text = decode_text(data)
    records = json_records(text)
    if records:
        return len(records), len(dict.fromkeys(name for record in records for name in record))
    separator = find_separator(text).replace("\n", "\0") or ","
    try:
        rows = (row for row in table_rows(text, separator) if row)
        width = len(next(rows, []))
        return sum(1 for _ in rows), width
    except csv.Error as problem:
        raise UserError(
            N_("This table cannot be cut into cells: {problem}. Check its quotation marks."),
            problem=str(problem)[:100],
        ) from problem


def is_packed_table(data: bytes) -> bool:
    """Whether a table is a workbook (zip or OLE container) or Parquet, not text."""
    return data[:4] in (b"PK\3\4", b"\xd0\xcf\x11\xe0", b"PAR1")
