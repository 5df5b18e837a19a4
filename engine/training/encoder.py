"""One small network for four objectives: an encoder from a digit to a few numbers, and a way back.

Two convolutions that halve the sides, then two full layers. The decoder mirrors it. G. Hinton and
R. Salakhutdinov, "Reducing the dimensionality of data with neural networks", 2006.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training.loop import epoch_of, pack_state, start_epoch, unpack_state

#: Numbers that an encoder makes of a digit where nothing else is said.
NUMBERS = 64
#: What negative sums are multiplied by between the layers. With 0, as in ReLU, most units before the
#: numbers died in the first epoch: they never fire again, and no gradient brings them back.
SLOPE = 0.1
#: Mean of the pixels of MNIST's 60,000 digits, 0..1.
INK = 0.1307


def encoder(numbers: int, *, slope: float = SLOPE) -> Any:
    """An untrained encoder: torch module from (n, 1, 28, 28) to (n, numbers)."""
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1),  # (n, 16, 14, 14)
        nn.LeakyReLU(slope),
        nn.Conv2d(16, 32, 3, stride=2, padding=1),  # (n, 32, 7, 7)
        nn.LeakyReLU(slope),
        nn.Flatten(),
        nn.Linear(32 * 7 * 7, 64),
        nn.LeakyReLU(slope),
        nn.Linear(64, numbers),
    )


def decoder(numbers: int, *, slope: float = SLOPE) -> Any:
    """An untrained decoder: torch module from (n, numbers) to (n, 1, 28, 28), 0..1."""
    from torch import nn

    return nn.Sequential(
        nn.Linear(numbers, 64),
        nn.LeakyReLU(slope),
        nn.Linear(64, 32 * 7 * 7),
        nn.LeakyReLU(slope),
        nn.Unflatten(1, (32, 7, 7)),
        nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1),  # (n, 16, 14, 14)
        nn.LeakyReLU(slope),
        nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1),  # (n, 1, 28, 28)
        nn.Sigmoid(),
    )


def begin_with_paper(network: Any) -> None:
    """Let an untrained `decoder` draw nearly the same for all: pixels as bright as digits on average.

    Otherwise it begins with a bright mess, the first steps push everything towards black, and
    units far before the end are pushed below zero with it, for good if they are ReLUs.
    """
    import torch

    last = network[-2]
    with torch.no_grad():
        last.weight.mul_(0.1)
        last.bias.fill_(float(np.log(INK / (1 - INK))))


def encoder_and(second: Any, *, numbers: int, slope: float = SLOPE) -> Any:
    """An encoder followed by what trains it: a decoder, a classifier or a projection.

    Weights are drawn so that ReLUs pass signals on at their size, and biases are 0: K. He and others,
    "Delving deep into rectifiers", 2015.
    """
    from torch import nn

    network = nn.Sequential(OrderedDict(encoder=encoder(numbers, slope=slope), second=second))
    for layer in network.modules():
        if hasattr(layer, "weight"):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return network


def silent_share(network: Any, pictures: Any) -> float:
    """Share of the 64 units before an encoder's numbers that fire, above 0, for none of the pictures.

    Parameters
    ----------
    network : an `encoder`.
    pictures : float tensor (n, 1, 28, 28).
    """
    import torch

    with torch.inference_mode():
        return float((network[:6](pictures) <= 0).all(dim=0).double().mean())


def as_tensor(pictures: NDArray[np.uint8]) -> Any:
    """Digits as the network takes them: uint8 (n, 28, 28) -> float32 tensor (n, 1, 28, 28), 0..1."""
    import torch

    return torch.from_numpy(pictures[:, None].astype(np.float32) / np.float32(255))


def as_pictures(tensor: Any) -> NDArray[np.uint8]:
    """The way back: values outside 0..1 are cut off."""
    numbers = tensor.detach().cpu().numpy()[:, 0]
    return np.rint(np.clip(numbers, 0, 1) * 255).astype(np.uint8)


def fit(
    network: Any,
    loss_of: Callable[[NDArray[np.int64], np.random.Generator], Any],
    count: int,
    *,
    seed: int,
    epochs: int,
    batch: int,
    rate: float,
    resume: bytes,
) -> Iterator[tuple[float, bytes]]:
    """Train by Adam; after each epoch yield the mean loss and a state to go on from.

    D. Kingma and J. Ba, "Adam: a method for stochastic optimization", 2014. Epoch 0 measures only.

    Parameters
    ----------
    loss_of : from the numbers of a batch's examples, and the epoch's generator, to a torch scalar.
    count : int, how many examples there are.
    batch : int, examples a step; fewer than that at the end of an epoch are left out.
    """
    import torch

    learner = torch.optim.Adam(network.parameters(), lr=rate)
    first = 0
    if resume:
        unpack_state(resume, network, learner)
        first = epoch_of(resume) + 1
    for epoch in range(first, epochs + 1):
        draw = start_epoch(seed, epoch)
        order = draw.permutation(count)
        size = min(batch, count)
        total, steps = 0.0, 0
        for start in range(0, count - size + 1, size):
            with torch.set_grad_enabled(epoch > 0):
                loss = loss_of(order[start : start + size], draw)
            if epoch:
                learner.zero_grad()
                loss.backward()
                learner.step()
            total, steps = total + loss.item(), steps + 1
        yield total / steps, pack_state(network, learner, epoch=epoch)


def columns(steps: list[Any]) -> tuple[NDArray[Any], ...]:
    """One array for each thing that every epoch shows, a row an epoch."""
    return tuple(np.stack(column) for column in zip(*steps, strict=True))
