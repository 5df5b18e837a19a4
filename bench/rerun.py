"""Each control's rerun beside the bare work that it causes, in one process.

rerun : from the message that the browser would send until the last byte of the answer has arrived,
    over a real WebSocket with the fragment's id, as a protocol client (bench/client.py) sees it
bare : the engine's functions that this very rerun computed, and the encoding of the pictures that it
    sent, called again right after it with the same inputs
Every value is new to the caches. The kilobytes are those of the answer.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench import local, photo, table
from bench.client import Learner

LIMIT_KB = {"1024 x 1024": 300, "12 MP": 400}


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


Sample = tuple[float, ...]  # seconds of a rerun, of bare results, of bare encoding; kilobytes


def moved(learner: Learner, recorder: local.Recorder, case: Case) -> list[Sample]:
    """Open a case's page and move its control through its values."""
    samples = []
    learner.open(case.page, **case.query)
    for value in case.values:
        recorder.start()
        answer = learner.set(case.key, value)
        computed, encoded, _ = recorder.bare()
        recorder.forget()
        samples.append((answer.seconds, computed, encoded, answer.bytes / 1000))
    if learner.errors:
        raise SystemExit(f"{case.name}: {learner.errors}")
    return samples


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


def measure(url: str, recorder: local.Recorder, case: Case, data: bytes) -> list[Sample]:
    """The samples of a case on a photo, in as many sessions as it has visits."""
    samples = []
    for _visit in range(case.visits):
        with Learner(url) as learner:
            learner.open("pixels")
            learner.upload("tray_upload", "photo.jpg", data)
            samples += moved(learner, recorder, case)
    return samples


def main() -> None:
    """Print one table for each size of picture."""
    with local.serving() as url:
        with Learner(url) as learner:
            for page in ("home", "pixels", "channels", "frequency", "phase"):
                learner.open(page)
        recorder = local.Recorder()
        for size, (width, height) in photo.SIZES.items():
            data = photo.jpeg(width, height)
            for case in cases()[-2:]:
                measure(url, recorder, case, data)  # warm: Plotly, FFT plans
            measured = {case.name: measure(url, recorder, case, data) for case in cases()}
            show(f"Reruns, {size} JPEG of {len(data) / 1e6:.1f} MB", measured, LIMIT_KB[size])


if __name__ == "__main__":
    main()
