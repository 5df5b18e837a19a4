"""The shape of what goes into a network."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

MEL_BANDS, MEL_FRAMES = 80, 3000  # of Whisper's input: 30 s, a frame each 10 ms


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
