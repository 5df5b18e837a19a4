"""Units that never fire: a small network learns digits, and those of its units that died are counted.

A unit of ReLU whose sum is at most 0 for every picture puts out 0 for every picture and gets no gradient
from any: it can't come back. A leaky ReLU or GELU lets a little through. A. Maas, A. Hannun and A. Ng,
"Rectifier nonlinearities improve neural network acoustic models", 2013.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training.digits import LEARN, TEST, digit_labels, digits
from engine.training.loop import epoch_of, pack_state, stack_rows, start_epoch, unpack_state

#: Units in each of the two hidden layers; digits in a step.
UNITS, BATCH = 100, 100
#: What may go wrong: the step and the first bias of the first layer. "fine" is how it should be.
SCENES = {"fine": (0.1, 0.0), "step": (0.7, 0.0), "bias": (0.5, -2.0)}
#: What a row of a run holds.
LOSS, RIGHT, DEAD_FIRST, DEAD_SECOND = range(4)


def fire_or_not(x: Any, kind: str) -> Any:
    """The activation of a tensor: "relu", "leaky" (slope 0.01) or "gelu"."""
    import torch

    functions = {
        "relu": torch.nn.functional.relu,
        "leaky": torch.nn.functional.leaky_relu,
        "gelu": torch.nn.functional.gelu,
    }
    return functions[kind](x)


def deaths_steps(
    path: str,
    *,
    kind: str = "relu",
    rate: float = 0.1,
    bias: float = 0.0,
    epochs: int = 15,
    seed: int = 0,
    resume: bytes = b"",
) -> Iterator[tuple[NDArray[np.float64], bytes]]:
    """Train the network and count, epoch by epoch; see `deaths`."""
    import torch

    start_epoch(seed, 0)
    sizes = (784, UNITS, UNITS, 10)
    layers = torch.nn.ModuleList(torch.nn.Linear(ins, outs) for ins, outs in pairwise(sizes))
    for layer in layers:
        torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        torch.nn.init.zeros_(layer.bias)
    torch.nn.init.constant_(layers[0].bias, bias)
    optimizer = torch.optim.SGD(layers.parameters(), lr=rate)
    first = 0
    if resume:
        unpack_state(resume, layers, optimizer)
        first = epoch_of(resume) + 1
    pixels = digits(path, start=0, count=LEARN + TEST).reshape(LEARN + TEST, -1)
    x = torch.from_numpy(pixels.astype(np.float32) / 255)
    y = torch.from_numpy(digit_labels(path, start=0, count=LEARN + TEST))
    for epoch in range(first, epochs + 1):
        chance = start_epoch(seed, epoch)
        order = torch.from_numpy(chance.permutation(LEARN)) if epoch else torch.arange(0)
        for batch in order.split(BATCH):
            optimizer.zero_grad()
            scores, _sums = scores_and_sums(layers, x[batch], kind)
            torch.nn.functional.cross_entropy(scores, y[batch]).backward()
            optimizer.step()
        yield counted(layers, x, y, kind), pack_state(layers, optimizer, epoch=epoch)


def scores_and_sums(layers: Any, x: Any, kind: str) -> tuple[Any, list[Any]]:
    """The scores of the ten digits, and the sums that come into the units of both hidden layers."""
    sums = []
    for layer in layers[:-1]:
        sums.append(layer(x))
        x = fire_or_not(sums[-1], kind)
    return layers[-1](x), sums


def counted(layers: Any, x: Any, y: Any, kind: str) -> NDArray[np.float64]:
    """A row of `deaths`."""
    import torch

    with torch.no_grad():
        scores, sums = scores_and_sums(layers, x, kind)
        loss = torch.nn.functional.cross_entropy(scores[:LEARN], y[:LEARN])
        right = (scores[LEARN:].argmax(1) == y[LEARN:]).double().mean()
        # A number that has overflowed (NaN) is not above 0 either.
        dead = [float((~(s[:LEARN] > 0).any(0)).double().mean()) for s in sums]
    return np.array([float(loss), float(right), *dead])


def deaths(
    path: str,
    *,
    kind: str = "relu",
    rate: float = 0.1,
    bias: float = 0.0,
    epochs: int = 15,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Learn 4,000 digits by plain gradient descent and count the units that never fire.

    784 pixels from 0 to 1, two hidden layers of `UNITS` units, ten scores; cross-entropy, batches of
    `BATCH`. The first weights are He's, all biases 0 but those of the first layer.

    Parameters
    ----------
    path : str, the file of the digits.
    kind : "relu", "leaky" or "gelu". rate : float, the step. bias : float, of the first layer's units.

    Returns
    -------
    float64 array (epochs + 1, 4), before training and after each epoch: the mean loss of the 4,000; the
    share of right answers on 1,000 others; of the units of the first and of the second layer, the share
    whose sum is not above 0 for any of the 4,000.
    """
    steps = deaths_steps(path, kind=kind, rate=rate, bias=bias, epochs=epochs, seed=seed)
    return stack_rows([shown for shown, _state in steps])


def outcome(run: NDArray[np.float64]) -> tuple[float, float, float]:
    """At the end of a run: the share of right answers, and the shares of dead units of both layers."""
    return float(run[-1, RIGHT]), float(run[-1, DEAD_FIRST]), float(run[-1, DEAD_SECOND])
