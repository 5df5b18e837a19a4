"""One network learns digits with dropout, batch or layer normalisation, or without any of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training.digits import LEARN, TEST, digit_labels, digits
from engine.training.loop import epoch_of, pack_state, stack_rows, start_epoch, unpack_state

#: Hidden layers, units in each, and digits in a step.
HIDDEN, UNITS, BATCH = 3, 128, 50
#: Digits to learn from: few, so that there is something to be learnt by heart.
COUNT = 1000
#: Two steps: one that is usual, and a large one.
RATES = (0.1, 0.5)
KINDS = ("none", "dropout", "batch", "layer")
#: What a row of a run holds.
LEARN_LOSS, LEARN_RIGHT, TEST_LOSS, TEST_RIGHT = range(4)


def regular_network(kind: str, drop: float) -> Any:
    """Linear layers with ReLU; before ReLU a normalisation, or behind it dropout.

    Parameters
    ----------
    kind : one of `KINDS`. drop : float, the share of numbers that dropout strikes out.
    """
    import torch

    parts: list[Any] = []
    for ins in (784, *[UNITS] * (HIDDEN - 1)):
        parts.append(torch.nn.Linear(ins, UNITS))
        if kind == "batch":
            parts.append(torch.nn.BatchNorm1d(UNITS))
        if kind == "layer":
            parts.append(torch.nn.LayerNorm(UNITS))
        parts.append(torch.nn.ReLU())
        if kind == "dropout":
            parts.append(torch.nn.Dropout(drop))
    return torch.nn.Sequential(*parts, torch.nn.Linear(UNITS, 10))


def regular_steps(
    path: str,
    *,
    kind: str = "none",
    rate: float = 0.1,
    drop: float = 0.3,
    count: int = COUNT,
    epochs: int = 20,
    seed: int = 0,
    resume: bytes = b"",
) -> Iterator[tuple[NDArray[np.float64], bytes]]:
    """Train the network and measure it after each epoch; see `regular`."""
    import torch

    start_epoch(seed, 0)
    network = regular_network(kind, drop)
    optimizer = torch.optim.SGD(network.parameters(), lr=rate)
    first = 0
    if resume:
        unpack_state(resume, network, optimizer)
        first = epoch_of(resume) + 1
    data = []
    for start, many in ((0, count), (LEARN, TEST)):
        pixels = digits(path, start=start, count=many).reshape(many, -1)
        x = torch.from_numpy(pixels.astype(np.float32) / 255)
        data.append((x, torch.from_numpy(digit_labels(path, start=start, count=many))))
    x, y = data[0]
    for epoch in range(first, epochs + 1):
        chance = start_epoch(seed, epoch)
        order = torch.from_numpy(chance.permutation(count)) if epoch else torch.arange(0)
        network.train()
        for batch in order.split(BATCH):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(network(x[batch]), y[batch]).backward()
            optimizer.step()
        network.eval()
        row = [number for pair in data for number in measured(network, *pair)]
        yield np.array(row), pack_state(network, optimizer, epoch=epoch)


def measured(network: Any, x: Any, y: Any) -> tuple[float, float]:
    """The mean loss and the share of right answers."""
    import torch

    with torch.no_grad():
        scores = network(x)
        loss = torch.nn.functional.cross_entropy(scores, y)
    return float(loss), float((scores.argmax(1) == y).double().mean())


def regular(
    path: str,
    *,
    kind: str = "none",
    rate: float = 0.1,
    drop: float = 0.3,
    count: int = COUNT,
    epochs: int = 20,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Learn digits by plain gradient descent: cross-entropy, batches of `BATCH`.

    784 pixels from 0 to 1, `HIDDEN` layers of `UNITS` units, ten scores; PyTorch's own first weights.

    Parameters
    ----------
    path : str, the file of the digits.
    kind : one of `KINDS`. rate : float, the step. drop : float, for "dropout".
    count : int, digits to learn from; a multiple of `BATCH`.

    Returns
    -------
    float64 array (epochs + 1, 4), before training and after each epoch, as the network is when used (no
    dropout, running statistics): mean loss and share of right answers on the digits to learn from, and
    on 1,000 others.
    """
    steps = regular_steps(
        path, kind=kind, rate=rate, drop=drop, count=count, epochs=epochs, seed=seed
    )
    return stack_rows([shown for shown, _state in steps])
