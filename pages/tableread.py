"""Shows: the bytes of a file beside the cells of its table; how it was read, every option to change; the
kinds of the columns and what fails as another kind; statistics and a histogram of each column; wrong
readings beside the right one; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import bytecells, glyphs, page, quiz, show, table, tableread
from components.catalogue import COLOURS
from components.guard import explain, fragment
from components.i18n import _, safe
from components.state import choice
from engine.errors import UserError
from engine.lab import Node
from engine.table.cut import cut_json, cut_text
from engine.table.frame import (
    as_csv,
    as_texts,
    date_order,
    failed_cells,
    parquet_columns,
    read_text_table,
    uneven_rows,
)
from engine.table.layout import first_lines, lines_before
from engine.table.summary import (
    column_facts,
    column_histograms,
    column_kinds,
    column_statistics,
    date_columns,
    duplicate_rows,
    first_cells,
    odd_words,
    reading_differences,
    rows_with_gaps,
)
from engine.table.workbook import cell_sources, sheet_names

#: Lines of a text that are read wrongly, to see what becomes of them.
LINES = 5000

here = page.start(
    "tableread",
    {
        "bytes": _("Bytes and cells"),
        "options": _("How it is read"),
        "kinds": _("Kinds and gaps"),
        "statistics": _("At a glance"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
source, lab = table.of_tray()
glyphs.draw_style()
tableread.draw_style()
is_json, is_text = source.format.startswith("JSON"), bool(source.encoding)
is_csv = is_text and not is_json


def size_of(frame: Node) -> str:
    """How many rows and columns, in words."""
    rows, columns = frame.value.shape
    return _("{rows} rows, {columns} columns.", rows=f"{rows:,}", columns=f"{columns:,}")


@fragment
def file_and_cells() -> None:
    bytecells.draw_style()
    frame = table.read(lab, source)
    options = table.options_of(source)
    rows, columns = bytecells.ROWS, bytecells.COLUMNS
    cells = lab.run(first_cells, frame, rows=rows - 1, columns=columns, as_="cells")
    names, *lines = cells.value
    first = int(is_json or options.get("header", True))
    grid = bytecells.cells(lines, names=names, label=_("The cells"), first=first)
    if is_csv:
        wanted = ("encoding", "separator", "quote", "comment", "skip")
        how = {name: options[name] for name in wanted if name in options}
        marks = lab.run(cut_text, lab.source, **how, rows=rows, columns=columns, as_="marks")
    elif is_json:
        how = {"encoding": options["encoding"], "rows": rows - 1, "columns": columns}
        marks = lab.run(cut_json, lab.source, **how, as_="marks")
    elif source.format == "XLSX":
        how = {"sheet": options["sheet"], "skip": options["skip"], "rows": rows, "columns": columns}
        marks = lab.run(cell_sources, lab.source, **how, **table.child(), as_="marks")
    else:
        return packed(cells)
    if source.format == "XLSX":
        left, note = bytecells.of_xml(marks.value, refers=_("refers to:")), text["xml_caption"]
    else:
        left, note = bytecells.of_text(marks.value, label=_("The bytes")), text["bytes_caption"]
    note = tableread.drawn(frame.value.shape[1], columns) + note
    show.html("bytes", bytecells.linked(left, grid), [cells, marks], caption=note)


def packed(cells: Node) -> None:
    """A file whose cells are no bytes of their own."""
    kinds = lab.run(column_kinds, table.read(lab, source), as_="kinds")
    body = tableread.grid(cells.value, kinds.value, label=_("The cells"))
    note = text["parquet_caption"] if source.format == "Parquet" else text["binary_caption"]
    show.html("cells", body, [cells, kinds], caption=note)
    if source.format == "Parquet":
        chunks = lab.run(parquet_columns, lab.source, **table.child(), as_="chunks")
        body = tableread.chunk_grid(chunks.value)
        show.html("chunks", body, [chunks], caption=text["chunks_caption"])


@fragment
def reading() -> None:
    if is_text:
        tableread.ask_text_options(source)
    elif source.format != "Parquet":
        names = lab.run(sheet_names, lab.source, **table.child(), as_="sheets").value
        tableread.ask_sheet(source, names)
    else:
        st.info(text["nothing_to_choose"], icon=":material/info:")
    frame = table.read(lab, source)
    if table.changed(source) and (before := as_detected()) is not None:
        return compared(before, frame)
    kinds = lab.run(column_kinds, frame, as_="kinds")
    cells = lab.run(first_cells, frame, as_="cells")
    body = tableread.grid(cells.value, kinds.value, label=_("The table as it is read"))
    caption = f"{size_of(frame)} {drawn(frame)}{before_table()}{uneven()}"
    caption += f"{tableread.changes(source)} {text['options_caption']}"
    show.html("options", body, [cells, kinds], caption=caption)


def as_detected() -> Node | None:
    """The table as it is read by what was detected; None if it can't be read so."""
    first = table.FURTHER | table.detected(source)
    before = table.read(lab, source, **{name: first[name] for name in table.changed(source)})
    try:
        before.value
    except UserError as problem:
        detected = _("As detected:")
        st.warning(f"{detected} {explain(problem)}", icon=":material/warning:")
        return None
    return before


def compared(before: Node, after: Node) -> None:
    """Both readings side by side, and what differs."""
    found = lab.run(reading_differences, before, after, as_="differences")
    names = tuple(name for name, old, new, _cells in found.value if old and new)[:5]
    nodes, boxes = [found], []
    for title, frame in ((_("As detected"), before), (_("As you chose"), after)):
        cells = lab.run(first_cells, frame, rows=5, columns=5, names=names, as_="cells")
        kinds = lab.run(column_kinds, frame, as_="kinds")
        nodes += [cells, kinds]
        grid = tableread.grid(cells.value, kinds.value, label=title)
        boxes.append(tableread.titled(title, size_of(frame), grid))
    said = tableread.differences(found.value, before.value, after.value)
    shown = _("The columns that differ are shown.") if names else ""
    caption = f"{said} {shown} {uneven()}{tableread.changes(source)} {text['options_caption']}"
    show.html("options", tableread.beside(boxes), nodes, caption=caption)


def drawn(frame: Node) -> str:
    """How many columns a grid leaves out."""
    return tableread.drawn(frame.value.shape[1], 8)


def before_table() -> str:
    """What stands before the table in the file, if there is anything."""
    if not is_csv:
        return ""
    how = {"encoding": source.encoding, "skip": table.options_of(source)["skip"]}
    return tableread.said_by_the_file(lab.run(lines_before, lab.source, **how, as_="before").value)


def uneven() -> str:
    """What becomes of rows with another number of cells, if there are any."""
    if not is_csv:
        return ""
    options = table.options_of(source)
    names = ("encoding", "separator", "quote", "header", "comment", "skip")
    how = {name: options[name] for name in names if name in options}
    short, long, first = lab.run(
        uneven_rows, lab.source, **how, **table.child(), as_="uneven"
    ).value
    if not first:
        return ""
    return (
        _(
            "**{short} rows are too short and were filled up with missing values; {long} are too "
            "long and lost their last cells** (rows {first}).",
            short=f"{short:,}",
            long=f"{long:,}",
            first=", ".join(f"{row:,}" for row in first),
        )
        + " "
    )


@fragment
def kinds_and_gaps() -> None:
    frame = table.read(lab, source)
    names = table.columns_of(frame.value)
    left, right = st.columns(2)
    facts = lab.run(column_facts, frame, as_="facts")
    mixed = [name for name, kind, *_counts, numbers, _equal in facts.value if numbers]
    with left:
        first = mixed[0] if mixed else ""
        column = table.pick_column(frame.value, _("Column"), key="tableread_column", default=first)
    if not column:
        return
    with right:
        kind = tableread.ask_kind(source, column)
    if not is_json and kind in ("", "text"):
        words = lab.run(odd_words, table.read(lab, source), column=column, as_="words")
        tableread.offer_missing(source, words.value)
    plain = table.read(lab, source, types={**table.types_of(source), column: "text"})
    texts = lab.run(as_texts, plain, column=column, as_="texts")
    frame = table.read(lab, source)
    if kind not in ("", "text"):
        options = table.options_of(source)
        how = {name: options[name] for name in ("decimal", "thousands") if name in options}
        failed = lab.run(failed_cells, texts, kind=kind, **how, as_="failed")
        tableread.say_failed(column, kind, failed.value)
        show.register("failed", [failed])
        if kind == "date":
            tableread.say_order(lab.run(date_order, texts, as_="order").value)
    facts = lab.run(column_facts, table.read(lab, source), as_="facts")
    gaps = lab.run(rows_with_gaps, frame, as_="gaps")
    twice = lab.run(duplicate_rows, frame, as_="twice")
    summary = _(
        "{gaps} of {rows} rows have a gap; {twice} repeat an earlier row.",
        gaps=f"{gaps.value:,}",
        rows=f"{len(frame.value):,}",
        twice=f"{twice.value:,}",
    )
    dates = lab.run(date_columns, frame, as_="dates")
    body = tableread.facts_grid(facts.value, len(frame.value), dates.value)
    caption = f"{summary} {tableread.drawn(len(names))}{text['kinds_caption']}"
    show.html("kinds", body, [facts, gaps, twice, dates], caption=caption)


@fragment
def glance() -> None:
    frame = table.read(lab, source)
    statistics = lab.run(column_statistics, frame, as_="statistics")
    bars = lab.run(column_histograms, frame, bins=20, as_="histograms")
    body = tableread.statistics_grid(statistics.value, bars.value, colour=COLOURS["table"])
    caption = (
        f"{size_of(frame)} {tableread.drawn(frame.value.shape[1])}{text['statistics_caption']}"
    )
    show.html("statistics", body, [statistics, bars], caption=caption)


def as_text_file() -> tuple[Node, dict[str, object]]:
    """The table as a text file and how it is read: the learner's own file, or one written of it."""
    if is_csv:
        options = table.options_of(source)
        how = {name: options[name] for name in ("encoding", "quote")}
        return lab.run(first_lines, lab.source, **how, lines=LINES, as_="part"), options
    written = lab.run(as_csv, table.read(lab, source), rows=200, as_="csv")
    return written, {"separator": ",", "encoding": "utf-8", "decimal": ".", "header": True}


def misread(**wrong: object) -> Node:
    """The table read with wrong options."""
    data, options = as_text_file()
    options = {name: value for name, value in options.items() if name != "types"} | wrong
    return lab.run(read_text_table, data, **table.child(), **options, as_="wrong")


@fragment
def breaks() -> None:
    faults = {
        "separator": _("Separator"),
        "decimal": _("Decimal sign"),
        "header": _("First row"),
        "encoding": _("Encoding"),
    }
    fault = choice(_("What is wrong"), faults, key="tableread_fault", hide_label=True)
    _data, options = as_text_file()
    wrong = tableread.wrong_option(fault, options)
    right, misshapen = misread(), misread(**wrong.change)
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
        grid = tableread.grid(cells.value, kinds.value, label=title)
        boxes.append(tableread.titled(title, size_of(frame), grid))
    note = "" if is_csv else text["written_note"] + " "
    if is_csv and len(right.value) >= LINES // 2:
        note = _("Both are readings of the first {lines} lines at most.", lines=f"{LINES:,}") + " "
    if right.value.equals(misshapen.value):
        note += (
            _("**In this table nothing changes: it has no cell that shows the difference.**") + " "
        )
    show.html("breaks", tableread.beside(boxes), shown, caption=note + text[f"breaks_{fault}"])


def predict() -> None:
    frame = table.read(lab, source)
    rows, width = frame.value.shape
    _data, options = as_text_file()
    if not is_csv:
        st.caption(text["written_note"])
    wrong = tableread.wrong_option("separator", options)
    found = misread(**wrong.change).value.shape[1]
    quiz.question(
        _(
            "The file is read with “{option}” as the separator. How many columns come out?",
            option=wrong.label,
        ),
        {"one": _("one"), "same": _("as many as before"), "other": _("another number")},
        answer="one" if found == 1 else "same" if found == width else "other",
        why=_("{found} instead of {columns}.", found=f"{found:,}", columns=f"{width:,}"),
        key="tableread_separator",
    )
    gaps = lab.run(rows_with_gaps, frame, as_="gaps").value
    left = 1 - gaps / rows if rows else 0
    quiz.question(
        _("All rows with at least one gap are thrown away. How much of the table is left?"),
        {"less": _("less than half"), "most": _("half to 95 %"), "all": _("more than 95 %")},
        answer="less" if left < 0.5 else "most" if left <= 0.95 else "all",
        why=_("{share} of {rows} rows.", share=f"{left:.1%}", rows=f"{rows:,}"),
        key="tableread_gaps",
    )
    before = len(table.columns_of(misread().value, table.NUMBERS))
    if before:
        after = len(table.columns_of(misread(header=not options["header"]).value, table.NUMBERS))
        quiz.question(
            _(
                "The first row is taken for {what}. How many columns of numbers are left?",
                what=tableread.other_header(options),
            ),
            {
                "none": _("none"),
                "same": _("as many as before"),
                "some": _("some, but another number"),
            },
            answer="same" if after == before else "none" if not after else "some",
            why=_("{after} instead of {before}.", after=after, before=before),
            key="tableread_header",
        )
    statistics = lab.run(column_statistics, frame, as_="statistics").value
    column, mean, median = tableread.most_skewed(statistics)
    if column:
        quiz.question(
            _("Column **{column}**: is its mean or its median greater?", column=safe(column)),
            {"mean": _("the mean"), "median": _("the median"), "equal": _("both are equal")},
            answer="mean" if mean > median else "median" if mean < median else "equal",
            why=_(
                "Mean {mean}, median {median}: the mean follows the size of every value, the median "
                "only their order.",
                mean=f"{mean:,.6g}",
                median=f"{median:,.6g}",
            ),
            key="tableread_mean",
        )


here.run(
    bytes=file_and_cells,
    options=reading,
    kinds=kinds_and_gaps,
    statistics=glance,
    breaks=breaks,
    predict=predict,
)
