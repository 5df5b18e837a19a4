"""The low-pass of a 12-megapixel picture beside the libraries: two tables of bench/fft.py."""

from __future__ import annotations

import cv2
import numpy as np
import torch

from bench import fft
from engine.image.fourier import transfer_function

REPEATS = 3  # half a minute instead of minutes


def main() -> None:
    """Print the tables: gray and colour, the ideal low-pass."""
    torch.set_num_threads(2)
    cv2.setNumThreads(2)
    fft.REPEATS = REPEATS
    rng = np.random.default_rng(1)
    height, width = 3000, 4000
    mask = transfer_function(height=height, width=width, kind="low", shape="ideal", cutoff=60)
    for name, shape in (("gray", (height, width)), ("RGB", (height, width, 3))):
        pixels = rng.random(shape, dtype=np.float32)
        fft.compare(f"{width} x {height} {name}, ideal low-pass, 60 waves", pixels, mask)


if __name__ == "__main__":
    main()
