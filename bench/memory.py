"""Resident memory of the server's process after every page and step, with a sample and with a photo.

VmRSS of /proc/<pid>/status: what the process holds in memory, libraries included; VmHWM is the
highest that it ever was. Linux only.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench import photo, table
from bench.client import Learner
from components.catalogue import LESSONS
from scripts.app_server import AppServer, running_app

# The lessons on data load no network; those on networks load torch and what comes with the app.
DATA_MB, NETWORKS_MB = 400, 1600


def process_of(server: AppServer) -> int:
    """The process id of a server that `running_app` started, found by its port."""
    port = server.url.rsplit(":", 1)[1]
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                arguments = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if f"--server.port={port}".encode() in arguments:
                return int(entry.name)
    raise RuntimeError(f"no process serves port {port}")


def resident(pid: int) -> tuple[float, float]:
    """Megabytes (10**6 bytes) now, and at most so far."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    now, most = (int(fields[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))
    return now, most


def visit_all(learner: Learner, *, networks: bool = False) -> int:
    """Open every lesson on data, or on networks, and its steps; returns how many views that were."""
    count = 0
    for lesson in LESSONS:
        if (lesson.section == "network") != networks:
            continue
        learner.open(lesson.name)
        count += 1
        steps = learner.widgets.get(f"step_{lesson.name}")
        for number in range(1, len(steps.proto.options) if steps else 0):
            learner.set(f"step_{lesson.name}", number)
            count += 1
    if learner.errors:
        raise SystemExit(f"the app answered with errors: {learner.errors}")
    return count


def main() -> None:
    """Print the table."""
    rows: list[tuple[object, ...]] = []
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "app.log") as server:
        pid = process_of(server)

        def note(when: str, limit: float = DATA_MB) -> None:
            now, most = resident(pid)
            rows.append((when, now, most, table.verdict(now, limit)))

        note("started, no visitor")
        with Learner(server.url) as learner:
            count = visit_all(learner)
            note(f"all {count} pages and steps, the samples")
        for n, (size, (width, height)) in enumerate(photo.SIZES.items()):
            with Learner(server.url) as learner:
                learner.open("pixels")
                learner.upload("tray_upload", "photo.jpg", photo.jpeg(width, height, n))
                visit_all(learner)
                note(f"all pages and steps, {size} photo")
        with Learner(server.url) as learner:
            visit_all(learner)
            note("all pages and steps again, the samples")
            count = visit_all(learner, networks=True)
            note(f"{count} pages and steps of the lessons on networks", NETWORKS_MB)
    limits = f"< {DATA_MB} MB, networks < {NETWORKS_MB} MB"
    table.show("Memory of the server", ("after", "MB", "most so far", limits), rows)


if __name__ == "__main__":
    main()
