"""The same run with several seeds: its mean, and how far the seeds lie apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def mean_over_seeds(runs: NDArray[Any], *, column: int) -> NDArray[np.float64]:
    """The mean over the seeds of one column, epoch by epoch.

    Parameters
    ----------
    runs : array [shape=(seeds, epochs, columns)].
    """
    return runs[:, :, column].astype(np.float64).mean(axis=0)


def range_over_seeds(runs: NDArray[Any], *, column: int, epoch: int) -> tuple[float, float, float]:
    """The least, the mean and the greatest of the seeds at one epoch (or -1, the last)."""
    values = runs[:, epoch, column].astype(np.float64)
    return float(values.min()), float(values.mean()), float(values.max())
