"""What the documents name exists: links, files, pages, and the samples with their hashes."""

from __future__ import annotations

import ast
import hashlib
import re
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

import pytest

from components.catalogue import LESSONS
from engine.samples import SAMPLES

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
FOLDERS = [path for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."]
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *(path for name in ("docs", "assets", "locales") for path in (ROOT / name).rglob("*.md")),
]
#: A fenced block; its first line may name the file that it is: ```python pages/phase.py
BLOCK = re.compile(r"^```(\S*)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: What looks like a file or folder: with a slash, or with an ending that only files have.
PATH = re.compile(r"^(?!/)[\w.<>{}*-]+(/[\w.<>{}*-]*)+$|^[\w-]+\.(py|md|js|css|toml|sh|ps1)$")
#: Made while the app is used or tested, so not in the repository.
MADE = {".venv", "build"}


def name_of(path: Path) -> str:
    """A file's path from the root: the name of its case in the report."""
    return path.relative_to(ROOT).as_posix()


def named_paths(text: str) -> set[str]:
    """The files and folders between backticks, without those that the document itself writes out."""
    written = {path for _, path, _ in BLOCK.findall(text)}
    return {
        word for word in re.findall(r"`([^`\n]+)`", BLOCK.sub("", text)) if PATH.match(word)
    } - written


def exists(named: str, beside: Path) -> bool:
    """Whether a named path exists from the root, or beside the document; <x> and {x} match anything."""
    pattern = re.sub(r"<[^>]*>|\{[^}]*\}", "*", named).rstrip("/")
    return any(True for folder in (ROOT, beside) for _ in folder.glob(pattern))


def asset_rows() -> dict[str, str]:
    """File -> SHA-256, as the tables of assets/README.md say."""
    text = (ASSETS / "README.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([^`]+)` \|(?:.*\|)? `([0-9a-f]{64})` \|$", text, re.MULTILINE))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(path: Path) -> None:
    text = BLOCK.sub("", path.read_text(encoding="utf-8"))
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if ":" not in link]
    targets = [unquote(link.split("#")[0]) for link in links]
    assert [t for t in targets if t and not (path.parent / t).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_named_file_exists(path: Path) -> None:
    known = {folder.name for folder in FOLDERS}
    missing = []
    for named in sorted(named_paths(path.read_text(encoding="utf-8"))):
        first = named.split("/")[0]
        ours = "/" not in named or first in known or first.startswith(".")
        if ours and first not in MADE and not exists(named, path.parent):
            missing.append(named)
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_python_in_documents_is_python(path: Path) -> None:
    for language, _name, body in BLOCK.findall(path.read_text(encoding="utf-8")):
        if language == "python":
            ast.parse(f"(\n{body}\n)" if body.startswith(" ") else body)


@pytest.mark.parametrize("lesson", [lesson.name for lesson in LESSONS])
def test_every_page_is_mentioned(lesson: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")]
    assert any(f"`pages/{lesson}.py`" in text for text in texts)


def test_every_asset_is_listed() -> None:
    text = (ASSETS / "README.md").read_text(encoding="utf-8")
    names = {path.relative_to(ASSETS).as_posix() for path in ASSETS.rglob("*") if path.is_file()}
    names = {name for name in names if "__pycache__" not in name} - {"README.md"}
    assert {name for name in names if f"`{name}`" not in text} == set()
    assert {name for name in names if not name.endswith(".py")} <= set(asset_rows())


@pytest.mark.parametrize(("name", "digest"), asset_rows().items())
def test_hashes_match_the_files(name: str, digest: str) -> None:
    package, _, inside = name.partition("/")
    folder = files(package) if package in ("skimage", "sklearn") else ASSETS
    data = (folder.joinpath(inside) if folder is not ASSETS else ASSETS / name).read_bytes()
    assert hashlib.sha256(data).hexdigest() == digest


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_every_sample_has_its_origin_written_down(sample) -> None:
    """A picture of a package stands in the table under the licence that the app shows."""
    place = f"{sample.package.replace('.', '/') or 'samples'}/{sample.path}"
    assert place in asset_rows()
    if sample.package:
        text = (ASSETS / "README.md").read_text(encoding="utf-8")
        assert sample.licence in next(line for line in text.splitlines() if f"`{place}`" in line)
