"""Open a pretrained classifier as a row of parts, one after the other.

Networks are shared by everybody, so nothing is hung onto them: what lies inside is seen by running the
first parts (`network[:k]`), and gradients by running the last ones (`network[k:]`) on a copy.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

from engine.models.device import ready
from engine.models.memory import kept
from engine.vision.preprocess import MEAN, STD

#: The parts after which features are looked at, from the first layer on, by torchvision's name of the
#: network. MobileNetV2 and GoogLeNet have many blocks; these are the last ones of each size of map.
STAGES = {
    "resnet18": ("relu", "layer1", "layer2", "layer3", "layer4"),
    "resnet50": ("relu", "layer1", "layer2", "layer3", "layer4"),
    "mobilenet_v2": ("features0", "features3", "features6", "features13", "features18"),
    "googlenet": ("conv1", "conv3", "inception3b", "inception4e", "inception5b"),
}


@kept
def classifier(path: str, architecture: str) -> Any:
    """Build a network of torchvision and give it the weights of a safetensors file.

    Parameters
    ----------
    path : str, the file; its tensors have torchvision's names.
    architecture : str, of `STAGES`.

    Returns
    -------
    torch.nn.Sequential, whose parts computed one after the other give what the network gives.

    Raises
    ------
    ValueError : another architecture.
    """
    import torch
    import torchvision
    from safetensors.torch import load

    if architecture not in STAGES:
        raise ValueError(f"no stages are known of {architecture}")
    options = {"init_weights": False} if architecture == "googlenet" else {}
    with torch.device("meta"):  # shapes without numbers: those come from the file
        network = torchvision.models.get_model(architecture, weights=None, **options)
    # Read, not mapped into memory: a file that is replaced would change an open network.
    network.load_state_dict(load(Path(path).read_bytes()), assign=True)
    return ready(torch.nn.Sequential(OrderedDict(parts(network, architecture))))


def parts(network: Any, architecture: str) -> list[tuple[str, Any]]:
    """The parts of a classifier of torchvision in the order in which they compute, by name."""
    import torch

    if architecture.startswith("resnet"):
        found = list(network.named_children())  # conv1 bn1 relu maxpool layer1-4 avgpool fc
        return [*found[:-1], ("flatten", torch.nn.Flatten()), found[-1]]
    if architecture == "googlenet":  # its two further heads, aux1 and aux2, only help in training
        found = [(n, part) for n, part in network.named_children() if not n.startswith("aux")]
        flat = ("flatten", torch.nn.Flatten())
        return [("rescale", half_and_half()), *found[:-2], flat, *found[-2:]]
    blocks = [(f"features{name}", part) for name, part in network.features.named_children()]
    pool = torch.nn.AdaptiveAvgPool2d(1)
    return [
        *blocks,
        ("pool", pool),
        ("flatten", torch.nn.Flatten()),
        ("classifier", network.classifier),
    ]


def half_and_half() -> Any:
    """What torchvision's GoogLeNet does first, since TensorFlow trained it with pixels from -1 to 1.

    ImageNet's mean and deviation are taken back, and 0.5 stands in their place (`transform_input`).
    """
    import torch

    class Rescale(torch.nn.Module):  # type: ignore[misc]
        """x * scale + shift, for each colour."""

        def __init__(self) -> None:
            super().__init__()
            mean, std = (torch.tensor(three).view(1, 3, 1, 1) for three in (MEAN, STD))
            self.register_buffer("scale", std / 0.5)
            self.register_buffer("shift", (mean - 0.5) / 0.5)

        def forward(self, x: Any) -> Any:
            return x * self.scale + self.shift

    return Rescale()


def place_of(network: Any, part: str) -> int:
    """How many parts have computed when `part` has.

    Raises
    ------
    ValueError : the network has no part of this name.
    """
    return [name for name, _module in network.named_children()].index(part) + 1
