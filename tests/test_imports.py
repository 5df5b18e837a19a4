"""Who may import whom, and who may decode what: the architecture, kept by tests."""

from __future__ import annotations

import ast
import functools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ENGINE = sorted((ROOT / "engine").rglob("*.py"))
COMPONENTS = sorted((ROOT / "components").rglob("*.py"))
SCRIPTS = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
APP = [*ENGINE, *COMPONENTS, *SCRIPTS]

#: Seconds and hundreds of megabytes each: only what a learner opens may load them.
HEAVY = {"torch", "torchvision", "transformers", "umap", "librosa", "numba"}

#: Readers of files. Bytes from outside meet them only where their size was checked before.
READERS = {
    "PIL.Image.open",
    *("numpy.load", "numpy.loadtxt", "numpy.genfromtxt", "numpy.fromfile"),
    *("pandas.read_csv", "pandas.read_excel", "pandas.read_json", "pandas.read_parquet"),
    *("soundfile.read", "soundfile.info", "soundfile.SoundFile", "librosa.load", "av.open"),
    *("tifffile.imread", "tifffile.TiffFile", "imagecodecs.imread", "skimage.io.imread"),
}
#: These run what a file tells them to run, so nothing in the app calls them; PyTorch's own reader
#: only where it is told to build tensors and nothing else.
EXECUTING_CALLS = {"torch.load", "pandas.read_pickle"}
TENSORS_ONLY = "weights_only"
EXECUTING_MODULES = {"pickle", "cPickle", "cloudpickle", "dill", "shelve", "marshal", "joblib"}


def name_of(path: Path) -> str:
    """A file's path from the root: the name of its case in the report."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and module of every import, wherever in the file it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def called(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call with its full name, whatever the import called it (`np.load`: numpy.load)."""
    full: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            full |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            full |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
            first, dot, rest = ast.unparse(node.func).partition(".")
            yield node, full.get(first, first) + dot + rest


def may_decode(path: Path) -> bool:
    """The door for untrusted bytes, and the functions behind it that it or the code panel calls."""
    name = name_of(path)
    # The encoder of sounds reads what it has just written itself, drawings likewise; sets of one's own
    # are decoded in a child process; the rest reads files of this repository.
    behind = {
        "engine/sources.py",
        "engine/sound/encode.py",
        "engine/vision/drawing.py",
        "engine/training/ownset.py",
        "engine/training/digits.py",
        "engine/training/readysets.py",
        "engine/training/surface.py",
    }
    return name in behind or (
        name.startswith("engine/")
        and path.name in {"read.py", "frame.py", "tiff.py", "plain.py", "facts.py", "preview.py"}
    )


def forbidden_imports(path: Path, names: set[str]) -> list[str]:
    """`line: module` for every import whose first part is one of `names`."""
    return [
        f"{name_of(path)}:{line}: {module}"
        for line, module in imported(tree_of(path))
        if module.split(".")[0] in names
    ]


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_engine_knows_no_streamlit_and_no_page(path: Path) -> None:
    assert forbidden_imports(path, {"streamlit", "components", "pages", "app"}) == []


@pytest.mark.parametrize("path", COMPONENTS, ids=name_of)
def test_components_know_no_page_and_no_mathematics(path: Path) -> None:
    mathematics = {"scipy", "sklearn", "skimage", "cv2", *HEAVY}
    assert forbidden_imports(path, {"pages", "app", *mathematics}) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_pages_only_put_components_and_engine_together(path: Path) -> None:
    allowed = {"streamlit", "components", "engine", *sys.stdlib_module_names}
    others = [
        f"{name_of(path)}:{line}: {module}"
        for line, module in imported(tree_of(path))
        if module.split(".")[0] not in allowed
    ]
    assert others == []


@pytest.mark.parametrize("path", APP, ids=name_of)
def test_imports_are_absolute(path: Path) -> None:
    """`from engine.x import y` reads the same on the page, in a test and in a downloaded script."""
    assert [m for _, m in imported(tree_of(path)) if m.startswith(".")] == []


@pytest.mark.parametrize("path", [p for p in APP if not may_decode(p)], ids=name_of)
def test_files_are_decoded_behind_one_door(path: Path) -> None:
    calls = [f"{name_of(path)}:{c.lineno}: {n}" for c, n in called(tree_of(path)) if n in READERS]
    assert calls == []


@pytest.mark.parametrize("path", APP, ids=name_of)
def test_nothing_runs_what_a_file_contains(path: Path) -> None:
    tree = tree_of(path)
    found = forbidden_imports(path, EXECUTING_MODULES)
    for call, name in called(tree):
        place = f"{name_of(path)}:{call.lineno}: {name}"
        true = {
            keyword.arg
            for keyword in call.keywords
            if isinstance(keyword.value, ast.Constant) and keyword.value.value is True
        }
        if name in EXECUTING_CALLS and not (name == "torch.load" and TENSORS_ONLY in true):
            found.append(place)
        for argument in true & {"allow_pickle", "trust_remote_code"}:
            found.append(f"{place}({argument}=True)")
    assert found == []


def top_level_imports(path: Path) -> list[str]:
    """The import statements that run when the file is loaded, not those inside functions."""
    found: list[str] = []

    def visit(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.Import, ast.ImportFrom)):
                if not (isinstance(child, ast.ImportFrom) and child.module == "__future__"):
                    found.append(ast.unparse(child))
            elif not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                visit(child)

    visit(tree_of(path))
    return found


@pytest.mark.parametrize("paths", [SCRIPTS, COMPONENTS], ids=["app and pages", "components"])
def test_opening_the_app_loads_no_heavy_library(paths: list[Path]) -> None:
    """In a fresh interpreter, since this one may have loaded torch for another test."""
    statements = sorted({line for path in paths for line in top_level_imports(path)})
    if paths is COMPONENTS:
        modules = [name_of(p).removesuffix(".py").replace("/", ".") for p in paths]
        statements += [f"import {module.removesuffix('.__init__')}" for module in modules]
    code = "\n".join([*statements, "import json, sys", "print(json.dumps(sorted(sys.modules)))"])
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=280
    )
    assert run.returncode == 0, run.stderr
    loaded = set(json.loads(run.stdout.splitlines()[-1]))
    assert loaded & HEAVY == set()
