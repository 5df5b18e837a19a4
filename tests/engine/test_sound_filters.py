"""Filters against SciPy, and what they do to tones, impulses and short sounds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from engine.sound.filters import (
    KINDS,
    LEAST_DB,
    butterworth,
    butterworth_response,
    click,
    energy_share,
    filter_centred,
    filter_twice,
    ringing_samples,
    sharpest_rise,
    sinc_response,
    windowed_sinc,
)

RATE = 48_000
BAND = {"low": (1000.0, 0.0), "high": (1000.0, 0.0), "band": (500.0, 2000.0)}
SCIPY = {"low": "lowpass", "high": "highpass", "band": "bandpass"}


def tone(hertz, samples=RATE):
    wave = np.sin(2 * np.pi * hertz * np.arange(samples) / RATE).astype(np.float32)
    wave.flags.writeable = False
    return wave


def noise(samples=5000, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, samples).astype(np.float32)


def rms(wave):
    return float(np.sqrt(np.mean(wave.astype(np.float64) ** 2)))


def options(kind):
    low, high = BAND[kind]
    return {"sample_rate": RATE, "kind": kind, "cutoff": low, "cutoff_high": high}


def pair(kind, shape):
    """A filter of a shape: what it does to a wave, and its response."""
    if shape == "butterworth":
        sos = butterworth(**options(kind), order=4)
        sos.flags.writeable = False
        return (
            lambda wave: filter_twice(wave, sos),
            butterworth_response(sos, sample_rate=RATE),
        )
    kernel = windowed_sinc(**options(kind), taps=1023)
    return lambda wave: filter_centred(wave, kernel), sinc_response(kernel, sample_rate=RATE)


EVERY = [(kind, shape) for kind in KINDS for shape in ("butterworth", "sinc")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", [1, 2, 5, 8])
@pytest.mark.parametrize("passes", [1, 2])
def test_butterworth_responds_as_scipy_says(kind, order, passes):
    sos = butterworth(**options(kind), order=order)
    table = butterworth_response(sos, sample_rate=RATE, passes=passes)
    _hertz, expected = signal.sosfreqz(sos, table[:, 0], fs=RATE)
    decibels = passes * 20 * np.log10(np.maximum(np.abs(expected), 1e-300))
    seen = decibels > LEAST_DB + 1
    # Both round: the last digits of a high order at low frequencies are lost in the sections.
    np.testing.assert_allclose(table[seen, 1], decibels[seen], atol=1e-4)
    assert (table[~seen, 1] < LEAST_DB + 1.01).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", [1, 4, 8])
def test_filtering_twice_equals_scipy(kind, order):
    low, high = BAND[kind]
    sos = signal.butter(
        order, [low, high] if kind == "band" else low, SCIPY[kind], fs=RATE, output="sos"
    )
    expected = signal.sosfiltfilt(sos, noise().astype(np.float64))
    found = filter_twice(noise(), butterworth(**options(kind), order=order))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("window", ["hann", "hamming", "blackman"])
@pytest.mark.parametrize("kind", ["low", "band"])
def test_windowed_sinc_equals_scipy(kind, window):
    low, high = BAND[kind]
    expected = signal.firwin(
        255,
        [low, high] if kind == "band" else low,
        window=window,
        fs=RATE,
        pass_zero=SCIPY[kind],
        scale=kind == "low",
    )
    found = windowed_sinc(**options(kind), taps=255, window=window)
    # SciPy leaves a band's gain unscaled; here each of its two low-passes has a gain of exactly 1.
    np.testing.assert_allclose(found, expected, atol=1e-15 if kind == "low" else 2e-4)
    _hertz, response = signal.freqz(
        found, worN=sinc_response(found, sample_rate=RATE)[:, 0], fs=RATE
    )
    decibels = 20 * np.log10(np.abs(response))
    seen = decibels > -120
    np.testing.assert_allclose(
        sinc_response(found, sample_rate=RATE)[seen, 1], decibels[seen], atol=1e-6
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_gain_at_0_hz_is_exact(kind):
    kernel = windowed_sinc(**options(kind), taps=101)
    assert kernel.sum() == pytest.approx(1 if kind == "low" else 0, abs=1e-14)
    np.testing.assert_allclose(kernel, kernel[::-1], atol=1e-16)


@pytest.mark.parametrize(("kind", "shape"), EVERY)
@pytest.mark.parametrize("hertz", [100, 250, 1000, 1414, 3000, 6000])
def test_tones_lose_what_the_response_says(kind, shape, hertz):
    run, response = pair(kind, shape)
    middle = slice(RATE // 4, -RATE // 4)  # away from the ends
    left = 20 * math.log10(max(rms(run(tone(hertz))[middle]) / rms(tone(hertz)[middle]), 1e-9))
    expected = float(np.interp(math.log(hertz), np.log(response[:, 0]), response[:, 1]))
    if expected > -90:  # below lies the rounding of float32
        assert left == pytest.approx(expected, abs=0.05 + 0.01 * abs(expected))
    else:
        assert left < -85


@pytest.mark.parametrize(("kind", "shape"), EVERY)
def test_a_cut_off_loses_6_db(kind, shape):
    _run, response = pair(kind, shape)
    for cutoff in BAND[kind]:
        if cutoff:
            at = float(np.interp(math.log(cutoff), np.log(response[:, 0]), response[:, 1]))
            assert at == pytest.approx(-6.02, abs=0.1)


@pytest.mark.parametrize(("kind", "shape"), EVERY)
def test_zero_phase(kind, shape):
    run, _response = pair(kind, shape)
    click = np.zeros(8001, np.float32)
    click[4000] = 1
    heard = run(click)
    np.testing.assert_allclose(heard, heard[::-1], atol=1e-6)
    assert np.argmax(np.abs(heard)) == 4000


@pytest.mark.parametrize(("kind", "shape"), EVERY)
@given(samples=st.integers(1, 60))
@settings(deadline=None, max_examples=20)
def test_short_sounds_and_silence(kind, shape, samples):
    run, _response = pair(kind, shape)
    heard = run(noise(samples))
    assert heard.shape == (samples,)
    assert heard.dtype == np.float32
    assert np.isfinite(heard).all()
    assert not run(np.zeros(samples, np.float32)).any()


@pytest.mark.parametrize(("kind", "shape"), EVERY)
def test_filters_are_linear(kind, shape):
    run, _response = pair(kind, shape)
    one, two = noise(3000, 1) / 4, noise(3000, 2) / 4
    np.testing.assert_allclose(run(2 * one - two), 2 * run(one) - run(two), atol=1e-6)


def test_low_and_high_of_one_sinc_make_the_sound_again():
    low = windowed_sinc(**options("low"), taps=511)
    high = windowed_sinc(**options("high"), taps=511)
    wave = noise()
    np.testing.assert_allclose(
        filter_centred(wave, low) + filter_centred(wave, high), wave, atol=1e-6
    )


def test_energy_share():
    assert energy_share(np.array([1.0, 1]), np.array([2.0, 2])) == 0.25
    assert energy_share(np.zeros(3), np.zeros(3)) == 0


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "notch", "cutoff": 100.0},
        {"kind": "low", "cutoff": 0.0},
        {"kind": "low", "cutoff": 24_000.0},
        {"kind": "band", "cutoff": 500.0, "cutoff_high": 400.0},
    ],
)
def test_impossible_cut_offs_are_refused(bad):
    for design in (butterworth, windowed_sinc):
        with pytest.raises(ValueError, match=r"filter|cut-offs"):
            design(sample_rate=RATE, **bad)
    with pytest.raises(ValueError, match="taps"):
        windowed_sinc(sample_rate=RATE, kind="low", cutoff=100.0, taps=10)


def test_a_click_is_one_sample_in_the_middle() -> None:
    for length in (1, 2, 7):
        single = click(length=length)
        assert np.flatnonzero(single).tolist() == [length // 2]
        assert single.sum() == 1


@pytest.mark.parametrize("order", [1, 4, 10])
def test_a_filters_answer_to_a_click_is_symmetric_and_rings_longer_when_steep(order: int) -> None:
    length = 4801
    options = {"sample_rate": RATE, "kind": "low", "cutoff": 1000.0}
    answer = filter_twice(click(length=length), butterworth(order=order, **options))
    np.testing.assert_allclose(answer, answer[::-1], atol=1e-6)
    assert answer.sum() == pytest.approx(1, abs=1e-4)  # what passes at 0 Hz
    lasting = ringing_samples(answer)
    steeper = filter_twice(click(length=length), butterworth(order=order + 2, **options))
    assert 0 < lasting < ringing_samples(steeper)


def test_ringing_is_counted_from_the_first_to_the_last_that_is_large() -> None:
    wave = np.array([0, 0.004, -0.5, 0, 1, 0, 0.011, 0.009, 0])
    assert ringing_samples(wave, share=0.01) == 5
    assert ringing_samples(-wave, share=0.005) == 6
    assert ringing_samples(np.zeros(4)) == 0
    assert ringing_samples(click(length=9)) == 1


def test_the_most_sudden_moment() -> None:
    wave = np.zeros(1000, np.float32)
    assert sharpest_rise(wave, length=20, sample_rate=100) == 0
    wave[400:] = 0.1
    wave[700:800] = -0.5
    assert sharpest_rise(wave, length=20, sample_rate=100) == 7
    assert sharpest_rise(np.ones(1, np.float32), length=20, sample_rate=100) == 0
    assert sharpest_rise(np.ones(5, np.float32), length=2, sample_rate=100) == 0
