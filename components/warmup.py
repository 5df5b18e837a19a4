"""What is slow the first time is done once, in the background, after the first page was served."""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import logging
import os
import socket
import stat
import threading
import time

from engine.imports import once_whole

log = logging.getLogger("numeroscope")

# The libraries that the digitization pages load inside functions, most wanted first.
# torch, transformers, umap and librosa are not among them: no page of these lessons needs them.
LIBRARIES = (
    "PIL.Image",
    "scipy.fft",
    "pandas",
    "plotly.graph_objects",
    "streamlit.elements.plotly_chart",
    "scipy.signal",
    "scipy.ndimage",
)
_DELAY_SECONDS = 1.0  # the first page goes out first; imports hold the interpreter's lock
_INTERNET = (socket.AF_INET, socket.AF_INET6)
_lock = threading.Lock()
_started = threading.Event()
finished = threading.Event()


def start() -> None:
    """Start the warm-up once per process; later calls cost nothing."""
    with _lock:
        if _started.is_set():
            return
        _started.set()
    threading.Thread(target=_work, name="warm-up", daemon=True).start()


def _work() -> None:
    time.sleep(_DELAY_SECONDS)
    try:
        # A library may fail while another thread imports one that it looks into (SciPy asks whether
        # an array is PyTorch's); the page that needs it imports it anew.
        for name in LIBRARIES:
            try:
                once_whole(functools.partial(importlib.import_module, name))
            except Exception:
                log.exception("the warm-up left out %s", name)
        send_at_once()
        # What is loaded by now is not walked again at each garbage collection. Where a host overrules
        # `runner.postScriptGC`, Streamlit collects after every run while it holds the interpreter's
        # lock: 3.7 s for fifty learners, 0.4 s once this has run.
        gc.collect()
        gc.freeze()
    except Exception:
        log.exception("the warm-up stopped half-way; the app works, more slowly")
    finally:
        finished.set()


def send_at_once() -> None:
    """Switch Nagle's algorithm off for the server's connections: an answer took 46 ms, now 6 ms.

    The algorithm holds a small packet back until the one before it is acknowledged, which browsers
    do 40 ms later. asyncio switches it off for the sockets that it opens, but not for those that
    Streamlit opens for it: their protocol number is 0 instead of IPPROTO_TCP
    (https://github.com/Kludex/uvicorn/issues/3149). A connection inherits from the socket that
    listens, and Streamlit hands out neither, so they are looked up among all open files of the
    process. (Not among all objects: `gc.get_objects` holds on to tuples that other threads are just
    building, and these then fail with a SystemError.) Windows has no list of open files.
    """
    for number in map(int, os.listdir("/dev/fd") if os.path.isdir("/dev/fd") else ()):
        with contextlib.suppress(OSError):  # closed meanwhile, or not TCP
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            # Through a copy: closing it leaves the socket open, and options are the socket's own.
            with contextlib.closing(socket.socket(fileno=os.dup(number))) as connection:
                if connection.family in _INTERNET:
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
