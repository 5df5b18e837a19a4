"""The lesson on correlation: which columns are compared, and how their relation is drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import blobs, charts, show
from components import table as tables
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _, safe
from components.pca import GRAY, SYMBOLS, measures
from components.scales import colour
from components.state import choice, wish
from components.table import label
from engine.lab import Lab, Node
from engine.samples import load
from engine.table import correlation as engine
from engine.table import dropping

KINDS = (*tables.NUMBERS, "date")
MOST_DRAWN = 600  # points of a picture
MOST_OF_MATRIX = 40  # columns
MOST_OF_LIST = 40
MOST_ROWS = 20_000  # for ranks and parts of many columns
FIRST_TERMS = 8
TIMES = 1000  # by which a number is multiplied to be wrong


@dataclass(frozen=True)
class Pair:
    """Two columns on the rows that know both; `drawn` : those of a picture."""

    lab: Lab
    x: str
    y: str
    all: Node
    drawn: Node
    of: int

    @property
    def note(self) -> str:
        """How many rows count, and how many are drawn, as a sentence."""
        rows, drawn = len(self.all.value), len(self.drawn.value)
        told = _(
            "{rows} of {all} rows have a number in both columns.",
            rows=f"{rows:,}",
            all=f"{self.of:,}",
        )
        if drawn < rows:
            told += " " + _("{drawn} of them are drawn, chosen by chance.", drawn=f"{drawn:,}")
        return told

    @property
    def r(self) -> float:
        """Pearson's r."""
        return float(self.lab.run(engine.pearson, self.all, as_="r").value)

    @property
    def rho(self) -> float:
        """Spearman's rank correlation."""
        return float(self.lab.run(engine.spearman, self.all, as_="rho").value)


def ask_pair(lab: Lab, table: Node) -> Pair | None:
    """Ask for two columns of numbers; None, and a sentence, if there is too little."""
    frame = table.value
    if len(tables.columns_of(frame, KINDS)) < 2:
        told = _("This needs two columns of numbers. Choose another table above.")
        st.info(told, icon=":material/info:")
        return None
    first = (*measures(lab, table), *tables.columns_of(frame, KINDS))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        x = tables.pick_column(
            frame, _("Column across"), key="correlation_x", kinds=KINDS, default=first[0]
        )
        default = next(name for name in first if name != x)
        y = tables.pick_column(
            frame,
            _("Column upwards"),
            key="correlation_y",
            kinds=KINDS,
            default=default,
            without=(x,),
        )
    return told_pair(pair_of(lab, table, x, y))


def told_pair(pair: Pair) -> Pair | None:
    """The pair, or None and a sentence if it has too few rows or a constant column."""
    if len(pair.all.value) < 3:
        told = _("Fewer than three rows have a number in both columns. Choose other columns.")
        st.info(told, icon=":material/info:")
        return None
    for place, name in enumerate((pair.x, pair.y)):
        if len(set(pair.all.value[:, place].tolist())) < 2:
            told = _(
                "“{column}” has one value only in these rows. What never changes has no "
                "correlation: its spread is 0, and by 0 nothing can be divided.",
                column=safe(name),
            )
            st.info(told, icon=":material/info:")
            return None
    return pair


def pair_of(lab: Lab, table: Node, x: str, y: str, tail: str = "") -> Pair:
    """Two columns, which are chosen already."""
    both = lab.run(engine.pair_of, table, x=x, y=y, as_=f"pair{tail}")
    drawn = lab.run(engine.drawn_pair, both, most=MOST_DRAWN, as_=f"drawn{tail}")
    return Pair(lab, x, y, both, drawn, len(table.value))


def number(value: float, digits: int = 3) -> str:
    """A correlation with its sign; a dash if there is none."""
    return "–" if math.isnan(value) else f"{value:+.{digits}f}".replace("-", "−")


# ------------------------------------------------------------------------------ one pair


def dots(points: Any, name: str, place: int, **more: Any) -> dict[str, Any]:
    """Points (n, 2) in the colour and the shape of their place."""
    mark = {"color": COLOURS[place % len(COLOURS)], "symbol": SYMBOLS[place % len(SYMBOLS)]}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": points[:, 0],
        "y": points[:, 1],
        "name": name,
        "marker": mark | {"size": 6, "opacity": 0.6},
        "hovertemplate": "%{x:.4~g}, %{y:.4~g}<extra>" + name + "</extra>",
    } | more


def line(points: Any, slope: float, intercept: float, name: str, tint: str) -> dict[str, Any]:
    """A straight line over the width of the points."""
    ends = [float(points[:, 0].min()), float(points[:, 0].max())]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": ends,
        "y": [slope * end + intercept for end in ends],
        "name": name,
        "line": {"color": tint, "width": 2},
        "hoverinfo": "skip",
    }


def scatter(
    points: Any, fit: tuple[float, float], x: str, y: str, height: int = 380
) -> charts.Figure:
    """Two columns against each other, and the line through them."""
    data = [dots(points, _("rows"), 0)]
    if len(points) and not math.isnan(fit[0]):
        data.append(line(points, *fit, _("line"), COLOURS[1]))
    figure = charts.made(data, x=label(x, 40), y=label(y, 40), height=height)
    figure["layout"] |= {"showlegend": False, "hovermode": "closest"}
    return figure


def scatter_view(key: str, pair: Pair, caption: str, height: int = 380) -> None:
    """The picture of a pair with its line."""
    fit = pair.lab.run(engine.line_through, pair.all, as_="fit")
    r = pair.lab.run(engine.pearson, pair.all, as_="r")
    show.chart(
        key,
        lambda points, found, _r: scatter(points, found, pair.x, pair.y, height),
        [pair.drawn, fit, r],
        caption=caption,
        alt=_("A point for each row, and the straight line through them"),
    )


def terms_grid(pair: Any, products: Any) -> str:
    """The first rows of the arithmetic of r, and the sums over all rows."""

    def cells(row: Sequence[float]) -> list[Cell]:
        return [Cell(f"{value:.5g}".replace("-", "−")) for value in row]

    sums = products.sum(axis=0)
    count = min(FIRST_TERMS, len(pair))
    rows = [cells([*pair[n], *products[n]]) for n in range(count)]
    rows.append([Cell(""), Cell(""), *cells(sums.tolist())])
    return grid(
        rows,
        label=_("The terms of Pearson's r"),
        row_heads=[*map(str, range(1, count + 1)), "Σ"],
        column_heads=["x", "y", "x − x̄", "y − ȳ", "(x − x̄)(y − ȳ)", "(x − x̄)²", "(y − ȳ)²"],
    )


def ranks_view(pair: Pair, caption: str) -> None:
    """The numbers beside their ranks."""
    lab = pair.lab
    placed = lab.run(engine.ranks, pair.all, as_="places")
    drawn = lab.run(engine.drawn_pair, placed, most=MOST_DRAWN, as_="drawn_places")
    fit = lab.run(engine.line_through, placed, as_="fit_of_places")
    rho = lab.run(engine.pearson, placed, as_="rho")
    left, right = st.columns(2)
    with left:
        scatter_view("correlation_numbers", pair, _("The numbers: r = {r}.", r=number(pair.r)))
    with right:
        show.chart(
            "correlation_ranks",
            lambda points, found, _rho: scatter(
                points,
                found,
                _("place of {column}", column=pair.x),
                _("place of {column}", column=pair.y),
            ),
            [drawn, fit, rho],
            caption=caption,
            alt=_("A point for each row at the places of its two numbers"),
        )


def parts_figure(counts: Any, x: str, y: str) -> charts.Figure:
    """How many rows lie in each part of both columns."""
    rows = [str(n + 1) for n in range(counts.shape[0])]
    columns = [str(n + 1) for n in range(counts.shape[1])]
    span = (0.0, float(max(1, counts.max(initial=1))))
    figure = charts.heat(counts, rows, columns, span=span, x=_("part of {column}", column=label(x)))
    for trace in figure["data"]:  # dark cells and light ones
        trace |= {"texttemplate": "%{z:.0f}", "hovertemplate": "%{z:.0f}<extra></extra>"}
    title = {"text": _("part of {column}", column=label(y))}
    figure["layout"]["yaxis"] |= {"title": title, "range": [-0.5, len(rows) - 0.5]}
    return figure


# ------------------------------------------------------------------------------ many columns


def list_grid(found: Sequence[tuple[str, int, float, float, float, float]], texts: set[str]) -> str:
    """The columns by how much they tell about the target."""
    most = max((one[4] for one in found), default=1.0) or 1.0

    def signed(value: float, of: str) -> Cell:
        if math.isnan(value):
            return Cell("–", hint=_("text") if of in texts else _("constant"))
        return Cell(number(value), colour("signed", value, -1, 1))

    rows = [
        [
            signed(linear, name),
            signed(monotone, name),
            Cell(f"{bits:.3f}", colour("viridis", bits, 0, most)),
            Cell(f"{chance:.3f}"),
            Cell(f"{count:,}"),
        ]
        for name, count, linear, monotone, bits, chance in found
    ]
    return grid(
        rows,
        label=_("The columns by what they tell about the target"),
        row_heads=[name[:40] for name, *_rest in found],
        column_heads=["Pearson", "Spearman", _("bits"), _("by chance"), _("rows")],
    )


def matrix_figure(values: Any, names: Sequence[str], chosen: tuple[int, int], bits: bool) -> Any:
    """The matrix as a heat map under squares that can be clicked."""
    short = [label(name, 16) for name in names]
    scale, span = "signed", (-1.0, 1.0)
    if bits:
        scale, span = "viridis", (0.0, float(values.max(initial=0.1)))
    figure = charts.heat(values, short, short, scale=scale, span=span)
    count = len(names)
    cells = [(row, column) for row in range(count) for column in range(count)]
    full = [label(name, 40) for name in names]
    told = [_("bits") if bits else "r"] * len(cells)
    figure["data"].append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [column for _row, column in cells],
            "y": [row for row, _column in cells],
            "customdata": [
                [full[row], full[column], number(float(values[row, column])), word]
                for (row, column), word in zip(cells, told, strict=True)
            ],
            "hovertemplate": "%{customdata[0]} · %{customdata[1]}<br>%{customdata[3]} = "
            "%{customdata[2]}<extra></extra>",
            "marker": {"symbol": "square", "size": 18, "color": "rgba(0,0,0,0)"},
            "unselected": {"marker": {"opacity": 1}},
            "selected": {"marker": {"opacity": 1}},
            "showlegend": False,
        }
    )
    row, column = chosen
    edge = {"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
    figure["layout"]["shapes"] = [{"type": "rect", "line": {"color": "#D55E00", "width": 3}} | edge]
    figure["layout"] |= {"hovermode": "closest", "dragmode": False}
    for axis in ("xaxis", "yaxis"):
        figure["layout"][axis] |= {"fixedrange": True, "zeroline": False, "showgrid": False}
    return figure


def columns_of_matrix(lab: Lab, table: Node, measure: str) -> tuple[str, ...]:
    """All columns that the measure takes, or those most related to another one."""
    frame = table.value
    kinds = tables.KINDS if measure == "information" else KINDS
    names = tables.columns_of(frame, kinds)
    if len(names) <= MOST_OF_MATRIX:
        return names
    numbers = tables.columns_of(frame, KINDS)
    if len(numbers) <= MOST_OF_MATRIX:
        return (*numbers, *(name for name in names if name not in numbers))[:MOST_OF_MATRIX]
    found = lab.run(engine.pearson_matrix, table, columns=numbers, as_="all_pairs")
    best = lab.run(engine.most_related, found, count=MOST_OF_MATRIX, as_="best").value
    return tuple(numbers[place] for place in best.tolist())


def matrix_view(lab: Lab, table: Node, text: Mapping[str, str]) -> None:
    """The matrix of all pairs in clustered order; a click on a cell opens its points."""
    names = {"pearson": "Pearson", "spearman": "Spearman", "information": _("Mutual information")}
    measure = choice(_("Measure"), names, key="correlation_measure")
    columns = columns_of_matrix(lab, table, measure)
    if len(columns) < 2:
        told = _("This needs two columns of numbers. Choose another table above.")
        st.info(told, icon=":material/info:")
        return
    how = {"columns": columns, "measure": measure} | (
        {} if measure == "pearson" else {"most": MOST_ROWS}
    )
    found = lab.run(engine.measured_pairs, table, as_="pairs", **how)
    order = lab.run(engine.clustered_order, found, as_="order")
    values = lab.run(engine.in_order, found, order, as_="matrix")
    ordered = [columns[place] for place in order.value.tolist()]
    every = list(table.value.columns)
    _take_click(ordered, every)
    places = {str(every.index(name)): name for name in ordered}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        row = choice(_("Row"), places, key="correlation_row", look="menu")
        default = next(place for place in places if place != row)
        column = choice(_("Column"), places, key="correlation_column", default=default, look="menu")
    y, x = places[row], places[column]
    at = (ordered.index(y), ordered.index(x))
    counts = found.value[1]
    told = text["matrix_information" if measure == "information" else "matrix_caption"]
    told += " " + _rows_note(counts, len(table.value), measure)
    if len(columns) < len(tables.columns_of(table.value, KINDS)):
        told += " " + _(
            "{shown} of {all} columns are shown: those most correlated with another one.",
            shown=len(columns),
            all=len(tables.columns_of(table.value, KINDS)),
        )
    st.plotly_chart(
        matrix_figure(values.value, ordered, at, measure == "information"),
        key=f"correlation_matrix_{measure}_{row}_{column}",
        on_select="rerun",
        selection_mode="points",
        alt=_("A coloured square for each pair of columns"),
        config={"displayModeBar": False},
    )
    show.footer("correlation_matrix", [values, order, found], told)
    _cell_view(lab, table, x, y)


def _rows_note(counts: Any, rows: int, measure: str) -> str:
    of = min(rows, rows if measure == "pearson" else MOST_ROWS)
    note = _(
        "Each pair counts the rows that know both: {least} to {most} of {of}.",
        least=f"{int(counts.min()):,}",
        most=f"{int(counts.max()):,}",
        of=f"{of:,}",
    )
    if of < rows:
        note += " " + _("They are drawn by chance from {rows} rows.", rows=f"{rows:,}")
    return note


def _cell_view(lab: Lab, table: Node, x: str, y: str) -> None:
    """The rows behind a cell of the matrix: points of two numbers, or counts with a text."""
    if x == y:
        st.info(_("A column goes with itself in any case. Choose two."), icon=":material/info:")
        return
    frame = table.value
    if all(tables.kind_of(frame[name]) in KINDS for name in (x, y)):
        pair = told_pair(pair_of(lab, table, x, y))
        if pair is not None:
            told = _("r = {r}, Spearman {rho}.", r=number(pair.r), rho=number(pair.rho))
            scatter_view("correlation_cell", pair, f"{told} {pair.note}")
        return
    parts = lab.run(engine.parts_for_table, table, as_="parts").value
    counts = lab.run(engine.counts_of_parts, table, x=x, y=y, parts=parts, as_="counts")
    show.chart(
        "correlation_counts",
        lambda found: parts_figure(found, x, y),
        [counts],
        caption=_("How many rows lie in each part of both columns; categories are parts."),
        alt=_("A square for each part of one column and each part of the other"),
    )


def _take_click(ordered: Sequence[str], every: Sequence[str]) -> None:
    """Let the menus take the cell that was clicked."""
    kept = [st.session_state.get(f"correlation_{name}") for name in ("measure", "row", "column")]
    told = blobs.get(
        st.session_state.get("correlation_matrix_" + "_".join(map(str, kept))), "selection"
    )
    places = blobs.get(told, "point_indices")
    count = len(ordered)
    if isinstance(places, list) and places and blobs.is_whole(places[0], count * count - 1):
        for name, place in zip(("row", "column"), divmod(places[0], count), strict=True):
            wish(f"correlation_{name}", str(every.index(ordered[place])))


# ------------------------------------------------------------------------------ dropping columns


def reason_name(reason: str, other: str, r: float) -> str:
    """Why a column can go."""
    names = {
        "empty": _("has no value"),
        "constant": _("has one value only"),
        "number": _("counts the rows"),
        "names": _("names the rows: nearly every text is another"),
        "copy": _("equals “{other}”", other=other),
        "alike": _("nearly “{other}”: r = {r}", other=other, r=number(r)),
    }
    return names[reason]


def superfluous_grid(found: Sequence[tuple[str, str, str, float]]) -> str:
    """The columns that can go, and why."""
    return grid(
        [[Cell(reason_name(reason, other[:40], r))] for _name, reason, other, r in found],
        label=_("Columns that can go"),
        row_heads=[name[:40] for name, *_rest in found],
        column_heads=[_("why it can go")],
    )


def downstream_grid(sides: Mapping[str, tuple[Any, Any]], score: str) -> str:
    """What a model is fed with and how good it is: side -> (fold scores, facts)."""
    rows = []
    for scores, (inputs, needed, first, inflation) in sides.values():
        vif = "∞" if math.isinf(inflation) else "–" if math.isnan(inflation) else f"{inflation:.1f}"
        share = "–" if math.isnan(first) else f"{first:.1%}"
        rows.append(
            [f"{scores.mean():.3f} ± {scores.std():.3f}", f"{inputs}", f"{needed}", share, vif]
        )
    heads = [
        _("{score}, mean ± spread over the folds", score=score),
        _("numbers a row"),
        _("components for 90 %"),
        _("share of the first component"),
        _("largest inflation factor"),
    ]
    return grid(
        [[Cell(word) for word in line_] for line_ in zip(*rows, strict=True)],
        label=_("Before and after"),
        row_heads=heads,
        column_heads=list(sides),
    )


# ------------------------------------------------------------------------------ what breaks


def sample_table(name: str) -> tuple[Lab, Node]:
    """A sample that shows the trap, whatever lies in the tray."""
    source = load(name)
    lab = Lab(source)
    return lab, tables.read(lab, source)


def groups_view(
    key: str, lab: Lab, table: Node, names: tuple[str, str, str], text: Mapping[str, str]
) -> None:
    """Two columns by group, each group with its own line, and the line through all."""
    group, x, y = names
    found = lab.run(engine.by_group, table, group=group, x=x, y=y, as_="relations")
    points = [
        lab.run(engine.grouped_points, table, group=group, x=x, y=y, name=one[0], as_="points")
        for one in found.value[1:]
        if one[1]
    ]
    show.chart(
        key,
        lambda relations, *parts: groups_figure(relations, parts, x, y),
        [found, *points],
        caption=text["groups_caption"].format(
            r=number(found.value[0][2]),
            groups=", ".join(f"{safe(one[0])} {number(one[2])}" for one in found.value[1:]),
        ),
        alt=_("Points in groups: a line through each group, and one through all"),
    )


def groups_figure(
    relations: Sequence[tuple[str, int, float, float, float]],
    parts: Sequence[Any],
    x: str,
    y: str,
) -> charts.Figure:
    """The points of each group with their line; the line through all is dashed."""
    data: list[dict[str, Any]] = []
    some = [one for one in relations[1:] if one[1]]
    for place, (one, points) in enumerate(zip(some, parts, strict=True)):
        name = label(one[0])
        data.append(dots(points, name, place, legendgroup=name))
        if not math.isnan(one[3]):
            own = line(points, one[3], one[4], name, COLOURS[place % len(COLOURS)])
            data.append(own | {"legendgroup": name, "showlegend": False})
    whole = relations[0]
    if parts and not math.isnan(whole[3]):
        ends = [points for points in parts if len(points)]
        wide = min(ends, key=lambda p: p[:, 0].min()), max(ends, key=lambda p: p[:, 0].max())
        left, right = float(wide[0][:, 0].min()), float(wide[1][:, 0].max())
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [left, right],
                "y": [whole[3] * end + whole[4] for end in (left, right)],
                "name": _("all rows"),
                "line": {"color": GRAY, "width": 3, "dash": "dash"},
                "hoverinfo": "skip",
            }
        )
    figure = charts.made(
        data, x=label(x, 40), y=label(y, 40), height=440, top=70, **charts.legend_above(2)
    )
    figure["layout"] |= {"hovermode": "closest"}
    return figure


def anscombe_figure(relations: Sequence[Any], *parts: Any) -> charts.Figure:
    """Four sets side by side with the same axes."""
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"grid": {"rows": 2, "columns": 2, "pattern": "independent"}}
    notes = []
    for place, (one, points) in enumerate(zip(relations[1:], parts, strict=True)):
        tail = str(place + 1) if place else ""
        axes = {"xaxis": f"x{tail}", "yaxis": f"y{tail}"}
        data.append(dots(points, label(one[0]), 0) | axes)
        data.append(
            line(points, one[3], one[4], label(one[0]), COLOURS[1])
            | {"x": [3, 20], "y": [one[3] * end + one[4] for end in (3, 20)]}
            | axes
        )
        layout |= {f"xaxis{tail}": {"range": [3, 20]}, f"yaxis{tail}": {"range": [2, 14]}}
        notes.append(
            {
                "text": f"{label(one[0])}: r = {one[2]:.3f}",
                "xref": f"x{tail} domain",
                "yref": f"y{tail} domain",
                "x": 0.02,
                "y": 0.98,
                "showarrow": False,
                "xanchor": "left",
                "yanchor": "top",
            }
        )
    figure = charts.made(data, height=520)
    figure["layout"] |= layout | {"annotations": notes, "showlegend": False}
    figure["layout"] |= {"hovermode": "closest"}
    return figure


def found_superfluous(lab: Lab, table: Node, target: str) -> Node:
    """The columns that can go."""
    return lab.run(dropping.superfluous, table, target=target, as_="superfluous")
