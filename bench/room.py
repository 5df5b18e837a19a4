"""A class of learners at one server: each opens a lesson, then moves a slider.

Protocol clients (bench/client.py) in threads of this process, the server in its own: twenty at a
picture's cut-off, fifty at the eps of DBSCAN on a table. Two ways to use the room: all at the same
moment, as when a teacher says "now", and each in its own time. Every learner moves to other values,
so nothing is answered from a cache.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import table
from bench.client import Learner
from bench.memory import process_of, resident
from scripts.app_server import running_app

MOVES = 2  # of each learner, in each way
PAUSE_S = 3.0  # on average, between two moves of one learner who works in their own time


@dataclass(frozen=True)
class Room:
    """How many learners, the lesson and step that they open, and the slider that they move.

    Its values from `first` on must suffice for the one who is alone and for all moves of all learners.
    """

    learners: int
    page: str
    query: dict[str, str]
    slider: str
    first: int
    title: str


ROOMS = (
    Room(20, "frequency", {"step": "filter"}, "cut", 5, "sample picture of 600 x 400"),
    Room(50, "clusters", {"step": "dbscan", "table": "california"}, "clusters_eps", 20,
         "1,000 rows of a sample table"),
)  # fmt: skip


def together(learners: int, work: Callable[[int], None]) -> None:
    """Run `work(number)` for every learner, each in a thread, and wait for all."""
    failed: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(n,)) for n in range(learners)]
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


def measure(room: Room) -> None:
    """Print the table of one room."""
    rows: list[tuple[object, ...]] = []
    count, page, query, slider = room.learners, room.page, room.query, room.slider
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "app.log") as server:
        with Learner(server.url) as first:  # what is imported once, and the warm-up
            first.open("home")
            first.open(page, **query)
            first.set(slider, room.first)
            time.sleep(4)
            alone = [first.set(slider, room.first + 1 + n).seconds for n in range(10)]
        rows.append(row("one learner alone moves the slider", alone))
        learners = [Learner(server.url) for _ in range(count)]
        try:
            opened = [0.0] * count
            moved: list[float] = []
            start = room.first + 11

            def open_page(n: int) -> None:
                opened[n] = learners[n].open(page, **query).seconds

            def move_freely(n: int) -> None:
                chance = random.Random(n)
                for turn in range(MOVES):
                    time.sleep(chance.uniform(0, 2 * PAUSE_S))
                    value = start + count * (MOVES + turn) + n
                    moved.append(learners[n].set(slider, value).seconds)

            together(count, open_page)
            rows.append(row(f"{count} open the page at once", opened))
            for turn in range(MOVES):

                def move_at_once(n: int, value: int = start + count * turn) -> None:
                    moved.append(learners[n].set(slider, value + n).seconds)

                together(count, move_at_once)
            rows.append(row(f"{count} move the slider at once", moved))
            moved.clear()
            together(count, move_freely)
            rows.append(row(f"{count} move it every {PAUSE_S:.0f} s or so", moved))
            errors = [text for learner in learners for text in learner.errors]
            if errors:
                raise SystemExit(f"the app answered with errors: {errors[:3]}")
            now, most = resident(process_of(server))
        finally:
            for learner in learners:
                learner.__exit__(None, None, None)
    table.show(
        f"A room of {count} on “{page}”, {room.title}",
        ("until the script has finished", "answers", "median ms", "95 % ms", "longest ms"), rows,
        f"memory of the server: {now:.0f} MB, at most {most:.0f} MB",
    )  # fmt: skip


def main() -> None:
    """Print one table for each room, or for those whose lesson is named."""
    wanted = sys.argv[1:]
    for room in ROOMS:
        if not wanted or room.page in wanted:
            measure(room)


if __name__ == "__main__":
    main()
