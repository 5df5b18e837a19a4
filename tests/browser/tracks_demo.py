"""Mounts the sound viewer with numbers that are all known; ``?scene=`` chooses which."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

RATE = 48_000
LENGTH, HOP = 1024, 256


@dataclass(frozen=True, eq=False)
class Known:
    """An array under a key, as a node is."""

    key: str
    value: np.ndarray


def melody(seconds: float = 30.0, rate: int = RATE) -> np.ndarray:
    """A made-up tune with vibrato, pauses and a little seeded noise, float32 [shape=(n,)]."""
    t = np.arange(round(seconds * rate)) / rate
    note = 220 * 2 ** (np.array([0, 4, 7, 12, 7, 4, 2, 5])[(t * 2).astype(int) % 8] / 12)
    phase = 2 * np.pi * np.cumsum(note * (1 + 0.004 * np.sin(2 * np.pi * 5 * t))) / rate
    wave = np.sin(phase) + 0.4 * np.sin(2 * phase) + 0.2 * np.sin(3 * phase)
    loud = np.clip(np.sin(np.pi * (t * 2 % 1)), 0, 1) ** 0.6 * (0.55 + 0.4 * np.sin(t / 4))
    noise = np.random.default_rng(7).normal(0, 0.004, t.size)
    return (0.5 * wave * loud + noise).astype(np.float32)


def softer(wave: np.ndarray) -> np.ndarray:
    """The wave at 30 % and smoothed over nine samples."""
    return (0.3 * np.convolve(wave, np.ones(9) / 9, "same")).astype(np.float32)


def levels(wave: np.ndarray) -> np.ndarray:
    """A crude spectrogram in dB, float32 [shape=(LENGTH // 2 + 1, frames)], row 0 is 0 Hz."""
    frames = np.lib.stride_tricks.sliding_window_view(wave, LENGTH)[::HOP]
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(LENGTH), axis=1)).astype(np.float32)
    return (20 * np.log10(np.maximum(spectrum.T / LENGTH * 4, 1e-4))).astype(np.float32)


def loudness(wave: np.ndarray) -> np.ndarray:
    """Root mean square a frame in dB; NaN where it is below -30 dB."""
    frames = np.lib.stride_tricks.sliding_window_view(wave, LENGTH)[::HOP]
    level = 20 * np.log10(np.maximum(np.sqrt((frames.astype(np.float64) ** 2).mean(axis=1)), 1e-9))
    return np.where(level < -30, np.nan, level).astype(np.float32)


def main() -> None:
    """Draw the scene that the URL names."""
    import streamlit as st

    from components import tracks
    from components.i18n import _
    from components.tracks import Curve, Curves, Heat, Row, Sound, Wave

    st.set_page_config("tracks demo", layout="wide")
    st.title("Tracks demo")
    scene = st.query_params.get("scene", "full")

    @st.cache_resource
    def numbers() -> dict[str, np.ndarray]:
        wave = melody()
        return {"wave": wave, "soft": softer(wave), "levels": levels(wave), "loud": loudness(wave)}

    known = numbers()
    wave = Known("wave", known["wave"])
    frames, sounds = None, ()
    if scene == "full":
        gain = st.slider("gain", 0, 100, 30)
        changed = known["soft"] if gain == 30 else known["soft"] * np.float32(gain / 30)
        soft = Known(f"soft{gain}", changed)
        centre = LENGTH / 2 / RATE
        rows = [
            Row(
                (Wave(wave, RATE, "original", "a tune"), Wave(soft, RATE, "softer", "softer")),
                "Waves",
                "A tune and its softer copy.",
            ),
            Heat(Known("levels", known["levels"]), "Spectrogram", "The tune's harmonics.",
                 hop=HOP / RATE, start=centre, lo=-80, hi=0, axis=(0.0, RATE / LENGTH, "Hz"),
                 rows_name="bin"),
            Curve(Known("loud", known["loud"]), "Loudness", "Loudness with gaps.", hop=HOP / RATE,
                  start=centre, unit="dB"),
        ]  # fmt: skip
        frames = (LENGTH / RATE, HOP / RATE, 0.0)
        sounds = (Sound(wave, RATE, "Original"), Sound(soft, RATE, "Softer"))
    elif scene in ("centred", "centred_wave"):
        # The first frame has its middle on the first sample, the last one behind the last sample.
        short = Known("short", melody()[: 20 * HOP])
        strip = np.arange(3 * 21, dtype=np.float32).reshape(3, 21)
        rows = [Wave(short, RATE, "Wave", "A short sound.")]
        if scene == "centred":
            rows.append(Heat(Known("strip", strip), "Map", "Frames.", hop=HOP / RATE))
        frames = (LENGTH / RATE, HOP / RATE, -LENGTH / 2 / RATE)
    elif scene == "small":
        t = np.arange(40) / 1000
        tone = Known("tone", (0.8 * np.sin(2 * np.pi * 60 * t)).astype(np.float32))
        held = Known("held", np.round(tone.value * 4).astype(np.int16))
        rows = [
            Wave(tone, 1000, "Samples", "A tone.", look="stems"),
            Wave(held, 1000, "Held", "Steps.", look="steps", lo=None, hi=None),
            Heat(Known("tiny", np.arange(12, dtype=np.float32).reshape(3, 4)), "Map", "Twelve cells.",
                 hop=0.01, start=0.005, unit="", ticks=((0, "low"), (1, "mid"), (2, "high"))),
        ]  # fmt: skip
        sounds = (Sound(tone, 1000, "Slow"),)
    elif scene == "labels":
        # A fast wave with its envelope, a level up to 0 dB, and three kinds with long names.
        t = np.arange(60_000) / 2000
        loud = (0.5 + 0.4 * np.sin(t)).astype(np.float32)
        tone = Known("fast", (loud * np.sin(2 * np.pi * 440 * t)).astype(np.float32))
        kinds = np.zeros((3, 3000), np.float32)
        kinds[np.arange(3000) // 2 % 3, np.arange(3000)] = 1
        rows = [
            Row((Wave(tone, 2000, "wave", "a tone"),
                 Wave(Known("outline", loud), 2000, "envelope", "its envelope", colour="#0072b2")),
                "Envelope", "A tone under its envelope."),
            Curve(Known("level", 20 * np.log10(loud)), "Level", "Level.", hop=1 / 2000, lo=-60, hi=0,
                  unit="dB"),
            Heat(Known("kinds", kinds), "Kinds", "Three kinds.", hop=0.01, lo=0, hi=1, scale="gray",
                 unit="", lossy=False, ticks=((0, "silence"), (1, "voiced"), (2, "unvoiced"))),
        ]  # fmt: skip
    elif scene == "odd":
        one = Known("one", np.array([0.5], np.float32))
        none = Known("none", np.array([], np.float32))
        bad = np.zeros(50_000, np.float32)
        bad[100:30_000], bad[40_000] = np.nan, np.inf
        rng = np.random.default_rng(0)
        rows = [
            Wave(Known("bad", bad), 10_000, "NaN", "Mostly NaN."),
            Wave(Known("noise", rng.normal(0, 2, 50_000).astype(np.float32)), 10_000, "Loud", "Loud."),
            Wave(one, 10_000, "One", "One sample."),
            Wave(none, 10_000, "None", "No sample."),
            Wave(Known("zero", np.zeros(50_000)), 10_000, "Silent", "Zero.", lo=None, hi=None),
            Curves((Curve(Known("flat", np.full(9, np.nan)), "a", "a", hop=0.5),
                    Curve(Known("empty", np.array([])), "b", "b", hop=0.5)), "Gaps", "Only gaps."),
            Heat(Known("long", rng.normal(0, 1, (4, 100_000)).astype(np.float32)), "Long", "Noise.",
                 hop=0.00005),
            Heat(Known("hollow", np.zeros((0, 5))), "Hollow", "Nothing.", hop=1.0),
            Heat(Known("gaps", np.full((3, 5), np.nan)), "NaN map", "NaN.", hop=1.0),
        ]  # fmt: skip
        sounds = (Sound(none, 10_000, "None"), Sound(Known("zero2", np.zeros(9)), 10_000, "Zero"))
    else:
        raise ValueError(scene)

    text = {name: _(word) for name, word in tracks.TEXT_KEYS.items()}  # `lang=zh` in the URL

    @st.fragment
    def view() -> None:
        st.session_state.runs = st.session_state.get("runs", 0) + 1
        state = tracks.draw(
            rows,
            key=f"demo_{scene}",
            text=text,
            accent="#009E73",
            content=scene,
            sounds=sounds,
            frames=frames,
        )
        st.caption("What Python knows")
        st.code(
            json.dumps({"cursor": state.cursor, "view": state.view, "selection": state.selection,
                        "unpinned": state.unpinned, "runs": st.session_state.runs}),
            language=None,
        )  # fmt: skip

    view()


if __name__ == "__main__":
    main()
