"""Fewer, wider bands than the FFT has: filter banks; and spectrograms on other frequency axes.

Both re-sort the bins of a spectrum, and they differ in what a row of the result means.

bank    a row is a sum: each triangle weighs the power of the bins under it and adds them up. Energy
        is collected, so noise and tones between the bins are not lost. bands @ power, a matrix product.
axis    a row is a reading: the value at one frequency, between its two neighbouring bins on a
        straight line (linear interpolation). Nothing is added up; the picture is only stretched.

Scales: linear (Hz), log (octaves), mel (Slaney, `engine.sound.mel`), Bark (`engine.sound.bark`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.sound.bark import bark_to_hz, hz_to_bark
from engine.sound.mel import hz_to_mel, mel_to_hz

SCALES = ("linear", "log", "mel", "bark")
# Where a logarithmic axis begins when it would begin at 0 Hz: near the lowest tone that is heard.
LOWEST_HZ = 20.0


def to_scale(hz: ArrayLike, *, scale: str) -> NDArray[np.float64]:
    """Hz as numbers of a scale: Hz themselves, octaves above 1 Hz, mel, or Bark."""
    f = np.asarray(hz, np.float64)
    if scale == "linear":
        return f
    if scale == "log":
        return np.log2(f)
    if scale == "mel":
        return hz_to_mel(f)
    if scale == "bark":
        return hz_to_bark(f)
    raise ValueError(f"a scale is one of {', '.join(SCALES)}, not {scale!r}")


def from_scale(numbers: ArrayLike, *, scale: str) -> NDArray[np.float64]:
    """The inverse of `to_scale`: Hz."""
    s = np.asarray(numbers, np.float64)
    if scale == "linear":
        return s
    if scale == "log":
        return 2.0**s
    if scale == "mel":
        return mel_to_hz(s)
    if scale == "bark":
        return bark_to_hz(s)
    raise ValueError(f"a scale is one of {', '.join(SCALES)}, not {scale!r}")


def steps_on_scale(
    *, count: int, scale: str, fmin: float = 0.0, fmax: float
) -> NDArray[np.float64]:
    """`count` frequencies in Hz from fmin to fmax, equally far apart on a scale.

    A logarithmic scale has no 0: there, fmin is at least `LOWEST_HZ`, or fmax / 2 if that is less.
    """
    if not 0 <= fmin < fmax:
        raise ValueError(f"0 <= fmin < fmax must hold, not {fmin} and {fmax}")
    low = max(fmin, min(LOWEST_HZ, fmax / 2)) if scale == "log" else fmin
    ends = to_scale([low, fmax], scale=scale)
    hertz = from_scale(np.linspace(ends[0], ends[1], count), scale=scale)
    hertz[0] = low  # exactly, without the rounding of there and back
    if count > 1:
        hertz[-1] = fmax
    return hertz


def triangle_bank(
    *,
    sample_rate: int,
    fft_size: int,
    bands: int,
    scale: str,
    fmin: float = 0.0,
    fmax: float | None = None,
    norm: str | None = None,
) -> NDArray[np.float32]:
    """Triangular filters, equally far apart on a scale: weights of each FFT bin in each band.

    Triangle i rises from edge i to edge i + 1 and falls to edge i + 2, so neighbours overlap by half
    and, with `norm=None`, all weights of a bin between the first and the last peak add up to 1. On
    the mel scale equal to `librosa.filters.mel`.

    Parameters
    ----------
    sample_rate : int, Hz.
    fft_size : int, samples of one FFT.
    bands : int >= 1.
    scale : str, one of `SCALES`.
    fmin, fmax : float, Hz; None is half the sample rate.
    norm : "slaney" divides each triangle by half its width in Hz, None leaves the peaks at 1.

    Returns
    -------
    float32 array (bands, fft_size // 2 + 1), >= 0. A triangle that lies between two bins is 0.
    """
    if bands < 1:
        raise ValueError(f"a bank has at least one band, not {bands}")
    if norm not in ("slaney", None):
        raise ValueError(f"a norm is 'slaney' or None, not {norm!r}")
    top = sample_rate / 2 if fmax is None else fmax
    edges = steps_on_scale(count=bands + 2, scale=scale, fmin=fmin, fmax=top)
    bins = np.arange(fft_size // 2 + 1) * (sample_rate / fft_size)
    width = np.diff(edges)[:, None]
    rising = (bins - edges[:-2, None]) / width[:-1]
    falling = (edges[2:, None] - bins) / width[1:]
    bank = np.maximum(0, np.minimum(rising, falling))  # (bands, bins)
    if norm == "slaney":
        bank *= (2 / (edges[2:] - edges[:-2]))[:, None]
    return bank.astype(np.float32)


def band_energies(power: NDArray[Any], bank: NDArray[Any]) -> NDArray[Any]:
    """The energy in each band: bank @ power, the zeros of the bank left out.

    Parameters
    ----------
    power : float array [shape=(bins, frames)].
    bank : float array [shape=(bands, bins)] of `triangle_bank`.

    Returns
    -------
    float array (bands, frames), the type of the power.
    """
    from scipy import sparse

    rows = sparse.csr_array(bank.astype(power.dtype, copy=False))
    return rows @ power  # (bands, bins) @ (bins, frames)


def strongest_band(energies: NDArray[Any]) -> int:
    """Which band holds the most energy over all frames, from 0; the lowest of several."""
    return int(np.argmax(energies.sum(axis=1, dtype=np.float64)))


def warp_rows(
    values: NDArray[Any],
    *,
    sample_rate: int,
    fft_size: int,
    rows: int,
    scale: str,
    fmin: float = 0.0,
    fmax: float | None = None,
) -> NDArray[Any]:
    """A spectrogram read at frequencies that are equally far apart on a scale.

    Linear interpolation between the two bins beside each frequency: a reading, not a sum. Where the
    scale is wider than the bins, as log is below some hundred Hz, rows repeat what little the FFT
    knows; where it is narrower, bins are passed over.

    Parameters
    ----------
    values : float array [shape=(fft_size // 2 + 1, frames)], amplitudes, powers or decibels.
    sample_rate, fft_size : int, of the FFT.
    rows : int >= 2.
    scale : str, one of `SCALES`.
    fmin, fmax : float, Hz, the first and the last row; None is half the sample rate.

    Returns
    -------
    float array (rows, frames), the type of the values.
    """
    top = sample_rate / 2 if fmax is None else fmax
    hertz = steps_on_scale(count=rows, scale=scale, fmin=fmin, fmax=top)
    place = np.minimum(hertz * (fft_size / sample_rate), len(values) - 1)  # in bins
    below = np.minimum(place.astype(int), max(len(values) - 2, 0))
    above = np.minimum(below + 1, len(values) - 1)
    share = (place - below).astype(values.dtype)[:, None]
    return np.ascontiguousarray(values[below] * (1 - share) + values[above] * share)


def axis_ticks(
    *, rows: int, scale: str, fmin: float = 0.0, fmax: float
) -> tuple[tuple[float, int], ...]:
    """Round frequencies for an axis of `warp_rows` or of the peaks of a bank: (row, Hz).

    Rows are fractions, 0 the first; never closer than a ninth of the axis.
    """
    hertz = steps_on_scale(count=rows, scale=scale, fmin=fmin, fmax=fmax)
    ends = to_scale(hertz[[0, -1]], scale=scale)
    if scale == "linear":
        step = 10 ** int(np.floor(np.log10(fmax)))
        step = next(s for s in (step // 5, step // 2, step, 2 * step) if s and (fmax / s) < 8)
        wanted = list(range(0, int(fmax) + 1, step))
    else:
        wanted = [0, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000]
    found: list[tuple[float, int]] = []
    for f in wanted:
        if hertz[0] <= f <= hertz[-1]:
            share = float((to_scale(f, scale=scale) - ends[0]) / (ends[1] - ends[0]))
            row = share * (rows - 1)
            if not found or row - found[-1][0] >= (rows - 1) / 9:
                found.append((row, f))
    return tuple(found) or ((rows - 1.0, int(fmax)),)
