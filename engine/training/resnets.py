"""Plain and residual networks of 20 and 56 layers that have learned MNIST (`assets/make_resnets.py`).

K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition", 2015: convolutions of
3 x 3 in three groups of 28 x 28, 14 x 14 and 7 x 7 pixels, in pairs; the residual network adds to each
pair's output what went into it. Batch normalisation is folded into the stored kernels and biases.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.device import best_device, computing, ready
from engine.models.memory import kept
from engine.softmax import softmax_rows
from engine.training.recorded import recorded, recorded_names

DEPTHS = (20, 56)
#: Layers of the networks whose weights are stored, under "norm-plain", "norm-residual" and so on.
STORED = 56
SETTINGS, KINDS = ("bare", "norm"), ("plain", "residual")
#: Columns of the recorded rows: mean loss and error on 10,000 digits to learn from, error on the test.
LOSS, LEARN_ERROR, TEST_ERROR = range(3)
TESTED = 10_000


@kept
def resnet(path: str, name: str) -> Any:
    """The stored network of a name, ready to compute: its convolutions, then the layer of scores."""
    import torch
    from safetensors import safe_open

    layers = torch.nn.ModuleList()
    with safe_open(path, "pt") as file:

        def stored(part: str) -> Any:
            return torch.nn.Parameter(file.get_tensor(f"{name}/{part}").float())

        for number in range(STORED - 1):
            weight, before = (
                stored(f"{number}.weight"),
                1 if number == 0 else layers[-1].out_channels,
            )
            wider = number > 0 and weight.shape[0] > before  # then it also halves the sides
            layer = torch.nn.Conv2d(before, len(weight), 3, 2 if wider and number > 1 else 1, 1)
            layer.weight, layer.bias = weight, stored(f"{number}.bias")
            layers.append(layer)
        head = torch.nn.Linear(layers[-1].out_channels, 10)
        head.weight, head.bias = stored("head.weight"), stored("head.bias")
    layers.append(head)
    return ready(layers)


def resnet_scores(layers: Any, x: Any, *, residual: bool) -> Any:
    """Ten scores for each picture: float tensor (n, 1, 28, 28) -> (n, 10).

    Where a pair of layers halves the sides, what is added is every other pixel, with zeros for the new
    channels.
    """
    import torch

    h = into = torch.relu(layers[0](x))
    for number in range(1, len(layers) - 1):
        z = layers[number](h)
        if residual and number % 2 == 0:
            if into.shape != z.shape:
                more = z.shape[1] - into.shape[1]
                into = torch.nn.functional.pad(into[:, :, ::2, ::2], (0, 0, 0, 0, 0, more))
            z = z + into
        h = torch.relu(z)
        if number % 2 == 0:
            into = h
    return layers[-1](h.mean((2, 3)))


def resnet_answers(path: str, pictures: NDArray[np.uint8], *, name: str) -> NDArray[np.float64]:
    """The probability of each digit.

    Parameters
    ----------
    path : str, the file of the networks.
    pictures : uint8 array (n, 28, 28).
    name : "norm-plain" and so on.

    Returns
    -------
    float64 array (n, 10), each row's sum 1.
    """
    import torch

    layers, residual = resnet(path, name), name.endswith("residual")
    x = (pictures[:, None].astype(np.float32) / np.float32(255) - np.float32(0.1307)) / np.float32(
        0.3081
    )
    with computing():
        parts = [
            resnet_scores(layers, part.to(best_device()), residual=residual).cpu()
            for part in torch.from_numpy(x).split(250)
        ]
        return softmax_rows(torch.cat(parts).double().numpy())


def error_of(answers: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The share of pictures whose likeliest digit is wrong."""
    return float((answers.argmax(axis=1) != labels).mean())


def errors_over_epochs(path: str, *, name: str, column: int) -> NDArray[np.float64]:
    """A column of a recorded training, of its first seed: float64 (epochs + 1,).

    Parameters
    ----------
    path : str, the file of the record.
    name : "norm-plain-56" and so on.
    column : `LOSS`, `LEARN_ERROR` or `TEST_ERROR`.
    """
    return recorded(path, name=f"{name}/rows")[0, :, column].astype(np.float64)


def gradients_recorded(path: str, *, name: str, epoch: int) -> NDArray[np.float64]:
    """The gradient's length by each convolution's weights after an epoch, of 500 digits: (depth - 1,).

    Below 1e-45 it is 0: float32 has no smaller number.
    """
    return recorded(path, name=f"{name}/gradients")[epoch].astype(np.float64)


def best_of_trials(path: str, *, kind: str) -> NDArray[np.float64]:
    """56 layers without normalisation at each tried rate: rate, error in the end, (rates, 2)."""
    start = f"trials/bare-{kind}-"
    names = [name for name in recorded_names(path) if name.startswith(start)]
    rows = [(float(n.removeprefix(start)), recorded(path, name=n)[-1, LEARN_ERROR]) for n in names]
    return np.array(sorted(rows), np.float64)
