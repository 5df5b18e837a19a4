"""Activations and their derivatives against PyTorch; chains and networks against autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.training.activation import (
    EXAMPLES,
    KINDS,
    SLOPE,
    WIDTH,
    activate,
    axis,
    bend,
    chain,
    derivative,
    factor_each,
    largest_gap,
    layer_gradients,
    random_curve,
    steepest,
)

THEIRS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky": lambda x: torch.nn.functional.leaky_relu(x, SLOPE),
    "gelu": torch.nn.functional.gelu,
    "gelu tanh": lambda x: torch.nn.functional.gelu(x, approximate="tanh"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_values_and_derivatives_equal_those_of_autograd(kind: str) -> None:
    numbers = np.concatenate([np.linspace(-8, 8, 1001), [-40.0, 40.0, 1e-300, 0.0]])
    x = torch.from_numpy(numbers.copy()).requires_grad_()
    y = THEIRS[kind](x)
    y.sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(
        activate(numbers, kind=kind), y.detach().numpy(), rtol=1e-12, atol=1e-12
    )
    np.testing.assert_allclose(derivative(numbers, kind=kind), x.grad.numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_chain_is_what_autograd_says(kind: str) -> None:
    start = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    h = start
    for _unit in range(6):
        h = THEIRS[kind](-1.3 * h)
    h.backward()
    rows = chain(kind=kind, depth=6, start=0.7, weight=-1.3)
    assert rows[-1, 1] == pytest.approx(float(h.detach()), abs=1e-12)
    assert rows[-1, 3] == pytest.approx(float(start.grad), abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_layers_are_what_autograd_says(kind: str) -> None:
    depth, gain = 4, 1.2
    random = np.random.default_rng(0)
    x = torch.from_numpy(random.normal(size=(EXAMPLES, WIDTH)))
    weights = torch.from_numpy(random.normal(size=(depth, WIDTH, WIDTH)) * gain / WIDTH**0.5)
    above = torch.from_numpy(random.normal(size=(EXAMPLES, WIDTH)))
    inputs = []
    h = x
    for w in weights:
        h = h.detach().requires_grad_() if not inputs else h
        h.retain_grad()
        inputs.append(h)
        h = THEIRS[kind](h @ w.T)
    (h * above).sum().backward()
    last = above.square().mean().sqrt()
    expected = [float(one.grad.square().mean().sqrt() / last) for one in inputs]
    ours = layer_gradients(kind=kind, depth=depth, gain=gain)
    np.testing.assert_allclose(ours, expected, rtol=1e-10)


def test_sigmoid_vanishes_and_relu_with_good_weights_does_not() -> None:
    lost = layer_gradients(kind="sigmoid", gain=1.414)
    kept = layer_gradients(kind="relu", gain=1.414)
    assert lost[0] < 1e-8
    assert 0.1 < kept[0] < 10
    assert factor_each(lost) == pytest.approx(lost[0] ** (1 / 20))


def test_known_constants() -> None:
    assert steepest(kind="sigmoid") == 0.25
    assert steepest(kind="tanh") == steepest(kind="relu") == 1
    assert 1e-4 < largest_gap() < 1e-3


def test_without_an_activation_a_network_is_a_straight_line() -> None:
    assert bend(random_curve(kind="none")) < 1e-12
    assert bend(random_curve(kind="relu")) > 0.05
    assert np.array_equal(activate(axis(), kind="none"), axis())
    assert not (derivative(axis(), kind="none") != 1).any()


def test_another_activation_is_refused() -> None:
    for function in (activate, derivative):
        with pytest.raises(ValueError, match="swish"):
            function(axis(), kind="swish")
