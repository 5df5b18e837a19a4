"""How long a large table takes: one million rows of twenty columns, read and first seen.

`python -m bench.tables`. The app's way (a child process, the columns in a mapped file) beside pandas
and polars on the same bytes, each in a fresh process with its library imported. Goal: seen within 3 s.
Then the same file through the pages: every step of the table lessons seen for the first time (goal 3 s)
and opened again (goal 0.5 s), and the memory of the server with one session and with more. `pages` as an
argument measures these only, names of pages only them.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.client import Learner
from bench.memory import process_of, resident
from bench.table import show, verdict
from components.catalogue import LESSONS
from engine.lab import MAPPED, Lab
from engine.sources import Table, open_source
from engine.table.delimited import read_text_table
from engine.table.layout import text_layout
from engine.table.summary import column_kinds, column_statistics, first_cells
from scripts.app_server import ROOT, running_app

ROWS, REPEATS, GOAL = 1_000_000, 3, 3.0
AGAIN_GOAL, SESSIONS, MOST_MB = 0.5, 3, 2700

# What anybody would call, or the app's reader without its child process; seconds, and the most memory
# that the process has taken (VmHWM: what getrusage says begins with the parent's).
_ALONE = """
import io, re, sys, time
{imported}
data = sys.stdin.buffer.read()
times = []
for _ in range({repeats}):
    start = time.perf_counter()
    table = {call}
    times.append(time.perf_counter() - start)
    shape = table.shape
    del table
memory = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())
print(min(times), int(memory[1]) / 1000, *shape)
"""
ALONE = {
    "the app's reader alone": (
        "import pandas, pyarrow.csv; from engine.table.frame import read_text_table",
        "read_text_table(data)",
    ),
    "pandas": ("import pandas", "pandas.read_csv(io.BytesIO(data))"),
    "polars": ("import polars", "polars.read_csv(data)"),
}


def table_of_numbers_and_words(rows: int = ROWS) -> bytes:
    """A CSV file: four columns with three decimals, twelve of whole numbers, three of words, a date."""
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    random = np.random.default_rng(0)
    words = np.array(["red", "green", "blue", "a word"])
    columns: dict[str, object] = {f"x{n}": np.round(random.normal(size=rows), 3) for n in range(4)}
    columns |= {f"n{n}": random.integers(0, 150, rows) for n in range(12)}
    columns |= {f"w{n}": words[random.integers(0, 4, rows)] for n in range(3)}
    columns["day"] = np.datetime64("2020-01-01") + random.integers(0, 1000, rows)
    out = io.BytesIO()
    arrow_csv.write_csv(pa.table(columns), out)
    return out.getvalue()


def alone(name: str, data: bytes) -> tuple[float, float]:
    """The seconds and the megabytes of one of `ALONE`, on Linux."""
    imported, call = ALONE[name]
    code = _ALONE.format(imported=imported, call=call, repeats=REPEATS)
    done = subprocess.run(
        [sys.executable, "-c", code], input=data, capture_output=True, check=True, cwd=ROOT
    )
    seconds, memory, rows, columns = map(float, done.stdout.split())
    assert (rows, columns) == (ROWS, 20)
    return seconds, memory


def ours(source: Table, quote: str) -> tuple[float, float, Lab]:
    """Seconds to read and to the first view, and the lab; another `quote` is another key."""
    lab = Lab(source)
    start = time.perf_counter()
    separator, _quote, decimal, thousands, header, *_rest = text_layout(
        source.data, encoding="utf-8"
    )
    table = lab.run(
        read_text_table,
        lab.source,
        isolated=60.0,
        mapped=True,
        separator=separator,
        quote=quote,
        decimal=decimal,
        thousands=thousands,
        header=header,
    )
    assert table.value.shape == (ROWS, 20)
    read = time.perf_counter() - start
    lab.run(first_cells, table).value  # noqa: B018
    lab.run(column_kinds, table).value  # noqa: B018
    return read, time.perf_counter() - start, lab


def anonymous(pid: int | str = "self") -> float:
    """Megabytes of memory of a process that are no mapped file (Linux only, else 0)."""
    status = Path(f"/proc/{pid}/status")
    text = status.read_text(encoding="ascii") if status.exists() else ""
    found = re.search(r"RssAnon:\s+(\d+) kB", text)
    return int(found[1]) / 1000 if found else 0.0


def through_the_pages(data: bytes, wanted: list[str]) -> bool:
    """Print a row for each page: its slowest step, at first and again; whether the goals are met."""
    pages = [lesson.name for lesson in LESSONS if lesson.section == "table"]
    rows: list[tuple[object, ...]] = []
    memory: list[tuple[object, ...]] = []
    met = True
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "app.log") as server:
        pid = process_of(server)

        def note(when: str) -> None:
            now, most = resident(pid)
            memory.append((when, anonymous(pid), now, most, verdict(now, MOST_MB)))

        sessions = [Learner(server.url) for _ in range(SESSIONS)]
        try:
            sessions[0].open("tableread")
            note("a sample in one session")
            for number, learner in enumerate(sessions):
                learner.open("tableread")
                took = learner.upload("tray_upload", "million.csv", data).seconds
                note(f"session {number + 1} has the table, {took:.1f} s")
                for page in wanted or pages:
                    at_first, again = seen(learner, page)
                    if number == 0:
                        slow = max(at_first, key=lambda step: at_first[step])
                        late = max(again, key=lambda step: again[step])
                        row = (page, f"{at_first[slow]:.2f}", slow, f"{again[late]:.2f}", late)
                        ok = at_first[slow] <= GOAL and again[late] <= AGAIN_GOAL
                        met &= ok
                        rows.append((*row, "ok" if ok else "MISSED"))
                note(f"session {number + 1} has seen all steps")
        finally:
            for learner in sessions:
                learner.__exit__(None, None, None)
    show(
        f"{ROWS:,} rows of 20 columns through the pages: the slowest step of each",
        ("page", "at first s", "step", "again s", "step", ""),
        rows,
        f"goals: {GOAL:.0f} s at first, {AGAIN_GOAL} s again",
    )
    head = ("after", "MB of its own", "MB with mapped files", "most so far", f"< {MOST_MB} MB")
    show("Memory of the server", head, memory)
    return met


def seen(learner: Learner, page: str) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds until each step of a page is there, at first, and when one comes back to it."""
    opened = learner.open(page).seconds
    steps = learner.widgets[f"step_{page}"].proto.options
    names = [getattr(option, "content", option) for option in steps]
    at_first, again = {names[0]: opened}, {}
    for times in (at_first, again):
        for place, name in enumerate(names):
            if name not in times:
                times[name] = learner.set(f"step_{page}", place).seconds
    if learner.errors:
        raise SystemExit(f"{page}: {learner.errors}")
    return at_first, again


def main() -> int:
    """Print the tables; 1 if a goal is missed."""
    data = table_of_numbers_and_words()
    wanted = sys.argv[1:]
    met = True if wanted else read_beside_others(data)
    met &= through_the_pages(data, [name for name in wanted if name != "pages"])
    return int(not met)


def read_beside_others(data: bytes) -> bool:
    """Print how long it takes to read it; whether the goal is met."""
    start = time.perf_counter()
    source = open_source("million.csv", data)
    opened = time.perf_counter() - start
    assert isinstance(source, Table)
    import pandas  # noqa: F401 (a warm server has it)

    before = anonymous()
    runs = [ours(source, quote) for quote in ('"', "'", "")]
    seconds, visible, lab = min(runs, key=lambda run: run[1])
    held = anonymous() - before
    table = lab.run(read_text_table, lab.source, mapped=True)
    frame = table.value
    start = time.perf_counter()
    column_statistics(frame)
    statistics = time.perf_counter() - start
    start = time.perf_counter()
    for _ in range(100):
        float(frame["x0"].mean())
    rerun = (time.perf_counter() - start) / 100
    rows: list[tuple[object, ...]] = [
        ("this app: child process, mapped file", f"{seconds:.2f}", ""),
        ("  and first seen", f"{visible:.2f}", ""),
        *((name, f"{took:.2f}", memory) for name in ALONE for took, memory in [alone(name, data)]),
    ]
    show(
        f"{ROWS:,} rows of 20 columns, {len(data) / 1e6:.0f} MB of CSV; the best of {REPEATS}",
        ("", "seconds", "most MB"),
        rows,
        f"recognised at the door in {opened:.2f} s (once an upload)",
        f"statistics of all columns {statistics:.2f} s; the mean of one column, each rerun, "
        f"{1000 * rerun:.1f} ms",
        f"the server keeps {held:.0f} MB of memory of its own for three readings of it, "
        f"{MAPPED.used_bytes / 1e6:.0f} MB of disk",
        f"goal {GOAL:.0f} s until it is seen: {verdict(visible, GOAL)}",
    )
    return visible <= GOAL


if __name__ == "__main__":
    sys.exit(main())
