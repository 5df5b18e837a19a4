"""Where networks compute: on CUDA or MPS where there is one, else on the CPU.

Measured by `bench/device.py`, one picture at a time, as pages ask: on two cores a second thread made a
forward pass 5 to 10 times slower beside other work; on sixteen idle ones it saved up to half. On an
NVIDIA H200 with torch 2.11, channels last took ResNet-18 from 2.3 to 1.9 ms and left others as they
were; float16 (autocast) was slower by up to a third, since starting the kernels takes the time, and
made only the vision transformer faster, with 16 pictures at once (17 to 5.5 ms). So: one thread,
channels last, and float32 throughout, whose numbers are those of the text.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray


@functools.cache
def best_device() -> str:
    """The name of the fastest device here: "cuda", "mps" or "cpu"."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def ready(network: Any) -> Any:
    """Put a network on the best device, in float32, set to compute and not to train.

    One thread computes: for one picture or sentence it is about as fast as two, it always adds in
    the same order, so that numbers repeat bit for bit, and the other cores stay with other people.

    Parameters
    ----------
    network : torch.nn.Module.

    Returns
    -------
    the same module.
    """
    import torch

    torch.set_num_threads(1)
    network = network.to(device=best_device(), dtype=torch.float32).eval().requires_grad_(False)
    for tensor in (*network.parameters(), *network.buffers()):
        # A copy: what a library maps into memory changes, or ends the process, with the file.
        tensor.data = tensor.data.clone()
    if best_device() == "cuda":  # pictures lie channel by channel within a pixel, as its cores want
        network = network.to(memory_format=torch.channels_last)
    return network


def on_device(array: NDArray[Any]) -> Any:
    """A copy of an array as a tensor on the best device."""
    import torch

    return torch.from_numpy(np.array(array)).to(best_device())


@contextlib.contextmanager
def computing() -> Iterator[None]:
    """Compute without keeping what only training needs."""
    import torch

    with torch.inference_mode():
        yield
