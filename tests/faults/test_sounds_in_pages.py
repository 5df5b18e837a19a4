"""Every sound form and every odd sound through every sound lesson; bad sounds refused at the door."""

from __future__ import annotations

import functools
import struct
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.catalogue import LESSONS
from tests.engine.test_sound_read import STEREO, packed, wav, written
from tests.faults.test_pages_with_bad_files import in_tray, one_sentence
from tests.pages.harness import (
    PAGE_STEPS,
    assert_fine,
    check_code,
    everything_under,
    go,
    open_page,
    upload,
)

LESSON_NAMES = [lesson.name for lesson in LESSONS if lesson.section == "sound"]
CHOSEN = np.random.default_rng(17)
SHORT = STEREO[:6000]  # a quarter of a second, two channels
TWICE = np.repeat(SHORT, 2, axis=0)


def surround() -> bytes:
    """7.1 at 96 kHz, 24 bits."""
    data = bytearray(written("WAVEX", "PCM_24", CHOSEN.normal(size=(9600, 8)) * 0.1, 96_000))
    struct.pack_into("<I", data, data.index(b"fmt ") + 28, 0x63F)
    return bytes(data)


def with_gaps() -> bytes:
    """Floating-point numbers, some of which are none."""
    wave = SHORT[:, :1].astype(np.float32)
    wave[::97] = np.nan
    wave[5], wave[6], wave[7] = np.inf, -np.inf, 3e38
    return written("WAV", "FLOAT", wave, 24_000)


#: How sounds are stored: what differs is the reading.
FORMATS = {
    "8 bits": written("WAV", "PCM_U8", SHORT),
    "24 bits": written("WAV", "PCM_24", SHORT[:, :1]),
    "A-law": written("WAV", "ALAW", SHORT[:, :1], 8000),
    "flac": written("FLAC", "PCM_16", SHORT),
    "vorbis": written("OGG", "VORBIS", SHORT),
    "opus": written("OGG", "OPUS", SHORT),
    "mp3": written("MP3", "MPEG_LAYER_III", SHORT),
    "aiff": written("AIFF", "PCM_16", SHORT),
    "m4a": packed("aac", "mp4", TWICE),
    "webm": packed("libopus", "webm", TWICE),
    "unfinished": wav(b"\x10\x20" * 3000, size=0, riff=0),
    "no frame first": bytes(600) + written("MP3", "MPEG_LAYER_III", STEREO[:24_000]),
    "header too long": wav(b"\x10\x20" * 3000, size=2**32 - 2, riff=2**32 - 1),
}
#: Sounds that are hard to compute with.
ODD = {
    "surround": surround(),
    "no numbers": with_gaps(),
    "one sample": written("WAV", "PCM_16", np.array([[0.5]]), 16_000),
    "silence": written("WAV", "PCM_16", np.zeros((8000, 1)), 16_000),
    "very loud": written("WAV", "FLOAT", 32_768 * STEREO[:3000, :1], 16_000),
    "slow": written("WAV", "PCM_16", SHORT[:3000, :1], 1000),
    "fast": written("WAV", "PCM_16", SHORT[:, :1], 384_000),
}
BAD = {
    "no samples": written("WAV", "PCM_16", np.zeros((0, 1))),
    "too many channels": wav(bytes(100), channels=65_535),
    "too fast": wav(bytes(100), rate=4_000_000_000),
    "cut in its header": written("WAV", "PCM_16")[:30],
    "flac of nothing": b"fLaC\0\0\0\x22" + bytes(34) + b"\x84\0\0\0",
    "ogg of nothing": b"OggS" + bytes(200),
    "mp3 of nothing": b"ID3\3\0\0\0\0\0\0" + bytes(500),
    "m4a of nothing": b"\0\0\0\x18ftypM4A \0\0\0\0isomM4A " + bytes(300),
    "m4a cut off": packed("aac", "mp4", TWICE)[:600],
    "webm of nothing": b"\x1aE\xdf\xa3webm A_OPUS" + bytes(300),
}


@functools.cache
def session() -> AppTest:
    """One visitor for all tests of this module: each opens the next file in the same session."""
    return open_page(LESSON_NAMES[0])


def put(name: str, data: bytes) -> AppTest:
    """Drop a sound on the first lesson about sounds."""
    app = go(session(), LESSON_NAMES[0], PAGE_STEPS[LESSON_NAMES[0]][0])
    upload(app, "tray_upload", f"{name}.bin", data)
    assert_fine(app)
    assert in_tray(app, "sound").data == data
    return app


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_taken_by_a_lesson_and_the_start_page(name: str, tmp_path: Path) -> None:
    app = put(name, FORMATS[name])
    views = list(app.session_state["_views"].items())
    assert_fine(go(app, "home"))
    views.append(("home", app.session_state["_views"]["first_yours"]))
    assert check_code(views, tmp_path) >= 2


@pytest.mark.parametrize("lesson", LESSON_NAMES)
@pytest.mark.parametrize("name", ODD)
def test_every_step_of_every_lesson_takes_it(name: str, lesson: str) -> None:
    app = put(name, ODD[name])
    for step in PAGE_STEPS[lesson]:
        go(app, lesson, step)
        assert_fine(app)
        views = app.session_state["_views"]
        assert views or step == "predict", (lesson, step)
        for nodes in views.values():
            for node in everything_under(*nodes):
                if node.name in ("samples", "wave"):
                    assert np.isfinite(node.value).all(), (lesson, step)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_sound_is_refused_and_the_former_one_stays(name: str) -> None:
    app = put("good", FORMATS["8 bits"])
    before = in_tray(app, "sound")
    upload(app, "tray_upload", f"{name}.bin", BAD[name])
    assert len(one_sentence(app)) < 300
    assert in_tray(app, "sound") is before


def test_values_that_are_no_numbers_are_counted_for_the_learner() -> None:
    app = put("no numbers", ODD["no numbers"])
    # Every 97th value, and the three behind the fifth.
    assert any(f"{6000 // 97 + 1 + 3} of its values" in note.value for note in app.markdown)
