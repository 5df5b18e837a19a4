"""A linear probe on each encoder, with few and with many labels, over several draws of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.rank import largest
from engine.training.encoder import NUMBERS, as_tensor, encoder_and
from engine.training.loop import start_epoch
from engine.training.pretrained import embed
from engine.training.probe import ENCODERS, LABELS, SEEDS, balanced, probe_accuracy


def numbers_of(path: str, pictures: NDArray[np.uint8], *, name: str) -> NDArray[np.float32]:
    """The numbers that stand for digits: of a trained encoder, of a random one, or their pixels.

    Parameters
    ----------
    path : str, the file of the networks.
    pictures : uint8 array [shape=(n, 28, 28)].
    name : str, of `ENCODERS` or in the file.

    Returns
    -------
    float32 array (n, 64), of pixels (n, 784).
    """
    if name == "pixels":
        return pictures.reshape(len(pictures), -1).astype(np.float32) / np.float32(255)
    if name == "random":
        return untrained(pictures)
    return embed(path, pictures, name=name)


def untrained(pictures: NDArray[np.uint8], *, seed: int = 0) -> NDArray[np.float32]:
    """The numbers of an encoder whose weights were drawn and never changed: float32 (n, 64)."""
    import torch
    from torch import nn

    start_epoch(seed, 0)
    network = encoder_and(nn.Identity(), numbers=NUMBERS)
    with torch.inference_mode():
        return np.array(network(as_tensor(pictures)).numpy())


def probes_steps(
    path: str,
    pictures: NDArray[np.uint8],
    labels: NDArray[np.int64],
    tested: NDArray[np.uint8],
    test_labels: NDArray[np.int64],
    *,
    seeds: int = SEEDS,
    encoders: tuple[str, ...] = ENCODERS,
) -> Iterator[NDArray[np.float64]]:
    """For one encoder after the other, the accuracy with each number of labels and each draw of them.

    Yields
    ------
    float64 array (3, seeds): a row for each of `LABELS`.
    """
    for name in encoders:
        known, asked = (numbers_of(path, part, name=name) for part in (pictures, tested))
        found = np.zeros((len(LABELS), seeds))
        for row, count in enumerate(LABELS):
            for seed in range(seeds):
                few = balanced(labels, count=count, seed=seed)
                found[row, seed] = probe_accuracy(known[few], labels[few], asked, test_labels)
        yield found


def probes(
    path: str,
    pictures: NDArray[np.uint8],
    labels: NDArray[np.int64],
    tested: NDArray[np.uint8],
    test_labels: NDArray[np.int64],
    *,
    seeds: int = SEEDS,
    encoders: tuple[str, ...] = ENCODERS,
) -> NDArray[np.float64]:
    """What `probes_steps` finds, all in one: float64 (encoders, 3, seeds)."""
    steps = probes_steps(
        path, pictures, labels, tested, test_labels, seeds=seeds, encoders=encoders
    )
    return np.stack(list(steps))


def scaled(numbers: NDArray[np.float32]) -> NDArray[np.float64]:
    """Numbers with mean 0 and standard deviation 1 over the digits, then rows of length 1."""
    wide = np.asarray(numbers, np.float64)
    wide = (wide - wide.mean(axis=0)) / np.maximum(wide.std(axis=0), 1e-9)
    return np.asarray(wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-12))


def most_alike(numbers: NDArray[np.float32], *, number: int, count: int) -> NDArray[np.int64]:
    """The digits whose numbers point most nearly the same way as those of one: int64 (count,)."""
    rows = scaled(numbers)
    cosines = rows @ rows[number]
    cosines[number] = -np.inf
    return largest(cosines, count=count)


def alike_share(numbers: NDArray[np.float32], labels: NDArray[np.int64], *, count: int) -> float:
    """How many of the `count` nearest of each digit show the same digit, 0..1."""
    rows = scaled(numbers)
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
    return float(np.mean(labels[nearest] == labels[:, None]))


def rows_of_alike(
    pictures: NDArray[np.uint8], first: NDArray[np.int64], *more: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """The pictures that `most_alike` names, a row for each encoder: (rows * count, 28, 28)."""
    return pictures[np.concatenate([first, *more])]
