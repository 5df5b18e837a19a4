"""Functions that do in a child process what a damaged file can make a decoder do."""

from __future__ import annotations

import os
import signal
import time

import numpy as np

from engine import isolate
from engine.errors import UserError


def kill_me() -> None:
    """Die as a decoder does that writes beyond its memory."""
    os.kill(os.getpid(), signal.SIGSEGV)


def sleep_long() -> None:
    """Never come to an end."""
    print("noise on stdout", flush=True)
    while True:
        time.sleep(1)


def take_memory() -> np.ndarray:
    """Ask for more than is allowed."""
    return np.ones(3_000_000_000, np.uint8)


def send_too_much() -> bytes:
    """Answer with more than is read."""
    return bytes(isolate.MOST_BYTES + 10)


def print_and_answer(*, number: int) -> int:
    """A library that prints must not disturb the answer."""
    print("noise" * 1000, flush=True)
    os.write(1, b"more noise")
    os.write(2, b"x" * 1_000_000)
    return number + 1


def message_with_fields() -> None:
    """Raise a UserError with a field."""
    raise UserError("There are {count} of {name}.", count=3, name="a.wav")
