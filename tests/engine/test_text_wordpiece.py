"""WordPiece against transformers' BertTokenizer on the same vocabulary."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import BertTokenizer

from engine import samples
from engine.text.preview import decode_text
from engine.text.tokens import typed
from engine.text.wordpiece import (
    basic_words,
    join_wordpieces,
    longest_pieces,
    read_vocabulary,
    wordpiece_tokens,
)

VOCABULARY = Path(__file__).resolve().parents[2] / "assets" / "tokenizers" / "bert-uncased.txt"
DATA = VOCABULARY.read_bytes()
REFERENCE = BertTokenizer(vocab=dict(read_vocabulary(DATA)), do_lower_case=True)


def ids(text: str) -> list[int]:
    return [number for number, _token, _start, _end in wordpiece_tokens(text, DATA)]


def expected(text: str) -> list[int]:
    """What transformers gives; a "[SEP]" that somebody typed stays a text."""
    return REFERENCE.encode(text, split_special_tokens=True)


def old(char: str) -> bool:
    """Whether a character has the same category today as in Unicode 3.2.

    The library tokenizers knows the categories of Unicode 8, Python newer ones.
    """
    return unicodedata.ucd_3_2_0.category(char) == unicodedata.category(char)


OLD = st.characters(exclude_categories=["Cs"]).filter(old)


def test_hello_world() -> None:
    assert ids("Hello, world!") == [101, 7592, 1010, 2088, 999, 102]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Crème brûlée, s'il vous plaît; ÀÉÎÕÜ ǅ İstanbul ΣΑΣ ẞ",
        "人人生而自由 すべての 자유 שלום مرحبا हिन्दी ไทย",
        "unaffable antidisestablishmentarianism",
        "x" * 100 + " " + "x" * 101,
        "\0a\x01b\tc\x0bd\x85e\u00a0f\u2028g\ufeffh\ufffdi\u00adj",
        "a[UNK]b [SEP] [MASK] ##ing ## #",
        "tea🩷time ☕ 👨‍👩‍👧 \ue000",
        "$1,234.50 <b>&amp;</b> ` ^ ~ | + =",
        "豈 更 ﬁ Å",
        "e\u0301\u0302 \u0301 a\u0345",
    ],
)
def test_ids_of_nasty_texts(text: str) -> None:
    assert ids(text) == expected(text)


@settings(max_examples=1200)
@given(st.text(OLD, max_size=60) | st.text("abgîÉΣ,. [](#)人\t\x00\u0301ß", max_size=60))
def test_ids_of_any_text(text: str) -> None:
    assert ids(text) == expected(text)


def test_ids_of_every_old_character() -> None:
    some = [*range(0x3400), *range(0x3400, 0x30000, 5)]  # all but Chinese and what comes later
    characters = [c for c in map(chr, some) if not 0xD800 <= ord(c) < 0xE000 and old(c)]
    for start in range(0, len(characters), 500):
        text = " ".join(f"a{c}b" for c in characters[start : start + 500])
        assert ids(text) == expected(text)


@pytest.mark.parametrize("sample", ["alice", "kong-yiji", "scripts", "order", "tang-big5"])
def test_ids_and_places_of_real_texts(sample: str) -> None:
    source = samples.load(sample)
    text = decode_text(source.data, encoding=source.encoding)
    found = REFERENCE(text, return_offsets_mapping=True, split_special_tokens=True)
    tokens = wordpiece_tokens(text, DATA)
    assert [t[0] for t in tokens] == found["input_ids"]
    places = [t[2:] for t in tokens[1:-1]]
    for ours, theirs in zip(places, found["offset_mapping"][1:-1], strict=True):
        # The library leaves a dropped accent behind a word out; here a place may not be shorter.
        assert ours[0] == theirs[0]
        assert ours[1] >= theirs[1]


@given(st.text(OLD, max_size=40))
def test_a_word_that_is_known_is_put_together_again(text: str) -> None:
    vocabulary = read_vocabulary(DATA)
    for word in basic_words(text):
        letters = "".join(char for char, _place in word)
        pieces = longest_pieces(letters, vocabulary)
        if "[UNK]" not in pieces:
            assert join_wordpieces(tuple(pieces)) == letters


def test_a_token_knows_its_place() -> None:
    text = typed(text="  Crème\u0301, 北京")
    found = [(token, text[a:b]) for _id, token, a, b in wordpiece_tokens(text, DATA, special=False)]
    assert found[0] == ("cr", "Cr")
    assert found[1][0] == "##eme"
    assert ("北", "北") in found


def test_half_of_a_surrogate_pair_is_dropped() -> None:
    assert ids("a\ud800b") == expected("ab")
