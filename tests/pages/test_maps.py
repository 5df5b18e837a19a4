"""Maps: a run through the job, watched, kept, stopped, failed; and what the browser sends, checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import scatter
from engine import work
from engine.errors import UserError
from tests.pages.harness import assert_fine, check_code, go, open_page


def node_of_run(app: AppTest) -> work.Job:
    """The job that this session waits for."""
    watcher = app.session_state["_session"]
    (job,) = [job for job in list(work._jobs.values()) if watcher in job._watchers]
    return job


def begin(method: str, epochs: int, seed: int = 0) -> AppTest:
    """Open a step, set its parameters and press Run."""
    app = open_page("maps", step=method, timeout=120)
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
    assert node_of_run(app).finished.wait(300)
    app.run()
    assert_fine(app)
    assert f"run_{method}" not in [button.key for button in app.button]
    views = app.session_state["_views"]
    assert method in views
    assert check_code([(method, views[method])], tmp_path) == 4
    # Another step of the same run, and back from another page: nothing has to run again.
    app.slider(key=f"{method}_step").set_value(2).run()
    assert_fine(app)
    before = views[method][0].key
    assert app.session_state["_views"][method][0].key != before
    go(app, "onehot")
    go(app, "maps", method)
    assert_fine(app)
    assert method in app.session_state["_views"]


def test_stop_ends_a_run_and_leaves_what_there_is() -> None:
    app = begin("umap", 1000, seed=7)
    job = node_of_run(app)
    app.button(key="stop_umap").click().run()
    assert_fine(app)
    assert job.finished.wait(60)
    assert job.state == "stopped"
    app.run()
    assert "run_umap" in [button.key for button in app.button]


def test_a_run_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    app = begin("tsne", 1000, seed=9)
    job = node_of_run(app)
    job.stop(app.session_state["_session"])
    assert job.finished.wait(60)
    monkeypatch.setattr(job, "error", UserError("This run broke off. Start it again."))
    app.run()
    assert [error.value for error in app.error] == ["This run broke off. Start it again."]
    assert not app.exception


@pytest.mark.parametrize(("points", "choice"), [("own", "map_en"), ("sentences", "map_sentences")])
def test_a_short_text_gives_way_to_a_longer_one_unless_it_is_asked_for(
    points: str, choice: str
) -> None:
    app = open_page("maps", step="compare", points=points, text="order")
    assert_fine(app)
    assert not app.info
    assert app.session_state[choice] == "alice"
    assert len(app.session_state["_views"]["compare"][0].value) >= 10
    app.session_state[choice] = "yours"
    app.run()
    assert_fine(app)
    assert len(app.info) == (points == "own")  # it has three sentences, and two known words


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
