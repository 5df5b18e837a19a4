"""What a picture shows, by a pretrained network: scores, probabilities, the likeliest classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.models.device import computing, on_device
from engine.models.labels import imagenet
from engine.rank import largest
from engine.vision.nets import classifier


def scores(
    weights: str, x: NDArray[np.float32], *, architecture: str = "resnet18"
) -> NDArray[np.float32]:
    """The network's output: one number for each class, called score or logit.

    Parameters
    ----------
    weights : str, path of the network's safetensors file.
    x : float32 array [shape=(3, H, W)], see `engine.vision.preprocess.tensor`.
    architecture : str, of `engine.vision.nets.STAGES`.

    Returns
    -------
    float32 array (classes,): any size, any sign; only differences between them matter.
    """
    network = classifier(weights, architecture)
    with computing():
        return network(on_device(x[None]))[0].cpu().numpy()


def top(values: NDArray[np.floating], *, count: int = 5) -> tuple[tuple[int, str, float], ...]:
    """The classes with the greatest values: (number, name, value), the greatest first.

    Of equal ones the class with the lower number comes first.
    """
    names = imagenet()
    order = largest(values, count=count)
    return tuple((int(k), names[k], float(values[k])) for k in order)


def classes_for(probabilities: NDArray[np.float64], *, share: float = 0.9) -> int:
    """How many of the likeliest classes have `share` of the probability together, 1 or more."""
    together = np.cumsum(np.sort(probabilities)[::-1])
    return int(np.searchsorted(together, min(share, together[-1])) + 1)


def probability_of(probabilities: NDArray[np.float64], *, label: int) -> float:
    """The probability of the class number `label`."""
    return float(probabilities[label])
