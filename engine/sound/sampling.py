"""From a wave to samples and back: resampling, aliasing, reconstruction.

C. E. Shannon, "Communication in the presence of noise", 1949: a sound without frequencies at or above
half the sampling rate is fixed by its samples, and is the sum of one sinc for each of them.
"""

from __future__ import annotations

import math

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.sound.framing import frame_view

#: Samples on each side that a sinc reaches here. The true one never ends; a Kaiser window ends it.
HALF_WIDTH = 64
KAISER_BETA = 10.0
#: Slices that `mean_level` transforms at a time: so few stay in the processor's own memory.
ROWS_AT_ONCE = 16


def resample(
    wave: NDArray[np.float32], *, sample_rate: int, new_rate: int, quality: str = "HQ"
) -> NDArray[np.float32]:
    """The wave at another rate, with all that the new rate cannot hold filtered out first.

    The filter is the one of soxr (R. Sykes, https://sourceforge.net/p/soxr): linear phase, so it delays
    nothing. Reference: `librosa.resample(..., res_type="soxr_hq")`.

    Parameters
    ----------
    wave : float32 array [shape=(n,)].
    sample_rate, new_rate : int > 0, in Hz.
    quality : "HQ" (20 bits) or "VHQ" (28 bits): how strongly the filter suppresses.

    Returns
    -------
    float32 array, ceil(n * new_rate / sample_rate) samples; the first stands for the same instant.
    """
    if new_rate == sample_rate:
        return wave.copy()
    count = samples_at(len(wave), sample_rate=sample_rate, new_rate=new_rate)
    new = soxr.resample(np.ascontiguousarray(wave), sample_rate, new_rate, quality=quality)
    return np.pad(new[:count], (0, max(0, count - len(new))))


def samples_at(count: int, *, sample_rate: int, new_rate: int) -> int:
    """How many samples at the new rate begin within `count` samples at the old one."""
    return -(-count * new_rate // sample_rate)


def pick_samples(
    wave: NDArray[np.float32], *, sample_rate: int, new_rate: int
) -> NDArray[np.float32]:
    """The wave's values at the instants of another rate, without any filter before.

    If the old rate is a multiple of the new one, each q-th sample is taken as it is. Otherwise most
    instants fall between two samples; there the value is that of `sinc_interpolate`. Nothing is
    removed first, so whatever lies above half the new rate folds down.

    Parameters
    ----------
    wave : float32 array [shape=(n,)].
    sample_rate, new_rate : int > 0, in Hz.

    Returns
    -------
    float32 array, ceil(n * new_rate / sample_rate) samples.
    """
    count = samples_at(len(wave), sample_rate=sample_rate, new_rate=new_rate)
    if sample_rate % new_rate == 0:
        return wave[:: sample_rate // new_rate].copy()
    return sinc_interpolate(wave, rate=sample_rate, new_rate=new_rate, count=count)


def sinc_interpolate(
    samples: NDArray[np.float32], *, rate: int, new_rate: int, count: int
) -> NDArray[np.float32]:
    """The band-limited wave through the samples, read at the instants of another rate.

    Its value at time t is the sum of samples[k] * sinc(t * rate - k) over all k. The sinc is ended after
    `HALF_WIDTH` samples on each side by a Kaiser window; for a tone below 0.95 of half the rate this
    changes the result by less than 0.0001 of the amplitude. Before the first and after the last
    sample there is taken to be silence, so the wave may ring at both ends of a clip that does not
    begin and end quietly.

    Parameters
    ----------
    samples : float32 array [shape=(m,)], at `rate`.
    rate, new_rate : int > 0, in Hz.
    count : int >= 1, how many values to read.

    Returns
    -------
    float32 array [shape=(count,)]; value j belongs to the time j / new_rate.
    """
    from scipy.signal import upfirdn

    # Both rates divide a common one: up = 441 and down = 80 from 8,000 to 44,100 Hz. `upfirdn` puts
    # up - 1 zeros between the samples, adds a sinc for each, and computes only each down-th value.
    divisor = math.gcd(rate, new_rate)
    up, down = new_rate // divisor, rate // divisor
    position = np.arange(-HALF_WIDTH * up, HALF_WIDTH * up + 1) / up  # in samples
    kernel = np.sinc(position) * np.kaiser(len(position), KAISER_BETA)
    # The kernel's middle lies HALF_WIDTH * up values after its start: `skip` values (a whole number,
    # because zeros before the kernel make it one) have to be dropped.
    before = -HALF_WIDTH * up % down
    skip = (HALF_WIDTH * up + before) // down
    kernel = np.concatenate([np.zeros(before), kernel]).astype(np.float32)
    values = upfirdn(kernel, samples, up, down)[skip : skip + count]
    return np.pad(values, (0, count - len(values))).astype(np.float32)


def rebuild(
    samples: NDArray[np.float32], *, rate: int, new_rate: int, count: int, method: str
) -> NDArray[np.float32]:
    """A wave from its samples, read at a finer rate.

    Parameters
    ----------
    samples : float32 array [shape=(m,)], at `rate`.
    rate, new_rate : int > 0, in Hz.
    count : int >= 1, how many values to return.
    method : "hold": each sample's value until the next one (zero-order hold, as a simple converter
        does); "linear": straight lines between samples, the last value kept; "sinc": `sinc_interpolate`.

    Returns
    -------
    float32 array [shape=(count,)]; value j belongs to the time j / new_rate.
    """
    if method == "sinc":
        return sinc_interpolate(samples, rate=rate, new_rate=new_rate, count=count)
    ticks = np.arange(count, dtype=np.int64) * rate  # time times both rates: whole numbers
    last = np.minimum(ticks // new_rate, len(samples) - 1)  # the sample before each instant
    if method == "hold":
        return samples[last]
    if method == "linear":
        following = np.minimum(last + 1, len(samples) - 1)
        share = ((ticks - last * new_rate) / new_rate).astype(np.float32)
        return samples[last] + (samples[following] - samples[last]) * share
    raise ValueError(f"method must be hold, linear or sinc, not {method!r}")


def folded_frequency(*, frequency: float, sample_rate: int) -> float:
    """Where a tone is found after sampling: its distance to the nearest multiple of the rate.

    Parameters
    ----------
    frequency : float >= 0, Hz.
    sample_rate : int > 0, Hz.

    Returns
    -------
    float, 0..sample_rate / 2 in Hz; `frequency` itself if it lies in that range.
    """
    return abs(frequency - sample_rate * round(frequency / sample_rate))


def tone(
    *, frequency: float, sample_rate: int, seconds: float, amplitude: float = 1.0
) -> NDArray[np.float32]:
    """A sine, beginning at 0.

    Parameters
    ----------
    frequency : float >= 0, Hz. At and above half the rate it is folded, as any sampled tone.
    sample_rate : int > 0, Hz.
    seconds : float > 0; at least one sample is made.
    amplitude : float >= 0.

    Returns
    -------
    float32 array [shape=(max(1, round(seconds * sample_rate)),)].
    """
    time = np.arange(max(1, round(seconds * sample_rate))) / sample_rate
    return (amplitude * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


def chirp(
    *, start: float, stop: float, sample_rate: int, seconds: float, amplitude: float = 1.0
) -> NDArray[np.float32]:
    """A sine whose frequency rises, or falls, steadily from `start` to `stop`.

    The phase is the integral of the frequency over time. Reference: `scipy.signal.chirp`, which
    begins at the cosine's crest.

    Parameters
    ----------
    start, stop : float >= 0, Hz.
    sample_rate : int > 0, Hz.
    seconds : float > 0.
    amplitude : float >= 0.

    Returns
    -------
    float32 array [shape=(max(1, round(seconds * sample_rate)),)].
    """
    time = np.arange(max(1, round(seconds * sample_rate))) / sample_rate
    turns = start * time + (stop - start) / seconds * time**2 / 2
    return (amplitude * np.sin(2 * np.pi * turns)).astype(np.float32)


def mean_level(
    wave: NDArray[np.floating], *, sample_rate: int, length: int = 4096, floor_db: float = -140.0
) -> NDArray[np.float64]:
    """How strong each frequency is on average over the whole wave.

    The mean power of overlapping slices under a Hann window (P. D. Welch, "The use of fast Fourier
    transform for the estimation of power spectra", 1967; `scipy.signal.welch`). 0 dB is a sine of
    amplitude 1 whose frequency lies on a bin.

    Parameters
    ----------
    wave : float array [shape=(n,)].
    sample_rate : int > 0, Hz.
    length : int, samples in a slice; a shorter wave is one slice.
    floor_db : float, the level at which silence is drawn.

    Returns
    -------
    float64 array [shape=(2, bins)]: frequencies in Hz, levels in dB.
    """
    from scipy.fft import rfft, rfftfreq

    size = min(length, len(wave))
    turn = 2 * np.pi * np.arange(size) / size
    window = (1 - np.cos(turn)) / 2 if size > 2 else np.ones(size)
    rows = frame_view(wave, length=size, hop=size - size // 2)  # neighbours share half
    power = np.zeros(size // 2 + 1)
    for first in range(0, len(rows), ROWS_AT_ONCE):
        spectrum = rfft(rows[first : first + ROWS_AT_ONCE] * window, axis=1)
        power += (spectrum.real**2 + spectrum.imag**2).sum(axis=0)
    power /= len(rows) * window.sum() ** 2
    # All bins but 0 Hz and half the rate stand for two waves, of positive and negative frequency.
    power[1 : (size + 1) // 2] *= 2
    level = 10 * np.log10(np.maximum(power / 0.5, 10 ** (floor_db / 10)))  # a sine's power: 0.5
    return np.stack([rfftfreq(size, 1 / sample_rate), level])


def folded_peak(
    filtered: NDArray[np.float64], picked: NDArray[np.float64], *, excess_db: float = 3.0
) -> tuple[float, float]:
    """The strongest frequency that samples without a filter have and those with one lack.

    Parameters
    ----------
    filtered, picked : float arrays [shape=(2, bins)] of `mean_level`, at the same rate.
    excess_db : float, so many dB the level without the filter has to lie higher. With 3 dB, at least
        half of the power there came from above half the rate.

    Returns
    -------
    (float, float) : Hz and dB, both NaN if there is none. Looked for up to 0.9 of half the rate, because
        above it the filter has begun to fall, and above -100 dB.
    """
    frequencies, level = picked
    risen = (level > filtered[1] + excess_db) & (level > -100)
    risen &= frequencies <= 0.9 * frequencies[-1]
    if not risen.any():
        return float("nan"), float("nan")
    top = int(np.argmax(np.where(risen, level, -np.inf)))
    return float(frequencies[top]), float(level[top])


def slice_around(wave: NDArray[np.float32], *, middle: int, count: int) -> NDArray[np.float32]:
    """At most `count` samples around the sample `middle`, moved inside at the ends.

    Parameters
    ----------
    wave : float32 array [shape=(n,)].
    middle : int, which sample; moved inside the wave.
    count : int >= 1.
    """
    first = first_around(middle, count=count, length=len(wave))
    return wave[first : first + count].copy()


def first_around(middle: int, *, count: int, length: int) -> int:
    """The number of the first sample of `slice_around`."""
    return max(0, min(middle - count // 2, length - count))


def share_above(wave: NDArray[np.floating], *, sample_rate: int, frequency: float) -> float:
    """The share of the wave's energy at and above a frequency, 0..1; 0 for silence.

    Parameters
    ----------
    wave : float array [shape=(n,)].
    sample_rate : int > 0, Hz.
    frequency : float >= 0, Hz.
    """
    from scipy.fft import rfft, rfftfreq

    power = np.abs(rfft(np.asarray(wave, np.float64))) ** 2
    # All bins but 0 Hz and half the rate stand for two waves, of positive and negative frequency.
    power[1 : (len(wave) + 1) // 2] *= 2
    total = power.sum()
    above = power[rfftfreq(len(wave), 1 / sample_rate) >= frequency].sum()
    return float(above / total) if total > 0 else 0.0


def shares_below(
    wave: NDArray[np.floating], *, sample_rate: int, frequencies: tuple[float, ...]
) -> tuple[float, ...]:
    """The share of the wave's energy below each frequency, 0..1; see `share_above`."""
    return tuple(
        1 - share_above(wave, sample_rate=sample_rate, frequency=frequency)
        for frequency in frequencies
    )


def fold_curve(*, sample_rate: int, highest: float, points_each: int = 50) -> NDArray[np.float64]:
    """Where every tone is found after sampling: a zigzag, by `folded_frequency`.

    Parameters
    ----------
    sample_rate : int > 0, Hz.
    highest : float > 0, Hz, the last frequency that goes in.
    points_each : int >= 1, points for each half of the rate.

    Returns
    -------
    float64 array [shape=(2, points)]: the tone's frequency and the one that is found, Hz.
    """
    step = sample_rate / 2 / points_each  # so that the corners are among the points
    tones = np.append(np.arange(0, highest, step), highest)
    found = np.abs(tones - sample_rate * np.round(tones / sample_rate))
    return np.stack([tones, found])


def loudest_frequency(wave: NDArray[np.floating], *, sample_rate: int) -> float:
    """The frequency at which `mean_level` is highest, Hz, once the mean is taken off.

    Between the bins it is the top of the parabola through the highest value and its neighbours
    (J. O. Smith, X. Serra: PARSHL, 1987): for a lone tone within 0.02 of a bin.
    """
    frequencies, level = mean_level(wave - np.mean(wave), sample_rate=sample_rate)
    if len(level) < 2:
        return 0.0
    top = 1 + int(np.argmax(level[1:]))
    shift = 0.0
    if 1 < top < len(level) - 1:
        left, middle, right = level[top - 1 : top + 2]
        bend = left - 2 * middle + right
        shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    return float(frequencies[top] + shift * frequencies[1])


def band_limited(
    wave: NDArray[np.float32], *, sample_rate: int, new_rate: int
) -> NDArray[np.float32]:
    """What of the wave samples at a lower rate can hold: resampled there and back by soxr's best filter.

    Parameters
    ----------
    wave : float32 array [shape=(n,)].
    sample_rate, new_rate : int > 0, Hz.

    Returns
    -------
    float32 array [shape=(n,)], at `sample_rate`.
    """
    low = resample(wave, sample_rate=sample_rate, new_rate=new_rate, quality="VHQ")
    back = resample(low, sample_rate=new_rate, new_rate=sample_rate, quality="VHQ")[: len(wave)]
    return np.pad(back, (0, len(wave) - len(back)))


def loudest_sample(wave: NDArray[np.floating]) -> int:
    """The number of the sample with the greatest distance to 0, the first of several."""
    return int(np.argmax(np.abs(wave)))
