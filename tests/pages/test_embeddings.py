"""The lesson on embeddings with words and sentences that a learner types, and with models to fetch."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from components import embeddings as shown
from components import embeddings_hidden, vectors
from engine.models.catalogue import CHINESE, File
from engine.models.read import vectors_file
from tests.pages.harness import assert_fine, check_code, open_page

WORDS = [
    "国王",
    "王后",
    "男人",
    "女人",
    "北京",
    "咖啡",
    "茶",
    "城市",
    "音乐",
    "冬天",
    "老师",
    "河流",
]


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for models, and no server to fetch any from."""
    folder = tmp_path / "models"
    monkeypatch.setenv("NUMEROSCOPE_MODELS", str(folder))
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    return folder


def everything(app: object) -> str:
    """All texts of a page."""
    kinds = ("markdown", "caption", "info", "error")
    return " ".join(str(e.value) for kind in kinds for e in app.get(kind))


@pytest.mark.parametrize("step", ["nearest", "analogy"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_size_licence_and_origin_come_before_the_download(step: str, language: str) -> None:
    app = open_page("embeddings", step=step, vectors="chinese", lang=language)
    assert_fine(app)
    text = everything(app)
    assert "62" in text
    assert ("not stated" if language == "en" else "未说明") in text
    assert "simplechinese 0.2.15" in text
    assert app.button(key="fetch_chinese")


def test_a_download_that_fails_is_a_sentence_and_the_rest_goes_on() -> None:
    app = open_page("embeddings", step="nearest", vectors="chinese", lang="en")
    app.button(key="fetch_chinese").click().run()
    assert not app.exception
    assert [e.value for e in app.error if "no server" in e.value and "GloVe" in e.value]
    app.session_state["vectors_en"] = "glove"
    app.run()
    assert_fine(app)
    assert "nearest" in app.session_state["_views"]


def test_chinese_vectors_once_they_are_there(
    models: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = np.random.default_rng(0).standard_normal((len(WORDS), 64))
    data = vectors_file(WORDS, rows)
    (models / "chinese").mkdir(parents=True)
    (models / "chinese" / "small.safetensors").write_bytes(data)
    file = File("small.safetensors", len(data), hashlib.sha256(data).hexdigest())
    monkeypatch.setattr(vectors, "CHINESE", replace(CHINESE, files=(file,)))
    views = []
    for step in ("nearest", "analogy"):
        app = open_page("embeddings", step=step, vectors="chinese", lang="zh", text="kong-yiji")
        assert_fine(app)
        views += app.session_state["_views"].items()
        assert "没有说明" in everything(app)
    assert check_code(views, tmp_path) == 3


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Coffee", True),
        ("zzzqx", False),
        ("<b>x</b>", False),
        ("咖啡", False),
        ("\u202e`*[", False),
    ],
)
def test_the_learners_own_word(typed: str, known: bool) -> None:
    app = open_page("embeddings", step="nearest", lang="en")
    app.text_input(key="near").set_value(typed).run()
    assert_fine(app)
    if known:
        assert "“coffee”" in everything(app)
    else:
        assert "no vector for" in app.info[0].value
    app = open_page("embeddings", step="lookup", matrix="real", lang="en")
    app.text_input(key="lookup_typed").set_value(typed).run()
    assert_fine(app)
    assert "Numbers that differ: 0." in everything(app) or not known


def test_an_analogy_of_ones_own() -> None:
    app = open_page("embeddings", step="analogy", lang="en")
    for number, word in enumerate(("paris", "france", "japan")):
        app.text_input(key=f"analogy_en_{number}").set_value(word).run()
    assert_fine(app)
    (ranking,) = app.session_state["_views"]["analogy"]
    assert ranking.value[0][0] == "tokyo"


def test_one_word_in_sentences_of_ones_own(tmp_path: Path) -> None:
    app = open_page("embeddings", step="context", lang="en", timeout=240)
    app.text_input(key="context_word").set_value("bank").run()
    assert "at least two sentences" in app.info[0].value
    lines = "We sat on the bank.\nThe BANK is closed.\n\nNo such word.\nA bank, a bank!"
    app.text_area(key="context_sentences").set_value(lines).run()
    assert_fine(app)
    views = app.session_state["_views"]
    assert views["context_GloVe"][0].value.shape == (3, 3)
    assert np.allclose(views["context_GloVe"][0].value, 1)
    assert views["context_MiniLM"][0].value[0, 1] < 0.99
    assert check_code(views.items(), tmp_path) == 3


def test_sentences_in_another_language_say_that_the_model_does_not_know_them() -> None:
    app = open_page("embeddings", step="sentences", lang="en", text="tang-gbk", timeout=240)
    assert_fine(app)
    assert "MiniLM does not know" in everything(app)


def test_a_text_without_words_still_has_a_lesson() -> None:
    app = open_page("embeddings", step="nearest", lang="en", text="tang-gbk", vectors="glove")
    assert_fine(app)
    assert "examples are added" in everything(app)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"lang": "en"}, "glove"),
        ({"lang": "zh"}, "sanguo"),
        ({"lang": "en", "text": "kong-yiji"}, "sanguo"),
        ({"lang": "zh", "vectors": "glove"}, "glove"),
    ],
)
def test_the_table_is_in_the_learners_language(query: dict[str, str], name: str) -> None:
    app = open_page("embeddings", step="analogy", **query)
    assert_fine(app)
    assert app.session_state[f"vectors_{'en' if query == {'lang': 'en'} else 'zh'}"] == name
    (ranking,) = app.session_state["_views"]["analogy"]
    assert ranking.value[0][0] == ("queen" if name == "glove" else "张苞")


def test_fetched_chinese_vectors_come_first(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(0).standard_normal((len(WORDS), 64))
    data = vectors_file(WORDS, rows)
    (models / "chinese").mkdir(parents=True)
    (models / "chinese" / "small.safetensors").write_bytes(data)
    file = File("small.safetensors", len(data), hashlib.sha256(data).hexdigest())
    monkeypatch.setattr(vectors, "CHINESE", replace(CHINESE, files=(file,)))
    app = open_page("embeddings", step="nearest", lang="zh")
    assert_fine(app)
    assert app.session_state["vectors_zh"] == "chinese"


@pytest.mark.parametrize("step", ["lookup", "nearest", "analogy", "hidden", "predict"])
@pytest.mark.parametrize("text", ["order", "order-zh", "kong-yiji"])
def test_chinese_steps_show_chinese_words(step: str, text: str, tmp_path: Path) -> None:
    app = open_page("embeddings", step=step, lang="zh", text=text)
    assert_fine(app)
    views = app.session_state["_views"]
    assert len(views) == (step != "predict")
    assert len(app.get("pills")) >= (3 if step == "predict" else 0)
    assert (check_code(views.items(), tmp_path) >= 1) == bool(views)
    if step == "hidden":
        assert "玄德" in everything(app)


@pytest.mark.parametrize("kind", ["bias", "opposites", "frequency", "turned"])
@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_what_vectors_hide_in_both_languages(kind: str, tongue: str) -> None:
    app = open_page("embeddings", step="hidden", hides=kind, tongue=tongue, lang="zh")
    assert_fine(app)
    words = {"bias": "T. Bolukbasi" if tongue == "en" else "奸雄", "opposites": "20,000"}
    if tongue == "zh":
        words["opposites"] = "6,000"
    assert words.get(kind, "") in everything(app)


def test_english_lists_have_a_chinese_gloss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings_hidden, "_", {"nurse": "护士"}.get)
    assert embeddings_hidden.glossed("nurse") == "nurse 护士"
    monkeypatch.setattr(embeddings_hidden, "_", str)
    assert embeddings_hidden.glossed("nurse") == "nurse"


def test_a_chart_of_no_words_is_empty() -> None:
    figure = shown.bars([], x="cosine")
    assert len(figure.data[0].y) == 0
    assert figure.layout.xaxis.range[0] < figure.layout.xaxis.range[1]
