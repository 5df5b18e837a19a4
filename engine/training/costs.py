"""What one training step costs: bytes by what they are for, and multiply-adds; counted, and measured.

Counted from a trace (`engine.networks.trace`) for networks of any size; measured on two small real
ones, where PyTorch itself says which tensors it keeps for the way back.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.networks.convnets import lenet5_today
from engine.networks.layers import Activation, Flatten, Linear, Shape
from engine.networks.trace import Block, Rows, is_layer, table, trace

#: Numbers that the optimiser keeps for each weight.
STATES = {"sgd": 0, "momentum": 1, "adam": 2}
#: Bytes for each (weight, gradient, number of the optimiser, output of a layer).
#: "mixed" keeps the weights twice, in float16 to work with and in float32 to be changed
#: (P. Micikevicius et al., "Mixed precision training", 2017).
BYTES = {"float32": (4, 4, 4, 4), "mixed": (6, 2, 4, 2), "float16": (2, 2, 2, 2)}
#: What the bytes are for, in the order of `step_bytes`.
PARTS = ("weights", "gradients", "state", "activations")
SMALL = ("mlp", "lenet")


def square_shape(*, channels: int, side: int) -> Shape:
    """The shape of a square picture: (channels, side, side)."""
    return channels, side, side


def step_bytes(rows: Rows, *, batch: int, optimizer: str, form: str) -> tuple[int, int, int, int]:
    """Bytes that a training step needs: weights, gradients, the optimiser's state, activations.

    Every layer's output counts once for each example. Libraries keep fewer of them or more, and need
    room to work in besides.

    Parameters
    ----------
    rows : a traced network. batch : int >= 1, examples.
    optimizer : one of `STATES`. form : one of `BYTES`.
    """
    whole = table(rows)[0]
    weight, gradient, state, output = BYTES[form]
    count = whole.parameters
    return (
        weight * count,
        gradient * count,
        state * STATES[optimizer] * count,
        output * whole.numbers * batch,
    )


def bytes_by_batch(rows: Rows, *, batches: tuple[int, ...], optimizer: str, form: str) -> Any:
    """`step_bytes` for several batches: int64 array (batches, 4)."""
    found = [step_bytes(rows, batch=n, optimizer=optimizer, form=form) for n in batches]
    return np.array(found, np.int64)


def largest_batch(rows: Rows, *, room: int, optimizer: str, form: str) -> int:
    """How many examples at most fit into `room` bytes; 0 if not even the weights do."""
    *fixed, one = step_bytes(rows, batch=1, optimizer=optimizer, form=form)
    return max(0, (room - sum(fixed)) // one)


def bytes_in_use(rows: Rows, *, form: str) -> int:
    """Bytes to only use a network, one example: weights, and the greatest input and output at once."""
    layers = [row for row in table(rows) if is_layer(row)]
    widest = max(row.numbers + int(sum(np.prod(shape) for shape in row.inputs)) for row in layers)
    one = BYTES["float32" if form == "float32" else "float16"][0]
    return one * (table(rows)[0].parameters + int(widest))


def step_work(rows: Rows) -> tuple[int, int]:
    """Multiply-adds for one example: forward, and backward.

    Backward each layer with weights takes as many twice: for the gradient of its weights and for that
    of its input. The first layer needs no gradient of its input.
    """
    layers = [row for row in table(rows) if is_layer(row)]
    forward = sum(row.multiply_adds for row in layers)
    first = next(row.multiply_adds for row in layers if row.multiply_adds)
    return forward, 2 * forward - first


# ------------------------------------------------------------------------- small real networks


def small_trace(*, name: str) -> Rows:
    """The trace of a small network for digits: "mlp", 784-256-128-10, or "lenet" (32 x 32 pixels)."""
    if name == "lenet":
        return lenet5_today((1, 32, 32))
    parts = (
        Flatten("flatten"),
        Linear("l1", 256),
        Activation("a1", "ReLU"),
        Linear("l2", 128),
        Activation("a2", "ReLU"),
        Linear("output", 10),
    )
    return trace(Block("MLP", parts), (1, 28, 28))


def small_network(name: str) -> Any:
    """The same in PyTorch, with first weights from a fixed seed."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        if name == "mlp":
            layers = (nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128))
            return nn.Sequential(*layers, nn.ReLU(), nn.Linear(128, 10))
        maps = (nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh())
        ends = (nn.AvgPool2d(2), nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten())
        return nn.Sequential(*maps, *ends, nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))


def kept_numbers(rows: Rows) -> tuple[tuple[str, int], ...]:
    """What PyTorch keeps of one example for the way back, by rule: (layer, numbers), in order.

    A convolution, a linear layer and pooling keep their input; ReLU and tanh keep their output. What
    the next layer keeps anyway is one tensor and counts once. For layers in a row without branches;
    the input of the network, kept by the first layer, is the first row; the loss is not in it.
    """
    layers = [row for row in table(rows) if is_layer(row)]
    kept: list[tuple[str, int]] = []
    made = 0  # the number of the tensor that is passed on; a reshaped one is the same
    seen: set[int] = set()

    def keep(tensor: int, name: str, numbers: int) -> None:
        if tensor not in seen:
            seen.add(tensor)
            kept.append((name, numbers))

    source = "input"
    for row in layers:
        if row.kind == "Flatten":
            continue
        if row.kind in ("Conv", "Linear", "Pool"):
            keep(made, source, int(np.prod(row.inputs[0])))
        made, source = made + 1, row.name
        if row.kind == "Activation":
            keep(made, source, row.numbers)
    return tuple(kept)


def saved_bytes(*, name: str, batch: int, steps: int = 1, way: str = "train") -> tuple[int, int]:
    """Bytes that PyTorch keeps for the way back, measured: (activations, parameters).

    Every tensor that is put aside (`torch.autograd.graph.saved_tensors_hooks`) counts once. Those of
    the loss are not counted.

    Parameters
    ----------
    name : one of `SMALL`. batch : int, examples in float32.
    steps : int, how many batches' outputs are held at the same time.
    way : "train"; "inference", under `torch.no_grad()`; "half", in bfloat16.
    """
    import torch

    network = small_network(name)
    side = 28 if name == "mlp" else 32
    kind = torch.bfloat16 if way == "half" else torch.float32
    network = network.to(kind)
    own = {parameter.untyped_storage().data_ptr() for parameter in network.parameters()}
    found: dict[int, int] = {}

    def put_aside(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        found[storage.data_ptr()] = storage.nbytes()
        return tensor

    held = []  # outputs keep their graphs, and so all that was put aside
    hooks = torch.autograd.graph.saved_tensors_hooks(put_aside, lambda tensor: tensor)
    with hooks, torch.set_grad_enabled(way != "inference"):
        for _step in range(steps):
            x = torch.zeros(batch, 1, side, side, dtype=kind)
            held.append(network(x))
            if way == "inference":
                held = held[-1:]
    weights = sum(size for place, size in found.items() if place in own)
    return sum(found.values()) - weights, weights


def saved_by_batch(*, name: str, batches: tuple[int, ...]) -> NDArray[np.int64]:
    """Measured and counted bytes of activations for several batches: int64 array (batches, 2)."""
    numbers = sum(count for _layer, count in kept_numbers(small_trace(name=name)))
    rows = [(saved_bytes(name=name, batch=n)[0], 4 * n * numbers) for n in batches]
    return np.array(rows, np.int64)


def measured_work(*, name: str, batch: int = 1) -> tuple[int, int]:
    """Multiply-adds of forward and backward as PyTorch counts them while it works.

    `torch.utils.flop_counter` counts a multiplication and an addition as two operations.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    network, side = small_network(name), 28 if name == "mlp" else 32
    x = torch.zeros(batch, 1, side, side)
    with FlopCounterMode(display=False) as forward:
        total = network(x).sum()
    with FlopCounterMode(display=False) as backward:
        total.backward()
    return forward.get_total_flops() // 2, backward.get_total_flops() // 2


def held_by_steps(*, name: str, batch: int, steps: int) -> NDArray[np.int64]:
    """Bytes held after 1, 2, ... batches: outputs kept with their graphs, kept as numbers: (steps, 2).

    A loss that is added up as a tensor, not as a number, holds the activations of all batches.
    """
    once = saved_bytes(name=name, batch=batch)[0]
    rows = [(saved_bytes(name=name, batch=batch, steps=n)[0], once) for n in range(1, steps + 1)]
    return np.array(rows, np.int64)
