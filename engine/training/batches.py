"""How noisy the gradient of a batch is, and what the size of the batch does to learning.

The network is softmax regression on the digits of MNIST, with its gradient by hand: ten weighted sums
of 784 pixels and a constant, 7,850 weights. It is small enough for the gradient of all digits to be
known exactly, which a batch only estimates.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.softmax import softmax_rows
from engine.training.digits import LEARN, TEST, digit_labels, digits
from engine.training.loop import epoch_of, pack_state, start_epoch, unpack_state

CLASSES = 10
#: Gradients of each size that were timed for the record.
TIMED = 200
#: Batches whose noise is measured.
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
#: Batches that learn, the rate of the smallest, and what a row of a run holds.
TRAIN_SIZES, BASE_RATE = (10, 100, 1000), 0.01
BATCH_TEST_LOSS, BATCH_TEST_RIGHT, BATCH_LEARN_LOSS = range(3)


def with_constant(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Pixels from 0 to 1, a row for each picture, and a 1 at the end whose weight is the bias.

    Parameters
    ----------
    pictures : uint8 array [shape=(n, 28, 28)].

    Returns
    -------
    float64 array (n, 785).
    """
    pixels = pictures.reshape(len(pictures), -1) / 255
    return np.hstack([pixels, np.ones((len(pictures), 1))])


def class_shares(x: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Softmax of the ten weighted sums: float64 array (n, 10), each row adds up to 1."""
    sums = x @ weights
    return softmax_rows(sums)


def batch_gradient(
    x: NDArray[np.float64], labels: NDArray[np.int64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The gradient of the mean cross-entropy of a batch: its pixels times (what was said - the truth).

    Parameters
    ----------
    x : float64 array [shape=(n, 785)]. labels : int64 array [shape=(n,)].
    weights : float64 array [shape=(785, 10)].

    Returns
    -------
    float64 array (785, 10).
    """
    return np.asarray(x.T @ _errors(x, labels, weights) / len(x))


def _errors(
    x: NDArray[np.float64], labels: NDArray[np.int64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What was said less the truth, the gradient of each example's ten sums: (n, 10)."""
    errors = class_shares(x, weights)
    errors[np.arange(len(x)), labels] -= 1
    return errors


def mean_cross_entropy(
    x: NDArray[np.float64], labels: NDArray[np.int64], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """The mean loss in nats, and the share of right answers."""
    sums = x @ weights
    top = sums.max(axis=1)
    log_total = top + np.log(np.exp(sums - top[:, None]).sum(axis=1))
    loss = (log_total - sums[np.arange(len(x)), labels]).mean()
    return float(loss), float((sums.argmax(axis=1) == labels).mean())


# --------------------------------------------------------------------------------- noise


def learned_weights(
    pictures: NDArray[np.uint8], labels: NDArray[np.int64], *, epochs: int, seed: int = 0
) -> NDArray[np.float64]:
    """Weights after some epochs of learning in batches of 10 at `BASE_RATE`, from zeros on."""
    x, weights = with_constant(pictures), np.zeros((785, CLASSES))
    chance = np.random.default_rng(seed)
    for _epoch in range(epochs):
        for part in np.array_split(chance.permutation(len(x)), max(1, len(x) // 10)):
            weights -= BASE_RATE * batch_gradient(x[part], labels[part], weights)
    return weights


def gradient_noise(
    pictures: NDArray[np.uint8],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
    *,
    draws: int = 100,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Compare gradients of batches with the gradient of all examples.

    Examples are drawn with replacement, so that each is independent of the others.

    Parameters
    ----------
    draws : int, batches of each size.

    Returns
    -------
    float64 array (sizes, draws, 2): the cosine of the angle between both gradients, and the length of
    their difference over the length of the full one, for each of `SIZES`.
    """
    x = with_constant(pictures)
    full = batch_gradient(x, labels, weights)
    length = np.linalg.norm(full)
    found = np.zeros((len(SIZES), draws, 2))
    chance = np.random.default_rng(seed)
    for row, size in enumerate(SIZES):
        for draw in range(draws):
            part = chance.integers(len(x), size=size)
            one = batch_gradient(x[part], labels[part], weights)
            cosine = (one * full).sum() / max(np.linalg.norm(one) * length, 1e-300)
            found[row, draw] = cosine, np.linalg.norm(one - full) / length
    return found


def expected_noise(
    pictures: NDArray[np.uint8], labels: NDArray[np.int64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The root of the mean square of the relative error that theory gives for each of `SIZES`.

    A mean of B independent examples has the variance of one over B. The squared length of an example's
    gradient, an outer product, is that of its errors times that of its pixels.

    Returns
    -------
    float64 array (sizes,).
    """
    x = with_constant(pictures)
    squares = (_errors(x, labels, weights) ** 2).sum(axis=1) * (x**2).sum(axis=1)
    full = (batch_gradient(x, labels, weights) ** 2).sum()
    return np.asarray(np.sqrt((squares.mean() - full) / np.array(SIZES) / full))


def error_by_size(noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """The root of the mean square of the relative errors over the draws, for each of `SIZES`."""
    return np.asarray(np.sqrt((noise[:, :, 1] ** 2).mean(axis=1)))


def cosines_by_size(noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the draws of each of `SIZES`, the cosine below which 5 %, half and 95 % lie: (sizes, 3)."""
    return np.quantile(noise[:, :, 0], (0.05, 0.5, 0.95), axis=1).T


def gradient_picture(
    pictures: NDArray[np.uint8],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
    *,
    digit: int,
    size: int,
    seed: int = 0,
) -> NDArray[np.float64]:
    """The gradient of one digit's weights as a picture: (28, 28).

    Parameters
    ----------
    size : int, examples in the batch, drawn with replacement; 0 takes all examples once.
    """
    chance = np.random.default_rng([seed, size])
    part = chance.integers(len(pictures), size=size) if size else np.arange(len(pictures))
    gradient = batch_gradient(with_constant(pictures[part]), labels[part], weights)
    return gradient[:-1, digit].reshape(28, 28).copy()


# -------------------------------------------------------------------------------- learning


def rate_of(*, size: int, scaled: bool, base: float = BASE_RATE) -> float:
    """The rate of a batch: `base`, or, scaled linearly, `base` x size / 10.

    P. Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017.
    """
    return base * size / TRAIN_SIZES[0] if scaled else base


def by_batches_steps(
    path: str,
    *,
    size: int,
    scaled: bool = False,
    epochs: int = 10,
    seed: int = 0,
    resume: bytes = b"",
) -> Iterator[tuple[NDArray[np.float64], bytes]]:
    """Learn and measure after each epoch; see `by_batches`."""
    import torch

    rate = rate_of(size=size, scaled=scaled)
    weights, first = np.zeros((785, CLASSES)), 0
    if resume:
        kept = {"weights": torch.from_numpy(weights)}
        unpack_state(resume, kept)
        first = epoch_of(resume) + 1
    x = with_constant(digits(path, start=0, count=LEARN))
    labels = digit_labels(path, start=0, count=LEARN)
    test = with_constant(digits(path, start=LEARN, count=TEST))
    test_labels = digit_labels(path, start=LEARN, count=TEST)
    for epoch in range(first, epochs + 1):
        chance = start_epoch(seed, epoch)
        if epoch:
            order = chance.permutation(LEARN)
            for start in range(0, LEARN, size):
                part = order[start : start + size]
                weights -= rate * batch_gradient(x[part], labels[part], weights)
        row = [
            *mean_cross_entropy(test, test_labels, weights),
            mean_cross_entropy(x, labels, weights)[0],
        ]
        yield np.array(row), pack_state({"weights": torch.from_numpy(weights)}, epoch=epoch)


def by_batches(
    path: str, *, size: int, scaled: bool = False, epochs: int = 10, seed: int = 0
) -> NDArray[np.float64]:
    """Softmax regression on 4,000 digits by plain gradient descent, in batches of `size`.

    Parameters
    ----------
    path : str, the file of the digits.
    scaled : bool, whether the rate grows with the batch (see `rate_of`).

    Returns
    -------
    float64 array (epochs + 1, 3), before training and after each epoch: mean loss and share of right
    answers on 1,000 digits of the test, mean loss on the digits to learn from.
    """
    steps = by_batches_steps(path, size=size, scaled=scaled, epochs=epochs, seed=seed)
    return rows_of_run([shown for shown, _state in steps])


def rows_of_run(rows: list[NDArray[np.float64]], _state: bytes = b"") -> NDArray[np.float64]:
    """The rows of a run as one array."""
    return np.stack(rows)
