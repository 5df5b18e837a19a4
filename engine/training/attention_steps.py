"""Attention step by step, small enough to be computed by hand, and its gradients.

A. Vaswani and others, "Attention is all you need", 2017: softmax(Q K^T / sqrt(d)) V, a mask that
hides what comes later, several heads, rows of sines and cosines for the positions.
Reference implementation:
`torch.nn.functional.scaled_dot_product_attention`.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError
from engine.softmax import softmax_rows
from engine.text.words import split_words

Rows = tuple[tuple[float, ...], ...]


# ------------------------------------------------------------------------------- what goes in


def sentence_words(sentence: str, *, most: int = 8) -> tuple[str, ...]:
    """The first words of a sentence, without signs; of a single word, its characters.

    Raises
    ------
    UserError : there are fewer than two even so.
    """
    words = [word for word in split_words(sentence) if any(map(str.isalnum, word))]
    if len(words) == 1:
        words = [char for char in words[0] if char.isalnum()]
    if len(words) < 2:
        raise UserError(N_("Attention needs at least two words. Type a longer sentence."))
    return tuple(words[:most])


def word_rows(words: tuple[str, ...], *, size: int = 4) -> NDArray[np.float64]:
    """A row of `size` numbers for each word, -1.0 to 1.0 in tenths, the same for the same word.

    They mean nothing: the digest of the word (SHA-256) is the seed of the chance that draws them.
    """
    rows = []
    for word in words:
        digest = hashlib.sha256(word.lower().encode()).digest()
        random = np.random.default_rng(int.from_bytes(digest[:8], "little"))
        rows.append(random.integers(-10, 11, size) / 10)
    return np.array(rows)


def position_rows(*, count: int, size: int = 4) -> NDArray[np.float64]:
    """Sines and cosines of each position, one pair for each wave length (Vaswani 2017, part 3.5).

    Returns
    -------
    float64 array (count, size): sin(p / 10000^(2i/size)), cos(the same), and so on.
    """
    waves = np.arange(count)[:, None] / 10_000 ** (np.arange(0, size, 2) / size)
    rows = np.empty((count, size))
    rows[:, 0::2], rows[:, 1::2] = np.sin(waves), np.cos(waves)[:, : size // 2]
    return rows


def rows_in_order(
    words: tuple[str, ...], *, order: tuple[int, ...] = (), positions: bool = True, size: int = 4
) -> NDArray[np.float64]:
    """What goes into attention: the rows of the words in an order, each plus that of its place.

    Parameters
    ----------
    order : the numbers of the words as they stand; () as they come.
    positions : bool, whether the rows of the places are added.
    """
    places = list(order) or list(range(len(words)))
    rows = word_rows(tuple(words[n] for n in places), size=size)
    return rows + position_rows(count=len(rows), size=size) if positions else rows


def matrix_by_chance(*, size: int = 4, seed: int = 0) -> NDArray[np.float64]:
    """Three matrices (query, key, value), numbers -1.0 to 1.0 in tenths: float64 (3, size, size)."""
    return np.random.default_rng(seed).integers(-10, 11, (3, size, size)) / 10


def projected(
    x: NDArray[np.float64], *, queries: Rows, keys: Rows, values: Rows
) -> NDArray[np.float64]:
    """Query, key and value of each row: x times each matrix.

    Parameters
    ----------
    x : float64 array (words, size). queries, keys, values : the matrices, (size, size) numbers.

    Returns
    -------
    float64 array (3, words, size).
    """
    return np.stack(
        [np.einsum("ts,sd->td", x, np.array(matrix)) for matrix in (queries, keys, values)]
    )


# ------------------------------------------------------------------------------- the steps


def products_of(qkv: NDArray[np.floating], *, token: int) -> NDArray[np.float64]:
    """The query of one token times the key of each, number by number: float64 array (tokens, size)."""
    q, k, _v = qkv.astype(np.float64)
    return q[token] * k


def attention_scores(
    qkv: NDArray[np.floating],
    *,
    divide: bool = True,
    temperature: float = 1.0,
    causal: bool = False,
) -> NDArray[np.float64]:
    """Query of each token times key of each.

    Parameters
    ----------
    qkv : array (3, tokens, size).
    divide : bool, whether by the root of the size.
    temperature : float > 0, a further divisor; above 1 it makes the shares more even.
    causal : bool, whether later tokens are hidden: their score is minus infinity.

    Returns
    -------
    float64 array (tokens, tokens), row i: what token i thinks of each.
    """
    if temperature <= 0:
        raise ValueError(f"a temperature is above 0, not {temperature}")
    q, k, _v = qkv.astype(np.float64)
    scores = np.einsum("id,jd->ij", q, k) / temperature
    if divide:
        scores = scores / np.sqrt(q.shape[1])
    if causal:
        scores = np.where(np.tri(len(scores), dtype=bool), scores, -np.inf)
    return scores


def softmax_columns(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mistake: each column as shares with the sum 1, where it should be each row."""
    return softmax_rows(scores.T).T


def parts_of_output(
    shares: NDArray[np.float64], qkv: NDArray[np.floating], *, token: int
) -> NDArray[np.float64]:
    """Each token's value times its share for one token; their sum is what attention gives on."""
    return shares[token][:, None] * qkv[2].astype(np.float64)


def attention_output(shares: NDArray[np.float64], qkv: NDArray[np.floating]) -> NDArray[np.float64]:
    """The values of all tokens, added by each token's shares: float64 array (tokens, size)."""
    return np.einsum("ij,jd->id", shares, qkv[2].astype(np.float64))


def attention_gradients(
    qkv: NDArray[np.floating], shares: NDArray[np.float64], by_output: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The gradients by queries, keys and values, where scores were divided by the root of the size.

    Parameters
    ----------
    by_output : float64 array (tokens, size), the gradient by what attention gives on.

    Returns
    -------
    float64 array (3, tokens, size).
    """
    q, k, v = qkv.astype(np.float64)
    by_values = np.einsum("ij,id->jd", shares, by_output)
    by_shares = np.einsum("id,jd->ij", by_output, v)
    # The derivative of softmax: each share pulls, and all of a row push back together.
    by_scores = shares * (by_shares - (by_shares * shares).sum(axis=1, keepdims=True))
    by_scores = by_scores / np.sqrt(q.shape[1])
    by_queries = np.einsum("ij,jd->id", by_scores, k)
    by_keys = np.einsum("ij,id->jd", by_scores, q)
    return np.stack([by_queries, by_keys, by_values])


def learning_of(
    qkv: NDArray[np.floating], shares: NDArray[np.float64], *, token: int
) -> NDArray[np.float64]:
    """How strongly one token's output depends on each token: float64 array (3, tokens).

    The lengths of the gradients of the sum of its output's numbers, by queries, keys and values.
    """
    by_output = np.zeros(qkv.shape[1:])
    by_output[token] = 1
    return np.sqrt((attention_gradients(qkv, shares, by_output) ** 2).sum(axis=2))


# ------------------------------------------------------------------------------- several heads


def heads_by_hand(
    x: NDArray[np.float64], *, heads: int, seed: int = 0, causal: bool = False
) -> NDArray[np.float64]:
    """The shares of several heads, each with its part of the numbers: (heads, tokens, tokens).

    Parameters
    ----------
    x : float64 array (tokens, size). heads : int, divides the size.
    """
    size = x.shape[1]
    if size % heads:
        raise ValueError(f"{heads} heads can't share {size} numbers evenly")
    qkv = np.einsum("ts,msd->mtd", x, matrix_by_chance(size=size, seed=seed))
    maps = []
    for head in range(heads):
        part = qkv[:, :, head * size // heads : (head + 1) * size // heads]
        maps.append(softmax_rows(attention_scores(part, causal=causal)))
    return np.stack(maps)


def head_map(maps: NDArray[np.float64], *, head: int) -> NDArray[np.float64]:
    """The shares of one head, from 0."""
    return maps[head].copy()


def least_alike(maps: NDArray[np.float64]) -> float:
    """How far two heads differ at most: half the sum of their shares' differences, mean of rows."""
    gaps = [0.0]
    for one in range(len(maps)):
        gaps += [float(np.abs(maps[one] - other).sum(axis=1).mean() / 2) for other in maps[:one]]
    return max(gaps)


# ------------------------------------------------------------------------------- what is measured


def shares_in_use(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """At how many tokens each row looks, in effect: 2 to the power of the entropy of its shares."""
    with np.errstate(divide="ignore", invalid="ignore"):
        bits = np.where(shares > 0, -shares * np.log2(shares), 0.0)
    return 2.0 ** bits.sum(axis=1)


def share_of_later(shares: NDArray[np.float64]) -> float:
    """The mean share that goes to tokens which come later, 0..1."""
    return float(np.triu(shares, 1).sum() / len(shares))


def growth_with_size(
    *, sizes: tuple[int, ...] = (4, 16, 64, 256), tokens: int = 10, draws: int = 200, seed: int = 0
) -> NDArray[np.float64]:
    """What the root is for: queries and keys by chance, of variance 1, in ever longer vectors.

    Returns
    -------
    float64 array (sizes, 4): deviation of q k, deviation of q k / sqrt(d), the mean largest of `tokens`
    shares without the root, and with it.
    """
    random = np.random.default_rng(seed)
    rows = []
    for size in sizes:
        q, k = random.normal(size=(draws, size)), random.normal(size=(draws, tokens, size))
        scores = np.einsum("nd,ntd->nt", q, k)
        roots = scores / np.sqrt(size)
        largest = [softmax_rows(s).max(axis=1).mean() for s in (scores, roots)]
        rows.append([scores.std(), roots.std(), *largest])
    return np.array(rows)


def word_backwards(*, count: int) -> tuple[int, ...]:
    """The numbers of the words in reverse order."""
    return tuple(range(count))[::-1]


def put_back(rows: NDArray[np.float64], *, order: tuple[int, ...]) -> NDArray[np.float64]:
    """Rows that stand in an order, as they stood before."""
    return rows[np.argsort(order)]


def rows_apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest difference in each row of two arrays: float64 array (rows,)."""
    return np.abs(one - other).max(axis=1)
