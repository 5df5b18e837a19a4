"""Who computes next: a fair queue for the networks.

No more forward passes run at a time than there are cores, each on one thread. Whoever waits is served
in turns: a session that asks for ten things gets one, then the others get one each.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: The session for which this thread works; the pages set it.
ASKING: ContextVar[str] = ContextVar("asking", default="")

# More at once than cores makes everybody wait longer, and each needs its activations in memory.
PLACES = max(int(os.environ.get("NUMEROSCOPE_INFERENCE", "0")), 0) or min(os.cpu_count() or 1, 4)


class FairQueue:
    """Places to compute, given to sessions in turn.

    Parameters
    ----------
    places : int > 0, how many compute at the same time.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._lock = threading.Lock()
        # Who waits, in the order of their turns, each with the tickets of its threads.
        self._waiting: OrderedDict[str, deque[threading.Event]] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many threads wait."""
        with self._lock:
            return sum(map(len, self._waiting.values()))

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait for a place, and give it back at the end."""
        self._enter(ASKING.get() or str(threading.get_ident()))
        try:
            yield
        finally:
            self._leave()

    def _enter(self, who: str) -> None:
        ticket = threading.Event()
        with self._lock:
            if self._free:
                self._free -= 1
                return
            self._waiting.setdefault(who, deque()).append(ticket)
        ticket.wait()

    def _leave(self) -> None:
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            who, tickets = self._waiting.popitem(last=False)
            tickets.popleft().set()
            if tickets:  # its next one waits until all others had their turn
                self._waiting[who] = tickets


QUEUE = FairQueue(PLACES)
