"""A digit cut into 7 x 7 patches of 4 x 4 pixels, some of them hidden."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIDE, PATCH = 28, 4  # pixels of a picture and of a patch
ROW = SIDE // PATCH  # patches in a row
PATCHES = ROW * ROW


def drawn_patches(count: int, hidden: int, draw: np.random.Generator) -> NDArray[np.bool_]:
    """For each of `count` pictures, `hidden` patches by chance: bool (count, 49), True is hidden."""
    ranks = draw.random((count, PATCHES)).argsort(axis=1).argsort(axis=1)
    return ranks < hidden


def pixels_of_patches(places: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """From patches to their pixels: bool (n, 49) -> bool (n, 28, 28)."""
    grid = places.reshape(-1, ROW, ROW)
    return grid.repeat(PATCH, axis=1).repeat(PATCH, axis=2)


def cut(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pictures as rows of patches, from the top left: (n, 28, 28) -> (n, 49, 16)."""
    blocks = pictures.reshape(-1, ROW, PATCH, ROW, PATCH).swapaxes(2, 3)
    return blocks.reshape(-1, PATCHES, PATCH * PATCH)


def put_together(patches: NDArray[np.float32]) -> NDArray[np.float32]:
    """The way back: (n, 49, 16) -> (n, 28, 28)."""
    blocks = patches.reshape(-1, ROW, ROW, PATCH, PATCH).swapaxes(2, 3)
    return blocks.reshape(-1, SIDE, SIDE)
