"""Train plain and residual stacks of several depths from several first weights, and record their errors.

    python assets/make_twins.py [--device cuda]

The stacks of `engine/training/stacks.py`, of 2 to 40 layers, plain and residual, with two kinds of first
weights, with and without normalisation, on 4,000 digits: runs/depths.safetensors. The seeds of one
setting are trained at once, side by side; nothing mixes them but the order of the pictures.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from engine.training import stacks  # noqa: E402
from engine.training.digits import LEARN, TEST, digit_labels  # noqa: E402
from engine.training.recorded import record  # noqa: E402

SET = ROOT / "assets" / "sets" / "mnist-5k.npz"
DEPTHS, SEEDS, EPOCHS = (2, 8, 20, 40), 10, 10


def many_stacks(depth, residual, init, norm, device, epochs, seeds):
    """Train a stack from many first weights; losses and errors: float32 (epochs + 1, seeds, 3)."""
    every = [stacks.stack_weights(depth=depth, init=init, seed=seed) for seed in range(seeds)]
    weights = [
        torch.tensor(np.stack(one), dtype=torch.float32, device=device).requires_grad_()
        for one in zip(*every, strict=True)
    ]
    biases = [torch.zeros(seeds, 1, w.shape[1], device=device).requires_grad_() for w in weights]
    optimizer = torch.optim.SGD([*weights, *biases], lr=stacks.RATE, momentum=stacks.MOMENTUM)
    rows = stacks.first_pictures(str(SET), start=0, count=LEARN + TEST)
    x = torch.tensor(rows, dtype=torch.float32, device=device)
    y = torch.from_numpy(digit_labels(str(SET))).to(device)

    def scores(part):
        h = into = part.expand(seeds, *part.shape)
        for number, (w, b) in enumerate(zip(weights, biases, strict=True)):
            last = number == len(weights) - 1
            z = torch.baddbmm(b, h, w.transpose(1, 2))
            if norm and not last:
                z = F.layer_norm(z, (z.shape[2],), eps=stacks.SMALL)
            if residual and 0 < number < len(weights) - 1 and number % 2 == 0:
                z = z + into
            h = z if last else torch.relu(z)
            if number % 2 == 0:
                into = h
        return h

    def losses(part, labels):
        found = scores(part)
        each = F.cross_entropy(found.flatten(0, 1), labels.repeat(seeds), reduction="none").view(
            seeds, -1
        )
        return each.mean(1)

    measured = []
    for epoch in range(epochs + 1):
        if epoch:
            order = np.random.default_rng(np.random.SeedSequence([0, epoch])).permutation(LEARN)
            for batch in torch.from_numpy(order).to(device).split(stacks.BATCH):
                optimizer.zero_grad()
                losses(x[batch], y[batch]).sum().backward()
                optimizer.step()
        with torch.no_grad():
            wrong = (scores(x).argmax(2) != y).double()
            loss = losses(x[:LEARN], y[:LEARN])
        measured.append(
            torch.stack([loss, wrong[:, :LEARN].mean(1), wrong[:, LEARN:].mean(1)], 1).cpu().numpy()
        )
    return np.array(measured, np.float32)


def all_stacks(device, epochs, seeds):
    """Every setting of the small stacks."""
    arrays = {}
    for init in ("torch", "he"):
        for norm in (False, True):
            for residual in (False, True):
                rows = []
                for depth in DEPTHS:
                    start = time.time()
                    found = many_stacks(depth, residual, init, norm, device, epochs, seeds)
                    rows.append(found)
                    last = found[-1]
                    print(
                        depth, init, "norm" if norm else "-", "residual" if residual else "plain",
                        f"learn error {last[:, 1].mean():.3f} +- {last[:, 1].std():.3f}",
                        f"{time.time() - start:.1f} s", flush=True,
                    )  # fmt: skip
                name = f"{'residual' if residual else 'plain'}_{init}_{'norm' if norm else 'bare'}"
                arrays[name] = np.stack(rows, 1)  # (epochs + 1, depths, seeds, 3)
    return arrays


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="cpu")
    wanted = parser.parse_args()
    torch.set_num_threads(1)
    machine = torch.cuda.get_device_name() if wanted.device == "cuda" else "CPU"
    began = time.time()
    record(
        ROOT / "assets" / "runs" / "depths.safetensors",
        {
            "epochs": np.arange(EPOCHS + 1),
            "depths": np.array(DEPTHS),
            **all_stacks(wanted.device, EPOCHS, SEEDS),
        },
        script="assets/make_twins.py",
        machine=machine,
        date=time.strftime("%Y-%m-%d"),
        data="4,000 digits of MNIST to learn from, 1,000 to test with",
        seed=f"0 to {SEEDS - 1}",
        seconds=round(time.time() - began),
    )


if __name__ == "__main__":
    main()
