"""Byte-level BPE against tiktoken on the same ranks."""

from __future__ import annotations

from pathlib import Path

import pytest
import tiktoken
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import samples
from engine.text.bytelevel import byte_tokens, decode_bytes, merge_bytes, read_ranks
from engine.text.preview import decode_text

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "tokenizers"
DATA = {name: (ASSETS / f"{name}.tiktoken").read_bytes() for name in ("gpt2", "multilingual")}
# tiktoken's own way to write the pattern of GPT-2 (tiktoken_ext/openai_public.py).
PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"""
REFERENCE = {
    name: tiktoken.Encoding(
        name, pat_str=PATTERN, mergeable_ranks=dict(read_ranks(data)), special_tokens={}
    )
    for name, data in DATA.items()
}
NASTY = [
    "",
    " ",
    "\n\n  \t x",
    "I'll we've 'S 's don't",
    "<|endoftext|> <script>alert(1)</script>",
    "\0\x01\ufeff\u2028\u200d",
    "👨‍👩‍👧 ☕️ 🏳️‍🌈",
    "人人生而自由 すべての 자유 שלום مرحبا हिन्दी",
    "a\u0301 e\u0301\u0301",
    "\ud835\udc00\ud835\udc01 \ud800 half \udc00 of a pair \ud83d\ude00",
    "x" * 3000,
    "1234567 1,234,567 ½ Ⅷ",
]


def ids(text: str, name: str) -> list[int]:
    return [number for number, _token, _start, _end in byte_tokens(text, DATA[name])]


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_ids_of_nasty_texts(text: str, name: str) -> None:
    assert ids(text, name) == REFERENCE[name].encode(text, disallowed_special=())


@pytest.mark.parametrize("name", DATA)
@settings(max_examples=2000)
@given(
    st.text(max_size=60)
    | st.text("ab' \n\tst123—。人é👍", max_size=60)
    | st.text(st.characters(categories=["Cs", "L"]), max_size=20)
)
@example("  s 's  ")
def test_ids_of_any_text(name: str, text: str) -> None:
    assert ids(text, name) == REFERENCE[name].encode(text, disallowed_special=())


def test_ids_of_every_character() -> None:
    characters = [chr(n) for n in range(0x110000) if not 0xD800 <= n < 0xE000]
    text = "".join(f"a{c}1 {c}" for c in characters[::9])
    assert ids(text, "gpt2") == REFERENCE["gpt2"].encode(text, disallowed_special=())


@pytest.mark.parametrize("sample", ["alice", "kong-yiji", "scripts", "tang-big5"])
def test_ids_of_large_texts(sample: str) -> None:
    source = samples.load(sample)
    text = decode_text(source.data, encoding=source.encoding) * 20
    assert ids(text, "gpt2") == REFERENCE["gpt2"].encode(text)


@given(st.binary(max_size=200))
def test_any_bytes_merge_as_in_tiktoken(data: bytes) -> None:
    ranks = read_ranks(DATA["gpt2"])
    merged = [ranks[token] for token in merge_bytes(data, ranks)]
    expected = REFERENCE["gpt2"]._encode_single_piece(data) if data else []
    assert merged == expected


@given(st.text(max_size=60))
def test_there_and_back(text: str) -> None:
    tokens = byte_tokens(text, DATA["gpt2"])
    assert decode_bytes(tuple(t[0] for t in tokens), DATA["gpt2"]) == text
    assert b"".join(t[1] for t in tokens) == text.encode()


@given(st.text(min_size=1, max_size=60))
def test_a_token_covers_its_characters(text: str) -> None:
    """Every character is covered, and a token of whole characters is the text at its place."""
    tokens = byte_tokens(text, DATA["gpt2"])
    assert {place for _i, _b, a, b in tokens for place in range(a, b)} == set(range(len(text)))
    for _number, token, start, end in tokens:
        assert token in text[start:end].encode()


def test_half_a_character_does_not_decode() -> None:
    tokens = byte_tokens("龘", DATA["gpt2"])
    assert len(tokens) > 1
    assert {(a, b) for _i, _b, a, b in tokens} == {(0, 1)}
    assert decode_bytes((tokens[0][0],), DATA["gpt2"]) == "\ufffd"


def test_hello_world() -> None:
    """As in OpenAI's own examples for GPT-2."""
    assert ids("Hello world", "gpt2") == [15496, 995]
