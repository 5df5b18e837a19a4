"""States of runs: what goes on from one does what was never interrupted; recorded runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.training.loop import (
    epoch_of,
    gradient_norms,
    pack_state,
    parameter_counts,
    start_epoch,
    unpack_state,
)
from engine.training.recorded import record, recorded, recorded_facts, recorded_names

OPTIMIZERS = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.1),
    "momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=0.01),
}


def run(optimizer: str, epochs: int, resume: bytes = b"") -> tuple[list[bytes], bytes]:
    """The weights after each epoch, and the last state."""
    start_epoch(5, 0)
    network = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Dropout(0.5), torch.nn.Linear(4, 1)
    )
    learner = OPTIMIZERS[optimizer](network.parameters())
    first = 0
    if resume:
        unpack_state(resume, network, learner)
        first = epoch_of(resume)
    weights, state = [], b""
    for epoch in range(first + 1, epochs + 1):
        random = start_epoch(5, epoch)
        x = torch.from_numpy(random.normal(size=(8, 3)).astype(np.float32))
        loss = (network(x) - x.sum(dim=1, keepdim=True)).square().mean()
        learner.zero_grad()
        loss.backward()
        learner.step()
        state = pack_state(network, learner, epoch=epoch)
        weights.append(pack_state(network, epoch=epoch))
    return weights, state


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_goes_on_from_a_state_does_what_was_never_interrupted(optimizer: str) -> None:
    whole, last = run(optimizer, 6)
    first, state = run(optimizer, 2)
    rest, again = run(optimizer, 6, state)
    assert first + rest == whole
    assert again == last
    assert epoch_of(state) == 2


def test_tensors_without_a_module_and_further_arrays() -> None:
    tensors = {"w": torch.arange(3.0)}
    state = pack_state(tensors, epoch=1, seen=np.arange(4))
    mine = {"w": torch.zeros(3)}
    assert unpack_state(state, mine)["seen"].tolist() == [0, 1, 2, 3]
    assert mine["w"].tolist() == [0, 1, 2]


def test_gradients_and_counts() -> None:
    network = torch.nn.Linear(2, 1)
    network.bias.requires_grad_(False)
    network(torch.tensor([[3.0, 4.0]])).sum().backward()
    assert gradient_norms(network) == {"weight": 5.0}
    assert parameter_counts(network) == (2, 3)


def test_seeds_of_epochs_differ_and_repeat() -> None:
    drawn = [start_epoch(seed, epoch).random() for seed in range(3) for epoch in range(3)]
    assert len(set(drawn)) == 9
    start_epoch(1, 2)
    one = torch.rand(1)
    start_epoch(1, 2)
    assert torch.equal(one, torch.rand(1))


def test_a_recorded_run_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    epochs, loss = np.arange(3), np.array([0.9, 0.5, 0.25])
    record(path, {"epochs": epochs, "loss": loss}, script="make_it.py", seconds=12)
    assert recorded_names(str(path)) == ("epochs", "loss")
    np.testing.assert_array_equal(recorded(str(path), name="loss"), loss)
    assert dict(recorded_facts(str(path))) == {"script": "make_it.py", "seconds": "12"}
