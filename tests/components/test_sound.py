"""The part and the channel of the tray's sound: asked, kept within bounds, said in words."""

from __future__ import annotations

import struct
import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components import sound
from engine import isolate
from engine.lab import Lab
from engine.sound.read import outline
from engine.sources import Sound, open_source
from tests.engine.test_sound_read import packed, written
from tests.pages.harness import assert_fine, upload

RATE = 8000
LONG = np.sin(np.arange(50 * RATE) / 7)[:, None] * [0.5, 0.25]


def page() -> None:
    """A lesson that only says what it works on."""
    import streamlit as st

    from components import chooser, sound

    chooser.bar("sound")
    clip = sound.clip_of_tray(most=st.session_state.get("most", 30.0))
    st.session_state["clip"] = (clip.start, clip.seconds, clip.sample_rate, clip.note)
    st.session_state["values"] = (clip.wave.value, clip.channels.value)


def opened(data: bytes, name: str = "x.wav", **query: str) -> AppTest:
    """The page with a sound of one's own; the query is that of a link."""
    app = AppTest.from_function(page, default_timeout=240)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert_fine(app)
    upload(app, "tray_upload", name, data)
    assert_fine(app)
    return app


def test_a_short_mono_sound_is_taken_whole_and_asks_nothing() -> None:
    app = opened(written("WAV", "PCM_16", LONG[:RATE, :1], RATE))
    assert app.session_state["clip"] == (0.0, 1.0, RATE, "")
    assert not app.slider
    assert not app.selectbox


def test_a_long_stereo_sound_begins_with_ten_seconds_of_the_mean() -> None:
    app = opened(written("WAV", "PCM_16", LONG, RATE))
    note = " Shown: 0:00 to 0:10 of 0:50, the mean of 2 channels."
    assert app.session_state["clip"] == (0.0, 10.0, RATE, note)
    wave, channels = app.session_state["values"]
    np.testing.assert_allclose(channels, LONG[: 10 * RATE], atol=2**-15)
    np.testing.assert_allclose(wave, LONG[: 10 * RATE].mean(axis=1), atol=2**-15)
    app.selectbox[0].set_value("2").run()
    assert app.session_state["clip"][3] == " Shown: 0:00 to 0:10 of 0:50, channel 2 (right)."
    np.testing.assert_array_equal(app.session_state["values"][0], channels[:, 1])
    app.session_state["most"] = 1.5
    app.run()
    assert app.session_state["clip"][:2] == (0.0, 1.5)


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        ((5.0, 12.0), (5.0, 12.0)),
        ((0.0, 30.0), (0.0, 30.0)),
        ((0.0, 45.0), (35.0, 45.0)),  # pulled far: the part moves and stays 10 s long
        ((7.0, 7.0), (7.0, 7.1)),
        ((50.0, 50.0), (49.9, 50.0)),
    ],
)
def test_a_part_is_at_most_thirty_seconds(
    chosen: tuple[float, float], kept: tuple[float, float]
) -> None:
    app = opened(written("WAV", "PCM_16", LONG[:, :1], RATE))
    app.slider[0].set_value(chosen).run()
    assert_fine(app)
    assert app.slider[0].value == pytest.approx(kept)
    start, seconds, _rate, _note = app.session_state["clip"]
    assert (start, start + seconds) == pytest.approx(kept)
    assert app.query_params["part"][0 if isinstance(app.query_params["part"], list) else slice(99)]


def test_another_file_begins_anew() -> None:
    app = opened(written("WAV", "PCM_16", LONG, RATE))
    app.slider[0].set_value((5.0, 12.0)).run()
    app.selectbox[0].set_value("1").run()
    upload(app, "tray_upload", "y.wav", written("WAV", "PCM_24", LONG, RATE))
    assert_fine(app)
    assert app.session_state["clip"][:2] == (0.0, 10.0)
    assert app.selectbox[0].value == "mean"
    assert "part" not in app.query_params
    assert "channel" not in app.query_params


def test_a_header_that_promises_more_than_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part behind the true end gives way to the beginning."""
    data = bytearray(written("FLAC", "PCM_16", LONG[:, :1], RATE))
    (fields,) = struct.unpack_from(">Q", data, 18)
    struct.pack_into(">Q", data, 18, fields >> 36 << 36 | 1000 * RATE)
    monkeypatch.setattr(sound, "AT_ONCE", 1)
    app = opened(bytes(data), "lie.flac")
    assert "of 16:40" in app.session_state["clip"][3]
    app.slider[0].set_value((900.0, 910.0)).run()
    assert_fine(app)
    assert app.session_state["clip"][:2] == (0.0, 10.0)


def test_a_long_sound_is_counted_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "AT_ONCE", 1)
    data = written("MP3", "MPEG_LAYER_III", LONG[: 20 * RATE], RATE)
    source = open_source("x", data)
    assert isinstance(source, Sound)
    app = opened(data, "x.mp3")
    node = sound.outline_of(Lab(source), source)
    deadline = time.monotonic() + 200
    while not node.is_cached and time.monotonic() < deadline:
        time.sleep(0.1)
    app.run()
    assert_fine(app)
    assert "about" not in app.markdown[0].value
    frames, _replaced, _shape = isolate.call(outline, data)
    assert sound.length(source) == sound.Length(frames, True, 0)


def test_a_telephone_s_recording() -> None:
    app = opened(packed("aac", "mp4", np.repeat(LONG[: 3 * RATE], 6, axis=0)), "memo.m4a")
    start, seconds, rate, _note = app.session_state["clip"]
    assert (start, rate) == (0.0, 48_000)
    assert seconds == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (1.6, "0:01.6"), (59.96, "1:00"), (205, "3:25"), (3600, "60:00")],
)
def test_minutes_and_seconds(seconds: float, text: str) -> None:
    assert sound.clock(seconds) == text


def test_the_outline_as_a_drawing_holds_numbers_only() -> None:
    shape = np.zeros((5000, 2, 2), np.float32)
    shape[..., 1] = np.linspace(0, 1, 5000)[:, None]
    drawing = sound.strip(shape, 0.25, 0.5)
    assert drawing.startswith("<img alt=")
    assert len(drawing) < 60_000
