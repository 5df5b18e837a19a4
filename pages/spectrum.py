"""Shows: the slice of the sound under the cursor and its spectrum, its peaks named with their notes;
four windows on that slice and on a tone between two bins, with the sizes of their lobes; three
predictions.
"""

from __future__ import annotations

import streamlit as st

from components import charts, page, quiz, show, sound, spectra
from components.guard import fragment
from components.i18n import _
from components.state import choice
from engine.sound.spectrum import (
    bins_above,
    note_name,
    slice_amplitude,
    slice_db,
    spectral_peaks,
    tone_between_bins,
)
from engine.sound.windows import make_window, window_measures, window_spectrum

here = page.start(
    "spectrum",
    {"slice": _("One slice"), "windows": _("What breaks"), "predict": _("Predict")},
)
WEAKEST, NEAR = -40.0, -60.0  # dB under the strongest: of peaks; of bins that a question counts
text = spectra.filled(here.text, weakest=f"{-WEAKEST:g}")
clip = sound.clip_of_tray()
lab, rate = clip.lab, clip.sample_rate
FLOOR = -120.0  # dB, the lowest that is drawn
BINS, LOBES = 20.5, 12  # where the pure tone lies, and how many bins beside it are drawn
ASKED = 2048  # samples of the slice that the questions are about


def table_of(piece: show.Node, window: str) -> show.Node:
    """Hz and amplitude of each bin of a slice."""
    return lab.run(slice_amplitude, piece, sample_rate=rate, window=window, as_="table")


@fragment
def one_slice() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = _("Length of the slice in samples")
        length = spectra.ask_length(label, start=ASKED, key="slice_length")
        window = spectra.ask_window(key="slice_window")
        axes = {"log": _("Octaves"), "linear": _("Linear")}
        axis = choice(_("Frequency axis"), axes, key="slice_axis")
    table = table_of(spectra.slice_of(clip, "slice", length, window, text), window)
    levels = lab.run(slice_db, table, floor_db=FLOOR, as_="levels")
    peaks = lab.run(spectral_peaks, table, floor_db=WEAKEST, window=window, as_="peaks")
    named = [(hertz, level, *note_name(hertz)) for hertz, level in peaks.value.tolist()]
    bins, step = f"{length // 2 + 1:,}", spectra.hertz(rate / length)
    spacing = _("{bins} bins, one every {step}.", bins=bins, step=step)
    spectra.level_chart(
        "slice_spectrum",
        levels,
        peaks,
        named,
        log=axis == "log",
        x_range=(max(20, rate / length), rate / 2),
        floor=FLOOR,
        caption=f"{text['spectrum_caption']} {spacing}",
    )
    if not named:
        st.info(text["silent"], icon=":material/info:")
        return
    st.markdown(spectra.peaks_table(named))
    st.caption(text["peaks_caption"])


def levels_of(wave: show.Node, unit: int) -> list[show.Node]:
    """The levels of a slice with each of the four windows; `unit` is its sample rate."""
    found = []
    for name in spectra.windows():
        table = lab.run(slice_amplitude, wave, sample_rate=unit, window=name, as_="table")
        found.append(lab.run(slice_db, table, floor_db=FLOOR, as_=f"{name}_levels"))
    return found


@fragment
def four_windows() -> None:
    label = _("Length of the slice in samples")
    length = spectra.ask_length(label, start=1024, key="leak_length")
    names, colours = spectra.windows(), tuple(spectra.COLOURS.values())
    piece = spectra.slice_of(clip, "windows", length, "hann", text)
    tone = lab.run(tone_between_bins, length=length, bins=BINS, as_="tone")
    lines = spectra.window_lines
    sides = {"y": "dB", "y_range": (FLOOR, 6)}
    left, right = st.columns(2)
    with left:
        st.markdown(_("**A pure tone between two bins**"))
        show.chart(
            "leak_tone",
            lambda *t: lines(*t, x=_("bin"), x_range=(0, min(2 * BINS, length / 2)), **sides),
            levels_of(tone, length),
            caption=text["leak_tone_caption"],
            alt=_("Leakage of a pure tone with four windows"),
        )
    with right:
        st.markdown(_("**Your slice**"))
        show.chart(
            "leak_slice",
            lambda *t: lines(*t, x="Hz", x_range=(0, rate / 2), **sides),
            levels_of(piece, rate),
            caption=text["leak_slice_caption"],
            alt=_("Spectrum of the slice with four windows"),
        )
    shapes = [lab.run(make_window, name=n, length=length, as_=f"{n}_window") for n in names]
    lobes = [
        lab.run(window_spectrum, name=n, length=length, bins=LOBES, as_=f"{n}_lobes") for n in names
    ]
    left, right = st.columns(2)
    with left:
        st.markdown(_("**Their shapes**"))
        show.chart(
            "shapes",
            lambda *w: charts.spectra(
                {names[n]: (range(length), v) for n, v in zip(names, w, strict=True)},
                x=_("sample"),
                y=_("weight"),
                colours=colours,
            ),
            shapes,
            caption=text["shapes_caption"],
            alt=_("Weights of four windows over the slice"),
        )
    with right:
        st.markdown(_("**Their lobes**"))
        show.chart(
            "lobes",
            lambda *t: lines(*t, x=_("bins beside the tone"), **sides),
            lobes,
            caption=text["lobes_caption"],
            alt=_("Main lobe and side lobes of four windows"),
        )
    measured = [lab.run(window_measures, name=n, length=length, as_=f"{n}_measures") for n in names]
    body = spectra.measures_grid(measured)
    show.html("measures", body, measured, caption=text["measures_caption"])


def predict() -> None:
    piece, _start = spectra.cut(clip, ASKED, None)
    tables = {name: table_of(piece, name) for name in ("rectangular", "hann")}
    peaks = lab.run(spectral_peaks, tables["hann"], floor_db=WEAKEST, as_="peaks").value.tolist()
    if not peaks:
        st.info(text["silent"], icon=":material/info:")
        return
    (strongest, level), (note, cents) = peaks[0], note_name(peaks[0][0])
    ranges = {"a": 250, "b": 1000, "c": 4000, "d": float("inf")}
    quiz.question(
        _(
            "The loudest slice of {length} samples: where is its strongest peak?",
            length=f"{ASKED:,}",
        ),
        {
            "a": _("under 250 Hz"),
            "b": _("250 Hz to 1 kHz"),
            "c": _("1 to 4 kHz"),
            "d": _("over 4 kHz"),
        },
        answer=next(name for name, most in ranges.items() if strongest < most),
        why=_(
            "At {hertz}, {cents} cents from the note {note}.",
            hertz=spectra.hertz(strongest),
            cents=f"{cents:+d}",
            note=note,
        ),
        key="slice_strongest",
    )
    quiz.question(
        _("How strong is that peak? 0 dB would be a tone that just fills the range from −1 to 1."),
        {"a": _("over −20 dB"), "b": _("−20 to −40 dB"), "c": _("under −40 dB")},
        answer="a" if level > -20 else "b" if level >= -40 else "c",
        why=_(
            "{level} dB, the amplitude {amplitude}.",
            level=f"{level:.1f}",
            amplitude=f"{10 ** (level / 20):.4f}",
        ),
        key="slice_level",
    )
    counts = {
        name: lab.run(bins_above, table, floor_db=NEAR, as_="bins").value
        for name, table in tables.items()
    }
    one, two = counts["rectangular"], counts["hann"]
    quiz.question(
        _(
            "Without a fading window (rectangular) instead of Hann: how many of the bins come within "
            "{near} dB of the strongest?",
            near=f"{-NEAR:g}",
        ),
        {"fewer": _("Fewer"), "same": _("About as many"), "more": _("More")},
        answer="same" if abs(one - two) <= 0.05 * two else "more" if one > two else "fewer",
        why=_(
            "{one} with the rectangular window, {two} with Hann, of {all}. Leakage lifts what is "
            "quiet.",
            one=f"{one:,}",
            two=f"{two:,}",
            all=f"{ASKED // 2 + 1:,}",
        ),
        key="slice_leak",
    )
    step = rate / ASKED
    quiz.question(
        _("How far apart are the bins of this slice?"),
        {"a": _("under 10 Hz"), "b": _("10 to 20 Hz"), "c": _("over 20 Hz")},
        answer="a" if step < 10 else "b" if step <= 20 else "c",
        why=_(
            "{rate} samples a second over {length} samples: {step}.",
            rate=f"{rate:,}",
            length=f"{ASKED:,}",
            step=spectra.hertz(step),
        ),
        key="slice_spacing",
    )


here.run(slice=one_slice, windows=four_windows, predict=predict)
