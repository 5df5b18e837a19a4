"""A classification head that nobody has trained: its confidence is noise.

As transformers begins one on a BERT (`BertForSequenceClassification`): one linear layer, its weights by
chance from a normal distribution with standard deviation 0.02, its biases 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SPREAD = 0.02  # `initializer_range` in BERT's configuration


def untrained_head(*, seed: int, classes: int, width: int) -> NDArray[np.float64]:
    """The weights of a head: float64 (classes, width)."""
    return np.random.default_rng(seed).normal(0, SPREAD, (classes, width))


def untrained_answers(
    vector: NDArray[np.float32], *, classes: int = 2, seeds: int = 10
) -> NDArray[np.float64]:
    """The probabilities that `seeds` untrained heads give for one text.

    Parameters
    ----------
    vector : float32 array [shape=(width,)], the text.

    Returns
    -------
    float64 array (seeds, classes), 0..1; each row has the sum 1.
    """
    x = vector.astype(np.float64)
    heads = [untrained_head(seed=s, classes=classes, width=len(x)) for s in range(seeds)]
    scores = np.stack([np.einsum("cn,n->c", head, x) for head in heads])
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def wins(answers: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many heads put each class first: int64 (classes,)."""
    return np.bincount(answers.argmax(axis=1), minlength=answers.shape[1])


def mean_and_spread(answers: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each class the mean, the least and the greatest probability over all heads: (3, classes)."""
    return np.stack([answers.mean(axis=0), answers.min(axis=0), answers.max(axis=0)])


def row_of_pair(pair: NDArray[np.float32], *, row: int) -> NDArray[np.float32]:
    """One row of `engine.language.layers.pooled`: 0 the mean, 1 [CLS]."""
    return pair[row].copy()
