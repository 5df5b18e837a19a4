"""Record runs with batches of several sizes, and how long a gradient takes for each size.

python assets/make_batches.py             writes assets/runs/batches.safetensors

Data: assets/sets/mnist-5k.npz. About two minutes on one core.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import platform
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.training.batches import (  # noqa: E402
    SIZES,
    TIMED,
    TRAIN_SIZES,
    batch_gradient,
    by_batches,
    learned_weights,
    with_constant,
)
from engine.training.digits import digit_labels, digits  # noqa: E402
from engine.training.recorded import record  # noqa: E402

DIGITS = str(ROOT / "assets" / "sets" / "mnist-5k.npz")
SEEDS, EPOCHS = range(3), 20


def seconds_per_example() -> np.ndarray:
    """The least time of many for a batch and its step, over its size."""
    pictures, labels = digits(DIGITS, count=2000), digit_labels(DIGITS, count=2000)
    x, weights = with_constant(pictures), learned_weights(pictures, labels, epochs=1)
    found = []
    for size in SIZES:
        times = []
        for turn in range(TIMED):
            part = np.random.default_rng(turn).permutation(len(x))[:size]
            began = time.perf_counter()
            weights - 0.0 * batch_gradient(x[part], labels[part], weights)
            times.append(time.perf_counter() - began)
        found.append(min(times) / size)
    return np.array(found)


def main() -> None:
    """Record everything."""
    began = time.monotonic()
    arrays = {"seconds_per_example": seconds_per_example(), "epochs": np.arange(EPOCHS + 1)}
    for size in TRAIN_SIZES:
        for scaled in (False, True):
            runs = [
                by_batches(DIGITS, size=size, scaled=scaled, epochs=EPOCHS, seed=seed)
                for seed in SEEDS
            ]
            name = f"{size}/{'scaled' if scaled else 'fixed'}"
            arrays[name] = np.stack(runs).astype(np.float32)
            print(name, arrays[name][:, -1].round(3).tolist(), flush=True)
    record(
        ROOT / "assets" / "runs" / "batches.safetensors",
        arrays,
        script="assets/make_batches.py",
        data="assets/sets/mnist-5k.npz",
        seeds="0 to 2",
        machine=f"one core, {platform.machine()}",
        seconds=round(time.monotonic() - began),
        date=time.strftime("%Y-%m-%d"),
    )


if __name__ == "__main__":
    main()
