"""Train plain and residual networks of several depths from several first weights, and record them.

    python assets/make_twins.py FOLDER [--device cuda] [--epochs N] [--seeds N]

FOLDER holds mnist.npz, all 70,000 digits of MNIST (arrays pictures_train, labels_train, pictures_test,
labels_test). Two records are made:

- runs/depths.safetensors: the small stacks of `engine/training/stacks.py`, of 2 to 40 layers, plain and
  residual, with two kinds of first weights, with and without normalisation, on 4,000 digits;
- runs/twins.safetensors: convolutional networks of 20, 56 and 110 layers as in K. He and others, 2015,
  table 6, with 8, 16 and 32 channels instead of 16, 32 and 64, on 60,000 digits; and the weights of the
  two of 56 layers as float16.

All seeds of one setting are trained at once, in parallel groups that never mix.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from engine.training import stacks  # noqa: E402
from engine.training.digits import LEARN, TEST, digit_labels  # noqa: E402
from engine.training.recorded import record  # noqa: E402

SET = ROOT / "assets" / "sets" / "mnist-5k.npz"
DEPTHS, STACK_SEEDS, STACK_EPOCHS = (2, 8, 20, 40), 10, 10
TWINS, CHANNELS, BATCH, RATE = (20, 56, 110), (8, 16, 32), 256, 0.1
SAVED = 56
MEASURED = 10_000  # pictures to learn from whose error is measured after each epoch

# ------------------------------------------------------------------------------ small stacks


def many_stacks(depth, residual, init, norm, device, epochs, seeds):
    """Train a stack from many first weights; losses and errors (epochs + 1, seeds, 3), gradients."""
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

    measured, lengths = [], []
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
        optimizer.zero_grad()
        losses(x[:500], y[:500]).sum().backward()
        lengths.append(
            torch.stack([w.grad.flatten(1).norm(dim=1) for w in weights[:-1]], 1)
            .detach()
            .cpu()
            .numpy()
        )
    return np.array(measured, np.float32), np.array(lengths, np.float32)


def all_stacks(device, epochs, seeds):
    """Every setting of the small stacks."""
    arrays = {}
    for init in ("torch", "he"):
        for norm in (False, True):
            for residual in (False, True):
                rows = []
                for depth in DEPTHS:
                    start = time.time()
                    found, _gradients = many_stacks(
                        depth, residual, init, norm, device, epochs, seeds
                    )
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


# ------------------------------------------------------------------------------ convolutions


class Twins(nn.Module):
    """Networks of 6 n + 2 layers, one for each seed, side by side in groups."""

    def __init__(self, depth: int, residual: bool, seeds: int) -> None:
        super().__init__()
        self.residual, self.seeds = residual, seeds
        blocks = (depth - 2) // 6
        shapes = [(1, CHANNELS[0], 1)]
        for stage, wide in enumerate(CHANNELS):
            for block in range(blocks):
                first = stage > 0 and block == 0
                shapes.append((CHANNELS[stage - 1] if first else wide, wide, 2 if first else 1))
                shapes.append((wide, wide, 1))
        self.convs, self.norms = nn.ModuleList(), nn.ModuleList()
        for number, (into, out, stride) in enumerate(shapes):
            conv = nn.Conv2d(seeds * into, seeds * out, 3, stride, 1, bias=False, groups=seeds)
            for seed in range(seeds):
                random = torch.Generator().manual_seed(1000 * seed + number)
                with torch.no_grad():  # He and others, "Delving deep into rectifiers", 2015
                    part = conv.weight[seed * out : (seed + 1) * out]
                    part.copy_(torch.randn(part.shape, generator=random) * (2 / (9 * into)) ** 0.5)
            self.convs.append(conv)
            self.norms.append(nn.BatchNorm2d(seeds * out))
        wide = CHANNELS[-1]
        random = torch.Generator().manual_seed(7)
        spread = (torch.rand(seeds, 10, wide, generator=random) * 2 - 1) / wide**0.5
        self.head_weight, self.head_bias = (
            nn.Parameter(spread),
            nn.Parameter(torch.zeros(seeds, 10)),
        )

    def forward(self, x):
        x = x.expand(-1, self.seeds, -1, -1)
        h = into = torch.relu(self.norms[0](self.convs[0](x)))
        for number in range(1, len(self.convs)):
            z = self.norms[number](self.convs[number](h))
            if self.residual and number % 2 == 0:
                z = z + self.shortcut(into, z)
            h = torch.relu(z)
            if number % 2 == 0:
                into = h
        means = h.mean((2, 3)).view(len(h), self.seeds, -1)
        return torch.einsum("nsc,skc->nsk", means, self.head_weight) + self.head_bias

    def shortcut(self, into, z):
        """What went in; where the block halves the size, every other pixel, new channels zero."""
        if into.shape == z.shape:
            return into
        part = into[:, :, ::2, ::2]
        batch, _channels, high, wide = part.shape
        part = part.reshape(batch, self.seeds, -1, high, wide)
        more = z.shape[1] // self.seeds - part.shape[2]
        return F.pad(part, (0, 0, 0, 0, 0, more)).reshape(z.shape)


def losses_of(scores, labels):
    """The mean loss of each seed's network."""
    seeds = scores.shape[1]
    each = F.cross_entropy(scores.flatten(0, 1), labels.repeat_interleave(seeds), reduction="none")
    return each.view(-1, seeds).mean(0)


def train_twins(depth, residual, data, device, epochs, seeds):
    x, y, test_x, test_y = data
    network = Twins(depth, residual, seeds).to(device)
    optimizer = torch.optim.SGD(
        network.parameters(), lr=RATE, momentum=0.9, weight_decay=1e-4, nesterov=False
    )
    steps = max(1, -(-len(x) // BATCH))
    # A short warm-up, as He and others need for 110 layers, then a cosine down to nothing.
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda n: min(1.0, (n + 1) / steps) * 0.5 * (1 + np.cos(np.pi * n / (steps * epochs))),
    )
    measured, lengths = [], []
    for epoch in range(epochs + 1):
        if epoch:
            network.train()
            order = np.random.default_rng([1, epoch]).permutation(len(x))
            for batch in torch.from_numpy(order).to(device).split(BATCH):
                optimizer.zero_grad()
                losses_of(network(x[batch]), y[batch]).sum().backward()
                optimizer.step()
                schedule.step()
        network.train()
        states = {n: b.clone() for n, b in network.named_buffers()}
        optimizer.zero_grad()
        losses_of(network(x[:500]), y[:500]).sum().backward()
        lengths.append(
            torch.stack([c.weight.grad.view(seeds, -1).norm(dim=1) for c in network.convs], 1)
            .cpu().numpy()
        )  # fmt: skip
        for name, buffer in network.named_buffers():
            buffer.copy_(states[name])
        if not epoch:  # running means are there after the first epoch only
            network.train()
        else:
            network.eval()
        with torch.no_grad():
            parts = []
            for a, b in ((x[:MEASURED], y[:MEASURED]), (test_x, test_y)):
                found = [network(part) for part in a.split(1000)]
                scores = torch.cat(found)
                parts += [losses_of(scores, b), (scores.argmax(2) != b[:, None]).double().mean(0)]
        for name, buffer in network.named_buffers():
            if not epoch:
                buffer.copy_(states[name])
        measured.append(torch.stack([parts[0], parts[1], parts[3]], 1).float().cpu().numpy())
    return network, np.array(measured), np.array(lengths, np.float32)


def first_network(network, kind):
    """The weights of the first seed's network, normalisation folded in: kernels and biases, float16."""
    arrays = {}
    for number, (conv, norm) in enumerate(zip(network.convs, network.norms, strict=True)):
        out = conv.weight.shape[0] // network.seeds
        scale = norm.weight[:out] / torch.sqrt(norm.running_var[:out] + norm.eps)
        arrays[f"{kind}.{number}.weight"] = conv.weight[:out] * scale[:, None, None, None]
        arrays[f"{kind}.{number}.bias"] = norm.bias[:out] - scale * norm.running_mean[:out]
    arrays[f"{kind}.head.weight"] = network.head_weight[0]
    arrays[f"{kind}.head.bias"] = network.head_bias[0]
    return {name: a.detach().half().cpu().contiguous() for name, a in arrays.items()}


def pictures_of(path, device, limit):
    """The digits of MNIST as rows of numbers, mean 0 and deviation 1, with their labels."""
    with np.load(path) as file:
        names = ("pictures_train", "labels_train", "pictures_test", "labels_test")
        arrays = [torch.from_numpy(file[name][:limit]).to(device) for name in names]
    x, y, test_x, test_y = arrays
    x, test_x = (((a.float()[:, None] / 255) - 0.1307) / 0.3081 for a in (x, test_x))
    return x, y.long(), test_x, test_y.long()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=60_000, help="digits, to try the script")
    parser.add_argument("--depths", type=int, nargs="*", default=TWINS)
    parser.add_argument("--only", choices=("depths", "twins"), help="one of the two records")
    parser.add_argument("--out", default=str(ROOT / "assets"))
    wanted = parser.parse_args()
    out = Path(wanted.out)
    torch.set_num_threads(1)
    device = wanted.device
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True
    machine = torch.cuda.get_device_name() if device == "cuda" else "CPU"
    told = {"script": "assets/make_twins.py", "machine": machine, "date": time.strftime("%Y-%m-%d")}
    tiny = wanted.limit < 60_000
    if wanted.only != "twins":
        make_depths(out, device, told, tiny)
    if wanted.only != "depths":
        make_twins(out, wanted, told)


def make_depths(out, device, told, tiny):
    """The record of the small stacks."""
    began = time.time()
    epochs, seeds = (2, 2) if tiny else (STACK_EPOCHS, STACK_SEEDS)
    arrays = all_stacks(device, epochs, seeds)
    record(
        out / "runs" / "depths.safetensors",
        {"epochs": np.arange(epochs + 1), "depths": np.array(DEPTHS), **arrays},
        **told,
        data="4,000 digits of MNIST to learn from, 1,000 to test with",
        seed=f"0 to {seeds - 1}",
        seconds=round(time.time() - began),
    )


def make_twins(out, wanted, told):
    """The record of the convolutional networks, and the weights of two of them."""
    device, began = wanted.device, time.time()
    data = pictures_of(Path(wanted.folder) / "mnist.npz", device, wanted.limit)
    curves, weights = {}, {}
    for depth in wanted.depths:
        for residual in (False, True):
            start = time.time()
            network, measured, lengths = train_twins(
                depth, residual, data, device, wanted.epochs, wanted.seeds
            )
            kind = "residual" if residual else "plain"
            curves |= {f"{kind}_{depth}": measured, f"{kind}_{depth}_gradients": lengths}
            print(
                depth,
                kind,
                measured[-1].round(4).tolist(),
                f"{time.time() - start:.0f} s",
                flush=True,
            )
            if depth == SAVED:
                weights |= first_network(network, kind)
    if weights:
        save_file(weights, out / "networks" / "twins" / "model.safetensors")
    record(
        out / "runs" / "twins.safetensors",
        {"epochs": np.arange(wanted.epochs + 1), **curves},
        **told,
        data="60,000 digits of MNIST to learn from, 10,000 to test with",
        seed=f"0 to {wanted.seeds - 1}",
        seconds=round(time.time() - began),
    )


if __name__ == "__main__":
    main()
