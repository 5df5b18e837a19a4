"""What lies inside a network: its first kernels, the feature maps of a stage, what a cell of them sees.

M. D. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks", 2014. Reference
implementation: `torchvision.models.feature_extraction.create_feature_extractor`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.device import computing, on_device
from engine.rank import largest
from engine.vision.nets import STAGES, classifier, place_of

Box = tuple[float, float, float, float]


def first_kernels(weights: str, *, architecture: str = "resnet18") -> NDArray[np.float32]:
    """The kernels of the first convolution, which look at the picture's own colours.

    Returns
    -------
    float32 array (kernels, 3, k, k): one kernel for each channel of the first map.
    """
    network = classifier(weights, architecture)
    kernels = next(p for p in network.parameters() if p.ndim == 4)
    return kernels.cpu().numpy()


def sheet(kernels: NDArray[np.float32], *, columns: int = 8) -> NDArray[np.float32]:
    """Kernels side by side as one picture, one pixel apart: 0.5 is weight 0, as in the space between.

    Each is stretched by its own greatest weight, so that 0 or 1 is as far as it reaches; not so those
    whose weights are all below a fiftieth of the greatest one, which stay nearly gray.

    Parameters
    ----------
    kernels : float32 array [shape=(n, 3, k, k)].

    Returns
    -------
    float32 array (rows * (k + 1) + 1, columns * (k + 1) + 1, 3), 0..1.
    """
    count, _colours, side, _ = kernels.shape
    rows = -(-count // columns)
    picture = np.full((rows * (side + 1) + 1, columns * (side + 1) + 1, 3), 0.5, np.float32)
    least = max(float(np.abs(kernels).max()) / 50, 1e-12)
    for n, kernel in enumerate(kernels):
        top, left = (n // columns) * (side + 1) + 1, (n % columns) * (side + 1) + 1
        largest = max(float(np.abs(kernel).max()), least)
        picture[top : top + side, left : left + side] += kernel.transpose(1, 2, 0) / largest / 2
    return picture


def kernel_at(*, x: int, y: int, side: int, columns: int, count: int) -> int:
    """The number of the kernel under pixel (x, y) of a `sheet` of `count` kernels of `side` pixels."""
    column, row = max(x - 1, 0) // (side + 1), max(y - 1, 0) // (side + 1)
    return min(row * columns + min(column, columns - 1), count - 1)


def feature_maps(
    weights: str, x: NDArray[np.float32], *, architecture: str = "resnet18", stage: str = "layer1"
) -> NDArray[np.float32]:
    """The maps that a stage puts out: one for each of its channels.

    Parameters
    ----------
    weights : str, path of the network's safetensors file.
    x : float32 array [shape=(3, H, W)], the picture as the network wants it.
    stage : str, of `STAGES`.

    Returns
    -------
    float32 array (channels, h, w).
    """
    network = classifier(weights, architecture)
    with computing():
        maps = network[: place_of(network, stage)](on_device(x[None]))
        return maps[0].cpu().numpy()


def strengths(maps: NDArray[np.float32]) -> NDArray[np.float64]:
    """How strongly each channel answers: the root mean square of its map."""
    return np.sqrt(np.mean(np.square(maps, dtype=np.float64), axis=(1, 2)))


def strengths_of_stages(
    weights: str, x: NDArray[np.float32], *, architecture: str = "resnet18"
) -> tuple[NDArray[np.float64], ...]:
    """`strengths` of every stage, in one pass through the network."""
    network = classifier(weights, architecture)
    found, done = [], 0
    with computing():
        maps = on_device(x[None])
        for stage in STAGES[architecture]:
            place = place_of(network, stage)
            maps = network[done:place](maps)
            done = place
            found.append(strengths(maps[0].cpu().numpy()))
    return tuple(found)


def strongest(strength: NDArray[np.float64], *, count: int = 12) -> tuple[int, ...]:
    """The numbers of the strongest channels, the strongest first."""
    return tuple(int(c) for c in largest(strength, count=count))


def one_map(maps: NDArray[np.float32], *, channel: int) -> NDArray[np.float32]:
    """The map of one channel, (h, w)."""
    return maps[channel].copy()


def magnitude(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far each number is from 0, on either side."""
    return np.abs(values)


def tiled(
    maps: NDArray[np.float32], *, channels: tuple[int, ...], columns: int = 4
) -> NDArray[np.float32]:
    """The maps of some channels in one picture, row by row, each stretched by its own greatest number.

    Returns
    -------
    float32 array, -1..1; between the maps lie rows and columns of 0, a twelfth of a map wide.
    """
    _count, height, width = maps.shape
    gap = gap_between(height)
    rows = -(-len(channels) // columns)
    picture = np.zeros((rows * (height + gap) - gap, columns * (width + gap) - gap), np.float32)
    for n, channel in enumerate(channels):
        top, left = (n // columns) * (height + gap), (n % columns) * (width + gap)
        largest = max(float(np.abs(maps[channel]).max()), 1e-12)
        picture[top : top + height, left : left + width] = maps[channel] / largest
    return picture


def gap_between(height: int) -> int:
    """Pixels between two maps of `tiled` that are `height` pixels high."""
    return max(1, height // 12)


def tile_at(*, x: int, y: int, shape: tuple[int, ...], columns: int, count: int) -> int:
    """The number of the tile, from 0, under pixel (x, y) of what `tiled` makes of `count` maps.

    Parameters
    ----------
    shape : of the maps, height and width last. A pixel between two tiles belongs to the one before.
    """
    height, width = shape[-2:]
    gap = gap_between(height)
    column, row = x // (width + gap), y // (height + gap)
    return min(row * columns + min(column, columns - 1), count - 1)


def share_zero(maps: NDArray[np.float32]) -> float:
    """The share of all numbers that are exactly 0, 0..1: what ReLU has cut off."""
    return float(np.count_nonzero(maps == 0) / maps.size)


def receptive_field(
    weights: str, *, architecture: str = "resnet18", stage: str = "layer1"
) -> tuple[int, int, int]:
    """What a cell of a stage's map can see of the input: (size, jump, left) in its pixels, each way.

    Cell u begins to see at left + u * jump and sees `size` pixels. Every window of k widens the field
    by k - 1 cells of the map before it (A. Araujo, W. Norris and J. Sim, "Computing receptive fields of
    convolutional neural networks", Distill, 2019). Of ways that lie side by side only the widest counts:
    the shortcuts of a ResNet see a part of what the convolutions beside them see, and the four branches
    of an Inception block at most as much as the second.
    """
    import torch

    network = classifier(weights, architecture)
    size, jump, left = 1, 1, 0
    for name, part in network[: place_of(network, stage)].named_modules():
        beside = any(other in name for other in ("downsample", "branch1", "branch3", "branch4"))
        if isinstance(part, (torch.nn.Conv2d, torch.nn.MaxPool2d)) and not beside:
            kernel, stride, padding = (
                _side(n) for n in (part.kernel_size, part.stride, part.padding)
            )
            size, left, jump = size + (kernel - 1) * jump, left - padding * jump, jump * stride
    return size, jump, left


def _side(n: Any) -> int:
    """A layer's number for both axes, which some layers give once and some twice."""
    return int(n[0] if isinstance(n, tuple) else n)


def seen_by(
    field: tuple[int, int, int], *, row: int, column: int, side: int
) -> tuple[int, int, int, int]:
    """The part of the input that a cell sees: (left, top, right, bottom), within `side` x `side`."""
    size, jump, left = field
    x, y = left + column * jump, left + row * jump
    return max(x, 0), max(y, 0), min(x + size, side), min(y + size, side)


def spotlight(rgb: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """The picture with everything outside (left, top, right, bottom) at a third of its brightness."""
    left, top, right, bottom = map(round, box)
    dim = rgb // 3
    dim[top:bottom, left:right] = rgb[top:bottom, left:right]
    return dim


def cut_out(rgb: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """The part (left, top, right, bottom) of the picture."""
    left, top, right, bottom = map(round, box)
    return rgb[top:bottom, left:right].copy()


def highest_cell(values: NDArray[np.floating]) -> tuple[int, int]:
    """Row and column of the greatest number; of equal ones the first."""
    row, column = np.unravel_index(np.argmax(values), values.shape)
    return int(row), int(column)


def most_excited(
    *strength: tuple[NDArray[np.float64], ...], stage: int, channel: int
) -> tuple[tuple[int, float], ...]:
    """Which of several pictures excite a channel most: (number of the picture, strength), in order.

    Parameters
    ----------
    *strength : what `strengths_of_stages` gives for each picture.
    stage : int, which stage, from 0. channel : int.
    """
    values = [float(one[stage][channel]) for one in strength]
    order = sorted(range(len(values)), key=lambda n: (-values[n], n))
    return tuple((n, values[n]) for n in order)
