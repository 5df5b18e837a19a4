"""The Bark scale against its published table, filter banks against librosa, warped axes."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sound.bark import CRITICAL_EDGES, bark_to_hz, critical_width, hz_to_bark
from engine.sound.filterbank import (
    LOWEST_HZ,
    SCALES,
    axis_ticks,
    band_energies,
    from_scale,
    steps_on_scale,
    to_scale,
    triangle_bank,
    warp_rows,
)
from engine.sound.mel import mel_bank
from engine.sound.spectrum import power, stft


def test_bark_follows_zwickers_table():
    edges = np.array(CRITICAL_EDGES[1:], float)
    error = np.abs(hz_to_bark(edges) - np.arange(1, 25))
    # Traunmueller (1990) gives 0.05 Bark between 200 Hz and 6.7 kHz; outside, the corrections help.
    inside = (edges >= 200) & (edges <= 6700)
    assert error[inside].max() <= 0.06
    assert error.max() < 0.15


def test_bark_has_its_published_values():
    # 26.81 f / (1960 + f) - 0.53, by hand
    assert hz_to_bark(1000) == pytest.approx(26.81 / 2.96 - 0.53)
    assert hz_to_bark(1960) == pytest.approx(26.81 / 2 - 0.53)
    assert hz_to_bark(0) == pytest.approx(-0.53 + 0.15 * 2.53)
    # Zwicker: 100 Hz wide at low frequencies, 160 Hz around 1 kHz, 2.5 kHz around 10.5 kHz
    widths = critical_width([200, 1000, 10_500])
    assert widths == pytest.approx([100, 160, 2500], rel=0.15)


@pytest.mark.parametrize("scale", SCALES)
@given(hertz=st.floats(1, 96_000))
def test_scales_go_there_and_back(scale, hertz):
    assert from_scale(to_scale(hertz, scale=scale), scale=scale) == pytest.approx(hertz, rel=1e-9)
    assert to_scale(hertz * 1.01, scale=scale) > to_scale(hertz, scale=scale)


def test_bark_to_hz_is_the_inverse_everywhere():
    f = np.linspace(0, 96_000, 50_001)
    np.testing.assert_allclose(bark_to_hz(hz_to_bark(f)), f, atol=1e-6)


@pytest.mark.parametrize("scale", SCALES)
@given(count=st.integers(1, 40), fmin=st.floats(0, 3999), fmax=st.floats(4000, 24_000))
def test_steps_are_even_on_their_scale(scale, count, fmin, fmax):
    hertz = steps_on_scale(count=count, scale=scale, fmin=fmin, fmax=fmax)
    assert len(hertz) == count
    assert hertz[0] == (max(fmin, LOWEST_HZ) if scale == "log" else fmin)
    if count > 2:
        assert hertz[-1] == fmax
        gaps = np.diff(to_scale(hertz, scale=scale))
        np.testing.assert_allclose(gaps, gaps[0], rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("norm", ["slaney", None])
@pytest.mark.parametrize(("rate", "size", "bands"), [(16_000, 400, 80), (48_000, 2048, 40)])
def test_mel_bank_equals_librosa_and_the_mel_module(norm, rate, size, bands):
    found = triangle_bank(sample_rate=rate, fft_size=size, bands=bands, scale="mel", norm=norm)
    expected = librosa.filters.mel(sr=rate, n_fft=size, n_mels=bands, norm=norm)
    np.testing.assert_allclose(found, expected, atol=1e-6 * expected.max())
    ours = mel_bank(sample_rate=rate, fft_size=size, bands=bands, norm=norm)
    np.testing.assert_allclose(found, ours, atol=1e-6 * expected.max())


@pytest.mark.parametrize("scale", SCALES)
def test_weights_of_a_bin_add_up_to_one(scale):
    bank = triangle_bank(sample_rate=48_000, fft_size=4096, bands=24, scale=scale)
    peaks = steps_on_scale(count=26, scale=scale, fmax=24_000)[1:-1]
    bins = np.arange(2049) * 48_000 / 4096
    between = (bins >= peaks[0]) & (bins <= peaks[-1])
    np.testing.assert_allclose(bank[:, between].sum(axis=0), 1, atol=1e-6)
    assert bank.min() == 0
    assert bank.max() <= 1


def test_band_energies_are_the_matrix_product():
    wave = np.random.default_rng(0).uniform(-1, 1, 9000).astype(np.float32)
    strength = power(stft(wave, length=512, hop=128))
    bank = triangle_bank(sample_rate=16_000, fft_size=512, bands=20, scale="bark")
    energies = band_energies(strength, bank)
    assert energies.shape == (20, strength.shape[1])
    assert energies.dtype == np.float32
    one = sum(float(w) * strength[k, 7] for k, w in enumerate(bank[4]))
    assert energies[4, 7] == pytest.approx(one, rel=1e-4)


@pytest.mark.parametrize("scale", SCALES)
def test_a_warped_axis_reads_between_the_bins(scale):
    hertz = np.arange(257) * 16_000 / 512
    ramp = np.stack([hertz, 2 * hertz], axis=1)  # its value at f is f: easy to read anywhere
    found = warp_rows(ramp, sample_rate=16_000, fft_size=512, rows=100, scale=scale)
    at = steps_on_scale(count=100, scale=scale, fmax=8000)
    np.testing.assert_allclose(found, np.stack([at, 2 * at], axis=1), atol=1e-6)


def test_a_linear_axis_with_a_row_for_each_bin_changes_nothing():
    values = np.random.default_rng(0).random((257, 9)).astype(np.float32)
    found = warp_rows(values, sample_rate=16_000, fft_size=512, rows=257, scale="linear")
    np.testing.assert_allclose(found, values, atol=1e-6)
    assert found.dtype == np.float32
    one = warp_rows(values[:1], sample_rate=16_000, fft_size=1, rows=5, scale="linear")
    np.testing.assert_allclose(one, np.repeat(values[:1], 5, axis=0))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("fmax", [30.0, 500.0, 4000.0, 11_025.0, 24_000.0, 96_000.0])
def test_ticks_stand_where_their_frequencies_are(scale, fmax):
    ticks = axis_ticks(rows=200, scale=scale, fmax=fmax)
    assert 1 <= len(ticks) <= 10
    hertz = steps_on_scale(count=200, scale=scale, fmax=fmax)
    for row, f in ticks:
        here = np.interp(row, np.arange(200), to_scale(hertz, scale=scale))
        assert here == pytest.approx(float(to_scale(max(f, 1e-9), scale=scale)), abs=1e-3)


@pytest.mark.parametrize("bad", [{"bands": 0}, {"scale": "erb"}, {"norm": "l2"}, {"fmin": 9e3}])
def test_impossible_banks_are_refused(bad):
    options = {"sample_rate": 16_000, "fft_size": 512, "bands": 8, "scale": "mel"}
    with pytest.raises(ValueError, match=r"band|scale|norm|fmin"):
        triangle_bank(**(options | bad))
