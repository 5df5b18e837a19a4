"""Pooling: a window of a map becomes one number, its greatest or its mean.

Reference implementation: `torch.nn.functional.max_pool2d` and `avg_pool2d`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError


def windows(maps: NDArray[Any], *, side: int, stride: int) -> NDArray[Any]:
    """All windows of a map: (..., H, W) to (..., h, w, side, side); a read-only view.

    What is left at the end and does not fill a window is dropped.

    Raises
    ------
    UserError : the map is smaller than one window.
    """
    if min(maps.shape[-2:]) < side:
        raise UserError(
            N_("The map is smaller than the window to be pooled. Choose a larger picture.")
        )
    every = np.lib.stride_tricks.sliding_window_view(maps, (side, side), axis=(-2, -1))
    return every[..., ::stride, ::stride, :, :]


def pool(
    maps: NDArray[Any], *, how: str = "max", side: int = 2, stride: int = 2
) -> NDArray[np.float64]:
    """One number for each window of a map.

    Parameters
    ----------
    maps : array [shape=(..., H, W)].
    how : "max", the greatest; "mean"; "first", the upper left one (a stride without pooling).
    side : int, rows and columns of the window. stride : int, from one window to the next.

    Returns
    -------
    float64 array (..., (H - side) // stride + 1, (W - side) // stride + 1).
    """
    found = windows(maps.astype(np.float64), side=side, stride=stride)
    if how == "max":
        return found.max(axis=(-2, -1))
    if how == "mean":
        return found.mean(axis=(-2, -1))
    if how == "first":
        return found[..., 0, 0].copy()
    raise ValueError(f"pooling is max, mean or first, not {how}")


def global_pool(maps: NDArray[Any], *, how: str = "mean") -> NDArray[np.float64]:
    """One number for a whole map: (..., H, W) to (...), the mean or the greatest."""
    values = maps.astype(np.float64)
    return values.mean(axis=(-2, -1)) if how == "mean" else values.max(axis=(-2, -1))


def relu(maps: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is below 0 becomes 0."""
    return np.maximum(maps, 0.0)


def pooled_window(
    maps: NDArray[Any], *, side: int, stride: int, row: int, column: int
) -> NDArray[np.float64]:
    """The window that one pooled number comes from, (side, side)."""
    return windows(maps, side=side, stride=stride)[row, column].astype(np.float64)


def pool_gradient(
    maps: NDArray[Any],
    above: NDArray[Any],
    *,
    how: str = "max",
    side: int = 2,
    stride: int = 2,
) -> NDArray[np.float64]:
    """How a loss changes with each number of the map, given how it changes with each pooled one.

    The greatest number of a window gets all of it (of equal ones the first), the others none; a mean
    gives each the same part.

    Parameters
    ----------
    maps : array [shape=(H, W)], what was pooled. above : array [shape=(h, w)].

    Returns
    -------
    float64 array (H, W).
    """
    found = windows(maps, side=side, stride=stride)
    gradient = np.zeros(maps.shape)
    for row in range(above.shape[0]):
        for column in range(above.shape[1]):
            top, left = row * stride, column * stride
            if how == "max":
                i, j = np.unravel_index(np.argmax(found[row, column]), (side, side))
                gradient[top + i, left + j] += above[row, column]
            else:
                gradient[top : top + side, left : left + side] += above[row, column] / side**2
    return gradient
