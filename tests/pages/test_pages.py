"""Every page of the catalogue: in both languages, with every step, every sample and broken input."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.catalogue import BY_NAME, LESSONS
from components.i18n import LANGUAGES
from components.tray import PARAMETERS
from engine import samples
from tests.pages.harness import PAGE_STEPS, assert_fine, check_code, open_page

PICTURES = [sample.name for sample in samples.SAMPLES if sample.kind == "image"]
EVERY_STEP = [(name, step) for name, steps in PAGE_STEPS.items() for step in steps]


def test_the_catalogue_is_what_lies_in_pages() -> None:
    assert {page.name for page in LESSONS} == set(PAGE_STEPS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "step"), EVERY_STEP)
def test_every_step_opens_in_every_language(name: str, step: str, language: str) -> None:
    app = open_page(name, step=step, lang=language)
    assert_fine(app)
    assert app.session_state["lang"] == language
    if step:
        assert app.session_state[f"step_{name}"] == step


@pytest.mark.parametrize(("name", "step"), EVERY_STEP)
def test_the_code_of_every_view_gives_the_same_numbers(
    name: str, step: str, tmp_path: Path
) -> None:
    app = open_page(name, step=step)
    views = app.session_state["_views"]
    assert views or step == "predict", "a step without a view"
    if views:
        assert check_code(views.items(), tmp_path) > 0


@pytest.mark.parametrize(("name", "step"), EVERY_STEP)
def test_the_code_holds_for_every_choice_on_the_page(name: str, step: str, tmp_path: Path) -> None:
    first = open_page(name, step=step)
    views = []
    for parameter, options in first.session_state["_choices"].items():
        for option in options if parameter not in ("lang", "step") else ():
            app = open_page(name, step=step, **{parameter: option})
            assert_fine(app)
            found = app.session_state["_views"].items()
            views += [(f"{parameter}={option}: {key}", nodes) for key, nodes in found]
    if views:
        assert check_code(views, tmp_path) > 0


@pytest.mark.parametrize("sample", PICTURES)
@pytest.mark.parametrize("name", [page.name for page in LESSONS if page.kind == "image"])
def test_every_sample_in_every_lesson(name: str, sample: str, tmp_path: Path) -> None:
    for step in PAGE_STEPS[name]:
        app = open_page(name, step=step, **{PARAMETERS["image"]: sample})
        assert_fine(app)


@pytest.mark.parametrize("sample", ["pixel-art", "gradient16", "glass", "clock", "temple"])
def test_the_code_holds_for_unusual_pictures(sample: str, tmp_path: Path) -> None:
    views = []
    for step in PAGE_STEPS["pixels"]:
        app = open_page("pixels", step=step, picture=sample)
        views += app.session_state["_views"].items()
    assert check_code(views, tmp_path) > 0


@pytest.mark.parametrize("name", [page.name for page in LESSONS if page.kind])
def test_each_lesson_asks_at_least_three_questions(name: str) -> None:
    app = open_page(name, step="predict")
    keys = [pill.key for pill in app.get("pills") if str(pill.key).startswith("quiz_")]
    assert len(keys) >= 3
    for key in keys:
        right = key.rsplit("_", 1)[1]
        app.get_by_key(key).set_value(right).run()
        assert_fine(app)
    assert len(app.success) == len(keys)


@pytest.mark.parametrize("name", list(BY_NAME))
@pytest.mark.parametrize(
    "query",
    [
        {"step": "nonsense", "lang": "xx", "picture": "nobody", "frame": "-7", "at": "a,b"},
        {"step": "<script>", "at": "999999,1", "zoom": "1,2,3", "cut": "1e999", "cutoff": "x"},
        {"space": "rgb', 1)", "kind": "🙂", "error": "99999999999999999999", "waves": "3"},
    ],
)
def test_nonsense_in_a_link_falls_back(name: str, query: dict[str, str]) -> None:
    assert_fine(open_page(name, **query))


def test_a_link_opens_the_frame_that_it_names() -> None:
    app = open_page("pixels", picture="clock", frame="5")
    assert_fine(app)
    assert [slider.value for slider in app.slider if str(slider.key).startswith("frame_")] == [5]
    assert app.query_params["frame"] == ["5"] or app.query_params["frame"] == "5"
