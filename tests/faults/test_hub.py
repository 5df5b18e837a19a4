"""A hub that is dead, slow, cut off, lying or gone: one clear sentence, and nothing half left behind."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import shutil
import subprocess
import sys
import threading
import time
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load

from engine.errors import UserError
from engine.models import download, fetch
from engine.models.catalogue import RESNET18
from engine.models.entry import File, Hub, Model, TorchHub
from engine.models.locate import SUMS, find, in_cache, locate, remove
from tests.hub import Hub as Server
from tests.hub import etag, serve

ROOT = Path(__file__).resolve().parents[2]
CONFIG = b'{"model_type": "tiny"}'
WEIGHTS = np.random.default_rng(0).bytes(300_000)
REPOSITORY = {"someone/tiny": {"config.json": CONFIG, "model.safetensors": WEIGHTS}}


def sha(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


KNOWN = Model(
    name="tiny",
    title="Tiny",
    task="",
    languages=(),
    licence="MIT",
    origin="",
    files=(
        File("config.json", len(CONFIG), sha(CONFIG)),
        File("model.safetensors", len(WEIGHTS), sha(WEIGHTS)),
    ),
    memory=1,
    sources=(Hub("someone/tiny", "f" * 40),),
    instead="ResNet-18",
)
UNKNOWN = replace(
    KNOWN,
    files=(File("config.json"), File("model.safetensors")),
    sources=(Hub("someone/tiny", "main", size=300_000),),
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "http_proxy",
        "https_proxy",
        "ALL_PROXY",
        "HF_HUB_OFFLINE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NUMEROSCOPE_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve(REPOSITORY) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server


def left(folder: Path) -> list[str]:
    """What lies in the folder for models, beside locks."""
    return sorted(p.name for p in folder.iterdir() if not p.name.endswith(".lock"))


def refused(model: Model, words: str, folder: Path) -> None:
    """Fetching fails with a sentence, leaves nothing, and the built-in model is still there."""
    with pytest.raises(UserError, match=words) as caught:
        locate(model, time_limit=200)
    assert "ResNet-18 goes on working" in str(caught.value)
    assert left(folder) == []
    assert find(model) is None
    assert find(RESNET18) == ROOT / "assets" / "networks" / "resnet18"


@pytest.mark.parametrize("model", [KNOWN, UNKNOWN], ids=["known", "unknown"])
def test_a_hub_that_works(model: Model, hub: Server, folder: Path) -> None:
    shares: list[float] = []
    place = locate(model, progress=shares.append)
    assert (place / "model.safetensors").read_bytes() == WEIGHTS
    assert (place / "config.json").read_bytes() == CONFIG
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert left(folder) == ["tiny"]
    assert locate(model) == place
    assert hub.downloads() == 2


def test_what_was_not_known_is_written_down_and_holds_from_then_on(
    hub: Server, folder: Path
) -> None:
    place = locate(UNKNOWN)
    assert (place / SUMS).read_text().splitlines() == [
        f"{sha(CONFIG)}  config.json",
        f"{sha(WEIGHTS)}  model.safetensors",
    ]
    (place / "model.safetensors").write_bytes(WEIGHTS[:-1] + b"!")
    assert find(UNKNOWN) is None
    assert locate(UNKNOWN) == place
    assert (place / "model.safetensors").read_bytes() == WEIGHTS
    (place / SUMS).unlink()
    assert find(UNKNOWN) is None


def test_full_precision_from_the_hub_counts_where_the_table_has_half(
    hub: Server, folder: Path
) -> None:
    half = replace(
        KNOWN,
        files=(KNOWN.files[0], File("model.safetensors", 5, "0" * 64)),
        sources=(Hub("someone/tiny", "f" * 40, same=False),),
    )
    assert (locate(half) / "model.safetensors").read_bytes() == WEIGHTS


def test_a_dead_hub(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    refused(KNOWN, "no server that has it answered", folder)


def test_a_hub_that_says_nothing(
    monkeypatch: pytest.MonkeyPatch, hub: Server, folder: Path
) -> None:
    monkeypatch.setattr(fetch, "STALL_SECONDS", 4.0)
    hub.pause = 300.0
    started = time.monotonic()
    refused(KNOWN, "no server that has it answered", folder)
    assert time.monotonic() - started < 150


def test_a_hub_that_stops_half_way_is_asked_for_the_rest_only(hub: Server, folder: Path) -> None:
    locate(replace(KNOWN, files=KNOWN.files[:1]))
    shutil.rmtree(folder / "tiny")
    hub.asked.clear()
    hub.cut = 100_000  # of the first file that is asked for now, the weights
    assert locate(replace(KNOWN, files=KNOWN.files[1:])) == folder / "tiny"
    ranges = [rest for method, _path, rest in hub.asked if method == "GET"]
    assert ranges == ["", "bytes=100000-"]
    assert (folder / "tiny" / "model.safetensors").read_bytes() == WEIGHTS


@pytest.mark.parametrize("ranges", [True, False], ids=["ranges", "whole files only"])
def test_a_later_try_goes_on_where_the_first_broke_off(
    monkeypatch: pytest.MonkeyPatch, hub: Server, folder: Path, ranges: bool
) -> None:
    hub.ranges = ranges
    model = replace(KNOWN, files=KNOWN.files[1:])

    hub.cut, hub.stuck = 200_000, 60.0

    class Left(BaseException):
        """Somebody leaves the page."""

    def leave(share: float) -> None:
        if share > 0.6:
            raise Left

    with pytest.raises(Left):
        locate(model, progress=leave)
    assert left(folder) == [".tiny.begun"]
    assert find(model) is None
    hub.asked.clear()
    place = locate(model)
    assert (place / "model.safetensors").read_bytes() == WEIGHTS
    assert left(folder) == ["tiny"]
    (wanted,) = [rest for method, _path, rest in hub.asked if method == "GET"]
    assert wanted == "bytes=200000-"


def test_what_was_begun_can_be_removed(hub: Server, folder: Path) -> None:
    place = locate(KNOWN)
    (folder / ".tiny.begun").mkdir()
    remove(KNOWN)
    assert not place.exists()
    assert left(folder) == []
    remove(KNOWN)
    remove(RESNET18)
    assert find(RESNET18) is not None


@pytest.mark.parametrize(
    ("model", "content"),
    [
        (KNOWN, WEIGHTS[:-1] + b"!"),
        (KNOWN, WEIGHTS[:-50_000]),
        (UNKNOWN, WEIGHTS[:-1] + b"!"),
        (UNKNOWN, WEIGHTS + b"more"),
        (UNKNOWN, b"<html>Sign in</html>"),
    ],
    ids=["another byte", "less", "another byte, unknown", "more, unknown", "a page, unknown"],
)
def test_a_hub_that_sends_something_else(
    model: Model, content: bytes, hub: Server, folder: Path
) -> None:
    hub.lie["model.safetensors"] = content
    refused(model, "not the file that this app was tested with", folder)


def test_a_hub_with_another_version(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = {"someone/tiny": REPOSITORY["someone/tiny"] | {"model.safetensors": WEIGHTS[::-1]}}
    with serve(newer) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        refused(KNOWN, "not the file that this app was tested with", folder)
        place = locate(UNKNOWN)
    assert (place / "model.safetensors").read_bytes() == WEIGHTS[::-1]


@pytest.mark.parametrize("model", [KNOWN, UNKNOWN], ids=["known", "unknown"])
def test_a_page_of_a_hotel_instead_of_the_hub(model: Model, hub: Server, folder: Path) -> None:
    hub.html = True
    refused(model, "not the file that this app was tested with", folder)


def test_a_model_that_was_withdrawn(hub: Server, folder: Path) -> None:
    hub.missing = True
    refused(KNOWN, "no longer where it was published", folder)


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, hub: Server, folder: Path) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(100, 99, 1))
    refused(KNOWN, "needs .* MB of free disk space", folder)
    assert hub.asked == []


def test_two_processes_that_ask_at_once_fetch_once(hub: Server, folder: Path) -> None:
    hub.pause = 1.0
    code = (
        "from tests.faults.test_hub import KNOWN\n"
        "from engine.models.locate import locate\n"
        "print(locate(KNOWN))"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _process in range(2)
    ]
    said = [process.communicate(timeout=250)[0].strip() for process in both]
    assert said == [str(folder / "tiny")] * 2
    assert hub.downloads("model.safetensors") == 1


def test_the_client_of_a_killed_app_and_the_next_one_do_not_mix(hub: Server, folder: Path) -> None:
    hub.trickle = 2.0
    code = (
        "from tests.faults.test_hub import KNOWN\n"
        "from engine.models.locate import locate\n"
        "locate(KNOWN)"
    )
    app = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    while hub.downloads("model.safetensors") == 0:
        assert app.poll() is None
        time.sleep(0.05)
    app.kill()
    app.wait()
    hub.trickle = 0.0
    assert (locate(KNOWN) / "model.safetensors").read_bytes() == WEIGHTS
    assert left(folder) == ["tiny"]
    assert hub.downloads("model.safetensors") == 1


def test_who_waits_for_the_fetch_of_somebody_else_can_leave(hub: Server, folder: Path) -> None:
    hub.trickle = 2.0
    first = threading.Thread(target=locate, args=[KNOWN])
    first.start()
    while hub.downloads("model.safetensors") == 0:
        time.sleep(0.05)

    class Left(BaseException):
        """Somebody leaves the page."""

    def leave(_share: float) -> None:
        raise Left

    with pytest.raises(Left):
        locate(KNOWN, progress=leave)
    assert find(KNOWN) is None  # the first one is still at it
    hub.trickle = 0.0
    first.join()
    assert find(KNOWN) == folder / "tiny"


def test_a_server_that_goes_on_sending_is_left(hub: Server, tmp_path: Path) -> None:
    url = f"{hub.url}/someone/tiny/resolve/main/model.safetensors"
    with pytest.raises(ValueError, match="more than was announced"):
        download.whole(url, tmp_path / "file", sha(WEIGHTS), 1000)
    assert sum(path.stat().st_size for path in tmp_path.glob(".*.incomplete")) < len(WEIGHTS) / 2


def test_a_folder_named_from_where_the_app_was_started(
    monkeypatch: pytest.MonkeyPatch, hub: Server, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NUMEROSCOPE_MODELS", "here")
    assert locate(KNOWN) == tmp_path / "here" / "tiny"
    assert not (ROOT / "here").exists()


def test_what_stands_where_a_file_should_be_is_replaced(hub: Server, folder: Path) -> None:
    place = locate(UNKNOWN)
    (place / "model.safetensors").unlink()
    (place / "model.safetensors").mkdir()
    assert find(UNKNOWN) is None
    assert locate(UNKNOWN) == place
    assert (place / "model.safetensors").read_bytes() == WEIGHTS


def test_a_model_that_lies_elsewhere_behind_a_link(hub: Server, folder: Path) -> None:
    locate(KNOWN).rename(folder / "elsewhere")
    (folder / "tiny").symlink_to(folder / "elsewhere", target_is_directory=True)
    assert find(KNOWN) == folder / "tiny"
    remove(KNOWN)
    assert left(folder) == ["elsewhere"]
    assert (folder / "elsewhere" / "model.safetensors").read_bytes() == WEIGHTS
    (folder / "tiny").symlink_to(folder / "nowhere")
    assert in_cache(KNOWN)
    remove(KNOWN)
    assert not in_cache(KNOWN)


# ------------------------------------------------------------------------------ converting


class Bomb:
    """A pickle that would make a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.path),)


def saved(state: object) -> bytes:
    """A file of PyTorch."""
    file = io.BytesIO()
    torch.save(state, file)
    return file.getvalue()


def test_weights_that_are_a_pickle_become_safetensors(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    weights = {
        "a.weight": torch.arange(6.0).reshape(2, 3) / 3,
        "a.bias": torch.ones(2),
        "n": torch.tensor(7),
    }
    files = {"pytorch_model.bin": saved(weights), "config.json": CONFIG}
    source = Hub("someone/old", "f" * 40, 2000, tuple(files), "state.transformers")
    model = replace(UNKNOWN, sources=(source,))
    with serve({"someone/old": files}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        place = locate(model)
    assert sorted(p.name for p in place.iterdir()) == [SUMS, "config.json", "model.safetensors"]
    tensors = load((place / "model.safetensors").read_bytes())
    assert tensors["a.weight"].dtype == np.float16
    assert np.array_equal(tensors["a.weight"], weights["a.weight"].numpy().astype(np.float16))
    assert tensors["a.bias"].dtype == np.float32
    assert tensors["n"] == 7


def test_a_hostile_pickle_does_not_run(
    monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path
) -> None:
    files = {"pytorch_model.bin": saved({"a": Bomb(tmp_path / "ran")}), "config.json": CONFIG}
    source = Hub("someone/old", "f" * 40, 2000, tuple(files), "state.transformers")
    with serve({"someone/old": files}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        refused(replace(UNKNOWN, sources=(source,)), "not the file", folder)
    assert not (tmp_path / "ran").exists()
    with pytest.raises(pickle.UnpicklingError):
        torch.load(io.BytesIO(files["pytorch_model.bin"]), weights_only=True)


def test_the_model_zoo_of_pytorch(folder: Path) -> None:
    weights = {"fc.weight": torch.arange(600.0).reshape(20, 30)}
    data = saved(weights)
    name = f"net-{sha(data)[:8]}.pth"
    with serve({"zoo/zoo": {name: data}}) as server:
        url = f"{server.url}/zoo/zoo/resolve/main/{name}"
        source = TorchHub(url, sha(data)[:8], len(data), "state.torchvision")
        model = replace(KNOWN, files=(File("model.safetensors"),), sources=(source,))
        place = locate(model)
        assert load((place / "model.safetensors").read_bytes())["fc.weight"].shape == (20, 30)
        assert find(model) == place
        remove(model)
        refused(replace(model, sources=(replace(source, sha256="0" * 8),)), "not the file", folder)
        server.missing = True
        refused(model, "no longer where", folder)


def test_the_hub_states_the_hashes_of_git() -> None:
    assert etag(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"  # git's empty file
    assert etag(b"x" * 5000) == sha(b"x" * 5000)
