"""A feed-forward network in PyTorch that learns a target from the columns of a table.

Layers of weights with an activation between them (`torch.nn.Sequential`), trained batch by batch with
Adam or plain descent (`torch.optim`). What happens in a step is written out in `engine.table.mlp`;
`gradient_check` sets both side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.table.mlp import (
    LEARN_LOSS,
    TEST_LOSS,
    first_weights,
    mlp_gradients,
    mlp_layers,
    mlp_outputs,
    mlp_sizes,
)
from engine.training.loop import epoch_of, pack_state, start_epoch, unpack_state

Floats = NDArray[np.float64]
OPTIMIZERS = ("adam", "sgd")


def torch_network(weights: Floats, *, sizes: tuple[int, ...], activation: str) -> Any:
    """A `torch.nn.Sequential` in float64 that begins with these weights.

    Parameters
    ----------
    weights : float64 array (P,), see `engine.table.mlp`. sizes : the numbers of each layer.
    activation : one of `engine.table.mlp.ACTIVATIONS`.
    """
    import torch
    from torch import nn

    bends = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "linear": nn.Identity}
    parts: list[Any] = []
    for matrix, bias in mlp_layers(weights, sizes=sizes):
        ins, outs = matrix.shape
        # Nothing is drawn: the weights are there already.
        layer = nn.utils.skip_init(nn.Linear, ins, outs, dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(matrix.T.copy()))  # PyTorch keeps (outs, ins)
            layer.bias.copy_(torch.from_numpy(bias.copy()))
        parts += [layer, bends[activation]()]
    return nn.Sequential(*parts[:-1])  # the outputs are not bent


def weights_of(tensors: Any) -> Floats:
    """The weights of a network as one list, as `engine.table.mlp` has them: float64 (P,).

    Parameters
    ----------
    tensors : list of torch.Tensor: the matrix (outs, ins) and the biases (outs,) of each layer in turn,
        such as `network.parameters()`, or their gradients.
    """
    return np.concatenate([tensor.detach().numpy().T.ravel() for tensor in tensors])


def loss_of(outputs: Any, truth: Any, *, classes: int) -> Any:
    """Mean cross-entropy of the scores (n, classes), or mean squared error of the numbers (n, 1)."""
    from torch.nn import functional

    if classes:
        return functional.cross_entropy(outputs, truth)
    return functional.mse_loss(outputs[:, 0], truth)


def optimizer_of(network: Any, *, optimizer: str, rate: float, penalty: float) -> Any:
    """Adam or plain descent; the penalty pulls the matrices towards 0, not the biases."""
    import torch

    kind = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[optimizer]
    matrices = [parameter for parameter in network.parameters() if parameter.ndim == 2]
    biases = [parameter for parameter in network.parameters() if parameter.ndim == 1]
    groups = [{"params": matrices, "weight_decay": penalty}, {"params": biases}]
    return kind(groups, lr=rate)


def measures_of(
    network: Any, x: Any, y: Any, learn: NDArray[np.bool_], *, classes: int
) -> NDArray[np.float64]:
    """Loss and score on the rows learnt from and on the others: float64 (4,); NaN of no rows."""
    import torch

    row = np.full(4, np.nan)
    with torch.no_grad():
        for place, mask in ((LEARN_LOSS, learn), (TEST_LOSS, ~learn)):
            if not mask.any():
                continue
            rows = torch.from_numpy(np.flatnonzero(mask))
            outputs, truth = network(x[rows]), y[rows]
            row[place] = float(loss_of(outputs, truth, classes=classes))
            if classes:
                row[place + 1] = float((outputs.argmax(dim=1) == truth).double().mean())
            elif (variance := float(truth.var(correction=0))) > 0:
                row[place + 1] = 1 - row[place] / variance
    return row


def table_network_steps(
    x: Floats,
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    *,
    classes: int,
    layers: int = 2,
    units: int = 16,
    activation: str = "relu",
    optimizer: str = "adam",
    rate: float = 0.01,
    penalty: float = 0.0,
    batch: int = 32,
    epochs: int = 50,
    seed: int = 0,
    resume: bytes = b"",
) -> Iterator[tuple[Floats, bytes]]:
    """Train the network and measure it after each epoch; see `table_network`.

    Yields
    ------
    measures (4,), and the state: weights and the optimizer's numbers.
    """
    import torch

    sizes = mlp_sizes(inputs=x.shape[1], layers=layers, units=units, classes=classes)
    network = torch_network(
        first_weights(sizes=sizes, seed=seed), sizes=sizes, activation=activation
    )
    steps = optimizer_of(network, optimizer=optimizer, rate=rate, penalty=penalty)
    first = 0
    if resume:
        unpack_state(resume, network, steps)
        first = epoch_of(resume) + 1
    inputs, truth = torch.from_numpy(x.copy()), torch.from_numpy(y.copy())
    rows = np.flatnonzero(learn)
    for epoch in range(first, epochs + 1):
        random = start_epoch(seed, epoch)
        order = torch.from_numpy(random.permutation(rows))
        for part in order.split(batch) if epoch else ():
            steps.zero_grad()
            loss = loss_of(network(inputs[part]), truth[part], classes=classes)
            loss.backward()
            steps.step()
        measures = measures_of(network, inputs, truth, learn, classes=classes)
        yield measures, pack_state(network, steps, epoch=epoch)


def network_result(shown: list[Floats], state: bytes) -> tuple[Floats, Floats]:
    """What a whole run gives: the measures of each epoch, and the weights of the last state."""
    from safetensors.torch import load

    tensors = load(state)
    layers = sum(name.startswith("network/") for name in tensors) // 2
    names = [
        f"network/{2 * layer}.{what}" for layer in range(layers) for what in ("weight", "bias")
    ]
    return np.stack(shown), weights_of([tensors[name] for name in names])


def table_network(
    x: Floats,
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    *,
    classes: int,
    layers: int = 2,
    units: int = 16,
    activation: str = "relu",
    optimizer: str = "adam",
    rate: float = 0.01,
    penalty: float = 0.0,
    batch: int = 32,
    epochs: int = 50,
    seed: int = 0,
) -> tuple[Floats, Floats]:
    """A feed-forward network that learns from the rows of a table.

    Parameters
    ----------
    x : float64 array (n, p), columns in standard units. y : (n,), int64 numbers of the classes, or
        float64 values in standard units.
    learn : bool array (n,), True for the rows that are learnt from; the others test.
    classes : int, how many; 0 for a regression.
    layers, units : int, hidden layers and units in each. activation : "relu", "tanh", "sigmoid" or
        "linear".
    optimizer : "adam" or "sgd", plain descent. rate : float > 0, the length of a step.
    penalty : float >= 0, of L2. batch : int >= 1, rows in a step. epochs : int >= 1.
    seed : int >= 0, of the first weights and of the order of the rows.

    Returns
    -------
    measures : float64 array (epochs + 1, 4), before training and after each epoch: loss and score on the
        rows learnt from, and on the others.
    weights : float64 array (P,), at the end; see `engine.table.mlp.mlp_layers`.
    """
    pairs = list(
        table_network_steps(
            x,
            y,
            learn,
            classes=classes,
            layers=layers,
            units=units,
            activation=activation,
            optimizer=optimizer,
            rate=rate,
            penalty=penalty,
            batch=batch,
            epochs=epochs,
            seed=seed,
        )
    )
    return network_result([shown for shown, _state in pairs], pairs[-1][1])


def network_answers(
    x: Floats,
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    run: tuple[Floats, Floats],
    *,
    classes: int,
    layers: int,
    units: int,
    activation: str,
) -> Floats:
    """What a trained network says of each row: probabilities (n, classes), or numbers (n, 1).

    Parameters
    ----------
    y : (n,), the target as it stands in the table; numbers are answered in its unit.
    run : of `table_network`.
    """
    sizes = mlp_sizes(inputs=x.shape[1], layers=layers, units=units, classes=classes)
    outputs = mlp_outputs(run[1], x, sizes=sizes, activation=activation, classes=classes)
    if classes:
        return outputs
    spread = y[learn].std()
    return outputs * (spread if spread > 0 else 1.0) + y[learn].mean()


def gradient_check(
    x: Floats,
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    *,
    classes: int,
    layers: int,
    units: int,
    activation: str,
    penalty: float = 0.0,
    batch: int = 32,
    seed: int = 0,
) -> Floats:
    """The first gradient of the network by the chain rule written out, and by PyTorch, layer by layer.

    Returns
    -------
    float64 array (layers + 1, 3): length by hand, length by autograd, largest difference of two numbers.
    """
    sizes = mlp_sizes(inputs=x.shape[1], layers=layers, units=units, classes=classes)
    weights, rows = first_weights(sizes=sizes, seed=seed), np.flatnonzero(learn)[:batch]
    shape: dict[str, Any] = {"sizes": sizes, "activation": activation, "classes": classes}
    both = [
        function(weights, x[rows], y[rows], penalty=penalty, **shape)
        for function in (mlp_gradients, autograd_gradients)
    ]
    found, at = [], 0
    for ins, outs in pairwise(sizes):
        hand, torch_s = (gradient[at : at + (ins + 1) * outs] for gradient in both)
        at += (ins + 1) * outs
        found.append([np.linalg.norm(hand), np.linalg.norm(torch_s), np.abs(hand - torch_s).max()])
    return np.array(found)


def autograd_gradients(
    weights: Floats,
    x: Floats,
    y: NDArray[Any],
    *,
    sizes: tuple[int, ...],
    activation: str,
    classes: int,
    penalty: float = 0.0,
) -> Floats:
    """The gradients of `mlp_gradients` by PyTorch, which follows the operations back; float64 (P,)."""
    import torch

    torch.set_num_threads(1)  # one thread adds in one order
    network = torch_network(weights, sizes=sizes, activation=activation)
    loss = loss_of(network(torch.from_numpy(x)), torch.from_numpy(y), classes=classes)
    squares = sum((part**2).sum() for part in network.parameters() if part.ndim == 2)
    (loss + penalty / 2 * squares).backward()
    return weights_of([part.grad for part in network.parameters()])
