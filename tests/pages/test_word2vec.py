"""Training on the page of word2vec: run, watched, stopped, kept, and its code."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.sources import open_source
from engine.vectors.static import open_table
from tests.pages.harness import LONG, assert_fine, check_code, go, job_of, open_page

SMALL = {"w2v_corpus": "invented", "w2v_size": "8", "w2v_noise": "3"}


def trained(**query: str) -> AppTest:
    app = open_page("word2vec", step="train", **(SMALL | query))
    assert_fine(app)
    app.button(key="run_w2v").click().run()
    deadline = time.monotonic() + LONG
    while "map" not in app.session_state["_views"]:
        assert time.monotonic() < deadline
        time.sleep(0.3)
        app.run()
        assert_fine(app)
    return app


def test_training_is_shown_and_its_code_gives_the_same(tmp_path: Path) -> None:
    app = trained(w2v_epochs="4")
    views = dict(app.session_state["_views"])
    assert {"loss", "near", "map"} <= set(views)
    app.slider(key="w2v_epoch").set_value(2).run()
    assert_fine(app)
    scrubbed = {f"2 {key}": nodes for key, nodes in app.session_state["_views"].items()}
    wanted = {key: nodes for key, nodes in (views | scrubbed).items() if "first_" not in key}
    assert check_code(wanted.items(), tmp_path) > 6
    # The matrices are those of this run, and other pages find the vectors.
    kept = app.session_state["_word2vec"]
    table = open_table(kept.file.value)
    assert table.words == kept.corpus.words.value
    assert table.rows.shape == (len(table.words), 8)
    go(app, "word2vec", "matrices")
    assert_fine(app)
    assert any("last training" in c.value for c in app.caption)
    views = {k: v for k, v in app.session_state["_views"].items() if k in ("matrices", "score")}
    assert check_code(views.items(), tmp_path) > 3


@pytest.mark.parametrize("corpus", ["invented", "own"])
def test_other_pages_offer_what_was_trained(corpus: str, tmp_path: Path) -> None:
    app = open_page("embeddings", step="nearest", vectors="own")
    assert "own" not in app.session_state["_choices"]["vectors"]  # nothing was trained yet
    assert app.session_state["vectors_en"] == "glove"
    app = trained(w2v_epochs="3", w2v_corpus=corpus)
    kept = app.session_state["_word2vec"]
    views = {}
    for page, step in (("embeddings", "nearest"), ("embeddings", "analogy"), ("maps", "compare")):
        app.session_state["vectors_en"] = "own"
        app.session_state["points"] = "own"
        go(app, page, step)
        assert_fine(app)
        assert app.session_state["vectors_en"] == "own"
        assert not app.info, [info.value for info in app.info]
        views[step] = app.session_state["_views"][step]
    words = set(kept.corpus.words.value)
    assert {word for word, *_rest in views["nearest"][0].value} <= words
    assert {word for word, *_rest in views["analogy"][0].value} <= words
    assert len(views["compare"][0].value) == len(words)
    assert check_code(views.items(), tmp_path) > 4


def test_a_run_can_be_stopped_and_outlives_a_change_of_page() -> None:
    app = open_page("word2vec", step="train", w2v_corpus="pride", w2v_epochs="30", w2v_thin="no")
    app.button(key="run_w2v").click().run()
    assert_fine(app)
    job = job_of(app)
    go(app, "word2vec", "matrices")
    assert any("training is under way" in c.value for c in app.caption)
    go(app, "onehot")
    assert not job.finished.is_set()
    go(app, "word2vec", "train")
    assert_fine(app)
    while not job.count:
        time.sleep(0.1)
    app.run()
    assert_fine(app)
    app.button(key="stop_w2v").click().run()
    assert job.finished.wait(LONG)
    assert job.state == "stopped"
    assert job.count < 30
    app.run()
    assert_fine(app)
    assert app.button(key="run_w2v")


def test_another_text_has_other_words() -> None:
    app = open_page("word2vec", step="train", w2v_corpus="pride")
    for name in ("kingdoms", "invented", "own"):
        app.selectbox(key="w2v_corpus").set_value(name).run()
        assert_fine(app)


def test_the_window_moves_over_the_text() -> None:
    app = open_page("word2vec", step="pairs")
    first = app.slider(key="w2v_place").value
    next(b for b in app.button if b.label == "On").click().run()
    assert_fine(app)
    assert app.slider(key="w2v_place").value == first + 1
    app.slider(key="w2v_place").set_value(3).run()
    for _n in range(5):
        next(b for b in app.button if b.label == "Back").click().run()
    assert app.slider(key="w2v_place").value == 1


def test_three_words_leave_none_to_be_the_result_of_an_analogy() -> None:
    app = trained(w2v_corpus="own", text="love", w2v_epochs="2")
    assert len(app.session_state["_word2vec"].corpus.words.value) == 3
    app.session_state["vectors_en"] = "own"
    go(app, "embeddings", "analogy")
    assert_fine(app)
    assert len(app.info) == 1
    app.session_state["vectors_en"] = "own"
    go(app, "embeddings", "nearest")
    assert_fine(app)
    assert any(c.value.startswith("The 2 words nearest") for c in app.caption)


def test_the_chinese_page_begins_with_the_chinese_novel(tmp_path: Path) -> None:
    app = open_page("word2vec", step="train", lang="zh")
    assert_fine(app)
    assert app.session_state["w2v_corpus"] == "kingdoms"
    (watched,) = [box for box in app.selectbox if box.key.startswith("w2v_word")]
    assert watched.value == "玄德"
    app = open_page("word2vec", step="pairs", lang="zh", text="kong-yiji", w2v_corpus="own")
    assert_fine(app)
    views = app.session_state["_views"]
    assert any("掌柜" in node.value for node in views["pairs"] if isinstance(node.value, tuple))
    for step in ("matrices", "breaks", "predict"):
        assert_fine(open_page("word2vec", step=step, lang="zh", text="kong-yiji"))


@pytest.mark.parametrize("text", ["咖啡\n\n茶\n\n水\n\n咖啡", "one two"])
def test_every_text_leaves_three_questions(text: str) -> None:
    app = open_page("word2vec", step="predict", lang="zh")
    app.session_state["_sources"] = {"text": open_source("short.txt", text.encode())}
    app.run()
    assert_fine(app)
    assert app.session_state["w2v_corpus_own"] == "own"
    assert len([p for p in app.get("pills") if str(p.key).startswith("quiz_")]) == 4
    assert any("太短" in caption.value for caption in app.caption)  # the questions are about a book


def test_a_text_of_three_words_learns_nothing_when_it_is_thinned_out() -> None:
    query = SMALL | {"w2v_corpus": "own", "w2v_epochs": "2", "w2v_thin": "yes"}
    app = open_page("word2vec", step="train", text="love", **query)
    app.button(key="run_w2v").click().run()
    deadline = time.monotonic() + LONG
    while not app.info:
        assert time.monotonic() < deadline
        time.sleep(0.3)
        app.run()
        assert_fine(app)
    assert "Nothing was learnt" in app.info[0].value
    assert not {"near", "loss"} & set(app.session_state["_views"])
