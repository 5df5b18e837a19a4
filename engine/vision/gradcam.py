"""Grad-CAM: where in the picture a class's score comes from.

R. R. Selvaraju and others, "Grad-CAM: visual explanations from deep networks via gradient-based
localization", ICCV 2017. Reference implementation: `captum.attr.LayerGradCam`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.models.device import on_device
from engine.vision.nets import STAGES, classifier, place_of


def grad_cam(
    weights: str,
    x: NDArray[np.float32],
    *,
    label: int,
    architecture: str = "resnet18",
    stage: str = "",
) -> NDArray[np.float32]:
    """How much each cell of a stage's maps speaks for a class.

    1. A : the maps of the stage, (C, h, w).
    2. How would the score of the class change with each number of A? The gradient, (C, h, w).
    3. alpha : its mean over the places, one weight for each channel.
    4. The weighted sum of the maps; what is below 0 speaks against the class and becomes 0.

    Parameters
    ----------
    weights : str, path of the network's safetensors file.
    x : float32 array [shape=(3, H, W)].
    label : int, the number of the class.
    stage : str, of `STAGES`; "" takes the last.

    Returns
    -------
    float32 array (h, w), at least 0, in units of the score.
    """
    import torch

    network = classifier(weights, architecture)
    place = place_of(network, stage or STAGES[architecture][-1])
    with torch.no_grad():
        maps = network[:place](on_device(x[None]))  # (1, C, h, w)
    with torch.enable_grad():
        maps = maps.detach().requires_grad_()
        score = network[place:](maps)[0, label]
        (gradient,) = torch.autograd.grad(score, maps)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)  # (1, C, 1, 1)
    return torch.relu((alpha * maps.detach()).sum(dim=1))[0].cpu().numpy()


def enlarged(cells: NDArray[np.float32], *, side: int = 224) -> NDArray[np.float32]:
    """A map drawn as large as the picture, its cells blended into each other (bilinear).

    Returns
    -------
    float32 array (side, side).
    """
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(cells, np.float32))
    return np.array(picture.resize((side, side), Image.Resampling.BILINEAR))


def highlighted(rgb: NDArray[np.uint8], heat: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The picture as bright as the map says: as it is at the map's greatest number, a fifth of it at 0.

    Parameters
    ----------
    rgb : uint8 array [shape=(H, W, 3)]. heat : float32 array [shape=(H, W)]; below 0 counts as 0.
    """
    largest = max(float(heat.max()), 1e-12)
    light = 0.2 + 0.8 * np.clip(heat / np.float32(largest), 0, 1)
    return np.rint(rgb * light[..., None]).astype(np.uint8)
