"""One call in a child process: the same value, the same UserError, and no harm from any crash."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine import isolate, samples
from engine.cache import ByteCache
from engine.errors import UserError
from engine.image.color import rgb_to_gray
from engine.isolate import decode, encode
from engine.lab import Lab, script_of
from engine.sound.read import check_sound_size, read_clip
from tests.engine.misbehaving import (
    kill_me,
    message_with_fields,
    print_and_answer,
    send_too_much,
    sleep_long,
    take_memory,
)

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
ARRAYS = st.sampled_from(["?", "u1", "<i2", "<f4", "<f8", "<c8"]).flatmap(
    lambda kind: arrays(kind, st.lists(st.integers(0, 3), max_size=3).map(tuple))
)


def back(value: Any) -> Any:
    """What arrives of `value` on the other side."""
    return decode(io.BytesIO(b"".join(bytes(part) for part in encode(value))))


def same(a: Any, b: Any) -> bool:
    """Equal in type and in every bit, NaN included."""
    if isinstance(a, np.ndarray):
        return bool(a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes())
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and repr(a) == repr(b)


@given(st.recursive(PLAIN | ARRAYS, lambda inner: st.lists(inner, max_size=3).map(tuple)))
def test_values_travel_without_loss(value: Any) -> None:
    assert same(value, back(value))


@pytest.mark.parametrize("value", [object(), {1: 2}, np.array([object()]), np.datetime64("2020")])
def test_other_values_do_not_travel(value: Any) -> None:
    with pytest.raises(TypeError):
        encode(value)


def test_a_slice_of_an_array_travels() -> None:
    picture = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    assert same(back(picture[:, ::2].copy()), back(picture[:, ::2]))


def test_a_call_gives_what_the_function_gives() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (9, 7, 3), dtype=np.uint8)
    assert same(isolate.call(rgb_to_gray, pixels), rgb_to_gray(pixels))
    data = samples.load("spoon").data
    found = isolate.call(read_clip, data, start=0.25, seconds=0.5)
    assert same(found, read_clip(data, start=0.25, seconds=0.5))


def test_a_user_error_arrives_as_it_was_raised() -> None:
    with pytest.raises(UserError) as here:
        check_sound_size(8000, 65_535)
    with pytest.raises(UserError) as there:
        isolate.call(check_sound_size, 8000, 65_535)
    assert there.value.message == here.value.message
    assert there.value.params == here.value.params
    assert str(there.value) == str(here.value)


def test_another_error_brings_its_traceback() -> None:
    with pytest.raises(RuntimeError, match=r"(?s)in a child process.*Traceback.*TypeError"):
        isolate.call(check_sound_size, "x", None)


def test_crash_and_time_and_memory_give_one_sentence() -> None:
    for function, limits, sentence in (
        (kill_me, {}, "stopped"),
        (sleep_long, {"time_limit": 1.5}, "longer than 2 s"),
        (take_memory, {}, "more than 2000 MB"),
        (send_too_much, {}, "stopped"),
    ):
        with pytest.raises(UserError, match=sentence):
            isolate.call(function, **limits)
    with pytest.raises(UserError, match=r"^There are 3 of a\.wav\.$"):
        isolate.call(message_with_fields)


def test_what_is_printed_does_not_disturb_the_answer() -> None:
    assert isolate.call(print_and_answer, number=6) == 7


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\n",
        b"[1, 2]\n",
        b'{"t": ["value", {"a": "|O", "s": [1]}]}\n' + bytes(8),
        b'{"t": ["value", {"a": "<f8", "s": [1000000000000]}]}\n' + bytes(8),
        b'{"t": ["value", {"a": "<f8", "s": [-1]}]}\n',
        b'{"t": ["value", {"b": 100}]}\n' + bytes(8),
        b'{"t": ["user", "{missing}", {"t": []}]}\n',
        b'{"t": ["user", 3, {"t": []}]}\n',
        b'{"t": ["value"]}\n',
        b'{"t": []}\n',
        b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x04math\x94.",
    ],
)
def test_nonsense_from_a_child_is_a_crash(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolate, "_exchange", lambda *_: decode(io.BytesIO(answer)))
    with pytest.raises(UserError, match="stopped"):
        isolate.call(print_and_answer, number=1)


def test_a_node_runs_apart_and_its_code_does_not_show_it(tmp_path: Path) -> None:
    source = samples.load("spoon")
    lab = Lab(source, cache=ByteCache())
    here = lab.run(read_clip, lab.source, seconds=0.1)
    apart = Lab(source, cache=ByteCache()).run(
        read_clip, lab.source, seconds=0.1, isolated=isolate.SECONDS
    )
    assert apart.key == here.key
    assert script_of(apart) == script_of(here)
    assert "isolate" not in script_of(apart)
    assert same(apart.value, here.value)
    assert apart.value.flags.writeable is False
    (tmp_path / "spoon.wav").write_bytes(source.data)
    code = script_of(apart) + "\nprint(repr(read_clip_result.tobytes()[:400]))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == repr(here.value.tobytes()[:400])


def test_a_failed_node_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A UserError from a child is raised to every asker and kept nowhere."""
    lab = Lab(samples.load("order"), cache=ByteCache())
    node = lab.run(read_clip, lab.source, isolated=isolate.SECONDS)
    for _ in range(2):
        with pytest.raises(UserError, match="cannot be read here"):
            node.value  # noqa: B018
    assert not node.is_cached


def test_no_child_is_left_over() -> None:
    before = _children()
    for _ in range(2):
        with pytest.raises(UserError):
            isolate.call(sleep_long, time_limit=1.0)
    assert _children() <= before


def _children() -> set[int]:
    """The child processes of this process."""
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return (
        set(json.loads("[" + ",".join(path.read_text().split()) + "]")) if path.exists() else set()
    )
