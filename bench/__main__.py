"""Speed, traffic and memory: `python -m bench [fft] [rerun] [payload] [upload] [memory] [room] ...`.

Prints one table a section, all sections when none is named, and writes the same to build/bench.txt.
Each section runs in a process of its own, so that none inherits another's caches. `fft` is the
12-megapixel low-pass alone; `python -m bench.fft` has all filters and sizes, and takes minutes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from scripts.app_server import ROOT

MODULES = {"fft": "lowpass"}
SECTIONS = (
    "fft",
    "rerun",
    "payload",
    "upload",
    "memory",
    "room",
    "sound",
    "text",
    "maps",
    "networks",
    "speech",
    "training",
    "tables",
    "device",
)


def main() -> int:
    """Run the sections; the status tells whether all of them could be measured."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure speed and memory."
    )
    parser.add_argument("section", nargs="*", help=", ".join(SECTIONS))
    chosen = parser.parse_args().section or list(SECTIONS)
    if unknown := sorted(set(chosen) - set(SECTIONS)):
        parser.error(f"no section {', '.join(unknown)}: choose from {', '.join(SECTIONS)}")
    path = ROOT / "build" / "bench.txt"
    path.parent.mkdir(exist_ok=True)
    status = 0
    with path.open("w", encoding="utf-8") as summary:
        for section in chosen:
            start = time.perf_counter()
            header = f"==== {section}"
            print(header, flush=True)
            summary.write(f"{header}\n")
            process = subprocess.Popen(
                [sys.executable, "-m", f"bench.{MODULES.get(section, section)}"],
                cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8",
            )  # fmt: skip
            assert process.stdout is not None
            for line in process.stdout:
                print(line, end="", flush=True)
                summary.write(line)
            failed = process.wait() != 0
            status |= failed
            footer = f"---- {section}: {time.perf_counter() - start:.0f} s"
            footer += ", FAILED" if failed else ""
            print(footer, flush=True)
            summary.write(f"{footer}\n")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
