"""What goes into a network: a picture cut and shrunk as it was trained, and the shape of the input."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.image.resize import resample

MEL_BANDS, MEL_FRAMES = 80, 3000  # of Whisper's input: 30 s, a frame each 10 ms


def center_crop(rgb: NDArray[np.uint8], *, resize: int = 256, crop: int = 224) -> NDArray[np.uint8]:
    """The middle of a picture whose shorter side becomes `resize` pixels: `crop` x `crop` of them.

    Both at once, so that a very long picture never becomes a very large one; torchvision's
    `Resize` and `CenterCrop` after each other give the same to about a gray level.

    Parameters
    ----------
    rgb : uint8 array [shape=(H, W, 3)].
    """
    height, width = rgb.shape[:2]
    side = min(height, width) * crop / resize
    left, top = (width - side) / 2, (height - side) / 2
    box = (left, top, left + side, top + side)
    return resample(rgb, height=crop, width=crop, crop=box, filter_name="BILINEAR")


def picture_shape(pixels: NDArray[Any], *, channels: int = 3) -> tuple[int, int, int]:
    """(channels, H, W), as PyTorch lays a picture out."""
    return channels, int(pixels.shape[0]), int(pixels.shape[1])


def token_shape(*, tokens: int) -> tuple[int]:
    """(T,), one id for each token."""
    return (tokens,)


def mel_shape() -> tuple[int, int]:
    """(80, 3000), Whisper's log-mel spectrogram of 30 s; shorter sounds are filled up with silence."""
    return MEL_BANDS, MEL_FRAMES


def share_of_sound(*, seconds: float) -> float:
    """The share of Whisper's input that holds sound, 0..1."""
    return min(seconds * 100 / MEL_FRAMES, 1.0)
