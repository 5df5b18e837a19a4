"""Learning curves: what a run has reached epoch by epoch, and a recorded run beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, plot
from components.i18n import _

#: Colours of curves in the order in which they are given (Okabe and Ito, 2008).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")

#: A curve: its epochs and its values.
Curve = tuple[Sequence[float], Sequence[float]]


def figure(
    curves: Mapping[str, Curve],
    *,
    y: str,
    recorded: Mapping[str, Curve] | None = None,
    spread: Mapping[str, tuple[Sequence[float], Sequence[float]]] | None = None,
    at: float | None = None,
    last: int | None = None,
    log_y: bool = False,
    share: bool = False,
    x: str = "",
    height: int = 280,
) -> charts.Figure:
    """Curves over the epochs, as a Plotly figure.

    Parameters
    ----------
    curves : by name, drawn as lines with points; those of fewer epochs are runs under way.
    recorded : by name, drawn dashed, in the colour of the curve of the same name.
    spread : by the name of a curve, the least and greatest values over several seeds, as a band: of
        the recorded one, or of the other, whichever has as many epochs.
    at : an epoch that is marked by a vertical line.
    last : the last epoch of the axis, so that it stands still while a run goes on.
    share : the values are shares, 0..1, and the axis names them in per cent.
    """
    beside = dict(recorded or {})
    names = list(dict.fromkeys([*curves, *beside]))
    colour = {name: COLOURS[n % len(COLOURS)] for n, name in enumerate(names)}
    data: list[dict[str, Any]] = []
    for name, (least, greatest) in (spread or {}).items():
        of = [found for found in (beside.get(name), curves.get(name)) if found is not None]
        xs = next(list(xs) for xs, _ys in of if len(xs) == len(least))
        data.append(
            {
                "type": "scatter",
                "x": [*xs, *reversed(xs)],
                "y": [*greatest, *reversed(list(least))],
                "mode": "lines",
                "fill": "toself",
                "fillcolor": f"{colour[name]}33",
                "line": {"width": 0},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
    for name, (xs, ys) in beside.items():
        line = {"color": colour[name], "width": 1.4, "dash": "dash"}
        title = _("{name}, recorded", name=name)
        data.append(
            {"type": "scatter", "x": xs, "y": ys, "name": title, "mode": "lines", "line": line}
        )
    for name, (xs, ys) in curves.items():
        look = {"color": colour[name], "width": 1.8}
        mode = "lines+markers" if len(xs) <= 40 else "lines"
        data.append(
            {
                "type": "scatter",
                "x": xs,
                "y": ys,
                "name": name,
                "mode": mode,
                "line": look,
                "marker": {"size": 5, "color": colour[name]},
            }
        )
    made = charts.made(
        data, x=x or _("Epoch"), y=y, height=height, **charts.legend_above(len(data))
    )
    layout = made["layout"]
    if last is not None:
        layout["xaxis"]["range"] = [-0.02 * max(last, 1), 1.02 * max(last, 1)]
    if log_y:
        layout["yaxis"] |= charts.powers(*(ys for _xs, ys in [*beside.values(), *curves.values()]))
    if share:
        layout["yaxis"] |= {"tickformat": ".0%", "hoverformat": ".1%"}
    if at is not None:
        charts.verticals(made, [(at, "")])
    return made


def epoch_slider(label: str, epochs: Sequence[int], *, key: str) -> int:
    """Ask for one of the recorded epochs; return its place in `epochs`. The last one stands first."""
    kept = st.session_state.get(key)
    if kept is not None and kept not in epochs:
        st.session_state[key] = epochs[-1]
    chosen = st.select_slider(label, list(epochs), epochs[-1], key=key, bind="query-params")
    return list(epochs).index(chosen)


def draw(figure_: charts.Figure, *, key: str, alt: str) -> None:
    """Draw curves of a run that is under way; those of a finished one are a view (`show.chart`)."""
    plot.plot(figure_, key=f"curves_{key}", alt=alt)
