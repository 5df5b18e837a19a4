"""Workers that share the examples: what each does when, the age of its gradients, the loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import charts, show
from components.batches import examples
from components.curves import COLOURS
from components.i18n import _
from engine.lab import Lab, Node
from engine.training.asynchronous import (
    ENDED,
    STALE,
    STARTED,
    WORKER,
    held_digits,
    losses_of,
    pace,
    schedule_of,
    simulated,
)

COUNT = 2500  # digits for the workers
UNTIL = 40.0  # simulated time
SEEN = 15  # of that on the charts of who does what
MANY = 16  # workers whose gradients are old


def of_workers(
    lab: Lab, *, workers: int, together: bool, rate: float, slow: float, until: float, name: str
) -> Node:
    """One simulation."""
    pictures, labels = examples(lab, COUNT)
    how = {"workers": workers, "together": together, "rate": rate, "slow": slow, "until": until}
    return lab.run(simulated, pictures, labels, as_=name, **how)


def schedule_bars(rows: Any, oldest: float = 0.0) -> charts.Figure:
    """A bar for each gradient in its worker's row, from its start to its end; darker is older.

    oldest : the age at the dark end of the colours, if not the greatest of these.
    """
    seen = rows[rows[:, STARTED] < SEEN]
    oldest = max(1.0, oldest, float(rows[:, STALE].max(initial=0)))
    bars = {
        "type": "bar",
        "orientation": "h",
        "base": seen[:, STARTED],
        "x": seen[:, ENDED] - seen[:, STARTED],
        "y": [_("worker {number}", number=int(n) + 1) for n in seen[:, WORKER]],
        "customdata": seen[:, STALE],
        "marker": {
            "color": seen[:, STALE],
            "colorscale": [[0, "#9AD0F0"], [1, "#08306B"]],
            "cmin": 0,
            "cmax": oldest,
            "line": {"color": "white", "width": 1},
            "colorbar": {
                "thickness": 10,
                "len": 0.9,
                "title": {"text": _("age, updates")},
                "tickvals": [0, oldest],
            },
        },
        "hovertemplate": "%{y}: %{base:.1f} + %{x:.1f}<br>"
        + _("age")
        + " %{customdata}<extra></extra>",
        "showlegend": False,
    }
    count = len({int(n) for n in rows[:, WORKER]})
    figure = charts.made([bars], x=_("simulated time"), height=90 + 26 * max(count, 2), top=8)
    figure["layout"] |= {"barmode": "overlay", "bargap": 0.15}
    figure["layout"]["xaxis"]["range"] = [0, SEEN]
    names = [
        _("worker {number}", number=n + 1) for n in range(int(rows[:, WORKER].max(initial=0)) + 1)
    ]
    order = {"categoryorder": "array", "categoryarray": names, "autorange": "reversed"}
    figure["layout"]["yaxis"] |= order
    return figure


def time_losses(series: Mapping[str, Any], *, x: str, step: Mapping[str, int]) -> charts.Figure:
    """Losses over simulated time, or over updates: `step` says how many there are in a unit."""
    figure = charts.lines(
        {
            name: ([step.get(name, 1) * n for n in range(len(losses))], losses)
            for name, losses in series.items()
        },
        x=x,
        y=_("mean loss, nats"),
        colours=COLOURS,
        height=300,
    )
    figure["data"][-1]["line"]["dash"] = "dash"
    figure["layout"]["yaxis"]["hoverformat"] = ".2f"
    return figure


def both(lab: Lab, workers: int, rate: float, slow: float) -> dict[bool, Node]:
    """The simulation with waiting and without."""
    how = {"workers": workers, "rate": rate, "slow": slow, "until": UNTIL}
    return {
        True: of_workers(lab, together=True, name="together", **how),
        False: of_workers(lab, together=False, name="apart", **how),
    }


def stale_and_fresh(lab: Lab, rate: float) -> tuple[Node, Node, Node]:
    """Losses with one worker and with `MANY`, as many updates, and the pace of the many."""
    how = {"together": False, "rate": rate, "slow": 1.0}
    one = of_workers(lab, workers=1, until=MANY * UNTIL / 2, name="one", **how)
    many = of_workers(lab, workers=MANY, until=UNTIL / 2, name="many", **how)
    return (
        lab.run(losses_of, one, as_="losses_0"),
        lab.run(losses_of, many, as_="losses_1"),
        lab.run(pace, many, as_="speed"),
    )


def titles() -> dict[bool, str]:
    """What waiting and not waiting are called."""
    return {True: _("Synchronous"), False: _("Asynchronous")}


def name_of(together: bool) -> str:
    """The name of a simulation in keys and in the code."""
    return "together" if together else "apart"


def oldest_of(lab: Lab, runs: Mapping[bool, Node]) -> float:
    """The greatest age of a gradient in any of the simulations, in updates."""
    rows = [lab.run(schedule_of, run, as_="schedule").value for run in runs.values()]
    return max(float(one[:, STALE].max(initial=0)) for one in rows)


def schedule_view(lab: Lab, together: bool, run: Node, oldest: float, caption: str) -> None:
    """What each worker does, how many gradients are used, and how old they are."""
    used = lab.run(pace, run, as_="speed")
    each, mean, most = used.value
    show.chart(
        f"schedule_{name_of(together)}",
        lambda rows, _pace: schedule_bars(rows, oldest),
        [lab.run(schedule_of, run, as_="schedule"), used],
        caption=caption.format(seen=SEEN)
        + " "
        + _(
            "Gradients used in a unit of time: {each}. Their age: {mean} updates on average, at "
            "most {most}.",
            each=f"{each:.1f}",
            mean=f"{mean:.1f}",
            most=f"{most:.0f}",
        ),
        alt=_("What each worker does, in simulated time"),
    )


def loss_view(lab: Lab, runs: Mapping[bool, Node], caption: str) -> None:
    """The loss over simulated time, with waiting and without."""
    names = titles().values()
    show.chart(
        "work_losses",
        lambda *rows: time_losses(
            dict(zip(names, rows, strict=True)), x=_("simulated time"), step={}
        ),
        [
            lab.run(losses_of, run, as_=f"losses_{name_of(together)}")
            for together, run in runs.items()
        ],
        caption=caption.format(held=held_digits(count=COUNT)),
        alt=_("The loss over simulated time, with waiting and without"),
    )


def stale_view(lab: Lab, rate: float, caption: str) -> None:
    """The losses of one worker and of `MANY` that do not wait, at one rate."""
    *losses, speed = stale_and_fresh(lab, rate)
    st.markdown("**" + _("Rate {rate}", rate=rate) + "**")
    names = (_("1 worker"), _("{count} workers", count=MANY))
    show.chart(
        f"stale_{rate}".replace(".", "_"),
        lambda *rows: time_losses(
            dict(zip(names, rows, strict=True)),
            x=_("updates of the weights"),
            step={names[1]: MANY},
        ),
        losses,
        caption=caption.format(workers=MANY, age=f"{speed.value[1]:.1f}"),
        alt=_("The loss with fresh gradients and with old ones"),
    )


def slow_view(lab: Lab, slow: int, caption: str) -> None:
    """Four workers that wait for each other, one of them `slow` times as slow."""
    run = both(lab, 4, 0.02, float(slow))[True]
    title = _("All workers are equally fast")
    if slow != 1:
        title = _("Worker 1 takes {times} times as long", times=slow)
    st.markdown(f"**{title}**")
    show.chart(
        f"slow_{slow}",
        schedule_bars,
        [lab.run(schedule_of, run, as_="schedule")],
        caption=caption,
        alt=_("What each worker does, in simulated time"),
    )
