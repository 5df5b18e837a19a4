"""Bars by name: each has its own place, also where the shortened names are equal."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from components import charts
from components.table import GRAY, label


def across(
    names: Sequence[str],
    values: Sequence[float],
    *,
    x: str,
    colours: str | Sequence[str],
    spreads: Sequence[float] | None = None,
    digits: str = ".4f",
    letters: int = 28,
) -> charts.Figure:
    """Bars to the side, the first name on top; `spreads` : how far a value is uncertain."""
    places = list(range(len(names)))
    bar: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "y": places,
        "x": list(values),
        "customdata": [html.escape(name, quote=False) for name in names],
        "marker": {"color": colours},
        "hovertemplate": f"%{{customdata}}: %{{x:{digits}}}<extra></extra>",
    }
    if spreads is not None:
        bar["error_x"] = {"type": "data", "array": list(spreads), "color": GRAY}
    figure = charts.made([bar], x=x, height=26 * len(names) + 90, top=8)
    figure["layout"]["yaxis"] |= {
        "range": [len(names) - 0.4, -0.6],
        "automargin": True,
        "tickvals": places,
        "ticktext": [label(name, letters) for name in names],
    }
    return figure
