"""Shows: a picture as a sum of waves: its spectrum and phase, one wave alone, low-, high- and
band-pass filters with their cut-off, their ringing, and a mask painted by hand; three predictions.
"""

from __future__ import annotations

import functools
import math

import streamlit as st

from components import frequency_questions as questions
from components import page, show, waves
from components.guard import fragment
from components.i18n import _
from components.show import Picture
from components.state import choice, slider
from components.viewer import Paint
from engine.image.fourier import (
    apply_filter,
    mask_from_strokes,
    phase_angle,
    row_profile,
    signed_difference,
    single_wave,
    transfer_function,
    wave_facts,
)
from engine.image.matrix import strongest_step

here = page.start(
    "frequency",
    {
        "spectrum": _("Spectrum"),
        "filter": _("Filter"),
        "ringing": _("What breaks"),
        "paint": _("Paint the mask"),
        "predict": _("Predict"),
    },
)
text = here.text
w = waves.waves_of_tray()
lab, height, width = w.lab, w.height, w.width
SHAPES = {"ideal": _("Ideal"), "gaussian": _("Gaussian"), "butterworth": _("Butterworth")}


@fragment
def spectrum() -> None:
    phase = lab.run(phase_angle, w.full, as_="phase")
    x, y = show.pinned("spectrum", "spectrum", w.magnitude) or (width // 2 + 3, height // 2)
    u, v = min(x, width - 1) - width // 2, min(y, height - 1) - height // 2
    wave = lab.run(single_wave, w.gray_half, u=u, v=v, width=width, as_="wave")
    facts = lab.run(wave_facts, w.gray_half, u=u, v=v, width=width, as_="facts")
    amplitude, period, angle, _phase = facts.value
    top = max(amplitude, 1e-6)
    alt = _("Where each wave has its crest")
    alone = _("One wave alone")
    show.pictures(
        "spectrum",
        [
            waves.gray_pane(w, w.gray, _("Gray"), _("The picture in gray")),
            waves.spectrum_pane(w),
            Picture(phase, _("Phase"), alt, (), -math.pi, math.pi, "cyclic", "spectrum"),
            Picture(wave, _("One wave"), alone, (), -top, top, "signed", w.group),
        ],
        caption=text["spectrum_caption"] + w.note,
    )
    if u == v == 0:
        st.markdown(
            _(
                "**The mean, in the middle:** no wave at all, the same gray {amplitude} everywhere.",
                amplitude=f"{amplitude:.2f}",
            )
        )
        return
    st.markdown(
        _(
            "**The wave at the pin:** {u} across and {v} down the picture; one crest every {period} "
            "pixels; it runs at {angle}° to the horizontal; {amplitude} gray levels up and down.",
            u=u,
            v=v,
            period=f"{period:.1f}",
            angle=f"{angle:.0f}",
            amplitude=f"{amplitude:.2f}",
        )
    )


@fragment
def filtering() -> None:
    kinds = {"low": _("Low-pass"), "high": _("High-pass"), "band": _("Band-pass")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice(_("Filter"), kinds, key="kind", hide_label=True)
        shape = choice(_("Edge of the filter"), SHAPES, key="shape", hide_label=True)
    low, high = waves.ask_cutoffs(w, kind)
    order = 2
    if shape == "butterworth":
        order = slider(_("Order (steepness)"), 1, 10, 2, key="order")
    mask = lab.run(
        transfer_function,
        height=height,
        width=width,
        kind=kind,
        shape=shape,
        cutoff=low,
        cutoff_high=high,
        order=order,
        as_="mask",
    )
    result = lab.run(apply_filter, w.half, mask, width=width, as_="filtered")
    lost = lab.run(signed_difference, w.original, result, as_="difference")
    circles = tuple(waves.cutoff_circle(w, radius) for radius in (low, high) if radius)
    show.pictures(
        "filter",
        [
            waves.picture_pane(w),
            waves.filtered_pane(w, result, kind),
            waves.spectrum_pane(w, circles=circles),
            waves.removed_pane(w, lost),
        ],
        caption=text["filter_caption"] + w.note,
    )
    waves.measures(w, mask, result, text)


@fragment
def ringing() -> None:
    label, most = _("Cut-off, waves across the longer side"), max(2, w.longest // 2)
    radius = slider(label, 1, most, min(max(8, w.longest // 12), most), key="ring")
    row, column = lab.run(strongest_step, w.gray, reach=max(8, width // 20), as_="edge").value
    panes, profiles = [], {_("Picture"): lab.run(row_profile, w.gray, row=row, as_="row_before")}
    for shape, name in SHAPES.items():
        mask = lab.run(
            transfer_function,
            height=height,
            width=width,
            shape=shape,
            cutoff=float(radius),
            order=4,
            as_=f"mask_{shape}",
        )
        result = lab.run(apply_filter, w.gray_half, mask, width=width, as_=f"low_{shape}")
        alt = _("Low-pass with the edge: {shape}", shape=name)
        panes.append(waves.gray_pane(w, result, name, alt))
        profiles[name] = lab.run(row_profile, result, row=row, as_=f"row_{shape}")
    show.pictures("ringing", panes, height=320, caption=text["ringing_caption"] + w.note)
    show.chart(
        "profile",
        functools.partial(waves.row_chart, tuple(profiles), column),
        list(profiles.values()),
        caption=_(
            "Row {row}, across the strongest edge of your picture: the ideal filter overshoots and "
            "swings on both sides, the Gaussian does not.",
            row=row,
        ),
        alt=_("Gray levels along one row, before and after three filters"),
    )


@fragment
def paint() -> None:
    strokes = show.strokes("paint", w.original.key)
    mask = lab.run(mask_from_strokes, height=height, width=width, strokes=strokes, as_="mask")
    result = lab.run(apply_filter, w.half, mask, width=width, as_="filtered")
    brush = Paint(max(2, w.longest // 40), mirror=True, token=w.original.key, strokes=strokes)
    row = [waves.spectrum_pane(w, paint=brush), waves.filtered_pane(w, result)]
    show.pictures("paint", row, caption=text["paint_caption"] + w.note)
    waves.measures(w, mask, result, text)


def predict() -> None:
    if min(height, width) < 8:
        st.info(text["too_few"], icon=":material/info:")
        return
    questions.ask(w)


here.run(
    spectrum=spectrum,
    filter=filtering,
    ringing=ringing,
    paint=paint,
    predict=predict,
)
