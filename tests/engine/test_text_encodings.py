"""Bytes against Python's codecs on all of Unicode, bits put together again, mojibake and its undoing."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserError
from engine.text.encodings import (
    ENCODINGS,
    READABLE,
    byte_order_mark,
    byte_spans,
    bytes_in_all,
    candidates,
    encode_character,
    encoding_sizes,
    mojibake_rows,
    read_bytes,
    read_text,
    reason_against,
    replaced,
    utf8,
    utf8_bits,
    utf16_units,
    write_bytes,
)

SCALARS = [*range(0xD800), *range(0xE000, 0x110000)]
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
NAMES = st.sampled_from(sorted(ENCODINGS))


@pytest.mark.parametrize("encoding", [name for name in ENCODINGS if name[-3:] != "bom"])
def test_bytes_equal_python_s_codec_on_all_of_unicode(encoding: str) -> None:
    """Each of the 1,112,064 characters: the same bytes, or both say that there are none."""
    held = 0
    for code in SCALARS:
        char = chr(code)
        try:
            expected = char.encode(encoding)
        except UnicodeEncodeError:
            assert reason_against(char, encoding=encoding) in ("above", "table")
            continue
        assert encode_character(char, encoding=encoding) == expected
        held += 1
    complete = encoding.startswith("utf") or encoding == "gb18030"
    assert held == len(SCALARS) if complete else held < 30_000


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_encoding_holds_half_of_a_pair(encoding: str) -> None:
    for code in range(0xD800, 0xE000):
        assert reason_against(chr(code), encoding=encoding) == "surrogate"
    with pytest.raises(UnicodeEncodeError):
        encode_character("\ud800", encoding=encoding)


@pytest.mark.parametrize("code", [-1, 0xD800, 0xDFFF, 0x110000])
def test_what_is_no_character_is_refused(code: int) -> None:
    with pytest.raises(ValueError, match="no character"):
        utf8(code)
    with pytest.raises(ValueError, match="no character"):
        utf16_units(code)


def test_byte_order_marks() -> None:
    assert byte_order_mark("utf-8-bom") == codecs.BOM_UTF8
    assert byte_order_mark("utf-16-le-bom") == codecs.BOM_UTF16_LE
    assert byte_order_mark("utf-16-be-bom") == codecs.BOM_UTF16_BE
    assert byte_order_mark("utf-16-be") == b""
    assert write_bytes("a", encoding="utf-16-be-bom").decode("utf-16") == "a"
    assert write_bytes("a", encoding="utf-8-bom").decode("utf-8-sig") == "a"


def test_the_payload_bits_of_utf8_are_the_code_point() -> None:
    for code in SCALARS:
        ((found, parts),) = utf8_bits(chr(code))
        assert found == code
        assert int("".join(payload for _byte, _marker, payload in parts), 2) == code
        assert bytes(byte for byte, _marker, _payload in parts) == chr(code).encode()
        assert all(
            int(marker + payload, 2) == byte and len(marker + payload) == 8
            for byte, marker, payload in parts
        )


def test_a_known_character_in_every_encoding() -> None:
    rows = {
        name: (data.hex(" "), reason) for name, _mark, data, reason, _char in bytes_in_all("中")
    }
    assert rows["utf-8"] == ("e4 b8 ad", "")
    assert rows["utf-16-le"] == ("2d 4e", "")
    assert rows["utf-32-be"] == ("00 00 4e 2d", "")
    assert rows["gb2312"] == rows["gbk"] == rows["gb18030"] == ("d6 d0", "")
    assert rows["big5"] == ("a4 a4", "")
    assert rows["shift_jis"] == ("92 86", "")
    assert rows["euc_jp"] == ("c3 e6", "")
    assert rows["euc_kr"] == ("f1 e9", "")
    assert rows["ascii"] == rows["latin-1"] == ("", "above")
    family = {row[0]: row for row in bytes_in_all("👩‍👧")}
    assert family["utf-8"][2] == "👩‍👧".encode()
    assert family["gbk"][3:] == ("table", "👩")


@given(TEXTS)
def test_sizes_equal_the_encoded_text(text: str) -> None:
    for name, size, mark, lost, missing in encoding_sizes(text):
        data = text.encode(name.removesuffix("-bom"), "ignore")
        assert size == len(data) + mark
        assert lost == len(text) - len(data.decode(name.removesuffix("-bom")))
        assert (lost > 0) == (missing != "")


@given(st.binary(max_size=40), NAMES)
def test_the_spans_of_any_bytes_cover_them_and_say_what_the_codec_says(
    data: bytes, name: str
) -> None:
    spans = byte_spans(data, encoding=name)
    assert "".join(char for char, _size in spans) == data.decode(
        name.removesuffix("-bom"), "replace"
    )
    assert sum(size for _char, size in spans) == len(data)
    assert all(size > 0 for _char, size in spans)


def test_the_spans_of_a_text_are_its_characters() -> None:
    text = "aé中𠮷"
    assert byte_spans(text.encode(), encoding="utf-8") == (("a", 1), ("é", 2), ("中", 3), ("𠮷", 4))
    assert byte_spans("中a".encode("gbk"), encoding="utf-8") == (("�", 1), ("�", 1), ("a", 1))


@given(TEXTS)
def test_every_complete_encoding_gives_the_text_back(text: str) -> None:
    for name in ENCODINGS:
        if name.startswith("utf") or name == "gb18030":
            data = write_bytes(text, encoding=name)
            if not text.startswith("\ufeff"):  # a reader takes it for the mark
                assert read_bytes(data, encoding=name) == text


def test_mojibake_is_undone_where_no_byte_was_lost() -> None:
    seen, back, kept, lost, odd = mojibake_rows("café", written="utf-8", read="latin-1")
    assert (seen, back, kept, lost, odd) == ("cafÃ©", "café", "café", 0, 0)


def test_the_famous_mojibake_is_not_undone() -> None:
    seen, back, kept, lost, odd = mojibake_rows("你好", written="gbk", read="utf-8")
    assert seen == "��" + "��"[: len(seen) - 2]
    assert odd == len(seen) > 0
    assert "锟斤拷" in back
    assert kept == "你好"
    assert lost == 0


def test_what_the_writer_cannot_hold_is_a_question_mark() -> None:
    assert mojibake_rows("a中", written="ascii", read="utf-8") == ("a?", "a?", "a?", 1, 0)


@given(TEXTS, NAMES, NAMES)
def test_mojibake_of_any_pair(text: str, written: str, read: str) -> None:
    _seen, back, kept, lost, odd = mojibake_rows(text, written=written, read=read)
    if written == read and lost == 0 and not text.startswith("\ufeff"):
        assert back == kept == text
        assert odd == 0
    if read == "latin-1" and not written.endswith("bom"):
        assert back == kept  # Latin-1 has a character for every byte: nothing is ever lost


@pytest.mark.parametrize("codec", READABLE)
def test_a_text_is_read_in_the_encoding_that_somebody_chose(codec: str) -> None:
    text = "A, b; c!\r\n"
    data = text.encode(codec)
    assert read_text(data, encoding=codec) == text
    assert read_text(data * 1000, encoding=codec, most=25) == (text * 3)[:25]


def test_reading_never_fails_on_wrong_bytes() -> None:
    assert read_text(b"\xff\xfeA", encoding="utf-8") == "��A"
    assert read_text("\ufeffA".encode(), encoding="utf-8") == "A"
    assert read_text(b"a\0b", encoding="utf-8") == "a\0b"
    with pytest.raises(UserError, match="no characters"):
        read_text(codecs.BOM_UTF8, encoding="utf-8")
    with pytest.raises(UserError, match="nonsense"):
        read_text(b"a", encoding="nonsense")


def test_candidates_begin_with_what_was_detected() -> None:
    data = "床前明月光，疑是地上霜。".encode("gbk")
    rows = candidates(data, detected="gb18030")
    assert rows[0] == ("gb18030", "床前明月光，疑是地上霜。", 0)
    assert {name for name, _start, _odd in rows} == set(READABLE)
    odd = {name: count for name, _start, count in rows}
    assert odd["utf-8"] > 0
    assert odd["cp1252"] >= 0
    cut = "好" * 5000  # the sample may end inside a character: that is no error
    assert candidates(cut.encode(), detected="utf-8")[0][2] == 0


def test_replacement_characters_of_the_text_itself_are_no_errors() -> None:
    assert mojibake_rows("a�b", written="utf-8", read="latin-1")[4] == 0
    assert mojibake_rows("�é", written="utf-8", read="utf-8")[4] == 0
    assert candidates("a�b�".encode(), detected="utf-8")[0][2] == 0
    assert candidates("�".encode() + b"\xff\xfe", detected="utf-8")[0][2] == 2


@given(st.binary(max_size=40), st.sampled_from(sorted(READABLE)))
def test_replaced_is_how_often_the_decoder_complains(data: bytes, codec: str) -> None:
    complaints = []

    def handler(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        complaints.append(error)
        return "", error.end

    codecs.register_error("complain", handler)
    data.decode(codec, "complain")
    assert replaced(data, encoding=codec) == len(complaints)
