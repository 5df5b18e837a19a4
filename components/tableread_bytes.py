"""The lesson about reading tables: the bytes of a file beside the cells that come of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components import bytecells, show, table
from components.glyphs import Cell
from components.glyphs import table as text_table
from components.i18n import _
from components.tableread import drawn, grid, is_csv, is_json
from engine.lab import Lab, Node
from engine.sources import Table
from engine.table.cut import cut_json, cut_text
from engine.table.parquet import parquet_columns
from engine.table.summary import column_kinds, first_cells
from engine.table.workbook import cell_sources


def bytes_view(lab: Lab, source: Table, text: Mapping[str, str]) -> None:
    """The beginning of a file and its first cells, each linked to what it is made of."""
    frame = table.read(lab, source)
    rows, columns = bytecells.ROWS, bytecells.COLUMNS
    cells = lab.run(first_cells, frame, rows=rows - 1, columns=columns, as_="cells")
    names, *lines = cells.value
    marks = _marks(lab, source)
    if marks is None:
        packed_views(lab, source, frame, cells, text)
        return
    first = int(is_json(source) or table.options_of(source).get("header", True))
    right = bytecells.cells(lines, names=names, label=_("The cells"), first=first)
    if source.format == "XLSX":
        left = bytecells.of_xml(marks.value, label=_("The XML"), refers=_("refers to:"))
        note = text["xml_caption"]
    else:
        left = bytecells.of_text(marks.value, label=_("The bytes"))
        note = text["bytes_caption"]
    note = drawn(frame.value.shape[1], columns) + note
    bytecells.draw_style()
    show.html("bytes", bytecells.linked(left, right), [cells, marks], caption=note)


def _marks(lab: Lab, source: Table) -> Node | None:
    """What each part of the file's beginning is for; None if no cell has bytes of its own."""
    options = table.options_of(source)
    rows, columns = bytecells.ROWS, bytecells.COLUMNS
    if is_csv(source):
        wanted = ("encoding", "separator", "quote", "escape", "comment", "skip")
        how = {name: options[name] for name in wanted if name in options}
        return lab.run(cut_text, lab.source, **how, rows=rows, columns=columns, as_="marks")
    if is_json(source):
        how = {"encoding": options["encoding"], "rows": rows - 1, "columns": columns}
        return lab.run(cut_json, lab.source, **how, as_="marks")
    if source.format == "XLSX":
        how = {"sheet": options["sheet"], "skip": options["skip"], "rows": rows, "columns": columns}
        return lab.run(cell_sources, lab.source, **how, **table.child(), as_="marks")
    return None


def packed_views(
    lab: Lab, source: Table, frame: Node, cells: Node, text: Mapping[str, str]
) -> None:
    """The first cells of a file in which no cell has bytes of its own, and how it keeps its columns."""
    kinds = lab.run(column_kinds, frame, as_="kinds")
    body = grid(cells.value, kinds.value, label=_("The cells"))
    note = text["parquet_caption"] if source.format == "Parquet" else text["binary_caption"]
    show.html("cells", body, [cells, kinds], caption=note)
    if source.format == "Parquet":
        chunks = lab.run(parquet_columns, lab.source, **table.child(), as_="chunks")
        show.html("chunks", chunk_grid(chunks.value), [chunks], caption=text["chunks_caption"])


def chunk_grid(chunks: Sequence[tuple[Any, ...]]) -> str:
    """Where the columns of a Parquet file lie in it."""
    body = [
        [
            Cell(name, "cell"),
            *(Cell(str(part)) for part in (kind, packing, encodings)),
            *(Cell(f"{count:,}") for count in (first, size, unpacked)),
        ]
        for name, kind, packing, encodings, first, size, unpacked in chunks
    ]
    heads = (
        *(_("Column"), _("type"), _("compression"), _("encodings"), _("first byte")),
        *(_("bytes in the file"), _("bytes unpacked")),
    )
    return text_table(body, label=_("Columns in the file"), heads=heads)
