"""Shows: the first kernels of a network beside Sobel, HOG and SIFT; the maps of every stage and what a
cell of them sees; which pictures excite a channel; where it looks (Grad-CAM, occlusion, attention
roll-out); four predictions.
"""

from __future__ import annotations

from components import classify as networks
from components import features as shown
from components import page, rollout, show, tray
from components.guard import fragment
from components.i18n import _
from components.show import RGB, Picture
from components.state import choice
from engine.vision.features import (
    cut_out,
    first_kernels,
    highest_cell,
    kernel_at,
    magnitude,
    most_excited,
    one_map,
    receptive_field,
    seen_by,
    share_zero,
    sheet,
    spotlight,
)
from engine.vision.handmade import circled, hog_picture, sift_keypoints, sobel_edges
from engine.vision.preprocess import CROP

here = page.start(
    "features",
    {
        "kernels": _("First layer"),
        "stages": _("From edges to parts"),
        "excites": _("What excites it"),
        "where": _("Where it looks"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, pixels = tray.picture()
COLUMNS = 8


@fragment
def kernels() -> None:
    seen = networks.chosen(lab, pixels, key="features_net")
    weights = lab.run(
        first_kernels, seen.weights, architecture=seen.architecture, network=True, as_="kernels"
    )
    first = shown.stage_of(seen, 0)
    picture = lab.run(sheet, weights, columns=COLUMNS, as_="kernel_sheet")
    count, _colours, side, _same = weights.value.shape
    number = first.order.value[0]
    if at := show.pinned("kernels", "sheet", picture):
        number = kernel_at(x=at[0], y=at[1], side=side, columns=COLUMNS, count=count)
    answer = lab.run(one_map, first.maps, channel=number, as_="answers")
    alt = _("The kernels of the first layer, as small pictures")
    show.pictures(
        "kernels",
        [
            Picture(
                picture,
                _("Kernels"),
                alt,
                RGB,
                0,
                1,
                group="sheet",
                lossy=False,
                outlines=(shown.frame_of(number, side=side, columns=COLUMNS),),
            ),
            shown.crop_pane(seen.crop, _("Your picture"), _("What the network sees")),
            shown.map_pane(
                answer,
                first,
                _("Map of kernel {number}", number=number + 1),
                _("Where this kernel finds what it looks for"),
                group="crop",
            ),
        ],
        caption=text["kernels_caption"]
        + " "
        + _(
            "{count} kernels of {side} × {side} pixels in three colours; the strongest on your picture "
            "is number {strongest}.",
            count=count,
            side=side,
            strongest=first.order.value[0] + 1,
        ),
        height=320,
    )
    points = lab.run(sift_keypoints, seen.crop, as_="keypoints")
    circles = lab.run(circled, seen.crop, points, as_="points")
    edges, lines = (
        lab.run(function, seen.crop, as_=name)
        for function, name in ((sobel_edges, "edges"), (hog_picture, "orientations"))
    )
    show.pictures(
        "handmade",
        [
            Picture(edges, "Sobel", _("Edges by Sobel"), (), 0, None, "viridis", "crop"),
            Picture(lines, "HOG", _("Directions of edges"), (), 0, None, "viridis", "crop"),
            shown.crop_pane(circles, "SIFT", _("Points that stand out, in circles")),
        ],
        caption=text["handmade_caption"],
        height=320,
    )
    networks.larger()


@fragment
def stages() -> None:
    seen, stage, channel = shown.chosen_channel(
        lab, pixels, key="stage", default="2", view="stages"
    )
    tiles = shown.tiles_of(seen, stage)
    one = lab.run(one_map, stage.maps, channel=channel, as_="answers")
    sizes = lab.run(magnitude, one, as_="sizes")
    row, column = lab.run(highest_cell, sizes, as_="cell").value
    if at := show.pinned("stages", "map", one):
        column, row = at
    field = lab.run(
        receptive_field,
        seen.weights,
        architecture=seen.architecture,
        stage=stage.name,
        network=True,
        as_="field",
    )
    box = lab.run(seen_by, field, row=row, column=column, side=CROP, as_="box")
    light = lab.run(spotlight, seen.crop, box, as_="seen_part")
    part = lab.run(cut_out, seen.crop, box, as_="part")
    low = -1 if stage.signed else 0
    title = _("Channel {number}", number=channel + 1)
    show.pictures(
        "stages",
        [
            Picture(
                tiles,
                _("The {count} strongest channels", count=len(stage.order.value)),
                _("Maps of the strongest channels of this stage"),
                (),
                low,
                1,
                stage.scale,
                "tiles",
                lossy=False,
            ),
            shown.map_pane(one, stage, title, _("The map of one channel"), group="map"),
            shown.crop_pane(
                light, _("What the cell sees"), _("Bright: the cell's receptive field")
            ),
            Picture(part, _("Only that"), _("The receptive field cut out"), RGB, group="part"),
        ],
        caption=text["stages_caption"]
        + " "
        + _(
            "Here {channels} maps of {height} × {width} cells; a cell sees {size} × {size} pixels, "
            "neighbours are {jump} pixels apart. Exactly zero: {zero} of all numbers.",
            channels=stage.maps.value.shape[0],
            height=stage.maps.value.shape[1],
            width=stage.maps.value.shape[2],
            size=field.value[0],
            jump=field.value[1],
            zero=f"{lab.run(share_zero, stage.maps, as_='zero').value:.0%}",
        ),
        height=320,
    )


@fragment
def excites() -> None:
    seen, stage, channel = shown.chosen_channel(lab, pixels, key="excites_stage", default="5")
    with networks.loading():
        others = shown.sample_pictures(seen)
        order = lab.run(
            most_excited,
            *[other.strength for other in others],
            stage=stage.number,
            channel=channel,
            as_="ranking",
        )
        ranking = [others[n] for n, _value in order.value if not others[n].is_that_of(seen)]
    panes = shown.excited_panes(seen, stage, channel, ranking[:3])
    show.pictures("excites", panes, caption=text["excites_caption"], height=300)
    show.chart(
        "ranking",
        lambda found: shown.excitement([(others[n].title, value) for n, value in found]),
        [order],
        caption=text["ranking_caption"],
        alt=_("How strongly each sample picture excites the channel"),
    )


@fragment
def where() -> None:
    methods = {"gradcam": "Grad-CAM", "occlusion": _("Occlusion"), "rollout": _("Roll-out")}
    if (method := choice(_("Method"), methods, key="looks")) == "rollout":
        rollout.roll_out(lab, pixels, text)
        return
    seen = networks.chosen(lab, pixels, key="features_net")
    number, name, probability = shown.chosen_class(seen)
    caption = _("Class “{name}”, {share}.", name=name, share=networks.percent(probability))
    caption += " " + text[f"caption_{method}"]
    if method == "gradcam":
        shown.attended(seen, number, caption)
    else:
        shown.occluded(seen, number, caption)


def predict() -> None:
    shown.questions(networks.seen(lab, pixels, "resnet18"))


here.run(kernels=kernels, stages=stages, excites=excites, where=where, predict=predict)
