"""The lesson on principal components: which rows and columns take part, and their components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import table as tables
from components.classes import Look, looks
from components.i18n import _
from components.state import choice
from engine.lab import Lab, Node
from engine.table import components as engine

MOST_DRAWN = 600  # points of a picture
MOST_GROUPS = 6
MOST_ROWS = 50_000  # that take part
SEED = 0
TIMES = 1000  # by which a number is multiplied to be wrong


@dataclass(frozen=True)
class Cloud:
    """The rows of a table as points around 0, and their principal components."""

    lab: Lab
    table: Node
    columns: tuple[str, ...]
    gaps: str
    scaled: bool
    rows: Node
    points: Node
    components: Node

    @property
    def shares(self) -> Any:
        """The share of the variance of each component."""
        return self.components.value[2]

    @property
    def note(self) -> str:
        """How many rows take part, as a sentence."""
        used, every = len(self.rows.value), len(self.table.value)
        how = {
            "drop": _("rows with a gap in these columns are left out"),
            "mean": _("the mean of a column stands in its gaps"),
        }[self.gaps]
        counts = {"used": f"{used:,}", "rows": f"{every:,}"}
        if used == MOST_ROWS < every:
            drawn = _("{used} of {rows} rows take part, drawn by chance; {how}.", how=how, **counts)
            return drawn
        return _("{used} of {rows} rows take part: {how}.", how=how, **counts)


@dataclass(frozen=True)
class Groups:
    """The places of the points that are drawn, their groups, and the look of each group."""

    drawn: Node
    grouped: Node
    looks: Sequence[Look]


def ask(lab: Lab, table: Node, *, scaling: bool = True) -> Cloud | None:
    """Ask for columns, scaling (or not) and what becomes of gaps; None if there is too little."""
    frame = table.value
    first = tables.measures(lab, table)
    if len(first) < 2 or len(frame) < 3:
        tell_too_few(lab, table)
        return None
    columns = tables.pick_columns(frame, _("Columns"), key="pc_columns", first=first)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scaled = True
        if scaling:
            ways = {"yes": _("Scaled"), "no": _("As they are")}
            scaled = choice(_("Columns are"), ways, key="pc_scaled") == "yes"
        gaps = "drop"
        if any(frame[column].isna().any() for column in columns):
            ways = {"drop": _("Leave the row out"), "mean": _("Put the mean there")}
            gaps = choice(_("Gaps"), ways, key="pc_gaps")
    if len(columns) < 2:
        st.info(_("Choose at least two columns."), icon=":material/info:")
        return None
    made = cloud(lab, table, columns, gaps, scaled)
    if len(made.rows.value) < 3:
        told = _(
            "Fewer than three rows have no gap in these columns. Choose others, or fill the gaps."
        )
        st.info(told, icon=":material/info:")
        return None
    return made


def tell_too_few(lab: Lab, table: Node) -> None:
    """Say what components need, and how there may be more of it."""
    told = _("This needs two columns of numbers and three rows. Choose another table above.")
    tables.tell_too_few(lab, table, told)


def cloud(
    lab: Lab,
    table: Node,
    columns: tuple[str, ...],
    gaps: str = "drop",
    scaled: bool = True,
    times: float = 1.0,
    tail: str = "",
) -> Cloud:
    """The components of some columns; `tail` stands behind the names in the code."""
    how = {"columns": columns, "gaps": gaps, "most": MOST_ROWS}
    rows = lab.run(engine.rows_for_components, table, as_="rows", **how)
    points = lab.run(
        engine.points_for_components,
        table,
        rows,
        columns=columns,
        scaled=scaled,
        times=times,
        as_=f"points{tail}",
    )
    return of_points(lab, table, columns, gaps, scaled, rows, points, tail)


def of_points(
    lab: Lab,
    table: Node,
    columns: tuple[str, ...],
    gaps: str,
    scaled: bool,
    rows: Node,
    points: Node,
    tail: str = "",
) -> Cloud:
    """The components of points that were made otherwise."""
    found = lab.run(engine.components_of, points, as_=f"components{tail}")
    return Cloud(lab, table, columns, gaps, scaled, rows, points, found)


def with_codes(made: Cloud, category: str, order: str) -> Cloud:
    """The same points with a column of text behind them, as integers."""
    points = made.lab.run(
        engine.points_with_codes,
        made.table,
        made.rows,
        columns=made.columns,
        category=category,
        order=order,
        as_=f"points_{order}",
    )
    return of_points(
        made.lab, made.table, made.columns, made.gaps, True, made.rows, points, f"_{order}"
    )


def ask_colour(made: Cloud) -> Groups:
    """Ask for the column that colours the points: the places that are drawn, and their groups."""
    frame = made.table.value
    column = tables.pick_target(frame, _("Coloured by"), key="pc_colour")
    return groups(made, column)


def groups(made: Cloud, column: str) -> Groups:
    """The places that are drawn, and the groups of a column."""
    lab = made.lab
    drawn = lab.run(engine.places_drawn, made.rows, most=MOST_DRAWN, seed=SEED, as_="drawn")
    grouped = lab.run(
        engine.groups_of,
        made.table,
        made.rows,
        drawn,
        column=column,
        most=MOST_GROUPS,
        as_="grouped",
    )
    return Groups(drawn, grouped, looks(lab, made.table, column, grouped.value[1]))


def drawn_note(made: Cloud, colour: Groups) -> str:
    """How many points are drawn if not all are, and how many rows take part, as sentences."""
    drawn, rows = len(colour.drawn.value), len(made.rows.value)
    if drawn == rows:
        return made.note
    few = _("{drawn} of {rows} points are drawn, chosen by chance.", drawn=drawn, rows=f"{rows:,}")
    return f"{few} {made.note}"


def axis_name(number: int, shares: Any) -> str:
    """ "PC1 (72.9 %)"."""
    share = float(shares[number - 1]) if number <= len(shares) else 0.0
    return f"PC{number} ({share:.2%})"
