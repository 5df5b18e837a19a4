"""The lesson on correlation: which two columns are compared, and how their relation is drawn."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from components import charts, show
from components import table as tables
from components.cells import Cell, grid
from components.classes import Look
from components.curves import COLOURS
from components.i18n import _, safe
from components.table import GRAY, NUMBERS_AND_DATES, label
from engine.lab import Lab, Node
from engine.table import correlation as engine
from engine.table.dropping import ALIKE

MOST_DRAWN = 600  # points of a picture
MOST_TOLD = 20_000  # rows from which the first pair is chosen
FIRST_TERMS = 8
HEADS = ("x", "y", "x − x̄", "y − ȳ", "(x − x̄)(y − ȳ)", "(x − x̄)²", "(y − ȳ)²")
TIMES = 1000  # by which a number is multiplied to be wrong
DAY = 86_400_000  # ms, in which Plotly counts dates
OF_A_PICTURE = {"fit": engine.line_through, "r": engine.pearson}


@dataclass(frozen=True)
class Pair:
    """Two columns on the rows that know both; `drawn` : those of a picture.

    `kinds` : of both columns, see `components.table.KINDS`.
    """

    lab: Lab
    x: str
    y: str
    all: Node
    drawn: Node
    of: int
    kinds: tuple[str, str]

    @property
    def dates(self) -> tuple[bool, bool]:
        """Which of the two are dates."""
        return self.kinds[0] == "date", self.kinds[1] == "date"

    @property
    def note(self) -> str:
        """How many rows count, and how many are drawn, as a sentence."""
        drawn = len(self.drawn.value)
        if drawn == len(self.all.value):
            return self.rows_note
        told = _("{drawn} of them are drawn, chosen by chance.", drawn=f"{drawn:,}")
        return f"{self.rows_note} {told}"

    @property
    def rows_note(self) -> str:
        """How many rows count, and as what, in a sentence or two."""
        told = _(
            "{rows} of {all} rows have a number in both columns.",
            rows=f"{len(self.all.value):,}",
            all=f"{self.of:,}",
        )
        if "date" in self.kinds:
            told += " " + _("A date counts as its days since 1970-01-01.")
        if "boolean" in self.kinds:
            told += " " + _("True counts as 1, False as 0.")
        return told

    @property
    def r(self) -> float:
        """Pearson's r."""
        return float(self.lab.run(engine.pearson, self.all, as_="r").value)

    @property
    def means(self) -> tuple[str, str]:
        """The means of both columns, as a text."""
        found = self.lab.run(engine.means_of, self.all, as_="means").value
        x, y = (on_day(n) if date else short(n) for n, date in zip(found, self.dates, strict=True))
        return x, y

    @property
    def rho(self) -> float:
        """Spearman's rank correlation."""
        return float(self.lab.run(engine.spearman, self.all, as_="rho").value)


def ask_pair(lab: Lab, table: Node) -> Pair | None:
    """Ask for two columns of numbers; None, and a sentence, if there is too little."""
    columns = ask_columns(lab, table, NUMBERS_AND_DATES)
    if columns is None:
        tell_too_few(lab, table)
        return None
    return told_pair(pair_of(lab, table, *columns))


def ask_columns(lab: Lab, table: Node, kinds: Collection[str]) -> tuple[str, str] | None:
    """Ask for two columns of these kinds; None if there are no two."""
    frame = table.value
    if len(tables.columns_of(frame, kinds)) < 2:
        return None
    first = first_pair(lab, table)
    how = {"frame": frame, "kinds": kinds}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        x = tables.pick_column(
            label=_("Column across"), key="correlation_x", default=first[0], **how
        )
        y = tables.pick_column(
            label=_("Column upwards"),
            key="correlation_y",
            default=first[0] if x == first[1] else first[1],
            without=(x,),
            **how,
        )
    return x, y


def tell_too_few(lab: Lab, table: Node) -> None:
    """Say that two columns of numbers are needed, and how there may be more."""
    told = _("This needs two columns of numbers. Choose another table above.")
    tables.tell_too_few(lab, table, told)


def first_pair(lab: Lab, table: Node) -> tuple[str, str]:
    """The two measures whose r is farthest from 0, near copies left out; else two other columns.

    Of many rows, a sample tells.
    """
    x = y = ""
    every = tables.columns_of(table.value, NUMBERS_AND_DATES)
    for columns in (tables.measures(lab, table), every):
        if len(columns) > 1:
            most = engine.rows_compared(rows=len(table.value), columns=len(columns))
            how = {"columns": columns, "most": min(MOST_TOLD, most)}
            found = lab.run(engine.pearson_matrix, table, as_="all_pairs", **how)
            a, b = lab.run(engine.telling_pair, found, limit=ALIKE, as_="first_pair").value
            x, y = columns[a], columns[b]
            if not math.isnan(found.value[0][a, b]):
                break
    return x, y


def told_pair(pair: Pair) -> Pair | None:
    """The pair, or None and a sentence if it has too few rows or a constant column."""
    if len(pair.all.value) < 3:
        told = _("Fewer than three rows have a number in both columns. Choose other columns.")
        st.info(told, icon=":material/info:")
        return None
    varied = pair.lab.run(engine.varies, pair.all, as_="varied").value
    for name, more in zip((pair.x, pair.y), varied, strict=True):
        if not more:
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
    kinds = tuple(tables.kind_of(table.value[name]) for name in (x, y))
    return Pair(lab, x, y, both, drawn, len(table.value), kinds)


def short(value: float) -> str:
    """A number of the table with five digits, more only of a large whole one."""
    large = 1e5 <= abs(value) < 1e15
    return (f"{value:,.0f}" if large else f"{value:.5g}").replace("-", "−")


def on_day(days: float) -> str:
    """The day so many days after 1970-01-01."""
    return str(np.datetime64(0, "D") + int(days))


def number(value: float, digits: int = 3) -> str:
    """A correlation with its sign; a dash if there is none."""
    if math.isnan(value):
        return "–"
    value = round(value, digits) + 0.0  # no zero with a minus
    return f"{value:+.{digits}f}".replace("-", "−") if value else f"{value:.{digits}f}"


def dots(
    points: Any, name: str, look: Look = (COLOURS[0], "circle"), **more: Any
) -> dict[str, Any]:
    """Points (n, 2) in a colour and a shape."""
    mark: dict[str, Any] = dict(zip(("color", "symbol"), look, strict=True))
    # A pale edge lifts them off a dark page, and off each other.
    mark["line"] = {"width": 0.8, "color": "rgba(255,255,255,0.7)"}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": points[:, 0],
        "y": points[:, 1],
        "name": name,
        "marker": mark | {"size": 6, "opacity": 0.8},
        "hovertemplate": "%{x:.6~g}, %{y:.6~g}<extra>" + name + "</extra>",
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
    points: Any,
    fit: tuple[float, float],
    x: str,
    y: str,
    *,
    dates: tuple[bool, bool] = (False, False),
    means: tuple[float, float] | None = None,
    height: int = 380,
) -> charts.Figure:
    """Two columns against each other, the line through them, and their means as dotted lines."""
    data = [dots(points, _("rows"))]
    if len(points) and not math.isnan(fit[0]):
        data.append(line(points, *fit, _("line"), COLOURS[1]))
    figure = charts.made(data, x=label(x, 40), y=label(y, 40), height=height)
    figure["layout"] |= {"showlegend": False, "hovermode": "closest"}
    if means is not None:
        dotted = {"type": "line", "line": {"dash": "dot", "width": 2, "color": GRAY}}
        ends = zip(means, (DAY if date else 1 for date in dates), strict=True)
        across, up = (mean * unit for mean, unit in ends)
        figure["layout"]["shapes"] = [
            dotted | {"x0": across, "x1": across, "y0": 0, "y1": 1, "yref": "y domain"},
            dotted | {"y0": up, "y1": up, "x0": 0, "x1": 1, "xref": "x domain"},
        ]
    return with_axes(figure, points, dates)


def with_axes(figure: charts.Figure, points: Any, dates: tuple[bool, bool]) -> charts.Figure:
    """The figure with axes of dates, or of whole numbers where all points (n, 2) lie on them."""
    for place, (name, is_date) in enumerate(zip("xy", dates, strict=True)):
        axis, values = figure["layout"][f"{name}axis"], points[:, place]
        if is_date:
            axis["type"] = "date"
            for trace in figure["data"]:
                trace[name] = np.asarray(trace[name], float) * DAY
                if "hovertemplate" in trace:
                    shown = trace["hovertemplate"].replace(f"%{{{name}:.6~g}}", f"%{{{name}}}")
                    trace["hovertemplate"] = shown
        elif len(values) and (values == np.rint(values)).all():
            axis["separatethousands"] = bool(np.abs(values).max() >= 10_000)
            if np.ptp(values) <= 10:  # no half years
                axis |= {"dtick": 1, "tickformat": "d"}
    return figure


def scatter_view(key: str, pair: Pair, caption: str, *, means: bool = False) -> None:
    """The picture of a pair with its line, and its means if asked for."""
    lab = pair.lab
    nodes = [pair.drawn, *(lab.run(one, pair.all, as_=name) for name, one in OF_A_PICTURE.items())]
    nodes += [lab.run(engine.means_of, pair.all, as_="means")] if means else []
    show.chart(
        key,
        lambda points, fit, _r, *middle: scatter(
            points, fit, pair.x, pair.y, dates=pair.dates, means=middle[0] if middle else None
        ),
        nodes,
        caption=caption,
        alt=_("A point for each row, and the straight line through them"),
    )


def terms_grid(pair: Any, terms: tuple[Any, Any]) -> str:
    """The first rows of the arithmetic of r, and the sums over all rows."""

    def cells(row: Sequence[float]) -> list[Cell]:
        return [Cell(f"\u2002{short(value)}") for value in row]

    first, sums = terms
    rows = [cells([*own, *told]) for own, told in zip(pair, first, strict=False)]
    rows.append([Cell(""), Cell(""), *cells(sums.tolist())])
    return grid(
        rows,
        label=_("The terms of Pearson's r"),
        row_heads=[*map(str, range(1, len(first) + 1)), "Σ"],
        column_heads=[f"\u2002{head}" for head in HEADS],
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
