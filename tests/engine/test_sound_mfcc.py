"""MFCC stage by stage against librosa and SciPy, and their laws."""

from __future__ import annotations

import itertools

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import fft, signal

from engine.sound.framing import frames
from engine.sound.mfcc import (
    dct_frames,
    dct_matrix,
    delta,
    distance_likeness,
    energies_to_db,
    energy_change_db,
    largest_after_first,
    lifter,
    likeness,
    mean_correlation,
    mel_energies,
    power_of_frames,
    pre_emphasis,
    rebuild_bands,
    rebuild_errors,
    root_mean_square_difference,
    share_of_cells,
    stack_rows,
    strongest_row,
    window_frames,
)
from tests.engine.speech import speech


def read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array


def mfcc(wave, rate, *, length=2048, hop=512, bands=128, count=20, scale="slaney", norm="slaney"):
    """The stages with librosa's defaults."""
    pieces = read_only(window_frames(frames(wave, length=length, hop=hop, center=True)))
    power = read_only(power_of_frames(pieces))
    energies = mel_energies(power, sample_rate=rate, bands=bands, scale=scale, norm=norm)
    return dct_frames(energies_to_db(energies), count=count)


# ---------------------------------------------------------------- golden: librosa


@pytest.mark.parametrize("htk", [False, True])
def test_mfcc_equal_librosas(htk: bool) -> None:
    wave, rate = speech()
    wave = wave.astype(np.float64)
    ours = mfcc(wave, rate, scale="htk" if htk else "slaney")
    theirs = librosa.feature.mfcc(y=wave, sr=rate, htk=htk)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-4


def test_mfcc_for_speech_recognition_equal_librosas() -> None:
    wave, rate = speech()
    wave = wave.astype(np.float64)
    ours = mfcc(wave, rate, length=400, hop=160, bands=40, count=13, norm=None)
    theirs = librosa.feature.mfcc(
        y=wave, sr=rate, n_fft=400, hop_length=160, n_mels=40, n_mfcc=13, mel_norm=None
    )
    assert np.abs(ours - theirs).max() < 1e-4


def test_single_precision_is_right_to_its_own_digits() -> None:
    wave, rate = speech()
    ours, theirs = mfcc(wave, rate), librosa.feature.mfcc(y=wave, sr=rate)
    assert ours.dtype == np.float32
    assert np.abs(ours - theirs).max() < 1e-5 * np.abs(theirs).max()


@pytest.mark.parametrize("strength", [0, 22, 40])
def test_lifter_equals_librosas_which_counts_from_one(strength: int) -> None:
    wave, rate = speech()
    wave = wave.astype(np.float64)
    ours = lifter(mfcc(wave, rate), strength=strength, first_index=1)
    theirs = librosa.feature.mfcc(y=wave, sr=rate, lifter=strength)
    assert np.abs(ours - theirs).max() < 1e-7 * np.abs(theirs).max()


@pytest.mark.parametrize("width", [3, 5, 9, 21])
def test_deltas_equal_librosas(width: int) -> None:
    wave, rate = speech()
    c = read_only(mfcc(wave.astype(np.float64), rate))
    once, twice = delta(c, width=width), delta(delta(c, width=width), width=width)
    assert np.abs(once - librosa.feature.delta(c, width=width)).max() < 1e-9
    theirs = librosa.feature.delta(librosa.feature.delta(c, width=width), width=width)
    assert np.abs(twice - theirs).max() < 1e-9


def test_pre_emphasis_equals_the_filter() -> None:
    wave, _ = speech()
    ours = pre_emphasis(read_only(wave.astype(np.float64)), coefficient=0.97)
    assert np.allclose(ours, signal.lfilter([1, -0.97], [1], wave), atol=1e-12)
    theirs = librosa.effects.preemphasis(wave.astype(np.float64), coef=0.97)
    assert np.allclose(ours[1:], theirs[1:], atol=1e-12)  # the first sample: librosa extrapolates


@pytest.mark.parametrize("bands", [1, 2, 26, 40, 128])
def test_the_cosines_are_scipys_orthonormal_dct(bands: int) -> None:
    numbers = np.random.default_rng(1).standard_normal((bands, 5))
    assert np.allclose(dct_frames(numbers, count=bands), fft.dct(numbers, axis=0, norm="ortho"))
    matrix = dct_matrix(bands=bands, count=bands)
    assert np.allclose(matrix @ matrix.T, np.eye(bands))


def test_power_of_zero_padded_frames_equals_numpys() -> None:
    pieces = np.random.default_rng(2).standard_normal((7, 400))
    assert np.allclose(
        power_of_frames(pieces, fft_size=512), np.abs(np.fft.rfft(pieces, 512)).T ** 2
    )
    assert np.allclose(power_of_frames(pieces, exponent=1), np.abs(np.fft.rfft(pieces)).T)


def test_decibels_equal_librosas() -> None:
    energies = np.random.default_rng(3).random((40, 50)) ** 30
    assert np.allclose(energies_to_db(energies), librosa.power_to_db(energies))
    assert np.allclose(
        energies_to_db(energies, range_db=None), librosa.power_to_db(energies, top_db=None)
    )


# ---------------------------------------------------------------- laws


@settings(deadline=None, max_examples=40)
@given(
    st.integers(1, 2000),
    st.sampled_from([0.0, 1e-30, 1e-6, 1.0, 1000.0]),
    st.integers(0, 99),
    st.sampled_from([np.float32, np.float64]),
)
def test_every_wave_gives_finite_numbers(n: int, size: float, seed: int, dtype: type) -> None:
    wave = read_only((size * np.random.default_rng(seed).standard_normal(n)).astype(dtype))
    pieces = window_frames(frames(pre_emphasis(wave), length=400, hop=160), window="hamming")
    power = power_of_frames(pieces, fft_size=512)
    log_mel = energies_to_db(mel_energies(power, sample_rate=16_000, bands=40))
    cepstra = lifter(dct_frames(log_mel, count=13))
    full = stack_rows(cepstra, delta(cepstra), delta(delta(cepstra)))
    assert full.shape == (39, len(pieces))
    assert full.dtype == dtype
    assert np.isfinite(full).all()
    assert log_mel.min() >= -100.001


def test_silence_has_one_coefficient() -> None:
    cepstra = mfcc(np.zeros(4000), 16_000)
    assert np.allclose(cepstra[0], -100 * np.sqrt(128))
    assert np.allclose(cepstra[1:], 0)


@given(st.integers(2, 40), st.integers(1, 12), st.integers(0, 99))
def test_more_coefficients_never_rebuild_worse(bands: int, count: int, seed: int) -> None:
    log_mel = np.random.default_rng(seed).standard_normal((bands, count))
    cepstra = read_only(dct_frames(log_mel, count=bands))
    wrong = [
        np.sum((rebuild_bands(cepstra, bands=bands, keep=keep) - log_mel) ** 2)
        for keep in range(1, bands + 1)
    ]
    assert all(a >= b - 1e-9 for a, b in itertools.pairwise(wrong))
    assert wrong[-1] < 1e-9


def test_louder_changes_only_the_first_coefficient() -> None:
    wave = np.random.default_rng(4).standard_normal(8000)
    change = mfcc(10 * wave, 16_000) - mfcc(wave, 16_000)
    assert np.allclose(change[0], 20 * np.sqrt(128))  # 20 dB in each of 128 bands
    assert np.allclose(change[1:], 0, atol=1e-9)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 8, 9, 10])
def test_the_slope_of_a_straight_line_is_its_slope(count: int) -> None:
    line = np.outer([1.0, -2.0], np.arange(count))
    slope = delta(read_only(line), width=9)
    assert np.allclose(slope, 0 if count < 3 else [[1.0], [-2.0]])


def test_a_lifter_of_zero_changes_nothing_and_22_the_most_in_the_middle() -> None:
    ones = np.ones((23, 1))
    assert np.array_equal(lifter(ones, strength=0), ones)
    weights = lifter(ones, strength=22)[:, 0]
    assert np.argmax(weights) == 11
    assert weights[[0, 11, 22]] == pytest.approx([1, 12, 1])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: power_of_frames(np.ones((2, 400)), fft_size=256), "256"),
        (lambda: power_of_frames(np.ones((2, 400)), exponent=3), "3"),
        (lambda: dct_matrix(bands=10, count=11), "11"),
        (lambda: dct_matrix(bands=10, count=0), "0"),
        (lambda: lifter(np.ones((2, 2)), strength=-1), "-1"),
        (lambda: delta(np.ones((2, 20)), width=4), "4"),
    ],
)
def test_nonsense_is_refused(call, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()


# ---------------------------------------------------------------- numbers that the page names


def test_rebuild_errors_are_the_errors_of_rebuilding() -> None:
    wave, rate = speech()
    pieces = window_frames(frames(wave, length=400, hop=160))
    log_mel = energies_to_db(
        mel_energies(power_of_frames(pieces, fft_size=512), sample_rate=rate, bands=26)
    )
    everything = dct_frames(log_mel, count=26)
    errors = rebuild_errors(log_mel)
    for keep in (1, 5, 13, 26):
        rebuilt = rebuild_bands(everything, bands=26, keep=keep)
        assert errors[keep - 1] == pytest.approx(
            root_mean_square_difference(log_mel, rebuilt), abs=1e-3
        )
    assert (np.diff(errors) <= 0).all()


def test_correlations_of_rows() -> None:
    line = np.sin(np.arange(50.0))
    noise = np.random.default_rng(6).standard_normal((3, 50))
    assert mean_correlation(np.stack([line, 2 * line + 1, -line])) == pytest.approx(1)
    assert mean_correlation(np.stack([line, np.ones(50)])) == 0  # a constant row knows nothing
    assert mean_correlation(np.zeros((4, 50))) == 0
    assert mean_correlation(noise) == pytest.approx(
        np.abs(np.corrcoef(noise))[np.triu_indices(3, 1)].mean()
    )


def test_likeness_and_distances() -> None:
    a = np.random.default_rng(7).standard_normal((13, 400))
    b = np.random.default_rng(8).standard_normal((13, 400))
    assert likeness(a, 3 * a + 2) == pytest.approx(1)
    assert likeness(a, -a) == pytest.approx(-1)
    assert abs(likeness(a, b)) < 0.1
    assert likeness(a, np.ones_like(a)) == 0
    assert distance_likeness(a, 3 * a + 2) == pytest.approx(1)
    turned = np.vstack([a[:1], np.linalg.qr(b[:12, :12])[0] @ a[1:]])  # other axes, same distances
    assert distance_likeness(a, turned) == pytest.approx(1)
    assert abs(distance_likeness(a, b)) < 0.1
    assert distance_likeness(a[:, :2], a[:, :2]) == 0
    assert distance_likeness(a, np.zeros_like(a)) == 0


def test_shares_rows_and_energies() -> None:
    cells = np.array([[0.0, 6.0], [3.0, 1.0]])
    assert share_of_cells(cells) == 0.5  # 6 + 3 of 10
    assert share_of_cells(cells, part=0.5) == 0.25
    assert share_of_cells(np.zeros((3, 3))) == 0
    assert strongest_row(cells) == 0
    wave = np.array([1.0, -1.0])
    assert energy_change_db(wave, 10 * wave) == pytest.approx(20)
    assert energy_change_db(wave, 0 * wave) == energy_change_db(0 * wave, wave) == 0
    assert largest_after_first(np.array([[-900.0, 2], [3, -4]])) == 4
    assert largest_after_first(np.zeros((3, 2))) == largest_after_first(np.ones((1, 2))) == 1
