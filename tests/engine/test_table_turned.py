"""A weight set by hand: what PyTorch says of the same network, and training that goes on from there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from engine.table.mlp import first_weights
from engine.table.network import torch_network
from engine.table.plane import held_out, plane_of
from engine.table.playground import playground, seen_and_aims
from engine.table.toys import toy_points
from engine.table.turned import (
    before_and_by_hand,
    layer_table,
    strongest_weight,
    trained_on,
    weights_after,
    with_weight,
)

SIZES = (3, 4, 5, 3)
FEATURES = ("x", "y", "xy")
HOW: dict[str, Any] = {
    "features": FEATURES,
    "hidden": (4, 5),
    "activation": "tanh",
    "rate": 0.1,
    "batch": 7,
    "penalty": "l2",
    "strength": 0.003,
    "seed": 3,
}


def prepared() -> tuple[np.ndarray, ...]:
    points = toy_points(shape="islands", count=60, noise=0.2, seed=0)
    test = held_out(points, share=0.4, seed=0)
    return points, test, plane_of(points, test)


@pytest.mark.parametrize("place", [(0, 2, 1), (1, 0, 4), (2, 4, 2), (0, 3, 0), (2, 5, 1)])
def test_a_network_with_one_weight_set_is_that_of_pytorch(place: tuple[int, int, int]) -> None:
    import torch

    layer, row, column = place
    inputs = prepared()
    run = playground(*inputs, **HOW, epochs=2)
    before = weights_after(run, epoch=2)
    kept = before.copy()
    by_hand = with_weight(before, sizes=SIZES, layer=layer, row=row, column=column, value=-2.75)
    np.testing.assert_array_equal(before, kept)
    assert (by_hand != before).sum() == 1
    assert layer_table(by_hand, sizes=SIZES, layer=layer)[row, column] == -2.75
    pair = before_and_by_hand(
        before, by_hand, *inputs, features=FEATURES, sizes=SIZES, activation="tanh"
    )
    np.testing.assert_array_equal(pair[0], run[2])

    network = torch_network(before, sizes=SIZES, activation="tanh")
    linear = network[2 * layer]
    with torch.no_grad():
        if row < SIZES[layer]:
            linear.weight[column, row] = -2.75
        else:
            linear.bias[column] = -2.75
    seen, aims, classes = seen_and_aims(*inputs, features=FEATURES)
    assert classes == 3
    with torch.no_grad():
        scores = network(torch.from_numpy(seen))
    test = inputs[1]
    for at, mask in ((0, ~test), (2, test)):
        truth = torch.from_numpy(aims[mask]).long()
        loss = torch.nn.functional.cross_entropy(scores[mask], truth)
        assert pair[1, at] == pytest.approx(float(loss), rel=1e-12)
        right = accuracy_score(aims[mask], scores[mask].argmax(dim=1))
        assert pair[1, at + 1] == pytest.approx(right)


def test_training_on_from_what_was_learnt_is_the_longer_run_bit_for_bit() -> None:
    inputs = prepared()
    whole = playground(*inputs, **HOW, epochs=9)
    learnt = weights_after(whole, epoch=4)
    shape = {"features": FEATURES, "sizes": SIZES, "activation": "tanh"}
    pair = before_and_by_hand(learnt, learnt, *inputs, **shape)
    on = trained_on(pair, *inputs, **HOW, epoch=4, more=5)
    assert on.shape == (2 + 5, whole.shape[1])
    assert on[1:].tobytes() == whole[4:].tobytes()
    cut = with_weight(learnt, sizes=SIZES, layer=2, row=0, column=0, value=9.0)
    other = trained_on(
        before_and_by_hand(learnt, cut, *inputs, **shape), *inputs, **HOW, epoch=4, more=5
    )
    assert other[1, 0] > whole[4, 0]
    assert other[-1, 0] < other[1, 0]  # it recovers


def test_the_strongest_weight_is_no_bias() -> None:
    weights = first_weights(sizes=SIZES, seed=1)
    weights = with_weight(weights, sizes=SIZES, layer=1, row=4, column=0, value=50.0)
    weights = with_weight(weights, sizes=SIZES, layer=1, row=2, column=3, value=-7.0)
    assert strongest_weight(weights, sizes=SIZES) == (1, 2, 3, -7.0)
    assert strongest_weight(0 * weights, sizes=SIZES) == (0, 0, 0, 0.0)


@pytest.mark.parametrize("place", [(0, 4, 0), (0, 0, 4), (2, -1, 0), (1, 0, -1)])
def test_a_weight_that_is_not_there_is_refused(place: tuple[int, int, int]) -> None:
    layer, row, column = place
    weights = first_weights(sizes=SIZES, seed=0)
    with pytest.raises(ValueError, match=f"layer {layer}"):
        with_weight(weights, sizes=SIZES, layer=layer, row=row, column=column, value=1.0)
