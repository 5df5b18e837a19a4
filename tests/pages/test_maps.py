"""Maps: a run through the job, watched, kept, stopped, failed; and what the browser sends, checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import scatter
from engine.errors import UserError
from engine.lab import Node
from engine.sources import open_source
from engine.vectors.steps import shown_epochs
from tests.pages.harness import LONG, assert_fine, check_code, go, job_of, open_page


def ancestors(node: Node) -> Iterator[Node]:
    """A node and all that it comes from."""
    yield node
    for one in node.inputs:
        yield from ancestors(one)


def begin(method: str, epochs: int, seed: int = 0) -> AppTest:
    """Open a step, set its parameters and press Run."""
    app = open_page("maps", step=method)
    app.slider(key=f"{method}_epochs").set_value(epochs)
    app.slider(key=f"{method}_seed").set_value(seed).run()
    app.button(key=f"run_{method}").click().run()
    assert_fine(app)
    return app


@pytest.mark.parametrize(("method", "epochs"), [("umap", 12), ("tsne", 262)])
def test_a_run_is_watched_and_its_code_gives_the_same(
    method: str, epochs: int, tmp_path: Path
) -> None:
    app = begin(method, epochs)
    assert job_of(app).finished.wait(LONG)
    app.run()
    assert_fine(app)
    assert f"run_{method}" not in [button.key for button in app.button]
    views = app.session_state["_views"]
    assert method in views
    assert check_code([(method, views[method])], tmp_path) == 4
    # Another step of the same run, and back from another page: nothing has to run again.
    slider = app.select_slider(key=f"{method}_step")
    assert slider.value == epochs
    slider.set_value(shown_epochs(epochs)[1]).run()
    assert_fine(app)
    before = views[method][0].key
    assert app.session_state["_views"][method][0].key != before
    go(app, "onehot")
    go(app, "maps", method)
    assert_fine(app)
    assert method in app.session_state["_views"]


def test_stop_ends_a_run_and_leaves_what_there_is() -> None:
    app = begin("umap", 1000, seed=7)
    job = job_of(app)
    app.button(key="stop_umap").click().run()
    assert_fine(app)
    assert job.finished.wait(LONG)
    assert job.state == "stopped"
    app.run()
    assert "run_umap" in [button.key for button in app.button]


def test_a_run_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    app = begin("tsne", 1000, seed=9)
    job = job_of(app)
    job.stop(app.session_state["_session"])
    assert job.finished.wait(LONG)
    monkeypatch.setattr(job, "error", UserError("This run broke off. Start it again."))
    app.run()
    assert [error.value for error in app.error] == ["This run broke off. Start it again."]
    assert not app.exception


@pytest.mark.parametrize("points", ["own", "sentences"])
def test_a_short_sample_gives_way_to_a_book_unless_it_is_asked_for(points: str) -> None:
    app = open_page("maps", step="compare", points=points, text="order", timeout=240)
    assert_fine(app)
    assert not app.info
    assert app.session_state["map_text_en"] == "pride"
    assert len(app.session_state["_views"]["compare"][0].value) >= 100
    app.session_state["map_text_en"] = "yours"
    app.run()
    assert_fine(app)
    assert len(app.info) == (points == "own")  # it has three sentences, and two known words


@pytest.mark.parametrize(
    ("query", "word", "count"),
    [
        ({"lang": "zh"}, "玄德", 365),
        ({"lang": "en"}, "cat", 324),
        ({"lang": "en", "text": "kong-yiji"}, "玄德", 365),
        ({"lang": "zh", "tongue": "en"}, "cat", 324),
        ({"lang": "en", "tongue": "zh"}, "玄德", 365),
    ],
)
def test_words_in_groups_are_in_the_learners_language_or_in_the_one_that_is_asked_for(
    query: dict[str, str], word: str, count: int, tmp_path: Path
) -> None:
    app = open_page("maps", step="compare", **query)
    assert_fine(app)
    views = app.session_state["_views"]
    assert len(views["compare"][0].value) == count
    (names,) = {n.value for n in ancestors(views["compare"][0]) if isinstance(n.value, tuple)}
    assert word in names
    line = next(m.value for m in app.markdown if m.value.startswith(("**Groups", "**类别")))
    assert ("56%" if count == 365 else "84%") in line
    assert check_code([("compare", views["compare"])], tmp_path) == 4


@pytest.mark.parametrize("method", ["umap", "tsne"])
def test_a_learners_own_text_is_taken_at_once_and_limits_the_sliders(method: str) -> None:
    app = open_page("maps", step=method, points="own", lang="en")
    words = [
        "cat",
        "dog",
        "horse",
        "tiger",
        "lion",
        "wolf",
        "rabbit",
        "bear",
        "mouse",
        "bird",
        "fish",
        "snake",
    ]
    for count in (12, 4):
        text = " ".join(words[:count]).encode()
        app.session_state["_sources"] = {"text": open_source("animals.txt", text)}
        app.run()
        assert_fine(app)
        assert app.session_state["map_text_own"] == "yours"
        if count == 12:
            key = {"umap": "umap_near", "tsne": "tsne_perp"}[method]
            assert app.slider(key=key).max == 11
            assert not app.info
            assert f"run_{method}" in [button.key for button in app.button]
    (said,) = app.info
    assert "at least 10 different points, and here are 4" in said.value
    assert f"run_{method}" not in [button.key for button in app.button]


@pytest.mark.parametrize("step", ["pca", "umap", "tsne", "read", "predict"])
def test_every_step_in_chinese(step: str) -> None:
    app = open_page("maps", step=step, lang="zh")
    assert_fine(app)
    if step == "pca":
        slider = app.slider(key="words_sanguo")
        assert (slider.max, slider.value) == (6000, 6000)
        assert "《三国演义》" in " ".join(c.value for c in app.caption)


def test_a_chinese_text_on_the_map_of_chinese_vectors() -> None:
    app = open_page("maps", step="compare", points="own", lang="zh")
    assert_fine(app)
    assert app.session_state["vectors_zh"] == "sanguo"
    assert app.session_state["map_text_zh"] == "kingdoms"
    assert len(app.session_state["_views"]["compare"][0].value) >= 50


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"pick": {"at": 3, "content": "c"}}, 3),
        ({"pick": {"at": 5, "content": "c"}}, None),
        ({"pick": {"at": 3, "content": "other"}}, None),
        ({"pick": {"at": -1, "content": "c"}}, None),
        ({"pick": {"at": True, "content": "c"}}, None),
        ({"pick": {"at": 1.5, "content": "c"}}, None),
        ({"pick": [3]}, None),
        ({"pick": {"at": None, "content": "c"}}, None),
        (None, None),
    ],
)
def test_what_the_browser_says_is_checked(
    sent: object, expected: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scatter.st, "session_state", {"scatter_k": sent})
    assert scatter.chosen("k", "c", 5) == expected
