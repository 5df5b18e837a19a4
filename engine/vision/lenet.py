"""LeNet-5, which reads handwritten digits (trained by `assets/make_lenet.py`).

Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition",
1998, section II: its layers, its numbers for ink and paper, its Table I, its 60,000 weights. The fixed
patterns of the last layer are drawn after the paper's figure 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.device import computing, on_device
from engine.models.memory import kept
from engine.softmax import softmax

FRAME = 2  # pixels of paper that are put around a picture
PAPER, INK = -0.1, 1.175  # what 0 and 255 become: mean about 0 and variance about 1
#: The layers whose outputs are maps, and the numbers of maps.
MAPS = {"C1": 6, "S2": 6, "C3": 16, "S4": 16}
#: Table I: the maps of S2 that each map of C3 sees.
SEES = (
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5),
)  # fmt: skip
#: The pattern of each digit, 12 rows of 7: F6 should become +1 where ink is, -1 elsewhere.
PATTERNS = (
    "....... .#####. ##...## ##...## ##...## ##...## ##...## ##...## ##...## .#####. ....... .......",
    "....... ...##.. ..###.. .####.. ...##.. ...##.. ...##.. ...##.. ...##.. .###### ....... .......",
    "....... .#####. ##...## .....## ....##. ...##.. ..##... .##.... ##..... ####### ....... .......",
    "....... .#####. ##...## .....## ...###. .....## .....## .....## ##...## .#####. ....... .......",
    "....... ....##. ...###. ..####. .##.##. ##..##. ####### ....##. ....##. ....##. ....... .......",
    "....... ####### ##..... ##..... ######. .....## .....## .....## ##...## .#####. ....... .......",
    "....... ..####. .##.... ##..... ######. ##...## ##...## ##...## ##...## .#####. ....... .......",
    "....... ####### .....## ....##. ....##. ...##.. ...##.. ..##... ..##... ..##... ....... .......",
    "....... .#####. ##...## ##...## .#####. ##...## ##...## ##...## ##...## .#####. ....... .......",
    "....... .#####. ##...## ##...## ##...## .###### .....## .....## ....##. .####.. ....... .......",
)


def lenet_input(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pictures as LeNet-5 wants them: more paper around them, and other numbers for ink and paper.

    Parameters
    ----------
    pictures : uint8 array [shape=(n, 28, 28)], 0 paper and 255 ink, as MNIST has them.

    Returns
    -------
    float32 array (n, 1, 32, 32), from -0.1 (paper) to 1.175 (ink).
    """
    framed = np.pad(pictures, ((0, 0), (FRAME, FRAME), (FRAME, FRAME)))[:, None]
    return (PAPER + (INK - PAPER) / 255 * framed).astype(np.float32)


def patterns() -> NDArray[np.float32]:
    """The fixed pattern of each digit: float32 array (10, 84) of +1 and -1, rows of 7 one by one."""
    ink = [[mark == "#" for mark in text.replace(" ", "")] for text in PATTERNS]
    return np.where(ink, 1, -1).astype(np.float32)


def squashed_sum(a: Any) -> Any:
    """The paper's activation, 1.7159 tanh(2/3 a): it is 1 at 1 and -1 at -1."""
    import torch

    return 1.7159 * torch.tanh(2 / 3 * a)


def subsampled(maps: Any, weight: Any, bias: Any) -> Any:
    """The sum of each 2 x 2 window, times a coefficient and plus a bias of its map, squashed.

    Parameters
    ----------
    maps : tensor (n, C, H, W). weight, bias : tensors (C,).

    Returns
    -------
    tensor (n, C, H / 2, W / 2).
    """
    import torch

    sums = 4 * torch.nn.functional.avg_pool2d(maps, 2)
    return squashed_sum(weight[:, None, None] * sums + bias[:, None, None])


def layers(w: Mapping[str, Any], x: Any) -> dict[str, Any]:
    """What every layer of LeNet-5 puts out.

    Parameters
    ----------
    w : the weights by name, tensors. Those of C3 are 0 where `SEES` has no connection.
    x : tensor (n, 1, 32, 32), see `lenet_input`.

    Returns
    -------
    dict of tensors: C1 (n, 6, 28, 28), S2 (n, 6, 14, 14), C3 (n, 16, 10, 10), S4 (n, 16, 5, 5),
    C5 (n, 120), F6 (n, 84), and the squared distances to the patterns (n, 10).
    """
    from torch.nn.functional import conv2d, linear

    c1 = squashed_sum(conv2d(x, w["c1.weight"], w["c1.bias"]))
    s2 = subsampled(c1, w["s2.weight"], w["s2.bias"])
    c3 = squashed_sum(conv2d(s2, w["c3.weight"], w["c3.bias"]))
    s4 = subsampled(c3, w["s4.weight"], w["s4.bias"])
    c5 = squashed_sum(conv2d(s4, w["c5.weight"], w["c5.bias"])).flatten(1)
    f6 = squashed_sum(linear(c5, w["f6.weight"], w["f6.bias"]))
    distances = ((f6[:, None] - w["patterns"]) ** 2).sum(2)
    return {"C1": c1, "S2": s2, "C3": c3, "S4": s4, "C5": c5, "F6": f6, "output": distances}


@kept
def lenet(path: str) -> Any:
    """The weights of LeNet-5 by name, as float32 tensors on the best device, and the patterns."""
    import torch
    from safetensors.numpy import load_file

    torch.set_num_threads(1)  # it always adds in the same order, so numbers repeat bit for bit
    arrays = {name: array.astype(np.float32) for name, array in load_file(path).items()}
    arrays["patterns"] = patterns()
    return {name: on_device(array) for name, array in arrays.items()}


def digit_distances(path: str, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How far LeNet-5's last but one layer is from the pattern of each digit.

    Parameters
    ----------
    path : str, the network's safetensors file.
    pictures : uint8 array [shape=(n, 28, 28)], 0 paper and 255 ink.

    Returns
    -------
    float32 array (n, 10), squared distances; the least one is the network's answer.
    """
    weights = lenet(path)
    with computing():
        return layers(weights, on_device(lenet_input(pictures)))["output"].cpu().numpy()


def digit_answer(path: str, matrix: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The probability of each digit: softmax of the distances with the sign turned.

    This is how the paper's training criterion (equation 9) reads the distances, without its constant j.

    Parameters
    ----------
    path : str, the network's safetensors file.
    matrix : uint8 array [shape=(28, 28)], 0 paper and 255 ink.

    Returns
    -------
    float64 array (10,), its sum 1.
    """
    return softmax(-digit_distances(path, matrix[None])[0])


def lenet_maps(path: str, matrix: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
    """The maps of C1 (6, 28, 28), S2 (6, 14, 14), C3 (16, 10, 10) and S4 (16, 5, 5) for one picture.

    Returns
    -------
    four float32 arrays, -1.7159..1.7159; see `digit_answer` for the arguments.
    """
    weights = lenet(path)
    with computing():
        found = layers(weights, on_device(lenet_input(matrix[None])))
    return tuple(found[name][0].cpu().numpy() for name in MAPS)


def map_sheet(
    maps: tuple[NDArray[np.float32], ...], *, layer: str, columns: int
) -> NDArray[np.float32]:
    """The maps of one layer side by side as one picture, one cell apart.

    Parameters
    ----------
    maps : see `lenet_maps`. layer : str, of `MAPS`. columns : int, maps in a row.

    Returns
    -------
    float32 array (rows * (H + 1) - 1, columns * (W + 1) - 1), 0 between the maps.
    """
    of_layer = maps[list(MAPS).index(layer)]
    count, height, width = of_layer.shape
    rows = -(-count // columns)
    picture = np.zeros((rows * (height + 1) - 1, columns * (width + 1) - 1), np.float32)
    for number, one in enumerate(of_layer):
        top, left = number // columns * (height + 1), number % columns * (width + 1)
        picture[top : top + height, left : left + width] = one
    return picture


def likeliest_digit(probabilities: NDArray[np.float64]) -> tuple[int, float]:
    """The likeliest digit and its probability."""
    digit = int(np.argmax(probabilities))
    return digit, float(probabilities[digit])


def how_many_right(path: str, pictures: NDArray[np.uint8], labels: NDArray[np.int64]) -> int:
    """How many of these digits LeNet-5 names rightly.

    Parameters
    ----------
    path : str, the network's safetensors file.
    pictures : uint8 array [shape=(n, 28, 28)]. labels : int64 array [shape=(n,)].
    """
    return int(np.count_nonzero(digit_distances(path, pictures).argmin(axis=1) == labels))


def usual_distance(path: str, pictures: NDArray[np.uint8], *, share: float = 0.95) -> float:
    """The distance to the nearest pattern that this share of the pictures does not exceed.

    See `digit_distances` for the arguments.
    """
    return float(np.quantile(digit_distances(path, pictures).min(axis=1), share))


def nearest_pattern(path: str, matrix: NDArray[np.uint8]) -> float:
    """The squared distance to the pattern that is nearest, of one picture; see `digit_answer`."""
    return float(digit_distances(path, matrix[None]).min())
