"""A feed-forward network written out by hand: forward, and backward by the chain rule.

Reference: D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by
back-propagating errors", 1986. The gradients are those of PyTorch's autograd
(`engine.table.network.gradient_check`).

All weights stand in one list of numbers, layer after layer: the matrix (ins, outs) row by row, then the
biases (outs,). `sizes` says how many numbers each layer has, from the inputs to the outputs.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.softmax import softmax_rows

Floats = NDArray[np.float64]
ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
#: What a row of measures holds; a score is the share of right answers, or R2 of a regression.
LEARN_LOSS, LEARN_SCORE, TEST_LOSS, TEST_SCORE = range(4)


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
