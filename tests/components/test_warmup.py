"""The warm-up: connections answer at once, and nothing that other threads build is touched."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

import pytest

from components import warmup
from components.warmup import send_at_once


def open_copies(connection: socket.socket) -> int:
    """How many open files of this process are this connection; other threads open and close others."""
    mine, count = os.fstat(connection.fileno()), 0
    for number in map(int, os.listdir("/dev/fd")):
        with contextlib.suppress(OSError):  # closed since
            count += os.path.samestat(os.fstat(number), mine)
    return count


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="Windows has no list of open files")
def test_every_connection_of_the_process_sends_at_once(tmp_path: Path) -> None:
    other = (tmp_path / "file").open("w")
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname())
    server, _address = listener.accept()
    connections = (listener, client, server)
    before = [open_copies(connection) for connection in connections]
    send_at_once()
    for connection in connections:
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert [open_copies(connection) for connection in connections] == before, "a copy stays open"
    client.sendall(b"x")
    assert server.recv(1) == b"x"
    for connection in connections:
        connection.close()
    other.write("still open")
    other.close()


def test_a_library_that_fails_stops_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(warmup, "_DELAY_SECONDS", 0)
    monkeypatch.setattr(warmup, "LIBRARIES", ("no_such_library", "json"))
    monkeypatch.setattr(warmup, "send_at_once", lambda: done.append("connections"))
    monkeypatch.setattr(warmup.gc, "freeze", lambda: done.append("frozen"))
    warmup._work()
    assert done == ["connections", "frozen"]
