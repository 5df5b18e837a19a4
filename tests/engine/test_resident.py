"""What the process and its children hold is counted, and what can be made again is let go in time."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import resident
from engine.lab import CACHE
from engine.models import memory

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
MUCH = 200 * 2**20


def test_memory_that_is_filled_is_counted() -> None:
    gc.collect()  # what other tests have left must not go in between
    before = resident.own_bytes(os.getpid())
    filled = np.ones(MUCH, np.uint8)
    assert 0.9 * MUCH < resident.own_bytes(os.getpid()) - before < 1.5 * MUCH
    del filled
    assert resident.own_bytes(os.getpid()) - before < 0.5 * MUCH


def test_children_count() -> None:
    gc.collect()
    code = f"x = bytearray(b'1') * {MUCH}; print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert resident.own_bytes(child.pid) > 0.9 * MUCH
        # Other children of this process, which come and go, only add to it.
        alone = resident.own_bytes(os.getpid())
        assert resident.family_bytes() > alone + 0.9 * MUCH
        child.communicate(b"\n")


def test_a_process_that_is_gone_holds_nothing() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert resident.own_bytes(child.pid) == 0


def test_values_and_networks_go_only_when_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    CACHE.get("test_resident", lambda: np.ones(10))
    memory.kept(network)("nowhere")
    assert ("nowhere",) in [item[:1] for item in memory.open_networks()]
    resident.relieve()
    assert "test_resident" in CACHE
    monkeypatch.setattr(resident, "LIMIT", 0)
    resident.relieve()
    assert "test_resident" not in CACHE
    assert not memory.open_networks()


def network(path: str) -> np.ndarray:
    return np.ones(10)
