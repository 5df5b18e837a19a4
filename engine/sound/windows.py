"""Windows: the weights that fade a slice of sound in and out before its Fourier transform.

The FFT takes a slice as one turn of something that repeats for ever. A tone that does not fit a whole
number of times into the slice jumps where the end meets the beginning, and the jump spreads over all
frequencies: leakage. A window makes the ends meet at (nearly) zero. The price is a broader peak.

All windows here are sums of cosines, a0 - a1 cos(2 pi n / P) + a2 cos(4 pi n / P) - ..., with the
period P = N for a window of N samples ("periodic": the one for spectra, as the N-point FFT expects),
or P = N - 1 ("symmetric": the one for the design of filters, both ends equal).

Source: F. J. Harris: On the use of windows for harmonic analysis with the discrete Fourier
transform. Proc. IEEE 66 (1978). Reference implementation: `scipy.signal.get_window`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# Values of a window's spectrum in each bin.
POINTS = 32
# a0, a1, a2, ... of each window.
COSINES = {
    "rectangular": (1.0,),
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.5, 0.08),
    "blackmanharris": (0.35875, 0.48829, 0.14128, 0.01168),
}


def make_window(*, name: str, length: int, periodic: bool = True) -> NDArray[np.float64]:
    """The weights of a window.

    Parameters
    ----------
    name : str, one of `COSINES`.
    length : int >= 1, samples.
    periodic : bool, True for spectra, False for filters (symmetric).

    Returns
    -------
    float64 array (length,), 0..1; a window of one sample is 1.

    Raises
    ------
    ValueError : no such window, or no sample.
    """
    if name not in COSINES:
        raise ValueError(f"a window is one of {', '.join(COSINES)}, not {name!r}")
    if length < 1:
        raise ValueError(f"a window has at least 1 sample, not {length}")
    if length == 1:
        return np.ones(1)
    angle = 2 * np.pi * np.arange(length) / (length if periodic else length - 1)
    terms = [(-1) ** k * a * np.cos(k * angle) for k, a in enumerate(COSINES[name])]
    return np.sum(terms, axis=0)


def window_spectrum(
    *, name: str, length: int, points: int = POINTS, bins: int | None = None
) -> NDArray[np.float64]:
    """How strongly a pure tone leaks into the bins beside it: the window's own spectrum.

    Parameters
    ----------
    name, length : see `make_window` (periodic).
    points : int >= 1, values a bin; the FFT itself sees only one of them, the rest comes from zeros
        appended to the window.
    bins : int, how far from the tone; None is all, length / 2.

    Returns
    -------
    float64 array (points * bins + 1, 2): distance from the tone in bins, from 0 on (the
    other side is its mirror image), and decibels, 0 at the tone, at least -200.
    """
    weights = make_window(name=name, length=length)
    magnitude = np.abs(np.fft.rfft(weights, points * length))
    decibels = 20 * np.log10(np.maximum(magnitude / magnitude[0], 1e-10))
    last = len(decibels) if bins is None else points * bins + 1
    return np.column_stack([np.arange(len(decibels)) / points, decibels])[:last]


def window_measures(*, name: str, length: int) -> tuple[float, float, float, float]:
    """Four numbers of a window, named as in table I of Harris (1978).

    Parameters
    ----------
    name : str, see `make_window` (periodic).
    length : int >= 16; the numbers are those of long windows from some 64 samples on.

    Returns
    -------
    width of the main lobe from null to null, in bins;
    highest side lobe in dB, 0 is the main one;
    equivalent noise bandwidth in bins: how much white noise one bin collects;
    scalloping loss in dB: how much a tone between two bins loses.
    """
    if length < 16:
        raise ValueError(f"lobes are measured from 16 samples on, not {length}")
    curve = window_spectrum(name=name, length=length, points=POINTS)[:, 1]
    null = int(np.argmax(np.diff(curve) > 0))  # where the curve first rises again
    highest = float(curve[null:].max())
    weights = make_window(name=name, length=length)
    noise = length * float(np.sum(weights**2) / np.sum(weights) ** 2)
    half = np.exp(-1j * np.pi * np.arange(length) / length)  # a tone half a bin away
    loss = -20 * math.log10(abs(np.sum(weights * half)) / np.sum(weights))
    return 2 * null / POINTS, highest, noise, loss
