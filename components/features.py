"""What the lesson on learned features has around its steps: stages, cells, sample pictures, drawings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components import charts, quiz, show
from components.catalogue import COLOURS
from components.classify import Seen, chosen, loading, percent
from components.i18n import _
from components.picture import pixels_of
from components.rollout import clicked_tile
from components.show import RGB, Picture
from components.state import choice, slider
from components.viewer import Outline
from engine import samples
from engine.lab import Lab, Node
from engine.softmax import softmax
from engine.sources import Image
from engine.vision.classify import scores, top
from engine.vision.features import (
    feature_maps,
    highest_cell,
    magnitude,
    most_excited,
    one_map,
    share_zero,
    strengths,
    strengths_of_stages,
    strongest,
    tiled,
)
from engine.vision.gradcam import enlarged, grad_cam, highlighted
from engine.vision.nets import STAGES
from engine.vision.occlusion import covered, occlusion, spread
from engine.vision.preprocess import centre_crop, limits, tensor

#: How many of the strongest channels are shown, in rows of `COLUMNS`.
MOST, COLUMNS = 16, 4
#: The sample pictures that are asked what they excite: photos, and patterns of lines.
PICTURES = ("coffee", "cat", "astronaut", "cameraman", "bricks", "temple", "flower", "stripes")
FRAME = "#D55E00"  # around the chosen kernel
#: Side of the square that is covered, and how far it moves, in pixels.
WINDOWS = {"32": (32, 32), "64": (64, 40), "96": (96, 64)}


@dataclass(frozen=True)
class Stage:
    """A stage of a network for the picture of the tray.

    `number` : from 0. `name` : as in `STAGES`. `maps` : (channels, h, w). `order` : the numbers of its
    strongest channels. `signed` : whether its numbers may be below 0.
    """

    number: int
    name: str
    maps: Node
    order: Node
    signed: bool

    @property
    def scale(self) -> str:
        """The colours for its maps."""
        return "signed" if self.signed else "viridis"


def stage_of(seen: Seen, number: int) -> Stage:
    """Compute a stage, while the page says so."""
    name = STAGES[seen.architecture][number]
    maps = seen.ask(feature_maps, stage=name, as_="maps")
    with loading():
        least, _mean, _most = seen.lab.run(limits, maps, as_="limits").value
    strength = seen.lab.run(strengths, maps, as_="strength")
    order = seen.lab.run(strongest, strength, count=MOST, as_="order")
    return Stage(number, name, maps, order, least < 0)


def chosen_stage(key: str, default: str) -> int:
    """Ask for a stage, from the first layer to the last; its number from 0."""
    names = {
        "1": _("First layer"),
        "2": _("2nd stage"),
        "3": _("3rd stage"),
        "4": _("4th stage"),
        "5": _("Last stage"),
    }
    return int(choice(_("Stage"), names, key=key, default=default)) - 1


def tiles_of(seen: Seen, stage: Stage) -> Node:
    """The maps of the strongest channels of a stage in one picture."""
    best = stage.order.value
    return seen.lab.run(tiled, stage.maps, channels=best, columns=COLUMNS, as_="tiles")


def chosen_channel(
    lab: Lab, pixels: Node, *, key: str, default: str, view: str = ""
) -> tuple[Seen, Stage, int]:
    """Ask for a network, a stage, and one of its strongest channels: its number there.

    `view` : where the tiles of the channels are shown; a click on one chooses it.
    """
    seen = chosen(lab, pixels, key="features_net")
    stage = stage_of(seen, chosen_stage(key, default))
    order = stage.order.value
    if view:
        tiles = tiles_of(seen, stage)
        tile = clicked_tile(view, tiles, stage.maps, columns=COLUMNS, count=len(order))
        if tile is not None:
            st.session_state["features_channel"] = tile + 1
    label = _("Channel, 1 is the strongest")
    rank = slider(label, 1, len(order), 1, key="features_channel")
    return seen, stage, int(order[rank - 1])


def chosen_class(seen: Seen) -> tuple[int, str, float]:
    """Ask for one of the likeliest classes: its number, name and probability."""
    with loading():
        probabilities = seen.lab.run(softmax, seen.ask(scores, as_="logits"), as_="probabilities")
        likeliest = seen.lab.run(top, probabilities, count=3, as_="likeliest").value
    names = {str(n + 1): name for n, (_number, name, _share) in enumerate(likeliest)}
    rank = choice(_("Class"), names, key="features_class", look="pills")
    number, name, probability = likeliest[int(rank) - 1]
    return number, name, probability


def map_pane(node: Node, stage: Stage, title: str, alt: str, *, group: str) -> Picture:
    """A map, from 0 to its greatest number, or as far below 0 as above it."""
    largest = max(abs(float(node.value.min())), float(node.value.max()), 1e-6)
    low = -largest if stage.signed else 0.0
    return Picture(node, title, alt, (), low, largest, stage.scale, group, lossy=False)


def frame_of(number: int, *, side: int, columns: int) -> Outline:
    """A line around one kernel of a sheet on which kernels of `side` pixels stand one pixel apart."""
    top, left = (place * (side + 1) for place in divmod(number, columns))
    bottom, right = top + side + 2, left + side + 2
    return Outline((left, top, right, top, right, bottom, left, bottom), colour=FRAME)


def crop_pane(node: Node, title: str, alt: str) -> Picture:
    """What the network sees of a picture, under the cursor of all such panes."""
    return Picture(node, title, alt, RGB, group="crop")


@dataclass(frozen=True)
class Other:
    """A sample picture as the network gets it, and the strengths of all its channels."""

    title: str
    crop: Node
    x: Node
    strength: Node

    def is_that_of(self, seen: Seen) -> bool:
        """Whether it is the picture of the tray."""
        return self.crop.origin == seen.crop.origin


def sample_pictures(seen: Seen) -> list[Other]:
    """The sample pictures and what they excite in a network."""
    lab, found = seen.lab, []
    for name in PICTURES:
        source = samples.load(name)
        assert isinstance(source, Image)
        short = name.replace("-", "_")
        pixels = pixels_of(
            lab, source, lab.open(source, as_=short), number=0, as_=f"{short}_pixels"
        )
        crop = lab.run(centre_crop, pixels, as_=f"{short}_crop")
        x = lab.run(tensor, crop, as_=f"{short}_input")
        strength = seen.ask(strengths_of_stages, x=x, as_=f"{short}_strength")
        found.append(Other(_(samples.BY_NAME[name].title), crop, x, strength))
    return found


def excitement(rows: Sequence[tuple[str, float]]) -> charts.Figure:
    """A bar for each picture (name, strength of the channel)."""
    shown = [(name, value, f"{value:.2f}", True) for name, value in rows]
    figure = charts.sizes(shown, x=_("strength of the channel"), colour=COLOURS["image"])
    largest = max((value for _name, value in rows), default=1.0)
    figure["layout"]["xaxis"]["range"] = [0, 1.25 * max(largest, 1e-6)]
    figure["layout"]["yaxis"]["automargin"] = True
    return figure


def excited_panes(seen: Seen, stage: Stage, channel: int, others: Sequence[Other]) -> list[Picture]:
    """The learner's picture and others, bright where a channel answers."""
    lab, panes = seen.lab, []
    rows = [(_("Your picture"), seen.crop, stage.maps)]
    for number, other in enumerate(others):
        maps = seen.ask(feature_maps, x=other.x, stage=stage.name, as_=f"maps_{number + 1}")
        rows.append((f"{number + 1}: {other.title}", other.crop, maps))
    for number, (title, crop, maps) in enumerate(rows):
        one = lab.run(one_map, maps, channel=channel, as_=f"map_{number}")
        large = lab.run(
            enlarged, lab.run(magnitude, one, as_=f"size_{number}"), as_=f"large_{number}"
        )
        light = lab.run(highlighted, crop, large, as_=f"light_{number}")
        alt = _("Bright where the channel answers")
        panes.append(Picture(light, title, alt, RGB, group=f"excited_{number}"))
    return panes


# ------------------------------------------------------------------------------ where it looks


def attended(seen: Seen, number: int, caption: str) -> None:
    """Grad-CAM of a class: the map, and the picture as bright as the map says."""
    lab = seen.lab
    heat = seen.ask(grad_cam, label=number, as_="heat")
    large = lab.run(enlarged, heat, as_="heat_large")
    light = lab.run(highlighted, seen.crop, large, as_="bright")
    with loading():
        height, width = heat.value.shape
    show.pictures(
        "gradcam",
        [
            crop_pane(seen.crop, _("Your picture"), _("What the network sees")),
            Picture(
                heat,
                "Grad-CAM",
                _("How much each cell counts"),
                (),
                0,
                None,
                "viridis",
                "crop",
                lossy=False,
            ),
            crop_pane(light, _("What counts"), _("Bright where the class's score comes from")),
        ],
        caption=caption.format(height=height, width=width),
        height=360,
    )


def occluded(seen: Seen, number: int, caption: str) -> None:
    """The map of what is lost where the picture is covered, and the place that matters most."""
    lab = seen.lab
    names = {name: _("{side} pixels", side=name) for name in WINDOWS}
    window, step = WINDOWS[choice(_("Covered square"), names, key="covered", default="64")]
    drops = seen.ask(occlusion, label=number, window=window, step=step, as_="drops")
    with st.spinner(_("The network looks at every covered picture.")):
        row, column = lab.run(highest_cell, drops, as_="place").value
    shape = {"window": window, "step": step}
    heat = lab.run(spread, drops, as_="drop_map", **shape)
    worst = lab.run(covered, seen.crop, row=row, column=column, as_="covered_picture", **shape)
    most = max(abs(float(drops.value.min())), float(drops.value.max()), 1e-6)
    show.pictures(
        "occlusion",
        [
            crop_pane(seen.crop, _("Your picture"), _("What the network sees")),
            Picture(
                heat,
                _("What is lost"),
                _("The loss of probability at each place"),
                (),
                -most,
                most,
                "signed",
                "crop",
                lossy=False,
            ),
            crop_pane(worst, _("Where it costs most"), _("The picture with that place covered")),
        ],
        caption=caption
        + " "
        + _(
            "{count} places were covered; the one on the right takes {drop} percentage points.",
            count=drops.value.size,
            drop=f"{100 * float(drops.value.max()):.1f}",
        ),
        height=360,
    )


# ----------------------------------------------------------------------------------- questions


def questions(seen: Seen) -> None:
    """What stages leave at zero, what excites a channel, what covering costs, where two classes look."""
    lab = seen.lab
    with loading():
        stages = {str(n + 1): stage_of(seen, n) for n in (0, 2, 4)}
        zeros = {
            name: lab.run(share_zero, one.maps, as_="zero").value for name, one in stages.items()
        }
        others = sample_pictures(seen)
    names = {"1": _("First layer"), "3": _("3rd stage"), "5": _("Last stage")}
    quiz.question(
        _(
            "In which stage of {network} is the largest share of all numbers exactly zero?",
            network=seen.title,
        ),
        names,
        answer=max(zeros, key=lambda name: zeros[name]),
        why="; ".join(f"{names[name]}: {share:.0%}" for name, share in zeros.items()) + ".",
        key="zeros",
    )
    last = stages["5"]
    channel = last.order.value[0]
    ranking = lab.run(
        most_excited,
        *[other.strength for other in others],
        stage=last.number,
        channel=channel,
        as_="ranking",
    ).value
    ranking = [(n, value) for n, value in ranking if not others[n].is_that_of(seen)]
    asked = sorted([ranking[0], ranking[len(ranking) // 2], ranking[-1]])
    quiz.question(
        _(
            "Channel {number} is the strongest of the last stage on your picture. Which of these "
            "pictures excites it most?",
            number=channel + 1,
        ),
        {str(n): others[n].title for n, _value in asked},
        answer=str(ranking[0][0]),
        why="; ".join(f"{others[n].title}: {value:.2f}" for n, value in asked) + ".",
        key="excited",
    )
    found = lab.run(softmax, seen.ask(scores, as_="logits"), as_="probabilities")
    (first, name, share), (second, other, _share) = lab.run(top, found, count=2, as_="two").value
    window, step = WINDOWS["96"]
    drops = seen.ask(occlusion, label=first, window=window, step=step, as_="drops").value
    drop = float(drops.max())
    quiz.question(
        _(
            "“{name}” has {share}. A square of {side} pixels is covered where it costs most. How much "
            "of that is lost?",
            name=name,
            share=percent(share),
            side=window,
        ),
        {"little": _("under a tenth"), "some": _("a tenth to a half"), "much": _("over a half")},
        answer="little" if drop < share / 10 else "some" if drop <= share / 2 else "much",
        why=_("From {before} to {after}.", before=percent(share), after=percent(share - drop)),
        key="covering",
    )
    cells = [
        lab.run(highest_cell, seen.ask(grad_cam, label=one, as_="heat"), as_="cell").value
        for one in (first, second)
    ]
    quiz.question(
        _(
            "Does Grad-CAM have its greatest number in the same cell for “{name}” and for “{other}”?",
            name=name,
            other=other,
        ),
        {"same": _("In the same cell"), "apart": _("In different cells")},
        answer="same" if cells[0] == cells[1] else "apart",
        why=_(
            "Row and column, from 1: {one} and {two}.",
            one=", ".join(str(n + 1) for n in cells[0]),
            two=", ".join(str(n + 1) for n in cells[1]),
        ),
        key="two_classes",
    )
