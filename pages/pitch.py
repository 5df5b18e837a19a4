"""Shows: the pitch of each frame by autocorrelation or YIN, and the lags of the frame under the cursor;
four ways to get it wrong; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import page, quiz, show, sound, timeviews
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from components.timeviews import HOP_MS, RIGHT, WRONG, curve, samples, wave
from components.tracks import Sound
from engine.lab import Node
from engine.sound.pitch import (
    clear_pitch,
    clearness,
    harmonic_tone,
    low_passed,
    mixed,
    period_curve,
    pitch_candidates,
    pitch_facts,
    semitones,
    share_off,
    with_noise,
)
from engine.sound.sampling import loudest_frequency

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
SEARCHED = (60, 500)  # Hz
STRENGTHS = (1.0, 0.5, 0.33, 0.25, 0.2)  # of the harmonics of a rich tone
#: The same an octave lower, with weak odd harmonics: every second period is a little different.
UNEVEN = (0.1, 1.0, 0.1, 0.5, 0.0, 0.33, 0.0, 0.25, 0.0, 0.2)
LEAST_CLEAR = 60  # %: from here on, a frame counts as one that repeats itself


def smoothed(node: Node, name: str, bounds: tuple) -> Node:
    """The wave without the tones far above the searched range."""
    return lab.run(low_passed, node, sample_rate=rate, highest=float(bounds[1]), as_=name)


def warn_outside(bounds: tuple) -> None:
    """Say it when the strongest tone of the sound is not among the searched ones."""
    loudest = lab.run(loudest_frequency, clip.wave, sample_rate=rate, as_="strongest").value
    if loudest > 0 and not bounds[0] <= loudest <= bounds[1]:
        message = _(
            "The strongest tone of this sound has {loudest} Hz, outside the searched {low} to {high} "
            "Hz. If that is its pitch, and not an overtone of it, nothing here is right.",
            loudest=f"{loudest:,.0f}",
            low=bounds[0],
            high=bounds[1],
        )
        st.warning(message, icon=":material/warning:")


def candidates(node: Node, name: str, milliseconds: int, method: str, bounds: tuple) -> Node:
    """The likeliest pitch of each frame of a wave, of which the high tones are taken out first."""
    smooth = smoothed(node, f"smooth_{name}", bounds)
    options = {"sample_rate": rate, "fmin": float(bounds[0]), "fmax": float(bounds[1])}
    cut = {"length": samples(clip, milliseconds), "hop": HOP}
    return lab.run(pitch_candidates, smooth, method=method, as_=name, **options, **cut)


def track_of(node: Node, name: str, milliseconds: int, method: str, bounds: tuple) -> Node:
    """The pitch of the frames of a wave that repeat themselves."""
    best = candidates(node, f"best_{name}", milliseconds, method, bounds)
    return lab.run(clear_pitch, best, threshold=LEAST_CLEAR / 100, as_=name)


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
    warn_outside(bounds)
    best = candidates(clip.wave, "best", window, method, bounds)
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
    number, frame = timeviews.frame_at(clip, seconds, smoothed(clip.wave, "smooth", bounds), **cut)
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
        good = tone(float(hertz), "tone", STRENGTHS)
        if case == "octave":
            good = tone(hertz / 2, "uneven", UNEVEN)
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
        bad = lab.run(mixed, good, tone(float(second), "note", STRENGTHS), as_="both")
    right = track_of(good, "right", 50, "first", bounds)
    wrong = track_of(bad, "wrong", length, method, bounds)
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
    caption = text[f"fail_{case}"] + " " + comparison(right, wrong) + clip.note
    show.tracks(f"fails_{case}", rows, sounds=sounds, view=view, caption=caption, height=110)


def tone(hertz: float, name: str, strengths: tuple[float, ...]) -> Node:
    """A tone as long as the clip; `strengths` of its first harmonics."""
    options = {"sample_rate": rate, "seconds": clip.seconds, "hertz": hertz}
    return lab.run(harmonic_tone, strengths=strengths, as_=name, **options)


def comparison(right: Node, wrong: Node) -> str:
    """Both results in numbers."""
    off = lab.run(share_off, wrong, right, as_="off").value
    return _(
        "Reference: {found}. Changed: {found_changed}. Of the frames in which both have a pitch, {off} "
        "differ by more than half a semitone.",
        found=in_words(right),
        found_changed=in_words(wrong),
        off=f"{off:.0%}",
    )


def in_words(track: Node) -> str:
    """In how many frames there is a pitch, and its median."""
    share, median, *_ends = lab.run(pitch_facts, track, as_="found").value
    if not share:
        return _("no frame with a pitch")
    return _(
        "{share} of the frames with a pitch, median {median} Hz",
        share=f"{share:.0%}",
        median=f"{median:.1f}",
    )


def predict() -> None:
    wide = SEARCHED
    low, high = wide
    usual = track_of(clip.wave, "usual", 40, "first", wide)
    share, median, least, greatest = lab.run(pitch_facts, usual, as_="found").value
    found = _("{share} of the frames repeat themselves.", share=f"{share:.0%}")
    warn_outside(wide)
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
    highest = track_of(clip.wave, "highest", 40, "highest", wide)
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
    short = track_of(clip.wave, "short", 10, "first", wide)
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
