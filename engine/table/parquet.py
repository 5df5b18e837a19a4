"""From a Parquet file, which keeps its columns one after the other, to columns of the five kinds."""

from __future__ import annotations

import contextlib
import io
from typing import Any

from engine.table.frame import EXACT, as_text_cell, data_frame
from engine.table.layout import unique_names
from engine.table.refused import check_size, damaged, no_cells


def read_parquet(data: bytes) -> Any:
    """Read a Parquet file as a DataFrame of the kinds of `engine.table.frame`.

    Raises
    ------
    UserError : damaged, no columns, too many of them, or more cells than can be kept.
    """
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        file = parquet.ParquetFile(io.BytesIO(data))
        check_size(file.metadata.num_rows, len(file.schema_arrow.names))
        table = file.read(use_threads=False)
        if not table.num_columns:
            raise no_cells()
        for column in table.columns:  # texts may be no UTF-8; odd numbers and times are dealt with
            if not (pa.types.is_decimal(column.type) or pa.types.is_temporal(column.type)):
                column.validate(full=True)
    except (pa.ArrowException, OSError) as problem:  # OSError: damaged pages
        raise damaged() from problem
    names = unique_names(table.column_names, table.num_columns)
    columns = dict(zip(names, map(plain_column, table.columns), strict=True))
    return data_frame(columns)


def parquet_columns(data: bytes, *, most: int = 50) -> tuple[tuple[Any, ...], ...]:
    """Where the columns of a Parquet file lie in it, and how they are packed.

    Parameters
    ----------
    data : bytes, the file.
    most : int, columns at most.

    Returns
    -------
    tuple of (name, type, compression, encodings, first byte, bytes in the file, bytes unpacked) of each
    column in the first group of rows; empty if there is no such group.

    Raises
    ------
    UserError : damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        facts = parquet.ParquetFile(io.BytesIO(data)).metadata
        if not facts.num_row_groups:
            return ()
        group = facts.row_group(0)
        columns = [group.column(n) for n in range(min(group.num_columns, most))]
    except (pa.ArrowException, OSError) as problem:  # OSError: damaged pages
        raise damaged() from problem
    return tuple(
        (
            *(c.path_in_schema, c.physical_type, c.compression, ", ".join(c.encodings)),
            c.dictionary_page_offset if c.has_dictionary_page else c.data_page_offset,
            *(c.total_compressed_size, c.total_uncompressed_size),
        )
        for c in columns
    )


def plain_column(column: Any) -> Any:
    """A column of any of Arrow's types as one of those that `series` knows.

    Whole numbers that neither int64 nor, with gaps, float64 can hold become texts.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as t

    kind = column.type
    if t.is_dictionary(kind):
        return plain_column(column.cast(kind.value_type))
    if t.is_decimal(kind):
        return column.cast(pa.float64())
    if t.is_integer(kind) and len(column) > column.null_count:
        bounds = pc.min_max(column).as_py()
        size = max(abs(bounds["min"]), abs(bounds["max"]))
        if size >= 2**63 + (bounds["min"] < 0) or (column.null_count and size > EXACT):
            return column.cast(pa.large_string())
    if t.is_date(kind) or (t.is_timestamp(kind) and kind.unit in ("s", "ms")):
        try:
            return column.cast(pa.timestamp("us", getattr(kind, "tz", None)))
        except pa.ArrowInvalid:  # so far away that no microseconds are counted there
            return column.cast(pa.large_string())
    if t.is_binary(kind) or t.is_large_binary(kind) or t.is_fixed_size_binary(kind):
        with contextlib.suppress(pa.ArrowInvalid):  # they may be texts
            return column.cast(pa.large_string())
    known = (t.is_null, t.is_boolean, t.is_date, t.is_timestamp, t.is_integer, t.is_floating)
    if any(test(kind) for test in known) and not (t.is_boolean(kind) and column.null_count):
        return column
    if t.is_string(kind) or t.is_large_string(kind):
        return column
    return pa.chunked_array([pa.array(map(as_text_cell, column.to_pylist()), pa.large_string())])
