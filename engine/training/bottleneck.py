"""What lies in a bottleneck: its numbers moved one by one, the plane of two of them, odd inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def one_of(pictures: NDArray[np.uint8], *, number: int) -> NDArray[np.uint8]:
    """One picture as a batch of one: (n, 28, 28) -> (1, 28, 28)."""
    return pictures[number : number + 1].copy()


def flat(pictures: NDArray[Any], *, number: int = 0) -> NDArray[Any]:
    """One picture without the axis of the batch: (n, 28, 28) -> (28, 28)."""
    return pictures[number].copy()


def difference(made: NDArray[np.uint8], pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What was made minus what it should be, of the first picture: (28, 28), -1..1."""
    return (made[0].astype(np.float32) - pictures[0]) / np.float32(255)


def squared_errors(pictures: NDArray[np.uint8], made: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Mean square of the differences of each pair of pictures, pixels in 0..1: float64 (n,)."""
    apart = (pictures.astype(np.float64) - made) / 255
    return np.asarray((apart**2).mean(axis=(1, 2)))


def mean_error(pictures: NDArray[np.uint8], made: NDArray[np.uint8]) -> float:
    """The mean of `squared_errors`."""
    return float(squared_errors(pictures, made).mean())


def code_spread(codes: NDArray[np.float32]) -> NDArray[np.float32]:
    """The standard deviation of each number over many digits: (n, numbers) -> (numbers,)."""
    return codes.std(axis=0)


def moved_code(
    code: NDArray[np.float32], spread: NDArray[np.float32], *, by: tuple[float, ...]
) -> NDArray[np.float32]:
    """A code whose numbers are moved, each by so many standard deviations: (1, numbers)."""
    return np.asarray(code + np.array(by, np.float32) * spread, np.float32)


def sweep(
    code: NDArray[np.float32], spread: NDArray[np.float32], *, which: int, reach: float, steps: int
) -> NDArray[np.float32]:
    """Codes that differ in one number, by up to `reach` standard deviations: (steps, numbers)."""
    codes = np.repeat(code, steps, axis=0)
    codes[:, which] += np.linspace(-reach, reach, steps, dtype=np.float32) * spread[which]
    return codes


def plane(codes: NDArray[np.float32], *, steps: int) -> NDArray[np.float32]:
    """Points of an even grid over a plane of codes (n, 2), from the top left: (steps * steps, 2).

    It reaches from the first to the 99th percentile of both numbers.
    """
    low, high = np.percentile(codes, (1, 99), axis=0)
    across = np.linspace(low[0], high[0], steps)
    down = np.linspace(high[1], low[1], steps)
    return np.array([(x, y) for y in down for x in across], np.float32)


def montage(pictures: NDArray[np.uint8], *, across: int) -> NDArray[np.uint8]:
    """Pictures (n, 28, 28) side by side in rows of `across`; what lacks in the last row is black."""
    rows = -(-len(pictures) // across)
    whole = np.zeros((rows * across, *pictures.shape[1:]), np.uint8)
    whole[: len(pictures)] = pictures
    height, width = pictures.shape[1:]
    blocks = whole.reshape(rows, across, height, width).swapaxes(1, 2)
    return blocks.reshape(rows * height, across * width)


def as_batch(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture (28, 28) as a batch of one: (1, 28, 28)."""
    return picture[None].copy()


def noisy(pictures: NDArray[np.uint8], *, noise: float, seed: int) -> NDArray[np.uint8]:
    """Pictures with noise of a standard deviation (paper is 0, ink 1); what leaves 0..1 is cut off."""
    draw = np.random.default_rng(seed)
    added = pictures / np.float32(255) + noise * draw.standard_normal(pictures.shape, np.float32)
    return np.rint(np.clip(added, 0, 1) * 255).astype(np.uint8)


def epoch_pictures(shown: tuple[NDArray[Any], ...], *, epoch: int) -> NDArray[np.uint8]:
    """The pictures that a training had made after an epoch, five in a row.

    Parameters
    ----------
    shown : losses, losses of the test, pictures (epochs, 10, 28, 28), as the training collects them.
    """
    return montage(shown[2][epoch], across=5)


def all_sweeps(
    code: NDArray[np.float32], spread: NDArray[np.float32], *, reach: float, steps: int
) -> NDArray[np.float32]:
    """`sweep` of each number, one after the other: (numbers * steps, numbers)."""
    rows = [
        sweep(code, spread, which=which, reach=reach, steps=steps) for which in range(len(spread))
    ]
    return np.concatenate(rows)


def errors_by_digit(
    pictures: NDArray[np.uint8], made: NDArray[np.uint8], labels: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The mean of `squared_errors` for each digit: float64 (10,)."""
    errors = squared_errors(pictures, made)
    return np.array([errors[labels == digit].mean() for digit in range(10)])
