"""Which class has which colour and shape: the same on every page about the same table.

A class takes the place that it has among all classes of its column, in the order of their values; so it
keeps its colour where other classes are not drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

from components.curves import COLOURS as FIRST
from components.table import GRAY, SYMBOLS, has_few_values
from engine.lab import Lab, Node
from engine.table.matrix import NO_CELL, RARE_CELL, target_codes

#: Told apart by colour-blind eyes, on white and on black: Okabe and Ito, 2008, and two more.
COLOURS = (*FIRST, "#882255", "#795548")
REST = (NO_CELL, RARE_CELL)

Look = tuple[str, str]


def looks(lab: Lab, table: Node, column: str, names: Sequence[str]) -> list[Look]:
    """The colour and the shape of each of `names`, the classes of a column of the table."""
    every: Sequence[str] = ()
    if has_few_values(table.value[column]):
        every = lab.run(target_codes, table, column=column, as_="classes").value[1]
    return looks_among(every, names)


def looks_among(every: Sequence[str], names: Sequence[str]) -> list[Look]:
    """The looks of some of the classes `every`; what is missing, or the rarest together, is gray.

    If `names` are others, such as ranges of numbers, they are the classes.
    """
    places = {name: place for place, name in enumerate(every)}
    if any(name not in places for name in names if name not in REST):
        places = {name: place for place, name in enumerate(names)}
    return [
        (GRAY, "circle-open")
        if name in REST
        else (COLOURS[places[name] % len(COLOURS)], SYMBOLS[places[name] % len(SYMBOLS)])
        for name in names
    ]
