"""The voice that the tests of speech features take: a sample of the app, a person who speaks."""

from __future__ import annotations

import functools
import io

import numpy as np
import soundfile

from engine import samples


@functools.cache
def speech() -> tuple[np.ndarray, int]:
    """A float32 wave, -1..1, and its sample rate; read-only."""
    wave, rate = soundfile.read(io.BytesIO(samples.load("message-en").data), dtype="float32")
    wave = wave if wave.ndim == 1 else wave.mean(axis=1)
    wave.flags.writeable = False
    return wave, rate
