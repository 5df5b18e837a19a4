"""Pretrained networks with a new head, and which of their parts learn.

A network of torchvision is taken apart into groups of layers, from the picture to the head. What lies
before the first group that learns is frozen: its numbers are the same in every epoch.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.device import computing, on_device
from engine.training.ownset import Examples
from engine.vision.nets import classifier
from engine.vision.preprocess import MEAN, STD

#: The groups of layers, by torchvision's name of the network: name -> the modules in it.
LAYER_GROUPS = {
    "mobilenet_v2": {
        "features 0-3": ("features.0", "features.1", "features.2", "features.3"),
        "features 4-6": ("features.4", "features.5", "features.6"),
        "features 7-10": ("features.7", "features.8", "features.9", "features.10"),
        "features 11-13": ("features.11", "features.12", "features.13"),
        "features 14-16": ("features.14", "features.15", "features.16"),
        "features 17-18": ("features.17", "features.18"),
        "head": ("classifier",),
    },
    "resnet18": {
        "stem": ("conv1", "bn1", "relu", "maxpool"),
        "layer1": ("layer1",),
        "layer2": ("layer2",),
        "layer3": ("layer3",),
        "layer4": ("layer4",),
        "head": ("fc",),
    },
}
ARCHITECTURES = tuple(LAYER_GROUPS)
#: How a network learns, and how many groups at its end do; 0: all.
LEARNING_GROUPS = {"head": 1, "last": 2, "all": 0, "scratch": 0}
#: Pictures that go through a network at a time when it does not learn.
AT_A_TIME = 32


def layer_groups(architecture: str) -> tuple[str, ...]:
    """The names of the groups of layers, from the picture to the head."""
    return tuple(LAYER_GROUPS[architecture])


def new_network(path: str, *, architecture: str, classes: int, scratch: bool = False) -> Any:
    """A network of torchvision with a new head, drawn from PyTorch's present random numbers.

    Parameters
    ----------
    path : str, the safetensors file with the weights of ImageNet.
    architecture : str, of `ARCHITECTURES`. classes : int.
    scratch : bool, leave the other weights random as well.

    Returns
    -------
    torch.nn.Module in float32, on the CPU, set to compute. Nobody shares it.
    """
    import torch
    import torchvision
    from safetensors.torch import load

    network = torchvision.models.get_model(architecture, weights=None, num_classes=classes)
    if not scratch:
        old = load(Path(path).read_bytes())
        mine = network.state_dict()
        head = LAYER_GROUPS[architecture]["head"][0]
        with torch.no_grad():
            for name, tensor in mine.items():
                if not name.startswith(head):
                    tensor.copy_(old[name])  # float16 in the file
    return network.to(memory_format=torch.channels_last).eval().requires_grad_(False)


def row_of_groups(network: Any, architecture: str) -> list[tuple[str, Any]]:
    """The groups of layers as modules that compute one after the other: (name, module).

    The group before the head ends with the mean of each feature map, which has nothing to learn.
    """
    import torch

    row = []
    for name, modules in LAYER_GROUPS[architecture].items():
        parts = [network.get_submodule(module) for module in modules]
        row.append((name, torch.nn.Sequential(*parts)))
    row[-2][1].extend([torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()])
    return row


def first_learning(architecture: str, method: str) -> int:
    """The number of the first group that learns.

    Raises
    ------
    ValueError : a method that does not exist.
    """
    if method not in LEARNING_GROUPS:
        raise ValueError(f"a network learns by one of {', '.join(LEARNING_GROUPS)}, not {method!r}")
    groups = len(LAYER_GROUPS[architecture])
    return groups - LEARNING_GROUPS[method] if LEARNING_GROUPS[method] else 0


def trained_counts(*, architecture: str, method: str, classes: int) -> tuple[int, int]:
    """How many numbers of a network learn, and how many it has; without those that only normalise."""
    import torch
    import torchvision

    with torch.device("meta"):  # shapes without numbers
        network = torchvision.models.get_model(architecture, weights=None, num_classes=classes)
    first = first_learning(architecture, method)
    learning = row_of_groups(network, architecture)[first:]
    counts = [sum(p.numel() for p in group.parameters()) for _name, group in learning]
    return sum(counts), sum(p.numel() for p in network.parameters())


def as_tensor(pictures: NDArray[np.uint8]) -> Any:
    """Pictures as an ImageNet network wants them: a tensor (n, 3, side, side) of (n, side, side, 3).

    Each number is divided by 255; then the mean is taken off, and divided by the deviation, of ImageNet.
    """
    import torch

    mean, std = np.asarray(MEAN, np.float32), np.asarray(STD, np.float32)
    x = (pictures.astype(np.float32) / np.float32(255) - mean) / std
    return torch.from_numpy(x.transpose(0, 3, 1, 2))  # its memory has the channels last


def in_batches(module: Any, inputs: Any) -> Any:
    """What a module makes of many inputs, some at a time."""
    import torch

    with torch.inference_mode():
        parts = [module(inputs[i : i + AT_A_TIME]) for i in range(0, len(inputs), AT_A_TIME)]
    return torch.cat(parts)


def pictures_through(module: Any, pictures: NDArray[np.uint8]) -> Any:
    """What a module makes of pictures, some at a time, so that few are floating-point at once."""
    import torch

    with torch.inference_mode():
        parts = [
            module(as_tensor(pictures[i : i + AT_A_TIME]))
            for i in range(0, len(pictures), AT_A_TIME)
        ]
    return torch.cat(parts)


def embeddings(
    examples: Examples, weights: str, *, architecture: str = "mobilenet_v2"
) -> NDArray[np.float32]:
    """What the pretrained network knows of each example: the numbers before its last layer.

    Parameters
    ----------
    examples : with pictures (n, side, side, 3). weights : str, path of the network's file.
    architecture : str, of `ARCHITECTURES`.

    Returns
    -------
    float32 array (n, d): d is 1280 for MobileNetV2, 512 for ResNet-18.
    """
    parts = classifier(weights, architecture)[:-1]
    found = []
    with computing():
        for first in range(0, len(examples[0]), AT_A_TIME):
            x = as_tensor(examples[0][first : first + AT_A_TIME])
            found.append(parts(on_device(x.numpy())).cpu().numpy())
    return np.concatenate(found)


def learning_tensors(network: Any, architecture: str, method: str) -> OrderedDict[str, Any]:
    """The tensors of a network that belong to the groups that learn, by torchvision's names."""
    groups = list(LAYER_GROUPS[architecture].values())[first_learning(architecture, method) :]
    prefixes = tuple(f"{module}." for modules in groups for module in modules)
    tensors = network.state_dict().items()
    return OrderedDict((name, tensor) for name, tensor in tensors if name.startswith(prefixes))
