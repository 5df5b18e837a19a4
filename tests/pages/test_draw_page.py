"""Draw and see with a drawing of the learner's own: its answer, its code, its way to Fine-tuning."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.lab import files_of
from engine.vision.drawing import drawing_png
from tests.pages.harness import assert_fine, check_code, go, open_page

SEVEN = ((11, 1, 84, 70, 196, 70, 126, 224),)


@pytest.fixture(scope="module")
def app() -> AppTest:
    opened = open_page("draw", lang="en")
    opened.session_state["_sheet_digit"] = (0, SEVEN)
    opened.session_state["_sheet_shape"] = (0, SEVEN)
    opened.run()
    return opened


@pytest.mark.parametrize("step", ["paper", "inside", "breaks", "shapes"])
def test_the_code_draws_the_learners_file_again(app: AppTest, step: str, tmp_path: Path) -> None:
    go(app, "draw", step)
    assert_fine(app)
    views = app.session_state["_views"]
    own = [nodes for nodes in views.values() if "drawing.png" in files_of(*nodes)]
    assert own
    for nodes in own:
        assert files_of(*nodes)["drawing.png"]() == drawing_png(SEVEN)
    assert check_code(views.items(), tmp_path) > 0


def test_a_drawn_seven_is_read_as_a_seven(app: AppTest) -> None:
    go(app, "draw", "paper")
    (answer,) = app.session_state["_views"]["answer"]
    assert answer.value.argmax() == 7
    assert answer.value.max() > 0.9


def test_a_drawing_is_kept_and_the_paper_is_new(app: AppTest) -> None:
    go(app, "draw", "shapes")
    app.text_input(key="draw_label").set_value("hook").run()
    app.button(key="draw_keep").click().run()
    assert_fine(app)
    assert app.session_state["_drawings"] == {"hook": (drawing_png(SEVEN),)}
    assert app.session_state["_sheet_shape"] == (1, ())
    app.button(key="draw_keep").click().run()
    assert [warning.value for warning in app.warning] == ["Draw something first."]
    go(app, "timeline")
    go(app, "draw", "shapes")
    assert app.session_state["_drawings"] == {"hook": (drawing_png(SEVEN),)}
    assert app.session_state["_sheet_digit"] == (0, SEVEN)
    app.button(key="draw_last_0").click().run()
    assert_fine(app)
    assert app.session_state["_drawings"] == {}
