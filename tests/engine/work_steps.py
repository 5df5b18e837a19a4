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
