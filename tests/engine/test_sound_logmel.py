"""The log-mel spectrogram against transformers and openai-whisper's published algorithm."""

from __future__ import annotations

import subprocess
import sys

import librosa
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import WhisperFeatureExtractor

from engine.sound import logmel
from engine.sound.logmel import (
    at_16_khz,
    clamp_range,
    difference,
    difference_facts,
    first_columns,
    frame_column,
    frame_row,
    log10_energies,
    log_mel,
    matrix_facts,
    raised_share,
    scale_whisper,
    thirty_seconds,
    whisper_frames,
)
from engine.sound.mfcc import mel_energies, power_of_frames, window_frames
from tests.engine.speech import speech

RATES = [8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000]


def transformers_features(wave: np.ndarray, bands: int) -> np.ndarray:
    extractor = WhisperFeatureExtractor(feature_size=bands)
    return extractor(wave, sampling_rate=16_000, return_tensors="np").input_features[0]


def openai_whisper(wave: np.ndarray, bands: int) -> np.ndarray:
    """`log_mel_spectrogram(pad_or_trim(audio))` as whisper/audio.py (v20240930) has it."""
    audio = torch.from_numpy(wave)[:480_000]
    audio = torch.nn.functional.pad(audio, (0, 480_000 - len(audio)))
    window = torch.hann_window(400)
    stft = torch.stft(audio, 400, 160, window=window, return_complex=True)
    magnitudes = stft[..., :-1].abs() ** 2
    filters = torch.from_numpy(librosa.filters.mel(sr=16_000, n_fft=400, n_mels=bands))
    log_spec = torch.clamp(filters @ magnitudes, min=1e-10).log10()
    log_spec = torch.maximum(log_spec, log_spec.max() - 8.0)
    return ((log_spec + 4.0) / 4.0).numpy()


def in_stages(wave: np.ndarray, bands: int, **options) -> np.ndarray:
    pad = options.pop("pad", "reflect")
    exponent = options.pop("exponent", 2)
    frames = window_frames(whisper_frames(thirty_seconds(wave), pad=pad))
    power = power_of_frames(frames, exponent=exponent)
    energies = mel_energies(power, sample_rate=16_000, bands=bands, **options)
    return scale_whisper(clamp_range(log10_energies(energies)))


# ---------------------------------------------------------------- golden


@pytest.mark.parametrize("bands", [80, 128])
def test_equal_to_transformers_on_speech(bands: int) -> None:
    wave, rate = speech()
    wave = at_16_khz(wave, sample_rate=rate)
    ours = log_mel(wave, sample_rate=16_000, bands=bands)
    theirs = transformers_features(wave, bands)
    assert ours.shape == theirs.shape == (bands, 3000)
    assert ours.dtype == np.float32
    assert np.abs(ours - theirs).max() < 1e-4


@pytest.mark.parametrize("bands", [80, 128])
def test_equal_to_transformers_numpy_code_on_speech(bands: int) -> None:
    wave, rate = speech()
    wave = at_16_khz(wave, sample_rate=rate)
    extractor = WhisperFeatureExtractor(feature_size=bands)
    padded = thirty_seconds(wave).astype(np.float64)
    theirs = extractor._np_extract_fbank_features(padded[None], "cpu")[0]
    assert np.abs(log_mel(wave, sample_rate=16_000, bands=bands) - theirs).max() < 1e-4


@pytest.mark.parametrize("bands", [80, 128])
@pytest.mark.parametrize("seconds", [0.001, 0.5, 29.99, 30.0, 41.0])
def test_equal_to_openai_whisper_for_every_length(bands: int, seconds: float) -> None:
    wave, rate = speech()
    wave = at_16_khz(wave, sample_rate=rate)
    wave = np.resize(wave, int(16_000 * seconds))  # repeated as often as it takes
    ours = log_mel(wave, sample_rate=16_000, bands=bands)
    assert np.abs(ours - openai_whisper(wave, bands)).max() < 1e-4
    assert np.abs(ours - transformers_features(wave, bands)).max() < 1e-4


@pytest.mark.parametrize("bands", [80, 128])
def test_the_stages_one_by_one_give_the_same(bands: int) -> None:
    wave, rate = speech()
    wave = at_16_khz(wave, sample_rate=rate)
    whole = log_mel(wave, sample_rate=16_000, bands=bands)
    assert np.abs(in_stages(wave, bands) - whole).max() < 1e-5


def test_librosas_defaults_are_what_the_page_says_they_are() -> None:
    """Zeros beyond the ends, everything else Whisper's: librosa with its default padding."""
    wave, rate = speech()
    half_minute = thirty_seconds(at_16_khz(wave, sample_rate=rate))
    theirs = librosa.feature.melspectrogram(
        y=half_minute, sr=16_000, n_fft=400, hop_length=160, n_mels=80
    )[:, :-1]
    theirs = scale_whisper(clamp_range(log10_energies(theirs)))
    assert np.abs(in_stages(half_minute, 80, pad="constant") - theirs).max() < 1e-4
    htk = librosa.feature.melspectrogram(
        y=half_minute, sr=16_000, n_fft=400, hop_length=160, n_mels=80, htk=True, norm=None, power=1
    )[:, :-1]
    htk = scale_whisper(clamp_range(log10_energies(htk)))
    ours = in_stages(half_minute, 80, pad="constant", scale="htk", norm=None, exponent=1)
    # Magnitudes show 160 dB instead of 80, down to the rounding of single precision.
    assert np.abs(ours - htk).max() < 1e-3


# ---------------------------------------------------------------- 16 kHz


@pytest.mark.parametrize("rate", RATES)
def test_a_tone_keeps_its_pitch_and_strength_at_16_khz(rate: int) -> None:
    time = np.arange(rate) / rate
    tone = (0.5 * np.sin(2 * np.pi * 1000 * time)).astype(np.float32)
    result = at_16_khz(tone, sample_rate=rate)
    assert result.dtype == np.float32
    assert abs(len(result) - 16_000) <= 1
    spectrum = np.abs(np.fft.rfft(result[2000:14_000]))
    assert np.argmax(spectrum) == 1000 * 12_000 // 16_000
    assert spectrum.max() / 6000 == pytest.approx(0.5, rel=1e-3)


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_what_lies_above_8_khz_is_gone(rate: int) -> None:
    time = np.arange(2 * rate) / rate
    tone = np.sin(2 * np.pi * 11_000 * time).astype(np.float32)
    result = at_16_khz(tone, sample_rate=rate)[4000:-4000]
    assert 20 * np.log10(np.abs(result).max()) < -90


def test_a_wave_at_16_khz_stays_as_it_is() -> None:
    wave, _ = speech()
    assert np.array_equal(at_16_khz(wave, sample_rate=16_000), wave.astype(np.float32))


# ---------------------------------------------------------------- properties


@settings(deadline=None, max_examples=25)
@given(
    st.integers(1, 3000),
    st.sampled_from(RATES),
    st.sampled_from([80, 128]),
    st.sampled_from([0.0, 1e-30, 1e-6, 1.0, 1000.0]),
    st.integers(0, 99),
)
def test_every_wave_gives_finite_numbers_in_a_range_of_two(n, rate, bands, size, seed) -> None:
    wave = (size * np.random.default_rng(seed).standard_normal(n)).astype(np.float32)
    wave.flags.writeable = False
    result = log_mel(wave, sample_rate=rate, bands=bands)
    assert result.shape == (bands, 3000)
    assert np.isfinite(result).all()
    assert result.max() - result.min() <= 2.0 + 1e-5


@pytest.mark.parametrize("n", [1, 2, 159, 160, 480_000, 500_000])
def test_silence_is_minus_one_and_a_half_everywhere(n: int) -> None:
    result = log_mel(np.zeros(n, np.float32), sample_rate=16_000)
    assert np.allclose(result, -1.5, atol=1e-6)
    assert result.min() == result.max()


def test_ten_times_as_loud_adds_half_where_nothing_is_clamped() -> None:
    noise = np.random.default_rng(0).standard_normal(480_000).astype(np.float32) * 0.01
    step = log_mel(10 * noise, sample_rate=16_000) - log_mel(noise, sample_rate=16_000)
    assert np.allclose(step, 0.5, atol=1e-3)  # 20 dB are 2 powers of ten; 2 / 4


def test_thirty_seconds_of_anything() -> None:
    assert thirty_seconds(np.ones(3, np.float32)).sum() == 3
    assert np.array_equal(thirty_seconds(np.arange(600_000.0)), np.arange(480_000.0))
    assert whisper_frames(thirty_seconds(np.ones(1, np.float32))).shape == (3000, 400)


def test_a_frame_of_a_matrix_and_beyond_its_end() -> None:
    matrix = np.arange(12.0).reshape(3, 4)
    assert np.array_equal(frame_column(matrix, at=1), matrix[:, 1])
    assert np.array_equal(frame_column(matrix, at=99), matrix[:, 3])
    assert np.array_equal(frame_row(matrix, at=-5), matrix[0])


def test_a_difference_in_three_numbers() -> None:
    change = difference(np.zeros((2, 2)), np.array([[0, 0.005], [-0.3, 0.1]]))
    assert difference_facts(change, above=10.0)[2] == 0
    largest, mean, share = difference_facts(change)
    assert (largest, share) == (0.3, 0.5)
    assert mean == pytest.approx(0.10125)


def test_facts_of_a_matrix_and_parts_of_it() -> None:
    matrix = np.arange(12.0).reshape(3, 4)
    assert matrix_facts(matrix) == (0.0, 5.5, 11.0)
    assert raised_share(matrix, np.maximum(matrix, 3)) == 3 / 12
    assert np.array_equal(first_columns(matrix, start=1, count=2), matrix[:, 1:3])
    assert first_columns(matrix, start=3, count=9).shape == (3, 1)


def test_no_heavy_library_is_loaded() -> None:
    code = (
        "import sys, numpy as np; from engine.sound.logmel import log_mel;"
        "log_mel(np.zeros(9, np.float32), sample_rate=44_100);"
        "print([m for m in ('torch', 'librosa', 'numba', 'scipy.signal') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert logmel.FFT_SIZE / logmel.RATE == 0.025
