"""MFCC: a spectrum through the ear's scale, as a dozen numbers, stage by stage.

    wave -> pre-emphasis -> frames -> window -> power -> mel -> decibels -> DCT -> lifter -> deltas

S. B. Davis, P. Mermelstein: Comparison of parametric representations for monosyllabic word recognition
in continuously spoken sentences. IEEE Trans. ASSP 28 (1980). Reference implementation: librosa's
`feature.mfcc` and `feature.delta`, which the stages equal with librosa's settings (no pre-emphasis,
frames of 2048 with a hop of 512, centred, 128 bands, 20 coefficients). The HTK book (S. Young and
others, 2009) describes what is usual for speech: frames of 25 ms every 10 ms, pre-emphasis by 0.97, a
lifter of 22.

Arrays keep the precision of the wave, float32 or float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from engine.sound.mel import mel_bank
from engine.sound.windows import make_window

LEAST_ENERGY = 1e-10  # silence counts as -100 dB: the logarithm of 0 is no number


def pre_emphasis(wave: NDArray[Any], *, coefficient: float = 0.97) -> NDArray[Any]:
    """Lift the high frequencies: each sample minus most of the one before.

    y[n] = x[n] - coefficient * x[n - 1], y[0] = x[0]. The voice loses about 6 dB an octave between
    the vocal folds and the microphone; this filter gives it back.

    Parameters
    ----------
    wave : float array [shape=(n,)], n >= 1.
    coefficient : float, 0 (nothing happens) to 1 (the difference).

    Returns
    -------
    float array (n,).
    """
    result = wave.copy()
    result[1:] -= result.dtype.type(coefficient) * wave[:-1]
    return result


def window_frames(frames: NDArray[Any], *, window: str = "hann") -> NDArray[Any]:
    """Every frame times a periodic window (see `make_window`): float array (frames, length)."""
    weights = make_window(name=window, length=frames.shape[1]).astype(frames.dtype)
    return frames * weights


def power_of_frames(
    frames: NDArray[Any], *, fft_size: int | None = None, exponent: int = 2
) -> NDArray[Any]:
    """The power spectrum of every frame: |FFT|^2, unscaled.

    Parameters
    ----------
    frames : float array [shape=(frames, length)].
    fft_size : int >= length or None (= length): shorter frames get zeros behind them.
    exponent : int, 2 for the power |X|^2, 1 for the magnitude |X|.

    Returns
    -------
    float array (fft_size // 2 + 1, frames), >= 0. Row k is the frequency k * sample_rate / fft_size.
    """
    size = frames.shape[1] if fft_size is None else fft_size
    if size < frames.shape[1]:
        raise ValueError(f"an FFT of {size} points cuts frames of {frames.shape[1]} samples")
    if exponent not in (1, 2):
        raise ValueError(f"the exponent is 1 (magnitude) or 2 (power), not {exponent}")
    spectrum = fft.rfft(frames, size, axis=1)  # (frames, bins)
    power = (spectrum.real**2 + spectrum.imag**2).T
    return power if exponent == 2 else np.sqrt(power)


def mel_energies(
    power: NDArray[Any],
    *,
    sample_rate: int,
    bands: int,
    fmin: float = 0.0,
    fmax: float | None = None,
    scale: str = "slaney",
    norm: str | None = "slaney",
) -> NDArray[Any]:
    """Each frame's energy in each mel band: the bank times the power spectra.

    A triangle holds a few bins, so nearly all of the bank is zero: as a sparse matrix (its rows without
    their zeros) the product takes a fortieth of the multiplications.

    Parameters
    ----------
    power : float array [shape=(bins, frames)] of `power_of_frames`, of an even FFT size.
    sample_rate, bands, fmin, fmax, scale, norm : see `mel_bank`.

    Returns
    -------
    float array (bands, frames), >= 0.
    """
    from scipy import sparse

    bank = mel_bank(
        sample_rate=sample_rate,
        fft_size=2 * (power.shape[0] - 1),
        bands=bands,
        fmin=fmin,
        fmax=fmax,
        scale=scale,
        norm=norm,
    )
    rows = sparse.csr_array(bank.astype(power.dtype))
    return rows @ power  # (bands, bins) @ (bins, frames)


def energies_to_db(energies: NDArray[Any], *, range_db: float | None = 80.0) -> NDArray[Any]:
    """Energies in decibels, 10 log10; what is `range_db` below the loudest is raised to that.

    Equal to `librosa.power_to_db(energies, top_db=range_db)`. HTK takes natural logarithms instead:
    all numbers are then smaller by the factor ln(10) / 10 = 0.23.

    Returns
    -------
    float array of the same shape, dB, >= -100.
    """
    decibels = 10 * np.log10(np.maximum(energies, energies.dtype.type(LEAST_ENERGY)))
    if range_db is None:
        return decibels
    return np.maximum(decibels, decibels.max() - energies.dtype.type(range_db))


def dct_matrix(*, bands: int, count: int) -> NDArray[np.float64]:
    """The first `count` cosines of the orthonormal DCT-II, one in each row.

    Row k is sqrt(2 / B) cos(pi k (b + 1/2) / B) for b = 0..B-1, row 0 is sqrt(1 / B). The rows are
    perpendicular and of length 1, so the transpose is the inverse if count = bands.
    N. Ahmed, T. Natarajan, K. R. Rao: Discrete cosine transform. IEEE Trans. Computers C-23 (1974).

    Returns
    -------
    float64 array (count, bands).
    """
    if not 1 <= count <= bands:
        raise ValueError(f"there are 1 to {bands} cosines for {bands} bands, not {count}")
    matrix = np.cos(np.pi / bands * np.outer(np.arange(count), np.arange(bands) + 0.5))
    matrix *= np.sqrt(2 / bands)
    matrix[0] /= np.sqrt(2)
    return matrix


def dct_frames(log_mel: NDArray[Any], *, count: int) -> NDArray[Any]:
    """The cepstral coefficients of every frame: how much of each cosine its log-mel spectrum holds.

    Parameters
    ----------
    log_mel : float array [shape=(bands, frames)], dB.
    count : int, 1..bands, coefficients to keep, from the coarsest on.

    Returns
    -------
    float array (count, frames). Row 0 is sqrt(bands) times the mean level.
    """
    matrix = dct_matrix(bands=log_mel.shape[0], count=count).astype(log_mel.dtype)
    return matrix @ log_mel  # (count, bands) @ (bands, frames)


def rebuild_bands(coefficients: NDArray[Any], *, bands: int, keep: int) -> NDArray[Any]:
    """The log-mel spectra that the first `keep` coefficients describe: the sum of their cosines.

    Parameters
    ----------
    coefficients : float array [shape=(count, frames)] of `dct_frames`.
    bands : int >= count.
    keep : int, 1..count.

    Returns
    -------
    float array (bands, frames), dB. The exact spectra if keep = count = bands.
    """
    matrix = dct_matrix(bands=bands, count=keep).astype(coefficients.dtype)
    return matrix.T @ coefficients[:keep]  # (bands, keep) @ (keep, frames)


def lifter(coefficients: NDArray[Any], *, strength: int = 22, first_index: int = 0) -> NDArray[Any]:
    """Make the fine coefficients about as large as the coarse ones: row n times 1 + L/2 sin(pi n / L).

    Parameters
    ----------
    coefficients : float array [shape=(count, frames)].
    strength : int, L; 0 leaves everything as it is.
    first_index : int, n of row 0: 0 in the HTK book, 1 in librosa.

    Returns
    -------
    float array (count, frames).
    """
    if strength < 0:
        raise ValueError(f"a lifter's strength is at least 0, not {strength}")
    if strength == 0:
        return coefficients.copy()
    n = np.arange(first_index, first_index + len(coefficients))
    weights = 1 + strength / 2 * np.sin(np.pi * n / strength)
    return coefficients * weights[:, None].astype(coefficients.dtype)


def delta(coefficients: NDArray[Any], *, width: int = 9) -> NDArray[Any]:
    """How fast each coefficient changes: the slope of a straight line through `width` frames.

    delta[t] = sum over n = 1..N of n (c[t + n] - c[t - n]) / (2 sum of n^2), width = 2 N + 1 (HTK
    book, eq. 5.16: least squares). The first and last N frames take the slope of the first and last
    whole window, as `librosa.feature.delta` does. Fewer frames than `width` take a shorter window;
    fewer than 3 have no slope: 0.

    Parameters
    ----------
    coefficients : float array [shape=(count, frames)].
    width : int, odd, >= 3, frames.

    Returns
    -------
    float array (count, frames), change per frame.
    """
    if width < 3 or width % 2 == 0:
        raise ValueError(f"a width is odd and at least 3, not {width}")
    count = coefficients.shape[1]
    reach = min(width, count - 1 + count % 2) // 2
    result = np.zeros_like(coefficients)
    if reach == 0:
        return result
    inner = result[:, reach : count - reach]
    for n in range(1, reach + 1):
        after = coefficients[:, reach + n : count - reach + n]
        before = coefficients[:, reach - n : count - reach - n]
        inner += n * (after - before)
    inner /= 2 * sum(n * n for n in range(1, reach + 1))
    result[:, :reach] = inner[:, :1]
    result[:, count - reach :] = inner[:, -1:]
    return result


def stack_rows(*parts: NDArray[Any]) -> NDArray[Any]:
    """Coefficients, deltas and deltas of deltas as one matrix: (sum of rows, frames)."""
    return np.concatenate(parts)


# ---------------------------------------------------------------- numbers that the page names


def largest_after_first(coefficients: NDArray[Any]) -> float:
    """The largest size in all rows but the first, which holds the level; 1 if there is nothing."""
    return float(np.abs(coefficients[1:]).max(initial=0)) or 1.0


def root_mean_square_difference(first: NDArray[Any], second: NDArray[Any]) -> float:
    """How far two matrices lie apart: the square root of the mean squared difference."""
    return float(np.sqrt(np.mean(np.square(first - second, dtype=np.float64))))


def rebuild_errors(log_mel: NDArray[Any]) -> NDArray[np.float64]:
    """For each number of coefficients 1..bands: how far the rebuilt log-mel lies off, in dB (RMS).

    The cosines are perpendicular and of length 1, so the squared error is the sum of the squared
    coefficients that were left out (Parseval).
    """
    bands, count = log_mel.shape
    energies = np.sum(np.square(dct_frames(log_mel, count=bands), dtype=np.float64), axis=1)
    left_out = np.concatenate([np.cumsum(energies[:0:-1])[::-1], [0.0]])
    return np.sqrt(left_out / (bands * count))


def mean_correlation(rows: NDArray[Any]) -> float:
    """How alike the rows of a matrix run on average: mean size of their correlations, 0..1.

    0: knowing one row says nothing (linear) about another. Rows that never change are left out.
    """
    spread = rows.std(axis=1, dtype=np.float64)
    rows = rows[spread > 1e-6 * max(float(np.abs(rows).max(initial=0)), 1e-30)]
    if len(rows) < 2:
        return 0.0
    matrix = np.abs(np.corrcoef(rows))
    return float((matrix.sum() - len(rows)) / (len(rows) * (len(rows) - 1)))


def likeness(first: NDArray[Any], second: NDArray[Any]) -> float:
    """How alike two matrices run over time: the mean correlation of their rows, -1..1.

    The first rows, which hold the level, are left out, and rows that never change. 1: each row is
    the other one, up to a factor and a constant.
    """
    a = first[1:] - first[1:].mean(axis=1, keepdims=True, dtype=np.float64)
    b = second[1:] - second[1:].mean(axis=1, keepdims=True, dtype=np.float64)
    sizes = np.sqrt(np.sum(a**2, axis=1) * np.sum(b**2, axis=1))
    moving = sizes > 1e-30
    return float(np.mean(np.sum(a * b, axis=1)[moving] / sizes[moving])) if moving.any() else 0.0


def distance_likeness(first: NDArray[Any], second: NDArray[Any], *, most: int = 300) -> float:
    """Whether two descriptions find the same frames alike: the correlation of all distances, -1..1.

    The Euclidean distances of all pairs of frames are taken in each matrix, without the first row,
    which holds the level (N. Kriegeskorte and others: Representational similarity analysis, 2008).

    Parameters
    ----------
    first, second : float arrays [shape=(rows, frames)], as many frames in both.
    most : int, frames that are compared, evenly chosen from all.

    Returns
    -------
    float, 1 if the distances are in proportion; 0 if there are fewer than 3 frames or all are alike.
    """
    chosen = np.linspace(0, first.shape[1] - 1, min(most, first.shape[1])).astype(int)
    upper = np.triu_indices(len(chosen), 1)
    distances = []
    for matrix in (first, second):
        points = matrix[1:, chosen].T.astype(np.float64)  # (frames, rows)
        squares = np.sum(points**2, axis=1)
        between = squares[:, None] + squares - 2 * points @ points.T
        distances.append(np.sqrt(np.maximum(between[upper], 0)))
    if len(chosen) < 3 or min(d.std() for d in distances) < 1e-9:
        return 0.0
    return float(np.corrcoef(*distances)[0, 1])


def share_of_cells(energies: NDArray[Any], *, part: float = 0.9) -> float:
    """The share of the cells, the largest first, that together hold `part` of the sum; 0 for silence."""
    falling = np.sort(energies, axis=None)[::-1].astype(np.float64)
    total = falling.sum()
    if not total > 0:
        return 0.0
    return float((np.searchsorted(np.cumsum(falling), part * total) + 1) / falling.size)


def strongest_row(energies: NDArray[Any]) -> int:
    """The row of a matrix with the largest sum, counted from 0."""
    return int(np.argmax(energies.sum(axis=1, dtype=np.float64)))


def energy_change_db(before: NDArray[Any], after: NDArray[Any]) -> float:
    """How many dB more energy a wave has than another; 0 if one of them is silent."""
    first, second = (float(np.sum(np.square(w, dtype=np.float64))) for w in (before, after))
    return 10 * float(np.log10(second / first)) if first > 0 and second > 0 else 0.0
