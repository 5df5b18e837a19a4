"""Windows, reflow and the small statistics of the matrix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.image import matrix
from engine.image.plain import read_plain
from engine.image.read import read_rgb
from engine.samples import SAMPLES, load


@given(st.integers(1, 12), st.integers(1, 12), st.integers(-5, 5))
def test_reflow_keeps_the_numbers_in_their_order(height: int, width: int, error: int) -> None:
    pixels = np.arange(height * width * 3, dtype=np.uint16).reshape(height, width, 3)
    if width + error < 1:
        with pytest.raises(ValueError, match="at least one pixel"):
            matrix.reflow(pixels, error=error)
        return
    leaning = matrix.reflow(pixels, error=error)
    assert leaning.shape[1] == width + error
    assert np.array_equal(leaning.ravel(), pixels.ravel()[: leaning.size])
    assert pixels.size - leaning.size < 3 * (width + error)


def test_window_is_cut_at_the_border() -> None:
    pixels = np.arange(30).reshape(5, 6)
    assert np.array_equal(matrix.window(pixels, row=3, column=4, size=8), pixels[3:, 4:])


def test_share_at_limits() -> None:
    assert matrix.share_at_limits(np.array([0, 255, 7, 8], np.uint8)) == 0.5


def test_means_and_differences_against_numpy() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    assert np.allclose(matrix.channel_means(pixels), pixels.mean(axis=(0, 1)))
    expected = np.abs(np.diff(pixels.astype(float), axis=1)).mean()
    assert matrix.neighbour_difference(pixels) == pytest.approx(expected)
    assert matrix.neighbour_difference(pixels[:, :1]) == 0
    assert np.allclose(matrix.mean_over_channels(pixels), pixels.mean(axis=2), atol=1e-4)


def test_used_indices() -> None:
    assert matrix.used_indices(np.array([[3, 1], [3, 0]], np.uint8)) == (0, 1, 3)


def test_strongest_step_finds_the_edge_and_not_the_speck() -> None:
    plane = np.full((10, 60), 20, np.uint8)
    plane[6, 40:] = 200
    plane[2, 10] = 255
    assert matrix.strongest_step(plane) == (6, 40)
    assert matrix.strongest_step(plane[:, :1]) == (0, 0)
    assert matrix.strongest_step(np.array([[0, 9]])) == (0, 1)


@pytest.mark.parametrize("name", [s.name for s in SAMPLES if s.kind == "image"])
def test_the_short_reader_agrees_with_the_full_one(name: str) -> None:
    source = load(name)
    if source.is_plain:  # type: ignore[attr-defined]
        assert np.array_equal(read_plain(source.data), read_rgb(source.data))


def test_some_samples_take_the_short_way_and_some_the_long_one() -> None:
    plain = {load(s.name).is_plain for s in SAMPLES if s.kind == "image"}  # type: ignore[attr-defined]
    assert plain == {True, False}
