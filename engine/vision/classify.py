"""What a picture shows, by a pretrained network: scores, probabilities, the likeliest classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.models.device import computing, on_device
from engine.models.labels import imagenet
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


def softmax(logits: NDArray[np.float32], *, temperature: float = 1.0) -> NDArray[np.float64]:
    """Scores as probabilities: exp(z / T) over the sum of all of them.

    The greatest score is taken off first; that changes nothing but keeps exp() within range. The
    temperature is that of G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural
    network", 2015: above 1 the probabilities come closer together, below 1 the first takes all.

    Parameters
    ----------
    logits : array [shape=(classes,)].
    temperature : float > 0.

    Returns
    -------
    float64 array (classes,), positive, their sum 1.

    Raises
    ------
    ValueError : the temperature is not above 0.
    """
    if not temperature > 0:
        raise ValueError(f"a temperature is above 0, not {temperature}")
    z = logits.astype(np.float64) / temperature
    powers = np.exp(z - z.max())
    return powers / powers.sum()


def top(values: NDArray[np.floating], *, count: int = 5) -> tuple[tuple[int, str, float], ...]:
    """The classes with the greatest values: (number, name, value), the greatest first.

    Of equal ones the class with the lower number comes first.
    """
    names = imagenet()
    order = np.argsort(-values, kind="stable")[:count]
    return tuple((int(k), names[k], float(values[k])) for k in order)


def classes_for(probabilities: NDArray[np.float64], *, share: float = 0.9) -> int:
    """How many of the likeliest classes have `share` of the probability together, 1 or more."""
    together = np.cumsum(np.sort(probabilities)[::-1])
    return int(np.searchsorted(together, min(share, together[-1])) + 1)


def probability_of(probabilities: NDArray[np.float64], *, label: int) -> float:
    """The probability of the class number `label`."""
    return float(probabilities[label])
