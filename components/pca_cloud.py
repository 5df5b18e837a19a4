"""The lesson on principal components: clouds of points, turned, on a plane, side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from components import charts, scatter, show
from components.classes import Look
from components.i18n import _, safe
from components.pca import Cloud, Groups, axis_name
from components.pca_names import LEAST_HEIGHT, Ends, Name, placed
from components.scatter import Pane
from components.table import GRAY, group_name, label
from components.text import beginning
from engine.table import components as engine

STEPS = 21  # views from the columns to the components
SEEN = 0.05  # length in a view from which the name of a column is written
LETTERS = 16  # of the name of a column
REACH = 0.75  # length of a line in relation to the farthest coordinate
PLAY_MS = 5000
#: A name is read over points, too: on white in the light theme, on black in the dark one.
HALO = ", ".join(["0 0 3px light-dark(#ffffff, #11161d)"] * 4)


def turn_view(made: Cloud, chosen: tuple[int, ...], colour: Groups, caption: str) -> None:
    """The cloud turned from chosen columns to the components, on a plane or in space."""
    lab, drawn, grouped = made.lab, colour.drawn, colour.grouped
    axes = lab.run(engine.axes_on_the_way, made.components, chosen=chosen, steps=STEPS, as_="axes")
    seen = lab.run(engine.seen_along, made.points, axes, drawn, as_="seen")
    codes, names = grouped.value
    far = float(np.linalg.norm(seen.value, axis=2).max(initial=0)) or 1.0
    longest = float(np.abs(seen.value).max(initial=0)) or 1.0
    tips = REACH * longest * axes.value.transpose(0, 2, 1)  # the ends of the columns' directions
    steps = np.concatenate([seen.value, tips], axis=1)
    wide = np.abs(steps).max(axis=(0, 1)).tolist()
    reach = (wide[0], wide[1]) if len(chosen) == 2 else (far, far)
    rows = made.rows.value[drawn.value].tolist()
    key = {2: "pc_turn", 3: "pc_space"}[len(chosen)]
    scatter.draw(
        key,
        [
            Pane(
                _("From the columns to the components"),
                _("A cloud of points that turns until its widest direction lies flat"),
                steps[-1],
                f"{seen.key}:end",
                "",
                steps,
                f"{seen.key}:steps",
                turn_titles(made, chosen),
                reach,
            )
        ],
        names=[_("row {row}", row=row + 1) for row in rows] + [f"→ {c}" for c in made.columns],
        groups=[*codes.tolist(), *[len(names)] * len(made.columns)],
        group_names=[*map(group_name, names), _("directions of the columns")],
        content=seen.key,
        height=480,
        named=False,
        spokes=range(len(rows), len(rows) + len(made.columns)),
        slide=_("How far the cloud is turned"),
        play_ms=PLAY_MS,
        colours=[*(ink for ink, _shape in colour.looks), GRAY],
    )
    show.footer(key, [seen, axes, grouped], caption)


def turn_titles(made: Cloud, chosen: tuple[int, ...]) -> list[str]:
    """What stands over each view; over the first and the last also what the axes are."""
    titles = [_("turned by {percent} %", percent=100 * n // (STEPS - 1)) for n in range(STEPS)]
    ends = {
        0: [made.columns[place] for place in chosen],
        -1: [axis_name(number + 1, made.shares) for number in range(len(chosen))],
    }
    for place, axes in ends.items():
        across, up, *deep = (beginning(axis, 40) for axis in axes)
        titles[place] += " · " + _("across: {x}, upwards: {y}", x=across, y=up)
        titles[place] += " · " + _("in depth: {z}", z=deep[0]) if deep else ""
    return titles


def plane_view(key: str, made: Cloud, colour: Groups, columns: Sequence[str], caption: str) -> None:
    """The points on the first two components, with the directions of the columns: a biplot."""
    drawn, grouped = colour.drawn, colour.grouped
    lab = made.lab
    scores = lab.run(engine.scores_on, made.points, made.components, count=2, as_=f"scores_{key}")
    ratio = made.shares
    show.chart(
        key,
        lambda found, places, groups_, components: flat(
            found[places],
            groups_,
            colour.looks,
            np.pad(components[0][:2], ((0, max(0, 2 - len(components[0]))), (0, 0))),
            columns,
            x=axis_name(1, ratio),
            y=axis_name(2, ratio),
        ),
        [scores, drawn, grouped, made.components],
        caption=caption,
        alt=_("Points on two components, and a line from the middle for each column"),
    )


def beside(
    clouds: Mapping[str, tuple[str, Cloud]],
    colour: Groups,
    columns: Sequence[str],
    *captions: str,
) -> None:
    """Two clouds on their first two components, key -> (title, cloud), and what PC1 is in each.

    The caption is the same under both, or the second is another one.
    """
    pairs = zip(clouds.items(), (captions[0], captions[-1]), strict=True)
    for where, ((key, (title, made)), caption) in zip(st.columns(2), pairs, strict=True):
        with where:
            st.markdown(f"**{title}**")
            plane_view(key, made, colour, columns, caption.format(**told(made, columns)))


def told(made: Cloud, columns: Sequence[str]) -> dict[str, str]:
    """What a caption says of the first component: its share, its strongest column, that loading."""
    axis = made.components.value[0][0]
    place = int(np.argmax(np.abs(axis)))
    return {
        "share": f"{made.shares[0]:.2%}",
        "strongest": safe(columns[place]),
        "loading": f"{axis[place]:+.2f}",
    }


def flat(
    seen: Any,
    grouped: Any,
    inks: Sequence[Look],
    axes: Any = None,
    columns: Sequence[str] = (),
    *,
    x: str = "",
    y: str = "",
    height: int = 420,
) -> charts.Figure:
    """Points on a plane on which both axes have the same unit, with the directions of the columns."""
    codes, names = grouped
    far = float(np.abs(seen).max(initial=0)) or 1.0
    data = traces(seen, codes, names, inks)
    figure = charts.made(data, x=x, y=y, height=height, top=60, **charts.legend_above(2))
    figure["layout"] |= {"hovermode": "closest"}
    figure["layout"]["yaxis"] |= {"scaleanchor": "x", "scaleratio": 1}
    if axes is None:
        return figure
    ends = [(right, up) for right, up in (REACH * far * axes).T.tolist()]
    told = [
        (end, label(name, LETTERS))
        for end, name in zip(ends, columns, strict=True)
        if math.hypot(*end) > SEEN * REACH * far
    ]
    (left, low), (right, high) = seen.min(axis=0).tolist(), seen.max(axis=0).tolist()
    found = placed(
        [end for end, _name in told], [name for _end, name in told], (left, right), (low, high)
    )
    data += arrows(ends, found.names)
    air = 0.03 * (found.up[1] - found.up[0])
    figure["layout"]["xaxis"] |= {"range": [found.across[0] - air, found.across[1] + air]}
    figure["layout"]["yaxis"] |= {"range": [found.up[0] - air, found.up[1] + air]}
    figure["layout"]["height"] = height + found.height - LEAST_HEIGHT
    return figure


def traces(
    seen: Any, codes: Any, names: Sequence[str], inks: Sequence[Look]
) -> list[dict[str, Any]]:
    """The points (n, 2) of each group in a colour and a shape of its own."""
    found = []
    for group, (name, (ink, shape)) in enumerate(zip(map(group_name, names), inks, strict=True)):
        part = seen[codes == group]
        mark = {
            "color": ink,
            "symbol": shape,
            "size": 6,
            "opacity": 0.8,
            "line": {"width": 0.8, "color": "rgba(255,255,255,0.7)"},  # lifts it off a dark page
        }
        found.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": np.float32(part[:, 0]),
                "y": np.float32(part[:, 1]),
                "name": label(name),
                "marker": mark,
                "hovertemplate": "%{x:.3~g}, %{y:.3~g}<extra>" + label(name) + "</extra>",
            }
        )
    return found


def arrows(ends: Sequence[Ends], names: Sequence[Name]) -> list[dict[str, Any]]:
    """A line from 0 for each column, whither it grows, and its name, led to by a thin line if apart."""
    apart = [name for name in names if name.apart]
    found = [
        _lines([((0.0, 0.0), end) for end in ends], {"width": 2}),
        _lines([(name.end, (name.x, name.y)) for name in apart], {"width": 1, "dash": "dot"}),
        {
            "type": "scatter",
            "mode": "text",
            "x": [name.x for name in names],
            "y": [name.y for name in names],
            "text": [f"\u2009{name.text}\u2009" for name in names],
            "textposition": [f"middle {'right' if name.side > 0 else 'left'}" for name in names],
            "cliponaxis": False,
            "textfont": {"size": 13, "weight": "bold", "shadow": HALO},
        },
    ]
    return [one | {"hoverinfo": "skip", "showlegend": False} for one in found]


def _lines(parts: Sequence[tuple[Ends, Ends]], look: dict[str, Any]) -> dict[str, Any]:
    """Lines from one place to another, as one trace."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for start, end in parts for x in (start[0], end[0], None)],
        "y": [y for start, end in parts for y in (start[1], end[1], None)],
        "line": {"color": GRAY} | look,
    }
