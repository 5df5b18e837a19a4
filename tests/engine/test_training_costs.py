"""Counted memory and work against PyTorch's own accounts of small networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.networks.convnets import vgg16
from engine.networks.trace import totals
from engine.training.costs import (
    BYTES,
    PARTS,
    SMALL,
    STATES,
    bytes_by_batch,
    bytes_in_use,
    held_by_steps,
    kept_numbers,
    largest_batch,
    measured_work,
    saved_by_batch,
    saved_bytes,
    small_network,
    small_trace,
    step_bytes,
    step_work,
)


@pytest.mark.parametrize("name", SMALL)
def test_pytorch_keeps_what_the_rule_counts(name: str) -> None:
    rows = saved_by_batch(name=name, batches=(1, 3, 64))
    np.testing.assert_array_equal(rows[:, 0], rows[:, 1])
    assert rows[2, 0] == 64 * rows[0, 0] > 0


@pytest.mark.parametrize("name", SMALL)
def test_half_the_bytes_a_number_are_half_the_activations(name: str) -> None:
    full, half = (saved_bytes(name=name, batch=8, way=way) for way in ("train", "half"))
    assert full[0] == 2 * half[0]
    assert full[1] == 2 * half[1]


def test_nothing_is_kept_for_use_only() -> None:
    assert saved_bytes(name="lenet", batch=8, way="inference") == (0, 0)


def test_outputs_that_are_held_hold_their_activations() -> None:
    rows = held_by_steps(name="mlp", batch=4, steps=3)
    assert (rows[:, 0] == rows[0, 0] * np.arange(1, 4)).all()
    assert (rows[:, 1] == rows[0, 0]).all()


@pytest.mark.parametrize("name", SMALL)
def test_multiply_adds_are_those_that_pytorch_counts(name: str) -> None:
    assert step_work(small_trace(name=name)) == measured_work(name=name)


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("optimizer", STATES)
def test_weights_gradients_and_state_are_those_of_pytorch(name: str, optimizer: str) -> None:
    network = small_network(name)
    made = {
        "sgd": lambda p: torch.optim.SGD(p, 0.1),
        "momentum": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9),
        "adam": lambda p: torch.optim.Adam(p),
    }[optimizer](network.parameters())
    side = 28 if name == "mlp" else 32
    network(torch.ones(2, 1, side, side)).sum().backward()
    made.step()
    parameters = list(network.parameters())
    kept = [
        value
        for of in made.state.values()
        for value in of.values()
        if torch.is_tensor(value) and value.ndim
    ]
    counted = step_bytes(small_trace(name=name), batch=2, optimizer=optimizer, form="float32")
    assert counted[0] == sum(p.nbytes for p in parameters)
    assert counted[1] == sum(p.grad.nbytes for p in parameters if p.grad is not None)
    assert counted[2] == sum(value.nbytes for value in kept)


def test_the_largest_batch_fits_and_one_more_does_not() -> None:
    rows = vgg16((3, 224, 224))
    room = 8 * 2**30
    for form in BYTES:
        most = largest_batch(rows, room=room, optimizer="adam", form=form)
        sizes = [
            sum(step_bytes(rows, batch=n, optimizer="adam", form=form)) for n in (most, most + 1)
        ]
        assert sizes[0] <= room < sizes[1]
    assert largest_batch(rows, room=1000, optimizer="sgd", form="float32") == 0


def test_parts_by_batch() -> None:
    rows = small_trace(name="lenet")
    found = bytes_by_batch(rows, batches=(1, 10), optimizer="momentum", form="float32")
    assert found.shape == (2, len(PARTS))
    assert found[0, 3] == totals(rows)[2]
    assert found[1, 3] == 10 * found[0, 3]
    assert (found[0, :3] == 4 * totals(rows)[0]).all()
    assert bytes_in_use(rows, form="float32") < found[0].sum()


def test_less_is_kept_than_all_outputs_and_each_once() -> None:
    rows = small_trace(name="lenet")
    kept = kept_numbers(rows)
    assert [name for name, _count in kept] == ["input", "a1", "s2", "a3", "s4", "a5", "a6"]
    assert dict(kept)["input"] == 32 * 32
