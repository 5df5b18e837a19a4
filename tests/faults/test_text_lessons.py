"""Texts that break programs, in every step of the text lessons: they are shown, and do nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.tray import PARAMETERS
from engine import samples
from engine.sources import Table, Text, as_text, open_source, typed_text
from tests.pages.harness import PAGE_STEPS, assert_fine, check_code, go, open_page, upload

LESSONS = ("encodings", "mojibake", "onehot", "bag")
STEPS = [(name, step) for name in LESSONS for step in PAGE_STEPS[name]]
TEXTS = [sample.name for sample in samples.SAMPLES if sample.kind == "text"]

SCRIPT = (
    "<script>alert(1)</script><img src=x onerror=alert(2)> **bold** [x](javascript:a) $x$ :smile:"
)
HARD = {
    "one letter": "a",
    "one character of seven code points": "👩‍👩‍👧‍👦",
    "NULs": "a\0b\0\0c word",
    "halves of pairs": "x\ud800y\udc00z word",
    "script": SCRIPT,
    "controls of direction": "abc \u202edef\u202c \u2066ghi\u2069 \u200fjkl word",
    "right to left": "שלום עולם مرحبا بالعالم",
    "a thousand marks": "e" + "\u0301" * 1000 + " word",
    "marks alone": "\u0301\u0301 word",
    "white space": "word \t\u3000\u2028\n\n\n",
    "a line of 300,000 characters": "好ab " * 75_000,
    "a table": "a,b,c\n1,2,3\n4,5,6\n",
    "a word of 50,000 letters": "x" * 50_000,
    "what has no characters of Unicode": "\ufffe\uffff\U0010ffff word",
}


@pytest.mark.parametrize("kind", HARD)
def test_hard_texts_in_every_step(kind: str) -> None:
    source = typed_text(HARD[kind])
    app = open_page(LESSONS[0])
    app.session_state["_sources"] = {"text": source}
    for name, step in STEPS:
        go(app, name, step)
        assert_fine(app)


def drawn(app: AppTest) -> str:
    """All HTML of the page."""
    return "".join(element.proto.body for element in app.get("html"))


TINY = {
    "one space": " ",
    "spaces": "   \t\n\n  \u3000",
    "one emoji": "🎉",
    "many emoji": "🎉👍🏽👩‍👩‍👧‍👦 🎉 ☕️\n🎉",
    "signs": "?! ... ?!",
    "one word again and again": "word " * 40,
    "one Chinese character": "京",
    "Chinese without signs": "敏捷的棕色狐狸跳过懒狗",
    "two words": "I see",
    "Arabic": "مرحبا بالعالم",
    "NULs alone": "\0\0\0",
}
ASKING = (*LESSONS, "tokens", "tokenizers")


@pytest.mark.parametrize("kind", [*TINY, *HARD])
def test_whatever_the_text_three_questions_are_asked_and_have_answers(kind: str) -> None:
    app = open_page(ASKING[0])
    app.session_state["_sources"] = {"text": typed_text((TINY | HARD)[kind])}
    for name in ASKING:
        go(app, name, "predict")
        assert_fine(app)
        asked = [pills for pills in app.get("pills") if str(pills.key).startswith("quiz_")]
        assert len(asked) >= 3, name
        for pills in asked:
            assert len(pills.options) >= 2, pills.key
            pills.set_value(str(pills.key).rsplit("_", 1)[1])
        app.run()
        assert_fine(app)
        assert len(app.success) == len(asked), name


@pytest.mark.parametrize("kind", TINY)
def test_tiny_texts_in_every_step(kind: str, tmp_path: Path) -> None:
    app = open_page(LESSONS[0])
    app.session_state["_sources"] = {"text": typed_text(TINY[kind])}
    views = []
    for name, step in STEPS:
        assert_fine(go(app, name, step))
        found = app.session_state["_views"].items()
        views += [(f"{name} {step} {key}", nodes) for key, nodes in found]
    assert check_code(views, tmp_path) > 0


def test_a_text_without_words_is_counted_by_its_characters() -> None:
    app = open_page(LESSONS[0])
    app.session_state["_sources"] = {"text": typed_text(TINY["many emoji"])}
    go(app, "onehot", "words")
    assert any("no words" in caption.value for caption in app.caption)
    assert "🎉" in drawn(app)


@pytest.mark.parametrize("kind", ["halves of pairs", "script", "controls of direction", "NULs"])
def test_what_is_in_a_text_never_reaches_the_page_as_markup(kind: str) -> None:
    app = open_page(LESSONS[0])
    app.session_state["_sources"] = {"text": typed_text(HARD[kind])}
    for name, step in STEPS:
        nothing_but_text(go(app, name, step))


def nothing_but_text(app: AppTest) -> None:
    """No tag, no Markdown and no control of direction came from the text."""
    tables = [element.proto.body for element in app.get("html")]
    written = [element.value for element in (*app.markdown, *app.caption)]
    for body in tables:  # HTML: tags are what counts
        assert "<script" not in body
        assert "<img" not in body
    for body in written:  # Markdown: every sign of it has a backslash before it
        assert not re.search(r"(?<!\\)<(script|img)|(?<!\\)\[x|(?<!\\)\*\*bold|(?<!\\)\$x", body)
    for body in tables + written:
        assert not set(body) & set("\0\u202e\u2066\ud800")


@pytest.mark.parametrize("text", TEXTS)
def test_the_code_holds_for_every_sample(text: str, tmp_path: Path) -> None:
    views = []
    app = open_page(LESSONS[0], **{PARAMETERS["text"]: text})
    for name, step in STEPS:
        go(app, name, step)
        assert_fine(app)
        found = app.session_state["_views"].items()
        views += [(f"{name} {step} {key}", nodes) for key, nodes in found]
    assert check_code(views, tmp_path) > 0


def test_the_encoding_can_be_changed_by_hand_and_by_a_link(tmp_path: Path) -> None:
    app = open_page("encodings", text="tang-gbk", encoding="latin-1")
    assert_fine(app)
    box = next(box for box in app.radio if str(box.key).startswith("encoding_"))
    assert box.value == "latin-1"
    # Each encoding is offered with what the file then says.
    starts = dict(zip(box.options, box.proto.captions, strict=True))
    assert "静夜思" in starts["GB18030 (GBK, GB2312) (detected)"]
    assert len(set(starts.values())) > 5
    assert "LATIN SMALL LETTER" in drawn(app)
    box.set_value("gb18030").run()
    assert "CJK UNIFIED IDEOGRAPH-9759" in drawn(app)
    assert "encoding" not in app.query_params
    assert check_code(app.session_state["_views"].items(), tmp_path) > 0


def test_five_megabytes_in_one_line() -> None:
    line = ("The quick brown fox. 敏捷的狐狸。" * 200_000).encode()[:5_000_000]
    app = open_page("encodings")
    upload(app, "tray_upload", "long.txt", line)
    assert_fine(app)
    assert len(app.session_state["_sources"]["text"].data) == 5_000_000
    assert any("first 1,000,000 of" in line.value for line in app.markdown)
    for name, step in STEPS:
        go(app, name, step)
        assert_fine(app)
        sent = sum(len(element.proto.body) for element in app.get("html"))
        assert sent < 200_000, (name, step)  # only what is on the screen


def test_a_table_in_a_text_lesson_is_the_text_that_it_is() -> None:
    data = b"name,age\nAnn,3\nBob,4\n"
    assert isinstance(open_source("t.csv", data), Table)
    app = open_page("encodings")
    upload(app, "tray_upload", "t.csv", data)
    assert_fine(app)
    source = app.session_state["_sources"]["text"]
    assert isinstance(source, Text)
    assert source == as_text("t.csv", data, "utf-8")


def test_a_file_of_nothing_but_a_mark_is_one_sentence() -> None:
    app = open_page("encodings")
    before = dict(app.session_state["_sources"])
    upload(app, "tray_upload", "empty.txt", b"\xef\xbb\xbf")
    assert not app.exception
    assert len(app.error) <= 1
    assert before.keys() <= app.session_state["_sources"].keys()


def test_what_is_typed_is_a_text_whatever_it_looks_like() -> None:
    assert typed_text("a\ud800").data == "a\ufffd".encode()
    assert typed_text("\ud83d\ude00").data == "😀".encode()
    assert typed_text("%PDF-1.7").kind == "text"
    app = open_page("encodings")
    app.segmented_control(key="tray_way").set_value("text")
    app.session_state["tray_panel"] = True
    app.run()
    assert_fine(app)
    app.text_area(key="tray_text").set_value("a,b\n1,2\n3,4\n")
    next(b for b in app.button if b.label == "Use this text").click().run()
    assert_fine(app)
    assert app.session_state["_sources"]["text"].data == b"a,b\n1,2\n3,4\n"
