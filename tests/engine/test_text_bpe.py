"""Byte pair encoding against the trainer of the library tokenizers, ties and repeats included."""

from __future__ import annotations

import itertools
import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

from engine import samples
from engine.text.bpe import apply_merges, merge_word, merges_of, train_bpe, train_on_words
from engine.text.bytelevel import GPT2_PIECES
from engine.text.preview import decode_text

ALL = 10**6
TEXTS = ["alice", "kong-yiji", "scripts", "order", "order-zh", "tang-gbk"]


def read(name: str) -> str:
    source = samples.load(name)
    return decode_text(source.data, encoding=source.encoding)


def reference(sequences: list[str], *, least: int, tokenizer: Tokenizer | None = None) -> Tokenizer:
    """A tokenizer trained by the library, without special tokens."""
    tokenizer = tokenizer or Tokenizer(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=ALL, min_frequency=least, show_progress=False, special_tokens=[]
    )
    tokenizer.train_from_iterator(sequences, trainer)
    return tokenizer


def merges_in(tokenizer: Tokenizer) -> tuple[tuple[str, str], ...]:
    return tuple(map(tuple, json.loads(tokenizer.to_str())["model"]["merges"]))


@pytest.mark.parametrize("least", [1, 2, 3])
@pytest.mark.parametrize("name", TEXTS)
def test_merges_of_a_text_are_those_of_tokenizers(name: str, least: int) -> None:
    text = read(name)
    tokenizer = Tokenizer(models.BPE())
    pattern = Regex(GPT2_PIECES.pattern)
    tokenizer.pre_tokenizer = pre_tokenizers.Split(pattern, "isolated")
    reference([text], least=least, tokenizer=tokenizer)
    ours = merges_of(train_bpe(text, merges=ALL, least=least), steps=ALL)
    assert ours == merges_in(tokenizer)
    assert apply_merges(text, ours) == tuple(tokenizer.encode(text).tokens)


WORDS = st.lists(st.text("ab", min_size=1, max_size=12), min_size=1, max_size=12)


@given(WORDS | st.lists(st.text("abc的是", min_size=1, max_size=20), min_size=1, max_size=20))
def test_merges_of_any_words_are_those_of_tokenizers(words: list[str]) -> None:
    """Two letters only: nearly all pairs are tied, and "aaaa" overlaps itself."""
    training = train_on_words(Counter(words), merges=ALL)
    merges = merges_of(training, steps=ALL)
    assert merges == merges_in(reference(words, least=1))
    assert training[-1][0] == sum(len(merge_word(word, merges)) for word in words)


def test_the_pairs_of_each_step_are_counted_right() -> None:
    text = read("alice")
    training = train_bpe(text, merges=60, shown=5)
    for done in (0, 1, 7, 59):
        merges = merges_of(training, steps=done)
        pairs: Counter[tuple[str, str]] = Counter()
        for word in GPT2_PIECES.findall(text):
            tokens = merge_word(word, merges)
            pairs.update(itertools.pairwise(tokens))
        total, best = training[done]
        assert total == len(apply_merges(text, merges))
        assert [count for _a, _b, count in best] == [n for _p, n in pairs.most_common(5)]
        assert all(pairs[a, b] == count for a, b, count in best)


def test_the_example_of_the_paper() -> None:
    """Sennrich and others, 2016, figure 1, without their end of word: es, est and lo come first."""
    words = {"low": 5, "lower": 2, "newest": 6, "widest": 3}
    merges = merges_of(train_on_words(words, merges=3), steps=3)
    assert [a + b for a, b in merges] == ["es", "est", "lo"]


def test_nothing_to_learn() -> None:
    assert train_bpe("a", merges=5) == ((1, ()),)
    assert merges_of(train_bpe("ab", merges=5), steps=5) == ()  # the pair stands there only once
    assert merges_of(train_bpe("abab abab", merges=0), steps=5) == ()


@given(st.text(max_size=80))
def test_tokens_joined_are_the_text(text: str) -> None:
    merges = merges_of(train_bpe(text, merges=30), steps=30)
    assert "".join(apply_merges(text, merges)) == text
