"""Shift invariance measured: how much a result changes when the picture moves by some pixels.

Moving changes the place of everything in a map (equivariance); pooling is to make the result change
less (invariance). R. Zhang, "Making convolutional networks shift-invariant again", 2019, shows how far
strided networks are from both.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.device import computing, on_device
from engine.training.convolve import KERNELS, cross_correlate
from engine.training.pooling import global_pool, pool, relu
from engine.vision.nets import classifier, place_of
from engine.vision.preprocess import centre_crop, tensor

#: Pixels that the picture is moved by at most, and the side of the part that is looked at.
FARTHEST, SIDE = 8, 96
#: Side and stride of the windows that are pooled.
WINDOW = 4


def wide_view(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The middle of a picture, `SIDE` pixels high and `FARTHEST` more wide, so that it can move.

    Its pixels are real ones: what comes in at the side belongs to the picture.

    Returns
    -------
    uint8 array (SIDE, SIDE + FARTHEST, 3).
    """
    return centre_crop(rgb, resize=SIDE + FARTHEST, crop=SIDE + FARTHEST)[FARTHEST // 2 :][:SIDE]


def moved(wide: NDArray[Any], *, by: int) -> NDArray[Any]:
    """The view that begins `by` pixels further right: everything in it moves to the left.

    Parameters
    ----------
    wide : array [shape=(H, W + FARTHEST)] or with channels behind.
    """
    return wide[:, by : by + wide.shape[1] - FARTHEST].copy()


def edge_maps(gray: NDArray[Any]) -> NDArray[np.float64]:
    """Four maps of edges: brighter to the right, to the left, downwards, upwards.

    Returns
    -------
    float64 array (4, H - 2, W - 2), 0 or more: Sobel's kernels, cut off below 0 by ReLU.
    """
    across, down = (
        cross_correlate(gray, np.array(KERNELS[name], np.float64)) for name in ("sobel", "down")
    )
    return relu(np.stack([across, -across, down, -down]))


def relative_change(a: NDArray[Any], b: NDArray[Any]) -> float:
    """The length of b - a over the length of a; 0 if nothing changes (or all is 0)."""
    length = float(np.sqrt(np.sum(np.square(a, dtype=np.float64))))
    change = float(np.sqrt(np.sum(np.square(b - a, dtype=np.float64))))
    return change / length if length else 0.0


def summaries(maps: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """What is kept of the maps: everything, every fourth number, pooled windows, or one number a map."""
    return {
        "none": maps,
        "stride": pool(maps, how="first", side=WINDOW, stride=WINDOW),
        "mean": pool(maps, how="mean", side=WINDOW, stride=WINDOW),
        "max": pool(maps, how="max", side=WINDOW, stride=WINDOW),
        "global mean": global_pool(maps),
        "global max": global_pool(maps, how="max"),
    }


def changes(wide: NDArray[Any]) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """How much each of `summaries` changes when a gray picture moves by 0 to `FARTHEST` pixels.

    Parameters
    ----------
    wide : array [shape=(H, W + FARTHEST)].

    Returns
    -------
    (name, `relative_change` for each shift), of each summary.
    """
    views = [summaries(edge_maps(moved(wide, by=by))) for by in range(FARTHEST + 1)]
    first = views[0]
    return tuple(
        (name, tuple(relative_change(first[name], view[name]) for view in views)) for name in first
    )


def moved_back(wide: NDArray[Any]) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """The same, but the maps of the moved picture are moved back before they are compared.

    They are moved by whole cells, as many as come nearest to the shift, and compared where both have
    numbers. 0 means equivariance: the maps move with the picture, and change in nothing else.
    """
    views = [summaries(edge_maps(moved(wide, by=by))) for by in range(FARTHEST + 1)]
    found = []
    for name, stride in (("none", 1), ("stride", WINDOW), ("mean", WINDOW), ("max", WINDOW)):
        first, curve = views[0][name], []
        for by, view in enumerate(views):
            cells = (by + stride // 2) // stride
            width = first.shape[-1] - cells
            curve.append(relative_change(first[..., cells:], view[name][..., :width]))
        found.append((name, tuple(curve)))
    return tuple(found)


def network_view(rgb: NDArray[np.uint8], *, side: int = 224) -> NDArray[np.float32]:
    """The middle of a picture for ImageNet's networks, `FARTHEST` pixels wider than they take it.

    Returns
    -------
    float32 array (3, side, side + FARTHEST).
    """
    wide = centre_crop(rgb, resize=256, crop=side + FARTHEST)
    return tensor(wide[FARTHEST // 2 :][:side])


def network_changes(
    weights: str, wide: NDArray[np.float32]
) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """How much the maps of ResNet-18, their global mean and the probabilities change with the shift.

    Parameters
    ----------
    weights : str, path of ResNet-18's safetensors file.
    wide : float32 array [shape=(3, H, W + FARTHEST)], see `network_view`.

    Returns
    -------
    as of `changes`, for "layer1", "layer4", "pooled" and "probabilities".
    """
    import torch

    network = classifier(weights, "resnet18")
    ends = {name: place_of(network, name) for name in ("layer1", "layer4", "flatten", "fc")}
    views = []
    for by in range(FARTHEST + 1):
        done, found = 0, {}
        with computing():
            x = on_device(wide[None, :, :, by : by + wide.shape[2] - FARTHEST])
            for name, end in ends.items():
                x, done = network[done:end](x), end
                found[name] = torch.softmax(x, 1) if name == "fc" else x
            views.append({name: value.cpu().numpy() for name, value in found.items()})
    names = {"layer1": "layer1", "layer4": "layer4", "flatten": "pooled", "fc": "probabilities"}
    return tuple(
        (
            shown,
            tuple(relative_change(views[0][name], view[name]) for view in views),
        )
        for name, shown in names.items()
    )


def curve_of(curves: tuple[tuple[str, tuple[float, ...]], ...], *, name: str) -> tuple[float, ...]:
    """One of several named curves."""
    return dict(curves)[name]
