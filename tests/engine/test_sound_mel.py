"""The mel scale and its bank against librosa, and what holds for every bank."""

from __future__ import annotations

import warnings

import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sound.mel import (
    band_places,
    empty_bands,
    hz_to_mel,
    mel_bank,
    mel_edges,
    mel_to_hz,
    triangle_corners,
)

SCALES = ["slaney", "htk"]
HZ = np.concatenate([np.linspace(0, 24_000, 4801), [999.999999, 1000.0, 1000.0000001]])


def librosas(rate: int, size: int, bands: int, fmin: float, fmax: float | None, htk: bool, norm):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "empty filters": compared all the same
        return librosa.filters.mel(
            sr=rate, n_fft=size, n_mels=bands, fmin=fmin, fmax=fmax, htk=htk, norm=norm
        )


# ---------------------------------------------------------------- golden: librosa


@pytest.mark.parametrize("norm", ["slaney", None])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(
    ("rate", "size", "bands", "fmin", "fmax"),
    [
        (16_000, 400, 80, 0.0, None),  # Whisper
        (16_000, 400, 128, 0.0, None),  # Whisper large-v3
        (16_000, 512, 26, 0.0, 8000.0),
        (16_000, 512, 23, 20.0, 7600.0),
        (22_050, 2048, 128, 0.0, None),  # librosa's defaults
        (44_100, 2048, 40, 64.0, 11_025.0),
        (48_000, 4096, 256, 0.0, 20_000.0),
        (96_000, 1024, 64, 30.0, None),
        (8000, 256, 128, 0.0, None),  # more bands than bins can fill
        (8000, 255, 20, 0.0, 900.0),  # odd size; only the linear part of the scale
        (8000, 2, 1, 0.0, None),
    ],
)
def test_the_bank_equals_librosas_bit_for_bit(rate, size, bands, fmin, fmax, scale, norm) -> None:
    ours = mel_bank(
        sample_rate=rate,
        fft_size=size,
        bands=bands,
        fmin=fmin,
        fmax=fmax,
        scale=scale,
        norm=norm,
    )
    theirs = librosas(rate, size, bands, fmin, fmax, scale == "htk", norm)
    assert ours.dtype == theirs.dtype == np.float32
    assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize("scale", SCALES)
def test_the_scales_equal_librosas(scale: str) -> None:
    htk = scale == "htk"
    assert np.array_equal(hz_to_mel(HZ, scale=scale), librosa.hz_to_mel(HZ, htk=htk))
    mel = np.linspace(0, 60 if scale == "slaney" else 3900, 2001)
    assert np.array_equal(mel_to_hz(mel, scale=scale), librosa.mel_to_hz(mel, htk=htk))
    assert float(hz_to_mel(440.0, scale=scale)) == librosa.hz_to_mel(440.0, htk=htk)


# ---------------------------------------------------------------- laws


@given(st.floats(0, 1e6), st.sampled_from(SCALES))
def test_there_and_back(hz: float, scale: str) -> None:
    back = mel_to_hz(hz_to_mel(hz, scale=scale), scale=scale)
    assert back == pytest.approx(hz, rel=1e-9, abs=1e-9)


@given(
    st.integers(1000, 192_000),
    st.integers(2, 4096),
    st.integers(1, 140),
    st.sampled_from(SCALES),
    st.sampled_from(["slaney", None]),
)
def test_each_band_is_one_triangle_between_its_edges(rate, size, bands, scale, norm) -> None:
    bank = mel_bank(sample_rate=rate, fft_size=size, bands=bands, scale=scale, norm=norm)
    edges = mel_edges(bands=bands, fmin=0.0, fmax=rate / 2, scale=scale)
    bins = np.fft.rfftfreq(size, 1 / rate)
    assert bank.shape == (bands, size // 2 + 1)
    assert np.isfinite(bank).all()
    assert (bank >= 0).all()
    assert not (bank > 0)[bins < edges[:-2, None] - 1e-6].any()
    assert not (bank > 0)[bins > edges[2:, None] + 1e-6].any()
    if norm is None:
        assert bank.max() <= 1
    assert empty_bands(bank) == sum(not row.any() for row in bank)


def test_slaneys_triangles_have_the_area_of_one_hertz() -> None:
    rate, size = 16_000, 1 << 18  # bins so close together that their sum is the area
    bank = mel_bank(sample_rate=rate, fft_size=size, bands=40)
    assert np.allclose(bank.sum(axis=1) * rate / size, 1, atol=1e-3)


def test_neighbouring_triangles_without_norm_add_up_to_one() -> None:
    bank = mel_bank(sample_rate=16_000, fft_size=512, bands=26, norm=None)
    edges = mel_edges(bands=26, fmin=0.0, fmax=8000.0)
    bins = np.fft.rfftfreq(512, 1 / 16_000)
    between = (bins >= edges[1]) & (bins <= edges[-2])
    assert np.allclose(bank.sum(axis=0)[between], 1, atol=1e-6)


def test_too_many_bands_for_the_bins_stay_empty() -> None:
    assert empty_bands(mel_bank(sample_rate=16_000, fft_size=400, bands=128, scale="htk")) == 4
    assert empty_bands(mel_bank(sample_rate=16_000, fft_size=400, bands=80)) == 0


@pytest.mark.parametrize("scale", SCALES)
def test_the_place_of_a_peak_is_its_number(scale: str) -> None:
    edges = mel_edges(bands=26, fmin=0.0, fmax=8000.0, scale=scale)
    places = band_places(hertz=tuple(edges[1:-1].tolist()), bands=26, fmax=8000.0, scale=scale)
    assert np.allclose(places, np.arange(26), atol=1e-9)


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"bands": 0}, "not 0"),
        ({"fmin": -1.0}, "-1.0"),
        ({"fmin": 5000.0, "fmax": 400.0}, "400.0"),
        ({"scale": "bark"}, "bark"),
        ({"norm": "l2"}, "l2"),
    ],
)
def test_nonsense_is_refused(wrong: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        mel_bank(**{"sample_rate": 16_000, "fft_size": 400, "bands": 10} | wrong)


def test_unknown_scales_are_refused() -> None:
    for convert in (hz_to_mel, mel_to_hz):
        with pytest.raises(ValueError, match="bark"):
            convert(1.0, scale="bark")


@pytest.mark.parametrize("scale", ["slaney", "htk"])
@pytest.mark.parametrize("norm", ["slaney", None])
def test_the_bank_is_its_triangles_at_the_bins(scale: str, norm: str | None) -> None:
    corners = triangle_corners(bands=40, fmax=8000.0, scale=scale, norm=norm)
    bank = mel_bank(sample_rate=16000, fft_size=400, bands=40, scale=scale, norm=norm)
    bins = np.arange(201) * 40.0
    drawn = np.stack([np.interp(bins, c[:, 0], c[:, 1]) for c in corners])
    np.testing.assert_allclose(drawn, bank, atol=1e-7 if norm else 1e-5)


def test_triangles_need_a_known_norm() -> None:
    with pytest.raises(ValueError, match="norm"):
        triangle_corners(bands=4, fmax=8000.0, norm="area")
