"""Plain and residual stacks of fully connected layers, by hand and in training.

K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition", 2015: deeper plain
networks have a higher training error; where each pair of layers adds to what went in, they have not.
Theirs are convolutions with batch normalisation; here the layers are small, and normalisation and first
weights can be chosen. The first weights called "he" are of K. He and others, "Delving deep into
rectifiers", 2015; "torch" are those of PyTorch's `Linear`. Normalisation: J. L. Ba and others, "Layer
normalization", 2016, without weights of its own. The gradients by hand equal autograd's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.softmax import softmax_rows
from engine.training.digits import LEARN, TEST, digit_labels, digits
from engine.training.loop import pack_state, stack_rows, start_epoch, unpack_state
from engine.training.recorded import recorded

WIDTH = 64  # numbers that each layer hands on
BATCH = 100
RATE, MOMENTUM = 0.02, 0.9
#: Added to a variance before its root is taken, as PyTorch's `layer_norm` does.
SMALL = 1e-5
#: What stands before the gradients in a row of `train_stack`.
LOSS, LEARN_ERROR, TEST_ERROR, FIRST_GRADIENT = range(4)


def stack_weights(*, depth: int, init: str = "torch", seed: int = 0) -> list[NDArray[np.float64]]:
    """The first weights: of the layer for the pixels, of `depth` layers, of the scores. Biases are 0.

    Parameters
    ----------
    depth : int, even: two layers a block.
    init : "torch": even in -1/sqrt(n) to 1/sqrt(n), n numbers come in, variance 1/(3 n); "he": normal,
        variance 2/n, so that ReLU, which halves what comes, leaves it as large as it was.

    Returns
    -------
    list of depth + 2 float64 arrays (out, in).
    """
    if depth < 2 or depth % 2:
        raise ValueError(f"two layers a block: a depth is even, not {depth}")
    random = np.random.default_rng([seed, 17])
    shapes = [(WIDTH, 784), *[(WIDTH, WIDTH)] * depth, (10, WIDTH)]
    if init == "he":
        return [random.normal(0, np.sqrt(2 / n), (out, n)) for out, n in shapes]
    return [random.uniform(-1 / np.sqrt(n), 1 / np.sqrt(n), (out, n)) for out, n in shapes]


def first_pictures(path: str, *, start: int, count: int) -> NDArray[np.float64]:
    """Digits as rows of numbers, mean 0 and deviation 1 over all: float64 array (count, 784)."""
    rows = digits(path, start=start, count=count).reshape(count, -1) / 255.0
    return (rows - 0.1307) / 0.3081  # of the 60,000 pictures of MNIST


# ------------------------------------------------------------------------------- by hand


def normalised(z: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each row less its mean, over its deviation; and one over that deviation."""
    z = z - z.mean(axis=1, keepdims=True)
    scale = 1 / np.sqrt((z**2).mean(axis=1, keepdims=True) + SMALL)
    return z * scale, scale


def stack_forward(
    weights: list[NDArray[np.float64]],
    x: NDArray[np.float64],
    *,
    residual: bool,
    norm: bool,
    skip: float = 1.0,
) -> list[tuple[NDArray[np.float64], ...]]:
    """What each layer makes of the pictures, with what the way back needs.

    The second layer of each block adds what went into the block: h' = relu(W2 relu(W1 h) + skip * h).

    Returns
    -------
    list of (input, normalised sum, scale, output) for each layer; the last one's output are the scores.
    """
    found: list[tuple[NDArray[np.float64], ...]] = []
    h = into = x
    for number, w in enumerate(weights):
        z = np.einsum("ni,oi->no", h, w)
        scale = np.ones((len(x), 1))
        last = number == len(weights) - 1
        if norm and not last:
            z, scale = normalised(z)
        out = z
        if residual and 0 < number < len(weights) - 1 and number % 2 == 0:
            out = z + skip * into
        if not last:
            out = np.maximum(out, 0)
        found.append((h, z, scale, out))
        h = out
        if number % 2 == 0:
            into = out  # a block begins behind it
    return found


def stack_gradients(
    weights: list[NDArray[np.float64]],
    layers: list[tuple[NDArray[np.float64], ...]],
    labels: NDArray[np.int64],
    *,
    residual: bool,
    norm: bool,
    skip: float = 1.0,
) -> list[NDArray[np.float64]]:
    """The gradients of the mean cross-entropy by all weights, back through `stack_forward`."""
    scores = layers[-1][3]
    shares = softmax_rows(scores)
    shares[np.arange(len(labels)), labels] -= 1
    by_out = shares / len(labels)
    gradients: list[NDArray[np.float64]] = []
    aside = np.zeros(())  # what reaches the input of a block by its skip
    for number in range(len(weights) - 1, -1, -1):
        h, z, scale, out = layers[number]
        last = number == len(weights) - 1
        by_z = by_out if last else by_out * (out > 0)
        skipped = residual and 0 < number < len(weights) - 1 and number % 2 == 0
        if skipped:
            aside = skip * by_z
        if norm and not last:
            by_z = scale * (
                by_z - by_z.mean(axis=1, keepdims=True) - z * (by_z * z).mean(axis=1, keepdims=True)
            )
        gradients.append(np.einsum("no,ni->oi", by_z, h))
        by_out = np.einsum("no,oi->ni", by_z, weights[number])
        if residual and not skipped and number % 2 == 1 and number < len(weights) - 1:
            by_out = by_out + aside
    return gradients[::-1]


def at_start(
    path: str,
    *,
    depth: int,
    residual: bool,
    init: str = "torch",
    norm: bool = False,
    skip: float = 1.0,
    seed: int = 0,
    count: int = 100,
) -> NDArray[np.float64]:
    """A stack before its first step: how far signal and gradient get.

    Parameters
    ----------
    path : str, the file of the digits. count : int, of how many pictures.
    skip : float, what a block's input is multiplied by before it is added; 1 in He's networks.

    Returns
    -------
    float64 array (2, depth + 1), a column for the layer of the pixels and each layer behind it: the
    variance of its outputs over the pictures, the mean of all its units; the length of the gradient of
    the loss by its weights.
    """
    weights = stack_weights(depth=depth, init=init, seed=seed)
    x = first_pictures(path, start=0, count=count)
    labels = digit_labels(path, start=0, count=count)
    layers = stack_forward(weights, x, residual=residual, norm=norm, skip=skip)
    gradients = stack_gradients(weights, layers, labels, residual=residual, norm=norm, skip=skip)
    signals = [float(out.var(axis=0).mean()) for *_rest, out in layers[:-1]]
    lengths = [float(np.sqrt((g**2).sum())) for g in gradients[:-1]]
    return np.array([signals, lengths])


# ------------------------------------------------------------------------------- training


def torch_scores(weights: Any, x: Any, *, residual: bool, norm: bool) -> Any:
    """The scores of a stack in PyTorch: the same as `stack_forward`, for a list of pairs (W, b)."""
    import torch

    h = into = x
    for number, (w, b) in enumerate(weights):
        last = number == len(weights) - 1
        z = torch.nn.functional.linear(h, w, b)
        if norm and not last:
            z = torch.nn.functional.layer_norm(z, (z.shape[1],), eps=SMALL)
        if residual and 0 < number < len(weights) - 1 and number % 2 == 0:
            z = z + into
        h = z if last else torch.relu(z)
        if number % 2 == 0:
            into = h
    return h


def train_stack_steps(
    path: str,
    *,
    depth: int,
    residual: bool,
    init: str = "torch",
    norm: bool = False,
    epochs: int = 10,
    seed: int = 0,
    resume: bytes = b"",
) -> Iterator[tuple[NDArray[np.float64], bytes]]:
    """Train a stack on the digits by gradient descent with momentum; see `train_stack`."""
    import torch

    start_epoch(seed, 0)
    arrays = stack_weights(depth=depth, init=init, seed=seed)
    pairs = [(torch.tensor(w, dtype=torch.float32), torch.zeros(len(w))) for w in arrays]
    named = {
        f"{n}/{what}": t for n, pair in enumerate(pairs) for what, t in zip("wb", pair, strict=True)
    }
    for tensor in named.values():
        tensor.requires_grad_()
    optimizer = torch.optim.SGD(list(named.values()), lr=RATE, momentum=MOMENTUM)
    x = torch.tensor(first_pictures(path, start=0, count=LEARN + TEST), dtype=torch.float32)
    y = torch.from_numpy(digit_labels(path))
    first = 0
    if resume:
        first = int(unpack_state(resume, named, optimizer)["behind"]) + 1
    for epoch in range(first, epochs + 1):
        random = start_epoch(seed, epoch)
        order = torch.from_numpy(random.permutation(LEARN)) if epoch else torch.arange(0)
        for batch in order.split(BATCH):
            optimizer.zero_grad()
            scores = torch_scores(pairs, x[batch], residual=residual, norm=norm)
            torch.nn.functional.cross_entropy(scores, y[batch]).backward()
            optimizer.step()
        shown = _measured(pairs, x, y, residual, norm)
        optimizer.zero_grad()
        yield shown, pack_state(named, optimizer, epoch=epoch, behind=np.array(epoch))


def _measured(pairs: Any, x: Any, y: Any, residual: bool, norm: bool) -> NDArray[np.float64]:
    """A row of `train_stack`: loss, both errors, gradients."""
    import torch

    with torch.no_grad():
        scores = torch_scores(pairs, x, residual=residual, norm=norm)
        wrong = (scores.argmax(1) != y).double()
        loss = float(torch.nn.functional.cross_entropy(scores[:LEARN], y[:LEARN]))
    some = slice(0, 500)
    for pair in pairs:
        for tensor in pair:
            tensor.grad = None
    part = torch_scores(pairs, x[some], residual=residual, norm=norm)
    torch.nn.functional.cross_entropy(part, y[some]).backward()
    lengths = [float(w.grad.norm()) for w, _b in pairs[:-1]]
    errors = [float(wrong[:LEARN].mean()), float(wrong[LEARN:].mean())]
    return np.array([loss, *errors, *lengths])


def train_stack(
    path: str,
    *,
    depth: int,
    residual: bool,
    init: str = "torch",
    norm: bool = False,
    epochs: int = 10,
    seed: int = 0,
) -> NDArray[np.float64]:
    """What a stack does while it learns 4,000 digits: a row before training and after each epoch.

    Returns
    -------
    float64 array (epochs + 1, 3 + depth + 1): mean loss on the pictures to learn from; the share of
    these that it gets wrong; the same of 1,000 pictures that it never saw; then the length of the
    gradient (of 500 pictures) by the weights of the layer for the pixels and each layer behind it. A
    run that overflows has NaN.
    """
    steps = train_stack_steps(
        path, depth=depth, residual=residual, init=init, norm=norm, epochs=epochs, seed=seed
    )
    return stack_rows([shown for shown, _state in steps])


def gradients_after(run: NDArray[np.float64], *, epoch: int) -> NDArray[np.float64]:
    """The gradient of each layer after an epoch of a run of `train_stack`; epoch 0: before training."""
    return run[epoch, FIRST_GRADIENT:].copy()


# ------------------------------------------------------------------------------- recorded


def recorded_stacks(path: str, *, name: str, depth: int) -> NDArray[np.float32]:
    """The recorded runs of one setting, first columns of `train_stack`: float32 (seeds, epochs, 3).

    Parameters
    ----------
    path : str, the file of the record.
    name : "plain_torch_bare" and so on: kind, first weights, "norm" or "bare".
    depth : int, one of the recorded ones.
    """
    place = recorded(path, name="depths").tolist().index(depth)
    return recorded(path, name=name)[:, place].transpose(1, 0, 2).copy()


def errors_by_depth(path: str, *, name: str, column: int) -> NDArray[np.float64]:
    """The error at the end for each recorded depth: float64 array (depths, 3).

    Columns: the mean of the seeds, the least, the greatest. `column` : `LEARN_ERROR` or `TEST_ERROR`.
    """
    last = recorded(path, name=name)[-1, :, :, column].astype(np.float64)  # (depths, seeds)
    return np.stack([last.mean(axis=1), last.min(axis=1), last.max(axis=1)], axis=1)
