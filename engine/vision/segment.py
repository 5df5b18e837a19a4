"""Which pixel belongs to what: a class for every pixel of a picture (DeepLab v3 on MobileNetV2).

L.-C. Chen and others, "Rethinking atrous convolution for semantic image segmentation", 2017. Reference:
https://github.com/tensorflow/models/tree/master/research/deeplab; its 21 classes are Pascal VOC's.
"""

from __future__ import annotations

from colorsys import hsv_to_rgb

import numpy as np
from numpy.typing import NDArray

from engine.image.resize import resample
from engine.rank import largest
from engine.softmax import softmax_rows
from engine.vision.onnx import run_onnx

SIDE = 257  # pixels of the square that the network takes, and of its answer
STEP = 8  # pixels between the places where it decides; the scores in between are interpolated
GRID = (SIDE - 1) // STEP + 1  # such places in a row


def squeezed(pixels: NDArray[np.uint8], *, order: str = "rgb") -> NDArray[np.uint8]:
    """The picture as a square of 257 x 257, its proportions given up.

    Parameters
    ----------
    pixels : uint8 array [shape=(H, W, 3)], RGB.
    order : "rgb", as in training, or "bgr".
    """
    height, width = pixels.shape[:2]
    whole = (0.0, 0.0, float(width), float(height))
    square = resample(pixels, height=SIDE, width=SIDE, crop=whole, filter_name="BILINEAR")
    return square if order == "rgb" else np.ascontiguousarray(square[..., ::-1])


def class_scores(
    weights: str, square: NDArray[np.uint8], *, low: float = -1.0, high: float = 1.0
) -> NDArray[np.float32]:
    """How much speaks for each class at each pixel (logits).

    Parameters
    ----------
    square : uint8 array [shape=(257, 257, 3)].
    low, high : what 0 and 255 become; the network was trained with -1 and 1.

    Returns
    -------
    float32 array [shape=(257, 257, 21)]; class 0 is the background.
    """
    scaled = square.astype(np.float32) / 255 * (high - low) + low
    return run_onnx(weights, scaled[None].astype(np.float32))[0]  # (1, H, W, C), channels last


def as_understood(
    pixels: NDArray[np.uint8], *, order: str = "rgb", low: float = -1.0, high: float = 1.0
) -> NDArray[np.uint8]:
    """The picture that the network is shown when it is fed like this.

    To the network -1 is black, 1 is white, and the first channel is red, whatever was meant.

    Parameters
    ----------
    pixels : uint8 array [shape=(H, W, 3)], RGB.
    order : "rgb" or "bgr", see `squeezed`.
    low, high : what 0 and 255 become, -1..1, see `class_scores`.

    Returns
    -------
    uint8 array [shape=(H, W, 3)], RGB.
    """
    fed = pixels if order == "rgb" else pixels[..., ::-1]
    numbers = fed.astype(np.float32) / 255 * (high - low) + low
    return np.rint((numbers + 1) / 2 * 255).astype(np.uint8)


def on_grid(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """The scores where the network computed them, 33 x 33; it interpolated the rest itself."""
    return scores[::STEP, ::STEP].copy()


def probabilities_of(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Softmax over the classes: numbers of 0 to 1 that add up to 1 at each pixel."""
    return softmax_rows(scores)


def one_class(probabilities: NDArray[np.float32], *, number: int) -> NDArray[np.float32]:
    """The probability of one class at each pixel."""
    return probabilities[..., number].copy()


def at_pixel(probabilities: NDArray[np.float32], *, x: int, y: int) -> NDArray[np.float32]:
    """The probabilities of all classes at one pixel."""
    return probabilities[y, x].copy()


def likely(values: NDArray[np.float32], *, count: int = 5) -> tuple[tuple[int, float], ...]:
    """(class, probability) of the most probable classes."""
    order = largest(values, count=count)
    return tuple((int(i), float(values[i])) for i in order)


def decide(scores: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The class with the highest score at each pixel, as its number."""
    return scores.argmax(axis=-1).astype(np.uint8)


def enlarge_and_decide(scores: NDArray[np.float32], pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A class for every pixel of the picture: scores interpolated bilinearly, then the best taken.

    Parameters
    ----------
    scores : float32 array [shape=(h, w, 21)], evenly over the whole picture.
    pixels : array [shape=(H, W, ...)], the picture.

    Returns
    -------
    uint8 array [shape=(H, W)].
    """
    height, width = pixels.shape[:2]
    above, below, down = between(height, scores.shape[0])
    left, right, across = between(width, scores.shape[1])
    across = across[:, None]
    decided = np.empty((height, width), np.uint8)
    for y in range(height):  # row by row: all scores at once would take 84 bytes a pixel
        row = scores[above[y]] * (1 - down[y]) + scores[below[y]] * down[y]
        decided[y] = (row[left] * (1 - across) + row[right] * across).argmax(axis=-1)
    return decided


def between(size: int, old: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """For each of `size` pixels over `old` ones: two neighbours, and how far it is to the second."""
    place = np.clip((np.arange(size) + 0.5) * old / size - 0.5, 0, old - 1)
    first = np.floor(place).astype(np.intp)
    return first, np.minimum(first + 1, old - 1), (place - first).astype(np.float32)


def blocks(classes: NDArray[np.uint8], pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A class map enlarged to the picture's size without anything in between (nearest neighbour)."""
    height, width = pixels.shape[:2]
    rows = (np.arange(height) * classes.shape[0]) // height
    columns = (np.arange(width) * classes.shape[1]) // width
    return classes[rows][:, columns]


def averaged(classes: NDArray[np.uint8], pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A class map enlarged as if class numbers were amounts: the mistake of averaging names."""
    height, width = pixels.shape[:2]
    whole = (0.0, 0.0, float(classes.shape[1]), float(classes.shape[0]))
    return resample(classes, height=height, width=width, crop=whole, filter_name="BILINEAR")


def areas(classes: NDArray[np.uint8]) -> tuple[tuple[int, int, float], ...]:
    """(class, pixels, share of all pixels) for each class that occurs, the largest first."""
    numbers, counts = np.unique(classes, return_counts=True)
    order = largest(counts)
    return tuple((int(numbers[i]), int(counts[i]), float(counts[i] / classes.size)) for i in order)


def palette() -> NDArray[np.uint8]:
    """A bright colour for each class [shape=(256, 3)]: hues in steps of the golden ratio."""
    colours = np.zeros((256, 3), np.uint8)
    for number in range(1, 256):
        hue = number * 0.618034 % 1
        colours[number] = np.rint(255 * np.array(hsv_to_rgb(hue, 0.85, 1.0)))
    return colours


def edges(classes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """True where a pixel's right or lower neighbour has another class."""
    found = np.zeros(classes.shape, bool)
    found[:, :-1] |= classes[:, :-1] != classes[:, 1:]
    found[:-1] |= classes[:-1] != classes[1:]
    return found


def overlay(
    pixels: NDArray[np.uint8], classes: NDArray[np.uint8], *, opacity: float = 0.5
) -> NDArray[np.uint8]:
    """The picture under the colours of its classes, with white lines between them.

    Parameters
    ----------
    pixels : uint8 array [shape=(H, W, 3)].
    classes : uint8 array [shape=(H, W)].
    opacity : float, 0 (only the picture) to 1 (only the classes). The background is never coloured.
    """
    colours = palette()[classes]
    weight = np.where(classes > 0, opacity, 0.0).astype(np.float32)[..., None]
    mixed = np.rint(pixels * (1 - weight) + colours * weight).astype(np.uint8)
    mixed[edges(classes)] = 255
    return mixed


def unsure(probabilities: NDArray[np.float32], *, least: float) -> NDArray[np.bool_]:
    """True where even the best class has a probability below `least`."""
    return probabilities.max(axis=-1) < least


def share_of(mask: NDArray[np.bool_]) -> float:
    """The share of all pixels that are True, 0..1."""
    return float(np.count_nonzero(mask) / mask.size)


def share_equal(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """The share of pixels that have the same class in both maps, 0..1."""
    return float((one == other).mean())
