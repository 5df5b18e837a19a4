"""Ranges, memory layout, histograms, resizing and metrics of pictures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from engine.errors import UserError
from engine.image import histogram, layout, metrics, ranges, resize
from tests.effort import at_most

ALL_LEVELS = np.arange(256, dtype=np.uint8).reshape(16, 16)
ALL_LEVELS.flags.writeable = False
pictures = arrays(np.uint8, array_shapes(min_dims=3, max_dims=3, max_side=7))


def random_picture(*shape, seed=0, dtype=np.uint8):
    pixels = np.random.default_rng(seed).integers(0, 256, shape).astype(dtype)
    pixels.flags.writeable = False
    return pixels


# ---------------------------------------------------------------- ranges


def test_unit_round_trip_is_exact_for_all_levels():
    unit = ranges.to_unit(ALL_LEVELS)
    assert unit.dtype == np.float32
    assert (unit.min(), unit.max()) == (0, 1)
    np.testing.assert_array_equal(ranges.to_uint8(unit), ALL_LEVELS)
    sixteen = np.arange(65536, dtype=np.uint16)
    np.testing.assert_array_equal(np.rint(ranges.to_unit(sixteen) * 65535), sixteen)


def test_to_unit_twice_is_black():
    twice = ranges.to_unit(ranges.to_unit(ALL_LEVELS))
    assert twice.max() == pytest.approx(1 / 255)


def test_rounding_against_truncation():
    unit = np.array([[0.999, 0.5, 0.0, 1.0, -0.2, 1.7, np.nan, np.inf, -np.inf]])
    np.testing.assert_array_equal(ranges.to_uint8(unit), [[255, 128, 0, 255, 0, 255, 0, 255, 0]])
    np.testing.assert_array_equal(
        ranges.truncate_to_uint8(unit), [[254, 127, 0, 255, 0, 255, 0, 255, 0]]
    )
    assert unit[0, 4] == -0.2


def test_cast_without_clipping_wraps():
    np.testing.assert_array_equal(
        ranges.cast_without_clipping(np.array([256.0, -1.0, 255.9, 300.0])), [0, 255, 255, 44]
    )


@given(arrays(np.uint8, (3, 4)), st.integers(-1000, 1000))
@settings(deadline=None)
def test_wrapping_is_modulo_256_and_saturating_stops(pixels, amount):
    pixels.flags.writeable = False
    exact = pixels.astype(int) + amount
    np.testing.assert_array_equal(ranges.add_wrapping(pixels, amount=amount), exact % 256)
    np.testing.assert_array_equal(
        ranges.add_saturating(pixels, amount=amount), np.clip(exact, 0, 255)
    )
    back = ranges.add_wrapping(ranges.add_wrapping(pixels, amount=amount), amount=-amount)
    np.testing.assert_array_equal(back, pixels)


def test_16_to_8_rounds_to_nearest():
    sixteen = np.arange(65536, dtype=np.uint16)
    np.testing.assert_array_equal(ranges.scale_16_to_8(sixteen), np.rint(sixteen / 257.0))
    widened = ALL_LEVELS.astype(np.uint16) * 257
    np.testing.assert_array_equal(ranges.scale_16_to_8(widened), ALL_LEVELS)
    np.testing.assert_array_equal(ranges.low_byte(sixteen), sixteen % 256)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_standardize_equals_torchvision_and_inverts(dtype):
    normalize = pytest.importorskip("torchvision.transforms.functional").normalize
    torch = pytest.importorskip("torch")
    unit = ranges.to_unit(random_picture(5, 6, 3)).astype(dtype)
    unit.flags.writeable = False
    result = ranges.standardize_channels(unit)
    assert result.dtype == dtype
    tensor = torch.from_numpy(unit.transpose(2, 0, 1).copy())
    theirs = normalize(tensor, ranges.IMAGENET_MEAN, ranges.IMAGENET_STD)
    np.testing.assert_allclose(result, theirs.numpy().transpose(1, 2, 0), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(ranges.undo_standardize_channels(result), unit, atol=1e-6)


def test_ranges_refuse_what_they_cannot_mean():
    with pytest.raises(ValueError, match="expected floats"):
        ranges.to_uint8(ALL_LEVELS)
    with pytest.raises(ValueError, match="expected uint8"):
        ranges.add_wrapping(ALL_LEVELS.astype(np.uint16), amount=1)
    with pytest.raises(ValueError, match="std"):
        ranges.standardize_channels(np.ones((1, 1, 3)), std=(1, 0, 1))
    with pytest.raises(ValueError, match="does not fit"):
        ranges.standardize_channels(np.ones((1, 1, 4)))


# ---------------------------------------------------------------- layout


@given(pictures)
@settings(max_examples=50, deadline=None)
def test_planes_and_pixels(pixels):
    pixels.flags.writeable = False
    planes = layout.hwc_to_chw(pixels)
    assert planes.flags.c_contiguous
    np.testing.assert_array_equal(planes, pixels.transpose(2, 0, 1))
    again = layout.chw_to_hwc(planes)
    assert again.flags.c_contiguous
    np.testing.assert_array_equal(again, pixels)
    scrambled = layout.reshape_instead_of_transpose(planes)
    assert scrambled.shape == pixels.shape
    assert scrambled.tobytes() == planes.tobytes()


@given(pictures, st.integers(0, 80))
@settings(max_examples=50, deadline=None)
def test_first_bytes(pixels, count):
    for array in (pixels, pixels.astype(np.uint16), pixels[::-1], pixels.transpose(2, 0, 1)):
        assert layout.first_bytes(array, count=count).tobytes() == array.tobytes()[:count]


VIEWS = {
    "as stored": lambda x: x,
    "transposed": lambda x: x.transpose(2, 0, 1),
    "upside down": lambda x: x[::-1],
    "BGR view": lambda x: x[..., ::-1],
    "every second column": lambda x: x[:, ::2],
    "Fortran order": np.asfortranarray,
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_memory_order_reads_the_real_memory(view, dtype):
    base = (np.arange(4 * 6 * 3) * 1117 % 65521).reshape(4, 6, 3).astype(dtype)
    pixels = VIEWS[view](base)
    axes = "CHW" if view == "transposed" else "HWC"
    table = layout.memory_order(pixels, axes=axes, count=40)
    assert (np.diff(table[:, 0]) > 0).all()
    # The memory itself, from the lowest address on, whatever the view.
    lowest = np.lib.array_utils.byte_bounds(pixels)[0]
    owner = pixels if pixels.base is None else pixels.base
    owner = base if view not in ("Fortran order",) else owner
    raw = np.frombuffer(owner.ravel(order="K").tobytes(), np.uint8)
    start = lowest - np.lib.array_utils.byte_bounds(owner)[0]
    for offset, row, column, channel, byte, value in table:
        assert raw[start + offset] == value
        index = {"H": row, "W": column, "C": channel}
        sample = pixels[tuple(index[axis] for axis in axes)]
        assert np.frombuffer(sample.tobytes(), np.uint8)[byte] == value


def test_memory_order_of_hwc_and_chw():
    pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    hwc = layout.memory_order(pixels, count=4)
    np.testing.assert_array_equal(hwc[:, 1:4], [(0, 0, 0), (0, 0, 1), (0, 0, 2), (0, 1, 0)])
    chw = layout.memory_order(layout.hwc_to_chw(pixels), axes="CHW", count=4)
    np.testing.assert_array_equal(chw[:, 1:4], [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 0)])
    np.testing.assert_array_equal(chw[:, 5], [0, 3, 6, 9])
    gray = layout.memory_order(pixels[..., 0].copy(), axes="HW", count=99)
    assert gray.shape == (4, 6)
    with pytest.raises(ValueError, match="axes"):
        layout.memory_order(pixels, axes="HW")
    assert layout.memory_order(pixels[:0], count=5).shape == (0, 6)


def test_layout_facts():
    facts = dict(layout.layout_facts(np.zeros((4, 5, 3), np.uint16)))
    assert facts["strides"] == "(30, 6, 2)"
    assert facts["nbytes"] == "120"
    assert facts["flags.c_contiguous"] == "True"


# ---------------------------------------------------------------- histogram


@given(
    arrays(np.uint8, array_shapes(min_dims=2, max_dims=3, max_side=8)),
    st.integers(1, 300),
    st.sampled_from([(None, None), (0, 255), (0, 256), (10, 200.5), (-5, 400)]),
    st.sampled_from([np.uint8, np.uint16, np.float32]),
)
@settings(max_examples=80, deadline=None)
def test_histogram_equals_numpy(pixels, bins, edges, dtype):
    pixels = pixels.astype(dtype)
    pixels.flags.writeable = False
    counts = histogram.channel_histogram(pixels, bins=bins, lo=edges[0], hi=edges[1])
    whole = {"u": float(np.iinfo(np.dtype(dtype)).max) if dtype != np.float32 else 0, "f": 1.0}
    low = 0 if edges[0] is None else edges[0]
    high = whole[np.dtype(dtype).kind] if edges[1] is None else edges[1]
    planes = pixels.reshape(*pixels.shape[:2], -1)
    assert counts.dtype == np.int64
    for c in range(planes.shape[2]):
        np.testing.assert_array_equal(counts[c], np.histogram(planes[..., c], bins, (low, high))[0])


def test_histogram_of_levels_has_one_bin_each():
    np.testing.assert_array_equal(histogram.channel_histogram(ALL_LEVELS), np.ones((1, 256)))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_statistics_equal_numpy(dtype):
    pixels = random_picture(9, 11, 3, dtype=dtype)
    result = histogram.channel_statistics(pixels)
    for c in range(3):
        plane = pixels[..., c].astype(np.float64)
        np.testing.assert_allclose(
            result[c], (plane.min(), plane.max(), plane.mean(), plane.std()), rtol=1e-12
        )
    with pytest.raises(ValueError, match="no pixels"):
        histogram.channel_statistics(np.zeros((0, 3), np.uint8))


# ---------------------------------------------------------------- resize


@pytest.mark.parametrize("shape", [(40, 60), (40, 60, 3), (40, 60, 4), (60, 20, 3)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_fit_within_averages_whole_blocks(shape, dtype):
    pixels = random_picture(*shape, dtype=dtype)
    small = resize.fit_within(pixels, side=max(shape[:2]) // 4)
    assert small.dtype == dtype
    assert small.flags.c_contiguous
    rows, columns = shape[0] // 4, shape[1] // 4
    blocks = pixels.reshape(rows, 4, columns, 4, *shape[2:]).mean(axis=(1, 3))
    np.testing.assert_allclose(small, blocks, atol=1.01 if dtype == np.uint8 else 0.51)
    if np.dtype(dtype).kind == "f":
        np.testing.assert_allclose(small, blocks, rtol=1e-5)
    np.testing.assert_array_equal(small, resize.fit_within(pixels, side=max(shape[:2]) // 4))


def test_fit_within_keeps_small_pictures_and_proportions():
    pixels = random_picture(30, 7, 3)
    same = resize.fit_within(pixels, side=30)
    np.testing.assert_array_equal(same, pixels)
    assert same is not pixels
    assert same.flags.writeable
    assert resize.fit_within(random_picture(300, 2, 3), side=10).shape == (10, 1, 3)
    assert resize.fit_within(random_picture(301, 200), side=100).shape == (100, 66)
    with pytest.raises(ValueError, match="side"):
        resize.fit_within(pixels, side=0)


@pytest.mark.parametrize("shape", [(50, 80, 3), (80, 50), (13, 17, 4)])
@pytest.mark.parametrize("size", [(20, 20), (64, 90), (1, 7)])
def test_fit_to_gives_the_size_without_stretching(shape, size):
    pixels = random_picture(*shape)
    result = resize.fit_to(pixels, height=size[0], width=size[1])
    assert result.shape == (*size, *shape[2:])
    assert result.dtype == np.uint8
    if len(shape) == 2 or shape[2] == 3:
        whole = Image.fromarray(pixels)
        scale = min(shape[0] / size[0], shape[1] / size[1])
        left, top = (shape[1] - size[1] * scale) / 2, (shape[0] - size[0] * scale) / 2
        box = (left, top, left + size[1] * scale, top + size[0] * scale)
        theirs = whole.resize(size[::-1], Image.Resampling.BILINEAR, box)
        np.testing.assert_allclose(result, np.asarray(theirs), atol=1)


# ---------------------------------------------------------------- metrics


@pytest.mark.parametrize("shape", [(11, 11), (64, 50), (40, 41, 3)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_metrics_equal_skimage(shape, dtype):
    a, b = random_picture(*shape, seed=1), random_picture(*shape, seed=2)
    b = (0.8 * a + 0.2 * b).astype(np.uint8)
    peak = 255.0 if dtype == np.uint8 else 1.0
    if dtype != np.uint8:
        a, b = (a / 255.0).astype(dtype), (b / 255.0).astype(dtype)
    a.flags.writeable = b.flags.writeable = False
    assert metrics.mse(a, b) == pytest.approx(mean_squared_error(a, b), rel=1e-6)
    theirs = peak_signal_noise_ratio(a, b, data_range=peak)
    assert metrics.psnr(a, b, peak=peak) == pytest.approx(theirs, rel=1e-6)
    theirs = structural_similarity(
        a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=peak,
        channel_axis=2 if len(shape) == 3 else None,
    )  # fmt: skip
    assert metrics.ssim(a, b, peak=peak) == pytest.approx(theirs, abs=1e-6)


def test_metrics_of_identical_and_known_pictures():
    a = random_picture(20, 20)
    assert metrics.mse(a, a) == 0
    assert metrics.psnr(a, a) == math.inf
    assert metrics.ssim(a, a) == pytest.approx(1, abs=1e-6)  # 8 bits are computed in float32
    # One level apart everywhere: 20 log10(255) = 48.13 dB. Black and white: 0 dB.
    flat = np.full((20, 20), 100, np.uint8)
    assert metrics.psnr(flat, flat + np.uint8(1)) == pytest.approx(48.1308, abs=1e-4)
    assert metrics.psnr(flat * 0, np.full_like(flat, 255)) == 0
    # Wang 2004: of two flat pictures only the luminance term remains.
    expected = (2 * 100 * 150 + 6.5025) / (100**2 + 150**2 + 6.5025)
    assert metrics.ssim(flat, np.full_like(flat, 150)) == pytest.approx(expected, abs=1e-6)


def test_metrics_errors():
    with pytest.raises(UserError, match="different shapes"):
        metrics.mse(ALL_LEVELS, ALL_LEVELS[:3])
    with pytest.raises(UserError, match="11 x 11"):
        metrics.ssim(ALL_LEVELS[:5], ALL_LEVELS[:5])
    with pytest.raises(ValueError, match="peak"):
        metrics.psnr(ALL_LEVELS, ALL_LEVELS, peak=0)


def test_ssim_of_a_megapixel_is_quick():
    a, b = random_picture(1024, 1024, seed=1), random_picture(1024, 1024, seed=2)
    with at_most(2):
        metrics.ssim(a, b)  # 0.1 s on an idle machine
