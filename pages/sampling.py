"""Shows: the sound from the whole clip to single samples and their bytes; the same sound at other
sampling rates; a tone and its alias through the same samples; what a missing filter does to a rising
tone and to the learner's sound; three predictions.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components import page, pcm, rates, show, sound, spectra
from components import sampling_questions as questions
from components.catalogue import COLOURS
from components.guard import fragment
from components.i18n import _
from components.rates import RATES, RIGHT, WRONG, ask_rate, heard, hertz
from components.state import choice
from components.tracks import Row, Sound, Wave
from engine.sound.quantize import pcm_bytes, quantize_codes
from engine.sound.sampling import (
    chirp,
    first_around,
    fold_curve,
    folded_frequency,
    loudest_sample,
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
    "fold": _("Alias"),
    "aliasing": _("What breaks"),
    "predict": _("Predict"),
}
SHOWN = 12  # samples in the table
MADE = {"sample_rate": 48000, "amplitude": 0.5}  # of the tones that are made here
FINE = 4 * MADE["sample_rate"]  # Hz, of tones that are only drawn

here = page.start("sampling", STEPS)
text = here.text
clip = sound.clip_of_tray()
lab, rate, wave = clip.lab, clip.sample_rate, clip.wave
count = len(wave.value)


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
    new = ask_rate(_("Sampling rate"), RATES[-1], 4000, "newrate")
    pair = {"sample_rate": rate, "new_rate": new}
    filtered = lab.run(resample, wave, as_="filtered", **pair)
    picked = lab.run(pick_samples, wave, as_="picked", **pair)
    yours, good, bad = _("Your sound"), _("With the filter"), _("Without it")
    lost = lab.run(share_above, wave, sample_rate=rate, frequency=new / 2, as_="share").value
    with st.container(horizontal=True):
        st.metric(_("Highest frequency"), hertz(new / 2), help=text["nyquist"])
        st.metric(_("Energy above it"), f"{lost:.2%}", help=text["above"])
        st.metric(_("16-bit bytes a second"), f"{2 * new:,}", help=text["bytes"])
    rows = [
        Wave(wave, rate, _("Your sound, {rate}", rate=hertz(rate)), yours),
        Wave(filtered, new, f"{good}, {hertz(new)}", good, colour=RIGHT),
        Wave(picked, new, f"{bad}, {hertz(new)}", bad, colour=WRONG),
    ]
    sounds = [
        Sound(wave, rate, yours),
        Sound(heard(lab, filtered, new, rate, "heard"), max(new, rate), good),
        Sound(heard(lab, picked, new, rate, "heard_wrong"), max(new, rate), bad),
    ]
    show.tracks("rates", rows, sounds=sounds, height=110, caption=text["rate_caption"] + clip.note)
    rates.levels(
        "levels",
        lab,
        {yours: (wave, rate), good: (filtered, new), bad: (picked, new)},
        colours=(show.NEUTRAL, RIGHT, WRONG),
        caption=text["levels_caption"],
        alt=_("Mean level of each frequency before and after resampling"),
        half=new / 2,
        folded=new < rate,
    )


@fragment
def fold() -> None:
    base = MADE["sample_rate"]
    with st.container(horizontal=True):
        pitch = st.slider(
            _("Tone, in Hz"), 100, base // 2, 13000, 100, key="tonehertz", bind="query-params"
        )
        new = ask_rate(_("Sampled at"), base // 2, 16000, "foldrate")
    single = lab.run(tone, frequency=float(pitch), seconds=1.0, as_="single", **MADE)
    picked = lab.run(pick_samples, single, sample_rate=base, new_rate=new, as_="picked")
    # What is heard has the rate of players; what is drawn, four times as many points.
    options = {"rate": new, "method": "sinc"}
    alias = lab.run(rebuild, picked, new_rate=base, count=base, as_="alias", **options)
    options |= {"new_rate": FINE, "count": FINE}
    drawn_alias = lab.run(rebuild, picked, as_="drawn_alias", **options)
    fine = {"sample_rate": FINE, "amplitude": MADE["amplitude"]}
    drawn = lab.run(tone, frequency=float(pitch), seconds=1.0, as_="drawn", **fine)
    before, after = _("Tone"), _("Found in the samples")
    row = Row(
        (
            Wave(drawn, FINE, before, before, colour=show.NEUTRAL),
            Wave(drawn_alias, FINE, after, after, colour=WRONG),
            Wave(
                picked, new, _("samples"), _("The samples"), look="stems", colour=COLOURS["sound"]
            ),
        ),
        _("Tone and alias"),
        _("Two waves that meet in every sample"),
    )
    sounds = [Sound(single, base, before), Sound(alias, base, after)]
    near = (0.5, 0.5 + 12 / new)  # twelve samples are seen first
    show.tracks("alias", [row], sounds=sounds, view=near, height=200, caption=text["alias_caption"])
    found = lab.run(folded_frequency, frequency=float(pitch), sample_rate=new, as_="found")
    st.markdown(text["fold_formula"])
    nearest = round(pitch / new)
    st.latex(rf"|{pitch} - {new} \cdot {nearest}| = {found.value:.0f}\ \text{{Hz}}")
    curve = lab.run(fold_curve, sample_rate=new, highest=base / 2, as_="zigzag")
    rates.zigzag(curve, found, tone=pitch, rate=new, caption=text["zigzag_caption"])


@fragment
def aliasing() -> None:
    kinds = {"chirp": _("Rising tone"), "yours": _("Your sound")}
    kind = choice(_("Sound"), kinds, key="aliased", hide_label=True)
    base, before, note = rate, wave, clip.note
    if kind == "chirp":
        base, note = MADE["sample_rate"], ""
        before = lab.run(chirp, start=0.0, stop=base / 2, seconds=4.0, as_="rising", **MADE)
    new = ask_rate(_("Sampled at"), max(RATES[0], base // 2), base // 3, f"{kind}rate")
    pair = {"sample_rate": base, "new_rate": new}
    picked = lab.run(pick_samples, before, as_="picked", **pair)
    filtered = lab.run(resample, before, as_="kept", **pair)
    named = {
        kinds[kind]: before,
        _("Without the filter"): heard(lab, picked, new, base, "wrong"),
        _("With the filter"): heard(lab, filtered, new, base, "right"),
    }
    place = replace(clip, sample_rate=base)
    size = {"length": 1024, "hop": 512}
    maps = {name: spectra.spectrogram(place, node, **size) for name, node in named.items()}
    top = spectra.top_of(place, maps[kinds[kind]])
    rows = [spectra.heat(place, node, name, name, top=top, **size) for name, node in maps.items()]
    sounds = [Sound(node, base, name) for name, node in named.items()]
    show.tracks("folds", rows, sounds=sounds, height=150, caption=text["folds_caption"] + note)


def predict() -> None:
    if count < rate // 10 or not wave.value.any():
        st.info(text["too_short"], icon=":material/info:")
        return
    questions.ask(clip)


here.run(wave=look, rate=other_rate, fold=fold, aliasing=aliasing, predict=predict)
