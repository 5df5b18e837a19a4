"""Characters and words: the two obvious ways to cut a text, and where they cease to be obvious."""

from __future__ import annotations

import regex

# Unicode's default word boundaries as `regex` finds them: right in all but 2 of the 1823 cases of
# Unicode's WordBreakTest 15.0 (those two are dingbats joined by a zero-width joiner).
WORD_BOUNDARY = regex.compile(r"(?w)\b", regex.V1)
HAN = regex.compile(r"\p{Han}")  # compiled once: it is asked for each run of characters


def split_characters(text: str) -> tuple[str, ...]:
    """The characters (code points) of a text."""
    return tuple(text)


def split_at_spaces(text: str) -> tuple[str, ...]:
    """White space and what stands between: the pieces of a text, which joined are the text again."""
    return tuple(regex.findall(r"\s+|\S+", text))


def split_at_boundaries(text: str) -> tuple[str, ...]:
    """The pieces of a text between Unicode's default word boundaries.

    Unicode Standard Annex 29, "Unicode text segmentation". Signs come off the words; "can't" and
    "3.50" stay whole; a Chinese character is a piece of its own, since finding Chinese words takes a
    dictionary.
    """
    return tuple(piece for piece in WORD_BOUNDARY.split(text) if piece)


def split_words(text: str) -> tuple[str, ...]:
    """The pieces of a text at Unicode's boundaries, with Chinese cut into words by a dictionary.

    Notes
    -----
    Of all cuts of a run of Chinese characters, jieba takes the one whose words are together most
    probable by its dictionary of 350,000 words, and joins what is in no word by a hidden Markov
    model. It is a guess: another dictionary cuts otherwise. jieba-rs is the same in Rust.
    """
    import rjieba

    pieces: list[str] = []
    for run in regex.findall(r"\p{Han}+|\P{Han}+", text):
        if HAN.match(run):
            pieces += rjieba.cut(run)
        else:
            pieces += split_at_boundaries(run)
    return tuple(pieces)


def mostly_chinese(text: str) -> bool:
    """Whether more than half of the letters of a text are Chinese characters."""
    letters = sum(map(len, regex.findall(r"\p{L}+", text)))
    return 2 * sum(map(len, regex.findall(r"\p{Han}+", text))) > letters


def how_many_kinds(pieces: tuple[str, ...]) -> int:
    """How many different pieces there are."""
    return len(set(pieces))


def longest_word(text: str) -> str:
    """The first of the longest words of a text, as `split_words` cuts it; "" if it has none."""
    words = [piece for piece in split_words(text) if regex.search(r"\p{L}", piece)]
    return max(words, key=len, default="")
