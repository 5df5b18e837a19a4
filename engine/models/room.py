"""How much memory and disk are free on this machine, and who may fetch and remove models here."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from engine.models.locate import cache_folder

_CGROUP = Path("/sys/fs/cgroup")


def free_memory() -> int | None:
    """Bytes of memory that are free, within the limit of a container; None if the system doesn't say."""
    known = [size for size in (_free_in_machine(), _free_in_container()) if size is not None]
    return min(known, default=None)


def free_disk() -> int:
    """Bytes that are free where models are kept."""
    folder = cache_folder()
    while not os.path.exists(folder):  # nor may it be looked into
        folder = folder.parent
    return shutil.disk_usage(folder).free


def may_fetch() -> bool:
    """Whether this server lets its visitors fetch models: NUMEROSCOPE_FETCH is not 0."""
    return os.environ.get("NUMEROSCOPE_FETCH", "1") != "0"


def may_remove(address: str | None) -> bool:
    """Whether this server lets its visitors remove models.

    Parameters
    ----------
    address : where the server listens; None is everywhere. Who alone can reach it may; on a shared
        server nobody may. NUMEROSCOPE_ADMIN says otherwise: 1, or 0 for a server behind a proxy.
    """
    if chosen := os.environ.get("NUMEROSCOPE_ADMIN"):
        return chosen == "1"
    return address in ("localhost", "127.0.0.1", "::1")


def _free_in_machine() -> int | None:
    """Linux's own estimate of what can be had without swapping."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(one.split()[1]) * 1024 for one in lines if one.startswith("MemAvailable"))
    except (OSError, ValueError, StopIteration):
        return None


def _free_in_container() -> int | None:
    """What is left of a limit of memory (cgroup v2); cached files count as free."""
    try:
        limit = int((_CGROUP / "memory.max").read_text())  # "max" if there is none
        used = int((_CGROUP / "memory.current").read_text())
        stat = dict(line.split() for line in (_CGROUP / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return None
    return max(limit - used + int(stat.get("inactive_file", 0)), 0)
