"""Frames against librosa, and what holds for every wave."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sound.framing import (
    frame_count,
    frame_facts,
    frame_near,
    frame_times,
    frame_view,
    frames,
    loudest_time,
    one_frame,
)

SIZES = [(1000, 400, 160), (1000, 400, 400), (1000, 401, 7), (400, 400, 1), (999, 1, 1), (50, 5, 9)]


def noise(count, dtype=np.float32):
    wave = np.random.default_rng(count).standard_normal(count).astype(dtype)
    wave.flags.writeable = False
    return wave


@pytest.mark.parametrize(("samples", "length", "hop"), SIZES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16])
def test_frames_are_those_of_librosa(samples, length, hop, dtype):
    wave = (1000 * noise(samples, np.float64)).astype(dtype)
    ours = frames(wave, length=length, hop=hop)
    theirs = librosa.util.frame(wave, frame_length=length, hop_length=hop).T
    np.testing.assert_array_equal(ours, theirs)
    assert ours.dtype == dtype
    assert ours.base is None
    assert ours.flags.writeable


@pytest.mark.parametrize(("samples", "length", "hop"), SIZES)
@pytest.mark.parametrize("pad", ["constant", "edge", "reflect"])
def test_centred_frames_are_those_of_the_padded_wave(samples, length, hop, pad):
    wave = noise(samples)
    padded = np.pad(wave, length // 2, mode=pad)
    theirs = librosa.util.frame(padded, frame_length=length, hop_length=hop).T
    ours = frames(wave, length=length, hop=hop, center=True, pad=pad)
    np.testing.assert_array_equal(ours, theirs)
    times = frame_times(count=len(ours), length=length, hop=hop, sample_rate=16_000, center=True)
    np.testing.assert_allclose(
        times, librosa.frames_to_time(np.arange(len(ours)), sr=16_000, hop_length=hop), rtol=1e-12
    )


@given(st.integers(1, 40), st.integers(1, 50), st.integers(1, 50), st.booleans())
def test_each_row_is_a_piece_of_the_wave(samples, length, hop, center):
    wave = np.arange(1, samples + 1)
    rows = frames(wave, length=length, hop=hop, center=center)
    assert rows.shape == (
        frame_count(samples=samples, length=length, hop=hop, center=center),
        length,
    )
    before = length // 2 if center else 0
    for k, row in enumerate(rows):
        for i, value in enumerate(row):
            place = k * hop + i - before
            assert value == (wave[place] if 0 <= place < samples else 0)
    np.testing.assert_array_equal(rows, frame_view(wave, length=length, hop=hop, center=center))


def test_the_middle_of_a_frame_is_half_its_length_after_its_start():
    times = frame_times(count=3, length=400, hop=160, sample_rate=16_000)
    np.testing.assert_allclose(times, [0.0125, 0.0225, 0.0325], rtol=1e-15)


def test_a_short_wave_gives_one_frame_with_zeros():
    assert frames(np.float32([3]), length=4, hop=2).tolist() == [[3, 0, 0, 0]]


@pytest.mark.parametrize(
    ("wave", "length", "hop"),
    [
        (np.zeros(0), 4, 2),
        (np.zeros((4, 2)), 4, 2),
        (np.zeros(9), 0, 2),
        (np.zeros(9), 4, 0),
    ],
)
def test_what_cannot_be_cut_is_refused(wave, length, hop):
    with pytest.raises(ValueError, match="not"):
        frames(wave, length=length, hop=hop)


@given(st.integers(1, 60), st.integers(1, 50), st.integers(1, 50), st.booleans())
def test_one_frame_is_a_row_of_all(samples, length, hop, center):
    wave = noise(samples)
    options = {"length": length, "hop": hop}
    rows = frames(wave, center=center, **options)
    for number in {0, len(rows) // 2, len(rows) - 1}:
        alone = one_frame(wave, number=number, center=center, **options)
        np.testing.assert_array_equal(alone, rows[number])
    times = frame_times(count=len(rows), sample_rate=100, center=center, **options)
    for number, seconds in enumerate(times):
        found = frame_near(wave, seconds=float(seconds), sample_rate=100, center=center, **options)
        assert found == number
    loudest = loudest_time(wave, sample_rate=100, center=center, **options)
    energies = (rows.astype(float) ** 2).sum(axis=1)
    assert energies[list(times).index(loudest)] == pytest.approx(energies.max(), rel=1e-12)
    assert frame_near(wave, seconds=1e9, sample_rate=100, **options) == (
        frame_count(samples=samples, **options) - 1
    )


def test_facts_of_a_cut():
    wave = noise(1000)
    assert frame_facts(wave, length=400, hop=160) == (4, 240, 120)
    assert frame_facts(wave, length=100, hop=150) == (7, -50, 0)
    assert frame_facts(wave, length=2000, hop=10) == (1, 1990, 0)
