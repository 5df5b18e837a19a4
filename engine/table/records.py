"""From objects written as JSON, an array of them or one in each line, to columns."""

from __future__ import annotations

import io
import itertools
import json
from typing import Any

from engine.errors import N_, UserError
from engine.table.frame import column_of, data_frame, whole_characters
from engine.table.layout import unique_names
from engine.table.refused import check_size, no_cells

# Parsing JSON takes about ten times its size in memory, and all of it at once.
MAX_JSON = 20_000_000


def read_json_table(data: bytes, *, encoding: str = "utf-8") -> Any:
    """Read a JSON array of objects, or JSON lines, as a DataFrame of the kinds of `engine.table.frame`.

    What is neither a number nor a text (a list, an object) stays in the cell as JSON. Of one object
    alone see `json_rows`.

    Raises
    ------
    UserError : a line that is not JSON, named by its number; no objects; too many cells.
    """
    records = json_rows(data.decode(encoding, "replace"))
    names = list(dict.fromkeys(name for record in records for name in record))
    check_size(len(records), len(names))
    if not names:
        raise no_cells()
    unique = unique_names([whole_characters(name) for name in names], len(names))
    columns = {
        new: column_of([record.get(name) for record in records])
        for name, new in zip(names, unique, strict=True)
    }
    return data_frame(columns)


def json_records(text: str, *, rows: int = -1) -> list[dict[str, object]]:
    """Read a JSON array of objects, JSON lines (one object in each line), or one object in one line.

    Parameters
    ----------
    text : str.
    rows : int, how many to read at most from JSON lines; -1 reads all.

    Returns
    -------
    list of dict; empty if this is JSON of another shape or no JSON.
    """
    start = text[:1000].lstrip("\ufeff \t\r\n")[:1]
    one = is_one_object(text)
    if start not in ("[", "{") or ((start == "[" or one) and len(text) > MAX_JSON):
        return []
    records: list[object] = []
    try:
        if start == "[":
            found = json.loads(text)
            records = found if isinstance(found, list) else []
        elif one:
            records = list(json_rows(text))
        else:
            lines = (line for line in io.StringIO(text) if line.strip())
            for line in itertools.islice(lines, rows if rows >= 0 else None):
                records.append(json.loads(line))
    except (ValueError, RecursionError, UserError):
        return []
    if not records or not all(isinstance(record, dict) for record in records):
        return []
    return [record for record in records if isinstance(record, dict)]


def json_rows(text: str) -> list[dict[str, object]]:
    """Read JSON as a table: an array of objects, lines of one object each, or one object.

    An object whose value is an array of objects stands for that array ({"data": [...]}), one of arrays
    of equal lengths for its columns; any other is one row.

    Raises
    ------
    UserError : a line that is not JSON, named by its number, or no objects.
    """
    text = text.removeprefix("\ufeff")
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    number = 1
    try:
        if text.lstrip()[:1] == "{" and len(lines) > 1 and lines[0][1].strip().endswith("}"):
            found: Any = []
            for number, line in lines:  # noqa: B007 (the sentence below names it)
                found.append(json.loads(line))
        else:
            found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        place = getattr(problem, "lineno", 1) + number - 1
        raise UserError(
            N_("Line {line} of this file is not JSON: {problem}. Mend this line, or take it out."),
            line=f"{place:,}",
            problem=reason_of(problem)[:100],
        ) from problem
    if isinstance(found, dict):
        rows = [value for value in found.values() if is_rows(value)]
        lists = [value for value in found.values() if isinstance(value, list)]
        if rows:
            found = max(rows, key=len)
        elif lists and len(lists) == len(found) and len(set(map(len, lists))) == 1:
            found = [dict(zip(found, row, strict=True)) for row in zip(*lists, strict=True)]
        else:
            found = [found]
    if not is_rows(found):
        raise UserError(
            N_(
                "This JSON is no table: an array of objects is needed, or one object in each line, "
                "such as {example}."
            ),
            example='{"name": "Ann", "age": 20}',
        )
    return list(found)


def is_one_object(text: str) -> bool:
    """Whether a text is one line that looks like one object of JSON: a whole table (see `json_rows`)."""
    if text[:1000].lstrip("\ufeff \t\r\n")[:1] != "{":
        return False
    whole = text.strip("\ufeff \t\r\n")
    return whole.endswith("}") and "\n" not in whole


def reason_of(problem: Exception) -> str:
    """Why a text is not JSON, in few words."""
    if isinstance(problem, RecursionError):
        return "nested too deeply"
    return str(getattr(problem, "msg", problem)).partition(";")[0]


def json_too_long() -> UserError:
    """All of it would have to be parsed at once."""
    return UserError(
        N_("This JSON table is longer than {limit} MB. Save it as CSV or as JSON lines."),
        limit=MAX_JSON // 1_000_000,
    )


def is_rows(value: object) -> bool:
    """Whether a value of JSON is an array of objects."""
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)
