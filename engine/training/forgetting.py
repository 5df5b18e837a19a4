"""What a network forgets while it learns something else: catastrophic forgetting.

M. McCloskey, N. J. Cohen, "Catastrophic interference in connectionist networks", 1989. The layers that
have learnt the new classes get ImageNet's own head back, and look at pictures that it knew before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.labels import imagenet
from engine.training.backbone import LAYER_GROUPS, new_network
from engine.training.evaluate import chances_of, trained_facts_of
from engine.training.finetune import Run
from engine.vision.preprocess import centre_crop

#: Photographs of scikit-image and scikit-learn whose class both networks know: name -> the number of the
#: class in ImageNet.
KNOWN = {"cat": 285, "coffee": 967, "cameraman": 872, "temple": 698}
#: The classes of ImageNet.
THOUSAND = 1000


def known_pictures() -> NDArray[np.uint8]:
    """The photographs of `KNOWN` as ImageNet's networks see them: uint8 (4, 224, 224, 3)."""
    from skimage import data
    from sklearn.datasets import load_sample_image

    gray = np.repeat(data.camera()[..., None], 3, axis=2)
    photographs = [data.chelsea(), data.coffee(), gray, load_sample_image("china.jpg")]
    return np.stack([centre_crop(rgb) for rgb in photographs])


def remembered(weights: str, run: Run) -> tuple[tuple[str, str, float, float, str, float], ...]:
    """What the network says of known pictures before and after a run.

    Parameters
    ----------
    weights : str, path of the file that the run began with. run : of `finetune`, at its end.

    Returns
    -------
    for each picture of `KNOWN` (its name, its class in ImageNet, the probability of that class before
    and after, the likeliest class after, its probability).

    Raises
    ------
    ValueError : the run is not at its end.
    """
    import torch
    from safetensors.torch import load

    if not run[3]:
        raise ValueError("this run is not at its end")
    architecture = trained_facts_of(run[3])["architecture"]
    torch.set_num_threads(1)
    network = new_network(weights, architecture=architecture, classes=THOUSAND)
    head = LAYER_GROUPS[architecture]["head"][0]
    old, new = file_tensors(weights), load(run[3])
    network.load_state_dict({k: v for k, v in old.items() if k.startswith(head)}, strict=False)
    pictures, names = known_pictures(), imagenet()
    before = chances_of(network, pictures)
    learnt = {k: v for k, v in new.items() if not k.startswith(head)}
    network.load_state_dict(learnt, strict=False)
    after = chances_of(network, pictures)
    return tuple(
        (
            name,
            names[number],
            float(before[i, number]),
            float(after[i, number]),
            names[int(after[i].argmax())],
            float(after[i].max()),
        )
        for i, (name, number) in enumerate(KNOWN.items())
    )


def file_tensors(path: str) -> dict[str, Any]:
    """The tensors of a safetensors file."""
    from safetensors.torch import load

    with open(path, "rb") as file:
        return dict(load(file.read()))
