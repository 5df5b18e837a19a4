"""Deterministic pictures with the statistics of a photograph, as JPEG files.

Noise would be the worst case for JPEG and a plain colour the best; a photograph's spectrum falls
about with 1 / frequency (Field, 1987), so octaves of noise are added with nearly equal amplitudes.
"""

from __future__ import annotations

import functools
from io import BytesIO

import numpy as np
from PIL import Image

SIZES = {"1024 x 1024": (1024, 1024), "12 MP": (4000, 3000)}


@functools.lru_cache(maxsize=4)
def pixels(width: int, height: int, seed: int = 1) -> np.ndarray:
    """Return (height, width, 3) uint8: 1/f texture, a few sharp edges, a sensor's fine noise."""
    rng = np.random.default_rng(seed)
    image = np.full((height, width, 3), 120.0, np.float32)
    cells, amplitude = 3, 40.0
    while cells < max(width, height) // 2:
        noise = rng.standard_normal((cells * height // width + 1, cells), dtype=np.float32)
        tint = (1 + 0.25 * rng.standard_normal(3)).astype(np.float32)
        layer = Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)
        image += amplitude * np.asarray(layer)[:, :, None] * tint
        cells, amplitude = 2 * cells, amplitude * 0.7
    for _ in range(12):  # roofs and window frames
        y, x = rng.integers(0, height), rng.integers(0, width)
        h, w = rng.integers(height // 20, height // 4), rng.integers(width // 20, width // 4)
        image[y : y + h, x : x + w] += rng.normal(0, 30, 3).astype(np.float32)
    image += rng.standard_normal(image.shape, dtype=np.float32) * 6
    return np.clip(image + 0.5, 0, 255).astype(np.uint8)


@functools.lru_cache(maxsize=8)
def jpeg(width: int, height: int, serial: int = 0) -> bytes:
    """Return the picture as JPEG of quality 90; another `serial` gives other bytes, same pixels."""
    buffer = BytesIO()
    image = Image.fromarray(pixels(width, height))
    image.save(buffer, "JPEG", quality=90, comment=f"photo {serial}".encode())
    return buffer.getvalue()
