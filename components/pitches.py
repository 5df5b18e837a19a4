"""What the page about pitch computes with: tracks of the clip, made tones, and two tracks compared."""

from __future__ import annotations

import streamlit as st

from components.i18n import _
from components.sound import Clip
from components.timeviews import HOP_MS, samples
from engine.lab import Lab, Node
from engine.sound.pitch import (
    clear_pitch,
    harmonic_tone,
    low_passed,
    pitch_candidates,
    pitch_facts,
    share_off,
)
from engine.sound.sampling import loudest_frequency

SEARCHED = (60, 500)  # Hz
STRENGTHS = (1.0, 0.5, 0.33, 0.25, 0.2)  # of the harmonics of a rich tone
#: The same an octave lower, with weak odd harmonics: every second period is a little different.
UNEVEN = (0.1, 1.0, 0.1, 0.5, 0.0, 0.33, 0.0, 0.25, 0.0, 0.2)
LEAST_CLEAR = 60  # %: from here on, a frame counts as one that repeats itself


def smoothed(clip: Clip, node: Node, name: str, bounds: tuple) -> Node:
    """The wave without the tones far above the searched range."""
    return clip.lab.run(
        low_passed, node, sample_rate=clip.sample_rate, highest=float(bounds[1]), as_=name
    )


def warn_outside(clip: Clip, bounds: tuple) -> None:
    """Say it when the strongest tone of the sound is not among the searched ones."""
    loudest = clip.lab.run(
        loudest_frequency, clip.wave, sample_rate=clip.sample_rate, as_="strongest"
    ).value
    if loudest > 0 and not bounds[0] <= loudest <= bounds[1]:
        message = _(
            "The strongest tone of this sound has {loudest} Hz, outside the searched {low} to {high} "
            "Hz. If that is its pitch, and not an overtone of it, nothing here is right.",
            loudest=f"{loudest:,.0f}",
            low=bounds[0],
            high=bounds[1],
        )
        st.warning(message, icon=":material/warning:")


def candidates(
    clip: Clip, node: Node, name: str, milliseconds: int, method: str, bounds: tuple
) -> Node:
    """The likeliest pitch of each frame of a wave, of which the high tones are taken out first."""
    smooth = smoothed(clip, node, f"smooth_{name}", bounds)
    options = {"sample_rate": clip.sample_rate, "fmin": float(bounds[0]), "fmax": float(bounds[1])}
    cut = {"length": samples(clip, milliseconds), "hop": samples(clip, HOP_MS)}
    return clip.lab.run(pitch_candidates, smooth, method=method, as_=name, **options, **cut)


def track_of(
    clip: Clip, node: Node, name: str, milliseconds: int, method: str, bounds: tuple
) -> Node:
    """The pitch of the frames of a wave that repeat themselves."""
    best = candidates(clip, node, f"best_{name}", milliseconds, method, bounds)
    return clip.lab.run(clear_pitch, best, threshold=LEAST_CLEAR / 100, as_=name)


def tone(clip: Clip, hertz: float, name: str, strengths: tuple[float, ...]) -> Node:
    """A tone as long as the clip; `strengths` of its first harmonics."""
    options = {"sample_rate": clip.sample_rate, "seconds": clip.seconds, "hertz": hertz}
    return clip.lab.run(harmonic_tone, strengths=strengths, as_=name, **options)


def comparison(lab: Lab, right: Node, wrong: Node) -> str:
    """Both results in numbers."""
    off = lab.run(share_off, wrong, right, as_="off").value
    return _(
        "Reference: {found}. Changed: {found_changed}. Of the frames in which both have a pitch, {off} "
        "differ by more than half a semitone.",
        found=in_words(lab, right),
        found_changed=in_words(lab, wrong),
        off=f"{off:.0%}",
    )


def in_words(lab: Lab, track: Node) -> str:
    """In how many frames there is a pitch, and its median."""
    share, median, *_ends = lab.run(pitch_facts, track, as_="found").value
    if not share:
        return _("no frame with a pitch")
    return _(
        "{share} of the frames with a pitch, median {median} Hz",
        share=f"{share:.0%}",
        median=f"{median:.1f}",
    )
