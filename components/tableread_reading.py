"""The lesson about reading tables: the table as it is read, beside what was detected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import show, table
from components.guard import explain
from components.i18n import _, safe
from components.tableread import (
    beside,
    drawn,
    grid,
    is_csv,
    kind_name,
    size_of,
    some,
    titled,
    visible_name,
)
from components.tableread_options import SEPARATORS, changes
from engine.errors import UserError
from engine.lab import Lab, Node
from engine.sources import Table
from engine.table.delimited import uneven_rows
from engine.table.layout import lines_before, zero_characters
from engine.table.summary import column_kinds, first_cells, reading_differences


def reading_view(lab: Lab, source: Table, text: Mapping[str, str]) -> None:
    """The table as it is read; after a change, beside the table as it was detected."""
    frame = table.read(lab, source)
    if table.changed(source) and (before := as_detected(lab, source)) is not None:
        compared_view(lab, source, before, frame, text)
        return
    kinds = lab.run(column_kinds, frame, as_="kinds")
    cells = lab.run(first_cells, frame, as_="cells")
    body = grid(cells.value, kinds.value, label=_("The table as it is read"))
    columns = len(cells.value[0])
    caption = f"{size_of(frame.value)} {drawn(frame.value.shape[1], columns)}"
    caption += f"{before_table(lab, source)}{zeros(lab, source)}{uneven(lab, source)}"
    caption += f"{changes(source)} {text['options_caption']}"
    show.html("options", body, [cells, kinds], caption=caption)


def as_detected(lab: Lab, source: Table) -> Node | None:
    """The table as it is read by what was detected; None, and a word about it, if it can't be."""
    first = table.FURTHER | table.detected(source)
    before = table.read(lab, source, **{name: first[name] for name in table.changed(source)})
    try:
        before.value  # noqa: B018 (an error is to come here, not in the middle of a view)
    except UserError as problem:
        detected = _("As detected:")
        st.warning(f"{detected} {explain(problem)}", icon=":material/warning:")
        return None
    return before


def compared_view(
    lab: Lab, source: Table, before: Node, after: Node, text: Mapping[str, str]
) -> None:
    """Both readings side by side, and what differs."""
    found = lab.run(reading_differences, before, after, as_="differences")
    names = tuple(name for name, old, new, _cells in found.value if old and new)[:5]
    nodes, boxes = [found], []
    for title, frame in ((_("As detected"), before), (_("As you chose"), after)):
        cells = lab.run(first_cells, frame, rows=5, columns=5, names=names, as_="cells")
        kinds = lab.run(column_kinds, frame, as_="kinds")
        nodes += [cells, kinds]
        body = grid(cells.value, kinds.value, label=title)
        boxes.append(titled(title, size_of(frame.value), body))
    said = differences(found.value, before.value, after.value)
    shown = _("The columns that differ are shown.") if names else ""
    caption = f"{said} {shown} {uneven(lab, source)}{changes(source)} {text['options_caption']}"
    show.html("options", beside(boxes), nodes, caption=caption)


def differences(found: Sequence[tuple[str, str, str, int]], before: Any, after: Any) -> str:
    """What has changed between two readings, in words."""
    if before.shape != after.shape:
        said = _(
            "**{rows} rows and {columns} columns became {new_rows} rows and {new_columns} columns.**",
            rows=f"{before.shape[0]:,}",
            columns=f"{before.shape[1]:,}",
            new_rows=f"{after.shape[0]:,}",
            new_columns=f"{after.shape[1]:,}",
        )
    elif not found:
        return _("**Both readings are equal: this option changes nothing in this table.**")
    else:
        said = _("**The table has as many rows and columns as before.**")
    kinds = [
        _(
            "{column}: {before} became {after}",
            column=safe(visible_name(name)),
            before=kind_name(old),
            after=kind_name(new),
        )
        for name, old, new, _cells in found
        if old and new and old != new
    ]
    cells = [
        _("{column}: {cells} cells", column=safe(visible_name(name)), cells=f"{count:,}")
        for name, *_kinds, count in found
        if count > 0
    ]
    if kinds:
        said += " " + _("Another kind: {columns}.", columns=some(kinds))
    if cells:
        said += " " + _("Another value: {columns}.", columns=some(cells))
    gone = [name for name, _old, new, _cells in found if not new]
    if gone:
        names = some([safe(visible_name(name)) for name in gone])
        said += " " + _("No longer there: {columns}.", columns=names)
    return said


def before_table(lab: Lab, source: Table) -> str:
    """What stands before the table in the file, if there is anything."""
    if not is_csv(source):
        return ""
    how = {"encoding": source.encoding, "skip": table.options_of(source)["skip"]}
    return said_by_the_file(lab.run(lines_before, lab.source, **how, as_="before").value)


def said_by_the_file(found: tuple[str, tuple[str, ...]]) -> str:
    """What stands before the table: a line that names the separator, titles."""
    named, lines = found
    said = ""
    if named:
        sign = _(SEPARATORS.get(named, ","))
        said = _("**The first line of the file, `sep=`, names the separator: {sign}.**", sign=sign)
        said += " "
    if lines:
        first = safe(visible_name(lines[0]))
        said += _(
            "**Above the table stand lines that are left out; the first one is “{line}”.**",
            line=first,
        )
        said += " "
    return said


def zeros(lab: Lab, source: Table) -> str:
    """What is said of bytes of zero in a text, if there are any."""
    if not is_csv(source):
        return ""
    how = {"encoding": table.options_of(source)["encoding"]}
    count = lab.run(zero_characters, lab.source, **how, **table.child(), as_="zeros").value
    if not count:
        return ""
    said = _(
        "**The file is damaged: {count} characters in it have the code 0, which no text has. They are "
        "left out; what stood in their place is lost.**",
        count=f"{count:,}",
    )
    return said + " "


def uneven(lab: Lab, source: Table) -> str:
    """What becomes of rows with another number of cells, if there are any."""
    if not is_csv(source):
        return ""
    options = table.options_of(source)
    names = ("encoding", "separator", "quote", "escape", "header", "comment", "skip")
    how = {name: options[name] for name in names if name in options}
    found = lab.run(uneven_rows, lab.source, **how, **table.child(), as_="uneven")
    short, long, first = found.value
    if not first:
        return ""
    said = _(
        "**Rows that were too short and were filled up with missing values: {short}. Rows that were too "
        "long and lost their last cells: {long}** (the first: {first}).",
        short=f"{short:,}",
        long=f"{long:,}",
        first=", ".join(f"{row:,}" for row in first),
    )
    return said + " "
