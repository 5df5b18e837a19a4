"""The lesson on tables as numbers: gaps filled, and what each way of filling does to a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, show
from components.cells import Cell, grid
from components.i18n import _, safe
from components.state import choice, slider
from components.table import NUMBERS, label, pick_column
from components.tablenumbers import BINS, BLUE, ORANGE, SEED, bars, first_measure
from engine.lab import Lab, Node
from engine.table import gaps, scaling

MOST = 2000  # rows with which gaps are filled
MOST_OTHERS = 10  # columns in which near rows are alike


def fill_names() -> dict[str, str]:
    """What each way of filling is called."""
    return {
        "drop": _("Drop the rows"),
        "mean": _("Mean"),
        "median": _("Median"),
        "frequent": _("Most frequent"),
        "zero": _("Zero"),
        "neighbours": _("{count} nearest rows", count=gaps.NEIGHBOURS),
    }


def gap_steps(
    lab: Lab,
    table: Node,
    numeric: tuple[str, ...],
    known: tuple[str, ...],
    text: Mapping[str, str],
) -> None:
    """Ask for a column of numbers and how its gaps are filled; `known` : those with some number."""
    frame = table.value
    holed = max(known, key=lambda name: frame[name].isna().sum())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = pick_column(frame, _("Column"), key="tn_gap", kinds=NUMBERS, default=holed)
        other = pick_column(
            frame,
            _("Correlated with"),
            key="tn_other",
            kinds=NUMBERS,
            default=first_measure(lab, table, column),
            without=(column,),
        )
    share = slider(_("More cells emptied by chance, %"), 0, 80, 30, key="tn_holes")
    method = choice(_("Filled with"), fill_names(), key="tn_fill", default="mean", look="pills")
    others = tuple(name for name in numeric if name != column)
    gap_views(lab, table, column, other or column, others, share / 100, method, text)


def gap_views(
    lab: Lab,
    table: Node,
    column: str,
    other: str,
    others: tuple[str, ...],
    share: float,
    method: str,
    text: Mapping[str, str],
) -> None:
    """A column before and after its gaps are filled, and what each way of filling does."""
    names = fill_names()
    rows = lab.run(gaps.sampled_rows, table, most=MOST, seed=SEED, as_="rows")
    before, holes = (
        lab.run(gaps.with_holes, table, rows, column=column, share=part, seed=SEED, as_=name)
        for part, name in ((0.0, "before"), (share, "holes"))
    )
    found = {}
    for name in names:
        filled = lab.run(
            gaps.filled_column,
            holes,
            table,
            rows,
            method=name,
            others=others[:MOST_OTHERS],
            as_=f"by_{name}",
        )
        statistics = lab.run(gaps.statistics_of, filled, table, rows, other=other, as_=f"of_{name}")
        error = lab.run(gaps.error_of_filling, filled, holes, before, as_=f"error_{name}")
        found[name] = (filled, statistics, error)
    both = lab.run(scaling.bars_of_both, before, found[method][0], bins=BINS, as_="bars")
    show.chart(
        "tn_gap",
        lambda drawn: filled_bars(drawn, column),
        [both],
        caption=text["gap_caption"],
        alt=_("Bars of the column before, and of the column after filling"),
    )
    truth = lab.run(gaps.statistics_of, before, table, rows, other=other, as_="truth")
    empty = lab.run(gaps.missing_indicator, before, as_="empty")
    told = lab.run(gaps.statistics_of, empty, table, rows, other=other, as_="of_empty")
    lines = [(_("In the table"), truth.value, float("nan"))]
    lines += [(names[name], s.value, e.value) for name, (_filled, s, e) in found.items()]
    caption = text["fills_caption"].format(
        other=safe(other),
        used=f"{len(rows.value):,}",
        rows=f"{len(table.value):,}",
        columns=MOST_OTHERS,
    )
    show.html(
        "tn_fills",
        fills_grid(lines, names[method]),
        [truth, *(node for _filled, s, e in found.values() for node in (s, e)), empty, told],
        caption=f"{caption} {indicator_told(told.value, column, other, text)}",
    )


def indicator_told(
    found: tuple[int, float, float, float], column: str, other: str, text: Mapping[str, str]
) -> str:
    """What a further column says that is 1 where the cell is missing."""
    count, share, _deviation, r = found
    if not count or share == 0:
        return text["no_indicator"].format(column=safe(column))
    fields = {"column": safe(column), "other": safe(other), "share": f"{share:.1%}"}
    if r != r:
        return text["indicator_flat"].format(**fields)
    return text["indicator"].format(r=f"{r:+.3f}", **fields)


def filled_bars(both: Any, column: str) -> charts.Figure:
    """The distribution after filling over the one before."""
    middles, before, after = both
    drawn = {_("after filling"): (middles, after), _("in the table"): (middles, before)}
    return bars(drawn, label(column), (ORANGE, BLUE))


def fills_grid(rows: Sequence[tuple[str, Any, float]], chosen: str) -> str:
    """A row for each way of filling: how many, mean, deviation, correlation, error; one is marked."""
    body = []
    for name, (count, mean, deviation, r), error in rows:
        edge = ORANGE if name == chosen else ""
        texts = [f"{count:,}", f"{mean:.5g}", f"{deviation:.5g}", f"{r:+.3f}", f"{error:.5g}"]
        body.append([Cell("–" if "nan" in text else text, edge=edge) for text in texts])
    return grid(
        body,
        label=_("What each way of filling does"),
        row_heads=[name for name, _statistics, _error in rows],
        column_heads=[
            _("how many"),
            _("mean"),
            _("standard deviation"),
            "r",
            _("error in the emptied cells"),
        ],
    )
