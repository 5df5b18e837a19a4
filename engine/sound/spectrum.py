"""Which frequencies a sound holds, and when: the Fourier transform of one slice and of all slices.

The N-point FFT of N samples x (float, nominally -1..1) is

    X[k] = sum over n of w[n] x[n] exp(-2 pi i k n / N),  k = 0..N // 2,

w a window (`engine.sound.windows`). Bin k stands for the frequency k * sample_rate / N in Hz; a real
sound's negative frequencies mirror the positive ones, so they are left out.

Two trades of the same kind: the bins lie sample_rate / N apart, and the slice lasts N / sample_rate,
so a finer look at frequency is a blurred look at time.

amplitude   |X| scaled so that a sine of amplitude 1 shows as 1 at its bin (see `amplitude_of`).
power       |X| squared, unscaled: what libraries call a power spectrum.
dB          amplitudes: 20 log10, 0 dB is a sine that just fills -1..1 ("dB full scale").
            powers: 10 log10, 0 dB is whatever reference is named.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from engine.sound.framing import frame_view
from engine.sound.windows import COSINES, make_window

# Samples of windowed frames held at a time: 16 MB of float32, however small the hop.
FRAME_SAMPLES = 4_000_000
# An amplitude that counts as nothing: 10^-15 is -300 dB, far below the rounding of 24-bit sound.
TINY = 1e-15
NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


# ---------------------------------------------------------------- all slices


def stft(
    wave: NDArray[Any],
    *,
    length: int,
    hop: int,
    window: str = "hann",
    fft_size: int | None = None,
    center: bool = True,
    pad: str = "constant",
) -> NDArray[Any]:
    """Short-time Fourier transform: the FFT of every windowed frame.

    Equal to `librosa.stft(wave, n_fft=fft_size, hop_length=hop, win_length=length, window=...,
    center=..., pad_mode=...)`. J. B. Allen, L. R. Rabiner: A unified approach to short-time Fourier
    analysis and synthesis. Proc. IEEE 65 (1977).

    Parameters
    ----------
    wave : float array [shape=(n,)], n >= 1.
    length : int >= 1, samples under the window.
    hop : int >= 1, samples from one frame to the next.
    window : str, see `make_window`; the periodic one.
    fft_size : int >= length or None (= length), points of the FFT; the window stands in the middle,
        the rest is zeros: more values between the same bins, not a finer resolution.
    center : bool. True: frame t is centred on sample t * hop, and the sound is continued by
        fft_size // 2 samples on both sides. False: frame t begins there.
    pad : "constant" (zeros), "reflect" or "edge": how it is continued when centred.

    Returns
    -------
    complex64 (of float64: complex128) array (fft_size // 2 + 1, frames), unscaled. Frames that
    would reach beyond the end are left out; a sound shorter than one frame gets zeros behind it.

    Raises
    ------
    ValueError : no sample, a hop or a length below 1, fft_size below length.
    """
    size = length if fft_size is None else fft_size
    if wave.ndim != 1 or wave.size == 0:
        raise ValueError(f"expected a wave of the shape (n,), n >= 1, not {wave.shape}")
    if length < 1 or hop < 1 or size < length:
        raise ValueError(f"length {length}, hop {hop} and fft_size {size} do not go together")
    if pad not in ("constant", "reflect", "edge"):
        raise ValueError(f"pad is constant, reflect or edge, not {pad!r}")
    samples = wave if wave.dtype == np.float64 else wave.astype(np.float32, copy=False)
    frames = frame_view(samples, length=size, hop=hop, center=center, pad=pad)  # (frames, size)
    weights = np.zeros(size, samples.dtype)
    before = (size - length) // 2
    weights[before : before + length] = make_window(name=window, length=length)
    kind = np.complex128 if samples.dtype == np.float64 else np.complex64
    result = np.empty((len(frames), size // 2 + 1), kind)
    step = max(1, FRAME_SAMPLES // size)
    for first in range(0, len(frames), step):
        block = frames[first : first + step] * weights
        result[first : first + step] = fft.rfft(block, axis=1)
    return result.T


# ---------------------------------------------------------------- magnitude, power, decibels


def amplitude_of(
    spectrum: NDArray[Any], *, length: int, window: str = "hann", fft_size: int | None = None
) -> NDArray[Any]:
    """Amplitudes of the sines in a spectrum: 2 |X| / (sum of the window's weights).

    The sum takes the window's own gain out; the 2 adds the half of a sine's strength that lies at
    its negative frequency. Bin 0 (the mean) and, if fft_size is even, the last bin (half the
    sample rate) have no such half.

    Parameters
    ----------
    spectrum : complex array [shape=(bins,) or (bins, frames)] of `stft` or `slice_fft`.
    length, window, fft_size : as they were for the spectrum.

    Returns
    -------
    float array of that shape, in the units of the wave.
    """
    size = length if fft_size is None else fft_size
    gain = float(make_window(name=window, length=length).sum())
    # A window whose weights are all 0 (a Hann window of 1 or 2 samples comes close) shows nothing.
    scaled: NDArray[Any] = np.abs(spectrum)
    scaled *= scaled.dtype.type(2 / gain)
    scaled[0] *= 0.5
    if size % 2 == 0:
        scaled[-1] *= 0.5
    return scaled


def power(spectrum: NDArray[Any]) -> NDArray[Any]:
    """|X|^2 of every bin: float32 of complex64, float64 of complex128, same shape, unscaled."""
    result: NDArray[Any] = spectrum.real**2 + spectrum.imag**2
    return result


def to_db(
    power: NDArray[Any], *, reference: float | None = None, floor_db: float = -80.0
) -> NDArray[Any]:
    """Powers as decibels, 10 log10(power / reference), nothing below the floor.

    With `reference=None` equal to `librosa.power_to_db(power, ref=np.max, top_db=-floor_db)`, but
    for powers that are all under 1e-10, which librosa raises to that.

    Parameters
    ----------
    power : float array, any shape, >= 0.
    reference : float > 0, the power of 0 dB; None takes the largest.
    floor_db : float, dB; silence is the floor everywhere.

    Returns
    -------
    float array of that shape, dB, >= floor_db.
    """
    zero_db = float(power.max()) if reference is None else reference
    if not zero_db > 0:
        return np.full_like(power, floor_db)
    least = zero_db * 10 ** (floor_db / 10)
    # Limited twice: the smallest power may be rounded up or down.
    decibels = 10 * np.log10(np.maximum(power, max(least, np.finfo(power.dtype).tiny)) / zero_db)
    result: NDArray[Any] = np.maximum(decibels, floor_db).astype(power.dtype, copy=False)
    return result


def highest(values: NDArray[Any]) -> float:
    """The largest value: where a colour scale may end."""
    return float(values.max())


def amplitude_to_db(amplitude: NDArray[Any], *, floor_db: float = -80.0) -> NDArray[Any]:
    """Amplitudes as decibels, 20 log10: 0 dB is a sine of amplitude 1, nothing below the floor."""
    least = amplitude.dtype.type(max(10 ** (floor_db / 20), TINY))
    decibels: NDArray[Any] = np.log10(np.maximum(amplitude, least))
    decibels *= 20
    return np.maximum(decibels, amplitude.dtype.type(floor_db), out=decibels)


def frequencies(*, sample_rate: int, fft_size: int) -> NDArray[np.float64]:
    """The frequency of each bin in Hz: 0, sample_rate / fft_size, ... (fft_size // 2 + 1,)."""
    return np.arange(fft_size // 2 + 1, dtype=np.float64) * (sample_rate / fft_size)


# ---------------------------------------------------------------- one slice


def cut_slice(wave: NDArray[Any], *, start: int, length: int) -> NDArray[Any]:
    """`length` samples from `start` on; what lies outside the wave is 0."""
    result = np.zeros(length, wave.dtype)
    first, last = max(start, 0), min(start + length, len(wave))
    if first < last:
        result[first - start : last - start] = wave[first:last]
    return result


def loudest_start(wave: NDArray[Any], *, length: int) -> int:
    """The first sample of the slice with the most energy; of several, the first. 0 if none fits."""
    sums = np.concatenate([[0.0], np.cumsum(np.square(wave, dtype=np.float64))])
    return int(np.argmax(sums[length:] - sums[:-length])) if len(wave) > length else 0


def slice_start(*, time: float, sample_rate: int, length: int, samples: int) -> int:
    """The first sample of a slice about a time (in s), moved so that it lies within the sound.

    A sound shorter than the slice starts with it, and zeros follow.
    """
    start = round(time * sample_rate) - length // 2
    return max(0, min(start, samples - length))


def windowed(piece: NDArray[Any], *, window: str = "hann") -> NDArray[Any]:
    """A slice times a (periodic) window, sample by sample; the dtype stays."""
    weights = make_window(name=window, length=len(piece))
    return piece * weights.astype(piece.dtype)


def slice_fft(piece: NDArray[Any], *, window: str = "hann") -> NDArray[np.complex128]:
    """The FFT of one windowed slice: complex (length // 2 + 1,), unscaled."""
    weights = make_window(name=window, length=len(piece))
    return fft.rfft(piece.astype(np.float64) * weights)


def slice_amplitude(
    piece: NDArray[Any], *, sample_rate: int, window: str = "hann"
) -> NDArray[np.float64]:
    """The spectrum of one slice as a table: frequency in Hz, amplitude (see `amplitude_of`).

    Parameters
    ----------
    piece : float array [shape=(length,)].
    sample_rate : int, Hz.
    window : str, see `make_window`.

    Returns
    -------
    float64 array (length // 2 + 1, 2).
    """
    amplitude = amplitude_of(slice_fft(piece, window=window), length=len(piece), window=window)
    hertz = frequencies(sample_rate=sample_rate, fft_size=len(piece))
    return np.column_stack([hertz, amplitude])


def slice_db(table: NDArray[np.float64], *, floor_db: float = -120.0) -> NDArray[np.float64]:
    """The table of `slice_amplitude` with decibels in its second column."""
    return np.column_stack([table[:, 0], amplitude_to_db(table[:, 1], floor_db=floor_db)])


def bins_above(table: NDArray[np.float64], *, floor_db: float) -> int:
    """How many bins of `slice_amplitude` reach floor_db, counted from the strongest; 0 if silent."""
    top = table[:, 1].max()
    return int(np.count_nonzero(table[:, 1] >= top * 10 ** (floor_db / 20))) if top > TINY else 0


def tone_between_bins(*, length: int, bins: float = 20.5) -> NDArray[np.float64]:
    """A sine of amplitude 1 that fits `bins` times into the slice; a half is the worst case."""
    return np.sin(2 * np.pi * bins * np.arange(length) / length)


def spectral_peaks(
    table: NDArray[np.float64],
    *,
    count: int = 5,
    floor_db: float = -40.0,
    apart: int = 4,
    window: str = "hann",
) -> NDArray[np.float64]:
    """The strongest local maxima of a spectrum, finer than the bins.

    A parabola through the three decibel values around a maximum has its top between the bins:
    J. O. Smith, X. Serra: PARSHL, 1987. With a Hann window it is right within 0.06 bins. The parabola
    is too high there, by up to 0.3 dB; so the level is that of the bin plus what the window loses so
    far from a bin: with a Hann window a lone tone is right within 0.1 dB.

    Parameters
    ----------
    table : float array [shape=(bins, 2)] of `slice_amplitude`: Hz, amplitude.
    count : int, at most so many.
    floor_db : float, dB against the strongest: weaker ones are left out. -40 and 4 bins leave out the
        side lobes of all windows but the rectangular one.
    apart : int, bins: of two peaks closer than this, the stronger counts.
    window : str, the window of the slice, see `make_window`.

    Returns
    -------
    float64 array (peaks, 2): Hz, dB full scale; the strongest first. Empty for silence.
    """
    hertz, decibels = table[:, 0], amplitude_to_db(table[:, 1], floor_db=-200.0)
    middle = decibels[1:-1]
    tops = 1 + np.flatnonzero((middle > decibels[:-2]) & (middle >= decibels[2:]))
    tops = tops[decibels[tops] > max(decibels.max() + floor_db, -150.0)]
    found: list[int] = []
    for top in tops[np.argsort(-decibels[tops], kind="stable")]:
        if len(found) < count and all(abs(top - other) >= apart for other in found):
            found.append(int(top))
    at = np.array(found, dtype=np.intp)
    left, mid, right = decibels[at - 1], decibels[at], decibels[at + 1]
    shift = 0.5 * (left - right) / (left - 2 * mid + right)  # -0.5..0.5 bins
    spacing = hertz[1] if len(hertz) > 1 else 0.0
    return np.column_stack([hertz[at] + shift * spacing, mid + window_loss(shift, window=window)])


def window_loss(distance: NDArray[np.float64], *, window: str) -> NDArray[np.float64]:
    """What a bin loses of a tone that lies -1/2..1/2 bins beside it, in dB >= 0.

    The spectrum of a window is that of its cosines: sinc(d) times a0, and for each further a[k] half of
    sinc(d - k) + sinc(d + k). (For slices of many samples; 0.001 dB from 64 on.)
    """
    weights = COSINES[window]
    gain = weights[0] * np.sinc(distance)
    for k, weight in enumerate(weights[1:], start=1):
        gain = gain + weight / 2 * (np.sinc(distance - k) + np.sinc(distance + k))
    return -20 * np.log10(gain / weights[0])


def note_name(hertz: float) -> tuple[str, int]:
    """The nearest note of equal temperament (A4 = 440 Hz, ISO 16), and how many cents above it.

    Parameters
    ----------
    hertz : float > 0.

    Returns
    -------
    str, as "C#4" (middle C is C4), and int, -50..50 cents (hundredths of a semitone).
    """
    semitones = 69 + 12 * np.log2(hertz / 440)  # 69 is A4 in MIDI's count
    number = int(np.round(semitones))
    return f"{NOTES[number % 12]}{number // 12 - 1}", int(np.round(100 * (semitones - number)))
