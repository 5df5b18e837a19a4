"""A digit cut into 7 x 7 patches of 4 x 4 pixels, some of them hidden."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PATCH, ROW = 4, 7  # pixels of a patch in both directions, and patches in a row of a digit
PATCHES = ROW * ROW
#: Patches that are hidden while a network learns: three quarters.
HIDDEN = 37


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
    return blocks.reshape(-1, ROW * PATCH, ROW * PATCH)


def hidden_by_chance(*, count: int, hidden: int, seed: int) -> NDArray[np.bool_]:
    """`drawn_patches` from a seed."""
    return drawn_patches(count, hidden, np.random.default_rng(seed))


def hidden_by_hand(*, patches: tuple[int, ...]) -> NDArray[np.bool_]:
    """For one picture, the patches with these numbers, 0 at the top left: bool (1, 49)."""
    places = np.zeros((1, PATCHES), bool)
    places[0, list(patches)] = True
    return places


def hidden_by_ink(pictures: NDArray[np.uint8], *, hidden: int, most: bool) -> NDArray[np.bool_]:
    """The patches with the most ink in each picture, or with the least: bool (n, 49)."""
    amount = cut(pictures.astype(np.float32)).sum(axis=2)  # (n, 49)
    order = np.argsort(-amount if most else amount, axis=1, kind="stable")
    return np.argsort(order, axis=1) < hidden


def spoil(pictures: NDArray[np.uint8], hidden: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Pictures whose hidden patches are gray: (n, 28, 28)."""
    return np.where(pixels_of_patches(hidden), np.uint8(128), pictures)


def filled_in(
    pictures: NDArray[np.uint8], hidden: NDArray[np.bool_], patches: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Pictures whose hidden patches are taken from `patches` (n, 49, 16), 0..1: uint8 (n, 28, 28)."""
    made = np.rint(np.clip(put_together(patches), 0, 1) * 255).astype(np.uint8)
    return np.where(pixels_of_patches(hidden), made, pictures)


def patch_errors(
    pictures: NDArray[np.uint8], hidden: NDArray[np.bool_], patches: NDArray[np.float32]
) -> NDArray[np.float64]:
    """The mean square of the differences in each hidden patch, pixels in 0..1: (n, 49), else 0."""
    apart = patches.astype(np.float64) - cut(pictures.astype(np.float32) / np.float32(255))
    return np.where(hidden, (apart**2).mean(axis=2), 0.0)


def hidden_error(errors: NDArray[np.float64], hidden: NDArray[np.bool_]) -> float:
    """The loss: the mean of `patch_errors` over all hidden patches."""
    return float(errors[hidden].mean())


def error_picture(errors: NDArray[np.float64]) -> NDArray[np.float32]:
    """The errors of the first picture's patches as a picture: (n, 49) -> (28, 28)."""
    grid = errors[0].reshape(ROW, ROW).astype(np.float32)
    return grid.repeat(PATCH, axis=0).repeat(PATCH, axis=1)


def patch_numbers(
    pictures: NDArray[np.uint8], patches: NDArray[np.float32], *, patch: int
) -> NDArray[np.float32]:
    """One patch of the first picture: what it is, what was drawn, and the difference: (3, 4, 4)."""
    true = cut(pictures.astype(np.float32) / np.float32(255))[0, patch].reshape(PATCH, PATCH)
    made = patches[0, patch].reshape(PATCH, PATCH)
    return np.stack([true, made, made - true])


def mean_patches(pictures: NDArray[np.uint8], hidden: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The mean of many pictures as patches, once for each row of `hidden`: (n, 49, 16).

    What somebody draws who has seen many digits and looks at none.
    """
    mean = pictures.mean(axis=0, dtype=np.float64).astype(np.float32) / np.float32(255)
    return np.repeat(cut(mean[None]), len(hidden), axis=0)
