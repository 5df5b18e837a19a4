"""Sets to begin with: textures out of photographs, handwritten digits. Spoken languages are a file.

The textures are tiles of scikit-image's photographs, of which no two share a pixel. All are gray and of
one mean and contrast, because with colour or brightness alone the answer would be known.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from engine.errors import N_
from engine.training.ownset import Examples

#: Classes of the textures -> the photograph in `skimage.data`, and the part of it that is used:
#: top, left, bottom, right.
TEXTURES = {
    "brick": ("brick", (0, 0, 512, 512)),
    "fur": ("chelsea", (0, 0, 300, 451)),
    "grass": ("grass", (0, 0, 512, 512)),
    "gravel": ("gravel", (0, 0, 512, 512)),
    "tissue": ("immunohistochemistry", (0, 0, 512, 512)),
}
#: The classes' names for people to read.
TEXTURE_TITLES = {
    "brick": N_("brick"),
    "fur": N_("fur"),
    "grass": N_("grass"),
    "gravel": N_("gravel"),
    "tissue": N_("tissue"),
}
#: Pixels of a tile's side, before it is resized; mean and deviation of its gray levels.
TILE, MIDDLE, CONTRAST = 64, 128.0, 45.0


def texture_set(*, each: int = 40, side: int = 96) -> Examples:
    """Tiles of photographs: brick, cat's fur, grass, gravel, stained tissue.

    Parameters
    ----------
    each : int, tiles of a class at most; a photograph of 512 x 512 has 64, that of the cat 28.
    side : int, pixels of a square's side.

    Returns
    -------
    as of `engine.training.ownset.picture_set`; a file is named by its place in the photograph.
    """
    from skimage import data

    pictures, labels, files = [], [], []
    random = np.random.default_rng(0)
    for number, (name, (photograph, (top, left, bottom, right))) in enumerate(TEXTURES.items()):
        whole = getattr(data, photograph)()
        gray = whole if whole.ndim == 2 else whole @ np.array([0.299, 0.587, 0.114])
        places = [
            (y, x)
            for y in range(top, bottom - TILE + 1, TILE)
            for x in range(left, right - TILE + 1, TILE)
        ]
        for y, x in random.permutation(places)[:each].tolist():
            tile = gray[y : y + TILE, x : x + TILE].astype(np.float64)
            even = MIDDLE + CONTRAST * (tile - tile.mean()) / max(tile.std(), 1)
            drawn = Image.fromarray(np.clip(even, 0, 255).round().astype(np.uint8))
            pictures.append(np.array(drawn.resize((side, side), Image.Resampling.BILINEAR)))
            labels.append(number)
            files.append(f"{name}/{y}-{x}")
    squares = np.repeat(np.stack(pictures)[..., None], 3, axis=3)
    return squares, np.array(labels, np.int64), tuple(TEXTURES), tuple(files), ()


def digit_set(path: str, *, each: int = 30, side: int = 64) -> Examples:
    """The first digits of each kind of MNIST, black on white, enlarged.

    Parameters
    ----------
    path : str, the file of 5,000 digits (see `engine.training.digits`).
    each : int, of a class. side : int, pixels of a square's side.

    Returns
    -------
    as of `engine.training.ownset.picture_set`; a file is named by its number.
    """
    with np.load(path, allow_pickle=False) as file:
        pictures, labels = file["pictures"], file["labels"].astype(np.int64)
    chosen = np.concatenate([np.flatnonzero(labels == digit)[:each] for digit in range(10)])
    large = [
        np.array(Image.fromarray(255 - pictures[i]).resize((side, side), Image.Resampling.BILINEAR))
        for i in chosen
    ]
    squares = np.repeat(np.stack(large)[..., None], 3, axis=3)
    names = tuple(str(digit) for digit in range(10))
    files = tuple(f"{labels[i]}/{i}" for i in chosen)
    return squares, labels[chosen], names, files, ()
