"""What the quizzes ask: waves counted and ranked, and pictures with nothing but rounding."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import UserError
from engine.image import fourier


@pytest.mark.parametrize("shape", [(101, 77), (683, 1024), (333, 500), (64, 64)])
@pytest.mark.parametrize("level", [1, 77, 200, 255])
def test_a_picture_of_one_colour_has_no_contrast_to_lose(
    shape: tuple[int, int], level: int
) -> None:
    height, width = shape
    half = fourier.spectrum2d(np.full(shape, level, np.uint8))
    mask = fourier.transfer_function(height=height, width=width, cutoff=5)
    assert fourier.energy_kept(half, mask, width=width, without_mean=True) == 1
    assert np.all(fourier.energy_curve(half, width=width, without_mean=True)[:, 1] == 1)


def test_the_smallest_contrast_still_counts() -> None:
    pixels = np.full((1000, 1000), 200, np.uint8)
    pixels[500, 500] = 201
    half = fourier.spectrum2d(pixels)
    mask = fourier.transfer_function(height=1000, width=1000, cutoff=5)
    assert fourier.energy_kept(half, mask, width=1000, without_mean=True) < 0.1


def test_the_mean_need_not_be_the_strongest_wave() -> None:
    pixels = np.zeros((40, 40), np.uint8)
    pixels[:, ::5] = 255
    half = fourier.spectrum2d(pixels)
    mask = fourier.strongest_waves(half, count=1, width=40, without_mean=True)
    assert mask[0, 0] == 1
    assert fourier.energy_kept(half, mask, width=40, without_mean=True) == pytest.approx(0.5, 1e-5)


@pytest.mark.parametrize(("height", "width"), [(40, 40), (4, 200), (31, 17), (1, 50)])
def test_coarsest_waves_are_those_of_the_lowest_frequency(height: int, width: int) -> None:
    radius = fourier.frequency_radius(height=height, width=width, half=False)
    total = fourier.wave_count(height=height, width=width)
    for count in (0, 1, 5, total // 2):
        mask = fourier.coarsest_waves(height=height, width=width, count=count)
        full = fourier.full_spectrum(mask, width=width)
        kept, left = radius[full > 0], radius[full == 0]
        assert kept.max() <= left.min() + 1e-6
        share = fourier.share_of_waves(mask, width=width)
        assert share == pytest.approx(np.count_nonzero(full) / full.size)
        if count < total:  # every wave but the mean and the self-opposite ones is a pair
            assert count + 1 <= np.count_nonzero(full) <= 2 * count + 1


def test_too_much_paint_is_refused_quickly() -> None:
    stroke = (100_000, 0, *range(2000))
    with pytest.raises(UserError, match="too many strokes"):
        fourier.mask_from_strokes(height=1024, width=1024, strokes=(stroke,))
