"""What the lesson on models for tables draws: splits, scores, curves, answers and their errors."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import blobs, charts, curves, jobs, show
from components.cells import Cell, grid
from components.finetune_result import matrix_figure
from components.i18n import _
from components.learning import Task, model_names
from components.scales import colour
from components.state import choice, slider, wish
from components.table import label
from engine.lab import Node
from engine.table import judge, mlp
from engine.table.models import MODELS, design, outputs_of, standard_target

ORANGE, BLUE, GRAY, RED, GREEN = "#E69F00", "#0072B2", "#7A7F87", "#D55E00", "#009E73"


# ------------------------------------------------------------------------------ the task and its split


def target_chart(task: Task, places: Any, counts: Any) -> charts.Figure:
    """How often each class occurs, or the histogram of the numbers."""
    names = [label(name) for name in task.names]
    bar = {"type": "bar", "x": names or places, "y": counts, "marker": {"color": ORANGE}}
    figure = charts.made([bar], x=label(task.target), y=_("rows"), height=300)
    figure["layout"]["bargap"] = 0.25 if names else 0.02
    if names:
        figure["layout"]["xaxis"]["type"] = "category"
    return figure


def split_chart(learn: Any, folds: Any) -> charts.Figure:
    """A bar of rows for the split and for each fold; what is tested is orange."""
    rows = [(~learn).astype("uint8").tolist()]
    count = int(folds.max()) + 1
    rows += [(folds == number).astype("uint8").tolist() for number in range(count)]
    names = [_("one split"), *(_("fold {number}", number=n + 1) for n in range(count))]
    trace = {
        "type": "heatmap",
        "z": rows,
        "y": names,
        "colorscale": [[0, "#9AA0A6"], [1, ORANGE]],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "ygap": 6,
        "hovertemplate": "%{y}: %{x}<extra></extra>",
    }
    figure = charts.made([trace], x=_("rows that are used, in the order of the table"), height=280)
    figure["layout"]["yaxis"] |= {"autorange": "reversed", "automargin": True}
    return figure


def sides_grid(task: Task, sides: Any) -> str:
    """How many rows of each class stand on both sides."""
    heads = list(task.names) or [_("rows")]
    total = max(1, int(sides[:, 0].sum())), max(1, int(sides[:, 1].sum()))
    cells = [
        [
            Cell(f"{n:,} ({n / whole:.1%})" if task.classes else f"{n:,}")
            for n, whole in zip(row, total, strict=True)
        ]
        for row in sides.tolist()
    ]
    return grid(
        cells,
        label=_("Rows on both sides"),
        row_heads=heads,
        column_heads=[_("to learn from"), _("for the test")],
    )


# ------------------------------------------------------------------------------------ comparison


def ask_model(task: Task, *, without: Sequence[str] = ("baseline",), first: str = "forest") -> str:
    """Ask for one of the models."""
    names = {name: text for name, text in model_names(task.kind).items() if name not in without}
    return choice(_("Model"), names, key="tl_model", default=first, look="menu")


def said_by(task: Task, model: str) -> Node:
    """What a model that has learnt from the split says of all rows."""
    return task.lab.run(outputs_of, *task.inputs, columns=task.columns, model=model, as_="outputs")


def scores_chart(task: Task, scores: Any, names: Sequence[str]) -> charts.Figure:
    """For each model a dot a fold, their mean as a bar, and the one split as an open diamond."""
    data: list[dict[str, Any]] = []
    for number, (name, row) in enumerate(zip(names, scores, strict=False)):
        ink = curves.COLOURS[number % len(curves.COLOURS)]
        folds = row[2:]
        mean = sum(folds) / len(folds)
        for xs, symbol, size, opacity, what in (
            (folds, "circle", 9, 0.55, _("fold")),
            ([mean], "line-ns-open", 24, 1, _("mean of the folds")),
            ([row[1]], "diamond-open", 11, 1, _("test of the one split")),
        ):
            data.append(
                {
                    "type": "scatter",
                    "x": xs,
                    "y": [name] * len(xs),
                    "mode": "markers",
                    "marker": {
                        "symbol": symbol,
                        "size": size,
                        "color": ink,
                        "opacity": opacity,
                        "line": {"width": 2},
                    },
                    "hovertemplate": f"{what}: %{{x:.3f}}<extra></extra>",
                    "showlegend": False,
                }
            )
    figure = charts.made(data, x=task.score_name, height=52 * len(names) + 80, top=8)
    figure["layout"]["yaxis"] |= {"range": [len(names) - 0.4, -0.6], "automargin": True}
    if task.classes:
        figure["layout"]["xaxis"] |= {"tickformat": ".0%"}
    return figure


def scores_grid(task: Task, scores: Any, statistics: Any, names: Sequence[str]) -> str:
    """The same in numbers."""
    cells = [
        [
            Cell(f"{task.score(mean)} ± {task.score(spread)}"),
            Cell(f"{task.score(least)} – {task.score(most)}"),
            Cell(task.score(row[1])),
            Cell(task.score(row[0])),
        ]
        for row, (mean, spread, least, most) in zip(
            scores.tolist(), statistics.tolist(), strict=True
        )
    ]
    return grid(
        cells,
        label=_("Scores of the models"),
        row_heads=list(names)[: len(cells)],
        column_heads=[
            _("folds: mean ± deviation"),
            _("least – greatest"),
            _("test of the one split"),
            _("rows learnt from"),
        ],
    )


# --------------------------------------------------------------------------------------- network


def network_inputs(task: Task) -> tuple[Node, Node, Node]:
    """Columns in standard units, the target likewise, and the split."""
    x = task.lab.run(design, task.data, task.learn, columns=task.columns, as_="x")
    y = task.lab.run(standard_target, task.y, task.learn, as_="target")
    return x, y, task.learn


def ask_network() -> dict[str, Any]:
    """Ask for layers, units, activation, rate, penalty, batch, epochs and seed."""
    one, two, three, four = st.columns(4)
    with one:
        layers = slider(_("Hidden layers"), 1, 4, 2, key="tl_layers")
        units = slider(_("Units in each"), 2, 64, 16, key="tl_units")
    with two:
        names = {"relu": "ReLU", "tanh": "tanh", "sigmoid": _("sigmoid")}
        activation = choice(_("Activation"), names, key="tl_activation", look="menu")
        rates = {str(rate): f"{rate:g}" for rate in (0.001, 0.003, 0.01, 0.03, 0.1)}
        rate = float(choice(_("Learning rate"), rates, key="tl_rate", default="0.01", look="menu"))
    with three:
        sizes = {"0": "0", "0.001": "0.001", "0.01": "0.01", "0.1": "0.1"}
        penalty = float(choice(_("L2 penalty"), sizes, key="tl_penalty", look="menu"))
        sizes = {str(size): str(size) for size in (8, 32, 128)}
        batch = int(choice(_("Rows in a batch"), sizes, key="tl_batch", default="32", look="menu"))
    with four:
        epochs = slider(_("Epochs"), 5, 300, 100, key="tl_epochs")
        seed = slider(_("Seed of the network"), 0, 9, 0, key="tl_network_seed")
    shape = {"layers": layers, "units": units, "activation": activation}
    return shape | {
        "rate": rate,
        "penalty": penalty,
        "batch": batch,
        "epochs": epochs,
        "seed": seed,
    }


def network_run(task: Task, how: Mapping[str, Any]) -> jobs.Run:
    """The run of the network."""
    node = task.lab.run(mlp.mlp, *network_inputs(task), classes=task.classes, as_="run", **how)
    return jobs.Run(
        node,
        mlp.mlp_steps,
        list(range(how["epochs"] + 1)),
        _("Network"),
        collect=mlp.mlp_result,
        resumable=True,
    )


def loss_figure(measures: Sequence[Any], last: int, *, column: int, y: str) -> charts.Figure:
    """Loss or score, epoch by epoch, on the rows learnt from and on the test."""
    epochs = list(range(len(measures)))
    lines = {
        _("rows learnt from"): (epochs, [float(row[column]) for row in measures]),
        _("test"): (epochs, [float(row[column + 2]) for row in measures]),
    }
    figure = curves.figure(lines, y=y, last=last, height=300)
    figure["layout"]["yaxis"]["hoverformat"] = ".4f"
    return figure


def gradients_grid(found: Any) -> str:
    """The first gradient by hand and by autograd, a row for each layer of weights."""
    cells = [
        [Cell(f"{hand:.6f}"), Cell(f"{auto:.6f}"), Cell(f"{off:.1e}")]
        for hand, auto, off in found.tolist()
    ]
    return grid(
        cells,
        label=_("Gradients by hand and by PyTorch"),
        row_heads=[_("weights {number}", number=n + 1) for n in range(len(cells))],
        column_heads=[_("length, by hand"), _("length, autograd"), _("largest difference")],
    )


# ----------------------------------------------------------------------------- answers and errors


def confusion_view(task: Task, outputs: Node, text: Mapping[str, str]) -> None:
    """The confusion matrix, and the rows of the cell that is chosen or clicked."""
    lab, count = task.lab, task.classes
    table = lab.run(judge.confusion_table, task.y, outputs, task.learn, as_="confusion")
    cells = [(row, column) for row in range(count) for column in range(count)]
    full = [cell for cell in cells if table.value[cell]]
    full.sort(key=lambda cell: (cell[0] == cell[1], -int(table.value[cell])))
    options = {"wrong": _("all that are wrong")} | {
        f"{row}.{column}": _(
            "{truth} taken for {answer}: {count}",
            truth=task.names[row],
            answer=task.names[column],
            count=int(table.value[row, column]),
        )
        for row, column in full
    }
    _take_click(options, count)
    left, right = st.columns([2, 3])
    with right:
        chosen = choice(_("Cell"), options, key="tl_cell", look="menu")
    truth, named = (-1, -1) if chosen == "wrong" else map(int, chosen.split("."))
    rows = lab.run(
        judge.cell_rows,
        task.data,
        task.y,
        outputs,
        task.learn,
        truth=truth,
        named=named,
        as_="rows",
    )
    with left:
        st.plotly_chart(
            matrix_figure(table.value, [html.escape(name) for name in task.names], (truth, named)),
            key=f"tl_matrix_{chosen}",
            on_select="rerun",
            selection_mode="points",
            width="content",
            alt=_("Confusion matrix: rows are the truth, columns the answers"),
            config={"displayModeBar": False},
        )
        show.footer("tl_confusion", [table], text["confusion_caption"])
    with right:
        rows_view("tl_rows", rows, text["rows_caption"].format(most=judge.MOST_SHOWN))


def _take_click(options: Mapping[str, str], count: int) -> None:
    """Let the menu take the cell that was clicked, if there is a row in it."""
    told = blobs.get(
        st.session_state.get(f"tl_matrix_{st.session_state.get('tl_cell')}"), "selection"
    )
    places = blobs.get(told, "point_indices")
    if isinstance(places, list) and places and blobs.is_whole(places[0], count * count - 1):
        cell = f"{places[0] // count}.{places[0] % count}"
        if cell in options:
            wish("tl_cell", cell)


def rows_view(key: str, rows: Node, caption: str) -> None:
    """Rows of the learner's table."""
    if len(rows.value):
        st.dataframe(rows.value, height=320, key=f"frame_{key}")
    else:
        st.success(_("No row of the test lies here."), icon=":material/check:")
    show.footer(key, [rows], caption)


def residual_charts(found: Any, name: str) -> tuple[charts.Figure, charts.Figure]:
    """Truth over answer with the line on which both are equal; residual over answer."""
    said, truth, off = (column.tolist() for column in found.T)
    low, high = min(*said, *truth), max(*said, *truth)

    def dots(ys: Sequence[float]) -> dict[str, Any]:
        marker = {"color": ORANGE, "size": 6, "opacity": 0.6}
        return {"type": "scatter", "x": said, "y": ys, "mode": "markers", "marker": marker}

    def line(ys: Sequence[float]) -> dict[str, Any]:
        look = {"color": GRAY, "dash": "dash", "width": 1.4}
        return {"type": "scatter", "x": [low, high], "y": ys, "mode": "lines", "line": look}

    figures = []
    for ys, straight, y in (
        (truth, [low, high], _("{name}, true", name=label(name))),
        (off, [0, 0], _("residual: true − answer")),
    ):
        data = [dots(ys), line(straight) | {"hoverinfo": "skip"}]
        figure = charts.made(data, x=_("answer of the model"), y=y, height=330)
        figures.append(figure | {"layout": figure["layout"] | {"showlegend": False}})
    return figures[0], figures[1]


def measures_grid(task: Task, rows: Sequence[tuple[str, tuple[float, float, float]]]) -> str:
    """Three measures, on the rows learnt from and on the test."""
    if task.classes:
        heads = [_("right answers"), _("balanced over the classes"), _("cross-entropy")]
        cells = [[Cell(f"{a:.1%}"), Cell(f"{b:.1%}"), Cell(f"{c:.3f}")] for _n, (a, b, c) in rows]
    else:
        heads = ["R²", _("MAE, mean absolute error"), _("RMSE, root of the mean square")]
        cells = [[Cell(f"{a:.3f}"), Cell(f"{b:,.4g}"), Cell(f"{c:,.4g}")] for _n, (a, b, c) in rows]
    return grid(
        cells, label=_("Measures"), row_heads=[name for name, _m in rows], column_heads=heads
    )


# -------------------------------------------------------------------------------------- threshold


def point_at(curve: Any, threshold: float) -> int:
    """The place on a threshold curve: the last threshold that is not below the one that is set."""
    return int((curve[:, 3] >= threshold).sum()) - 1


def roc_charts(curve: Any, at: int, share: float) -> tuple[charts.Figure, charts.Figure]:
    """ROC and precision over recall, with the chosen threshold on both and guessing dashed."""
    values = curve.tolist()
    false, true, precision = ([row[n] for row in values] for n in range(3))
    dash = {"color": GRAY, "dash": "dash", "width": 1.4}
    figures = []
    for xs, ys, guess, x, y in (
        (false, true, [0, 1], _("false positive rate"), _("true positive rate")),
        (true, precision, [share, share], _("recall (true positive rate)"), _("precision")),
    ):
        data = [
            {
                "type": "scatter",
                "x": xs,
                "y": ys,
                "mode": "lines",
                "line": {"color": BLUE, "width": 2},
            },
            {"type": "scatter", "x": [0, 1], "y": guess, "mode": "lines", "line": dash},
            {
                "type": "scatter",
                "x": [xs[at]],
                "y": [ys[at]],
                "mode": "markers",
                "marker": {"color": RED, "size": 13, "symbol": "diamond"},
            },
        ]
        figure = charts.made(data, x=x, y=y, height=330, showlegend=False)
        for axis in ("xaxis", "yaxis"):
            figure["layout"][axis] |= {"range": [-0.02, 1.03], "hoverformat": ".3f"}
        figures.append(figure)
    return figures[0], figures[1]


def two_by_two(table: Any, name: str) -> str:
    """The confusion table of one class against the others, with the names of its cells."""
    (tn, fp), (fn, tp) = table.tolist()
    most = max(1, tn, fp, fn, tp)

    def cell(count: int, what: str) -> Cell:
        return Cell(f"{count:,} · {what}", colour("viridis", count, 0, most))

    return grid(
        [
            [cell(tp, _("hit")), cell(fn, _("miss"))],
            [cell(fp, _("false alarm")), cell(tn, _("rightly left out"))],
        ],
        label=_("Confusion at this threshold"),
        row_heads=[_("truly {name}", name=name), _("truly another")],
        column_heads=[_("called {name}", name=name), _("called another")],
    )


def threshold_views(
    task: Task, outputs: Node, curve: Node, positive: int, cut: float, text: Mapping[str, str]
) -> None:
    """ROC and precision-recall, the confusion table at the threshold, and how honest the chances are."""
    lab, how = task.lab, {"positive": positive}
    area = lab.run(judge.area_under_roc, curve, as_="auc")
    mean = lab.run(judge.average_precision, curve, as_="ap")
    table = lab.run(
        judge.confusion_at,
        task.y,
        outputs,
        task.learn,
        threshold=float(cut),
        as_="confusion",
        **how,
    )
    (tn, fp), (fn, tp) = table.value.tolist()
    at, share = point_at(curve.value, cut), (tp + fn) / max(1, tn + fp + fn + tp)
    body = two_by_two(table.value, task.names[positive])
    told = _(
        "Precision {precision}: of {called} called so, {hits} are. Recall {recall}: of {all} that are, "
        "{hits} are found.",
        precision=f"{tp / (tp + fp):.1%}" if tp + fp else "–",
        called=f"{tp + fp:,}",
        hits=f"{tp:,}",
        recall=f"{tp / (tp + fn):.1%}" if tp + fn else "–",
        all=f"{tp + fn:,}",
    )
    show.html("tl_cut", body, [table], caption=told + " " + text["cut_caption"])
    sides = ((area, f"AUC {area.value:.3f}"), (mean, f"AP {mean.value:.3f}"))
    for column, place, name in zip(st.columns(2), (0, 1), ("roc", "recall"), strict=True):
        node, number = sides[place]
        with column:
            show.chart(
                f"tl_{name}",
                lambda found, _number, n=place: roc_charts(found, at, share)[n],
                [curve, node],
                caption=f"**{number}.** " + text[f"{name}_caption"],
                alt=_("Curve over all thresholds, the chosen one marked"),
            )
    bins = lab.run(judge.calibration, task.y, outputs, task.learn, as_="bins", **how)
    brier = lab.run(judge.brier_score, task.y, outputs, task.learn, as_="brier", **how)
    found, of_share = brier.value
    show.chart(
        "tl_calibration",
        lambda values, _brier: calibration_chart(values),
        [bins, brier],
        caption=_(
            "**Brier score {found}**; who always says the share of the class gets {share}. ",
            found=f"{found:.3f}",
            share=f"{of_share:.3f}",
        )
        + text["calibration_caption"],
        alt=_("Share that is truly so over the probability that was said"),
    )


def calibration_chart(found: Any) -> charts.Figure:
    """Share of the class over the probability that was said, larger points for more rows."""
    chances, shares, counts = (column.tolist() for column in found.T)
    most = max(counts, default=1)
    points = {
        "type": "scatter",
        "x": chances,
        "y": shares,
        "mode": "lines+markers",
        "line": {"color": BLUE, "width": 1.4},
        "marker": {"color": BLUE, "size": [6 + 16 * (n / most) ** 0.5 for n in counts]},
        "customdata": counts,
        "hovertemplate": "%{x:.2f} → %{y:.2f} (%{customdata:.0f})<extra></extra>",
    }
    look = {"color": GRAY, "dash": "dash", "width": 1.4}
    straight = {"type": "scatter", "x": [0, 1], "y": [0, 1], "mode": "lines", "line": look}
    figure = charts.made(
        [points, straight | {"hoverinfo": "skip"}],
        x=_("probability that the model says, mean of the bin"),
        y=_("share that is truly so"),
        height=330,
        showlegend=False,
    )
    for axis in ("xaxis", "yaxis"):
        figure["layout"][axis]["range"] = [-0.02, 1.03]
    return figure


# ------------------------------------------------------------------------------------- what counts


def learning_chart(task: Task, sizes: Any, scores: Any) -> charts.Figure:
    """Score over the number of rows learnt from, with the range of the draws."""
    xs = sizes.tolist()
    sides = ((0, _("rows learnt from")), (1, _("test")))
    lines = {name: (xs, scores[:, :, n].mean(axis=1).tolist()) for n, name in sides}
    spread = {
        name: (scores[:, :, n].min(axis=1).tolist(), scores[:, :, n].max(axis=1).tolist())
        for n, name in sides
    }
    figure = curves.figure(
        lines, y=task.score_name, spread=spread, x=_("rows learnt from"), height=320
    )
    figure["layout"]["yaxis"]["hoverformat"] = ".3f"
    return figure


def importance_chart(task: Task, falls: Any) -> charts.Figure:
    """The mean fall of the score for each column, and how far the repeats lie apart."""
    means, spreads = falls.mean(axis=1), falls.std(axis=1)
    order = means.argsort()[::-1][:20].tolist()
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [label(task.columns[n]) for n in order],
        "x": means[order].tolist(),
        "error_x": {"type": "data", "array": spreads[order].tolist(), "color": GRAY},
        "marker": {"color": ORANGE},
        "hovertemplate": "%{y}: %{x:.4f}<extra></extra>",
    }
    x = _("fall of the score ({score})", score=task.score_name)
    figure = charts.made([bars], x=x, height=26 * len(order) + 90, top=8)
    figure["layout"]["yaxis"] |= {
        "autorange": "reversed",
        "automargin": True,
        "type": "category",
    }
    return figure


def coefficients_chart(weights: Any, names: Sequence[str]) -> charts.Figure:
    """The longest weights of the linear model, with their sign; of several classes the longest."""
    strongest = abs(weights).argmax(axis=0)
    values = [float(weights[row, n]) for n, row in enumerate(strongest.tolist())]
    order = sorted(range(len(values)), key=lambda n: -abs(values[n]))[:20]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [label(names[n]) for n in order],
        "x": [values[n] for n in order],
        "marker": {"color": [BLUE if values[n] > 0 else RED for n in order]},
        "hovertemplate": "%{y}: %{x:+.3f}<extra></extra>",
    }
    figure = charts.made([bars], x=_("weight, per standard deviation"), height=26 * len(order) + 90)
    figure["layout"]["yaxis"] |= {
        "autorange": "reversed",
        "automargin": True,
        "type": "category",
    }
    return figure


def models_shown(task: Task) -> list[str]:
    """The names of all models in their order."""
    names = model_names(task.kind)
    return [names[model] for model in MODELS]


def bars_chart(task: Task, names: Sequence[str], values: Sequence[float]) -> charts.Figure:
    """Scores side by side."""
    ink = [BLUE, RED, GRAY, GREEN]
    bars = {
        "type": "bar",
        "x": list(names),
        "y": list(values),
        "text": [task.score(value) for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": ink[: len(values)]},
        "hoverinfo": "skip",
    }
    figure = charts.made([bars], y=task.score_name, height=320)
    if task.classes:
        figure["layout"]["yaxis"] |= {"range": [0, 1.1], "tickformat": ".0%"}
    return figure
