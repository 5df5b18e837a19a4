"""Shows: a class for every pixel over the learner's picture, with areas; the probability of one class,
and of all at one pixel; borders on the network's own grid and enlarged; mistakes; the outline
of what is clicked; three predictions.
"""

from __future__ import annotations

from components import page, quiz, show
from components import segment as shown
from components.guard import fragment
from components.i18n import _
from components.show import RGB, Picture
from components.state import choice, slider
from engine.models.labels import VOC
from engine.vision import segment

here = page.start(
    "segment",
    {
        "classes": _("Classes"),
        "probability": _("One class"),
        "borders": _("Borders"),
        "breaks": _("What breaks"),
        "click": _("Click"),
        "predict": _("Predict"),
    },
)
text = here.text
found = shown.segmented()
lab = found.lab
SIDES = {"side": segment.SIDE, "grid": segment.GRID, "step": segment.STEP}


@fragment
def classes() -> None:
    opacity = slider(_("Opacity of the colours in %"), 0, 100, 60, key="seg_opacity")
    row = [shown.picture(found), shown.pane(found, found.classes, _("Classes"), opacity=opacity)]
    caption = text["classes_caption"].format(**SIDES) + found.note
    show.pictures("classes", row, caption=caption, drawn=[found.classes])
    areas = lab.run(segment.areas, found.classes, as_="areas_of_classes")
    show.html("areas", shown.area_grid(areas.value), [areas], caption=text["areas_caption"])


@fragment
def probability() -> None:
    areas = lab.run(segment.areas, found.classes, as_="areas_of_classes").value
    present = [number for number, _pixels, _share in areas]
    others = [number for number in range(len(VOC)) if number not in present]
    things = sorted(present, key=lambda number: number == 0)  # the background after all things
    options = {VOC[number]: shown.name(number) for number in (*things, *others)}
    number = VOC.index(choice(_("Class"), options, key="seg_class", look="menu"))
    one = lab.run(segment.one_class, found.probabilities, number=number, as_="probability")
    alt = _("How probable this class is at each pixel")
    show.pictures(
        "probability",
        [
            Picture(found.square, _("Into the network"), _("The picture as a square"), RGB),
            Picture(one, shown.name(number), alt, (), 0, 1, "viridis"),
        ],
        caption=text["probability_caption"].format(**SIDES),
    )
    x, y = show.pinned("probability", "picture", found.square) or (segment.SIDE // 2,) * 2
    values = lab.run(segment.at_pixel, found.probabilities, x=x, y=y, as_="at_pixel_values")
    best = lab.run(segment.likely, values, as_="best")
    caption = _("Column {x}, row {y}.", x=x, y=y) + " " + text["pixel_caption"]
    show.html("pixel", shown.likely_grid(best.value), [values, best], caption=caption)


@fragment
def borders() -> None:
    least = slider(_("Unsure below a probability of, in %"), 0, 100, 90, key="seg_unsure")
    grid = lab.run(segment.on_grid, found.scores, as_="grid")
    coarse = lab.run(segment.decide, grid, as_="coarse")
    large = lab.run(segment.blocks, coarse, found.pixels, as_="large_blocks")
    mask, share = found.unsure(least)
    told = _("Unsure: {share} of the pixels.", share=f"{share:.1%}")
    if share > 0.5:
        told += " " + _(
            "That is most of them: none of the 21 classes fits this picture well. Lower the bound to "
            "see where one fits best."
        )
    alt = _("White where the network is unsure")
    show.pictures(
        "borders",
        [
            shown.pane(found, large, f"{segment.GRID} × {segment.GRID}", opacity=40),
            shown.pane(found, found.classes, _("Scores enlarged"), opacity=40),
            Picture(mask, _("Unsure"), alt, (), 0, 1, group=found.copy.group, lossy=False),
        ],
        height=340,
        caption=f"{told} {text['borders_caption'].format(**SIDES)}{found.note}",
    )


@fragment
def breaks() -> None:
    kinds = {
        "average": _("Averaged class numbers"),
        "range": _("0 to 1"),
        "order": _("Red and blue exchanged"),
    }
    kind = choice(_("The mistake"), kinds, key="seg_break", hide_label=True)
    fed = found.pixels
    if kind == "average":
        grid = lab.run(segment.on_grid, found.scores, as_="grid")
        coarse = lab.run(segment.decide, grid, as_="coarse")
        wrong = lab.run(segment.averaged, coarse, found.pixels, as_="wrong_classes")
    else:
        mistake = {"order": {"order": "bgr"}, "range": {"low": 0.0}}[kind]
        wrong = shown.segmented(**mistake).classes
        fed = lab.run(segment.as_understood, found.pixels, as_="fed", **mistake)
    right_areas, wrong_areas = (
        lab.run(segment.areas, node, as_=name)
        for node, name in ((found.classes, "right_areas"), (wrong, "wrong_areas"))
    )
    same = lab.run(segment.share_equal, found.classes, wrong, as_="same").value
    told = _(
        "Correct: {right}. With the mistake: {wrong}. The same class: {share} of the pixels.",
        right=shown.listed(right_areas.value),
        wrong=shown.listed(wrong_areas.value),
        share=f"{same:.1%}",
    )
    if same == 1:
        told += " " + _("Here the mistake makes no difference.")
    why = text[f"breaks_{kind}"]
    show.pictures(
        "breaks",
        [
            shown.pane(found, found.classes, _("Correct")),
            shown.pane(found, wrong, _("With the mistake"), over=fed),
        ],
        caption=f"{told} {why}{found.note}",
        drawn=[right_areas, wrong_areas],
    )


@fragment
def click() -> None:
    shown.click(found, text)


def predict() -> None:
    areas = lab.run(segment.areas, found.classes, as_="areas_of_classes").value
    nothing = next((share for number, _pixels, share in areas if number == 0), 0.0)
    quiz.question(
        _("How much of your picture does the network call background?"),
        {"c": _("over 90 %"), "a": _("under half"), "b": _("half to 90 %")},
        answer="a" if nothing < 0.5 else "b" if nothing <= 0.9 else "c",
        why=_(
            "{share}. All classes: {classes}.", share=f"{nothing:.1%}", classes=shown.listed(areas)
        ),
        key="seg_background",
    )
    _mask, unsure = found.unsure(90)
    quiz.question(
        _("At how many pixels is the best class less probable than 90 %?"),
        {"a": _("under 5 %"), "b": _("5 to 20 %"), "c": _("over 20 %")},
        answer="a" if unsure < 0.05 else "b" if unsure <= 0.2 else "c",
        why=_("{share}.", share=f"{unsure:.1%}"),
        key="seg_unsure_share",
    )
    swapped = shown.segmented(order="bgr").classes
    same = lab.run(segment.share_equal, found.classes, swapped, as_="same").value
    quiz.question(
        _("Red and blue are exchanged. How many pixels keep their class?"),
        {"b": _("90 to 99 %"), "a": _("under 90 %"), "c": _("over 99 %")},
        answer="a" if same < 0.9 else "b" if same <= 0.99 else "c",
        why=_("{share}.", share=f"{same:.1%}"),
        key="seg_swap",
    )


here.run(
    classes=classes,
    probability=probability,
    borders=borders,
    breaks=breaks,
    click=click,
    predict=predict,
)
