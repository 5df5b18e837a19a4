"""The lesson on speech: without Whisper, with one of random weights, with sounds of all kinds."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from components import speech as shown
from components import speech_languages, speech_time, speech_tokens
from engine import samples
from engine.lab import Lab
from engine.models.catalogue import WHISPER_BASE, WHISPER_TINY_EN, File, Model, Repository
from engine.models.memory import close_networks
from engine.speech.decode import MOST
from tests.engine import tiny_whisper
from tests.pages.harness import PAGE_STEPS, assert_fine, check_code, go, open_page, upload

STEPS = PAGE_STEPS["speech"]


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for models, and no server to fetch any from."""
    folder = tmp_path / "models"
    monkeypatch.setenv("NUMEROSCOPE_MODELS", str(folder))
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of two models of random weights."""
    folders = {"whisper-base": False, "whisper-tiny-en": True}
    return {
        name: tiny_whisper.make(tmp_path_factory.mktemp("made") / name, english=english)
        for name, english in folders.items()
    }


@pytest.fixture
def whispers(
    made: dict[str, Path], models: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Model]:
    """Models of random weights in the place of the real ones."""
    models.mkdir()
    found = {}
    for key, real in (("base", WHISPER_BASE), ("tiny", WHISPER_TINY_EN)):
        folder = made[real.name]
        files = []
        for path in sorted(folder.iterdir()):
            data = path.read_bytes()
            files.append(File(path.name, len(data), hashlib.sha256(data).hexdigest()))
        (models / real.name).symlink_to(folder)
        sources = (Repository("nowhere"),)
        found[key] = replace(real, files=tuple(files), sources=sources)
    monkeypatch.setattr(shown, "MODELS", found)
    yield found
    close_networks()


def everything(app: object) -> str:
    """All texts of a page."""
    kinds = ("markdown", "caption", "info", "error")
    return " ".join(str(e.value) for kind in kinds for e in app.get(kind))


def typed_rows(*, rows: tuple[tuple[float, ...], ...]) -> np.ndarray:
    return np.array(rows)


def wav(wave: np.ndarray, rate: int = 16_000) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, wave, rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


def test_without_whisper_there_is_a_lesson_and_an_offer(tmp_path: Path) -> None:
    views = []
    for step in STEPS:
        app = open_page("speech", step=step, lang="en")
        assert_fine(app)
        own = [item for item in app.session_state["_views"].items() if "first_" not in item[0]]
        assert own or step == "predict"
        if step != "predict":
            assert "Licence: MIT" in everything(app)
            assert app.button(key="fetch_whisper-base")
        views += own
    assert check_code(views, tmp_path) > 0


def test_a_download_that_fails_is_a_sentence_and_the_rest_goes_on() -> None:
    app = open_page("speech", step="noise", lang="en")
    app.button(key="fetch_whisper-base").click().run()
    assert not app.exception
    assert [e.value for e in app.error if "Whisper base" in e.value]
    app.run()
    assert_fine(app)


@pytest.mark.parametrize("model", ["base", "tiny"])
def test_every_step_with_whisper(model: str, whispers: dict[str, Model], tmp_path: Path) -> None:
    views = []
    for step in STEPS:
        app = open_page("speech", step=step, lang="en", sp_model=model, part="0-1.5")
        assert_fine(app)
        assert not [b for b in app.button if str(b.key).startswith("fetch_")]
        assert ("tiny.en has learnt English" in everything(app)) == (
            model == "tiny" and step in ("language", "orders")
        )
        views += app.session_state["_views"].items()
    assert check_code(views, tmp_path) > 20


def test_steps_back_and_on(whispers: dict[str, Model]) -> None:
    app = open_page("speech", step="decoder", lang="en", part="0-1.5")
    slider = app.slider(key="sp_token")
    assert slider.value == 3
    written = app.session_state["_views"]["written"][0].value
    first = app.session_state["_views"]["candidates"][0].value
    assert first[0] == written[2]
    app.button(key="sp_token_on").click().run()
    assert app.slider(key="sp_token").value == 4
    assert app.session_state["_views"]["candidates"][0].value[0] == written[3]
    app.button(key="sp_token_back").click().run()
    app.button(key="sp_token_back").click().run()
    assert app.slider(key="sp_token").value == 2
    assert_fine(app)


def test_orders_reach_the_decoder(whispers: dict[str, Model]) -> None:
    app = open_page(
        "speech", step="orders", lang="en", part="0-1.5", sp_told="zh", sp_task="english"
    )
    given = app.session_state["_views"]["order_told_"][0].value
    assert given == ("<start>", "<zh>", "<translate>", "<no_time>")
    given = app.session_state["_views"]["order_plain_"][0].value
    assert given[2:] == ("<transcribe>", "<no_time>")


@pytest.mark.parametrize(
    "wave",
    [np.zeros(16_000), np.zeros(1), np.full(3, 0.5), np.sin(np.arange(8000) / 9)],
    ids=["silence", "one sample", "three samples", "a tone"],
)
@pytest.mark.parametrize("present", [False, True], ids=["without", "with"])
def test_sounds_without_speech(
    wave: np.ndarray, present: bool, request: pytest.FixtureRequest
) -> None:
    if present:
        request.getfixturevalue("whispers")
    app = open_page("home", lang="en")
    upload(app, "home_upload", "odd.wav", wav(wave))
    assert_fine(app)
    for step in STEPS:
        assert_fine(go(app, "speech", step))


def test_noise_changes_the_answer(whispers: dict[str, Model]) -> None:
    app = open_page("speech", step="noise", lang="en", sp_snr="-10")
    assert_fine(app)
    views = app.session_state["_views"]
    clean, noisy = (views[f"sp_{name}_five"][0].value for name in ("clean", "noisy"))
    assert speech_languages.FIVE[int(clean.argmax())] == "en"
    assert abs(clean - noisy).max() > 0.2


def test_silence_has_no_power_to_measure_noise_against(whispers: dict[str, Model]) -> None:
    app = open_page("home", lang="en")
    upload(app, "home_upload", "silence.wav", wav(np.zeros(16_000)))
    app = go(app, "speech", "noise")
    assert_fine(app)
    assert "Silence has no power" in everything(app)
    assert not [slider for slider in app.slider if slider.key == "sp_snr"]


@pytest.mark.parametrize("limit", [0.0, 1.0])
def test_that_nobody_speaks_is_said(
    limit: float, whispers: dict[str, Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "NO_SPEECH", limit)
    for step in ("decoder", "words", "attention", "noise"):
        app = open_page("speech", step=step, lang="en", part="0-1.5")
        assert_fine(app)
        assert ("nobody speaks here" in everything(app)) == (limit == 0), step


def test_equal_orders_are_called_equal(whispers: dict[str, Model]) -> None:
    app = open_page("speech", step="orders", lang="en", part="0-1.5", sp_task="same")
    assert_fine(app)
    assert "Nothing changes: with your orders" in everything(app)
    app = open_page("speech", step="orders", lang="en", part="0-1.5", sp_told="en")
    texts = [app.session_state["_views"][f"order_{n}_"][2].value for n in ("plain", "told")]
    assert ("Nothing changes" in everything(app)) == (texts[0] == texts[1])


def test_a_text_that_the_limit_ends_is_called_so(whispers: dict[str, Model]) -> None:
    app = open_page("speech", step="decoder", lang="en", part="0-1.5")
    assert_fine(app)
    ended = app.session_state["_views"]["written"][0].value[-1] == "<end>"
    assert (f"Stopped after {MOST} tokens" in everything(app)) == (not ended)


def test_steps_are_said_to_climb_only_if_they_do() -> None:
    lab = Lab(samples.load("message-en"))
    for rows, climbs in ((np.eye(9), True), (np.eye(9)[::-1], False)):
        told = speech_time.climbing_note(
            lab.run(typed_rows, rows=tuple(map(tuple, rows.tolist()))), lab, "!up"
        )
        assert ("!up" in told) == climbs
        assert f"{7 * climbs} of 7 times" in told
    assert speech_time.climbing_note(lab.run(typed_rows, rows=((1.0,),)), lab, "!up") == ""


def test_a_long_text_is_folded() -> None:
    names, chances = ["a"] * 100, np.full(100, 0.5)
    folded = speech_tokens.token_flow(names, chances)
    assert folded.index("<details>") > folded.index("<span")
    assert folded.count("<span") == 100
    assert folded[: folded.index("<details>")].count("<span") == speech_tokens.FOLDED
    assert "<details>" not in speech_tokens.token_flow(names[:40], chances[:40])
    assert speech_tokens.token_flow(names, chances, 60).count("<span") == 61


def test_every_language_of_whisper_has_a_name() -> None:
    from engine.speech.tokens import LANGUAGES

    names = [speech_languages.language_name(code) for code in LANGUAGES]
    assert all(names)
    assert len(set(names)) == len(names)
