"""Train the digit encoders in `assets/networks/digit-encoders`, and record how they learned.

Data: MNIST, the 60,000 digits that its authors made to learn from (see `mnist.py`). The same small
encoder learns by four objectives: to restore the digit through 2, 8, 32 or 64 numbers, with noise, or
with hidden patches; to tell two views of one digit from other digits; and with labels. Beside these a
small transformer learns to draw hidden patches, and two runs are recorded that go wrong: an
autoencoder of ReLUs, most of which die, and views without other digits, which collapse.

python assets/make_objectives.py train PACKAGE FOLDER [--device cuda] [NAME ...]
.venv/bin/python assets/make_objectives.py finish FOLDER

`train` needs numpy, torch and safetensors only. It writes a file for each network to `FOLDER`; without
names it trains all, one after the other, and names let several processes share the work. The file is
written anew after each epoch, so a run that is cut off is not lost. A CPU takes hours, a GPU minutes.
`finish` makes of these files what the app reads. Networks that a GPU has trained differ in the last
digits from run to run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mnist import read_package
from safetensors import safe_open
from safetensors.numpy import save
from safetensors.torch import load

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.training.autoencoder import autoencoder_steps  # noqa: E402
from engine.training.contrastive import simclr_steps  # noqa: E402
from engine.training.encoder import NUMBERS, as_tensor, encoder, silent_share  # noqa: E402
from engine.training.maskedimage import masked_steps  # noqa: E402
from engine.training.patches import HIDDEN  # noqa: E402
from engine.training.probe import balanced, supervised_steps  # noqa: E402

SET = ROOT / "assets" / "sets" / "mnist-5k.npz"
RESULT = ROOT / "assets" / "networks" / "digit-encoders" / "model.safetensors"
RUNS = ROOT / "assets" / "runs"
SEED, LEARN, WATCHED, PROBED = 0, 4000, 300, 100
#: name -> what trains it, its parameters, epochs
OBJECTIVES: dict[str, tuple[Callable[..., Any], dict[str, Any], int]] = {
    **{f"autoencoder-{n}": (autoencoder_steps, {"numbers": n}, 60) for n in (2, 8, 32)},
    "autoencoder": (autoencoder_steps, {"numbers": NUMBERS}, 60),
    "denoising": (autoencoder_steps, {"numbers": 32, "noise": 0.5}, 60),
    "masked": (autoencoder_steps, {"numbers": NUMBERS, "hidden": HIDDEN}, 60),
    "contrastive": (simclr_steps, {"batch": 512}, 60),
    "supervised": (supervised_steps, {}, 12),
    "masked-transformer": (masked_steps, {"hidden": HIDDEN}, 60),
    "careless": (autoencoder_steps, {"numbers": 32, "careful": False}, 60),
    "collapsed": (simclr_steps, {"batch": 512, "negatives": False}, 20),
}
#: Of these only the run is kept, not the weights.
FAILED = ("careless", "collapsed")
#: Epochs after which the numbers of some digits are kept, besides the last.
KEPT = (0, 1, 2, 3, 5, 8, 12, 20, 35)


def tensors(state: bytes) -> dict[str, torch.Tensor]:
    """The weights in a state of a run, by their own names."""
    whole = load(state)
    return {k.removeprefix("network/"): v for k, v in whole.items() if k.startswith("network/")}


def encoder_of(weights: dict[str, torch.Tensor], options: dict[str, Any]) -> Any:
    """The encoder with these weights."""
    slope = {} if options.get("careful", True) else {"slope": 0.0}
    network = encoder(int(weights["encoder.7.bias"].numel()), **slope)
    network.load_state_dict(
        {k.removeprefix("encoder."): v for k, v in weights.items() if k.startswith("encoder.")}
    )
    return network


def numbers_of(network: Any, pictures: np.ndarray) -> np.ndarray:
    """The numbers that the encoder makes of pictures: float16 (n, numbers)."""
    with torch.inference_mode():
        return network(as_tensor(pictures)).numpy().astype(np.float16)


def train(name: str, package: Path, folder: Path, device: str, epochs: int, most: int) -> None:
    """Train one network and write its weights, its losses, and what was kept of some epochs."""
    steps, parameters, full = OBJECTIVES[name]
    epochs = epochs or full
    pictures, labels, _tested, _truth = read_package(package)
    pictures, labels = pictures[:most], labels[:most]
    with np.load(SET) as file:
        known, truth = file["pictures"], file["labels"].astype(np.int64)
    few = balanced(truth[:LEARN], count=PROBED, seed=SEED)
    tested, test_truth = known[LEARN:], truth[LEARN:]
    inputs = {
        autoencoder_steps: (pictures, tested),
        simclr_steps: (pictures, tested[:WATCHED]),
        supervised_steps: (pictures, labels.astype(np.int64), tested, test_truth),
        masked_steps: (pictures, tested),
    }[steps]
    options = {"batch": 256, "rate": 1e-3} | parameters
    rows, silent, kept, start = [], [], {}, time.monotonic()
    machine = torch.cuda.get_device_name() if device == "cuda" else platform.processor()
    folder.mkdir(parents=True, exist_ok=True)
    for epoch, (shown, state) in enumerate(
        steps(*inputs, seed=SEED, epochs=epochs, device=device, **options)
    ):
        rows.append(shown[:2])
        weights = tensors(state)
        now: dict[str, np.ndarray] = {}
        if "encoder.7.bias" in weights:
            network = encoder_of(weights, parameters)
            silent.append(silent_share(network, as_tensor(tested)))
            if epoch in KEPT or epoch == epochs:
                now[f"learned/{epoch}"] = numbers_of(network, known[few])
                now[f"tested/{epoch}"] = numbers_of(network, tested)
        if (epoch in KEPT or epoch == epochs) and len(shown) > 2 and shown[2].dtype == np.uint8:
            now[f"pictures/{epoch}"] = shown[2]
        kept |= now
        took = f"{time.monotonic() - start:.0f}"
        print(f"{name} {epoch}: {shown[0]:.4f} {shown[1]:.4f} {took} s", flush=True)
        facts = {
            "machine": machine,
            "seconds": took,
            "torch": torch.__version__,
            "date": time.strftime("%Y-%m-%d"),
            "epochs": str(epoch),
            "options": json.dumps(parameters),
        }
        arrays = kept | {
            "rows": np.array(rows, np.float64),
            "silent": np.array(silent, np.float64),
            **{
                f"weights/{k}": v.numpy().astype(np.float16 if v.dim() > 1 else np.float32)
                for k, v in weights.items()
            },
        }
        whole = {k: np.ascontiguousarray(v) for k, v in arrays.items()}
        part = folder / f"{name}.part"
        part.write_bytes(save(whole, facts))
        part.replace(folder / f"{name}.safetensors")


def main() -> None:
    """Do what the command line says."""
    words = argparse.ArgumentParser()
    parts = words.add_subparsers(dest="part", required=True)
    one = parts.add_parser("train")
    one.add_argument("package", type=Path)
    one.add_argument("folder", type=Path)
    one.add_argument("names", nargs="*")
    one.add_argument("--device", default="cpu")
    one.add_argument("--epochs", type=int, default=0, help="fewer than a full run, to try it")
    one.add_argument("--most", type=int, default=60_000, help="fewer digits, to try it")
    two = parts.add_parser("finish")
    two.add_argument("folder", type=Path)
    given = words.parse_args()
    if given.part == "train":
        for name in given.names or OBJECTIVES:
            train(name, given.package, given.folder, given.device, given.epochs, given.most)
    else:
        finish(given.folder)


def finish(folder: Path) -> None:
    """Put all networks into one file, record their runs, probe them, and print what to write down."""
    from engine.training.digits import digit_labels, digits
    from engine.training.drift import drift_map
    from engine.training.probe import ENCODERS, probe_accuracy
    from engine.training.probes import probes
    from engine.training.recorded import record

    weights: dict[str, np.ndarray] = {}
    run: dict[str, np.ndarray] = {}
    facts: dict[str, str] = {"script": "assets/make_objectives.py", "seed": str(SEED)}
    labels, truth = (
        digit_labels(str(SET), count=LEARN),
        digit_labels(str(SET), start=LEARN, count=1000),
    )
    few = balanced(labels, count=PROBED, seed=SEED)
    for name in OBJECTIVES:
        with safe_open(folder / f"{name}.safetensors", "np") as file:
            said = file.metadata()
            arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        if name not in FAILED:
            weights |= {
                f"{name}/{key.removeprefix('weights/')}": array
                for key, array in arrays.items()
                if key.startswith("weights/")
            }
        kept = sorted(
            {int(key.split("/")[1]) for key in arrays if key.startswith(("tested/", "pictures/"))}
        )
        run[f"{name}/rows"] = arrays["rows"].astype(np.float32)
        run[f"{name}/epochs"] = np.arange(len(arrays["rows"]), dtype=np.int32)
        run[f"{name}/kept"] = np.array(kept, np.int32)
        if f"pictures/{kept[0]}" in arrays:
            run[f"{name}/pictures"] = np.stack([arrays[f"pictures/{epoch}"] for epoch in kept])
        if f"tested/{kept[0]}" in arrays:
            tested = np.stack([arrays[f"tested/{epoch}"] for epoch in kept]).astype(np.float32)
            learned = [arrays[f"learned/{epoch}"].astype(np.float32) for epoch in kept]
            run[f"{name}/silent"] = arrays["silent"]
            run[f"{name}/map"] = drift_map(tested[:, :WATCHED]).astype(np.float16)
            run[f"{name}/probe"] = np.array(
                [
                    probe_accuracy(known, labels[few], asked, truth)
                    for known, asked in zip(learned, tested, strict=True)
                ]
            )
        facts |= {
            "machine": said["machine"],
            "date": said["date"],
            f"{name}/seconds": said["seconds"],
        }
        end = [
            run[f"{name}/{what}"][-1]
            for what in ("rows", "silent", "probe")
            if f"{name}/{what}" in run
        ]
        print(name, said, "last row, silent share, probe with 100 labels:", *end)
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_bytes(save(weights))
    pictures, asked = digits(str(SET), count=LEARN), digits(str(SET), start=LEARN, count=1000)
    run["probes"] = probes(str(RESULT), pictures, labels, asked, truth, encoders=ENCODERS)
    for name, table in zip(ENCODERS, run["probes"], strict=True):
        print(name, table.mean(axis=1).round(3), table.std(axis=1).round(3))
    RUNS.mkdir(parents=True, exist_ok=True)
    record(RUNS / "digit-encoders.safetensors", run, **facts)
    for path in (RESULT, RUNS / "digit-encoders.safetensors"):
        print(path, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
