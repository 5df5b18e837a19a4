"""Linear prediction: each sample as a weighted sum of those before it, and the cepstrum of that.

    x[n] is predicted as -a[1] x[n - 1] - a[2] x[n - 2] - ... - a[p] x[n - p]

What the prediction misses is the residual, of the energy E. With A(z) = 1 + a[1] z^-1 + ... + a[p] z^-p,
sqrt(E) / |A| is a smooth envelope over the spectrum; its peaks are resonances of the sound (formants).

J. Makhoul: Linear prediction: a tutorial review. Proc. IEEE 63 (1975). L. R. Rabiner, R. W. Schafer:
Digital processing of speech signals, 1978. The last axis of frames is time; one frame [shape=(n,)] and
many [shape=(frames, n)] are treated alike. What is not said otherwise is computed in float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

# A frame whose prediction error falls below this share of its energy is predicted perfectly: a longer
# recursion would divide rounding errors by rounding errors.
PERFECT = 1e-12
LEAST_POWER = 1e-10  # silence counts as -100 dB


# ---------------------------------------------------------------- autocorrelation method


def autocorrelation(frames: NDArray[Any], *, order: int) -> NDArray[np.float64]:
    """How much a frame is like itself moved by 0..order samples: r[k] = sum of x[n] x[n + k].

    By the FFT of the frame with zeros behind it (Wiener-Khinchin theorem), so the cost grows as n log n.

    Parameters
    ----------
    frames : float array [shape=(..., n)], windowed.
    order : int >= 0, the largest shift; beyond the frame r is 0.

    Returns
    -------
    float64 array (..., order + 1). r[0] is the energy.
    """
    length = frames.shape[-1]
    size = fft.next_fast_len(length + order, real=True)
    spectrum = fft.rfft(frames.astype(np.float64), size, axis=-1)
    return fft.irfft(np.abs(spectrum) ** 2, size, axis=-1)[..., : order + 1]


def levinson_durbin(
    autocorrelations: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Solve for the best predictors of all orders, each from the one before.

    For m = 1..p:
        k = -(r[m] + a[1] r[m - 1] + ... + a[m - 1] r[1]) / E      reflection coefficient, -1..1
        a[j] = a[j] + k a[m - j] for j = 1..m - 1, a[m] = k
        E = (1 - k^2) E                                          energy of the residual
    N. Levinson 1946, J. Durbin 1960. A frame that is predicted perfectly (silence too) keeps k = 0.

    Parameters
    ----------
    autocorrelations : float64 array [shape=(..., p + 1)] of `autocorrelation`.

    Returns
    -------
    coefficients : float64 array (..., p + 1, p + 1): row m is 1, a[1], ..., a[m], 0, ... of order m.
    reflections : float64 array (..., p + 1): k of each order; 0 for order 0.
    errors : float64 array (..., p + 1): E of each order; r[0] for order 0.
    """
    r = autocorrelations
    order = r.shape[-1] - 1
    coefficients = np.zeros((*r.shape, order + 1))
    reflections, errors = np.zeros(r.shape), np.zeros(r.shape)
    a = np.zeros(r.shape)
    a[..., 0] = 1
    error = r[..., 0].copy()
    coefficients[..., 0, :], errors[..., 0] = a, error
    for m in range(1, order + 1):
        wrong = np.sum(a[..., :m] * r[..., m:0:-1], axis=-1)  # what order m - 1 leaves at lag m
        open_ = error > PERFECT * r[..., 0]
        k = -np.divide(wrong, error, out=np.zeros_like(error), where=open_)
        k = np.clip(k, -1, 1)  # rounding only: an autocorrelation never gives more
        a[..., 1 : m + 1] += k[..., None] * a[..., m - 1 :: -1][..., :m]
        error = error * (1 - k**2)
        coefficients[..., m, :], reflections[..., m], errors[..., m] = a, k, error
    return coefficients, reflections, errors


def levinson_table(autocorrelations: NDArray[np.float64]) -> NDArray[np.float64]:
    """The recursion for one frame as a table, a row for each order m = 0..p.

    Returns
    -------
    float64 array (p + 1, p + 3): k, the share of the energy that is left (0..1), a[0], ..., a[p].
    """
    coefficients, reflections, errors = levinson_durbin(autocorrelations)
    share = errors / errors[0] if errors[0] > 0 else np.zeros_like(errors)
    return np.column_stack([reflections, share, coefficients])


def first_order(table: NDArray[np.float64], *, share: float) -> int:
    """The first order whose residual keeps at most `share` of the energy; -1 if none does.

    Parameters
    ----------
    table : float64 array (orders, ...), of `levinson_table`.
    share : float, 0..1.
    """
    enough = np.flatnonzero(table[:, 1] <= share)
    return int(enough[0]) if enough.size else -1


def lpc(frames: NDArray[Any], *, order: int) -> NDArray[np.float64]:
    """The predictor of each frame by the autocorrelation method.

    Parameters
    ----------
    frames : float array [shape=(..., n)], windowed.
    order : int >= 1.

    Returns
    -------
    float64 array (..., order + 1): 1, a[1], ..., a[order]. 1, 0, ..., 0 for silence.
    """
    coefficients, _, _ = levinson_durbin(autocorrelation(frames, order=order))
    return coefficients[..., -1, :].copy()


def prediction_error(frames: NDArray[Any], coefficients: NDArray[Any]) -> NDArray[np.float64]:
    """The energy of the residual of each frame: the sum of a[k] r[k], never below 0. Array (...)."""
    r = autocorrelation(frames, order=coefficients.shape[-1] - 1)
    by_row = np.sum(coefficients[..., None, :] * _toeplitz(r), axis=-1)  # A r, row by row
    return np.maximum(np.sum(coefficients * by_row, axis=-1), 0)


def _toeplitz(r: NDArray[np.float64]) -> NDArray[np.float64]:
    """The symmetric matrix r[|i - j|] of each row of autocorrelations."""
    i = np.arange(r.shape[-1])
    return r[..., np.abs(i[:, None] - i)]


# ---------------------------------------------------------------- Burg's method


def lpc_burg(frame: NDArray[Any], *, order: int) -> NDArray[np.float64]:
    """The predictor of one frame by Burg's method, which needs no window.

    Forward and backward errors are made small together, order by order. J. P. Burg 1967; the
    recursion for the denominator: L. Marple, "A new autoregressive spectrum analysis algorithm", IEEE
    Trans. ASSP 28 (1980). Reference implementation: `librosa.lpc`.

    Parameters
    ----------
    frame : float array [shape=(n,)], n > order.
    order : int >= 1.

    Returns
    -------
    float64 array (order + 1,): 1, a[1], ..., a[order].
    """
    if not 1 <= order < len(frame):
        raise ValueError(f"an order lies in 1..{len(frame) - 1}, not {order}")
    samples = frame.astype(np.float64)
    forward, backward = samples[1:], samples[:-1]
    denominator = np.sum(forward**2 + backward**2)
    a = np.zeros(order + 1)
    a[0] = 1
    for m in range(1, order + 1):
        k = -2 * np.sum(forward * backward) / (denominator + np.finfo(np.float64).tiny)
        a[1 : m + 1] += k * a[m - 1 :: -1][:m]
        forward, backward = forward + k * backward, backward + k * forward
        denominator = (1 - k**2) * denominator - backward[-1] ** 2 - forward[0] ** 2
        forward, backward = forward[1:], backward[:-1]
    return a


# ---------------------------------------------------------------- what the predictor says


def residual(frame: NDArray[Any], coefficients: NDArray[Any]) -> NDArray[np.float64]:
    """What a predictor misses: the frame filtered by A. Zeros stand before the frame.

    Returns
    -------
    float64 array (n,).
    """
    return np.convolve(frame.astype(np.float64), coefficients)[: len(frame)]


def spectrum_db(frames: NDArray[Any], *, fft_size: int) -> NDArray[np.float64]:
    """The power spectrum of each frame in dB, unscaled: float64 array (..., fft_size // 2 + 1)."""
    spectrum = fft.rfft(frames.astype(np.float64), fft_size, axis=-1)
    return 10 * np.log10(np.maximum(np.abs(spectrum) ** 2, LEAST_POWER))


def envelope_db(
    coefficients: NDArray[Any], errors: NDArray[Any], *, fft_size: int
) -> NDArray[np.float64]:
    """The envelope E / |A|^2 in dB, at the height of the power spectrum of the frame.

    Parameters
    ----------
    coefficients : float array [shape=(..., p + 1)].
    errors : float array [shape=(...,)], the energy of the residual, see `prediction_error`.
    fft_size : int > p, points on the whole circle.

    Returns
    -------
    float64 array (..., fft_size // 2 + 1).
    """
    response = np.abs(fft.rfft(coefficients, fft_size, axis=-1)) ** 2
    gain = np.maximum(np.asarray(errors), LEAST_POWER)[..., None]
    return 10 * np.log10(gain / np.maximum(response, LEAST_POWER))


def formants(
    coefficients: NDArray[Any], *, sample_rate: int, widest: float = 400.0
) -> NDArray[np.float64]:
    """The resonances of a predictor: the angles of the roots of A that lie close to the circle.

    A root at radius R and angle w is a resonance at w / 2 pi * rate with the bandwidth
    -ln(R) / pi * rate. Roots below 90 Hz shape the slope of the spectrum and are left out, wide ones too
    (R. C. Snell, F. Milinazzo: Formant location from LPC analysis data, IEEE Trans. SAP 1 (1993)).

    Parameters
    ----------
    coefficients : float array [shape=(p + 1,)].
    sample_rate : int, Hz.
    widest : float, Hz, bandwidth that counts as a resonance.

    Returns
    -------
    float64 array (formants, 2): frequency and bandwidth in Hz, from low to high.
    """
    roots = np.roots(coefficients)
    roots = roots[(roots.imag > 0) & (np.abs(roots) > 1e-6)]
    hertz = np.angle(roots) * sample_rate / (2 * np.pi)
    width = -np.log(np.abs(roots)) * sample_rate / np.pi
    kept = (hertz > 90) & (hertz < sample_rate / 2 - 90) & (width < widest)
    return np.column_stack([hertz[kept], width[kept]])[np.argsort(hertz[kept])]


def harmonic_numbers(
    peaks: NDArray[Any], *, pitch: float, within: float = 0.05
) -> NDArray[np.int64]:
    """Which multiple of the pitch each peak lies at: it can be a harmonic of the voice there.

    Parameters
    ----------
    peaks : float array [shape=(n, 2)] of `formants`: frequency in Hz, bandwidth.
    pitch : float, Hz; 0 where there is none.
    within : float, share of the pitch that a peak may lie beside the multiple.

    Returns
    -------
    int64 array (n,): 1 for the pitch itself, 2, 3, ...; 0 for none.
    """
    if pitch <= 0:
        return np.zeros(len(peaks), np.int64)
    ratio = peaks[:, 0] / pitch
    number = np.rint(ratio)
    return np.where(np.abs(ratio - number) <= within, number, 0).astype(np.int64)


# ---------------------------------------------------------------- cepstrum


def lpcc(coefficients: NDArray[Any], errors: NDArray[Any], *, count: int) -> NDArray[np.float64]:
    """The cepstrum of the all-pole model sqrt(E) / A, from its coefficients without any FFT.

    c[0] = ln(E) / 2,  c[n] = -a[n] - sum over k = 1..n-1 of (k / n) c[k] a[n - k]   (a[n] = 0 for n > p)
    B. S. Atal: Effectiveness of linear prediction characteristics of the speech wave for automatic
    speaker identification and verification. J. Acoust. Soc. Am. 55 (1974).

    Parameters
    ----------
    coefficients : float array [shape=(..., p + 1)], minimum phase, as from `lpc`.
    errors : float array [shape=(...,)], the energy of the residual.
    count : int >= 1, coefficients c[0], ..., c[count - 1].

    Returns
    -------
    float64 array (..., count), in nepers.
    """
    order = coefficients.shape[-1] - 1
    c = np.zeros((*coefficients.shape[:-1], count))
    c[..., 0] = np.log(np.maximum(errors, LEAST_POWER)) / 2
    for n in range(1, count):
        total = -coefficients[..., n] if n <= order else 0
        for k in range(max(1, n - order), n):
            total = total - k / n * c[..., k] * coefficients[..., n - k]
        c[..., n] = total
    return c


def recursion_terms(
    coefficients: NDArray[Any], cepstrum: NDArray[Any], *, n: int
) -> NDArray[np.float64]:
    """The terms of one step of the recursion in `lpcc`: their sum is -(c[n] + a[n]).

    Parameters
    ----------
    coefficients : float array [shape=(p + 1,)].
    cepstrum : float array [shape=(count,)], from `lpcc`.
    n : int, 1..count - 1.

    Returns
    -------
    float64 array (terms, 4), a row for each k with 1 <= n - k <= p: k, c[k], a[n - k], and their product
    times k / n. Empty for n = 1.
    """
    k = np.arange(max(1, n - len(coefficients) + 1), n)
    c, a = cepstrum[k], coefficients[n - k]
    return np.column_stack([k, c, a, k / n * c * a])


def prediction_gain(coefficients: NDArray[Any], frame: NDArray[Any]) -> float:
    """How many dB the residual lies below the frame; 0 for silence, at most 120."""
    energy = float(np.sum(np.square(frame, dtype=np.float64)))
    error = float(prediction_error(frame, coefficients))
    if energy <= LEAST_POWER:
        return 0.0
    return 10 * float(np.log10(energy / max(error, energy * PERFECT)))


def transposed(matrix: NDArray[Any]) -> NDArray[Any]:
    """Rows become columns: (frames, count) as (count, frames)."""
    return matrix.T.copy()
