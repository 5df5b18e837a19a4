"""The network written by hand against PyTorch: gradients, Adam, and runs that repeat and go on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_iris

from engine.table.mlp import (
    ACTIVATIONS,
    LEARN_LOSS,
    TEST_SCORE,
    autograd_gradients,
    first_weights,
    mlp,
    mlp_forward,
    mlp_gradients,
    mlp_layers,
    mlp_loss,
    mlp_outputs,
    mlp_result,
    mlp_sizes,
    mlp_steps,
)


def toy(classes: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    x = random.normal(size=(37, 3))
    y = random.integers(0, classes, 37) if classes else random.normal(size=37)
    return x, y, np.arange(37) % 4 > 0


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("classes", [0, 2, 5])
@pytest.mark.parametrize("layers", [0, 1, 3])
def test_gradients_are_those_of_autograd(activation: str, classes: int, layers: int) -> None:
    x, y, _learn = toy(classes)
    sizes = mlp_sizes(inputs=3, layers=layers, units=6, classes=classes)
    weights = first_weights(sizes=sizes, seed=2)
    how: dict[str, Any] = {
        "sizes": sizes,
        "activation": activation,
        "classes": classes,
        "penalty": 0.3,
    }
    by_hand, by_torch = (f(weights, x, y, **how) for f in (mlp_gradients, autograd_gradients))
    np.testing.assert_allclose(by_hand, by_torch, rtol=1e-10, atol=1e-14)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 100), st.sampled_from([0, 3]))
def test_gradients_are_what_a_small_change_does(seed: int, classes: int) -> None:
    x, y, _learn = toy(classes, seed)
    sizes = mlp_sizes(inputs=3, layers=1, units=4, classes=classes)
    how: dict[str, Any] = {"sizes": sizes, "activation": "tanh", "classes": classes}
    weights = first_weights(sizes=sizes, seed=seed)
    gradient = mlp_gradients(weights, x, y, **how)
    direction = np.random.default_rng(seed).normal(size=len(weights))
    ends = [
        mlp_loss(mlp_outputs(weights + way * 1e-5 * direction, x, **how), y, classes=classes)
        for way in (-1, 1)
    ]
    np.testing.assert_allclose(
        (ends[1] - ends[0]) / 2e-5, gradient @ direction, rtol=1e-4, atol=1e-8
    )


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_run_is_that_of_torch(optimizer: str) -> None:
    x, y, _learn = toy(3)
    everything = np.ones(37, bool)
    how: dict[str, Any] = {"layers": 2, "units": 5, "activation": "tanh", "rate": 0.02, "seed": 4}
    measures, weights = mlp(
        x, y, everything, classes=3, epochs=4, batch=64, optimizer=optimizer, **how
    )
    sizes = mlp_sizes(inputs=3, layers=2, units=5, classes=3)
    parts: list[Any] = []
    for matrix, bias in mlp_layers(first_weights(sizes=sizes, seed=4), sizes=sizes):
        linear = torch.nn.Linear(*matrix.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(matrix.T.copy()))
            linear.bias.copy_(torch.from_numpy(bias.copy()))
        parts += [linear, torch.nn.Tanh()]
    network = torch.nn.Sequential(*parts[:-1])
    kind = torch.optim.Adam if optimizer == "adam" else torch.optim.SGD
    steps = kind(network.parameters(), lr=0.02)
    for _epoch in range(4):
        steps.zero_grad()
        loss = torch.nn.functional.cross_entropy(network(torch.from_numpy(x)), torch.from_numpy(y))
        loss.backward()
        steps.step()
    scores = mlp_forward(weights, x, sizes=sizes, activation="tanh")[-1]
    expected = network(torch.from_numpy(x)).detach()
    np.testing.assert_allclose(scores, expected.numpy(), rtol=1e-8)
    loss = torch.nn.functional.cross_entropy(expected, torch.from_numpy(y))
    np.testing.assert_allclose(measures[-1, LEARN_LOSS], float(loss), rtol=1e-8)


def test_two_runs_are_equal_and_another_seed_is_not() -> None:
    x, y, learn = toy(2)
    how: dict[str, Any] = {"classes": 2, "epochs": 3, "batch": 8}
    once, again = mlp(x, y, learn, seed=1, **how), mlp(x, y, learn, seed=1, **how)
    assert once[0].tobytes() == again[0].tobytes()
    assert once[1].tobytes() == again[1].tobytes()
    assert once[1].tobytes() != mlp(x, y, learn, seed=2, **how)[1].tobytes()


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_run_goes_on_as_if_it_had_never_stopped(optimizer: str) -> None:
    x, y, learn = toy(0)
    how: dict[str, Any] = {"classes": 0, "epochs": 5, "batch": 8, "optimizer": optimizer}
    whole = list(mlp_steps(x, y, learn, **how))
    rest = list(mlp_steps(x, y, learn, resume=whole[2][1], **how))
    assert len(rest) == 3
    for (shown, state), (again, state_again) in zip(whole[3:], rest, strict=True):
        assert state == state_again
        assert shown[0].tobytes() == again[0].tobytes()
    together = mlp_result([shown for shown, _state in whole])
    assert together[0].shape == (6, 4)


def test_iris_is_learnt() -> None:
    x, y = load_iris(return_X_y=True)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    learn = np.random.default_rng(0).permutation(150) >= 38
    measures, _weights = mlp(x, y, learn, classes=3, epochs=40)
    assert measures[0, TEST_SCORE] < 0.8
    assert measures[-1, TEST_SCORE] >= 0.9
    assert measures[-1, LEARN_LOSS] < 0.15


def test_a_step_that_is_too_long_ends_in_no_error() -> None:
    x, y, learn = toy(0)
    measures, _weights = mlp(
        x * 100, y, learn, classes=0, epochs=30, rate=1e3, optimizer="sgd", batch=4
    )
    assert not np.isfinite(measures[-1, LEARN_LOSS])


def test_no_test_rows_have_no_score() -> None:
    x, y, _learn = toy(2)
    measures, _weights = mlp(x, y, np.ones(37, bool), classes=2, epochs=1)
    assert np.isnan(measures[:, TEST_SCORE]).all()


def test_an_unknown_activation_is_refused() -> None:
    x, y, learn = toy(2)
    with pytest.raises(ValueError, match="softplus"):
        mlp(x, y, learn, classes=2, activation="softplus", epochs=1)
