"""Graphemes against Unicode's own test, names and normal forms against Python's, odd characters."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import regex
import unicodedata2
from hypothesis import given
from hypothesis import strategies as st

from engine.text.graphemes import (
    ALONE,
    beyond_ascii,
    character_forms,
    characters,
    code_points,
    count_graphemes,
    first_beyond_ascii,
    grapheme_at,
    grapheme_ends,
    graphemes_between,
    name_of,
    normal_form,
    normal_forms,
    text_lengths,
    visible,
)

# From https://www.unicode.org/Public/18.0.0/ucd/auxiliary/, under the Unicode License v3.
TEST = Path(__file__).parents[1] / "data" / "GraphemeBreakTest-18.0.0.txt"
TEXTS = st.text(st.characters(exclude_categories=()), max_size=40)
FORMS = ("NFC", "NFD", "NFKC", "NFKD")


def break_tests() -> list[list[str]]:
    """The clusters of each line: code points, with a cross between those that stay together."""
    lines = (line.split("#")[0].strip() for line in TEST.read_text("utf-8").splitlines())
    return [
        ["".join(chr(int(n, 16)) for n in part.replace("×", " ").split()) for part in clusters]
        for line in lines
        if line
        for clusters in [line.strip("÷ ").split("÷")]
    ]


def split(text: str) -> list[str]:
    ends = grapheme_ends(text)
    return list(graphemes_between(text, ends, first=0, count=count_graphemes(ends)))


def test_graphemes_equal_every_line_of_unicode_s_own_test() -> None:
    tests = break_tests()
    assert len(tests) == 853
    assert [clusters for clusters in tests if split("".join(clusters)) != clusters] == []
    around = ["a"] * 99  # so that the text is searched in parts
    for clusters in tests:
        if "a" + clusters[0] not in regex.findall(r"\X", "a" + clusters[0]):
            assert split("".join([*around, *clusters])) == around + clusters
    assert unicodedata2.unidata_version == "18.0.0"


def test_what_stands_alone_joins_no_neighbour_that_does() -> None:
    chars = [chr(code) for first, last in ALONE for code in range(first, last + 1)]
    for char in chars:
        for pair in (char + "a", "好" + char, char + char):
            assert regex.findall(r"\X", pair) == list(pair)
    every = "".join(chars)
    assert regex.findall(r"\X", every) == chars


@given(st.text(st.sampled_from("ab 好\n\r\u0301\u200d👩🇨🇳가가क\u094d\u0600\u0300é"), max_size=60))
def test_the_short_way_finds_the_same_clusters(text: str) -> None:
    for longer in (text, text + "plain " * 100):  # searched as a whole, and in parts
        assert split(longer) == regex.findall(r"\X", longer)


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("👩‍👩‍👧", 1), ("🇨🇳🇪🇺", 2), ("e\u0301", 1), ("\r\n", 1), ("नमस्ते", 3), ("각", 1)],
)
def test_known_counts(text: str, count: int) -> None:
    assert len(split(text)) == count
    assert text_lengths(text)[0] == count


@given(TEXTS, st.integers(0, 45), st.integers(0, 45))
def test_windows_are_parts_of_the_whole(text: str, first: int, count: int) -> None:
    ends = grapheme_ends(text)
    whole = split(text)
    assert "".join(whole) == text
    assert (
        list(graphemes_between(text, ends, first=first, count=count))
        == (whole[first : first + count])
    )
    assert [grapheme_at(text, ends, index=n) for n in range(len(whole))] == whole
    rows = characters(text, ends, first=first, count=count)
    assert [point[1] for row in rows for point in row[1]] == [
        ord(char) for char in "".join(whole[first : first + count])
    ]


@given(TEXTS)
def test_lengths(text: str) -> None:
    graphemes, points, units, size = text_lengths(text)
    assert graphemes == len(regex.findall(r"\X", text))
    assert points == len(text)
    assert units == sum(2 if ord(char) > 0xFFFF else 1 for char in text)
    if not any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        assert size == len(text.encode())


def test_names_and_categories_equal_python_s_where_it_knows_the_character() -> None:
    for code in range(0x110000):
        char = chr(code)
        name = unicodedata.name(char, "")
        if name:
            assert name_of(char) == name
        elif unicodedata.category(char) in ("Cc", "Co", "Cs"):
            assert name_of(char).endswith(f"-{code:04X}>")


def test_labels_of_what_has_no_name() -> None:
    assert name_of("\0") == "<control-0000>"
    assert name_of("\ue000") == "<private-use-E000>"
    assert name_of("\ud800") == "<surrogate-D800>"
    assert name_of("\uffff") == "<noncharacter-FFFF>"
    assert name_of("\U0001fffe") == "<noncharacter-1FFFE>"
    assert name_of("\ufdd0") == "<noncharacter-FDD0>"
    assert name_of("\u0378") == "<unassigned-0378>"
    assert name_of("\U0001fae8") == "SHAKING FACE"  # of Unicode 15


@pytest.mark.parametrize("form", FORMS)
def test_normal_forms_equal_python_s_on_every_assigned_character(form: str) -> None:
    for code in range(0x110000):
        char = chr(code)
        if unicodedata.category(char) != "Cn":
            assert normal_form(char, form=form) == unicodedata.normalize(form, char)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cn",))), st.sampled_from(FORMS))
def test_normal_forms_of_texts(text: str, form: str) -> None:
    if all(unicodedata.category(char) != "Cn" for char in text):
        assert normal_form(text, form=form) == unicodedata.normalize(form, text)
    once = normal_form(text, form=form)
    assert normal_form(once, form=form) == once


def test_what_normal_forms_change() -> None:
    text = "cafe\u0301 ﬁ café"
    rows = {form: (tuple(lengths), examples) for form, *lengths, examples in normal_forms(text)}
    assert rows[""] == (text_lengths(text), ())
    assert rows["NFC"][1] == (("e\u0301", "é"),)
    assert rows["NFD"][1] == (("é", "e\u0301"),)
    assert set(rows["NFKC"][1]) == {("e\u0301", "é"), ("ﬁ", "fi")}
    for form in FORMS:
        assert rows[form][0] == text_lengths(unicodedata.normalize(form, text))
    assert normal_forms("ﬁﬂ½", most=2)[3][-1] == (("ﬁ", "fi"), ("ﬂ", "fl"))
    assert all(row[1:] == (5, 5, 5, 5, ()) for row in normal_forms("plain"))


def test_the_forms_of_one_character() -> None:
    forms = {form: [point[1] for point in points] for form, points in character_forms("\u212b")}
    assert forms == {
        "": [0x212B],
        "NFC": [0xC5],
        "NFD": [65, 0x30A],
        "NFKC": [0xC5],
        "NFKD": [65, 0x30A],
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ""),
        ("abc", "a"),
        ("ab好c", "好"),
        ("cafe\u0301", "e\u0301"),
        ("a👩‍👧b", "👩‍👧"),
        ("\n\u0301", "\u0301"),
    ],
)
def test_the_first_character_beyond_ascii(text: str, found: str) -> None:
    assert beyond_ascii(text) == found


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="NFX"):
        normal_form("a", form="NFX")


@pytest.mark.parametrize(
    ("character", "drawn"),
    [
        (" ", "␣"),
        ("\n", "⏎"),
        ("\t", "⇥"),
        ("\x1b", "ESC"),
        ("\r\n", "CR ⏎"),
        ("\0", "NUL"),
        ("\x7f", "DEL"),
        ("\u202e", "RLO"),
        ("\u2066", "LRI"),
        ("\u200d", "ZWJ"),
        ("\ufeff", "BOM"),
        ("\u0301", "◌\u0301"),
        (" \u0301", "␣◌\u0301"),
        ("\ud800", "U+D800"),
        ("\x9f", "U+009F"),
        ("\ue000", "U+E000"),
        ("好", "好"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
    ],
)
def test_what_is_drawn(character: str, drawn: str) -> None:
    assert visible(character) == drawn


@given(TEXTS)
def test_nothing_that_turns_the_direction_of_writing_is_drawn(text: str) -> None:
    for character in split(text):
        shown = visible(character)
        assert shown
        assert not set(shown) & set(
            "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\n\r\t\0"
        )


def test_a_grapheme_of_a_thousand_marks_is_cut() -> None:
    zalgo = "e" + "\u0301" * 1000
    assert split(zalgo) == [zalgo]
    assert len(visible(zalgo)) == 17
    assert len(code_points(zalgo)) == 1001


@pytest.mark.parametrize(
    ("text", "number", "grapheme"),
    [
        ("abc", 0, "a"),
        ("a\r\nbé", 3, "é"),
        ("ae\u0301", 1, "e\u0301"),
        ("12\ufe0f\u20e3é", 1, "2\ufe0f\u20e3"),
        ("好", 0, "好"),
        ("x" + "e" + "\u0301" * 1000 + "b", 1, "e" + "\u0301" * 1000),
    ],
)
def test_where_the_first_character_beyond_ascii_stands(
    text: str, number: int, grapheme: str
) -> None:
    ends = grapheme_ends(text)
    assert first_beyond_ascii(text, ends) == number
    assert beyond_ascii(text) == grapheme == grapheme_at(text, ends, index=number)
