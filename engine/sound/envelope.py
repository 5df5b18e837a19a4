"""The outline of a wave: how its swing grows and fades, without the swinging itself."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def analytic_signal(
    wave: NDArray[np.floating[Any]],
) -> NDArray[np.complexfloating[Any, Any]]:
    """A complex wave whose real part is the wave, and whose size is its envelope.

    1. The spectrum of the wave. 2. Negative frequencies become zero, positive ones count twice; the
    mean and, if n is even, half the sample rate are their own opposites and stay. 3. Back again: the
    imaginary part is the wave with each of its tones a quarter of a period late, so that
    cos and sin of every tone stand at right angles. D. Gabor, "Theory of communication", 1946.
    Reference implementation: `scipy.signal.hilbert`.

    Parameters
    ----------
    wave : float array [shape=(n,)], n >= 1. The transform takes the end to be followed by the beginning.

    Returns
    -------
    complex array [shape=(n,)], complex64 of a float32 wave, else complex128.
    """
    from scipy import fft

    n = wave.size
    spectrum = fft.fft(wave)
    spectrum[1 : (n + 1) // 2] *= 2  # positive frequencies
    spectrum[n // 2 + 1 :] = 0  # negative frequencies
    signal: NDArray[np.complexfloating[Any, Any]] = fft.ifft(spectrum)
    return signal


def hilbert_envelope(wave: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """The size of the analytic signal: of a tone A cos(wt) it is A at every moment.

    Returns
    -------
    float array [shape=(n,)] of the type of the wave, >= 0 and never less than the wave's own size.
    """
    return np.abs(analytic_signal(wave))


def smooth(values: NDArray[Any], *, length: int) -> NDArray[np.float32]:
    """The mean of the `length` values around each one; at the ends, of those that there are.

    Parameters
    ----------
    values : float array [shape=(n,)].
    length : int, samples, at least 1; 1 changes nothing.

    Returns
    -------
    float32 array [shape=(n,)].
    """
    if length < 1:
        raise ValueError(f"a length is at least 1 sample, not {length}")
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    first = np.arange(values.size) - length // 2
    start, stop = np.maximum(first, 0), np.minimum(first + length, values.size)
    return ((total[stop] - total[start]) / (stop - start)).astype(np.float32)


def peak_follower(
    wave: NDArray[np.floating[Any]], *, release: float, sample_rate: int
) -> NDArray[np.float32]:
    """What a peak meter shows: it jumps up with each peak and falls back at a fixed rate.

    out[i] = max(|wave[i]|, out[i - 1] g), with g such that a peak falls to 1 / e of its height in
    `release` seconds. In logarithms the fall is a straight line: with the line added, the follower is
    the greatest value so far.

    Parameters
    ----------
    wave : float array [shape=(n,)].
    release : float, seconds, > 0.
    sample_rate : int, Hz.

    Returns
    -------
    float32 array [shape=(n,)], never less than the wave's own size.
    """
    if release <= 0:
        raise ValueError(f"a release takes more than 0 seconds, not {release}")
    size = np.abs(wave, dtype=np.float64)
    fall = np.arange(size.size) / (release * sample_rate)  # in log units since the beginning
    with np.errstate(divide="ignore"):  # the logarithm of silence is minus infinity
        highest = np.maximum.accumulate(np.log(size) + fall)
    return np.maximum(size, np.exp(highest - fall)).astype(np.float32)
