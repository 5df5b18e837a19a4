"""What goes wrong inside the app: one calm sentence with a number, and the traceback in the log."""

from __future__ import annotations

import ast
import functools
import logging
import re
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from streamlit.runtime.scriptrunner import RerunData
from streamlit.testing.v1 import AppTest, local_script_runner

from components import chooser, guard, preview, quiz, show, tray
from components.i18n import LANGUAGES, _catalogue
from engine.errors import N_, UserError
from engine.image import histogram
from tests.faults.test_pages_with_bad_files import (
    GOOD,
    in_tray,
    one_sentence,
)
from tests.pages.harness import ROOT, assert_fine, go, open_page, upload

SECRET = "/home/teacher/secret/path.py has the password 1234"
FRIENDLY = (
    "Something went wrong in this part of the page; your data is still here. "
    "Try another setting or another file. If it happens again, tell your teacher "
    "this number: {number}."
)
NUMBER = re.compile(r"\b[0-9a-f]{6}\b")


def fails(*_args: Any, **_params: Any) -> NoReturn:
    raise RuntimeError("/home/teacher/secret/path.py has the password 1234")


def channel_histogram(pixels: np.ndarray, *, bins: int, lo: float, hi: float) -> np.ndarray:
    """Stands in for the engine's function of that name."""
    raise RuntimeError("/home/teacher/secret/path.py has the password 1234")


def friendly(app: AppTest, language: str, caplog: pytest.LogCaptureFixture) -> str:
    """The page says the sentence in its language; the log has the rest under the same number."""
    shown = one_sentence(app)
    for word in ("secret", "path.py", "password", "RuntimeError", "Error", 'File "', ".py", "/"):
        assert word not in shown, word
    number = NUMBER.findall(shown)[-1]
    assert shown == _catalogue(language).get(FRIENDLY, FRIENDLY).format(number=number)
    records = [r for r in caplog.records if r.name == "numeroscope" and r.levelno >= logging.ERROR]
    record = records[-1]
    assert number in record.getMessage()
    assert record.exc_info
    assert isinstance(record.exc_info[1], RuntimeError)
    text = caplog.handler.format(record)
    assert SECRET in text
    assert "Traceback (most recent call last)" in text
    return number


def test_the_sentence_is_the_one_in_the_code() -> None:
    source = ast.parse(Path(guard.__file__).read_text(encoding="utf-8"))
    constants = {node.value for node in ast.walk(source) if isinstance(node, ast.Constant)}
    assert FRIENDLY in constants


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_engine_function_that_raises(
    language: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(histogram, "channel_histogram", channel_histogram)
        app = open_page("pixels", step="look", lang=language)
        first = friendly(app, language, caplog)
        app.run()
        assert friendly(app, language, caplog) != first, "each failure has its own number"
        # Other steps and other lessons know nothing of it.
        for name, step in (("pixels", "stored"), ("channels", "split"), ("home", "")):
            assert_fine(go(app, name, step))
    assert_fine(go(app, "pixels", "look"))
    assert app.session_state["lang"] == language


@pytest.mark.parametrize(
    ("module", "name", "page", "rest", "language"),
    [
        (chooser, "facts", "pixels", "step_pixels", "en"),  # the tray's bar; the lesson goes on
        (tray, "picture", "pixels", "tray_upload", "zh"),  # the lesson; the tray goes on
        (show, "pictures", "channels", "step_channels", "en"),  # one view; the steps go on
        (quiz, "question", "pixels", "step_pixels", "zh"),
        (preview, "draw", "home", "home_upload", "en"),
    ],
)
def test_what_fails_takes_the_rest_of_the_page_with_it_no_further(
    module: Any,
    name: str,
    page: str,
    rest: str,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = open_page(page, lang=language)
    assert_fine(app)
    monkeypatch.setattr(module, name, fails)
    if module is quiz:
        go(app, page, "predict")
    else:
        app.run()
    assert not app.exception
    assert app.error
    if len(app.error) == 1:
        friendly(app, language, caplog)
    for error in app.error:
        assert "secret" not in error.value
        assert NUMBER.search(error.value)
    keys = {widget.key for kind in ("button_group", "file_uploader") for widget in app.get(kind)}
    keys |= {node.key for node in app._tree if getattr(node, "key", None)}
    assert rest in keys
    assert "lang" in keys


def test_an_upload_that_breaks_the_program_leaves_the_tray(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault that is not foreseen while a file is opened; a mended program takes the next file."""
    app = open_page("pixels")
    upload(app, "tray_upload", "good.png", GOOD)
    before = in_tray(app)
    with monkeypatch.context() as patch:
        patch.setattr(tray, "open_source", fails)
        upload(app, "tray_upload", "other.png", GOOD + b"x")
        friendly(app, "en", caplog)
    assert in_tray(app) is before
    app.run()
    assert not app.exception
    assert in_tray(app) is before
    upload(app, "tray_upload", "next.png", GOOD + b"y")
    assert_fine(app)
    assert in_tray(app).name == "next.png"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_user_error_shows_its_sentence_with_escaped_fields(
    language: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    name = "**bold** [a](javascript:b) <img src=x onerror=c> :red[d] $e$ `f`\n# g {h}"

    def refuse(*_args: Any, **_params: Any) -> NoReturn:
        raise UserError(N_("The file {name} has {count} faults."), name=name, count=1234)

    app = open_page("pixels", lang=language)
    caplog.clear()
    with monkeypatch.context() as patch:
        patch.setattr(tray, "picture", refuse)
        app.run()
    assert not app.exception
    (error,) = app.error
    assert re.sub(r"\\(.)", r"\1", error.value) == (
        f"The file {' '.join(name.split())} has 1234 faults."
    )
    assert not re.search(r"[*_`<>\[\]$:#{}]", re.sub(r"\\.", "", error.value))
    assert "\n" not in error.value
    # Nobody has to look into the log for what the person can mend.
    assert not [r for r in caplog.records if r.name == "numeroscope" and r.levelno > logging.INFO]
    # While the tray is filled it is kept, and shown in the same way.
    with monkeypatch.context() as patch:
        patch.setattr(tray, "open_source", refuse)
        upload(app, "tray_upload", name, GOOD)
    assert [shown.value for shown in app.error] == [error.value]
    assert app.session_state["_refused"].params["name"] == name


SIGNALS = """
import streamlit as st
from components.guard import fragment, guard

st.session_state["runs"] = st.session_state.get("runs", 0) + 1
what = st.session_state.get("what", "")

@fragment
def part():
    st.text("part begins")
    if what == "fragment stop":
        st.stop()
    if what == "fragment rerun" and st.session_state["runs"] == 1:
        st.rerun()
    st.text("part ends")

with guard("test"):
    if what == "stop":
        st.stop()
    if what == "rerun" and st.session_state["runs"] == 1:
        st.rerun()
    part()
st.text("end")
"""


@pytest.mark.parametrize(
    ("what", "runs", "texts"),
    [
        ("", 1, ["part begins", "part ends", "end"]),
        ("stop", 1, []),
        ("rerun", 2, ["part begins", "part ends", "end"]),
        ("fragment stop", 1, ["part begins"]),
        ("fragment rerun", 2, ["part begins", "part ends", "end"]),
    ],
)
def test_stop_and_rerun_pass_through(what: str, runs: int, texts: list[str]) -> None:
    app = AppTest.from_string(SIGNALS, default_timeout=120)
    app.session_state["what"] = what
    app.run()
    assert not app.exception
    assert not app.error
    assert app.session_state["runs"] == runs
    assert [text.value for text in app.text] == texts


def rerun_fragments(app: AppTest) -> AppTest:
    """Run the page's outermost fragments alone, as a click inside them does; app.py does not run."""
    storage = app._fragment_storage
    outermost = [key for key in storage._fragments if storage._parent_by_id.get(key) is None]
    assert outermost
    data = functools.partial(RerunData, fragment_id_queue=outermost)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "RerunData", data)
        return app.run()


def test_a_rerun_of_a_fragment_alone_works() -> None:
    app = open_page("pixels", step="look")
    app.session_state["_views"] = {}
    rerun_fragments(app)
    assert_fine(app)
    assert not app.title, "app.py and the page did not run"
    assert list(app.session_state["_views"]) == ["pixels"]


@pytest.mark.parametrize(
    ("page", "step", "language"),
    [("pixels", "look", "en"), ("frequency", "filter", "zh"), ("phase", "build", "en")],
)
def test_reruns_of_fragments_are_guarded(
    page: str,
    step: str,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = go(open_page(page, lang=language), page, step)
    assert_fine(app)
    with monkeypatch.context() as patch:
        patch.setattr(show, "pictures", fails)
        rerun_fragments(app)
        assert not app.title
        friendly(app, language, caplog)
    app.run()
    assert_fine(app)


def test_a_user_error_in_a_fragment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_params: Any) -> NoReturn:
        raise UserError(N_("Too {what}."), what="*much*")

    app = open_page("pixels", step="look")
    monkeypatch.setattr(show, "pictures", refuse)
    rerun_fragments(app)
    assert not app.exception
    assert [error.value for error in app.error] == ["Too \\*much\\*."]


def test_every_fragment_is_a_guarded_one() -> None:
    """`st.fragment` itself is used in one place: the wrapper that guards it."""
    for path in [*(ROOT / "pages").glob("*.py"), *(ROOT / "components").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        used = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        assert path.name == "guard.py" or "st.fragment" not in used, path.name


def test_no_callback_runs_outside_the_guard() -> None:
    """A callback runs before app.py, where nothing guards it; so there is none that does anything.

    A component must be given callbacks; `blobs.nothing` is one that does nothing.
    """
    for path in [
        ROOT / "app.py",
        *(ROOT / "pages").glob("*.py"),
        *(ROOT / "components").glob("*.py"),
    ]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and (node.arg or "").startswith("on_"):
                given = ast.unparse(node.value)
                idle = given == "blobs.nothing"
                assert idle or isinstance(node.value, ast.Constant), (path.name, given)
