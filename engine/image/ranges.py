"""The number range of a picture: 0..255, 0..65535, 0..1, or mean 0 and standard deviation 1.

The same picture can be stored in any of these ranges. Nothing in the array says which one was
meant, so most silent mistakes with pictures are mistakes of range. The functions here are the
right conversions, and next to them, marked "Trap", the wrong ones that people write by accident.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Mean and standard deviation per RGB channel over the ImageNet training pictures in 0..1, as used
# by the pretrained models of torchvision (docs.pytorch.org/vision/stable/models.html).
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def to_unit(pixels: NDArray[Any], *, peak: float | None = None) -> NDArray[Any]:
    """Divide by the largest possible value, so that 0..peak becomes 0..1.

    Applied a second time it divides again, because nothing in an array of floats says that the
    division was done already: the picture turns black (the largest value is then 1/255).

    Parameters
    ----------
    pixels : array of any shape, integers or floats.
    peak : float > 0, the value that becomes 1. None: the largest value of an integer type
        (255 for uint8, 65535 for uint16), and 255 for floats.

    Returns
    -------
    float array of the same shape: float64 for float64, float32 for everything else.
    """
    if peak is None:
        peak = float(np.iinfo(pixels.dtype).max) if pixels.dtype.kind in "iu" else 255.0
    if not peak > 0:
        raise ValueError(f"peak must be above 0, not {peak}")
    real = np.float64 if pixels.dtype == np.float64 else np.float32
    unit: NDArray[Any] = np.divide(pixels, real(peak), dtype=real, order="C")
    return unit


def as_unit(pixels: NDArray[Any]) -> NDArray[Any]:
    """Integers to 0..1 by their type's largest value; floats are taken as 0..1 already.

    This is the convention of `skimage.img_as_float`. The result is float64 for float64 input and
    float32 for everything else; a float32 or float64 array is returned as it came, not copied.
    """
    if pixels.dtype.kind in "iu":
        return to_unit(pixels)
    return pixels if pixels.dtype == np.float64 else pixels.astype(np.float32, copy=False)


def to_uint8(unit: NDArray[Any]) -> NDArray[np.uint8]:
    """0..1 to 0..255: multiply by 255, round to the nearest integer (halves to even), clip.

    Parameters
    ----------
    unit : float array, any shape, meant as 0..1. Below 0 becomes 0, above 1 becomes 255,
        not-a-number becomes 0.
    """
    return _to_levels(np.rint(_require_floats(unit) * unit.dtype.type(255)))


def truncate_to_uint8(unit: NDArray[Any]) -> NDArray[np.uint8]:
    """Trap: `(unit * 255).astype("uint8")` cuts the decimals off instead of rounding.

    Most values come out one level too dark, half a level on average, and each further
    round trip through 0..1 can lose another level. Values outside 0..1 are clipped, so that this
    picture differs from `to_uint8` by the missing rounding alone.
    """
    return _to_levels(np.trunc(_require_floats(unit) * unit.dtype.type(255)))


def _to_levels(levels: NDArray[Any]) -> NDArray[np.uint8]:
    """Clip to 0..255 and store in 8 bits; not-a-number becomes 0."""
    np.nan_to_num(levels, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
    np.clip(levels, 0, 255, out=levels)
    return levels.astype(np.uint8, order="C")


def _require_floats(unit: NDArray[Any]) -> NDArray[Any]:
    if unit.dtype.kind != "f":
        raise ValueError(f"expected floats 0..1, not {unit.dtype}; use to_unit first")
    return unit


def cast_without_clipping(levels: NDArray[Any]) -> NDArray[np.uint8]:
    """Trap: numbers outside 0..255 stored in 8 bits keep only their remainder modulo 256.

    256 becomes 0 and -1 becomes 255: white turns black at the edges that a filter overshoots.

    Parameters
    ----------
    levels : array, any shape, in levels (0..255 expected). Decimals are cut off towards zero.
        Must be finite and within the range of int64.
    """
    # A C cast from float straight to uint8 is undefined outside 0..255; through int64 it is not.
    return levels.astype(np.int64, order="C").astype(np.uint8)


def standardize_channels(
    unit: NDArray[Any],
    *,
    mean: tuple[float, ...] = IMAGENET_MEAN,
    std: tuple[float, ...] = IMAGENET_STD,
) -> NDArray[Any]:
    """Subtract each channel's mean and divide by its standard deviation: `(x - mean) / std`.

    What a pretrained network expects. The result has values below 0 and above 1, so it is no
    longer a picture that can be shown without undoing this step.

    Parameters
    ----------
    unit : float array [shape=(H, W, C)], 0..1.
    mean, std : C numbers each, in the units of `unit`; std > 0.
    """
    _check_channels(unit, mean, std)
    real = unit.dtype.type
    result = np.empty(unit.shape, unit.dtype)
    for c in range(unit.shape[2]):
        result[..., c] = (unit[..., c] - real(mean[c])) / real(std[c])
    return result


def undo_standardize_channels(
    standardized: NDArray[Any],
    *,
    mean: tuple[float, ...] = IMAGENET_MEAN,
    std: tuple[float, ...] = IMAGENET_STD,
) -> NDArray[Any]:
    """The inverse of `standardize_channels`: `x * std + mean`, back to 0..1."""
    _check_channels(standardized, mean, std)
    real = standardized.dtype.type
    result = np.empty(standardized.shape, standardized.dtype)
    for c in range(standardized.shape[2]):
        result[..., c] = standardized[..., c] * real(std[c]) + real(mean[c])
    return result


def _check_channels(unit: NDArray[Any], mean: tuple[float, ...], std: tuple[float, ...]) -> None:
    if unit.ndim != 3 or not unit.shape[2] == len(mean) == len(std):
        raise ValueError(f"shape {unit.shape} does not fit {len(mean)} means and {len(std)} stds")
    _require_floats(unit)
    if min(std) <= 0:
        raise ValueError(f"every std must be above 0, not {std}")


def add_wrapping(pixels: NDArray[np.uint8], *, amount: int) -> NDArray[np.uint8]:
    """Trap: 8-bit addition, `(pixels + amount) mod 256`. 250 + 10 gives 4: bright turns dark.

    This is what NumPy's uint8 arithmetic does without a warning.
    """
    _check_uint8(pixels)
    return np.add(pixels, np.uint8(amount % 256), order="C")


def add_saturating(pixels: NDArray[np.uint8], *, amount: int) -> NDArray[np.uint8]:
    """Addition that stops at black and white: `min(max(pixels + amount, 0), 255)`.

    250 + 10 gives 255, as in OpenCV's `cv2.add`.
    """
    _check_uint8(pixels)
    wide = np.add(pixels, np.int16(min(max(amount, -255), 255)), dtype=np.int16, order="C")
    return np.clip(wide, 0, 255, out=wide).astype(np.uint8)


def _check_uint8(pixels: NDArray[Any]) -> None:
    if pixels.dtype != np.uint8:
        raise ValueError(f"expected uint8, not {pixels.dtype}")


def scale_16_to_8(pixels: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """0..65535 to 0..255, rounded to the nearest level: `round(x / 257)`, as 65535 = 255 * 257.

    Exactly inverts `x * 257`, the way in which 8 bits are widened to 16.
    """
    if pixels.dtype != np.uint16:
        raise ValueError(f"expected uint16, not {pixels.dtype}")
    # 257 is odd, so no value lies half-way between two levels.
    wide = np.add(pixels, np.uint32(128), dtype=np.uint32, order="C")
    return np.floor_divide(wide, np.uint32(257), out=wide).astype(np.uint8)


def low_byte(pixels: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Trap: `astype("uint8")` on 16-bit pixels keeps the low byte, `x mod 256`.

    That is the finest detail and the noise; the picture itself is in the high byte.
    """
    if pixels.dtype != np.uint16:
        raise ValueError(f"expected uint16, not {pixels.dtype}")
    return pixels.astype(np.uint8, order="C")
