"""Shows: the learner's picture as a square for the network; the numbers of one cell of its grids; all
boxes above a score; what two boxes share; suppression step by step; four mistakes; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import detect as shown
from components import detect_questions as questions
from components import page, show
from components.guard import fragment
from components.i18n import _
from components.show import RGB, Picture
from components.state import choice, slider
from components.stepper import stepper
from components.viewer import Outline
from engine.image.matrix import height_and_width
from engine.vision import detect

here = page.start(
    "detect",
    {
        "input": _("Into the network"),
        "cell": _("One cell"),
        "boxes": _("All boxes"),
        "iou": _("Overlap"),
        "nms": _("Suppression"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
found = shown.found_in_tray()
lab, pixels = found.lab, found.pixels
SQUARE = _("{side} × {side} for the network", side=detect.SIDE)


def into() -> None:
    across, _down = lab.run(detect.scales, pixels, as_="factors").value
    height, width = lab.run(height_and_width, pixels, as_="size").value
    alt = _("The picture in a square, the rest of it gray")
    show.pictures(
        "input",
        [
            Picture(pixels, _("Picture"), _("The picture"), RGB),
            Picture(found.square, SQUARE, alt, RGB, group="square"),
        ],
        caption=_(
            "{width} × {height} pixels times {factor}; the rest of the square is gray {gray}. ",
            width=f"{width:,}",
            height=f"{height:,}",
            factor=f"{across:.3g}",
            gray=detect.GRAY,
        )
        + text["input_caption"],
    )


@fragment
def cell() -> None:
    strides = {str(s): f"{detect.SIDE // s} × {detect.SIDE // s}" for s in detect.STRIDES}
    start = str(shown.strongest_grid(found))
    stride = int(choice(_("Grid of cells"), strides, key="det_grid", default=start))
    pin = show.pinned("cell", "square", found.square)
    if pin:
        number = detect.cell_at(x=pin[0], y=pin[1], stride=stride)
    else:
        number = lab.run(detect.best_cell, found.in_square, stride=stride, as_="best").value
    numbers = lab.run(detect.cell_numbers, found.raw, number=number, as_="numbers")
    column, row, _stride = detect.cell_place(number=number)
    box, values = found.in_square.value[number], numbers.value
    outline = Outline(shown.corners(box), shown.named(box), shown.TAKEN)
    drawn = (outline, shown.cell_outline(column, row, stride), *shown.grid_lines(stride))
    alt = _("The square with a grid, one cell of it and the box of that cell")
    show.pictures(
        "cell",
        [Picture(found.square, SQUARE, alt, RGB, group="square", outlines=drawn)],
        caption=text["cell_caption"].format(places=f"{shown.PLACES:,}"),
        drawn=[numbers],
    )
    st.markdown(shown.cell_sum(text["cell_sum"], (column, row, stride), values, box))
    best = lab.run(detect.top_classes, numbers, as_="best_classes")
    body = shown.class_grid(best.value, float(values[4]))
    show.html("classes", body, [numbers, best], caption=text["classes_caption"])


@fragment
def boxes() -> None:
    least = shown.ask_least("det_from", 5)
    candidates = found.strongest(least)
    count = len(candidates.value)
    drawn = shown.plain(candidates.value)
    caption = _(
        "{count} of {places} boxes have a score of at least {least}.",
        count=f"{count:,}",
        places=f"{shown.PLACES:,}",
        least=f"{least / 100:.2f}",
    )
    if count > shown.DRAWN:
        caption += " " + _("Drawn: the {count} strongest.", count=f"{shown.DRAWN:,}")
    show.pictures(
        "boxes",
        [shown.pane(found, drawn)],
        caption=f"{caption} {text['boxes_caption']}",
        drawn=[candidates],
    )
    counts = lab.run(detect.class_counts, candidates, as_="counts")
    listed = counts.value[: shown.CLASSES]
    note = _("Classes shown: {count} of {all}.", count=len(listed), all=len(counts.value))
    show.html(
        "counts", shown.count_grid(listed), [counts], caption=f"{text['counts_caption']} {note}"
    )


@fragment
def overlap() -> None:
    candidates = found.strongest(1)
    if len(candidates.value) < 2:  # nothing found: any boxes will do
        candidates = found.strongest(0)
    compared = lab.run(detect.by_overlap, candidates, as_="compared")
    last = len(compared.value) - 1
    second = stepper(_("The other box"), 1, last, min(3, last), key="det_other")
    areas = lab.run(detect.two_areas, compared, first=0, second=second, as_="areas")
    one, other = compared.value[0], compared.value[second]
    drawn = [*shown.outlines([one]), *shown.outlines([other], shown.STAYS, dashed=True)]
    show.pictures(
        "overlap", [shown.pane(found, drawn)], caption=text["iou_caption"], drawn=[compared]
    )
    body = shown.area_grid(*areas.value)
    show.html("areas", body, [areas], caption=text["areas_caption"])


@fragment
def suppression() -> None:
    with st.container(horizontal=True):
        least = shown.ask_least("det_least")
        most = slider(_("Most overlap in %"), 0, 100, shown.MOST, key="det_most")
        groups = {"same": _("Of the same class"), "all": _("Of any class")}
        which = choice(_("Drops boxes"), groups, key="det_which")
    candidates = found.strongest(max(1, least))
    fate = lab.run(
        detect.suppress, candidates, most=most / 100, classwise=which == "same", as_="fate"
    )
    kept = lab.run(detect.remaining, candidates, fate, as_="kept_boxes")
    count = len(kept.value)
    if not count:
        best = found.strongest(0, "strongest_first").value[0]
        st.info(
            _("No box has this score. The strongest: {box}.", box=shown.named(best)),
            icon=":material/search_off:",
        )
        show.pictures("nms", [shown.pane(found, ())], caption=_("The picture"), drawn=[kept])
        return
    step = stepper(_("Steps of suppression"), 0, count, min(1, count), key="det_step")
    by, iou = fate.value
    drawn, dropped, waiting = shown.fates(candidates.value, by, step)
    told = _("Waiting: {waiting}.", waiting=waiting)
    if step:
        told = _(
            "Step {step} of {count}: {box} is taken and stays; dropped: {dropped}; waiting: {waiting}.",
            step=step,
            count=count,
            box=shown.named(kept.value[step - 1]),
            dropped=len(dropped),
            waiting=waiting,
        )
    show.pictures(
        "nms", [shown.pane(found, drawn)], caption=f"{told} {text['nms_caption']}", drawn=[kept]
    )
    body = shown.fate_grid(candidates.value, by, iou, step)
    note = _("Shown: {count} of {all}.", count=min(shown.ROWS, len(by)), all=f"{len(by):,}")
    show.html("fates", body, [candidates, fate, kept], caption=f"{text['fates_caption']} {note}")


@fragment
def breaks() -> None:
    shown.mistakes(found, text)


def predict() -> None:
    questions.ask(found)


here.run(
    input=into,
    cell=cell,
    boxes=boxes,
    iou=overlap,
    nms=suppression,
    breaks=breaks,
    predict=predict,
)
