"""From a recorded chain to Python that anyone can run.

The script holds the source of every engine function that ran, the public imports that these need, and
the calls with the parameters of the moment. Nothing is written twice: the text comes from the modules
themselves, followed statically from name to name (`ast`), so what is shown is what ran.

What an engine function may refer to, so that its source can be followed: names of its own module,
names imported there by `from engine.x import name`, public libraries, and builtins.
"""

from __future__ import annotations

import ast
import builtins
import functools
import hashlib
import importlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.models.catalogue import Model

PRIVATE = "engine"  # the package whose source is copied; everything else is imported

# The names that the expression which reads or finds a file may use.
_READERS = {
    "Path": "from pathlib import Path",
    "files": "from importlib.resources import files",
    "hf_hub_download": "from huggingface_hub import hf_hub_download",
    "snapshot_download": "from huggingface_hub import snapshot_download",
}

# What is shared by a whole room here, and by nobody in a script, is something public there.
_IN_SCRIPTS = {("engine.models.memory", "kept"): "from functools import cache as kept"}


@dataclass(frozen=True)
class Call:
    """One step of a chain: either a function with its parameters, or a file that was read."""

    function: Callable[..., Any] | None
    params: tuple[tuple[str, Any], ...] = ()
    literal: bytes = b""
    digest: str = ""
    expression: str = ""
    file_name: str = ""  # of a file that the script expects beside it; "" if a package holds it
    isolated: float = 0.0  # seconds that a child process may take for it; 0: no child process
    mapped: bool = False  # whether the child's answer is a file mapped into memory
    network: bool = False  # whether it waits in the queue of the networks
    model: Model | None = None  # a model that was located


#: A step as code: the name of its result, the call, and the names of its inputs.
Step = tuple[str, Call, tuple[str, ...]]


@dataclass(frozen=True)
class _Definition:
    """A top-level name of an engine module: its source text, or where it is imported from."""

    text: str
    names: frozenset[str]  # the names that the text needs when it runs
    annotations: frozenset[str] = frozenset()  # the names that only its annotations use
    is_import: bool = False


@functools.cache
def _definitions(module: str) -> dict[str, _Definition | tuple[str, str]]:
    """Top-level names of `module`; a tuple (module, name) points on to another engine module."""
    path = importlib.import_module(module).__file__
    assert path is not None
    text = Path(path).read_text(encoding="utf-8")
    found: dict[str, _Definition | tuple[str, str]] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                line = ast.unparse(ast.Import([alias]))
                found[alias.asname or alias.name.split(".")[0]] = _Definition(
                    line, frozenset(), is_import=True
                )
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                name = alias.asname or alias.name
                if public := _IN_SCRIPTS.get((node.module or "", alias.name)):
                    found[name] = _Definition(public, frozenset(), is_import=True)
                elif node.module and node.module.split(".")[0] == PRIVATE:
                    found[name] = (node.module, alias.name)
                elif node.module != "__future__":
                    line = ast.unparse(ast.ImportFrom(node.module, [alias], node.level))
                    found[name] = _Definition(line, frozenset(), is_import=True)
        else:
            needed = _referred(node)
            everything = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
            definition = _Definition(_source(text, node), needed, frozenset(everything - needed))
            for name in _defined(node):
                found[name] = definition
    return found


def _source(text: str, node: ast.stmt) -> str:
    """The exact source of a statement, its decorators and the comment lines above it included."""
    lines = text.split("\n")  # as `ast` counts them; splitlines() knows more line ends
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)]) - 1
    while first > 0 and lines[first - 1].startswith("#"):
        first -= 1
    return "\n".join(lines[first : node.end_lineno])


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [
        name.id
        for t in targets
        if t
        for name in ast.walk(t)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    ]


def _referred(node: ast.stmt) -> frozenset[str]:
    """Every name that a statement reads; annotations are left out, they are never evaluated."""
    names: set[str] = set()

    class Visitor(ast.NodeVisitor):
        def visit_Name(self, name: ast.Name) -> None:
            names.add(name.id)

        def visit_arg(self, arg: ast.arg) -> None:
            """Skip the annotation of an argument."""

        def visit_FunctionDef(self, function: ast.FunctionDef) -> None:
            for child in [*function.decorator_list, function.args, *function.body]:
                self.visit(child)

        def visit_AnnAssign(self, assignment: ast.AnnAssign) -> None:
            self.visit(assignment.target)
            if assignment.value:
                self.visit(assignment.value)

    Visitor().visit(node)
    return frozenset(names)


def _collect(module: str, name: str, into: dict[str, _Definition]) -> None:
    """Add `name` of `module` and all that it needs to `into`, needed things first."""
    definition = _definitions(module).get(name)
    if isinstance(definition, tuple):
        _, original = definition
        if original != name:
            raise ValueError(f"{module} renames {original} to {name}: its source can't be shown")
        return _collect(*definition, into)
    if definition is None:
        raise ValueError(f"{module}.{name} is not defined at the top of its module")
    if into.get(name) is definition:
        return None
    if name in into and into[name].text != definition.text:
        raise ValueError(f"two things are called {name} in one script: {module} and another module")
    placed = into.pop(name, None) or definition
    into[name] = placed  # before its needs, so that recursion ends; moved behind them below
    for needed in sorted(definition.names):
        if needed != name and needed in _definitions(module):
            _collect(module, needed, into)
    for mentioned in sorted(definition.annotations):
        # Never evaluated; imported all the same, or an editor would underline every signature.
        found = _definitions(module).get(mentioned)
        if isinstance(found, _Definition) and found.is_import:
            into.setdefault(mentioned, found)
    into[name] = into.pop(name)
    return None


@functools.cache
def _closure(function: Callable[..., Any]) -> dict[str, _Definition]:
    """Everything that a function needs, by name, in an order in which it can be defined."""
    found: dict[str, _Definition] = {}
    _collect(function.__module__, function.__name__, found)
    return found


@functools.cache
def fingerprint(function: Callable[..., Any]) -> str:
    """Identity of a function for cache keys: where it lives and all source that it depends on."""
    texts = [definition.text for definition in _closure(function).values()]
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    return f"{function.__module__}.{function.__qualname__}:{digest}"


def _literal(value: Any) -> str:
    """A parameter as Python; long runs of strokes are wrapped to readable lines."""
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, tuple):
        items = [_literal(item) for item in value]
        text = f"({', '.join(items)}{',' if len(items) == 1 else ''})"
        return text if len(text) <= 80 else "(\n        " + ",\n        ".join(items) + ",\n    )"
    return repr(value)


def _statement(step: Step) -> str:
    name, call, inputs = step
    if call.function is None:
        files = call.model.files if call.model else ()
        # Several files have no hash in common; that of a model stands in the table of models.
        digest = call.digest if not call.model else files[0].sha256 if len(files) == 1 else ""
        return f"{name} = {call.expression}" + (f"  # SHA-256 {digest[:16]}..." if digest else "")
    arguments = [*inputs, *(f"{key}={_literal(value)}" for key, value in call.params)]
    line = f"{name} = {call.function.__name__}({', '.join(arguments)})"
    if len(line) <= 100:
        return line
    return f"{name} = {call.function.__name__}(\n    " + ",\n    ".join(arguments) + ",\n)"


def _parts(steps: Sequence[Step]) -> tuple[list[str], list[str], list[str]]:
    """Import lines, definitions and statements of a script."""
    needed: dict[str, _Definition] = {}
    imports: set[str] = set()
    for _, call, _ in steps:
        if call.function is None:
            names = {n.id for n in ast.walk(ast.parse(call.expression)) if isinstance(n, ast.Name)}
            imports |= {_READERS[name] for name in names if name in _READERS}
            continue
        for name, definition in _closure(call.function).items():
            if needed.setdefault(name, definition).text != definition.text:
                raise ValueError(f"two things are called {name} in one script")
    imports |= {definition.text for definition in needed.values() if definition.is_import}
    results = {name for name, _, _ in steps}
    if clash := results & (set(needed) | set(dir(builtins))):
        raise ValueError(f"results are named like what the script defines: {sorted(clash)}")
    # One assignment may define several names, and several functions share their helpers.
    definitions = dict.fromkeys(d.text for d in needed.values() if not d.is_import)
    ordered = sorted(imports, key=lambda line: (line.startswith("from"), line))
    return ordered, list(definitions), [_statement(step) for step in steps]


def script(steps: Sequence[Step]) -> str:
    """The chain as a Python file that needs public libraries and the file that was looked at."""
    imports, definitions, statements = _parts(steps)
    head = "from __future__ import annotations\n\n" + "\n".join(imports)
    return "\n\n\n".join([head, *definitions, "\n".join(statements)]) + "\n"


def calls(steps: Sequence[Step]) -> str:
    """The last part of the script alone: which function was called with what, step by step."""
    return "\n".join(_statement(step) for step in steps) + "\n"


def notebook(steps: Sequence[Step]) -> str:
    """The chain as a Jupyter notebook: imports, one cell a definition, one cell a step.

    The format is nbformat 4.5 (https://nbformat.readthedocs.io), written directly: it is a JSON
    object of two lists, and Jupyter itself need not be installed on the server.
    """
    imports, definitions, statements = _parts(steps)
    shown = [
        f"print({name!r}, getattr({name}, 'shape', ''), getattr({name}, 'dtype', type({name})))"
        for name, _, _ in steps
    ]
    # Jupyter keeps a `__future__` switch of the first cell on for all later ones.
    cells = ["\n".join(["from __future__ import annotations", "", *imports]), *definitions]
    cells += [f"{line}\n{show}" for line, show in zip(statements, shown, strict=True)]
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "id": f"cell-{number}",
                    "metadata": {},
                    "outputs": [],
                    "source": text,
                }
                for number, text in enumerate(cells)
            ],
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        ensure_ascii=False,
        indent=1,
    )
