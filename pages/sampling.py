"""Shows: the sound from the whole clip to single samples and their bytes; the same sound at other
sampling rates; aliasing of a rising tone, a single tone and the learner's sound; the wave rebuilt from
its samples in three ways; four predictions.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components import charts, page, pcm, quiz, show, sound, spectra
from components.catalogue import COLOURS
from components.guard import fragment
from components.i18n import _
from components.state import choice
from components.tracks import Row, Sound, Wave
from engine.lab import Node
from engine.sound.quantize import error_of, pcm_bytes, quantize_codes, snr_db
from engine.sound.sampling import (
    band_limited,
    chirp,
    first_around,
    fold_curve,
    folded_frequency,
    loudest_frequency,
    loudest_sample,
    mean_level,
    pick_samples,
    rebuild,
    resample,
    share_above,
    slice_around,
    tone,
)

STEPS = {
    "wave": _("Look closely"),
    "rate": _("Sampling rate"),
    "aliasing": _("What breaks"),
    "rebuild": _("Rebuild"),
    "predict": _("Predict"),
}
RATES = (1000, 1500, 2000, 3000, 4000, 6000, 8000, 11025, 12000, 16000, 22050, 24000, 32000)
RATES = (*RATES, 44100, 48000)
SHOWN = 12  # samples in the table
SLICE = 4096  # samples, of the mean spectrum
MADE_RATE, MADE_SECONDS = 48000, 4.0  # of the tones that are made here
WRONG, RIGHT, THIRD = "#D55E00", "#0072B2", "#CC79A7"

here = page.start("sampling", STEPS)
text = here.text
clip = sound.clip_of_tray()
lab, rate, wave = clip.lab, clip.sample_rate, clip.wave
count = len(wave.value)


def ask_rate(label: str, most: int, start: int, key: str) -> int:
    """Ask for a sampling rate of at most `most`."""
    rates = [r for r in RATES if r <= most] or [RATES[0]]
    first = max([r for r in rates if r <= start] or rates[:1])
    return st.select_slider(label, rates, first, key=key, bind="query-params", format_func=hertz)


def hertz(number: float) -> str:
    """A rate or a frequency, written out."""
    return f"{number:,.0f} Hz"


def heard(samples: Node, new: int, old: int, length: int, name: str) -> Node:
    """The sound that samples at a lower rate stand for, at the old rate: what a player makes of them."""
    options = {"rate": new, "new_rate": old, "count": length, "method": "sinc"}
    return lab.run(rebuild, samples, as_=name, **options)


@fragment
def look() -> None:
    row = Wave(wave, rate, _("Wave"), _("The wave of your sound, from -1 to 1"))
    hear = [Sound(wave, rate, _("Your sound"))]
    state = show.tracks(
        "wave", [row], sounds=hear, height=240, caption=text["wave_caption"] + clip.note
    )
    peak = lab.run(loudest_sample, wave, as_="peak").value
    middle = peak if state.cursor is None else min(round(state.cursor * rate), count - 1)
    near = lab.run(slice_around, wave, middle=middle, count=SHOWN, as_="near")
    codes = lab.run(quantize_codes, near, bits=16, as_="codes")
    parts = lab.run(pcm_bytes, codes, bits=16, as_="parts")
    values = [node.value for node in (near, codes, parts)]
    first = first_around(middle, count=SHOWN, length=count)
    show.html(
        "numbers",
        pcm.samples_grid(*values, first=first, marked=middle),
        [near, codes, parts],
        caption=_(
            "Sample {number}, {time} s after the beginning, and its neighbours, one every {step} µs. "
            "Underlined: the sample at the pin, or the loudest one. Last: the number as two bytes in "
            "hexadecimal, as a WAV file of 16 bits stores it, the byte of least weight first.",
            number=f"{middle:,}",
            time=f"{middle / rate:.5f}",
            step=f"{1e6 / rate:.1f}",
        ),
    )


@fragment
def other_rate() -> None:
    new = ask_rate(_("Sampling rate"), RATES[-1], 8000, "newrate")
    pair = {"sample_rate": rate, "new_rate": new}
    filtered = lab.run(resample, wave, as_="filtered", **pair)
    picked = lab.run(pick_samples, wave, as_="picked", **pair)
    good, bad = _("With the filter"), _("Without it")
    rows = [
        Wave(wave, rate, _("Your sound, {rate}", rate=hertz(rate)), _("Your sound")),
        Wave(filtered, new, f"{good}, {hertz(new)}", good, colour=RIGHT),
        Wave(picked, new, f"{bad}, {hertz(new)}", bad, colour=WRONG),
    ]
    lower = new < rate
    out = rate if lower else new
    ends = (
        [heard(samples, new, rate, count, "heard") for samples in (filtered, picked)]
        if lower
        else [filtered, picked]
    )
    sounds = [
        Sound(wave, rate, _("Your sound")),
        Sound(ends[0], out, good),
        Sound(ends[1], out, bad),
    ]
    lost = lab.run(share_above, wave, sample_rate=rate, frequency=new / 2, as_="share").value
    with st.container(horizontal=True):
        st.metric(_("Highest frequency"), hertz(new / 2), help=text["nyquist"])
        st.metric(_("Energy above it"), f"{lost:.2%}", help=text["above"])
        st.metric(_("16-bit bytes a second"), f"{2 * new:,}", help=text["bytes"])
    show.tracks("rates", rows, sounds=sounds, height=110, caption=text["rate_caption"] + clip.note)
    fair = max(2, SLICE * new // rate)  # slices that last equally long
    levels = [lab.run(mean_level, wave, sample_rate=rate, length=SLICE, as_="level_before")]
    levels += [
        lab.run(mean_level, node, sample_rate=new, length=fair, as_="level_after")
        for node in (filtered, picked)
    ]

    def draw(*curves: object) -> object:
        names = (_("Your sound"), good, bad)
        series = {name: tuple(curve) for name, curve in zip(names, curves, strict=True)}
        colours = (show.NEUTRAL, RIGHT, WRONG)
        figure = charts.spectra(series, x=_("frequency in Hz"), y="dB", colours=colours)
        return charts.verticals(figure, [(new / 2, _("half the rate"))])

    alt = _("Mean level of each frequency before and after resampling")
    show.chart("levels", draw, levels, caption=text["levels_caption"], alt=alt)


@fragment
def aliasing() -> None:
    kinds = {"chirp": _("Rising tone"), "tone": _("One tone"), "yours": _("Your sound")}
    kind = choice(_("Sound"), kinds, key="aliased", hide_label=True)
    base = rate if kind == "yours" else MADE_RATE
    with st.container(horizontal=True):
        new = ask_rate(_("Sampled at"), max(RATES[0], base // 2), 16000, "foldrate")
        pitch = st.slider(
            _("Tone, in Hz"), 100, MADE_RATE // 2, 13000, 100, key="pitch", bind="query-params"
        )
    made = {"sample_rate": MADE_RATE, "seconds": MADE_SECONDS, "amplitude": 0.5}
    if kind == "chirp":
        before = lab.run(chirp, start=0.0, stop=MADE_RATE / 2, as_="rising", **made)
    elif kind == "tone":
        before = lab.run(tone, frequency=float(pitch), as_="single", **made)
    else:
        before = wave
    length = len(before.value)
    pair = {"sample_rate": base, "new_rate": new}
    picked = heard(lab.run(pick_samples, before, as_="picked", **pair), new, base, length, "wrong")
    filtered = heard(lab.run(resample, before, as_="kept", **pair), new, base, length, "right")
    named = {kinds[kind]: before, _("Without the filter"): picked, _("With the filter"): filtered}
    place = replace(clip, sample_rate=base)
    size = {"length": 1024, "hop": 512}
    maps = {name: spectra.spectrogram(place, node, **size) for name, node in named.items()}
    top = spectra.top_of(place, maps[kinds[kind]])
    rows = [spectra.heat(place, node, name, name, top=top, **size) for name, node in maps.items()]
    sounds = [Sound(node, base, name) for name, node in named.items()]
    note = clip.note if kind == "yours" else ""
    show.tracks("folds", rows, sounds=sounds, height=150, caption=text["folds_caption"] + note)
    found = lab.run(folded_frequency, frequency=float(pitch), sample_rate=new, as_="found")
    nearest = round(pitch / new)
    st.markdown(text["fold_formula"])
    st.latex(rf"|{pitch} - {new} \cdot {nearest}| = {found.value:.0f}\ \text{{Hz}}")
    curve = lab.run(fold_curve, sample_rate=new, highest=MADE_RATE / 2, as_="zigzag")

    def draw(points: object, place: float) -> object:
        series = {_("Tone that is found"): (points[0], points[1])}
        axes = {"x": _("tone before sampling, Hz"), "y": _("tone after, Hz")}
        marks = [(pitch, place, hertz(place))]
        figure = charts.spectra(series, colours=(COLOURS["sound"],), marks=marks, **axes)
        return charts.verticals(figure, [(new / 2, _("half the rate")), (new, _("rate"))])

    alt = _("A zigzag: where each tone is found after sampling")
    show.chart("zigzag", draw, [curve, found], caption=text["zigzag_caption"], alt=alt)


@fragment
def rebuilding() -> None:
    new = ask_rate(_("Samples a second"), max(RATES[0], rate // 2), 4000, "samplerate")
    methods = {"hold": _("Hold"), "linear": _("Straight lines"), "sinc": _("Sum of sincs")}
    samples = lab.run(resample, wave, sample_rate=rate, new_rate=new, as_="few")
    fits = lab.run(band_limited, wave, sample_rate=rate, new_rate=new, as_="fits")
    rows, sounds, levels = [], [Sound(wave, rate, _("Your sound"))], {_("Your sound"): wave}
    errors, colours = [], (WRONG, THIRD, RIGHT)
    with st.container(horizontal=True):
        for (method, name), colour in zip(methods.items(), colours, strict=True):
            options = {"rate": new, "new_rate": rate, "count": count, "method": method}
            built = lab.run(rebuild, samples, as_=method, **options)
            error = lab.run(error_of, fits, built, as_=f"{method}_error")
            gap = lab.run(snr_db, fits, built, as_=f"{method}_ratio").value
            st.metric(name, pcm.decibels(gap), help=text["rebuild_ratio"])
            points = Wave(
                samples, new, _("samples"), _("The samples"), look="stems", colour=COLOURS["sound"]
            )
            ideal = Wave(
                fits, rate, _("what fits"), _("What the samples can hold"), colour=show.NEUTRAL
            )
            look = "steps" if method == "hold" else "auto"
            line = Wave(built, rate, name, name, colour=colour, look=look)
            rows.append(Row((ideal, line, points), name, text[f"alt_{method}"]))
            errors.append(Wave(error, rate, name, name, colour=colour, lo=None, hi=None))
            sounds.append(Sound(built, rate, name))
            levels[name] = built
    rows.append(Row(tuple(errors), _("Error of each"), _("Rebuilt minus what fits")))
    peak = lab.run(loudest_sample, wave, as_="peak").value / rate
    near = (max(0.0, peak - 4 / new), peak + 12 / new)  # sixteen samples are seen first
    show.tracks(
        "rebuilt",
        rows,
        sounds=sounds,
        view=near,
        height=120,
        caption=text["rebuild_caption"] + clip.note,
    )
    curves = [lab.run(mean_level, node, sample_rate=rate, as_="level") for node in levels.values()]

    def draw(*spectrum: object) -> object:
        series = {name: tuple(c) for name, c in zip(levels, spectrum, strict=True)}
        tints = (show.NEUTRAL, *colours)
        figure = charts.spectra(series, x=_("frequency in Hz"), y="dB", colours=tints)
        return charts.verticals(figure, [(new / 2, _("half the rate"))])

    alt = _("Mean level of each frequency in the three rebuilt sounds")
    show.chart("images", draw, curves, caption=text["images_caption"], alt=alt)


def predict() -> None:
    if count < rate // 10 or not wave.value.any():
        st.info(text["too_short"], icon=":material/info:")
        return
    half = rate / 4
    share = lab.run(share_above, wave, sample_rate=rate, frequency=half, as_="quiz_share").value
    quiz.question(
        _(
            "Every second sample is thrown away, without a filter. How much of the sound's energy is "
            "then heard at a wrong frequency?"
        ),
        {"few": _("under 0.1 %"), "some": _("0.1 to 5 %"), "many": _("over 5 %")},
        answer="few" if share < 0.001 else "some" if share <= 0.05 else "many",
        why=_(
            "{share}: that much lies above {half}, half of the new rate.",
            share=f"{share:.3%}",
            half=hertz(half),
        ),
        key="fold",
    )
    loud = lab.run(loudest_frequency, wave, sample_rate=rate, as_="quiz_loudest").value
    found = lab.run(folded_frequency, frequency=loud, sample_rate=1000, as_="quiz_found").value
    quiz.question(
        _(
            "The strongest tone of your sound has {pitch}. It is sampled 1,000 times a second, without "
            "a filter. Where is it found?",
            pitch=hertz(loud),
        ),
        {
            "same": _("at its own frequency"),
            "low": _("elsewhere, below 250 Hz"),
            "high": _("elsewhere, from 250 to 500 Hz"),
        },
        answer="same" if abs(found - loud) < 0.5 else "low" if found < 250 else "high",
        why=_(
            "At {found}: |{pitch} - 1,000 · {nearest}|. Below half the rate, 500 Hz, a tone stays.",
            found=hertz(found),
            pitch=f"{loud:,.0f}",
            nearest=round(loud / 1000),
        ),
        key="where",
    )
    rates = [r for r in RATES if r < rate][-6:] or [rate]
    shares = {}
    for new in rates:
        options = {"sample_rate": rate, "frequency": new / 2}
        shares[new] = 1 - lab.run(share_above, wave, as_="quiz_kept", **options).value
    enough = next((new for new in rates if shares[new] >= 0.99), 0)
    labels = {str(new): hertz(new) for new in rates} | {"0": _("none of these")}
    quiz.question(
        _("What is the lowest of these sampling rates that can hold 99 % of the sound's energy?"),
        labels,
        answer=str(enough),
        why=_(
            "Rates and energy below half of each: {shares}.",
            shares=", ".join(f"{hertz(new)}: {part:.1%}" for new, part in shares.items()),
        ),
        key="enough",
    )
    new = max(1000, rate // 4)
    fits = lab.run(band_limited, wave, sample_rate=rate, new_rate=new, as_="quiz_fits")
    samples = lab.run(resample, wave, sample_rate=rate, new_rate=new, as_="quiz_samples")
    gaps = []
    for method in ("hold", "linear"):
        options = {"rate": new, "new_rate": rate, "count": count, "method": method}
        built = lab.run(rebuild, samples, as_="quiz_built", **options)
        gaps.append(lab.run(snr_db, fits, built, as_="quiz_gap").value)
    better = gaps[1] - gaps[0]
    quiz.question(
        _(
            "{rate} samples a second, joined by straight lines instead of held: by how much does the "
            "signal-to-noise ratio rise?",
            rate=f"{new:,}",
        ),
        {"few": _("under 6 dB"), "some": _("6 to 12 dB"), "many": _("over 12 dB")},
        answer="few" if better < 6 else "some" if better <= 12 else "many",
        why=_(
            "By {better} dB: from {hold} dB to {lines} dB. The more slowly the wave moves from "
            "sample to sample, the more the lines gain.",
            better=f"{better:.1f}",
            hold=f"{gaps[0]:.1f}",
            lines=f"{gaps[1]:.1f}",
        ),
        key="lines",
    )


here.run(wave=look, rate=other_rate, aliasing=aliasing, rebuild=rebuilding, predict=predict)
