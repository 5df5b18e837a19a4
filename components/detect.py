"""What the lesson on detection draws: boxes over the picture, with the names of their classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from components import cells, show, tray
from components.i18n import _
from components.show import RGB, Picture
from components.state import choice, slider
from components.viewer import Outline
from engine.lab import Lab, Node
from engine.models.catalogue import YOLOX_NANO
from engine.models.labels import COCO
from engine.vision import detect

#: Okabe and Ito's orange for what is looked at, sky blue for what stays, white for what waits.
TAKEN, STAYS, WAITS = "#E69F00", "#56B4E9", "#ffffff"
TAKEN_RGB = (230, 159, 0)  # the first of them
DRAWN = 1000  # outlines at a time; more would only hide the picture
ROWS = 30  # of a table
CLASSES = 8  # of a table
LEAST = 30  # percent: the score from which on a box counts, where the learner does not choose
MOST = 45  # percent of overlap
PLACES = sum((detect.SIDE // stride) ** 2 for stride in detect.STRIDES)


@dataclass(frozen=True)
class Found:
    """The chain from the tray's picture to boxes, as it should be or with one mistake in it."""

    lab: Lab
    pixels: Node
    square: Node
    batch: Node
    raw: Node
    in_square: Node
    boxes: Node

    def strongest(self, percent: int, as_: str = "candidates") -> Node:
        """The boxes with at least this score, the strongest first, in pixels of the picture."""
        return self.lab.run(detect.strongest, self.boxes, least=percent / 100, as_=as_)

    def fed(self) -> Found:
        """The same with boxes in pixels of the square that the network is shown, not of the picture."""
        shown = self.lab.run(detect.as_understood, self.batch, as_="fed")
        return replace(self, pixels=shown, boxes=self.in_square)

    def kept(self, percent: int = LEAST, most: int = MOST) -> Node:
        """The boxes that stay after non-maximum suppression."""
        candidates = self.strongest(percent)
        fate = self.lab.run(detect.suppress, candidates, most=most / 100, as_="fate")
        return self.lab.run(detect.remaining, candidates, fate, as_="kept_boxes")


def found_in(
    lab: Lab, pixels: Node, *, fit: str = "letterbox", order: str = "bgr", top: float = 255.0
) -> Found:
    """Record the chain; nothing is computed yet. The network runs once for each way to feed it."""
    square = lab.run(detect.letterbox, pixels, fit=fit, as_="square")
    batch = lab.run(detect.network_input, square, order=order, top=top, as_="batch")
    weights = lab.weights(YOLOX_NANO)
    raw = lab.run(detect.raw_output, weights, batch, network=True, as_="raw")
    in_square = lab.run(detect.decode, raw, as_="boxes_in_square")
    boxes = lab.run(detect.to_picture, in_square, pixels, fit=fit, as_="boxes")
    return Found(lab, pixels, square, batch, raw, in_square, boxes)


def found_in_tray() -> Found:
    """The chain for the picture of the tray."""
    _source, lab, pixels = tray.picture()
    return found_in(lab, pixels)


def name(number: float) -> str:
    """A class of COCO in this session's language."""
    return _(COCO[int(number)])


def named(box: Any) -> str:
    """A box in words: its class and its score."""
    return f"{name(box[5])} {box[4]:.2f}"


def corners(box: Any) -> tuple[float, ...]:
    """The four corners of left, top, right, bottom."""
    x0, y0, x1, y1 = (float(v) for v in box[:4])
    return (x0, y0, x1, y0, x1, y1, x0, y1)


def outlines(boxes: Any, colour: str = TAKEN, **look: Any) -> tuple[Outline, ...]:
    """Boxes with their names."""
    return tuple(Outline(corners(box), named(box), colour, **look) for box in boxes[:DRAWN])


def plain(boxes: Any, colour: str = TAKEN) -> tuple[Outline, ...]:
    """Boxes in great numbers, thin and without names; the strongest is drawn last."""
    return tuple(Outline(corners(box), colour=colour, thin=True) for box in boxes[:DRAWN][::-1])


def pane(found: Found, drawn: Sequence[Outline], title: str = "") -> Picture:
    """The learner's picture with boxes over it."""
    alt = _("The picture with boxes around what was found")
    return Picture(found.pixels, title or _("Picture"), alt, RGB, outlines=tuple(drawn))


def grid_lines(stride: int) -> tuple[Outline, ...]:
    """The cells of one grid over the square."""
    side = detect.SIDE
    ways = [(n * stride, 0, n * stride, side) for n in range(1, side // stride)]
    lines = [*ways, *((y0, x0, y1, x1) for x0, y0, x1, y1 in ways)]
    return tuple(Outline(tuple(map(float, line)), thin=True) for line in lines)


def strongest_grid(found: Found) -> int:
    """The stride of the grid with the strongest box, in pixels."""
    boxes = found.in_square
    best = {
        stride: found.lab.run(detect.best_cell, boxes, stride=stride, as_="best").value
        for stride in detect.STRIDES
    }
    return max(best, key=lambda stride: float(boxes.value[best[stride], 4]))


def cell_outline(column: int, row: int, stride: int) -> Outline:
    """One cell of a grid."""
    at = (column * stride, row * stride, (column + 1) * stride, (row + 1) * stride)
    return Outline(corners(at), colour=STAYS)


def fates(boxes: Any, by: Any, step: int) -> tuple[list[Outline], list[int], int]:
    """The boxes as they stand after so many steps of suppression.

    Returns
    -------
    What to draw; the places of the boxes that the last step dropped; how many still wait.
    """
    winners = [place for place in range(len(boxes)) if by[place] == place]
    taken, before = winners[:step][-1:], winners[: max(0, step - 1)]
    done = set(winners[:step])
    dropped = [i for i in range(len(boxes)) if taken and by[i] == taken[0] and i != taken[0]]
    waiting = [i for i in range(len(boxes)) if by[i] not in done]
    drawn = [
        *outlines(boxes[taken]),
        *outlines(boxes[before], STAYS),
        *(Outline(corners(boxes[i]), "", TAKEN, dashed=True, thin=True) for i in dropped[:DRAWN]),
        *plain(boxes[waiting], WAITS),
    ]
    return drawn, dropped, len(waiting)


def fate_grid(boxes: Any, by: Any, overlap: Any, step: int) -> str:
    """A table of the boxes: what they are and what has become of them so far."""
    done = [place for place in range(len(boxes)) if by[place] == place][:step]
    rows = []
    for place, box in enumerate(boxes[:ROWS]):
        if by[place] not in done:
            fate = _("still to come")
        elif by[place] == place:
            fate = _("stays")
        else:
            fate = _(
                "dropped by {number}, IoU {iou}", number=by[place] + 1, iou=f"{overlap[place]:.2f}"
            )
        colour = TAKEN_RGB if place in done[-1:] else None
        look = (name(box[5]), f"{box[4]:.3f}", fate)
        rows.append([cells.Cell(part, colour) for part in look])
    heads = (_("class"), _("score"), _("so far"))
    numbers = [str(n + 1) for n in range(len(rows))]
    return cells.grid(rows, label=_("The boxes"), column_heads=heads, row_heads=numbers)


def cell_sum(text: str, place: tuple[int, int, int], values: Any, box: Any) -> str:
    """How four numbers of a cell at (column, row, stride) become its box."""
    column, row, stride = place
    dx, dy, w, h = (f"{float(v):.4f}".replace("-", "−") for v in values[:4])
    x0, y0, x1, y1 = (float(v) for v in box[:4])
    return text.format(
        column=column,
        row=row,
        stride=stride,
        dx=dx,
        dy=dy,
        w=w,
        h=h,
        x=f"{(x0 + x1) / 2:.0f}",
        y=f"{(y0 + y1) / 2:.0f}",
        width=f"{x1 - x0:.0f}",
        height=f"{y1 - y0:.0f}",
    )


def class_grid(best: Sequence[tuple[int, float]], sure: float) -> str:
    """A table of the best classes of a cell that is so sure of an object."""
    return cells.grid(
        [[cells.Cell(f"{p:.3f}"), cells.Cell(f"{sure * p:.3f}")] for _number, p in best],
        label=_("The best classes of the cell"),
        column_heads=(_("score of the class"), _("times certainty {sure}", sure=f"{sure:.3f}")),
        row_heads=[name(number) for number, _p in best],
    )


def count_grid(counts: Sequence[tuple[int, int]]) -> str:
    """A table of how many boxes name which class."""
    rows = [[cells.Cell(f"{count:,}")] for _number, count in counts]
    names = [name(number) for number, _count in counts]
    heads = (_("number of boxes"),)
    return cells.grid(rows, label=_("Boxes by class"), row_heads=names, column_heads=heads)


def area_grid(shared: float, covered: float, ratio: float) -> str:
    """The overlap of two boxes in numbers."""
    return cells.grid(
        [[cells.Cell(f"{shared:,.0f}"), cells.Cell(f"{covered:,.0f}"), cells.Cell(f"{ratio:.3f}")]],
        label=_("The overlap in numbers"),
        column_heads=(_("shared"), _("covered together"), "IoU"),
    )


def listed(boxes: Any, most: int = 6) -> str:
    """What was found, in words."""
    if not len(boxes):
        return _("nothing")
    more = " …" if len(boxes) > most else ""
    return ", ".join(named(box) for box in boxes[:most]) + more


def ask_least(key: str, start: int = LEAST) -> int:
    """The score from which on a box counts, in percent."""
    return slider(_("Least score in %"), 0, 99, start, key=key)


def mistakes(found: Found, text: Mapping[str, str]) -> None:
    """What is found as it should be, beside what is found with one mistake."""
    kinds = {
        "order": _("Red and blue exchanged"),
        "range": _("0 to 1"),
        "squash": _("Squashed"),
        "off": _("No suppression"),
    }
    # The mistake that changes most comes first.
    kind = choice(_("The mistake"), kinds, key="det_break", hide_label=True, default="range")
    how = {"order": {"order": "rgb"}, "range": {"top": 1.0}, "squash": {"fit": "squash"}}
    good, bad = found.fed(), found_in(found.lab, found.pixels, **how.get(kind, {})).fed()
    right, wrong = good.kept(), bad.strongest(LEAST) if kind == "off" else bad.kept()
    row = [
        pane(good, outlines(right.value), _("Correct")),
        pane(bad, outlines(wrong.value), _("With the mistake")),
    ]
    names = [listed(boxes.value) for boxes in (right, wrong)]
    told = _("Found: {right}. With the mistake: {wrong}.", right=names[0], wrong=names[1])
    if names[0] == names[1]:
        told += " " + _("Here the mistake makes no difference to names and scores.")
    why = text[f"breaks_{kind}"]
    show.pictures("breaks", row, caption=f"{told} {why}", drawn=[right, wrong])
