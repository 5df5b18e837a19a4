"""Record full runs of the lessons on activations and on normalisation, with five seeds each.

python assets/make_pieces.py              writes dead-units and regular into assets/runs
python assets/make_pieces.py dead-units   only that

Data: assets/sets/mnist-5k.npz. About ten minutes on one core of a laptop.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.training.deadunits import SCENES, deaths  # noqa: E402
from engine.training.recorded import record  # noqa: E402
from engine.training.regular import KINDS, RATES, regular  # noqa: E402

DIGITS = str(ROOT / "assets" / "sets" / "mnist-5k.npz")
SEEDS, DEATH_EPOCHS, REGULAR_EPOCHS = range(5), 30, 40


def write(name: str, runs: dict[str, Callable[[int], Any]], epochs: int) -> None:
    """Run everything with each seed and write one file."""
    if name not in (sys.argv[1:] or [name]):
        return
    began = time.monotonic()
    arrays = {}
    for title, run in runs.items():
        arrays[title] = np.stack([run(seed) for seed in SEEDS]).astype(np.float32)
        print(name, title, arrays[title][:, -1].round(3).tolist(), flush=True)
    arrays["epochs"] = np.arange(epochs + 1)
    record(
        ROOT / "assets" / "runs" / f"{name}.safetensors",
        arrays,
        script="assets/make_pieces.py",
        data="assets/sets/mnist-5k.npz",
        seeds="0 to 4",
        machine=f"one core, {platform.machine()}",
        seconds=round(time.monotonic() - began),
        date=time.strftime("%Y-%m-%d"),
    )


def main() -> None:
    """Record both."""
    write(
        "dead-units",
        {
            f"{scene}/{kind}": lambda seed, kind=kind, how=how: deaths(
                DIGITS, kind=kind, epochs=DEATH_EPOCHS, seed=seed, rate=how[0], bias=how[1]
            )
            for scene, how in SCENES.items()
            for kind in ("relu", "leaky", "gelu")
        },
        DEATH_EPOCHS,
    )
    write(
        "regular",
        {
            f"{rate}/{kind}": lambda seed, kind=kind, rate=rate: regular(
                DIGITS, kind=kind, epochs=REGULAR_EPOCHS, seed=seed, rate=rate
            )
            for rate in RATES
            for kind in KINDS
        },
        REGULAR_EPOCHS,
    )


if __name__ == "__main__":
    main()
