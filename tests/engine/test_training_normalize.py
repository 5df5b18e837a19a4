"""Batch and layer normalisation by hand against PyTorch: forward, backward, running statistics."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.models.for_training import MNIST_5K
from engine.models.public import path_of
from engine.training.digits import digits
from engine.training.normalize import (
    centred,
    digit_features,
    means,
    normalise,
    normalise_by,
    normalise_gradients,
    row_by_sizes,
    running,
    scaled,
    shifted,
    variances,
)

RANDOM = np.random.default_rng(5)
X, ABOVE = RANDOM.normal(3, 2, (7, 4)), RANDOM.normal(size=(7, 4))
GAIN, BIAS = (0.5, 2.0, -1.0, 1.5), (0.1, -0.2, 0.3, 0.0)


def theirs(kind: str, x: torch.Tensor, gain: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    if kind == "batch":
        return torch.nn.functional.batch_norm(x, None, None, gain, bias, training=True)
    return torch.nn.functional.layer_norm(x, (4,), gain, bias)


@pytest.mark.parametrize("kind", ["batch", "layer"])
def test_forward_and_backward_equal_those_of_pytorch(kind: str) -> None:
    x, gain, bias = (
        torch.tensor(n, dtype=torch.float64, requires_grad=True) for n in (X, GAIN, BIAS)
    )
    y = theirs(kind, x, gain, bias)
    y.backward(torch.from_numpy(ABOVE))
    ours = normalise(X, kind=kind, gain=GAIN, bias=BIAS)
    np.testing.assert_allclose(ours, y.detach().numpy(), rtol=0, atol=1e-12)
    found = normalise_gradients(ABOVE, X, kind=kind, gain=GAIN)
    for own, tensor in zip(found, (x, gain, bias), strict=True):
        np.testing.assert_allclose(own, tensor.grad.numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", ["batch", "layer"])
def test_the_stages_are_the_whole(kind: str) -> None:
    straight = scaled(centred(X, means(X, kind=kind)), variances(X, kind=kind))
    whole = normalise(X, kind=kind, gain=2.0, bias=0.5)
    np.testing.assert_array_equal(shifted(straight, gain=2.0, bias=0.5), whole)


def test_running_statistics_and_use_equal_those_of_pytorch() -> None:
    layer = torch.nn.BatchNorm1d(4, affine=False, dtype=torch.float64)
    x = RANDOM.normal(5, 3, (23, 4))
    for first in range(0, 20, 5):
        layer(torch.from_numpy(x[first : first + 5]))
    statistics = running(x, batch=5)
    assert statistics.shape == (5, 2, 4)
    np.testing.assert_allclose(statistics[-1, 0], layer.running_mean.numpy(), atol=1e-12)
    np.testing.assert_allclose(statistics[-1, 1], layer.running_var.numpy(), atol=1e-12)
    used = layer.eval()(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(normalise_by(x, statistics), used, atol=1e-12)


def test_a_batch_of_one_loses_everything_and_pytorch_refuses_it() -> None:
    assert not normalise(X[:1], kind="batch").any()
    with pytest.raises(ValueError, match="more than 1 value"):
        torch.nn.BatchNorm1d(4)(torch.zeros(1, 4))


def test_only_batch_norm_depends_on_the_others() -> None:
    assert np.ptp(row_by_sizes(X, kind="layer", most=7)) < 1e-12
    by_batch = row_by_sizes(X, kind="batch", most=7)
    assert by_batch[0] == 0
    assert np.ptp(by_batch) > 0.1


@given(
    arrays(np.float64, (5, 3), elements=st.floats(-1e3, 1e3)), st.sampled_from(["batch", "layer"])
)
def test_the_gradient_moves_neither_the_mean_nor_the_scale(x: np.ndarray, kind: str) -> None:
    above = ABOVE[:5, :3]
    of_x, _gain, _bias = normalise_gradients(above, x, kind=kind)
    axis = 0 if kind == "batch" else 1
    size = 1 + np.abs(of_x).max()
    assert np.abs(of_x.sum(axis=axis)).max() <= 1e-9 * size


def test_features_of_digits() -> None:
    picture = np.zeros((1, 28, 28), np.uint8)
    picture[0, 3:7, 10] = 255
    expected = [4 * 255 / 784, 4, 1, 4.5, 10]
    np.testing.assert_allclose(digit_features(picture)[0], expected)
    table = digit_features(digits(path_of(MNIST_5K), start=0, count=50))
    assert np.isfinite(table).all()
    assert not digit_features(np.zeros((1, 28, 28), np.uint8)).any()
