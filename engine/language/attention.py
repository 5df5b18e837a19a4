"""The attention of one head by hand, and what is asked of attention maps.

A. Vaswani and others, "Attention is all you need", 2017: softmax(Q K^T / sqrt(d)) V. Reference
implementation: transformers, `BertSelfAttention`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.language.network import PAD, bert


def queries_keys_values(
    weights: str, x: NDArray[np.float32], *, layer: int, head: int
) -> NDArray[np.float32]:
    """What a head makes of each token: three short vectors, by three matrices and biases.

    Parameters
    ----------
    weights : str, the folder of the model.
    x : float32 array [shape=(tokens, width)], what goes into the layer.
    layer, head : int, from 0.

    Returns
    -------
    float32 array (3, tokens, size): what the token asks for (query), what it offers (key), what
    it gives (value).
    """
    _tokenizer, network = bert(weights)
    part = network.encoder.layer[layer].attention.self
    size = part.attention_head_size
    rows = slice(head * size, (head + 1) * size)  # the rows of the matrix that belong to the head
    found = []
    for linear in (part.query, part.key, part.value):
        matrix, bias = linear.weight[rows].cpu().numpy(), linear.bias[rows].cpu().numpy()
        found.append(np.einsum("tn,dn->td", x, matrix) + bias)
    return np.stack(found)


def head_scores(qkv: NDArray[np.float32]) -> NDArray[np.float64]:
    """Query of each token times key of each, over the root of their size: float64 (tokens, tokens)."""
    q, k, _v = qkv.astype(np.float64)
    return np.einsum("id,jd->ij", q, k) / np.sqrt(q.shape[1])


def weighted_values(shares: NDArray[np.float64], qkv: NDArray[np.float32]) -> NDArray[np.float64]:
    """What the head gives on: for each token the values of all, added by its shares."""
    return np.einsum("ij,jd->id", shares, qkv[2].astype(np.float64))


def row_of_each(
    qkv: NDArray[np.float32], given: NDArray[np.float64], *, token: int, columns: int
) -> NDArray[np.float64]:
    """The first numbers of a token's query, key, value, and of what the head gives on: (4, columns)."""
    return np.stack([*qkv[:, token, :columns].astype(np.float64), given[token, :columns]])


def one_map(maps: NDArray[np.float32], *, layer: int, head: int) -> NDArray[np.float32]:
    """The map of one head, layer and head from 0; head -1: the mean of all heads of the layer."""
    return maps[layer].mean(axis=0) if head < 0 else maps[layer, head].copy()


def side_by_side(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """All maps as one picture: a row for each layer, a column for each head, a line of 0 between."""
    layers, heads, tokens, _tokens = maps.shape
    tiles = np.pad(maps, ((0, 0), (0, 0), (0, 1), (0, 1)))
    rows = tiles.transpose(0, 2, 1, 3).reshape(layers * (tokens + 1), heads * (tokens + 1))
    return np.ascontiguousarray(rows[:-1, :-1])


def largest_difference(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """The largest difference between two arrays of one shape, without its sign."""
    return float(np.abs(one.astype(np.float64) - other).max())


def share_of_ends(maps: NDArray[np.float32]) -> NDArray[np.float64]:
    """The share of each layer's attention that goes to the first and the last token: (layers,).

    Of a text these are [CLS] and [SEP]. K. Clark and others, "What does BERT look at?", 2019.
    """
    return (maps[..., 0] + maps[..., -1]).mean(axis=(1, 2), dtype=np.float64)


def share_of_padding(maps: NDArray[np.float32], ids: NDArray[np.int64]) -> float:
    """The share of the attention of all tokens but [PAD] that goes to [PAD], 0..1."""
    padding = ids[0] == PAD
    return float(maps[:, :, ~padding][..., padding].sum(axis=-1, dtype=np.float64).mean())
