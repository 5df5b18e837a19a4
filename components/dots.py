"""Results over several seeds or splits: one dot each, so that the spread is seen and not only a mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components import charts
from components.curves import COLOURS


def strips(
    rows: Mapping[str, Sequence[float]], *, x: str, chance: float = 0.0, chance_name: str = ""
) -> charts.Figure:
    """A row of dots for each name, with a bar at their mean; shares 0..1 are drawn as per cent.

    chance : where a dotted line stands, 0 for none, and what it is called.
    """
    data: list[dict[str, Any]] = []
    for number, (name, values) in enumerate(rows.items()):
        shares = [100 * float(v) for v in values]
        colour = COLOURS[number % len(COLOURS)]
        data.append(
            {
                "type": "scatter",
                "x": shares,
                "y": [name] * len(shares),
                "mode": "markers",
                "marker": {"size": 10, "color": colour, "opacity": 0.55},
                "hovertemplate": "%{x:.0f} %<extra></extra>",
                "showlegend": False,
            }
        )
        if shares:
            mean = sum(shares) / len(shares)
            data.append(
                {
                    "type": "scatter",
                    "x": [mean],
                    "y": [name],
                    "mode": "markers+text",
                    "text": [f"{mean:.0f} %"],
                    "textposition": "top center",
                    "marker": {"size": 26, "color": colour, "symbol": "line-ns-open"},
                    "hoverinfo": "skip",
                    "showlegend": False,
                }
            )
    figure = charts.made(data, x=x, height=64 * len(rows) + 90, top=8)
    layout = figure["layout"]
    layout["xaxis"]["range"] = [0, 104]
    layout["yaxis"] |= {"range": [len(rows) - 0.4, -0.8], "automargin": True}
    if chance:
        charts.verticals(figure, [(100 * chance, chance_name)])
        figure["layout"]["annotations"][-1] |= {"y": 0, "yanchor": "bottom"}  # clear of the means
    return figure
