"""How long a frequency filter takes: engine/image/fourier.py beside the libraries, in one run.

Every path removes the same waves of the same float32 picture and returns the pixels; the results
are compared before anything is timed. "whole" is forward transform, filter and way back; "step" is
what a moved slider costs: filter and way back, the spectrum being there. All use two threads,
except NumPy, which has one. `python -m bench.fft [--small]`.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import fft

from engine.image.fourier import apply_filter, spectrum2d, transfer_function

Pixels = NDArray[np.float32]
Path = tuple[Callable[[], Any], Callable[[Any], Any]]  # forward(), step(spectrum)
REPEATS = 5


def ccs_mask(mask: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """The mask in OpenCV's packed layout, where real and imaginary parts take turns (even sizes).

    The columns u = 0 and u = W / 2 are packed down their rows, real, imaginary, real, ...
    """
    packed = np.empty((height, width), np.float32)
    packed[:, 1:-1:2] = mask[:, 1:-1]
    packed[:, 2::2] = mask[:, 1:-1]
    rows = (np.arange(height) + 1) // 2
    packed[:, 0], packed[:, -1] = mask[rows, 0], mask[rows, -1]
    return packed


def paths(pixels: Pixels, mask: NDArray[np.float32]) -> dict[str, Path]:
    """Each library's way to filter `pixels` (H, W) or (H, W, 3) with the half-plane `mask`."""
    height, width = pixels.shape[:2]
    across = mask if pixels.ndim == 2 else mask[:, :, None]
    opposite = np.roll(mask[::-1], 1, axis=0)[:, width - mask.shape[1] : 0 : -1]
    whole = np.concatenate((mask, opposite), axis=1)
    whole = whole if pixels.ndim == 2 else whole[:, :, None]
    packed = ccs_mask(mask, height, width)
    back = cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT
    tensor = torch.from_numpy(pixels)
    planes = tensor if pixels.ndim == 2 else tensor.permute(2, 0, 1).contiguous()
    tensor_mask = torch.from_numpy(mask)
    size = (height, width)

    def torch_step(spectrum: torch.Tensor) -> Any:
        result = torch.fft.irfft2(spectrum * tensor_mask, s=size)
        return (result if result.ndim == 2 else result.permute(1, 2, 0).contiguous()).numpy()

    def cv2_step(spectra: list[Any]) -> Any:
        return cv2.merge([cv2.dft(cv2.multiply(s, packed), flags=back) for s in spectra])

    return {
        "ours": (lambda: spectrum2d(pixels), lambda f: apply_filter(f, mask, width=width)),
        "numpy rfft2": (
            lambda: np.fft.rfft2(pixels, axes=(0, 1)),
            lambda f: np.fft.irfft2(f * across, s=size, axes=(0, 1)),
        ),
        "scipy fft2": (
            lambda: fft.fft2(pixels, axes=(0, 1), workers=2),
            lambda f: fft.ifft2(f * whole, axes=(0, 1), workers=2).real,
        ),
        "scipy rfft2": (
            lambda: fft.rfft2(pixels, axes=(0, 1), workers=2),
            lambda f: fft.irfft2(f * across, s=size, axes=(0, 1), workers=2),
        ),
        "cv2.dft": (lambda: [cv2.dft(plane) for plane in cv2.split(pixels)], cv2_step),
        "torch rfft2": (lambda: torch.fft.rfft2(planes), torch_step),
    }


def medians(calls: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Median time of each call in milliseconds, the calls taking turns.

    In turns, so that a busy moment of the machine falls on all of them; in a new order each round
    and with a pause before each, because the threads of PyTorch and OpenCV wait busily for a while
    after their work and would take a core from whoever comes next. One round to warm up.
    """
    order = list(calls)
    shuffle = random.Random(1).shuffle
    times: dict[str, list[float]] = {label: [] for label in calls}
    for call in calls.values():
        call()
    for _ in range(REPEATS):
        shuffle(order)
        for label in order:
            time.sleep(0.03)
            start = time.perf_counter()
            calls[label]()
            times[label].append(time.perf_counter() - start)
    return {label: 1000 * statistics.median(values) for label, values in times.items()}


def compare(name: str, pixels: Pixels, mask: NDArray[np.float32]) -> None:
    """Check that all paths agree, time them, print one table."""
    candidates = paths(pixels, mask)
    spectra = {label: forward() for label, (forward, _) in candidates.items()}
    ours = candidates["ours"][1](spectra["ours"])
    whole: dict[str, Callable[[], Any]] = {}
    alone: dict[str, Callable[[], Any]] = {}
    for label, (forward, step) in candidates.items():
        error = float(np.abs(step(spectra[label]).reshape(ours.shape) - ours).max())
        if error > 1e-5 * float(np.abs(pixels).max()):
            raise SystemExit(f"{label} disagrees by {error} on {name}")
        whole[label] = lambda f=forward, s=step: s(f())  # type: ignore[misc]
        alone[label] = lambda s=step, x=spectra[label]: s(x)  # type: ignore[misc]
    whole_ms, alone_ms = medians(whole), medians(alone)
    print(f"\n{name}\n{'':14}{'whole ms':>10}{'/ ours':>8}{'step ms':>10}{'/ ours':>8}")
    for label in candidates:
        ratio, ratio_alone = whole_ms[label] / whole_ms["ours"], alone_ms[label] / alone_ms["ours"]
        print(
            f"{label:14}{whole_ms[label]:10.1f}{ratio:8.2f}{alone_ms[label]:10.1f}{ratio_alone:8.2f}",
            flush=True,
        )


def main() -> None:
    """Print the tables: 12 megapixels and 1024 x 1024, gray and colour, three masks.

    A Butterworth mask, like the high-pass, is nowhere zero and takes the same time.
    """
    torch.set_num_threads(2)
    cv2.setNumThreads(2)
    rng = np.random.default_rng(1)
    sizes = [(1024, 1024)] if "--small" in sys.argv else [(3000, 4000), (1024, 1024)]
    for height, width in sizes:
        for shape in ((height, width), (height, width, 3)):
            pixels = rng.random(shape, dtype=np.float32)
            for kind, kernel in (
                ("low", "ideal"),
                ("low", "gaussian"),
                ("high", "ideal"),
            ):
                mask = transfer_function(
                    height=height, width=width, kind=kind, shape=kernel, cutoff=60
                )
                colour = "RGB" if len(shape) == 3 else "gray"
                compare(
                    f"{width} x {height} {colour}, {kernel} {kind}-pass, 60 waves", pixels, mask
                )
    masks: dict[str, Callable[[], Any]] = {
        kernel: lambda k=kernel: transfer_function(  # type: ignore[misc]
            height=3000, width=4000, shape=k, cutoff=60
        )
        for kernel in ("ideal", "gaussian", "butterworth")
    }
    for kernel, time_ms in medians(masks).items():
        print(f"\nthe mask alone, 4000 x 3000 {kernel}: {time_ms:.1f} ms", end="")
    print()


if __name__ == "__main__":
    main()
