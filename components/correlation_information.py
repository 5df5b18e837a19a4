"""The lesson on correlation: mutual information cell by cell, in parts of two columns of any kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, show
from components import table as tables
from components.cells import Cell, grid
from components.correlation import ask_columns, pair_of
from components.i18n import _, safe
from components.state import choice
from components.table import KINDS, NUMBERS_AND_DATES, group_name, label
from components.text import beginning
from engine.lab import Lab, Node
from engine.table import correlation as engine

FEW, SOME, MANY = 3, 5, engine.PARTS  # parts that a learner can choose
MOST_CELLS = 12  # whose arithmetic is written out


def information_view(lab: Lab, table: Node, text: Mapping[str, str]) -> None:
    """Ask for two columns and how finely they are cut: counts, bits cell by cell, their sum."""
    columns = ask_columns(lab, table, KINDS)
    if columns is None:
        st.info(_("This needs two columns. Choose another table above."), icon=":material/info:")
        return
    sizes = {str(size): str(size) for size in (FEW, SOME, MANY)}
    parts = int(choice(_("Parts of a column, at most"), sizes, key="correlation_parts"))
    x, y = columns
    counts, *names = counted(lab, table, x, y, parts)
    if counts.value.sum() < 1:
        told = _("No row has a value in both columns. Choose other columns.")
        st.info(told, icon=":material/info:")
        return
    terms = lab.run(engine.terms_of_information, counts, as_="terms")
    left, right = st.columns(2)
    with left:
        counts_view("correlation_information", counts, names, x, y, text["counts_caption"])
    with right:
        show.chart(
            "correlation_bits",
            lambda found, *ends: bits_figure(found[-1], *ends, x, y),
            [terms, *names],
            caption=text["bits_caption"],
            alt=_("A red square where a cell adds bits, a blue one where it takes some"),
        )
    sums_view(lab, counts, terms, names, columns, text["sums_caption"])
    estimates_view(lab, table, (x, y), counts, parts, text)


def counted(lab: Lab, table: Node, x: str, y: str, parts: int) -> tuple[Node, Node, Node]:
    """The table of counts, and what the parts of x and of y are called."""
    counts = lab.run(engine.counts_of_parts, table, x=x, y=y, parts=parts, as_="counts")
    across, up = (
        lab.run(engine.names_of_parts, table, column=column, parts=parts, as_=name)
        for column, name in ((x, "parts_across"), (y, "parts_up"))
    )
    return counts, across, up


def counts_view(
    key: str, counts: Node, names: Sequence[Node], x: str, y: str, caption: str
) -> None:
    """How many rows lie in each part of both columns."""
    show.chart(
        key,
        lambda found, *ends: counts_figure(found, *ends, x, y),
        [counts, *names],
        caption=caption,
        alt=_("A square for each part of one column and each part of the other"),
    )


def counts_figure(
    counts: Any, across: Sequence[str], up: Sequence[str], x: str, y: str
) -> charts.Figure:
    """The counts as squares; the parts of x from left to right, those of y upwards."""
    span = (0.0, float(max(1, counts.max(initial=1))))
    figure = charts.heat(counts, _short(up), _short(across), span=span)
    return _with_names(figure, x, y, "%{z:.0f}")


def bits_figure(
    bits: Any, across: Sequence[str], up: Sequence[str], x: str, y: str
) -> charts.Figure:
    """What each cell adds to the sum, on a scale with 0 in its middle."""
    most = float(abs(bits).max(initial=0)) or 1.0
    figure = charts.heat(bits, _short(up), _short(across), scale="signed", span=(-most, most))
    return _with_names(figure, x, y, "%{z:.3f}")


def _short(names: Sequence[str]) -> list[str]:
    return [label(group_name(name) or "–", 22) for name in names]


def _with_names(figure: charts.Figure, x: str, y: str, digits: str) -> charts.Figure:
    for trace in figure["data"]:  # dark cells and light ones
        trace |= {"hovertemplate": f"%{{customdata}}: {digits}<extra></extra>"}
        trace |= {"texttemplate": digits} if "texttemplate" in trace else {}
    rows = len(figure["layout"]["yaxis"]["ticktext"])
    figure["layout"]["height"] = max(300, 30 * rows + 150)
    figure["layout"]["xaxis"] |= {"title": {"text": label(x, 40)}, "automargin": True}
    upright = {"title": {"text": label(y, 40)}, "range": [-0.5, rows - 0.5], "automargin": True}
    figure["layout"]["yaxis"] |= upright
    return figure


def sums_view(
    lab: Lab,
    counts: Node,
    terms: Node,
    names: Sequence[Node],
    columns: tuple[str, str],
    caption: str,
) -> None:
    """The arithmetic of the cells that matter most, and the sums over all of them."""
    cells = lab.run(engine.strongest_cells, terms, most=MOST_CELLS, as_="cells")
    bits = lab.run(engine.information, counts, as_="bits")
    body = terms_grid(counts.value, terms.value, cells.value, *(one.value for one in names))
    x, y = map(safe, columns)
    told = caption.format(
        x=x, y=y, shown=len(cells.value), all=counts.value.size, bits=f"{bits.value:.3f}"
    )
    show.html("correlation_sums", body, [counts, terms, cells, bits], caption=told)


def terms_grid(
    counts: Any,
    terms: Any,
    cells: Sequence[tuple[int, int]],
    across: Sequence[str],
    up: Sequence[str],
) -> str:
    """A line for each cell: its rows, the shares, and the bits; at last the sums over all cells."""

    def words(count: float, *numbers: float) -> list[Cell]:
        *shares, bits = (f"\u2002{one:.4f}".replace("-", "−") for one in numbers)
        return [Cell(f"{int(count):,}"), *map(Cell, shares), Cell(bits)]

    lines = [words(counts[cell], *terms[(slice(None), *cell)].tolist()) for cell in cells]
    names = [[beginning(group_name(one), 24) for one in part] for part in (across, up)]
    heads = [  # on a phone a head breaks between the parts only
        " · ".join(part.replace(" ", "\u00a0") for part in (names[0][column], names[1][row]))
        for row, column in cells
    ]
    both, _x, _y, product, bits = terms.sum(axis=(1, 2)).tolist()
    whole = words(counts.sum(), both, 0, 0, product, bits)
    whole[2] = whole[3] = Cell("")
    return grid(
        [*lines, whole],
        label=_("The terms of the mutual information"),
        row_heads=[*heads, "Σ"],
        column_heads=[_("rows"), "p(x, y)", "p(x)", "p(y)", "p(x)·p(y)", _("bits")],
    )


def estimates_view(
    lab: Lab,
    table: Node,
    columns: tuple[str, str],
    counts: Node,
    parts: int,
    text: Mapping[str, str],
) -> None:
    """The bits by how they are found: as here, as on the other steps, without any parts."""
    x, y = columns
    usual = lab.run(engine.parts_for_table, table, as_="parts").value
    finer = lab.run(engine.counts_of_parts, table, x=x, y=y, parts=usual, as_="usual_counts")
    ways = [(_("at most {parts} parts, as above", parts=parts), counts)]
    if usual != parts:
        ways.append((_("at most {parts} parts, as in the next steps", parts=usual), finer))
    found, nodes = [], []
    for name, made in ways:
        pieces = (engine.information, "bits"), (engine.information_by_chance, "chance")
        both = [lab.run(function, made, as_=own) for function, own in pieces]
        found.append((name, *(f"{node.value:.3f}" for node in both)))
        nodes += both
    caption = text["estimates_caption"]
    if all(tables.kind_of(table.value[name]) in NUMBERS_AND_DATES for name in columns):
        pair = pair_of(lab, table, x, y).all
        near = lab.run(engine.estimated_information, pair, as_="estimate")
        told = "–" if near.value != near.value else f"{near.value:.3f}"
        found.append((_("no parts: distances of nearest neighbours"), told, ""))
        nodes.append(near)
        caption += " " + text["neighbours_caption"].format(
            neighbours=engine.NEIGHBOURS,
            used=f"{min(len(pair.value), engine.MOST_OF_ESTIMATE):,}",
        )
    body = grid(
        [[Cell(bits), Cell(chance)] for _name, bits, chance in found],
        label=_("Mutual information by how it is found"),
        row_heads=[name for name, *_rest in found],
        column_heads=[_("bits"), _("by chance")],
    )
    show.html("correlation_estimates", body, nodes, caption=caption)
