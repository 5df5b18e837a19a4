"""Occlusion: cover a part of the picture, and see how much less sure the network is.

M. D. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks", 2014. Reference
implementation: `captum.attr.Occlusion`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.models.device import computing, on_device
from engine.softmax import softmax
from engine.vision.nets import classifier
from engine.vision.preprocess import MEAN

BATCH = 8  # covered pictures that are computed at a time: fast, and few activations in memory


def occlusion(
    weights: str,
    x: NDArray[np.float32],
    *,
    label: int,
    window: int,
    step: int,
    architecture: str = "resnet18",
) -> NDArray[np.float64]:
    """The probability that is lost when a window of the picture is covered, for each place of it.

    What is covered becomes 0: ImageNet's mean colour, a gray.

    Parameters
    ----------
    weights : str, path of the network's safetensors file.
    x : float32 array [shape=(3, H, W)].
    label : int, the number of the class.
    window : int <= H, W, side of the covered square in pixels.
    step : int > 0, pixels from one place to the next.

    Returns
    -------
    float64 array (rows, columns), -1..1: whole minus covered. Above 0 what is covered speaks for the
    class, below 0 against it. Row r, column c covers from pixel (r * step, c * step) on.
    """
    network = classifier(weights, architecture)
    _channels, height, width = x.shape
    rows, columns = (height - window) // step + 1, (width - window) // step + 1
    places = [(r * step, c * step) for r in range(rows) for c in range(columns)]

    def probability(batch: NDArray[np.float32]) -> list[float]:
        with computing():
            outputs = network(on_device(batch)).cpu().numpy()
        return [float(softmax(one)[label]) for one in outputs]

    (whole,) = probability(x[None])
    covered = []
    for start in range(0, len(places), BATCH):
        part = places[start : start + BATCH]
        batch = np.repeat(x[None], len(part), axis=0)
        for picture, (top, left) in zip(batch, part, strict=True):
            picture[:, top : top + window, left : left + window] = 0
        covered += probability(batch)
    return whole - np.array(covered).reshape(rows, columns)


def spread(
    drops: NDArray[np.float64], *, window: int, step: int, side: int = 224
) -> NDArray[np.float32]:
    """A map for each pixel: the mean of the drops of all windows that covered it, 0 where none did.

    Returns
    -------
    float32 array (side, side).
    """
    total = np.zeros((side, side))
    times = np.zeros((side, side))
    for (r, c), drop in np.ndenumerate(drops):
        total[r * step : r * step + window, c * step : c * step + window] += drop
        times[r * step : r * step + window, c * step : c * step + window] += 1
    return (total / np.maximum(times, 1)).astype(np.float32)


def covered(
    rgb: NDArray[np.uint8], *, row: int, column: int, window: int, step: int
) -> NDArray[np.uint8]:
    """The picture with one window covered by ImageNet's mean colour, as the network gets it."""
    picture = rgb.copy()
    top, left = row * step, column * step
    picture[top : top + window, left : left + window] = np.rint(255 * np.array(MEAN))
    return picture
