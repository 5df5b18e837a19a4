"""The lesson on correlation: columns that can go, and all that changes downstream once they are gone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from components import charts, show
from components import table as tables
from components.cells import Cell, grid
from components.correlation import number
from components.correlation_many import MOST_OF_LIST, ranked_rows
from components.curves import COLOURS
from components.i18n import _
from engine.lab import Lab, Node
from engine.table import correlation as engine
from engine.table import dropping, task
from engine.table.components import ENOUGH, components_needed


def found_view(
    lab: Lab, table: Node, target: str, columns: tuple[str, ...], text: Mapping[str, str]
) -> tuple[str, ...]:
    """What can go and why; returns the names of the columns that tell nothing of their own."""
    frame = table.value
    found = lab.run(dropping.superfluous, table, target=target, as_="can_go")
    gone = tuple(name for name, *_rest in found.value)
    rest = tuple(name for name in columns if name not in gone)
    most = ranked_rows(len(columns))
    how = {"target": target, "columns": rest, "most": most}
    silent = lab.run(dropping.silent_columns, table, as_="silent", **how)
    body = found_grid(found.value, silent.value)
    compared = engine.rows_compared(rows=len(frame), columns=frame.shape[1])
    fields = {
        "limit": dropping.ALIKE,
        "count": len(gone),
        "silent": len(silent.value),
        "share": f"{dropping.CHANCE:.0%}",
        "compared": f"{compared:,}",
        "most": f"{min(most, len(frame)):,}",
        "rows": f"{len(frame):,}",
    }
    if body:
        told = text["found_caption"].format(**fields)
        show.html("correlation_found", body, [found, silent], caption=told)
    else:
        st.info(text["none_found"].format(**fields), icon=":material/check:")
    return gone


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


def found_grid(
    found: Sequence[tuple[str, str, str, float]], silent: Sequence[tuple[str, float, float]]
) -> str:
    """The columns that can go, and those that are silent about the target; "" if there are none."""
    reasons = [(name, reason_name(reason, other[:40], r)) for name, reason, other, r in found]
    reasons += [
        (
            name,
            _(
                "tells {bits} bits about the target; chance alone may tell {limit}",
                bits=f"{bits:.3f}",
                limit=f"{limit:.3f}",
            ),
        )
        for name, bits, limit in silent
    ]
    if not reasons:
        return ""
    shown = reasons[:MOST_OF_LIST]
    return grid(
        [[Cell(reason)] for _name, reason in shown],
        label=_("Columns that can go"),
        row_heads=[name[:40] for name, _reason in shown],
        column_heads=[_("why it can go")],
    )


def downstream_view(
    lab: Lab,
    data: Node,
    y: Node,
    sides: Mapping[str, tuple[str, ...]],
    score: str,
    captions: tuple[str, str],
) -> None:
    """What a model is fed with and how good it is for each side: its name -> its columns."""
    folds = lab.run(task.fold_numbers, y, as_="folds")
    shares, facts, nodes = [], {}, []
    for name, columns in sides.items():
        scores = lab.run(dropping.fold_scores, data, y, folds, columns=columns, as_="scores")
        spread = lab.run(dropping.shares_of_inputs, data, columns=columns, as_="shares")
        needed = lab.run(components_needed, spread, as_="needed")
        inflation = lab.run(dropping.inflation_of, data, columns=columns, as_="inflation")
        shares.append(spread)
        nodes += [scores, needed, inflation]
        facts[name] = (scores.value, spread.value, needed.value, inflation.value)
    show.html("correlation_drop", downstream_grid(facts, score), nodes, caption=captions[0])
    show.chart(
        "correlation_variance",
        lambda *found: variance_figure(dict(zip(sides, found, strict=True))),
        shares,
        caption=captions[1],
        alt=_("Two curves that rise to 100: before and after columns were dropped"),
    )


def score_word(scores: Any) -> str:
    """The mean of the folds and their deviation; how many count, if one has no score."""
    known = scores[~np.isnan(scores)]
    if len(known) < 2:
        return "–"
    word = f"{known.mean():.3f} ± {known.std(ddof=1):.3f}"
    if len(known) < len(scores):
        word += " " + _("({count} of {all} folds)", count=len(known), all=len(scores))
    return word


def downstream_grid(sides: Mapping[str, tuple[Any, Any, int, float]], score: str) -> str:
    """side -> (fold scores, shares of the variance, components needed, inflation)."""
    rows = []
    for scores, shares, needed, inflation in sides.values():
        vif = "∞" if math.isinf(inflation) else "–" if math.isnan(inflation) else f"{inflation:.1f}"
        first = f"{shares[0]:.1%}" if shares.any() else "–"
        rows.append([score_word(scores), f"{len(shares)}", f"{needed}", first, vif])
    heads = [
        _("{score}, mean ± deviation of the folds", score=score),
        _("numbers a row"),
        _("components for {share} of the variance", share=f"{ENOUGH:.0%}"),
        _("share of the first component"),
        _("largest inflation factor"),
    ]
    return grid(
        [[Cell(word) for word in line] for line in zip(*rows, strict=True)],
        label=_("Before and after"),
        row_heads=heads,
        column_heads=list(sides),
    )


def variance_figure(sides: Mapping[str, Any]) -> charts.Figure:
    """How much of the variance the first components hold together: side -> their shares."""
    data = []
    for place, (name, shares) in enumerate(sides.items()):
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": list(range(len(shares) + 1)),
                "y": [0.0, *(100 * shares.cumsum()).tolist()],
                "name": name,
                "line": {"color": COLOURS[place], "dash": ("dash", "solid")[place]},
                "marker": {"symbol": tables.SYMBOLS[place], "size": 7},
                "hovertemplate": "%{y:.1f} %",
            }
        )
    figure = charts.made(
        data,
        x=_("components"),
        y=_("% of the variance"),
        height=320,
        top=50,
        **charts.legend_above(2),
    )
    figure["layout"]["yaxis"] |= {"range": [0, 105]}
    most = max((len(shares) for shares in sides.values()), default=0)
    figure["layout"]["xaxis"] |= {"dtick": 1} if most <= 20 else {}
    return figure
