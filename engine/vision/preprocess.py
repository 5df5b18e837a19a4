"""From a picture's pixels to the tensor that an ImageNet network was trained on.

Reference implementation: `torchvision.transforms._presets.ImageClassification`, which torchvision's
weights name as their transforms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.image.resize import resample

#: Means and standard deviations of ImageNet's pixels: red, green, blue, from 0 to 1.
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
#: The shorter side is brought to `RESIZE` pixels, then `CROP` x `CROP` are cut from the middle.
RESIZE, CROP = 256, 224

Box = tuple[float, float, float, float]


def crop_box(rgb: NDArray[np.uint8], *, resize: int = RESIZE, crop: int = CROP) -> Box:
    """The part of the picture that the network sees: left, top, right, bottom in its pixels.

    Parameters
    ----------
    rgb : uint8 array [shape=(H, W, 3)].
    resize : int, pixels of the shorter side after resizing. crop : int <= resize, pixels that are kept.
    """
    height, width = rgb.shape[:2]
    short = min(height, width)
    new_height, new_width = resize * height // short, resize * width // short
    top, left = round((new_height - crop) / 2), round((new_width - crop) / 2)
    across, down = width / new_width, height / new_height  # old pixels for each new one
    return left * across, top * down, (left + crop) * across, (top + crop) * down


def centre_crop(
    rgb: NDArray[np.uint8], *, resize: int = RESIZE, crop: int = CROP
) -> NDArray[np.uint8]:
    """Resize the shorter side to `resize` pixels, and keep the `crop` x `crop` pixels in the middle.

    Pillow's BILINEAR filter averages over the area that a new pixel covers (antialias).

    Returns
    -------
    uint8 array (crop, crop, 3).
    """
    resized = short_side(rgb, side=resize, filter_name="BILINEAR")
    height, width = resized.shape[:2]
    top, left = round((height - crop) / 2), round((width - crop) / 2)
    return resized[top : top + crop, left : left + crop].copy()


def short_side(rgb: NDArray[np.uint8], *, side: int, filter_name: str) -> NDArray[np.uint8]:
    """The picture with `side` pixels along its shorter side; only the middle of a very long one.

    Parameters
    ----------
    filter_name : str, a filter of Pillow's `Image.Resampling`.
    """
    from PIL import Image

    middle = without_far_ends(rgb)
    height, width = middle.shape[:2]
    short = min(height, width)
    size = (side * width // short, side * height // short)
    return np.asarray(Image.fromarray(middle).resize(size, Image.Resampling[filter_name]))


def without_far_ends(rgb: NDArray[np.uint8], *, most: int = 8) -> NDArray[np.uint8]:
    """The middle of a picture that is more than `most` times as long as wide, any other as it is.

    A strip of 2 x 60,000 pixels would else be resized to 256 x 7,680,000 for its middle's sake.
    """
    height, width = rgb.shape[:2]
    longest = most * min(height, width)
    top, left = max(height - longest, 0) // 2, max(width - longest, 0) // 2
    return np.ascontiguousarray(rgb[top : top + longest, left : left + longest])


def squashed(rgb: NDArray[np.uint8], *, side: int = CROP) -> NDArray[np.uint8]:
    """Trap: the whole picture pressed into a square, whatever its proportions."""
    height, width = rgb.shape[:2]
    whole = (0.0, 0.0, float(width), float(height))
    return resample(rgb, height=side, width=side, crop=whole, filter_name="BILINEAR")


def swapped(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Trap: blue, green, red, as OpenCV reads pictures, where red, green, blue is expected."""
    return np.ascontiguousarray(rgb[..., ::-1])


def upside_down(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Trap: rows from the bottom to the top, as BMP files and OpenGL store them."""
    return np.ascontiguousarray(rgb[::-1])


def tensor(
    rgb: NDArray[np.uint8],
    *,
    scaled: bool = True,
    normalised: bool = True,
    mean: tuple[float, ...] = MEAN,
    std: tuple[float, ...] = STD,
) -> NDArray[np.float32]:
    """Pixels as a network wants them: x / 255, minus the mean, over the standard deviation.

    Parameters
    ----------
    rgb : uint8 array [shape=(H, W, 3)].
    scaled : bool, False leaves out the division by 255 (a trap).
    normalised : bool, False leaves out mean and standard deviation (another trap).
    mean, std : three numbers each, those with which the network was trained.

    Returns
    -------
    float32 array (3, H, W): channels first, as PyTorch lays pictures out.
    """
    x = rgb.astype(np.float32)
    if scaled:
        x /= np.float32(255)
    if normalised:
        x -= np.asarray(mean, np.float32)
        x /= np.asarray(std, np.float32)
    return np.ascontiguousarray(x.transpose(2, 0, 1))


def rows_first(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """A tensor (3, H, W) as a picture (H, W, 3), to be looked at; the numbers stay."""
    return np.ascontiguousarray(x.transpose(1, 2, 0))


def share_seen(rgb: NDArray[np.uint8], *, resize: int = RESIZE, crop: int = CROP) -> float:
    """The share of the picture's area that the network sees, 0..1."""
    left, top, right, bottom = crop_box(rgb, resize=resize, crop=crop)
    height, width = rgb.shape[:2]
    return (right - left) * (bottom - top) / (height * width)


def limits(x: NDArray[np.float32]) -> tuple[float, float, float]:
    """The least, the mean and the greatest number of a tensor."""
    return float(x.min()), float(x.mean(dtype=np.float64)), float(x.max())


def step_by_step(
    crop: NDArray[np.uint8], *, row: int, column: int
) -> tuple[tuple[str, float, float, float, float], ...]:
    """One pixel of the crop on its way: for each channel the byte, / 255, - mean, / deviation.

    Parameters
    ----------
    crop : uint8 array [shape=(H, W, 3)], see `centre_crop`. row, column : int, the pixel.

    Returns
    -------
    tuple of (channel, byte, scaled, centred, normalised), one for red, green and blue.
    """
    found = []
    for name, byte, mean, std in zip("RGB", crop[row, column], MEAN, STD, strict=True):
        scaled = float(byte) / 255
        found.append((name, float(byte), scaled, scaled - mean, (scaled - mean) / std))
    return tuple(found)
