"""Every page of the catalogue: in both languages, with every step, every sample and broken input."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.catalogue import BY_NAME, LESSONS, Lesson
from components.i18n import LANGUAGES
from components.tray import PARAMETERS
from engine import samples
from engine.lab import Node
from tests.pages.harness import PAGE_STEPS, assert_fine, check_code, go, open_page

EVERY_SAMPLE = [
    (lesson, sample.name)
    for lesson in [page for page in LESSONS if page.kind]
    for sample in samples.SAMPLES
    if sample.kind == lesson.kind
]
SOUND_LESSONS = [page.name for page in LESSONS if page.section == "sound"]
EVERY_STEP = [(name, step) for name, steps in PAGE_STEPS.items() for step in steps]
#: Their scripts load torch, which takes longer than most of them, so one process runs a whole lesson.
WITH_TORCH = ("network", "training")
NETWORK_LESSONS = [
    page.name for page in LESSONS if page.section in WITH_TORCH and page.name != "models"
]
STEPS_ON_DATA = [(name, step) for name, step in EVERY_STEP if name not in NETWORK_LESSONS]


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


def views_of(name: str, step: str) -> list[tuple[str, tuple[Node, ...]]]:
    """The views of a step as a link opens it; every step but the questions has some."""
    views = open_page(name, step=step).session_state["_views"]
    assert views or step == "predict" or name == "models", "a step without a view"
    return [(f"{step}: {key}", nodes) for key, nodes in views.items()]


def views_of_every_choice(name: str, step: str) -> list[tuple[str, tuple[Node, ...]]]:
    """The views of a step with each option of each choice on it."""
    first = open_page(name, step=step)
    views = []
    for parameter, options in first.session_state["_choices"].items():
        for option in options if parameter not in ("lang", "step") else ():
            app = open_page(name, step=step, **{parameter: option})
            assert_fine(app)
            found = app.session_state["_views"].items()
            views += [(f"{step}, {parameter}={option}: {key}", nodes) for key, nodes in found]
    return views


@pytest.mark.parametrize(("name", "step"), STEPS_ON_DATA)
def test_the_code_of_a_step_gives_the_same_numbers(name: str, step: str, tmp_path: Path) -> None:
    if views := views_of(name, step) + views_of_every_choice(name, step):
        assert check_code(views, tmp_path) > 0


@pytest.mark.parametrize("name", NETWORK_LESSONS)
def test_the_code_of_a_lesson_on_networks_gives_the_same_numbers(name: str, tmp_path: Path) -> None:
    views = []
    for step in PAGE_STEPS[name]:
        views += views_of(name, step) + views_of_every_choice(name, step)
    assert check_code(views, tmp_path) > 0


@pytest.mark.parametrize(
    ("lesson", "sample"), EVERY_SAMPLE, ids=[f"{page.name}-{name}" for page, name in EVERY_SAMPLE]
)
def test_every_sample_in_every_lesson(lesson: Lesson, sample: str) -> None:
    first, *others = PAGE_STEPS[lesson.name]
    if lesson.kind == "sound" or lesson.section in WITH_TORCH:
        # Many samples, or slow steps: each sample meets the last step and another one.
        names = [s.name for s in samples.SAMPLES if s.kind == lesson.kind]
        others = [others[names.index(sample) % len(others)], others[-1]]
    app = open_page(lesson.name, step=first, **{PARAMETERS[lesson.kind]: sample})
    assert_fine(app)
    if sample != (lesson.sample or samples.DEFAULTS[lesson.kind]):
        assert app.query_params[PARAMETERS[lesson.kind]] in (sample, [sample])
    for step in others:
        assert_fine(go(app, lesson.name, step))


@pytest.mark.parametrize("sample", ["pixel-art", "gradient16", "glass", "clock", "temple"])
def test_the_code_holds_for_unusual_pictures(sample: str, tmp_path: Path) -> None:
    views = []
    for step in PAGE_STEPS["pixels"]:
        app = open_page("pixels", step=step, picture=sample)
        views += app.session_state["_views"].items()
    assert check_code(views, tmp_path) > 0


@pytest.mark.parametrize(
    "query",
    [
        {"sound": "guitar", "part": "1.5-2.5", "channel": "2"},
        {"sound": "left-right", "part": "0.5-0.6", "channel": "1"},
        {"sound": "tabla", "part": "3-4"},
    ],
    ids=lambda query: query["sound"],
)
def test_the_code_holds_for_a_part_and_a_channel(query: dict[str, str], tmp_path: Path) -> None:
    name = SOUND_LESSONS[0]
    app = open_page(name, step=PAGE_STEPS[name][0], **query)
    views = list(app.session_state["_views"].items())
    for step in PAGE_STEPS[name][1:]:
        views += go(app, name, step).session_state["_views"].items()
    assert check_code(views, tmp_path) > 0


@pytest.mark.parametrize(
    "name", [page.name for page in LESSONS if page.section and any(PAGE_STEPS[page.name])]
)
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
        {"sound": "guitar", "part": "99999-1", "channel": "-3", "t": "nan", "span": "5,1"},
        {"sound": "coffee", "part": "1e3-2", "channel": "<b>", "t": "1e999", "span": "a"},
    ],
)
def test_nonsense_in_a_link_falls_back(name: str, query: dict[str, str]) -> None:
    assert_fine(open_page(name, **query))


def test_a_link_opens_the_frame_that_it_names() -> None:
    app = open_page("pixels", picture="clock", frame="5")
    assert_fine(app)
    assert [slider.value for slider in app.slider if str(slider.key).startswith("frame_")] == [5]
    assert app.query_params["frame"] == ["5"] or app.query_params["frame"] == "5"


def test_a_link_opens_the_part_and_the_channel_that_it_names() -> None:
    name = SOUND_LESSONS[0]
    app = open_page(name, sound="guitar", part="1.5-4", channel="2")
    assert_fine(app)
    assert [s.value for s in app.slider if str(s.key).startswith("part_")] == [(1.5, 4.0)]
    assert [s.value for s in app.selectbox if str(s.key).startswith("channel_")] == ["2"]
    for key, value in (("part", "1.5-4"), ("channel", "2")):
        assert app.query_params[key] in (value, [value])
    # Another sound begins with its own first seconds and all its channels.
    app.segmented_control(key="tray_way").set_value("sample")
    app.session_state["tray_panel"] = True
    app.run()
    app.button(key="tray_sample_tabla").click().run()
    assert_fine(app)
    assert [s.value for s in app.slider if str(s.key).startswith("part_")] == [(0.0, 10.0)]
    assert [s.value for s in app.selectbox if str(s.key).startswith("channel_")] == ["mean"]
    assert "part" not in app.query_params
    assert "channel" not in app.query_params
