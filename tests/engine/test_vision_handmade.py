"""Features that people thought out: scikit-image's, on the picture as the network sees it."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data
from skimage.color import rgb2gray
from skimage.feature import SIFT
from skimage.filters import sobel

from engine.vision.handmade import circled, hog_picture, sift_keypoints, sobel_edges
from engine.vision.preprocess import centre_crop

CUP = centre_crop(data.coffee())
FLAT = np.full((224, 224, 3), 90, np.uint8)


def test_edges_are_those_of_scikit_image() -> None:
    assert np.allclose(sobel_edges(CUP), sobel(rgb2gray(CUP)), atol=1e-6)
    assert sobel_edges(FLAT).max() == pytest.approx(0, abs=1e-6)


def test_an_upright_edge_gives_upright_lines() -> None:
    picture = FLAT.copy()
    picture[:, 104:] = 200  # in the middle of a cell of 16
    lines = hog_picture(picture)
    assert lines.shape == (224, 224)
    columns = lines.sum(axis=0)
    assert columns[96:112].sum() == pytest.approx(columns.sum())
    assert columns.argmax() in (103, 104)
    assert hog_picture(FLAT).max() == 0


def test_keypoints_are_those_of_scikit_image_the_largest_first() -> None:
    detector = SIFT()
    detector.detect(rgb2gray(CUP))
    found = sift_keypoints(CUP, count=1000)
    assert len(found) == len(detector.keypoints)
    radii = [radius for _x, _y, radius in found]
    assert radii == sorted((3 * detector.sigmas).tolist(), reverse=True)
    assert {(y, x) for x, y, _radius in found} == set(map(tuple, detector.keypoints.tolist()))
    assert len(sift_keypoints(CUP)) == 60


def test_a_picture_without_any_stays_without_circles() -> None:
    assert sift_keypoints(FLAT) == ()
    assert np.unique(circled(FLAT, ())).tolist() == [45]


def test_a_circle_lies_around_its_point() -> None:
    picture = circled(
        FLAT, ((100.0, 50.0, 20.0), (2.0, 2.0, 30.0))
    )  # the second leaves the picture
    yellow = (picture == (255, 220, 0)).all(axis=2)
    assert yellow[50, 120]
    assert yellow[50, 80]
    assert yellow[30, 100]
    assert not yellow[50, 100]
