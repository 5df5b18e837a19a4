"""The page about tokens: stepping through the merges, long and hostile texts, what is sent."""

from __future__ import annotations

import json

import pytest

from components import tokens
from components.i18n import safe
from engine import samples
from engine.export import to_json
from tests.pages.harness import PAGE_STEPS, assert_fine, go, open_page, upload

HOSTILE = (
    "<script>alert(1)</script> **md** $x$ [a](http://x) :red[x]\n\tשלום مرحبا\u202e abc \u200b"
    "👨‍👩‍👧 e\u0301 \x1b[31m\r\n"
)
STEPS = [(name, step) for name in ("tokens", "tokenizers") for step in PAGE_STEPS[name]]


def test_steps_go_on_and_back() -> None:
    app = open_page("tokens", step="merges", corpus="alice", merged="5")
    assert app.slider(key="merged").value == 5
    app.button(key="merge_on").click().run()
    assert app.slider(key="merged").value == 6
    app.button(key="merge_back").click().run()
    app.button(key="merge_back").click().run()
    assert app.slider(key="merged").value == 4
    assert_fine(app)


@pytest.mark.parametrize("merged", ["0", "100000", "-3", "x"])
def test_any_number_of_merges_in_a_link(merged: str) -> None:
    app = open_page("tokens", step="merges", corpus="kong-yiji", merged=merged)
    assert_fine(app)
    assert 0 <= app.slider(key="merged").value <= app.slider(key="merged").max


def test_after_the_last_merge_there_is_no_next_one() -> None:
    app = open_page("home")
    upload(app, "home_upload", "few.txt", b"hum hum hum")
    go(app, "tokens", "merges")
    app.session_state["corpus"] = "yours"
    app.run()
    last = app.slider(key="merged").max
    for merged, said in (
        (last - 1, "The next merge takes row 1."),
        (last, "nothing left to merge"),
    ):
        app.slider(key="merged").set_value(merged).run()
        assert_fine(app)
        found = [c.value for c in app.caption if "side by side" in c.value]
        assert len(found) == 1
        assert said in found[0]


def test_where_the_page_stops_there_may_be_more_to_merge() -> None:
    both = samples.load("alice").data + samples.load("kong-yiji").data
    app = open_page("home")
    upload(app, "home_upload", "long.txt", both)
    go(app, "tokens", "merges")
    app.session_state["corpus"] = "yours"
    app.run()
    assert app.slider(key="merged").max == 300
    app.slider(key="merged").set_value(300).run()
    assert any("this page stops here" in caption.value for caption in app.caption)


def test_a_text_without_pairs_says_so() -> None:
    app = open_page("home")
    upload(app, "home_upload", "one.txt", "京".encode())
    go(app, "tokens", "merges")
    app.session_state["corpus"] = "yours"
    app.run()
    assert_fine(app)
    assert len(app.info) == 1


@pytest.mark.parametrize(
    "text",
    [HOSTILE, "京", " ", "x" * 20_000, "人" * 30_000, "\n" * 3000, "a b " * 5000],
    ids=["hostile", "one", "blank", "long word", "long Chinese word", "lines", "words"],
)
def test_hard_texts(text: str) -> None:
    app = open_page("home")
    upload(app, "home_upload", "hard.txt", text.encode())
    for name, step in STEPS:
        go(app, name, step)
        assert_fine(app)
        for nodes in app.session_state["_views"].values():
            for node in nodes:
                if not hasattr(node.value, "dtype"):
                    json.loads(to_json(node.value))


def test_nothing_invisible_is_sent() -> None:
    shown = "".join(tokens.visible(chr(n)) for n in range(0x3100))
    assert not any(c in shown for c in "\0\x1b\u200b\u202e\u2028 \n\t\r")
    assert tokens.visible("a b\n") == "a␣b⏎"
    assert tokens.visible("\ud800") == "U+D800"


def test_bytes_that_are_no_character_are_shown_as_bytes() -> None:
    found = ((0, b"\xe4\xb8", 0, 1), (1, " 京".encode(), 1, 3))
    labels = [token.label for token in tokens.from_bytes(found)]
    assert labels == ["⟨E4 B8⟩", "␣京"]


@pytest.mark.parametrize(
    ("page", "language", "name"),
    [
        ("encodings", "zh", "order-zh"),
        ("encodings", "en", "order"),
        ("tokens", "zh", "order-zh"),
        ("tokenizers", "zh", "order"),
    ],
)
def test_a_lesson_about_texts_starts_in_the_language_of_the_page(
    page: str, language: str, name: str
) -> None:
    app = open_page(page, lang=language)
    assert_fine(app)
    assert app.session_state["_starts"] == {"text": name}
    assert any(safe(f"{name}.txt") in one.value for one in app.markdown)
    assert "text" not in app.query_params
