"""The lesson on tables as numbers: categories as integers and one-hot, and what the integers do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from components import charts, scales, show
from components.cells import Cell, grid
from components.i18n import _, safe
from components.state import choice
from components.table import NUMBERS, columns_of, group_name, label, pick_column
from components.tablenumbers import BLUE, RED, SEED
from components.text import beginning
from engine.lab import Lab, Node
from engine.table import codes, gaps, scaling
from engine.table.matrix import MOST_CATEGORIES

NUMBERINGS = 200  # ways of numbering the categories by chance, for a line
MODEL_NUMBERINGS = 20  # and for models that are judged by rows left out
MODEL_ROWS = 500
LOOKED_AT = 1000  # rows, to find a column of few categories
MOST_OTHERS = 5  # columns that the models get besides the category


def few_categories(frame: Any) -> str:
    """The column of text with the fewest categories, but two, as its first rows have them."""
    counts = {name: frame[name].iloc[:LOOKED_AT].nunique() for name in columns_of(frame, ("text",))}
    several = [name for name, count in counts.items() if count > 1]
    return min(several, key=lambda name: counts[name], default="")


def categories_views(lab: Lab, table: Node, text: Mapping[str, str]) -> None:
    """Ask for a column and how its categories are numbered: integers, one-hot rows, distances."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = _ask_category(table.value)
        orders = {
            "alphabet": _("The alphabet"),
            "appearance": _("First appearance"),
            "frequency": _("How frequent they are"),
        }
        order = choice(_("Integers by"), orders, key="tn_numbering", look="menu")
    coded = lab.run(codes.ordered_codes, table, column=column, order=order, as_="coded")
    counts = lab.run(codes.category_counts, coded, as_="counts")
    show.html(
        "tn_codes",
        codes_grid(counts.value.tolist(), coded.value[1]),
        [coded, counts],
        caption=text["codes_caption"].format(most=MOST_CATEGORIES),
    )
    distance_views(lab, coded, text)


def misled_views(lab: Lab, table: Node, numbers: tuple[str, ...], text: Mapping[str, str]) -> None:
    """Ask for a column and what is predicted of it: how integers mislead a line, and models."""
    frame = table.value
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = _ask_category(frame)
        order = codes.ORDERS[0]
        coded = lab.run(codes.ordered_codes, table, column=column, order=order, as_="coded")
        target = pick_column(
            frame,
            _("Predicted"),
            key="tn_predicted",
            kinds=NUMBERS,
            default=most_misled(lab, coded, table, numbers[:8]),
        )
    line_view(lab, coded, table, target, text)
    others = tuple(name for name in numbers if name != target)
    models_view(lab, table, column, target, others, text)


def _ask_category(frame: Any) -> str:
    first = few_categories(frame)
    return pick_column(
        frame, _("Column of text"), key="tn_category", kinds=("text",), default=first
    )


def codes_grid(counts: Sequence[int], names: Sequence[str]) -> str:
    """Category, its rows, its integer, its one-hot row."""
    rows = []
    for place in range(len(names)):
        hot = [
            Cell(
                str(int(n == place)),
                scales.colour("viridis", 0.75, 0, 1) if n == place else None,
            )
            for n in range(len(names))
        ]
        rows.append([Cell(f"{counts[place]:,}"), Cell(str(place)), *hot])
    heads = [_("rows"), _("integer"), *(f"[{n}]" for n in range(len(names)))]
    return grid(
        rows,
        label=_("Each category as an integer and as a one-hot row"),
        row_heads=[beginning(group_name(name), 20) for name in names],
        column_heads=heads,
    )


def distance_views(lab: Lab, coded: Node, text: Mapping[str, str]) -> None:
    """How far apart the categories lie: as integers, and as one-hot rows."""
    apart = lab.run(codes.distances_of_codes, coded, as_="distances")
    names = [label(group_name(name), 14) for name in coded.value[1]]
    spans = ((0.0, max(1.0, len(names) - 1.0)), (0.0, 2**0.5))
    titles = (_("Integers"), _("One-hot"))
    for place, where in enumerate(st.columns(2)):
        with where:
            st.markdown(f"**{titles[place]}**")
            show.chart(
                ("tn_integers", "tn_hot")[place],
                lambda both, at=place: charts.heat(both[at], names, names, span=spans[at]),
                [apart],
                caption=text[("integers_caption", "hot_caption")[place]],
                alt=_("A square for each pair of categories, the brighter the farther apart"),
            )


def line_chart(means: Any, line: tuple[float, float], target: str) -> charts.Figure:
    """The mean of each category over its integer, and the line that regression draws."""
    names, heights, counts = means
    places = list(range(len(names)))
    intercept, slope = line
    sizes = 8 + 18 * np.sqrt(counts / counts.max(initial=1))
    data = [
        {
            "type": "scatter",
            "x": places,
            "y": [intercept + slope * place for place in places],
            "name": _("predicted from the integer"),
            "mode": "lines+markers",
            "line": {"color": RED, "width": 2},
            "marker": {"symbol": "x", "size": 9},
        },
        {
            "type": "scatter",
            "x": places,
            "y": heights,
            "name": _("mean of the category: predicted one-hot"),
            "mode": "markers",
            "marker": {"color": BLUE, "size": sizes, "opacity": 0.8},
            "customdata": counts,
            "hovertemplate": "%{y:.4g} (n = %{customdata})<extra></extra>",
        },
    ]
    figure = charts.made(data, y=label(target), height=360, top=60, **charts.legend_above(2))
    ticks = [f"{n}: {label(group_name(name), 14)}" for n, name in enumerate(names)]
    figure["layout"]["xaxis"] |= {"tickvals": places, "ticktext": ticks}
    return figure


def most_misled(lab: Lab, coded: Node, table: Node, targets: Sequence[str]) -> str:
    """The target of which integers say least compared with one-hot columns."""

    def lost(target: str) -> float:
        how = {"target": target, "numberings": 0, "seed": SEED}
        found = lab.run(codes.explained_by_codes, coded, table, as_="explained", **how)
        integer, hot, _others = found.value
        return float(hot - integer)

    return max(targets, key=lost)


def line_view(lab: Lab, coded: Node, table: Node, target: str, text: Mapping[str, str]) -> None:
    """A target predicted from the integers of a column, and from its one-hot columns."""
    values = lab.run(scaling.column_of, table, column=target, as_="values")
    if lab.run(scaling.shift_and_spread, values, scaling="minmax", as_="span").value[1] == 0:
        st.info(text["no_variance"].format(column=safe(target)), icon=":material/info:")
        return
    means = lab.run(codes.means_of_categories, coded, table, target=target, as_="means")
    line = lab.run(codes.line_through_means, means, as_="line")
    how = {"target": target, "numberings": NUMBERINGS, "seed": SEED}
    shares = lab.run(codes.explained_by_codes, coded, table, as_="explained", **how)
    integer, hot, others = shares.value
    least, most = float(others.min()), float(others.max())
    told = text["line_caption"].format(
        integer=f"{integer:.3f}",
        hot=f"{hot:.3f}",
        least=f"{least:.3f}",
        most=f"{most:.3f}",
        count=NUMBERINGS,
    )
    then = "line_depends" if most - least > 0.001 else "line_same"
    show.chart(
        "tn_line",
        lambda found, drawn, _shares: line_chart(found, drawn, target),
        [means, line, shares],
        caption=f"{told} {text[then]}",
        alt=_("Points of the categories, and the straight line of a linear regression"),
    )


def models_view(
    lab: Lab,
    table: Node,
    column: str,
    target: str,
    others: tuple[str, ...],
    text: Mapping[str, str],
) -> None:
    """Models that get the category as an integer or one-hot, judged by rows that were left out."""
    rows = lab.run(gaps.sampled_rows, table, most=MODEL_ROWS, seed=SEED, as_="rows")
    how = {
        "column": column,
        "others": others[:MOST_OTHERS],
        "numberings": MODEL_NUMBERINGS,
        "seed": SEED,
    }
    scores = lab.run(codes.category_models, table, rows, target=target, as_="scores", **how)
    if not scores.value:
        st.info(text["no_models"], icon=":material/info:")
        return
    near = lab.run(codes.nearest_other_category, table, rows, as_="near", **how)
    fields = {
        "used": f"{len(rows.value):,}",
        "all": f"{len(table.value):,}",
        "columns": len(how["others"]),
        "folds": codes.FOLDS,
        "count": MODEL_NUMBERINGS,
    }
    caption = text["models_caption"].format(**fields)
    count, hot, renumbered = near.value
    if count:
        told = {"hot": f"{hot:.1%}", "renumbered": f"{renumbered:.1%}", "count": f"{count:,}"}
        caption += " " + text["near_caption"].format(**told)
    show.html("tn_models", models_grid(scores.value), [scores, near], caption=caption)


def models_grid(scores: Sequence[tuple[str, float, float, Any]]) -> str:
    """A row for each model: R² with integers, with integers by chance, and one-hot."""
    names = {"linear": _("linear regression"), "nearest": _("{n} nearest rows", n=codes.NEAREST)}
    return grid(
        [
            [
                Cell(f"{integer:.3f}"),
                Cell(f"{others.min():.3f} … {others.max():.3f}"),
                Cell(f"{hot:.3f}"),
            ]
            for _name, integer, hot, others in scores
        ],
        label=_("R² of each model by how it gets the category"),
        row_heads=[names[name] for name, *_rest in scores],
        column_heads=[_("integers, alphabet"), _("integers by chance"), _("one-hot")],
    )
