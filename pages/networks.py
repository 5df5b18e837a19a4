"""Shows: twelve networks that unfold from the whole to a layer's formula, with shapes traced from the
learner's picture, text length or sound; costs by layer; receptive fields on the picture; the
bottleneck against two 3 x 3 convolutions; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import architecture, layercard, page, quiz, show, tray
from components import netviews as views
from components.catalogue import COLOURS
from components.guard import fragment
from components.i18n import _
from components.show import Picture
from components.state import choice, slider
from engine.networks.catalogue import BY_NAME, NETWORKS
from engine.networks.field import field_of, mark_field, share_seen
from engine.networks.resnet import (
    EXPANSION,
    basic_block,
    bottleneck_block,
    how_many_times,
    resnet50,
    without_bottleneck,
)
from engine.networks.sequences import bert_base
from engine.networks.trace import is_layer, maps_of, table, totals

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
    rows = table(given.layers.value)
    place = slider(
        _("Layer with maps, 1 to {count}", count=len(maps)),
        1,
        len(maps),
        min(6, len(maps)),
        key="field_layer",
    )
    number = maps[place - 1]
    x, y = views.middle_or_pin("field", given.picture)
    at = {"number": number, "x": x, "y": y}
    seen = lab.run(field_of, given.layers, as_="seen", **at)
    marked = lab.run(mark_field, given.picture, given.layers, as_="marked", **at)
    left, top, right, bottom, unit_row, unit_column = seen.value
    size, jump = rows[number].field[0][:2]
    with st.container(horizontal=True):
        st.metric(_("Receptive field"), _("{size} × {size} pixels", size=f"{size:,.0f}"))
        st.metric(_("From unit to unit"), _("{jump} pixels", jump=f"{jump:g}"))
        share = lab.run(share_seen, given.layers, as_="share", **at).value
        st.metric(_("Of what goes in"), f"{share:.1%}")
    alt = _("The picture, dark outside the receptive field")
    show.pictures(
        "field",
        [
            Picture(given.picture, _("What goes in"), _("The picture as the network gets it")),
            Picture(marked, views.field_title(given.layers, number), alt, lossy=False),
        ],
        caption=_(
            "Unit {row}, {column} of {name} sees columns {left} to {right} and rows {top} to {bottom}.",
            **{
                "row": unit_row,
                "column": unit_column,
                "name": views.layer_title(given.layers, number),
            },
            **{"left": left, "right": right - 1, "top": top, "bottom": bottom - 1},
        )
        + " "
        + text["field_caption"]
        + given.note,
    )


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
        maps = lab.run(maps_of, whole.layers, as_="maps").value
        x, y = views.middle_or_pin("small_field", whole.picture)
        panes = []
        for number in (maps[len(maps) // 2 - 2], maps[-1]):
            marked = lab.run(
                mark_field,
                whole.picture,
                whole.layers,
                number=number,
                x=x,
                y=y,
                as_=f"marked_{number}",
            )
            title = views.field_title(whole.layers, number)
            panes.append(
                Picture(
                    marked, title, _("The picture, dark outside the receptive field"), lossy=False
                )
            )
        show.pictures("small_field", panes, caption=text["fields_caption"])
        return
    thin = lab.run(resnet50, whole.shape, as_="resnet50_layers")
    if fault == "wide":
        other = lab.run(without_bottleneck, whole.shape, as_="wide_layers")
        names, caption = ("ResNet-50", _("3×3, 3×3 instead")), text["wide_caption"]
    else:
        other, names, caption = whole.layers, ("ResNet-50", "VGG-16"), text["linear_caption"]
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


def predict() -> None:
    net = BY_NAME["resnet50"]
    cut, whole = (views.input_of(lab, pixels, net, whole=which) for which in (False, True))
    first, second = (lab.run(totals, given.layers, as_="sums").value for given in (cut, whole))
    height, width = whole.picture.value.shape[:2]
    quiz.question(
        _(
            "Your picture goes into ResNet-50 whole, {width} × {height} pixels, and not cut to "
            "{crop} × {crop}. How many parameters does the network have then?",
            **{"width": width, "height": height, "crop": net.crop},
        ),
        {
            "ratio": _("more or fewer, as there are pixels"),
            "same": _("as many as before"),
            "half": _("half"),
        },
        answer="same" if first[0] == second[0] else "ratio",
        why=_("{count}: kernels are the same at every place.", count=f"{second[0]:,}"),
        key="net_parameters",
    )
    times = second[1] / first[1]
    quiz.question(
        _("And its multiply-adds, compared with {crop} × {crop}?", crop=net.crop),
        {"c": _("over 3 times"), "a": _("under 1.5 times"), "b": _("1.5 to 3 times")},
        answer="a" if times < 1.5 else "b" if times <= 3 else "c",
        why=_(
            "{times} times: {work} against {before}. They grow with the number of pixels.",
            times=f"{times:.2f}",
            work=f"{second[1]:,}",
            before=f"{first[1]:,}",
        ),
        key="net_work",
    )
    small = views.input_of(lab, pixels, BY_NAME["resnet18"], whole=True)
    number = views.last_of(small.layers, "layer2")
    share = lab.run(
        share_seen, small.layers, number=number, x=width // 2, y=height // 2, as_="share"
    ).value
    quiz.question(
        _(
            "Your picture goes into ResNet-18 whole, {width} × {height} pixels. How much of it does the "
            "unit in the middle see, at the end of layer2?",
            width=width,
            height=height,
        ),
        {"b": _("10 to 50 %"), "c": _("over 50 %"), "a": _("under 10 %")},
        answer="a" if share < 0.1 else "b" if share <= 0.5 else "c",
        why=_(
            "{share} of it: {size} × {size} pixels, cut at the edges.",
            share=f"{share:.1%}",
            size=f"{table(small.layers.value)[number].field[0][0]:,.0f}",
        ),
        key="net_field",
    )
    short, long = (lab.run(bert_base, views.tokens(lab, n), as_=f"bert_{n}") for n in (128, 512))
    growth = views.attention_work(long) / views.attention_work(short)
    quiz.question(
        _(
            "BERT reads 512 tokens instead of 128. How do the multiply-adds of attention itself grow?"
        ),
        {"same": _("not at all"), "square": _("16 times"), "line": _("4 times")},
        answer={1: "same", 4: "line"}.get(round(growth), "square"),
        why=_("{times} times: every token looks at every token.", times=f"{growth:.0f}"),
        key="net_attention",
    )


here.run(
    unfold=unfold, costs=costs, field=field, bottleneck=bottleneck, breaks=breaks, predict=predict
)
