"""From strokes to the numbers of MNIST: against SciPy, and against MNIST itself."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage

from engine.models.for_training import MNIST_5K
from engine.models.public import path_of
from engine.training.digits import digits
from engine.vision.drawing import (
    BOX,
    CANVAS,
    NO_DIGITS,
    SIDE,
    as_digit,
    blank,
    centred,
    cornered,
    drawing_png,
    enlarged_digit,
    exchanged,
    fitted,
    ink,
    no_digit,
    noise,
    only_smaller,
    quarter_turned,
    read_drawing,
    share_of_paper,
    shrunk,
    thicker,
    upside,
)

SET = path_of(MNIST_5K)
PLACE = st.integers(0, CANVAS)
STROKES = st.lists(
    st.tuples(st.integers(3, 26), st.just(1), PLACE, PLACE, PLACE, PLACE), min_size=1, max_size=4
).map(tuple)


def plain(drawing: np.ndarray) -> np.ndarray:
    """LeCun's description done straightforwardly: pixels cut into equal parts, SciPy's centre."""
    dark = 255 - drawing
    (part,) = ndimage.find_objects((dark > 0).astype(int))
    cut = dark[part]
    sides = [max(1, round(BOX * side / max(cut.shape))) for side in cut.shape]
    parts = cut.repeat(sides[0], axis=0).repeat(sides[1], axis=1)
    small = parts.reshape(sides[0], cut.shape[0], sides[1], cut.shape[1]).mean(axis=(1, 3))
    page = np.zeros((SIDE, SIDE))
    page[: sides[0], : sides[1]] = small
    move = [SIDE / 2 - place for place in ndimage.center_of_mass(page)]
    whole = [min(max(round(m), 0), SIDE - side) for m, side in zip(move, sides, strict=True)]
    return np.roll(page, whole, axis=(0, 1))


@settings(max_examples=25, deadline=None)
@given(STROKES)
def test_a_drawing_becomes_what_the_description_says(strokes: tuple) -> None:
    drawing = read_drawing(drawing_png(strokes))
    found, expected = as_digit(drawing).astype(float), plain(drawing)
    if np.abs(found - expected).max() > 2:  # the centre lay half way between two pixels
        moves = [np.roll(expected, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
        assert min(np.abs(found - one).max() for one in moves) <= 2
    heights, widths = (np.flatnonzero(found.any(axis=n)) for n in (1, 0))
    assert np.ptp(heights) < BOX
    assert np.ptp(widths) < BOX


def test_digits_of_mnist_come_back_unchanged() -> None:
    for number in range(0, 5000, 250):
        drawing = enlarged_digit(SET, number=number)
        assert drawing.shape == (CANVAS, CANVAS)
        assert np.array_equal(as_digit(drawing), digits(SET, start=number, count=1)[0])
        assert np.array_equal(only_smaller(drawing), digits(SET, start=number, count=1)[0])


@settings(max_examples=20, deadline=None)
@given(STROKES, st.integers(-40, 40), st.integers(-40, 40))
def test_it_does_not_matter_where_one_draws(strokes: tuple, right: int, down: int) -> None:
    inside = [(r, 1, *[min(max(p, 70), 210) for p in points]) for r, _value, *points in strokes]
    moved = [
        (r, 1, x0 + right, y0 + down, x1 + right, y1 + down) for r, _v, x0, y0, x1, y1 in inside
    ]
    one, two = (read_drawing(drawing_png(tuple(s))) for s in (inside, moved))
    assert np.array_equal(as_digit(one), as_digit(two))
    if right or down:
        assert not np.array_equal(one, two)


def test_a_stroke_is_a_line_with_round_ends() -> None:
    drawing = read_drawing(drawing_png(((10, 1, 100, 140, 180, 140),)))
    assert drawing[140, 140] == 0
    assert drawing[60, 140] == 255
    area = ink(drawing).sum() / 255
    assert area == pytest.approx(80 * 20 + np.pi * 10**2, rel=0.03)
    assert ink(drawing)[:, 170:].sum() / 255 == pytest.approx(10 * 20 + np.pi * 50, rel=0.05)
    dot = read_drawing(drawing_png(((10, 1, 50, 60),)))
    assert ndimage.center_of_mass(ink(dot)) == pytest.approx((60, 50), abs=0.6)
    erased = read_drawing(drawing_png(((10, 1, 50, 60), (15, 0, 50, 60))))
    assert (erased == 255).all()


def test_a_drawing_is_a_gray_png_of_one_size() -> None:
    data = drawing_png(NO_DIGITS["letter"])
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "L", (CANVAS, CANVAS))
    assert drawing_png(NO_DIGITS["letter"]) == data
    buffer = io.BytesIO()
    Image.new("L", (10, 10)).save(buffer, "PNG")
    with pytest.raises(ValueError, match="280 x 280"):
        read_drawing(buffer.getvalue())


def test_blank_paper_has_no_ink() -> None:
    drawing = read_drawing(drawing_png(()))
    assert (drawing == 255).all()
    assert fitted(ink(drawing)).shape == (1, 1)
    assert np.array_equal(as_digit(drawing), blank())
    assert share_of_paper(blank()) == 1


def test_mistakes_are_what_they_are_called() -> None:
    drawing = enlarged_digit(SET, number=4006)
    digit = as_digit(drawing)
    corner = cornered(drawing)
    assert corner[0].any()
    assert corner[:, 0].any()
    assert not corner[BOX:].any()
    assert np.array_equal(centred(fitted(ink(drawing))), digit)
    small = shrunk(drawing)
    assert np.ptp(np.flatnonzero(small.any(axis=1))) == BOX // 2 - 1
    assert np.array_equal(exchanged(exchanged(digit)), digit)
    assert exchanged(digit).max() == 255
    assert np.array_equal(upside(quarter_turned(quarter_turned(digit))), digit)
    expected = ndimage.maximum_filter(digit, size=5, mode="constant")
    assert np.array_equal(thicker(digit), expected)
    assert np.array_equal(noise(), noise())
    assert noise().std() > 60
    for name in NO_DIGITS:
        assert as_digit(no_digit(name=name)).max() == 255


def test_the_middle_of_mass_comes_to_the_middle_of_the_paper() -> None:
    bar = np.full((20, 4), 255, np.uint8)
    rows, columns = ndimage.center_of_mass(centred(bar))
    assert abs(rows - SIDE / 2) <= 0.5
    assert abs(columns - SIDE / 2) <= 0.5
    heavy = np.zeros((20, 20), np.uint8)
    heavy[0], heavy[19, 0] = 255, 1  # nearly all of it in the first row: it stops at the edge
    page = centred(heavy)
    assert page.sum() == heavy.sum()
    assert page[8].sum() == heavy[0].sum()
