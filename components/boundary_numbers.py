"""Points with numbers instead of classes, for the lesson on boundaries: of a table, or by a formula."""

from __future__ import annotations

import streamlit as st

from components import table as tables
from components.boundary_data import (
    MOST,
    Data,
    ask_columns,
    ask_formula,
    ask_split,
    said_or,
    source_label,
)
from components.i18n import _, safe
from components.plane import Scale
from components.state import choice
from engine.lab import Lab, Node
from engine.samples import load
from engine.table.matrix import complete_rows
from engine.table.plane import held_out_values, plane_of, table_values, value_units
from engine.table.toys import toy_values


def ask_numbers(table: tuple[Lab, Node]) -> Data | None:
    """Ask where the points come from; None if there are no such points, then a sentence says why."""
    sources = {
        "table": _("Three columns of the table"),
        "slope": _("A slope"),
        "hills": _("Hills and hollows"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = choice(_("Points"), sources, key="boundary_surface", look="menu")
        box = st.popover(source_label(source), icon=":material/tune:", key="boundary_source")
    with box:
        found = _of_table(table) if source == "table" else _by_formula(source)
    return said_or(found)


def _by_formula(shape: str) -> Data:
    lab = Lab(load("cafe"))
    count, noise = ask_formula()
    seed, share = ask_split()
    points = lab.run(toy_values, shape=shape, count=count, noise=noise, seed=seed, as_="points")
    note = _("{count} points made by formula.", count=f"{count:,}")
    return _numbers(lab, points, ("x", "y"), _("value"), note, seed, share)


def _of_table(table: tuple[Lab, Node]) -> Data | str:
    lab, node = table
    frame = node.value
    numbers = tables.columns_of(frame, tables.NUMBERS_AND_DATES)
    if len(frame) < 4 or len(numbers) < 3:
        told = _(
            "This needs three columns of numbers and at least four rows. Choose other points above."
        )
        return tables.too_few(lab, node, told)
    x, y, target = ask_columns(
        lab,
        node,
        numbers,
        lambda: tables.pick_target(
            frame, _("Number to predict"), key="boundary_number", kinds=tables.NUMBERS
        ),
    )
    seed, share = ask_split()
    points = lab.run(
        table_values, node, x=x, y=y, target=target, most=MOST, seed=seed, as_="points"
    )
    complete = len(lab.run(complete_rows, node, columns=(x, y, target), as_="complete").value)
    fields = {"all": f"{len(frame):,}", "complete": f"{complete:,}", "target": safe(target)}
    if complete > MOST:
        note = _(
            "{count} of {all} rows, drawn at random among the {complete} that have all three values; "
            "colours by {target}.",
            count=f"{MOST:,}",
            **fields,
        )
    else:
        note = _("{complete} of {all} rows have all three values; colours by {target}.", **fields)
    return _numbers(lab, points, (x, y), target, note, seed, share)


def _numbers(
    lab: Lab,
    points: Node,
    axes: tuple[str, str],
    name: str,
    note: str,
    seed: int,
    share: float,
) -> Data:
    test = lab.run(held_out_values, points, share=float(share), seed=seed, as_="test")
    part = lab.run(plane_of, points, test, as_="plane")
    mean, _deviation, reach = lab.run(value_units, points, test, as_="units").value
    return Data(lab, points, test, part, (), axes, note, Scale(name, mean, reach))
