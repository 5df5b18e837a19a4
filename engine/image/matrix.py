"""The picture as a matrix: windows of it, and what holds it together (the row length)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_


def reflow(pixels: NDArray[Any], *, error: int = 1) -> NDArray[Any]:
    """Trap: the picture's numbers laid out again with rows that are `error` pixels too long.

    Each row then takes `error` pixels from the next one, so row r starts r * error pixels late and
    upright edges lean. This is what a wrong width in a header, or forgotten padding, looks like.

    Parameters
    ----------
    pixels : array (H, W) or (H, W, C).
    error : int, how many pixels the believed width differs from the true one; may be negative.

    Returns
    -------
    array (H', W + error[, C]) with H' = floor(H * W / (W + error)); the last few pixels are dropped.
    """
    height, width = pixels.shape[:2]
    believed = width + error
    if believed < 1:
        raise ValueError(N_("The believed width must be at least one pixel."))
    row = pixels.reshape(height * width, *pixels.shape[2:])  # the pixels as they lie in memory
    rows = height * width // believed
    return row[: rows * believed].reshape(rows, believed, *pixels.shape[2:]).copy()


def height_and_width(pixels: NDArray[Any]) -> tuple[int, int]:
    """The first two numbers of an array's shape: rows, columns."""
    return int(pixels.shape[0]), int(pixels.shape[1])


def window(pixels: NDArray[Any], *, row: int, column: int, size: int = 8) -> NDArray[Any]:
    """The `size` x `size` block of the matrix whose first pixel is (row, column), cut at the border."""
    return pixels[row : row + size, column : column + size].copy()


def share_at_limits(pixels: NDArray[np.uint8]) -> float:
    """The share of all numbers that are 0 or 255: there the sensor or the format ran out of range."""
    return float(np.count_nonzero((pixels == 0) | (pixels == 255)) / pixels.size)


def largest_number(pixels: NDArray[Any]) -> float:
    """The largest number of an array."""
    return float(pixels.max())


def channel_means(pixels: NDArray[Any]) -> tuple[float, ...]:
    """The mean of each channel of (H, W, C), computed in float64."""
    return tuple(float(mean) for mean in pixels.mean(axis=(0, 1), dtype=np.float64))


def neighbour_difference(pixels: NDArray[np.uint8]) -> float:
    """The mean absolute difference between a number and its right-hand neighbour, in grey levels.

    0 for a picture of one column, which has no neighbours.
    """
    if pixels.shape[1] < 2:
        return 0.0
    steps = np.diff(pixels.astype(np.int16), axis=1)
    return float(np.abs(steps).mean(dtype=np.float64))


def mean_over_channels(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """The plain mean of the channels, (H, W, C) to (H, W); a gray picture is only copied.

    Unlike a luma it gives every channel the same weight, so a signed difference keeps its size.
    """
    if pixels.ndim == 2:
        return pixels.astype(np.float32)
    total = pixels[..., 0].astype(np.float32)
    for c in range(1, pixels.shape[2]):
        total += pixels[..., c]
    return total / np.float32(pixels.shape[2])


def used_indices(samples: NDArray[Any]) -> tuple[int, ...]:
    """The palette numbers that occur in a picture, in rising order."""
    return tuple(int(number) for number in np.unique(samples))


def strongest_step(plane: NDArray[Any], *, reach: int = 8) -> tuple[int, int]:
    """(row, column) where a plane changes most from left to right, over several pixels.

    At each place the mean of the `reach` pixels before it is compared with the mean of the `reach`
    pixels from it on. A wide edge is found, and a bright speck, which rises and falls again, is not.
    Narrow planes use a shorter reach; a plane of one column has no step, and gives (0, 0).

    Parameters
    ----------
    plane : array (H, W).
    reach : int >= 1, in pixels.
    """
    reach = min(reach, plane.shape[1] // 2)
    if reach < 1:
        return 0, 0
    sums = np.cumsum(plane, axis=1, dtype=np.float64)
    sums = np.concatenate([np.zeros((plane.shape[0], 1)), sums], axis=1)
    means = (sums[:, reach:] - sums[:, :-reach]) / reach  # of `reach` pixels from each column on
    step = np.abs(means[:, reach:] - means[:, :-reach])
    row, column = divmod(int(step.argmax()), step.shape[1])
    return row, column + reach
