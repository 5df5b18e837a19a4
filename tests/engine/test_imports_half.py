"""Work that meets a library which another thread is importing."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest

from engine.imports import once_whole
from engine.lab import Lab
from engine.samples import load

SLOW = """
import threading
begun.set()
assert go_on.wait(100)
class Tensor: pass
"""


@pytest.fixture
def half(tmp_path, monkeypatch):
    """A module `slow_library` whose import another thread has begun; it goes on by a timer."""
    begun, go_on = threading.Event(), threading.Event()
    module = tmp_path / "slow_library.py"
    head = f"import sys\nbegun, go_on = sys.modules[{__name__!r}].EVENTS\n"
    module.write_text(head + SLOW)
    monkeypatch.setitem(globals(), "EVENTS", (begun, go_on))
    monkeypatch.syspath_prepend(tmp_path)
    thread = threading.Thread(target=__import__, args=("slow_library",))
    thread.start()
    assert begun.wait(100)
    yield go_on
    go_on.set()
    thread.join()
    sys.modules.pop("slow_library", None)


def looks_for_it(text: bytes = b"") -> np.ndarray:
    """As SciPy looks for PyTorch."""
    return np.array([len(sys.modules["slow_library"].Tensor.__name__)])


def test_the_work_is_done_once_the_import_is(half):
    with pytest.raises(AttributeError, match="partially initialized"):
        looks_for_it()
    threading.Timer(0.1, half.set).start()
    assert once_whole(looks_for_it) == [6]


def test_a_node_waits_too(half):
    lab = Lab(load("coffee"))
    node = lab.run(looks_for_it)
    threading.Timer(0.1, half.set).start()
    assert node.value == [6]


def test_the_work_itself_tells_of_an_import_that_failed():
    calls = []

    def fails():
        calls.append(1)
        if len(calls) == 1:
            raise ImportError("partially initialized module 'no_such_library_at_all'")
        raise ImportError("told by the work")

    with pytest.raises(ImportError, match="told by the work"):
        once_whole(fails)
    assert calls == [1, 1]


def test_other_errors_come_through_at_once():
    calls = []

    def fails():
        calls.append(1)
        raise AttributeError("no such thing")

    with pytest.raises(AttributeError, match="no such thing"):
        once_whole(fails)
    assert calls == [1]
