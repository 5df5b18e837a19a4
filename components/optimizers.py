"""The surfaces and optimisers of the lesson: their names, their rates, their paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.i18n import _
from components.state import choice
from engine.lab import Lab, Node
from engine.training.surface import METHODS, descend, heights, largest_rate, loss_at, lowest_point

#: Rates that can be chosen.
RATES = tuple(float(f"{first}e{power}") for power in range(-4, 1) for first in (1, 2, 3, 5, 7, 9))
#: Where a path begins, and the rate of plain descent and of those that scale by themselves.
STARTS = {"bowl": (-1.8, 1.5), "valley": (-1.5, 2.0), "saddle": (1.5, 0.1), "line": (12.0, 0.4)}
FIRST_RATES = {
    "bowl": (0.09, 0.1),
    "valley": (0.005, 0.1),
    "saddle": (0.1, 0.1),
    "line": (5e-4, 0.1),
}
SCALED = ("rmsprop", "adam", "adamw")
THREE = ("sgd", "momentum", "adam")  # those that are compared
STEPS = 80  # of a path
CURVATURE = 20.0  # of the bowl, in y


def surface_names() -> dict[str, str]:
    """The surfaces."""
    return {
        "bowl": _("Narrow bowl"),
        "valley": _("Rosenbrock's valley"),
        "saddle": _("Saddle"),
        "line": _("A line through café visits"),
    }


def names() -> dict[str, str]:
    """The optimisers."""
    return {
        "sgd": _("Gradient descent"),
        "momentum": _("Momentum"),
        "nesterov": "Nesterov",
        "rmsprop": "RMSProp",
        "adam": "Adam",
        "adamw": "AdamW",
    }


def axes(surface: str) -> tuple[str, str]:
    """What the two numbers of a surface are."""
    if surface == "line":
        return _("price at 0 minutes, €"), _("price of each minute, €")
    return "x", "y"


def ask_methods() -> list[str]:
    """Ask which optimisers are drawn."""
    found = st.pills(
        _("Optimisers"),
        METHODS,
        selection_mode="multi",
        default=["sgd", "momentum", "adam"],
        format_func=names().get,
        key="opt_methods",
        persist_state="session",
    )
    return [method for method in METHODS if method in (found or ())] or ["sgd"]


def ask_rate(label: str, surface: str, *, scaled: bool = False) -> float:
    """Ask for a learning rate."""
    key = f"opt_{'scaled' if scaled else 'rate'}_{surface}"
    first = FIRST_RATES[surface][scaled]
    return float(
        st.select_slider(
            label, RATES, first, key=key, format_func=lambda rate: f"{rate:g}", bind="query-params"
        )
    )


def paths(
    lab: Lab,
    rows: Node,
    methods: Sequence[str],
    *,
    rates: tuple[float, float],
    **how: Any,
) -> dict[str, Node]:
    """The path of each optimiser; `rates` are those of plain descent and of those that scale."""
    return {
        method: lab.run(
            descend, rows, method=method, rate=rates[method in SCALED], as_=f"{method}_path", **how
        )
        for method in methods
    }


def height_map(lab: Lab, rows: Node, surface: str, curvature: float = CURVATURE) -> Node:
    """The heights of a surface over its span."""
    return lab.run(heights, rows, surface=surface, curvature=curvature, as_="height_map")


def lowest(
    lab: Lab, rows: Node, surface: str, curvature: float = CURVATURE
) -> tuple[tuple[float, float], float]:
    """Where a surface is lowest, and how high it is there."""
    x, y = lab.run(lowest_point, rows, surface=surface, as_="lowest").value
    floor = lab.run(loss_at, rows, surface=surface, x=x, y=y, curvature=curvature, as_="floor")
    return (x, y), floor.value


def limit_of(lab: Lab, rows: Node, surface: str, curvature: float = CURVATURE) -> float:
    """The rate from which plain descent runs off at the lowest point."""
    (x, y), _floor = lowest(lab, rows, surface, curvature)
    how = {"surface": surface, "x": x, "y": y, "curvature": curvature}
    return lab.run(largest_rate, rows, as_="limit", **how).value


def ask_surface(key: str, few: Sequence[str] = ()) -> str:
    """Ask for one of the surfaces."""
    every = surface_names()
    return choice(_("Surface"), {name: every[name] for name in few or every}, key=key)
