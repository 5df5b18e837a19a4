"""Variations of pictures that leave their class as it is: more examples out of few.

Each variation is a square cut out at a random place and size, resized, and perhaps mirrored.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.training.ownset import Examples

#: The side of the square that is cut out, as a share of the picture's: at least this, at most all.
LEAST_SIDE = 0.75
#: What one picture is mirrored with: left and right exchanged.
MIRROR_CHANCE = 0.5


def varied(
    pictures: NDArray[np.uint8], random: np.random.Generator, *, mirror: bool = True
) -> NDArray[np.uint8]:
    """One random variation of each picture.

    Parameters
    ----------
    pictures : uint8 array [shape=(n, side, side, 3)].
    random : generator of random numbers.
    mirror : bool, False for what has a direction: digits, letters, spectrograms of sounds.

    Returns
    -------
    uint8 array (n, side, side, 3).
    """
    side = pictures.shape[1]
    result = np.empty_like(pictures)
    for one, picture in zip(result, pictures, strict=True):
        size = random.uniform(LEAST_SIDE, 1) * side
        left, top = random.uniform(0, side - size, 2)
        box = (left, top, left + size, top + size)
        drawn = Image.fromarray(picture).resize((side, side), Image.Resampling.BILINEAR, box=box)
        flipped = mirror and random.random() < MIRROR_CHANCE
        one[...] = np.asarray(drawn)[:, ::-1] if flipped else np.asarray(drawn)
    return result


def variations_of(
    examples: Examples, *, index: int, count: int = 8, seed: int = 0, mirror: bool = True
) -> NDArray[np.uint8]:
    """Some variations of one example: uint8 (count, side, side, 3)."""
    same = np.repeat(examples[0][index : index + 1], count, axis=0)
    return varied(same, np.random.default_rng(seed), mirror=mirror)
