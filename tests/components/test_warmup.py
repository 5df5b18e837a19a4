"""The warm-up: connections answer at once, and nothing that other threads build is touched."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from components.warmup import send_at_once


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="Windows has no list of open files")
def test_every_connection_of_the_process_sends_at_once(tmp_path: Path) -> None:
    other = (tmp_path / "file").open("w")
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname())
    server, _address = listener.accept()
    before = len(os.listdir("/dev/fd"))
    send_at_once()
    for connection in (listener, client, server):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert len(os.listdir("/dev/fd")) == before, "a copy stays open"
    client.sendall(b"x")
    assert server.recv(1) == b"x"
    for connection in (listener, client, server):
        connection.close()
    other.write("still open")
    other.close()
