"""Networks that waste numbers or see too little, beside what is built instead."""

from __future__ import annotations

import streamlit as st

from components import layercard, show
from components import netviews as views
from components.catalogue import COLOURS
from components.i18n import _
from components.netviews import Given
from components.networks_field import marked_pane
from engine.lab import Lab
from engine.networks.resnet import resnet50, without_bottleneck
from engine.networks.trace import maps_of


def small_field(lab: Lab, vgg: Given, caption: str) -> None:
    """What a unit sees half-way through VGG-16, and at its end."""
    maps = lab.run(maps_of, vgg.layers, as_="maps").value
    at = views.middle_or_pin("small_field", vgg.picture)
    panes = [
        marked_pane(lab, vgg, number, at, f"marked_{number}")
        for number in (maps[len(maps) // 2 - 2], maps[-1])
    ]
    show.pictures("small_field", panes, caption=caption)


def parameters_beside(lab: Lab, vgg: Given, fault: str, caption: str) -> None:
    """The parameters of ResNet-50 beside a ResNet without bottlenecks ("wide"), or VGG-16 ("linear")."""
    thin = lab.run(resnet50, vgg.shape, as_="resnet50_layers")
    if fault == "wide":
        other = lab.run(without_bottleneck, vgg.shape, as_="wide_layers")
        names = ("ResNet-50", _("3×3, 3×3 instead"))
    else:
        other, names = vgg.layers, ("ResNet-50", "VGG-16")
    show.chart(
        f"breaks_{fault}",
        lambda one, two: views.share_bars({names[0]: one, names[1]: two}, COLOURS["image"]),
        [thin, other],
        caption=caption,
        alt=_("Parameters by part of two networks"),
    )
    for name, node in zip(names, (thin, other), strict=True):
        st.markdown(f"**{name}**")
        layercard.heroes(*views.sums(node))
