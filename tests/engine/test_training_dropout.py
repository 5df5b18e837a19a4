"""Dropout against its definition and PyTorch's; four trained networks, live and recorded."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.models.for_training import MNIST_5K, REGULAR_RUN
from engine.models.public import path_of
from engine.training.dropout import (
    WEIGHTS,
    distance_from,
    drawn_mask,
    dropout_gradient,
    dropped,
    every_network,
    expected_distance,
    histogram_of_networks,
    mean_of_networks,
    means_of_draws,
    small_layer,
    weighted_sum,
)
from engine.training.recorded import recorded
from engine.training.regular import (
    KINDS,
    LEARN_RIGHT,
    RATES,
    TEST_LOSS,
    TEST_RIGHT,
    regular,
    regular_network,
    regular_steps,
)
from engine.training.seeds import range_over_seeds

LAYER, TO_ONE = small_layer(), small_layer(values=WEIGHTS)


def test_with_the_same_mask_it_is_pytorch_s() -> None:
    torch.manual_seed(1)
    x = torch.rand(1000, dtype=torch.float64, requires_grad=True)
    y = torch.nn.functional.dropout(x, 0.3)
    mask = (y != 0).double().numpy()
    above = np.arange(1000.0)
    y.backward(torch.from_numpy(above))
    values = x.detach().numpy()
    np.testing.assert_allclose(dropped(values, mask, p=0.3), y.detach().numpy(), atol=1e-15)
    np.testing.assert_allclose(dropout_gradient(above, mask, p=0.3), x.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_the_share_that_is_struck_out_is_p(p: float) -> None:
    mask = drawn_mask(np.ones(40_000), p=p)
    assert set(np.unique(mask)) == {0, 1}
    assert 1 - mask.mean() == pytest.approx(p, abs=0.01)


@pytest.mark.parametrize("p", [0.2, 0.5, 0.8])
def test_the_mean_comes_near_as_fast_as_theory_says(p: float) -> None:
    runs = [
        distance_from(LAYER, means_of_draws(LAYER, p=p, draws=400, seed=seed)) for seed in range(40)
    ]
    measured = np.sqrt(np.mean(np.square(runs), axis=0))[[0, 9, 99, 399]]
    theory = expected_distance(p=p, draws=400)[[0, 9, 99, 399]]
    np.testing.assert_allclose(measured, theory, rtol=0.35)
    bare = means_of_draws(LAYER, p=p, draws=400, scaled=False)
    assert distance_from(LAYER, bare)[-1] == pytest.approx(p, abs=0.08)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.7])
def test_the_mean_of_all_networks_is_the_layer_itself(p: float) -> None:
    networks = every_network(LAYER, TO_ONE, p=p)
    assert networks.shape == (2, 256)
    assert networks[1].sum() == pytest.approx(1, abs=1e-12)
    mean, spread = mean_of_networks(networks)
    assert mean == pytest.approx(weighted_sum(LAYER, TO_ONE), abs=1e-12)
    expected = np.sqrt(p / (1 - p) * np.sum((LAYER * TO_ONE) ** 2))
    assert spread == pytest.approx(expected, rel=1e-12)
    assert histogram_of_networks(networks)[1].sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_repeats_and_goes_on_bit_for_bit(kind: str) -> None:
    how = {"kind": kind, "count": 300, "epochs": 3}
    path = path_of(MNIST_5K)
    whole = list(regular_steps(path, **how))
    again = regular(path, **how)
    assert again.tobytes() == np.stack([shown for shown, _ in whole]).tobytes()
    rest = list(regular_steps(path, **how, resume=whole[1][1]))
    assert [s.tobytes() for s, _ in rest] == [s.tobytes() for s, _ in whole[2:]]


def test_each_kind_has_its_layers() -> None:
    kinds = {kind: [type(m).__name__ for m in regular_network(kind, 0.3)] for kind in KINDS}
    assert kinds["none"].count("Linear") == 4
    assert kinds["dropout"].count("Dropout") == 3
    assert kinds["batch"].count("BatchNorm1d") == 3
    assert kinds["layer"].count("LayerNorm") == 3


def test_recorded_runs_say_what_the_lesson_says() -> None:
    file = path_of(REGULAR_RUN)
    runs = {(r, k): recorded(file, name=f"{r}/{k}") for r in RATES for k in KINDS}
    slow = {kind: runs[RATES[0], kind] for kind in KINDS}
    early = {k: range_over_seeds(r, column=TEST_RIGHT, epoch=3) for k, r in slow.items()}
    assert early["batch"][0] > early["none"][2]  # even its worst seed is ahead of the best without
    losses = {k: range_over_seeds(r, column=TEST_LOSS, epoch=-1)[1] for k, r in slow.items()}
    assert losses["dropout"] < losses["none"]
    learnt = range_over_seeds(slow["none"], column=LEARN_RIGHT, epoch=-1)[1]
    tested = range_over_seeds(slow["none"], column=TEST_RIGHT, epoch=-1)[1]
    assert learnt - tested > 0.05


def test_a_recorded_run_is_what_a_live_one_gives() -> None:
    live = regular(path_of(MNIST_5K), kind="batch", epochs=1)
    kept = recorded(path_of(REGULAR_RUN), name=f"{RATES[0]}/batch")[0, :2]
    np.testing.assert_allclose(live, kept, rtol=0.05, atol=0.03)
