"""What the tokenizers of a text have in common: the part that is looked at, spans, and counts."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.text.bytelevel import byte_tokens
from engine.text.wordpiece import UNKNOWN, wordpiece_tokens


def typed(*, text: str) -> str:
    """Take a text that was typed."""
    return text


def beginning(text: str, *, most: int) -> str:
    """The first `most` characters of a text, up to the last place where no word is cut."""
    return text if len(text) <= most else text[: cut_near(text, most * 9 // 10, most)]


def part_of(text: str, *, number: int, size: int) -> str:
    """Part `number` (from 1) of a text that is cut every `size` characters or a little later.

    Where possible, a part ends before white space or after a sign that is followed by a letter.
    GPT-2, BERT and the word rules all cut there anyway, so the tokens of a part are those that the
    whole text would have there.
    """
    begin, end = (number - 1) * size, number * size
    start = cut_near(text, begin, begin + size // 2) if number > 1 else 0
    return text[start : cut_near(text, end, end + size // 2)]


def cut_near(text: str, first: int, limit: int) -> int:
    """The first place from `first` up to `limit` where no word is cut; `first` if there is none."""
    for place in range(max(first, 1), min(limit, len(text))):
        before, after = text[place - 1], text[place]
        if (after.isspace() and not before.isspace()) or (
            before in "。，！？；：" and after.isalpha()
        ):
            return place
    return min(first, len(text))


def spans(pieces: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Where each piece of a text begins and ends, when the pieces joined are the text."""
    ends = itertools.accumulate(map(len, pieces), initial=0)
    return tuple(itertools.pairwise(ends))


def token_counts(text: str, gpt2: bytes, whisper: bytes, bert: bytes) -> NDArray[np.int64]:
    """How many numbers a text becomes.

    Parameters
    ----------
    text : str.
    gpt2, whisper : bytes, byte-level vocabularies; bert : bytes, a WordPiece vocabulary.

    Returns
    -------
    int64 array (6,): characters (code points), bytes of UTF-8, tokens of GPT-2, of Whisper's
    multilingual vocabulary, of BERT without [CLS] and [SEP], and how many of BERT's are [UNK].
    """
    words = wordpiece_tokens(text, bert, special=False)
    return np.array(
        [
            len(text),
            len(text.encode("utf-8", "surrogatepass")),
            len(byte_tokens(text, gpt2)),
            len(byte_tokens(text, whisper)),
            len(words),
            sum(token == UNKNOWN for _id, token, _start, _end in words),
        ],
        np.int64,
    )


def read_parallel(data: bytes) -> tuple[tuple[str, str], ...]:
    """The same text in many languages: a line for each, its language tag, a tab, the text.

    Returns
    -------
    tuple of (language tag of BCP 47, text).
    """
    lines = data.decode().split("\n")
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple((tag, text) for tag, text in rows)


def parallel_counts(
    rows: tuple[tuple[str, str], ...], gpt2: bytes, whisper: bytes, bert: bytes
) -> NDArray[Any]:
    """`token_counts` of each text of `read_parallel`, one a row: int64 array (texts, 6)."""
    return np.stack([token_counts(text, gpt2, whisper, bert) for _tag, text in rows])


def vocabulary_size(data: bytes) -> int:
    """How many tokens a vocabulary file holds: its lines."""
    return data.count(b"\n")
