"""What the training runs have in common: seeds, and states from which a run goes on.

Chance of an epoch depends on the seed and the number of the epoch only. So a run that goes on from a
saved state does the same, bit for bit, as one that was never interrupted, and no generator has to be
saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def start_epoch(seed: int, epoch: int) -> np.random.Generator:
    """Seed PyTorch for one epoch, with one thread, and return a NumPy generator for the same.

    Epoch 0 is what comes before training: the weights are drawn in it. One thread adds in the same
    order each time.

    Parameters
    ----------
    seed, epoch : int >= 0.
    """
    import torch

    torch.set_num_threads(1)
    seeds = np.random.SeedSequence([seed, epoch])
    # The generator of the CPU, on which weights are drawn; `torch.manual_seed` would also write down
    # for each GPU who called it, which takes longer than an epoch of a small head.
    torch.default_generator.manual_seed(int(seeds.generate_state(1)[0]))
    return np.random.default_rng(seeds)


def pack_state(network: Any, optimizer: Any = None, *, epoch: int, **arrays: NDArray[Any]) -> bytes:
    """All that a run needs to go on behind an epoch, as the bytes of a safetensors file.

    Parameters
    ----------
    network : torch.nn.Module, or a mapping from names to tensors.
    optimizer : torch.optim.Optimizer that has `network`'s parameters.
    epoch : int, the one that is behind.
    **arrays : anything else.

    Returns
    -------
    bytes, with the tensors "network/...", "optimizer/<parameter>/<what>" and "array/...".
    """
    import torch
    from safetensors.torch import save

    tensors = network if isinstance(network, Mapping) else network.state_dict()
    parts = {f"network/{name}": tensor for name, tensor in tensors.items()}
    if optimizer is not None:
        for number, kept in optimizer.state_dict()["state"].items():
            for name, value in kept.items():
                if value is not None:  # SGD without momentum keeps None
                    parts[f"optimizer/{number}/{name}"] = torch.as_tensor(value)
    parts |= {f"array/{name}": torch.from_numpy(np.array(a)) for name, a in arrays.items()}
    # Copies: tensors that share memory, as tied weights do, can't be saved as they are.
    copies = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in parts.items()}
    return save(copies, {"epoch": str(epoch)})


def unpack_state(state: bytes, network: Any, optimizer: Any = None) -> dict[str, NDArray[Any]]:
    """Put a state back into a network and an optimizer that were made as those it was taken of.

    Parameters
    ----------
    network : torch.nn.Module, or a mapping from names to tensors, which are filled.

    Returns
    -------
    dict, the further arrays of `pack_state`.
    """
    import torch
    from safetensors.torch import load

    parts = load(state)
    mine = {
        name.removeprefix("network/"): tensor
        for name, tensor in parts.items()
        if name.startswith("network/")
    }
    if isinstance(network, Mapping):
        with torch.no_grad():
            for name, tensor in network.items():
                tensor.copy_(mine[name])
    else:
        network.load_state_dict(mine)
    if optimizer is not None:
        whole = optimizer.state_dict()
        whole["state"] = {}
        for name, tensor in parts.items():
            if name.startswith("optimizer/"):
                _kind, number, what = name.split("/")
                whole["state"].setdefault(int(number), {})[what] = tensor
        optimizer.load_state_dict(whole)
    return {
        name.removeprefix("array/"): tensor.numpy()
        for name, tensor in parts.items()
        if name.startswith("array/")
    }


def epoch_of(state: bytes) -> int:
    """The epoch behind which a state was taken."""
    import json

    length = int.from_bytes(state[:8], "little")
    return int(json.loads(state[8 : 8 + length])["__metadata__"]["epoch"])


def gradient_norms(network: Any) -> dict[str, float]:
    """The length of the gradient of each parameter that has one: the root of the sum of its squares."""
    return {
        name: float(parameter.grad.norm())
        for name, parameter in network.named_parameters()
        if parameter.grad is not None
    }


def parameter_counts(network: Any) -> tuple[int, int]:
    """How many numbers are trained, and how many there are."""
    sizes = [(p.numel(), p.requires_grad) for p in network.parameters()]
    return sum(n for n, trained in sizes if trained), sum(n for n, _trained in sizes)


def stack_rows(rows: list[NDArray[Any]], state: bytes = b"") -> NDArray[Any]:
    """What the steps of a run have shown, as one array; the last state is not needed."""
    return np.stack(rows)
