"""Each control's rerun beside the bare work that it causes, in one process.

rerun : from the message that the browser would send until the last byte of the answer has arrived,
    over a real WebSocket with the fragment's id, as a protocol client (bench/client.py) sees it
bare : the engine's functions that this very rerun computed, and the encoding of the pictures that it
    sent, called again right after it with the same inputs
Every value is new to the caches. The kilobytes are those of the answer. Controls of the picture lessons
are moved with two sizes of photo, those of the table lessons with two sizes of table.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bench import local, photo, table, tables
from bench.client import Learner

LIMIT_KB = {"1024 x 1024": 300, "12 MP": 400}
TABLE_KB = 100
TABLE_ROWS = (10_000, 1_000_000)


@dataclass(frozen=True)
class Case:
    """A control: page and step, choices made first, and the values it is moved through.

    `visits` > 1 repeats everything in new sessions, for controls with few values.
    """

    name: str
    page: str
    key: str
    values: tuple[Any, ...]
    visits: int = 1
    query: dict[str, str] = field(default_factory=dict)


def cases() -> list[Case]:
    """The main controls of the picture lessons."""
    found = [
        Case("pixels: colour to gray", "pixels", "colour", (1,), 3),
        Case("pixels: notation", "pixels", "numbers", (1, 2), 2),
        Case("pixels: wrong width", "pixels", "error", (3, 4, 5, 6), 1, {"step": "wrong"}),
        Case("channels: colour space", "channels", "space", (1, 2, 3, 4)),
        Case("channels: add", "channels", "add", (31, 47, 83, 97), 1, {"step": "wrap"}),
    ]
    for kind, key in (("low", "cut"), ("high", "cut"), ("band", "band")):
        for shape in ("ideal", "gaussian", "butterworth"):
            values = tuple(
                (20 + 7 * n, 90 + 5 * n) if kind == "band" else 20 + 7 * n for n in range(3)
            )
            query = {"step": "filter", "kind": kind, "shape": shape}
            name = f"frequency: cut-off, {kind} {shape}"
            found.append(Case(name, "frequency", key, values, 1, query))
    found += [
        Case("frequency: ringing cut-off", "frequency", "ring", (11, 17, 23, 37), 1,
             {"step": "ringing"}),
        Case("phase: strongest waves", "phase", "waves", (3, 9, 12, 15), 1, {"step": "build"}),
    ]  # fmt: skip
    return found


def table_cases() -> list[Case]:
    """The main controls of the table lessons; columns are chosen by their place in the menu."""
    places = (1, 2, 3)
    return [
        Case("numbers: row", "tablenumbers", "tn_row", (7, 99, 1234), 1, {"step": "row"}),
        Case("numbers: order in memory", "tablenumbers", "tn_order", (1,), 3, {"step": "array"}),
        Case("numbers: dtypes of a column", "tablenumbers", "tn_kept", (5, 6, 7), 1,
             {"step": "bytes"}),
        Case("numbers: cells emptied", "tablenumbers", "tn_holes", (11, 23, 57), 1,
             {"step": "missing"}),
        Case("numbers: scaled column", "tablenumbers", "tn_scaled", places, 1, {"step": "scaling"}),
        Case("correlation: column across", "correlation", "correlation_x", places, 1,
             {"step": "pair"}),
        Case("components: kept", "pca", "pc_kept", (3, 4, 5), 1, {"step": "rebuild"}),
        Case("learning: threshold", "tablelearn", "tl_threshold", (31, 47, 63), 1,
             {"step": "threshold"}),
        Case("tree: depth", "tree", "tree_depth", (2, 4, 5), 1, {"step": "drawn"}),
        Case("boundary: split", "boundary", "boundary_seed", (3, 5, 7), 1, {"step": "models"}),
        Case("clusters: k", "clusters", "clusters_k", (4, 5, 6), 1, {"step": "kmeans"}),
        Case("clusters: eps", "clusters", "clusters_eps", (70, 130, 160), 1, {"step": "dbscan"}),
    ]  # fmt: skip


Sample = tuple[float, ...]  # seconds of a rerun, of bare results, of bare encoding; kilobytes


def moved(learner: Learner, recorder: local.Recorder, case: Case) -> list[Sample]:
    """Open a case's page and move its control through its values."""
    samples = []
    learner.open(case.page, **case.query)
    for value in case.values:
        recorder.start()
        answer = learner.set(key_of(learner, case.key), value)
        computed, encoded, _ = recorder.bare()
        recorder.forget()
        samples.append((answer.seconds, computed, encoded, answer.bytes / 1000))
    if learner.errors:
        raise SystemExit(f"{case.name}: {learner.errors}")
    return samples


def key_of(learner: Learner, name: str) -> str:
    """The control's key: one that belongs to a table's columns has a digest of these behind it."""
    keys = (key for key in learner.widgets if key == name or key.startswith(f"{name}_"))
    return next(keys, name)


def show(title: str, measured: Mapping[str, Sequence[Sample]], limit_kb: int) -> None:
    """Print a table of medians, a row a control, and whether the goals are met."""
    rows: list[tuple[object, ...]] = []
    for name, samples in measured.items():
        rerun, computed, encoded, kilobytes = map(statistics.median, zip(*samples, strict=True))
        bare = computed + encoded
        goal = 1.5 * bare + 0.030
        largest = max(sample[3] for sample in samples)
        times = (1000 * seconds for seconds in (rerun, computed, encoded, rerun - bare, goal))
        met = table.verdict(rerun, goal), table.verdict(largest, limit_kb)
        rows.append((name, *times, met[0], kilobytes, largest, met[1]))
    head = ("control", "rerun ms", "engine ms", "encode ms", "rest ms", "goal ms", "")
    head += ("kB", "most kB", f"< {limit_kb}")
    table.show(f"{title} (medians)", head, rows, "goal: rerun <= 1.5 x (engine + encode) + 30 ms")


def measure(
    url: str, recorder: local.Recorder, case: Case, data: bytes, name: str = "photo.jpg"
) -> list[Sample]:
    """The samples of a case on a photo or a table, in as many sessions as it has visits."""
    samples = []
    for _visit in range(case.visits):
        with Learner(url) as learner:
            learner.open("pixels" if name == "photo.jpg" else "tableread")
            learner.upload("tray_upload", name, data)
            samples += moved(learner, recorder, case)
    return samples


def main() -> None:
    """Print one table for each size of picture and of table; `pictures` or `tables` names one half."""
    wanted = sys.argv[1:]
    with local.serving() as url:
        with Learner(url) as learner:
            learner.open("home")
        recorder = local.Recorder()
        if not wanted or "pictures" in wanted:
            show_pictures(url, recorder)
        if not wanted or "tables" in wanted:
            show_tables(url, recorder)


def show_pictures(url: str, recorder: local.Recorder) -> None:
    """Print one table for each size of picture."""
    with Learner(url) as learner:
        for page in ("home", "pixels", "channels", "frequency", "phase"):
            learner.open(page)
    for size, (width, height) in photo.SIZES.items():
        data = photo.jpeg(width, height)
        for case in cases()[-2:]:
            measure(url, recorder, case, data)  # warm: Plotly, FFT plans
        measured = {case.name: measure(url, recorder, case, data) for case in cases()}
        show(f"Reruns, {size} JPEG of {len(data) / 1e6:.1f} MB", measured, LIMIT_KB[size])


def show_tables(url: str, recorder: local.Recorder) -> None:
    """Print one table for each size of table; each page is opened once before it is measured."""
    for rows in TABLE_ROWS:
        data = tables.table_of_numbers_and_words(rows)
        for case in table_cases():
            measure(
                url, recorder, replace(case, values=case.values[:1], visits=1), data, "warm.csv"
            )
        measured = {
            case.name: measure(url, recorder, case, data, "table.csv") for case in table_cases()
        }
        show(f"Reruns, table of {rows:,} x 20, {len(data) / 1e6:.0f} MB", measured, TABLE_KB)


if __name__ == "__main__":
    main()
