"""Whisper's decoder, one token after the other: it always takes the likeliest (greedy decoding).

Rules as in `whisper/decoding.py` of openai-whisper at temperature 0, without time stamps:

- SuppressTokens: signs that nobody says, musical notes and orders are never written;
- SuppressBlank: the text begins neither with a blank alone nor with <end>;
- it ends with <end>, or after 224 tokens, half of what the decoder can hold.

openai-whisper would now look whether the text repeats itself or is too unlikely, and try again with some
chance; that is left out here, so what goes wrong can be seen.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.device import computing, on_device
from engine.speech.network import whisper_network
from engine.speech.tokens import special_tokens

MOST = 224  # tokens
COMPRESSED = (
    2.4  # a text that zlib makes this many times shorter repeats itself, says openai-whisper
)
SHOWN = 5  # candidates of each step that are kept


def write_tokens(
    weights: str,
    encoded: NDArray[Any],
    prompt: NDArray[Any],
    *,
    most: int = MOST,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Write down what was said, token by token.

    Parameters
    ----------
    weights : str, folder of a Whisper model.
    encoded : float32 array [shape=(1500, d)] of `encode`.
    prompt : int64 array of `first_tokens`.
    most : int, the length at which it ends at the latest.

    Returns
    -------
    written : int64 array (n,), the tokens; the last is <end> unless `most` was reached.
    candidates : int64 array (n, 5), the five likeliest tokens of each step; the first was written.
    chances : float32 array (n, 5), their probabilities among what the rules allow.
    """
    network = whisper_network(weights)
    end = special_tokens(network.config.vocab_size)["end"]
    rules = network.generation_config
    never = on_device(np.array(rules.suppress_tokens or (), np.int64))
    not_first = on_device(np.array(rules.begin_suppress_tokens or (), np.int64))
    candidates: list[NDArray[np.int64]] = []
    chances: list[NDArray[np.float32]] = []
    with computing():
        heard = (on_device(encoded[None]),)
        tokens, memory = on_device(prompt[None]), None
        while len(candidates) < most:
            # What the decoder has computed for earlier tokens is kept: each step adds one.
            out = network(
                encoder_outputs=heard,
                decoder_input_ids=tokens,
                past_key_values=memory,
                use_cache=True,
            )
            memory, scores = out.past_key_values, out.logits[0, -1].float()
            scores[never] = -float("inf")
            if not candidates:
                scores[not_first] = -float("inf")
            top = scores.softmax(dim=-1).topk(SHOWN)
            candidates.append(top.indices.cpu().numpy())
            chances.append(top.values.cpu().numpy())
            if candidates[-1][0] == end:
                break
            tokens = top.indices[None, :1]
    table = np.array(candidates, np.int64)
    return table[:, 0].copy(), table, np.array(chances, np.float32)


def repeats_itself(text: str) -> bool:
    """Whether a text repeats itself, as openai-whisper tells it (`compression_ratio_threshold`)."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) > COMPRESSED


def written_ids(
    written: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]],
) -> NDArray[np.int64]:
    """The tokens of `write_tokens` alone: (n,)."""
    return written[0].copy()


def written_chances(
    written: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]],
) -> NDArray[np.float32]:
    """The probability of each token that was written: (n,)."""
    return written[2][:, 0].copy()


def candidate_ids(
    written: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]], *, step: int
) -> NDArray[np.int64]:
    """The likeliest tokens of a step (0 is the first), the likeliest first: (5,)."""
    return written[1][step].copy()


def candidate_chances(
    written: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]], *, step: int
) -> NDArray[np.float32]:
    """The probabilities of `candidate_ids`: (5,)."""
    return written[2][step].copy()
