"""From objects written as JSON, an array of them or one in each line, to columns."""

from __future__ import annotations

from typing import Any

from engine.table.frame import check_size, column_of, data_frame
from engine.table.layout import unique_names
from engine.table.preview import json_rows, no_cells


def read_json_table(data: bytes, *, encoding: str = "utf-8") -> Any:
    """Read a JSON array of objects, or JSON lines, as a DataFrame of the kinds that are named above.

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
    unique = unique_names(names, len(names))
    columns = {
        new: column_of([record.get(name) for record in records])
        for name, new in zip(names, unique, strict=True)
    }
    return data_frame(columns)
