"""The memory of this process and its workers, kept below what a small host has.

A host that runs out of memory ends the app for everybody. What is kept to save time, open networks and
computed values, is let go before that: whoever is about to need much calls `relieve`.
"""

from __future__ import annotations

import ctypes
import functools
import logging
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger("numeroscope")

# Streamlit Community Cloud ends an app at 2.7 GB, of which the libraries' own files take up to 0.5.
LIMIT = int(os.environ.get("NUMEROSCOPE_MEMORY_MB", "2000")) * 2**20
# mallopt(3). Each thread of a server gets a heap of its own otherwise (eight times the cores), and what
# one thread frees no other one can use. Left to itself, the library also keeps freed blocks of up to 32
# MB in the heaps, between others that stay; from 4 MB on they are mapped alone and go back at once.
_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1
_OPTIONS = ((_ARENA_MAX, 2), (_MMAP_THRESHOLD, 2**22), (_TRIM_THRESHOLD, 2**22))
_let_go: list[Callable[[], None]] = []


def when_short(let_go: Callable[[], None]) -> Callable[[], None]:
    """Have a function called when memory is short; it lets go what can be made again."""
    _let_go.append(let_go)
    return let_go


def relieve() -> None:
    """Let go everything that can be made again if this process and its children hold too much."""
    if (held := family_bytes()) <= LIMIT:
        return
    for let_go in _let_go:
        let_go()
    trim()
    log.warning("memory was short: %d MB held, %d after", held >> 20, family_bytes() >> 20)


def family_bytes() -> int:
    """Bytes that this process and its children hold (see `own_bytes`); 0 where there is no /proc."""
    children = (file.read_text() for file in Path("/proc/self/task").glob("*/children"))
    try:
        return sum(map(own_bytes, [os.getpid(), *map(int, " ".join(children).split())]))
    except OSError:  # a thread ended while it was looked at
        return own_bytes(os.getpid())


def own_bytes(pid: int) -> int:
    """Bytes that a process holds and shares with no file: its anonymous and shared memory (proc(5))."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return 1024 * sum(map(int, re.findall(r"^Rss(?:Anon|Shmem):\s+(\d+)", status, re.MULTILINE)))


@functools.cache
def tame_heaps() -> None:
    """Let threads share two heaps that give back what is free; needs the GNU C library."""
    if mallopt := getattr(_c_library(), "mallopt", None):
        for option, value in _OPTIONS:
            mallopt(option, value)


def trim() -> None:
    """Give memory that is free inside the heaps back to the system; needs the GNU C library."""
    if give_back := getattr(_c_library(), "malloc_trim", None):
        give_back(0)


def _c_library() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if sys.platform == "linux" else None
