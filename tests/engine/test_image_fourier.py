"""The Fourier transform of pictures against NumPy, SciPy and PyTorch, and its laws."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import fft

from engine.errors import UserError
from engine.image import fourier
from engine.image.fourier import (
    apply_filter,
    energy_curve,
    energy_kept,
    frequency_radius,
    full_spectrum,
    inverse2d,
    mask_from_strokes,
    spectrum2d,
    strongest_waves,
    swap_phase,
    transfer_function,
    wave_count,
    wave_facts,
)

SHAPES = [(1, 1), (1, 7), (1, 8), (7, 1), (8, 1), (2, 2), (8, 6), (7, 6), (8, 5), (7, 9), (31, 32)]
COLOUR = [(*shape, 3) for shape in SHAPES]
FILTERS = ["ideal", "gaussian", "butterworth"]
TOLERANCE = {np.float32: 1e-6, np.float64: 1e-14}
sides = st.integers(1, 12)


def picture(*shape, dtype=np.float64, seed=0):
    pixels = np.random.default_rng(seed).random(shape).astype(dtype)
    pixels.flags.writeable = False
    return pixels


def half_of(pixels):
    half = spectrum2d(pixels)
    half.flags.writeable = False
    return half


def close(actual, expected, tolerance):
    """Equal to `tolerance` times the largest expected number."""
    assert actual.shape == expected.shape
    assert np.abs(actual - expected).max() <= tolerance * max(np.abs(expected).max(), 1e-30)


# ---------------------------------------------------------------- golden: other libraries


@pytest.mark.parametrize("shape", SHAPES + COLOUR)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_spectrum_equals_numpy_scipy_torch(shape, dtype):
    torch = pytest.importorskip("torch")
    pixels = picture(*shape, dtype=dtype)
    half = half_of(pixels)
    assert half.dtype == (np.complex64 if dtype == np.float32 else np.complex128)
    exact = pixels.astype(np.float64)
    close(half, np.fft.rfft2(exact, axes=(0, 1)), TOLERANCE[dtype])
    close(half, fft.rfft2(pixels, axes=(0, 1)), TOLERANCE[dtype])
    theirs = torch.fft.rfft2(torch.from_numpy(pixels.copy()), dim=(0, 1)).numpy()
    close(half, theirs, TOLERANCE[dtype])
    full = full_spectrum(half, width=shape[1])
    assert full.flags.c_contiguous
    close(full, np.fft.fftshift(np.fft.fft2(exact, axes=(0, 1)), axes=(0, 1)), TOLERANCE[dtype])
    again = inverse2d(half, width=shape[1])
    assert again.dtype == dtype
    close(again, pixels, TOLERANCE[dtype])


@pytest.mark.parametrize("shape", SHAPES + COLOUR)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kernel", FILTERS)
@pytest.mark.parametrize("kind", ["low", "high", "band"])
def test_filter_equals_the_full_complex_transform(shape, dtype, kernel, kind):
    pixels = picture(*shape, dtype=dtype)
    height, width = shape[:2]
    mask = transfer_function(
        height=height, width=width, kind=kind, shape=kernel, cutoff=2, cutoff_high=3.5
    )
    mask.flags.writeable = False
    result = apply_filter(half_of(pixels), mask, width=width)
    assert result.dtype == dtype
    assert result.flags.c_contiguous
    whole = np.fft.ifftshift(full_spectrum(mask, width=width)).astype(np.float64)
    whole = whole if len(shape) == 2 else whole[:, :, None]
    expected = np.fft.ifft2(np.fft.fft2(pixels.astype(float), axes=(0, 1)) * whole, axes=(0, 1))
    assert np.abs(expected.imag).max() < 1e-12
    # Relative to the picture: a band of a tiny picture may be all but zero.
    assert np.abs(result - expected.real).max() <= TOLERANCE[dtype] * 10


def test_integers_are_taken_as_they_are():
    pixels = np.arange(35, dtype=np.uint8).reshape(5, 7)
    half = spectrum2d(pixels)
    assert half.dtype == np.complex64
    assert half[0, 0] == pixels.sum()


def test_large_float32_picture_is_accurate_and_identical_for_any_number_of_threads(monkeypatch):
    pixels = picture(600, 803, 3, dtype=np.float32)
    half = half_of(pixels)
    mask = transfer_function(height=600, width=803, shape="butterworth", cutoff=40)
    filtered = apply_filter(half, mask, width=803)
    close(half, np.fft.rfft2(pixels.astype(np.float64), axes=(0, 1)), 1e-6)
    for workers in (1, 3):
        monkeypatch.setattr(fourier, "WORKERS", workers)
        assert spectrum2d(pixels).tobytes() == half.tobytes()
        assert apply_filter(half, mask, width=803).tobytes() == filtered.tobytes()


# ---------------------------------------------------------------- laws


@given(sides, sides, st.sampled_from([(), (3,)]), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_hermitian_symmetry_and_parseval(height, width, channels, seed):
    pixels = picture(height, width, *channels, seed=seed) - 0.5
    half = half_of(pixels)
    full = np.fft.ifftshift(full_spectrum(half, width=width), axes=(0, 1))
    opposite = full[-np.arange(height) % height][:, -np.arange(width) % width]
    np.testing.assert_allclose(full, opposite.conj(), atol=1e-12)
    energy = fourier.total_energy(half, width=width)
    assert energy == pytest.approx((pixels**2).sum(), rel=1e-12)
    everything = np.ones(half.shape[:2], np.float32)
    assert energy_kept(half, everything, width=width) == 1
    # The share of a mask is the energy of the filtered picture.
    mask = transfer_function(height=height, width=width, shape="gaussian", cutoff=1.5)
    filtered = apply_filter(half, mask, width=width)
    share = energy_kept(half, mask, width=width)
    assert share == pytest.approx((filtered**2).sum() / (pixels**2).sum(), rel=1e-9, abs=1e-12)
    varied = energy_kept(half, mask, width=width, without_mean=True)
    means = pixels.mean(axis=(0, 1))
    variance = ((pixels - means) ** 2).sum()
    if variance > 1e-9:
        assert varied == pytest.approx(((filtered - means) ** 2).sum() / variance, rel=1e-9)
    assert 0 <= varied <= 1


@given(
    sides,
    sides,
    st.sampled_from(FILTERS),
    st.floats(0, 9),
    st.floats(0, 9),
    st.integers(1, 8),
)
@settings(max_examples=80, deadline=None)
def test_low_and_band_and_high_add_up(height, width, kernel, first, second, order):
    first, second = sorted((first, second))
    pixels = picture(height, width)
    half = half_of(pixels)
    shared = {"height": height, "width": width, "shape": kernel, "order": order}
    low = transfer_function(kind="low", cutoff=first, **shared)
    band = transfer_function(kind="band", cutoff=first, cutoff_high=second, **shared)
    high = transfer_function(kind="high", cutoff=second, **shared)
    for mask in (low, band, high):
        assert mask.dtype == np.float32
        assert mask.shape == half.shape
        assert mask.min() >= -1e-6
        assert mask.max() <= 1
        # Opposite waves alike, or the filtered picture would not be real.
        full = np.fft.ifftshift(full_spectrum(mask, width=width))
        np.testing.assert_array_equal(
            full, full[-np.arange(height) % height][:, -np.arange(width) % width]
        )
    assert low[0, 0] == 1
    total = sum(apply_filter(half, mask, width=width) for mask in (low, band, high))
    np.testing.assert_allclose(total, pixels, atol=1e-6)


@given(sides, sides, st.sampled_from(FILTERS), st.integers(0, 50))
@settings(max_examples=40, deadline=None)
def test_energy_rises_with_the_cutoff(height, width, kernel, seed):
    half = half_of(picture(height, width, seed=seed))
    shares = [
        energy_kept(
            half,
            transfer_function(height=height, width=width, shape=kernel, cutoff=cutoff),
            width=width,
        )
        for cutoff in (0, 0.5, 1, 2, 3, 5, 9, 30)
    ]
    assert all(a <= b for a, b in itertools.pairwise(shares))
    assert shares[0] >= 0
    assert shares[-1] <= 1


def test_filters_are_those_of_the_textbook():
    for height, width in ((40, 60), (60, 41), (33, 33)):
        radius = frequency_radius(height=height, width=width).astype(float)
        shared = {"height": height, "width": width, "cutoff": 7.0}
        np.testing.assert_array_equal(transfer_function(shape="ideal", **shared), radius <= 7)
        np.testing.assert_allclose(
            transfer_function(shape="gaussian", **shared),
            np.exp(-(radius**2) / (2 * 7.0**2)),
            atol=1e-6,
        )
        np.testing.assert_allclose(
            transfer_function(shape="butterworth", order=3, **shared),
            1 / (1 + (radius / 7) ** 6),
            atol=1e-6,
        )
    ones = {"height": 64, "width": 64, "cutoff": 10.0}
    assert transfer_function(shape="gaussian", **ones)[0, 10] == pytest.approx(math.exp(-0.5))
    assert transfer_function(shape="butterworth", **ones)[10, 0] == pytest.approx(0.5)
    extreme = transfer_function(
        height=4, width=4000, shape="butterworth", order=20, cutoff=0.01, kind="low"
    )
    assert np.isfinite(extreme).all()


def test_radius_is_a_length_in_the_picture():
    radius = frequency_radius(height=30, width=60)
    assert radius[0, 6] == 6  # 6 waves across 60 pixels: a period of 10
    assert radius[3, 0] == 6  # 3 waves down 30 pixels: a period of 10 as well
    assert fourier.radius_axes(height=30, width=60, radius=6) == (3, 6)
    centred = frequency_radius(height=30, width=61, half=False)
    assert centred.shape == (30, 61)
    assert centred[15, 30] == 0
    np.testing.assert_array_equal(
        np.fft.ifftshift(centred)[:, :31], frequency_radius(height=30, width=61)
    )


def test_ideal_rings_and_gaussian_does_not():
    step = np.zeros((128, 128))
    step[:, 40:88] = 1
    half = half_of(step)
    row = {}
    for kernel in FILTERS:
        mask = transfer_function(height=128, width=128, shape=kernel, cutoff=12)
        row[kernel] = fourier.row_profile(apply_filter(half, mask, width=128), row=5)
    assert row["ideal"].max() > 1.08  # Gibbs: about 9 % of the jump beyond the edge
    assert row["gaussian"].max() <= 1 + 1e-6
    assert 1.001 < row["butterworth"].max() < row["ideal"].max()
    assert fourier.strongest_edge(step) == (0, 39)


# ---------------------------------------------------------------- painted masks


@given(
    sides,
    sides,
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.integers(0, 1),
            st.lists(st.tuples(st.integers(-3, 15), st.integers(-3, 15)), min_size=1, max_size=3),
        ),
        max_size=4,
    ),
    st.integers(0, 1),
)
@settings(max_examples=80, deadline=None)
def test_painted_masks_are_symmetric_and_complete(height, width, strokes, keep):
    flat = tuple((r, v, *(n for point in points for n in point)) for r, v, points in strokes)
    mask = mask_from_strokes(height=height, width=width, strokes=flat, keep=keep)
    # The definition, slowly: each cell by its distance to each segment, and its opposite.
    slow = np.full((height, width), float(keep))
    cy, cx = height // 2, width // 2
    for radius, value, points in strokes:
        touched = []
        for a, b in zip(points, points[1:] or points, strict=False):
            dx, dy = b[0] - a[0], b[1] - a[1]
            for y in range(height):
                for x in range(width):
                    t = Fraction((x - a[0]) * dx + (y - a[1]) * dy, max(1, dx * dx + dy * dy))
                    t = min(max(t, 0), 1)
                    if (x - a[0] - t * dx) ** 2 + (y - a[1] - t * dy) ** 2 <= radius**2:
                        touched.append((y, x))
        for y, x in touched:
            slow[y, x] = slow[(2 * cy - y) % height, (2 * cx - x) % width] = value
    np.testing.assert_array_equal(full_spectrum(mask, width=width), slow)
    assert mask.flags.c_contiguous


def test_a_stroke_over_two_dots_removes_one_wave():
    y, x = np.mgrid[:32, :48]
    wave = np.cos(2 * np.pi * (5 * x / 48 + 3 * y / 32))
    stroke = (0, 0, 24 + 5, 16 + 3)
    mask = mask_from_strokes(height=32, width=48, strokes=(stroke,))
    cleaned = apply_filter(half_of(wave + 7), mask, width=48)
    np.testing.assert_allclose(cleaned, 7, atol=1e-12)
    with pytest.raises(ValueError, match="not a stroke"):
        mask_from_strokes(height=4, width=4, strokes=((1, 0, 3),))


# ---------------------------------------------------------------- strongest waves


@given(sides, sides, st.sampled_from([(), (3,)]), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_strongest_waves(height, width, channels, seed):
    # Few different values, so that there are ties.
    levels = np.random.default_rng(seed).integers(0, 3, (height, width, *channels))
    pixels = levels.astype(np.float64)
    half = half_of(pixels)
    total = wave_count(height=height, width=width)
    assert total == (height * width + sum_of_self_opposite(height, width)) // 2
    curve = energy_curve(half, width=width)
    assert curve[-1, 0] == total
    assert curve[-1, 1] == pytest.approx(1)
    assert (np.diff(curve[:, 1]) >= 0).all()
    for count, share in curve:
        mask = strongest_waves(half, count=int(count), width=width)
        assert mask.dtype == np.float32
        assert energy_kept(half, mask, width=width) == pytest.approx(share, abs=1e-9)
        full = np.fft.ifftshift(full_spectrum(mask, width=width))
        opposite = full[-np.arange(height) % height][:, -np.arange(width) % width]
        np.testing.assert_array_equal(full, opposite)
        assert waves_in(full) == count
        np.testing.assert_array_equal(mask, strongest_waves(half, count=int(count), width=width))
    everything = strongest_waves(half, count=total, width=width)
    np.testing.assert_allclose(apply_filter(half, everything, width=width), pixels, atol=1e-12)
    assert not strongest_waves(half, count=0, width=width).any()


def sum_of_self_opposite(height, width):
    return (2 - height % 2) * (2 - width % 2)


def waves_in(full):
    """Pairs of opposite cells that are set, and cells that are their own opposite."""
    height, width = full.shape
    pairs = {min((v, u), (-v % height, -u % width)) for v, u in zip(*np.nonzero(full), strict=True)}
    return len(pairs)


def test_energy_curve_without_the_mean():
    half = half_of(picture(8, 9))
    curve = energy_curve(half, width=9, without_mean=True)
    assert curve[-1, 0] == wave_count(height=8, width=9) - 1
    mask = strongest_waves(half, count=2, width=9)
    assert mask[0, 0] == 1
    without = energy_kept(half, mask, width=9, without_mean=True)
    assert without == pytest.approx(curve[0, 1])
    assert energy_curve(half_of(picture(1, 1)), width=1, without_mean=True).shape == (0, 2)


def test_a_black_picture_has_nothing_to_lose():
    half = half_of(np.zeros((6, 5)))
    assert energy_kept(half, np.zeros((6, 3), np.float32), width=5) == 1
    np.testing.assert_array_equal(energy_curve(half, width=5)[:, 1], 1)
    assert np.isfinite(fourier.log_magnitude(half, scale="db")).all()
    assert np.isfinite(swap_phase(half, half)).all()


# ---------------------------------------------------------------- magnitude, phase, one wave


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_swap_phase_keeps_magnitudes_and_is_undone_by_itself(dtype):
    a, b = half_of(picture(9, 12, 3, dtype=dtype)), half_of(picture(9, 12, 3, dtype=dtype, seed=1))
    swapped = swap_phase(a, b)
    assert swapped.dtype == a.dtype
    scale = np.abs(a).max()
    np.testing.assert_allclose(np.abs(swapped), np.abs(a), atol=1e-6 * scale)
    np.testing.assert_allclose(np.angle(swapped * b.conj()), 0, atol=1e-4)
    np.testing.assert_allclose(swap_phase(a, a), a, atol=1e-6 * scale)
    assert np.isrealobj(inverse2d(swapped, width=12))
    with pytest.raises(UserError, match="different shapes"):
        swap_phase(a, b[:4])


def test_log_magnitude_and_phase():
    half = half_of(picture(16, 16, dtype=np.float32))
    magnitude = fourier.log_magnitude(half)
    assert magnitude.dtype == np.float32
    np.testing.assert_allclose(magnitude, np.log1p(np.abs(half)), rtol=1e-6)
    decibel = fourier.log_magnitude(half, scale="db")
    assert decibel.max() == 0
    np.testing.assert_allclose(
        decibel, 20 * np.log10(np.abs(half) / np.abs(half).max()), rtol=1e-4, atol=1e-4
    )
    flat = fourier.phase_angle(spectrum2d(np.full((8, 8), 0.3)))
    assert flat[0, 0] == 0
    assert np.isnan(flat).sum() == flat.size - 1
    kept = fourier.phase_angle(half, floor=0)
    assert kept.dtype == np.float32
    np.testing.assert_allclose(kept, np.angle(half), atol=1e-6)


@pytest.mark.parametrize(
    ("u", "v", "period", "orientation"),
    [(6, 0, 8, 0), (0, 4, 8, 90), (6, 4, 8 / math.sqrt(2), 135), (6, -4, 8 / math.sqrt(2), 45),
     (-6, 4, 8 / math.sqrt(2), 45), (24, 0, 2, 0), (0, -16, 2, 90), (0, 0, math.inf, 0)],
)  # fmt: skip
def test_one_cosine_is_read_back(u, v, period, orientation):
    y, x = np.mgrid[:32, :48]
    phase = 0.0 if (2 * u % 48, 2 * v % 32) == (0, 0) else 0.7
    wave = 3 * np.cos(2 * np.pi * (u * x / 48 + v * y / 32) + phase)
    half = half_of(wave)
    facts = wave_facts(half, u=u, v=v, width=48)
    assert facts == pytest.approx((3, period, orientation, phase), abs=1e-9)
    np.testing.assert_allclose(fourier.single_wave(half, u=u, v=v, width=48), wave, atol=1e-12)


@given(st.integers(1, 7), st.integers(1, 7), st.sampled_from([(), (2,)]))
@settings(max_examples=40, deadline=None)
def test_all_waves_together_are_the_picture(height, width, channels):
    pixels = picture(height, width, *channels)
    half = half_of(pixels)
    total = np.zeros(pixels.shape)
    seen = set()
    for v in range(height):
        for u in range(width):
            if (-v % height, -u % width) not in seen:
                seen.add((v, u))
                signed_u = u - width if u > width // 2 else u
                signed_v = v - height if v > height // 2 else v
                total += fourier.single_wave(half, u=signed_u, v=signed_v, width=width)
    assert len(seen) == wave_count(height=height, width=width)
    np.testing.assert_allclose(total, pixels, atol=1e-12)


def test_signed_difference_keeps_its_sign():
    a, b = np.array([[3, 200]], np.uint8), np.array([[5, 100]], np.uint8)
    result = fourier.signed_difference(a, b)
    np.testing.assert_array_equal(result, [[-2, 100]])
    assert result.dtype == np.float32
    assert fourier.signed_difference(a.astype(np.float64), b).dtype == np.float64
    with pytest.raises(UserError):
        fourier.signed_difference(a, b[:, :1])


def test_errors_quote_the_value():
    half = half_of(picture(6, 8))
    mask = np.ones((6, 5), np.float32)
    with pytest.raises(ValueError, match="10 wide"):
        apply_filter(half, mask, width=10)
    with pytest.raises(ValueError, match="does not fit"):
        apply_filter(half, mask[:5], width=8)
    with pytest.raises(ValueError, match="no wave"):
        wave_facts(half, u=5, v=0, width=8)
    with pytest.raises(ValueError, match="cutoff_high"):
        transfer_function(height=6, width=8, kind="band", cutoff=3, cutoff_high=2)
    with pytest.raises(ValueError, match="-1"):
        transfer_function(height=6, width=8, cutoff=-1)
    for wrong in ({"kind": "middle"}, {"shape": "round"}):
        with pytest.raises(ValueError, match="must be"):
            transfer_function(height=6, width=8, cutoff=1, **wrong)
    with pytest.raises(ValueError, match="expected"):
        spectrum2d(np.zeros(4))
