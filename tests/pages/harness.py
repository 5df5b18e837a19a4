"""Run the app's pages without a browser, and their generated code without the app."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from components.tray import PARAMETERS
from engine import work
from engine.lab import Node, files_of, names_of, script_of

#: Seconds for a run in the background: one that another test has left may go unseen for a minute first.
LONG = 240
ROOT = Path(__file__).resolve().parents[2]
#: A field such as {seconds}. Braces of the learner's own texts are escaped, see `components.i18n.safe`.
UNFILLED = re.compile(r"(?<!\\)\{[a-z_]+\}")


def open_page(name: str, *, timeout: float = 240, **query: str) -> AppTest:
    """Open a page as a link with this query would."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=timeout)
    for key, value in query.items():
        app.query_params[key] = value
    if name != "home":
        app.run()
        app.switch_page(f"pages/{name}.py")
        for key, value in query.items():
            app.query_params[key] = value
    return app.run()


def job_of(app: AppTest) -> work.Job:
    """The job that this session waits for, whatever other tests have left to be done."""
    watcher = app.session_state["_session"]
    (job,) = [job for job in list(work._jobs.values()) if watcher in job._watchers]
    return job


def assert_fine(app: AppTest) -> None:
    """No exception, no traceback, no error box on the page, and no field of a text left empty."""
    assert not app.exception, [e.value for e in app.exception]
    assert not app.error, [e.value for e in app.error]
    kinds = (app.markdown, app.caption, app.info, app.success, app.warning)
    texts = [str(e.value) for kind in kinds for e in kind]
    assert not [text for text in texts if UNFILLED.search(text)]


def _read_steps(name: str) -> tuple[str, ...]:
    """The step names that a page passes to `page.start`, read from its source."""
    import ast

    tree = ast.parse((ROOT / "pages" / f"{name}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "page.start":
            steps = node.args[1]
            if isinstance(steps, ast.Name):
                steps = next(
                    statement.value
                    for statement in tree.body
                    if isinstance(statement, ast.Assign)
                    and ast.unparse(statement.targets[0]) == steps.id
                )
            assert isinstance(steps, ast.Dict)
            return tuple(ast.literal_eval(key) for key in steps.keys if key)
    return ("",)


PAGE_STEPS: Mapping[str, tuple[str, ...]] = {
    path.stem: _read_steps(path.stem) for path in sorted((ROOT / "pages").glob("*.py"))
}

# Runs scripts one after the other, each in its own namespace, and keeps what they computed. It is
# started with -I in an empty folder: the repository can't be imported, only installed libraries can.
_RUNNER = """
import pickle, sys, traceback
jobs = pickle.load(open("jobs.pkl", "rb"))
results = []
for code, names in jobs:
    scope = {"__name__": "__main__"}
    try:
        exec(compile(code, "script.py", "exec"), scope)
        results.append({name: scope[name] for name in names})
    except Exception:
        results.append(traceback.format_exc() + "\\n" + code)
    scope.clear()  # the functions in it refer to it, and the networks that they keep are large
assert not any(name.split(".")[0] in ("engine", "components", "streamlit") for name in sys.modules)
pickle.dump(results, open("results.pkl", "wb"))
"""


def run_elsewhere(
    jobs: list[tuple[str, tuple[str, ...]]],
    files: Mapping[str, Callable[[], bytes]],
    folder: Path,
) -> list[dict[str, Any] | str]:
    """Run scripts in a fresh isolated process; a script that fails gives its traceback."""
    for name, read in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(read())
    (folder / "jobs.pkl").write_bytes(pickle.dumps(jobs))
    done = subprocess.run(
        [sys.executable, "-I", "-c", _RUNNER],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with (folder / "results.pkl").open("rb") as file:
        return pickle.load(file)


def same(found: Any, expected: Any) -> bool:
    """Equal bit for bit: type, shape and every byte (so that NaN equals NaN)."""
    if isinstance(expected, np.ndarray):
        return (
            isinstance(found, np.ndarray)
            and found.dtype == expected.dtype
            and found.shape == expected.shape
            and np.ascontiguousarray(found).tobytes() == np.ascontiguousarray(expected).tobytes()
        )
    if isinstance(expected, pd.DataFrame):
        return (
            isinstance(found, pd.DataFrame)
            and list(found.columns) == list(expected.columns)
            and all(map(same_column, found.items(), expected.items()))
        )
    if isinstance(expected, tuple):
        return len(found) == len(expected) and all(map(same, found, expected))
    return bool(type(found) is type(expected) and repr(found) == repr(expected))


def same_column(found: tuple[str, pd.Series], expected: tuple[str, pd.Series]) -> bool:
    """Equal bit for bit: the type and every number, or every text."""
    (_name, a), (_name, b) = found, expected
    if a.dtype != b.dtype or not a.index.equals(b.index):
        return False
    if isinstance(b.dtype, np.dtype) and b.dtype.kind != "O":
        return same(a.to_numpy(), b.to_numpy())
    return a.equals(b)


def check_code(views: Iterable[tuple[str, tuple[Node, ...]]], folder: Path) -> int:
    """Run the code of every view elsewhere and compare every value; returns how many it compared."""
    views = list(views)
    jobs, files = [], {}
    for _key, nodes in views:
        jobs.append((script_of(*nodes), names_of(*nodes)))
        files |= files_of(*nodes)
    # Several links lead to the same view, for one that of each option which is chosen anyway.
    different = list(dict.fromkeys(jobs))
    results = dict(zip(different, run_elsewhere(different, files, folder), strict=True))
    compared = 0
    for (key, nodes), job in zip(views, jobs, strict=True):
        found = results[job]
        assert isinstance(found, dict), f"{key}: {found}"
        for name, node in zip(job[1], nodes, strict=True):
            assert same(found[name], node.value), f"{key}: {name} differs"
            compared += 1
    return compared


def go(app: AppTest, name: str, step: str = "") -> AppTest:
    """Walk to a page, and to one of its steps, in the same session."""
    # A browser drops what the former page wrote into the URL; what app.py wrote stays.
    kept = ("lang", "frame", *PARAMETERS.values())
    app.query_params = {key: app.query_params[key] for key in kept if key in app.query_params}
    app.switch_page(f"pages/{name}.py")
    if step:
        app.session_state[f"step_{name}"] = step
    app.run()
    if step:
        assert app.session_state[f"step_{name}"] == step
    return app


def upload(app: AppTest, key: str, name: str, data: bytes) -> AppTest:
    """Drop a file on the drop zone called `key`."""
    kind = "application/octet-stream"
    app.file_uploader(key=key).set_value((name, data, kind)).run()
    return app


def everything_under(*nodes: Node) -> list[Node]:
    """The nodes and all that they were computed from."""
    found = {node.key: node for node in nodes}
    while new := {n.key: n for r in found.values() for n in r.inputs if n.key not in found}:
        found |= new
    return list(found.values())
