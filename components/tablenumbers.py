"""What the lesson on tables as numbers draws: cells that become numbers, memory, gaps, scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from components import charts, scales, show
from components.catalogue import COLOURS
from components.cells import Cell, grid
from components.i18n import _, safe
from components.table import group_name, label
from components.text import beginning
from engine.lab import Lab, Node
from engine.table import codes, gaps, scaling, vector

ORANGE, BLUE, GREEN, RED = COLOURS["table"], "#0072B2", "#009E73", "#D55E00"
SHOWN = 6  # rows and columns of the array that are drawn
IN_LINE = 24  # numbers of the array's memory that are drawn
MOST = 2000  # rows with which gaps are filled
MOST_OTHERS = 10  # columns in which near rows are alike
NEAREST = 1000  # rows of which the nearest ones are looked for
BINS = 40
SEED = 0
NUMBERINGS = 200  # ways of numbering the categories by chance


def number(value: float) -> str:
    """A number with up to six significant digits."""
    return "NaN" if np.isnan(value) else f"{value:.6g}"


# ------------------------------------------------------------------------------ a row


def row_grids(parts: Sequence[tuple[str, str, tuple[float, ...]]]) -> str:
    """Column, cell and numbers of one row; below, all numbers in a line: the vector."""
    rows = [
        [Cell(beginning(cell, 32) if cell else "–"), Cell(" ".join(map(number, numbers)))]
        for _name, cell, numbers in parts
    ]
    heads = [beginning(name, 24) for name, _cell, _numbers in parts]
    above = grid(
        rows,
        label=_("The cells of the row and their numbers"),
        row_heads=heads,
        column_heads=[_("cell"), _("becomes")],
    )
    cells = [
        Cell(number(value), hint=name, edge=(ORANGE, BLUE)[place % 2])
        for place, (name, _cell, numbers) in enumerate(parts)
        for value in numbers
    ]
    lines = [cells[at : at + 8] for at in range(0, len(cells), 8)]
    return above + "<p></p>" + grid(lines, label=_("The row as a vector"))


# ------------------------------------------------------------------------------ the array


def array_views(lab: Lab, table: Node, columns: tuple[str, ...], order: str, text: Any) -> None:
    """The corner of the array with the place of each number, the memory, and NumPy beside torch."""
    made = {"columns": columns, "order": order}
    corner = lab.run(vector.first_rows, table, rows=SHOWN, as_="rows", **made)
    places = lab.run(vector.memory_places, table, rows=SHOWN, as_="places", **made)
    run = lab.run(vector.memory_run, table, count=IN_LINE, as_="in_memory", **made)
    top = places.value[:, :SHOWN]
    values = corner.value[:, :SHOWN]
    show.html(
        "tn_array",
        _corner(values, top, columns) + "<p></p>" + _line(run.value, top),
        [corner, places, run],
        caption=text["array_caption"].format(rows=SHOWN, numbers=IN_LINE),
    )
    ours = lab.run(vector.memory_facts, table, as_="numpy_facts", **made)
    theirs = lab.run(vector.tensor_facts, table, as_="torch_facts", **made)
    show.html(
        "tn_tensor",
        _two_kinds(ours.value, theirs.value),
        [ours, theirs],
        caption=text["tensor_caption"],
    )


def _corner(values: Any, places: Any, columns: Sequence[str]) -> str:
    most = float(places.max(initial=0))
    rows = [
        [
            Cell(
                f"{number(value)} @{place}",
                scales.colour("viridis", place, 0, most),
                _("begins at byte {place}", place=place),
            )
            for value, place in zip(*line, strict=True)
        ]
        for line in zip(values.tolist(), places.tolist(), strict=True)
    ]
    return grid(
        rows,
        label=_("The first rows of the array, each number with the byte at which it begins"),
        row_heads=[f"[{n}]" for n in range(len(rows))],
        column_heads=[beginning(name, 16) for name in columns[:SHOWN]],
    )


def _line(run: Any, places: Any) -> str:
    """The beginning of the memory; the numbers that also stand in the corner have its colours."""
    most, corner = float(places.max(initial=0)), set(places.ravel().tolist())
    cells = [
        Cell(number(v), scales.colour("viridis", 8 * n, 0, most) if 8 * n in corner else None)
        for n, v in enumerate(run.tolist())
    ]
    lines = [cells[at : at + 12] for at in range(0, len(cells), 12)]
    heads = [f"@{8 * at}" for at in range(0, len(cells), 12)]
    return grid(lines, label=_("The numbers as they follow each other"), row_heads=heads)


def _two_kinds(ours: Any, theirs: Any) -> str:
    shape, dtype, size, strides = ours
    t_shape, t_dtype, t_size, t_strides, shared, before, after = theirs
    rows = {
        "shape": (str(shape), str(t_shape)),
        "dtype": (dtype, t_dtype),
        _("bytes"): (f"{size:,}", f"{t_size:,}"),
        _("strides"): (
            _("{steps} bytes", steps=strides),
            _("{steps} numbers", steps=t_strides),
        ),
        _("same address"): ("", _("yes") if shared else _("no")),
        _("first number"): (number(before), ""),
        "tensor[0, 0] += 1": (number(after), number(after)),
    }
    return grid(
        [[Cell(cell) for cell in row] for row in rows.values()],
        label=_("The array of NumPy and the tensor of PyTorch"),
        row_heads=list(rows),
        column_heads=["NumPy", "PyTorch"],
    )


def precision_grid(
    costs: Sequence[tuple[str, int, int, int, int, float]],
    worst: Mapping[str, tuple[int, str, float, float] | None],
) -> str:
    """A row for each dtype: bytes, what changes, and the number that changes most."""
    rows = []
    for name, size, count, changed, lost, error in costs:
        cell = worst[name]
        example = "–"
        if cell is not None:
            row, column, exact, left = cell
            example = f"{exact!r} → {left!r} ({beginning(column, 16)}, {row + 1})"
        share = changed / count if count else 0.0
        rows.append(
            [
                Cell(f"{size:,}"),
                Cell(f"{changed:,} ({share:.0%})"),
                Cell(f"{lost:,}"),
                Cell(f"{error:.1e}" if error else "0"),
                Cell(example),
            ]
        )
    return grid(
        rows,
        label=_("What is lost in fewer bytes"),
        row_heads=[row[0] for row in costs],
        column_heads=[
            _("bytes"),
            _("numbers that change"),
            _("become infinite"),
            _("greatest relative error"),
            _("changes most (column, row)"),
        ],
    )


# ------------------------------------------------------------------------------ categories


def codes_grid(counts: Mapping[str, int], names: Sequence[str]) -> str:
    """Category, its rows, its integer, its one-hot row."""
    rows = []
    for place, name in enumerate(names):
        hot = [
            Cell(
                str(int(n == place)),
                scales.colour("viridis", 0.75, 0, 1) if n == place else None,
            )
            for n in range(len(names))
        ]
        rows.append([Cell(f"{counts[name]:,}"), Cell(str(place)), *hot])
    heads = [_("rows"), _("integer"), *(f"[{n}]" for n in range(len(names)))]
    return grid(
        rows,
        label=_("Each category as an integer and as a one-hot row"),
        row_heads=[beginning(group_name(name), 20) for name in names],
        column_heads=heads,
    )


def distance_views(lab: Lab, table: Node, column: str, order: str, text: Any) -> None:
    """How far apart the categories lie: as integers, and as one-hot rows."""
    apart = lab.run(codes.distances_of_codes, table, column=column, order=order, as_="distances")
    named = lab.run(codes.ordered_codes, table, column=column, order=order, as_="coded")
    names = [label(group_name(name), 14) for name in named.value[1]]
    most = float(max(1.5, len(names) - 1))
    left, right = st.columns(2)
    for place, where in enumerate((left, right)):
        title = (_("Integers"), _("One-hot"))[place]
        with where:
            st.markdown(f"**{title}**")
            show.chart(
                ("tn_integers", "tn_hot")[place],
                lambda both, _named, at=place: charts.heat(both[at], names, names, span=(0, most)),
                [apart, named],
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


def most_misled(lab: Lab, table: Node, column: str, targets: Sequence[str]) -> str:
    """The target of which integers say least compared with one-hot columns."""

    def lost(target: str) -> float:
        integer, hot, _others = lab.run(
            codes.explained_by_codes,
            table,
            column=column,
            target=target,
            order=codes.ORDERS[0],
            numberings=0,
            seed=SEED,
            as_="explained",
        ).value
        return float(hot - integer)

    return max(targets, key=lost)


def line_view(lab: Lab, table: Node, column: str, target: str, caption: str) -> None:
    """A target predicted from the integers of a column, and from its one-hot columns."""
    how = {"column": column, "target": target, "order": codes.ORDERS[0]}
    means = lab.run(codes.means_of_categories, table, as_="means", **how)
    line = lab.run(codes.line_through_means, means, as_="line")
    shares = lab.run(
        codes.explained_by_codes,
        table,
        numberings=NUMBERINGS,
        seed=SEED,
        as_="explained",
        **how,
    )
    integer, hot, others = shares.value
    show.chart(
        "tn_line",
        lambda found, drawn, _shares: line_chart(found, drawn, target),
        [means, line, shares],
        caption=caption.format(
            integer=f"{integer:.3f}",
            hot=f"{hot:.3f}",
            least=f"{others.min():.3f}",
            most=f"{others.max():.3f}",
            count=NUMBERINGS,
        ),
        alt=_("Points of the categories, and a straight line that misses most of them"),
    )


# ------------------------------------------------------------------------------ gaps


def fill_names() -> dict[str, str]:
    """What each way of filling is called."""
    return {
        "drop": _("Drop the rows"),
        "mean": _("Mean"),
        "median": _("Median"),
        "frequent": _("Most frequent"),
        "zero": _("Zero"),
        "neighbours": _("{count} nearest rows", count=gaps.NEIGHBOURS),
    }


def gap_views(
    lab: Lab,
    table: Node,
    column: str,
    other: str,
    others: tuple[str, ...],
    share: float,
    method: str,
    text: Mapping[str, str],
) -> None:
    """A column before and after its gaps are filled, and what each way of filling does."""
    names = fill_names()
    rows = lab.run(gaps.sampled_rows, table, most=MOST, seed=SEED, as_="rows")
    before, holes = (
        lab.run(gaps.with_holes, table, rows, column=column, share=part, seed=SEED, as_=name)
        for part, name in ((0.0, "before"), (share, "holes"))
    )
    found = {}
    for name in names:
        filled = lab.run(
            gaps.filled_column,
            holes,
            table,
            rows,
            method=name,
            others=others[:MOST_OTHERS],
            as_=f"by_{name}",
        )
        statistics = lab.run(gaps.statistics_of, filled, table, rows, other=other, as_=f"of_{name}")
        error = lab.run(gaps.error_of_filling, filled, holes, before, as_=f"error_{name}")
        found[name] = (filled, statistics, error)
    both = lab.run(scaling.bars_of_both, before, found[method][0], bins=BINS, as_="bars")
    show.chart(
        "tn_gap",
        lambda drawn: filled_bars(drawn, column),
        [both],
        caption=text["gap_caption"],
        alt=_("Bars of the column before, and of the column after filling"),
    )
    truth = lab.run(gaps.statistics_of, before, table, rows, other=other, as_="truth")
    lines = [(_("Before"), truth.value, float("nan"))]
    lines += [(names[name], s.value, e.value) for name, (_filled, s, e) in found.items()]
    show.html(
        "tn_fills",
        fills_grid(lines, names[method]),
        [truth, *(node for _filled, s, e in found.values() for node in (s, e))],
        caption=text["fills_caption"].format(
            other=safe(other),
            used=f"{len(rows.value):,}",
            rows=f"{len(table.value):,}",
            columns=MOST_OTHERS,
        ),
    )


def bars(
    series: Mapping[str, tuple[Any, Any]], x: str, colours: Sequence[str] = (BLUE, ORANGE)
) -> charts.Figure:
    """How many rows have which value, for each name in one colour."""
    return charts.histogram(series, x=x, y=_("rows"), colours=colours, height=260)


def filled_bars(both: Any, column: str) -> charts.Figure:
    """The distribution after filling over the one before."""
    middles, before, after = both
    drawn = {_("after filling"): (middles, after), _("before"): (middles, before)}
    return bars(drawn, label(column), (ORANGE, BLUE))


def fills_grid(rows: Sequence[tuple[str, Any, float]], chosen: str) -> str:
    """A row for each way of filling: how many, mean, deviation, correlation, error; one is marked."""
    body = []
    for name, (count, mean, deviation, r), error in rows:
        edge = ORANGE if name == chosen else ""
        texts = [f"{count:,}", f"{mean:.5g}", f"{deviation:.5g}", f"{r:+.3f}", f"{error:.5g}"]
        body.append([Cell("–" if "nan" in text else text, edge=edge) for text in texts])
    return grid(
        body,
        label=_("What each way of filling does"),
        row_heads=[name for name, _statistics, _error in rows],
        column_heads=[
            _("how many"),
            _("mean"),
            _("standard deviation"),
            "r",
            _("error in the emptied cells"),
        ],
    )


# ------------------------------------------------------------------------------ scales


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
    x, z, (shift, scale) = values.value[at], result.value[at], parts.value
    fields = {"x": x, "shift": shift, "scale": scale, "z": z}
    st.markdown(text[f"cell_{way}"].format(**{name: number(n) for name, n in fields.items()}))
    sides = (
        ("tn_before", values, label(column), BLUE, []),
        ("tn_after", result, _("scaled"), ORANGE, [parts]),
    )
    for where, (key, node, name, colour, more) in zip(st.columns(2), sides, strict=True):
        drawn = lab.run(scaling.bars_of, node, bins=BINS, as_=f"bars_{key}")
        with where:
            show.chart(
                key,
                lambda found, *_more, x=name, c=colour: bars({x: found}, x, (c,)),
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
    show.chart(
        "tn_ranges",
        lambda *found: ranges_chart(list(zip(names, found[::2], found[1::2], strict=True))),
        [node for pair in middles(lab, table, column, times) for node in pair],
        caption=caption,
        alt=_("A bar for each way of scaling, without and with the wrong number"),
    )


def shares_chart(
    columns: Sequence[str], shares: Mapping[str, Any], colours: Sequence[str]
) -> charts.Figure:
    """What each column contributes to a distance, a bar for each way of scaling."""
    names = [label(column) for column in columns]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "x": 100 * values,
            "y": names,
            "name": name,
            "marker": {"color": colour},
            "hovertemplate": "%{y}: %{x:.2f} %<extra></extra>",
        }
        for (name, values), colour in zip(shares.items(), colours, strict=True)
    ]
    height = 26 * len(names) * len(data) // 2 + 130
    figure = charts.made(
        data, x=_("% of the squared distance"), height=height, top=50, **charts.legend_above(2)
    )
    figure["layout"] |= {"hovermode": "closest"}
    figure["layout"]["yaxis"]["autorange"] = "reversed"
    return figure


def ranges_chart(rows: Sequence[tuple[str, tuple[float, float], tuple[float, float]]]) -> Any:
    """Where the middle nine tenths of a column lie without and with one wrong number."""
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
