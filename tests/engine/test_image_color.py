"""Colour spaces against scikit-image, Pillow and published values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from skimage import color as sk

from engine.image import color

# Every 7th level of each channel, and 255: 38 x 38 x 38 colours out of 16.7 million.
LEVELS = np.unique(np.append(np.arange(0, 256, 7), 255)).astype(np.uint8)
CUBE = np.stack(np.meshgrid(LEVELS, LEVELS, LEVELS, indexing="ij"), axis=-1).reshape(-1, 38, 3)
CUBE.flags.writeable = False
CUBE64 = CUBE / 255.0

TO = {
    "hsv": (color.rgb_to_hsv, sk.rgb2hsv, 1.0),
    "lab": (color.rgb_to_lab, sk.rgb2lab, 100.0),
    "studio": (lambda x: color.rgb_to_ycbcr(x, standard="studio"), sk.rgb2ycbcr, 255.0),
    "gray": (lambda x: color.rgb_to_gray(x, standard="bt709"), sk.rgb2gray, 1.0),
}
BACK = {
    "hsv": (color.hsv_to_rgb, sk.hsv2rgb),
    "lab": (color.lab_to_rgb, sk.lab2rgb),
    "studio": (lambda x: color.ycbcr_to_rgb(x, standard="studio"), sk.ycbcr2rgb),
}
PAIRS = {
    "hsv": (color.rgb_to_hsv, color.hsv_to_rgb),
    "lab": (color.rgb_to_lab, color.lab_to_rgb),
    "jpeg": (color.rgb_to_ycbcr, color.ycbcr_to_rgb),
    "studio": (TO["studio"][0], BACK["studio"][0]),
    "cmyk": (color.rgb_to_cmyk, color.cmyk_to_rgb),
}
rgb_pictures = arrays(
    np.uint8,
    st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(3)),
    elements=st.integers(0, 255),
)


@pytest.mark.parametrize("space", TO)
def test_float64_equals_skimage(space):
    ours, theirs, scale = TO[space]
    np.testing.assert_allclose(ours(CUBE64), theirs(CUBE64), rtol=0, atol=1e-9 * scale)


def hue_apart(ours, theirs, space):
    """Difference of two results; hues around the circle, where 0.999 and 0 are neighbours."""
    apart = np.abs(ours - theirs)
    if space == "hsv":
        apart[..., 0] = np.minimum(apart[..., 0], 1 - apart[..., 0])
    return apart.max()


@pytest.mark.parametrize("space", ["hsv", "lab", "studio"])
def test_uint8_in_float32_is_close_to_skimage(space):
    ours, theirs, scale = TO[space]
    result = ours(CUBE)
    assert result.dtype == np.float32
    assert hue_apart(result, theirs(CUBE), space) <= 1e-6 * scale


@pytest.mark.parametrize("space", ["hsv", "lab", "studio"])
def test_float32_input_gives_the_same_as_uint8(space):
    ours, theirs, scale = TO[space]
    result = ours(CUBE64.astype(np.float32))
    assert result.dtype == np.float32
    assert hue_apart(result, theirs(CUBE64), space) <= 1e-6 * scale


@pytest.mark.parametrize("space", BACK)
def test_the_way_back_equals_skimage(space):
    ours, theirs = BACK[space]
    there = TO[space][1](CUBE64)
    np.testing.assert_allclose(ours(there), theirs(there), rtol=0, atol=1e-9)


@pytest.mark.parametrize("space", PAIRS)
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_round_trip(space, dtype):
    there, back = PAIRS[space]
    rgb = CUBE if dtype == np.uint8 else CUBE64.astype(dtype)
    again = back(there(rgb))
    assert again.dtype == (np.float64 if dtype == np.float64 else np.float32)
    assert again.flags.c_contiguous
    # 1e-15 apart from the two pieces of scikit-image's Lab curve, which meet to four digits only;
    # in float32 a* and b* are stored to 4e-6, and near black sRGB is 13 times as steep as light.
    atol = 1e-6 if dtype == np.float64 else 1e-5
    np.testing.assert_allclose(again, CUBE64, rtol=0, atol=atol)


@pytest.mark.parametrize("space", PAIRS)
def test_8_bit_colours_survive_the_round_trip_exactly(space):
    there, back = PAIRS[space]
    np.testing.assert_array_equal(np.rint(back(there(CUBE)) * 255), CUBE)


def test_gray_equals_pillow_bit_for_bit():
    pillow = np.asarray(Image.fromarray(CUBE).convert("L"))
    np.testing.assert_array_equal(color.rgb_to_gray(CUBE), pillow)


def test_jpeg_ycbcr_is_within_a_level_of_pillow():
    pillow = np.asarray(Image.fromarray(CUBE).convert("YCbCr"))
    # Pillow cuts off instead of rounding (one level), in fixed point (a few thousandths more).
    assert np.abs(color.rgb_to_ycbcr(CUBE) - pillow).max() <= 1.01


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.74, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((255, 255, 0), (97.14, -21.55, 94.48)),
        ((255, 255, 255), (100.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
    ],
)
def test_published_lab_values(rgb, lab):
    result = color.rgb_to_lab(np.array([[rgb]], np.uint8))[0, 0]
    np.testing.assert_allclose(result, lab, atol=0.012)


@pytest.mark.parametrize(
    ("rgb", "degrees", "saturation", "value"),
    [((255, 0, 0), 0, 1, 1), ((0, 255, 0), 120, 1, 1), ((0, 0, 128), 240, 1, 128 / 255),
     ((191, 191, 191), 0, 0, 191 / 255), ((255, 128, 128), 0, 127 / 255, 1), ((0, 0, 0), 0, 0, 0)],
)  # fmt: skip
def test_published_hsv_values(rgb, degrees, saturation, value):
    hue, s, v = color.rgb_to_hsv(np.array([[rgb]], np.uint8))[0, 0]
    assert (hue * 360, s, v) == pytest.approx((degrees, saturation, value), abs=1e-4)


def test_jpeg_of_primaries():
    """ITU-T T.871: white (255, 128, 128), red (76.245, 84.97, 255.5)."""
    white, red = color.rgb_to_ycbcr(np.array([[(255, 255, 255), (255, 0, 0)]], np.uint8))[0]
    np.testing.assert_allclose(white, (255, 128, 128), atol=1e-4)
    np.testing.assert_allclose(red, (76.245, 84.97235, 255.5), atol=1e-4)


def test_black_is_black_ink_alone():
    np.testing.assert_array_equal(
        color.rgb_to_cmyk(np.zeros((1, 1, 3), np.uint8)), [[[0, 0, 0, 1]]]
    )


def test_uint16_is_scaled_by_65535():
    sixteen = CUBE.astype(np.uint16) * 257
    np.testing.assert_allclose(color.rgb_to_lab(sixteen), color.rgb_to_lab(CUBE), atol=1e-4)
    gray = color.rgb_to_gray(sixteen)
    assert gray.dtype == np.uint16
    assert np.abs(gray / 257 - color.rgb_to_gray(CUBE64 * 255)).max() < 0.01


@given(rgb_pictures)
@settings(max_examples=50, deadline=None)
def test_split_and_stack_and_reverse(rgb):
    rgb.flags.writeable = False
    planes = [color.channel(rgb, index=i) for i in range(3)]
    assert all(plane.flags.c_contiguous for plane in planes)
    np.testing.assert_array_equal(color.stack_channels(*planes), rgb)
    bgr = color.reverse_channels(rgb)
    np.testing.assert_array_equal(bgr, rgb[..., ::-1])
    np.testing.assert_array_equal(color.reverse_channels(bgr), rgb)


@given(arrays(np.float64, (2, 3, 3), elements=st.floats(0, 1)))
@settings(max_examples=50, deadline=None)
def test_any_float_colour_stays_in_range(rgb):
    for space, convert in (("hsv", color.rgb_to_hsv), ("lab", color.rgb_to_lab),
                           ("ycbcr", color.rgb_to_ycbcr), ("cmyk", color.rgb_to_cmyk)):  # fmt: skip
        planes = convert(rgb)
        assert planes.flags.c_contiguous
        for i in range(planes.shape[2]):
            low, high, _ = color.plane_range(space=space, index=i)
            slack = 0.51 if space == "ycbcr" else 1e-3
            assert low - slack <= planes[..., i].min() <= planes[..., i].max() <= high + slack
    hue = color.rgb_to_hsv(rgb)[..., 0]
    assert (hue < 1).all()


def test_bands_of_rows_leave_no_seam():
    rng = np.random.default_rng(3)
    tall = rng.random((300, 700, 3))
    np.testing.assert_array_equal(color.rgb_to_lab(tall)[150:160], color.rgb_to_lab(tall[150:160]))


def test_wrong_shapes_are_refused():
    for convert in (color.rgb_to_hsv, color.rgb_to_lab, color.rgb_to_gray, color.rgb_to_cmyk):
        with pytest.raises(ValueError, match="three channels"):
            convert(np.zeros((2, 2, 4), np.uint8))
    with pytest.raises(ValueError, match="no plane"):
        color.plane_range(space="lab", index=3)
    with pytest.raises(ValueError, match="no channel"):
        color.channel(CUBE, index=3)
