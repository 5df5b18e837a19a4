"""What the lesson on reading text draws: boxes around lines, symbols step by step, texts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import cells, tray
from components.i18n import _, safe
from components.picture import pixels_of
from components.show import RGB, Picture
from components.stepper import stepper
from components.viewer import Outline
from engine import samples
from engine.lab import Lab, Node
from engine.models.catalogue import PP_OCR
from engine.sources import Image
from engine.vision import ocr

EXAMPLE = "notice"  # the sample that stands in for a picture without text
SURE = 0.5  # confidence from which on a line counts as read
MOST = 24  # lines that are read
LEVEL, RATIO = 30, ocr.GROWTH  # percent; growth: where the learner does not choose
BOX, CHOSEN = "#56B4E9", "#E69F00"
KEPT, REPEATED = (86, 180, 233), (208, 226, 238)  # colours under a symbol


@dataclass(frozen=True)
class Reading:
    """The chain from a picture to its texts."""

    lab: Lab
    pixels: Node
    weights: Node
    map: Node
    note: str  # why the example stands in; "" where it does not

    @property
    def title(self) -> str:
        """What the picture is called: the learner's, or the sample."""
        return _("The sample") if self.note else _("Your picture")

    def boxes(self, level: int = LEVEL, ratio: float = RATIO) -> Node:
        """Rectangles around lines, in reading order."""
        options = {"level": level / 100, "ratio": round(float(ratio), 1)}
        return self.lab.run(ocr.text_boxes, self.map, self.pixels, as_="found_boxes", **options)

    def line(self, boxes: Node, number: int, as_: str = "line", **mistake: bool) -> Node:
        """One line cut out and turned level."""
        return self.lab.run(ocr.level_line, self.pixels, boxes, number=number, as_=as_, **mistake)

    def steps(self, line: Node) -> Node:
        """The most probable symbols at each step along a line."""
        return self.lab.run(ocr.read_line, self.weights, line, network=True, as_="steps")

    def text(self, steps: Node) -> Node:
        """What these symbols say."""
        return self.lab.run(ocr.text_of, self.weights, steps, as_="text")

    def lines(self, boxes: Node, as_: str = "lines", **mistake: bool) -> Node:
        """The texts of all lines."""
        return self.lab.run(
            ocr.read_lines,
            self.weights,
            self.pixels,
            boxes,
            most=MOST,
            network=True,
            as_=as_,
            **mistake,
        )

    @property
    def has_text(self) -> bool:
        """Whether a line of more than one character can be read; stops at the first such line."""
        boxes = self.boxes()
        count = min(len(boxes.value[0]), MOST)
        found = (self.text(self.steps(self.line(boxes, number))).value for number in range(count))
        return any(len(text) > 1 and sure >= SURE for text, sure in found)


def _reading(source: Image, lab: Lab, pixels: Node, note: str = "") -> Reading:
    weights = lab.weights(PP_OCR)
    found = lab.run(ocr.text_map, weights, pixels, network=True, as_="probability")
    return Reading(lab, pixels, weights, found, note)


def reading_of_tray() -> Reading:
    """The chain for the picture of the tray, or for the example if no text can be read in it."""
    source, lab, pixels = tray.picture()
    own = _reading(source, lab, pixels)
    if own.has_text:
        return own
    example = samples.load(EXAMPLE)
    assert isinstance(example, Image)
    note = _(
        "No line of text was found in {name}; shown is the sample “{title}”.",
        name=safe(source.label),
        title=_(samples.BY_NAME[EXAMPLE].title),
    )
    lab = Lab(example)
    return _reading(example, lab, pixels_of(lab, example, lab.source, number=0), note)


def tell(reading: Reading, *, fully: bool) -> None:
    """Say that the example stands in, if it does: `fully` with the reason, or in short."""
    if reading.note and fully:
        st.info(reading.note, icon=":material/search_off:")
    elif reading.note:
        st.caption(_("Shown: the sample “{title}”.", title=_(samples.BY_NAME[EXAMPLE].title)))


def reading(count: int) -> AbstractContextManager[None]:
    """What the page says while so many lines are read."""
    return st.spinner(_("Reading {count} lines …", count=min(count, MOST)))


def corners(box: Any) -> tuple[float, ...]:
    """The four corners of a turned rectangle."""
    return tuple(float(v) for v in box.ravel())


def numbered(boxes: Any, chosen: int = -1) -> tuple[Outline, ...]:
    """Boxes with their numbers in reading order."""
    return tuple(
        Outline(corners(box), str(n + 1), CHOSEN if n == chosen else BOX)
        for n, box in enumerate(boxes[0])
    )


def pane(reading: Reading, boxes: Node, chosen: int = -1) -> Picture:
    """The picture with boxes around its lines."""
    alt = _("The picture with boxes around lines of text")
    drawn = numbered(boxes.value, chosen)
    return Picture(reading.pixels, reading.title, alt, RGB, outlines=drawn)


def ask_line(boxes: Node) -> int:
    """Which line is looked at, from 0."""
    count = min(len(boxes.value[0]), MOST)
    return stepper(_("Line"), 1, count, 1, key="ocr_line") - 1


def line_pane(line: Node, title: str = "") -> Picture:
    """A line as the reader sees it; lines of different titles do not share a cursor."""
    alt = _("One line of text, cut out and turned level")
    return Picture(line, title or _("The line"), alt, RGB, group=title or "line")


def first_changed(
    right: Sequence[tuple[str, float]], wrong: Sequence[tuple[str, float]]
) -> int | None:
    """The first line that is read differently; the first of all if none is; None without lines."""
    both = range(min(len(right), len(wrong)))
    return next((n for n in both if right[n][0] != wrong[n][0]), 0 if both else None)


def symbol(names: Sequence[str], number: int) -> str:
    """A symbol as it is drawn: the blank as a dash, the space as its sign."""
    return "–" if number == ocr.BLANK else "␣" if names[number] == " " else names[number]


def steps_grid(names: Sequence[str], best: Any, probability: Any, kept: Sequence[int]) -> str:
    """A column for each step along the line: the best symbol, how sure, and the next best."""
    chosen = set(kept)

    def colour(step: int) -> tuple[int, int, int] | None:
        if step in chosen:
            return KEPT
        return None if best[step, 0] == ocr.BLANK else REPEATED

    steps = range(len(best))
    rows = [
        [cells.Cell(symbol(names, int(best[s, 0])), colour(s)) for s in steps],
        [cells.Cell(f"{probability[s, 0]:.0%}") for s in steps],
        [cells.Cell(symbol(names, int(best[s, 1]))) for s in steps],
        [cells.Cell(f"{probability[s, 1]:.0%}") for s in steps],
    ]
    heads = (_("best"), "p", _("next best"), "p")
    label = _("The symbols step by step")
    return cells.grid(rows, label=label, row_heads=heads, column_heads=[str(s + 1) for s in steps])


def texts_grid(lines: Sequence[tuple[str, float]]) -> str:
    """The lines in reading order, each with its confidence."""
    rows = [[cells.Cell(text or "–"), cells.Cell(f"{sure:.1%}")] for text, sure in lines]
    heads = (_("text"), _("confidence"))
    numbers = [str(n + 1) for n in range(len(rows))]
    return cells.grid(rows, label=_("The texts"), column_heads=heads, row_heads=numbers)


def compared_grid(right: Sequence[tuple[str, float]], wrong: Sequence[tuple[str, float]]) -> str:
    """Right and wrong texts side by side; those that differ stand on colour."""
    rows = []
    for n in range(max(len(right), len(wrong))):
        one, other = (side[n] if n < len(side) else ("–", 0.0) for side in (right, wrong))
        colour = None if one[0] == other[0] else (255, 214, 153)
        rows.append(
            [cells.Cell(one[0]), cells.Cell(f"{other[0]} ({other[1]:.0%})", colour)],
        )
    heads = (_("as it should be"), _("with the mistake"))
    numbers = [str(n + 1) for n in range(len(rows))]
    return cells.grid(rows, label=_("The texts compared"), column_heads=heads, row_heads=numbers)
