"""Record fine-tuning: four methods, five seeds, the same examples, 10 of each class to learn from.

.venv/bin/python assets/make_finetuning.py [textures digits languages]

Writes `assets/runs/finetuning-<set>.safetensors`: for each method the curves of all seeds, float64
(epochs + 1, seeds, 4) with the columns of `curves_of`, the changes of the layers (epochs + 1, seeds,
groups), and what is left of ImageNet's knowledge, `<method>/remembered` (seeds, 4 pictures, before and
after).
The same bit for bit on one machine with the versions in requirements.txt; other processors add in
another order.
"""

from __future__ import annotations

import platform
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.models.for_pictures import MOBILENET_V2  # noqa: E402
from engine.models.for_training import LANGUAGES_SET, MNIST_5K  # noqa: E402
from engine.models.public import path_of  # noqa: E402
from engine.training.finetune import METHODS, curves_of, finetune, layers_of  # noqa: E402
from engine.training.forgetting import remembered  # noqa: E402
from engine.training.ownset import Examples, file_bytes, sound_set  # noqa: E402
from engine.training.readysets import digit_set, texture_set  # noqa: E402
from engine.training.recorded import record  # noqa: E402
from engine.training.splits import TEST, split_set  # noqa: E402

SEEDS, EPOCHS, EACH, SIDE = 5, 20, 10, 64


def textures() -> Examples:
    """Tiles of photographs, five classes."""
    return texture_set(each=30, side=SIDE)


def handwritten() -> Examples:
    """The first 20 digits of each kind."""
    return digit_set(path_of(MNIST_5K), each=20, side=SIDE)


def languages() -> Examples:
    """Clips of five languages."""
    return sound_set(file_bytes(path_of(LANGUAGES_SET)), side=SIDE)


SETS = {"textures": textures, "digits": handwritten, "languages": languages}


def main() -> None:
    """Train, print, write; one file a set."""
    for name in sys.argv[1:] or SETS:
        examples, weights = SETS[name](), path_of(MOBILENET_V2)
        arrays = {"epochs": np.arange(EPOCHS + 1)}
        facts: dict[str, object] = {}
        for method in METHODS:
            start = time.process_time()
            curves, layers, known = [], [], []
            for seed in range(SEEDS):
                roles = split_set(examples, each=EACH, share=0.5, seed=seed)
                run = finetune(
                    examples,
                    roles,
                    weights,
                    method=method,
                    epochs=EPOCHS,
                    seed=seed,
                    mirror=name == "textures",
                )
                curves.append(curves_of(run))
                layers.append(layers_of(run)[..., 1])
                known.append([one[2:4] for one in remembered(weights, run)])
            arrays[method] = np.stack(curves, axis=1)
            arrays[f"{method}/changes"] = np.stack(layers, axis=1).astype(np.float32)
            arrays[f"{method}/remembered"] = np.array(known)
            facts[f"{method}_cpu_seconds"] = round((time.process_time() - start) / SEEDS, 1)
            last = arrays[method][-1, :, 3]
            print(name, method, f"{last.mean():.3f} +- {last.std(ddof=1):.3f}", facts, flush=True)
            print("  remembered", arrays[f"{method}/remembered"].mean(axis=(0, 1)).round(3))
        record(
            ROOT / "assets" / "runs" / f"finetuning-{name}.safetensors",
            arrays,
            script="assets/make_finetuning.py",
            machine=platform.processor() or platform.machine(),
            data=name,
            seeds=SEEDS,
            learnt_a_class=EACH,
            classes=len(examples[2]),
            tested=int((roles == TEST).sum()),
            side=SIDE,
            architecture="mobilenet_v2",
            date=time.strftime("%Y-%m-%d"),
            **facts,
        )


if __name__ == "__main__":
    main()
