"""The app served from this very process, so that what a rerun computes can be computed again, bare.

`Recorder` notes every computation that the cache of results and the cache of encoded pictures had to
make. A note is the closure itself with its inputs: called again, it does the same work without
Streamlit, without the page and without the network.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from scripts.app_server import ROOT, free_port


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Serve the app from a thread of this process; yields its address."""
    from streamlit.web.bootstrap import load_config_options
    from streamlit.web.server.server import Server

    port = free_port()
    load_config_options(
        {
            "server_port": port,
            "server_address": "127.0.0.1",
            "server_headless": True,
            "server_fileWatcherType": "none",
            "logger_level": "warning",
        }
    )
    ready = threading.Event()
    held: list[tuple[asyncio.AbstractEventLoop, Server]] = []

    async def serve() -> None:
        server = Server(str(ROOT / "app.py"), False)
        await server.start()
        held.append((asyncio.get_running_loop(), server))
        ready.set()
        await server.stopped

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="server", daemon=True)
    thread.start()
    if not ready.wait(60):
        raise RuntimeError("the app did not start within a minute")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop, server = held[0]
        with contextlib.redirect_stdout(io.StringIO()):  # it says that it stops
            loop.call_soon_threadsafe(server.stop)
            thread.join(20)


class Recorder:
    """Notes what a rerun computes anew. Create it after the first page was opened."""

    def __init__(self) -> None:
        # Only now: the viewer registers itself with the server that runs.
        from components import viewer
        from engine.lab import CACHE

        self._results, self._pictures = CACHE, viewer._ENCODED
        self._notes: list[tuple[Any, Any, Callable[[], Any]]] = []
        for cache in (self._results, self._pictures):
            self._listen(cache)

    def _listen(self, cache: Any) -> None:
        original = cache.get

        def get(key: Any, make: Callable[[], Any], *more: Any) -> Any:
            def noted() -> Any:
                self._notes.append((cache, key, make))
                return make()

            return original(key, noted, *more)

        cache.get = get

    def start(self) -> None:
        """Forget the notes."""
        self._notes.clear()

    def bare(self) -> tuple[float, float, int]:
        """Do the noted work again: seconds for results, for encoded pictures; how many notes."""
        seconds = {id(self._results): 0.0, id(self._pictures): 0.0}
        for cache, _, make in self._notes:
            start = time.perf_counter()
            make()
            seconds[id(cache)] += time.perf_counter() - start
        return seconds[id(self._results)], seconds[id(self._pictures)], len(self._notes)

    def forget(self) -> None:
        """Drop what was noted from the caches, so that the same change is new again."""
        for cache, key, _ in self._notes:
            with cache._lock:
                cache._values.pop(key, None)
        self._notes.clear()
