"""A class of learners at one server: each opens a lesson, then moves the cut-off slider.

Twenty protocol clients (bench/client.py) in threads of this process, the server in its own. Two ways
to use the room: all at the same moment, as when a teacher says "now", and each in its own time.
Every learner moves to other values, so nothing is answered from a cache.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench import table
from bench.client import Learner
from bench.memory import process_of, resident
from scripts.app_server import running_app

LEARNERS = 20
MOVES = 4
PAUSE_S = 3.0  # on average, between two moves of one learner who works in their own time


def together(work: Callable[[int], None]) -> None:
    """Run `work(number)` for every learner, each in a thread, and wait for all."""
    failed: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(n,)) for n in range(LEARNERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def row(name: str, seconds: list[float]) -> tuple[object, ...]:
    """Median, 95th percentile and the longest, in milliseconds."""
    percentiles = statistics.quantiles(seconds, n=20, method="inclusive")
    middle = statistics.median(seconds)
    return name, len(seconds), 1000 * middle, 1000 * percentiles[-1], 1000 * max(seconds)


def main() -> None:
    """Print the table."""
    rows: list[tuple[object, ...]] = []
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "app.log") as server:
        with Learner(server.url) as first:  # what is imported once, and the warm-up
            for page in ("home", "frequency"):
                first.open(page, step="filter")
            first.set("cut", 29)
            time.sleep(4)
            alone = [first.set("cut", 5 + n).seconds for n in range(10)]
        rows.append(row("one learner alone moves the slider", alone))
        learners = [Learner(server.url) for _ in range(LEARNERS)]
        try:
            opened = [0.0] * LEARNERS
            moved: list[float] = []

            def open_page(n: int) -> None:
                opened[n] = learners[n].open("frequency", step="filter").seconds

            def move_freely(n: int) -> None:
                chance = random.Random(n)
                for number in range(MOVES):
                    time.sleep(chance.uniform(0, 2 * PAUSE_S))
                    moved.append(learners[n].set("cut", 40 + LEARNERS * number + n).seconds)

            together(open_page)
            rows.append(row(f"{LEARNERS} open the page at once", opened))
            for turn in range(MOVES):
                first_value = 40 + LEARNERS * turn

                def move_at_once(n: int, value: int = first_value) -> None:
                    moved.append(learners[n].set("cut", value + n).seconds)

                together(move_at_once)
            rows.append(row(f"{LEARNERS} move the slider at once", moved))
            moved.clear()
            for learner in learners:
                learner.set("kind", 1)
            together(move_freely)
            rows.append(row(f"{LEARNERS} move it every {PAUSE_S:.0f} s or so", moved))
            errors = [text for learner in learners for text in learner.errors]
            if errors:
                raise SystemExit(f"the app answered with errors: {errors[:3]}")
            now, most = resident(process_of(server))
        finally:
            for learner in learners:
                learner.__exit__(None, None, None)
    table.show(
        f"A room of {LEARNERS}, sample picture of 600 x 400",
        ("until the script has finished", "answers", "median ms", "95 % ms", "longest ms"), rows,
        f"memory of the server: {now:.0f} MB, at most {most:.0f} MB",
    )  # fmt: skip


if __name__ == "__main__":
    main()
