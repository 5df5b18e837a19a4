"""Which vectors are alike: by the angle between them (cosine) or by the distance of their ends (Euclid).

T. Mikolov, W. Yih, G. Zweig, "Linguistic regularities in continuous space word representations", 2013
(analogies); O. Levy and Y. Goldberg, "Linguistic regularities in sparse and explicit word
representations", 2014, who call this way of finding them 3CosAdd.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.rank import largest
from engine.vectors.static import Table, open_table, row_of

BLOCK = 50_000  # rows that are made float64 at a time: 25 MB

#: A word, how alike it is, and the length of its vector.
Found = tuple[str, float, float]


def unit_rows(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Rows scaled to length 1; a row of zeros stays as it is."""
    rows = vectors.astype(np.float64)
    lengths = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    return rows / np.where(lengths > 0, lengths, 1)


def cosine_matrix(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """The cosine of the angle between every two rows: 1 same direction, 0 right angle, -1 opposite."""
    rows = unit_rows(vectors)
    return np.einsum("in,jn->ij", rows, rows)


def cosines_between(
    first: NDArray[np.floating], second: NDArray[np.floating]
) -> NDArray[np.float64]:
    """The cosine of every row of `first` with every row of `second`: float64 (first, second)."""
    return np.einsum("in,jn->ij", unit_rows(first), unit_rows(second))


def scores_of(
    table: Table, queries: NDArray[np.float64], *, measure: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How alike each query is to each word, and the lengths of the words' vectors.

    Returns
    -------
    (float64 (queries, words), the larger the more alike: the cosine, or minus the Euclidean distance;
    float64 (words,)).
    """
    dots = np.empty((len(queries), len(table.rows)))
    squares = np.empty(len(table.rows))
    for start in range(0, len(table.rows), BLOCK):
        rows = table.rows[start : start + BLOCK].astype(np.float64)
        # einsum adds in one fixed order; a matrix product may add in another on another machine.
        dots[:, start : start + BLOCK] = np.einsum("qn,wn->qw", queries, rows)
        squares[start : start + BLOCK] = np.einsum("wn,wn->w", rows, rows)
    own = np.einsum("qn,qn->q", queries, queries)
    if measure == "euclid":
        # |a - b|² = |a|² + |b|² - 2 a·b
        between = np.maximum(own[:, None] + squares[None, :] - 2 * dots, 0)
        return -np.sqrt(between), np.sqrt(squares)
    if measure != "cosine":
        raise ValueError(f"a measure is cosine or euclid, not {measure}")
    product = np.sqrt(own)[:, None] * np.sqrt(squares)[None, :]
    return dots / np.where(product > 0, product, 1), np.sqrt(squares)


def _best(scores: NDArray[np.float64], *, count: int, leave_out: tuple[int, ...]) -> list[int]:
    """The places of the largest scores, in order; of equal ones the earlier word comes first."""
    kept = scores.copy()
    kept[list(leave_out)] = -np.inf
    most = min(count, len(kept) - len(set(leave_out)))
    # Sorting all would take longer than looking: first everything that may be among the best.
    least = np.partition(kept, -most)[-most] if most else np.inf
    places = np.flatnonzero(kept >= least)
    order = np.lexsort((places, -kept[places]))
    return [int(place) for place in places[order][:most]]


def nearest(
    data: bytes, *, word: str, count: int = 10, measure: str = "cosine"
) -> tuple[Found, ...]:
    """The words whose vectors are most like that of `word`, which itself is left out.

    Parameters
    ----------
    data : bytes, a vectors file.
    measure : "cosine" or "euclid".

    Returns
    -------
    tuple of (word, cosine or distance, length of its vector), the most alike first.
    """
    table, row = open_table(data), row_of(data, word=word)
    query = table.rows[row : row + 1].astype(np.float64)
    (scores,), lengths = scores_of(table, query, measure=measure)
    sign = -1 if measure == "euclid" else 1
    return tuple(
        (table.words[place], float(sign * scores[place]), float(lengths[place]))
        for place in _best(scores, count=count, leave_out=(row,))
    )


def most_different(data: bytes, words: tuple[str, ...], *, count: int = 10) -> tuple[str, int]:
    """The word whose nearest words by cosine and by Euclid have the fewest in common.

    Parameters
    ----------
    words : tuple of str, at least one, all in the table.

    Returns
    -------
    (the word, how many of its `count` nearest words are the same), the earlier word of equal ones.
    """
    table = open_table(data)
    rows = [row_of(data, word=word) for word in words]
    queries = table.rows[rows].astype(np.float64)
    cosine, _lengths = scores_of(table, queries, measure="cosine")
    euclid, _lengths = scores_of(table, queries, measure="euclid")
    common = []
    for number, row in enumerate(rows):
        one = _best(cosine[number], count=count, leave_out=(row,))
        other = _best(euclid[number], count=count, leave_out=(row,))
        common.append(len(set(one) & set(other)))
    least = int(np.argmin(common))
    return words[least], common[least]


def length_of(data: bytes, *, word: str) -> float:
    """The length of a word's vector: the root of the sum of its squares."""
    row = open_table(data).rows[row_of(data, word=word)].astype(np.float64)
    return float(np.sqrt((row**2).sum()))


def analogy(
    data: bytes, *, a: str, b: str, c: str, count: int = 8, keep_inputs: bool = False
) -> tuple[Found, ...]:
    """The words nearest to a - b + c by cosine: king - man + woman.

    Each of the three vectors is scaled to length 1 first, so that none outweighs the others.

    Parameters
    ----------
    keep_inputs : bool, whether the three words themselves may be among the results.

    Returns
    -------
    tuple of (word, cosine, length of its vector), the most alike first.
    """
    table = open_table(data)
    rows = tuple(row_of(data, word=word) for word in (a, b, c))
    one, two, three = unit_rows(table.rows[list(rows)])
    scores, lengths = scores_of(table, (one - two + three)[None, :], measure="cosine")
    best = _best(scores[0], count=count, leave_out=() if keep_inputs else rows)
    return tuple(
        (table.words[place], float(scores[0][place]), float(lengths[place])) for place in best
    )


def closest_pair(data: bytes, words: tuple[str, ...]) -> tuple[tuple[str, str, float], ...]:
    """Three pairs of words: the most alike of all, one in the middle, the least alike.

    Parameters
    ----------
    words : tuple of str, at least three different ones, all in the table.

    Returns
    -------
    three tuples (word, word, cosine), the most alike first.
    """
    table = open_table(data)
    matrix = cosine_matrix(table.rows[[row_of(data, word=word) for word in words]])
    first, second = np.triu_indices(len(words), 1)
    order = largest(matrix[first, second])
    chosen = order[[0, len(order) // 2, len(order) - 1]]
    return tuple(
        (words[first[n]], words[second[n]], float(matrix[first[n], second[n]])) for n in chosen
    )
