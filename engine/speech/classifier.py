"""Which of five languages is spoken: a small classifier beside Whisper.

    16 kHz -> log-mel, telephone band -> cepstra -> mean and spread over time -> logistic regression

It was trained on four voices, of which one speaks two languages (`assets/make_language_classifier.py`),
so it can hardly know whether a difference is one of languages or of voices.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.memory import kept
from engine.softmax import softmax
from engine.sound.framing import frame_view
from engine.sound.logmel import FFT_SIZE, HOP, RATE, log10_energies
from engine.sound.mel import mel_edges
from engine.sound.mfcc import dct_frames, mel_energies, power_of_frames, window_frames

#: The languages in the order of the outputs, by their ISO 639-1 codes.
LANGUAGES = ("en", "es", "fr", "it", "ru")
BANDS = 80
TELEPHONE = (200.0, 3500.0)  # Hz: what a telephone lets through
CEPSTRA = 20
LOUD = 4.0  # powers of ten (40 dB) below the loudest frame: softer frames count as a pause
FEATURES = 2 * CEPSTRA - 1


def telephone_logs(wave: NDArray[Any]) -> NDArray[np.float32]:
    """The log-mel spectrogram of a clip, as Whisper's before its clamp, in the telephone band only.

    Parameters
    ----------
    wave : float array [shape=(n,)] at 16 kHz, n >= 1, nominally -1..1.

    Returns
    -------
    float32 array (54, frames): log10 of the energy of each mel band, a frame every 10 ms, at least 2.
    """
    count = max(-(-len(wave) // HOP), 2)
    whole = np.zeros(count * HOP, np.float32)
    whole[: len(wave)] = wave
    frames = frame_view(whole, length=FFT_SIZE, hop=HOP, center=True, pad="reflect")[:-1]
    power = power_of_frames(window_frames(frames))
    peaks = mel_edges(bands=BANDS, fmin=0.0, fmax=RATE / 2)[1:-1]
    heard = (peaks > TELEPHONE[0]) & (peaks < TELEPHONE[1])
    return log10_energies(mel_energies(power, sample_rate=RATE, bands=BANDS))[heard]


def clip_statistics(logs: NDArray[Any]) -> NDArray[np.float32]:
    """A clip of any length in 39 numbers: mean and standard deviation of its cepstra over time.

    Pauses are left out, and so is the mean of the first coefficient, which is the loudness.

    Parameters
    ----------
    logs : float array [shape=(bands, frames)] of `telephone_logs`.

    Returns
    -------
    float32 array (39,): means of the cepstra 1 to 19, then deviations of the cepstra 0 to 19.
    """
    loudest = logs.max(axis=0)
    speech = loudest > loudest.max() - LOUD
    cepstra = dct_frames(logs[:, speech], count=CEPSTRA)
    return np.concatenate([cepstra[1:].mean(axis=1), cepstra.std(axis=1)])


@kept
def language_classifier(path: str) -> Any:
    """The classifier's tensors by name: "mean", "deviation", "weights", "bias" and what was measured."""
    from safetensors.numpy import load_file

    return load_file(path)


def language_chances(weights: str, features: NDArray[Any]) -> NDArray[np.float64]:
    """How likely each language is, says the classifier: softmax(W z + b), z the standardised features.

    Equal to `StandardScaler` and `LogisticRegression.predict_proba` of scikit-learn.

    Parameters
    ----------
    weights : str, path of the classifier's file.
    features : float array [shape=(39,)] of `clip_statistics`.

    Returns
    -------
    float64 array (5,), their sum is 1; see `LANGUAGES`.
    """
    model = language_classifier(weights)
    standard = (features.astype(np.float64) - model["mean"]) / model["deviation"]
    return softmax(model["weights"] @ standard + model["bias"])


def classifier_counts(weights: str, *, name: str) -> NDArray[np.int64]:
    """What the training measured, as counts: for each language spoken (row) how often each was named.

    Parameters
    ----------
    name : str, "sentences": other sentences of the five voices it knows; "voices": other voices
        on the telephone, which speak Spanish, French and Italian.

    Returns
    -------
    int64 array (5, 5).
    """
    return language_classifier(weights)[name].copy()


def right_share(counts: NDArray[Any]) -> float:
    """The share of the clips that were named rightly, 0..1."""
    return float(np.trace(counts) / counts.sum())
