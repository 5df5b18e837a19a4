"""Classifiers: a first prediction, our functions beside bare torch, 20 who ask at once, memory.

`python -m bench.networks`. Goals: a forward pass within 1.1 times of torch's own in the same run; 20
sessions with MobileNetV2 answered within 1.5 s at the median and 3 s at most; 1.6 GB resident with
the default networks open in the app.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench import table
from bench.client import Learner
from bench.memory import process_of, resident
from engine.cache import ByteCache
from engine.lab import Lab
from engine.models.catalogue import MOBILENET_V2, RESNET18
from engine.models.public import path_of
from engine.models.queue import ASKING
from engine.samples import load
from engine.softmax import softmax
from engine.vision.classify import scores, top
from engine.vision.nets import classifier
from engine.vision.preprocess import centre_crop, tensor
from scripts.app_server import running_app

NETWORKS = {"resnet18": RESNET18, "mobilenet_v2": MOBILENET_V2}
RATIO, MEDIAN_S, MOST_S, MEMORY_MB = 1.1, 1.5, 3.0, 1600
REPEATS, SESSIONS = 30, 20

# What a first visitor waits for, in a process that has nothing loaded yet.
_COLD = """
import sys, time
start = time.perf_counter()
import numpy as np
from engine.softmax import softmax
from engine.vision.classify import scores, top
from engine.vision.preprocess import centre_crop, tensor
picture = np.random.default_rng(0).integers(0, 256, (400, 600, 3), dtype=np.uint8)
x = tensor(centre_crop(picture))
top(softmax(scores(sys.argv[1], x, architecture=sys.argv[2])))
print(time.perf_counter() - start)
"""
#: Pages, and their steps, that open every network that comes with the app.
VISITS = (
    ("classify", "answer"),
    ("classify", "predict"),
    ("features", "stages"),
    ("detect", ""),
    ("segment", ""),
    ("embeddings", "sentences"),
)


def seconds(act: Callable[[], object]) -> float:
    """How long `act` takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def cold_start() -> None:
    """A first prediction in a new process, imports included."""
    rows = []
    for name, model in NETWORKS.items():
        command = [sys.executable, "-c", _COLD, path_of(model), name]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append((model.title, f"{float(done.stdout):.1f}"))
    table.show("First prediction, nothing loaded", ("network", "s"), rows)


def forward() -> bool:
    """Our `scores` beside torch's own forward pass of torchvision's network, by turns."""
    import torch
    import torchvision
    from safetensors.torch import load_file

    rows, met = [], True
    x = np.random.default_rng(0).normal(size=(3, 224, 224)).astype(np.float32)
    for name, model in NETWORKS.items():
        path = path_of(model)
        classifier(path, name)  # opened before the clock runs; sets torch to one thread
        bare = torchvision.models.get_model(name, weights=None)
        bare.load_state_dict(load_file(path))
        bare.float().eval()
        batch = torch.from_numpy(x[None])

        def theirs(bare: torch.nn.Module = bare, batch: torch.Tensor = batch) -> None:
            with torch.inference_mode():
                bare(batch)

        def ours(path: str = path, name: str = name) -> None:
            scores(path, x, architecture=name)

        theirs(), ours()
        pairs = [(seconds(ours), seconds(theirs)) for _ in range(REPEATS)]
        mine, other = (1000 * statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = mine / other
        met &= ratio <= RATIO
        verdict = table.verdict(ratio, RATIO)
        rows.append((model.title, f"{mine:.1f}", f"{other:.1f}", f"{ratio:.2f}", verdict))
    head = ("network", "ours, ms", "torch, ms", "ratio", f"<= {RATIO}")
    table.show(f"One forward pass, median of {REPEATS}", head, rows)
    return met


def room() -> bool:
    """Twenty sessions, each with a picture of its own, ask for a prediction at the same moment."""
    rows, met = [], True
    for name, model in NETWORKS.items():
        cache = ByteCache()
        waits: list[float] = []
        start = threading.Barrier(SESSIONS)

        def ask(
            number: int,
            name: str = name,
            cache: ByteCache = cache,
            waits: list[float] = waits,
            start: threading.Barrier = start,
        ) -> None:
            ASKING.set(f"session {number}")
            lab = Lab(load("order"), cache=cache)
            pixels = lab.run(noise, seed=number, as_="pixels")
            x = lab.run(tensor, lab.run(centre_crop, pixels, as_="crop"), as_="network_input")
            logits = lab.run(
                scores, lab.weights(NETWORKS[name]), x, architecture=name, network=True, as_="z"
            )
            answer = lab.run(top, lab.run(softmax, logits, as_="p"), as_="answer")
            start.wait()
            waits.append(seconds(lambda: answer.value))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(SESSIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(waits) == SESSIONS, "somebody got no answer"
        median, most = statistics.median(waits), max(waits)
        good = median <= MEDIAN_S and most <= MOST_S
        met &= good or name != "mobilenet_v2"
        rows.append((model.title, f"{median:.2f}", f"{most:.2f}", "met" if good else "MISSED"))
    goal = f"< {MEDIAN_S}, < {MOST_S}"
    table.show(f"{SESSIONS} sessions at once", ("network", "median, s", "most, s", goal), rows)
    return met


def noise(*, seed: int) -> np.ndarray:
    """A picture of random bytes, 400 x 600."""
    return np.random.default_rng(seed).integers(0, 256, (400, 600, 3), dtype=np.uint8)


def memory() -> bool:
    """The server's memory after the pages that open the default networks."""
    rows, now = [], 0.0
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "app.log") as server:
        pid = process_of(server)
        rows.append(("started", *resident(pid), ""))
        with Learner(server.url) as learner:
            for name, step in VISITS:
                learner.open(name, **({"step": step} if step else {}))
                now, most = resident(pid)
                rows.append((f"{name} {step}", now, most, table.verdict(now, MEMORY_MB)))
        if learner.errors:
            raise SystemExit(f"the app answered with errors: {learner.errors}")
    head = ("after", "MB", "most so far", f"< {MEMORY_MB} MB")
    table.show("Memory of the server", head, rows)
    return now <= MEMORY_MB


def main() -> int:
    """Print the tables; 1 if a goal is missed."""
    cold_start()
    good = [forward(), room(), memory()]
    return int(not all(good))


if __name__ == "__main__":
    sys.exit(main())
