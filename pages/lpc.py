"""Shows: linear prediction of the frame under the cursor: its envelope over the spectrum, formants and
residual; the recursion that finds it, order by order; the cepstrum from it beside MFCC; wrong orders and
a missing window; three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import cepstra, page, predictor, quiz, show
from components.cepstra import COUNT, LENGTH
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.sound.logmel import RATE
from engine.sound.lpc import (
    autocorrelation,
    first_order,
    formants,
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

ORDER = 18  # two for each kHz of the sample rate, and two: one pair of roots for each formant
LOW, HIGH = 4, 120  # orders that are too low and too high
WIDEST, BESIDE = 400.0, 0.05  # Hz, bandwidth of a peak that counts; of the pitch, beside a harmonic
COMPARED = 300  # frames at most, of which all pairs are compared
ENOUGH = 0.25  # share of the energy, in a question

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


def resonances(a: show.Node, name: str = "resonances") -> show.Node:
    """Frequency and bandwidth of the narrow peaks of a predictor's envelope."""
    return lab.run(formants, a, sample_rate=RATE, widest=WIDEST, as_=name)


@fragment
def envelope() -> None:
    order = slider(_("Order"), 1, 60, ORDER, key="lpc_order")
    frame, number = cepstra.frame_under_cursor(s, "envelope", text["choose"])
    a, curve = predictor.envelope_of(lab, frame, order)
    peaks = resonances(a)
    caption = f"{text['envelope_caption']} {cepstra.which(number, s.count)}"
    predictor.spectra_chart("envelope_chart", lab, frame, {_("Envelope"): curve}, caption, peaks)
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
        pitch = predictor.pitch_of(lab, s.wave, number)
        st.metric(_("Pitch about this frame"), f"{pitch:.0f} Hz" if pitch > 0 else "–")
    found = peaks.value.tolist()
    if not found:
        st.caption(text["none"])
        return
    numbers = lab.run(harmonic_numbers, peaks, pitch=pitch, within=BESIDE, as_="numbers")
    show.register("numbers", [numbers])
    st.markdown(predictor.peaks_table(found, numbers.value.tolist()))
    st.caption(text["peaks" if pitch > 0 else "no_pitch"])


@fragment
def recursion() -> None:
    reached = slider(_("Order reached"), 0, ORDER, 2, key="lpc_reached")
    frame, number = cepstra.frame_under_cursor(s, "recursion", text["choose"])
    r = lab.run(autocorrelation, frame, order=reached, as_="r")
    table = lab.run(levinson_table, r, as_="table")
    rows = table.value.tolist()
    if reached and rows[reached - 1][1] > 0:
        st.markdown(predictor.recursion_step(rows))
    body = predictor.recursion_grid(rows)
    show.html("recursion_table", body, [r, table], caption=text["recursion_caption"])
    if reached:
        _a, curve = predictor.envelope_of(lab, frame, reached)
        where = cepstra.which(number, s.count)
        predictor.spectra_chart("recursion_chart", lab, frame, {_("Envelope"): curve}, where)


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
    st.markdown(predictor.cepstrum_sum(float(a.value[n]), terms.value.tolist(), n))
    body = predictor.terms_grid(terms.value.tolist(), n)
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
    a, right = predictor.envelope_of(lab, frame, ORDER)
    wrong_frame = frame
    if fault == "window":
        wrong_frame = cepstra.row_of(lab, s.pieces, number, "unfaded")
    elif fault == "emphasis":
        wrong_frame = cepstra.row_of(lab, cepstra.plain_frames(s), number, "plain")
    order = {"low": LOW, "high": HIGH}.get(fault, ORDER)
    b, wrong = predictor.envelope_of(lab, wrong_frame, order, "wrong")
    sides = (
        ("right", frame, right, _("Right: order {order}", order=ORDER), a),
        ("wrong", wrong_frame, wrong, faults[fault], b),
    )
    for column, (key, one, curve, title, weights) in zip(st.columns(2), sides, strict=True):
        with column:
            st.markdown(f"**{title}**")
            peaks = resonances(weights, f"{key}_resonances")
            found = _("Peaks found: {count}.", count=len(peaks.value))
            found += "" if len(peaks.value) else f" {text['none']}"
            caption = found if key == "right" else f"{text[fault]} {found}"
            predictor.spectra_chart(f"breaks_{key}", lab, one, {title: curve}, caption, peaks)
    st.caption(cepstra.which(number, s.count))


def predict() -> None:
    number = cepstra.frame_at(LOUDEST, count=s.count)
    frame = cepstra.row_of(lab, s.faded, number, "frame")
    r = lab.run(autocorrelation, frame, order=ORDER, as_="r")
    table = lab.run(levinson_table, r, as_="table")
    shares = [row[1] for row in table.value.tolist()]
    if not shares[0]:
        st.info(text["silent"], icon=":material/info:")
        return
    st.caption(text["loudest"])
    a, _curve = predictor.envelope_of(lab, frame, ORDER)
    gain = lab.run(prediction_gain, a, frame, as_="gain").value
    quiz.question(
        _("Order {order}: how far below the frame does the residual lie?", order=ORDER),
        {"a": _("under 6 dB"), "b": _("6 to 15 dB"), "c": _("over 15 dB")},
        answer="a" if gain < 6 else "b" if gain <= 15 else "c",
        why=_(
            "{gain} dB: {share} of the energy is left.",
            gain=f"{gain:.1f}",
            share=f"{shares[ORDER]:.1%}",
        ),
        key="lpc_gain",
    )
    enough = lab.run(first_order, table, share=ENOUGH, as_="enough").value
    quiz.question(
        _(
            "Which order is the first to leave at most {share} of the energy?",
            share=f"{ENOUGH:.0%}",
        ),
        {
            "c": _("none up to {order}", order=ORDER),
            "a": _("1 or 2"),
            "b": _("3 to {order}", order=ORDER),
        },
        answer="c" if enough < 0 else "a" if enough <= 2 else "b",
        why=_(
            "Energy left by order: {shares}.",
            shares=", ".join(f"{m}: {shares[m]:.0%}" for m in (1, 2, 4, 8, ORDER)),
        ),
        key="lpc_order_enough",
    )
    found = resonances(a).value.tolist()
    quiz.question(
        _(
            "How many narrow peaks (under {widest} Hz wide) does the envelope of order {order} have?",
            widest=f"{WIDEST:g}",
            order=ORDER,
        ),
        {"few": _("none to 3"), "some": _("4 or 5"), "many": _("6 or more")},
        answer="few" if len(found) <= 3 else "some" if len(found) <= 5 else "many",
        why=_(
            "{count}: {places} Hz.",
            count=len(found),
            places=", ".join(f"{hertz:.0f}" for hertz, _width in found) or "–",
        ),
        key="lpc_formants",
    )


here.run(envelope=envelope, recursion=recursion, cepstrum=cepstrum, breaks=breaks, predict=predict)
