"""Train LeNet-5 on MNIST's 60,000 digits, and measure it on the 10,000 of the test.

.venv/bin/python assets/make_lenet.py PACKAGE [--device cuda]

PACKAGE : see `assets/mnist.py`. The network is the paper's (`engine/vision/lenet.py`): partly connected
C3, sub-sampling with two weights a map, scaled tanh, distances to fixed patterns, the paper's criterion
(its equation 9) and its first weights. What is of today: Adam instead of a diagonal approximation of
Levenberg and Marquardt, a rate that falls along a cosine, batches of 128, and every digit a little
turned, sheared, scaled and shifted anew each time.

It writes `assets/networks/lenet-5/model.safetensors` (large tensors as float16) and the record of the
run, `assets/runs/lenet-5.safetensors`. The test is looked at after each epoch, for the record; nothing
is chosen by it. On one thread of the same kind of processor the result is the same bit for bit.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import platform
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mnist import read_package
from safetensors.numpy import load_file

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.models import state  # noqa: E402
from engine.training.recorded import record  # noqa: E402
from engine.vision.lenet import SEES, layers, lenet_input, patterns  # noqa: E402

WEIGHTS = ROOT / "assets" / "networks" / "lenet-5" / state.NAME
RUN = ROOT / "assets" / "runs" / "lenet-5.safetensors"
EPOCHS, BATCH, RATE = 20, 128, 2e-3
J = 10.0  # of the criterion: a distance that is much greater is not pushed further
TURN, SHEAR, SCALE, SHIFT = 10, 0.15, 0.1, 1.5  # at most: degrees, -, -, pixels
SEED = 5
SHAPES = {
    "c1": (6, 1, 5, 5), "s2": (6,), "c3": (16, 6, 5, 5), "s4": (16,),
    "c5": (120, 16, 5, 5), "f6": (84, 120),
}  # fmt: skip


def first_weights(draw: np.random.Generator) -> dict[str, np.ndarray]:
    """Uniform within 2.4 / the number of inputs of a unit, as in the paper; biases are among them."""
    weights = {}
    for name, shape in SHAPES.items():
        inputs = math.prod(shape[1:]) if len(shape) > 1 else 4
        for part, size in (("weight", shape), ("bias", shape[:1])):
            values = draw.uniform(-2.4 / inputs, 2.4 / inputs, size)
            weights[f"{name}.{part}"] = values.astype(np.float32)
    return weights


def links() -> np.ndarray:
    """1 where a map of C3 sees a map of S2, else 0: (16, 6, 1, 1)."""
    table = np.zeros((len(SEES), 6, 1, 1), np.float32)
    for number, seen in enumerate(SEES):
        table[number, list(seen)] = 1
    return table


def changed(x: torch.Tensor, draw: np.random.Generator) -> torch.Tensor:
    """Each picture turned, sheared, scaled and shifted a little, with paper from outside."""
    count = len(x)
    angle, shear, tall, wide, down, across = draw.uniform(-1, 1, (6, count))
    angle, shear = np.radians(TURN) * angle, SHEAR * shear
    tall, wide = 1 + SCALE * tall, 1 + SCALE * wide
    theta = np.zeros((count, 2, 3), np.float32)
    theta[:, 0, 0], theta[:, 0, 1] = wide * np.cos(angle), shear - np.sin(angle)
    theta[:, 1, 0], theta[:, 1, 1] = np.sin(angle), tall * np.cos(angle)
    theta[:, 0, 2], theta[:, 1, 2] = 2 * SHIFT / 32 * across, 2 * SHIFT / 32 * down
    where = torch.nn.functional.affine_grid(
        torch.from_numpy(theta).to(x.device), list(x.shape), align_corners=False
    )
    edge = x[0, 0, 0, 0]
    return torch.nn.functional.grid_sample(x - edge, where, align_corners=False) + edge


def criterion(distances: torch.Tensor, digits: torch.Tensor) -> torch.Tensor:
    """The paper's equation 9: the right distance, and how near the wrong ones are."""
    right = distances.gather(1, digits[:, None])[:, 0]
    rubbish = torch.full_like(right, -J)[:, None]
    return (right + torch.cat([-distances, rubbish], 1).logsumexp(1)).mean()


def confusion(w: dict[str, Any], x: torch.Tensor, digits: np.ndarray) -> np.ndarray:
    """What it was (row), what the network says (column)."""
    counts = np.zeros((10, 10), np.int64)
    with torch.no_grad():
        said = [layers(w, part)["output"].argmin(1).cpu().numpy() for part in x.split(1000)]
    np.add.at(counts, (digits, np.concatenate(said)), 1)
    return counts


def first_loss(w: dict[str, Any], x: torch.Tensor, truth: torch.Tensor) -> float:
    """The criterion of the network that has learnt nothing yet, over all digits as they are."""
    with torch.no_grad():
        parts = zip(x.split(1000), truth.split(1000), strict=True)
        every = [criterion(layers(w, part)["output"], right).item() for part, right in parts]
    return float(np.mean(every))


def rounded(w: dict[str, Any]) -> bytes:
    """The weights as they are stored."""
    return state.half(
        {name: t.detach().cpu().numpy() for name, t in w.items() if name != "patterns"}
    )


def main() -> None:
    """Train, write, measure, print."""
    ask = argparse.ArgumentParser()
    ask.add_argument("package", type=Path)
    ask.add_argument("--device", default="cpu")
    asked = ask.parse_args()
    torch.set_num_threads(1)
    pictures, digits, test_pictures, test_digits = read_package(asked.package)
    x = torch.from_numpy(lenet_input(pictures)).to(asked.device)
    truth = torch.from_numpy(digits.astype(np.int64)).to(asked.device)
    test = torch.from_numpy(lenet_input(test_pictures)).to(asked.device)
    draw = np.random.default_rng(SEED)
    w = {name: torch.from_numpy(a).to(asked.device) for name, a in first_weights(draw).items()}
    learnt = [tensor.requires_grad_() for tensor in w.values()]
    w["patterns"] = torch.from_numpy(patterns()).to(asked.device)
    mask = torch.from_numpy(links()).to(asked.device)
    with torch.no_grad():
        w["c3.weight"] *= mask
    learner = torch.optim.Adam(learnt, lr=RATE)
    steps = EPOCHS * (len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        learner, lambda step: 0.5 + 0.5 * math.cos(math.pi * step / steps)
    )
    start = time.monotonic()
    losses, right = (
        [first_loss(w, x, truth)],
        [np.trace(confusion(w, test, test_digits)) / len(test)],
    )
    for epoch in range(EPOCHS):
        order, total = torch.from_numpy(draw.permutation(len(x))).to(asked.device), 0.0
        for first in range(0, len(x) - BATCH + 1, BATCH):
            chosen = order[first : first + BATCH]
            found = layers(w | {"c3.weight": w["c3.weight"] * mask}, changed(x[chosen], draw))
            loss = criterion(found["output"], truth[chosen])
            learner.zero_grad()
            loss.backward()
            learner.step()
            schedule.step()
            total += loss.item()
        with torch.no_grad():
            w["c3.weight"] *= mask
        losses.append(total / (len(x) // BATCH))
        right.append(np.trace(confusion(w, test, test_digits)) / len(test))
        spent = time.monotonic() - start
        print(f"{epoch + 1}: {losses[-1]:.4f}, {right[-1]:.2%}, {spent:.0f} s", flush=True)
    WEIGHTS.parent.mkdir(parents=True, exist_ok=True)
    WEIGHTS.write_bytes(rounded(w))
    stored = {n: torch.from_numpy(a.astype(np.float32)) for n, a in load_file(WEIGHTS).items()}
    stored = {n: t.to(asked.device) for n, t in stored.items()} | {"patterns": w["patterns"]}
    counts = confusion(stored, test, test_digits)
    RUN.parent.mkdir(parents=True, exist_ok=True)
    record(
        RUN,
        {
            "epochs": np.arange(EPOCHS + 1),
            "train_loss": np.array(losses, np.float32),  # before training; the mean of each epoch
            "test_accuracy": np.array(right, np.float32),
            "test_confusion": counts,  # of the weights as they are stored, after the last epoch
        },
        script="assets/make_lenet.py",
        data="MNIST, 60,000 digits to learn from, 10,000 to test with",
        seed=SEED,
        seconds=round(time.monotonic() - start),
        machine=f"{asked.device}, one thread, {platform.machine()}, torch {torch.__version__}",
        date=time.strftime("%Y-%m-%d", time.gmtime()),
    )
    print("learnt from", len(x), "tested", len(test), "right", np.trace(counts))
    print(counts)
    for path in (WEIGHTS, RUN):
        print(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
