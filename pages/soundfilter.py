"""Shows: low-, high- and band-pass filters to hear, before and after, with their response; what a steep
edge costs: ringing about every sudden moment, beside a gentle one; three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import charts, page, quiz, show, sound, spectra
from components.catalogue import COLOURS
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from components.tracks import Sound, Wave
from engine.sound.filters import (
    butterworth,
    butterworth_response,
    click,
    energy_share,
    filter_centred,
    filter_twice,
    ringing_samples,
    sharpest_rise,
    sinc_response,
    windowed_sinc,
)
from engine.sound.logmel import difference
from engine.sound.sampling import share_above

here = page.start(
    "soundfilter",
    {"filter": _("Filter"), "ringing": _("What breaks"), "predict": _("Predict")},
)
SHARE = 0.01  # of its peak: an answer to a click counts as long as it exceeds this
text = spectra.filled(here.text, span=spectra.SPAN, share=f"{SHARE:.0%}")
clip = sound.clip_of_tray()
lab, rate = clip.lab, clip.sample_rate
LENGTH = spectra.near(0.04, rate)  # samples under a window of the spectrograms
ORDER, GENTLE, STEEP = 4, 1, 10  # of Butterworth filters
NARROW = 2 ** (1 / 6)  # from the middle of a third of an octave to its edges
TINTS = (spectra.MARK, COLOURS["image"])  # of the gentle and the steep one
AROUND = 0.12  # s of the sound on each side of a sudden moment, at first
REACH = rate // 4  # samples on each side of a click
VOICE = 300.0, min(3400.0, 0.45 * rate)  # Hz, what an analogue telephone passes (ITU-T G.120)


def filtered(
    kind: str, shape: str, low: float, high: float, steep: int, wave: show.Node = clip.wave
) -> tuple[show.Node, show.Node]:
    """A filtered wave and the response of the filter."""
    cuts = {"sample_rate": rate, "kind": kind, "cutoff": low, "cutoff_high": high}
    if shape == "butterworth":
        sos = lab.run(butterworth, order=steep, as_="sections", **cuts)
        response = lab.run(butterworth_response, sos, sample_rate=rate, as_="response")
        return lab.run(filter_twice, wave, sos, as_="filtered"), response
    kernel = lab.run(windowed_sinc, taps=steep, as_="kernel", **cuts)
    response = lab.run(sinc_response, kernel, sample_rate=rate, as_="response")
    return lab.run(filter_centred, wave, kernel, as_="filtered"), response


@fragment
def filtering() -> None:
    kinds = {"low": _("Low-pass"), "high": _("High-pass"), "band": _("Band-pass")}
    shapes = {"butterworth": _("Butterworth"), "sinc": _("Windowed sinc")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice(_("Filter"), kinds, key="filt_kind", hide_label=True)
        shape = choice(_("Kind of filter"), shapes, key="filt_shape", hide_label=True)
    left, right = st.columns(2)
    with left:
        low, high = spectra.ask_cutoffs(kind, rate)
    with right:
        if shape == "butterworth":
            steep = slider(_("Order (steepness)"), 1, STEEP, ORDER, key="filt_order")
        else:
            around = slider(_("Neighbours on each side"), 1, 1000, 200, key="filt_neighbours")
            steep = 2 * around + 1
    result, response = filtered(kind, shape, low, high, steep)
    hop = LENGTH // 4
    before = spectra.spectrogram(clip, clip.wave, length=LENGTH, hop=hop, as_="before")
    after = spectra.spectrogram(clip, result, length=LENGTH, hop=hop, as_="after")
    look = {"length": LENGTH, "hop": hop, "scale": "log", "top": spectra.top_of(clip, before)}
    kept = lab.run(energy_share, result, clip.wave, as_="kept")
    show.register("kept", [kept])
    show.tracks(
        "filter",
        [
            spectra.heat(clip, before, _("Unfiltered"), _("Spectrogram of the sound"), **look),
            spectra.heat(clip, after, _("Filtered"), _("Spectrogram of what is left"), **look),
        ],
        sounds=[Sound(clip.wave, rate, _("Unfiltered")), Sound(result, rate, _("Filtered"))],
        caption=text["filter_caption"]
        + " "
        + _("{share} of the energy is left.", share=f"{kept.value:.2%}")
        + clip.note,
    )
    show.chart(
        "response",
        lambda table: charts.spectra(
            {_("Response"): (table[:, 0], table[:, 1])},
            x="Hz",
            y="dB",
            colours=(COLOURS["sound"],),
            log_x=True,
            y_range=(-100, 6),
        ),
        [response],
        caption=text["response_caption"],
        alt=_("What the filter leaves of each frequency"),
    )


@fragment
def ringing() -> None:
    middle = spectra.ask_middle(rate, key="ring_middle")
    edges = middle / NARROW, middle * NARROW
    names = {GENTLE: _("Gentle: order {order}", order=GENTLE)}
    names[STEEP] = _("Steep: order {order}", order=STEEP)
    single, results, answers = lab.run(click, length=2 * REACH + 1, as_="single"), {}, {}
    for order, name in names.items():
        results[name], _response = filtered("band", "butterworth", *edges, order)
        answers[name] = filtered("band", "butterworth", *edges, order, wave=single)[0]
    options = {"length": max(1, rate // 50), "sample_rate": rate}
    sudden = lab.run(sharpest_rise, results[names[GENTLE]], as_="sudden", **options).value
    near = max(0.0, sudden - AROUND), min(clip.seconds, sudden + AROUND)
    rows = [Wave(clip.wave, rate, _("Unfiltered"), _("The wave of the sound"))]
    for (name, node), tint in zip(results.items(), TINTS, strict=True):
        rows.append(Wave(node, rate, name, name, colour=tint, lo=None, hi=None))
    heard = [Sound(row.node, rate, row.title) for row in rows]
    more = lab.run(difference, *results.values(), as_="steep_minus_gentle")
    alt = _("What the steep filter adds to the gentle one, on a scale of its own")
    rows.append(Wave(more, rate, _("Steep minus gentle"), alt, lo=None, hi=None))
    show.tracks(
        "ringing",
        rows,
        sounds=heard,
        cursor=sudden,
        view=near if near[0] < near[1] else None,
        caption=text["ringing_caption"] + clip.note,
    )
    times = [1000 * (n - REACH) / rate for n in range(2 * REACH + 1)]
    lasting = {
        name: lab.run(ringing_samples, node, share=SHARE, as_="lasting")
        for name, node in answers.items()
    }
    longest = max(node.value for node in lasting.values())
    reach = 600 * longest / rate  # ms on each side, a little more than the longest
    show.chart(
        "click",
        lambda *values: charts.spectra(
            {name: (times, v) for name, v in zip(answers, values, strict=True)},
            x=_("time, ms"),
            y=_("value"),
            colours=TINTS,
            x_range=(-reach, reach),
        ),
        list(answers.values()),
        caption=text["click_caption"],
        alt=_("What a gentle and a steep filter make of a single click"),
    )
    show.register("lasting", list(lasting.values()))
    with st.container(horizontal=True):
        for name, node in lasting.items():
            st.metric(name, spectra.seconds(node.value / rate), help=text["lasting"])


def share_left(kind: str, low: float, high: float = 0.0) -> float:
    """The share of the energy that a filter leaves."""
    result, _response = filtered(kind, "butterworth", low, high, ORDER)
    return lab.run(energy_share, result, clip.wave, as_="quiz_share").value


def predict() -> None:
    if clip.seconds < 0.1 or rate < 4000:
        st.info(text["too_short"], icon=":material/info:")
        return
    low = share_left("low", 1000.0)
    quiz.question(
        _("A low-pass at 1 kHz: how much of the energy is left?"),
        {"a": _("under half"), "b": _("half to 90 %"), "c": _("over 90 %")},
        answer="a" if low < 0.5 else "b" if low <= 0.9 else "c",
        why=_("{share}.", share=f"{low:.1%}"),
        key="filt_low",
    )
    options = {"sample_rate": rate, "frequency": rate / 8}
    high = lab.run(share_above, clip.wave, as_="share_above", **options).value
    quiz.question(
        _(
            "Three quarters of all bins lie above {hertz}. How much of the energy lies there?",
            hertz=spectra.hertz(rate / 8),
        ),
        {"a": _("over 10 %"), "b": _("1 to 10 %"), "c": _("under 1 %")},
        answer="c" if high < 0.01 else "b" if high <= 0.1 else "a",
        why=_("{share} of the energy.", share=f"{high:.3%}"),
        key="filt_high",
    )
    voice = share_left("band", *VOICE)
    quiz.question(
        _(
            "A telephone passes {low} to {high}. How much of the energy of your sound would it pass?",
            low=spectra.hertz(VOICE[0]),
            high=spectra.hertz(VOICE[1]),
        ),
        {"c": _("over 80 %"), "a": _("under 30 %"), "b": _("30 to 80 %")},
        answer="a" if voice < 0.3 else "b" if voice <= 0.8 else "c",
        why=_("{share}.", share=f"{voice:.1%}"),
        key="filt_voice",
    )


here.run(filter=filtering, ringing=ringing, predict=predict)
