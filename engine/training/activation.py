"""Activation functions, their derivatives, and what is left of a gradient behind many of them.

GELU: D. Hendrycks and K. Gimpel, "Gaussian error linear units", 2016. Vanishing gradients: X. Glorot and
Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010, whose first
weights are used here. Reference implementation: `torch.nn.functional`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The functions by name: "gelu" is the exact one, "gelu tanh" its approximation by tanh.
KINDS = ("sigmoid", "tanh", "relu", "leaky", "gelu", "gelu tanh")
#: What leaky ReLU multiplies negative numbers by.
SLOPE = 0.01
#: GELU's approximation: 0.5 x (1 + tanh(ROOT (x + CUBE x^3))).
ROOT, CUBE = math.sqrt(2 / math.pi), 0.044715
#: Numbers in each layer of `layer_gradients`, and examples that go through it.
WIDTH, EXAMPLES = 64, 128


def activate(x: NDArray[Any], *, kind: str) -> NDArray[np.float64]:
    """The activation of each number.

    Parameters
    ----------
    x : array of any shape. kind : one of `KINDS`, or "none": the numbers as they are.
    """
    from scipy.special import erf, expit

    x = np.asarray(x, np.float64)
    if kind == "none":
        return x.copy()
    if kind == "sigmoid":
        return np.asarray(expit(x))  # 1 / (1 + exp(-x)), without overflow
    if kind == "tanh":
        return np.tanh(x)
    if kind == "relu":
        return np.maximum(x, 0.0)
    if kind == "leaky":
        return np.where(x > 0, x, SLOPE * x)
    if kind == "gelu":
        return np.asarray(x * 0.5 * (1 + erf(x / math.sqrt(2))))  # x times the share below x
    if kind == "gelu tanh":
        return 0.5 * x * (1 + np.tanh(ROOT * (x + CUBE * x**3)))
    raise ValueError(f"an activation is one of {KINDS}, not {kind}")


def derivative(x: NDArray[Any], *, kind: str) -> NDArray[np.float64]:
    """How fast `activate` grows at each number; at the corner of ReLU, 0, that of the left side."""
    from scipy.special import erf, expit

    x = np.asarray(x, np.float64)
    if kind == "none":
        return np.ones(x.shape)
    if kind == "sigmoid":
        s = expit(x)
        return np.asarray(s * (1 - s))
    if kind == "tanh":
        return 1 - np.tanh(x) ** 2
    if kind == "relu":
        return (x > 0).astype(np.float64)
    if kind == "leaky":
        return np.where(x > 0, 1.0, SLOPE)
    if kind == "gelu":
        below = 0.5 * (1 + erf(x / math.sqrt(2)))
        return np.asarray(below + x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi))
    if kind == "gelu tanh":
        t = np.tanh(ROOT * (x + CUBE * x**3))
        return 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * ROOT * (1 + 3 * CUBE * x**2)
    raise ValueError(f"an activation is one of {KINDS}, not {kind}")


def axis(*, reach: float = 5.0, count: int = 401) -> NDArray[np.float64]:
    """`count` numbers from -reach to reach, evenly spaced."""
    return np.linspace(-reach, reach, count)


def at(*, x: float, kind: str) -> tuple[float, float]:
    """Value and derivative at one number."""
    number = np.array([x])
    return float(activate(number, kind=kind)[0]), float(derivative(number, kind=kind)[0])


def steepest(*, kind: str) -> float:
    """The greatest derivative between -5 and 5, on a grid of 0.025."""
    return float(derivative(axis(), kind=kind).max())


def largest_gap(*, a: str = "gelu", b: str = "gelu tanh") -> float:
    """The largest difference of two activations between -5 and 5, on a grid of 0.025."""
    return float(np.abs(activate(axis(), kind=a) - activate(axis(), kind=b)).max())


# ------------------------------------------------------------------------------ chains


def chain(*, kind: str, depth: int, start: float, weight: float) -> NDArray[np.float64]:
    """One unit after the other, h' = f(weight h): what each passes on, and what is left of a gradient.

    By the chain rule the gradient of the last output with respect to `start` is the product of
    weight f'(weight h) over all units.

    Returns
    -------
    float64 array (depth, 4): the sum that comes in, the output, this unit's factor, the product so far.
    """
    h, product, rows = start, 1.0, []
    for _unit in range(depth):
        z = np.array([weight * h])
        h = float(activate(z, kind=kind)[0])
        factor = weight * float(derivative(z, kind=kind)[0])
        product *= factor
        rows.append((float(z[0]), h, factor, product))
    return np.array(rows)


def layer_gradients(
    *, kind: str, depth: int = 20, gain: float = 1.0, seed: int = 0
) -> NDArray[np.float64]:
    """How long the gradient is behind each layer of a network of random weights, computed by hand.

    `depth` layers of `WIDTH` units, the weights normal with deviation gain / sqrt(WIDTH), no biases;
    the loss is a random weighted sum of the last outputs.

    Returns
    -------
    float64 array (depth,): the root mean square of the gradient with respect to what comes into each
    layer, the first layer first, over that of the last layer's output.
    """
    random = np.random.default_rng(seed)
    x = random.normal(size=(EXAMPLES, WIDTH))
    weights = random.normal(size=(depth, WIDTH, WIDTH)) * gain / math.sqrt(WIDTH)
    above = random.normal(size=(EXAMPLES, WIDTH))
    sums, h = [], x
    for w in weights:
        sums.append(np.einsum("ni,oi->no", h, w))  # (EXAMPLES, WIDTH)
        h = activate(sums[-1], kind=kind)
    last = math.sqrt(float(np.mean(above**2)))
    lengths = []
    for w, z in zip(weights[::-1], sums[::-1], strict=True):
        above = np.einsum("no,oi->ni", above * derivative(z, kind=kind), w)
        lengths.append(math.sqrt(float(np.mean(above**2))) / last)
    return np.array(lengths[::-1])


def gradient_left(lengths: NDArray[np.float64]) -> float:
    """What reaches the first layer, of what left the last."""
    return float(lengths[0])


def factor_each(lengths: NDArray[np.float64]) -> float:
    """By what a gradient is multiplied in each layer, on average (the geometric mean)."""
    return float(lengths[0] ** (1 / len(lengths)))


def random_curve(*, kind: str, layers: int = 3, seed: int = 0) -> NDArray[np.float64]:
    """What a network of random weights makes of `axis`: one number in, one out, 32 units a layer.

    Without an activation ("none") it is a straight line, however many layers there are.

    Returns
    -------
    float64 array (401,).
    """
    random = np.random.default_rng(seed)
    h = axis()[:, None]
    for _layer in range(layers):
        w = random.normal(size=(32, h.shape[1])) * math.sqrt(2 / h.shape[1])
        b = random.normal(size=32)
        h = activate(np.einsum("ni,oi->no", h, w) + b, kind=kind)
    return np.einsum("ni,i->n", h, random.normal(size=32) / math.sqrt(32))


def bend(curve: NDArray[np.float64]) -> float:
    """How far a curve is from the straight line that fits it best, as a share of how far it reaches."""
    x = axis(count=len(curve))
    slope, start = np.polyfit(x, curve, 1)
    return float(np.abs(curve - slope * x - start).max() / np.ptp(curve))
