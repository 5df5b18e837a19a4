"""The lesson on tables as numbers: a row that becomes a vector, the array, the tensor beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from components import charts, scales, show
from components.catalogue import COLOURS
from components.cells import Cell, grid
from components.i18n import _
from components.table import NUMBERS, columns_of, group_name, measures
from components.text import beginning
from engine.lab import Lab, Node
from engine.table import vector

ORANGE, BLUE, GREEN, RED = COLOURS["table"], "#0072B2", "#009E73", "#D55E00"
SHOWN = 6  # rows and columns of the array that are drawn
IN_LINE = 24  # numbers of the array's memory that are drawn
VECTOR_LINE = 8  # numbers of a vector in a line
FEW_CATEGORIES = 4  # that are all named
BINS = 40
SEED = 0


def number(value: float) -> str:
    """A number with up to six significant digits."""
    return "NaN" if np.isnan(value) else f"{value:.6g}"


def exact(value: float) -> str:
    """A number with up to twelve significant digits."""
    return "NaN" if np.isnan(value) else f"{value:.12g}"


def first_measure(lab: Lab, table: Node, without: str = "") -> str:
    """A column of numbers to begin with: neither a code nor one that only numbers the rows."""
    frame, numeric = table.value, columns_of(table.value, NUMBERS)
    found = lab.run(vector.how_many_values, table, columns=numeric, as_="different").value
    counts = dict(zip(numeric, found, strict=True))
    names = [name for name in measures(lab, table) if name != without]
    integers = columns_of(frame, ("integer",))
    good = (name for name in names if name not in integers or counts[name] < len(frame))
    return next(good, names[0] if names else "")


def bars(
    series: Mapping[str, tuple[Any, Any]], x: str, colours: Sequence[str] = (BLUE, ORANGE)
) -> charts.Figure:
    """How many rows have which value, for each name in one colour."""
    return charts.histogram(series, x=x, y=_("rows"), colours=colours, height=260)


def row_grids(
    parts: Sequence[tuple[str, str, tuple[float, ...]]], categories: Sequence[Sequence[str]]
) -> str:
    """Each number of one row with its column and cell; below, all numbers in a line: the vector."""
    named = [
        line for part, names in zip(parts, categories, strict=True) for line in _named(part, names)
    ]
    above = grid(
        [[Cell(text)] for _head, text in named],
        label=_("The cells of the row and their numbers"),
        row_heads=[head for head, _text in named],
        column_heads=[_("becomes")],
    )
    cells = [
        Cell(exact(value), hint=name, edge=(ORANGE, BLUE)[place % 2])
        for place, (name, _cell, numbers) in enumerate(parts)
        for value in numbers
    ]
    starts = range(0, len(cells), VECTOR_LINE)
    below = grid(
        [cells[at : at + VECTOR_LINE] for at in starts],
        label=_("The row as a vector"),
        row_heads=[f"[{at}]" for at in starts],
    )
    return above + "<p></p>" + below


def _named(part: tuple[str, str, tuple[float, ...]], names: Sequence[str]) -> list[tuple[str, str]]:
    """What each number of a cell is called, and the number; of many categories, most share a line."""
    column, cell, numbers = part
    head = beginning(column, 24)
    if not names:
        return [(f"{head}: {beginning(cell, 32) if cell else '–'}", exact(numbers[0]))]
    rare = f": {cell}" if cell and cell not in names else ""  # one of those that share a place
    shown = [
        (f"{head} = {beginning(group_name(name) + (rare if value else ''), 32)}", f"{value:g}")
        for name, value in zip(names, numbers, strict=True)
        if value or len(names) <= FEW_CATEGORIES
    ]
    rest = len(names) - len(shown)
    return shown + (
        [(_("{column} = {count} others", column=head, count=rest), "0")] if rest else []
    )


def array_views(
    lab: Lab, table: Node, columns: tuple[str, ...], order: str, text: Mapping[str, str]
) -> None:
    """The corner of the array with the place of each number, the memory, and NumPy beside torch."""
    made = {"columns": columns, "order": order}
    corner = lab.run(vector.first_rows, table, columns=columns, rows=SHOWN, as_="rows")
    places = lab.run(vector.memory_places, table, rows=SHOWN, as_="places", **made)
    run = lab.run(vector.memory_run, table, count=IN_LINE, as_="in_memory", **made)
    top = places.value[:, :SHOWN]
    values = corner.value[:, :SHOWN]
    show.html(
        "tn_array",
        _corner(values, top, columns) + "<p></p>" + _line(run.value, top),
        [corner, places, run],
        caption=text["array_caption"].format(rows=SHOWN, numbers=IN_LINE),
    )
    ours = lab.run(vector.memory_facts, table, as_="numpy_facts", **made)
    theirs = lab.run(vector.tensor_facts, table, as_="torch_facts", **made)
    show.html(
        "tn_tensor",
        _two_kinds(ours.value, theirs.value),
        [ours, theirs],
        caption=text["tensor_caption"],
    )


def _corner(values: Any, places: Any, columns: Sequence[str]) -> str:
    most = float(places.max(initial=0))
    rows = [
        [
            Cell(
                f"{exact(value)} @{place}",
                scales.colour("viridis", place, 0, most),
                _("begins at byte {place}", place=place),
            )
            for value, place in zip(*line, strict=True)
        ]
        for line in zip(values.tolist(), places.tolist(), strict=True)
    ]
    return grid(
        rows,
        label=_("The first rows of the array, each number with the byte at which it begins"),
        row_heads=[f"[{n}]" for n in range(len(rows))],
        column_heads=[beginning(name, 16) for name in columns[:SHOWN]],
    )


def _line(run: Any, places: Any) -> str:
    """The beginning of the memory; the numbers that also stand in the corner have its colours."""
    most, corner = float(places.max(initial=0)), set(places.ravel().tolist())
    cells = [
        Cell(exact(v), scales.colour("viridis", 8 * n, 0, most) if 8 * n in corner else None)
        for n, v in enumerate(run.tolist())
    ]
    lines = [cells[at : at + 12] for at in range(0, len(cells), 12)]
    heads = [f"@{8 * at}" for at in range(0, len(cells), 12)]
    return grid(lines, label=_("The numbers as they follow each other"), row_heads=heads)


def _two_kinds(ours: Any, theirs: Any) -> str:
    shape, dtype, size, strides = ours
    t_shape, t_dtype, t_size, t_strides, shared, before, after = theirs
    rows = {
        "shape": (str(shape), str(t_shape)),
        "dtype": (dtype, t_dtype),
        _("bytes"): (f"{size:,}", f"{t_size:,}"),
        _("strides"): (
            _("{steps} bytes", steps=strides),
            _("{steps} numbers", steps=t_strides),
        ),
        _("same address"): ("", _("yes") if shared else _("no")),
        _("first number"): (exact(before), ""),
        "tensor[0, 0] += 1": (exact(after), exact(after)),
    }
    return grid(
        [[Cell(cell) for cell in row] for row in rows.values()],
        label=_("The array of NumPy and the tensor of PyTorch"),
        row_heads=list(rows),
        column_heads=["NumPy", "PyTorch"],
    )
