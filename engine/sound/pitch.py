"""Pitch: how often a frame repeats itself in a second.

Two ways to ask at which delay (lag) a frame is most like itself. The autocorrelation is high there: its
peaks, normalised and chosen as in P. McLeod and G. Wyvill, "A smarter way to find pitch", 2005. The
difference is low there: YIN, A. de Cheveigne and H. Kawahara, "YIN, a fundamental frequency estimator
for speech and music", 2002, steps 2 to 5. Both find the lag between two samples by a parabola.

High tones put a ripple on both curves, which moves their tops. So the wave is low-passed first, as in
L. R. Rabiner, "On the use of autocorrelation analysis for pitch detection", 1977 (at 900 Hz).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.sound.framing import frame_view

METHODS = ("highest", "first", "yin")
NEARLY_HIGHEST = 0.9  # "first": the share of the highest peak that a peak has to reach
DIP = 0.1  # YIN: a dip below this is deep enough (the paper's threshold)
FRAMES_AT_ONCE = 512  # frames at a time, so that a long sound takes no more memory than a short one


def low_passed(
    wave: NDArray[np.floating[Any]], *, sample_rate: int, highest: float
) -> NDArray[np.float32]:
    """What a search for pitches up to `highest` needs of a wave; nothing is delayed.

    A sinc under a Blackman window, centred (zero phase). Up to `highest` all passes, at twice of it half
    the amplitude, above three times of it less than a thousandth. Reference: `scipy.signal.firwin`.

    Parameters
    ----------
    wave : float array [shape=(n,)]; around it silence is taken to be.
    sample_rate : int, Hz.
    highest : float > 0, Hz. The wave stays as it is if twice that is half the rate or more.

    Returns
    -------
    float32 array [shape=(n,)].
    """
    from scipy.signal import firwin, oaconvolve

    cutoff = 2 * highest
    if cutoff >= sample_rate / 2:
        return wave.astype(np.float32)
    taps = 2 * int(np.ceil(1.5 * sample_rate / highest)) + 1  # the fall takes 2 times `highest`
    kernel = firwin(taps, cutoff, window="blackman", fs=sample_rate)
    smooth = oaconvolve(wave.astype(np.float64), kernel)
    return smooth[taps // 2 : taps // 2 + wave.size].astype(np.float32)


def autocorrelation(
    rows: NDArray[np.floating[Any]], *, lags: int | None = None
) -> NDArray[np.floating[Any]]:
    """r[k]: the sum over i of x[i] x[i + k] of each row, for the lags k from 0 on.

    The inverse transform of the power spectrum (Wiener and Khinchin), with as many zeros behind the
    row as keep its end from meeting its beginning. Reference implementation: `librosa.autocorrelate`.

    Parameters
    ----------
    rows : float array [shape=(frames, length)].
    lags : int, how many, 1..length; None takes all.

    Returns
    -------
    float array [shape=(frames, lags)] of the same type; column k belongs to lag k.
    """
    from scipy import fft

    lags = rows.shape[1] if lags is None else lags
    size = fft.next_fast_len(rows.shape[1] + lags - 1, real=True)
    spectrum = fft.rfft(rows, size, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    return fft.irfft(power, size, axis=1)[:, :lags]


def normalised_autocorrelation(
    rows: NDArray[np.floating[Any]], *, lags: int | None = None
) -> NDArray[np.floating[Any]]:
    """r[k] over its greatest possible value: 1 where the row equals itself k samples later.

    2 r[k] / (sum of x[i]^2 + x[i + k]^2 over the samples that overlap): McLeod and Wyvill's NSDF.
    Unlike r[k] / r[0] it does not shrink with the lag because fewer samples overlap. A row of zeros
    gives zeros.

    Parameters
    ----------
    rows : float array [shape=(frames, length)], without its mean (see `levelled`).
    lags : int, how many, 1..length; None takes all.

    Returns
    -------
    float array [shape=(frames, lags)], -1..1 but for rounding.
    """
    length = rows.shape[1]
    lags = length if lags is None else lags
    energy = np.cumsum(rows**2, axis=1, dtype=np.float64)  # of the first i + 1 samples
    total = energy[:, -1:]
    most = energy[:, length - lags :][:, ::-1].copy()  # of the samples that have a partner k later
    most += total
    most[:, 1:] -= energy[:, : lags - 1]  # ... and of these partners
    enough = most > 1e-6 * np.maximum(total, 1e-30)  # less is rounding error
    ratio = np.zeros((len(rows), lags), rows.dtype)
    twice = 2 * autocorrelation(rows, lags=lags)
    return np.divide(twice, most, out=ratio, where=enough, casting="unsafe")


def yin_difference(rows: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """YIN's d': how much a row differs from itself k samples later, over the mean of d up to k.

    d(k) is the sum of (x[j] - x[j + k])^2 over the first half of the row (the paper's equation 6);
    d'(0) = 1, d'(k) = d(k) k / (d(1) + ... + d(k)) (equation 8). About 1 for noise, 0 for a full period.

    Parameters
    ----------
    rows : float array [shape=(frames, length)].

    Returns
    -------
    float array [shape=(frames, length - length // 2 + 1)], lags 0 to length - length // 2. A row of
    zeros gives ones.
    """
    from scipy import fft

    length = rows.shape[1]
    half = length // 2
    lags = length - half + 1
    size = fft.next_fast_len(length + half, real=True)
    first = fft.rfft(rows[:, :half], size, axis=1)
    whole = fft.rfft(rows, size, axis=1)
    cross = fft.irfft(first.conj() * whole, size, axis=1)[:, :lags]
    energy = np.pad(np.cumsum(rows**2, axis=1, dtype=np.float64), ((0, 0), (1, 0)))
    moved = energy[:, half:] - energy[:, :lags]  # of the half row that begins k later
    d = np.maximum(moved[:, :1] + moved - 2 * cross, 0)  # (frames, lags); rounding may go below 0
    number = np.arange(1, lags)
    sums = np.cumsum(d[:, 1:], axis=1)
    varied = (
        sums > 1e-6 * number * energy[:, -1:]
    )  # less is rounding error: nothing has changed yet
    ratio = np.ones_like(d)
    np.divide(d[:, 1:] * number, sums, out=ratio[:, 1:], where=varied)
    return ratio.astype(rows.dtype)


def levelled(rows: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Each row without its mean and scaled to a greatest size of 1; a constant row becomes zeros.

    A constant offset is like itself at every lag, and would hide the period. The scale changes no
    result, but keeps very quiet sounds within what float32 can square.
    """
    moved = rows - rows.mean(axis=1, keepdims=True, dtype=np.float64).astype(rows.dtype)
    size = np.abs(moved).max(axis=1, keepdims=True)
    varied = size > 1e-6 * np.abs(rows).max(axis=1, keepdims=True)
    return np.divide(moved, size, out=np.zeros_like(moved), where=varied).astype(np.float32)


def period_curve(frame: NDArray[np.floating[Any]], *, method: str) -> NDArray[np.float32]:
    """What the method searches in one frame: likeness by lag, or YIN's difference by lag.

    Parameters
    ----------
    frame : float array [shape=(length,)].
    method : str, "highest" and "first" take the normalised autocorrelation, "yin" its difference.

    Returns
    -------
    float32 array [shape=(length // 2 + 1,)], one more for YIN and odd lengths: lags in samples. No
    method searches further, so two periods have to fit into a frame.
    """
    return _curves(levelled(frame[None]), method)[0]


def _curves(rows: NDArray[np.float32], method: str) -> NDArray[np.float32]:
    if method == "yin":
        return yin_difference(rows)
    if method not in METHODS:
        raise ValueError(f"a method is one of {METHODS}, not {method!r}")
    return normalised_autocorrelation(rows, lags=rows.shape[1] // 2 + 1)


def pitch_candidates(
    wave: NDArray[np.floating[Any]],
    *,
    sample_rate: int,
    length: int,
    hop: int,
    fmin: float,
    fmax: float,
    method: str = "first",
    center: bool = True,
) -> NDArray[np.float64]:
    """The best lag of each frame as a frequency, and how clearly the frame repeats itself there.

    Parameters
    ----------
    wave : float array [shape=(n,)], best after `low_passed`.
    sample_rate : int, Hz.
    length, hop : int, samples. Lags up to half a frame are tried: two periods have to fit.
    fmin, fmax : float, Hz, the range of the search.
    method : str. "highest" takes the highest peak of the normalised autocorrelation; "first" the first
        one that reaches 0.9 of it; "yin" the first dip of YIN's difference below 0.1, else its deepest.

    Returns
    -------
    float64 array [shape=(frames, 3)]: Hz, clearness (1 a perfect period, around 0 none), lag in
    samples. A frame without any peak in the range has NaN, 0, NaN.

    Raises
    ------
    ValueError : not 0 < fmin < fmax.
    """
    if not 0 < fmin < fmax:
        raise ValueError(f"a range of pitch needs 0 < fmin < fmax, not {fmin} and {fmax}")
    view = frame_view(wave, length=length, hop=hop, center=center)
    low, high = sample_rate / fmax, sample_rate / fmin  # lags
    blocks = [
        _best_lags(_curves(levelled(view[i : i + FRAMES_AT_ONCE]), method), low, high, method)
        for i in range(0, len(view), FRAMES_AT_ONCE)
    ]
    lag, clear = np.concatenate(blocks, axis=1)
    return np.stack([sample_rate / lag, clear, lag], axis=1)


def _best_lags(
    curves: NDArray[np.float32], low: float, high: float, method: str
) -> NDArray[np.float64]:
    """The lag [shape=(2, frames)] between samples that the method chooses, and its clearness."""
    from scipy import ndimage

    likeness = 1 - curves if method == "yin" else curves
    frames, lags = likeness.shape
    first, last = max(1, int(np.floor(low))), min(int(np.ceil(high)), lags - 2)
    if last < first:  # no lag of the range fits in the frame
        return np.stack([np.full(frames, np.nan), np.zeros(frames)])
    # A peak is the highest value as far as half the shortest period to both sides, so that a ripple
    # on its slope is none.
    around = ndimage.maximum_filter1d(likeness, 2 * (first // 2) + 1, axis=1, mode="nearest")
    middle, before, after = likeness[:, 1:-1], likeness[:, :-2], likeness[:, 2:]
    is_peak = (middle >= around[:, 1:-1]) & (middle > before) & (middle >= after)
    span = slice(first - 1, last)  # columns of `middle` whose lag lies in the range
    heights = np.where(is_peak[:, span], middle[:, span], -np.inf)
    highest = heights.max(axis=1, keepdims=True)
    enough = {
        "highest": highest,
        "first": np.where(highest > 0, NEARLY_HIGHEST * highest, highest),
        "yin": np.where(highest > 1 - DIP, 1 - DIP, highest),
    }[method]
    column = np.argmax(heights >= enough, axis=1) + first - 1  # the first that is high enough
    row = np.arange(frames)
    left, top, right = before[row, column], middle[row, column], after[row, column]
    # The parabola through three values has its top at (left - right) / bend / 2 from the middle one.
    bend = (left - 2 * top + right).astype(np.float64)
    shift = np.divide(left - right, 2 * bend, out=np.zeros(frames), where=bend < 0)
    height = top - (left - right) * shift / 4
    found = np.isfinite(highest[:, 0])
    lag = np.where(found, column + 1 + shift, np.nan)
    return np.stack([lag, np.where(found, np.clip(height, 0, 1), 0)])


def clear_pitch(candidates: NDArray[np.float64], *, threshold: float) -> NDArray[np.float32]:
    """The pitch of the frames whose clearness reaches the threshold, NaN elsewhere.

    Parameters
    ----------
    candidates : float64 array [shape=(frames, 3)] of `pitch_candidates`.
    threshold : float, 0..1: the least clearness. 0 takes every frame that has a peak at all.

    Returns
    -------
    float32 array [shape=(frames,)], Hz or NaN.
    """
    hertz, clear = candidates[:, 0], candidates[:, 1]
    return np.where(clear >= threshold, hertz, np.nan).astype(np.float32)


def clearness(candidates: NDArray[np.float64]) -> NDArray[np.float32]:
    """The clearness of each frame, 0..1."""
    return candidates[:, 1].astype(np.float32)


def pitch_facts(pitch: NDArray[np.floating[Any]]) -> tuple[float, float, float, float]:
    """The share of frames with a pitch, and the median, the least and the greatest pitch in Hz.

    The last three are NaN if no frame has one. Least and greatest are the 5th and the 95th of 100.
    """
    found = pitch[~np.isnan(pitch)]
    if found.size == 0:
        return 0.0, float("nan"), float("nan"), float("nan")
    least, median, greatest = np.percentile(found, (5, 50, 95))
    return found.size / pitch.size, float(median), float(least), float(greatest)


def semitones(*, low: float, high: float) -> float:
    """How far two frequencies lie apart: an octave, twice the frequency, is 12 semitones."""
    return float(12 * np.log2(high / low))


def share_off(
    pitch: NDArray[np.floating[Any]], reference: NDArray[np.floating[Any]], *, cents: float = 50.0
) -> float:
    """Of the frames in which both have a pitch: the share in which they differ by more than `cents`."""
    both = ~np.isnan(pitch) & ~np.isnan(reference)
    if not both.any():
        return 0.0
    distance = 1200 * np.abs(np.log2(pitch[both] / reference[both]))
    return float(np.mean(distance > cents))


def with_noise(
    wave: NDArray[np.floating[Any]], *, snr_db: float, seed: int = 0
) -> NDArray[np.float32]:
    """The wave with white noise of a power `snr_db` decibels below its own; silence stays silent."""
    noise = np.random.default_rng(seed).standard_normal(wave.size)
    power = np.mean(np.square(wave, dtype=np.float64))
    return (wave + noise * np.sqrt(power) * 10 ** (-snr_db / 20)).astype(np.float32)


def with_offset(wave: NDArray[np.floating[Any]], *, offset: float) -> NDArray[np.float32]:
    """The wave moved up by a constant, as a poor sound card does."""
    return (wave + offset).astype(np.float32)


def harmonic_tone(
    *, sample_rate: int, seconds: float, hertz: float, strengths: tuple[float, ...]
) -> NDArray[np.float32]:
    """A sum of cosines at 1, 2, 3... times `hertz` with the given strengths, greatest size 0.8.

    Harmonics at or above half the sample rate are left out. All strengths zero give silence.

    Returns
    -------
    float32 array [shape=(n,)], n at least 1.
    """
    time = np.arange(max(1, round(sample_rate * seconds))) / sample_rate
    wave = np.zeros(time.size)
    for number, strength in enumerate(strengths, start=1):
        if number * hertz < sample_rate / 2:
            wave += strength * np.cos(2 * np.pi * number * hertz * time)
    return (0.8 * wave / max(np.abs(wave).max(), 1e-30)).astype(np.float32)


def mixed(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.float32]:
    """Two waves of equal length at once, half of each."""
    return ((first + second) / 2).astype(np.float32)
