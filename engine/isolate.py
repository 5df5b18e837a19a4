"""One call of an engine function in a process of its own, where a crash does no harm.

Decoders are compiled code, and a malformed file can crash one together with everything around it. So
the function works in a short child process with little time and memory. Parent and child exchange
plain values and arrays as JSON and raw numbers, nothing that could run code when it is read
(no pickle): what comes back from a child is as little to be trusted as the file that it has read.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import os
import re
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np

from engine.errors import N_, UserError

ROOT = str(Path(__file__).resolve().parent.parent)
# Starting Python takes 0.3 s; the rest is for the work, on a busy machine.
SECONDS = 30.0
# For what goes on in the background, like decoding an hour of sound.
PATIENCE = 180.0
# Address space of the child in all: Python, numpy, the file and what is made of it.
MEMORY = 2_000_000_000
# What a child may send back.
MOST_BYTES = 400_000_000
# Kinds of numbers that an array may hold: Boolean, whole, floating-point, complex.
NUMBERS = "biufc"

# -I: neither the folder of the moment nor environment variables decide what is imported.
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from engine.isolate import serve; serve()"


def call(
    function: Callable[..., Any],
    *inputs: Any,
    time_limit: float = SECONDS,
    memory_limit: int = MEMORY,
    **params: Any,
) -> Any:
    """Return `function(*inputs, **params)`, computed in a child process.

    Parameters
    ----------
    function : at the top of a module of this repository.
    *inputs, **params : None, bool, int, float, str, bytes, arrays of numbers, and tuples of these.
    time_limit : float, seconds that the child may take, its start included.
    memory_limit : int, bytes of address space that it may take in all (not enforced on Windows).

    Returns
    -------
    What the function returns; the same kinds of values.

    Raises
    ------
    UserError : the one that the function raised, or: it crashed, took too long or too much memory.
    RuntimeError : the function raised anything else; the child's traceback is in the message.
    """
    request = [function.__module__, function.__name__, memory_limit, inputs, tuple(params.items())]
    try:
        status, *content = _exchange(encode(tuple(request)), time_limit)
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
    # Each thread reserves address space, and the limit counts it.
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _CHILD, ROOT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a damaged file can make a decoder complain without end
        env=alone,
    )
    assert process.stdin is not None
    assert process.stdout is not None
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
        return decode(process.stdout)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as problem:
        if late.is_set():
            raise _too_late(seconds) from problem
        raise
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        sender.join()
        process.stdout.close()


def encode(value: Any) -> list[Any]:
    """A line of JSON with the plain values, then the bytes and arrays it refers to, as buffers."""
    buffers: list[Any] = []

    def tree(item: Any) -> Any:
        if isinstance(item, (tuple, list)):
            return {"t": [tree(part) for part in item]}
        if isinstance(item, bytes):
            buffers.append(item)
            return {"b": len(item)}
        if isinstance(item, np.ndarray):
            if item.dtype.kind not in NUMBERS:
                raise TypeError(f"arrays of {item.dtype} do not travel")
            packed = np.ascontiguousarray(item)
            buffers.append(packed.data.cast("B") if packed.size else b"")
            return {"a": item.dtype.str, "s": list(item.shape)}
        if item is None or type(item) in (bool, int, float, str):
            return item
        raise TypeError(f"{type(item).__name__} does not travel between processes")

    return [json.dumps(tree(value)).encode("ascii") + b"\n", *buffers]


def decode(stream: IO[bytes]) -> Any:
    """Read what `encode` wrote; anything else is a ValueError, TypeError or LookupError."""
    left = MOST_BYTES

    def value(tree: Any) -> Any:
        if not isinstance(tree, dict):
            return tree
        if "t" in tree:
            return tuple(value(part) for part in tree["t"])
        if "b" in tree:
            data = stream.read(room(int(tree["b"])))
            if len(data) != tree["b"]:
                raise ValueError("the answer is cut off")
            return data
        if not re.fullmatch(rf"[<>|][{NUMBERS}]\d{{1,2}}", tree["a"]):
            raise ValueError("not an array of numbers")
        kind, shape = np.dtype(tree["a"]), tuple(int(side) for side in tree["s"])
        if any(side < 0 for side in shape):
            raise ValueError("a negative length")
        buffer = memoryview(bytearray(room(math.prod(shape) * kind.itemsize)))
        filled = 0
        while filled < len(buffer):
            count = stream.readinto(buffer[filled:])  # type: ignore[attr-defined]
            if not count:
                raise ValueError("the answer is cut off")
            filled += count
        return np.frombuffer(buffer, kind).reshape(shape)

    def room(count: int) -> int:
        nonlocal left
        if not 0 <= count <= left:
            raise ValueError("too much to read")
        left -= count
        return count

    return value(json.loads(stream.readline(MOST_BYTES)))


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
