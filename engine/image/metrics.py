"""How different are two pictures: three numbers used throughout the field."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError


def mse(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Mean squared error: the mean of (a - b)**2 over all pixels and channels. 0: identical.

    Parameters
    ----------
    a, b : arrays of equal shape, in the same units. Computed in float64.
    """
    check_same_shape(a, b)
    total = 0.0
    rows = max(1, 2**18 // max(1, a[0].size))  # in bands of rows: 12 megapixels as float64 are big
    for top in range(0, a.shape[0], rows):
        band = slice(top, top + rows)
        error = np.subtract(a[band], b[band], dtype=np.float64)
        total += float(np.square(error, out=error).sum())
    return total / a.size


def psnr(a: NDArray[Any], b: NDArray[Any], *, peak: float = 255.0) -> float:
    """Peak signal-to-noise ratio in decibels: 10 log10(peak**2 / mse). Infinite if identical.

    Parameters
    ----------
    a, b : arrays of equal shape.
    peak : float > 0, the largest possible value: 255 for 8-bit pixels, 1 for 0..1.
    """
    if not peak > 0:
        raise ValueError(f"peak must be above 0, not {peak}")
    error = mse(a, b)
    return math.inf if error == 0 else 10 * math.log10(peak**2 / error)


def ssim_map(a: NDArray[Any], b: NDArray[Any], *, peak: float = 255.0) -> NDArray[np.float64]:
    """Structural similarity around each pixel: 1 where the two pictures look the same.

    Steps
    -----
    1. Local means, variances and the covariance under a Gaussian window of 11 x 11 pixels with
       a standard deviation of 1.5 pixels.
    2. SSIM = (2 ma mb + C1)(2 cov + C2) / ((ma² + mb² + C1)(va + vb + C2)), C1 = (0.01 peak)²,
       C2 = (0.03 peak)².

    Parameters
    ----------
    a, b : arrays of equal shape (H, W) or (H, W, C), H and W at least 11; channels separately.
    peak : float > 0, the largest possible value: 255 for 8-bit pixels, 1 for 0..1.

    Returns
    -------
    float64 [shape=(H - 10, W - 10) or (H - 10, W - 10, C)], -1..1: only whole windows.

    References
    ----------
    Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli: Image quality assessment: from error
    visibility to structural similarity. IEEE Trans. Image Processing 13 (2004) 600-612.
    Agrees with `skimage.metrics.structural_similarity(gaussian_weights=True, sigma=1.5,
    use_sample_covariance=False)`.
    """
    check_same_shape(a, b)
    if a.ndim not in (2, 3):
        raise ValueError(f"expected (H, W) or (H, W, C), not the shape {a.shape}")
    if not peak > 0:
        raise ValueError(f"peak must be above 0, not {peak}")
    if min(a.shape[:2]) < 11:
        raise UserError(
            N_(
                "This picture has {height} x {width} pixels; structural similarity compares "
                "windows of 11 x 11 pixels. Choose a larger picture."
            ),
            height=a.shape[0],
            width=a.shape[1],
        )
    planes_a, planes_b = np.atleast_3d(a), np.atleast_3d(b)
    real: Any = np.float64 if np.float64 in (a.dtype, b.dtype) else np.float32
    result = np.empty((a.shape[0] - 10, a.shape[1] - 10, planes_a.shape[2]))
    c1, c2, middle = real((0.01 * peak) ** 2), real((0.03 * peak) ** 2), real(peak / 2)
    for c in range(planes_a.shape[2]):
        for top in range(0, result.shape[0], 128):  # bands of rows stay in the processor's cache
            rows = slice(top, top + 128 + 10)
            # Variances do not change when a constant is subtracted, and small numbers square with
            # less rounding: in float32 the result is exact to 1e-7.
            x = planes_a[rows, :, c].astype(real) - middle
            y = planes_b[rows, :, c].astype(real) - middle
            mean_x, mean_y = gaussian_window(x), gaussian_window(y)
            # Only the sum of the two variances is needed: one filtering instead of two.
            variances = gaussian_window(x * x + y * y) - mean_x * mean_x - mean_y * mean_y
            covariance = gaussian_window(x * y) - mean_x * mean_y
            mean_x += middle
            mean_y += middle
            numerator = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
            denominator = (mean_x * mean_x + mean_y * mean_y + c1) * (variances + c2)
            result[top : top + 128, :, c] = numerator / denominator
    return result.reshape(*result.shape[:2], *a.shape[2:])


def ssim(a: NDArray[Any], b: NDArray[Any], *, peak: float = 255.0) -> float:
    """Mean structural similarity (Wang et al. 2004): the mean of `ssim_map`. 1: identical."""
    return float(ssim_map(a, b, peak=peak).mean())


def gaussian_window(plane: NDArray[Any]) -> NDArray[Any]:
    """Gaussian-weighted mean of each whole 11 x 11 window, standard deviation 1.5 pixels.

    (H, W) to (H - 10, W - 10). A Gaussian is separable, 11 weights down and then 11 across, and
    symmetric: two pixels share a weight.
    """
    weights = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    weights = (weights / weights.sum()).astype(plane.dtype)
    height, width = plane.shape[0] - 10, plane.shape[1] - 10
    down = plane[5 : 5 + height] * weights[5]
    for k in range(5):
        pair = plane[k : k + height] + plane[10 - k : 10 - k + height]
        pair *= weights[k]
        down += pair
    whole: NDArray[Any] = down[:, 5 : 5 + width] * weights[5]
    for k in range(5):
        pair = down[:, k : k + width] + down[:, 10 - k : 10 - k + width]
        pair *= weights[k]
        whole += pair
    return whole


def check_same_shape(a: NDArray[Any], b: NDArray[Any]) -> None:
    """Raise if two pictures cannot be compared pixel by pixel."""
    if a.shape != b.shape:
        raise UserError(
            N_("The two pictures have different shapes, {a} and {b}. Bring both to one size."),
            a=str(a.shape),
            b=str(b.shape),
        )
