"""How loud and how rough a sound is from moment to moment: energy, RMS, zero crossings.

L. R. Rabiner and R. W. Schafer, "Digital Processing of Speech Signals", 1978, chapter 4. Reference
implementation: `librosa.feature.rms` and `librosa.feature.zero_crossing_rate`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.sound.framing import frame_view

#: Smaller than this counts as zero: no crossing is made of rounding errors (as in librosa).
SMALLEST = 1e-10
#: Crossings a second that lie between the means of voiced (1400) and unvoiced (4900) speech
#: (Rabiner and Schafer, 1978, section 4.3).
UNVOICED_ABOVE = 3000.0
SILENCE, VOICED, UNVOICED = 0, 1, 2


def short_time_energy(
    wave: NDArray[np.floating[Any]], *, length: int, hop: int, center: bool = True
) -> NDArray[np.float32]:
    """The sum of the squares of each frame's samples.

    Parameters
    ----------
    wave : float array [shape=(n,)].
    length, hop : int, samples. With `center`, half a frame of zeros is added at both ends.

    Returns
    -------
    float32 array [shape=(frames,)], >= 0.
    """
    squares = np.square(wave, dtype=np.float64)
    rows = frame_view(squares, length=length, hop=hop, center=center)  # (frames, length)
    return rows.sum(axis=1).astype(np.float32)


def rms(
    wave: NDArray[np.floating[Any]], *, length: int, hop: int, center: bool = True
) -> NDArray[np.float32]:
    """The root of the mean square of each frame: 1 for a full-scale square wave, 0.71 for a sine.

    Parameters
    ----------
    wave : float array [shape=(n,)].
    length, hop : int, samples. With `center`, half a frame of zeros is added at both ends.

    Returns
    -------
    float32 array [shape=(frames,)], in the units of the wave.
    """
    squares = np.square(wave, dtype=np.float64)
    rows = frame_view(squares, length=length, hop=hop, center=center)  # (frames, length)
    return np.sqrt(rows.mean(axis=1)).astype(np.float32)


def level(values: NDArray[Any], *, floor: float = -100.0) -> NDArray[np.float32]:
    """An amplitude in decibels: 20 log10 of it, 0 dB is 1, nothing below `floor`."""
    least = 10.0 ** (floor / 20)
    return (20 * np.log10(np.maximum(values, least))).astype(np.float32)


def zero_crossing_rate(
    wave: NDArray[Any], *, length: int, hop: int, center: bool = True
) -> NDArray[np.float64]:
    """The share of a frame's samples whose sign differs from that of the sample before.

    A tone of f Hz crosses zero 2 f times a second. The first sample of a frame never counts, zero counts
    as positive, and so does a value of at most 1e-10.

    Parameters
    ----------
    wave : array [shape=(n,)].
    length, hop : int, samples. With `center`, the first and the last value are repeated at the ends.

    Returns
    -------
    float64 array [shape=(frames,)], 0..1: crossings for each sample. Times the sample rate it is
    crossings a second.
    """
    negative = wave < -SMALLEST
    rows = frame_view(negative, length=length, hop=hop, center=center, pad="edge")
    return np.count_nonzero(rows[:, 1:] != rows[:, :-1], axis=1) / length


def crossings_per_second(
    wave: NDArray[Any], *, length: int, hop: int, sample_rate: int, center: bool = True
) -> NDArray[np.float32]:
    """`zero_crossing_rate` times the sample rate: about twice the frequency of a single tone."""
    rate = zero_crossing_rate(wave, length=length, hop=hop, center=center)
    return (rate * sample_rate).astype(np.float32)


def speech_kinds(
    levels: NDArray[Any],
    crossings: NDArray[Any],
    *,
    silence_below: float = 40.0,
    unvoiced_above: float = UNVOICED_ABOVE,
) -> NDArray[np.uint8]:
    """Two thresholds that tell silence, voiced and unvoiced frames apart.

    A voiced sound (a, m, z) is loud and its energy lies in low tones; an unvoiced one (s, f, t) is
    noise of high frequencies, which crosses zero often.

    Parameters
    ----------
    levels : float array [shape=(frames,)], dB.
    crossings : float array [shape=(frames,)], zero crossings a second.
    silence_below : float, dB under the loudest frame: quieter ones are silence. All are if the loudest
        is below -90 dB, where a 16-bit sound has no steps left.
    unvoiced_above : float, crossings a second from which a frame counts as unvoiced.

    Returns
    -------
    uint8 array [shape=(frames,)]: 0 silence, 1 voiced, 2 unvoiced.
    """
    loudest = levels.max()
    heard = (levels >= loudest - silence_below) & (loudest > -90.0)
    kinds = np.where(crossings > unvoiced_above, UNVOICED, VOICED)
    return np.where(heard, kinds, SILENCE).astype(np.uint8)


def shares_of_kinds(kinds: NDArray[np.uint8]) -> tuple[float, float, float]:
    """The shares of silence, voiced and unvoiced frames, which add up to 1."""
    silence, voiced, unvoiced = np.bincount(kinds, minlength=3) / kinds.size
    return float(silence), float(voiced), float(unvoiced)


def kind_rows(kinds: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A map [shape=(3, frames)] that is 1 where the row's number is the frame's kind, 0 elsewhere."""
    return (np.arange(3)[:, None] == kinds).astype(np.uint8)


def middle_of(levels: NDArray[Any], crossings: NDArray[Any]) -> tuple[float, float]:
    """The crossings a second of the loudest frame, and the median of all frames."""
    return float(crossings[np.argmax(levels)]), float(np.median(crossings))
