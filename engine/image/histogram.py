"""How many pixels have which value: counts and four summary numbers per channel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def level_counts(plane: NDArray[Any]) -> NDArray[np.int64]:
    """Pixels at each level of an unsigned integer plane (H, W): `counts[level]`, exact.

    Returns int64 [shape=(256,)] for uint8 and [shape=(65536,)] for uint16.
    """
    if plane.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"expected uint8 or uint16, not {plane.dtype}")
    levels = int(np.iinfo(plane.dtype).max) + 1
    counts = np.zeros(levels, np.int64)
    rows = max(1, 2**18 // max(1, plane.shape[1]))  # bincount widens to 8 bytes a pixel: in bands
    for top in range(0, plane.shape[0], rows):
        counts += np.bincount(plane[top : top + rows].ravel(), minlength=levels)
    return counts


def channel_histogram(
    pixels: NDArray[Any], *, bins: int = 256, lo: float | None = None, hi: float | None = None
) -> NDArray[np.int64]:
    """Counts of the values in equal bins between `lo` and `hi`, one line per channel.

    Parameters
    ----------
    pixels : array [shape=(H, W) or (H, W, C)], integers or floats.
    bins : int >= 1.
    lo, hi : float, the outer edges; each bin includes its left edge, the last bin both edges.
        Values outside, and not-a-number, are not counted. None: 0 and the largest value of the
        type for uint8 and uint16 (with 256 bins one bin per level of uint8), 0 and 1 for floats.

    Returns
    -------
    int64 [shape=(C, bins)]; C = 1 for (H, W). Equal to `numpy.histogram` of each channel.
    """
    whole = pixels.dtype in (np.uint8, np.uint16)
    low = 0.0 if lo is None else float(lo)
    high = (float(np.iinfo(pixels.dtype).max) if whole else 1.0) if hi is None else float(hi)
    if bins < 1 or not low < high:
        raise ValueError(f"expected bins >= 1 and lo < hi, not {bins} bins from {low} to {high}")
    planes = pixels[..., None] if pixels.ndim == 2 else pixels
    counts = np.zeros((planes.shape[2], bins), np.int64)
    for c in range(planes.shape[2]):
        if whole:
            # Count each level once, then put the few levels into bins: exact, and no sorting.
            of_level = level_counts(planes[:, :, c])
            levels = np.arange(len(of_level))
            binned = np.histogram(levels, bins, (low, high), weights=of_level.astype(float))[0]
            counts[c] = np.rint(binned)
        else:
            counts[c] = np.histogram(planes[:, :, c], bins, (low, high))[0]
    return counts


def channel_statistics(pixels: NDArray[Any]) -> NDArray[np.float64]:
    """Smallest, largest, mean and standard deviation of each channel.

    The standard deviation divides by the number of pixels (`ddof=0`).

    Parameters
    ----------
    pixels : array [shape=(H, W) or (H, W, C)], at least one pixel.

    Returns
    -------
    float64 [shape=(C, 4)]: min, max, mean, std in the units of `pixels`; C = 1 for (H, W).
    """
    if pixels.size == 0:
        raise ValueError(f"no pixels in the shape {pixels.shape}")
    planes = pixels[..., None] if pixels.ndim == 2 else pixels
    result = np.empty((planes.shape[2], 4))
    for c in range(planes.shape[2]):
        plane = planes[:, :, c]
        if plane.dtype in (np.uint8, np.uint16):
            counts = level_counts(plane)
            levels = np.arange(len(counts))
            present = np.flatnonzero(counts)
            # Sums of whole numbers stay exact: 12 million times 65535 squared is below 2**63.
            mean = int((levels * counts).sum()) / plane.size
            variance = float((counts * (levels - mean) ** 2).sum()) / plane.size
            result[c] = present[0], present[-1], mean, np.sqrt(variance)
        else:
            mean = plane.mean(dtype=np.float64)
            result[c] = plane.min(), plane.max(), mean, plane.std(dtype=np.float64)
    return result
