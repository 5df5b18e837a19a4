"""One call of an engine function in a process of its own, where a crash does no harm.

Decoders are compiled code, and a malformed file can crash one together with everything around it. So
the function works in a short child process with little time and memory. Parent and child exchange
plain values and arrays as JSON and raw numbers, nothing that could run code when it is read
(no pickle): what comes back from a child is as little to be trusted as the file that it has read.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import math
import mmap
import os
import re
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.cache import is_frame
from engine.errors import N_, UserError
from engine.table.parts import frame_of, parts_of

ROOT = str(Path(__file__).resolve().parent.parent)
# Starting Python takes 0.3 s; the rest is for the work, on a busy machine.
SECONDS = 30.0
# For what goes on in the background, like decoding an hour of sound.
PATIENCE = 180.0
# Address space of the child in all: Python, numpy, the file and what is made of it.
MEMORY = 2_000_000_000
# What a child may send back, through a pipe and as a file.
MOST_BYTES = 400_000_000
MOST_MAPPED = 900_000_000
# Arrays begin at multiples of it, as Arrow asks of what it works on where it lies.
ALIGNED = 64
# Kinds of numbers that an array may hold: Boolean, whole, floating-point, complex.
NUMBERS = "biufc"

# -I: neither the folder of the moment nor environment variables decide what is imported.
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from engine.isolate import serve; serve()"


def call(
    function: Callable[..., Any],
    *inputs: Any,
    time_limit: float = SECONDS,
    memory_limit: int = MEMORY,
    mapped: bool = False,
    **params: Any,
) -> Any:
    """Return `function(*inputs, **params)`, computed in a child process.

    Parameters
    ----------
    function : at the top of a module of this repository.
    *inputs, **params : None, bool, int, float, str, bytes, arrays of numbers, tables (pandas
        DataFrames, see `engine.table.parts`), and tuples of these.
    time_limit : float, seconds that the child may take, its start included.
    memory_limit : int, bytes of address space that it may take in all (not enforced on Windows).
    mapped : bool, whether the answer goes through a temporary file without a name, and its arrays
        are that file, mapped into memory: they take disk instead of memory, and the file goes with
        the last of them.

    Returns
    -------
    What the function returns; the same kinds of values.

    Raises
    ------
    UserError : the one that the function raised, or: it crashed, took too long or too much memory.
    RuntimeError : the function raised anything else; the child's traceback is in the message.
    """
    request = (function.__module__, function.__name__, memory_limit, inputs, tuple(params.items()))
    exchange = _exchange_by_file if mapped else _exchange
    try:
        status, *content = exchange(encode(request), time_limit)
        if status == "value":
            return content[0]
        if status == "memory":
            raise _too_much(memory_limit)
        if status == "user":
            message, fields = content
            raise UserError(message, **dict(fields))
        if status != "error":
            raise ValueError("an unknown kind of answer")
        problem = RuntimeError(f"in a child process:\n{content[0]}")
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise _crashed() from error
    raise problem


def serve() -> None:
    """What the child does: read a request from stdin, call the function, write the answer."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not become part of the answer
    module, name, memory, inputs, params = decode(sys.stdin.buffer)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_MAPPED, MOST_MAPPED))
    try:
        function = getattr(importlib.import_module(module), name)
        answer: tuple[Any, ...] = ("value", function(*inputs, **dict(params)))
        parts = encode(answer)
    except UserError as error:
        parts = encode(("user", error.message, tuple(error.params.items())))
    except MemoryError:
        parts = encode(("memory",))
    except Exception:
        parts = encode(("error", traceback.format_exc()))
    for part in parts:
        out.write(part)
    out.close()
    os._exit(0)  # at once: a library's own clean-up may crash after damaged data


def _exchange(parts: list[Any], seconds: float) -> Any:
    """Start a child, send it `parts`, and return what it answers, decoded but not to be trusted."""
    with _child(parts, seconds, subprocess.PIPE) as (process, late):
        assert process.stdout is not None
        with process.stdout:
            try:
                return decode(process.stdout)
            except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as problem:
                if late.is_set():
                    raise _too_late(seconds) from problem
                raise


def _exchange_by_file(parts: list[Any], seconds: float) -> Any:
    """The same; the child writes its answer into a file, which becomes the memory of the arrays."""
    with tempfile.TemporaryFile() as file:
        with _child(parts, seconds, file) as (process, late):
            process.wait()
        if late.is_set():
            raise _too_late(seconds)
        return decode(_Mapped(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))


@contextlib.contextmanager
def _child(
    parts: list[Any], seconds: float, answer: Any
) -> Iterator[tuple[subprocess.Popen[bytes], threading.Event]]:
    """A child that is sent `parts` and is stopped after so many seconds, and that stopped it."""
    # Each thread reserves address space, and so does Arrow's own pool; the limit counts it.
    alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    alone |= {"ARROW_DEFAULT_MEMORY_POOL": "system"}
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _CHILD, ROOT],
        stdin=subprocess.PIPE,
        stdout=answer,
        stderr=subprocess.DEVNULL,  # a damaged file can make a decoder complain without end
        env=os.environ | alone,
    )
    assert process.stdin is not None
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    def send(pipe: Any) -> None:
        # A child that crashed does not read on.
        with contextlib.suppress(OSError), pipe:
            for part in parts:
                pipe.write(part)

    timer = threading.Timer(seconds, stop)
    sender = threading.Thread(target=send, args=(process.stdin,), daemon=True)
    timer.start()
    sender.start()
    try:
        yield process, late
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        sender.join()


class _Mapped(io.RawIOBase):
    """A mapped file to `decode`: what is read from it is a part of it, not a copy."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._rest = memoryview(memory)

    def readline(self, size: int | None = -1) -> bytes:
        end = self._rest.obj.find(b"\n") + 1  # type: ignore[attr-defined]
        return bytes(self.part(end))

    def read(self, size: int = -1) -> bytes:
        return bytes(self.part(size))

    def part(self, size: int) -> memoryview:
        """The next `size` bytes, or fewer at the end."""
        found, self._rest = self._rest[:size], self._rest[size:]
        return found


def encode(value: Any) -> list[Any]:
    """A line of JSON with the plain values, then the bytes and arrays it refers to, as buffers.

    The line and each buffer are filled up to a multiple of `ALIGNED`.
    """
    buffers: list[Any] = []

    def put(buffer: Any, size: int) -> None:
        buffers.extend((buffer, b"\0" * (-size % ALIGNED)))

    def tree(item: Any) -> Any:
        if isinstance(item, (tuple, list)):
            return {"t": [tree(part) for part in item]}
        if isinstance(item, bytes):
            put(item, len(item))
            return {"b": len(item)}
        if isinstance(item, np.ndarray):
            if item.dtype.kind not in NUMBERS:
                raise TypeError(f"arrays of {item.dtype} do not travel")
            packed = np.ascontiguousarray(item)
            put(packed.data.cast("B") if packed.size else b"", packed.nbytes)
            return {"a": item.dtype.str, "s": list(item.shape)}
        if is_frame(item):
            return {"f": tree(parts_of(item))}
        if item is None or type(item) in (bool, int, float, str):
            return item
        raise TypeError(f"{type(item).__name__} does not travel between processes")

    line = json.dumps(tree(value)).encode("ascii")
    return [line, b" " * (-(len(line) + 1) % ALIGNED) + b"\n", *buffers]


def decode(stream: Any) -> Any:
    """Read what `encode` wrote; anything else is a ValueError, TypeError or LookupError.

    Parameters
    ----------
    stream : a binary file; the arrays of a `_Mapped` one are not copied.
    """
    mapped = isinstance(stream, _Mapped)
    left = MOST_MAPPED if mapped else MOST_BYTES

    def value(tree: Any) -> Any:
        if not isinstance(tree, dict):
            return tree
        if "t" in tree:
            return tuple(value(part) for part in tree["t"])
        if "b" in tree:
            return bytes(content(int(tree["b"])))
        if "f" in tree:
            return frame_of(value(tree["f"]))
        if not re.fullmatch(rf"[<>|][{NUMBERS}]\d{{1,2}}", tree["a"]):
            raise ValueError("not an array of numbers")
        kind, shape = np.dtype(tree["a"]), tuple(int(side) for side in tree["s"])
        if any(side < 0 for side in shape):
            raise ValueError("a negative length")
        return np.frombuffer(content(math.prod(shape) * kind.itemsize), kind).reshape(shape)

    def content(count: int) -> memoryview:
        nonlocal left
        if not 0 <= count <= left:
            raise ValueError("too much to read")
        left -= count
        buffer = stream.part(count) if mapped else _filled(stream, count)
        if len(buffer) != count:
            raise ValueError("the answer is cut off")
        stream.read(-count % ALIGNED)
        return buffer

    return value(json.loads(stream.readline(MOST_BYTES)))


def _filled(stream: Any, count: int) -> memoryview:
    """The next `count` bytes of a stream, or fewer at its end."""
    buffer = memoryview(bytearray(count))
    filled = 0
    while filled < count:
        read = stream.readinto(buffer[filled:])
        if not read:
            break
        filled += read
    return buffer[:filled]


def _crashed() -> UserError:
    return UserError(
        N_(
            "The program that reads this file stopped: the file is damaged or stored in an unusual "
            "way. Open it in another program, save it anew and try again."
        )
    )


def _too_late(seconds: float) -> UserError:
    return UserError(
        N_(
            "Reading this file takes longer than {seconds} s. Choose a shorter or smaller one, "
            "or save the part that you need."
        ),
        seconds=round(seconds),
    )


def _too_much(memory: int) -> UserError:
    return UserError(
        N_("Reading this file needs more than {limit} MB of memory. Choose a smaller one."),
        limit=memory // 1_000_000,
    )
