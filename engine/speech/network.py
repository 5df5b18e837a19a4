"""Whisper as a network: opened once, its two halves run apart.

The network is transformers' `WhisperForConditionalGeneration`; its loop (`generate`) is not used.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.device import computing, on_device, ready
from engine.models.memory import kept
from engine.rank import largest
from engine.softmax import softmax_rows
from engine.speech.tokens import LANGUAGES, MULTILINGUAL, special_tokens


@kept
def whisper_network(folder: str) -> Any:
    """The network of a folder with config.json and model.safetensors, set to compute.

    The decoder computes its attention in the plain way ("eager"), which can tell the weights. The
    encoder takes PyTorch's `scaled_dot_product_attention`: the same numbers in half the time.
    """
    import torch
    from transformers import WhisperForConditionalGeneration

    network = WhisperForConditionalGeneration.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32, local_files_only=True
    )
    fast = copy.deepcopy(network.config)
    fast._attn_implementation = "sdpa"
    for layer in network.model.encoder.layers:
        layer.self_attn.config = fast
    return ready(network)


def encode(weights: str, features: NDArray[Any]) -> NDArray[np.float32]:
    """What the encoder makes of 30 s: a vector for each 20 ms, which has seen the whole clip.

    Parameters
    ----------
    weights : str, folder of a Whisper model.
    features : float32 array [shape=(80, 3000)] of `log_mel`.

    Returns
    -------
    float32 array (1500, d), d = 384 for tiny, 512 for base.
    """
    network = whisper_network(weights)
    with computing():
        encoded = network.model.encoder(on_device(features[None])).last_hidden_state[0]
    return encoded.cpu().numpy()


def vectors_over_time(encoded: NDArray[Any], *, count: int) -> NDArray[Any]:
    """The first `count` vectors as columns: (d, count)."""
    return encoded[:count].T.copy()


def first_scores(weights: str, encoded: NDArray[Any]) -> NDArray[np.float32]:
    """The scores of all tokens for what the decoder would write after nothing but <start>: (tokens,).

    Parameters
    ----------
    weights : str, folder of a Whisper model.
    encoded : float32 array [shape=(1500, d)] of `encode`.
    """
    network = whisper_network(weights)
    start = np.array([[special_tokens(network.config.vocab_size)["start"]]])
    with computing():
        out = network(
            encoder_outputs=(on_device(encoded[None]),), decoder_input_ids=on_device(start)
        )
    return out.logits[0, -1].float().cpu().numpy()


def language_probabilities(scores: NDArray[Any]) -> NDArray[np.float32]:
    """How likely each language is, as `detect_language` of openai-whisper computes it.

    What the decoder would write after <start> is a language. All other tokens are left out of the
    softmax.

    Parameters
    ----------
    scores : float32 array [shape=(tokens,)] of `first_scores`.

    Returns
    -------
    float32 array (99,), their sum is 1, in the order of `LANGUAGES`; (0,) for an English-only model.
    """
    if len(scores) < MULTILINGUAL:
        return np.zeros(0, np.float32)
    ids = special_tokens(len(scores))
    last = next(code for code in reversed(LANGUAGES) if code in ids)
    return softmax_rows(scores[ids["en"] : ids[last] + 1])


#: Above this openai-whisper takes a clip for silence, if its text is unlikely too.
NO_SPEECH = 0.6


def no_speech_probability(scores: NDArray[Any]) -> float:
    """How likely nobody speaks, says the decoder: its chance of <no_speech> after <start>.

    See `NO_SPEECH` (`no_speech_threshold` of openai-whisper) and `first_scores`.
    """
    return float(softmax_rows(scores)[special_tokens(len(scores))["no_speech"]])


def likeliest_languages(chances: NDArray[Any], *, count: int = 5) -> tuple[tuple[str, float], ...]:
    """The `count` languages of the highest probability: (code, probability), the highest first."""
    order = largest(chances, count=count)
    return tuple((LANGUAGES[int(n)], float(chances[n])) for n in order)
