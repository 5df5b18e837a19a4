"""What single units follow in a novel: which one follows what, and one of them over its characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import charts, scales, show
from components.cells import Cell, grid
from components.curves import COLOURS
from components.i18n import _
from components.lstm import Read
from engine.training.lstm_gates import one_feature, unit_states

SPAN = 80  # characters


def feature_names() -> dict[str, str]:
    """What units may follow."""
    return {
        "quote": _("between quotation marks"),
        "line": _("place in the line"),
        "word": _("place in the word"),
        "ends": _("the word ends here"),
        "capital": _("capital letter"),
        "vowel": _("vowel"),
    }


def units_grid(found: Any) -> str:
    """For each feature the unit, both correlations, and what chance gives."""
    rows = [
        [
            Cell(f"{int(unit)}"),
            Cell(f"{first:+.2f}", scales.colour("signed", first, -1, 1)),
            Cell(f"{second:+.2f}", scales.colour("signed", second, -1, 1)),
            Cell(f"{chance:.2f}"),
        ]
        for unit, first, second, chance in found.tolist()
    ]
    heads = [_("unit"), _("where it was found"), _("checked elsewhere"), _("by chance")]
    names = list(feature_names().values())
    return grid(rows, label=_("Units and what they follow"), row_heads=names, column_heads=heads)


def state_chart(states: Any, feature: Any, labels: Sequence[str], name: str) -> charts.Figure:
    """One unit's cell state over the characters, and the feature below it, both scaled to 0..1."""
    series = {}
    for title, row in ((_("cell state"), states), (name, feature)):
        low, high = float(row.min()), float(row.max())
        series[title] = (list(range(len(row))), (row - low) / ((high - low) or 1))
    figure = charts.lines(
        series, x=_("character"), y=_("scaled to 0 … 1"), colours=COLOURS, height=300
    )
    figure["data"][1]["line"]["shape"] = "hv"
    figure["layout"]["xaxis"] |= {
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "tickangle": 0,
        "tickfont": {"size": 10},
    }
    return figure


def state_view(novel: Read, unit: int, feature: str, first: int) -> None:
    """One unit's cell state over some characters, and what it follows."""
    name = feature_names()[feature]
    how = {"first": first, "count": SPAN}
    states = novel.lab.run(unit_states, novel.trace, unit=unit, as_="states", **how)
    rows = novel.lab.run(one_feature, novel.ids, name=feature, as_="feature_row", **how)
    show.chart(
        "states",
        lambda one, other: state_chart(one, other, novel.labels[first : first + SPAN], name),
        [states, rows],
        caption=_("Unit {unit} over {count} characters of the second half.", unit=unit, count=SPAN),
        alt=_("The cell state of a unit and what it follows"),
    )
