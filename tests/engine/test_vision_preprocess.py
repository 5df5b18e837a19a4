"""From pixels to the tensor, against torchvision's own transforms."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from skimage import data
from torchvision.models import MobileNet_V2_Weights, ResNet18_Weights

from engine.vision.preprocess import (
    MEAN,
    STD,
    centre_crop,
    crop_box,
    limits,
    rows_first,
    share_seen,
    squashed,
    step_by_step,
    swapped,
    tensor,
    upside_down,
)

RANDOM = np.random.default_rng(0)
PICTURES = {
    "chelsea": data.chelsea(),
    "coffee": data.coffee(),
    "astronaut": data.astronaut(),
    "upright": np.ascontiguousarray(data.coffee().transpose(1, 0, 2)),
    "odd": RANDOM.integers(0, 256, (301, 233, 3), dtype=np.uint8),
    "small": RANDOM.integers(0, 256, (37, 90, 3), dtype=np.uint8),
    "narrow": RANDOM.integers(0, 256, (80, 10, 3), dtype=np.uint8),
    "one pixel": np.full((1, 1, 3), 77, np.uint8),
}


@pytest.mark.parametrize("name", list(PICTURES))
@pytest.mark.parametrize("weights", [ResNet18_Weights, MobileNet_V2_Weights])
def test_the_tensor_is_that_of_torchvision(name: str, weights: type) -> None:
    rgb = PICTURES[name]
    expected = weights.IMAGENET1K_V1.transforms()(Image.fromarray(rgb)).numpy()
    found = tensor(centre_crop(rgb))
    assert found.dtype == np.float32
    assert np.abs(found - expected).max() <= 1e-6


def test_of_a_long_strip_the_middle_is_seen() -> None:
    strip = RANDOM.integers(0, 256, (500, 12, 3), dtype=np.uint8)
    expected = ResNet18_Weights.IMAGENET1K_V1.transforms()(Image.fromarray(strip)).numpy()
    gray_level = 1 / 255 / min(STD)
    assert np.abs(tensor(centre_crop(strip)) - expected).max() < 1.01 * gray_level
    longer = RANDOM.integers(0, 256, (2, 60_000, 3), dtype=np.uint8)  # resized whole: 6 GB
    assert centre_crop(longer).shape == (224, 224, 3)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 9000, 3), (700, 2, 3)])
def test_odd_pictures_are_cut_too(shape: tuple[int, ...]) -> None:
    assert centre_crop(np.zeros(shape, np.uint8)).shape == (224, 224, 3)


def test_squashed_is_pillows_resize() -> None:
    rgb = PICTURES["coffee"]
    expected = Image.fromarray(rgb).resize((224, 224), Image.Resampling.BILINEAR)
    assert np.array_equal(squashed(rgb), np.asarray(expected))


def test_the_box_is_in_the_middle_and_in_the_pictures_proportion() -> None:
    left, top, right, bottom = crop_box(PICTURES["coffee"])  # 400 x 600
    assert right - left == pytest.approx(224 / 256 * 400, rel=1e-3)
    assert bottom - top == pytest.approx(224 / 256 * 400)
    assert left + right == pytest.approx(600, abs=2)
    assert top + bottom == pytest.approx(400)
    assert share_seen(PICTURES["coffee"]) == pytest.approx(350 * 350 / (400 * 600), rel=1e-2)


def test_each_trap_is_what_its_name_says() -> None:
    rgb = PICTURES["odd"]
    assert np.array_equal(swapped(rgb)[..., 0], rgb[..., 2])
    assert np.array_equal(upside_down(rgb)[0], rgb[-1])
    right = tensor(rgb)
    plain = tensor(rgb, normalised=False)
    assert plain.max() == 1
    assert plain.min() == 0
    mean, std = (np.float32(n)[:, None, None] for n in (MEAN, STD))
    assert np.allclose((plain - mean) / std, right, atol=1e-6)
    assert np.allclose(tensor(rgb, scaled=False), (255 * plain - mean) / std, rtol=1e-6)
    half = (0.5, 0.5, 0.5)
    assert np.allclose(tensor(rgb, mean=half, std=half), 2 * plain - 1, atol=1e-6)
    assert np.array_equal(rows_first(right).transpose(2, 0, 1), right)
    assert limits(plain) == (0, pytest.approx(rgb.mean() / 255), 1)


def test_the_steps_of_a_pixel_end_where_the_tensor_is() -> None:
    crop = centre_crop(PICTURES["chelsea"])
    steps = step_by_step(crop, row=100, column=30)
    assert [name for name, *_rest in steps] == ["R", "G", "B"]
    assert [byte for _name, byte, *_rest in steps] == crop[100, 30].tolist()
    assert np.allclose([last for *_rest, last in steps], tensor(crop)[:, 100, 30], atol=1e-6)
