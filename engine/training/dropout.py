"""Dropout: numbers are struck out by chance while a network learns, and none when it is used.

N. Srivastava, G. Hinton and others, "Dropout: a simple way to prevent neural networks from overfitting",
2014. As `torch.nn.functional.dropout` does, what is kept is divided by 1 - p while learning.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The units of the small layer that is shown, and their weights to one unit behind them.
UNITS = (0.9, 1.6, 0.3, 2.1, 1.2, 0.5, 1.8, 0.8)
WEIGHTS = (0.7, -0.4, 1.1, 0.5, -0.9, 0.6, 0.3, -0.2)


def small_layer(*, values: tuple[float, ...] = UNITS) -> NDArray[np.float64]:
    """Numbers of a layer as an array."""
    return np.array(values, np.float64)


def drawn_mask(h: NDArray[Any], *, p: float = 0.5, seed: int = 0) -> NDArray[np.float64]:
    """1 for each number that is kept, 0 for each that is struck out (with probability p)."""
    return (np.random.default_rng(seed).random(h.shape) >= p).astype(np.float64)


def dropped(
    h: NDArray[Any], mask: NDArray[np.float64], *, p: float = 0.5, scaled: bool = True
) -> NDArray[np.float64]:
    """What is handed on while learning: h times mask, over 1 - p.

    Parameters
    ----------
    scaled : bool, False leaves out the division (a trap).
    """
    return h * mask / (1 - p) if scaled else h * mask


def dropout_gradient(
    above: NDArray[Any], mask: NDArray[np.float64], *, p: float = 0.5
) -> NDArray[np.float64]:
    """The gradient goes back where the numbers came from: times mask, over 1 - p."""
    return above * mask / (1 - p)


def means_of_draws(
    h: NDArray[np.float64], *, p: float = 0.5, draws: int = 1000, seed: int = 0, scaled: bool = True
) -> NDArray[np.float64]:
    """The mean of `dropped` over the first 1, 2, ... draws of the mask: (draws, units)."""
    masks = np.random.default_rng(seed).random((draws, *h.shape)) >= p
    kept = h * masks / (1 - p) if scaled else h * masks
    return np.cumsum(kept, axis=0) / np.arange(1, draws + 1)[:, None]


def distance_from(h: NDArray[np.float64], means: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each mean is from h, as a share of the length of h: (draws,)."""
    return np.asarray(np.linalg.norm(means - h, axis=1) / np.linalg.norm(h))


def expected_distance(*, p: float, draws: int) -> NDArray[np.float64]:
    """What theory expects of `distance_from`: the root of p / (1 - p) / n for n = 1 ... draws.

    A number that is kept with probability 1 - p and divided by it has variance h^2 p / (1 - p).
    """
    return np.asarray(np.sqrt(p / (1 - p) / np.arange(1, draws + 1)))


def weighted_sum(h: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The sum of numbers times weights: what a unit behind the layer gets."""
    return float(h @ weights)


def every_network(
    h: NDArray[np.float64], weights: NDArray[np.float64], *, p: float = 0.5
) -> NDArray[np.float64]:
    """All networks that dropout can draw from a layer of n units: there are 2^n.

    Returns
    -------
    float64 array (2, 2^n): what each gives to the unit behind the layer; how probable it is.
    """
    count = len(h)
    masks = (np.arange(2**count)[:, None] >> np.arange(count)) & 1  # the bits of each number
    kept = masks.sum(axis=1)
    sums = masks @ (h * weights) / (1 - p)
    return np.stack([sums, (1 - p) ** kept * p ** (count - kept)])


def mean_of_networks(networks: NDArray[np.float64]) -> tuple[float, float]:
    """The mean of what all networks give, by their probabilities, and its standard deviation."""
    sums, shares = networks
    mean = float(sums @ shares)
    return mean, float(np.sqrt((sums - mean) ** 2 @ shares))


def histogram_of_networks(
    networks: NDArray[np.float64], *, bins: int = 30
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The middles of bins over what the networks give, and the probability of each bin."""
    sums, shares = networks
    found, edges = np.histogram(sums, bins=bins, weights=shares)
    return (edges[:-1] + edges[1:]) / 2, found
