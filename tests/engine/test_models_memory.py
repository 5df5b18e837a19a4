"""Open networks: shared, one opening each, the least recently used ones go; a fair queue."""

from __future__ import annotations

import ast
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.models import memory
from engine.models.device import best_device, computing, on_device, ready
from engine.models.memory import close_networks, kept, network_bytes, open_networks
from engine.models.queue import ASKING, FairQueue

MEGABYTE = 2**20
ENGINE = Path(memory.__file__).parents[1]
opened: list[str] = []


@kept
def build(path: str, extra: int = 0) -> tuple[str, int]:
    opened.append(path)
    return path, extra


@pytest.fixture(autouse=True)
def nothing_open() -> Iterator[None]:
    close_networks()
    opened.clear()
    yield
    close_networks()


def a_file(folder: Path, name: str, size: int) -> str:
    path = folder / name
    with path.open("wb") as file:
        file.truncate(size)  # a sparse file: its size counts, its bytes need no disk
    return str(path)


def test_a_network_is_opened_once_however_many_ask(tmp_path: Path) -> None:
    path = a_file(tmp_path, "net.safetensors", MEGABYTE)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(build(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [path]
    assert all(value is found[0] for value in found)
    build(path, 1)  # other arguments are another network
    assert opened == [path, path]


def test_the_least_recently_used_networks_go(tmp_path: Path) -> None:
    third = memory.BUDGET // 3
    paths = [a_file(tmp_path, f"{name}.safetensors", third) for name in "abc"]
    for path in paths:
        build(path)
    assert [name for name, _size, _ago in open_networks()] == ["c", "b", "a"]
    build(paths[0])  # used again: now b is the one that waits longest
    build(a_file(tmp_path, "d.safetensors", third))
    assert {name for name, _size, _ago in open_networks()} == {"a", "c", "d"}
    assert sum(size for _name, size, _ago in open_networks()) <= memory.BUDGET
    assert all(0 <= ago < 60 for _name, _size, ago in open_networks())


def test_room_is_made_before_a_network_is_built(tmp_path: Path) -> None:
    build(a_file(tmp_path, "old.safetensors", memory.BUDGET // 2))
    seen: list[int] = []

    @kept
    def large(path: str) -> str:
        seen.append(len(open_networks()))
        return path

    large(a_file(tmp_path, "large.safetensors", memory.BUDGET * 3 // 4))
    assert seen == [0]


def test_a_network_larger_than_the_budget_serves_and_is_not_kept(tmp_path: Path) -> None:
    path = a_file(tmp_path, "giant.safetensors", memory.BUDGET + 1)
    assert build(path) == (path, 0)
    assert open_networks() == ()


def test_the_bytes_of_a_module_are_its_parameters_and_buffers(tmp_path: Path) -> None:
    import torch

    network = torch.nn.Sequential(torch.nn.Linear(10, 20), torch.nn.BatchNorm1d(20))
    numbers = 10 * 20 + 20 + 2 * 20 + 2 * 20  # weights, biases, scale and shift, mean and variance
    assert network_bytes(network) == 4 * numbers + 8  # and a counter of 8 bytes
    assert network_bytes((network, "tokenizer", [network])) == 2 * network_bytes(network)
    assert network_bytes({"weight": torch.zeros(3, 4), "name": "a name"}) == 48
    build_module = kept(lambda path: network)
    build_module.__wrapped__.__qualname__ = "module"
    folder = tmp_path / "tiny"
    folder.mkdir()
    assert build_module(str(folder)) is network
    assert open_networks()[0][:2] == ("tiny", network_bytes(network))


def test_a_ready_network_computes_and_does_not_learn() -> None:
    import torch

    network = ready(torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Dropout(0.9)).half())
    assert not network.training
    assert {p.dtype for p in network.parameters()} == {torch.float32}
    assert not any(p.requires_grad for p in network.parameters())
    assert torch.get_num_threads() == 1
    with computing():
        out = network(on_device(torch.ones(1, 3).numpy()))
    assert out.device.type == best_device()
    assert not out.requires_grad
    again = network(on_device(torch.ones(1, 3).numpy()))
    assert torch.equal(out, again)


def test_the_queue_serves_sessions_in_turn() -> None:
    queue = FairQueue(1)
    order: list[str] = []
    gate = threading.Event()

    def work(who: str, label: str) -> None:
        ASKING.set(who)
        with queue.place():
            if label == "first":
                gate.wait(100)
            order.append(label)

    threads = []
    for who, label in (
        ("busy", "first"),
        ("busy", "busy 1"),
        ("busy", "busy 2"),
        ("busy", "busy 3"),
        ("anna", "anna 1"),
        ("ben", "ben 1"),
        ("anna", "anna 2"),
    ):
        waiting = queue.waiting
        threads.append(threading.Thread(target=work, args=(who, label)))
        threads[-1].start()
        deadline = time.monotonic() + 60
        while label != "first" and queue.waiting == waiting and time.monotonic() < deadline:
            time.sleep(0.001)  # until it stands in the queue
        if label == "first":
            while queue._free and time.monotonic() < deadline:
                time.sleep(0.001)
    gate.set()
    for thread in threads:
        thread.join(60)
    assert order == ["first", "busy 1", "anna 1", "ben 1", "busy 2", "anna 2", "busy 3"]
    assert queue.waiting == 0
    assert queue._free == 1


def test_no_more_compute_at_once_than_there_are_places() -> None:
    queue = FairQueue(2)
    lock, now, most = threading.Lock(), 0, 0

    def work() -> None:
        nonlocal now, most
        with queue.place():
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.01)
            with lock:
                now -= 1

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_a_place_comes_back_after_an_error() -> None:
    queue = FairQueue(1)
    with pytest.raises(ValueError, match="inside"), queue.place():
        raise ValueError("inside")
    with queue.place():
        pass


def _calls(node: ast.AST) -> set[str]:
    """The functions that a piece of source calls by their bare names."""
    calls = (call for call in ast.walk(node) if isinstance(call, ast.Call))
    return {call.func.id for call in calls if isinstance(call.func, ast.Name)}


def _tree(path: Path) -> ast.Module:
    text = path.read_text("utf-8")
    try:
        return ast.parse(text)
    except SystemError:  # CPython 3.11 mixes up depths when another thread parses, too (gh-106905)
        return ast.parse(text)


def test_nobody_opens_a_network_while_computing() -> None:
    """What is built there is made of inference tensors, which nobody can compute gradients with."""
    trees = {path: _tree(path) for path in ENGINE.rglob("*.py")}
    functions = [f for tree in trees.values() for f in tree.body if isinstance(f, ast.FunctionDef)]
    opening = {f.name for f in functions if "kept" in map(ast.unparse, f.decorator_list)}
    assert {"classifier", "lenet", "mobile_sam", "transformer"} <= opening
    computing_in = [
        (path, node)
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.With)
        and any(ast.unparse(i) in ("computing()", "torch.inference_mode()") for i in node.items)
    ]
    assert len(computing_in) > 30
    wrong = [
        f"{path.relative_to(ENGINE)}:{line.lineno} {sorted(_calls(line) & opening)}"
        for path, node in computing_in
        for line in node.body
        if _calls(line) & opening
    ]
    assert wrong == []


def test_the_tensors_of_a_network_that_was_opened_for_an_answer_can_have_gradients() -> None:
    import numpy as np

    from engine.models.catalogue import BY_NAME, VIT_SMALL
    from engine.models.public import path_of
    from engine.vision.lenet import digit_distances, lenet
    from engine.vision.rollout import transformer
    from engine.vision.vit import garment_scores

    path = path_of(BY_NAME["lenet-5"])
    digit_distances(path, np.zeros((1, 28, 28), np.uint8))
    assert not any(tensor.is_inference() for tensor in lenet(path).values())
    folder = path_of(VIT_SMALL)
    garment_scores(folder, np.zeros((1, 28, 28), np.float32))
    assert not any(tensor.is_inference() for tensor in transformer(folder).parameters())
