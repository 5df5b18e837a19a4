"""What the lesson on segmentation draws: classes over the picture, their areas, their borders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from components import cells, models, show, tray
from components.classify import percent
from components.i18n import _
from components.picture import WorkingCopy, working_copy
from components.show import RGB, Picture
from components.state import choice
from components.viewer import Circle
from engine.errors import N_
from engine.lab import Lab, Node
from engine.models.catalogue import DEEPLAB, MOBILE_SAM
from engine.models.labels import VOC
from engine.models.locate import find
from engine.vision import sam, segment

#: Names that Pascal VOC writes as one word.
SPACED = {
    "diningtable": N_("dining table"),
    "pottedplant": N_("potted plant"),
    "tvmonitor": N_("TV monitor"),
}
RING = 60  # the longer side over the radius of the ring around the clicked point
COLOURS = tuple(tuple(int(c) for c in colour) for colour in segment.palette()[: len(VOC)])


@dataclass(frozen=True)
class Segmented:
    """The chain from the tray's picture to a class for every pixel, right or with a mistake in it."""

    lab: Lab
    copy: WorkingCopy
    square: Node
    scores: Node

    @property
    def pixels(self) -> Node:
        """The picture, or a copy small enough to draw on."""
        return self.copy.node

    @property
    def note(self) -> str:
        """What a caption says when a reduced copy is shown."""
        return self.copy.note(self.copy.group)

    @property
    def classes(self) -> Node:
        """A class for every pixel of the picture."""
        return self.lab.run(segment.enlarge_and_decide, self.scores, self.pixels, as_="classes")

    @property
    def probabilities(self) -> Node:
        """The probability of every class, 257 x 257."""
        return self.lab.run(segment.probabilities_of, self.scores, as_="probabilities")

    def unsure(self, percent: int) -> tuple[Node, float]:
        """The pixels of the picture whose best class is less probable than this; their share."""
        mask = self.lab.run(
            segment.unsure, self.probabilities, least=percent / 100, as_="unsure_places"
        )
        drawn = self.lab.run(segment.blocks, mask, self.pixels, as_="unsure_pixels")
        return drawn, self.lab.run(segment.share_of, drawn, as_="share").value


def segmented(order: str = "rgb", **how: float) -> Segmented:
    """The chain for the picture of the tray; the network runs once for each way to feed it."""
    _source, lab, pixels = tray.picture()
    copy = working_copy(lab, pixels)
    square = lab.run(segment.squeezed, copy.node, order=order, as_="square")
    weights = lab.weights(DEEPLAB)
    scores = lab.run(segment.class_scores, weights, square, network=True, as_="scores", **how)
    return Segmented(lab, copy, square, scores)


def name(number: int) -> str:
    """A class of Pascal VOC in this session's language."""
    if number >= len(VOC):
        return str(number)
    return _(SPACED.get(VOC[number], VOC[number]))


def pane(
    found: Segmented, classes: Node, title: str, *, over: Node | None = None, opacity: int = 60
) -> Picture:
    """The picture, or another one like it, under the colours of its classes."""
    mixed = found.lab.run(
        segment.overlay, over or found.pixels, classes, opacity=opacity / 100, as_="coloured"
    )
    alt = _("The picture, each class in its own colour, with white lines between them")
    return Picture(mixed, title, alt, RGB, group=found.copy.group, lossy=False)


def picture(found: Segmented) -> Picture:
    """The picture before anything is drawn over it."""
    return Picture(found.pixels, _("Picture"), _("The picture"), RGB, group=found.copy.group)


def area_grid(areas: Sequence[tuple[int, int, float]]) -> str:
    """A table of classes with their colours and areas, the largest first."""
    rows = [
        [
            cells.Cell("   ", COLOURS[number] if number else None),
            cells.Cell(f"{pixels:,}"),
            cells.Cell(f"{share:.1%}"),
        ]
        for number, pixels, share in areas
    ]
    heads = (_("colour"), _("number of pixels"), _("share"))
    names = [name(number) for number, *_rest in areas]
    return cells.grid(rows, label=_("Area of each class"), column_heads=heads, row_heads=names)


def listed(areas: Sequence[tuple[int, int, float]]) -> str:
    """The classes and their shares, in words."""
    return ", ".join(
        f"{name(number)} " + (f"{share:.1%}" if share >= 0.0005 else "< 0.1%")
        for number, _pixels, share in areas
    )


def likely_grid(found: Sequence[tuple[int, float]]) -> str:
    """A table of the most probable classes at a pixel."""
    rows: list[list[Any]] = [[cells.Cell(percent(probability))] for _n, probability in found]
    names = [name(number) for number, _p in found]
    label = _("The most probable classes here")
    return cells.grid(rows, label=label, column_heads=(_("probability"),), row_heads=names)


def click(found: Segmented, text: Mapping[str, str]) -> None:
    """The outline of what the learner clicks, if MobileSAM is on this computer; else an offer."""
    lab, own = found.lab, picture(found)
    if find(MOBILE_SAM) is None:
        models.offer(MOBILE_SAM)
        show.pictures("click", [own], caption=text["click_missing"])
        return
    sizes = {"0": _("Smallest"), "1": _("Middle"), "2": _("Largest")}
    number = int(choice(_("Which of the three answers"), sizes, key="seg_answer", default="1"))
    height, width = found.pixels.value.shape[:2]
    x, y = show.pinned("click", own.group, found.pixels) or (width // 2, height // 2)
    weights = lab.weights(MOBILE_SAM)
    with st.spinner(_("The network looks at the picture ...")):
        seen = lab.run(sam.sam_embedding, weights, found.pixels, network=True, as_="embedding")
        masks = lab.run(
            sam.masks_at, weights, seen, found.pixels, x=x, y=y, network=True, as_="masks"
        )
        quality = masks.value[1]
    mask = lab.run(sam.one_mask, masks, number=number, as_="mask")
    ((_inside, pixels, share),) = [
        area for area in lab.run(segment.areas, mask, as_="clicked").value if area[0] == 1
    ] or [(1, 0, 0.0)]
    told = _(
        "Clicked: column {x}, row {y}. The answer covers {pixels} pixels, {share} of the picture; the "
        "network expects an IoU of {iou} with what was meant.",
        x=x,
        y=y,
        pixels=f"{pixels:,}",
        share=f"{share:.1%}",
        iou=f"{quality[number]:.2f}",
    )
    ring = (Circle(x, y, max(height, width) / RING),)
    marked = (own, pane(found, mask, _("What was clicked")))
    row = [replace(one, circles=ring) for one in marked]
    show.pictures("click", row, caption=f"{told} {text['click_caption']}{found.note}")
