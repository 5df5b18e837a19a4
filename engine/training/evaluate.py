"""What a fine-tuned network gets right and wrong, what has changed in it, what more labels bring."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.softmax import softmax_rows
from engine.training.backbone import new_network, pictures_through, row_of_groups
from engine.training.finetune import FACTS, Run
from engine.training.ownset import Examples
from engine.training.splits import LEARN, TEST
from engine.vectors.pca import pca


def confusion(
    examples: Examples, roles: NDArray[np.int8], run: Run, *, epoch: int = -1
) -> NDArray[np.int64]:
    """How often tested examples of each class (row) were taken for each class (column)."""
    truth = examples[1][roles == TEST]
    table = np.zeros((len(examples[2]), len(examples[2])), np.int64)
    np.add.at(table, (truth, run[2][epoch].argmax(axis=1)), 1)
    return table


def wrong_ones(
    examples: Examples, roles: NDArray[np.int8], run: Run, *, truth: int = -1, named: int = -1
) -> tuple[tuple[int, int, int, float, float], ...]:
    """The tested examples that the trained network gets wrong, those it is surest of first.

    Parameters
    ----------
    truth, named : int, only those of this class, only those taken for this class; -1: all.

    Returns
    -------
    tuple of (index of the example, its class, the class it is taken for, the probabilities of that
    class and of its own).
    """
    found = []
    for index, chances in zip(np.flatnonzero(roles == TEST), run[2][-1], strict=True):
        own, taken = int(examples[1][index]), int(chances.argmax())
        if own != taken and truth in (-1, own) and named in (-1, taken):
            found.append((int(index), own, taken, float(chances[taken]), float(chances[own])))
    return tuple(sorted(found, key=lambda one: -one[3]))


def accuracy_interval(right: int, count: int) -> tuple[float, float]:
    """Where the true share of right answers lies with 95 % confidence, if `right` of `count` were.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.

    Parameters
    ----------
    right, count : int, 0 <= right <= count, count >= 1.

    Returns
    -------
    two float, 0..1.
    """
    z, share = 1.959963984540054, right / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    whole = 1 + z * z / count
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def label_curve(
    features: NDArray[np.float32],
    examples: Examples,
    roles: NDArray[np.int8],
    *,
    counts: tuple[int, ...] = (1, 2, 5, 10, 20),
    seeds: int = 5,
) -> NDArray[np.float64]:
    """How good a new head on frozen features is with few and with many labels.

    For each number and seed, so many examples of each class are drawn out of those that may be learnt
    from; the test is always the same. The head is scikit-learn's `LogisticRegression`.

    Parameters
    ----------
    features : float32 array [shape=(n, d)], of `backbone.embeddings`.
    roles : int8 array (n,). Split with `each=0` to let all be drawn.
    counts : numbers of examples of each class. seeds : int, how often it is drawn.

    Returns
    -------
    float64 array (counts, seeds): the share of right answers; NaN where a class has too few.
    """
    from sklearn.linear_model import LogisticRegression

    labels = examples[1]
    tested = np.flatnonzero(roles == TEST)
    pools = [np.flatnonzero((roles == LEARN) & (labels == c)) for c in range(len(examples[2]))]
    shares = np.full((len(counts), seeds), np.nan)
    with threadpool_limits(limits=1):  # one thread adds in one order
        for seed in range(seeds):
            random = np.random.default_rng(seed)
            orders = [random.permutation(pool) for pool in pools]
            for row, count in enumerate(counts):
                if min(len(pool) for pool in pools) < count:
                    continue
                drawn = np.concatenate([order[:count] for order in orders])
                # The best weights lie in the span of the rows that are learnt: its axes say all.
                axes = np.linalg.qr(features[drawn].T.astype(np.float64))[0]
                model = LogisticRegression(max_iter=1000)
                model.fit(features[drawn] @ axes, labels[drawn])
                found = model.predict(features[tested] @ axes)
                shares[row, seed] = (found == labels[tested]).mean()
    return shares


# ------------------------------------------------------------------------------ the trained network


def trained_network(weights: str, run: Run, *, classes: int) -> tuple[Any, str, str]:
    """The network as it is after a run: (network, its architecture, how it has learnt).

    Parameters
    ----------
    weights : str, path of the file that the run began with. run : of `finetune`, at its end.

    Raises
    ------
    ValueError : the run is not at its end.
    """
    import torch
    from safetensors.torch import load

    trained = run[3]
    if not trained:
        raise ValueError("this run is not at its end")
    facts = trained_facts_of(trained)
    torch.set_num_threads(1)
    network = new_network(weights, architecture=facts["architecture"], classes=classes)
    network.load_state_dict(load(trained), strict=False)
    return network, facts["architecture"], facts["method"]


def trained_facts_of(trained: bytes) -> dict[str, str]:
    """What a safetensors file of a run says of itself: its architecture and method."""
    length = int.from_bytes(trained[:8], "little")
    return dict(json.loads(json.loads(trained[8 : 8 + length])["__metadata__"][FACTS]))


def embeddings_after(examples: Examples, weights: str, run: Run) -> NDArray[np.float32]:
    """What the trained network knows of each example: the numbers before its last layer, (n, d)."""
    import torch

    network, architecture, _method = trained_network(weights, run, classes=len(examples[2]))
    groups = [group for _name, group in row_of_groups(network, architecture)[:-1]]
    found: NDArray[np.float32] = pictures_through(torch.nn.Sequential(*groups), examples[0]).numpy()
    return found


def guess(
    examples: Examples, weights: str, run: Run, picture: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """What the trained network takes a new picture for.

    Parameters
    ----------
    picture : uint8 array [shape=(side, side, 3)], of `ownset.new_picture` or `ownset.new_sound`.

    Returns
    -------
    float32 array (classes,): probabilities.
    """
    network, _architecture, _method = trained_network(weights, run, classes=len(examples[2]))
    return chances_of(network, picture[None])[0]


def chances_of(network: Any, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The probabilities that a network gives pictures: float32 (n, classes)."""
    scores = pictures_through(network, pictures).double().numpy()
    chances: NDArray[np.float64] = softmax_rows(scores)
    return chances.astype(np.float32)


# --------------------------------------------------------------------------------- before and after


def joined(before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.float32]:
    """Both clouds as one, (2 n, d): a map of it shows both on the same axes."""
    return np.concatenate([before, after])


def halves(layouts: NDArray[np.floating], *, index: int = -1) -> NDArray[np.float32]:
    """One layout of a joined cloud as two: (steps, 2 n, 2) -> float32 (2, n, 2), before and after."""
    layout = layouts[index]
    return layout.reshape(2, len(layout) // 2, -1).astype(np.float32)


def embedding_maps(before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.float32]:
    """Both clouds seen along the two widest directions of both together (PCA): float32 (2, n, 2)."""
    return halves(pca(joined(before, after))[None])
