"""Many visitors at once: nothing of one reaches another, and equal work is done once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.runtime import Runtime
from streamlit.runtime.caching.storage.dummy_cache_storage import MemoryCacheStorageManager
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.testing.v1 import AppTest, app_test
from streamlit.testing.v1.util import patch_config_options

from engine import lab as spine
from engine import samples
from engine.image import histogram
from engine.image.read import read_rgb
from tests.faults.test_pages_with_bad_files import (
    EVERY_PICTURE_STEP,
    GOOD,
    in_tray,
    saved,
)
from tests.pages.harness import assert_fine, everything_under, go, open_page, upload

STEPS = (("pixels", "look"), ("channels", "range"), ("frequency", "filter"), ("phase", "build"))


def picture(number: int) -> bytes:
    """A picture that no other visitor has."""
    random = np.random.default_rng(100 + number)
    return saved("PNG", random.integers(0, 256, (20 + number, 33, 3), dtype=np.uint8))


def visitor(number: int) -> AppTest:
    app = open_page("pixels", lang="zh" if number % 2 else "en")
    return upload(app, "tray_upload", f"visitor {number}.png", picture(number))


def check_owner(app: AppTest, number: int, *, steps: Any = STEPS) -> None:
    """Everything that this visitor sees was computed from this visitor's file."""
    data = picture(number)
    assert_fine(app)
    source = in_tray(app)
    assert source.data == data
    assert source.name == f"visitor {number}.png"
    expected = read_rgb(data)
    for name, step in steps:
        go(app, name, step)
        assert_fine(app)
        assert app.session_state["lang"] == ("zh" if number % 2 else "en")
        assert any(f"visitor {number}\\.png" in m.value for m in app.markdown), (name, step)
        views = app.session_state["_views"]
        assert views or step == "predict"
        for key, nodes in views.items():
            known = everything_under(*nodes)
            files = {node.key: node.value for node in known if node.call.function is None}
            assert files.pop(source.digest) == data, (number, name, step, key)
            # The second picture of a lesson is a sample; no other visitor's file is there.
            assert not files or (name, step) == ("phase", "swap")
            assert set(files) <= {samples.load(sample).digest for sample in samples.BY_NAME}
            for node in known:
                if node.name == "pixels":
                    assert np.array_equal(node.value, expected)


def test_two_visitors_by_turns() -> None:
    first, second = visitor(0), visitor(1)
    for name, step in EVERY_PICTURE_STEP:
        check_owner(first, 0, steps=[(name, step)])
        check_owner(second, 1, steps=[(name, step)])
    assert in_tray(first) is not in_tray(second)
    shared = set(first.session_state["_sources"]) & set(second.session_state["_sources"])
    assert shared == {"image"}
    # No object that can be changed belongs to both.
    for key, value in first.session_state.items():
        if isinstance(value, (dict, list, set)):
            assert value is not second.session_state.get(key), key


@pytest.fixture
def one_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One Streamlit runtime for all threads: AppTest itself puts up and takes down one at each run."""
    runtime = MagicMock(spec=Runtime)
    runtime.media_file_mgr = MediaFileManager(MemoryMediaFileStorage("/mock/media"))
    runtime.cache_storage_manager = MemoryCacheStorageManager()
    runtime.bidi_component_registry = BidiComponentManager()
    runtime.bidi_component_registry.discover_and_register_components(start_file_watching=False)

    class Elsewhere(Runtime):
        """Takes what AppTest writes to `Runtime`."""

    monkeypatch.setattr(app_test, "Runtime", Elsewhere)
    monkeypatch.setattr(app_test, "patch_config_options", lambda _: contextlib.nullcontext())
    monkeypatch.setattr(Runtime, "_instance", runtime)
    with patch_config_options({"global.appTest": True}):
        yield


def in_threads(count: int, work: Any) -> None:
    """Run `work(number)` in `count` threads that begin together; raise what any of them raised."""
    faults: list[BaseException] = []
    begin = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            begin.wait(100)
            work(number)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(250)
    assert not any(thread.is_alive() for thread in threads), "a visitor waits for ever"
    if faults:
        raise faults[0]


@pytest.mark.usefixtures("one_server")
@pytest.mark.parametrize("count", [2, 8])
def test_visitors_at_the_same_time(count: int) -> None:
    spine.CACHE.clear()
    in_threads(count, lambda number: check_owner(visitor(number), number))


@pytest.mark.usefixtures("one_server")
def test_the_same_file_is_computed_once_for_a_room(monkeypatch: pytest.MonkeyPatch) -> None:
    spine.CACHE.clear()
    computed: list[str] = []
    original = spine.CACHE.get

    def get(key: str, compute: Any, place: Any = None) -> Any:
        def counted() -> Any:
            computed.append(key)
            return compute()

        return original(key, counted, place)

    monkeypatch.setattr(spine.CACHE, "get", get)
    apps: dict[int, AppTest] = {}

    def work(number: int) -> None:
        apps[number] = open_page("pixels")
        upload(apps[number], "tray_upload", f"copy {number}.png", GOOD)
        for name, step in STEPS:
            assert_fine(go(apps[number], name, step))

    in_threads(4, work)
    assert len(computed) == len(set(computed)), "a value was computed twice"
    values: dict[str, Any] = {}
    for app in apps.values():
        for nodes in app.session_state["_views"].values():
            for node in nodes:
                assert node.key in spine.CACHE
                assert values.setdefault(node.key, node.value) is node.value
    assert len(values) >= 3


def test_shared_values_are_the_same_objects_and_read_only() -> None:
    first, second = open_page("pixels"), open_page("pixels")
    upload(first, "tray_upload", "mine.png", GOOD)
    upload(second, "tray_upload", "yours.png", GOOD)
    seen = 0
    for name, step in EVERY_PICTURE_STEP:
        go(first, name, step)
        go(second, name, step)
        views = second.session_state["_views"]
        for key, nodes in first.session_state["_views"].items():
            for mine, yours in zip(nodes, views[key], strict=True):
                assert mine is not yours
                assert mine.key == yours.key
                assert mine.value is yours.value
                if isinstance(mine.value, np.ndarray):
                    seen += 1
                    assert not mine.value.flags.writeable
                    with pytest.raises(ValueError, match="read-only"):
                        mine.value[...] = 0
    assert seen > 20
    # Equal numbers, but each has the name that was given to it.
    assert in_tray(first).name == "mine.png"
    assert in_tray(second).name == "yours.png"


def channel_histogram(pixels: np.ndarray, *, bins: int, lo: float, hi: float) -> np.ndarray:
    """Stands in for the engine's function: fails for one visitor's picture only."""
    if pixels.shape[0] == 20:
        raise RuntimeError("only visitor 0")
    return np.zeros((3, bins), dtype=np.int64)


def test_an_exception_stays_with_its_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(histogram, "channel_histogram", channel_histogram)
        first, second = visitor(0), visitor(1)
        for _ in range(2):
            first.run()
            assert len(first.error) == 1
            assert not first.exception
            second.run()
            assert_fine(second)
    first.run()
    check_owner(first, 0)
    check_owner(second, 1)


def test_a_refused_file_is_told_to_its_sender_only() -> None:
    first, second = visitor(0), visitor(1)
    upload(first, "tray_upload", "empty.png", b"")
    assert len(first.error) == 1
    second.run()
    assert_fine(second)
    assert second.session_state.get("_refused") is None
    go(second, "home")
    assert_fine(second)
    check_owner(second, 1)


def test_a_sample_chosen_by_one_leaves_the_other_alone() -> None:
    first, second = open_page("home"), open_page("home")
    first.button_group(key="home_way").set_value("sample").run()
    first.button(key="home_sample_cat").click().run()
    assert_fine(first)
    assert in_tray(first) == "cat"
    second.run()
    assert "image" not in second.session_state.get("_sources", {})
    go(first, "pixels", "look")
    go(second, "pixels", "look")
    assert in_tray(second) == samples.DEFAULTS["image"] != "cat"
    for app, name in ((first, "cat"), (second, "coffee")):
        keys = {node.key for node in everything_under(*app.session_state["_views"]["pixels"])}
        assert samples.load(name).digest in keys
    assert first.query_params.get("picture") == "cat"
    assert "picture" not in second.query_params


def test_choices_and_steps_stay_with_their_visitor() -> None:
    first, second = open_page("channels", step="wrap"), open_page("channels", step="wrap")
    first.slider(key="add").set_value(-7).run()
    second.run()
    assert first.session_state["add"] == -7
    assert second.session_state["add"] == 60
    go(first, "channels", "memory")
    second.run()
    assert second.session_state["step_channels"] == "wrap"
    first.session_state["lang"] = "zh"
    first.run()
    second.run()
    assert second.session_state["lang"] == "en"
