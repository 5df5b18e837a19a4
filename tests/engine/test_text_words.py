"""Words and parts of a text: Unicode's rules, a Chinese dictionary, and cuts that break nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import samples
from engine.text.bytelevel import byte_tokens
from engine.text.preview import decode_text
from engine.text.tokens import (
    beginning,
    parallel_counts,
    part_of,
    read_parallel,
    spans,
    token_counts,
    vocabulary_size,
)
from engine.text.words import (
    longest_word,
    split_at_boundaries,
    split_at_spaces,
    split_characters,
    split_words,
)

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "tokenizers"
GPT2, WHISPER, BERT = (
    (ASSETS / name).read_bytes()
    for name in ("gpt2.tiktoken", "multilingual.tiktoken", "bert-uncased.txt")
)
WAYS = [split_characters, split_at_spaces, split_at_boundaries, split_words]


@pytest.mark.parametrize("way", WAYS)
@given(text=st.text(max_size=60) | st.text("ab 3.5'我来到北京\n。\ud800", max_size=60))
def test_the_pieces_joined_are_the_text(way, text: str) -> None:
    pieces = way(text)
    assert "".join(pieces) == text
    assert all(pieces)
    assert [text[a:b] for a, b in spans(pieces)] == list(pieces)


def test_unicode_boundaries() -> None:
    """The example of Unicode Standard Annex 29, table 1."""
    text = 'The quick ("brown") fox can\u2019t jump 32.3 feet, right?'
    assert [p for p in split_at_boundaries(text) if p != " "] == [
        *("The", "quick", "(", '"', "brown", '"', ")", "fox", "can\u2019t", "jump", "32.3"),
        *("feet", ",", "right", "?"),
    ]


def test_chinese_words() -> None:
    """The example in jieba's own documentation."""
    assert split_words("我来到北京清华大学") == ("我", "来到", "北京", "清华大学")
    assert split_words("I love 北京!") == ("I", " ", "love", " ", "北京", "!")
    assert split_at_boundaries("北京") == ("北", "京")


def test_the_longest_word() -> None:
    assert longest_word("It is 123456789, extraordinary!!!!!!!!!!!!!!!!") == "extraordinary"
    assert longest_word("123 。") == ""


@pytest.mark.parametrize("sample", ["alice", "kong-yiji", "order", "scripts"])
@pytest.mark.parametrize("size", [40, 200])
def test_parts_have_the_tokens_of_the_whole(sample: str, size: int) -> None:
    source = samples.load(sample)
    text = decode_text(source.data, encoding=source.encoding)
    count = -(-len(text) // size)
    parts = [part_of(text, number=n, size=size) for n in range(1, count + 1)]
    assert "".join(parts) == text
    tokens = [t[0] for part in parts for t in byte_tokens(part, GPT2)]
    assert tokens == [t[0] for t in byte_tokens(text, GPT2)]


@given(st.text(min_size=1, max_size=200), st.integers(2, 50))
def test_no_part_is_empty_and_none_is_lost(text: str, size: int) -> None:
    count = -(-len(text) // size)
    parts = [part_of(text, number=n, size=size) for n in range(1, count + 1)]
    assert "".join(parts) == text
    assert all(parts)
    assert text.startswith(beginning(text, most=size))
    assert 0 < len(beginning(text, most=size)) <= size


def test_one_word_without_an_end_is_cut_all_the_same() -> None:
    text = "x" * 1000
    assert [len(part_of(text, number=n, size=300)) for n in (1, 2, 3, 4)] == [300, 300, 300, 100]


def test_counts() -> None:
    counts = token_counts("Hello, 中国! 🩷", GPT2, WHISPER, BERT)
    assert counts.dtype == np.int64
    assert counts[:2].tolist() == [12, 19]
    assert counts[5] == 1  # the heart; BERT knows 中 and 国
    rows = read_parallel((ASSETS / "udhr-article-1.tsv").read_bytes())
    table = parallel_counts(rows, GPT2, WHISPER, BERT)
    assert table.shape == (len(rows), 6)
    assert table[:, 0].tolist() == [len(text) for _tag, text in rows]
    assert table[0].tolist() == token_counts(rows[0][1], GPT2, WHISPER, BERT).tolist()


def test_sizes_of_the_vocabularies() -> None:
    """GPT-2 has 50,257 tokens with the end of a text, BERT 30,522, as their papers' releases say."""
    assert vocabulary_size(GPT2) == 50_256
    assert vocabulary_size(BERT) == 30_522
