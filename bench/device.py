"""Where and how networks compute: threads, 16-bit numbers and the order of channels, on this machine.

`python -m bench.device`. What `engine/models/device.py` does rests on these numbers: one thread on the
CPU, channels last on CUDA. The networks have random weights where none are in the repository: the
time does not depend on them. `float16` is torch's autocast; "off by" is the greatest difference of a
probability from the CPU's float32.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
import torchvision
from safetensors.torch import load_file

from bench import table
from engine.models.catalogue import MOBILENET_V2, RESNET18
from engine.models.device import best_device
from engine.models.public import path_of

BATCHES = (1, 16)
REPEATS = {"cpu": 7, "cuda": 50, "mps": 20}


def pictures() -> Iterator[tuple[str, torch.nn.Module]]:
    """Networks for pictures."""
    for name, model in (("resnet18", RESNET18), ("mobilenet_v2", MOBILENET_V2)):
        network = torchvision.models.get_model(name, weights=None)
        network.load_state_dict(load_file(path_of(model)))
        yield name, network.float().eval()
    for name in ("resnet50", "vit_b_16"):
        torch.manual_seed(0)
        yield name, torchvision.models.get_model(name, weights=None).eval()


def milliseconds(act: Callable[[], Any], device: str) -> float:
    """The median time of `act`, the device's own work included."""
    times = []
    for _ in range(REPEATS[device] + 3):
        start = time.perf_counter()
        act()
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times[3:])


def threads() -> None:
    """One forward pass on the CPU with one thread and with more."""
    rows = []
    counts = sorted({1, 2, torch.get_num_threads()})
    for name, network in pictures():
        x = torch.randn(1, 3, 224, 224)
        cells = [name]
        for count in counts:
            torch.set_num_threads(count)
            with torch.inference_mode():
                cells.append(f"{milliseconds(partial(network, x), 'cpu'):.1f}")
        rows.append(cells)
    torch.set_num_threads(1)
    head = ("network", *(f"{n} thread{'s' * (n > 1)}, ms" for n in counts))
    table.show("One picture on the CPU", head, rows)


def formats(device: str) -> None:
    """float32 and float16, channels first and last."""
    rows = []
    for name, network in pictures():
        with torch.inference_mode():
            x = torch.randn(max(BATCHES), 3, 224, 224)
            truth = network(x[:2]).softmax(dim=1)
        for last in (False, True):
            order = torch.channels_last if last else torch.contiguous_format
            moved = network.to(device=device, memory_format=order)
            for half in (False, True):
                cells = [name, "last" if last else "first", "float16" if half else "float32"]
                with (
                    torch.inference_mode(),
                    torch.autocast(device, dtype=torch.float16, enabled=half),
                ):
                    for batch in BATCHES:
                        some = x[:batch].to(device=device, memory_format=order)
                        cells.append(f"{milliseconds(partial(moved, some), device):.2f}")
                    two = x[:2].to(device=device, memory_format=order)
                    off = (moved(two).float().softmax(dim=1).cpu() - truth).abs().max()
                rows.append([*cells, f"{off:.1e}"])
        network.to("cpu")
    head = ("network", "channels", "numbers", *(f"{n} pictures, ms" for n in BATCHES), "off by")
    table.show(f"Forward passes on {device}", head, rows)


def main() -> int:
    """Print the tables."""
    print(torch.__version__, best_device())
    if best_device() == "cuda":
        print(torch.cuda.get_device_name())
    threads()
    if best_device() != "cpu":
        formats(best_device())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
