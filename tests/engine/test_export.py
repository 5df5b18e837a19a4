"""Files that come out hold exactly the numbers that went in."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile
from PIL import Image

from engine import export


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12, dtype=np.uint8).reshape(3, 4),
        np.arange(36, dtype=np.uint8).reshape(3, 4, 3),
        np.arange(48, dtype=np.uint8).reshape(3, 4, 4),
        np.array([[True, False], [False, True]]),
        np.array([[0, 65535], [300, 7]], np.uint16),
    ],
)
def test_png_round_trip(array: np.ndarray) -> None:
    assert export.is_picture(array)
    found = np.asarray(Image.open(io.BytesIO(export.to_png(array))))
    assert np.array_equal(found, array)


@pytest.mark.parametrize("value", [np.zeros((3, 3)), 3.5, np.zeros((0, 3), np.uint8), (1, 2)])
def test_what_a_png_can_not_hold(value: object) -> None:
    assert not export.is_picture(value)


def test_npy_round_trip() -> None:
    array = np.array([[1.5, np.nan], [np.inf, -0.0]], np.float32)
    found = np.load(io.BytesIO(export.to_npy(array)), allow_pickle=False)
    assert found.tobytes() == array.tobytes()


def test_csv_round_trip() -> None:
    whole = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    found = np.loadtxt(io.BytesIO(export.to_csv(whole)), delimiter=",")
    assert np.array_equal(found, whole.reshape(8, 3))
    real = np.array([[0.1, 1e-9], [12345.678, -3.0]], np.float32)
    found = np.loadtxt(io.BytesIO(export.to_csv(real)), delimiter=",", dtype=np.float32)
    assert np.array_equal(found, real)


@pytest.mark.parametrize("shape", [(0,), (1,), (500,), (500, 2)])
def test_wav_of_16_bit_samples_comes_out_as_it_was(shape: tuple[int, ...]) -> None:
    samples = np.random.default_rng(5).integers(-32768, 32768, shape).astype(np.int16)
    wave = (samples / 32768).astype(np.float32)
    found, rate = soundfile.read(io.BytesIO(export.to_wav(wave, sample_rate=22_050)), dtype="int16")
    assert rate == 22_050
    assert np.array_equal(found, samples)


def test_wav_clips_and_has_no_holes() -> None:
    wave = np.array([0.5, 1.0, 7.0, -7.0, np.inf, -np.inf, np.nan])
    found, _ = soundfile.read(io.BytesIO(export.to_wav(wave, sample_rate=8000)), dtype="int16")
    assert found.tolist() == [16384, 32767, 32767, -32768, 32767, -32768, 0]
    with pytest.raises(ValueError, match="not 0"):
        export.to_wav(wave, sample_rate=0)
