"""Pictures and words in one space: CLIP, and a makeshift of two networks that never met.

A. Radford and others, "Learning transferable visual models from natural language supervision", 2021.
Reference implementation: transformers, `CLIPModel`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.device import computing, on_device, ready
from engine.models.memory import kept
from engine.softmax import softmax_rows
from engine.vectors.similarity import unit_rows
from engine.vision.preprocess import short_side

#: Means and standard deviations of the pixels with which CLIP was trained: red, green, blue.
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)


@kept
def clip(folder: str) -> tuple[Any, Any]:
    """Open the tokenizer and the network of a folder.

    Parameters
    ----------
    folder : str, with `config.json`, `tokenizer.json` and the weights.

    Returns
    -------
    (tokenizers.Tokenizer, transformers.CLIPModel).
    """
    from tokenizers import Tokenizer
    from transformers import CLIPModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer, ready(CLIPModel.from_pretrained(folder, local_files_only=True))


def clip_side(weights: str) -> int:
    """The side, in pixels, of the square that the network sees."""
    _tokenizer, network = clip(weights)
    return int(network.config.vision_config.image_size)


def clip_crop(rgb: NDArray[np.uint8], *, side: int) -> NDArray[np.uint8]:
    """The middle of a picture as CLIP sees it: the shorter side becomes `side` pixels, by BICUBIC.

    Parameters
    ----------
    rgb : uint8 array [shape=(H, W, 3)].

    Returns
    -------
    uint8 array (side, side, 3).
    """
    resized = short_side(rgb, side=side, filter_name="BICUBIC")
    top, left = (resized.shape[0] - side) // 2, (resized.shape[1] - side) // 2
    return resized[top : top + side, left : left + side].copy()


def picture_vector(weights: str, x: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vector of a picture, of length 1.

    Parameters
    ----------
    weights : str, the folder of the model.
    x : float32 array [shape=(3, side, side)], normalised by `CLIP_MEAN` and `CLIP_STD`.

    Returns
    -------
    float32 array (1, n).
    """
    _tokenizer, network = clip(weights)
    with computing():
        seen = network.vision_model(pixel_values=on_device(x[None])).pooler_output
        return unit(network.visual_projection(seen))


def caption_vectors(weights: str, captions: tuple[str, ...]) -> NDArray[np.float32]:
    """The vectors of captions, each of length 1: float32 (captions, n).

    A caption is read up to the 77 tokens that CLIP has positions for; each is computed alone.
    """
    import torch

    tokenizer, network = clip(weights)
    most = network.config.text_config.max_position_embeddings
    found = []
    with computing():
        for caption in captions:
            ids = tokenizer.encode(caption.encode("utf-8", "replace").decode()).ids
            ids = [*ids[: most - 1], ids[-1]] if len(ids) > most else ids
            read = network.text_model(input_ids=on_device(np.array([ids], np.int64)))
            found.append(network.text_projection(read.pooler_output))
        return unit(torch.cat(found))


def unit(vectors: Any) -> NDArray[np.float32]:
    """A tensor's rows scaled to length 1."""
    return (vectors / vectors.norm(dim=-1, keepdim=True)).cpu().numpy()


def clip_scale(weights: str) -> float:
    """What CLIP multiplies its cosines by before softmax, which it has learned: 1 over temperature."""
    _tokenizer, network = clip(weights)
    return float(network.logit_scale.exp())


def matches(
    pictures: NDArray[np.floating], captions: NDArray[np.floating], *, scale: float
) -> NDArray[np.float64]:
    """How each picture's probability is shared out among the captions.

    Parameters
    ----------
    pictures : array [shape=(pictures, n)]. captions : array [shape=(captions, n)].
    scale : float, see `clip_scale`.

    Returns
    -------
    float64 array (2, pictures, captions): the cosines; softmax of scale times cosine, whose rows
    have the sum 1.
    """
    cosines = np.einsum("in,jn->ij", unit_rows(pictures), unit_rows(captions))
    return np.stack([cosines, softmax_rows(scale * cosines)])


def contrastive_loss(cosines: NDArray[np.float64], *, scale: float) -> float:
    """What CLIP was trained to make small, of pairs whose right captions lie on the diagonal.

    The mean of -ln(share of the right caption) over the pictures and of -ln(share of the right
    picture) over the captions, halved. By chance it is about ln(pairs).

    Parameters
    ----------
    cosines : float64 array [shape=(pairs, pairs)].
    """
    logits = scale * cosines
    losses = []
    for rows in (logits, logits.T):
        top = rows.max(axis=1, keepdims=True)
        total = np.log(np.exp(rows - top).sum(axis=1)) + top[:, 0]
        losses.append((total - np.diag(rows)).mean())
    return float(sum(losses) / 2)


# ------------------------------------------------------------------------------ a makeshift


def class_phrases(found: tuple[tuple[int, str, float], ...]) -> tuple[str, ...]:
    """The names of a classifier's likeliest classes as sentences: "a photo of a cup"."""
    return tuple(f"a photo of {name}" for _number, name, _probability in found)


def mixed_vector(
    vectors: NDArray[np.float32], found: tuple[tuple[int, str, float], ...]
) -> NDArray[np.float32]:
    """The mean of the vectors of class names, weighed by the classes' probabilities: (1, n)."""
    shares = np.array([probability for _number, _name, probability in found])
    return np.einsum("c,cn->n", shares / shares.sum(), vectors)[None].astype(np.float32)


def shares_of(found: NDArray[np.float64], *, row: int) -> tuple[tuple[float, float], ...]:
    """Of one picture, cosine and share of each caption; `found` is that of `matches`."""
    return tuple((float(c), float(p)) for c, p in found[:, row].T)


def cosines_in(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cosines of `matches`: (pictures, captions)."""
    return found[0].copy()


def shares_in(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """The shares of `matches`: (pictures, captions)."""
    return found[1].copy()


def best_of(found: NDArray[np.float64]) -> NDArray[np.int64]:
    """The caption that fits each picture best: int64 (pictures,)."""
    return found[0].argmax(axis=1)


def stacked(*rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Arrays of rows, one below the other."""
    return np.concatenate(rows)
