"""What the pages about samples share: sampling rates to choose from, and levels over frequency."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, show
from components.catalogue import COLOURS
from components.i18n import _
from engine.lab import Lab, Node
from engine.sound.sampling import folded_peak, mean_level, resample

RATES = (1000, 1500, 2000, 3000, 4000, 6000, 8000, 11025, 12000, 16000, 22050, 24000, 32000)
RATES = (*RATES, 44100, 48000)
SLICE = 4096  # samples, of the mean spectrum
WRONG, RIGHT, THIRD = "#D55E00", "#0072B2", "#CC79A7"


def ask_rate(label: str, most: int, start: int, key: str) -> int:
    """Ask for a sampling rate of at most `most`."""
    rates = [r for r in RATES if r <= most] or [RATES[0]]
    first = max([r for r in rates if r <= start] or rates[:1])
    return st.select_slider(label, rates, first, key=key, bind="query-params", format_func=hertz)


def hertz(number: float) -> str:
    """A rate or a frequency, written out."""
    return f"{number:,.0f} Hz"


def heard(lab: Lab, samples: Node, new: int, old: int, name: str) -> Node:
    """The sound that samples at a lower rate stand for, at a rate that browsers play."""
    return (
        lab.run(resample, samples, sample_rate=new, new_rate=old, as_=name)
        if new < old
        else samples
    )


def levels(
    key: str,
    lab: Lab,
    waves: Mapping[str, tuple[Node, int]],
    *,
    colours: Sequence[str],
    caption: str,
    alt: str,
    half: float | None = None,
    folded: bool = False,
) -> None:
    """The mean level of each frequency in several waves.

    Parameters
    ----------
    waves : dict, name -> (wave, its rate in Hz). All are cut into slices that last equally long.
    half : float or None, Hz, half a sampling rate that is marked.
    folded : bool, whether the second wave is filtered and the third is not: what folded is marked.
    """
    first = next(rate for _wave, rate in waves.values())
    nodes = [
        lab.run(
            mean_level, wave, sample_rate=rate, length=max(2, SLICE * rate // first), as_="level"
        )
        for wave, rate in waves.values()
    ]

    peak = [lab.run(folded_peak, nodes[1], nodes[2], as_="folded")] if folded else []

    def draw(*drawn: Any) -> Any:
        curves, (place, level) = drawn[: len(waves)], drawn[-1] if folded else (math.nan, math.nan)
        series = {name: tuple(curve) for name, curve in zip(waves, curves, strict=True)}
        marks = [] if math.isnan(place) else [(place, level, _("folded: {f}", f=hertz(place)))]
        axes = {"x": _("frequency in Hz"), "y": "dB"}
        figure = charts.spectra(series, colours=colours, marks=marks, **axes)
        return charts.verticals(figure, [(half, _("half the rate"))]) if half else figure

    show.chart(key, draw, nodes + peak, caption=caption, alt=alt)


def zigzag(curve: Node, found: Node, *, tone: float, rate: int, caption: str) -> None:
    """Where every tone is found after sampling at `rate`, and the place of one of them."""

    def draw(points: Any, place: float) -> Any:
        series = {_("Tone that is found"): (points[0], points[1])}
        axes = {"x": _("tone before sampling, Hz"), "y": _("tone after, Hz")}
        marks = [(tone, place, hertz(place))]
        figure = charts.spectra(series, colours=(COLOURS["sound"],), marks=marks, **axes)
        return charts.verticals(figure, [(rate / 2, _("half the rate")), (rate, _("rate"))])

    alt = _("A zigzag: where each tone is found after sampling")
    show.chart("zigzag", draw, [curve, found], caption=caption, alt=alt)
