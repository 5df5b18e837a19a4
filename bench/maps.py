"""How long maps take: the first one by PCA, UMAP in the warm worker beside umap-learn, the cold start.

`python -m bench.maps`. The worker and umap-learn lay out the same 1,000 vectors of 384 numbers in 500
epochs, each in a process that has compiled everything, by turns; goal: at most 1.3 times as long.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from engine import work
from engine.lab import CACHE, Lab
from engine.samples import load
from engine.vectors.pca import pca
from engine.vectors.umap_map import umap_map, umap_steps

POINTS, NUMBERS, EPOCHS, REPEATS, GOAL = 1000, 384, 500, 3, 1.3

# umap-learn as anybody would call it, in a process of its own; warm before the first that is timed.
_REFERENCE = """
import sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np, umap
cloud = np.load(sys.argv[1])
umap.UMAP(metric="cosine", random_state=0, n_epochs=3).fit(cloud[:60])
for line in sys.stdin:
    start = time.perf_counter()
    umap.UMAP(metric="cosine", random_state=int(line), n_epochs=500).fit_transform(cloud)
    print(time.perf_counter() - start, flush=True)
"""


def cloud() -> np.ndarray:
    """Twenty groups in 384 dimensions, about as far apart as groups of sentences are."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(20, NUMBERS))
    points = centres[np.arange(POINTS) % 20] + 1.5 * random.normal(size=(POINTS, NUMBERS))
    return points.astype(np.float32)


def measured_cloud(*, path: str) -> np.ndarray:
    """The cloud, as the root of a node."""
    return np.load(path)


def main() -> int:
    """Print one line a measurement; 1 if the goal is missed."""
    points = cloud()
    start = time.perf_counter()
    pca(points)
    print(f"PCA of {POINTS} x {NUMBERS}: {time.perf_counter() - start:.3f} s")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cloud.npy"
        np.save(path, points)
        lab = Lab(load("order"), cache=CACHE)
        root = lab.run(measured_cloud, path=str(path), as_="points")
        small = lab.run(umap_map, root, epochs=3, seed=99, as_="small")
        start = time.perf_counter()
        job = work.start(small, umap_steps, watcher="bench")
        assert job.finished.wait(600)
        print(f"worker, start and 3 epochs, nothing warm: {time.perf_counter() - start:.1f} s")
        reference = subprocess.Popen(
            [sys.executable, "-c", _REFERENCE, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert reference.stdin is not None
        assert reference.stdout is not None
        ours, theirs = [], []
        for seed in range(REPEATS):
            node = lab.run(umap_map, root, epochs=EPOCHS, seed=seed, as_="map")
            start = time.perf_counter()
            job = work.start(node, umap_steps, watcher="bench")
            assert job.finished.wait(600)
            ours.append(time.perf_counter() - start)
            assert job.error is None
            reference.stdin.write(f"{seed}\n")
            reference.stdin.flush()
            theirs.append(float(reference.stdout.readline()))
        reference.stdin.close()
        reference.wait()
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(f"UMAP in the warm worker: {statistics.median(ours):.2f} s")
    print(f"umap-learn, warm:        {statistics.median(theirs):.2f} s")
    ratio = statistics.median(ratios)
    print(f"ratio {ratio:.2f} (goal {GOAL}), each: {', '.join(f'{r:.2f}' for r in ratios)}")
    return int(ratio > GOAL)


if __name__ == "__main__":
    sys.exit(main())
