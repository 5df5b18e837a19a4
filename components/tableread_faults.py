"""The lesson about reading tables: the same file read rightly, and with one option wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components import show, table
from components.i18n import _
from components.tableread import beside, grid, is_csv, size_of, titled
from components.tableread_options import SEPARATORS
from components.text import encoding_name
from engine.lab import Lab, Node
from engine.sources import Table
from engine.table.delimited import read_text_table
from engine.table.frame import as_csv
from engine.table.rows import first_lines
from engine.table.summary import column_kinds, first_cells

LINES = 5000  # of a text that are read wrongly, to see what becomes of them
WRITTEN = 200  # rows of another table that are written as a text first


@dataclass(frozen=True)
class Wrong:
    """A wrong option, and what it is called."""

    change: dict[str, Any]
    label: str


def wrong_option(fault: str, options: Mapping[str, Any]) -> Wrong:
    """An option as people get it wrong, given how the table is read rightly."""
    if fault == "separator":
        sign = "," if options["separator"] != "," else ";"
        return Wrong({"separator": sign}, _(SEPARATORS[sign]))
    if fault == "decimal":
        sign = "." if options["decimal"] == "," else ","
        other = "," if sign == "." else "."
        label = _("decimal “{decimal}”, thousands “{thousands}”", decimal=sign, thousands=other)
        return Wrong({"decimal": sign, "thousands": other}, label)
    if fault == "header":
        return Wrong({"header": not options["header"]}, other_header(options))
    codec = "cp1252" if options["encoding"].startswith("utf-8") else "utf-8"
    return Wrong({"encoding": codec}, encoding_name(codec))


def other_header(options: Mapping[str, Any]) -> str:
    """What the first row is taken for when it is taken wrongly."""
    return _("a row of data") if options["header"] else _("names of columns")


def as_text_file(lab: Lab, source: Table) -> tuple[Node, dict[str, Any]]:
    """The table as a text file and how it is read: the learner's own file, or one written of it."""
    if is_csv(source):
        options = table.options_of(source)
        how = {name: options[name] for name in ("encoding", "quote")}
        how["lines"] = LINES
        return lab.run(first_lines, lab.source, **how, **table.child(), as_="part"), options
    written = lab.run(as_csv, table.read(lab, source), rows=WRITTEN, as_="csv")
    return written, {"separator": ",", "encoding": "utf-8", "decimal": ".", "header": True}


def misread(lab: Lab, source: Table, **wrong: Any) -> Node:
    """The text file read with wrong options; without any, read rightly."""
    data, options = as_text_file(lab, source)
    options = {name: value for name, value in options.items() if name != "types"} | wrong
    return lab.run(read_text_table, data, **table.child(), **options, as_="wrong")


def written_note(source: Table, text: Mapping[str, str]) -> str:
    """What is said of a table that is not such a text itself."""
    return "" if is_csv(source) else text["written_note"].format(rows=WRITTEN)


def fault_view(lab: Lab, source: Table, fault: str, text: Mapping[str, str]) -> None:
    """Both readings side by side."""
    _data, options = as_text_file(lab, source)
    wrong = wrong_option(fault, options)
    right, misshapen = misread(lab, source), misread(lab, source, **wrong.change)
    # The columns where it is to be seen: those with a decimal sign, those of text.
    seen = {"decimal": ("number",), "encoding": ("text",)}.get(fault, ())
    names = [name for name in table.columns_of(right.value, seen) if name in misshapen.value]
    shown, boxes = [], []
    for title, frame in (
        (_("As it should be"), right),
        (_("Wrong: {option}", option=wrong.label), misshapen),
    ):
        cells = lab.run(first_cells, frame, rows=5, columns=5, names=tuple(names), as_="cells")
        kinds = lab.run(column_kinds, frame, as_="kinds")
        shown += [cells, kinds]
        body = grid(cells.value, kinds.value, label=title)
        boxes.append(titled(title, size_of(frame.value), body))
    notes = [written_note(source, text)]
    if is_csv(source) and len(right.value) >= LINES // 2:
        notes.append(_("Both are readings of the first {lines} lines at most.", lines=f"{LINES:,}"))
    if right.value.equals(misshapen.value):
        notes.append(
            _("**In this table nothing changes: it has no cell that shows the difference.**")
        )
    notes.append(text[f"breaks_{fault}"])
    show.html("breaks", beside(boxes), shown, caption=" ".join(filter(None, notes)))
