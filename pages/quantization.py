"""Shows: the wave on the levels of 1 to 16 bits, the error seen and heard, its signal-to-noise ratio
against the law; the error of a quiet tone and of the sound with and without dither; three predictions.
"""

from __future__ import annotations

import math

import streamlit as st

from components import charts, page, quiz, rates, show, sound
from components.catalogue import COLOURS
from components.guard import fragment
from components.i18n import _
from components.pcm import decibels
from components.rates import RIGHT, WRONG
from components.state import choice, slider
from components.tracks import Row, Sound, Wave
from engine.lab import Node
from engine.sound.quantize import (
    error_counts,
    error_of,
    law_db,
    level_db,
    louder,
    quantize,
    quiet_tone,
    room_db,
    share_of_zeros,
    snr_by_bits,
    snr_db,
    step_size,
    strongest_overtone,
)
from engine.sound.sampling import loudest_sample

STEPS = {"bits": _("Bits"), "noise": _("Dither"), "predict": _("Predict")}
FULL = 127 / 128  # the highest level of 8 bits (mid-tread)
TONE_RATE, TONE = 48000, 500.0  # of the quiet tone, Hz

here = page.start("quantization", STEPS)
text = here.text
clip = sound.clip_of_tray()
lab, rate, wave = clip.lab, clip.sample_rate, clip.wave
loudest = lab.run(loudest_sample, wave, as_="loudest").value
near = (max(0.0, loudest / rate - 0.004), loudest / rate + 0.004)  # what is seen first


@fragment
def few_bits() -> None:
    kinds = {"mid-tread": _("With a zero (mid-tread)"), "mid-rise": _("Without a zero (mid-rise)")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        bits = slider(_("Bits of a sample"), 1, 16, 4, key="depthbits")
        kind = choice(_("Levels"), kinds, key="levels", hide_label=True)
    rounded = lab.run(quantize, wave, bits=bits, kind=kind, as_="rounded")
    error = lab.run(error_of, wave, rounded, as_="error")
    level = lab.run(level_db, wave, as_="level").value
    step = step_size(bits=bits)
    measured = lab.run(snr_db, wave, rounded, as_="ratio").value
    with st.container(horizontal=True):
        st.metric(_("Levels"), f"{2**bits:,}", help=text["steps"])
        st.metric(_("One step"), f"{step:.6g}")
        st.metric(_("SNR, measured"), decibels(measured), help=text["snr"])
        st.metric(_("SNR by the law"), decibels(law_db(bits=bits, level=level)), help=text["law"])
    rows = [
        Row(
            (
                Wave(wave, rate, _("Your sound"), _("Your sound"), colour=show.NEUTRAL),
                Wave(rounded, rate, _("Rounded"), _("Rounded"), look="steps", colour=RIGHT),
            ),
            _("Your sound and its {bits} bits", bits=bits),
            _("The wave in gray, over it a staircase on {levels} levels", levels=2**bits),
        ),
        Wave(
            error,
            rate,
            _("Error"),
            _("Rounded minus original"),
            lo=-step / 2,
            hi=step / 2,
            colour=WRONG,
        ),
    ]
    sounds = [
        Sound(wave, rate, _("Your sound")),
        Sound(rounded, rate, _("Rounded")),
        Sound(error, rate, _("Error alone")),
    ]
    show.tracks("bits", rows, sounds=sounds, view=near, caption=text["bits_caption"] + clip.note)
    curve = lab.run(snr_by_bits, wave, kind=kind, as_="curve")

    def draw(points: object) -> object:
        series = {_("measured"): (points[0], points[1]), _("law"): (points[0], points[2])}
        marks = [(bits, measured, f"{bits}")] if math.isfinite(measured) else []
        axes = {"x": _("bits of a sample"), "y": _("SNR in dB")}
        return charts.spectra(series, colours=(COLOURS["sound"], show.NEUTRAL), marks=marks, **axes)

    alt = _("The signal-to-noise ratio rises by about 6 dB with each bit")
    show.chart("law", draw, [curve], caption=text["law_caption"], alt=alt)


@fragment
def noise() -> None:
    sounds_of = {"tone": _("A quiet tone"), "yours": _("Your sound")}
    dithers = {"triangular": _("Triangular noise"), "rectangular": _("Rectangular noise")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice(_("Sound"), sounds_of, key="dithered", hide_label=True)
        dither = choice(_("Dither"), dithers, key="dither", hide_label=True)
        # The quiet tone is as large as 1.3 steps, whatever their size: bits change nothing in it.
        bits = 8
        if kind == "yours":
            bits = slider(_("Bits of a sample"), 1, 16, 8, key="noisebits")
    hertz, before, view, note = rate, wave, near, clip.note
    if kind == "tone":
        hertz, view, note = TONE_RATE, (0.0, 0.008), ""
        before = lab.run(quiet_tone, bits=bits, sample_rate=hertz, frequency=TONE, as_="quiet")
    plain = lab.run(quantize, before, bits=bits, as_="plain")
    dithered = lab.run(quantize, before, bits=bits, dither=dither, as_="dithered")
    errors = [lab.run(error_of, before, node, as_="error") for node in (plain, dithered)]
    names = {_("Original"): before, _("Without dither"): plain, _("With dither"): dithered}
    first, bad, good = names
    reach = 3 * step_size(bits=bits) if kind == "tone" else 1.0

    def staircase(node: Node, name: str, colour: str) -> Row:
        look = {"lo": -reach, "hi": reach}
        back = Wave(before, hertz, first, first, colour=show.NEUTRAL, **look)
        return Row(
            (back, Wave(node, hertz, name, name, colour=colour, look="steps", **look)), name, name
        )

    gain = lab.run(room_db, before, as_="gain").value
    named = {**names, _("Error without"): errors[0], _("Error with"): errors[1]}
    sounds = [
        Sound(lab.run(louder, node, before, as_="heard"), hertz, name)
        for name, node in named.items()
    ]
    with st.container(horizontal=True):
        if kind == "tone":
            for name, node in ((bad, plain), (good, dithered)):
                options = {"sample_rate": hertz, "frequency": TONE}
                _at, level = lab.run(strongest_overtone, node, as_="overtone", **options).value
                label = _("Strongest overtone: {name}", name=name)
                st.metric(label, decibels(level), help=text["overtone"])
        for name, node in ((bad, plain), (good, dithered)):
            ratio = lab.run(snr_db, before, node, as_="ratio").value
            st.metric(_("SNR: {name}", name=name), decibels(ratio), help=text["dither_ratio"])
    rows = [staircase(plain, bad, WRONG), staircase(dithered, good, RIGHT)]
    show.tracks(
        f"dither_{kind}",
        rows,
        sounds=sounds,
        view=view,
        caption=text["noise_caption"]
        + " "
        + _("All of them are played {gain} dB louder.", gain=f"{gain:.0f}")
        + note,
    )
    rates.levels(
        "harmonics",
        lab,
        {name: (node, hertz) for name, node in names.items()},
        colours=(show.NEUTRAL, WRONG, RIGHT),
        caption=text["harmonics_caption"],
        alt=_("Mean level of each frequency"),
    )
    spread = [lab.run(error_counts, error, bits=bits, as_="spread") for error in errors]

    def draw(*counts: object) -> object:
        series = {name: tuple(c) for name, c in zip((bad, good), counts, strict=True)}
        axes = {"x": _("error in steps"), "y": _("% of the samples")}
        return charts.histogram(series, colours=(WRONG, RIGHT), **axes)

    alt = _("How often each error occurs, without and with dither")
    show.chart("spread", draw, spread, caption=text["spread_caption"], alt=alt)


def predict() -> None:
    if len(wave.value) < rate // 10 or not wave.value.any():
        st.info(text["too_short"], icon=":material/info:")
        return
    _bits, measured, _law = lab.run(snr_by_bits, wave, as_="quiz_curve").value.tolist()
    enough = next((n for n, ratio in enumerate(measured, 1) if ratio >= 40), 17)
    quiz.question(
        _("How many bits does your sound need for a signal-to-noise ratio of 40 dB?"),
        {"a": _("at most 6"), "b": _("7 or 8"), "c": _("9 or 10"), "d": _("11 or more")},
        answer="a" if enough <= 6 else "b" if enough <= 8 else "c" if enough <= 10 else "d",
        why=_(
            "6 bits: {six}, 8 bits: {eight}, 10 bits: {ten}, 12 bits: {twelve}. The quieter a sound, "
            "the more bits it needs.",
            six=decibels(measured[5]),
            eight=decibels(measured[7]),
            ten=decibels(measured[9]),
            twelve=decibels(measured[11]),
        ),
        key="enoughbits",
    )
    four = lab.run(quantize, wave, bits=4, as_="quiz_four")
    zeros = lab.run(share_of_zeros, four, as_="quiz_zeros").value
    quiz.question(
        _("With 4 bits (mid-tread), how many samples of your sound become exactly 0?"),
        {"few": _("under 25 %"), "some": _("25 to 75 %"), "many": _("over 75 %")},
        answer="few" if zeros < 0.25 else "some" if zeros <= 0.75 else "many",
        why=_("{share}: all that are closer to 0 than {half}.", share=f"{zeros:.1%}", half=1 / 16),
        key="zerosamples",
    )
    full = lab.run(louder, wave, wave, peak=FULL, as_="quiz_full")
    ratios = []
    for node in (wave, full):
        eight = lab.run(quantize, node, bits=8, as_="quiz_eight")
        ratios.append(lab.run(snr_db, node, eight, as_="quiz_ratio").value)
    gain = ratios[1] - ratios[0] if all(map(math.isfinite, ratios)) else 0.0
    quiz.question(
        _(
            "Before 8 bits are kept, your sound is made as loud as it can be without clipping. By how "
            "much does the signal-to-noise ratio rise?"
        ),
        {"few": _("under 2.5 dB"), "some": _("2.5 to 5 dB"), "many": _("over 5 dB")},
        answer="few" if gain < 2.5 else "some" if gain <= 5 else "many",
        why=_(
            "From {before} to {after}. What a recording leaves free below the highest level is lost: "
            "6 dB are one bit.",
            before=decibels(ratios[0]),
            after=decibels(ratios[1]),
        ),
        key="fullrange",
    )


here.run(bits=few_bits, noise=noise, predict=predict)
