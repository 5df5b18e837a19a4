"""How far back a gradient reaches, and how long a cell state lasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components import charts, show
from components.curves import COLOURS
from components.i18n import _
from components.lstm import Read
from engine.training.lstm_gates import (
    distance_below,
    gradient_reach,
    kept_shares,
    rnn_trace,
    usual_reach,
)


def line_chart(series: Mapping[str, Any], *, x: str, y: str, height: int = 320) -> charts.Figure:
    """Lines over 0, 1, 2 and so on, up in powers of ten; the second one dashed."""
    curves = {name: (list(range(len(row))), row) for name, row in series.items()}
    figure = charts.lines(curves, x=x, y=y, colours=COLOURS, log_y=True, height=height)
    for trace in figure["data"][1:]:
        trace["line"]["dash"] = "dash"
    figure["layout"]["yaxis"]["hoverformat"] = ".2g"
    return figure


def reach(novel: Read, text: Mapping[str, str]) -> None:
    """How far a gradient and a cell state reach, in charts."""
    plain = novel.lab.run(rnn_trace, novel.weights, novel.ids, as_="plain_trace")
    reaches = {}
    for name, trace in (("lstm", novel.trace), ("rnn", plain)):
        lengths = novel.lab.run(
            gradient_reach, novel.weights, novel.ids, trace, kind=name, as_=f"{name}_lengths"
        )
        reaches[name] = novel.lab.run(usual_reach, lengths, as_=f"{name}_reach")
    names = ("LSTM", _("plain network"))
    far = [
        novel.lab.run(distance_below, node, share=0.001, as_="far").value
        for node in reaches.values()
    ]
    show.chart(
        "reach",
        lambda *found: line_chart(
            dict(zip(names, found, strict=True)),
            x=_("characters back"),
            y=_("gradient ÷ that of the last character"),
        ),
        list(reaches.values()),
        caption=text["reach_caption"]
        + " "
        + _(
            "It falls below a thousandth after {lstm} characters in the LSTM, after {rnn} in the plain "
            "network; 40 characters back, the LSTM's is {times} times as large.",
            lstm=far[0],
            rnn=far[1],
            times=f"{reaches['lstm'].value[40] / reaches['rnn'].value[40]:,.1f}",
        ),
        alt=_("The gradient falls with the distance, in both networks"),
    )
    kept = novel.lab.run(kept_shares, novel.trace, as_="kept")
    show.chart(
        "kept",
        lambda rows: line_chart(
            {_("mean of all units"): rows[0], _("the tenth that keeps most"): rows[1]},
            x=_("characters later"),
            y=_("share of the cell state"),
        ),
        [kept],
        caption=text["kept_caption"]
        + " "
        + _(
            "After 10 characters {mean} is left on average, {best} in the units that keep most.",
            mean=f"{kept.value[0, 10]:.1%}",
            best=f"{kept.value[1, 10]:.1%}",
        ),
        alt=_("What is left of a cell state, character by character"),
    )
