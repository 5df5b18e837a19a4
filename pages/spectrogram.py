"""Shows: the sound's spectra one after the other, on four frequency axes; a short and a long window
beside the learner's own; the energies of a filter bank beside readings of single frequencies; four
predictions.
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
from engine.sound.mel import empty_bands
from engine.sound.mfcc import share_of_cells
from engine.sound.spectrum import frequencies, power, stft, to_db

here = page.start(
    "spectrogram",
    {
        "spectrogram": _("Spectrogram"),
        "tradeoff": _("What breaks"),
        "bands": _("Bands"),
        "predict": _("Predict"),
    },
)
text = spectra.filled(here.text, span=spectra.SPAN)
clip = sound.clip_of_tray()
lab, rate = clip.lab, clip.sample_rate
LENGTH = spectra.near(0.04, rate)  # samples under a window where the learner does not choose
SHORT, LONG = spectra.near(0.004, rate), spectra.near(0.16, rate)
ASKED = 24  # bands that the questions are about
MOST = 0.9  # of the energy, in a question about cells
wave = Wave(clip.wave, rate, _("Sound"), _("The wave of the sound"))
heard = Sound(clip.wave, rate, _("Sound"))


def resolution(length: int) -> str:
    """How long a window is, and how far its bins are apart."""
    return f"{spectra.seconds(length / rate)} × {spectra.hertz(rate / length)}"


@fragment
def spectrogram() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        length = spectra.ask_length(_("Window in samples"), start=LENGTH, key="gram_length")
        span = slider(_("Range of the colours in dB"), 20, 120, spectra.SPAN, key="gram_range")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scale = choice(_("Frequency axis"), spectra.scales(), key="gram_axis")
        window = spectra.ask_window(key="gram_window")
        shares = {"4": "75 %", "2": "50 %", "1": "0 %"}
        overlap = choice(_("Overlap of windows"), shares, key="gram_overlap")
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
    length = spectra.ask_length(_("Window in samples"), start=LENGTH, key="trade_length")
    scale = choice(_("Frequency axis"), spectra.scales(), key="trade_axis")
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
        scale = choice(
            _("Bands equally far apart in"), spectra.scales(), key="bank_scale", default="mel"
        )
        count = slider(_("Bands"), 2, 128, ASKED, key="bank_bands")
    options = {"sample_rate": rate, "fft_size": LENGTH, "scale": scale}
    bank = lab.run(triangle_bank, bands=count, as_="bank", **options)
    hertz = lab.run(frequencies, sample_rate=rate, fft_size=LENGTH, as_="hertz")
    looks = {"triangles": _("Triangles"), "matrix": _("Matrix")}
    size = f"{count} × {LENGTH // 2 + 1}"
    if choice(_("The bank as"), looks, key="bank_look") == "triangles":
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
    look = {"hop": LENGTH // 4 / rate, "lo": -spectra.SPAN, "hi": 0, "rows_name": _("band")}
    summed = Heat(
        lab.run(to_db, sums, floor_db=-float(spectra.SPAN), as_="energies_db"),
        _("Sums: energies of the bands") + " (Hz)",
        _("Energy of each band by time"),
        ticks=spectra.band_ticks(count, scale, rate / 2),
        row_values=spectra.band_hertz(count, scale, rate / 2),
        first_row=1,
        **look,
    )
    single = Heat(
        lab.run(to_db, readings, floor_db=-float(spectra.SPAN), as_="readings_db"),
        _("Readings: single frequencies") + " (Hz)",
        _("Power at single frequencies by time"),
        ticks=spectra.scale_ticks(count + 2, scale, rate / 2),
        row_values=spectra.row_hertz(count + 2, scale, rate / 2),
        **look,
    )
    caption = text["bands_caption"] + clip.note
    show.tracks("bands", [wave, summed, single], sounds=[heard], caption=caption)


def predict() -> None:
    if clip.seconds < 0.1 or rate < 4000:
        st.info(text["too_short"], icon=":material/info:")
        return
    options = {"sample_rate": rate, "fft_size": LENGTH, "scale": "mel"}
    bank = lab.run(triangle_bank, bands=ASKED, as_="quiz_bank", **options)
    spectrum = lab.run(stft, clip.wave, length=LENGTH, hop=LENGTH // 4, as_="spectrum")
    strength = lab.run(power, spectrum, as_="strength")
    energies = lab.run(band_energies, strength, bank, as_="quiz_energies")
    best = lab.run(strongest_band, energies, as_="best").value + 1
    quiz.question(
        _(
            "{bands} mel bands, the lowest is number 1. Which one holds the most energy over the "
            "whole clip?",
            bands=ASKED,
        ),
        {
            "a": _("{first} to {last}", first=1, last=ASKED // 6),
            "b": _("{first} to {last}", first=ASKED // 6 + 1, last=ASKED // 3),
            "c": _("{first} to {last}", first=ASKED // 3 + 1, last=ASKED),
        },
        answer="a" if best <= ASKED // 6 else "b" if best <= ASKED // 3 else "c",
        why=_("Number {number}.", number=best),
        key="gram_band",
    )
    short, long = (
        spectra.top_of(clip, spectra.spectrogram(clip, clip.wave, length=n, hop=max(n // 4, 1)))
        for n in (SHORT, LONG)
    )
    quiz.question(
        _(
            "The highest level with a window of {short}: how far is it above that with {long}?",
            short=spectra.seconds(SHORT / rate),
            long=spectra.seconds(LONG / rate),
        ),
        {"b": _("3 to 6 dB"), "c": _("over 6 dB"), "a": _("under 3 dB")},
        answer="a" if short - long < 3 else "b" if short - long <= 6 else "c",
        why=_(
            "{short} and {long} dB. A steady tone is as high in both; what changes within the long "
            "window is spread out in it.",
            short=f"{short:.1f}",
            long=f"{long:.1f}",
        ),
        key="gram_window_top",
    )
    spread = lab.run(share_of_cells, strength, part=MOST, as_="spread").value
    quiz.question(
        _(
            "How many cells of the spectrogram, the strongest first, hold {part} of its energy?",
            part=f"{MOST:.0%}",
        ),
        {"a": _("under 0.5 %"), "b": _("0.5 to 3 %"), "c": _("over 3 %")},
        answer="a" if spread < 0.005 else "b" if spread <= 0.03 else "c",
        why=_(
            "{share} of the cells. Tones lie in few cells, noise in many.", share=f"{spread:.2%}"
        ),
        key="gram_cells",
    )


here.run(spectrogram=spectrogram, tradeoff=tradeoff, bands=bands, predict=predict)
