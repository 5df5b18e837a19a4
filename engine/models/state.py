"""From a network's weights as they were published to one safetensors file, without running a pickle.

PyTorch's own files are pickles: small programs. `torch.load(..., weights_only=True)` runs none but
those that build tensors (https://docs.pytorch.org/docs/stable/notes/serialization.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save

#: The file that every converter of this module makes.
NAME = "model.safetensors"


def torchvision(folder: Path) -> dict[str, bytes]:
    """A network of torchvision: its only .pth file, under torchvision's names of the weights."""
    (path,) = folder.glob("*.pth")
    return {NAME: half(published(path))}


def mobile_sam(folder: Path) -> dict[str, bytes]:
    """MobileSAM: TinyViT as image encoder, prompt encoder and mask decoder of Segment Anything."""
    (path,) = folder.glob("*.pt")
    return {NAME: half(published(path))}


def transformers(folder: Path) -> dict[str, bytes]:
    """A network of transformers whose weights were published as `pytorch_model.bin` only."""
    return {NAME: half(published(folder / "pytorch_model.bin"))}


def published(path: Path) -> Mapping[str, Any]:
    """The tensors of a file of PyTorch.

    Raises
    ------
    ValueError : the file is damaged, or asks for anything else than tensors.
    """
    import torch

    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch, zipfile and pickle each have their own for a damaged file
        raise ValueError(f"{path.name}: not a file of weights: {error}") from error
    if not isinstance(state, Mapping):
        raise ValueError(f"{path.name}: holds a {type(state).__name__}, not weights by name")
    return state


def half(state: Mapping[str, Any]) -> bytes:
    """Tensors by name as a safetensors file, the large ones with half the bytes.

    Matrices and kernels become float16: 11 significant bits, and the predictions stay the same to three
    digits. Vectors (biases, means and variances of a normalisation) and counters stay as they are:
    they are few, and a small variance could become 0.

    Parameters
    ----------
    state : name -> tensor (PyTorch) or array.

    Raises
    ------
    ValueError : a number is too large for float16 (above 65504), or not a number.
    """
    arrays = {}
    for name, tensor in state.items():
        array = np.asarray(tensor, order="C")
        if array.ndim > 1 and array.dtype.kind == "f":
            with np.errstate(over="ignore"):
                array = array.astype(np.float16)
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ValueError(f"{name} has numbers that float16 can't hold")
        arrays[name] = array
    return save(arrays)
