"""Make `.venv` hold what a requirements file asks for; used by the Makefile and by Windows alike.

    python scripts/setup.py          what the app needs
    python scripts/setup.py --dev    that, and what the tests and checks need

Only the standard library, because it runs before anything is installed. A stamp in `.venv` keeps
the digest of the requirements, so that a second call returns at once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST, NEWEST = (3, 11), (3, 14)  # versions for which every pinned package has files


def succeeds(*command: str | Path) -> bool:
    """Run quietly; a program that is missing or broken counts as a failure."""
    try:
        done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


def make_environment() -> None:
    """Create `.venv`, or create it again when its Python no longer starts (moved, upgraded)."""
    if PYTHON.exists() and succeeds(PYTHON, "-c", "import sys"):
        return
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        sys.exit(
            f"Python {sys.version.split()[0]} was found; this app needs 3.11 to 3.14 (best: 3.12)."
            " Install one, then name it: make PYTHON=python3.12 run"
        )
    print(f"Creating .venv with Python {sys.version.split()[0]}", flush=True)
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=os.name != "nt").create(VENV)
    except (subprocess.CalledProcessError, ImportError):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("Python's venv module is incomplete. Debian, Ubuntu: apt install python3-venv")


def installers() -> list[list[str]]:
    """Ways to install, fastest first: uv takes half a minute where pip takes several."""
    ways: list[list[str]] = []
    if not succeeds(PYTHON, "-m", "uv", "--version") and not succeeds("uv", "--version"):
        if not succeeds(PYTHON, "-m", "pip", "--version"):
            succeeds(PYTHON, "-m", "ensurepip")
        succeeds(PYTHON, "-m", "pip", "install", "--quiet", "uv")
    target = ["pip", "install", "--python", str(PYTHON)]
    if succeeds(PYTHON, "-m", "uv", "--version"):
        ways.append([str(PYTHON), "-m", "uv", *target])
    elif succeeds("uv", "--version"):
        ways.append(["uv", *target])
    # pip has its own settings (mirror, proxy, certificates); where only those work, pip still does.
    if succeeds(PYTHON, "-m", "pip", "--version"):
        ways.append([str(PYTHON), "-m", "pip", "install"])
    return ways


def main() -> None:
    """Install when the requirements differ from those of the stamp."""
    dev = "--dev" in sys.argv[1:]
    names = ["requirements.txt", "requirements-dev.txt"] if dev else ["requirements.txt"]
    digest = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in names)).hexdigest()
    make_environment()
    stamp = VENV / (".installed-dev" if dev else ".installed")
    if not (stamp.exists() and stamp.read_text(encoding="utf-8") == digest):
        print(f"Installing {names[-1]} (once; about 6 GB on Linux)", flush=True)
        for way in installers():
            if subprocess.run([*way, "-r", names[-1]], cwd=ROOT).returncode == 0:
                break
        else:
            sys.exit(f"{names[-1]} could not be installed; the reason stands above.")
        stamp.write_text(digest, encoding="utf-8")
    os.utime(stamp)  # newer than the requirements, which is what make compares


if __name__ == "__main__":
    main()
