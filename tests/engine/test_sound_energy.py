"""Energy, zero crossings and envelopes against librosa and SciPy, and their laws."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from engine.sound.energy import (
    SILENCE,
    UNVOICED,
    VOICED,
    crossings_per_second,
    kind_rows,
    level,
    rms,
    shares_of_kinds,
    short_time_energy,
    speech_kinds,
    zero_crossing_rate,
)
from engine.sound.envelope import analytic_signal, hilbert_envelope, peak_follower, smooth

RATE = 16_000
CUTS = [(400, 160), (2048, 512), (401, 160), (2, 1), (1, 1)]


def noise(count, dtype=np.float32, seed=0):
    wave = np.random.default_rng(seed).uniform(-1, 1, count).astype(dtype)
    wave.flags.writeable = False
    return wave


def tone(hertz, seconds=1.0, rate=RATE, size=0.5):
    time = np.arange(round(seconds * rate)) / rate
    return (size * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


# ---------------------------------------------------------------- energy and zero crossings


@pytest.mark.parametrize(("length", "hop"), CUTS)
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rms_and_energy_are_those_of_librosa(length, hop, center, dtype):
    wave = noise(5000, dtype)
    theirs = librosa.feature.rms(
        y=wave, frame_length=length, hop_length=hop, center=center, dtype=np.float64
    )[0]
    ours = rms(wave, length=length, hop=hop, center=center)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    energy = short_time_energy(wave, length=length, hop=hop, center=center)
    np.testing.assert_allclose(energy, length * theirs**2, rtol=1e-6)


@pytest.mark.parametrize(("length", "hop"), CUTS)
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("kind", ["noise", "with zeros", "tiny", "tone", "offset"])
def test_zero_crossing_rate_is_that_of_librosa(length, hop, center, kind):
    wave = {
        "noise": noise(5000),
        "with zeros": np.round(2 * noise(5000)),  # -2, -1, -0, 0, 1, 2
        "tiny": (noise(5000) * 3e-10).astype(np.float32),
        "tone": tone(440, 0.3),
        "offset": noise(5000) + np.float32(0.9),
    }[kind]
    theirs = librosa.feature.zero_crossing_rate(
        wave, frame_length=length, hop_length=hop, center=center
    )[0]
    ours = zero_crossing_rate(wave, length=length, hop=hop, center=center)
    np.testing.assert_allclose(ours, theirs, rtol=1e-14, atol=0)


def test_a_tone_crosses_zero_twice_a_period():
    for hertz in (100, 1000, 3210):
        rate = crossings_per_second(tone(hertz), length=1600, hop=800, sample_rate=RATE)
        np.testing.assert_allclose(rate[2:-2], 2 * hertz, atol=2 * RATE / 1600)


def test_a_tone_has_its_size_over_the_square_root_of_two():
    inner = rms(tone(100, size=0.8), length=1600, hop=400, center=False)
    np.testing.assert_allclose(inner, 0.8 / np.sqrt(2), rtol=1e-5)
    np.testing.assert_allclose(level(inner), 20 * np.log10(0.8) - 3.0103, atol=1e-3)


def test_level_has_a_floor():
    assert level(np.float32([0, 1, 0.1, 1e-9])).tolist() == pytest.approx([-100, 0, -20, -100])
    assert level(np.zeros(2), floor=-60.0).tolist() == [-60, -60]


@given(st.integers(1, 300), st.integers(1, 90), st.integers(1, 90), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_laws_of_energy(samples, length, hop, seed):
    wave = noise(samples, seed=seed)
    options = {"length": length, "hop": hop}
    assert rms(wave, **options).max() <= 1
    np.testing.assert_allclose(rms(-2 * wave, **options), 2 * rms(wave, **options), rtol=1e-6)
    rate = zero_crossing_rate(wave, **options)
    assert (rate >= 0).all()
    assert (rate < 1).all()
    np.testing.assert_array_equal(rate, zero_crossing_rate(3 * wave, **options))
    # Frames that do not overlap hold each sample once: their energies add up.
    parts = short_time_energy(
        np.pad(wave, (0, -samples % length)), length=length, hop=length, center=False
    )
    assert parts.sum() == pytest.approx(np.square(wave, dtype=float).sum(), rel=1e-5)


def test_two_thresholds_tell_hum_hiss_and_silence_apart():
    parts = [np.zeros(RATE, np.float32), tone(120), 0.1 * noise(RATE)]
    options = {"length": 480, "hop": 160, "center": False}
    levels = [level(rms(part, **options)) for part in parts]
    crossings = [crossings_per_second(part, sample_rate=RATE, **options) for part in parts]
    kinds = speech_kinds(np.concatenate(levels), np.concatenate(crossings))
    count = len(levels[0])
    expected = np.repeat([SILENCE, VOICED, UNVOICED], count)
    np.testing.assert_array_equal(kinds, expected)
    assert shares_of_kinds(kinds) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    rows = kind_rows(kinds)
    assert rows.shape == (3, 3 * count)
    np.testing.assert_array_equal(rows.argmax(axis=0), kinds)
    assert (rows.sum(axis=0) == 1).all()


def test_silence_is_nothing_but_silence():
    for wave in (np.zeros(1, np.float32), np.zeros(1000, np.float32)):
        levels = level(rms(wave, length=400, hop=160))
        crossings = crossings_per_second(wave, length=400, hop=160, sample_rate=RATE)
        assert (crossings == 0).all()
        assert shares_of_kinds(speech_kinds(levels, crossings)) == (1, 0, 0)


# ---------------------------------------------------------------- envelopes


@pytest.mark.parametrize("samples", [1, 2, 3, 4, 5, 127, 128, 4801])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_analytic_signal_is_that_of_scipy(samples, dtype):
    wave = noise(samples, dtype)
    tolerance = 1e-6 if dtype == np.float32 else 1e-14
    ours, theirs = analytic_signal(wave), signal.hilbert(wave)
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, atol=tolerance)
    envelope = hilbert_envelope(wave)
    assert envelope.dtype == dtype
    np.testing.assert_allclose(envelope, np.abs(theirs), atol=tolerance)
    assert (envelope >= np.abs(wave) - tolerance).all()


def test_the_envelope_of_a_swelling_tone_is_its_swell():
    time = np.arange(RATE) / RATE
    swell = 0.5 + 0.3 * np.cos(2 * np.pi * 3 * time)
    np.testing.assert_allclose(
        hilbert_envelope(swell * np.cos(2 * np.pi * 500 * time)), swell, atol=1e-12
    )


@pytest.mark.parametrize("length", [1, 2, 5, 8, 99, 500])
def test_smooth_is_the_mean_around_each_value(length):
    values = np.abs(noise(200))
    means = [
        values[max(0, i - length // 2) : max(0, i - length // 2 + length)]
        if i - length // 2 >= 0
        else values[: max(1, i - length // 2 + length)]
        for i in range(200)
    ]
    np.testing.assert_allclose(
        smooth(values, length=length), [part.mean() for part in means], rtol=1e-5
    )
    with pytest.raises(ValueError, match="0"):
        smooth(values, length=0)


@given(st.integers(1, 400), st.floats(0.0005, 0.1), st.integers(0, 50))
@settings(max_examples=50, deadline=None)
def test_the_follower_is_its_recursion(samples, release, seed):
    wave = noise(samples, seed=seed) ** 5
    expected, value = [], 0.0
    for sample in np.abs(wave, dtype=np.float64):
        value = max(sample, value * np.exp(-1 / (release * RATE)))
        expected.append(value)
    ours = peak_follower(wave, release=release, sample_rate=RATE)
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-30)
    assert (ours >= np.abs(wave)).all()


def test_the_follower_of_silence_is_silent_and_a_click_fades():
    assert not peak_follower(np.zeros(9, np.float32), release=0.1, sample_rate=RATE).any()
    click = np.zeros(RATE, np.float32)
    click[10] = 0.5
    fading = peak_follower(click, release=0.1, sample_rate=RATE)
    assert fading[9] == 0
    assert fading[10 + RATE // 10] == pytest.approx(0.5 / np.e, rel=1e-4)
    with pytest.raises(ValueError, match="0 seconds"):
        peak_follower(click, release=0.0, sample_rate=RATE)
