"""Smaller copies of a picture: one to work on at interactive speed, one to fit another picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def fit_within(rgb: NDArray[Any], *, side: int = 1024) -> NDArray[Any]:
    """A copy whose longer side is at most `side` pixels, each new pixel the mean of old ones.

    Averaging over the area that a new pixel covers removes the waves that the smaller grid cannot
    hold; taking every n-th pixel would fold them into false patterns (aliasing). A picture that
    is small enough already is copied unchanged.

    Parameters
    ----------
    rgb : array [shape=(H, W), (H, W, 3) or (H, W, 4)], uint8, uint16, float32 or float64.
    side : int >= 1, in pixels.

    Returns
    -------
    Array of the same type, the proportions kept to the nearest pixel.

    Notes
    -----
    `PIL.Image.Image.resize` with the BOX filter: an old pixel counts for each new pixel that its
    centre falls into. float64 is averaged in float32.
    """
    if side < 1:
        raise ValueError(f"side must be at least 1 pixel, not {side}")
    height, width = rgb.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return rgb.copy()
    return resample(
        rgb,
        height=max(1, round(height * scale)),
        width=max(1, round(width * scale)),
        crop=(0.0, 0.0, float(width), float(height)),
        filter_name="BOX",
    )


def fit_to(rgb: NDArray[Any], *, height: int, width: int) -> NDArray[Any]:
    """A copy of exactly `height` x `width` pixels: the middle is cut out, nothing is stretched.

    The largest centred rectangle of the wanted proportions is resampled with Pillow's antialiased
    BILINEAR filter (as `PIL.ImageOps.fit`), so a picture can meet another one pixel by pixel.

    Parameters
    ----------
    rgb : array [shape=(H, W), (H, W, 3) or (H, W, 4)], uint8, uint16, float32 or float64.
    height, width : int >= 1, in pixels.
    """
    if height < 1 or width < 1:
        raise ValueError(f"expected at least 1 x 1 pixel, not {height} x {width}")
    old_height, old_width = rgb.shape[:2]
    if (old_height, old_width) == (height, width):
        return rgb.copy()
    scale = min(old_height / height, old_width / width)
    crop_height, crop_width = height * scale, width * scale
    left, top = (old_width - crop_width) / 2, (old_height - crop_height) / 2
    right, bottom = min(left + crop_width, old_width), min(top + crop_height, old_height)
    return resample(
        rgb, height=height, width=width, crop=(left, top, right, bottom), filter_name="BILINEAR"
    )


def resample(
    rgb: NDArray[Any],
    *,
    height: int,
    width: int,
    crop: tuple[float, float, float, float],
    filter_name: str,
) -> NDArray[Any]:
    """Resample the rectangle `crop` (left, top, right, bottom in pixels) to height x width.

    Pillow's `resize` with its filter of that name ("BOX", "BILINEAR"); channels are resampled
    independently, 8-bit pixels in one pass, other types as 32-bit floats.
    """
    from PIL import Image

    kernel = Image.Resampling[filter_name]
    shape = (height, width, *rgb.shape[2:])
    if rgb.dtype == np.uint8 and (rgb.ndim == 2 or rgb.shape[2] == 3):
        picture = Image.fromarray(np.ascontiguousarray(rgb))
        return np.array(picture.resize((width, height), kernel, crop)).reshape(shape)
    planes = rgb[..., None] if rgb.ndim == 2 else rgb
    result = np.empty((height, width, planes.shape[2]), rgb.dtype)
    for c in range(planes.shape[2]):
        picture = Image.fromarray(np.ascontiguousarray(planes[..., c], np.float32))
        plane = np.asarray(picture.resize((width, height), kernel, crop))
        if rgb.dtype.kind in "iu":
            plane = np.clip(np.rint(plane), 0, np.iinfo(rgb.dtype).max)
        result[..., c] = plane
    return result.reshape(shape)
