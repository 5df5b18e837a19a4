"""Full runs that were recorded: small tables of what happened in each epoch, made by `assets/make_*.py`.

A recorded run is one safetensors file in `assets/runs/`. Its arrays have one row an epoch; its
metadata say what made it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def record(path: str | Path, arrays: Mapping[str, NDArray[Any]], **facts: object) -> None:
    """Write a recorded run.

    Parameters
    ----------
    arrays : by name; "epochs" holds the number of the epoch of each row.
    **facts : what is said about it: `script`, `machine`, `seconds`, `seed`, `data`, and so on.
    """
    from safetensors.numpy import save

    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    told = {name: str(fact) for name, fact in sorted(facts.items())}
    Path(path).write_bytes(save(whole, told))


def recorded(path: str, *, name: str) -> NDArray[Any]:
    """One array of a recorded run.

    Parameters
    ----------
    path : of the file.
    name : of the array.
    """
    from safetensors.numpy import load_file

    return np.array(load_file(path)[name])


def recorded_names(path: str) -> tuple[str, ...]:
    """The names of the arrays of a recorded run, sorted."""
    return tuple(sorted(name for name in _head(path) if name != "__metadata__"))


def recorded_facts(path: str) -> tuple[tuple[str, str], ...]:
    """What is said about a recorded run: pairs of a name and a fact, sorted."""
    return tuple(sorted(_head(path).get("__metadata__", {}).items()))


def _head(path: str) -> dict[str, Any]:
    """The header of a safetensors file."""
    with Path(path).open("rb") as file:
        return dict(json.loads(file.read(int.from_bytes(file.read(8), "little"))))
