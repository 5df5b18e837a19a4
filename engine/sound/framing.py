"""Cutting a wave into frames: short pieces, equally far apart, that may overlap."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def frames(
    wave: NDArray[Any], *, length: int, hop: int, center: bool = False, pad: str = "constant"
) -> NDArray[Any]:
    """All frames of a wave, one in each row.

    Frame k holds the samples k * hop to k * hop + length - 1. With `center`, half a frame is first
    added at both ends, so that sample k * hop lies in the middle of frame k. Samples at the end that
    do not fill a frame are left out. Reference implementation: `librosa.util.frame` (its transpose).

    Parameters
    ----------
    wave : array [shape=(n,)], n >= 1. A wave shorter than one frame gets zeros at its end.
    length, hop : int, samples, at least 1.
    center : bool, whether to add `length // 2` samples at both ends.
    pad : str, what these are, a mode of `numpy.pad`: "constant" (zeros), "edge", "reflect"...

    Returns
    -------
    array [shape=(frames, length)] of the type of the wave.

    Raises
    ------
    ValueError : the wave is empty or not one-dimensional, or `length` or `hop` is less than 1.
    """
    return frame_view(wave, length=length, hop=hop, center=center, pad=pad).copy()


def frame_view(
    wave: NDArray[Any], *, length: int, hop: int, center: bool = False, pad: str = "constant"
) -> NDArray[Any]:
    """The same as `frames` without a copy: a read-only window on the wave, for use inside a function.

    Overlapping frames share their samples, so even a hop of one sample takes no memory.
    """
    if wave.ndim != 1 or wave.size == 0:
        raise ValueError(f"frames are cut from a wave [shape=(n,)], not from {wave.shape}")
    count = frame_count(samples=wave.size, length=length, hop=hop, center=center)
    if center:
        wave = np.pad(wave, length // 2, mode=pad)  # type: ignore[call-overload]
    if wave.size < length:
        wave = np.pad(wave, (0, length - wave.size))
    return np.lib.stride_tricks.sliding_window_view(wave, length)[::hop][:count]


def frame_count(*, samples: int, length: int, hop: int, center: bool = False) -> int:
    """How many frames `frames` cuts from a wave of so many samples: at least 1."""
    if length < 1 or hop < 1:
        raise ValueError(f"length and hop are at least 1 sample, not {length} and {hop}")
    if center:
        samples += 2 * (length // 2)
    return 1 + max(0, samples - length) // hop


def frame_times(
    *, count: int, length: int, hop: int, sample_rate: int, center: bool = False
) -> NDArray[np.float64]:
    """The time of the middle of each frame, in seconds from the first sample of the wave.

    Parameters
    ----------
    count : int, the number of frames (see `frame_count`).
    length, hop : int, samples.
    sample_rate : int, Hz.
    center : bool, whether half a frame was added at both ends: then the first middle is at 0.

    Returns
    -------
    float64 array [shape=(count,)].
    """
    first = 0.0 if center else length / 2
    return (first + hop * np.arange(count)) / sample_rate


def frame_facts(wave: NDArray[Any], *, length: int, hop: int) -> tuple[int, int, int]:
    """What cutting a wave gives, without `center`.

    Returns
    -------
    (int, int, int) : the number of frames; how many samples a frame shares with the next, negative
    if there is a gap between them; the samples at the end that lie in no frame.
    """
    count = frame_count(samples=wave.size, length=length, hop=hop)
    covered = (count - 1) * hop + length
    return count, length - hop, max(0, wave.size - covered)


def frame_near(
    wave: NDArray[Any],
    *,
    seconds: float,
    length: int,
    hop: int,
    sample_rate: int,
    center: bool = False,
) -> int:
    """The number of the frame whose middle lies nearest to a time; at a tie the earlier one."""
    count = frame_count(samples=wave.size, length=length, hop=hop, center=center)
    times = frame_times(count=count, length=length, hop=hop, sample_rate=sample_rate, center=center)
    return int(np.argmin(np.abs(times - seconds)))


def loudest_time(
    wave: NDArray[Any], *, length: int, hop: int, sample_rate: int, center: bool = False
) -> float:
    """The middle, in seconds, of the frame with the greatest sum of squares; of the first of several."""
    squares = np.square(wave, dtype=np.float64)
    rows = frame_view(squares, length=length, hop=hop, center=center)
    times = frame_times(
        count=len(rows), length=length, hop=hop, sample_rate=sample_rate, center=center
    )
    return float(times[np.argmax(rows.sum(axis=1))])


def one_frame(
    wave: NDArray[Any], *, number: int, length: int, hop: int, center: bool = False
) -> NDArray[Any]:
    """Row `number` of `frames`, counted from 0, without making the others: array [shape=(length,)]."""
    return frame_view(wave, length=length, hop=hop, center=center)[number].copy()
