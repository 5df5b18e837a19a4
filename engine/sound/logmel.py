"""The log-mel spectrogram that Whisper hears, stage by stage.

    16 kHz -> 30 s -> frames -> window -> power -> mel -> log10 -> clamp -> scale

A. Radford and others: Robust speech recognition via large-scale weak supervision, 2022. Reference
implementations: `whisper/audio.py` of openai-whisper and transformers' `WhisperFeatureExtractor`, which
`log_mel` equals within 1e-4. openai-whisper lets ffmpeg resample; here it is soxr.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.sound.framing import frame_view
from engine.sound.mfcc import mel_energies, power_of_frames, window_frames

RATE = 16_000  # Hz
SECONDS = 30
FFT_SIZE = 400  # samples, 25 ms: also the length of a frame
HOP = 160  # samples, 10 ms
LEAST = 1e-10  # energy: log10 of less counts as -10
RANGE = 8.0  # powers of ten below the loudest, 80 dB
FRAMES_AT_A_TIME = 1000  # a few megabytes of memory, however many there are


def at_16_khz(wave: NDArray[Any], *, sample_rate: int) -> NDArray[np.float32]:
    """The wave at 16 000 samples a second, by soxr's best quality: nothing above 8 kHz is left.

    Parameters
    ----------
    wave : float array [shape=(n,)], n >= 1, nominally -1..1.
    sample_rate : int, Hz, of the wave.

    Returns
    -------
    float32 array (about n * 16 000 / sample_rate,), at least one sample.
    """
    samples = wave.astype(np.float32)
    if sample_rate == RATE:
        return samples
    import soxr

    resampled = soxr.resample(samples, sample_rate, RATE, quality="VHQ")
    return resampled if resampled.size else samples[:1]


def thirty_seconds(wave: NDArray[Any]) -> NDArray[Any]:
    """The first 30 s of a wave at 16 kHz; a shorter one gets silence behind it: (480 000,)."""
    result = np.zeros(SECONDS * RATE, wave.dtype)
    result[: len(wave)] = wave[: len(result)]
    return result


def whisper_frames(wave: NDArray[Any], *, pad: str = "reflect") -> NDArray[Any]:
    """Frames of 400 samples every 160, frame k centred on sample 160 k, without the last one.

    Parameters
    ----------
    wave : float array [shape=(n,)] at 16 kHz, n a multiple of 160, more than 200.
    pad : str, how the wave goes on before its beginning and after its end: "reflect" (its mirror
        image, as Whisper and PyTorch do), "constant" (zeros, as librosa does).

    Returns
    -------
    float array (n / 160, 400); for 30 s (3000, 400).
    """
    return frame_view(wave, length=FFT_SIZE, hop=HOP, center=True, pad=pad)[:-1].copy()


def log10_energies(energies: NDArray[Any]) -> NDArray[Any]:
    """The power of ten of each energy; less than 1e-10 counts as -10, so silence is a number too."""
    return np.log10(np.maximum(energies, energies.dtype.type(LEAST)))


def clamp_range(logs: NDArray[Any]) -> NDArray[Any]:
    """Nothing more than 8 powers of ten (80 dB) below the loudest cell: the rest is raised to it."""
    return np.maximum(logs, logs.max() - logs.dtype.type(RANGE))


def scale_whisper(logs: NDArray[Any]) -> NDArray[Any]:
    """(x + 4) / 4: about -1..1 for usual loudness, a range of 2 between the least and the greatest."""
    return (logs + 4) / 4


def log_mel(wave: NDArray[Any], *, sample_rate: int, bands: int = 80) -> NDArray[np.float32]:
    """Exactly what Whisper takes in: all stages in one.

    Parameters
    ----------
    wave : float array [shape=(n,)], n >= 1, nominally -1..1.
    sample_rate : int, Hz.
    bands : int, 80; 128 for large-v3.

    Returns
    -------
    float32 array (bands, 3000): mel bands from low to high, frames of 10 ms.
    """
    half_minute = thirty_seconds(at_16_khz(wave, sample_rate=sample_rate))
    overlapping = frame_view(half_minute, length=FFT_SIZE, hop=HOP, center=True, pad="reflect")[:-1]
    energies = np.empty((bands, len(overlapping)), np.float32)
    for first in range(0, len(overlapping), FRAMES_AT_A_TIME):
        part = slice(first, first + FRAMES_AT_A_TIME)
        power = power_of_frames(window_frames(overlapping[part]))
        energies[:, part] = mel_energies(power, sample_rate=RATE, bands=bands)
    return scale_whisper(clamp_range(log10_energies(energies)))


def difference(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """Second minus first, cell by cell."""
    return second - first


def difference_facts(change: NDArray[Any], *, above: float = 0.01) -> tuple[float, float, float]:
    """A difference without sign in three numbers: the largest, the mean, the share over `above`."""
    size = np.abs(change)
    return float(size.max()), float(size.mean()), float(np.mean(size > above))


def frame_column(matrix: NDArray[Any], *, at: int) -> NDArray[Any]:
    """One frame of a (bands, frames) matrix: (bands,). Beyond the last, the last."""
    return matrix[:, min(max(at, 0), matrix.shape[1] - 1)].copy()


def frame_row(frames: NDArray[Any], *, at: int) -> NDArray[Any]:
    """One frame of a (frames, length) matrix: (length,). Beyond the last, the last."""
    return frames[min(max(at, 0), len(frames) - 1)].copy()


def matrix_facts(matrix: NDArray[Any]) -> tuple[float, float, float]:
    """The least, the mean and the greatest number of a matrix."""
    return float(matrix.min()), float(matrix.mean(dtype=np.float64)), float(matrix.max())


def raised_share(before: NDArray[Any], after: NDArray[Any]) -> float:
    """The share of the cells that a clamp has raised, 0..1."""
    return float(np.mean(after > before))


def first_columns(matrix: NDArray[Any], *, start: int, count: int) -> NDArray[Any]:
    """`count` columns of a matrix from column `start` on, or as many as there are."""
    return matrix[:, start : start + count].copy()
