"""The lesson on tables as numbers: columns brought to one scale, and what happens without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, show
from components.i18n import _
from components.table import label
from components.tablenumbers import BINS, BLUE, ORANGE, RED, SEED, bars, number
from engine.lab import Lab, Node
from engine.table import gaps, scaling

NEAREST = 1000  # rows of which the nearest ones are looked for


def scaling_names() -> dict[str, str]:
    """What each way of scaling is called."""
    return {"minmax": _("Min-max"), "standard": _("Standard"), "robust": _("Robust")}


def scale_views(
    lab: Lab, table: Node, column: str, way: str, at: int, text: Mapping[str, str]
) -> None:
    """The arithmetic of one cell, and the column before and after scaling."""
    values = lab.run(scaling.column_of, table, column=column, as_="values")
    parts = lab.run(scaling.shift_and_scale, values, scaling=way, as_="shift_and_scale_used")
    result = lab.run(scaling.scaled_column, values, scaling=way, as_="scaled_values")
    _shift, spread = lab.run(scaling.shift_and_spread, values, scaling=way, as_="spread").value
    x, z, (shift, scale) = values.value[at], result.value[at], parts.value
    fields = {"x": x, "shift": shift, "scale": scale, "z": z}
    told = text[f"cell_{way}"].format(**{name: number(n) for name, n in fields.items()})
    st.markdown(f"{told} {text[f'cell_{way}_then' if spread else 'cell_flat']}")
    sides = (
        ("tn_before", values, label(column), BLUE, []),
        ("tn_after", result, _("scaled"), ORANGE, [parts]),
    )
    for where, (key, node, name, colour, more) in zip(st.columns(2), sides, strict=True):
        drawn = lab.run(scaling.bars_of, node, bins=BINS, as_=f"bars_{key}")
        cell = float(node.value[at])
        mark = [] if cell != cell else [(cell, number(cell))]
        with where:
            show.chart(
                key,
                lambda found, *_more, x=name, c=colour, m=mark: charts.verticals(
                    bars({x: found}, x, (c,)), m
                ),
                [drawn, *more],
                caption=text[f"{key}_caption"],
                alt=_("How many rows have which value"),
            )


def share_views(lab: Lab, table: Node, columns: tuple[str, ...], text: Mapping[str, str]) -> None:
    """What each column contributes to a distance, and how many rows get another nearest row."""
    names = {"none": _("as they are"), "standard": _("after standard scaling")}
    shares = [
        lab.run(
            scaling.shares_of_distance, table, columns=columns, scaling=way, as_=f"shares_{way}"
        )
        for way in names
    ]
    rows = lab.run(gaps.sampled_rows, table, most=NEAREST, seed=SEED, as_="rows")
    near = [
        lab.run(scaling.nearest_rows, table, rows, columns=columns, scaling=way, as_=f"near_{way}")
        for way in names
    ]
    changed = lab.run(scaling.how_many_differ, *near, as_="changed")
    different, count = changed.value
    show.chart(
        "tn_shares",
        lambda raw, scaled, _changed: shares_chart(
            columns, dict(zip(names.values(), (raw, scaled), strict=True)), (RED, BLUE)
        ),
        [*shares, changed],
        caption=text["shares_caption"]
        + " "
        + text["nearest"].format(changed=f"{different:,}", count=f"{count:,}"),
        alt=_("Two bars for each column: as it is, and after scaling"),
    )


def range_view(lab: Lab, table: Node, column: str, times: float, caption: str) -> None:
    """The middle of a column after each way of scaling, without and with one wrong number."""
    names = list(scaling_names().values())
    pairs = middles(lab, table, column, times)
    widths = [[high - low for low, high in (right.value, wrong.value)] for right, wrong in pairs]
    told = "; ".join(
        f"{name} {number(before)} → {number(after)}"
        for name, (before, after) in zip(names, widths, strict=True)
    )
    show.chart(
        "tn_ranges",
        lambda *found: ranges_chart(list(zip(names, found[::2], found[1::2], strict=True))),
        [node for pair in pairs for node in pair],
        caption=caption.format(share=f"{100 * scaling.MIDDLE:.0f}", widths=told),
        alt=_("A bar for each way of scaling, without and with the wrong number"),
    )


def shares_chart(
    columns: Sequence[str], shares: Mapping[str, Any], colours: Sequence[str]
) -> charts.Figure:
    """What each column contributes to a distance, a bar for each way of scaling."""
    names, places = [label(column) for column in columns], list(range(len(columns)))
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "x": 100 * values,
            "y": places,
            "name": name,
            "marker": {"color": colour},
            "customdata": names,
            "hovertemplate": "%{customdata}: %{x:.2f} %<extra></extra>",
        }
        for (name, values), colour in zip(shares.items(), colours, strict=True)
    ]
    height = 26 * len(names) * len(data) // 2 + 130
    figure = charts.made(
        data, x=_("% of the squared distance"), height=height, top=50, **charts.legend_above(2)
    )
    figure["layout"] |= {"hovermode": "closest"}
    ticks = {"tickvals": places, "ticktext": names, "autorange": "reversed"}
    figure["layout"]["yaxis"] |= ticks  # by place: two long names may begin alike
    return figure


def ranges_chart(rows: Sequence[tuple[str, tuple[float, float], tuple[float, float]]]) -> Any:
    """Where the middle of a column lies without and with one wrong number."""
    data = []
    for name, colour, place in ((_("as it is"), BLUE, 1), (_("one number wrong"), RED, 2)):
        xs: list[float | None] = []
        ys: list[str | None] = []
        for row in rows:
            xs += [*row[place], None]
            ys += [f"{row[0]} · {name}"] * 2 + [None]
        data.append(
            {
                "type": "scatter",
                "x": xs,
                "y": ys,
                "name": name,
                "mode": "lines+markers",
                "line": {"color": colour, "width": 8},
                "marker": {"symbol": "line-ns-open", "size": 16, "color": colour},
                "hovertemplate": "%{x:.4g}<extra></extra>",
            }
        )
    figure = charts.made(data, x=_("scaled value"), height=340, top=50, **charts.legend_above(2))
    order = [f"{row[0]} · {name}" for row in rows for name in (data[0]["name"], data[1]["name"])]
    figure["layout"]["yaxis"] |= {
        "categoryorder": "array",
        "categoryarray": order,
        "autorange": "reversed",
    }
    figure["layout"] |= {"hovermode": "closest"}
    return figure


def middles(lab: Lab, table: Node, column: str, times: float) -> list[tuple[Node, Node]]:
    """For each way of scaling, the middle of the column as it is and with one number multiplied."""
    found = []
    for name in scaling_names():
        pair = []
        for factor, told in ((1.0, "right"), (times, "wrong")):
            values = lab.run(
                scaling.column_of, table, column=column, times=factor, as_=f"{told}_values"
            )
            scaled = lab.run(scaling.scaled_column, values, scaling=name, as_=f"{told}_{name}")
            pair.append(lab.run(scaling.middle_of, scaled, as_=f"middle_{told}_{name}"))
        found.append((pair[0], pair[1]))
    return found
