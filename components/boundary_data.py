"""Points on a plane for the lesson on boundaries: of a table, made by formula, or painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import plane, show
from components import table as tables
from components.i18n import _, safe
from components.plane import Axis, Packed, Scale
from components.show import Strokes
from components.state import choice, slider
from engine.lab import Lab, Node
from engine.samples import load
from engine.table.matrix import complete_rows
from engine.table.plane import (
    MOST_CLASSES,
    OTHER,
    class_count,
    classes_of,
    drawn_points,
    drawn_values,
    held_out,
    parting_columns,
    plane_of,
    table_points,
)
from engine.table.toys import WIDTH, painted_points, toy_points

MOST = 1000  # points that models learn from and are tested with
LETTERS = "ABCDEF"
#: What is painted at first: a ring of one class about a heap of another.
EXAMPLE: Strokes = (
    (0, 1, 500, 460, 470, 510, 530, 520, 450, 450, 550, 440, 500, 560),
    (1, 1, 250, 300, 200, 400, 180, 520, 230, 640, 320, 740, 440, 800, 560, 790, 680, 730),
    (1, 1, 770, 620, 800, 500, 780, 380, 700, 270, 590, 210, 460, 190, 340, 230),
)


@dataclass(frozen=True)
class Data:
    """Points of classes on a plane, ready to be learnt from. `note` : what they are, as a sentence."""

    lab: Lab
    points: Node
    test: Node
    plane: Node
    classes: tuple[str, ...]
    axes: tuple[str, str]
    note: str
    scale: Scale | None = None  # of points that have numbers instead of classes

    @property
    def drawn(self) -> Node:
        """The points as the plane draws them."""
        draw = drawn_values if self.scale else drawn_points
        return self.lab.run(draw, self.points, self.test, self.plane, as_="drawn")

    @property
    def packed(self) -> Packed:
        """The same for the browser."""
        return Packed(self.drawn.value, self.drawn.key)

    @property
    def both_axes(self) -> list[Axis]:
        """The axes of the plane."""
        return [
            Axis(name, *row) for name, row in zip(self.axes, self.plane.value.tolist(), strict=True)
        ]


def shape_names() -> dict[str, str]:
    """The sets made by formula."""
    return {
        "circles": _("Circles"),
        "moons": _("Moons"),
        "spiral": _("Spiral"),
        "xor": _("XOR"),
        "gaussians": _("Two heaps"),
        "islands": _("Three islands"),
    }


def ask_data(table: tuple[Lab, Node], *, whole: bool = False) -> Data | None:
    """Ask where the points come from; `whole` shows all controls, else they are behind a button.

    None if there are no such points; then a sentence says why.
    """
    sources = {
        "table": _("Two columns of the table"),
        "paint": _("Painted points"),
        **shape_names(),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = choice(_("Points"), sources, key="boundary_data", look="menu")
        if not whole:
            box = st.popover(source_label(source), icon=":material/tune:", key="boundary_source")
    with st.container() if whole else box:
        found = _made(source, table, whole)
    return said_or(found)


def source_label(source: str) -> str:
    """What can be set about the points."""
    if source == "table":
        return _("Columns, share held out")
    if source == "paint":
        return _("Share held out")
    return _("Number, noise, share held out")


def said_or(found: Data | str) -> Data | None:
    """The points; if there are none, the reason is said, where the points would be."""
    if isinstance(found, str):
        st.info(found, icon=":material/info:")
        return None
    return found


def _made(source: str, table: tuple[Lab, Node], whole: bool) -> Data | str:
    if source == "table":
        return _of_table(table)
    lab = Lab(load("cafe"))
    if source == "paint":
        return _painted(lab, whole)
    count, noise = ask_formula()
    seed, share = ask_split()
    points = lab.run(toy_points, shape=source, count=count, noise=noise, seed=seed, as_="points")
    names = tuple(LETTERS[: class_count(points.value)])
    note = _("{count} points made by formula.", count=f"{count:,}")
    return _data(lab, points, names, ("x", "y"), note, seed, share)


def ask_formula() -> tuple[int, float]:
    """Ask for the number of points that a formula makes, and their noise."""
    left, right = st.columns(2)
    with left:
        count = slider(_("Number of points"), 20, MOST, 300, key="boundary_count")
    with right:
        noise = slider(_("Noise, in tenths"), 0, 20, 2, key="boundary_noise") / 10
    return count, noise


def ask_split() -> tuple[int, float]:
    """Ask for the seed, and the share that is held out."""
    left, right = st.columns(2)
    with left:
        share = slider(_("Held out, in %"), 0, 90, 30, key="boundary_held") / 100
    with right:
        seed = slider(_("Seed of points and split"), 0, 20, 0, key="boundary_seed")
    return seed, share


def _painted(lab: Lab, whole: bool) -> Data | str:
    painted = plane.strokes("boundary_paper", "boundary_ink", EXAMPLE)
    if whole:
        paper()
    marks = plane.marks_of(painted)
    kinds = sorted({kind for kind, _x, _y in marks})
    seed, share = ask_split()
    if len(marks) < 4 or len(kinds) < 2:
        return _("Paint at least four points, of two classes or more.")
    points = lab.run(painted_points, marks=marks, as_="points")
    note = _("{count} painted points.", count=len(marks))
    names = tuple(LETTERS[kind] for kind in kinds)
    return _data(lab, points, names, ("x", "y"), note, seed, share)


def paper() -> None:
    """The paper for painted points; call it below `ask_data`, which reads what was painted."""
    alt = _("Paper for points of up to {most} classes", most=MOST_CLASSES)
    plane.paint("boundary_paper", classes=LETTERS, half=WIDTH / 2, alt=alt)


def is_painted() -> bool:
    """Whether the learner has chosen painted points."""
    return st.session_state.get("boundary_data") == "paint"


def ask_columns(
    lab: Lab, node: Node, numbers: Sequence[str], pick_target: Callable[[], str]
) -> tuple[str, str, str]:
    """Ask for the columns across and upwards and for the target, which stands last.

    At first the two of `numbers` that tell most about the target; `pick_target` draws its widget.
    """
    one, two, three = st.columns(3)
    with three:
        target = pick_target()
    kinds = tables.NUMBERS_AND_DATES
    frame = node.value
    first, second = likely_axes(lab, node, numbers, target)
    with one:
        x = tables.pick_column(frame, _("Across"), key="boundary_x", kinds=kinds, default=first)
    with two:
        y = tables.pick_column(frame, _("Up"), key="boundary_y", kinds=kinds, default=second)
    return x, y, target


def _of_table(table: tuple[Lab, Node]) -> Data | str:
    lab, node = table
    frame = node.value
    numbers = tables.columns_of(frame, tables.NUMBERS_AND_DATES)
    if len(frame) < 4 or len(numbers) < 2:
        told = _(
            "A plane needs two columns of numbers and at least four rows. Choose other points above."
        )
        return tables.too_few(lab, node, told)
    x, y, target = ask_columns(
        lab, node, numbers, lambda: tables.pick_target(frame, key="boundary_target")
    )
    seed, share = ask_split()
    points = lab.run(
        table_points, node, x=x, y=y, target=target, most=MOST, seed=seed, as_="points"
    )
    found = lab.run(classes_of, node, target=target, as_="classes").value[1]
    used = points.value
    names = tuple(found[: class_count(used)])
    complete = len(lab.run(complete_rows, node, columns=(x, y, target), as_="complete").value)
    fields = {"count": f"{len(used):,}", "all": f"{len(frame):,}", "target": safe(target)}
    if complete > MOST:
        note = _(
            "{count} of {all} rows, drawn at random among the {complete} that have all three values; "
            "classes by {target}.",
            complete=f"{complete:,}",
            **fields,
        )
    else:
        note = _("{count} of {all} rows have all three values; classes by {target}.", **fields)
    note += _classes_said(frame, target, names, used)
    return _data(lab, points, names, (x, y), note, seed, share)


def likely_axes(lab: Lab, table: Node, numbers: Sequence[str], target: str) -> tuple[str, str]:
    """The two columns of numbers that part the classes best."""
    found = lab.run(
        parting_columns, table, columns=tuple(numbers[:60]), target=target, as_="axes"
    ).value
    return found[0], found[-1]


def _classes_said(frame: Any, target: str, names: Sequence[str], points: Any) -> str:
    """Which classes are no values of the column: those that are heaps of many values."""
    if names and names[-1] == OTHER:
        return " " + _(
            "The {count} most frequent values are classes of their own, “…” is all others: {share} of "
            "the points.",
            count=len(names) - 1,
            share=f"{(points[:, 2] == len(names) - 1).mean():.0%}",
        )
    numeric = tables.kind_of(frame[target]) in ("integer", "number", "date")
    if numeric and names and names[0][0] in "≤<":
        return " " + _("{target} is cut in two at its median.", target=safe(target))
    return ""


def _data(
    lab: Lab,
    points: Node,
    classes: tuple[str, ...],
    axes: tuple[str, str],
    note: str,
    seed: int,
    share: float,
) -> Data:
    test = lab.run(held_out, points, share=float(share), seed=seed, as_="test")
    part = lab.run(plane_of, points, test, as_="plane")
    return Data(lab, points, test, part, classes, axes, note)


def toy(shape: str, *, count: int = 300, noise: float = 0.1, share: float = 0.3) -> Data:
    """A set made by formula, for comparisons that need a certain one."""
    lab = Lab(load("cafe"))
    points = lab.run(toy_points, shape=shape, count=count, noise=noise, seed=0, as_="points")
    names = tuple(LETTERS[: class_count(points.value)])
    return _data(lab, points, names, ("x", "y"), "", 0, share)


def points_view(data: Data, caption: str) -> None:
    """The points alone."""
    alt = _("The points, each with the colour and shape of its class")
    plane.draw("points", axes=data.both_axes, classes=data.classes, alt=alt, points=data.packed)
    show.footer("points", [data.points, data.test, data.plane], f"{data.note} {caption}")
