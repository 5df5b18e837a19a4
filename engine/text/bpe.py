"""Byte pair encoding, trained merge by merge: the most frequent pair of neighbours becomes one token.

R. Sennrich, B. Haddow and A. Birch, "Neural machine translation of rare words with subword units",
2016, after P. Gage's compression of 1994. Reference implementation: `BpeTrainer` of the library
tokenizers, with whose merges these agree. Where the paper marks the end of a word, the space before a
word belongs to it here, as in GPT-2, so that the tokens joined are the text again.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Iterable

from engine.text.bytelevel import split_pieces

#: A pair of tokens and how often it stands in the text.
PairCount = tuple[str, str, int]


def merge_pair(tokens: list[int], pair: tuple[int, int], merged: int) -> list[int]:
    """Replace each `pair` of neighbours by the token `merged`, from the left."""
    found: list[int] = []
    place = 0
    while place < len(tokens):
        if tuple(tokens[place : place + 2]) == pair:
            found.append(merged)
            place += 2
        else:
            found.append(tokens[place])
            place += 1
    return found


def train_on_words(
    counts: dict[str, int], *, merges: int, least: int = 1, shown: int = 1
) -> tuple[tuple[int, tuple[PairCount, ...]], ...]:
    """Learn merges from words and how often each occurs.

    1. Cut every word into characters, which get numbers in the order of their code points.
    2. Count the pairs of neighbours inside all words. In "aaa" the pair a a counts twice.
    3. Merge the most frequent pair everywhere. Of equally frequent ones the pair whose left token
       has the smaller number is taken, then the one whose right token has: the older token first.
       That is how tokenizers decides (Sennrich's program takes the alphabetically greatest pair).
    4. The new token gets the next number, unless the same characters already are a token. Go on at 2.

    Parameters
    ----------
    counts : dict, word -> how often.
    merges : int >= 0, at most so many.
    least : int >= 1, a pair that is rarer is not merged.
    shown : int >= 1, how many of the most frequent pairs are kept for each step.

    Returns
    -------
    tuple of steps. Step k holds the number of tokens that all words are cut into after k merges,
    and the most frequent pairs at that moment, best first; merge k + 1 takes the first of them.
    """
    names = sorted({char for word in counts for char in word})
    numbers = {name: number for number, name in enumerate(names)}
    words = [[numbers[char] for char in word] for word in counts]
    weights = list(counts.values())
    pairs: Counter[tuple[int, int]] = Counter()
    holders: dict[tuple[int, int], set[int]] = {}  # which words may hold a pair
    for index, word in enumerate(words):
        for pair in itertools.pairwise(word):
            pairs[pair] += weights[index]
            holders.setdefault(pair, set()).add(index)
    total = sum(len(word) * weight for word, weight in zip(words, weights, strict=True))
    steps = []
    while True:
        best = most_frequent(pairs, shown)
        steps.append((total, tuple((names[a], names[b], pairs[a, b]) for a, b in best)))
        if not best or pairs[best[0]] < least or len(steps) > merges:
            return tuple(steps)
        left, right = best[0]
        name = names[left] + names[right]
        if name not in numbers:
            numbers[name] = len(names)
            names.append(name)
        for index in holders.pop(best[0]):
            word, weight = words[index], weights[index]
            shorter = merge_pair(word, best[0], numbers[name])
            if len(shorter) == len(word):
                continue  # an earlier merge took its pair apart
            for pair in itertools.pairwise(word):
                pairs[pair] -= weight
                if not pairs[pair]:
                    del pairs[pair]
            for pair in itertools.pairwise(shorter):
                pairs[pair] += weight
                holders.setdefault(pair, set()).add(index)
            total -= (len(word) - len(shorter)) * weight
            words[index] = shorter


def most_frequent(pairs: Counter[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """The `most` most frequent pairs; of equally frequent ones that of the smaller numbers first."""
    bound = min(heapq.nlargest(most, pairs.values()), default=0)
    found = [pair for pair, count in pairs.items() if count >= bound]
    return sorted(found, key=lambda pair: (-pairs[pair], pair))[:most]


def train_bpe(
    text: str, *, merges: int, least: int = 2, shown: int = 8
) -> tuple[tuple[int, tuple[PairCount, ...]], ...]:
    """Learn merges from a text, cut into words as GPT-2 does (`split_pieces`); see `train_on_words`."""
    counts = Counter(split_pieces(text))
    return train_on_words(counts, merges=merges, least=least, shown=shown)


def merges_of(
    training: tuple[tuple[int, tuple[PairCount, ...]], ...], *, steps: int
) -> tuple[tuple[str, str], ...]:
    """The first `steps` merges of a training, each as its two tokens."""
    made = training[: len(training) - 1][:steps]
    return tuple(pairs[0][:2] for _total, pairs in made)


def apply_merges(text: str, merges: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Cut a text into tokens: all merges in the order in which they were learnt.

    Returns
    -------
    tuple of str; joined, they are the text.
    """
    known: dict[str, list[str]] = {}
    for piece in split_pieces(text):
        if piece not in known:
            known[piece] = merge_word(piece, merges)
    return tuple(token for piece in split_pieces(text) for token in known[piece])


def merge_word(word: str, merges: Iterable[tuple[str, str]]) -> list[str]:
    """Cut a word into characters and merge them, one rule after the other."""
    tokens = list(word)
    for left, right in merges:
        if left + right not in word:
            continue
        place = 0
        while place < len(tokens) - 1:
            if tokens[place] == left and tokens[place + 1] == right:
                tokens[place : place + 2] = [left + right]
            place += 1
    return tokens
