"""Sums of many numbers in few bits: one after the other until nothing changes, and by halves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import charts, show
from components.curves import COLOURS
from components.i18n import _
from components.precision import shown
from engine.lab import Lab
from engine.training.precision import pairwise_sum, running_sums, stands_still

FORMS = ("float32", "float16", "bfloat16")
#: Sums: where they begin, what is added, how often.
SUMS = {"ones": (0.0, 1.0, 3000), "tenths": (0.0, 0.1, 3000), "small": (1.0, 0.0001, 1000)}


def sum_names() -> dict[str, str]:
    """The sums of `SUMS`."""
    return {
        "ones": _("1, 3,000 times"),
        "tenths": _("0.1, 3,000 times"),
        "small": _("0.0001 to 1, 1,000 times"),
    }


def sum_lines(true: Sequence[float], rows: dict[str, Any]) -> charts.Figure:
    """Running sums by format, and what they should be."""
    xs = list(range(len(true)))
    series = {_("exact"): (xs, true)} | {form: (xs, ys) for form, ys in rows.items()}
    figure = charts.lines(
        series, x=_("Additions"), y=_("Sum"), colours=("#7A7F87", *COLOURS), height=320
    )
    figure["data"][0]["line"]["width"] = 6  # seen on both sides of a line that lies on it
    return figure


def running_view(lab: Lab, case: str, caption: str) -> None:
    """The running sum in three formats, where it ends, and where float16 stands still."""
    start, step, count = SUMS[case]
    how = {"start": start, "step": step, "count": count}
    nodes = [
        lab.run(running_sums, form=form, as_=f"sums_{n}", **how) for n, form in enumerate(FORMS)
    ]
    show.chart(
        "sums",
        lambda *rows: sum_lines(
            [start + step * n for n in range(count + 1)], dict(zip(FORMS, rows, strict=True))
        ),
        nodes,
        caption=caption
        + " "
        + _(
            "In the end: {sums}; exactly it would be {exact}. In float16, adding {step} changes nothing "
            "from {still} on.",
            sums=", ".join(
                f"{form} {shown(float(node.value[-1]))}"
                for form, node in zip(FORMS, nodes, strict=True)
            ),
            exact=shown(start + step * count),
            step=shown(step),
            still=shown(lab.run(stands_still, form="float16", step=step, as_="still").value),
        ),
        alt=_("Running sums in three formats"),
    )


def halves_sentence(lab: Lab, case: str) -> None:
    """The same numbers, neighbours added first."""
    start, step, count = SUMS[case]
    halves = lab.run(pairwise_sum, form="float16", step=step, count=count, as_="halves").value
    fields = {"count": f"{count:,}", "sum": shown(halves), "exact": shown(step * count)}
    if start:
        said = _(
            "The same {count} numbers without the {start} at the beginning, added by halves (neighbours "
            "first, then their sums), give **{sum}** in float16; exactly {exact}.",
            start=shown(start),
            **fields,
        )
    else:
        said = _(
            "The same {count} numbers added by halves (neighbours first, then their sums) give "
            "**{sum}** in float16; exactly {exact}.",
            **fields,
        )
    st.markdown(said)
