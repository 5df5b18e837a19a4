"""Shows: twelve networks that unfold from the whole to a layer's formula, with shapes traced from the
learner's picture, text length or sound; costs by layer; receptive fields on the picture; the
bottleneck against two 3 x 3 convolutions; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import architecture, layercard, page, show, tray
from components import netviews as views
from components import networks_questions as questions
from components.guard import fragment
from components.i18n import _
from components.networks_faults import parameters_beside, small_field
from components.networks_field import field_view
from components.state import choice, slider
from engine.networks.catalogue import BY_NAME, NETWORKS
from engine.networks.resnet import (
    EXPANSION,
    basic_block,
    bottleneck_block,
    how_many_times,
)
from engine.networks.trace import is_layer, maps_of, table

here = page.start(
    "networks",
    {
        "unfold": _("Unfold"),
        "costs": _("What it costs"),
        "field": _("What it sees"),
        "bottleneck": _("Bottleneck"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, pixels = tray.picture()
TITLES = {network.name: network.title for network in NETWORKS}
WITH_MAPS = {network.name: network.title for network in NETWORKS if network.has_maps}


@fragment
def unfold() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = choice(_("Network"), TITLES, key="net", default="resnet18", look="menu")
        given = views.ask_input(lab, pixels, BY_NAME[name], key="net")
    layers, note = given.layers, given.note
    layercard.heroes(*views.sums(layers))
    number = architecture.chosen("unfold", name, len(layers.value))
    row = architecture.draw("unfold", name, layers, number)
    if is_layer(row):
        layercard.draw(row)
    elif row.depth:
        layercard.share(row, table(layers.value)[0])
    caption = text["unfold_caption"] + " " + views.about(text, lab, name, given.shape) + note
    show.footer("unfold", [layers], caption)


@fragment
def costs() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = choice(_("Network"), TITLES, key="cost_net", default="vgg16", look="menu")
        given = views.ask_input(lab, pixels, BY_NAME[name], key="cost")
    layercard.heroes(*views.sums(given.layers))
    show.chart(
        "costs",
        views.cost_bars,
        [given.layers],
        caption=text["costs_caption"] + given.note,
        alt=_("Parameters, multiply-adds and memory of each layer in order"),
    )


@fragment
def field() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = choice(_("Network"), WITH_MAPS, key="field_net", default="resnet18", look="menu")
        given = views.ask_input(lab, pixels, BY_NAME[name], key="field")
    maps = lab.run(maps_of, given.layers, as_="maps").value
    place = slider(
        _("Layer with maps, 1 to {count}", count=len(maps)),
        1,
        len(maps),
        min(6, len(maps)),
        key="field_layer",
    )
    field_view(lab, given, maps[place - 1], text["field_caption"])


@fragment
def bottleneck() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        quarter = slider(_("Channels inside the bottleneck"), 4, 512, 64, key="neck_channels")
        side = slider(_("Height and width of the maps"), 1, 112, 56, key="neck_side")
    channels = EXPANSION * quarter
    plain = lab.run(basic_block, channels=channels, side=side, as_="plain")
    neck = lab.run(bottleneck_block, channels=channels, side=side, as_="neck")
    times = lab.run(how_many_times, plain, neck, as_="times").value
    with st.container(horizontal=True):
        st.metric(_("Channels outside"), f"{channels:,}")
        st.metric(_("Parameters, times as many"), f"{times[0]:.1f}×")
        st.metric(_("Multiply-adds, times as many"), f"{times[1]:.1f}×")
    for name, node in (("plain", plain), ("neck", neck)):
        architecture.draw(f"block_{name}", f"block_{name}", node, 0, still=True)
        layercard.heroes(*views.sums(node))
    show.footer("bottleneck", [plain, neck], text["bottleneck_caption"])


@fragment
def breaks() -> None:
    faults = {
        "fields": _("Too small a field"),
        "wide": _("No bottleneck"),
        "linear": _("Large linear layers"),
    }
    fault = choice(_("What is done wrong"), faults, key="net_fault", hide_label=True)
    whole = views.input_of(lab, pixels, BY_NAME["vgg16"])
    if fault == "fields":
        small_field(lab, whole, text["fields_caption"])
    else:
        parameters_beside(lab, whole, fault, text[f"{fault}_caption"])


def predict() -> None:
    questions.ask(lab, pixels)


here.run(
    unfold=unfold, costs=costs, field=field, bottleneck=bottleneck, breaks=breaks, predict=predict
)
