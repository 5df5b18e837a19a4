"""A feed-forward network written out by hand: forward, backward, and the steps of its training.

Reference: D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by
back-propagating errors", 1986. The gradients are those of PyTorch's autograd, which the tests (and
`autograd_gradients`) compare with; Adam is that of `torch.optim.Adam`.

All weights stand in one list of numbers, layer after layer: the matrix (ins, outs) row by row, then the
biases (outs,). `sizes` says how many numbers each layer has, from the inputs to the outputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.softmax import softmax_rows

Floats = NDArray[np.float64]
ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
OPTIMIZERS = ("adam", "sgd")
#: What a row of measures holds; a score is the share of right answers, or R2 of a regression.
LEARN_LOSS, LEARN_SCORE, TEST_LOSS, TEST_SCORE = range(4)
#: Adam: how slowly its two means change, and what is added so that nothing is divided by 0.
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


def mlp_sizes(*, inputs: int, layers: int, units: int, classes: int) -> tuple[int, ...]:
    """The numbers of each layer: the inputs, `layers` times `units`, one output for each class.

    Parameters
    ----------
    classes : int; 0 is a regression, which has one output.
    """
    return (inputs, *[units] * layers, classes or 1)


def first_weights(*, sizes: tuple[int, ...], seed: int) -> Floats:
    """Weights to begin with: uniform within +-sqrt(6 / (ins + outs)), biases 0.

    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", 2010.

    Returns
    -------
    float64 array (P,), P = sum of (ins + 1) * outs.
    """
    random = np.random.default_rng([seed, 0])
    parts = []
    for ins, outs in pairwise(sizes):
        limit = np.sqrt(6 / (ins + outs))
        parts += [random.uniform(-limit, limit, ins * outs), np.zeros(outs)]
    return np.concatenate(parts)


def mlp_layers(weights: Floats, *, sizes: tuple[int, ...]) -> list[tuple[Floats, Floats]]:
    """The list of all weights as a matrix (ins, outs) and biases (outs,) for each layer; views of it."""
    layers, at = [], 0
    for ins, outs in pairwise(sizes):
        matrix = weights[at : at + ins * outs].reshape(ins, outs)
        at += ins * outs
        layers.append((matrix, weights[at : at + outs]))
        at += outs
    return layers


def activated(sums: Floats, *, activation: str) -> Floats:
    """What units make of their weighted sums."""
    if activation == "relu":
        return np.maximum(sums, 0)
    if activation == "tanh":
        return np.tanh(sums)
    if activation == "sigmoid":
        return 0.5 * (1 + np.tanh(sums / 2))  # the same as 1 / (1 + exp(-sums)), without overflow
    if activation == "linear":
        return sums
    raise ValueError(f"an activation is one of {ACTIVATIONS}, not {activation!r}")


def slope(active: Floats, *, activation: str) -> Floats:
    """The derivative of the activation, from its result: of tanh 1 - tanh squared, say."""
    if activation == "relu":
        return (active > 0).astype(np.float64)
    if activation == "tanh":
        return 1 - active**2
    if activation == "sigmoid":
        return active * (1 - active)
    return np.ones_like(active)


def mlp_forward(
    weights: Floats, x: Floats, *, sizes: tuple[int, ...], activation: str
) -> list[Floats]:
    """The numbers of every layer for every row: inputs (n, p), hidden units (n, u), ..., outputs.

    The outputs (n, k) are sums without an activation: scores of the classes, or a number.
    """
    layers = mlp_layers(weights, sizes=sizes)
    found = [x]
    for number, (matrix, bias) in enumerate(layers):
        sums = found[-1] @ matrix + bias  # (n, ins) @ (ins, outs) -> (n, outs)
        last = number == len(layers) - 1
        found.append(sums if last else activated(sums, activation=activation))
    return found


def mlp_outputs(
    weights: Floats, x: Floats, *, sizes: tuple[int, ...], activation: str, classes: int
) -> Floats:
    """What the network says of each row: probabilities (n, classes), or numbers (n, 1)."""
    with threadpool_limits(limits=1):
        scores = mlp_forward(weights, x, sizes=sizes, activation=activation)[-1]
    return softmax_rows(scores) if classes else scores


def mlp_loss(outputs: Floats, y: NDArray[Any], *, classes: int) -> float:
    """Mean cross-entropy of the probabilities (natural logarithm), or mean squared error."""
    if classes:
        right = outputs[np.arange(len(y)), y.astype(np.int64)]
        return float(-np.log(np.maximum(right, 1e-300)).mean())
    return float(((outputs[:, 0] - y) ** 2).mean())


def mlp_gradients(
    weights: Floats,
    x: Floats,
    y: NDArray[Any],
    *,
    sizes: tuple[int, ...],
    activation: str,
    classes: int,
    penalty: float = 0.0,
) -> Floats:
    """How the loss changes with each weight, by the chain rule from the outputs back to the inputs.

    The loss is `mlp_loss` plus penalty / 2 times the sum of the squared weights (not of the biases).

    Parameters
    ----------
    x : float64 array (n, p). y : (n,), the number of the class, or the value.
    penalty : float >= 0, of L2.

    Returns
    -------
    float64 array (P,), in the order of the weights.
    """
    found = mlp_forward(weights, x, sizes=sizes, activation=activation)
    if classes:
        error = softmax_rows(found[-1])
        error[np.arange(len(y)), y.astype(np.int64)] -= 1  # of cross-entropy and softmax together
    else:
        error = 2 * (found[-1] - y[:, None])
    error = error / len(y)  # the loss is a mean
    parts: list[Floats] = []
    layers = mlp_layers(weights, sizes=sizes)
    for number in range(len(layers) - 1, -1, -1):
        matrix = layers[number][0]
        of_matrix = found[number].T @ error + penalty * matrix  # (ins, n) @ (n, outs)
        parts = [of_matrix.ravel(), error.sum(axis=0), *parts]
        if number:
            error = (error @ matrix.T) * slope(found[number], activation=activation)
    return np.concatenate(parts)


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
    """The same gradients by PyTorch, which follows the operations back by itself; float64 (P,)."""
    import torch

    functions: dict[str, Any] = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}
    tensor = torch.from_numpy(weights.copy()).requires_grad_()
    values, squares, at = torch.from_numpy(x.copy()), torch.zeros((), dtype=torch.float64), 0
    for number, (ins, outs) in enumerate(pairwise(sizes)):
        matrix = tensor[at : at + ins * outs].reshape(ins, outs)
        at += ins * outs
        values = values @ matrix + tensor[at : at + outs]
        at += outs
        squares = squares + (matrix**2).sum()
        if number < len(sizes) - 2 and activation != "linear":
            values = functions[activation](values)
    truth = torch.from_numpy(np.array(y))
    if classes:
        loss = torch.nn.functional.cross_entropy(values, truth.long())
    else:
        loss = torch.nn.functional.mse_loss(values[:, 0], truth.double())
    (loss + penalty / 2 * squares).backward()
    assert tensor.grad is not None
    return np.array(tensor.grad.numpy())


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
    """The first gradient by hand and by PyTorch, layer by layer.

    Returns
    -------
    float64 array (layers + 1, 3): length by hand, length by autograd, largest difference of two numbers.
    """
    sizes = mlp_sizes(inputs=x.shape[1], layers=layers, units=units, classes=classes)
    weights, rows = first_weights(sizes=sizes, seed=seed), np.flatnonzero(learn)[:batch]
    both = [
        function(
            weights,
            x[rows],
            y[rows],
            sizes=sizes,
            activation=activation,
            classes=classes,
            penalty=penalty,
        )
        for function in (mlp_gradients, autograd_gradients)
    ]
    found, at = [], 0
    for ins, outs in pairwise(sizes):
        hand, torch_s = (gradient[at : at + (ins + 1) * outs] for gradient in both)
        at += (ins + 1) * outs
        found.append([np.linalg.norm(hand), np.linalg.norm(torch_s), np.abs(hand - torch_s).max()])
    return np.array(found)


def mlp_measures(
    weights: Floats,
    x: Floats,
    y: NDArray[Any],
    learn: NDArray[np.bool_],
    *,
    sizes: tuple[int, ...],
    activation: str,
    classes: int,
) -> Floats:
    """Loss and score on the rows learnt from and on the others: float64 (4,); NaN of no rows."""
    row = np.full(4, np.nan)
    for place, mask in ((LEARN_LOSS, learn), (TEST_LOSS, ~learn)):
        if mask.any():
            outputs = mlp_outputs(
                weights, x[mask], sizes=sizes, activation=activation, classes=classes
            )
            row[place] = mlp_loss(outputs, y[mask], classes=classes)
            if classes:
                row[place + 1] = (outputs.argmax(axis=1) == y[mask]).mean()
            elif (variance := y[mask].var()) > 0:
                row[place + 1] = 1 - row[place] / variance
    return row


def mlp_steps(
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
) -> Iterator[tuple[tuple[Floats, Floats], bytes]]:
    """Train the network and measure it after each epoch; see `mlp`.

    Yields
    ------
    (measures, weights), and all that is needed to go on: epoch, weights and Adam's two means.
    """
    sizes = mlp_sizes(inputs=x.shape[1], layers=layers, units=units, classes=classes)
    weights = first_weights(sizes=sizes, seed=seed)
    means, squares, first = np.zeros_like(weights), np.zeros_like(weights), 0
    if resume:
        kept = np.frombuffer(resume)
        first = int(kept[0]) + 1
        weights, means, squares = kept[1:].reshape(3, -1).copy()
    rows = np.flatnonzero(learn)
    batches = -(-len(rows) // batch)
    with threadpool_limits(limits=1), np.errstate(over="ignore", invalid="ignore"):
        for epoch in range(first, epochs + 1):
            order = np.random.default_rng([seed, epoch]).permutation(rows)
            for number in range(batches if epoch else 0):
                part = order[number * batch : (number + 1) * batch]
                gradient = mlp_gradients(
                    weights,
                    x[part],
                    y[part],
                    sizes=sizes,
                    activation=activation,
                    classes=classes,
                    penalty=penalty,
                )
                if optimizer == "adam":
                    step = (epoch - 1) * batches + number + 1
                    means = BETA_1 * means + (1 - BETA_1) * gradient
                    squares = BETA_2 * squares + (1 - BETA_2) * gradient**2
                    middle = means / (1 - BETA_1**step)
                    spread = np.sqrt(squares / (1 - BETA_2**step))
                    weights = weights - rate * middle / (spread + EPSILON)
                else:
                    weights = weights - rate * gradient
            measures = mlp_measures(
                weights, x, y, learn, sizes=sizes, activation=activation, classes=classes
            )
            state = np.concatenate([[float(epoch)], weights, means, squares]).tobytes()
            yield (measures, weights.copy()), state


def mlp_result(shown: list[tuple[Floats, Floats]], state: bytes = b"") -> tuple[Floats, Floats]:
    """What a whole run has shown: the measures of each epoch, and the weights at its end."""
    return np.stack([measures for measures, _weights in shown]), shown[-1][1]


def mlp(
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
    x : float64 array (n, p), columns in standard units. y : (n,), the number of each row's class, or a
        value in standard units.
    learn : bool array (n,), True for the rows that are learnt from; the others test.
    classes : int, how many; 0 for a regression.
    layers, units : int, hidden layers and units in each. activation : one of `ACTIVATIONS`.
    optimizer : "adam" or "sgd", plain descent. rate : float > 0, the length of a step.
    penalty : float >= 0, of L2. batch : int >= 1, rows in a step. epochs : int >= 1.
    seed : int >= 0, of the first weights and of the order of the rows.

    Returns
    -------
    measures : float64 array (epochs + 1, 4), before training and after each epoch: loss and score on the
        rows learnt from, and on the others.
    weights : float64 array (P,), at the end; see `mlp_layers`.
    """
    steps = mlp_steps(
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
    return mlp_result([shown for shown, _state in steps])
