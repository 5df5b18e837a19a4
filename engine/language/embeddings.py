"""What goes into a BERT: for each token three rows of three tables, added and normalised.

J. Devlin and others, "BERT", 2018; J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer normalization", 2016.
Reference implementation: transformers, `BertEmbeddings`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.language.network import bert
from engine.models.device import on_device


def embedding_rows(weights: str, ids: NDArray[np.int64]) -> NDArray[np.float32]:
    """The three rows of each token: of its id, of its position, of its segment.

    Parameters
    ----------
    weights : str, the folder of the model.
    ids : int64 array [shape=(2, tokens)], see `engine.language.network.to_ids`.

    Returns
    -------
    float32 array (3, tokens, width).
    """
    _tokenizer, network = bert(weights)
    tables = network.embeddings
    chosen = (
        tables.word_embeddings(on_device(ids[0])),
        tables.position_embeddings.weight[: ids.shape[1]],
        tables.token_type_embeddings(on_device(ids[1])),
    )
    return np.stack([rows.cpu().numpy() for rows in chosen])


def added(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sum of the three rows of each token: (3, tokens, width) -> (tokens, width)."""
    token, position, segment = rows
    return token + segment + position  # in the order in which the network adds


def norm_steps(weights: str, sums: NDArray[np.float32]) -> NDArray[np.float32]:
    """LayerNorm step by step: less the mean of the token, over its deviation, times weight plus bias.

    Mean and deviation are those of the numbers of one token; weight and bias were learned, one of
    each for every column.

    Parameters
    ----------
    sums : float32 array [shape=(tokens, width)], see `added`.

    Returns
    -------
    float32 array (3, tokens, width): after each step. The last one is what the first layer gets.
    """
    _tokenizer, network = bert(weights)
    norm = network.embeddings.LayerNorm
    weight, bias = (part.cpu().numpy() for part in (norm.weight, norm.bias))
    x = sums.astype(np.float64)
    centred = x - x.mean(axis=1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(axis=1, keepdims=True) + norm.eps)
    scaled = centred / deviation
    return np.stack([centred, scaled, scaled * weight + bias]).astype(np.float32)


def on_the_way(
    rows: NDArray[np.float32],
    sums: NDArray[np.float32],
    steps: NDArray[np.float32],
    *,
    token: int,
    columns: int,
) -> NDArray[np.float32]:
    """The first numbers of one token at every stage, one stage a row.

    Returns
    -------
    float32 array (7, columns): row of the id, of the position, of the segment, their sum, and the three
    steps of LayerNorm.
    """
    parts = [*rows[:, token], sums[token], *steps[:, token]]
    return np.stack([part[:columns] for part in parts])


def mean_and_deviation(sums: NDArray[np.float32], *, token: int) -> tuple[float, float]:
    """Mean and standard deviation of the numbers of one token, of all its columns."""
    row = sums[token].astype(np.float64)
    return float(row.mean()), float(row.std())
