"""Open a BERT, and turn texts into the ids that it takes.

J. Devlin and others, "BERT: Pre-training of deep bidirectional transformers", 2018. Reference
implementation: transformers, `BertModel` and `BertTokenizer`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.device import ready
from engine.models.memory import kept

MOST_TOKENS = 512  # tokens: BERT has a row for each position up to here, and none beyond
PAD = 0  # the id of [PAD], in every BERT


@kept
def bert(folder: str) -> tuple[Any, Any]:
    """Open the tokenizer and the network of a folder.

    Parameters
    ----------
    folder : str, with `config.json`, `model.safetensors` and `tokenizer.json`.

    Returns
    -------
    (tokenizers.Tokenizer, transformers.BertModel).
    """
    from tokenizers import Tokenizer
    from transformers import BertModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    # Neither is asked for in a call, so no thread changes the tokenizer under another one.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    network = BertModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    return tokenizer, ready(network)


def encoding_of(weights: str, text: str) -> Any:
    """The tokens of a text without [CLS] and [SEP], as `tokenizers.Encoding`: ids, tokens, offsets."""
    tokenizer, _network = bert(weights)
    # Half a surrogate pair is no character and can't be encoded.
    clean = text.encode("utf-8", "replace").decode().replace("\0", " ")
    return tokenizer.encode(clean, add_special_tokens=False)


def to_ids(
    weights: str, text: str, pair: str = "", *, longest: int = MOST_TOKENS
) -> NDArray[np.int64]:
    """The ids of a text, or of two: [CLS] text [SEP] pair [SEP].

    What is too long is cut off at the end, token by token from the longer of the two.

    Parameters
    ----------
    weights : str, the folder of the model.
    text, pair : str. `pair` "" or white space: there is no second text.
    longest : int, 3..512 tokens.

    Returns
    -------
    int64 array (2, tokens): the ids; the segment of each, 0 for the first text and 1 for the second.
    """
    tokenizer, _network = bert(weights)
    first = list(encoding_of(weights, text).ids)
    second = list(encoding_of(weights, pair).ids) if pair.strip() else []
    room = longest - (3 if second else 2)
    while len(first) + len(second) > room:
        (first if len(first) > len(second) else second).pop()
    start, end = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    one, other = [start, *first, end], [*second, end] if second else []
    return np.array([one + other, [0] * len(one) + [1] * len(other)], np.int64)


def count_tokens(weights: str, text: str) -> int:
    """How many tokens a text has, [CLS] and [SEP] included, however many the network would take."""
    return len(encoding_of(weights, text).ids) + 2


def token_names(weights: str, ids: NDArray[np.int64]) -> tuple[str, ...]:
    """What the ids stand for; `##` goes on a word."""
    tokenizer, _network = bert(weights)
    return tuple(str(tokenizer.id_to_token(int(number))) for number in ids[0])


def padded(ids: NDArray[np.int64], *, count: int) -> NDArray[np.int64]:
    """The ids with `count` times [PAD] behind them, as in a batch with a longer text."""
    return np.pad(ids, ((0, 0), (0, count)), constant_values=PAD)


def unknown_of(names: tuple[str, ...]) -> int:
    """How many tokens are [UNK]."""
    return names.count("[UNK]")
