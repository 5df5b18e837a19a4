"""Pitch against NumPy, librosa and known truth; and that it fails where it has to."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from engine.sound.pitch import (
    METHODS,
    autocorrelation,
    clear_pitch,
    clearness,
    harmonic_tone,
    levelled,
    low_passed,
    mixed,
    normalised_autocorrelation,
    period_curve,
    pitch_candidates,
    pitch_facts,
    semitones,
    share_off,
    with_noise,
    yin_difference,
)

GOOD = ("first", "yin")
RICH = (1.0, 0.5, 0.33, 0.25, 0.2)


def noise(*shape, dtype=np.float64, seed=0):
    rows = np.random.default_rng(seed).standard_normal(shape).astype(dtype)
    rows.flags.writeable = False
    return rows


def pitch(wave, rate, method, *, seconds=0.05, fmin=50.0, fmax=1000.0, threshold=0.6):
    """The pitch of the frames that lie wholly in the wave."""
    candidates = pitch_candidates(
        low_passed(wave, sample_rate=rate, highest=fmax),
        sample_rate=rate,
        length=round(rate * seconds),
        hop=rate // 100,
        fmin=fmin,
        fmax=fmax,
        method=method,
        center=False,
    )
    return clear_pitch(candidates, threshold=threshold)


def cents(found, truth):
    return 1200 * np.log2(np.asarray(found, float) / truth)


def plucked(hertz, rate=44_100, seconds=1.0):
    """Karplus and Strong, 1983: noise in a loop of one period and a half sample, a little damped.

    The loop is a whole number of samples and the two-point mean adds half a one.
    """
    loop = round(rate / hertz - 0.5)
    start = np.zeros(round(rate * seconds))
    start[:loop] = np.random.default_rng(1).uniform(-1, 1, loop)
    back = np.zeros(loop + 2)
    back[0], back[loop], back[loop + 1] = 1, -0.4985, -0.4985
    return signal.lfilter([1], back, start).astype(np.float32), rate / (loop + 0.5)


def vowel(hertz, rate=16_000, seconds=1.0):
    """An "ah": pulses, band-limited, through three resonances of the mouth."""
    wave = harmonic_tone(
        sample_rate=rate, seconds=seconds, hertz=hertz, strengths=(1.0,) * int(7000 / hertz)
    )
    for centre, width in ((730, 80), (1090, 90), (2440, 120)):
        radius, angle = np.exp(-np.pi * width / rate), 2 * np.pi * centre / rate
        wave = signal.lfilter([1], [1, -2 * radius * np.cos(angle), radius**2], wave)
    return (wave / np.abs(wave).max()).astype(np.float32)


# ---------------------------------------------------------------- definitions


@pytest.mark.parametrize("length", [1, 2, 7, 64, 501])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_autocorrelation_is_its_sum_and_that_of_librosa(length, dtype):
    rows = noise(3, length, dtype=dtype)
    ours = autocorrelation(rows)
    assert ours.dtype == dtype
    tolerance = (1e-5 if dtype == np.float32 else 1e-12) * length
    for row, result in zip(rows, ours, strict=True):
        direct = np.correlate(row.astype(float), row.astype(float), "full")[length - 1 :]
        np.testing.assert_allclose(result, direct, atol=tolerance)
    np.testing.assert_allclose(ours, librosa.autocorrelate(rows, axis=1), atol=tolerance)
    half = (length + 1) // 2
    np.testing.assert_allclose(autocorrelation(rows, lags=half), ours[:, :half], atol=tolerance)


def test_normalised_autocorrelation_is_its_formula():
    row = noise(50)
    ours = normalised_autocorrelation(row[None])[0]
    for lag in range(50):
        a, b = row[: 50 - lag], row[lag:]
        assert ours[lag] == pytest.approx(2 * (a @ b) / (a @ a + b @ b), abs=1e-12)
    assert ours[0] == pytest.approx(1)
    part = normalised_autocorrelation(row[None], lags=20)[0]
    np.testing.assert_allclose(part, ours[:20], atol=1e-12)


def test_yin_difference_is_its_formula():
    for length in (20, 51):
        row, half = noise(length, seed=length), length // 2
        lags = length - half + 1
        d = [sum((row[j] - row[j + k]) ** 2 for j in range(half)) for k in range(lags)]
        ours = yin_difference(row[None])[0]
        assert ours.shape == (lags,)
        assert ours[0] == 1
        for k in range(1, lags):
            assert ours[k] == pytest.approx(d[k] * k / sum(d[1 : k + 1]), rel=1e-9)


@given(st.integers(1, 60), st.integers(0, 99), st.floats(1e-30, 1e30), st.floats(-5, 5))
@settings(max_examples=60, deadline=None)
def test_neither_scale_nor_offset_matters(length, seed, scale, offset):
    rows = np.random.default_rng(seed).standard_normal((2, length))
    np.testing.assert_allclose(
        levelled(scale * (rows + offset)), levelled(rows), atol=2e-6 * (1 + abs(offset))
    )
    for curve in (normalised_autocorrelation(levelled(rows)), yin_difference(levelled(rows))):
        assert np.isfinite(curve).all()
        assert curve.min() >= -1.0001
    assert np.abs(normalised_autocorrelation(levelled(rows))).max() <= 1.0001


# ---------------------------------------------------------------- right where it should be


@pytest.mark.parametrize("method", GOOD)
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 96_000])
@pytest.mark.parametrize("hertz", [62.5, 110.0, 233.08, 440.0, 880.0])
def test_tones_are_found_to_a_few_cents(method, rate, hertz):
    for strengths in ((1.0,), RICH, (0.0, 1.0, 1.0, 1.0)):  # the last without its fundamental
        wave = harmonic_tone(sample_rate=rate, seconds=0.4, hertz=hertz, strengths=strengths)
        found = pitch(wave, rate, method)
        assert not np.isnan(found).any()
        limit = 3 if rate / hertz > 20 else 15  # three samples are hardly a parabola then
        assert np.abs(cents(found, hertz)).max() < limit


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("fmax", [500.0, 1000.0])
@pytest.mark.parametrize("high", [9_000.0, 5_321.0])
def test_a_high_tone_does_not_move_the_pitch(method, fmax, high):
    rate = 44_100
    time = np.arange(rate // 2) / rate
    wave = np.sin(2 * np.pi * 440 * time) + np.sin(2 * np.pi * high * time) / 4
    found = pitch(wave.astype(np.float32), rate, method, fmin=230, fmax=fmax, threshold=0.9)
    assert not np.isnan(found).any()
    assert np.abs(cents(found, 440)).max() < 3
    if method != "highest":  # which may be any multiple of the period, where more of them fit
        found = pitch(wave.astype(np.float32), rate, method, fmin=60, fmax=fmax, threshold=0.9)
        assert np.abs(cents(found, 440)).max() < 3


@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_the_low_pass_keeps_what_is_searched_in_its_place(rate):
    time = np.arange(rate) / rate
    inside = slice(rate // 10, -rate // 10)
    for hertz, least, most in ((100, 0.998, 1.002), (500, 0.99, 1.002), (1000, 0.49, 0.51)):
        wave = np.sin(2 * np.pi * hertz * time).astype(np.float32)
        ours = low_passed(wave, sample_rate=rate, highest=500.0)[inside]
        gain = ours @ wave[inside] / (wave[inside] @ wave[inside])
        assert least < gain < most
        np.testing.assert_allclose(ours, gain * wave[inside], atol=1e-3)  # no delay
    high = np.sin(2 * np.pi * 1600 * time).astype(np.float32)
    assert np.abs(low_passed(high, sample_rate=rate, highest=500.0)[inside]).max() < 1e-3
    same = low_passed(high, sample_rate=rate, highest=rate / 4)
    np.testing.assert_array_equal(same, high)
    for count in (1, 2, 50):
        assert low_passed(high[:count], sample_rate=rate, highest=500.0).shape == (count,)


@pytest.mark.parametrize("method", GOOD)
@pytest.mark.parametrize("hertz", [82.4, 146.8, 329.6])
def test_a_plucked_string(method, hertz):
    wave, truth = plucked(hertz)
    found = pitch(wave, 44_100, method)[10:]
    assert np.abs(cents(found, truth)).max() < 5
    theirs = librosa.pyin(wave, fmin=50, fmax=1000, sr=44_100, hop_length=441, frame_length=4096)[0]
    assert abs(cents(np.median(found), np.nanmedian(theirs))) < 10  # pyin's own step is 10 cents


@pytest.mark.parametrize("method", GOOD)
@pytest.mark.parametrize("hertz", [95.0, 180.0, 260.0])
def test_a_vowel_as_librosa_hears_it(method, hertz):
    wave = vowel(hertz)
    found = pitch(wave, 16_000, method)
    assert np.abs(cents(found, hertz)).max() < 3
    theirs = librosa.yin(wave, fmin=50, fmax=1000, sr=16_000, frame_length=2048)
    # librosa's sum of differences runs beyond the end of the frame, which costs it some cents.
    assert abs(cents(np.median(found), np.median(theirs))) < 12


@pytest.mark.parametrize("method", GOOD)
def test_a_glide_is_followed(method):
    rate = 16_000
    time = np.arange(rate) / rate
    hertz = 150 * 2**time  # an octave in a second
    phase = 2 * np.pi * np.cumsum(hertz) / rate
    wave = sum(np.cos(n * phase) / n for n in (1, 2, 3)).astype(np.float32)
    found = pitch(wave, rate, method, seconds=0.04)
    middles = (320 + 160 * np.arange(len(found))) / rate
    assert np.abs(cents(found, 150 * 2**middles)).max() < 20


def test_centred_frames_stand_at_multiples_of_the_hop():
    wave = np.concatenate([np.zeros(1600), vowel(200, seconds=0.2)]).astype(np.float32)
    candidates = pitch_candidates(
        wave, sample_rate=16_000, length=640, hop=160, fmin=60, fmax=500, center=True
    )
    assert len(candidates) == 1 + len(wave) // 160
    found = clear_pitch(candidates, threshold=0.8)
    assert np.isnan(found[:8]).all()
    assert not np.isnan(found[13:28]).any()
    assert clearness(candidates)[:8].max() == 0


def test_one_frame_alone_gives_what_the_whole_gave():
    wave = vowel(140)
    options = {"sample_rate": 16_000, "length": 640, "fmin": 60.0, "fmax": 500.0, "center": False}
    for method in METHODS:
        track = pitch_candidates(wave, hop=100, method=method, **options)
        alone = pitch_candidates(wave[700:1340], hop=640, method=method, **options)
        np.testing.assert_allclose(alone[0], track[7], rtol=1e-5)
        curve = period_curve(wave[700:1340], method=method)
        best = curve.argmin() if method == "yin" else None
        if best:
            assert curve[round(track[7, 2])] <= curve[best] + 0.1
        else:
            assert curve[round(track[7, 2])] >= 0.85


# ---------------------------------------------------------------- wrong where it has to be


def test_the_highest_peak_of_a_clean_tone_may_be_any_multiple_of_its_period():
    wave = harmonic_tone(sample_rate=16_000, seconds=0.5, hertz=450, strengths=RICH)
    naive = pitch(wave, 16_000, "highest")
    careful = pitch(wave, 16_000, "first")
    octaves = cents(naive, 450)
    assert octaves.max() < -1100  # an octave and more too low
    assert share_off(naive, careful) == 1
    assert share_off(careful, careful) == 0


@pytest.mark.parametrize("method", METHODS)
def test_noise_and_silence_have_no_pitch(method):
    assert np.isnan(pitch(noise(16_000, dtype=np.float32), 16_000, method)).all()
    for wave in (np.zeros(4000), np.full(4000, 0.3), np.zeros(1)):
        candidates = pitch_candidates(
            wave.astype(np.float32),
            sample_rate=16_000, length=800, hop=160, fmin=50, fmax=900, method=method,
            center=False,
        )  # fmt: skip
        assert np.isnan(clear_pitch(candidates, threshold=0.0)).all()
        assert (clearness(candidates) == 0).all()


@pytest.mark.parametrize("method", GOOD)
def test_a_sound_that_sets_in_is_not_clear_before_it_is_there(method):
    # While the first half of a frame is silent, the differences are rounding errors.
    rate = 16_000
    wave = np.concatenate([np.zeros(rate // 5), vowel(125, seconds=0.3), np.zeros(rate // 5)])
    candidates = pitch_candidates(
        wave.astype(np.float32),
        sample_rate=rate, length=640, hop=20, fmin=60, fmax=500, method=method, center=False,
    )  # fmt: skip
    first = 20 * np.arange(len(candidates))
    barely = first + 640 <= rate // 5 + 32  # at most 2 ms of sound at the end of the frame
    assert candidates[barely, 1].max() < 0.6
    inside = (first >= rate // 5) & (first + 640 <= rate // 2)
    assert np.abs(cents(candidates[inside, 0], 125)).max() < 3


def test_noise_takes_away_what_it_covers():
    wave = vowel(150)
    for method in GOOD:
        periodic = [
            pitch_facts(pitch(with_noise(wave, snr_db=snr), 16_000, method))[0]
            for snr in (30, 0, -10)
        ]
        assert periodic[0] == 1
        assert periodic[2] < 0.1


def test_a_frame_shorter_than_two_periods_cannot_hold_the_pitch():
    wave = harmonic_tone(sample_rate=16_000, seconds=0.5, hertz=80, strengths=RICH)
    short = pitch(wave, 16_000, "first", seconds=0.0188, threshold=0.0)  # 1.5 periods
    assert not (np.abs(cents(short[~np.isnan(short)], 80)) < 50).any()
    enough = pitch(wave, 16_000, "first", seconds=0.0376)  # 3 periods
    assert np.abs(cents(enough, 80)).max() < 5


def test_a_fifth_has_the_pitch_of_neither_note():
    low, high = (
        harmonic_tone(sample_rate=16_000, seconds=0.5, hertz=hertz, strengths=(1.0,))
        for hertz in (220.0, 330.0)
    )
    found = pitch(mixed(low, high), 16_000, "first")
    assert np.abs(cents(found, 110)).max() < 5


# ---------------------------------------------------------------- odd input


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("samples", [1, 2, 3, 4, 9, 1000])
@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 801])
def test_any_wave_and_any_frame_give_numbers(method, samples, length):
    candidates = pitch_candidates(
        noise(samples, dtype=np.float32),
        sample_rate=16_000, length=length, hop=7, fmin=50, fmax=20_000, method=method,
    )  # fmt: skip
    assert candidates.shape[1] == 3
    clear = candidates[:, 1]
    assert ((clear >= 0) & (clear <= 1)).all()
    assert (np.isnan(candidates[:, 0]) == np.isnan(candidates[:, 2])).all()
    share, median, least, greatest = pitch_facts(clear_pitch(candidates, threshold=0.0))
    assert 0 <= share <= 1
    assert share == 0 or 0 < least <= median <= greatest


@pytest.mark.parametrize("bounds", [(0, 100), (200, 100), (100, 100)])
def test_an_empty_range_is_refused(bounds):
    with pytest.raises(ValueError, match="fmin < fmax"):
        pitch(np.zeros(900, np.float32), 16_000, "first", fmin=bounds[0], fmax=bounds[1])


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="guess"):
        pitch(np.zeros(900, np.float32), 16_000, "guess")


def test_no_more_memory_for_a_longer_sound():
    import tracemalloc

    tracemalloc.start()
    for seconds, limit in ((10, 50e6), (30, 60e6)):
        wave = noise(16_000 * seconds, dtype=np.float32)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        pitch(wave, 16_000, "yin")
        assert tracemalloc.get_traced_memory()[1] - before < limit
    tracemalloc.stop()


def test_semitones_are_those_of_librosa() -> None:
    for low, high in ((440.0, 880.0), (261.63, 392.0), (300.0, 200.0), (82.4, 82.4)):
        expected = librosa.hz_to_midi(high) - librosa.hz_to_midi(low)
        assert semitones(low=low, high=high) == pytest.approx(expected, abs=1e-9)
