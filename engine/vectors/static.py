"""Vectors of words: one row of a table for each word, whatever stands around it.

J. Pennington, R. Socher, C. D. Manning, "GloVe: Global vectors for word representation", 2014. The
file is made by `engine/models/read.py`: a safetensors file of `vectors` and `words`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from engine.errors import N_, UserError

#: Words for texts of which a table knows too few. In Chinese words of today, then words of an old novel:
#: a table takes the first ones that it has.
EXAMPLES = {
    "en": ("coffee", "tea", "cup", "sugar", "river", "city", "music", "winter"),
    "zh": (
        *("咖啡", "杯子", "河流", "城市", "音乐", "冬天", "老师", "电影"),
        *("貂蝉", "太守", "三千", "左边", "城门", "船", "荆州", "茶"),
    ),
}


@dataclass(frozen=True, eq=False)
class Table:
    """An open vectors file.

    `words` : sorted by frequency in GloVe. `numbers` : word -> row. `rows` : float16 (words, numbers).
    """

    words: tuple[str, ...]
    numbers: dict[str, int]
    rows: NDArray[np.float16]


@functools.lru_cache(maxsize=3)
def open_table(data: bytes) -> Table:
    """Open a vectors file; the last three stay open."""
    tensors = load(data)
    words = tuple(tensors["words"].tobytes().decode().split("\n"))
    return Table(words, {word: row for row, word in enumerate(words)}, tensors["vectors"])


def table_shape(data: bytes) -> tuple[int, int]:
    """How many words a vectors file has, and how many numbers each."""
    words, numbers = open_table(data).rows.shape
    return words, numbers


def row_of(data: bytes, *, word: str) -> int:
    """The row of a word.

    Raises
    ------
    UserError : the table has no such word.
    """
    row = open_table(data).numbers.get(word)
    if row is None:
        raise UserError(
            N_("The table has no vector for “{word}”. Choose another word."), word=word[:60]
        )
    return row


def knows(data: bytes, *, word: str) -> bool:
    """Whether the table has a vector for a word."""
    return word in open_table(data).numbers


def word_vector(data: bytes, *, word: str) -> NDArray[np.float32]:
    """The vector of a word, float32 (numbers,); a UserError if the table has none."""
    return open_table(data).rows[row_of(data, word=word)].astype(np.float32)


def word_vectors(data: bytes, words: tuple[str, ...]) -> NDArray[np.float32]:
    """The vectors of words, float32 (words, numbers); a UserError if the table lacks one of them."""
    rows = [row_of(data, word=word) for word in words]
    return open_table(data).rows[rows].astype(np.float32)


def known_words(
    tokens: tuple[str, ...], data: bytes, *, skip: int = 500, count: int = 12
) -> tuple[str, ...]:
    """The first different words of a text that say something and that the table has.

    Parameters
    ----------
    tokens : tuple of str, small letters.
    skip : int, how many of the most frequent words of the table are left out ("the", "of", ...).
    count : int, how many at most.

    Returns
    -------
    tuple of str, of at least two characters in an alphabet; empty if the table knows none.
    """
    numbers = open_table(data).numbers
    good = (
        token
        for token in dict.fromkeys(tokens)
        if numbers.get(token, -1) >= skip and (len(token) > 1 or ord(token) > 0x2E7F)
    )
    return tuple(islice((token for token in good if not token.isdigit()), count))


def passed_over(
    tokens: tuple[str, ...], data: bytes, *, skip: int = 500, count: int = 8
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words of a text that `known_words` leaves out.

    Returns
    -------
    (the first `count` that are too frequent to say much, the first `count` that the table lacks).
    """
    numbers = open_table(data).numbers
    words = dict.fromkeys(tokens)
    frequent = (word for word in words if 0 <= numbers.get(word, -1) < skip)
    unknown = (word for word in words if word not in numbers)
    return tuple(islice(frequent, count)), tuple(islice(unknown, count))


def share_unknown(tokens: tuple[str, ...], data: bytes) -> float:
    """The share of a text's words, each counted as often as it stands there, without a vector, 0..1."""
    numbers = open_table(data).numbers
    return sum(token not in numbers for token in tokens) / len(tokens)


def begins_like(data: bytes, *, start: str, count: int = 12) -> tuple[str, ...]:
    """The first words of the table that begin with `start`; shortened until there is one."""
    words = open_table(data).words
    for size in range(len(start), 0, -1):
        found = tuple(islice((w for w in words if w.startswith(start[:size])), count))
        if found:
            return found
    return ()


def no_words() -> tuple[str, ...]:
    """The words of a text that has none."""
    return ()


def with_examples(
    words: tuple[str, ...], data: bytes, *, language: str = "en", least: int = 6
) -> tuple[str, ...]:
    """The words, and as many examples behind them as make `least`; all are in the table."""
    numbers = open_table(data).numbers
    examples = (word for word in EXAMPLES[language] if word in numbers and word not in words)
    return words + tuple(islice(examples, max(0, least - len(words))))


def table_words(data: bytes) -> tuple[str, ...]:
    """All words of a table, in the order of its rows."""
    return open_table(data).words


def table_rows(data: bytes) -> NDArray[np.float32]:
    """All vectors of a table: float32 (words, numbers)."""
    return open_table(data).rows.astype(np.float32)


def in_contexts(data: bytes, *, word: str, times: int) -> NDArray[np.float32]:
    """The vector of a word once for each of `times` sentences: always the same row."""
    return np.repeat(word_vector(data, word=word)[None, :], times, axis=0)
