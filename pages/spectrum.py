"""Shows: the slice of the sound under the cursor and its spectrum, its peaks named with their notes;
four windows on that slice and on a tone between two bins, with the sizes of their lobes; three
predictions.
"""

from __future__ import annotations

import streamlit as st

from components import cells, charts, page, quiz, show, sound, spectra
from components.catalogue import COLOURS
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
text = here.text
clip = sound.clip_of_tray()
lab, rate = clip.lab, clip.sample_rate
FLOOR = -120.0  # dB, the lowest that is drawn
BINS, LOBES = 20.5, 12  # where the pure tone lies, and how many bins beside it are drawn


def table_of(piece: show.Node, window: str) -> show.Node:
    """Hz and amplitude of each bin of a slice."""
    return lab.run(slice_amplitude, piece, sample_rate=rate, window=window, as_="table")


@fragment
def one_slice() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        length = spectra.ask_length(_("Length of the slice in samples"), start=2048)
        window = spectra.ask_window()
    table = table_of(spectra.slice_of(clip, "slice", length, window, text), window)
    levels = lab.run(slice_db, table, floor_db=FLOOR, as_="levels")
    peaks = lab.run(spectral_peaks, table, as_="peaks")
    axes = {"log": _("Octaves"), "linear": _("Linear")}
    axis = choice(_("Frequency axis"), axes, key="axis")
    named = [(hertz, level, *note_name(hertz)) for hertz, level in peaks.value.tolist()]

    def draw(levels: object, _peaks: object) -> object:
        first = 1 if axis == "log" else 0  # a logarithm has no place for 0 Hz
        return charts.spectra(
            {_("Level"): (levels[first:, 0], levels[first:, 1])},
            x="Hz",
            y="dB",
            colours=(COLOURS["sound"],),
            marks=[(hertz, level, note) for hertz, level, note, _cents in named],
            log_x=axis == "log",
            x_range=(max(20, rate / length), rate / 2) if axis == "log" else None,
            y_range=(FLOOR, 12),
        )

    bins, step = f"{length // 2 + 1:,}", spectra.hertz(rate / length)
    spacing = _("{bins} bins, one every {step}.", bins=bins, step=step)
    alt = _("Level of the slice by frequency, the strongest peaks named")
    show.chart(
        "slice_spectrum",
        draw,
        [levels, peaks],
        caption=f"{text['spectrum_caption']} {spacing}",
        alt=alt,
    )
    if not named:
        st.info(text["silent"], icon=":material/info:")
        return
    heads = " | ".join(["Hz", _("Nearest note"), _("Cents above it"), "dB"])
    rows = "\n".join(f"| {f:,.1f} | {note} | {off:+d} | {db:.1f} |" for f, db, note, off in named)
    st.markdown(f"| {heads} |\n|--:|:--|--:|--:|\n{rows}")
    st.caption(text["peaks_caption"])


@fragment
def four_windows() -> None:
    length = spectra.ask_length(_("Length of the slice in samples"), start=1024)
    names, colours = spectra.windows(), tuple(spectra.COLOURS.values())
    piece = spectra.slice_of(clip, "windows", length, "hann", text)
    tone = lab.run(tone_between_bins, length=length, bins=BINS, as_="tone")

    def levels_of(wave: show.Node, unit: int) -> list[show.Node]:
        found = []
        for name in names:
            table = lab.run(slice_amplitude, wave, sample_rate=unit, window=name, as_="table")
            found.append(lab.run(slice_db, table, floor_db=FLOOR, as_=f"{name}_levels"))
        return found

    def lines(*tables: object, **more: object) -> object:
        series = {names[n]: (t[:, 0], t[:, 1]) for n, t in zip(names, tables, strict=True)}
        return charts.spectra(series, colours=colours, **more)

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
    heads = (
        _("Main lobe, bins"),
        _("Highest side lobe, dB"),
        _("Noise bandwidth, bins"),
        _("Loss between bins, dB"),
    )
    numbers = zip(*[one.value for one in measured], strict=True)
    body = cells.grid(
        [[cells.Cell(f"{number:.2f}") for number in row] for row in numbers],
        label=_("Sizes of four windows"),
        row_heads=heads,
        column_heads=list(names.values()),
    )
    show.html("measures", body, measured, caption=text["measures_caption"])


def predict() -> None:
    piece, _start = spectra.cut(clip, 2048, None)
    tables = {name: table_of(piece, name) for name in ("rectangular", "hann")}
    peaks = lab.run(spectral_peaks, tables["hann"], as_="peaks").value.tolist()
    if not peaks:
        st.info(text["silent"], icon=":material/info:")
        return
    (strongest, level), (note, cents) = peaks[0], note_name(peaks[0][0])
    ranges = {"a": 250, "b": 1000, "c": 4000, "d": float("inf")}
    quiz.question(
        _("The loudest slice of 2,048 samples: where is its strongest peak?"),
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
        key="strongest",
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
        key="level",
    )
    counts = {
        name: lab.run(bins_above, table, floor_db=-60.0, as_="bins").value
        for name, table in tables.items()
    }
    one, two = counts["rectangular"], counts["hann"]
    quiz.question(
        _(
            "Without a fading window (rectangular) instead of Hann: how many of the bins come within "
            "60 dB of the strongest?"
        ),
        {"fewer": _("Fewer"), "same": _("About as many"), "more": _("More")},
        answer="same" if abs(one - two) <= 0.05 * two else "more" if one > two else "fewer",
        why=_(
            "{one} with the rectangular window, {two} with Hann, of {all}. Leakage lifts what is "
            "quiet.",
            one=f"{one:,}",
            two=f"{two:,}",
            all=f"{2048 // 2 + 1:,}",
        ),
        key="leak",
    )
    step = rate / 2048
    quiz.question(
        _("How far apart are the bins of this slice?"),
        {"a": _("under 10 Hz"), "b": _("10 to 20 Hz"), "c": _("over 20 Hz")},
        answer="a" if step < 10 else "b" if step <= 20 else "c",
        why=_(
            "{rate} samples a second over {length} samples: {step}.",
            rate=f"{rate:,}",
            length=f"{2048:,}",
            step=spectra.hertz(step),
        ),
        key="spacing",
    )


here.run(slice=one_slice, windows=four_windows, predict=predict)
