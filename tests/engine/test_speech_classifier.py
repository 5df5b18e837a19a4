"""The classifier of five languages against scikit-learn and librosa, and on the samples of the app."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import librosa
import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from engine import samples
from engine.models.catalogue import LANGUAGE_CLASSIFIER
from engine.models.public import path_of
from engine.sound.logmel import log10_energies, log_mel
from engine.sound.pitch import with_noise
from engine.speech import classifier
from tests.engine.speech import speech

PATH = path_of(LANGUAGE_CLASSIFIER)


def sample(name: str) -> np.ndarray:
    wave, rate = soundfile.read(io.BytesIO(samples.load(name).data), dtype="float32")
    assert rate == 16_000
    return wave


def chances(wave: np.ndarray) -> np.ndarray:
    features = classifier.clip_statistics(classifier.telephone_logs(wave))
    return classifier.language_chances(PATH, features)


def test_the_features_are_librosas() -> None:
    wave, _rate = speech()
    wave = wave[: len(wave) // 160 * 160]
    power = np.abs(librosa.stft(wave, n_fft=400, hop_length=160, pad_mode="reflect")[:, :-1]) ** 2
    mel = librosa.feature.melspectrogram(S=power, sr=16_000, n_mels=80)
    peaks = librosa.mel_frequencies(82, fmin=0, fmax=8000)[1:-1]
    logs = np.log10(np.maximum(mel, 1e-10))[(peaks > 200) & (peaks < 3500)]
    ours = classifier.telephone_logs(wave)
    assert ours.shape == logs.shape == (54, len(wave) // 160)
    assert np.allclose(ours, logs, atol=1e-3)
    loud = logs.max(axis=0) > logs.max() - 4
    cepstra = librosa.feature.mfcc(S=logs, n_mfcc=20)[:, loud]
    expected = np.concatenate([cepstra[1:].mean(axis=1), cepstra.std(axis=1)])
    assert np.allclose(classifier.clip_statistics(ours), expected, atol=1e-3)


def test_the_bands_are_those_of_whispers_matrix() -> None:
    """Whisper's cells are the same numbers, clamped and scaled."""
    wave, rate = speech()
    ours = classifier.telephone_logs(wave)
    theirs = log_mel(wave, sample_rate=rate)[:, : ours.shape[1] - 2] * 4 - 4
    peaks = librosa.mel_frequencies(82, fmin=0, fmax=8000)[1:-1]
    theirs = theirs[(peaks > 200) & (peaks < 3500)]
    assert np.allclose(np.maximum(ours[:, :-2], theirs.min()), theirs, atol=1e-3)


def test_the_probabilities_are_scikit_learns(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(120, classifier.FEATURES)) * rng.uniform(
        0.1, 9, classifier.FEATURES
    )
    labels = rng.integers(0, 5, 120)
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(max_iter=2000).fit(scaler.transform(features), labels)
    from safetensors.numpy import save_file

    path = tmp_path / "model.safetensors"
    tensors = {"mean": scaler.mean_, "deviation": scaler.scale_}
    tensors |= {"weights": model.coef_, "bias": model.intercept_}
    save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, path)
    expected = model.predict_proba(scaler.transform(features))
    for row, answer in zip(features, expected, strict=True):
        found = classifier.language_chances(str(path), row)
        assert np.allclose(found, answer, atol=1e-12)
        assert found.sum() == pytest.approx(1)


@pytest.mark.parametrize("code", ["en", "fr", "ru"])
def test_the_samples_which_it_has_not_learnt_from(code: str) -> None:
    found = chances(sample(f"message-{code}"))
    assert classifier.LANGUAGES[int(found.argmax())] == code
    assert found.max() > 0.8


def test_noise_leads_it_astray() -> None:
    wave = sample("message-en")
    assert classifier.LANGUAGES[int(chances(with_noise(wave, snr_db=5)).argmax())] != "en"


def test_what_was_measured_is_what_the_documents_say() -> None:
    sentences = classifier.classifier_counts(PATH, name="sentences")
    voices = classifier.classifier_counts(PATH, name="voices")
    assert classifier.right_share(sentences) == pytest.approx(388 / 428)
    assert classifier.right_share(voices) == pytest.approx(241 / 779)
    assert voices.sum(axis=1).tolist()[0] == 0  # no other English voice
    learnt = load_file(PATH)["learnt"]
    readme = Path("assets/README.md").read_text(encoding="utf-8")
    for number in (learnt.sum(), 428, 388, 779, 241):
        assert f"{number:,}" in readme
    digest = hashlib.sha256(Path(PATH).read_bytes()).hexdigest()
    assert digest == LANGUAGE_CLASSIFIER.files[0].sha256
    assert digest in readme


@given(st.integers(1, 4000), st.floats(0, 1))
def test_any_clip_has_an_answer(length: int, loudness: float) -> None:
    wave = np.full(length, loudness, np.float32)
    logs = classifier.telephone_logs(wave)
    assert logs.shape[1] == max(2, -(-length // 160))
    assert np.isfinite(logs).all()
    found = classifier.language_chances(PATH, classifier.clip_statistics(logs))
    assert np.isfinite(found).all()
    assert found.sum() == pytest.approx(1)


def test_silence_is_finite() -> None:
    logs = classifier.telephone_logs(np.zeros(16_000, np.float32))
    assert np.array_equal(logs, log10_energies(np.zeros_like(logs)))
    assert np.isfinite(classifier.clip_statistics(logs)).all()


@pytest.mark.parametrize("snr", [-10, 0, 5, 30])
def test_the_noise_has_the_power_that_it_is_said_to_have(snr: int) -> None:
    wave = sample("message-en")
    noise = np.float64(with_noise(wave, snr_db=snr)) - wave
    found = 10 * np.log10(np.mean(np.float64(wave) ** 2) / np.mean(noise**2))
    assert found == pytest.approx(snr, abs=0.05)
