"""The pages on BERT, sentence search and CLIP: what is typed and moved is what is computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.bert import DRAWN
from components.clip import PAIRS
from tests.pages.harness import assert_fine, open_page


def value_of(app: AppTest, view: str, number: int = 0) -> Any:
    """The value of a node of a view."""
    return app.session_state["_views"][view][number].value


def typed_in(app: AppTest, start: str, text: str) -> AppTest:
    """Type into the field whose key begins so."""
    field = next(one for one in app.text_input if one.key.startswith(start))
    return field.set_value(text).run()


def test_a_second_sentence_is_another_segment() -> None:
    app = open_page("bert", step="embed")
    assert not value_of(app, "ids")[1].any()
    typed_in(app, "bert_two", "And a glass of water.")
    assert_fine(app)
    ids, segments = value_of(app, "ids")
    assert segments.tolist() == sorted(segments.tolist())
    assert segments.sum() == 7
    assert (ids == 102).sum() == 2
    way = value_of(app, "way")
    app.slider(key="bert_token").set_value(5).run()
    assert_fine(app)
    assert not np.array_equal(way, value_of(app, "way"))


@pytest.mark.parametrize(
    "text", ["", "我喜欢咖啡，也喜欢茶。", "🩷", "word " * 60, "[SEP] <b> $x$", "a"]
)
def test_any_sentence_goes_through_every_step(text: str) -> None:
    app = open_page("bert", step="embed")
    for step in ("embed", "layers", "attention", "byhand", "output", "predict"):
        app.session_state["step_bert"] = step
        app.run()
        typed_in(app, "bert_one", text)
        assert_fine(app)
    app.session_state["step_bert"] = "attention"
    app.run()
    maps = value_of(app, "bert")
    assert maps.shape[0] == maps.shape[1] <= DRAWN
    assert np.allclose(maps.sum(axis=1), 1, atol=1e-5)
    if "我" in text:
        assert any("are [UNK]" in c.value for c in app.caption)


def test_layer_and_head_are_those_of_the_sliders() -> None:
    app = open_page("bert", step="attention")
    tiles = value_of(app, "tiles")
    size = value_of(app, "bert").shape[0] + 1
    app.slider(key="bert_att_layer").set_value(4).run()
    app.slider(key="bert_att_head").set_value(7).run()
    assert_fine(app)
    shown = value_of(app, "bert")
    assert np.array_equal(shown, tiles[3 * size : 4 * size - 1, 6 * size : 7 * size - 1])
    app.slider(key="bert_att_head").set_value(0).run()
    assert_fine(app)
    assert np.allclose(value_of(app, "bert").sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("spread", ["bert", "wide"])
def test_what_is_said_of_untrained_classifiers_is_so(spread: str) -> None:
    app = open_page("bert", step="output", bert_spread=spread, lang="en")
    assert_fine(app)
    answers = value_of(app, "untrained")
    sure = np.maximum(answers, 1 - answers)
    told = next(c.value for c in app.caption if "classifiers" in c.value)
    assert ("All are certain" in told) == (sure.min() >= 0.9)
    assert f"{sure.min():.1%} to {sure.max():.1%}" in told
    assert f"{100 * np.abs(answers[1] - answers[2]).max():.1f} percentage points" in told
    assert ("50 times as large" in told) == (spread == "wide")


def test_an_empty_field_says_what_is_used_instead() -> None:
    app = open_page("bert", step="embed", lang="en")
    assert not any("field is empty" in c.value for c in app.caption)
    typed_in(app, "bert_one_", "")
    assert_fine(app)
    assert any("field is empty" in c.value for c in app.caption)
    assert app.slider(key="bert_token").value == 1
    assert any(m.value.startswith("**1 ") for m in app.markdown)


def test_padding_without_a_mask_moves_the_vector() -> None:
    app = open_page("bert", step="breaks", bert_case="padding")
    masked, lost, without, leaked = (value_of(app, "padding", n) for n in range(4))
    assert masked == pytest.approx(1, abs=1e-6)
    assert lost == 0
    assert without < 0.95
    assert leaked > 0.05
    app.slider(key="bert_pads").set_value(0).run()
    assert_fine(app)
    assert value_of(app, "padding", 2) == pytest.approx(1, abs=1e-6)


def test_what_is_cut_off_changes_nothing() -> None:
    app = open_page("bert", step="breaks", bert_case="cut")
    assert_fine(app)
    at_end, in_front = value_of(app, "cut", 0), value_of(app, "cut", 1)
    assert at_end == pytest.approx(1, abs=1e-12)
    assert in_front < 0.9999


def test_a_query_is_found_by_meaning_and_by_words() -> None:
    app = open_page("search", step="find")
    assert_fine(app)
    typed_in(app, "search_query", "a bunny")
    assert_fine(app)
    assert value_of(app, "by_meaning")[0][1] > 0.3
    assert value_of(app, "by_words")[0][1] < value_of(app, "by_meaning")[0][1]
    typed_in(app, "search_query", "zzz")
    assert_fine(app)
    assert value_of(app, "by_words")[0][1] == 0


def test_labelled_sentences_are_learned_or_refused() -> None:
    app = open_page("search", step="train")
    assert_fine(app)
    meant, counted = (value_of(app, "splits", n).mean() for n in range(2))
    assert meant > 0.75 > counted
    field = app.text_area(key="search_lines_en")
    field.set_value("a: one\nb: two").run()
    assert not app.exception
    assert ["at least" in e.value for e in app.error] == [True]
    lines = [f"{label}: {label} {n}" for label in "xyz" for n in range(6)]
    field.set_value("\n".join(lines)).run()
    assert_fine(app)
    assert value_of(app, "confusion_meant").shape == (3, 3)


def test_captions_share_the_whole() -> None:
    app = open_page("clip", step="match", picture="cat")
    assert_fine(app)
    shares = [share for _cosine, share in value_of(app, "match")]
    assert sum(shares) == pytest.approx(1)
    assert int(np.argmax(shares)) == 1
    app.text_area(key="clip_captions").set_value("a dog\n\n a dog \na cat").run()
    assert_fine(app)
    assert len(value_of(app, "match")) == 2
    app.text_area(key="clip_captions").set_value("").run()
    assert_fine(app)
    assert len(value_of(app, "match")) == 5


def test_a_picture_without_a_caption_is_no_pair() -> None:
    app = open_page("clip", step="pairs", picture="clock")
    assert_fine(app)
    others = value_of(app, "pairs_cosines").shape
    assert others == (len(PAIRS), len(PAIRS))
    typed_in(app, "clip_own_", "a cat looks at the camera")
    assert_fine(app)
    assert value_of(app, "pairs_cosines").shape == (len(PAIRS) + 1, len(PAIRS) + 1)
    app = open_page("clip", step="pairs", picture="cat")
    assert (
        next(one for one in app.text_input if one.key.startswith("clip_own_")).value == PAIRS["cat"]
    )
    assert value_of(app, "pairs_cosines").shape == others


@pytest.mark.parametrize("picture", ["coffee", "gradient16", "clock"])
def test_what_is_said_of_the_cosines_is_so(picture: str) -> None:
    app = open_page("clip", step="breaks", picture=picture, lang="en")
    assert_fine(app)
    right, wrong = (max(c for c, _p in value_of(app, f"breaks_{s}")) for s in ("right", "wrong"))
    told = " ".join(c.value for c in app.caption)
    assert f"{wrong:.3f}" in told
    assert ("Only this lower cosine" in told) == (wrong < right)
    assert ("not even the cosine" in told) == (wrong >= right)


def test_the_list_of_a_search_counts_what_it_shows() -> None:
    app = open_page("search", step="find", lang="en", search_of="kong-yiji")
    assert_fine(app)
    assert "Listed: 8 of 27 sentences." in " ".join(c.value for c in app.caption)
    typed_in(app, "search_query", "酒")
    assert_fine(app)
    _best, cosine = value_of(app, "by_words")[0]
    assert cosine > 0
    told = [c.value for c in app.caption]
    assert "Shared with the query: 酒." in told
    assert not any("shares no" in t for t in told)
    app = open_page("search", step="alike", lang="en", search_of="kong-yiji")
    assert "of the first 12 of 27 sentences" in " ".join(c.value for c in app.caption)
