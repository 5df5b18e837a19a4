"""Shows: linear prediction of the frame under the cursor: its envelope over the spectrum, formants and
residual; the recursion that finds it, order by order; the cepstrum from it beside MFCC; wrong orders and
a missing window; three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import cepstra, page, show
from components import lpc as shown
from components import lpc_questions as questions
from components.cepstra import COUNT, LENGTH
from components.guard import fragment
from components.i18n import _
from components.lpc import ORDER, WIDEST
from components.state import choice, slider
from engine.sound.logmel import RATE
from engine.sound.lpc import (
    autocorrelation,
    harmonic_numbers,
    levinson_table,
    lpc,
    lpcc,
    prediction_error,
    prediction_gain,
    recursion_terms,
    residual,
    transposed,
)
from engine.sound.mfcc import distance_likeness

LOW, HIGH = 4, 120  # orders that are too low and too high
BESIDE = 0.05  # of the pitch, beside a harmonic
COMPARED = 300  # frames at most, of which all pairs are compared

here = page.start(
    "lpc",
    {
        "envelope": _("Envelope"),
        "recursion": _("Order by order"),
        "cepstrum": _("Cepstrum"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = cepstra.filled(
    here.text,
    order=ORDER,
    low=LOW,
    pairs=LOW // 2,
    high=HIGH,
    widest=f"{WIDEST:g}",
    beside=f"{BESIDE:.0%}",
    compared=COMPARED,
)
s = cepstra.speech_of_tray()
lab = s.lab
LOUDEST = cepstra.loudest(lab, s.wave)


@fragment
def envelope() -> None:
    order = slider(_("Order"), 1, 60, ORDER, key="lpc_order")
    frame, number = cepstra.frame_under_cursor(s, "envelope", text["choose"])
    a, curve = shown.envelope_of(lab, frame, order)
    peaks = shown.resonances(lab, a)
    caption = f"{text['envelope_caption']} {cepstra.which(number, s.count)}"
    shown.spectra_chart("envelope_chart", lab, frame, {_("Envelope"): curve}, caption, peaks)
    rest = lab.run(residual, frame, a, as_="rest")
    cepstra.frame_chart(
        "residual",
        {_("Frame"): frame, _("Residual"): rest},
        [1000 * n / RATE for n in range(LENGTH)],
        x=_("time in the frame, ms"),
        y=_("value"),
        caption=text["residual_caption"],
        alt=_("The frame and what the prediction misses"),
    )
    gain = lab.run(prediction_gain, a, frame, as_="gain")
    show.register("gain", [gain])
    with st.container(horizontal=True):
        st.metric(_("Prediction gain"), f"{gain.value:.1f} dB", help=text["gain"])
        pitch = shown.pitch_of(lab, s.wave, number)
        st.metric(_("Pitch about this frame"), f"{pitch:.0f} Hz" if pitch > 0 else "–")
    found = peaks.value.tolist()
    if not found:
        st.caption(text["none"])
        return
    numbers = lab.run(harmonic_numbers, peaks, pitch=pitch, within=BESIDE, as_="numbers")
    show.register("numbers", [numbers])
    st.markdown(shown.peaks_table(found, numbers.value.tolist()))
    st.caption(text["peaks" if pitch > 0 else "no_pitch"])


@fragment
def recursion() -> None:
    reached = slider(_("Order reached"), 0, ORDER, 2, key="lpc_reached")
    frame, number = cepstra.frame_under_cursor(s, "recursion", text["choose"])
    r = lab.run(autocorrelation, frame, order=reached, as_="r")
    table = lab.run(levinson_table, r, as_="table")
    rows = table.value.tolist()
    if reached and rows[reached - 1][1] > 0:
        st.markdown(shown.recursion_step(rows))
    body = shown.recursion_grid(rows)
    show.html("recursion_table", body, [r, table], caption=text["recursion_caption"])
    if reached:
        _a, curve = shown.envelope_of(lab, frame, reached)
        where = cepstra.which(number, s.count)
        shown.spectra_chart("recursion_chart", lab, frame, {_("Envelope"): curve}, where)


@fragment
def cepstrum() -> None:
    every = lab.run(lpc, s.faded, order=ORDER, as_="predictors")
    errors = lab.run(prediction_error, s.faded, every, as_="errors")
    by_frame = lab.run(lpcc, every, errors, count=COUNT, as_="by_frame")
    coefficients = lab.run(transposed, by_frame, as_="lpc_cepstra")
    m = cepstra.chain_of(s)
    number = cepstra.pinned_frame(lab, "cepstrum", s.row, count=s.count)
    show.tracks(
        "cepstrum",
        [
            s.row,
            cepstra.number_heat(s, coefficients, "LPCC"),
            cepstra.number_heat(s, m.coefficients, "MFCC"),
        ],
        sounds=[s.heard],
        frames=cepstra.FRAMES,
        cursor=LOUDEST,
        caption=text["cepstrum_caption"] + s.clip.note,
    )
    chosen = {"most": COMPARED, "as_": "same"}
    same = lab.run(distance_likeness, coefficients, m.coefficients, **chosen)
    show.register("same", [same])
    st.metric(_("Do the same frames lie close together?"), f"{same.value:.2f}")
    st.caption(text["alike"])
    n = slider(_("Coefficient n"), 1, COUNT - 1, 3, key="lpc_n")
    a = cepstra.row_of(lab, every, number, "a")
    c = cepstra.row_of(lab, by_frame, number, "c")
    terms = lab.run(recursion_terms, a, c, n=n, as_="terms")
    st.markdown(shown.cepstrum_sum(float(a.value[n]), terms.value.tolist(), n))
    body = shown.terms_grid(terms.value.tolist(), n)
    show.html(
        "terms",
        body,
        [a, c, terms],
        caption=f"{text['terms_caption']} {cepstra.which(number, s.count)}",
    )


@fragment
def breaks() -> None:
    faults = {
        "low": _("Order {order}", order=LOW),
        "high": _("Order {order}", order=HIGH),
        "window": _("No window"),
        "emphasis": _("No pre-emphasis"),
    }
    fault = choice(_("What is done wrong"), faults, key="lpc_fault")
    frame, number = cepstra.frame_under_cursor(s, "breaks", text["choose"])
    a, right = shown.envelope_of(lab, frame, ORDER)
    wrong_frame = frame
    if fault == "window":
        wrong_frame = cepstra.row_of(lab, s.pieces, number, "unfaded")
    elif fault == "emphasis":
        wrong_frame = cepstra.row_of(lab, cepstra.plain_frames(s), number, "plain")
    order = {"low": LOW, "high": HIGH}.get(fault, ORDER)
    b, wrong = shown.envelope_of(lab, wrong_frame, order, "wrong")
    sides = (
        ("right", frame, right, _("Right: order {order}", order=ORDER), a),
        ("wrong", wrong_frame, wrong, faults[fault], b),
    )
    for column, (key, one, curve, title, weights) in zip(st.columns(2), sides, strict=True):
        with column:
            st.markdown(f"**{title}**")
            peaks = shown.resonances(lab, weights, f"{key}_resonances")
            found = _("Peaks found: {count}.", count=len(peaks.value))
            found += "" if len(peaks.value) else f" {text['none']}"
            caption = found if key == "right" else f"{text[fault]} {found}"
            shown.spectra_chart(f"breaks_{key}", lab, one, {title: curve}, caption, peaks)
    st.caption(cepstra.which(number, s.count))


def predict() -> None:
    questions.ask(s, text)


here.run(envelope=envelope, recursion=recursion, cepstrum=cepstrum, breaks=breaks, predict=predict)
