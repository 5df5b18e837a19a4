"""Linear prediction against librosa and SciPy, and the cepstrum of the model against the FFT."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg, signal

from engine.sound.lpc import (
    autocorrelation,
    envelope_db,
    first_order,
    formants,
    harmonic_numbers,
    levinson_durbin,
    levinson_table,
    lpc,
    lpc_burg,
    lpcc,
    prediction_error,
    prediction_gain,
    recursion_terms,
    residual,
    spectrum_db,
    transposed,
)
from tests.engine.speech import speech

ORDERS = [1, 2, 10, 18, 40]


def voiced(length: int = 400, dtype: type = np.float64) -> np.ndarray:
    """A frame in the middle of a vowel, windowed."""
    wave, _ = speech()
    frame = (wave[3200 : 3200 + length] * np.hamming(length)).astype(dtype)
    frame.flags.writeable = False
    return frame


def all_pole(hertz, widths, rate: int = 16_000) -> np.ndarray:
    """The coefficients of a model with these resonances."""
    radius = np.exp(-np.pi * np.array(widths) / rate)
    poles = radius * np.exp(2j * np.pi * np.array(hertz) / rate)
    return np.real(np.poly(np.concatenate([poles, poles.conj()])))


# ---------------------------------------------------------------- golden


@pytest.mark.parametrize("order", ORDERS)
def test_burg_equals_librosa(order: int) -> None:
    frame = voiced()
    ours, theirs = lpc_burg(frame, order=order), librosa.lpc(frame, order=order)
    assert np.abs(ours - theirs).max() <= 1e-9 * np.abs(theirs).max()


@pytest.mark.parametrize("order", ORDERS)
def test_burg_of_single_precision_equals_librosa_in_double(order: int) -> None:
    frame = voiced(dtype=np.float32)
    ours, theirs = lpc_burg(frame, order=order), librosa.lpc(frame.astype(float), order=order)
    assert np.abs(ours - theirs).max() <= 1e-9 * np.abs(theirs).max()


def test_burg_equals_librosa_on_whole_speech() -> None:
    wave, _ = speech()
    wave = wave.astype(np.float64)
    assert np.allclose(lpc_burg(wave, order=16), librosa.lpc(wave, order=16), atol=1e-9)


def test_autocorrelation_equals_the_sum() -> None:
    frame = voiced()
    expected = np.correlate(frame, frame, "full")[len(frame) - 1 :][:41]
    assert np.allclose(autocorrelation(frame, order=40), expected, atol=1e-12)
    assert np.allclose(autocorrelation(frame[:3], order=5)[3:], 0, atol=1e-15)


@pytest.mark.parametrize("order", ORDERS)
def test_levinson_durbin_solves_what_scipy_solves(order: int) -> None:
    r = autocorrelation(voiced(), order=order)
    coefficients, reflections, errors = levinson_durbin(r)
    for m in range(1, order + 1):
        expected = linalg.solve_toeplitz(r[:m], -r[1 : m + 1])
        assert np.allclose(coefficients[m, 1 : m + 1], expected, atol=1e-7)
        assert not coefficients[m, m + 1 :].any()
        assert errors[m] == pytest.approx(r[: m + 1] @ coefficients[m, : m + 1], rel=1e-6)
        assert reflections[m] == coefficients[m, m]
    assert np.array_equal(lpc(voiced(), order=order), coefficients[-1])


@pytest.mark.parametrize("order", ORDERS)
def test_the_error_is_the_energy_of_the_residual(order: int) -> None:
    frame = voiced()
    a = lpc(frame, order=order)
    with_tail = np.concatenate([frame, np.zeros(order)])  # the autocorrelation method predicts on
    rest = residual(with_tail, a)
    assert np.allclose(rest, signal.lfilter(a, [1], with_tail), atol=1e-12)
    assert prediction_error(frame, a) == pytest.approx(np.sum(rest**2), rel=1e-6)
    assert prediction_error(frame, a) == pytest.approx(
        levinson_durbin(autocorrelation(frame, order=order))[2][-1], rel=1e-6
    )
    assert np.allclose(signal.lfilter([1], a, rest)[: len(frame)], frame, atol=1e-8)  # and back


@pytest.mark.parametrize("order", [2, 10, 18])
def test_lpcc_is_the_cepstrum_of_the_model(order: int) -> None:
    frame = voiced()
    a = lpc(frame, order=order)
    error = prediction_error(frame, a)
    size = 1 << 16
    log_magnitude = np.log(np.sqrt(error) / np.abs(np.fft.fft(a, size)))
    cepstrum = np.fft.ifft(log_magnitude).real  # of a minimum phase: half of it on each side
    expected = np.concatenate([cepstrum[:1], 2 * cepstrum[1:40]])
    assert np.allclose(lpcc(a, error, count=40), expected, atol=1e-8)


def test_lpcc_of_one_pole_is_the_series_of_the_logarithm() -> None:
    pole = 0.8
    c = lpcc(np.array([1, -pole]), np.array(1.0), count=8)
    assert np.allclose(c, [0, *(pole**n / n for n in range(1, 8))])


def test_the_envelope_lies_over_the_spectrum() -> None:
    frame = voiced()
    a = lpc(frame, order=18)
    size = 1024
    envelope = envelope_db(a, prediction_error(frame, a), fft_size=size)
    _, response = signal.freqz([1], a, worN=size // 2 + 1, include_nyquist=True)
    expected = 10 * np.log10(prediction_error(frame, a) * np.abs(response) ** 2)
    assert np.allclose(envelope, expected, atol=1e-9)
    # The model has the energy of the frame (Makhoul 1975, eq. 47): the mean powers agree.
    powers = [
        np.mean(10 ** (np.concatenate([db, db[-2:0:-1]]) / 10))
        for db in (envelope, spectrum_db(frame, fft_size=size))
    ]
    assert powers[0] == pytest.approx(powers[1], rel=1e-3)


def test_formants_of_a_model_are_its_resonances() -> None:
    hertz, widths = [500.0, 1500.0, 2500.0, 3500.0], [60.0, 90.0, 120.0, 350.0]
    found = formants(all_pole(hertz, widths), sample_rate=16_000)
    assert np.allclose(found, np.column_stack([hertz, widths]), rtol=1e-6)
    assert len(formants(all_pole(hertz, [60, 90, 120, 900]), sample_rate=16_000)) == 3
    assert formants(np.array([1.0, 0, 0]), sample_rate=16_000).shape == (0, 2)


def test_formants_of_a_synthetic_vowel() -> None:
    a = all_pole([730, 1090, 2440], [80, 90, 120])
    buzz = np.zeros(16_000)
    buzz[::160] = 1  # a voice of 100 Hz
    vowel = signal.lfilter([1], a, buzz)[8000:8800] * np.hamming(800)
    found = formants(lpc(vowel, order=6), sample_rate=16_000)[:, 0]
    assert np.allclose(found, [730, 1090, 2440], atol=25)


# ---------------------------------------------------------------- laws


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 500),
    st.integers(1, 40),
    st.sampled_from([0.0, 1e-30, 1e-8, 1.0, 1e6]),
    st.integers(0, 99),
    st.sampled_from(["noise", "tone", "constant", "impulse"]),
)
def test_every_frame_gives_a_stable_model(n, order, size, seed, kind) -> None:
    frame = {
        "noise": np.random.default_rng(seed).standard_normal(n),
        "tone": np.sin(0.1 * (seed + 1) * np.arange(n)),
        "constant": np.ones(n),
        "impulse": np.eye(1, n)[0],
    }[kind] * size
    r = autocorrelation(frame, order=order)
    coefficients, reflections, errors = levinson_durbin(r)
    assert np.isfinite(coefficients).all()
    assert (np.abs(reflections) <= 1).all()
    assert (np.diff(errors) <= 0).all()
    assert (errors >= 0).all()
    a = coefficients[-1]
    assert a[0] == 1
    if np.abs(reflections).max() < 0.999:
        assert np.abs(np.roots(a)).max(initial=0) < 1
    error = prediction_error(frame, a)
    for numbers in (
        envelope_db(a, error, fft_size=512),
        spectrum_db(frame, fft_size=512),
        lpcc(a, error, count=20),
        residual(frame, a),
        levinson_table(r),
        formants(a, sample_rate=16_000),
    ):
        assert np.isfinite(numbers).all()


def test_many_frames_are_treated_as_each_alone() -> None:
    wave, _ = speech()
    frames = wave[8000:16_000].reshape(20, 400) * np.hamming(400)
    a = lpc(frames, order=12)
    errors = prediction_error(frames, a)
    together = lpcc(a, errors, count=13)
    envelopes = envelope_db(a, errors, fft_size=512)
    for k, frame in enumerate(frames):
        alone = lpc(frame, order=12)
        assert np.allclose(a[k], alone, atol=1e-9)
        assert np.allclose(together[k], lpcc(alone, prediction_error(frame, alone), count=13))
        assert np.allclose(
            envelopes[k], envelope_db(alone, prediction_error(frame, alone), fft_size=512)
        )


def test_silence_predicts_nothing() -> None:
    silence = np.zeros(400)
    assert np.array_equal(lpc(silence, order=4), [1, 0, 0, 0, 0])
    assert np.array_equal(
        levinson_table(autocorrelation(silence, order=2))[:, :2], np.zeros((3, 2))
    )
    assert np.array_equal(lpc_burg(silence, order=4), [1, 0, 0, 0, 0])
    assert lpcc(lpc(silence, order=4), prediction_error(silence, lpc(silence, order=4)), count=3)[
        0
    ] == pytest.approx(np.log(1e-10) / 2)


def test_white_noise_cannot_be_predicted_and_a_tone_can() -> None:
    noise = np.random.default_rng(5).standard_normal(20_000)
    assert levinson_table(autocorrelation(noise, order=10))[-1, 1] > 0.99
    tone = np.sin(0.3 * np.arange(20_000)) * np.hanning(20_000)
    assert levinson_table(autocorrelation(tone, order=2))[-1, 1] < 1e-3


@pytest.mark.parametrize("order", [0, 400])
def test_burg_refuses_an_order_that_the_frame_cannot_hold(order: int) -> None:
    with pytest.raises(ValueError, match=str(order)):
        lpc_burg(voiced(), order=order)


@pytest.mark.parametrize("n", [1, 2, 5, 12, 30])
def test_the_terms_of_a_step_add_up_to_it(n: int) -> None:
    a = lpc(voiced(), order=10)
    c = lpcc(a, prediction_error(voiced(), a), count=31)
    terms = recursion_terms(a, c, n=n)
    weight = a[n] if n <= 10 else 0
    assert -weight - terms[:, 3].sum() == pytest.approx(c[n], abs=1e-12)
    assert len(terms) == min(n - 1, 10)


def test_the_gain_is_the_share_of_the_table_in_decibels() -> None:
    frame = voiced()
    share = levinson_table(autocorrelation(frame, order=18))[-1, 1]
    gain = prediction_gain(lpc(frame, order=18), frame)
    assert gain == pytest.approx(-10 * np.log10(share), rel=1e-6)
    assert prediction_gain(np.array([1.0, 0.5]), np.zeros(9)) == 0


def test_the_first_order_that_leaves_little() -> None:
    table = levinson_table(autocorrelation(voiced(), order=18))
    for share in (0.9, 0.5, 0.25, 0.1):
        order = first_order(table, share=share)
        assert table[order, 1] <= share
        assert (table[:order, 1] > share).all()
    assert first_order(table, share=1.0) == 0
    assert first_order(table, share=0.0) == -1


def test_rows_become_columns() -> None:
    assert np.array_equal(transposed(np.arange(6).reshape(2, 3)), [[0, 3], [1, 4], [2, 5]])


def test_peaks_on_harmonics_are_numbered() -> None:
    peaks = np.array([[123.0, 50.0], [245.0, 50.0], [300.0, 50.0], [1199.0, 50.0]])
    assert harmonic_numbers(peaks, pitch=120.0).tolist() == [1, 2, 0, 10]
    assert harmonic_numbers(peaks, pitch=0.0).tolist() == [0] * 4
    assert harmonic_numbers(peaks[:0], pitch=120.0).tolist() == []
