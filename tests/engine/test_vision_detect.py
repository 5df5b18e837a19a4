"""YOLOX: its boxes on known pictures, its geometry, and suppression against torchvision."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage import data

from engine.models.catalogue import YOLOX_NANO
from engine.models.labels import COCO
from engine.models.public import path_of
from engine.vision import detect

# Whole numbers in a small square and few scores: many boxes are equal, touch, or have no area.
BOXES = st.integers(0, 24).flatmap(
    lambda n: st.tuples(
        arrays(np.int32, (n, 4), elements=st.integers(0, 12)),
        arrays(np.int32, n, elements=st.integers(1, 4)),
        arrays(np.int32, n, elements=st.integers(0, 2)),
    )
)


def found(pixels: np.ndarray, *, fit: str = "letterbox", **how: object) -> np.ndarray:
    """The boxes that stay, with the reference's thresholds."""
    batch = detect.network_input(detect.letterbox(pixels, fit=fit), **how)
    raw = detect.raw_output(path_of(YOLOX_NANO), batch)
    boxes = detect.to_picture(detect.decode(raw), pixels, fit=fit)
    candidates = detect.strongest(boxes, least=0.3)
    return detect.remaining(candidates, detect.suppress(candidates))


def in_words(boxes: np.ndarray) -> list[tuple[str, float]]:
    return [(COCO[int(box[5])], round(float(box[4]), 2)) for box in boxes]


def rows(made: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
    """Boxes with two sorted corners, the strongest first."""
    places, scores, classes = made
    low, high = np.minimum(places[:, :2], places[:, 2:]), np.maximum(places[:, :2], places[:, 2:])
    boxes = np.column_stack([low, high, scores / 4, classes]).astype(np.float32)
    return detect.strongest(boxes)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("astronaut", [("person", 0.93)]),
        ("coffee", [("cup", 0.90), ("dining table", 0.73)]),
        ("chelsea", [("cat", 0.62)]),
    ],
)
def test_what_is_found_in_known_pictures(name: str, expected: list[tuple[str, float]]) -> None:
    boxes = found(getattr(data, name)())
    assert [word for word, _score in in_words(boxes)] == [word for word, _score in expected]
    np.testing.assert_allclose(boxes[:, 4], [score for _word, score in expected], atol=0.02)


def test_the_cup_is_where_the_cup_is() -> None:
    cup = found(data.coffee())[0]
    np.testing.assert_allclose(cup[:4], [162, 15, 422, 293], atol=6)


def test_the_mistakes_are_mistakes() -> None:
    cat = data.chelsea()
    assert in_words(found(cat, order="rgb")) != in_words(found(cat))
    assert len(found(cat, top=1.0)) == 0
    assert in_words(found(cat, fit="squash"))[0][0] == "dog"


def test_decoding_agrees_with_the_reference() -> None:
    """demo_postprocess of YOLOX, written as it stands there."""
    raw = np.random.default_rng(0).normal(0, 1, (3549, 85)).astype(np.float32)
    raw[:, 4:] = 1 / (1 + np.exp(-raw[:, 4:]))
    grids, strides = [], []
    for stride in (8, 16, 32):
        size = 416 // stride
        xv, yv = np.meshgrid(np.arange(size), np.arange(size))
        grids.append(np.stack((xv, yv), 2).reshape(1, -1, 2))
        strides.append(np.full((1, size * size, 1), stride))
    grid, step = np.concatenate(grids, 1), np.concatenate(strides, 1)
    outputs = raw[None].copy()
    outputs[..., :2] = (outputs[..., :2] + grid) * step
    outputs[..., 2:4] = np.exp(outputs[..., 2:4]) * step
    centre, size = outputs[0, :, :2], outputs[0, :, 2:4]
    scores = outputs[0, :, 4:5] * outputs[0, :, 5:]
    boxes = detect.decode(raw)
    expected = np.concatenate([centre - size / 2, centre + size / 2], axis=1)
    np.testing.assert_allclose(boxes[:, :4], expected, rtol=1e-5, atol=1e-3)
    np.testing.assert_array_equal(boxes[:, 4], scores.max(1))
    np.testing.assert_array_equal(boxes[:, 5], scores.argmax(1))


@given(BOXES, st.sampled_from([0.0, 0.25, 1 / 3, 0.45, 0.5, 1.0]))
def test_suppression_is_that_of_torchvision(made: tuple, most: float) -> None:
    import torch
    from torchvision.ops import batched_nms, nms

    boxes = rows(made)
    tensors = [torch.from_numpy(boxes[:, part].copy()) for part in (slice(0, 4), 4, 5)]
    by, overlap = detect.suppress(boxes, most=most, classwise=False)
    here = np.arange(len(boxes))
    # Float32 on both sides: a third is the same number for both.
    limit = float(np.float32(most))
    assert np.flatnonzero(by == here).tolist() == nms(*tensors[:2], limit).tolist()
    by, overlap = detect.suppress(boxes, most=most)
    assert np.flatnonzero(by == here).tolist() == sorted(batched_nms(*tensors, limit).tolist())
    assert (by <= here).all()
    assert (by[by] == by).all(), "what drops a box stays itself"
    assert (overlap[by != here] > np.float32(most)).all()


@given(BOXES)
def test_overlap_is_that_of_torchvision(made: tuple) -> None:
    import torch
    from torchvision.ops import box_iou

    boxes = rows(made)
    if len(boxes):
        expected = box_iou(*[torch.from_numpy(boxes[:, :4].copy())] * 2).numpy()
        found_here = np.stack([detect.iou(box, boxes) for box in boxes])
        np.testing.assert_allclose(found_here, expected, atol=1e-6)


@given(st.integers(1, 900), st.integers(1, 900), st.sampled_from(["letterbox", "squash"]))
def test_boxes_come_back_to_where_they_were(height: int, width: int, fit: str) -> None:
    pixels = np.zeros((height, width, 3), np.uint8)
    across, down = detect.scales(pixels, fit=fit)
    whole = np.array([[0, 0, width * across, height * down, 0.5, 3]], np.float32)
    assert whole[0, :4].max() <= detect.SIDE + 1e-3
    back = detect.to_picture(whole, pixels, fit=fit)
    np.testing.assert_allclose(back[0], [0, 0, width, height, 0.5, 3], rtol=1e-4)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (3000, 4000), (416, 416)])
def test_every_picture_fits(shape: tuple[int, int]) -> None:
    pixels = np.full((*shape, 3), 200, np.uint8)
    square = detect.letterbox(pixels)
    assert square.shape == (416, 416, 3)
    assert (square[0, 0] == 200).all()
    border = 416 * 416 - max(1, int(shape[0] * 416 / max(shape))) * max(
        1, int(shape[1] * 416 / max(shape))
    )
    assert (square == detect.GRAY).all(axis=2).sum() == border


def test_the_letterbox_is_the_reference_s() -> None:
    """Against OpenCV's resizing as YOLOX does it; only enlarging is the same in both libraries."""
    import cv2

    pixels = data.chelsea()[:150, :200]
    ratio = 416 / 200
    resized = cv2.resize(pixels, (416, int(150 * ratio)), interpolation=cv2.INTER_LINEAR)
    expected = np.full((416, 416, 3), 114, np.uint8)
    expected[: resized.shape[0]] = resized
    assert np.abs(detect.letterbox(pixels).astype(int) - expected).max() <= 2


@pytest.mark.parametrize("stride", detect.STRIDES)
def test_a_cell_is_found_by_its_pixel(stride: int) -> None:
    for x, y in [(0, 0), (415, 415), (200, 33)]:
        number = detect.cell_at(x=x, y=y, stride=stride)
        assert detect.cell_place(number=number) == (x // stride, y // stride, stride)
    boxes = np.zeros((3549, 6), np.float32)
    boxes[detect.cell_at(x=99, y=201, stride=stride), 4] = 1
    place = detect.cell_place(number=detect.best_cell(boxes, stride=stride))
    assert place == (99 // stride, 201 // stride, stride)


def test_areas_by_hand() -> None:
    boxes = np.array([[0, 0, 4, 4, 1, 0], [2, 2, 6, 6, 0.5, 0], [7, 7, 8, 8, 0.2, 0]], np.float32)
    assert detect.two_areas(boxes, first=0, second=1) == (4.0, 28.0, 4 / 28)
    assert detect.two_areas(boxes, first=0, second=2) == (0.0, 17.0, 0.0)
    np.testing.assert_allclose(detect.iou(boxes[0], boxes), [1, 4 / 28, 0], rtol=1e-6)
    ordered = detect.by_overlap(boxes, count=3)
    assert ordered[:, 0].tolist() == [0, 2, 7]
    assert detect.class_counts(boxes) == ((0, 3),)


@pytest.mark.parametrize("fit", ["letterbox", "squash"])
def test_the_network_is_shown_the_square_unless_it_is_fed_wrongly(fit: str) -> None:
    square = detect.letterbox(data.coffee(), fit=fit)
    shown = detect.as_understood(detect.network_input(square))
    assert (shown == square).all()
    assert (
        detect.as_understood(detect.network_input(square, order="rgb")) == square[..., ::-1]
    ).all()
    assert detect.as_understood(detect.network_input(square, top=1.0)).max() == 1
