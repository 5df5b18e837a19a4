"""Gradients of a real small network in few bits: what becomes 0, and how loss scaling saves it.

P. Micikevicius and others, "Mixed precision training", 2018. Reference implementation of the changing
scale: PyTorch's `torch.amp.GradScaler`.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from engine.softmax import softmax_rows
from engine.training.precision import greatest, unbounded

HIDDEN = (128, 64)  # units of the two hidden layers
BATCH, RATE = 100, 0.1
Weights = list[tuple[NDArray[np.float32], NDArray[np.float32]]]


def drawn(draw: np.random.Generator) -> Weights:
    """Weights by chance, with a variance of 2 over the inputs (He), and biases of 0."""
    sizes = (784, *HIDDEN, 10)
    return [
        (
            (draw.standard_normal((a, b)) * np.sqrt(2 / a)).astype(np.float32),
            np.zeros(b, np.float32),
        )
        for a, b in itertools.pairwise(sizes)
    ]


def backward(
    weights: Weights, x: NDArray[np.float32], labels: NDArray[np.int64]
) -> tuple[list[NDArray[np.float32]], Weights]:
    """The gradients of the mean cross-entropy of a batch, layer by layer.

    Returns
    -------
    (those with respect to what each layer puts out before ReLU, (n, units) each; those of weights and
    biases).
    """
    inputs = [x]
    for number, (w, b) in enumerate(weights):
        z = inputs[-1] @ w + b
        inputs.append(np.maximum(z, 0) if number < len(weights) - 1 else z)
    delta = softmax_rows(inputs[-1])
    delta[np.arange(len(x)), labels] -= 1
    delta /= len(x)
    deltas: list[NDArray[np.float32]] = []
    changes: Weights = []
    for number in range(len(weights) - 1, -1, -1):
        deltas.insert(0, delta)
        changes.insert(0, (inputs[number].T @ delta, delta.sum(axis=0)))
        delta = (delta @ weights[number][0].T) * (inputs[number] > 0)
    return deltas, changes


def small_training(
    pictures: NDArray[np.uint8], labels: NDArray[np.int64], *, seed: int, epochs: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], float]:
    """Train a small network in float32 and collect gradients.

    Parameters
    ----------
    pictures : uint8 array [shape=(n, 28, 28)]. labels : int64 array [shape=(n,)].
    epochs : int, 0 or more.

    Returns
    -------
    (the gradients of what the layers put out for the first batch after training, flat; the greatest of
    them in each step of the training; the share of `pictures` that the network then names rightly).
    """
    x = pictures.reshape(len(pictures), -1).astype(np.float32) / np.float32(255)
    draw = np.random.default_rng(seed)
    weights = drawn(draw)
    largest = []
    for _epoch in range(epochs):
        order = draw.permutation(len(x))
        for start in range(0, len(x), BATCH):
            part = order[start : start + BATCH]
            deltas, changes = backward(weights, x[part], labels[part])
            largest.append(max(float(np.abs(d).max()) for d in deltas))
            for (w, b), (dw, db) in zip(weights, changes, strict=True):
                w -= np.float32(RATE) * dw
                b -= np.float32(RATE) * db
    deltas, _changes = backward(weights, x[:BATCH], labels[:BATCH])
    flat = np.concatenate([d.ravel() for d in deltas])
    y = x
    for number, (w, b) in enumerate(weights):
        y = y @ w + b
        y = np.maximum(y, 0) if number < len(weights) - 1 else y
    return flat, np.array(largest, np.float32), float((y.argmax(axis=1) == labels).mean())


def gradients_of(
    trained: tuple[NDArray[np.float32], NDArray[np.float32], float],
) -> NDArray[np.float32]:
    """The gradients that are not 0 anyway (ReLU makes many 0), as a flat float32 array."""
    return trained[0][trained[0] != 0]


def largest_of(
    trained: tuple[NDArray[np.float32], NDArray[np.float32], float],
) -> NDArray[np.float32]:
    """The greatest gradient of each step."""
    return trained[1].copy()


def exponent_counts(gradients: NDArray[np.float32]) -> NDArray[np.int64]:
    """How many gradients lie between two powers of two: (2, powers), the lower power and the count."""
    powers = np.frexp(np.abs(gradients.astype(np.float64)))[1] - 1
    low, high = int(powers.min()), int(powers.max())
    return np.stack(
        [np.arange(low, high + 1), np.bincount(powers - low, minlength=high - low + 1)]
    ).astype(np.int64)


def lost(gradients: NDArray[np.float32], *, form: str, scale: float) -> tuple[float, float]:
    """The shares that become 0, and that go beyond the range, when scaled and kept in a format."""
    kept = unbounded(gradients.astype(np.float64) * scale, form=form)
    return float((kept == 0).mean()), float((np.abs(kept) > greatest(form)).mean())


def lost_by_scale(
    gradients: NDArray[np.float32], *, form: str, most: int = 32
) -> NDArray[np.float64]:
    """`lost` for the scales 2^0 to 2^most: (3, most + 1), power, share of 0, share beyond."""
    rows = [(power, *lost(gradients, form=form, scale=2.0**power)) for power in range(most + 1)]
    return np.array(rows, np.float64).T


def least_lost(table: NDArray[np.float64]) -> tuple[int, float]:
    """The least power of two in a table of `lost_by_scale` at which fewest are lost, and their share."""
    both = table[1] + table[2]
    at = int(both.argmin())
    return int(table[0, at]), float(both[at])


def dynamic_scale(
    largest: NDArray[np.float32], *, form: str, start: float = 65536.0, patience: int = 20
) -> NDArray[np.float64]:
    """A scale that looks after itself: doubled after `patience` good steps, halved when one overflows.

    PyTorch's GradScaler begins at 65,536 too and waits 2,000 steps.

    Parameters
    ----------
    largest : the greatest gradient of each step, before scaling.

    Returns
    -------
    float64 array (2, steps): the scale of each step; 1 where it overflowed, so that the step is skipped.
    """
    scale, good = start, 0
    scales, skipped = [], []
    for gradient in largest.tolist():
        scales.append(scale)
        overflow = gradient * scale > greatest(form)
        skipped.append(float(overflow))
        good = 0 if overflow else good + 1
        if overflow:
            scale /= 2
        elif good == patience:
            scale, good = scale * 2, 0
    return np.array([scales, skipped])
