"""Features that people thought out, by scikit-image, to stand beside those that were learned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.rank import largest


def sobel_edges(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How steeply the gray rises at each pixel (I. Sobel and G. Feldman, 1968).

    Returns
    -------
    float32 array (H, W), at least 0, in gray levels of 0..1.
    """
    from skimage.color import rgb2gray
    from skimage.filters import sobel

    return sobel(rgb2gray(rgb)).astype(np.float32)


def hog_picture(rgb: NDArray[np.uint8], *, cell: int = 16) -> NDArray[np.float32]:
    """Histograms of oriented gradients: in each cell lines along its edges, brighter the more of them.

    N. Dalal and B. Triggs, "Histograms of oriented gradients for human detection", 2005; 9 directions.

    Returns
    -------
    float32 array (H, W), at least 0.
    """
    from skimage.feature import hog

    picture = hog(
        rgb,
        orientations=9,
        pixels_per_cell=(cell, cell),
        cells_per_block=(1, 1),
        feature_vector=False,
        visualize=True,
        channel_axis=2,
    )[1]
    return np.asarray(picture, np.float32)


def sift_keypoints(
    rgb: NDArray[np.uint8], *, count: int = 60
) -> tuple[tuple[float, float, float], ...]:
    """Blobs and corners that stand out at their scale: (x, y, radius in pixels), the largest first.

    D. G. Lowe, "Distinctive image features from scale-invariant keypoints", 2004. The circle has three
    times the standard deviation of the Gaussian at which the point was found.

    Parameters
    ----------
    count : int, how many of the largest are returned; () if there is none at all.
    """
    from skimage.color import rgb2gray
    from skimage.feature import SIFT

    detector = SIFT()
    try:
        detector.detect(rgb2gray(rgb))
    except RuntimeError:  # it found none
        return ()
    points = np.column_stack([detector.keypoints[:, ::-1], 3 * detector.sigmas])
    order = largest(points[:, 2], count=count)
    return tuple((float(x), float(y), float(radius)) for x, y, radius in points[order])


def circled(
    rgb: NDArray[np.uint8], points: tuple[tuple[float, float, float], ...]
) -> NDArray[np.uint8]:
    """The picture in dark gray with a yellow circle for each point (x, y, radius)."""
    from skimage.draw import circle_perimeter

    gray = np.rint(rgb.mean(axis=2) / 2).astype(np.uint8)
    picture = np.repeat(gray[..., None], 3, axis=2)
    for x, y, radius in points:
        row, column = circle_perimeter(round(y), round(x), max(1, round(radius)), shape=gray.shape)
        picture[row, column] = (255, 220, 0)
    return picture
