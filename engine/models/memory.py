"""Networks that are open: built once per process, shared by everybody, within a budget of bytes.

A function that builds a network is decorated by `kept`. In the scripts of the code panel `kept` is
`functools.cache`, which does the same for one person: nothing is built twice.
"""

from __future__ import annotations

import functools
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.cache import ByteCache
from engine.models.catalogue import MODELS, Model
from engine.models.locate import folders_of
from engine.resident import relieve, when_short

# A host of 2.7 GB has some 1.2 GB left beside the libraries, 50 sessions and the cache of values. A
# network takes up to twice its bytes for a moment while it is built, so this is what may stay open.
BUDGET = int(os.environ.get("NUMEROSCOPE_MODELS_MB", "600")) * 2**20


@dataclass(frozen=True, eq=False)
class _Open:
    """An open network: what the function returned, its bytes, and the name of its file or folder."""

    value: Any
    size: int
    name: str


def size_of_open(opened: Any) -> int:
    """The bytes of an open network."""
    return int(opened.size)


# One at a time is built: two at once would need twice the memory.
_SHELF = ByteCache(BUDGET, workers=1, measure=size_of_open)
_lock = threading.Lock()
_used: dict[str, tuple[_Open, float]] = {}  # key -> what is open, and when it was last asked for


def kept(build: Callable[..., Any]) -> Callable[..., Any]:
    """Let the networks that `build(path, *more)` returns stay open, the latest used within `BUDGET`.

    Parameters
    ----------
    build : a function whose first argument is the path of a model's file or folder. What it returns
        is shared by all threads and never changed.
    """

    @functools.wraps(build)
    def shared(path: str, *more: Any) -> Any:
        key = f"{build.__module__}.{build.__qualname__}{(path, *more)!r}"
        on_disk = _bytes_of(Path(path))

        def opened() -> _Open:
            relieve()
            model = _model_of(Path(path))
            # Files hold 16-bit numbers, which an open network has as 32-bit ones.
            _SHELF.make_room(max(on_disk, model.memory if model else 0))
            value = build(path, *more)
            name = model.name if model else Path(path).stem
            return _Open(value, network_bytes(value) or on_disk, name)

        found = _SHELF.get(key, opened)
        with _lock:
            _used[key] = found, time.monotonic()
            _forget()
        return found.value

    return shared


def network_bytes(value: Any) -> int:
    """Bytes of the tensors, arrays and torch modules in `value`; 0 for anything else."""
    if isinstance(value, Mapping):
        return sum(map(network_bytes, value.values()))
    if isinstance(value, (tuple, list)):
        return sum(map(network_bytes, value))
    if hasattr(value, "parameters") and hasattr(value, "buffers"):
        kinds = (value.parameters, value.buffers)
        return sum(int(tensor.nbytes) for kind in kinds for tensor in kind())
    return int(getattr(value, "nbytes", 0))


def open_networks() -> tuple[tuple[str, int, float], ...]:
    """The models that are open: (name, bytes, seconds since its last use), the latest first.

    What was opened of one model twice, or in two parts, is one entry.
    """
    now = time.monotonic()
    with _lock:
        _forget()
        latest = sorted(_used.values(), key=lambda item: -item[1])
    sizes: dict[str, int] = {}
    ago: dict[str, float] = {}
    for found, used in latest:
        sizes[found.name] = sizes.get(found.name, 0) + found.size
        ago.setdefault(found.name, now - used)
    return tuple((name, size, ago[name]) for name, size in sizes.items())


@when_short
def close_networks() -> None:
    """Let all go; who computes with one at this moment keeps it until it is done."""
    _SHELF.clear()
    with _lock:
        _forget()


def _forget() -> None:
    """Hold nothing that the shelf has let go."""
    for key in [key for key in _used if key not in _SHELF]:
        del _used[key]


def _model_of(path: Path) -> Model | None:
    """The model whose file or folder this is, if it is one of the table; no file is read for that."""
    for model in MODELS:
        for folder in folders_of(model):
            if path in (folder, *(folder / file.name for file in model.files)):
                return model
    return None


def _bytes_of(path: Path) -> int:
    files = path.iterdir() if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files if file.is_file())
