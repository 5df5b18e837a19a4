"""Attention roll-out: how much of each patch of the picture reaches a vision transformer's answer.

S. Abnar and W. Zuidema, "Quantifying attention flow in transformers", ACL 2020.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.device import computing, on_device, ready
from engine.models.memory import kept


@kept
def transformer(folder: str) -> Any:
    """Open a vision transformer (ViT) of the library transformers, so that it tells its attention."""
    from transformers import ViTForImageClassification

    network = ViTForImageClassification.from_pretrained(
        folder, local_files_only=True, attn_implementation="eager", dtype="float32"
    )
    return ready(network)


def attentions(folder: str, x: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much each token looks at each other one: in every layer, in every head.

    Parameters
    ----------
    folder : str, the model's folder.
    x : float32 array [shape=(3, H, W)], normalised as this model wants it.

    Returns
    -------
    float32 array (layers, heads, tokens, tokens), each row adding up to 1. Token 0 is the class
    token, in which the answer is gathered; then the patches, row by row.
    """
    network = transformer(folder)
    with computing():
        found = network(on_device(x[None]), output_attentions=True).attentions
        return np.stack([layer[0].cpu().numpy() for layer in found])


def rollout(attention: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much of each token at the start is in each token at the end.

    1. The mean over the heads, A.
    2. The shortcut around each layer takes half: (A + 1) / 2, with 1 the identity; rows add up to 1.
    3. From one layer to the next these shares multiply: the product of all layers, the last on the left.

    Parameters
    ----------
    attention : array [shape=(layers, heads, tokens, tokens)], see `attentions`.

    Returns
    -------
    float64 array (tokens, tokens): row i says what token i is made of; it adds up to 1.
    """
    tokens = attention.shape[-1]
    flow = np.eye(tokens)
    for layer in attention.mean(axis=1, dtype=np.float64):
        mixed = (layer + np.eye(tokens)) / 2
        flow = mixed / mixed.sum(axis=1, keepdims=True) @ flow
    return flow


def patches_of_class(flow: NDArray[np.float64]) -> NDArray[np.float32]:
    """What the class token is made of, patch by patch: a square map without the class token itself."""
    side = round((flow.shape[0] - 1) ** 0.5)
    return flow[0, 1:].reshape(side, side).astype(np.float32)


def looks_of(attention: NDArray[np.float32], *, token: int) -> NDArray[np.float32]:
    """At which patches one token looks: a square map for each head of each layer, no class token.

    Parameters
    ----------
    attention : array [shape=(layers, heads, tokens, tokens)], see `attentions`.
    token : int, 0 for the class token, then the patches from 1, row by row.

    Returns
    -------
    float32 array (layers * heads, side, side); a map adds up to 1 less what goes to the class token.
    """
    tokens = attention.shape[-1]
    side = round((tokens - 1) ** 0.5)
    return np.ascontiguousarray(attention[:, :, token, 1:]).reshape(-1, side, side)


def patch_at(*, x: int, y: int, side: int, patches: int) -> int:
    """The number of the token under pixel (x, y) of a picture; both sizes are those of one side."""
    column, row = (min(n, side - 1) * patches // side for n in (x, y))
    return 1 + row * patches + column
