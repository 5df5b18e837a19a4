"""Start the app on a free port and stop it with all its children; for tests and screenshots."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # rich colours tracebacks word by word


@dataclass(frozen=True)
class AppServer:
    """A running app: `url` without a slash at the end, and the file that collects its output."""

    url: str
    log: Path

    def log_text(self) -> str:
        """Everything that the app has printed so far, without terminal colours."""
        return _COLOURS.sub("", self.log.read_text(encoding="utf-8", errors="replace"))


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _answers(url: str) -> bool:
    # An empty ProxyHandler, because a proxy in the environment must not see a loopback address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and everything it started, politely first."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)
        process.wait(10)
        return
    for sign in (signal.SIGTERM, signal.SIGKILL):
        # The process leads its own group (start_new_session), so its children get the signal too,
        # even those that outlive it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)


@contextlib.contextmanager
def running_app(
    log: Path, *, script: Path = ROOT / "app.py", wait_s: float = 120
) -> Iterator[AppServer]:
    """Run the app in its own process until the `with` block ends.

    Parameters
    ----------
    log : file that receives the app's standard output and errors.
    script : the entry script.
    wait_s : seconds until the health check must have succeeded.

    Raises
    ------
    RuntimeError
        When the app ends or does not answer in time; the message holds the end of its log.
    """
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    command += ["--server.fileWatcherType=none"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    server = AppServer(f"http://127.0.0.1:{port}", log)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=script.parent,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + wait_s
            while not _answers(f"{server.url}/_stcore/health"):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the app did not start:\n{server.log_text()[-4000:]}")
                time.sleep(0.2)
            yield server
        finally:
            _stop(process)
