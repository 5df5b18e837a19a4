"""What the lesson on principal components draws: clouds that turn, variance, loadings, rebuilt rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from components import charts, scatter, show
from components import table as tables
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _, safe
from components.scatter import Pane
from components.state import choice
from components.table import SYMBOLS, group_name, label
from components.text import beginning
from engine.lab import Lab, Node
from engine.table import components as engine

MOST_DRAWN = 600  # points of a picture
MOST_GROUPS = 6
MOST_ROWS = 50_000  # that take part
STEPS = 21  # views from the columns to the components
SEED = 0
TIMES = 1000  # by which a number is multiplied to be wrong
SEEN = 0.05  # length in a view from which the name of a column is written
REACH = 0.75  # length of a line in relation to the farthest coordinate
PLAY_MS = 5000
MOST_PARTS = 4  # components that are added up one by one
ENOUGH = 90  # % of the variance


@dataclass(frozen=True)
class Cloud:
    """The rows of a table as points around 0, and their principal components."""

    lab: Lab
    table: Node
    columns: tuple[str, ...]
    gaps: str
    scaled: bool
    rows: Node
    points: Node
    components: Node

    @property
    def shares(self) -> Any:
        """The share of the variance of each component."""
        return self.components.value[2]

    @property
    def note(self) -> str:
        """How many rows take part, as a sentence."""
        used, every = len(self.rows.value), len(self.table.value)
        how = {
            "drop": _("rows with a gap in these columns are left out"),
            "mean": _("the mean of a column stands in its gaps"),
        }[self.gaps]
        counts = {"used": f"{used:,}", "rows": f"{every:,}"}
        if used == MOST_ROWS < every:
            drawn = _("{used} of {rows} rows take part, drawn by chance; {how}.", how=how, **counts)
            return drawn
        return _("{used} of {rows} rows take part: {how}.", how=how, **counts)


def ask(lab: Lab, table: Node, *, scaling: bool = True) -> Cloud | None:
    """Ask for columns, scaling (or not) and what becomes of gaps; None if there is too little."""
    frame = table.value
    first = tables.measures(lab, table)
    if len(first) < 2 or len(frame) < 3:
        told = _("This needs two columns of numbers and three rows. Choose another table above.")
        st.info(told, icon=":material/info:")
        return None
    columns = tables.pick_columns(frame, _("Columns"), key="pc_columns", first=first)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scaled = True
        if scaling:
            ways = {"yes": _("Scaled"), "no": _("As they are")}
            scaled = choice(_("Columns are"), ways, key="pc_scaled") == "yes"
        gaps = "drop"
        if any(frame[column].isna().any() for column in columns):
            ways = {"drop": _("Leave the row out"), "mean": _("Put the mean there")}
            gaps = choice(_("Gaps"), ways, key="pc_gaps")
    if len(columns) < 2:
        st.info(_("Choose at least two columns."), icon=":material/info:")
        return None
    made = cloud(lab, table, columns, gaps, scaled)
    if len(made.rows.value) < 3:
        told = _(
            "Fewer than three rows have no gap in these columns. Choose others, or fill the gaps."
        )
        st.info(told, icon=":material/info:")
        return None
    return made


def cloud(
    lab: Lab,
    table: Node,
    columns: tuple[str, ...],
    gaps: str = "drop",
    scaled: bool = True,
    times: float = 1.0,
    tail: str = "",
) -> Cloud:
    """The components of some columns; `tail` stands behind the names in the code."""
    how = {"columns": columns, "gaps": gaps, "most": MOST_ROWS}
    rows = lab.run(engine.rows_for_components, table, as_="rows", **how)
    points = lab.run(
        engine.points_for_components,
        table,
        rows,
        columns=columns,
        scaled=scaled,
        times=times,
        as_=f"points{tail}",
    )
    return of_points(lab, table, columns, gaps, scaled, rows, points, tail)


def of_points(
    lab: Lab,
    table: Node,
    columns: tuple[str, ...],
    gaps: str,
    scaled: bool,
    rows: Node,
    points: Node,
    tail: str = "",
) -> Cloud:
    """The components of points that were made otherwise."""
    found = lab.run(engine.components_of, points, as_=f"components{tail}")
    return Cloud(lab, table, columns, gaps, scaled, rows, points, found)


def with_codes(made: Cloud, category: str, order: str) -> Cloud:
    """The same points with a column of text behind them, as integers."""
    points = made.lab.run(
        engine.points_with_codes,
        made.table,
        made.rows,
        columns=made.columns,
        category=category,
        order=order,
        as_=f"points_{order}",
    )
    return of_points(
        made.lab, made.table, made.columns, made.gaps, True, made.rows, points, f"_{order}"
    )


def ask_colour(made: Cloud) -> tuple[Node, Node]:
    """Ask for the column that colours the points: the places that are drawn, and their groups."""
    frame = made.table.value
    column = tables.pick_target(frame, _("Coloured by"), key="pc_colour")
    return groups(made, column)


def groups(made: Cloud, column: str) -> tuple[Node, Node]:
    """The places that are drawn, and the groups of a column."""
    lab = made.lab
    drawn = lab.run(engine.places_drawn, made.rows, most=MOST_DRAWN, seed=SEED, as_="drawn")
    grouped = lab.run(
        engine.groups_of,
        made.table,
        made.rows,
        drawn,
        column=column,
        most=MOST_GROUPS,
        as_="grouped",
    )
    return drawn, grouped


def drawn_note(made: Cloud, colour: tuple[Node, Node]) -> str:
    """How many points are drawn if not all are, and how many rows take part, as sentences."""
    drawn, rows = len(colour[0].value), len(made.rows.value)
    if drawn == rows:
        return made.note
    few = _("{drawn} of {rows} points are drawn, chosen by chance.", drawn=drawn, rows=f"{rows:,}")
    return f"{few} {made.note}"


# ------------------------------------------------------------------------------ clouds


def traces(seen: Any, codes: Any, names: Sequence[str]) -> list[dict[str, Any]]:
    """The points (n, 2) of each group in a colour and a shape of its own."""
    found = []
    for group, name in enumerate(map(group_name, names)):
        part = seen[codes == group]
        mark = {
            "color": scatter.COLOURS[group % len(scatter.COLOURS)],
            "symbol": SYMBOLS[group % len(SYMBOLS)],
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


def arrows(axes: Any, reach: float, columns: Sequence[str]) -> list[dict[str, Any]]:
    """A line from 0 for each column, whither it grows in a view (2, d), and its name at the end."""
    ends = (reach * axes).T.tolist()
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": [x for right, _up in ends for x in (0.0, right, None)],
        "y": [y for _right, up in ends for y in (0.0, up, None)],
        "line": {"color": tables.GRAY, "width": 2},
    }
    far = [math.hypot(*end) > SEEN * reach for end in ends]
    names = {
        "type": "scatter",
        "mode": "text",
        "x": [right for right, _up in ends],
        "y": [up for _right, up in ends],
        "text": [label(name, 18) if seen else "" for name, seen in zip(columns, far, strict=True)],
        "textposition": _beyond(ends),
        "cliponaxis": False,
        "textfont": {"size": 13, "weight": "bold"},
    }
    return [one | {"hoverinfo": "skip", "showlegend": False} for one in (line, names)]


def _beyond(ends: Sequence[Sequence[float]]) -> list[str]:
    """Whether a name stands above or below the end of its line: flat lines that lie close differ."""
    flat_ups = sorted(up for right, up in ends if abs(right) >= abs(up))
    middle = flat_ups[len(flat_ups) // 2] if flat_ups else 0.0
    above = [up >= (middle if abs(right) >= abs(up) else 0.0) for right, up in ends]
    return ["top center" if one else "bottom center" for one in above]


def flat(
    seen: Any,
    grouped: Any,
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
    data = traces(seen, codes, names)
    if axes is not None:
        data += arrows(axes, REACH * far, columns)
    figure = charts.made(data, x=x, y=y, height=height, top=60, **charts.legend_above(2))
    figure["layout"] |= {"hovermode": "closest"}
    figure["layout"]["yaxis"] |= {"scaleanchor": "x", "scaleratio": 1}
    return figure


def turn_view(
    made: Cloud, chosen: tuple[int, ...], colour: tuple[Node, Node], caption: str
) -> None:
    """The cloud turned from chosen columns to the components, on a plane or in space."""
    lab, (drawn, grouped) = made.lab, colour
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


def plane_view(
    key: str, made: Cloud, colour: tuple[Node, Node], columns: Sequence[str], caption: str
) -> None:
    """The points on the first two components, with the directions of the columns: a biplot."""
    drawn, grouped = colour
    lab = made.lab
    scores = lab.run(engine.scores_on, made.points, made.components, count=2, as_=f"scores_{key}")
    ratio = made.shares
    show.chart(
        key,
        lambda found, places, groups_, components: flat(
            found[places],
            groups_,
            np.pad(components[0][:2], ((0, max(0, 2 - len(components[0]))), (0, 0))),
            columns,
            x=axis_name(1, ratio),
            y=axis_name(2, ratio),
        ),
        [scores, drawn, grouped, made.components],
        caption=caption,
        alt=_("Points on two components, and a line from the middle for each column"),
    )


def axis_name(number: int, shares: Any) -> str:
    """ "PC1 (72.9 %)"."""
    share = float(shares[number - 1]) if number <= len(shares) else 0.0
    return f"PC{number} ({share:.2%})"


# ------------------------------------------------------------------------------ variance, loadings


def variance_chart(components: Any) -> charts.Figure:
    """A bar for the share of each component, and the sum so far as a line."""
    shares = 100 * components[2]
    places = list(range(1, len(shares) + 1))
    few = {"texttemplate": "%{y:.1f}", "textposition": "outside"} if len(places) <= 10 else {}
    data = [
        {"type": "bar", "x": places, "y": shares, "name": _("this component")} | few,
        {
            "type": "scatter",
            "x": places,
            "y": np.cumsum(shares),
            "name": _("all so far"),
            "mode": "lines+markers",
        },
    ]
    for trace, colour in zip(data, COLOURS, strict=False):
        trace |= {"marker": {"color": colour}, "hovertemplate": "%{y:.2f} %"}
    figure = charts.made(
        data,
        x=_("component"),
        y=_("% of the variance"),
        height=340,
        top=50,
        **charts.legend_above(2),
    )
    figure["layout"]["xaxis"] |= {"dtick": 1 if len(places) <= 20 else 10}
    figure["layout"]["yaxis"] |= {"range": [0, 109]}
    enough = {"type": "line", "y0": ENOUGH, "y1": ENOUGH, "x0": 0, "x1": 1, "xref": "x domain"}
    enough["line"] = {"dash": "dot", "color": tables.GRAY, "width": 2}
    figure["layout"]["shapes"] = [enough]
    return figure


def loadings_chart(components: Any, columns: Sequence[str], most: int = 12) -> charts.Figure:
    """The loadings of the first components: a row a component, a column a column of the table."""
    axes = components[0][:most]
    rows = [f"PC{n + 1}" for n in range(len(axes))]
    names = [label(column, 18) for column in columns]
    return charts.heat(axes, rows, names, scale="signed", span=(-1.0, 1.0))


def errors_chart(errors: Any, count: int) -> charts.Figure:
    """The error of a rebuilt number over the number of components; the chosen one is marked."""
    places = list(range(len(errors)))
    data = [
        {
            "type": "scatter",
            "x": places,
            "y": errors,
            "mode": "lines+markers",
            "line": {"color": COLOURS[0]},
            "hovertemplate": "%{x}: %{y:.4g}<extra></extra>",
        },
        {
            "type": "scatter",
            "x": [count],
            "y": [errors[count]],
            "mode": "markers",
            "marker": {"size": 14, "color": COLOURS[1], "symbol": "diamond"},
            "hoverinfo": "skip",
        },
    ]
    figure = charts.made(data, x=_("components kept"), y=_("error of a rebuilt number"), height=300)
    figure["layout"] |= {"showlegend": False}
    figure["layout"]["yaxis"] |= {"rangemode": "tozero"}
    figure["layout"]["xaxis"] |= {"dtick": 1} if len(places) <= 20 else {}
    return figure


def rebuilt_grid(
    coordinates: Sequence[float],
    parts: Sequence[tuple[str, float, float, Sequence[float]]],
) -> str:
    """The sum that rebuilds a row: its mean, what each component adds, and the number of the table."""

    def word(value: float, sign: str = "") -> str:
        return "NaN" if np.isnan(value) else f"\u2002{value:{sign}.4g}".replace("-", "−")

    def cells(true: float, mean: float, added: Sequence[float]) -> list[Cell]:
        first, further = added[:MOST_PARTS], added[MOST_PARTS:]
        sums = [*first, *([sum(further)] if further else [])]
        back = mean + sum(added)
        numbers = [word(mean), *(word(one, "+") for one in sums), word(back), word(true)]
        return [Cell(one) for one in (*numbers, word(back - true, "+"))]

    heads = [
        _("PC{number}, coordinate {at}", number=place + 1, at=word(at, "+").strip())
        for place, at in enumerate(coordinates[:MOST_PARTS])
    ]
    heads += [_("further components")] if len(coordinates) > MOST_PARTS else []
    return grid(
        [cells(*numbers) for _name, *numbers in parts],
        label=_("One row and what is rebuilt of it"),
        row_heads=[beginning(name, 40) for name, *_rest in parts],
        column_heads=[
            _("mean"),
            *heads,
            _("rebuilt"),
            _("in the table"),
            _("rebuilt − table"),
        ],
    )


# ------------------------------------------------------------------------------ side by side


def beside(
    clouds: Mapping[str, tuple[str, Cloud]],
    colour: tuple[Node, Node],
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
