"""A Hugging Face hub on this computer, for tests: it serves what it is given, and misbehaves on demand.

    with serve({"someone/something": {"config.json": b"{}"}}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        hub.cut = 1000          # break off after so many bytes, once
        hub.stuck = 30.0        # before it breaks off, say nothing more for so many seconds
        hub.pause = 30.0        # send a file only after so many seconds
        hub.trickle = 0.1       # so many seconds between one piece of 10,000 bytes and the next
        hub.lie["config.json"] = b"[]"  # send this, and state the hash of what was asked for
        hub.html = True         # answer everything with a page, as a hotel's network does
        hub.missing = True      # 404 for everything

`hub.asked` lists (method, path, range) of all requests; `hub.revision` is the only commit.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGE = 1000  # bytes from which on a file counts as large, and has a SHA-256 for its hash


@dataclass
class Hub:
    """The hub's files, its switches, and what it was asked."""

    files: Mapping[str, Mapping[str, bytes]]
    url: str = ""
    revision: str = "f" * 40
    cut: int = 0
    stuck: float = 0.0
    pause: float = 0.0
    trickle: float = 0.0
    html: bool = False
    missing: bool = False
    ranges: bool = True
    lie: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def downloads(self, name: str = "") -> int:
        """How often files, or the files of a name, were asked for."""
        return sum(method == "GET" and path.endswith(name) for method, path, _range in self.asked)


def etag(data: bytes) -> str:
    """The hash that the hub states: SHA-256 of a large file, the git object of a small one."""
    if len(data) >= LARGE:
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


@contextlib.contextmanager
def serve(files: Mapping[str, Mapping[str, bytes]]) -> Iterator[Hub]:
    """A running hub with these files: repository -> name -> bytes."""
    hub = Hub(files)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                _answer(hub, self)

        do_HEAD = do_GET

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


def _answer(hub: Hub, handler: BaseHTTPRequestHandler) -> None:
    path = handler.path.split("?")[0]
    hub.asked.append((handler.command, path, handler.headers.get("Range", "")))
    if hub.html:
        _send(handler, b"<!DOCTYPE html><title>Sign in</title>" + b" " * 2000, {})
        return
    if hub.missing:
        handler.send_error(404)
        return
    for repository, files in hub.files.items():
        for start in (f"/{repository}/resolve/{hub.revision}/", f"/{repository}/resolve/main/"):
            if path.startswith(start) and path.removeprefix(start) in files:
                _file(hub, handler, path.removeprefix(start), files)
                return
        if path.startswith(f"/api/models/{repository}"):
            _send(handler, _facts(hub, repository, files, "/tree/" in path), {})
            return
    handler.send_error(404)


def _facts(hub: Hub, repository: str, files: Mapping[str, bytes], tree: bool) -> bytes:
    if tree:
        entries = [
            {"type": "file", "path": name, "size": len(data), "oid": etag(data)}
            for name, data in files.items()
        ]
        return json.dumps(entries).encode()
    siblings = [{"rfilename": name} for name in files]
    return json.dumps({"id": repository, "sha": hub.revision, "siblings": siblings}).encode()


def _file(hub: Hub, handler: BaseHTTPRequestHandler, name: str, files: Mapping[str, bytes]) -> None:
    """Send a file, or what is left of it; as the switches say, late, not all of it or another one."""
    stated = {"ETag": f'"{etag(files[name])}"', "X-Repo-Commit": hub.revision}
    data = hub.lie.get(name, files[name])
    wanted = handler.headers.get("Range", "")
    start = int(wanted.removeprefix("bytes=").split("-")[0]) if wanted and hub.ranges else 0
    if handler.command == "GET" and hub.pause:
        time.sleep(hub.pause)
    if start:
        stated["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
    most = 0
    if handler.command == "GET" and hub.cut:
        most, hub.cut = hub.cut, 0
    status = 206 if start else 200
    _send(handler, data[start:], stated, status=status, most=most, pace=lambda: hub.trickle)
    if most:
        time.sleep(hub.stuck)


def _send(
    handler: BaseHTTPRequestHandler,
    body: bytes,
    headers: Mapping[str, str],
    *,
    status: int = 200,
    most: int = 0,
    pace: Callable[[], float] = lambda: 0.0,  # what it says may change on the way
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    if handler.command == "GET":
        body = body[:most] if most else body
        size = 10_000 if pace() else max(len(body), 1)
        for start in range(0, len(body), size):
            handler.wfile.write(body[start : start + size])
            time.sleep(pace())
        if most:
            handler.wfile.flush()
            handler.close_connection = True
