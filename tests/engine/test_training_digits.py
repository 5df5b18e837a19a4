"""The 5,000 digits: what is in the file, and how parts of it are read."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from engine.models.for_training import MNIST_5K
from engine.models.public import expression_of, path_of
from engine.training.digits import LEARN, TEST, digit_counts, digit_labels, digits

PATH = path_of(MNIST_5K)


def test_each_digit_is_there_as_often() -> None:
    assert digit_counts(PATH).tolist() == [500] * 10
    assert digit_counts(PATH, start=0, count=LEARN).tolist() == [400] * 10
    assert digit_counts(PATH, start=LEARN, count=TEST).tolist() == [100] * 10


def test_pictures_are_digits_as_mnist_has_them() -> None:
    pictures = digits(PATH)
    assert pictures.shape == (LEARN + TEST, 28, 28)
    assert pictures.dtype == np.uint8
    ink = pictures > 0
    heights = ink.any(axis=2).sum(axis=1)
    widths = ink.any(axis=1).sum(axis=1)
    assert (np.maximum(heights, widths) <= 20).all()  # in a box of 20 x 20
    mass = pictures.sum(axis=(1, 2), dtype=np.float64)
    places = np.arange(28)
    down = (pictures.sum(axis=2) * places).sum(axis=1) / mass
    across = (pictures.sum(axis=1) * places).sum(axis=1) / mass
    assert np.abs(down - 14).max() <= 0.5 + 1e-9  # its centre of mass in the middle, to a pixel
    assert np.abs(across - 14).max() <= 0.5 + 1e-9


def test_no_picture_to_test_with_is_among_those_to_learn_from() -> None:
    pictures = [picture.tobytes() for picture in digits(PATH)]
    assert not set(pictures[:LEARN]) & set(pictures[LEARN:])


def test_parts_are_parts_of_the_whole() -> None:
    assert np.array_equal(digits(PATH, start=17, count=5), digits(PATH)[17:22])
    labels = digit_labels(PATH, start=17, count=5)
    assert labels.dtype == np.int64
    assert np.array_equal(labels, digit_labels(PATH)[17:22])


@pytest.mark.parametrize(("start", "count"), [(-1, 5), (0, 5001), (5000, 1), (3, 0)])
def test_pictures_that_are_not_there_are_refused(start: int, count: int) -> None:
    with pytest.raises(ValueError, match="the set has 5000"):
        digits(PATH, start=start, count=count)


def test_a_script_finds_the_file_beside_it() -> None:
    assert expression_of(MNIST_5K) == "'mnist-5k.npz'"


def test_any_other_package_is_refused(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("mnist", "assets/mnist.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    other = tmp_path / module.PACKAGE
    other.write_bytes(b"not the package")
    with pytest.raises(SystemExit, match="another file"):
        module.read_package(tmp_path)
