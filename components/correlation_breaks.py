"""The lesson on correlation: where one number for a relation deceives."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components import correlation_groups as grouped
from components import show
from components.correlation import (
    MOST_DRAWN,
    TIMES,
    Pair,
    ask_pair,
    number,
    pair_of,
    scatter,
    scatter_view,
)
from components.i18n import _
from components.state import choice
from engine.lab import Lab, Node
from engine.table import correlation as engine

#: Pairs of real numbers: a sample and two of its columns.
REAL = {
    "rooms": ("california", "MedInc", "AveRooms"),
    "coast": ("california", "Longitude", "MedHouseVal"),
}


def simpson_views(lab: Lab, table: Node, text: Mapping[str, str]) -> None:
    """Groups that turn a relation round: a sample, then the learner's table."""
    lab_of, sample = grouped.sample_table("simpson")
    names = ("course", "hours_practised", "mistakes")
    grouped.groups_view("correlation_simpson", lab_of, sample, names, text)
    group = grouped.ask_group(lab, table)
    if group:
        made = ask_pair(lab, table)
        if made is not None:
            grouped.groups_view("correlation_own", lab, table, (group, made.x, made.y), text)


def anscombe_view(text: Mapping[str, str]) -> None:
    """Four sets of points with the same numbers."""
    lab, sample = grouped.sample_table("anscombe")
    how = {"group": "set", "x": "x", "y": "y"}
    found = lab.run(engine.by_group, sample, as_="relations", **how)
    parts = [
        lab.run(engine.grouped_points, sample, name=one[0], as_="points", **how)
        for one in found.value[1:]
    ]
    show.chart(
        "correlation_anscombe",
        grouped.anscombe_figure,
        [found, *parts],
        caption=text["anscombe_caption"],
        alt=_("Four clouds of eleven points, each with the same straight line"),
    )


def curve_views(lab: Lab, text: Mapping[str, str]) -> None:
    """A relation that is not straight, made by formula or real, beside its ranks."""
    shapes = {
        "bent": _("Bent"),
        "parabola": "y = x²",
        "circle": _("Circle"),
        "wave": _("Wave"),
        "line": _("Straight line"),
        "cloud": _("Cloud"),
        "rooms": _("Income and rooms"),
        "coast": _("West to east, and prices"),
    }
    shape = choice(_("Shape"), shapes, key="correlation_shape", look="pills")
    names = ("x", "y")
    if shape in REAL:
        sample, *names = REAL[shape]
        lab, table = grouped.sample_table(sample)
        pair = pair_of(lab, table, *names).all
        told = text[f"curve_{shape}"]
    else:
        pair = lab.run(engine.shaped_pair, shape=shape, as_="points")
        told = text["curve_made"]
    drawn = lab.run(engine.drawn_pair, pair, most=MOST_DRAWN, as_="drawn")
    places = lab.run(engine.ranks, pair, as_="places")
    drawn_places = lab.run(engine.drawn_pair, places, most=MOST_DRAWN, as_="drawn_places")
    r, rho = (lab.run(engine.pearson, one, as_=f"r{n}") for n, one in enumerate((pair, places)))
    bits = lab.run(engine.information_of_pair, pair, as_="bits")
    told = told.format(
        r=number(r.value),
        rho=number(rho.value),
        count=f"{len(pair.value):,}",
        drawn=f"{len(drawn.value):,}",
        bits=f"{bits.value[0]:.2f}",
        chance=f"{bits.value[1]:.2f}",
    )
    left, right = st.columns(2)
    with left:
        _cloud_view("correlation_curve", [drawn, r, bits], names, told)
    with right:
        ends = [_("place of {column}", column=name) for name in names]
        _cloud_view("correlation_curve_ranks", [drawn_places, rho], ends, text["curve_ranks"])


def _cloud_view(key: str, nodes: list[Node], names: list[str], caption: str) -> None:
    """Points without a line."""
    show.chart(
        key,
        lambda points, *_rest: scatter(points, (float("nan"),) * 2, *names),
        nodes,
        caption=caption,
        alt=_("A point for each row that is drawn"),
    )


def outlier_views(lab: Lab, table: Node, text: Mapping[str, str]) -> None:
    """A pair beside the same with one number that lost its decimal point."""
    made = ask_pair(lab, table)
    if made is None:
        return
    left, right = st.columns(2)
    with left:
        told = _("r = {r}, Spearman {rho}.", r=number(made.r), rho=number(made.rho))
        scatter_view("correlation_right", made, told)
    with right:
        _wrong_view(made, text["outlier_caption"])


def _wrong_view(made: Pair, caption: str) -> None:
    lab = made.lab
    wrong = lab.run(engine.with_outlier, made.all, times=float(TIMES), as_="wrong")
    measures = (engine.pearson, engine.spearman)
    r, rho = (lab.run(one, wrong, as_=f"r{n}") for n, one in enumerate(measures))
    fit = lab.run(engine.line_through, wrong, as_="fit")
    drawn = lab.run(engine.drawn_pair, wrong, most=MOST_DRAWN, as_="drawn")
    show.chart(
        "correlation_wrong",
        lambda points, found, *_rest: scatter(points, found, made.x, made.y, dates=made.dates),
        [drawn, fit, r, rho],
        caption=caption.format(r=number(r.value), rho=number(rho.value)),
        alt=_("The same points, one of them far away"),
    )
