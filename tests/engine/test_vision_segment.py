"""DeepLab v3: what it finds in known pictures, its grid, enlarging, colours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage import data

from engine.models.catalogue import DEEPLAB
from engine.models.labels import VOC
from engine.models.public import path_of
from engine.vision import segment

MAPS = st.tuples(st.integers(1, 7), st.integers(1, 7)).flatmap(
    lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 20))
)


@pytest.fixture(scope="module")
def cat_scores() -> np.ndarray:
    return segment.class_scores(path_of(DEEPLAB), segment.squeezed(data.chelsea()))


def shares(pixels: np.ndarray, order: str = "rgb", **how: float) -> dict[str, float]:
    scores = segment.class_scores(path_of(DEEPLAB), segment.squeezed(pixels, order=order), **how)
    classes = segment.enlarge_and_decide(scores, pixels)
    assert classes.shape == pixels.shape[:2]
    return {VOC[number]: share for number, _pixels, share in segment.areas(classes)}


def test_most_of_chelsea_is_cat() -> None:
    found = shares(data.chelsea())
    assert found["cat"] == pytest.approx(0.76, abs=0.02)
    assert found["cat"] + found["background"] > 0.99


def test_a_person_and_her_background() -> None:
    assert shares(data.astronaut())["person"] == pytest.approx(0.465, abs=0.02)


def test_the_mistakes_change_the_answer() -> None:
    right = shares(data.astronaut())
    for mistake in ({"low": 0.0}, {"order": "bgr"}):
        wrong = shares(data.astronaut(), **mistake)
        assert sum(abs(right.get(name, 0) - wrong.get(name, 0)) for name in VOC) > 0.005, mistake


def test_the_network_is_shown_what_the_mistakes_make_of_a_picture() -> None:
    pixels = np.array([[[0, 51, 255]]], np.uint8)
    assert (segment.as_understood(pixels) == pixels).all()
    assert segment.as_understood(pixels, order="bgr").tolist() == [[[255, 51, 0]]]
    # From 0 to 1 is the brighter half of what lies between -1 and 1.
    assert segment.as_understood(pixels, low=0.0).tolist() == [[[128, 153, 255]]]


def test_the_cat_is_where_the_cat_is(cat_scores: np.ndarray) -> None:
    classes = segment.enlarge_and_decide(cat_scores, data.chelsea())
    assert (classes[80:200, 150:280] == VOC.index("cat")).all(), "its face"
    assert (classes[:40, 420:] == 0).all(), "the upper right corner"


def test_the_network_decides_on_a_grid_and_interpolates_the_rest(cat_scores: np.ndarray) -> None:
    import torch

    grid = segment.on_grid(cat_scores)
    assert grid.shape == (segment.GRID, segment.GRID, len(VOC))
    tensor = torch.from_numpy(grid.transpose(2, 0, 1)[None].copy())
    size = (segment.SIDE, segment.SIDE)
    large = torch.nn.functional.interpolate(tensor, size, mode="bilinear", align_corners=True)
    np.testing.assert_allclose(large[0].numpy().transpose(1, 2, 0), cat_scores, atol=1e-4)
    # On a grid twice as coarse this fails: 8 pixels are the step, and not 16.
    assert np.abs(cat_scores[::16, ::16].mean() - cat_scores.mean()) > 1e-4


def test_softmax_is_that_of_scipy(cat_scores: np.ndarray) -> None:
    from scipy.special import softmax

    found = segment.probabilities_of(cat_scores)
    np.testing.assert_allclose(found, softmax(cat_scores, axis=-1), atol=1e-6)
    assert (found.argmax(-1) == segment.decide(cat_scores)).all()
    values = segment.at_pixel(found, x=3, y=200)
    np.testing.assert_array_equal(values, found[200, 3])
    best = segment.likely(values, count=3)
    assert [p for _n, p in best] == sorted(map(float, values), reverse=True)[:3]


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (300, 7), (257, 257), (400, 600)])
def test_enlarging_is_that_of_torch(shape: tuple[int, int]) -> None:
    import torch

    scores = np.random.default_rng(1).normal(size=(33, 33, 21)).astype(np.float32)
    tensor = torch.from_numpy(scores.transpose(2, 0, 1)[None].copy())
    expected = torch.nn.functional.interpolate(tensor, shape, mode="bilinear", align_corners=False)[
        0
    ].numpy()
    found = segment.enlarge_and_decide(scores, np.zeros((*shape, 3), np.uint8))
    best = np.take_along_axis(expected, found[None].astype(int), 0)[0]
    np.testing.assert_allclose(best, expected.max(0), atol=1e-5)  # equal but for ties of rounding


@given(MAPS, st.integers(1, 30), st.integers(1, 30))
def test_blocks_invent_no_class(classes: np.ndarray, height: int, width: int) -> None:
    large = segment.blocks(classes, np.zeros((height, width, 3), np.uint8))
    assert large.shape == (height, width)
    assert set(np.unique(large)) <= set(np.unique(classes))
    same = segment.blocks(classes, np.zeros((*classes.shape, 3), np.uint8))
    np.testing.assert_array_equal(same, classes)


def test_averaged_class_numbers_are_another_class() -> None:
    classes = np.zeros((4, 4), np.uint8)
    classes[:, 2:] = VOC.index("cat")
    found = segment.averaged(classes, np.zeros((64, 64, 3), np.uint8))
    assert VOC.index("boat") in found


@given(MAPS)
def test_areas_add_up(classes: np.ndarray) -> None:
    found = segment.areas(classes)
    assert sum(pixels for _number, pixels, _share in found) == classes.size
    assert sum(share for *_rest, share in found) == pytest.approx(1)
    assert all((classes == number).sum() == pixels for number, pixels, _share in found)


def test_every_class_has_a_colour_of_its_own() -> None:
    colours = segment.palette()[: len(VOC)].astype(int)
    apart = np.abs(colours[:, None] - colours[None]).sum(-1) + 999 * np.eye(len(VOC), dtype=int)
    assert apart.min() > 25
    assert (colours[1:].max(axis=1) == 255).all(), "bright"


@given(MAPS, st.sampled_from([0.0, 0.5, 1.0]))
def test_the_overlay_colours_things_only(classes: np.ndarray, opacity: float) -> None:
    pixels = np.full((*classes.shape, 3), 100, np.uint8)
    mixed = segment.overlay(pixels, classes, opacity=opacity)
    lines = segment.edges(classes)
    assert (mixed[lines] == 255).all()
    assert (mixed[~lines & (classes == 0)] == 100).all()
    thing = ~lines & (classes > 0)
    expected = 100 * (1 - opacity) + segment.palette()[classes[thing]] * opacity
    np.testing.assert_allclose(mixed[thing], expected, atol=1)


def test_unsure_pixels_lie_at_the_border(cat_scores: np.ndarray) -> None:
    probabilities = segment.probabilities_of(cat_scores)
    mask = segment.unsure(probabilities, least=0.9)
    assert 0 < segment.share_of(mask) < 0.2
    assert segment.share_of(segment.unsure(probabilities, least=0.0)) == 0
    assert segment.share_equal(segment.decide(cat_scores), segment.decide(cat_scores)) == 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1)])
def test_extreme_pictures(shape: tuple[int, int]) -> None:
    assert sum(shares(np.full((*shape, 3), 90, np.uint8)).values()) == pytest.approx(1)
