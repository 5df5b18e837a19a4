"""The spine: a page is a recorded chain of calls of engine functions.

A `Lab` records calls; each call is a `Node`. One record serves three ends: the node's key is the key
of the cache, the chain of nodes is the code that the page shows and offers as a download, and a view
can be drawn again, by anybody, from the same record.

Keys form a Merkle tree (R. C. Merkle, "A digital signature based on a conventional encryption
function", 1987): the key of a result digests the function, its parameters and the keys of its inputs,
down to the SHA-256 of the file's bytes. No array is ever hashed.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from engine import isolate
from engine.cache import ByteCache
from engine.codegen import Call, Step, calls, fingerprint, notebook, script
from engine.imports import once_whole
from engine.models.catalogue import Model
from engine.models.public import digest_of, expression_of, files_beside, path_of
from engine.models.queue import QUEUE
from engine.resident import when_short
from engine.sources import Source

Plain = None | bool | int | float | str | bytes | tuple[Any, ...]

#: Shared by every session of this process: same bytes and same parameters, same value.
CACHE = ByteCache()
when_short(CACHE.clear)
#: Tables that lie in temporary files: their bytes are disk, and memory only while they are looked at.
MAPPED = ByteCache(int(os.environ.get("NUMEROSCOPE_TABLES_MB", "1000")) * 2**20, workers=2)


@dataclass(frozen=True, eq=False)
class Node:
    """One recorded result: how to compute it, and the key under which it is kept.

    A node holds no value, so a page that keeps nodes keeps no arrays; `value` comes from the cache,
    or is computed again when the cache had to let it go. Values are read-only.
    """

    key: str
    name: str
    call: Call
    inputs: tuple[Node, ...]
    _cache: ByteCache

    @property
    def origin(self) -> str:
        """The key of the file at the root of the chain, by first inputs; its own if there is none."""
        return self.inputs[0].origin if self.inputs else self.key

    @property
    def value(self) -> Any:
        """The result; computed at most once for as long as the cache keeps it."""
        function = self.call.function
        if function is None:
            return path_of(self.call.model) if self.call.model else self.call.literal
        found, value = self._cache.peek(self.key)
        if found:
            return value
        # The inputs come before the cache is entered: computing a value must not wait for another
        # one while it holds one of the few places to compute.
        values = [node.value for node in self.inputs]
        params = dict(self.call.params)
        if self.call.isolated:
            apart = functools.partial(
                isolate.call, time_limit=self.call.isolated, mapped=self.call.mapped
            )
            return self._cache.get(self.key, lambda: apart(function, *values, **params))
        place = QUEUE.place() if self.call.network else None
        work = functools.partial(function, *values, **params)
        return self._cache.get(self.key, lambda: once_whole(work), place)

    @property
    def is_cached(self) -> bool:
        """Whether the value lies ready; False for one that would have to be computed."""
        return self.call.function is None or self.key in self._cache

    def keep(self, value: Any) -> None:
        """Put the value, computed elsewhere (see engine/work.py), into the cache."""
        self._cache.get(self.key, lambda: value)


class Lab:
    """Records the chain from one source (and any further ones) to what a page shows.

    A lab keeps no list of what it ran: a view names its nodes, and these know their inputs.

    Parameters
    ----------
    source : Source, the file in the tray.
    cache : ByteCache, shared by all sessions unless a test wants its own.
    """

    def __init__(self, source: Source, *, cache: ByteCache = CACHE) -> None:
        self._cache = cache
        self.source = self.open(source)

    def open(self, source: Source, *, as_: str = "data") -> Node:
        """Record a file: the root of a chain. Its key is the digest of its bytes."""
        local = source.expression.startswith("Path(")
        call = Call(
            None,
            literal=source.data,
            digest=source.digest,
            expression=source.expression,
            file_name=source.file_name if local else "",
        )
        return Node(source.digest, as_, call, (), self._cache)

    def weights(self, model: Model, *, as_: str = "weights") -> Node:
        """Record a model: a root whose value is the path of its file, or of its folder of several.

        In the code, the path is where a script finds the same files: an installed package, the
        hub, or its own folder. Its value raises a UserError if the model is not on this computer.
        """
        digest = digest_of(model)
        call = Call(None, digest=digest, expression=expression_of(model), model=model)
        return Node(digest, as_, call, (), self._cache)

    def run(
        self,
        function: Callable[..., Any],
        *inputs: Node,
        as_: str = "",
        isolated: float = 0.0,
        network: bool = False,
        mapped: bool = False,
        **params: Any,
    ) -> Node:
        """Record `function(*inputs, **params)` and return its node; nothing is computed yet.

        Parameters
        ----------
        function : a module-level function of `engine`; see docs/add-a-lesson.md for the rules.
        *inputs : Node, its positional arguments.
        as_ : str, the name of the result in the code that the page shows.
        isolated : float, seconds that a child process may take for it (see `engine.isolate`), as is
            due to decoders of files from outside; 0 computes it here. Code, key and result stay
            the same.
        network : bool, whether it computes with a network: then it waits for its turn in the queue
            of all sessions (see `engine.models.queue`).
        mapped : bool, for an `isolated` one that may be large: the result lies in a temporary file
            that is mapped into memory, and counts among those of `MAPPED`.
        **params : None, bool, int, float, str, bytes or tuples of these.
        """
        for node in inputs:
            if not isinstance(node, Node):
                raise TypeError(
                    f"inputs are nodes, parameters go by name: got {type(node).__name__}"
                )
        items = tuple(sorted((name, _plain(value)) for name, value in params.items()))
        text = "\n".join([fingerprint(function), repr(items), *(node.key for node in inputs)])
        key = hashlib.sha256(text.encode()).hexdigest()
        call = Call(function, items, isolated=isolated, network=network, mapped=mapped)
        cache = MAPPED if mapped else self._cache
        return Node(key, as_ or f"{function.__name__}_result", call, inputs, cache)


def script_of(*nodes: Node) -> str:
    """Python that computes `nodes`, and all that they need, with public libraries only."""
    return script(_steps(nodes))


def calls_of(*nodes: Node) -> str:
    """The calls of that script without the functions that they call."""
    return calls(_steps(nodes))


def notebook_of(*nodes: Node) -> str:
    """The same as a Jupyter notebook (nbformat 4 JSON)."""
    return notebook(_steps(nodes))


def names_of(*nodes: Node) -> tuple[str, ...]:
    """What `nodes` are called in their script: two results of one wanted name are told apart."""
    names = _names(_ordered(nodes))
    return tuple(names[node.key] for node in nodes)


def files_of(*nodes: Node) -> dict[str, Callable[[], bytes]]:
    """The files that the script of `nodes` reads from its own folder: name -> what reads them here."""
    found: dict[str, Callable[[], bytes]] = {}
    for _name, call, _inputs in _steps(nodes):
        if call.file_name:
            found[call.file_name] = functools.partial(bytes, call.literal)
        elif call.model:
            found |= {name: path.read_bytes for name, path in files_beside(call.model).items()}
    return found


def _plain(value: Any) -> Plain:
    """Check that a parameter can be written into code and into a key without loss."""
    if isinstance(value, list):
        value = tuple(value)
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    if value is None or type(value) in (bool, int, float, str, bytes):
        return value
    raise TypeError(f"a parameter must be a plain Python value, not {type(value).__name__}")


def _ordered(nodes: tuple[Node, ...]) -> list[Node]:
    """The nodes and all that they need, inputs before results, each once."""
    ordered: dict[str, Node] = {}

    def visit(node: Node) -> None:
        if node.key not in ordered:
            for source in node.inputs:
                visit(source)
            ordered[node.key] = node

    for node in nodes:
        visit(node)
    return list(ordered.values())


def _names(ordered: list[Node]) -> dict[str, str]:
    """A Python name for each key: the wanted one, numbered from its second use on."""
    names: dict[str, str] = {}
    for node in ordered:
        name, count = node.name, 1
        while name in names.values():
            count += 1
            name = f"{node.name}_{count}"
        names[node.key] = name
    return names


def _steps(nodes: tuple[Node, ...]) -> list[Step]:
    ordered = _ordered(nodes)
    names = _names(ordered)
    files: set[str] = set()
    steps: list[Step] = []
    for node in ordered:
        call = node.call
        if call.file_name:
            name = _free(call.file_name, files)
            files.add(name)
            call = replace(call, file_name=name, expression=f"Path({name!r}).read_bytes()")
        inputs = tuple(names[source.key] for source in node.inputs)
        steps.append((names[node.key], call, inputs))
    return steps


def _free(file_name: str, taken: set[str]) -> str:
    """`file_name`, or a numbered one: two sources may be files of one name."""
    path, count, name = PurePath(file_name), 1, file_name
    while name in taken:
        count += 1
        name = f"{path.stem}_{count}{path.suffix}"
    return name
