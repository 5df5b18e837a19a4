"""Shows: linear prediction of the frame under the cursor: its envelope over the spectrum, formants and
residual; the recursion that finds it, order by order; the cepstrum from it beside MFCC; wrong orders and
a missing window; three predictions.
"""

from __future__ import annotations

import math

import streamlit as st

from components import cells, cepstra, charts, page, quiz, show
from components.cepstra import COUNT, LENGTH
from components.guard import fragment
from components.i18n import _
from components.scales import colour
from components.state import choice, slider
from engine.sound.logmel import RATE
from engine.sound.lpc import (
    autocorrelation,
    envelope_db,
    formants,
    levinson_table,
    lpc,
    lpcc,
    prediction_error,
    prediction_gain,
    recursion_terms,
    residual,
    spectrum_db,
    transposed,
)
from engine.sound.mfcc import distance_likeness

ORDER = 18  # two for each kHz of the sample rate, and two: one pair of roots for each formant

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
text = cepstra.filled(here.text, order=ORDER)
s = cepstra.speech_of_tray()
lab = s.lab
FFT_SIZE = 1024
HERTZ = [n * RATE / FFT_SIZE for n in range(FFT_SIZE // 2 + 1)]
LOUDEST = cepstra.loudest(lab, s.wave)
FRAMES = (LENGTH / RATE, cepstra.HOP / RATE, 0.0)


def frame_under_cursor(key: str) -> tuple[show.Node, str]:
    """The wave with its frames; the frame under the pin, emphasised and faded, and its number."""
    number = cepstra.pinned_frame(lab, key, s.row, count=s.count)
    show.tracks(
        key,
        [s.row],
        sounds=[s.heard],
        frames=FRAMES,
        cursor=LOUDEST,
        caption=text["choose"] + s.clip.note,
        height=100,
    )
    return cepstra.row_of(lab, s.faded, number, "frame"), cepstra.which(number, s.count)


def envelope_of(
    frame: show.Node, order: int, name: str = "envelope"
) -> tuple[show.Node, show.Node]:
    """The predictor of a frame and its envelope in dB."""
    a = lab.run(lpc, frame, order=order, as_=f"{name}_coefficients")
    error = lab.run(prediction_error, frame, a, as_=f"{name}_error")
    return a, lab.run(envelope_db, a, error, fft_size=FFT_SIZE, as_=name)


def spectra_chart(
    key: str,
    frame: show.Node,
    envelopes: dict[str, show.Node],
    caption: str,
    peaks: show.Node | None = None,
) -> None:
    """The spectrum of a frame in gray, envelopes over it, resonances marked on the first."""
    spectrum = lab.run(spectrum_db, frame, fft_size=FFT_SIZE, as_="frame_spectrum")
    names = [_("Spectrum of the frame"), *envelopes]
    nodes = [spectrum, *envelopes.values(), *([peaks] if peaks else [])]

    def draw(*values: object) -> object:
        lines = {name: (HERTZ, v) for name, v in zip(names, values, strict=False)}
        found = values[-1] if peaks else ()
        places = [(float(f), round(float(f) * FFT_SIZE / RATE)) for f, _width in found]
        few = len(places) <= 10  # more names would cover each other
        marks = [(f, float(values[1][n]), f"{f:.0f}" if few else "") for f, n in places]
        colours = (show.NEUTRAL, cepstra.RIGHT, cepstra.WRONG)
        top = max(float(v.max()) for v in values[: len(names)])
        span = (top - 80, top + 12)  # room for the names above the peaks
        return charts.spectra(lines, x="Hz", y="dB", colours=colours, marks=marks, y_range=span)

    show.chart(key, draw, nodes, caption=caption, alt=_("Spectrum of a frame with its envelope"))


@fragment
def envelope() -> None:
    order = slider(_("Order"), 1, 60, ORDER, key="lpc_order")
    frame, where = frame_under_cursor("envelope")
    a, curve = envelope_of(frame, order)
    peaks = lab.run(formants, a, sample_rate=RATE, as_="resonances")
    spectra_chart(
        "envelope_chart",
        frame,
        {_("Envelope"): curve},
        f"{text['envelope_caption']} {where}",
        peaks,
    )
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
    gain = lab.run(prediction_gain, a, frame, as_="gain").value
    with st.container(horizontal=True):
        st.metric(_("Prediction gain"), f"{gain:.1f} dB", help=text["gain"])
        for number, (hertz, width) in enumerate(peaks.value.tolist()[:5], 1):
            bandwidth = _("bandwidth {width} Hz", width=f"{width:.0f}")
            st.metric(_("Resonance {number}", number=number), f"{hertz:.0f} Hz", help=bandwidth)


@fragment
def recursion() -> None:
    reached = slider(_("Order reached"), 0, ORDER, 2, key="lpc_reached")
    frame, where = frame_under_cursor("recursion")
    r = lab.run(autocorrelation, frame, order=reached, as_="r")
    table = lab.run(levinson_table, r, as_="table")
    rows = table.value.tolist()
    most = max(1.0, *(abs(v) for row in rows for v in row[2:]))
    grid = [
        [
            cells.Cell(f"{k:+.3f}" if m else "", colour("signed", k, -1, 1)),
            cells.Cell(f"{share:.2%}", colour("viridis", share, 0, 1)),
            *(
                cells.Cell(f"{v:+.2f}" if j <= m else "", colour("signed", v, -most, most))
                for j, v in enumerate(coefficients)
            ),
        ]
        for m, (k, share, *coefficients) in enumerate(rows)
    ]
    heads = ["k", _("E left"), *(f"a[{j}]" for j in range(reached + 1))]
    body = cells.grid(
        grid,
        label=_("Predictors of all orders so far"),
        row_heads=[str(m) for m in range(reached + 1)],
        column_heads=heads,
    )
    if reached and rows[reached - 1][1] > 0:
        before, after = rows[reached - 1], rows[reached]
        st.markdown(
            _(
                "Order {m}: k = {k}. E goes from {before} to (1 − k²) · {before} = {after}. "
                "Each a[j] of order {former} gets k · a[{m} − j] added, and a[{m}] = k.",
                m=reached,
                former=reached - 1,
                k=f"{after[0]:+.3f}",
                before=f"{before[1]:.2%}",
                after=f"{after[1]:.2%}",
            )
        )
    show.html("recursion_table", body, [r, table], caption=text["recursion_caption"])
    if reached:
        _a, curve = envelope_of(frame, reached)
        spectra_chart("recursion_chart", frame, {_("Envelope"): curve}, where)


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
        frames=FRAMES,
        cursor=LOUDEST,
        caption=text["cepstrum_caption"] + s.clip.note,
    )
    same = lab.run(distance_likeness, coefficients, m.coefficients, as_="same").value
    st.metric(_("Do the same frames lie close together?"), f"{same:.2f}", help=text["alike"])
    n = slider(_("Coefficient n"), 1, COUNT - 1, 3, key="lpc_n")
    a = cepstra.row_of(lab, every, number, "a")
    c = cepstra.row_of(lab, by_frame, number, "c")
    terms = lab.run(recursion_terms, a, c, n=n, as_="terms")
    total = sum(row[3] for row in terms.value.tolist())
    st.markdown(
        _(
            "c[{n}] = −a[{n}] − sum = {a} − ({total}) = **{c}**",
            n=n,
            a=f"{-a.value[n]:.3f}",
            total=f"{total:.3f}",
            c=f"{c.value[n]:.3f}",
        )
    )
    body = cells.grid(
        [
            [cells.Cell(f"{k:.0f}"), *(cells.Cell(f"{v:+.3f}") for v in numbers)]
            for k, *numbers in terms.value.tolist()
        ],
        label=_("Terms of the recursion"),
        column_heads=["k", "c[k]", f"a[{n} − k]", f"k/{n} · c[k] · a[{n} − k]"],
    )
    show.html(
        "terms",
        body,
        [a, c, terms],
        caption=f"{text['terms_caption']} {cepstra.which(number, s.count)}",
    )


@fragment
def breaks() -> None:
    faults = {
        "low": _("Order 4"),
        "high": _("Order 120"),
        "window": _("No window"),
        "emphasis": _("No pre-emphasis"),
    }
    fault = choice(_("What is done wrong"), faults, key="lpc_fault")
    frame, where = frame_under_cursor("breaks")
    number = cepstra.pinned_frame(lab, "breaks", s.row, count=s.count)
    a, right = envelope_of(frame, ORDER)
    wrong_frame = frame
    if fault == "window":
        wrong_frame = cepstra.row_of(lab, s.pieces, number, "unfaded")
    elif fault == "emphasis":
        wrong_frame = cepstra.row_of(lab, cepstra.plain_frames(s), number, "plain")
    order = {"low": 4, "high": 120}.get(fault, ORDER)
    b, wrong = envelope_of(wrong_frame, order, "wrong")
    for column, key, one, envelope, title, predictor in zip(
        st.columns(2),
        ("right", "wrong"),
        (frame, wrong_frame),
        (right, wrong),
        (_("Right: order {order}", order=ORDER), faults[fault]),
        (a, b),
        strict=True,
    ):
        with column:
            st.markdown(f"**{title}**")
            peaks = lab.run(formants, predictor, sample_rate=RATE, as_=f"{key}_resonances")
            found = _("Resonances found: {count}.", count=len(peaks.value))
            caption = found if key == "right" else f"{text[fault]} {found}"
            spectra_chart(f"breaks_{key}", one, {title: envelope}, caption, peaks)
    st.caption(where)


def predict() -> None:
    number = cepstra.pinned_frame(lab, "quiz", s.row, count=s.count)
    frame = cepstra.row_of(lab, s.faded, number, "frame")
    r = lab.run(autocorrelation, frame, order=ORDER, as_="r")
    shares = [row[1] for row in lab.run(levinson_table, r, as_="table").value.tolist()]
    if not shares[0]:
        st.info(text["silent"], icon=":material/info:")
        return
    st.caption(text["loudest"])
    gain = -10 * math.log10(max(shares[ORDER], 1e-12))
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
    enough = next((m for m, share in enumerate(shares) if share <= 0.25), ORDER + 1)
    quiz.question(
        _("Which order is the first to leave at most a quarter of the energy?"),
        {
            "c": _("none up to {order}", order=ORDER),
            "a": _("1 or 2"),
            "b": _("3 to {order}", order=ORDER),
        },
        answer="a" if enough <= 2 else "b" if enough <= ORDER else "c",
        why=_(
            "Energy left by order: {shares}.",
            shares=", ".join(f"{m}: {shares[m]:.0%}" for m in (1, 2, 4, 8, ORDER)),
        ),
        key="lpc_order_enough",
    )
    a, _curve = envelope_of(frame, ORDER)
    found = lab.run(formants, a, sample_rate=RATE, as_="resonances").value.tolist()
    quiz.question(
        _("How many narrow resonances (under 400 Hz wide) does order {order} find?", order=ORDER),
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
