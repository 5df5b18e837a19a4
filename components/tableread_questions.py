"""The lesson about reading tables: predictions about the learner's own table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import quiz, table
from components.i18n import _, safe
from components.tableread_faults import (
    as_text_file,
    misread,
    other_header,
    written_note,
    wrong_option,
)
from engine.lab import Lab
from engine.sources import Table
from engine.table.summary import column_statistics, rows_with_gaps


def ask(lab: Lab, source: Table, text: Mapping[str, str]) -> None:
    """At most four questions: those that this table has an answer to."""
    frame = table.read(lab, source)
    rows, width = frame.value.shape
    _data, options = as_text_file(lab, source)
    if note := written_note(source, text):
        st.caption(note)
    wrong = wrong_option("separator", options)
    found = misread(lab, source, **wrong.change).value.shape[1]
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
    before = len(table.columns_of(misread(lab, source).value, table.NUMBERS))
    if before:
        swapped = misread(lab, source, header=not options["header"]).value
        after = len(table.columns_of(swapped, table.NUMBERS))
        quiz.question(
            _(
                "The first row is taken for {what}. How many columns of numbers are left?",
                what=other_header(options),
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
    column, mean, median = most_skewed(statistics)
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


def most_skewed(statistics: Sequence[tuple[Any, ...]]) -> tuple[str, float, float]:
    """The column whose mean lies farthest from its median, in standard deviations, or "".

    Columns of a few values are codes rather than measures.
    """
    best, found = -1.0, ("", 0.0, 0.0)
    for name, kind, _count, _missing, different, *_frequent, numbers in statistics:
        if kind not in ("integer", "number") or not numbers or different <= table.FEW_VALUES:
            continue
        _least, _low, median, _high, _greatest, mean, spread = numbers
        gap = abs(mean - median) / spread if spread > 0 else 0.0
        if gap > best:
            best, found = gap, (name, mean, median)
    return found
