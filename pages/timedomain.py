"""Shows: a sound cut into frames, and the frame under the cursor as numbers; its energy and zero
crossings; four outlines of it; its pitch from autocorrelation; five ways to get that wrong; four
predictions.
"""

from __future__ import annotations

import streamlit as st

from components import page, quiz, show, sound, timeviews
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from components.timeviews import RIGHT, THIRD, WRONG
from components.tracks import Curve, Heat, Row, Sound, Wave
from engine.lab import Node
from engine.sound.energy import (
    crossings_per_second,
    kind_rows,
    level,
    middle_of,
    rms,
    shares_of_kinds,
    short_time_energy,
    speech_kinds,
)
from engine.sound.envelope import hilbert_envelope, peak_follower, smooth
from engine.sound.framing import frame_count, frame_facts, frame_near, loudest_time, one_frame
from engine.sound.pitch import (
    clearness,
    harmonic_tone,
    mixed,
    period_curve,
    pitch_candidates,
    pitch_facts,
    share_off,
    voiced_pitch,
    with_noise,
    with_offset,
)

here = page.start(
    "timedomain",
    {
        "frames": _("Frames"),
        "energy": _("Energy"),
        "envelope": _("Envelope"),
        "pitch": _("Pitch"),
        "fails": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
clip = sound.clip_of_tray()
lab, rate = clip.lab, clip.sample_rate
YOURS = Sound(clip.wave, rate, _("Your sound"))


def samples(milliseconds: float) -> int:
    """How many samples lie in that time, at least one."""
    return max(1, round(rate * milliseconds / 1000))


HOP = samples(10)
CUT = {"length": samples(25), "hop": HOP}


def wave(node: Node = clip.wave, title: str = "") -> Wave:
    """The row of a wave."""
    return Wave(node, rate, title or _("Wave"), _("The wave over time"))


def curve(node: Node, title: str, alt: str, **options: object) -> Curve:
    """The row of a value for every 10 ms."""
    return Curve(node, title, alt, hop=HOP / rate, **options)


def loudest(length: int, hop: int, *, center: bool) -> float:
    """Where the loudest frame has its middle, in seconds: the pin before the learner sets one."""
    cut = {"length": length, "hop": hop, "center": center}
    return lab.run(loudest_time, clip.wave, sample_rate=rate, as_="time", **cut).value


def frame_at(seconds: float, length: int, hop: int, *, center: bool) -> tuple[int, Node]:
    """Number and samples of the frame under the pin."""
    cut = {"length": length, "hop": hop, "center": center}
    near = lab.run(frame_near, clip.wave, seconds=seconds, sample_rate=rate, as_="number", **cut)
    return near.value, lab.run(one_frame, clip.wave, number=near.value, as_="frame", **cut)


@fragment
def frames() -> None:
    with st.container(horizontal=True):
        window = slider(_("Length of a frame (window), ms"), 2, 100, 25, key="window")
        step = slider(_("From frame to frame (hop), ms"), 1, 100, 10, key="hop")
    length, hop = samples(window), samples(step)
    peak = loudest(length, hop, center=False)
    state = show.tracks(
        "frames",
        [wave()],
        sounds=[YOURS],
        frames=(length / rate, hop / rate, 0.0),
        cursor=peak,
        caption=text["frames_caption"] + clip.note,
    )
    facts = lab.run(frame_facts, clip.wave, length=length, hop=hop, as_="facts")
    count, shared, left = facts.value
    st.markdown(
        _(
            "**{count} frames** of {length} samples: {numbers} numbers from {samples} samples. Each "
            "frame shares {shared} samples ({share}) with the next; {left} samples at the end fill no "
            "frame.",
            count=f"{count:,}",
            length=f"{length:,}",
            numbers=f"{count * length:,}",
            samples=f"{len(clip.wave.value):,}",
            shared=f"{max(shared, 0):,}",
            share=f"{max(shared, 0) / length:.0%}",
            left=f"{left:,}",
        )
    )
    if shared < 0:
        gap = _("Between two frames, {gap} samples are never looked at.", gap=f"{-shared:,}")
        st.warning(gap, icon=":material/warning:")
    seconds = peak if state.cursor is None else state.cursor
    number, frame = frame_at(seconds, length, hop, center=False)
    which = _(
        "Frame {number}, counted from 0: samples {first} to {last}.",
        number=f"{number:,}",
        first=f"{number * hop:,}",
        last=f"{number * hop + length - 1:,}",
    )
    caption = f"{which} {text['frame_caption']}"
    timeviews.frame_line(frame, first=number * hop, sample_rate=rate, caption=caption)
    timeviews.frame_numbers(frame)


def levels_and_crossings() -> tuple[Node, Node]:
    """The level in dB and the zero crossings a second of frames of 25 ms, every 10 ms."""
    levels = lab.run(level, lab.run(rms, clip.wave, as_="root", **CUT), as_="levels")
    return levels, lab.run(
        crossings_per_second, clip.wave, sample_rate=rate, as_="crossings", **CUT
    )


@fragment
def energy() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        quiet = slider(_("Silence: so many dB under the loudest frame"), 5, 90, 40, key="quiet")
        hiss = slider(_("Unvoiced: more crossings a second than"), 100, 12_000, 3000, key="hiss")
        sizes = {"level": _("Level (RMS), dB"), "rms": _("RMS"), "energy": _("Energy")}
        size = choice(_("Size of a frame's samples as"), sizes, key="size", hide_label=True)
    levels, crossings = levels_and_crossings()
    limits = {"silence_below": float(quiet), "unvoiced_above": float(hiss)}
    kinds = lab.run(speech_kinds, levels, crossings, as_="kinds", **limits)
    alt = _("How large the samples of each frame are")
    row = curve(levels, _("Level (RMS)"), alt, lo=-100.0, hi=0.0, unit="dB", colour=RIGHT)
    if size != "level":
        of = {"rms": rms, "energy": short_time_energy}[size]
        row = curve(
            lab.run(of, clip.wave, as_="sizes", **CUT), sizes[size], alt, lo=0.0, colour=RIGHT
        )
    crossing_alt = _("How often each frame crosses zero in a second")
    names = (_("silence"), _("voiced"), _("unvoiced"))
    shares = lab.run(shares_of_kinds, kinds, as_="shares").value
    found = ", ".join(f"{name} {share:.0%}" for name, share in zip(names, shares, strict=True))
    show.tracks(
        "energy",
        [
            wave(),
            row,
            curve(crossings, _("Zero crossings"), crossing_alt, lo=0.0, unit="/s", colour=WRONG),
            Heat(
                lab.run(kind_rows, kinds, as_="kind_map"),
                _("Kind"),
                _("Silence, voiced or unvoiced, for each frame"),
                hop=HOP / rate,
                lo=0,
                hi=1,
                ticks=tuple(enumerate(names)),
                unit="",
                rows_name=_("kind"),
                lossy=False,
            ),
        ],
        sounds=[YOURS],
        caption=text["energy_caption"] + " " + _("Here: {found}.", found=found) + clip.note,
    )


@fragment
def envelope() -> None:
    with st.container(horizontal=True):
        over = slider(_("Smoothing, and frame of the RMS, ms"), 1, 100, 20, key="over")
        release = slider(_("Fall of the peak follower, ms"), 5, 500, 100, key="release")
    length, hop = samples(over), max(1, samples(over) // 2)
    outline = lab.run(hilbert_envelope, clip.wave, as_="outline")
    smoothed = lab.run(smooth, outline, length=length, as_="smoothed")
    cut = {"length": length, "hop": hop, "center": False}
    root = lab.run(rms, clip.wave, as_="root", **cut)
    seconds = release / 1000
    peaks = lab.run(peak_follower, clip.wave, release=seconds, sample_rate=rate, as_="peaks")
    whole = Wave(clip.wave, rate, _("Wave"), _("The wave over time"), colour=show.NEUTRAL)
    names = _("Hilbert envelope"), _("Hilbert envelope, smoothed"), _("RMS"), _("Peak follower")
    lines = [
        Wave(outline, rate, names[0], names[0], colour=WRONG),
        Wave(smoothed, rate, names[1], names[1], colour=WRONG),
        Wave(root, rate / hop, names[2], names[2], start=length / 2 / rate, colour=RIGHT),
        Wave(peaks, rate, names[3], names[3], colour=THIRD),
    ]
    alt = _("The wave with its outline drawn over it")
    rows = [
        Row((whole, lines[0]), names[0], alt),
        Row((whole, lines[1], lines[2]), _("Envelope and RMS"), alt),
        Row((whole, lines[3]), names[3], alt),
    ]
    caption = text["envelope_caption"] + clip.note
    show.tracks("envelope", rows, sounds=[YOURS], caption=caption)


def candidates(node: Node, name: str, milliseconds: int, method: str, bounds: tuple) -> Node:
    """The likeliest pitch of each frame of a wave, every 10 ms."""
    return lab.run(
        pitch_candidates,
        node,
        sample_rate=rate,
        length=samples(milliseconds),
        hop=HOP,
        fmin=float(bounds[0]),
        fmax=float(bounds[1]),
        method=method,
        as_=name,
    )


@fragment
def pitch() -> None:
    methods = {"first": _("First high peak"), "highest": _("Highest peak"), "yin": _("YIN")}
    method = choice(_("Which lag is the period"), methods, key="method")
    with st.container(horizontal=True):
        window = slider(_("Length of a frame, ms"), 5, 100, 40, key="pitchwindow")
        low, high = sorted(
            slider(_("Search from and to, Hz"), 40, 1000, (60, 500), key="pitchrange")
        )
        least = slider(_("Voiced from a clearness of, %"), 0, 100, 60, key="clear")
    bounds, length = (low, max(high, low + 1)), samples(window)
    best = candidates(clip.wave, "best", window, method, bounds)
    track = lab.run(voiced_pitch, best, threshold=least / 100, as_="track")
    clear = lab.run(clearness, best, as_="clear")
    limits = {"lo": float(bounds[0]), "hi": float(bounds[1])}
    alt = _("The pitch of each voiced frame")
    clear_alt = _("How clearly each frame repeats itself, 0 to 1")
    peak = loudest(length, HOP, center=True)
    state = show.tracks(
        "pitch",
        [
            wave(),
            curve(track, _("Pitch"), alt, unit="Hz", colour=RIGHT, **limits),
            curve(clear, _("Clearness"), clear_alt, lo=0.0, hi=1.0, colour=show.NEUTRAL),
        ],
        sounds=[YOURS],
        frames=(length / rate, HOP / rate, -(length // 2) / rate),
        cursor=peak,
        caption=text["pitch_caption"] + clip.note,
    )
    seconds = peak if state.cursor is None else state.cursor
    number, frame = frame_at(seconds, length, HOP, center=True)
    timeviews.lags(
        lab.run(period_curve, frame, method=method, as_="likeness"),
        best,
        number,
        sample_rate=rate,
        bounds=bounds,
        difference=method == "yin",
        caption=text["yin_caption" if method == "yin" else "lags_caption"],
    )


FAILS = {
    "octave": _("Octave"),
    "noise": _("Noise"),
    "short": _("Short frame"),
    "two": _("Two notes"),
    "offset": _("Offset"),
}


@fragment
def fails() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        case = choice(_("What goes wrong"), FAILS, key="fail", hide_label=True)
        of = choice(
            _("Sound"), {"tone": _("A tone"), "clip": _("Your sound")}, key="of", hide_label=True
        )
    good = clip.wave
    if of == "tone":
        hertz = slider(_("Pitch of the tone, Hz"), 60, 500, 150, key="hertz")
        good = tone(float(hertz), "tone")
    bounds, bad, sentence = (50, 1000), good, text[f"fail_{case}"]
    right = wrong = None
    if case == "offset":
        offset = slider(_("Offset, % of full scale"), 0, 100, 40, key="offset") / 100
        bad = lab.run(with_offset, good, offset=offset, as_="moved")
        right = lab.run(crossings_per_second, good, sample_rate=rate, as_="right", **CUT)
        wrong = lab.run(crossings_per_second, bad, sample_rate=rate, as_="wrong", **CUT)
    else:
        short, method = 50, "first"
        if case == "octave":
            method = "highest"
        elif case == "noise":
            snr = slider(_("Signal to noise, dB"), -20, 40, 3, key="snr")
            bad = lab.run(with_noise, good, snr_db=float(snr), as_="noisy")
        elif case == "short":
            short = slider(_("Length of the short frame, ms"), 2, 50, 10, key="short")
        else:
            second = slider(_("Pitch of the second note, Hz"), 60, 500, 225, key="second")
            bad = lab.run(mixed, good, tone(float(second), "note"), as_="both")
        first = candidates(good, "best_right", 50, "first", bounds)
        other = candidates(bad, "best_wrong", short, method, bounds)
        right = lab.run(voiced_pitch, first, threshold=0.6, as_="right")
        wrong = lab.run(voiced_pitch, other, threshold=0.6, as_="wrong")
        sentence += " " + comparison(right, wrong)
    unit = "/s" if case == "offset" else "Hz"
    hi = None if case == "offset" else 1000.0
    alt = _("Result over time, the reference"), _("Result over time, with one thing changed")
    rows = [
        wave(good, _("Before")),
        curve(right, _("Reference"), alt[0], lo=0.0, hi=hi, unit=unit, colour=RIGHT),
    ]
    rows += [wave(bad, _("After"))] if bad is not good else []
    rows += [curve(wrong, _("Changed"), alt[1], lo=0.0, hi=hi, unit=unit, colour=WRONG)]
    sounds = [Sound(good, rate, _("Before"))]
    sounds += [Sound(bad, rate, _("After"))] if case in ("noise", "two") else []
    show.tracks(f"fails_{case}", rows, sounds=sounds, caption=sentence + clip.note, height=110)


def tone(hertz: float, name: str) -> Node:
    """A rich tone as long as the clip."""
    options = {"sample_rate": rate, "seconds": clip.seconds, "hertz": hertz}
    return lab.run(harmonic_tone, strengths=(1.0, 0.5, 0.33, 0.25, 0.2), as_=name, **options)


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
    """How much of a pitch track is voiced, and its median."""
    share, median, *_ends = lab.run(pitch_facts, track, as_="found").value
    if not share:
        return _("no frame voiced")
    return _(
        "{share} of the frames voiced, median {median} Hz",
        share=f"{share:.0%}",
        median=f"{median:.1f}",
    )


def predict() -> None:
    count = lab.run(frame_count, samples=len(clip.wave.value), as_="count", **CUT).value
    quiz.question(
        _("Frames of 25 ms, one every 10 ms: how many does your sound have?"),
        {"a": _("under 100"), "b": _("100 to 500"), "c": _("501 to 1500"), "d": _("more")},
        answer="a" if count < 100 else "b" if count <= 500 else "c" if count <= 1500 else "d",
        why=_("{count} in {seconds} s.", count=f"{count:,}", seconds=f"{clip.seconds:.2f}"),
        key="count",
    )
    levels, crossings = levels_and_crossings()
    kinds = lab.run(speech_kinds, levels, crossings, as_="kinds")
    silent = lab.run(shares_of_kinds, kinds, as_="shares").value[0]
    quiz.question(
        _("How much of it is more than 40 dB quieter than its loudest frame?"),
        {"few": _("under 10 %"), "some": _("10 to 40 %"), "many": _("over 40 %")},
        answer="few" if silent < 0.1 else "some" if silent <= 0.4 else "many",
        why=_("{share} of the frames.", share=f"{silent:.1%}"),
        key="silence",
    )
    loud, usual = lab.run(middle_of, levels, crossings, as_="usual").value
    quiz.question(
        _("Does the loudest frame cross zero more or less often than the sound usually does?"),
        {"more": _("More often"), "same": _("About as often"), "less": _("Less often")},
        answer="more" if loud > 1.1 * usual else "less" if loud < 0.9 * usual else "same",
        why=_(
            "{loud} times a second; the median of all frames is {usual}.",
            loud=f"{loud:,.0f}",
            usual=f"{usual:,.0f}",
        ),
        key="crossings",
    )
    best = candidates(clip.wave, "best", 40, "first", (60, 1000))
    track = lab.run(voiced_pitch, best, threshold=0.6, as_="track")
    share, median, *_rest = lab.run(pitch_facts, track, as_="found").value
    quiz.question(
        _("Between 60 and 1000 Hz: what is the median pitch of its voiced frames?"),
        {
            "none": _("None is voiced"),
            "low": _("under 150 Hz"),
            "middle": _("150 to 300 Hz"),
            "high": _("over 300 Hz"),
        },
        answer="none"
        if share == 0
        else "low"
        if median < 150
        else "middle"
        if median <= 300
        else "high",
        why=_("{share} of the frames are voiced.", share=f"{share:.0%}")
        + ("" if share == 0 else " " + _("Their median is {median} Hz.", median=f"{median:.1f}")),
        key="pitch",
    )


here.run(frames=frames, energy=energy, envelope=envelope, pitch=pitch, fails=fails, predict=predict)
