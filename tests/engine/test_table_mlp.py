"""The network in PyTorch against the one written by hand: gradients, training, runs that go on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_iris

from engine.table.mlp import (
    ACTIVATIONS,
    LEARN_LOSS,
    TEST_SCORE,
    activated,
    first_weights,
    mlp_gradients,
    mlp_loss,
    mlp_measures,
    mlp_outputs,
    mlp_sizes,
)
from engine.table.network import (
    OPTIMIZERS,
    autograd_gradients,
    gradient_check,
    network_result,
    table_network,
    table_network_steps,
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


def by_hand(
    x: np.ndarray,
    y: np.ndarray,
    learn: np.ndarray,
    epochs: int,
    optimizer: str,
    how: dict[str, Any],
) -> tuple[list[np.ndarray], np.ndarray]:
    """The training written out: passes of `engine.table.mlp`, Adam as in its paper (2014)."""
    classes, shape = how["classes"], {key: how[key] for key in ("layers", "units")}
    sizes = mlp_sizes(inputs=x.shape[1], classes=classes, **shape)
    names: dict[str, Any] = {"sizes": sizes, "activation": how["activation"], "classes": classes}
    weights = first_weights(sizes=sizes, seed=how["seed"])
    means, squares, step = np.zeros_like(weights), np.zeros_like(weights), 0
    measures = [mlp_measures(weights, x, y, learn, **names)]
    for epoch in range(1, epochs + 1):
        order = np.random.default_rng([how["seed"], epoch]).permutation(np.flatnonzero(learn))
        for start in range(0, len(order), how["batch"]):
            part = order[start : start + how["batch"]]
            gradient = mlp_gradients(weights, x[part], y[part], penalty=how["penalty"], **names)
            step += 1
            if optimizer == "adam":
                means = 0.9 * means + 0.1 * gradient
                squares = 0.999 * squares + 0.001 * gradient**2
                spread = np.sqrt(squares / (1 - 0.999**step)) + 1e-8
                gradient = means / (1 - 0.9**step) / spread
            weights = weights - how["rate"] * gradient
        measures.append(mlp_measures(weights, x, y, learn, **names))
    return measures, weights


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(("classes", "activation"), [(3, "tanh"), (2, "relu"), (0, "sigmoid")])
def test_the_network_learns_as_the_loop_written_by_hand(
    optimizer: str, classes: int, activation: str
) -> None:
    x, y, learn = toy(classes)
    how: dict[str, Any] = {
        "classes": classes,
        "layers": 2,
        "units": 5,
        "activation": activation,
        "rate": 0.02,
        "penalty": 0.05,
        "batch": 8,
        "seed": 4,
    }
    expected, expected_weights = by_hand(x, y, learn, 4, optimizer, how)
    measures, weights = table_network(x, y, learn, epochs=4, optimizer=optimizer, **how)
    np.testing.assert_allclose(measures, expected, atol=1e-9)
    np.testing.assert_allclose(weights, expected_weights, atol=1e-9)


def test_the_page_compares_the_networks_own_gradient() -> None:
    x, y, learn = toy(3)
    found = gradient_check(
        x, y, learn, classes=3, layers=2, units=5, activation="relu", penalty=0.1
    )
    assert found.shape == (3, 3)
    assert (found[:, :2] > 0.01).all()
    assert (found[:, 2] < 1e-14).all()


def test_two_runs_are_equal_and_another_seed_is_not() -> None:
    x, y, learn = toy(2)
    how: dict[str, Any] = {"classes": 2, "epochs": 3, "batch": 8}
    once, again = (table_network(x, y, learn, seed=1, **how) for _time in range(2))
    assert once[0].tobytes() == again[0].tobytes()
    assert once[1].tobytes() == again[1].tobytes()
    assert once[1].tobytes() != table_network(x, y, learn, seed=2, **how)[1].tobytes()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_run_goes_on_as_if_it_had_never_stopped(optimizer: str) -> None:
    x, y, learn = toy(0)
    how: dict[str, Any] = {"classes": 0, "epochs": 5, "batch": 8, "optimizer": optimizer}
    whole = list(table_network_steps(x, y, learn, **how))
    rest = list(table_network_steps(x, y, learn, resume=whole[2][1], **how))
    assert len(rest) == 3
    for (shown, state), (again, state_again) in zip(whole[3:], rest, strict=True):
        assert state == state_again
        assert shown.tobytes() == again.tobytes()
    together = network_result([shown for shown, _state in whole], rest[-1][1])
    assert together[0].shape == (6, 4)
    assert together[1].tobytes() == table_network(x, y, learn, **how)[1].tobytes()


def test_iris_is_learnt() -> None:
    x, y = load_iris(return_X_y=True)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    learn = np.random.default_rng(0).permutation(150) >= 38
    measures, weights = table_network(x, y, learn, classes=3, epochs=40)
    assert measures[0, TEST_SCORE] < 0.8
    assert measures[-1, TEST_SCORE] >= 0.9
    assert measures[-1, LEARN_LOSS] < 0.15
    sizes = mlp_sizes(inputs=4, layers=2, units=16, classes=3)
    said = mlp_outputs(weights, x[~learn], sizes=sizes, activation="relu", classes=3)
    assert (said.argmax(axis=1) == y[~learn]).mean() == pytest.approx(measures[-1, TEST_SCORE])


def test_a_step_that_is_too_long_ends_in_no_error() -> None:
    x, y, learn = toy(0)
    measures, _weights = table_network(
        x * 100, y, learn, classes=0, epochs=30, rate=1e3, optimizer="sgd", batch=4
    )
    assert not np.isfinite(measures[-1, LEARN_LOSS])


def test_no_test_rows_have_no_score() -> None:
    x, y, _learn = toy(2)
    measures, _weights = table_network(x, y, np.ones(37, bool), classes=2, epochs=1)
    assert np.isnan(measures[:, TEST_SCORE]).all()


def test_an_unknown_activation_is_refused() -> None:
    with pytest.raises(ValueError, match="softplus"):
        activated(np.zeros(2), activation="softplus")
