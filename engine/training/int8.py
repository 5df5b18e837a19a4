"""A layer in whole numbers of 8 bits: scale, zero point, error, and what becomes of the predictions.

B. Jacob and others, "Quantization and training of neural networks for efficient integer-arithmetic-only
inference", 2018. Reference implementation: `torch.quantize_per_tensor`, `torch.quantize_per_channel`.
"""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.models.device import computing, on_device
from engine.vision.nets import classifier

#: How a scale is found: one for all with a zero point, one for all without, one for each output.
WAYS = ("affine", "tensor", "channel")


def layer_weights(path: str, *, layer: str) -> NDArray[np.float32]:
    """The weights of a layer of a safetensors file, one output a row: (outputs, inputs)."""
    from safetensors.numpy import load

    weights = load(Path(path).read_bytes())[f"{layer}.weight"].astype(np.float32)
    return weights.reshape(len(weights), -1)


def scales_of(
    weights: NDArray[np.float32], *, way: str, bits: int = 8
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Scale and zero point for each output: float64 (outputs,), int64 (outputs,).

    "affine": the least and the greatest weight become the ends of the range. Otherwise the zero point is
    0, and the greatest absolute weight becomes 2^(bits - 1) - 1.

    Parameters
    ----------
    weights : float32 array [shape=(outputs, inputs)].
    way : str, of `WAYS`. bits : int, 2..8.
    """
    w = weights.astype(np.float64)
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    if way == "affine":
        least, most = min(w.min(), 0.0), max(w.max(), 0.0)
        scale = max((most - least) / (high - low), 1e-12)
        zero = int(np.clip(np.rint(low - least / scale), low, high))
        return np.full(len(w), scale), np.full(len(w), zero, np.int64)
    reach = np.abs(w).max(axis=1) if way == "channel" else np.full(len(w), np.abs(w).max())
    return np.maximum(reach / high, 1e-12), np.zeros(len(w), np.int64)


def quantized(weights: NDArray[np.float32], *, way: str, bits: int = 8) -> NDArray[np.int8]:
    """The weights as whole numbers: rounded to the nearest of w / scale, plus the zero point."""
    scales, zeros = scales_of(weights, way=way, bits=bits)
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    near = np.rint(weights / scales[:, None]) + zeros[:, None]
    return np.clip(near, low, high).astype(np.int8)


def restored(
    whole: NDArray[np.int8], weights: NDArray[np.float32], *, way: str, bits: int = 8
) -> NDArray[np.float32]:
    """The weights that the whole numbers stand for: (q - zero) * scale."""
    scales, zeros = scales_of(weights, way=way, bits=bits)
    return ((whole - zeros[:, None]) * scales[:, None]).astype(np.float32)


def relative_error(weights: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The root of the mean squared error over that of the weights."""
    difference = (other - weights).astype(np.float64)
    return float(np.sqrt((difference**2).sum() / (weights.astype(np.float64) ** 2).sum()))


def reaches(weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """The greatest absolute weight of each output, sorted: why one scale for all doesn't fit."""
    return np.sort(np.abs(weights.astype(np.float64)).max(axis=1))


def levels_used(whole: NDArray[np.int8]) -> NDArray[np.int64]:
    """How often each whole number from -128 to 127 occurs: (256,)."""
    return np.bincount(whole.ravel().astype(np.int64) + 128, minlength=256)


def quantized_scores(
    path: str, x: NDArray[np.float32], *, way: str, bits: int, architecture: str = "resnet18"
) -> NDArray[np.float32]:
    """What a network gives when all its kernels and matrices are rounded to few bits.

    Biases, the numbers of batch normalisation and what flows between the layers stay float32.

    Parameters
    ----------
    x : float32 array [shape=(3, H, W)]. bits : int, 2..8.

    Returns
    -------
    float32 array (classes,), scores.
    """
    import torch

    network = copy.deepcopy(classifier(path, architecture))
    with computing():
        for name, tensor in network.named_parameters():
            if tensor.ndim > 1 and name.endswith("weight"):
                w = tensor.detach().cpu().numpy().reshape(len(tensor), -1)
                back = restored(quantized(w, way=way, bits=bits), w, way=way, bits=bits)
                tensor.copy_(torch.from_numpy(back.reshape(tensor.shape)))
        return np.array(network(on_device(x[None]))[0].cpu().numpy(), np.float32)
