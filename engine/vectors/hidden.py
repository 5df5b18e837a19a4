"""What a vector of a word hides: prejudice, opposites, frequency; its numbers have no names.

T. Bolukbasi and others, "Man is to computer programmer as woman is to homemaker? Debiasing word
embeddings", 2016 (occupations along he - she); A. M. J. Schakel and B. J. Wilson, "Measuring word
significance using distributed representations of words", 2015 (length and frequency).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_
from engine.vectors.similarity import cosine_matrix, scores_of, unit_rows
from engine.vectors.static import open_table, row_of, word_vectors

#: Words along a line between two others, by the language of the table: the words, the end on the right,
#: the end on the left. The Chinese table has learnt from a novel that takes sides.
LINES = {
    "en": (
        (
            N_("nurse"),
            N_("librarian"),
            N_("teacher"),
            N_("dancer"),
            N_("cook"),
            N_("writer"),
            N_("doctor"),
            N_("farmer"),
            N_("lawyer"),
            N_("scientist"),
            N_("engineer"),
            N_("captain"),
            N_("boss"),
        ),
        N_("she"),
        N_("he"),
    ),
    "zh": (
        (
            *("关公", "张飞", "赵云", "孔明", "荀彧", "郭嘉", "程昱", "仁德"),
            *("忠", "百姓", "仁义", "英雄", "奸雄", "奸贼", "逆贼", "诡计"),
        ),
        "玄德",
        "曹操",
    ),
}
OPPOSITES = {
    "en": (
        (N_("good"), N_("bad")),
        (N_("hot"), N_("cold")),
        (N_("rich"), N_("poor")),
        (N_("north"), N_("south")),
        (N_("win"), N_("lose")),
        (N_("love"), N_("hate")),
        (N_("buy"), N_("sell")),
        (N_("happy"), N_("sad")),
    ),
    "zh": (
        ("东", "西"),
        ("左", "右"),
        ("上", "下"),
        ("来", "去"),
        ("有", "无"),
        ("攻打", "坚守"),
        ("大胜", "大败"),
        ("生", "死"),
    ),
}


def along(
    data: bytes, *, words: tuple[str, ...], one: str, other: str
) -> tuple[tuple[str, float], ...]:
    """How far words lie towards `one` rather than `other`: the cosine with the vector one - other.

    Returns
    -------
    tuple of (word, cosine), the most towards `other` (negative) first.
    """
    ends = unit_rows(word_vectors(data, (one, other)))
    direction = unit_rows((ends[0] - ends[1])[None, :])[0]
    places = np.einsum("wn,n->w", unit_rows(word_vectors(data, words)), direction)
    return tuple((words[n], float(places[n])) for n in np.argsort(places, kind="stable"))


def opposites(
    data: bytes, *, pairs: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str, float, int], ...]:
    """How alike words of opposite meaning are.

    Returns
    -------
    tuple of (word, its opposite, cosine, place of the opposite among the word's neighbours, from 1).
    """
    table = open_table(data)
    found = []
    for word, opposite in pairs:
        row, place = row_of(data, word=word), row_of(data, word=opposite)
        query = table.rows[row : row + 1].astype(np.float64)
        (scores,), _lengths = scores_of(table, query, measure="cosine")
        nearer = int(np.count_nonzero(scores > scores[place]))  # the word itself is one of them
        found.append((word, opposite, float(scores[place]), nearer))
    return tuple(found)


def length_by_rank(data: bytes, *, points: int = 40) -> NDArray[np.float64]:
    """The median length of vectors by the frequency of their words.

    Returns
    -------
    float64 array (points or fewer, 2): the middle of a range of ranks (1 is the most frequent word),
    and the median length there. The ranges grow, as on a logarithmic axis.
    """
    rows = open_table(data).rows.astype(np.float64)
    lengths = np.sqrt((rows**2).sum(axis=1))
    edges = np.unique(np.geomspace(1, len(lengths) + 1, points + 1).astype(int))
    parts = [lengths[a - 1 : b - 1] for a, b in pairwise(edges)]
    middles = np.sqrt(edges[:-1] * (edges[1:] - 1.0))
    return np.stack([middles, [float(np.median(part)) for part in parts]], axis=1)


def turned(vectors: NDArray[np.float32], *, seed: int = 0) -> NDArray[np.float64]:
    """All vectors turned in the same way, by a rotation drawn by chance.

    The rotation is the Q of a QR decomposition of random numbers (F. Mezzadri, 2007).

    Returns
    -------
    float64 array of the same shape: other numbers, the same lengths and angles.
    """
    chance = np.random.default_rng(seed)
    size = vectors.shape[1]
    rotation, triangle = np.linalg.qr(chance.standard_normal((size, size)))
    rotation *= np.sign(np.diag(triangle))
    return np.einsum("wn,nm->wm", vectors.astype(np.float64), rotation)


def first_numbers(vectors: NDArray[np.floating], *, count: int = 6) -> NDArray[np.floating]:
    """The first numbers of each vector."""
    return vectors[:, :count].copy()


def largest_change(before: NDArray[np.floating], after: NDArray[np.floating]) -> float:
    """The largest difference between the cosines of two sets of vectors."""
    return float(np.abs(cosine_matrix(before) - cosine_matrix(after)).max())
