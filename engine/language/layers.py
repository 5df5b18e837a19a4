"""The layers of a BERT, one after the other: attention mixes the tokens, a small network works on each.

A. Vaswani and others, "Attention is all you need", 2017; J. Devlin and others, "BERT", 2018. Reference
implementation: transformers, `BertModel` with `output_hidden_states` and `output_attentions`. The
network is shared, so nothing is hung onto it: its parts are called one by one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.language.network import PAD, bert
from engine.models.device import computing, on_device


def attend(layer: Any, x: Any, seen: Any) -> tuple[Any, Any]:
    """The attention of one layer: how much each token takes from each, and what comes of it.

    Parameters
    ----------
    layer : transformers' BertLayer.
    x : tensor (tokens, width). seen : tensor (tokens,) of bool, which tokens may be looked at.

    Returns
    -------
    (tensor (heads, tokens, tokens) whose rows have the sum 1; tensor (tokens, width)).
    """
    part = layer.attention.self
    heads, size = part.num_attention_heads, part.attention_head_size

    def split(y: Any) -> Any:
        return y.view(len(x), heads, size).transpose(0, 1)  # (heads, tokens, size)

    q, k, v = split(part.query(x)), split(part.key(x)), split(part.value(x))
    scores = q @ k.transpose(1, 2) / size**0.5  # (heads, tokens, tokens)
    shares = scores.masked_fill(~seen, float("-inf")).softmax(dim=-1)
    return shares, (shares @ v).transpose(0, 1).reshape(len(x), heads * size)


def embed(network: Any, ids: NDArray[np.int64], positions: bool) -> Any:
    """The embeddings of the tokens; without `positions`, their row is left out of the sum."""
    parts = network.embeddings
    x = parts.word_embeddings(on_device(ids[0])) + parts.token_type_embeddings(on_device(ids[1]))
    if positions:
        x = x + parts.position_embeddings.weight[: ids.shape[1]]
    return parts.LayerNorm(x)


def run_layers(
    weights: str, ids: NDArray[np.int64], positions: bool, masked: bool
) -> tuple[list[Any], list[Any]]:
    """All hidden states, the embeddings first, and the attention of all layers, as tensors."""
    _tokenizer, network = bert(weights)
    seen = on_device((ids[0] != PAD) | (not masked))
    states, maps = [], []
    with computing():
        x = embed(network, ids, positions)
        states.append(x)
        for layer in network.encoder.layer:
            shares, mixed = attend(layer, x, seen)
            x = layer.attention.output(mixed, x)  # a linear map, x added, LayerNorm
            x = layer.output(layer.intermediate(x), x)  # wide, GELU, narrow, x added, LayerNorm
            states.append(x)
            maps.append(shares)
    return states, maps


def hidden_states(
    weights: str, ids: NDArray[np.int64], *, positions: bool = True, masked: bool = True
) -> NDArray[np.float32]:
    """The vectors of all tokens: as they go in, and behind each layer.

    Parameters
    ----------
    weights : str, the folder of the model.
    ids : int64 array [shape=(2, tokens)], at most 512 tokens.
    positions : bool, False leaves the positions out (a trap).
    masked : bool, False lets tokens look at [PAD] (another trap).

    Returns
    -------
    float32 array (layers + 1, tokens, width).
    """
    states, _maps = run_layers(weights, ids, positions, masked)
    return np.stack([x.cpu().numpy() for x in states])


def attention_maps(
    weights: str, ids: NDArray[np.int64], *, positions: bool = True, masked: bool = True
) -> NDArray[np.float32]:
    """How much each token takes from each other one, in every head of every layer.

    Returns
    -------
    float32 array (layers, heads, tokens, tokens), 0..1: row i is what token i looks at; its sum is 1.
    """
    _states, maps = run_layers(weights, ids, positions, masked)
    return np.stack([shares.cpu().numpy() for shares in maps])


def state_at(states: NDArray[np.float32], *, layer: int) -> NDArray[np.float32]:
    """The vectors of the tokens behind a layer; 0 are the embeddings, -1 the last layer."""
    return states[layer].copy()


def moved(states: NDArray[np.float32]) -> NDArray[np.float64]:
    """How far each token's vector has turned: its cosine with what went in.

    Returns
    -------
    float64 array (tokens, layers + 1); the first column is 1.
    """
    x = states.astype(np.float64)
    lengths = np.sqrt((x**2).sum(axis=2))
    dots = np.einsum("ltn,tn->lt", x, x[0])
    return (dots / (lengths * lengths[0])).T


def mean_turn(states: NDArray[np.float32]) -> float:
    """The mean over the tokens of their cosine behind the last layer with what went in."""
    return float(moved(states)[:, -1].mean())


def pooled(states: NDArray[np.float32]) -> NDArray[np.float32]:
    """One vector for the whole text, in two ways.

    Returns
    -------
    float32 array (2, width): the mean of all tokens behind the last layer; the token [CLS] alone.
    """
    last = states[-1]
    return np.stack([last.mean(axis=0), last[0]])


def mean_of_own(states: NDArray[np.float32], ids: NDArray[np.int64]) -> NDArray[np.float32]:
    """The mean over the tokens that are not [PAD]: float32 (width,)."""
    return states[-1][ids[0] != PAD].mean(axis=0)


def cosine(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """The cosine of the angle between two vectors, -1..1."""
    a, b = one.astype(np.float64), other.astype(np.float64)
    return float((a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum()))


def cls_rows(*states: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors of [CLS] behind the last layer, one text a row: float32 (texts, width)."""
    return np.stack([one[-1, 0] for one in states])
