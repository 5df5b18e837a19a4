"""Few bits against NumPy and PyTorch: every pattern, rounding, quantization, gradients, loss scaling."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserError
from engine.models.catalogue import RESNET18
from engine.models.for_training import MNIST_5K
from engine.models.public import path_of
from engine.training import int8, lossscale, precision
from engine.training.digits import digit_labels, digits
from engine.vision.classify import scores

TORCH = {
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float8 E4M3": torch.float8_e4m3fn,
    "float8 E5M2": torch.float8_e5m2,
}
RESNET = path_of(RESNET18)


def patterns_of(form: str) -> tuple[np.ndarray, np.ndarray]:
    """All patterns of a format and PyTorch's values of them; of float32 a sample of patterns."""
    size = precision.size_of(form)
    if form == "float32":
        p = np.random.default_rng(1).integers(0, 2**32, 50_000)
        return p, p.astype(np.uint32).view(np.float32).astype(np.float64)
    p = np.arange(2**size)
    whole = torch.from_numpy(p.astype(np.uint8 if size == 8 else np.uint16))
    return p, whole.view(TORCH[form]).to(torch.float64).numpy()


@pytest.mark.parametrize("form", list(precision.FORMATS))
def test_every_pattern_means_what_torch_says(form: str) -> None:
    p, expected = patterns_of(form)
    np.testing.assert_array_equal(precision.values_of(p, form=form), expected)
    info = torch.finfo(TORCH[form])
    assert precision.greatest(form) == info.max
    assert precision.least_normal(form) == info.smallest_normal
    assert precision.gap_at_one(form) == info.eps
    finite = expected[np.isfinite(expected) & (expected > 0)]
    if form != "float32":
        assert precision.least(form) == finite.min()


def test_float16_is_numpys() -> None:
    p = np.arange(2**16)
    expected = p.astype(np.uint16).view(np.float16).astype(np.float64)
    np.testing.assert_array_equal(precision.values_of(p, form="float16"), expected)


@pytest.mark.parametrize("form", list(precision.FORMATS))
def test_patterns_go_there_and_back(form: str) -> None:
    p, values = patterns_of(form)
    good = ~np.isnan(values)
    step = 1 if precision.size_of(form) == 8 else 13
    for pattern, value in zip(p[good][::step].tolist(), values[good][::step].tolist(), strict=True):
        assert precision.pattern_of(value, form=form) == pattern


@pytest.mark.parametrize("form", list(precision.FORMATS))
def test_rounding_is_torchs(form: str) -> None:
    draw = np.random.default_rng(2)
    x = np.float32(draw.standard_normal(40_000) * np.exp2(draw.integers(-40, 40, 40_000)))
    _p, values = patterns_of(form)
    finite = np.unique(values[np.isfinite(values) & (np.abs(values) < 1e30)])
    x = np.concatenate(
        [x, np.float32((finite[:-1] + finite[1:]) / 2), np.float32([0, -0.0, np.inf])]
    )
    x = x[np.isfinite(x)]  # halfway between neighbours among them
    expected = torch.from_numpy(x).to(TORCH[form]).to(torch.float64).numpy()
    found = precision.rounded(x.astype(np.float64), form=form)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(np.signbit(found), np.signbit(expected))


@given(st.floats(-60000, 60000))
def test_neighbours_of_float16_are_numpys(value: float) -> None:
    below, here, above = precision.neighbours(value, form="float16")
    half = np.float16(value)
    assert here == half
    with np.errstate(over="ignore"):
        assert above == np.nextafter(half, np.float16(np.inf))
        assert below == np.nextafter(half, np.float16(-np.inf))


def test_what_is_beyond_has_no_neighbours() -> None:
    with pytest.raises(UserError):
        precision.neighbours(70000, form="float16")
    rows = {row[0]: row for row in precision.near_rows(70000.0)}
    assert rows["float16"][2] == math.inf
    assert rows["float8 E4M3"][2] == 448
    assert rows["float32"][2] == 70000
    assert precision.near_rows(0.0)[1][1:4] == (-(2.0**-24), 0, 2.0**-24)


def test_beyond_the_range_the_last_number_is_the_one_neighbour() -> None:
    below, here, above = precision.near_rows(70000.0)[1][1:4]
    assert (below, here) == (65504, math.inf)
    assert math.isnan(above)
    below, here, above = precision.near_rows(-70000.0)[1][1:4]
    assert (here, above) == (-math.inf, -65504)
    assert math.isnan(below)


@pytest.mark.parametrize("value", [0.1, -3.0, 1.0, 0.0, 1e-7, -6e-8, 70000.0, 1e-40, 65504.0])
def test_the_factors_of_a_number_give_it_back(value: float) -> None:
    for form, (sign, exponent, bias, factor) in zip(
        precision.FORMATS, precision.all_factors(value), strict=True
    ):
        assert sign * 2.0 ** (exponent - bias) * factor == precision.held(value, form=form)


def test_bits_are_those_of_the_standard() -> None:
    assert precision.bits_of(1.0, form="float16") == ("0", "01111", "0" * 10)
    assert precision.bits_of(-2.0, form="float32") == ("1", "10000000", "0" * 23)
    assert precision.all_bits(0.1)[1] == ("0", "01011", "1001100110")


@pytest.mark.parametrize(
    ("text", "value"), [("0.1", 0.1), (" 6,5 ", 6.5), ("−3", -3), ("1e-8", 1e-8)]
)
def test_numbers_can_be_typed(text: str, value: float) -> None:
    assert precision.typed_number(text=text) == value


@pytest.mark.parametrize(
    "text", ["", "one", "1e9999", "1e301", "nan", "inf", "1.2.3", "__import__"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        precision.typed_number(text=text)


@pytest.mark.parametrize(("form", "kind"), [("float16", np.float16), ("float32", np.float32)])
def test_running_sums_are_numpys(form: str, kind: type) -> None:
    found = precision.running_sums(form=form, start=0.0, step=0.1, count=3000)
    total = kind(0)
    for value in found[1:]:
        total = kind(total + kind(0.1))
        assert value == total


def test_sums_stand_still_where_the_gap_is_too_large() -> None:
    assert precision.stands_still(form="float16", step=1.0) == 2048
    assert precision.stands_still(form="bfloat16", step=1.0) == 256
    assert precision.stands_still(form="float32", step=1.0) == 2**24
    assert precision.running_sums(form="float16", start=0, step=1, count=3000)[-1] == 2048
    assert precision.pairwise_sum(form="float16", step=1, count=3000) == 3000


def test_gaps_are_those_to_the_next_number() -> None:
    values, gap = precision.gaps(form="float16")
    half = values.astype(np.float16)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(gap, np.nextafter(half, np.float16(np.inf)) - half)


# ------------------------------------------------------------------------------ gradients


def test_gradients_are_those_of_autograd() -> None:
    draw = np.random.default_rng(3)
    weights = lossscale.drawn(draw)
    x, labels = draw.random((20, 784), np.float32), draw.integers(0, 10, 20)
    deltas, changes = lossscale.backward(weights, x, labels)
    tensors = [[torch.tensor(w, requires_grad=True) for w in layer] for layer in weights]
    outs, y = [], torch.from_numpy(x)
    for number, (w, b) in enumerate(tensors):
        y = y @ w + b
        y.retain_grad()
        outs.append(y)
        y = y.relu() if number < 2 else y
    torch.nn.functional.cross_entropy(y, torch.from_numpy(labels)).backward()
    for found, out in zip(deltas, outs, strict=True):
        np.testing.assert_allclose(found, out.grad.numpy(), atol=1e-7)
    for found, layer in zip(changes, tensors, strict=True):
        for one, tensor in zip(found, layer, strict=True):
            np.testing.assert_allclose(one, tensor.grad.numpy(), atol=1e-6)


@pytest.fixture(scope="module")
def trained() -> tuple:
    path = path_of(MNIST_5K)
    pictures, labels = digits(path, count=600), digit_labels(path, count=600)
    return lossscale.small_training(pictures, labels, seed=0, epochs=25)


def test_loss_scaling_saves_small_gradients(trained: tuple) -> None:
    found = lossscale.gradients_of(trained)
    assert trained[2] > 0.99
    for scale in (1.0, 2.0**10):
        half = (found.astype(np.float64) * scale).astype(np.float16)
        zero, beyond = lossscale.lost(found, form="float16", scale=scale)
        assert zero == (half == 0).mean()
        assert beyond == np.isinf(half).mean()
    plain, scaled = (lossscale.lost(found, form="float16", scale=s)[0] for s in (1.0, 2.0**15))
    assert scaled < plain / 5
    table = lossscale.lost_by_scale(found, form="float16")
    sums = [sum(lossscale.lost(found, form="float16", scale=2.0**n)) for n in range(33)]
    assert lossscale.least_lost(table) == (sums.index(min(sums)), min(sums))
    assert (np.diff(table[1]) <= 0).all()
    assert (np.diff(table[2]) >= 0).all()
    assert table[2, -1] > 0
    counts = lossscale.exponent_counts(found)
    assert counts[1].sum() == len(found)


def test_a_training_repeats(trained: tuple) -> None:
    path = path_of(MNIST_5K)
    pictures, labels = digits(path, count=600), digit_labels(path, count=600)
    again = lossscale.small_training(pictures, labels, seed=0, epochs=25)
    assert all(np.array_equal(a, b) for a, b in zip(trained, again, strict=True))


def test_the_changing_scale_is_that_of_grad_scaler(trained: tuple) -> None:
    largest = np.concatenate([lossscale.largest_of(trained), np.float32([9.0, 1e-3, 1e-3])])
    scales, skipped = lossscale.dynamic_scale(largest, form="float16", patience=7)
    assert skipped.sum() > 1
    scale, growth = torch.tensor(65536.0), torch.tensor(0, dtype=torch.int32)
    for expected, gradient in zip(scales, largest, strict=True):
        assert float(scale) == expected
        overflow = torch.tensor(float(gradient * float(scale) > 65504))
        torch._amp_update_scale_(scale, growth, overflow, 2.0, 0.5, 7)


# ------------------------------------------------------------------------------ whole numbers


@pytest.mark.parametrize("layer", ["conv1", "fc"])
def test_whole_numbers_are_torchs(layer: str) -> None:
    w = int8.layer_weights(RESNET, layer=layer)
    for way in int8.WAYS:
        scales, zeros = int8.scales_of(w, way=way)
        whole = int8.quantized(w, way=way)
        tensor = torch.from_numpy(w)
        if way == "channel":
            made = torch.quantize_per_channel(
                tensor, torch.from_numpy(scales), torch.from_numpy(zeros), 0, torch.qint8
            )
        else:
            made = torch.quantize_per_tensor(tensor, float(scales[0]), int(zeros[0]), torch.qint8)
        difference = made.int_repr().numpy().astype(int) - whole
        # PyTorch divides in float32, so it may decide a tie the other way.
        assert np.abs(difference).max() <= 1
        assert (difference != 0).mean() < 1e-4
        back = int8.restored(whole, w, way=way)
        np.testing.assert_allclose(back, made.dequantize().numpy(), atol=1.01 * float(scales.max()))
        assert np.abs(back - w).max() <= 0.5001 * scales.max()
        assert int8.levels_used(whole).sum() == w.size


def test_a_scale_for_each_output_is_nearer() -> None:
    w = int8.layer_weights(RESNET, layer="conv1")
    errors = [
        int8.relative_error(w, int8.restored(int8.quantized(w, way=way), w, way=way))
        for way in ("tensor", "channel")
    ]
    assert errors[1] < errors[0]
    assert int8.reaches(w)[-1] == np.abs(w).max()


def test_the_rounded_network_is_the_network_with_rounded_weights() -> None:
    x = np.random.default_rng(5).standard_normal((3, 64, 64)).astype(np.float32)
    full = scores(RESNET, x)
    near = int8.quantized_scores(RESNET, x, way="channel", bits=8)
    far = int8.quantized_scores(RESNET, x, way="tensor", bits=3)
    assert 0 < np.abs(near - full).max() < np.abs(far - full).max()
    np.testing.assert_array_equal(scores(RESNET, x), full)  # the shared network is as it was


def test_weights_of_nothing_but_zero_stay_zero() -> None:
    zero = np.zeros((2, 3), np.float32)
    for way in int8.WAYS:
        whole = int8.quantized(zero, way=way)
        np.testing.assert_array_equal(int8.restored(whole, zero, way=way), zero)
