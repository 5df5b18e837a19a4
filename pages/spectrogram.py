"""Shows: the sound's spectra one after the other, on four frequency axes; a short and a long window
beside the learner's own; the energies of a filter bank; low-, high- and band-pass filters to hear;
three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import charts, page, quiz, show, sound, spectra
from components.catalogue import COLOURS
from components.guard import fragment
from components.i18n import _
from components.show import Picture
from components.state import choice, slider
from components.tracks import Heat, Sound, Wave
from engine.sound.filterbank import band_energies, strongest_band, triangle_bank, warp_rows
from engine.sound.filters import (
    butterworth,
    butterworth_response,
    energy_share,
    filter_centred,
    filter_twice,
    sinc_response,
    windowed_sinc,
)
from engine.sound.mel import empty_bands
from engine.sound.spectrum import frequencies, power, stft, to_db

here = page.start(
    "spectrogram",
    {
        "spectrogram": _("Spectrogram"),
        "tradeoff": _("What breaks"),
        "bands": _("Bands"),
        "filter": _("Filter"),
        "predict": _("Predict"),
    },
)
text = here.text
clip = sound.clip_of_tray()
lab, rate = clip.lab, clip.sample_rate
SCALES = {"linear": _("Linear"), "log": _("Octaves"), "mel": _("Mel"), "bark": _("Bark")}
LENGTH = spectra.near(0.04, rate)  # samples under a window where the learner does not choose
SHORT, LONG = spectra.near(0.004, rate), spectra.near(0.16, rate)
wave = Wave(clip.wave, rate, _("Sound"), _("The wave of the sound"))
heard = Sound(clip.wave, rate, _("Sound"))


def resolution(length: int) -> str:
    """How long a window is, and how far its bins are apart."""
    return f"{spectra.seconds(length / rate)} × {spectra.hertz(rate / length)}"


@fragment
def spectrogram() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        length = spectra.ask_length(_("Window in samples"), start=LENGTH)
        span = slider(_("Range of the colours in dB"), 20, 120, 80, key="range")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scale = choice(_("Frequency axis"), SCALES, key="axis")
        window = spectra.ask_window()
        shares = {"4": "75 %", "2": "50 %", "1": "0 %"}
        overlap = choice(_("Overlap of windows"), shares, key="overlap")
    hop = length // int(overlap)
    levels = spectra.spectrogram(clip, clip.wave, length=length, hop=hop, window=window)
    title, alt = _("Spectrogram"), _("Level by time and frequency")
    picture = spectra.heat(
        clip, levels, title, alt, length=length, hop=hop, scale=scale, span=float(span)
    )
    show.tracks(
        "spectrogram",
        [wave, picture],
        sounds=[heard],
        frames=(length / rate, hop / rate, -length / 2 / rate),
        height=200,
        caption=text["spectrogram_caption"]
        + " "
        + text["reading" if scale != "linear" else "bins"]
        + clip.note,
    )
    bins, columns = levels.value.shape
    with st.container(horizontal=True):
        st.metric(_("Window, Δt"), spectra.seconds(length / rate), help=text["dt"])
        st.metric(_("Between bins, Δf"), spectra.hertz(rate / length), help=text["df"])
        st.metric(_("Bins × frames"), f"{bins:,} × {columns:,}", help=text["shape"])


@fragment
def tradeoff() -> None:
    length = spectra.ask_length(_("Window in samples"), start=LENGTH)
    scale = choice(_("Frequency axis"), SCALES, key="axis")
    rows = []
    for size, title in (
        (SHORT, _("Short")),
        (length, _("Yours")),
        (LONG, _("Long")),
    ):
        hop = max(size // 4, 1)
        levels = spectra.spectrogram(clip, clip.wave, length=size, hop=hop, as_=f"levels_{size}")
        alt = _("Spectrogram with a window of {samples} samples", samples=f"{size:,}")
        named = f"{title}: {resolution(size)}"
        rows.append(spectra.heat(clip, levels, named, alt, length=size, hop=hop, scale=scale))
    show.tracks(
        "tradeoff",
        [wave, *rows],
        sounds=[heard],
        caption=text["tradeoff_caption"] + clip.note,
    )


@fragment
def bands() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scale = choice(_("Bands equally far apart in"), SCALES, key="scale", default="mel")
        count = slider(_("Bands"), 2, 128, 24, key="bands")
    options = {"sample_rate": rate, "fft_size": LENGTH, "scale": scale}
    bank = lab.run(triangle_bank, bands=count, as_="bank", **options)
    hertz = lab.run(frequencies, sample_rate=rate, fft_size=LENGTH, as_="hertz")
    looks = {"triangles": _("Triangles"), "matrix": _("Matrix")}
    size = f"{count} × {LENGTH // 2 + 1}"
    if choice(_("The bank as"), looks, key="look") == "triangles":
        show.chart(
            "bank",
            lambda weights, places: charts.bank(
                weights,
                places,
                x="Hz",
                y=_("weight"),
                colours=(COLOURS["sound"], spectra.MARK),
            ),
            [bank, hertz],
            caption=text["bank_caption"],
            alt=_("Triangular weights of each band by frequency"),
        )
    else:
        shown = Picture(
            bank, _("Bank, {size}", size=size), _("Weights of bins in bands"), (), 0, 1, "viridis"
        )
        show.pictures("bank", [shown], caption=text["matrix_caption"], height=260)
    if empty := lab.run(empty_bands, bank, as_="empty").value:
        st.warning(_("Bands that hold no bin: {count}.", count=empty) + " " + text["empty"])
    spectrum = lab.run(stft, clip.wave, length=LENGTH, hop=LENGTH // 4, as_="spectrum")
    strength = lab.run(power, spectrum, as_="strength")
    sums = lab.run(band_energies, strength, bank, as_="energies")
    readings = lab.run(warp_rows, strength, rows=count + 2, as_="readings", **options)
    rows, hop = [], LENGTH // 4 / rate
    for node, title, alt, ticks in (
        (
            sums,
            _("Sums: energies of the bands") + " (Hz)",
            _("Energy of each band by time"),
            spectra.band_ticks(count, scale, rate / 2),
        ),
        (
            readings,
            _("Readings: single frequencies") + " (Hz)",
            _("Power at single frequencies by time"),
            spectra.scale_ticks(count + 2, scale, rate / 2),
        ),
    ):
        levels = lab.run(to_db, node, as_=f"{node.name}_db")
        rows.append(
            Heat(levels, title, alt, hop=hop, lo=-80, hi=0, ticks=ticks, rows_name=_("band"))
        )
    show.tracks("bands", [wave, *rows], sounds=[heard], caption=text["bands_caption"] + clip.note)


def filtered(
    kind: str, shape: str, low: float, high: float, steep: int
) -> tuple[show.Node, show.Node]:
    """The filtered sound and the response of the filter."""
    cuts = {"sample_rate": rate, "kind": kind, "cutoff": low, "cutoff_high": high}
    if shape == "butterworth":
        sos = lab.run(butterworth, order=steep, as_="sections", **cuts)
        response = lab.run(butterworth_response, sos, sample_rate=rate, as_="response")
        return lab.run(filter_twice, clip.wave, sos, as_="filtered"), response
    kernel = lab.run(windowed_sinc, taps=steep, as_="kernel", **cuts)
    response = lab.run(sinc_response, kernel, sample_rate=rate, as_="response")
    return lab.run(filter_centred, clip.wave, kernel, as_="filtered"), response


@fragment
def filtering() -> None:
    kinds = {"low": _("Low-pass"), "high": _("High-pass"), "band": _("Band-pass")}
    shapes = {"butterworth": _("Butterworth"), "sinc": _("Windowed sinc")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice(_("Filter"), kinds, key="kind", hide_label=True)
        shape = choice(_("Kind of filter"), shapes, key="shape", hide_label=True)
    low, high = spectra.ask_cutoffs(kind, rate)
    if shape == "butterworth":
        steep = slider(_("Order (steepness)"), 1, 10, 4, key="order")
    else:
        steep = 2 * slider(_("Neighbours on each side"), 1, 1000, 200, key="neighbours") + 1
    result, response = filtered(kind, shape, low, high, steep)
    hop = LENGTH // 4
    before = spectra.spectrogram(clip, clip.wave, length=LENGTH, hop=hop, as_="before")
    after = spectra.spectrogram(clip, result, length=LENGTH, hop=hop, as_="after")
    look = {"length": LENGTH, "hop": hop, "scale": "log", "top": spectra.top_of(clip, before)}
    kept = lab.run(energy_share, result, clip.wave, as_="kept").value
    show.tracks(
        "filter",
        [
            spectra.heat(clip, before, _("Before"), _("Spectrogram of the sound"), **look),
            spectra.heat(clip, after, _("After"), _("Spectrogram of what is left"), **look),
        ],
        sounds=[Sound(clip.wave, rate, _("Before")), Sound(result, rate, _("After"))],
        caption=text["filter_caption"]
        + " "
        + _("{share} of the energy is left.", share=f"{kept:.2%}")
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


def share_left(kind: str, cutoff: float) -> float:
    """The share of the energy that a filter leaves."""
    result, _response = filtered(kind, "butterworth", cutoff, 0.0, 4)
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
        key="low",
    )
    high = share_left("high", rate / 8)
    quiz.question(
        _(
            "A high-pass at {hertz} leaves three quarters of all bins. How much of the energy?",
            hertz=spectra.hertz(rate / 8),
        ),
        {"a": _("over 10 %"), "b": _("1 to 10 %"), "c": _("under 1 %")},
        answer="c" if high < 0.01 else "b" if high <= 0.1 else "a",
        why=_("{share} of the energy lies in those three quarters.", share=f"{high:.3%}"),
        key="high",
    )
    options = {"sample_rate": rate, "fft_size": LENGTH, "scale": "mel"}
    bank = lab.run(triangle_bank, bands=24, as_="quiz_bank", **options)
    spectrum = lab.run(stft, clip.wave, length=LENGTH, hop=LENGTH // 4, as_="spectrum")
    strength = lab.run(power, spectrum, as_="strength")
    energies = lab.run(band_energies, strength, bank, as_="quiz_energies")
    best = lab.run(strongest_band, energies, as_="best").value + 1
    quiz.question(
        _("24 mel bands, the lowest is number 1. Which holds the most energy over the whole clip?"),
        {"a": _("1 to 4"), "b": _("5 to 8"), "c": _("9 to 24")},
        answer="a" if best <= 4 else "b" if best <= 8 else "c",
        why=_("Number {number}.", number=best),
        key="band",
    )
    narrow = {"sample_rate": rate, "fft_size": SHORT, "scale": "mel"}
    fine = lab.run(triangle_bank, bands=24, as_="quiz_fine", **narrow)
    empty = lab.run(empty_bands, fine, as_="quiz_empty").value
    quiz.question(
        _(
            "The same 24 bands with a window of only {length}: do all of them hold a bin?",
            length=spectra.seconds(SHORT / rate),
        ),
        {"all": _("All do"), "few": _("A few stay empty"), "most": _("Most stay empty")},
        answer="all" if not empty else "few" if empty <= 12 else "most",
        why=_(
            "{count} stay empty: the bins are {step} apart, the lowest bands are narrower.",
            count=empty,
            step=spectra.hertz(rate / SHORT),
        )
        if empty
        else _(
            "Even the narrowest band holds a bin: they are {step} apart.",
            step=spectra.hertz(rate / SHORT),
        ),
        key="empty",
    )


here.run(spectrogram=spectrogram, tradeoff=tradeoff, bands=bands, filter=filtering, predict=predict)
