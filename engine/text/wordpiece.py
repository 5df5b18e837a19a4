"""WordPiece as BERT uses it: words are cleaned first, then cut greedily from the left.

M. Schuster and K. Nakajima, "Japanese and Korean voice search", 2012; J. Devlin and others, "BERT",
2018. Reference implementation: transformers' `BertTokenizer`, which runs the library tokenizers. That
one knows the categories of Unicode 8; signs and accents that came later are told apart here.
"""

from __future__ import annotations

import functools
import unicodedata

UNKNOWN, FIRST, LAST = "[UNK]", "[CLS]", "[SEP]"
LONGEST_WORD = 100  # characters; a longer word is unknown as a whole
# What BERT takes for a Chinese character: each becomes a word of its own.
CHINESE_BLOCKS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),  # so in the reference implementation; the block itself begins at 2B820
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)

#: A cleaned character and the place in the text that it comes from.
Placed = tuple[str, int]


@functools.lru_cache(maxsize=4)
def read_vocabulary(data: bytes) -> dict[str, int]:
    """The tokens of a vocabulary file, one a line: token -> id, which is the number of its line."""
    return {line: number for number, line in enumerate(data.decode().rstrip("\n").split("\n"))}


def is_chinese(char: str) -> bool:
    """Whether BERT treats a character as a word of its own."""
    return any(low <= ord(char) <= high for low, high in CHINESE_BLOCKS)


def is_mark(char: str) -> bool:
    """Whether a character is punctuation, or another sign of ASCII such as $ or ^."""
    return char in "$+<=>^`|~" or unicodedata.category(char)[0] == "P"


def basic_words(text: str) -> list[list[Placed]]:
    """BERT's words of a text: no control characters, no accents, small letters, signs apart.

    "Crème, 北京!" gives creme , 北 京 and !, each character with its place in the text.
    """
    words: list[list[Placed]] = [[]]
    for place, char in enumerate(text):
        control = unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") and char not in "\t\n\r"
        if control or char == "\ufffd":
            continue  # as if it were not there
        if char.isspace():
            words.append([])
            continue
        # Decomposed (NFD), é is e and an accent; the accent is dropped (Mn: marks with no width).
        parts = [c for c in unicodedata.normalize("NFD", char) if unicodedata.category(c) != "Mn"]
        for part in parts:
            for small in part.lower():
                if is_chinese(char) or is_mark(small):
                    words += [[(small, place)], []]
                else:
                    words[-1].append((small, place))
    return [word for word in words if word]


def longest_pieces(word: str, vocabulary: dict[str, int]) -> list[str]:
    """Cut a word into the longest tokens from the left; `##` marks those that go on a word.

    Returns
    -------
    list of str; `[UNK]` alone if some rest of the word begins with no token at all.
    """
    pieces: list[str] = []
    start = 0
    while start < len(word):
        mark = "##" if start else ""
        for end in range(len(word), start, -1):
            if mark + word[start:end] in vocabulary:
                break
        else:
            return [UNKNOWN]
        pieces.append(mark + word[start:end])
        start = end
    return pieces


def wordpiece_tokens(
    text: str, data: bytes, *, special: bool = True
) -> tuple[tuple[int, str, int, int], ...]:
    """Cut a text into BERT's tokens.

    Parameters
    ----------
    text : str. A text such as "[SEP]" is a text here, not a command.
    data : bytes, the vocabulary; see `read_vocabulary`.
    special : bool, whether [CLS] goes before the text and [SEP] behind it.

    Returns
    -------
    tuple of (id, token, start, end): the token covers the characters `start` to `end` of the text.
    """
    vocabulary = read_vocabulary(data)
    found: list[tuple[int, str, int, int]] = []
    if special:
        found.append((vocabulary[FIRST], FIRST, 0, 0))
    for word in basic_words(text):
        letters = "".join(char for char, _place in word)
        fits = len(letters) <= LONGEST_WORD
        place = 0
        for piece in longest_pieces(letters, vocabulary) if fits else [UNKNOWN]:
            size = len(word) if piece == UNKNOWN else len(piece.removeprefix("##" if place else ""))
            start, end = word[place][1], word[place + size - 1][1] + 1
            found.append((vocabulary[piece], piece, start, end))
            place += size
    if special:
        found.append((vocabulary[LAST], LAST, len(text), len(text)))
    return tuple(found)


def join_wordpieces(pieces: tuple[str, ...]) -> str:
    """Put tokens together again: a blank between words, which is all that BERT has kept of them."""
    return " ".join(pieces).replace(" ##", "")
