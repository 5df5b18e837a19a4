"""The mel scale, on which equal steps sound about equally far apart, and the bank of filters on it.

Two formulas are in use, and two heights of the triangles; libraries differ in their defaults. Slaney's
(M. Slaney, "Auditory Toolbox", 1998) is the default of librosa and what Whisper takes; the one of the
HTK book (S. Young and others, 2009, after D. O'Shaughnessy, 1987) is the default of HTK and torchaudio.
Reference implementation: librosa.filters.mel, which `mel_bank` equals bit for bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Slaney's scale is linear up to 1000 Hz (3 mel are 200 Hz) and logarithmic above (27 mel are a
# factor of 6.4).
HZ_PER_MEL = 200.0 / 3
LOG_FROM_HZ = 1000.0
LOG_FROM_MEL = LOG_FROM_HZ / HZ_PER_MEL
LOG_STEP = np.log(6.4) / 27.0


def hz_to_mel(hz: ArrayLike, *, scale: str = "slaney") -> NDArray[np.float64]:
    """Frequencies on the mel scale.

    Parameters
    ----------
    hz : float array of any shape, >= 0, in Hz.
    scale : str, "slaney" (1000 Hz are 15 mel) or "htk" (1000 Hz are about 1000 mel).

    Returns
    -------
    float64 array of the same shape, in mel.
    """
    hz = np.asarray(hz, np.float64)
    if scale == "htk":
        return 2595.0 * np.log10(1.0 + hz / 700.0)
    if scale != "slaney":
        raise ValueError(f"a mel scale is 'slaney' or 'htk', not {scale!r}")
    above = LOG_FROM_MEL + np.log(np.maximum(hz, LOG_FROM_HZ) / LOG_FROM_HZ) / LOG_STEP
    return np.where(hz < LOG_FROM_HZ, hz / HZ_PER_MEL, above)


def mel_to_hz(mel: ArrayLike, *, scale: str = "slaney") -> NDArray[np.float64]:
    """The inverse of `hz_to_mel`: frequencies in Hz, a float64 array of the same shape."""
    mel = np.asarray(mel, np.float64)
    if scale == "htk":
        return 700.0 * (10.0 ** (mel / 2595.0) - 1.0)
    if scale != "slaney":
        raise ValueError(f"a mel scale is 'slaney' or 'htk', not {scale!r}")
    above = LOG_FROM_HZ * np.exp(LOG_STEP * (np.maximum(mel, LOG_FROM_MEL) - LOG_FROM_MEL))
    return np.where(mel < LOG_FROM_MEL, HZ_PER_MEL * mel, above)


def mel_edges(
    *, bands: int, fmin: float, fmax: float, scale: str = "slaney"
) -> NDArray[np.float64]:
    """Where the triangles begin, peak and end: `bands` + 2 frequencies, equally far apart in mel.

    Triangle i rises from edge i to edge i + 1 and falls to edge i + 2.

    Returns
    -------
    float64 array (bands + 2,), in Hz, ascending.
    """
    if bands < 1:
        raise ValueError(f"a bank has at least one band, not {bands}")
    if not 0 <= fmin < fmax:
        raise ValueError(f"0 <= fmin < fmax must hold, not {fmin} and {fmax}")
    low, high = hz_to_mel(fmin, scale=scale), hz_to_mel(fmax, scale=scale)
    return mel_to_hz(np.linspace(low, high, bands + 2), scale=scale)


def triangle_corners(
    *,
    bands: int,
    fmax: float,
    fmin: float = 0.0,
    scale: str = "slaney",
    norm: str | None = "slaney",
) -> NDArray[np.float64]:
    """The triangles of `mel_bank` before they are read at the bins of a spectrum.

    Parameters
    ----------
    bands, fmin, fmax, scale : see `mel_edges`.
    norm : str or None, see `mel_bank`.

    Returns
    -------
    float64 array (bands, 3, 2): Hz and weight where each triangle begins, peaks and ends.
    """
    if norm not in ("slaney", None):
        raise ValueError(f"a norm is 'slaney' or None, not {norm!r}")
    edges = mel_edges(bands=bands, fmin=fmin, fmax=fmax, scale=scale)
    corners = np.zeros((bands, 3, 2))
    corners[:, :, 0] = np.stack([edges[:-2], edges[1:-1], edges[2:]], axis=1)
    corners[:, 1, 1] = 2 / (edges[2:] - edges[:-2]) if norm == "slaney" else 1
    return corners


def mel_bank(
    *,
    sample_rate: int,
    fft_size: int,
    bands: int,
    fmin: float = 0.0,
    fmax: float | None = None,
    scale: str = "slaney",
    norm: str | None = "slaney",
) -> NDArray[np.float32]:
    """Triangular filters: how much of each FFT bin goes into each mel band.

    `bank @ power` turns a power spectrum (bins, frames) into band energies (bands, frames).

    Parameters
    ----------
    sample_rate : int, Hz.
    fft_size : int, samples of one FFT.
    bands : int >= 1. So many that a triangle lies between two bins, and that band stays zero.
    fmin, fmax : float, Hz, where the first triangle begins and the last ends; None is half the rate.
    scale : str, "slaney" or "htk", see `hz_to_mel`.
    norm : str or None. "slaney" divides by half the width, so that each has the area 1 Hz (the higher
        bands are wider and so lower); None leaves all peaks at 1.

    Returns
    -------
    float32 array (bands, fft_size // 2 + 1), >= 0.
    """
    if norm not in ("slaney", None):
        raise ValueError(f"a norm is 'slaney' or None, not {norm!r}")
    top = sample_rate / 2 if fmax is None else fmax
    edges = mel_edges(bands=bands, fmin=fmin, fmax=top, scale=scale)
    bins = np.fft.rfftfreq(fft_size, 1.0 / sample_rate)
    distance = np.subtract.outer(edges, bins)  # (bands + 2, bins), Hz from each bin up to each edge
    width = np.diff(edges)[:, None]
    rising = -distance[:-2] / width[:-1]
    falling = distance[2:] / width[1:]
    bank = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    if norm == "slaney":
        # In float64 and rounded once more, as librosa does it.
        bank = (bank * (2.0 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)
    return bank


def empty_bands(bank: NDArray[Any]) -> int:
    """How many bands of a bank hold no FFT bin at all: their energy is zero whatever is heard."""
    return int(np.count_nonzero(bank.max(axis=1) == 0))


def band_places(
    *, hertz: tuple[float, ...], bands: int, fmax: float, scale: str = "slaney"
) -> tuple[float, ...]:
    """Where frequencies lie among the peaks of a bank from 0 Hz to `fmax`: 0.0 is the first peak."""
    places = hz_to_mel(hertz, scale=scale) / hz_to_mel(fmax, scale=scale) * (bands + 1) - 1
    return tuple(places.tolist())
