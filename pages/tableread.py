"""Shows: the bytes of a file beside the cells of its table; how it was read, every option to change; the
kinds of the columns and what fails as another kind; statistics and a histogram of each column; wrong
readings beside the right one; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import glyphs, page, table, tableread
from components import tableread_bytes as cells
from components import tableread_faults as faults
from components import tableread_kinds as kinds
from components import tableread_options as options
from components import tableread_questions as questions
from components import tableread_reading as readings
from components import tableread_statistics as statistics
from components.guard import fragment
from components.i18n import _
from components.state import choice

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


@fragment
def file_and_cells() -> None:
    cells.bytes_view(lab, source, text)


@fragment
def reading() -> None:
    options.ask_options(lab, source, text)
    readings.reading_view(lab, source, text)


@fragment
def kinds_and_gaps() -> None:
    frame = table.read(lab, source)
    mixed = kinds.first_mixed(lab, frame)
    left, right = st.columns(2)
    with left:
        column = table.pick_column(frame.value, _("Column"), key="tableread_column", default=mixed)
    if not column:
        return
    with right:
        kind = kinds.ask_kind(source, column)
    kinds.tell(lab, source, column, kind)
    kinds.facts_view(lab, source, text)


@fragment
def glance() -> None:
    statistics.statistics_view(lab, source, text)


@fragment
def breaks() -> None:
    names = {
        "separator": _("Separator"),
        "decimal": _("Decimal sign"),
        "header": _("First row"),
        "encoding": _("Encoding"),
    }
    fault = choice(_("What is wrong"), names, key="tableread_fault", hide_label=True)
    faults.fault_view(lab, source, fault, text)


def predict() -> None:
    questions.ask(lab, source, text)


here.run(
    bytes=file_and_cells,
    options=reading,
    kinds=kinds_and_gaps,
    statistics=glance,
    breaks=breaks,
    predict=predict,
)
