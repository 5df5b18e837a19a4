"""Shows: the pitch of each frame by autocorrelation or YIN, and the lags of the frame under the cursor;
four ways to get it wrong; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import page, pitches, quiz, show, sound, timeviews
from components.guard import fragment
from components.i18n import _
from components.pitches import LEAST_CLEAR, SEARCHED, STRENGTHS, UNEVEN
from components.state import choice, slider
from components.timeviews import HOP_MS, RIGHT, WRONG, curve, samples, wave
from components.tracks import Sound
from engine.sound.pitch import (
    clear_pitch,
    clearness,
    mixed,
    period_curve,
    pitch_facts,
    semitones,
    share_off,
    with_noise,
)

STEPS = {"pitch": _("Pitch"), "fails": _("What breaks"), "predict": _("Predict")}
FAILS = {
    "short": _("Short frame"),
    "noise": _("Noise"),
    "two": _("Two notes"),
    "octave": _("Octave"),
}

here = page.start("pitch", STEPS)
text = here.text
clip = sound.clip_of_tray()
lab, rate = clip.lab, clip.sample_rate
YOURS = timeviews.whole(clip)
HOP = samples(clip, HOP_MS)


@fragment
def pitch() -> None:
    methods = {"first": _("First high peak"), "highest": _("Highest peak"), "yin": _("YIN")}
    method = choice(_("Which lag is the period"), methods, key="pitchmethod")
    with st.container(horizontal=True):
        window = slider(_("Length of a frame, ms"), 5, 100, 40, key="pitchwindow")
        low, high = sorted(
            slider(_("Search from and to, Hz"), 40, 2000, SEARCHED, key="pitchrange")
        )
        least = slider(
            _("Repeats itself: from a clearness of, %"), 0, 100, LEAST_CLEAR, key="clearness"
        )
    bounds, length = (low, max(high, low + 1)), samples(clip, window)
    cut = {"length": length, "hop": HOP, "center": True}
    pitches.warn_outside(clip, bounds)
    best = pitches.candidates(clip, clip.wave, "best", window, method, bounds)
    track = lab.run(clear_pitch, best, threshold=least / 100, as_="track")
    clear = lab.run(clearness, best, as_="clear")
    limits = {"lo": float(bounds[0]), "hi": float(bounds[1])}
    alt = _("The pitch of each frame that repeats itself")
    clear_alt = _("How clearly each frame repeats itself, 0 to 1")
    peak = timeviews.loudest(clip, **cut)
    state = show.tracks(
        "pitch",
        [
            wave(clip),
            curve(clip, track, _("Pitch"), alt, unit="Hz", colour=RIGHT, **limits),
            curve(clip, clear, _("Clearness"), clear_alt, lo=0.0, hi=1.0, colour=show.NEUTRAL),
        ],
        sounds=[YOURS],
        frames=(length / rate, HOP / rate, -(length // 2) / rate),
        cursor=peak,
        caption=text["pitch_caption"] + clip.note,
    )
    seconds = peak if state.cursor is None else state.cursor
    number, frame = timeviews.frame_at(
        clip, seconds, pitches.smoothed(clip, clip.wave, "smooth", bounds), **cut
    )
    timeviews.lags(
        lab.run(period_curve, frame, method=method, as_="likeness"),
        best,
        number,
        sample_rate=rate,
        bounds=bounds,
        difference=method == "yin",
        caption=text["yin_caption" if method == "yin" else "lags_caption"],
    )


@fragment
def fails() -> None:
    sources = {"clip": _("Your sound"), "tone": _("A tone")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        case = choice(_("What goes wrong"), FAILS, key="fail", hide_label=True)
        default, key = ("tone", "octaveof") if case == "octave" else ("clip", "failof")
        of = choice(_("Sound"), sources, key=key, default=default, hide_label=True)
    good, view = clip.wave, None
    if of == "tone":
        hertz = slider(_("Pitch of the tone, Hz"), 60, 500, 150, key="failhertz")
        good = pitches.tone(clip, float(hertz), "tone", STRENGTHS)
        if case == "octave":
            good = pitches.tone(clip, hertz / 2, "uneven", UNEVEN)
            view = timeviews.near(clip, clip.seconds / 2, around=0.03)
    bad, length, method, bounds = good, 50, "first", SEARCHED
    if case == "octave":
        method = "highest"
    elif case == "noise":
        snr = slider(_("Signal to noise, dB"), -20, 40, 3, key="snr")
        bad = lab.run(with_noise, good, snr_db=float(snr), as_="noisy")
    elif case == "short":
        length = slider(_("Length of the short frame, ms"), 2, 50, 10, key="shortms")
    else:
        second = slider(_("Pitch of the second note, Hz"), 60, 500, 225, key="secondhertz")
        bad = lab.run(mixed, good, pitches.tone(clip, float(second), "note", STRENGTHS), as_="both")
    right = pitches.track_of(clip, good, "right", 50, "first", bounds)
    wrong = pitches.track_of(clip, bad, "wrong", length, method, bounds)
    alt = _("Result over time, the reference"), _("Result over time, with one thing changed")
    limits = {"lo": float(bounds[0]), "hi": float(bounds[1]), "unit": "Hz"}
    rows = [
        wave(clip, good, _("Sound")),
        curve(clip, right, _("Reference"), alt[0], colour=RIGHT, **limits),
        *([wave(clip, bad, _("Changed sound"))] if bad is not good else []),
        curve(clip, wrong, _("Changed"), alt[1], colour=WRONG, **limits),
    ]
    sounds = [Sound(good, rate, _("Sound"))]
    sounds += [Sound(bad, rate, _("Changed sound"))] if bad is not good else []
    caption = text[f"fail_{case}"] + " " + pitches.comparison(lab, right, wrong) + clip.note
    show.tracks(f"fails_{case}", rows, sounds=sounds, view=view, caption=caption, height=110)


def predict() -> None:
    wide = SEARCHED
    low, high = wide
    usual = pitches.track_of(clip, clip.wave, "usual", 40, "first", wide)
    share, median, least, greatest = lab.run(pitch_facts, usual, as_="found").value
    found = _("{share} of the frames repeat themselves.", share=f"{share:.0%}")
    pitches.warn_outside(clip, wide)
    quiz.question(
        _(
            "Searched from {low} to {high} Hz: what is the median pitch of the frames that repeat "
            "themselves (clearness, 0 to 1: {clear} or more)?",
            low=low,
            high=high,
            clear=LEAST_CLEAR / 100,
        ),
        {
            "none": _("None repeats itself"),
            "low": _("under 150 Hz"),
            "middle": _("150 to 300 Hz"),
            "high": _("over 300 Hz"),
        },
        answer="none"
        if not share
        else "low"
        if median < 150
        else "middle"
        if median <= 300
        else "high",
        why=found
        + (" " + _("Their median is {median} Hz.", median=f"{median:.1f}") if share else ""),
        key="medianpitch",
    )
    span = lab.run(semitones, low=least, high=greatest, as_="span").value if share else 0.0
    quiz.question(
        _("How far apart are its low and its high pitches? (An octave is 12 semitones.)"),
        {
            "few": _("under 3 semitones, or no frame has a pitch"),
            "some": _("3 to 13 semitones"),
            "many": _("over 13 semitones"),
        },
        answer="few" if span < 3 else "some" if span <= 13 else "many",
        why=_(
            "{span} semitones, from {least} to {greatest} Hz: 5 of 100 frames lie below, 5 above.",
            span=f"{span:.1f}",
            least=f"{least:.0f}",
            greatest=f"{greatest:.0f}",
        )
        if share
        else found,
        key="pitchspan",
    )
    highest = pitches.track_of(clip, clip.wave, "highest", 40, "highest", wide)
    off = lab.run(share_off, highest, usual, as_="off").value
    quiz.question(
        _(
            "The highest peak instead of the first high one: in how many frames is the pitch another?"
        ),
        {"few": _("under 5 %"), "some": _("5 to 50 %"), "many": _("over 50 %")},
        answer="few" if off < 0.05 else "some" if off <= 0.5 else "many",
        why=_(
            "In {off} of the frames with a pitch both times. The steadier a tone, the more its "
            "second and third period are like the first.",
            off=f"{off:.0%}",
        ),
        key="octaveshare",
    )
    short = pitches.track_of(clip, clip.wave, "short", 10, "first", wide)
    left = lab.run(pitch_facts, short, as_="found_short").value[0]
    fall = share - left
    quiz.question(
        _("Frames of 10 ms instead of 40 ms: how many frames lose their pitch?"),
        {
            "few": _("under a tenth of all frames, or more are found"),
            "some": _("a tenth to a half of all frames"),
            "many": _("over half of all frames"),
        },
        answer="few" if fall < 0.1 else "some" if fall <= 0.5 else "many",
        why=_(
            "{before} of the frames have a pitch with 40 ms, {after} with 10 ms. Two periods of less "
            "than 200 Hz do not fit into 10 ms.",
            before=f"{share:.0%}",
            after=f"{left:.0%}",
        ),
        key="shortloss",
    )


here.run(pitch=pitch, fails=fails, predict=predict)
