"""Windows and spectra against SciPy, librosa and published tables, and their laws."""

from __future__ import annotations

import math

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import signal

from engine.sound.spectrum import (
    amplitude_of,
    amplitude_to_db,
    bins_above,
    cut_slice,
    frequencies,
    highest,
    loudest_start,
    note_name,
    power,
    slice_amplitude,
    slice_db,
    slice_fft,
    slice_start,
    spectral_peaks,
    stft,
    to_db,
    tone_between_bins,
    window_loss,
    windowed,
)
from engine.sound.windows import COSINES, make_window, window_measures, window_spectrum

RATE = 48_000
SCIPY = {"rectangular": "boxcar"}  # what SciPy calls a window, where it has another name
WAVES = arrays(np.float64, st.integers(1, 300), elements=st.floats(-1, 1, width=32))


def noise(samples=5000, dtype=np.float32, seed=0):
    wave = np.random.default_rng(seed).uniform(-1, 1, samples).astype(dtype)
    wave.flags.writeable = False
    return wave


def tone(hertz, *, samples=RATE, rate=RATE, amplitude=1.0, phase=0.3):
    wave = amplitude * np.sin(2 * np.pi * hertz * np.arange(samples) / rate + phase)
    wave.flags.writeable = False
    return wave


# ---------------------------------------------------------------- windows


@pytest.mark.parametrize("name", COSINES)
@pytest.mark.parametrize("length", [1, 2, 3, 4, 7, 64, 400, 1023])
@pytest.mark.parametrize("periodic", [True, False])
def test_windows_equal_scipy(name, length, periodic):
    expected = signal.get_window(SCIPY.get(name, name), length, fftbins=periodic)
    found = make_window(name=name, length=length, periodic=periodic)
    np.testing.assert_allclose(found, expected, atol=1e-15)


# Highest side lobe, noise bandwidth, scalloping loss: table I of Harris (1978), but for the two
# decimals of the side lobes, which are later and finer measurements of the same windows.
@pytest.mark.parametrize(
    ("name", "width", "highest", "noise_bins", "loss"),
    [
        ("rectangular", 2, -13.26, 1.00, 3.92),
        ("hann", 4, -31.47, 1.50, 1.42),
        ("hamming", 4, -42.67, 1.36, 1.78),
        ("blackman", 6, -58.11, 1.73, 1.10),
        ("blackmanharris", 8, -92.0, 2.00, 0.83),
    ],
)
def test_lobes_have_their_published_sizes(name, width, highest, noise_bins, loss):
    found = window_measures(name=name, length=1024)
    assert found[0] == width
    assert found[1] == pytest.approx(highest, abs=0.06)
    assert found[2] == pytest.approx(noise_bins, abs=0.006)
    assert found[3] == pytest.approx(loss, abs=0.04)


def test_the_window_spectrum_is_its_fourier_transform():
    curve = window_spectrum(name="hamming", length=64, points=16)
    weights = signal.get_window("hamming", 64)
    bins = curve[:, 0]
    direct = np.abs(np.exp(-2j * np.pi * np.outer(bins, np.arange(64)) / 64) @ weights)
    strong = direct > 1e-6
    np.testing.assert_allclose(
        curve[strong, 1], 20 * np.log10(direct[strong] / weights.sum()), atol=1e-6
    )
    assert strong.mean() > 0.9


@pytest.mark.parametrize("bad", [{"name": "kaiser", "length": 8}, {"name": "hann", "length": 0}])
def test_windows_that_do_not_exist_are_refused(bad):
    with pytest.raises(ValueError, match="window"):
        make_window(**bad)
    with pytest.raises(ValueError, match="16"):
        window_measures(name="hann", length=8)


# ---------------------------------------------------------------- stft


@pytest.mark.parametrize("window", COSINES)
@pytest.mark.parametrize(
    ("center", "pad"), [(True, "constant"), (True, "reflect"), (True, "edge"), (False, "constant")]
)
@pytest.mark.parametrize(
    ("length", "hop", "size"), [(400, 160, None), (512, 128, 1024), (301, 77, 301), (300, 100, 513)]
)
def test_stft_equals_librosa(window, center, pad, length, hop, size):
    wave = noise()
    expected = librosa.stft(
        wave,
        n_fft=size or length,
        hop_length=hop,
        win_length=length,
        window=SCIPY.get(window, window),
        center=center,
        pad_mode=pad,
    )
    found = stft(wave, length=length, hop=hop, window=window, fft_size=size, center=center, pad=pad)
    assert found.dtype == np.complex64
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()


@pytest.mark.parametrize("window", COSINES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_stft_equals_scipy(window, dtype):
    wave = noise(dtype=dtype)
    length, hop = 256, 64
    theirs = signal.ShortTimeFFT(
        signal.get_window(SCIPY.get(window, window), length), hop, RATE, phase_shift=None
    )
    found = stft(wave, length=length, hop=hop, window=window)
    expected = theirs.stft(wave.astype(np.float64), p0=0, p1=found.shape[1])
    # SciPy counts time from the start of the window, so its phases turn; the magnitudes are equal.
    error = np.abs(np.abs(found) - np.abs(expected)).max() / np.abs(expected).max()
    assert error <= (1e-5 if dtype == np.float32 else 1e-12)


def test_a_long_sound_is_computed_in_blocks_that_do_not_show():
    wave = noise(300_000)
    found = stft(wave, length=2048, hop=64)  # 4,700 frames: three blocks
    expected = librosa.stft(wave, n_fft=2048, hop_length=64)
    assert np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()


@given(WAVES, st.integers(1, 40), st.integers(1, 50), st.sampled_from(list(COSINES)))
@settings(deadline=None)
def test_stft_is_linear(wave, length, hop, window):
    wave.flags.writeable = False
    options = {"length": length, "hop": hop, "window": window}
    other = noise(len(wave), np.float64, 1)
    both = stft(2 * wave - 3 * other, **options)
    np.testing.assert_allclose(
        both, 2 * stft(wave, **options) - 3 * stft(other, **options), atol=1e-12
    )


@given(WAVES, st.sampled_from(list(COSINES)))
@settings(deadline=None)
def test_parseval(wave, window):
    piece = windowed(wave, window=window)
    half = np.abs(slice_fft(wave, window=window)) ** 2
    # Every bin stands for two, but for the mean and, of an even number, the last.
    twice = np.full(len(half), 2.0)
    twice[0] = 1
    if len(wave) % 2 == 0:
        twice[-1] = 1
    assert np.sum(twice * half) / len(wave) == pytest.approx(np.sum(piece**2), abs=1e-12)


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("pad", ["constant", "reflect", "edge"])
def test_one_sample_is_a_sound(center, pad):
    found = stft(np.array([0.5], np.float32), length=64, hop=16, center=center, pad=pad)
    assert found.shape[0] == 33
    assert np.isfinite(found).all()
    alone = stft(np.array([0.5]), length=1, hop=1, center=False)
    np.testing.assert_array_equal(alone, [[0.5]])


def test_silence_stays_silent():
    silent = stft(np.zeros(1000, np.float32), length=256, hop=64)
    assert not silent.any()
    assert (to_db(power(silent)) == -80).all()
    assert (amplitude_to_db(amplitude_of(silent, length=256)) == -80).all()
    empty = spectral_peaks(slice_amplitude(np.zeros(256), sample_rate=RATE))
    assert empty.shape == (0, 2)


@pytest.mark.parametrize(
    "bad",
    [
        {"length": 0, "hop": 1},
        {"length": 4, "hop": 0},
        {"length": 8, "hop": 1, "fft_size": 4},
        {"length": 4, "hop": 1, "pad": "wrap"},
        {"length": 4, "hop": 1, "window": "none"},
    ],
)
def test_what_does_not_go_together_is_refused(bad):
    with pytest.raises(ValueError, match=r"length|pad|window"):
        stft(noise(20), **bad)
    with pytest.raises(ValueError, match="shape"):
        stft(noise(20).reshape(2, 10), length=4, hop=2)
    with pytest.raises(ValueError, match="shape"):
        stft(noise(0), length=4, hop=2)


# ---------------------------------------------------------------- amplitude and decibels


@pytest.mark.parametrize("window", COSINES)
@pytest.mark.parametrize("length", [960, 961])
@pytest.mark.parametrize("amplitude", [1.0, 0.01])
def test_a_sine_on_a_bin_shows_its_amplitude(window, length, amplitude):
    hertz = 20 * RATE / length
    piece = tone(hertz, samples=length, amplitude=amplitude)
    table = slice_amplitude(piece, sample_rate=RATE, window=window)
    assert table[20] == pytest.approx([hertz, amplitude], rel=1e-9)
    assert slice_db(table)[20, 1] == pytest.approx(20 * math.log10(amplitude), abs=1e-8)
    frames = amplitude_of(
        stft(tone(hertz, amplitude=amplitude), length=length, hop=500, window=window),
        length=length,
        window=window,
    )
    np.testing.assert_allclose(frames[20, 2:-2], amplitude, rtol=1e-9)


@pytest.mark.parametrize("length", [8, 9])
def test_the_mean_and_the_last_bin_count_once(length):
    mean = slice_amplitude(np.full(length, 0.25), sample_rate=8, window="rectangular")
    assert mean[0, 1] == pytest.approx(0.25)
    swing = slice_amplitude(0.5 * (-1.0) ** np.arange(8), sample_rate=8, window="rectangular")
    assert swing[-1] == pytest.approx([4, 0.5])


def test_power_to_db_equals_librosa():
    spectrum = stft(noise(), length=400, hop=160)
    strength = power(spectrum)
    np.testing.assert_allclose(strength, np.abs(spectrum) ** 2, rtol=1e-6)
    for floor in (-80.0, -20.0):
        expected = librosa.power_to_db(strength, ref=np.max, top_db=-floor)
        found = to_db(strength, floor_db=floor)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, atol=1e-5)
        assert found.min() >= floor
        assert found.max() == 0
    fixed = librosa.power_to_db(strength, ref=3.0, top_db=None)
    np.testing.assert_allclose(to_db(strength, reference=3.0), np.maximum(fixed, -80), atol=1e-5)
    amplitude = amplitude_of(spectrum, length=400)
    expected = np.maximum(librosa.amplitude_to_db(amplitude, ref=1.0, amin=1e-12, top_db=None), -60)
    np.testing.assert_allclose(amplitude_to_db(amplitude, floor_db=-60), expected, atol=1e-5)


def test_frequencies_equal_librosa():
    for size in (1, 2, 9, 400):
        expected = librosa.fft_frequencies(sr=RATE, n_fft=size)
        np.testing.assert_allclose(frequencies(sample_rate=RATE, fft_size=size), expected)


# ---------------------------------------------------------------- slices, peaks, notes


@given(WAVES, st.integers(-400, 400), st.integers(1, 400))
def test_a_slice_is_the_wave_with_zeros_around_it(wave, start, length):
    around = np.concatenate([np.zeros(400), wave, np.zeros(1000)])
    np.testing.assert_array_equal(
        cut_slice(wave, start=start, length=length), around[400 + start : 400 + start + length]
    )


@given(st.floats(10, 400), st.floats(0.001, 1), st.floats(0, 6.28))
def test_a_peak_is_found_between_the_bins(bins, amplitude, phase):
    length = 1024
    hertz = bins * RATE / length
    piece = tone(hertz, samples=length, amplitude=amplitude, phase=phase)
    peaks = spectral_peaks(slice_amplitude(piece, sample_rate=RATE), count=1)
    assert abs(peaks[0, 0] - hertz) < 0.06 * RATE / length
    assert abs(peaks[0, 1] - 20 * math.log10(amplitude)) < 0.1


@pytest.mark.parametrize(("window", "off"), [("hann", 0.1), ("hamming", 0.1), ("blackman", 0.05)])
@pytest.mark.parametrize("beside", [0.0, 0.2, 0.5, 0.8])
def test_the_level_of_a_peak_between_bins(window, off, beside):
    """A full-scale tone has 0 dB, wherever it lies between two bins: the window's loss is known."""
    piece = tone((100 + beside) * RATE / 2048, samples=2048)
    table = slice_amplitude(piece, sample_rate=RATE, window=window)
    assert abs(spectral_peaks(table, count=1, window=window)[0, 1]) < off


@pytest.mark.parametrize("window", sorted(COSINES))
def test_the_loss_beside_a_bin_is_that_of_the_window(window):
    length, beside = 1024, np.linspace(-0.5, 0.5, 9)
    weights = make_window(name=window, length=length)
    turns = np.exp(-2j * np.pi * beside[:, None] * np.arange(length) / length)
    measured = -20 * np.log10(np.abs(turns @ weights) / weights.sum())
    np.testing.assert_allclose(window_loss(beside, window=window), measured, atol=1e-4)
    assert window_loss(np.array([0.5]), window=window)[0] == pytest.approx(
        window_measures(name=window, length=length)[3], abs=1e-3
    )


def test_peaks_come_strongest_first_and_apart():
    piece = tone(1000, samples=4096) + tone(3000, samples=4096, amplitude=0.1)
    peaks = spectral_peaks(slice_amplitude(piece, sample_rate=RATE, window="blackman"), count=9)
    assert len(peaks) == 2
    assert peaks[:, 0] == pytest.approx([1000, 3000], abs=1)
    assert np.diff(peaks[:, 1])[0] == pytest.approx(-20, abs=0.6)
    for short in (1, 2, 3):
        assert spectral_peaks(slice_amplitude(np.ones(short), sample_rate=8)).shape == (0, 2)


@pytest.mark.parametrize("hertz", [27.5, 31.0, 261.63, 440.0, 445.5, 1000.0, 4186.01, 15_000.0])
def test_notes_equal_librosa(hertz):
    name, cents = note_name(hertz)
    expected = librosa.hz_to_note(hertz, cents=True, unicode=False)
    head, sign, tail = expected.partition("+") if "+" in expected else expected.partition("-")
    assert name == head
    assert cents == int(sign + tail)


@pytest.mark.parametrize(
    ("time", "length", "samples", "start"),
    [(0.5, 100, 1000, 450), (0.0, 100, 1000, 0), (9.0, 100, 1000, 900), (0.01, 100, 30, 0)],
)
def test_a_slice_stays_within_the_sound(time, length, samples, start):
    found = slice_start(time=time, sample_rate=1000, length=length, samples=samples)
    assert found == start


def test_a_rectangular_window_leaks_into_more_bins():
    piece = tone_between_bins(length=1024)
    assert piece[0] == 0
    one, two = (
        bins_above(slice_amplitude(piece, sample_rate=RATE, window=name), floor_db=-60)
        for name in ("rectangular", "hann")
    )
    assert one > 10 * two
    assert 2 <= two < 30
    assert bins_above(slice_amplitude(np.zeros(64), sample_rate=RATE), floor_db=-60) == 0
    assert highest(np.array([[-3.0, -1.0]])) == -1


@given(WAVES, st.integers(1, 320))
def test_the_loudest_slice_has_no_louder_one(wave, length):
    start = loudest_start(wave, length=length)
    energies = [np.sum(wave[k : k + length] ** 2) for k in range(max(len(wave) - length, 0) + 1)]
    assert energies[start] == pytest.approx(max(energies), rel=1e-9, abs=1e-9)
