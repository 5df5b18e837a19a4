"""Generators for the tests of engine/work.py; a worker imports them by name."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import numpy as np

from engine.errors import N_, UserError


def count_steps(start: np.ndarray, *, n: int, seconds: float = 0.0) -> Iterator[np.ndarray]:
    """start + 1, start + 2, ..."""
    for k in range(1, n + 1):
        time.sleep(seconds)
        yield start + k


def count(start: np.ndarray, *, n: int, seconds: float = 0.0) -> np.ndarray:
    """All of them."""
    return np.stack(list(count_steps(start, n=n, seconds=seconds)))


def begin() -> np.ndarray:
    """Two numbers."""
    return np.arange(2.0)


def refuse_steps(start: np.ndarray, *, n: int) -> Iterator[np.ndarray]:
    """One step, then a sentence."""
    yield start
    raise UserError(N_("{n} is too many."), n=n)


def break_steps(start: np.ndarray, *, n: int) -> Iterator[np.ndarray]:
    """One step, then an error of the program."""
    yield start
    raise KeyError(n)


def die_steps(start: np.ndarray, *, n: int) -> Iterator[np.ndarray]:
    """One step, then the process is gone."""
    yield start
    os._exit(3)


def pid_steps(start: np.ndarray, *, n: int) -> Iterator[np.ndarray]:
    """The number of the process."""
    yield np.array([os.getpid()])


def adding_steps(
    start: np.ndarray, *, n: int, seconds: float = 0.0, die_at: int = 0, resume: bytes = b""
) -> Iterator[tuple[np.ndarray, bytes]]:
    """Running sums of 1, 2, ... n, from where `resume` was; the first time it dies at `die_at`."""
    done = int.from_bytes(resume, "little")
    total = start + done * (done + 1) // 2
    for k in range(done + 1, n + 1):
        time.sleep(seconds)
        if k == die_at and not resume:
            os._exit(3)
        total = total + k
        yield total, k.to_bytes(8, "little")


def adding(
    start: np.ndarray, *, n: int, seconds: float = 0.0, die_at: int = 0
) -> tuple[np.ndarray, bytes]:
    """All sums and the last state."""
    pairs = list(adding_steps(start, n=n, seconds=seconds, die_at=0))
    return sums_and_state([total for total, _state in pairs], pairs[-1][1])


def sums_and_state(sums: list[np.ndarray], state: bytes) -> tuple[np.ndarray, bytes]:
    """What is kept of them."""
    return np.stack(sums), state
