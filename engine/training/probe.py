"""Linear probes: how much a simple classifier reads out of an encoder's numbers.

G. Alain and Y. Bengio, "Understanding intermediate layers using linear classifier probes", 2016.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training.encoder import NUMBERS, SLOPE, as_tensor, columns, encoder_and, fit
from engine.training.loop import start_epoch

CLASSES = 10
#: What a probe is put on; "random" is an encoder that has learned nothing, "pixels" no encoder at all.
ENCODERS = ("supervised", "contrastive", "masked", "autoencoder", "random", "pixels")
LABELS = (10, 100, 1000)
SEEDS = 5


def supervised_steps(
    learned: NDArray[np.uint8],
    labels: NDArray[np.int64],
    tested: NDArray[np.uint8],
    test_labels: NDArray[np.int64],
    *,
    seed: int,
    epochs: int,
    batch: int = 64,
    rate: float = 2e-3,
    device: str = "cpu",
    resume: bytes = b"",
) -> Iterator[tuple[Any, bytes]]:
    """Train an encoder with labels: its numbers go into ten scores, and cross-entropy is the loss.

    Yields
    ------
    ((loss, accuracy on the test), state).
    """
    import torch
    from torch import nn

    start_epoch(seed, 0)
    head = nn.Sequential(nn.LeakyReLU(SLOPE), nn.Linear(NUMBERS, CLASSES))
    network = encoder_and(head, numbers=NUMBERS).to(device)
    pictures, held = as_tensor(learned).to(device), as_tensor(tested).to(device)
    truth = torch.from_numpy(np.array(labels)).to(device)

    def loss_of(chosen: NDArray[np.int64], draw: np.random.Generator) -> Any:
        rows = torch.from_numpy(chosen).to(device)
        return torch.nn.functional.cross_entropy(network(pictures[rows]), truth[rows])

    options: dict[str, Any] = {"seed": seed, "epochs": epochs, "batch": batch, "rate": rate}
    for loss, state in fit(network, loss_of, len(learned), resume=resume, **options):
        with torch.inference_mode():
            said = network(held).argmax(dim=1).cpu().numpy()
        yield (loss, float(np.mean(said == test_labels))), state


def supervised(
    learned: NDArray[np.uint8],
    labels: NDArray[np.int64],
    tested: NDArray[np.uint8],
    test_labels: NDArray[np.int64],
    *,
    seed: int,
    epochs: int,
) -> tuple[NDArray[Any], ...]:
    """What `supervised_steps` shows: losses and accuracies (epochs + 1,)."""
    steps = supervised_steps(learned, labels, tested, test_labels, seed=seed, epochs=epochs)
    return columns([shown for shown, _state in steps])


def balanced(labels: NDArray[np.int64], *, count: int, seed: int) -> NDArray[np.int64]:
    """As many examples of each class by chance: their places, int64 (count,), sorted.

    Raises
    ------
    ValueError : `count` is no multiple of ten, or a class has too few.
    """
    each, rest = divmod(count, CLASSES)
    draw = np.random.default_rng(seed)
    places = [np.flatnonzero(labels == digit) for digit in range(CLASSES)]
    if rest or any(len(of_one) < each for of_one in places):
        raise ValueError(f"{count} examples can't be drawn evenly")
    return np.sort(np.concatenate([draw.choice(p, each, replace=False) for p in places]))


def probe_accuracy(
    numbers: NDArray[np.float32],
    labels: NDArray[np.int64],
    test_numbers: NDArray[np.float32],
    test_labels: NDArray[np.int64],
) -> float:
    """Accuracy on the test of scikit-learn's logistic regression on an encoder's numbers.

    The numbers are first made to have mean 0 and standard deviation 1 among those that are learned
    from, so that the scale which an objective happens to give them does not count.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
    return float(model.fit(numbers, labels).score(test_numbers, test_labels))
