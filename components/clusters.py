"""The lesson on clusters: which rows are clustered, and how clusters are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from components import charts, quiz, show
from components import table as tables
from components.cells import Cell, grid
from components.i18n import _, safe
from components.scales import colour
from components.state import choice
from components.text import beginning
from engine.lab import Lab, Node
from engine.samples import load
from engine.sources import Table
from engine.table import clusters, kmeans
from engine.table.clusters import LINKAGES, NOISE, gaps_in
from engine.table.matrix import complete_rows
from engine.table.toys import toy_points

MOST = 1000  # rows that are clustered
MOST_CLUSTERS = 8
STARTS = 10  # first centres of which the best is kept
#: Each cluster has a colour and a shape of its own, told apart by colour-blind eyes.
COLOURS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#882255",
    "#999933",
)
SYMBOLS = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "star",
    "triangle-down",
    "hexagon",
)
GRAY = "#7A7F87"
#: What is measured of the penguins: three lengths and a mass, whose numbers are far larger.
MEASURES = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


@dataclass(frozen=True)
class Data:
    """The rows that are clustered. `raw` : their numbers, `points` : these as they are clustered."""

    lab: Lab
    raw: Node
    points: Node
    rows: Node | None
    names: tuple[str, ...]
    axes: tuple[int, int]
    note: str

    @property
    def count(self) -> int:
        """How many points there are."""
        return len(self.raw.value)

    def stages(self, k: int, how: str, seed: int) -> Node:
        """k-means from drawn first centres."""
        start = self.lab.run(
            kmeans.first_centres, self.points, k=k, how=how, seed=seed, as_="first"
        )
        return self.lab.run(kmeans.kmeans_stages, self.points, start, as_="stages")

    def best(self, k: int) -> Node:
        """The clusters of the best of several starts."""
        return self.lab.run(
            kmeans.best_clusters, self.points, k=k, starts=STARTS, seed=0, as_="clusters"
        )


def ask_data(lab: Lab, table: Node, *, scaled: bool | None = None) -> Data | None:
    """Ask for columns and scaling; None, and a sentence, if the table has no numbers.

    `scaled` : whether the columns are scaled; None lets the learner choose.
    """
    frame = table.value
    kinds = (*tables.NUMBERS, "date")
    if not tables.columns_of(frame, kinds) or len(frame) < 3:
        st.info(
            _("Clusters need three rows and a column of numbers. Choose another table above."),
            icon=":material/info:",
        )
        return None
    numbers = tables.columns_of(frame, kinds)
    usual = lab.run(clusters.telling_columns, table, columns=numbers, as_="usual_columns").value
    columns = tables.pick_columns(
        frame, _("Columns that are clustered"), key="clusters_columns", kinds=kinds, first=usual
    )
    rows = lab.run(clusters.clustered_rows, table, columns=columns, most=MOST, seed=0, as_="rows")
    raw = lab.run(clusters.cluster_points, table, rows, columns=columns, as_="raw")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if scaled is None:
            options = {"scaled": _("Scaled"), "raw": _("As they are")}
            scaled = choice(_("Numbers"), options, key="clusters_scaled") == "scaled"
        axes = _ask_axes(columns)
    points = lab.run(clusters.to_unit_spread, raw, as_="points") if scaled else raw
    complete = len(lab.run(complete_rows, table, columns=columns, as_="complete").value)
    fields = {"count": f"{len(rows.value):,}", "all": f"{len(frame):,}"}
    if complete > MOST:
        note = _(
            "{count} of {all} rows, drawn at random among the {complete} complete ones.",
            complete=f"{complete:,}",
            **fields,
        )
    else:
        note = _("{count} of {all} rows are complete in these columns.", **fields)
    if complete < len(frame):
        note += " " + _gaps_said(columns, lab.run(gaps_in, table, columns=columns, as_="gaps"))
    return Data(lab, raw, points, rows, columns, axes, note)


def _gaps_said(columns: Sequence[str], gaps: Node) -> str:
    """The columns that cost most rows."""
    ranked = sorted(zip(gaps.value, columns, strict=True), key=lambda one: -one[0])
    worst = [f"{safe(name)} {count:,}" for count, name in ranked[:4] if count]
    return _("Rows without a number: {columns}.", columns=", ".join(worst))


def _ask_axes(columns: Sequence[str]) -> tuple[int, int]:
    """Which of the columns are drawn across and up."""
    if len(columns) < 3:
        return 0, len(columns) - 1
    places = {str(n): name for n, name in enumerate(columns)}
    last = len(columns) - 1
    x = choice(_("Drawn across"), places, key="clusters_x", default=str(last - 1), look="menu")
    y = choice(_("Drawn up"), places, key="clusters_y", default=str(last), look="menu")
    return int(x), int(y)


def toy_names() -> dict[str, str]:
    """The sets made by formula on which methods differ."""
    return {
        "islands": _("Islands"),
        "moons": _("Moons"),
        "circles": _("Circles"),
        "sizes": _("Unequal sizes"),
        "densities": _("Unequal density"),
        "uniform": _("No groups"),
    }


def toy(shape: str, count: int = 400) -> Data:
    """A set made by formula."""
    lab = Lab(load("cafe"))
    made = lab.run(toy_points, shape=shape, count=count, noise=0.08, seed=0, as_="made")
    raw = lab.run(clusters.spot_columns, made, as_="points")
    return Data(lab, raw, raw, made, ("x", "y"), (0, 1), "")


def measured() -> tuple[Data, Node]:
    """The penguins, measured in millimetres and grams, and the species of each."""
    source = load("penguins")
    assert isinstance(source, Table)
    lab = Lab(source)
    table = tables.read(lab, source)
    rows = lab.run(clusters.clustered_rows, table, columns=MEASURES, most=MOST, seed=0, as_="rows")
    raw = lab.run(clusters.cluster_points, table, rows, columns=MEASURES, as_="raw")
    species = lab.run(clusters.known_classes, table, rows, column="species", as_="species")
    note = _("{count} penguins.", count=len(rows.value))
    return Data(lab, raw, raw, rows, MEASURES, (0, 3), note), species


def toy_classes(data: Data) -> Node:
    """The groups of which a set was made."""
    assert data.rows is not None
    return data.lab.run(clusters.spot_classes, data.rows, as_="made_of")


# ------------------------------------------------------------------------------------- figures


def cluster_name(label: int) -> str:
    """What a cluster is called."""
    return _("noise") if label == NOISE else _("cluster {number}", number=label + 1)


def spots(
    raw: Any,
    labels: Any,
    data: Data,
    *,
    core: Any = None,
    path: Any = None,
    unknown: str = "",
    height: int = 400,
) -> charts.Figure:
    """The points by cluster; `path` : where the centres were, stage by stage, (stages, k, d).

    `core` : bool (n,), DBSCAN's core points are full, those of the border hollow. `unknown` : what
    points of no cluster are called; "" is noise.
    """
    across, up = data.axes
    traces: list[dict[str, Any]] = []
    for label in sorted(set(labels.tolist())):
        mine = labels == label
        look: dict[str, Any] = {"size": 7, "color": GRAY, "symbol": "x-thin", "line": {"width": 1}}
        if label == NOISE and unknown:
            look |= {"symbol": "circle-open", "line": {"color": GRAY, "width": 1.5}}
        elif label == NOISE:
            look["line"] |= {"color": GRAY, "width": 1.5}
        else:
            symbol = SYMBOLS[label % len(SYMBOLS)]
            look |= {"color": COLOURS[label % len(COLOURS)], "line": {"width": 0}}
            look["symbol"] = symbol
            if core is not None:
                look["symbol"] = [
                    symbol if one else f"{symbol}-open" for one in core[mine].tolist()
                ]
                look["line"] = {"width": 1.5, "color": look["color"]}
        name = unknown if label == NOISE and unknown else cluster_name(label)
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": raw[mine, across],
                "y": raw[mine, up] if len(data.names) > 1 else [0] * int(mine.sum()),
                "name": name,
                "marker": look,
                "hovertemplate": "%{x:.4~g}, %{y:.4~g}<extra>" + name + "</extra>",
            }
        )
    if path is not None:
        traces += _centres(path, data)
    names = [_plain(data.names[across]), _plain(data.names[up]) if len(data.names) > 1 else ""]
    figure = charts.made(traces, x=names[0], y=names[1], height=height)
    figure["layout"] |= charts.legend_above(len(traces)) | {"hovermode": "closest"}
    return figure


def _centres(path: Any, data: Data) -> list[dict[str, Any]]:
    across, up = data.axes
    traces = []
    for number in range(path.shape[1]):
        own = COLOURS[number % len(COLOURS)]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": path[:, number, across],
                "y": path[:, number, up] if len(data.names) > 1 else [0] * len(path),
                "line": {"color": own, "width": 1.5},
                "marker": {
                    "symbol": "x",
                    "color": own,
                    "size": [4] * (len(path) - 1) + [15],
                    "line": {"color": "#ffffff", "width": 1.5},
                },
                "name": _("centre {number}", number=number + 1),
                "showlegend": False,
                "hovertemplate": "%{x:.4~g}, %{y:.4~g}<extra>"
                + _("centre {number}", number=number + 1)
                + "</extra>",
            }
        )
    return traces


def _plain(name: str) -> str:
    """A column's name as Plotly may show it: it reads HTML."""
    return beginning(name, 40).replace("&", "&amp;").replace("<", "&lt;")


def inertia_chart(values: Any, stage: int) -> charts.Figure:
    """The inertia at every stage, assigning and moving told apart; the present one marked."""
    places = list(range(1, len(values)))
    colours_ = [COLOURS[0] if place % 2 else COLOURS[1] for place in places]
    bars = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": places,
        "y": values[1:],
        "line": {"color": GRAY, "width": 1},
        "marker": {
            "color": colours_,
            "symbol": ["circle" if place % 2 else "square" for place in places],
            "size": 9,
        },
        "hovertemplate": "%{x}: %{y:.5~g}<extra></extra>",
    }
    figure = charts.made([bars], x=_("half step"), y=_("inertia"), height=220)
    return charts.verticals(figure, [(stage, "")]) if stage else figure


def starts_chart(series: Mapping[str, Any]) -> charts.Figure:
    """Where starts ended, sorted, a line for each way to begin."""
    curves = {
        name: (list(range(1, len(values) + 1)), sorted(values.tolist()))
        for name, values in series.items()
    }
    figure = charts.lines(
        curves, x=_("start, best first"), y=_("inertia at the end"), colours=COLOURS, height=280
    )
    for trace, symbol in zip(figure["data"], SYMBOLS, strict=False):
        trace |= {"mode": "lines+markers", "marker": {"symbol": symbol, "size": 7}}
    return figure


def by_k_chart(table: Any, column: int, name: str, k: int) -> charts.Figure:
    """A number by k, with the present k marked."""
    curves = {name: (table[:, 0], table[:, column])}
    figure = charts.lines(curves, x="k", y=name, colours=[COLOURS[column - 1]], height=260)
    figure["data"][0] |= {"mode": "lines+markers"}
    figure["layout"]["xaxis"]["dtick"] = 1
    return charts.verticals(figure, [(k, "")])


def silhouette_chart(values: Any, labels: Any, mean: float) -> charts.Figure:
    """A bar for each point, sorted within its cluster; the mean is a dotted line."""
    traces: list[dict[str, Any]] = []
    at = 0
    for label in sorted({one for one in labels.tolist() if one != NOISE}):
        mine = sorted(values[labels == label].tolist())
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "x": mine,
                "y": list(range(at, at + len(mine))),
                "name": cluster_name(label),
                "marker": {"color": COLOURS[label % len(COLOURS)], "line": {"width": 0}},
                "hovertemplate": "%{x:.3f}<extra>" + cluster_name(label) + "</extra>",
            }
        )
        at += len(mine) + 4
    figure = charts.made(traces, x=_("silhouette"), height=420, bargap=0)
    figure["layout"] |= charts.legend_above(len(traces)) | {"hovermode": "closest"}
    figure["layout"]["yaxis"] |= {"showticklabels": False}
    return charts.verticals(figure, [(mean, "")] if mean == mean else [])


def distance_chart(far: Any, eps: float) -> charts.Figure:
    """How far each point's neighbours are, ascending, with eps as a level."""
    series = {
        _("distance"): (list(range(1, len(far) + 1)), far),
        "eps": ([1, len(far)], [eps, eps]),
    }
    figure = charts.lines(
        series, x=_("points, sorted"), y=_("distance"), colours=COLOURS, height=260
    )
    figure["data"][1]["line"]["dash"] = "dash"
    return figure


def dendrogram_chart(lines: Any, height: float) -> charts.Figure:
    """The last merges as a tree, with the cut."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for corners in lines.tolist():
        xs += [*(x for x, _y in corners), None]
        ys += [*(y for _x, y in corners), None]
    tree = {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "line": {"color": COLOURS[0], "width": 1.4},
        "hovertemplate": "%{y:.4~g}<extra></extra>",
        "name": _("merge"),
    }
    right = max(1.0, float(lines[:, :, 0].max()))
    cut = {
        "type": "scatter",
        "mode": "lines",
        "x": [-0.5, right + 0.5],
        "y": [height, height],
        "line": {"color": COLOURS[1], "width": 2, "dash": "dash"},
        "name": _("cut"),
    }
    figure = charts.made([tree, cut], y=_("distance of the merged clusters"), height=340)
    figure["layout"] |= charts.legend_above(2) | {"hovermode": "closest"}
    figure["layout"]["xaxis"] |= {"showticklabels": False}
    return figure


def linkage_names() -> dict[str, str]:
    """How the distance of two clusters is measured."""
    names = {
        "ward": _("Ward: growth of the inertia"),
        "average": _("Average of all pairs"),
        "complete": _("Complete: farthest pair"),
        "single": _("Single: nearest pair"),
    }
    return {name: names[name] for name in sorted(LINKAGES, key=list(names).index)}


def agreement_grid(table: Any, labels: Any, classes: Sequence[str]) -> str:
    """How many points of each class lie in each cluster."""
    most = int(table.max(initial=1))
    rows = [[Cell(f"{n:,}", colour("viridis", n, 0, most)) for n in row] for row in table.tolist()]
    heads = [cluster_name(label) for label in sorted(set(labels.tolist()))]
    return grid(
        rows,
        label=_("Clusters and known classes"),
        row_heads=heads,
        column_heads=[beginning(name, 24) for name in classes],
    )


# --------------------------------------------------------------------------------------- views


def spots_view(
    key: str,
    data: Data,
    labels: Node,
    caption: str,
    *,
    height: int = 400,
    more: Sequence[Node] = (),
) -> None:
    """The points by cluster."""
    show.chart(
        key,
        lambda raw, found, *_rest: spots(raw, found, data, height=height),
        [data.raw, labels, *more],
        caption=caption,
        alt=_("The points, each with the colour and shape of its cluster"),
    )


def methods(data: Data) -> dict[str, Node]:
    """Four methods on a set made by formula, each with what it needs to know."""
    lab, points = data.lab, data.points
    k = int(toy_classes(data).value.max()) + 1
    k = k if k > 1 else 3  # a set without groups is asked for three
    eps = lab.run(clusters.usual_eps, points, least=5, as_="eps").value
    found = lab.run(clusters.dbscan, points, eps=eps, least=5, as_="found")
    merged = {
        linkage: lab.run(clusters.merges, points, linkage=linkage, as_=f"{linkage}_tree")
        for linkage in ("ward", "single")
    }
    return {
        _("k-means, k = {k}", k=k): data.best(k),
        _("DBSCAN, eps = {eps}", eps=f"{eps:g}"): lab.run(clusters.first_of, found, as_="dense"),
        _("Ward, cut at {k}", k=k): lab.run(
            clusters.cut_into, merged["ward"], k=k, as_="ward_clusters"
        ),
        _("Single linkage, cut at {k}", k=k): lab.run(
            clusters.cut_into, merged["single"], k=k, as_="single_clusters"
        ),
    }


def rand_said(value: float) -> str:
    """The adjusted Rand index as a sentence."""
    return _("Adjusted Rand index: {value}.", value=f"{value:.2f}")


def known_column(table: Node, data: Data) -> tuple[Node, tuple[str, ...], str] | None:
    """Ask for a column of known classes; its codes in the clustered rows, names, and what it is."""
    frame = table.value
    if data.rows is None:
        return None
    some = frame.iloc[data.rows.value]
    fits = [
        name
        for name in tables.columns_of(frame)
        if name not in data.names and 2 <= some[name].nunique() <= tables.MOST_CLASSES
    ]
    if not fits:
        return None
    default = tables.likely_target(some[fits])
    places = {str(list(frame.columns).index(name)): name for name in fits}
    start = next(place for place, name in places.items() if name == default)
    at = choice(_("Compare with"), places, key="clusters_known", default=start, look="menu")
    column = places[at]
    codes = data.lab.run(clusters.known_classes, table, data.rows, column=column, as_="classes")
    found = data.lab.run(
        clusters.known_names, table, data.rows, column=column, as_="class_names"
    ).value
    return codes, found, safe(column)


def silhouette_said(mean: float) -> str:
    """The mean silhouette as a sentence."""
    if mean != mean:
        return _("There is no silhouette: all points are in one cluster.")
    return _("Mean silhouette: {mean}.", mean=f"{mean:.3f}")


def scaled(data: Data) -> Data:
    """The same rows with each column scaled."""
    points = data.lab.run(clusters.to_unit_spread, data.raw, as_="scaled")
    return replace(data, points=points)


def spreads_view(data: Data, caption: str) -> None:
    """How much each column adds to squared distances."""
    shares = data.lab.run(clusters.distance_shares, data.raw, as_="column_shares")
    cells = [[Cell(f"{n:.1%}", colour("viridis", n, 0, 1))] for n in shares.value.tolist()]
    heads = [beginning(name, 40) for name in data.names]
    body = grid(
        cells,
        label=_("Share of the columns in squared distances"),
        row_heads=heads,
        column_heads=[_("share of squared distances")],
    )
    show.html("spreads", body, [shares], caption=caption)


# -------------------------------------------------------------------------------- predictions


def fixed_questions() -> None:
    """Two questions about sets made by formula."""
    moons = toy("moons")
    made = toy_classes(moons)
    scores = {
        name: moons.lab.run(clusters.adjusted_rand, labels, made, as_="rand").value
        for name, labels in zip(
            ("kmeans", "dbscan", "ward", "single"), methods(moons).values(), strict=True
        )
    }
    three = {"ward": _("Ward"), "dbscan": "DBSCAN", "kmeans": "k-means"}
    quiz.question(
        _("Two moons that reach into each other: which of these finds them?"),
        three,
        answer=max(three, key=lambda name: scores[name]),
        why=_("Adjusted Rand index: ")
        + ", ".join(f"{label} {scores[name]:.2f}" for name, label in three.items())
        + ".",
        key="clusters_moons",
    )
    noise = toy("uniform")
    mean = noise.lab.run(clusters.mean_silhouette, noise.points, noise.best(3), as_="mean").value
    quiz.question(
        _(
            "Points anywhere in a square, no groups at all; k-means with k = 3. The mean silhouette?"
        ),
        {"low": _("under 0.1"), "middle": _("0.1 to 0.3"), "high": _("over 0.3")},
        answer="low" if mean < 0.1 else "middle" if mean <= 0.3 else "high",
        why=_("{mean}: k-means cuts anything into k pieces.", mean=f"{mean:.2f}"),
        key="clusters_noise",
    )


def own_questions(data: Data) -> None:
    """Two questions about the learner's columns."""
    ends: dict[int, float] = {}
    if data.count > 3:
        ends = {
            k: data.lab.run(
                kmeans.restarts, data.points, k=k, how="far", starts=STARTS, seed=0, as_="ends"
            ).value.min()
            for k in (2, 3)
        }
    if ends.get(2, 0.0) > 0:
        left = ends[3] / ends[2]
        quiz.question(
            _("Your columns: k goes from 2 to 3. How much of the inertia is left?"),
            {
                "low": _("under 50 %"),
                "middle": _("50 to 80 %"),
                "high": _("80 to 100 %"),
                "more": _("it grows"),
            },
            answer="low"
            if left < 0.5
            else "middle"
            if left < 0.8
            else "high"
            if left <= 1
            else "more",
            why=_("{share}. More centres never need a longer way.", share=f"{left:.0%}"),
            key="clusters_left",
        )
    k = min(3, data.count)
    bare = replace(data, points=data.raw)
    same = data.lab.run(clusters.adjusted_rand, data.best(k), bare.best(k), as_="rand").value
    quiz.question(
        _("Your columns, k = {k}: are the clusters the same with and without scaling?", k=k),
        {"same": _("almost the same"), "some": _("partly"), "other": _("quite different")},
        answer="same" if same > 0.9 else "some" if same >= 0.4 else "other",
        why=_("Adjusted Rand index between the two: {value}.", value=f"{same:.2f}"),
        key="clusters_scaling",
    )
