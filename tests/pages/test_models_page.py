"""The page of all models: what is here, fetching one with a stop, removing it where that is allowed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from components import models as shown
from engine.language.network import bert
from engine.models import catalogue, memory, room
from engine.models.catalogue import (
    DEEPLAB,
    MINILM,
    MOBILENET_V2,
    MODELS,
    PP_OCR,
    RESNET18,
    RESNET50,
    YOLOX_NANO,
)
from engine.models.entry import File, Hub, Model
from engine.models.locate import find
from engine.vision.nets import classifier
from engine.vision.onnx import onnx_session
from tests.hub import Hub as Server
from tests.hub import serve
from tests.pages.harness import assert_fine, open_page

WEIGHTS = b"weights " * 30_000
TINY = Model(
    name="tiny",
    title="Tiny net",
    task="vectors of words",
    languages=("en", "zh"),
    licence="MIT",
    origin="Made in a test.",
    files=(File("model.safetensors", len(WEIGHTS), hashlib.sha256(WEIGHTS).hexdigest()),),
    memory=480_000,
    sources=(Hub("someone/tiny", "f" * 40),),
    architecture="One matrix",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for models, one small model in the table, and nobody to fetch the others from."""
    monkeypatch.setenv("NUMEROSCOPE_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    for name in (
        "NUMEROSCOPE_FETCH",
        "NUMEROSCOPE_ADMIN",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
    table = (*MODELS, TINY)
    monkeypatch.setattr(catalogue, "MODELS", table)
    monkeypatch.setattr(shown, "MODELS", table)
    monkeypatch.setitem(catalogue.BY_NAME, "tiny", TINY)
    return tmp_path / "models"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve({"someone/tiny": {"model.safetensors": WEIGHTS}}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server


def texts(app: object) -> str:
    """All that a page says."""
    kinds = ("markdown", "caption", "info", "error", "code")
    return " ".join(str(e.value) for kind in kinds for e in app.get(kind))


def labels(app: object) -> list[str]:
    """The keys of the page's buttons."""
    return [str(button.key) for button in app.button]


def rows_of(app: object) -> dict[str, dict[str, object]]:
    """The table of the page: title -> its row."""
    (table,) = app.dataframe
    return {row["title"]: row for row in table.value.to_dict("records")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_model_stands_in_the_table(language: str) -> None:
    app = open_page("models", lang=language)
    assert_fine(app)
    rows = rows_of(app)
    assert list(rows) == [model.title for model in (*MODELS, TINY)]
    for model in MODELS:
        row = rows[model.title]
        absent = "not here" if language == "en" else "不在本机"
        assert (row["where"] == absent) == (find(model) is None)
        assert row["memory"] == pytest.approx(model.memory / 1e6)
        assert row["disk"] == pytest.approx(model.size / 1e6)
        assert row["task"]
        assert row["licence"]
        assert row["origin"]
    many = "99 languages" if language == "en" else "99 种语言"
    assert rows["Whisper base"]["languages"] == many
    assert rows["Tiny net"]["languages"] == (
        "English, Chinese" if language == "en" else "英语、中文"
    )
    assert ("of memory" if language == "en" else "内存") in texts(app)


def test_size_memory_licence_and_origin_come_before_the_button() -> None:
    app = open_page("models", which_model="whisper-base")
    assert_fine(app)
    said = texts(app)
    for fact in ("294.0 MB", "147.0 MB", "290.4 MB", "MIT", "680,000 hours"):
        assert fact in said
    assert "fetch_whisper-base" in labels(app)


def test_a_model_of_the_repository_can_be_neither_fetched_nor_removed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NUMEROSCOPE_ADMIN", "1")
    app = open_page("models", which_model="resnet18")
    assert_fine(app)
    assert "in this app" in texts(app)
    assert not [key for key in labels(app) if key.startswith(("fetch_", "remove_"))]


def test_fetch_and_remove(monkeypatch: pytest.MonkeyPatch, hub: Server, folder: Path) -> None:
    app = open_page("models", which_model="tiny")
    app.button(key="fetch_tiny").click().run()
    assert_fine(app)
    assert find(TINY) == folder / "tiny"
    assert "fetched" in texts(app)
    assert "removed only by whoever runs it" in texts(app)
    assert "remove_tiny" not in labels(app)

    monkeypatch.setenv("NUMEROSCOPE_ADMIN", "1")
    app = open_page("models", which_model="tiny")
    app.button(key="remove_tiny").click().run()
    assert_fine(app)
    assert find(TINY) is None
    assert not (folder / "tiny").exists()
    assert "fetch_tiny" in labels(app)


def test_a_dead_hub_is_one_sentence_and_the_page_goes_on() -> None:
    app = open_page("models", which_model="tiny")
    app.button(key="fetch_tiny").click().run()
    (error,) = [e.value for e in app.error]
    assert "Tiny net could not be fetched" in error
    assert "Numeroscope goes on working" in error
    assert "fetch_tiny" in labels(app)


def test_where_fetching_is_switched_off_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMEROSCOPE_FETCH", "0")
    app = open_page("models", which_model="tiny")
    assert_fine(app)
    assert "fetched only by whoever runs it" in texts(app)
    assert not [key for key in labels(app) if key.startswith("fetch_")]


def test_an_open_network_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "open_networks", lambda: (("resnet18", 46_800_000, 3.0),))
    app = open_page("models")
    assert [title for title, row in rows_of(app).items() if row["open"]] == [RESNET18.title]
    assert "Open networks: 1, together 46.8 MB" in texts(app)
    assert rows_of(app)[RESNET18.title]["open"] == "open"


def test_the_page_begins_with_a_model_that_is_here() -> None:
    app = open_page("models")
    assert app.selectbox(key="which_model").value == RESNET18.name
    assert "in this app" in texts(app)


def test_only_networks_of_the_table_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = (("resnet18", 46_800_000, 3.0), ("something else", 10**9, 1.0))
    monkeypatch.setattr(shown, "open_networks", lambda: opened)
    app = open_page("models")
    assert "Open networks: 1, together 46.8 MB" in texts(app)
    assert sum(bool(row["open"]) for row in rows_of(app).values()) == 1


def test_a_network_that_is_open_has_the_name_of_its_model() -> None:
    def build(path: str) -> object:
        return object()

    paths = [
        str(find(model) / file.name)
        for model in (RESNET18, YOLOX_NANO, PP_OCR)
        for file in model.files
    ]
    paths.append(str(find(MINILM)))
    memory.close_networks()
    for path in paths:
        memory.kept(build)(path)
    found = memory.open_networks()
    names = [name for name, _size, _ago in found]
    assert names == [MINILM.name, PP_OCR.name, YOLOX_NANO.name, RESNET18.name]
    assert found[1][1] == PP_OCR.memory == PP_OCR.size  # its two files are one model
    memory.close_networks()


def test_the_memory_in_the_table_is_that_of_the_open_network() -> None:
    memory.close_networks()
    classifier(str(find(RESNET18) / "model.safetensors"), "resnet18")
    classifier(str(find(MOBILENET_V2) / "model.safetensors"), "mobilenet_v2")
    for model in (YOLOX_NANO, DEEPLAB):
        onnx_session(str(find(model) / model.files[0].name))
    bert(str(find(MINILM)))
    found = {name: size for name, size, _ago in memory.open_networks()}
    expected = {
        model.name: model.memory for model in (RESNET18, MOBILENET_V2, YOLOX_NANO, DEEPLAB, MINILM)
    }
    assert found == pytest.approx(expected, rel=0.01)
    memory.close_networks()


@pytest.mark.parametrize(
    ("address", "admin", "may"),
    [
        ("127.0.0.1", "", True),
        ("localhost", "", True),
        ("0.0.0.0", "", False),
        (None, "", False),
        (None, "1", True),
        ("0.0.0.0", "0", False),
        ("127.0.0.1", "0", False),
    ],
)
def test_who_may_remove(
    monkeypatch: pytest.MonkeyPatch, address: str | None, admin: str, may: bool
) -> None:
    monkeypatch.setenv("NUMEROSCOPE_ADMIN", admin)
    assert room.may_remove(address) is may


def test_free_memory_heeds_the_limit_of_a_container(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("700000\n")
    (tmp_path / "memory.stat").write_text("anon 500000\ninactive_file 150000\n")
    monkeypatch.setattr(room, "_CGROUP", tmp_path)
    assert room.free_memory() == 450_000
    (tmp_path / "memory.max").write_text("max\n")
    assert room.free_memory() != 450_000
    monkeypatch.setattr(room, "_free_in_machine", lambda: None)
    assert room.free_memory() is None


def test_the_size_of_what_is_not_known_is_about_what_travels() -> None:
    assert RESNET50.size == RESNET50.download > 100_000_000
    assert replace(RESNET50, sources=()).download == 0
    with pytest.raises(ValueError, match="no archive"):
        RESNET50.wheel  # noqa: B018
