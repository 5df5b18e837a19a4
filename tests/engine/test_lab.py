"""The spine: keys, laziness, sharing, and code that gives the same numbers elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import codegen, samples
from engine.cache import ByteCache
from engine.image.color import channel, rgb_to_gray
from engine.image.read import read_rgb
from engine.lab import Lab, files_of, names_of, notebook_of, script_of
from engine.sources import open_source


@pytest.fixture
def lab() -> Lab:
    return Lab(samples.load("pixel-art"), cache=ByteCache())


def chain(lab: Lab, index: int = 0):
    pixels = lab.run(read_rgb, lab.source, frame=0, as_="pixels")
    return lab.run(channel, pixels, index=index, as_="plane")


def test_same_bytes_and_parameters_same_key_whatever_the_name(lab: Lab) -> None:
    other = Lab(open_source("another name.png", samples.load("pixel-art").data), cache=ByteCache())
    assert chain(lab).key == chain(other).key
    assert chain(lab, 0).key != chain(lab, 1).key


def test_one_changed_byte_changes_every_key_after_it() -> None:
    data = samples.load("pixel-art").data
    changed = bytearray(data)
    changed[-20] ^= 1
    labs = []
    for content in (data, bytes(changed)):
        source = samples.load("pixel-art")
        object.__setattr__(twin := type(source)(**vars(source)), "data", content)
        import hashlib

        object.__setattr__(twin, "digest", hashlib.sha256(content).hexdigest())
        labs.append(Lab(twin, cache=ByteCache()))
    assert chain(labs[0]).key != chain(labs[1]).key


def test_parameters_of_different_type_do_not_share_a_key(lab: Lab) -> None:
    pixels = lab.run(read_rgb, lab.source, frame=0, as_="pixels")
    keys = {lab.run(channel, pixels, index=value).key for value in (1, 1.0, True, "1")}
    assert len(keys) == 4


def test_arrays_are_refused_as_parameters(lab: Lab) -> None:
    with pytest.raises(TypeError, match="plain Python value"):
        lab.run(read_rgb, lab.source, frame=np.int64(0))
    with pytest.raises(TypeError, match="nodes"):
        lab.run(read_rgb, b"bytes")  # type: ignore[arg-type]


def test_nothing_is_computed_before_it_is_asked_for() -> None:
    cache = ByteCache()
    lab = Lab(samples.load("coffee"), cache=cache)
    node = chain(lab)
    assert len(cache) == 0
    first = node.value
    assert node.value is first
    assert len(cache) == 2  # the pixels and the plane
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 1


def test_a_value_that_the_cache_let_go_is_computed_again() -> None:
    lab = Lab(samples.load("pixel-art"), cache=ByteCache(1))
    node = chain(lab)
    assert np.array_equal(node.value, node.value)


def test_a_repeated_call_is_one_step_of_the_script(lab: Lab) -> None:
    assert script_of(chain(lab), chain(lab)).count("plane = channel(") == 1


def test_the_code_does_not_depend_on_what_was_shown_before(lab: Lab) -> None:
    first = script_of(chain(lab, 1))
    for index in (0, 2):
        script_of(chain(lab, index))
    assert script_of(chain(lab, 1)) == first


def test_two_results_of_one_name_are_told_apart(lab: Lab) -> None:
    a, b = chain(lab, 0), chain(lab, 1)
    assert names_of(a, b) == ("plane", "plane_2")


def run_elsewhere(code: str, folder: Path, *names: str) -> dict[str, np.ndarray]:
    """Run `code` in a fresh isolated interpreter in which this repository can't be imported."""
    code += "\nimport numpy\nnumpy.savez('out.npz', " + ", ".join(f"{n}={n}" for n in names) + ")\n"
    (folder / "script.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "script.py"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(np.load(folder / "out.npz"))


@pytest.mark.parametrize("name", ["coffee", "pixel-art"])
def test_script_gives_the_same_numbers_elsewhere(name: str, tmp_path: Path) -> None:
    source = samples.load(name)
    (tmp_path / source.label).write_bytes(source.data)
    lab = Lab(source, cache=ByteCache())
    pixels = lab.run(read_rgb, lab.source, frame=0, as_="pixels")
    gray = lab.run(rgb_to_gray, pixels, as_="gray")
    found = run_elsewhere(script_of(gray), tmp_path, "pixels", "gray")
    for node in (pixels, gray):
        assert found[node.name].dtype == node.value.dtype
        assert np.array_equal(found[node.name], node.value)


def test_notebook_runs_cell_by_cell(lab: Lab, tmp_path: Path) -> None:
    book = json.loads(notebook_of(chain(lab)))
    assert book["nbformat"] == 4
    (tmp_path / "pixel-art.png").write_bytes(samples.load("pixel-art").data)
    code = "\n\n".join(cell["source"] for cell in book["cells"])
    assert "plane" in run_elsewhere(code, tmp_path, "plane")


@pytest.mark.parametrize(
    "name", ['it\'s "me".png', "a\nimport os.png", "{x}.png", "'; print(1) #.png", "写真.png"]
)
def test_a_hostile_file_name_stays_a_name(name: str, tmp_path: Path) -> None:
    source = open_source(name, samples.load("pixel-art").data)
    lab = Lab(source, cache=ByteCache())
    pixels = lab.run(read_rgb, lab.source, frame=0, as_="pixels")
    for file, read in files_of(pixels).items():
        (tmp_path / file).write_bytes(read())
    assert np.array_equal(
        run_elsewhere(script_of(pixels), tmp_path, "pixels")["pixels"], pixels.value
    )


def test_script_carries_no_trace_of_the_app(lab: Lab) -> None:
    text = script_of(chain(lab))
    assert "engine" not in text
    assert "streamlit" not in text


def test_clashing_names_are_refused(lab: Lab) -> None:
    node = lab.run(read_rgb, lab.source, frame=0, as_="read_rgb")
    with pytest.raises(ValueError, match="named like"):
        script_of(node)


def test_fingerprint_covers_what_the_function_calls() -> None:
    text = codegen.fingerprint(read_rgb)
    assert text.startswith("engine.image.read.read_rgb:")
    assert text != codegen.fingerprint(rgb_to_gray)
