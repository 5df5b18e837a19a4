"""The short way from a file to pixels, for the pictures that need no more: most JPEGs and PNGs."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageOps


def read_plain(data: bytes) -> np.ndarray:
    """Decode an ordinary picture file to the colours that a viewer shows.

    Parameters
    ----------
    data : bytes of a PNG, JPEG, WebP or BMP file with 8 bits a sample and nothing transparent.

    Returns
    -------
    np.ndarray [shape=(H, W, 3)] uint8: rows from the top, columns from the left, then red, green,
    blue; turned upright as the camera noted.
    """
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    return np.array(picture.convert("RGB"))
