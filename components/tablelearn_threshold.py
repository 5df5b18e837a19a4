"""Who is called so at which probability: ROC, precision, calibration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import charts, show
from components.cells import Cell, grid
from components.i18n import _
from components.learning import Task
from components.scales import colour
from components.state import choice, slider
from components.tablelearn import BLUE, GRAY, RED
from engine.lab import Node
from engine.table import judge


def ask_class(task: Task) -> int:
    """Ask for the class that is looked for."""
    names = {str(n): name for n, name in enumerate(task.names)}
    return int(choice(_("Class"), names, key="tl_class", default="1", look="menu"))


def ask_threshold() -> float:
    """Ask from which probability on a row is called so."""
    return slider(_("Threshold in %"), 0, 100, 50, key="tl_threshold") / 100


def threshold_views(
    task: Task, outputs: Node, positive: int, cut: float, text: Mapping[str, str]
) -> None:
    """ROC and precision-recall, the confusion table at the threshold, and how honest the chances are."""
    lab, how = task.lab, {"positive": positive}
    curve = lab.run(judge.threshold_curve, task.y, outputs, task.learn, as_="curve", **how)
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
    if not 0 < tp + fn < tn + fp + fn + tp:
        st.info(text["one_side"], icon=":material/info:")
        return
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
        + text["calibration_caption"].format(bins=judge.BINS),
        alt=_("Share that is truly so over the probability that was said"),
    )


def point_at(curve: Any, threshold: float) -> int:
    """The place on a threshold curve: the last threshold that is not below the one that is set."""
    return int((curve[:, 3] >= threshold).sum()) - 1


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
