"""Byte-level byte pair encoding, as GPT-2 and Whisper use it: any text at all, and nothing unknown.

A. Radford and others, "Language models are unsupervised multitask learners", 2019. Reference
implementations: `encoder.py` of openai/gpt-2, and tiktoken, whose ids these are.
"""

from __future__ import annotations

import base64
import functools
import heapq

import regex

# How GPT-2 cuts a text before it merges: English endings, letters, digits and other signs, each with
# the space before it; the rest of white space by itself. No token reaches over such a cut.
GPT2_PIECES = regex.compile(
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
)


def split_pieces(text: str) -> tuple[str, ...]:
    """The pieces of a text within which GPT-2 merges. Joined, they are the text again."""
    return tuple(GPT2_PIECES.findall(text))


@functools.lru_cache(maxsize=4)
def read_ranks(data: bytes) -> dict[bytes, int]:
    """The tokens of a vocabulary file: bytes -> rank, which is the token's id.

    Parameters
    ----------
    data : bytes, tiktoken's format: a line for each token, its bytes in base64, a blank, its rank.
        The 256 single bytes are among them. The lower the rank, the earlier the pair was merged.
    """
    pairs = (line.split() for line in data.splitlines() if line)
    return {base64.b64decode(token): int(rank) for token, rank in pairs}


def merge_bytes(piece: bytes, ranks: dict[bytes, int]) -> list[bytes]:
    """Merge neighbours as long as any two make a token: the lowest rank first, leftmost on a tie.

    A queue holds the possible merges, so a piece of n bytes takes about n log n steps, not n².
    """
    size = len(piece)
    after = [*range(1, size + 1), size]  # where the part that begins at i ends and the next begins
    before = [-1, *range(size)]
    alive = [True] * size  # whether a part begins at i
    queue = [
        (ranks[piece[i : i + 2]], i, i + 2) for i in range(size - 1) if piece[i : i + 2] in ranks
    ]
    heapq.heapify(queue)
    while queue:
        _rank, left, end = heapq.heappop(queue)
        if not alive[left] or after[left] == size or after[after[left]] != end:
            continue  # one of the two was merged with its other neighbour in the meantime
        right = after[left]
        alive[right], after[left], before[end] = False, end, left
        first, last = before[left], after[end] if end < size else end
        for start, stop in ((first, end), (left, last)):
            if start >= 0 and stop - start > end - left and piece[start:stop] in ranks:
                heapq.heappush(queue, (ranks[piece[start:stop]], start, stop))
    return [piece[i : after[i]] for i in range(size) if alive[i]]


def whole_characters(text: str) -> str:
    """Join surrogate pairs; a half alone, which UTF-8 cannot hold, becomes U+FFFD as in tiktoken."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def byte_tokens(text: str, data: bytes) -> tuple[tuple[int, bytes, int, int], ...]:
    """Cut a text into byte-level tokens.

    Parameters
    ----------
    text : str. A text such as "<|endoftext|>" is a text here, not a command.
    data : bytes, the vocabulary; see `read_ranks`.

    Returns
    -------
    tuple of (id, bytes, start, end). `start` to `end`: the characters of `text` (code points) of
    which the token holds at least one byte. A character of several tokens belongs to each of them.
    """
    ranks = read_ranks(data)
    text = whole_characters(text)
    found: list[tuple[int, bytes, int, int]] = []
    known: dict[str, list[bytes]] = {}
    begin = 0  # where the piece begins in the text
    for piece in split_pieces(text):
        if piece not in known:
            whole = piece.encode()
            known[piece] = [whole] if whole in ranks else merge_bytes(whole, ranks)
        # Which character each byte of the piece belongs to.
        owners = [begin + i for i, char in enumerate(piece) for _ in char.encode()]
        place = 0
        for token in known[piece]:
            last = place + len(token) - 1
            found.append((ranks[token], token, owners[place], owners[last] + 1))
            place += len(token)
        begin += len(piece)
    return tuple(found)


def decode_bytes(ids: tuple[int, ...], data: bytes) -> str:
    """The text of token ids; bytes that are no whole character become U+FFFD."""
    tokens = {rank: token for token, rank in read_ranks(data).items()}
    return b"".join(tokens[number] for number in ids).decode(errors="replace")
