"""A model in a chain: its key is its content, its code finds the same files without the app."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import samples
from engine.cache import ByteCache
from engine.errors import UserError
from engine.lab import Lab, files_of, script_of
from engine.models.catalogue import GLOVE, MINILM, File, Hub, Model, Wheel
from engine.models.memory import kept
from engine.models.public import digest_of, expression_of, files_beside, path_of
from tests.pages.harness import run_elsewhere


@kept
def header(path: str) -> int:
    """Bytes of the header of a safetensors file."""
    return int.from_bytes(Path(path).read_bytes()[:8], "little")


def header_bytes(path: str, *, times: int) -> int:
    """A result that needs a kept thing."""
    return times * header(path)


def folder_files(path: str) -> tuple[str, ...]:
    """The names in a model's folder."""
    return tuple(sorted(file.name for file in Path(path).iterdir() if file.is_file()))


@pytest.fixture
def lab() -> Lab:
    return Lab(samples.load("pixel-art"), cache=ByteCache())


def model(*sources: Hub | Wheel, files: tuple[File, ...]) -> Model:
    return Model("tiny", "Tiny", "a test", ("en",), "MIT", "made here", files, 1, sources)


def test_a_model_of_the_repository_lies_beside_the_script(lab: Lab, tmp_path: Path) -> None:
    result = lab.run(header_bytes, lab.weights(GLOVE), times=2, network=True, as_="length")
    text = script_of(result)
    assert 'weights = "glove.safetensors"' in text.replace("'", '"')
    assert "from functools import cache as kept" in text
    assert "engine" not in text
    files = files_of(result)
    assert list(files) == ["glove.safetensors"]
    (found,) = run_elsewhere([(text, ("length",))], files, tmp_path)
    assert found == {"length": result.value}


def test_a_model_of_an_installed_package_is_found_there(lab: Lab, tmp_path: Path) -> None:
    result = lab.run(folder_files, lab.weights(MINILM), as_="names")
    (found,) = run_elsewhere([(script_of(result), ("names",))], files_of(result), tmp_path)
    assert isinstance(found, dict)
    assert set(found["names"]) >= {file.name for file in MINILM.files}
    assert files_of(result) == {}


def test_a_model_of_the_hub_is_fetched_by_the_public_client() -> None:
    two = (File("config.json", 1, "a" * 64), File("model.safetensors", 1, "b" * 64))
    home = Hub("someone/tiny", "0123abc")
    assert expression_of(model(home, files=two)) == (
        "snapshot_download('someone/tiny', revision='0123abc', "
        "allow_patterns=['config.json', 'model.safetensors'])"
    )
    assert expression_of(model(home, files=two[1:])) == (
        "hf_hub_download('someone/tiny', 'model.safetensors', revision='0123abc')"
    )
    assert files_beside(model(home, files=two)) == {}


def test_the_key_is_the_content() -> None:
    one, other = File("net.onnx", 1, "a" * 64), File("net.onnx", 1, "b" * 64)
    assert digest_of(model(files=(one,))) == digest_of(model(files=(one,)))
    assert digest_of(model(files=(one,))) != digest_of(model(files=(other,)))
    unknown = File("net.onnx", 0, "")
    revisions = [digest_of(model(Hub("a/b", rev), files=(unknown,))) for rev in ("1", "2")]
    assert revisions[0] != revisions[1]


def test_a_model_that_is_not_here_says_so(lab: Lab, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("NUMEROSCOPE_MODELS", str(tmp_path))
    missing = model(Hub("someone/tiny", "0123abc"), files=(File("net.onnx", 3, "a" * 64),))
    with pytest.raises(UserError, match="is not on this computer"):
        path_of(missing)
    node = lab.run(header_bytes, lab.weights(missing), times=1)
    with pytest.raises(UserError):
        _ = node.value
    assert json.dumps(node.key)  # the key needs no file
