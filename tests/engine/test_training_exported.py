"""Networks that are taken along: the same answers elsewhere, and files that come back."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import UserError
from engine.lab import Lab
from engine.models.for_pictures import MOBILENET_V2
from engine.models.public import path_of
from engine.training.evaluate import guess
from engine.training.exported import (
    guess_with,
    loading_code,
    model_card,
    network_facts,
    network_names,
    network_side,
    opened_network,
    own_network,
    plain_cell,
    trained_file,
)
from engine.training.finetune import Run, finetune
from engine.training.ownset import Examples, new_picture
from engine.training.readysets import texture_set
from engine.training.splits import split_set


@functools.cache
def learnt() -> tuple[Examples, np.ndarray, Run]:
    examples = texture_set(each=8, side=48)
    names = ("a|b", "毛", *examples[2][2:])
    examples = (*examples[:2], names, *examples[3:])
    roles = split_set(examples, each=3)
    return (
        examples,
        roles,
        finetune(examples, roles, path_of(MOBILENET_V2), method="last", epochs=2),
    )


@functools.cache
def file() -> bytes:
    examples, _roles, run = learnt()
    return trained_file(examples, path_of(MOBILENET_V2), run)


def changed(**facts: object) -> bytes:
    """The file with other facts."""
    length = int.from_bytes(file()[:8], "little")
    header = json.loads(file()[8 : 8 + length])
    told = json.loads(header["__metadata__"]["numeroscope"])
    header["__metadata__"]["numeroscope"] = json.dumps(told | facts)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + file()[8 + length :]


def test_the_file_repeats_and_says_what_it_is() -> None:
    examples, _roles, run = learnt()
    assert trained_file(examples, path_of(MOBILENET_V2), run) == file()
    assert network_facts(file())[:5] == ("mobilenet_v2", "last", 48, "image", 0.0)
    assert network_names(file()) == examples[2]
    assert network_side(file()) == 48
    sound = trained_file(examples, path_of(MOBILENET_V2), run, kind="sound", seconds=2.0)
    assert network_facts(sound)[3:5] == ("sound", 2.0)


def test_what_comes_back_answers_the_same() -> None:
    examples, _roles, run = learnt()
    lab = Lab(own_network("model.safetensors", file()))
    assert lab.source.value == file()
    for index in (0, 20, 39):
        picture = examples[0][index]
        expected = guess(examples, path_of(MOBILENET_V2), run, picture)
        assert np.array_equal(guess_with(file(), picture), expected)


def test_plain_torch_loads_it_and_answers_the_same(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    rgb = random.integers(0, 256, (60, 90, 3)).astype(np.uint8)
    Image.fromarray(rgb).save(tmp_path / "picture.png")
    (tmp_path / "model.safetensors").write_bytes(file())
    (tmp_path / "load.py").write_text(loading_code(file()), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", "load.py", "picture.png"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [line.rsplit(" ", 1) for line in done.stdout.splitlines()]
    assert tuple(name for name, _p in lines) == network_names(file())
    there = np.array([float(p) for _name, p in lines])
    here = guess_with(file(), new_picture(rgb, side=48))
    assert np.abs(there - here).max() < 1e-6


def test_a_card_says_how_many_were_tested() -> None:
    examples, roles, run = learnt()
    card = model_card(
        examples, roles, run, file(), title="Stones *", origin="me", licence="CC0", seed=0
    )
    assert card.startswith("# Stones \\*\n")
    tested = int((roles == 2).sum())
    assert f" of {tested} tested examples right" in card
    assert "| a\\|b | 3 | 2 |" in card
    assert "2 epochs, seed 0" in card
    assert plain_cell("a\n# <b>") == "a \\# \\<b\\>"


@pytest.mark.parametrize(
    "facts",
    [
        {"architecture": "vgg16"},
        {"architecture": "resnet18"},
        {"architecture": ["mobilenet_v2"]},
        {"method": "__import__"},
        {"side": 100_000},
        {"side": "48"},
        {"kind": "text"},
        {"kind": "sound", "seconds": 0},
        {"names": ["one"]},
        {"names": ["a", "b"]},  # the head has five
        {"names": ["x" * 1000, "b", "c", "d", "e"]},
        {"names": ["\ud800", "b", "c", "d", "e"]},  # half a character: no page can draw it
        {"names": ["a\x00\u202e", "b", "c", "d", "e"]},
        {"names": [" ", "b", "c", "d", "e"]},
        {"names": ["a", "a", "c", "d", "e"]},
        {"names": {"a": 1}},
        {"names": list(map(str, range(100)))},
    ],
)
def test_facts_that_do_not_fit_are_refused(facts: dict[str, object]) -> None:
    with pytest.raises(UserError, match="no network that was exported here"):
        own_network("model.safetensors", changed(**facts))


def numbers_at(name: str, number: float) -> bytes:
    """The file with one number in place of all that a tensor has."""
    header = 8 + int.from_bytes(file()[:8], "little")
    start, end = json.loads(file()[8:header])[name]["data_offsets"]
    numbers = np.full((end - start) // 4, number, np.float32).tobytes()
    return file()[: header + start] + numbers + file()[header + end :]


def test_numbers_that_give_no_answer_are_refused() -> None:
    with pytest.raises(UserError, match="no network that was exported here"):
        own_network("model.safetensors", numbers_at("features.0.1.running_var", -1))
    huge = numbers_at("classifier.1.weight", 3e38)  # finite, but not the scores that come of it
    with pytest.raises(UserError, match="no network that was exported here"):
        guess_with(huge, learnt()[0][0][0])


def test_damaged_and_other_files_are_refused() -> None:
    good = file()
    header = int.from_bytes(good[:8], "little")
    nan = bytearray(good)
    nan[-4:] = b"\x00\x00\xc0\x7f"  # in a tensor of counts or numbers; see below
    weight = json.loads(good[8 : 8 + header])["classifier.1.weight"]["data_offsets"][0] + 8 + header
    nan = bytearray(good)
    nan[weight : weight + 4] = b"\x00\x00\xc0\x7f"
    for data in (
        b"",
        b"hello",
        good[:100],
        good[:-10],
        (2**63).to_bytes(8, "little") + good[8:],
        (2).to_bytes(8, "little") + b"[]" + good,
        (10).to_bytes(8, "little") + b"[" * 10,
        b"\x40" + bytes(7) + b"[" * 64,
        good.replace(b'"F32"', b'"F16"', 1),
        good.replace(b"features.3.conv.0.0.weight", b"features.3.conv.0.0.heavy!"),
        bytes(nan),
    ):
        with pytest.raises(UserError, match="no network that was exported here"):
            own_network("model.safetensors", data)
    assert opened_network(good).training is False
