"""Train plain and residual networks of 20 and 56 layers on all digits of MNIST, and record them.

    python assets/make_resnets.py train PACKAGE FOLDER [--device cuda] [--epochs N] [--minutes N]
    .venv/bin/python assets/make_resnets.py finish FOLDER

The networks are those of K. He and others, "Deep residual learning for image recognition", 2015,
table 6, with 8, 16 and 32 channels instead of 16, 32 and 64; where the shape changes, what is added has
zeros for the new channels. Two settings:

- "norm": batch normalisation, first weights of K. He and others, "Delving deep into rectifiers", 2015;
- "bare": no normalisation, PyTorch's own first weights, gradients cut at length 1. The rate is chosen
  among `RATES` as the one at which the residual network of 56 layers has the lower loss on the digits
  that it learns from, after `TRIAL` epochs; what the plain one did at each of them is recorded, too.

`train` writes one file for each network as soon as it is trained, so a run that is cut off loses only
what it had not finished; the networks of one line of `plan` are trained side by side. `finish` makes of
these files what the app reads. Needs numpy, torch and safetensors.
"""

from __future__ import annotations

import argparse
import hashlib
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from mnist import read_package
from safetensors import safe_open
from safetensors.numpy import save
from torch import nn
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parent.parent
CHANNELS, BATCH = (8, 16, 32), 256
RATE, RATES, TRIAL = 0.1, (0.1, 0.03, 0.01), 3
EPOCHS = 8
SAVED = 56  # layers of the networks whose weights are kept
MEASURED = 10_000  # of the digits to learn from, whose error is measured after each epoch
SAMPLE = 500  # digits whose gradient is measured


@dataclass(frozen=True)
class Wanted:
    """One network to train."""

    setting: str
    residual: bool
    depth: int
    seed: int
    rate: float
    epochs: int
    trial: bool = False

    @property
    def name(self) -> str:
        """What its file is called."""
        kind = "residual" if self.residual else "plain"
        if self.trial:
            return f"trial-{self.setting}-{kind}-{self.rate:g}"
        return f"{self.setting}-{kind}-{self.depth}-{self.seed}"


def shapes(depth: int) -> list[tuple[int, int, int]]:
    """Channels in, channels out and stride of each convolution of a network of 6 n + 2 layers."""
    found = [(1, CHANNELS[0], 1)]
    for stage, wide in enumerate(CHANNELS):
        for block in range((depth - 2) // 6):
            first = stage > 0 and block == 0
            found.append((CHANNELS[stage - 1] if first else wide, wide, 2 if first else 1))
            found.append((wide, wide, 1))
    return found


class Network(nn.Module):
    """A plain or residual network: convolutions 3 x 3, the mean over the picture, ten scores."""

    def __init__(self, depth: int, residual: bool, norm: bool) -> None:
        super().__init__()
        self.residual = residual
        self.convs = nn.ModuleList(
            nn.Conv2d(into, out, 3, stride, 1, bias=not norm) for into, out, stride in shapes(depth)
        )
        self.norms = nn.ModuleList(
            nn.BatchNorm2d(conv.out_channels) if norm else nn.Identity() for conv in self.convs
        )
        self.head = nn.Linear(CHANNELS[-1], 10)
        if norm:
            for conv in self.convs:
                nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = into = torch.relu(self.norms[0](self.convs[0](x)))
        for number in range(1, len(self.convs)):
            z = self.norms[number](self.convs[number](h))
            if self.residual and number % 2 == 0:
                if into.shape != z.shape:  # every other pixel, and zeros for the new channels
                    into = F.pad(into[:, :, ::2, ::2], (0, 0, 0, 0, 0, z.shape[1] - into.shape[1]))
                z = z + into
            h = torch.relu(z)
            if number % 2 == 0:
                into = h
        return self.head(h.mean((2, 3)))


class Training:
    """A network with all that its steps need, on the device."""

    def __init__(self, wanted: Wanted, data: list[torch.Tensor]) -> None:
        self.wanted, self.data = wanted, data
        self.x, self.y = data[:2]
        device = self.x.device
        torch.manual_seed(wanted.seed)
        self.network = Network(wanted.depth, wanted.residual, wanted.setting == "norm").to(device)
        self.parameters = list(self.network.parameters())
        self.speeds = [torch.zeros_like(p) for p in self.parameters]
        self.steps = len(self.x) // BATCH
        # Rises evenly through the first epoch, then falls by a cosine to nothing.
        n = np.arange(self.steps * wanted.epochs)
        rise = np.minimum(1, (n + 1) / self.steps)
        rates = wanted.rate * rise * 0.5 * (1 + np.cos(np.pi * n / len(n)))
        self.rates = torch.tensor(rates, dtype=torch.float32, device=device)
        self.behind = torch.zeros(1, dtype=torch.int64, device=device)
        self.order = torch.arange(self.steps * BATCH, device=device).view(self.steps, BATCH)
        self.rows: list[list[float]] = []
        self.lengths: list[np.ndarray] = []

    def step(self) -> None:
        """One step of gradient descent with momentum 0.9 and weight decay 0.0001."""
        place = self.order.index_select(0, self.behind % self.steps).flatten()
        scores = self.network(self.x.index_select(0, place))
        loss = F.cross_entropy(scores, self.y.index_select(0, place))
        gradients = list(torch.autograd.grad(loss, self.parameters))
        with torch.no_grad():
            if self.wanted.setting == "bare":
                length = torch.stack(torch._foreach_norm(gradients)).norm()
                torch._foreach_mul_(gradients, (1 / (length + 1e-6)).clamp(max=1))
            torch._foreach_add_(gradients, self.parameters, alpha=1e-4)
            torch._foreach_mul_(self.speeds, 0.9)
            torch._foreach_add_(self.speeds, gradients)
            rate = self.rates.index_select(0, self.behind).squeeze(0)
            torch._foreach_sub_(self.parameters, torch._foreach_mul(self.speeds, rate))
            self.behind += 1

    def shuffle(self, epoch: int) -> None:
        """The order of an epoch, by the seed; what is left of a batch at the end is left out."""
        order = np.random.default_rng([self.wanted.seed, epoch]).permutation(len(self.x))
        order = order[: self.steps * BATCH].reshape(self.steps, BATCH)
        self.order.copy_(torch.from_numpy(order))

    def measure(self, epoch: int) -> None:
        """Note loss and error on digits to learn from, error on the test, and gradients."""
        network = self.network
        x, y, test_x, test_y = self.data
        kept = [b.clone() for b in network.buffers()]
        loss = F.cross_entropy(network(x[:SAMPLE]), y[:SAMPLE])
        by = torch.autograd.grad(loss, [conv.weight for conv in network.convs])
        self.lengths.append(torch.stack([g.norm() for g in by]).cpu().numpy())
        for buffer, old in zip(network.buffers(), kept, strict=True):
            buffer.copy_(old)
        network.train(epoch == 0)  # running means are there after the first epoch only
        with torch.no_grad():
            found = []
            for a, b in ((x[:MEASURED], y[:MEASURED]), (test_x, test_y)):
                scores = torch.cat([network(part) for part in a.split(1000)])
                found += [F.cross_entropy(scores, b), (scores.argmax(1) != b).double().mean()]
        for buffer, old in zip(network.buffers(), kept, strict=True):
            buffer.copy_(old)
        network.train()
        self.rows.append([float(found[0]), float(found[1]), float(found[3])])

    def result(self) -> dict[str, np.ndarray]:
        """What is written of it: curves, gradients, and for some the weights and the answers."""
        arrays = {
            "rows": np.array(self.rows, np.float32),
            "gradients": np.array(self.lengths, np.float32),
        }
        if self.wanted.depth == SAVED and self.wanted.seed == 0 and not self.wanted.trial:
            arrays |= {f"weights/{name}": array for name, array in folded(self.network).items()}
        return arrays


def folded(network: Network) -> dict[str, np.ndarray]:
    """The weights with the normalisation of the test folded in: kernels float16, biases float32."""
    arrays = {}
    for number, (conv, norm) in enumerate(zip(network.convs, network.norms, strict=True)):
        weight, bias = conv.weight, conv.bias
        if isinstance(norm, nn.BatchNorm2d):
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            weight = weight * scale[:, None, None, None]
            bias = norm.bias - scale * norm.running_mean
        arrays[f"{number}.weight"], arrays[f"{number}.bias"] = weight, bias
    arrays |= {"head.weight": network.head.weight, "head.bias": network.head.bias}
    return {
        name: a.detach().cpu().numpy().astype(np.float16 if a.dim() > 1 else np.float32)
        for name, a in arrays.items()
    }


def train_group(group: list[Wanted], data: list[torch.Tensor], folder: Path) -> list[Training]:
    """Train networks side by side, and write a file for each."""
    start = time.monotonic()
    runs = [Training(wanted, data) for wanted in group]
    for epoch in range(group[0].epochs + 1):
        if epoch:
            for run in runs:
                run.shuffle(epoch)
            for _step in range(runs[0].steps):
                for run in runs:
                    run.step()
        for run in runs:
            run.measure(epoch)
        if epoch in (1, group[0].epochs):
            for run in runs:
                told = " ".join(f"{v:.4f}" for v in run.rows[-1])
                print(
                    f"{run.wanted.name} epoch {epoch}: {told}, {time.monotonic() - start:.0f} s",
                    flush=True,
                )
    seconds = time.monotonic() - start
    cuda = data[0].is_cuda
    for run in runs:
        facts = {
            "machine": torch.cuda.get_device_name() if cuda else platform.processor() or "CPU",
            "torch": torch.__version__,
            "seconds": f"{seconds:.0f}",
            "side_by_side": str(len(runs)),
            "rate": f"{run.wanted.rate:g}",
            "date": time.strftime("%Y-%m-%d"),
        }
        path = folder / f"{run.wanted.name}.safetensors"
        path.write_bytes(save(run.result(), facts))
    return runs


def plan(epochs: int, depths: list[int], bare: float) -> list[list[Wanted]]:
    """The networks in the order in which they are trained, those of one line side by side."""
    lines = []
    for seeds in ((0,), (1, 2)):
        for depth in depths:
            for setting, rate in (("norm", RATE), ("bare", bare)):
                lines.append(
                    [
                        Wanted(setting, residual, depth, seed, rate, epochs)
                        for seed in seeds
                        for residual in (False, True)
                    ]
                )
    return lines


def train(wanted: argparse.Namespace) -> None:
    """Train all, as far as the time reaches."""
    began = time.monotonic()
    torch.set_num_threads(1)
    torch.backends.cudnn.benchmark = wanted.device == "cuda"
    arrays = [np.array(a[: wanted.most]) for a in read_package(wanted.package)]
    x, y, test_x, test_y = (torch.from_numpy(a).to(wanted.device) for a in arrays)
    x, test_x = (((a.float()[:, None] / 255) - 0.1307) / 0.3081 for a in (x, test_x))
    data = [x, y.long(), test_x, test_y.long()]
    wanted.folder.mkdir(parents=True, exist_ok=True)
    first_depth = wanted.depths[0]
    first = [
        Wanted("norm", residual, first_depth, 0, RATE, wanted.epochs) for residual in (False, True)
    ]
    trials = [
        Wanted("bare", residual, first_depth, 0, rate, min(TRIAL, wanted.epochs), trial=True)
        for residual in (False, True)
        for rate in RATES
    ]
    train_group(first, data, wanted.folder)
    tried = train_group(trials, data, wanted.folder)
    losses = {
        run.wanted.rate: np.nan_to_num(run.rows[-1][0], nan=np.inf)
        for run in tried
        if run.wanted.residual
    }
    bare = min(losses, key=losses.get)
    print("losses of the residual network by rate:", losses, "chosen:", bare, flush=True)
    for line in plan(wanted.epochs, wanted.depths, bare):
        if line[0] in first:
            continue
        if time.monotonic() - began > 60 * wanted.minutes:
            print("no time left for", [one.name for one in line], flush=True)
            break
        train_group(line, data, wanted.folder)


def finish(folder: Path) -> None:
    """Put the curves into one record and the weights into one file, and print what to write down."""
    sys.path.insert(0, str(ROOT))
    from engine.training.recorded import record

    curves: dict[str, np.ndarray] = {}
    weights: dict[str, np.ndarray] = {}
    facts: dict[str, str] = {}
    rows: dict[str, dict[int, np.ndarray]] = {}
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, "np") as file:
            said = file.metadata()
            arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        facts |= {name: said[name] for name in ("machine", "date", "torch")}
        facts[f"{path.stem}/seconds"] = said["seconds"]
        if path.stem.startswith("trial-"):
            curves[f"trials/{path.stem.removeprefix('trial-')}"] = arrays["rows"]
            continue
        setting, kind, depth, seed = path.stem.split("-")
        facts[f"{setting}/rate"] = said["rate"]
        rows.setdefault(f"{setting}-{kind}-{depth}", {})[int(seed)] = arrays["rows"]
        if seed == "0":
            curves[f"{setting}-{kind}-{depth}/gradients"] = arrays["gradients"]
        for name, array in arrays.items():
            if name.startswith("weights/"):
                weights[f"{setting}-{kind}/{name.removeprefix('weights/')}"] = array
    for name, by_seed in rows.items():
        curves[f"{name}/rows"] = np.stack([by_seed[seed] for seed in sorted(by_seed)])
        last = curves[f"{name}/rows"][:, -1]
        print(name, len(last), "seeds, loss, learn error, test error:", last.mean(0).round(4))
    curves["epochs"] = np.arange(curves[f"{next(iter(rows))}/rows"].shape[1], dtype=np.int32)
    network = ROOT / "assets" / "networks" / "resnets" / "model.safetensors"
    network.parent.mkdir(parents=True, exist_ok=True)
    network.write_bytes(save(weights))
    run = ROOT / "assets" / "runs" / "resnets.safetensors"
    record(run, curves, script="assets/make_resnets.py", **facts)
    for path in (network, run):
        print(path, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())


def main() -> None:
    """Do what the command line says."""
    words = argparse.ArgumentParser()
    parts = words.add_subparsers(dest="part", required=True)
    one = parts.add_parser("train")
    one.add_argument("package", type=Path)
    one.add_argument("folder", type=Path)
    one.add_argument("--device", default="cpu")
    one.add_argument("--epochs", type=int, default=EPOCHS)
    one.add_argument("--depths", type=int, nargs="*", default=[56, 20])
    one.add_argument("--minutes", type=float, default=1e9, help="begin nothing after these")
    one.add_argument("--most", type=int, default=60_000, help="fewer digits, to try it")
    two = parts.add_parser("finish")
    two.add_argument("folder", type=Path)
    wanted = words.parse_args()
    if wanted.part == "train":
        train(wanted)
    else:
        finish(wanted.folder)


if __name__ == "__main__":
    main()
