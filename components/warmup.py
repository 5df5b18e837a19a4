"""What is slow the first time is done once, in the background, after the first page was served."""

from __future__ import annotations

import gc
import importlib
import logging
import threading
import time

log = logging.getLogger("numeroscope")

# The libraries that the digitization pages load inside functions, most wanted first.
# torch, transformers, umap and librosa are not among them: no page of these lessons needs them.
LIBRARIES = ("PIL.Image", "scipy.fft", "plotly.graph_objects", "streamlit.elements.plotly_chart")
_DELAY_SECONDS = 1.0  # the first page goes out first; imports hold the interpreter's lock
_started = threading.Event()
finished = threading.Event()


def start() -> None:
    """Start the warm-up once per process; later calls cost nothing."""
    if _started.is_set():
        return
    _started.set()
    threading.Thread(target=_work, name="warm-up", daemon=True).start()


def _work() -> None:
    time.sleep(_DELAY_SECONDS)
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError:
            log.exception("warm-up could not import %s", name)
    # What is loaded by now lives as long as the process; frozen, it is not walked at each garbage
    # collection. Where a host overrules `runner.postScriptGC`, Streamlit collects after every run
    # while it holds the interpreter's lock: 3.7 s for fifty learners, 0.4 s once this has run.
    gc.collect()
    gc.freeze()
    finished.set()
