"""How long something may take, whatever else the machine is busy with."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_most(seconds: float, what: str = "") -> Iterator[None]:
    """Fail when what is done inside takes longer than this to compute.

    The clock on the wall goes on while others have the processor. The processors' own clock counts
    this process and its children when they have ended, and one of those may have begun long before.
    What is short on one of them is short enough.
    """
    wall, computed = time.monotonic(), _computed()
    yield
    assert min(time.monotonic() - wall, _computed() - computed) < seconds, what


def _computed() -> float:
    """Seconds that processors have worked for this process and for its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
