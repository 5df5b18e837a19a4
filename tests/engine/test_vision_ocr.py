"""Reading text: printed pages read right, rectangles and order by hand, CTC against its definition."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from engine import samples
from engine.image.plain import read_plain
from engine.models.catalogue import PP_OCR
from engine.models.public import path_of
from engine.vision import ocr

NOTICE = (
    "Coffee and fresh bread",
    "咖啡和新鲜面包",
    "今日特价：拿铁18元",
    "Open 8:00 to 20:00",
    "欢迎光临",
)
PAGE = (
    "Region-based segmentation",
    "Let us first determine markers of the coins and the",
    "background. These markers are pixels that we can label",
    "unambiguously as either object or background. Here,",
    "the markers are found at the two extreme parts of the",
    "histogram of grey values:",
    ">>> markers = np.zeros_like(coins)",
)
CHINESE_FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
SYMBOLS = arrays(np.int64, st.integers(0, 30), elements=st.integers(0, 3))


@pytest.fixture(scope="module")
def notice() -> np.ndarray:
    return read_plain(samples.load("notice").data)


@pytest.fixture(scope="module")
def notice_boxes(notice: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return ocr.text_boxes(ocr.text_map(path_of(PP_OCR), notice), notice)


def read(pixels: np.ndarray, **options: float) -> tuple[str, ...]:
    """The texts of a picture."""
    folder = path_of(PP_OCR)
    boxes = ocr.text_boxes(ocr.text_map(folder, pixels), pixels, **options)
    return tuple(text for text, _sure in ocr.read_lines(folder, pixels, boxes))


def error_rate(found: tuple[str, ...], known: tuple[str, ...]) -> float:
    """Characters to insert, delete or replace, divided by how many there should be."""
    right = "\n".join(known)
    return ocr.edit_distance("\n".join(found), right) / len(right)


def drawn(lines: tuple[str, ...], font: object, angle: float = 0) -> np.ndarray:
    """Black lines on white."""
    picture = Image.new("RGB", (640, 90 * len(lines) + 20), "white")
    draw = ImageDraw.Draw(picture)
    for number, text in enumerate(lines):
        draw.text((30, 20 + 90 * number), text, "black", font)
    return np.array(picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor="white"))


def test_the_notice_is_read_without_a_mistake(notice: np.ndarray) -> None:
    assert read(notice) == NOTICE


def test_a_printed_page_is_read() -> None:
    page = np.stack([data.page()] * 3, axis=-1)
    found = read(page)
    assert len(found) == len(PAGE)
    assert error_rate(found, PAGE) < 0.04


@pytest.mark.parametrize("angle", [0, -20])
def test_english_drawn_here(angle: float) -> None:
    known = ("The quick brown fox jumps", "Numbers: 0123456789", "Balloon, coffee, 1001")
    assert read(drawn(known, ImageFont.load_default(40), angle)) == known


@pytest.mark.skipif(not CHINESE_FONT.exists(), reason="no font with Chinese characters here")
def test_chinese_drawn_here() -> None:
    known = ("人工智能如何看世界", "你好，世界！", "图片变成数字")
    found = read(drawn(known, ImageFont.truetype(str(CHINESE_FONT), 40)))
    assert error_rate(tuple(t.replace(",", "，").replace("!", "！") for t in found), known) < 0.06


def test_it_reads_what_the_reference_reads(notice: np.ndarray) -> None:
    from rapidocr import RapidOCR

    result = RapidOCR()(np.ascontiguousarray(notice[..., ::-1]))
    boxes, _scores = ocr.text_boxes(ocr.text_map(path_of(PP_OCR), notice), notice)
    assert tuple(result.txts) == NOTICE
    np.testing.assert_allclose(boxes.mean(axis=1), np.array(result.boxes).mean(axis=1), atol=3)
    np.testing.assert_allclose(boxes, np.array(result.boxes), atol=9)


def test_the_mistakes_are_mistakes(notice: np.ndarray, notice_boxes: tuple) -> None:
    folder = path_of(PP_OCR)
    lines = ocr.read_lines(folder, notice, notice_boxes, blanks=False)
    assert lines[0][0] == "Cofe and fresh bread"
    assert lines[3][0] == "Open 8:0 to 20:0"
    assert error_rate(read(notice, ratio=0.0), NOTICE) > 0.03
    slanted = ocr.read_lines(folder, notice, notice_boxes, turned=False)
    assert error_rate(tuple(text for text, _sure in slanted), NOTICE) > 0.01


def test_steps_of_a_line(notice: np.ndarray, notice_boxes: tuple) -> None:
    folder = path_of(PP_OCR)
    line = ocr.level_line(notice, notice_boxes, number=0)
    assert line.shape[0] == ocr.HEIGHT
    best, probability = ocr.read_line(folder, line)
    assert abs(len(best) - line.shape[1] / 8) < 1
    assert (np.diff(probability, axis=1) <= 0).all()
    assert probability.max() <= 1 + 1e-6
    kept = ocr.collapse(best[:, 0])
    names = ocr.symbols(folder)
    assert "".join(names[best[step, 0]] for step in kept) == NOTICE[0]
    text, sure = ocr.text_of(folder, (best, probability))
    assert text == NOTICE[0]
    assert sure == pytest.approx(probability[list(kept), 0].mean())


@given(SYMBOLS)
def test_collapse_is_ctc(best: np.ndarray) -> None:
    kept = ocr.collapse(best)
    expected = [symbol for symbol, _group in itertools.groupby(best.tolist()) if symbol]
    assert best[list(kept)].tolist() == expected
    lost = ocr.collapse(best, blanks=False)
    joined = [symbol for symbol, _group in itertools.groupby([s for s in best.tolist() if s])]
    assert best[list(lost)].tolist() == joined
    assert list(kept) == sorted(set(kept))


@given(st.text("ab咖", max_size=6), st.text("ab咖", max_size=6), st.text("ab咖", max_size=6))
def test_edit_distance_is_a_distance(one: str, other: str, third: str) -> None:
    assert (ocr.edit_distance(one, other) == 0) == (one == other)
    assert ocr.edit_distance(one, other) == ocr.edit_distance(other, one)
    assert ocr.edit_distance(one, "") == len(one)
    way = ocr.edit_distance(one, third) + ocr.edit_distance(third, other)
    assert ocr.edit_distance(one, other) <= way


def test_edit_distance_by_hand() -> None:
    assert ocr.edit_distance("kitten", "sitting") == 3
    one, other = (("kit", 0.9), ("ten", 0.8)), (("sitting", 0.7),)
    assert ocr.read_differently(one, other) == (3, 6)
    assert ocr.read_differently((), other) == (7, 0)


@given(
    st.floats(-80, 80),
    st.floats(30, 200),
    st.floats(4, 25),
    st.integers(20, 300),
    st.integers(0, 9),
)
def test_the_smallest_rectangle_is_that_of_opencv(
    angle: float, long: float, short: float, shift: int, seed: int
) -> None:
    import cv2

    rng = np.random.default_rng(seed)
    turn = np.deg2rad(angle)
    frame = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    points = (rng.random((40, 2)) * (long, short)) @ frame + shift
    corners = ocr.smallest_rectangle(points)
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    (_centre, size, _angle) = cv2.minAreaRect(points.astype(np.float32))
    assert sides[0] * sides[1] == pytest.approx(size[0] * size[1], rel=1e-3)
    assert sides[0] >= sides[1] - 1e-6
    reach = (points - corners[0]) @ (corners[1] - corners[0]) / sides[0]
    assert reach.min() > -1e-6
    assert reach.max() < sides[0] + 1e-6


@given(st.floats(-44, 44), st.floats(30, 200), st.floats(4, 25), st.integers(0, 3), st.booleans())
def test_a_box_begins_where_its_writing_begins(
    angle: float, long: float, short: float, roll: int, mirrored: bool
) -> None:
    turn = np.deg2rad(angle)
    right, down = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    box = np.array([(0, 0), right * long, right * long + down * short, down * short]) + 500
    given_ = np.roll(box[::-1] if mirrored else box, roll, axis=0)
    np.testing.assert_allclose(ocr.from_top_left(given_), box, atol=1e-9)


def test_growing_is_that_of_clipper() -> None:
    """Against the reference: Clipper moves the outline out, OpenCV puts a rectangle around it."""
    import cv2
    import pyclipper

    box = np.array([[100.0, 100], [300, 100], [300, 130], [100, 130]])
    area, length = 200 * 30, 2 * (200 + 30)
    offset = pyclipper.PyclipperOffset()
    offset.AddPath(box.astype(int).tolist(), pyclipper.JT_ROUND, pyclipper.ET_CLOSEDPOLYGON)
    outline = np.array(offset.Execute(area * 1.6 / length)[0], np.float32)
    _centre, size, _angle = cv2.minAreaRect(outline)
    grown = ocr.grown(box, ratio=1.6)
    sides = (grown[1] - grown[0])[0], (grown[3] - grown[0])[1]
    np.testing.assert_allclose(sorted(sides), sorted(size), atol=1.1)
    np.testing.assert_allclose(ocr.grown(box, ratio=0.0), box)


def test_reading_order() -> None:
    def box(x: float, y: float) -> list[tuple[float, float]]:
        return [(x, y), (x + 80, y), (x + 80, y + 20), (x, y + 20)]

    boxes = np.array([box(200, 52), box(10, 95), box(10, 50), box(150, 4), box(20, 0)])
    assert ocr.reading_order(boxes) == [4, 3, 2, 0, 1]


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (40, 60), (3000, 4000)])
def test_any_size_can_be_searched(shape: tuple[int, int]) -> None:
    tall, wide = ocr.finder_size(*shape)
    assert tall % ocr.UNIT == 0
    assert wide % ocr.UNIT == 0
    assert min(tall, wide) >= ocr.UNIT
    assert max(tall, wide) <= ocr.LONG
    pixels = np.full((*shape, 3), 255, np.uint8)
    if shape != (3000, 4000):
        assert read(pixels) == ()


def test_upright_writing_is_laid_on_its_side() -> None:
    pixels = np.zeros((200, 100, 3), np.uint8)
    corners = np.array([[[40, 10], [60, 10], [60, 190], [40, 190]]], np.float32)
    line = ocr.level_line(pixels, (corners, np.ones(1, np.float32)), number=0)
    assert line.shape == (ocr.HEIGHT, 180 * ocr.HEIGHT // 20, 3)


@given(st.integers(2, 60), st.integers(2, 40))
def test_an_upright_box_is_cut_out_exactly(width: int, height: int) -> None:
    rng = np.random.default_rng(width * 100 + height)
    pixels = rng.integers(0, 256, (60, 80, 3), np.uint8)
    corners = np.array(
        [[[7, 9], [7 + width, 9], [7 + width, 9 + height], [7, 9 + height]]], np.float32
    )
    line = ocr.level_line(pixels, (corners, np.ones(1, np.float32)), number=0)
    part = pixels[9 : 9 + height, 7 : 7 + width]
    if height >= 1.5 * width:
        part = np.rot90(part)
    expected = Image.fromarray(np.ascontiguousarray(part)).resize(
        line.shape[1::-1], Image.Resampling.BILINEAR
    )
    np.testing.assert_array_equal(line, np.asarray(expected))
