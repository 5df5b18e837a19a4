"""The sentences for tables that are not read: too large, damaged, without cells, badly quoted."""

from __future__ import annotations

from engine.errors import N_, UserError

# Columns that are read at most; a million commas in one line are no table.
MAX_COLUMNS = 10_000
# Cells that are read at most: a million rows of forty columns, 320 MB as numbers.
MAX_CELLS = 40_000_000


def check_size(rows: int, columns: int) -> None:
    """Refuse what does not fit into memory.

    Raises
    ------
    UserError : more than `MAX_COLUMNS` columns or `MAX_CELLS` cells.
    """
    if columns > MAX_COLUMNS:
        raise too_many(columns)
    if rows * columns > MAX_CELLS:
        raise UserError(
            N_(
                "This table has {rows} rows and {columns} columns; up to {most} cells are read. "
                "Save the part that you need."
            ),
            rows=f"{rows:,}",
            columns=f"{columns:,}",
            most=f"{MAX_CELLS:,}",
        )


def too_many(columns: int) -> UserError:
    """There are more columns than are read."""
    return UserError(
        N_(
            "This table has {columns} columns; up to {most} are read. Save those that you need, or "
            "choose another separator."
        ),
        columns=f"{columns:,}",
        most=f"{MAX_COLUMNS:,}",
    )


def no_cells() -> UserError:
    """Nothing is there."""
    return UserError(N_("This table has no cells. Choose one with at least one filled row."))


def damaged() -> UserError:
    """A compiled reader has refused the file."""
    return UserError(
        N_(
            "The table in this file is damaged, protected or too large. Open it in a "
            "spreadsheet program, save it as CSV and try again."
        )
    )


def not_cut(problem: Exception) -> UserError:
    """Python's reader could not cut a text into cells."""
    return UserError(
        N_("This table cannot be cut into cells: {problem}. Check its quotation marks."),
        problem=str(problem)[:100],
    )


def too_long(most: int) -> UserError:
    """A row has more bytes than the reader looks at at a time."""
    return UserError(
        N_(
            "A row of this table has more than {most} bytes: that is too long to be read. Shorten "
            "its longest cell."
        ),
        most=f"{most:,}",
    )


def never_closed() -> UserError:
    """A quotation mark opens a cell that never ends."""
    return UserError(
        N_(
            "A quotation mark opens a cell in this table and never closes it. Read it without "
            "quotation marks, or mend the file."
        )
    )
