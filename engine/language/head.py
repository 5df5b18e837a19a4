"""A classification head that nobody has trained: its confidence is noise.

As transformers begins one on a BERT (`BertForSequenceClassification`): one linear layer, its weights by
chance from a normal distribution with standard deviation 0.02, its biases 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SPREAD = 0.02  # `initializer_range` in BERT's configuration


def untrained_head(*, seed: int, width: int, spread: float = SPREAD) -> NDArray[np.float64]:
    """The weights of a head for two classes: float64 (2, width), its biases are 0."""
    return np.random.default_rng(seed).normal(0, spread, (2, width))


def untrained_answers(
    vectors: NDArray[np.float32], *, seeds: int = 10, spread: float = SPREAD
) -> NDArray[np.float64]:
    """The probability that untrained heads of two classes give to the first one.

    Parameters
    ----------
    vectors : float32 array [shape=(texts, width)].
    seeds : int, how many heads; each is made with a seed of its own, from 0.

    Returns
    -------
    float64 array (texts, seeds), 0..1; the other class has the rest.
    """
    width = vectors.shape[1]
    found = []
    for seed in range(seeds):
        head = untrained_head(seed=seed, width=width, spread=spread)
        a, b = np.einsum("cn,tn->ct", head, vectors.astype(np.float64))
        found.append(1 / (1 + np.exp(b - a)))  # softmax of two scores
    return np.stack(found, axis=1)


def wins(answers: NDArray[np.float64]) -> tuple[int, ...]:
    """How many heads put the first class first, for each text."""
    return tuple(int(n) for n in (answers > 0.5).sum(axis=1))


def greatest_certainty(answers: NDArray[np.float64]) -> float:
    """The greatest probability that any head gave to either class, 0.5..1."""
    return float(np.maximum(answers, 1 - answers).max())


def least_certainty(answers: NDArray[np.float64]) -> float:
    """The least of the heads' certainties, each the probability of the class it puts first, 0.5..1."""
    return float(np.maximum(answers, 1 - answers).min())


def largest_gap(answers: NDArray[np.float64], *, first: int = 0) -> float:
    """How far apart one head's probabilities for different texts are at most, 0..1.

    first : int, the row of the first text that counts.
    """
    texts = answers[first:]
    return float((texts.max(axis=0) - texts.min(axis=0)).max())
