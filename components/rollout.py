"""Where a vision transformer looks: the attention of every head, and its roll-out over all layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from components import show
from components.classify import loading, percent
from components.i18n import _
from components.models import offer
from components.show import RGB, Picture
from components.state import choice, slider
from components.viewer_message import Outline
from engine.lab import Lab, Node
from engine.models.catalogue import VIT, VIT_SMALL
from engine.models.locate import find
from engine.softmax import softmax
from engine.vision.features import one_map, tile_at, tiled
from engine.vision.gradcam import enlarged, highlighted
from engine.vision.preprocess import CROP, squashed, tensor
from engine.vision.rollout import attentions, looks_of, patch_at, patches_of_class, rollout
from engine.vision.vit import (
    GARMENTS,
    SIDE,
    garment,
    garment_scores,
    likeliest_kind,
    one_plane,
    share_right,
    small_square,
)

#: The colour around the chosen patch.
CHOSEN = "#ffb000"


@dataclass(frozen=True)
class Looking:
    """A transformer and a picture: `square` as it sees it, `side` pixels each way; its attention."""

    lab: Lab
    square: Node
    side: int
    attention: Node


def small(lab: Lab, pixels: Node, text: Mapping[str, str]) -> Looking:
    """The transformer of this app, for a garment of its test or for the learner's picture."""
    weights = lab.weights(VIT_SMALL, as_="weights")
    kinds = {str(n): _(name) for n, name in enumerate(GARMENTS)}
    pictures = {**kinds, "own": _("Your picture")}
    picked = choice(_("Picture"), pictures, key="rollout_picture", default="9", look="pills")
    if picked == "own":
        negative = st.toggle(_("Swap light and dark"), key="rollout_negative", bind="query-params")
        square = lab.run(small_square, pixels, negative=negative, as_="square")
    else:
        square = lab.run(garment, weights, number=int(picked), as_="square")
    x = lab.run(one_plane, square, as_="network_input")
    with loading():
        scores = lab.run(garment_scores, weights, x, network=True, as_="logits")
        found = lab.run(
            likeliest_kind, lab.run(softmax, scores, as_="probabilities"), as_="likeliest"
        )
        number, probability = found.value
    right, count = lab.run(share_right, weights, as_="right").value
    st.markdown(
        text["small"].format(side=SIDE, right=f"{right:.1%}", count=f"{count:,}")
        + " "
        + _("It says “{name}”, {share}.", name=kinds[str(number)], share=percent(probability))
    )
    return Looking(
        lab, square, SIDE, lab.run(attentions, weights, x, network=True, as_="attention")
    )


def large(lab: Lab, pixels: Node) -> Looking:
    """The transformer of the hub, for the learner's picture."""
    square = lab.run(squashed, pixels, as_="square")
    half = (0.5, 0.5, 0.5)
    x = lab.run(tensor, square, mean=half, std=half, as_="network_input")
    weights = lab.weights(VIT, as_="weights")
    return Looking(
        lab, square, CROP, lab.run(attentions, weights, x, network=True, as_="attention")
    )


def clicked_tile(view: str, tiles: Node, maps: Node, *, columns: int, count: int) -> int | None:
    """The tile, from 0, that the learner has clicked just now; None if nothing new was clicked."""
    at, kept = show.pinned(view, "tiles", tiles), f"_tile_{view}"
    if at == st.session_state.get(kept):
        return None
    st.session_state[kept] = at
    if at is None:
        return None
    x, y = at
    return tile_at(x=x, y=y, shape=maps.value.shape, columns=columns, count=count)


def grid(side: int, patches: int, token: int) -> tuple[Outline, ...]:
    """Lines between the patches of a picture, and one around the patch of the token, if it is one."""
    size = side // patches
    ways = [(n * size, 0, n * size, side) for n in range(1, patches)]
    lines = [Outline(way, thin=True) for way in ways]
    lines += [Outline((y0, x0, y1, x1), thin=True) for x0, y0, x1, y1 in ways]
    if token:
        y, x = ((token - 1) // patches * size, (token - 1) % patches * size)
        around = (x, y, x + size, y, x + size, y + size, x, y + size)
        lines.append(Outline(around, colour=CHOSEN))
    return tuple(lines)


def heads(looking: Looking, text: Mapping[str, str]) -> None:
    """What one token looks at in each head of each layer, and in one of them larger."""
    lab, attention = looking.lab, looking.attention
    with loading():
        layers, count, tokens, _same = attention.value.shape
    patches = round((tokens - 1) ** 0.5)
    at = show.pinned("heads", "crop", looking.square)
    token = patch_at(x=at[0], y=at[1], side=looking.side, patches=patches) if at else 0
    maps = lab.run(looks_of, attention, token=token, as_="looks")
    every = tuple(range(layers * count))
    tiles = lab.run(tiled, maps, channels=every, columns=count, as_="tiles")
    clicked = clicked_tile("heads", tiles, maps, columns=count, count=len(every))
    if clicked is not None:
        st.session_state["rollout_layer"] = clicked // count + 1
        st.session_state["rollout_head"] = clicked % count + 1
    left, right = st.columns(2)
    with left:
        layer = slider(_("Layer"), 1, layers, layers, key="rollout_layer")
    with right:
        head = slider(_("Head"), 1, count, 1, key="rollout_head")
    one = lab.run(one_map, maps, channel=(layer - 1) * count + head - 1, as_="look")
    who = (
        _("the patch in row {row}, column {column}", row=(token - 1) // patches + 1,
          column=(token - 1) % patches + 1)
        if token
        else _("the class token")
    )  # fmt: skip
    show.pictures(
        "heads",
        [
            Picture(looking.square, _("What it sees"), _("The picture as the transformer sees it"),
                    RGB, group="crop", lossy=False,
                    outlines=grid(looking.side, patches, token)),
            Picture(tiles, _("All heads"), _("Where each head of each layer looks"), (), 0, 1,
                    "viridis", "tiles", lossy=False),
            Picture(one, _("Layer {layer}, head {head}", layer=layer, head=head),
                    _("Where this head looks"), (), 0, None, "viridis", "crop", lossy=False),
        ],
        caption=text["heads_caption"].format(
            patches=patches * patches, layers=layers, heads=count, tokens=tokens
        )
        + " "
        + _(
            "Who looks: {who}. In this head {share} of the look goes to patches, the rest to the class "
            "token.",
            who=who,
            share=f"{float(one.value.sum()):.0%}",
        ),
        height=320,
    )  # fmt: skip


def over_all(looking: Looking, text: Mapping[str, str]) -> None:
    """The roll-out: how much of each patch is in the answer."""
    lab = looking.lab
    flow = lab.run(rollout, looking.attention, as_="flow")
    shares = lab.run(patches_of_class, flow, as_="shares")
    spread = lab.run(enlarged, shares, side=looking.side, as_="shares_large")
    light = lab.run(highlighted, looking.square, spread, as_="bright")
    show.pictures(
        "rollout",
        [
            Picture(looking.square, _("What it sees"), _("The picture as the transformer sees it"),
                    RGB, group="crop", lossy=False),
            Picture(shares, _("Roll-out"), _("How much each patch counts"), (), 0, None, "viridis",
                    "crop", lossy=False),
            Picture(light, _("What counts"), _("Bright where the answer comes from"), RGB,
                    group="crop", lossy=False),
        ],
        caption=text["rollout_caption"],
        height=360,
    )  # fmt: skip


def roll_out(lab: Lab, pixels: Node, text: Mapping[str, str]) -> None:
    """Attention and roll-out of a small vision transformer, or of a large one if it is here."""
    st.markdown(text["rollout"])
    both = {"small": VIT_SMALL.title, "large": VIT.title}
    if find(VIT) and choice(_("Transformer"), both, key="rollout_net") == "large":
        looking = large(lab, pixels)
    else:
        looking = small(lab, pixels, text)
    heads(looking, text)
    over_all(looking, text)
    if not find(VIT):
        with st.expander(_("A larger network")):
            st.markdown(text["rollout_larger"])
            offer(VIT)
