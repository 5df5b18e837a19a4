"""Shows: a sound cut into frames, and the frame under the cursor as numbers; its energy and zero
crossings; four outlines of it; what an offset does to both; three predictions.
"""

from __future__ import annotations

import streamlit as st

from components import page, quiz, show, sound, timeviews
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from components.timeviews import RIGHT, THIRD, WRONG, curve, samples, wave
from components.tracks import Curves, Row, Wave
from engine.sound.energy import (
    crossings_per_second,
    level,
    middle_of,
    rms,
    shares_of_kinds,
    short_time_energy,
    speech_kinds,
)
from engine.sound.envelope import hilbert_envelope, peak_follower, smooth
from engine.sound.framing import frame_count, frame_facts
from engine.sound.pitch import with_offset

STEPS = {
    "frames": _("Frames"),
    "energy": _("Energy"),
    "envelope": _("Envelope"),
    "offset": _("What breaks"),
    "predict": _("Predict"),
}

here = page.start("timedomain", STEPS)
text = here.text
clip = sound.clip_of_tray()
lab, rate = clip.lab, clip.sample_rate
YOURS = timeviews.whole(clip)
CUT = timeviews.cut_of(clip)


@fragment
def frames() -> None:
    with st.container(horizontal=True):
        window = slider(_("Length of a frame (window), ms"), 2, 100, 25, key="framems")
        step = slider(_("From frame to frame (hop), ms"), 1, 100, 10, key="hopms")
    length, hop = samples(clip, window), samples(clip, step)
    peak = timeviews.loudest(clip, length=length, hop=hop)
    state = show.tracks(
        "frames",
        [wave(clip)],
        sounds=[YOURS],
        frames=(length / rate, hop / rate, 0.0),
        cursor=peak,
        view=timeviews.near(clip, peak),
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
    number, frame = timeviews.frame_at(clip, seconds, length=length, hop=hop)
    which = _(
        "Frame {number}, counted from 0: samples {first} to {last}.",
        number=f"{number:,}",
        first=f"{number * hop:,}",
        last=f"{number * hop + length - 1:,}",
    )
    caption = f"{which} {text['frame_caption']}"
    timeviews.frame_line(frame, first=number * hop, sample_rate=rate, caption=caption)
    timeviews.frame_numbers(frame)


@fragment
def energy() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        quiet = slider(_("Silence: so many dB under the loudest frame"), 5, 90, 40, key="quiet")
        hiss = slider(_("Many crossings: more a second than"), 100, 12_000, 3000, key="hiss")
        sizes = {"level": _("Level (RMS), dB"), "rms": _("RMS"), "energy": _("Energy")}
        size = choice(_("Size of a frame's samples as"), sizes, key="framesize", hide_label=True)
    levels, crossings = timeviews.levels_and_crossings(clip)
    limits = {"silence_below": float(quiet), "unvoiced_above": float(hiss)}
    kinds = lab.run(speech_kinds, levels, crossings, as_="kinds", **limits)
    alt = _("How large the samples of each frame are")
    row = curve(clip, levels, _("Level (RMS)"), alt, lo=-100.0, hi=0.0, unit="dB", colour=RIGHT)
    if size != "level":
        of = {"rms": rms, "energy": short_time_energy}[size]
        row = curve(
            clip, lab.run(of, clip.wave, as_="sizes", **CUT), sizes[size], alt, lo=0.0, colour=RIGHT
        )
    crossing_alt = _("How often each frame crosses zero in a second")
    names = (_("silence"), _("few crossings"), _("many crossings"))
    shares = lab.run(shares_of_kinds, kinds, as_="shares").value
    found = _(
        "silence {silent}, few crossings {few}, many crossings {many}",
        silent=f"{shares[0]:.0%}",
        few=f"{shares[1]:.0%}",
        many=f"{shares[2]:.0%}",
    )
    show.tracks(
        "energy",
        [
            wave(clip),
            row,
            curve(
                clip, crossings, _("Zero crossings"), crossing_alt, lo=0.0, unit="/s", colour=WRONG
            ),
            timeviews.kinds_row(clip, kinds, names),
        ],
        sounds=[YOURS],
        caption=text["energy_caption"] + " " + _("Here: {found}.", found=found) + clip.note,
    )


@fragment
def envelope() -> None:
    with st.container(horizontal=True):
        over = slider(_("Smoothing, and frame of the RMS, ms"), 1, 100, 20, key="over")
        release = slider(_("Fall of the peak follower, ms"), 5, 500, 100, key="release")
    length, hop = samples(clip, over), max(1, samples(clip, over) // 2)
    outline = lab.run(hilbert_envelope, clip.wave, as_="outline")
    smoothed = lab.run(smooth, outline, length=length, as_="smoothed")
    cut = {"length": length, "hop": hop, "center": False}
    root = lab.run(rms, clip.wave, as_="root", **cut)
    seconds = release / 1000
    peaks = lab.run(peak_follower, clip.wave, release=seconds, sample_rate=rate, as_="peaks")
    whole = wave(clip, colour=show.NEUTRAL)
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
    view = timeviews.near(clip, timeviews.loudest(clip, **CUT))
    show.tracks("envelope", rows, sounds=[YOURS], view=view, caption=caption)


@fragment
def offset() -> None:
    moved_by = slider(_("Offset, % of full scale"), 0, 100, 40, key="offset") / 100
    moved = lab.run(with_offset, clip.wave, offset=moved_by, as_="moved")
    waves = {_("As it is"): (clip.wave, RIGHT), _("Moved up"): (moved, WRONG)}
    rows, crossings, levels = [], [], []
    for name, (node, colour) in waves.items():
        rows.append(wave(clip, node, name, colour=colour, lo=-1.0, hi=1.0 + moved_by))
        crossed = lab.run(crossings_per_second, node, sample_rate=rate, as_="crossings", **CUT)
        crossings.append(curve(clip, crossed, name, name, lo=0.0, unit="/s", colour=colour))
        sizes = lab.run(level, lab.run(rms, node, as_="root", **CUT), as_="levels")
        levels.append(curve(clip, sizes, name, name, lo=-100.0, hi=6.0, unit="dB", colour=colour))
    alt = _("How often each frame crosses zero in a second")
    rows.append(Curves(tuple(crossings), _("Zero crossings"), alt))
    alt = _("How large the samples of each frame are")
    rows.append(Curves(tuple(levels), _("Level (RMS)"), alt))
    caption = text["offset_caption"] + clip.note
    show.tracks("offset", rows, sounds=[YOURS], caption=caption, height=110)


def predict() -> None:
    count = lab.run(frame_count, samples=len(clip.wave.value), as_="count", **CUT).value
    quiz.question(
        _("Frames of 25 ms, one every 10 ms: how many does your sound have?"),
        {"a": _("under 100"), "b": _("100 to 500"), "c": _("501 to 1500"), "d": _("more")},
        answer="a" if count < 100 else "b" if count <= 500 else "c" if count <= 1500 else "d",
        why=_("{count} in {seconds} s.", count=f"{count:,}", seconds=f"{clip.seconds:.2f}"),
        key="framecount",
    )
    levels, crossings = timeviews.levels_and_crossings(clip)
    kinds = lab.run(speech_kinds, levels, crossings, as_="kinds")
    silent = lab.run(shares_of_kinds, kinds, as_="shares").value[0]
    quiz.question(
        _("How much of it is more than 40 dB quieter than its loudest frame?"),
        {"few": _("under 10 %"), "some": _("10 to 40 %"), "many": _("over 40 %")},
        answer="few" if silent < 0.1 else "some" if silent <= 0.4 else "many",
        why=_("{share} of the frames.", share=f"{silent:.1%}"),
        key="silentshare",
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
        key="loudcrossings",
    )


here.run(frames=frames, energy=energy, envelope=envelope, offset=offset, predict=predict)
