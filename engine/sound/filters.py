"""Low-, high- and band-pass filters for sound, both without a shift in time (zero phase).

butterworth     recursive (IIR): each value is made of former inputs and outputs. Flat in the pass
                band, falling by 6 dB an octave for each order. It is run over the sound forwards and
                then backwards: the delays cancel, and the attenuation in dB doubles.
windowed sinc   a weighted mean of the neighbours (FIR): the ideal filter's endless ripples
                sin(x)/x, faded out by a window. Symmetric about the sample, so it delays nothing.

Zero phase needs samples that come later, so neither can run on live sound without waiting.

S. Butterworth: On the theory of filter amplifiers. Experimental Wireless 7 (1930); F. Gustafsson:
Determining the initial states in forward-backward filtering. IEEE Trans. Signal Process. 44 (1996),
as scipy.signal.sosfiltfilt begins the ends with the sound's own mirror image.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.sound.windows import make_window

KINDS = ("low", "high", "band")
# Decibels under which a response is not drawn: 24-bit sound ends at -144 dB.
LEAST_DB = -160.0


def butterworth(
    *, sample_rate: int, kind: str, cutoff: float, cutoff_high: float = 0.0, order: int = 4
) -> NDArray[np.float64]:
    """The coefficients of a Butterworth filter as second-order sections.

    Parameters
    ----------
    sample_rate : int, Hz.
    kind : "low", "high" or "band".
    cutoff, cutoff_high : float, Hz, 0 < cutoff (< cutoff_high) < sample_rate / 2; the second for
        bands only. One run loses 3 dB there, forwards and backwards 6 dB.
    order : int >= 1; a band has the order on each side.

    Returns
    -------
    float64 array (sections, 6): b0 b1 b2 a0 a1 a2 of each, as SciPy's "sos".
    """
    from scipy import signal

    limits = check_cutoffs(sample_rate, kind, cutoff, cutoff_high)
    names = {"low": "lowpass", "high": "highpass", "band": "bandpass"}
    return signal.butter(
        order,
        limits if kind == "band" else limits[0],
        names[kind],
        fs=sample_rate,
        output="sos",
    )


def filter_twice(wave: NDArray[Any], sos: NDArray[np.float64]) -> NDArray[np.float32]:
    """Run a recursive filter over the wave forwards, then backwards (zero phase).

    Parameters
    ----------
    wave : float array [shape=(n,)], n >= 1.
    sos : float64 array [shape=(sections, 6)] of `butterworth`.

    Returns
    -------
    float32 array (n,); it may go beyond -1..1.
    """
    from scipy import signal

    # The mirrored ends are as long as SciPy takes them, or as the sound allows.
    zeros = min(np.count_nonzero(sos[:, 2] == 0), np.count_nonzero(sos[:, 5] == 0))
    ends = min(3 * (2 * len(sos) + 1 - int(zeros)), len(wave) - 1)
    sections = sos.copy()  # SciPy takes no read-only ones
    return signal.sosfiltfilt(sections, wave.astype(np.float64), padlen=ends).astype(np.float32)


def windowed_sinc(
    *,
    sample_rate: int,
    kind: str,
    cutoff: float,
    cutoff_high: float = 0.0,
    taps: int = 255,
    window: str = "blackman",
) -> NDArray[np.float64]:
    """The weights of a windowed-sinc filter.

    The ideal low-pass is 2 f sin(2 pi f n) / (2 pi f n) with f = cutoff / sample_rate; a high-pass is
    a single 1 minus the low-pass, a band-pass the difference of two low-passes.

    Parameters
    ----------
    sample_rate, kind, cutoff, cutoff_high : see `butterworth`. At a cut-off, 6 dB are lost.
    taps : int, odd, >= 3: the number of weights. The edge is about 5.5 sample_rate / taps Hz wide
        with a Blackman window.
    window : str, see `make_window`; symmetric.

    Returns
    -------
    float64 array (taps,), symmetric. The gain is exactly 1 at 0 Hz (low), exactly 0 at 0 Hz (high).
    """
    limits = check_cutoffs(sample_rate, kind, cutoff, cutoff_high)
    if taps < 3 or taps % 2 == 0:
        raise ValueError(f"a symmetric filter about a sample has 3, 5, 7, ... taps, not {taps}")
    n = np.arange(taps) - taps // 2
    fade = make_window(name=window, length=taps, periodic=False)
    passes = []
    for limit in limits:
        low = 2 * limit / sample_rate * np.sinc(2 * limit / sample_rate * n) * fade
        passes.append(low / low.sum())
    if kind == "low":
        return passes[0]
    return (n == 0) - passes[0] if kind == "high" else passes[1] - passes[0]


def filter_centred(wave: NDArray[Any], kernel: NDArray[np.float64]) -> NDArray[np.float32]:
    """Each sample becomes the weighted sum of its neighbours: convolution, zeros outside.

    Parameters
    ----------
    wave : float array [shape=(n,)], n >= 1.
    kernel : float64 array [shape=(taps,)], taps odd, of `windowed_sinc`.

    Returns
    -------
    float32 array (n,).
    """
    from scipy import signal

    half = len(kernel) // 2
    whole = signal.oaconvolve(wave.astype(np.float64), kernel)  # (n + taps - 1,)
    return whole[half : half + len(wave)].astype(np.float32)


def butterworth_response(
    sos: NDArray[np.float64], *, sample_rate: int, points: int = 1000, passes: int = 2
) -> NDArray[np.float64]:
    """How much a recursive filter leaves of each frequency.

    Parameters
    ----------
    sos : of `butterworth`.
    sample_rate : int, Hz.
    points : int, frequencies, logarithmically from 20 Hz to half the sample rate.
    passes : 1 for one run, 2 for forwards and backwards (dB twice).

    Returns
    -------
    float64 array (points, 2): Hz, dB, >= `LEAST_DB`.
    """
    hertz = response_axis(sample_rate, points)
    z = np.exp(-2j * np.pi * hertz / sample_rate)  # one sample of delay
    gain = np.ones(points)
    for b0, b1, b2, a0, a1, a2 in sos:
        gain *= np.abs((b0 + b1 * z + b2 * z**2) / (a0 + a1 * z + a2 * z**2))
    return np.column_stack([hertz, decibels_of(gain**passes)])


def sinc_response(
    kernel: NDArray[np.float64], *, sample_rate: int, points: int = 1000
) -> NDArray[np.float64]:
    """The same for a symmetric kernel: the sum of its weights times cosines."""
    hertz = response_axis(sample_rate, points)
    n = np.arange(len(kernel)) - len(kernel) // 2
    gain = np.cos(2 * np.pi * hertz[:, None] * n / sample_rate) @ kernel
    return np.column_stack([hertz, decibels_of(np.abs(gain))])


def energy_share(part: NDArray[Any], whole: NDArray[Any]) -> float:
    """The energy (sum of squares) of one wave over that of another; 0 if the other is silent."""
    below = float(np.sum(np.square(whole, dtype=np.float64)))
    return float(np.sum(np.square(part, dtype=np.float64))) / below if below else 0.0


def click(*, length: int) -> NDArray[np.float32]:
    """One sample of 1 in the middle of zeros: what a filter makes of it is its impulse response.

    Parameters
    ----------
    length : int >= 1, samples; sample `length // 2` is the 1.

    Returns
    -------
    float32 array (length,).
    """
    result = np.zeros(length, np.float32)
    result[length // 2] = 1
    return result


def ringing_samples(response: NDArray[Any], *, share: float = 0.01) -> int:
    """How many samples lie between the first and the last that exceed a share of the largest.

    Parameters
    ----------
    response : float array [shape=(n,)], what a filter makes of `click`.
    share : float, 0..1, of the largest size.

    Returns
    -------
    int, 0 (silence) to n.
    """
    size = np.abs(response)
    loud = np.flatnonzero(size > share * size.max())
    return int(loud[-1] - loud[0]) + 1 if loud.size else 0


def sharpest_rise(wave: NDArray[Any], *, length: int, sample_rate: int) -> float:
    """The most sudden moment: where the energy after it exceeds that before it by most.

    Parameters
    ----------
    wave : float array [shape=(n,)], n >= 1.
    length : int >= 1, samples before and after the moment; outside the wave is silence.
    sample_rate : int, Hz.

    Returns
    -------
    float, s, the first of several such moments; 0 for silence.
    """
    outside = np.zeros(length)
    padded = np.concatenate([outside, np.square(wave, dtype=np.float64), outside])
    sums = np.concatenate([[0.0], np.cumsum(padded)])
    before = (
        sums[length:-length] - sums[: -2 * length]
    )  # of the `length` samples before each sample
    after = sums[2 * length :] - sums[length:-length]  # and of those from it on
    return float(np.argmax(after - before)) / sample_rate


def check_cutoffs(
    sample_rate: int, kind: str, cutoff: float, cutoff_high: float
) -> tuple[float, ...]:
    """The cut-offs that a kind of filter has, checked.

    Raises
    ------
    ValueError : no such kind, or a cut-off outside 0..sample_rate / 2, or out of order.
    """
    if kind not in KINDS:
        raise ValueError(f"a filter is one of {', '.join(KINDS)}, not {kind!r}")
    limits = (cutoff, cutoff_high) if kind == "band" else (cutoff,)
    inside = [0.0, *limits, sample_rate / 2]
    if any(a >= b for a, b in pairwise(inside)):
        raise ValueError(f"cut-offs must rise between 0 and {sample_rate / 2} Hz, not {limits}")
    return limits


def response_axis(sample_rate: int, points: int) -> NDArray[np.float64]:
    """Frequencies from 20 Hz (or a hundredth of the rate, if lower) to half the sample rate."""
    return np.geomspace(min(20.0, sample_rate / 100), sample_rate / 2, points)


def decibels_of(gain: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gains as decibels, 20 log10, at least `LEAST_DB`."""
    return 20 * np.log10(np.maximum(gain, 10 ** (LEAST_DB / 20)))
