"""An embedding layer: multiplying a one-hot row by a matrix picks a row of the matrix.

Reference implementation: PyTorch's `torch.nn.Embedding`, which stores the matrix and copies rows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def small_matrix(words: tuple[str, ...], *, numbers: int = 4, seed: int = 0) -> NDArray[np.float32]:
    """A row of small numbers for each word, drawn by chance: how a network begins before it learns.

    Parameters
    ----------
    words : tuple of str, the vocabulary.
    numbers : int, how many each word gets.

    Returns
    -------
    float32 array (words, numbers), standard normal, rounded to two digits so that they can be read.
    """
    chance = np.random.default_rng(seed)
    return chance.standard_normal((len(words), numbers)).round(2).astype(np.float32)


def one_hot_row(words: tuple[str, ...], *, word: str) -> NDArray[np.float32]:
    """1 in the place of `word`, 0 in all others: float32 (words,)."""
    row = np.zeros(len(words), np.float32)
    row[words.index(word)] = 1
    return row


def multiply(row: NDArray[np.float32], matrix: NDArray[np.floating]) -> NDArray[np.float32]:
    """A row times a matrix: for each column, the sum of the products.

    Parameters
    ----------
    row : float32 array (words,).
    matrix : array (words, numbers), finite.

    Returns
    -------
    float32 array (numbers,).
    """
    return row @ matrix.astype(np.float32)


def look_up(
    matrix: NDArray[np.float32], words: tuple[str, ...], *, word: str
) -> NDArray[np.float32]:
    """The row of `word`, copied: nothing is multiplied."""
    return matrix[words.index(word)].copy()


def multiplications(*, words: int, numbers: int) -> int:
    """How many products a one-hot row times a matrix takes."""
    return words * numbers
