"""Resampling, aliasing and reconstruction against soxr, librosa, SciPy and the sampling theorem."""

from __future__ import annotations

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from engine.sound.sampling import (
    HALF_WIDTH,
    chirp,
    fold_curve,
    folded_frequency,
    folded_peak,
    loudest_frequency,
    mean_level,
    pick_samples,
    rebuild,
    resample,
    samples_at,
    share_above,
    shares_below,
    sinc_interpolate,
    slice_around,
    tone,
)

RATES = [
    (44100, 16000),
    (44100, 8000),
    (48000, 44100),
    (22050, 48000),
    (16000, 16000),
    (8000, 1000),
]


def noise(count: int, seed: int = 0) -> np.ndarray:
    wave = np.random.default_rng(seed).uniform(-1, 1, count).astype(np.float32)
    wave.flags.writeable = False
    return wave


def decibels(wave: np.ndarray) -> float:
    """The level of the wave, 0 dB for a sine of amplitude 1."""
    return 10 * np.log10(np.mean(wave.astype(np.float64) ** 2) / 0.5)


# ---------------------------------------------------------------- golden: other libraries


@pytest.mark.parametrize(("old", "new"), RATES)
def test_resampling_is_that_of_librosa(old: int, new: int) -> None:
    librosa = pytest.importorskip("librosa")
    wave = noise(5001)
    ours = resample(wave, sample_rate=old, new_rate=new)
    theirs = librosa.resample(wave, orig_sr=old, target_sr=new, res_type="soxr_hq")
    assert ours.dtype == np.float32
    np.testing.assert_array_equal(ours, theirs)
    best = resample(wave, sample_rate=old, new_rate=new, quality="VHQ")
    plain = wave if old == new else soxr.resample(wave, old, new, quality="VHQ")
    np.testing.assert_array_equal(best[: len(plain)], plain)


@pytest.mark.parametrize("quality", ["HQ", "VHQ"])
@pytest.mark.parametrize(
    ("old", "new"), [(44100, 16000), (48000, 44100), (44100, 8000), (16000, 1000)]
)
def test_the_filter_keeps_aliases_below_90_decibels(old: int, new: int, quality: str) -> None:
    # Tones from the first frequency that would fold below the filter's edge, up to half the old rate.
    edge = new - 0.4535 * new  # soxr keeps up to 0.907 of half the new rate and its mirror image
    worst = -np.inf
    for frequency in np.linspace(edge, old / 2 * 0.99, 25):
        wave = tone(frequency=frequency, sample_rate=old, seconds=0.5)
        new_wave = resample(wave, sample_rate=old, new_rate=new, quality=quality)
        middle = new_wave[
            len(new_wave) // 4 : -len(new_wave) // 4
        ]  # the tone begins and ends abruptly
        worst = max(worst, decibels(middle))
    assert worst < -90
    # Below the filter's edge a tone stays: the level within 0.01 dB.
    wave = tone(frequency=0.4 * new, sample_rate=old, seconds=0.5)
    kept = resample(wave, sample_rate=old, new_rate=new, quality=quality)
    assert abs(decibels(kept[len(kept) // 4 : -len(kept) // 4])) < 0.01


def test_without_the_filter_the_alias_is_as_loud_as_the_tone() -> None:
    for old, new in [(44100, 16000), (48000, 8000), (44100, 11025), (22050, 3000)]:
        frequency = 0.8 * new
        wave = tone(frequency=frequency, sample_rate=old, seconds=1)
        folded = folded_frequency(frequency=frequency, sample_rate=new)
        picked = pick_samples(wave, sample_rate=old, new_rate=new)
        # A tone sampled at the new rate to begin with.
        direct = tone(frequency=frequency, sample_rate=new, seconds=1)
        inner = slice(HALF_WIDTH, len(direct) - HALF_WIDTH)
        np.testing.assert_allclose(picked[inner], direct[inner], atol=2e-5)
        level = mean_level(picked, sample_rate=new)
        assert abs(level[0][np.argmax(level[1])] - folded) <= new / 4096
        assert decibels(picked) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("new", [48000, 44100, 32000, 16000])
def test_sinc_reconstruction_is_that_of_scipy_for_periodic_signals(new: int) -> None:
    # 0.2 s of a sum of waves that all fit a whole number of times; 0.95 of half the rate at most.
    rate, count = 8000, 1600
    random = np.random.default_rng(3)
    time = np.arange(count) / rate
    period = sum(
        random.normal() * np.sin(2 * np.pi * (cycles / 0.2) * time + random.uniform(0, 6))
        for cycles in random.integers(1, 760, 40)
    )
    period = (period / np.abs(period).max()).astype(np.float32)
    expected = signal.resample(period.astype(np.float64), round(0.2 * new))
    # SciPy takes the signal to repeat for ever: three periods, of which the middle one is compared.
    ours = sinc_interpolate(np.tile(period, 3), rate=rate, new_rate=new, count=3 * len(expected))
    np.testing.assert_allclose(ours[len(expected) : 2 * len(expected)], expected, atol=1e-4)


def test_generators_are_those_of_scipy() -> None:
    time = np.arange(8000) / 16000
    expected = signal.chirp(time, 100, 0.5, 6000, phi=-90)
    ours = chirp(start=100, stop=6000, sample_rate=16000, seconds=0.5)
    np.testing.assert_allclose(ours, expected, atol=1e-6)
    ours = tone(frequency=440, sample_rate=16000, seconds=0.5, amplitude=0.25)
    np.testing.assert_allclose(ours, 0.25 * np.sin(2 * np.pi * 440 * time), atol=1e-7)
    assert tone(frequency=1, sample_rate=8, seconds=1e-9).shape == (1,)


def test_the_mean_level_is_that_of_scipy() -> None:
    wave = noise(20000)
    level = mean_level(wave, sample_rate=16000, length=1024)
    frequencies, power = signal.welch(
        wave.astype(float), 16000, nperseg=1024, detrend=False, scaling="spectrum"
    )
    np.testing.assert_array_equal(level[0], frequencies)
    np.testing.assert_allclose(level[1], 10 * np.log10(power / 0.5))
    on_a_bin = tone(frequency=1000, sample_rate=16000, seconds=1)
    assert mean_level(on_a_bin, sample_rate=16000, length=1024)[1].max() == pytest.approx(
        0, abs=1e-3
    )
    assert (mean_level(np.zeros(5000), sample_rate=16000)[1] == -140).all()


# ---------------------------------------------------------------- the definitions


def test_the_sinc_sum_is_the_formula() -> None:
    samples = noise(40, seed=5)
    count = samples_at(40, sample_rate=300, new_rate=700)
    positions = np.arange(count) * 300 / 700
    distance = positions[:, None] - np.arange(40)
    window = np.i0(10 * np.sqrt(np.maximum(0, 1 - (distance / HALF_WIDTH) ** 2))) / np.i0(10.0)
    expected = (np.sinc(distance) * window * (np.abs(distance) <= HALF_WIDTH)) @ samples
    ours = sinc_interpolate(samples, rate=300, new_rate=700, count=count)
    np.testing.assert_allclose(ours, expected, atol=2e-6)


@given(
    st.integers(1, 60), st.integers(1, 60), st.integers(1, 60), st.sampled_from(["hold", "linear"])
)
@settings(max_examples=100, deadline=None)
def test_hold_and_lines_are_the_definitions(rate: int, new: int, count: int, method: str) -> None:
    samples = noise(count, seed=rate)
    length = samples_at(count, sample_rate=rate, new_rate=new)
    ours = rebuild(samples, rate=rate, new_rate=new, count=length, method=method)
    positions = np.arange(length) * rate / new
    if method == "linear":
        expected = np.interp(positions, np.arange(count), samples)
        np.testing.assert_allclose(ours, expected, atol=1e-6)
    else:
        np.testing.assert_array_equal(ours, samples[np.arange(length) * rate // new])


@given(st.integers(1, 30), st.integers(1, 400), st.sampled_from(["hold", "linear", "sinc"]))
@settings(max_examples=60, deadline=None)
def test_every_reconstruction_passes_through_the_samples(
    factor: int, count: int, method: str
) -> None:
    samples = noise(count, seed=factor)
    ours = rebuild(samples, rate=100, new_rate=100 * factor, count=count * factor, method=method)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours[::factor], samples, atol=1e-6)


@given(st.integers(1, 500), st.integers(1, 40), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_picking_keeps_the_samples_that_fall_on_an_instant(count: int, old: int, new: int) -> None:
    wave = noise(count)
    picked = pick_samples(wave, sample_rate=old, new_rate=new)
    assert len(picked) == samples_at(count, sample_rate=old, new_rate=new)
    at = np.arange(len(picked)) * old
    whole = at % new == 0
    np.testing.assert_allclose(picked[whole], wave[at[whole] // new], atol=1e-6)
    if old % new == 0:
        np.testing.assert_array_equal(picked, wave[:: old // new])


@given(st.floats(0, 1e5), st.integers(1, 50_000))
def test_folding(frequency: float, rate: int) -> None:
    folded = folded_frequency(frequency=frequency, sample_rate=rate)
    assert 0 <= folded <= rate / 2
    # The two tones have the same samples but for the sign.
    time = np.arange(20)
    ours = np.cos(2 * np.pi * (frequency / rate % 1) * time)
    np.testing.assert_allclose(np.cos(2 * np.pi * folded / rate * time), ours, atol=1e-6)


@pytest.mark.parametrize(
    ("frequency", "rate", "expected"),
    [(3000, 8000, 3000), (5000, 8000, 3000), (8000, 8000, 0), (11000, 8000, 3000), (4000, 8000, 4000),
     (13000, 8000, 3000), (0, 8000, 0)],
)  # fmt: skip
def test_folding_by_hand(frequency: float, rate: int, expected: float) -> None:
    assert folded_frequency(frequency=frequency, sample_rate=rate) == expected


def test_the_zigzag_is_made_of_folded_tones() -> None:
    curve = fold_curve(sample_rate=8000, highest=23_456)
    assert curve[0, 0] == 0
    assert curve[0, -1] == 23_456
    for going_in, found in curve.T:
        assert found == pytest.approx(
            folded_frequency(frequency=going_in, sample_rate=8000), abs=1e-6
        )
    assert curve[1].max() == 4000
    assert fold_curve(sample_rate=8000, highest=10).shape == (2, 2)


def test_the_loudest_frequency() -> None:
    wave = tone(frequency=1500, sample_rate=16000, seconds=1) + np.float32(5)
    assert loudest_frequency(wave, sample_rate=16000) == pytest.approx(1500, abs=0.1)
    for hertz in (440, 997.3, 1000, 1003):  # the bins lie 11.7 Hz apart
        wave = tone(frequency=hertz, sample_rate=48_000, seconds=1)
        assert loudest_frequency(wave, sample_rate=48_000) == pytest.approx(hertz, abs=0.3)
    assert loudest_frequency(noise(1), sample_rate=16000) == 0


def test_energy_above() -> None:
    low = tone(frequency=500, sample_rate=8000, seconds=1)
    high = tone(frequency=3000, sample_rate=8000, seconds=1, amplitude=2)
    share = share_above(low + high, sample_rate=8000, frequency=1000)
    assert share == pytest.approx(0.8, abs=1e-6)  # 2² of 1² + 2²
    for count in (1, 2, 3, 8, 9):
        assert share_above(noise(count), sample_rate=8, frequency=0) == 1
    assert share_above(np.zeros(9), sample_rate=8, frequency=0) == 0


def test_energy_below_several_frequencies() -> None:
    wave = noise(1000)
    shares = shares_below(wave, sample_rate=8000, frequencies=(0.0, 1000.0, 2000.0, 5000.0))
    assert shares[0] == 0
    assert shares[-1] == 1
    assert list(shares) == sorted(shares)
    assert shares[1] == 1 - share_above(wave, sample_rate=8000, frequency=1000)


# ---------------------------------------------------------------- edges


@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize(("old", "new"), RATES)
def test_very_short_waves(count: int, old: int, new: int) -> None:
    wave = noise(count)
    expected = -(-count * new // old)
    for result in (
        resample(wave, sample_rate=old, new_rate=new),
        pick_samples(wave, sample_rate=old, new_rate=new),
    ):
        assert result.shape == (expected,)
        assert result.dtype == np.float32
        assert np.isfinite(result).all()
        assert result.flags.writeable  # its own array
    for method in ("hold", "linear", "sinc"):
        assert rebuild(wave, rate=new, new_rate=old, count=99, method=method).shape == (99,)
    assert np.isfinite(mean_level(wave, sample_rate=old)).all()


def test_slices_stay_inside() -> None:
    wave = noise(20)
    for middle in (-5, 0, 10, 19, 400):
        assert len(slice_around(wave, middle=middle, count=8)) == 8
    np.testing.assert_array_equal(slice_around(wave, middle=10, count=4), wave[8:12])
    np.testing.assert_array_equal(slice_around(wave, middle=10, count=50), wave)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="spline"):
        rebuild(noise(3), rate=1, new_rate=2, count=6, method="spline")


def test_the_folded_peak_is_where_the_tone_folds_to():
    rate, new = 8000, 4000
    low = tone(frequency=500.0, sample_rate=rate, seconds=1.0, amplitude=0.5)
    high = tone(frequency=3000.0, sample_rate=rate, seconds=1.0, amplitude=0.1)
    pair = {"sample_rate": rate, "new_rate": new}
    for wave, there in ((low + high, True), (low, False), (0 * low, False)):
        filtered = mean_level(resample(wave, **pair), sample_rate=new, length=1024)
        picked = mean_level(pick_samples(wave, **pair), sample_rate=new, length=1024)
        hertz, level = folded_peak(filtered, picked)
        assert np.isnan(hertz) == (not there)
        if there:
            expected = folded_frequency(frequency=3000.0, sample_rate=new)
            assert hertz == pytest.approx(expected, abs=new / 1024)
            assert level == pytest.approx(-20, abs=1.5)
