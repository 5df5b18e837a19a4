"""The Bark scale: frequency in critical bands, within which the ear hears tones as one.

Formula: H. Traunmueller: Analytical expressions for the tonotopic sensory scale. J. Acoust. Soc. Am. 88
(1990), with its corrections below 2 and above 20.1 Bark. It follows the table of measured band edges
by E. Zwicker: Subdivision of the audible frequency range into critical bands. J. Acoust. Soc. Am. 33
(1961).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Zwicker's table: the edges of the 24 critical bands in Hz; edge number z is z Bark.
CRITICAL_EDGES = (
    *(0, 100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720),
    *(2000, 2320, 2700, 3150, 3700, 4400, 5300, 6400, 7700, 9500, 12000, 15500),
)


def hz_to_bark(hz: ArrayLike) -> NDArray[np.float64]:
    """Frequencies on the Bark scale: z = 26.81 f / (1960 + f) - 0.53, corrected at both ends.

    Parameters
    ----------
    hz : float array of any shape, >= 0, in Hz.

    Returns
    -------
    float64 array of the same shape, in Bark; 0 Hz are -0.15.
    """
    f = np.asarray(hz, np.float64)
    z = 26.81 * f / (1960.0 + f) - 0.53
    z = np.where(z < 2.0, z + 0.15 * (2.0 - z), z)
    return np.where(z > 20.1, z + 0.22 * (z - 20.1), z)


def bark_to_hz(bark: ArrayLike) -> NDArray[np.float64]:
    """The inverse of `hz_to_bark`, float64 in Hz, same shape; for less than 27.6 Bark."""
    z = np.asarray(bark, np.float64)
    z = np.where(z < 2.0, (z - 0.3) / 0.85, z)
    z = np.where(z > 20.1, (z + 4.422) / 1.22, z)
    return 1960.0 * (z + 0.53) / (26.28 - z)


def critical_width(hz: ArrayLike) -> NDArray[np.float64]:
    """The width of a critical band around a frequency, in Hz: df / dz at that place of the scale."""
    z = hz_to_bark(hz)
    return (bark_to_hz(z + 0.01) - bark_to_hz(z - 0.01)) / 0.02
