"""What the timeline draws: milestones by year, their sizes on an axis of powers of ten, and cards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components import blobs, charts, plot, show
from components.architecture import short
from components.i18n import _, language
from components.state import wish
from engine.lab import Node
from engine.networks.history import BY_NAME, Milestone

COLOUR, MARK = "#0072B2", "#D55E00"
#: A sign for what was counted, so that words are not taken for pictures.
SYMBOLS = {
    "pictures": "circle",
    "pairs": "diamond",
    "words": "square",
    "pieces of 30 s": "triangle-up",
    "facts": "star",
}
#: Where names stand at their points, so that neighbours do not cover each other.
SIDES = {
    "parameters": {
        **dict.fromkeys(
            ("AlexNet", "VGG", "Transformer", "BERT", "BiT", "ViT", "ImageGPT"), "middle left"
        ),
        **dict.fromkeys(("ResNet", "MAE", "CLIP"), "middle right"),
        **dict.fromkeys(("GoogLeNet", "DenseNet", "SimCLR"), "bottom right"),
    },
    "examples": {
        **dict.fromkeys(("AlexNet", "Transformer", "BERT", "ImageGPT"), "middle left"),
        **dict.fromkeys(("MAE", "CLIP", "Back-propagation", "Neocognitron"), "middle right"),
        **dict.fromkeys(("ViT", "Whisper"), "bottom center"),
        "BiT": "middle left",
        **{"VGG": "top left", "ResNet": "top right"},
        **{"GoogLeNet": "bottom left", "DenseNet": "bottom right"},
    },
}

#: The names that stay in a narrow chart.
FEW = ("LeNet-5", "AlexNet", "BERT", "ImageGPT", "Whisper")


def years(names: Sequence[tuple[str, int]], marked: str) -> charts.Figure:
    """A row for each milestone, its year across; the chosen one is marked."""
    rows = list(range(len(names)))
    early = [year < 2000 for _name, year in names]
    chosen = [name == marked for name, _year in names]
    points = {
        "type": "scatter",
        "x": [year for _name, year in names],
        "y": rows,
        "text": [f"{name}, {year}" for name, year in names],
        "mode": "markers+text",
        "textposition": ["middle right" if is_early else "middle left" for is_early in early],
        "marker": {
            "size": [14 if one else 9 for one in chosen],
            "color": [MARK if one else COLOUR for one in chosen],
            "symbol": ["diamond" if one else "circle" for one in chosen],
            "opacity": 1,
        },
        "textfont": {"size": 14},
        "customdata": [_(BY_NAME[name].changed) for name, _year in names],
        "hovertemplate": "<b>%{text}</b><br>%{customdata}<extra></extra>",
        "cliponaxis": False,
    }
    figure = charts.made([points], x=_("year"), height=24 * len(rows) + 70, top=8)
    figure["layout"]["yaxis"] = {"visible": False, "autorange": "reversed"}
    figure["layout"]["xaxis"] |= {"range": [1938, 2026]}
    figure["layout"]["hoverlabel"] = {"align": "left", "namelength": -1}
    return figure


def sizes(
    known: Sequence[tuple[str, int, int]],
    *,
    y: str,
    marked: str = "",
    log: bool = True,
    of: str,
    few: bool = False,
) -> charts.Figure:
    """The number of each milestone by year; `of` is "parameters" or "examples".

    few : only a few of them are named.
    """
    chosen = [name == marked for name, _year, _value in known]
    units = [BY_NAME[name].unit if of == "examples" else "" for name, _year, _value in known]
    points = {
        "type": "scatter",
        "x": [BY_NAME[name].when for name, _year, _value in known],
        "y": [value for _name, _year, value in known],
        "text": [name if not few or name in FEW else "" for name, _year, _value in known],
        "mode": "markers+text",
        "textposition": [SIDES[of].get(name, "top center") for name, _year, _value in known],
        "textfont": {"size": 13},
        "marker": {
            "size": [15 if one else 10 for one in chosen],
            "color": [MARK if one else COLOUR for one in chosen],
            "symbol": [SYMBOLS.get(unit, "circle") for unit in units],
            "opacity": 1,
        },
        "customdata": [
            [f"{value:,} {_(unit) if unit else ''}", BY_NAME[name].model or name, year]
            for (name, year, value), unit in zip(known, units, strict=True)
        ],
        "hovertemplate": "<b>%{customdata[1]}</b>, %{customdata[2]}<br>%{customdata[0]}<extra></extra>",
        "cliponaxis": False,
    }
    figure = charts.made([points], x=_("year"), y=y, height=520)
    first = min(year for _name, year, _value in known)
    figure["layout"]["xaxis"] |= {"range": [first - 3, 2025]}
    if log:
        figure["layout"]["yaxis"] |= {"type": "log", "exponentformat": "power", "dtick": 1}
    else:
        figure["layout"]["yaxis"] |= {"exponentformat": "B", "rangemode": "tozero"}
    return figure


def chart(
    key: str,
    menu: str,
    draw: Callable[..., charts.Figure],
    node: Node,
    *,
    caption: str,
    alt: str,
) -> None:
    """Draw a chart whose points can be clicked: the milestone then stands in the menu called `menu`.

    The menu must have been drawn, and `take_click` called before it.
    """
    plot.plot(
        draw(node.value),
        key=_key_of(menu, st.session_state[menu]),
        alt=alt,
        clickable=True,
    )
    show.footer(key, [node], caption)


def take_click(menu: str, names: Sequence[str]) -> None:
    """Let the menu called `menu` take the milestone that was clicked in its chart, if one was."""
    told = blobs.get(st.session_state.get(_key_of(menu, st.session_state.get(menu))), "selection")
    places = blobs.get(told, "point_indices")
    if isinstance(places, list) and places and blobs.is_whole(places[0], len(names) - 1):
        wish(menu, names[places[0]])


def _key_of(menu: str, chosen: object) -> str:
    """A chart's key: a new one for each choice, so that an old click counts once."""
    return f"chart_{menu}_{chosen}"


def card(milestone: Milestone) -> None:
    """All that is known of one milestone, with its source."""
    with st.container(border=True, key="timeline_card"):
        st.markdown(
            _(
                "**{name}** ({year}). {changed}",
                name=milestone.name,
                year=milestone.year,
                changed=_(milestone.changed),
            )
        )
        with st.container(horizontal=True):
            if milestone.parameters:
                st.metric(_("Parameters"), _amount(milestone.parameters), help=_how(milestone))
            if milestone.examples:
                amount = _(
                    "{count} {unit}", count=_amount(milestone.examples), unit=_(milestone.unit)
                )
                st.metric(_("Training data"), amount)
        for line in _facts(milestone):
            st.markdown(f"- {line}")


def _amount(number: float) -> str:
    """A number in three digits or so with k, M or G; in Chinese with 万 or 亿."""
    if language() != "zh" or number < 1e4:
        return short(number)
    size, sign = (1e8, "亿") if number >= 1e8 else (1e4, "万")
    return f"{number / size:.3g} {sign}" if number < 1000 * size else f"{number / size:,.0f} {sign}"


def _how(milestone: Milestone) -> str:
    source = _(milestone.counted) if milestone.counted else _("stated in the paper")
    return _("{model}: {source}", model=milestone.model, source=source)


def _facts(milestone: Milestone) -> list[str]:
    lines = []
    if milestone.parameters:
        lines.append(
            _("Parameters: {count}, {how}.", count=f"{milestone.parameters:,}", how=_how(milestone))
        )
    if milestone.examples:
        lines.append(_("Data: {data}.", data=_(milestone.data)))
    missing = [
        name
        for name, value in (
            (_("parameters"), milestone.parameters),
            (_("training examples"), milestone.examples),
        )
        if not value
    ]
    if milestone.note:
        lines.append(_(milestone.note))
    elif missing:
        lines.append(_("Not in the paper: {what}.", what=", ".join(missing)))
    lines.append(
        _(
            "Source: {authors}, *{title}*, {venue}.",
            authors=milestone.authors,
            title=milestone.title,
            venue=milestone.venue,
        )
    )
    return lines
