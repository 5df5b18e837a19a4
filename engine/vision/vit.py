"""A small vision transformer that knows ten kinds of garments (trained by `assets/make_vit.py`).

A. Dosovitskiy and others, "An image is worth 16x16 words", 2020; Fashion-MNIST: H. Xiao, K. Rasul and
R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms", 2017.
Reference implementation: `transformers.ViTForImageClassification`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.image.resize import resample
from engine.models.device import computing, on_device
from engine.vision.rollout import transformer

SIDE, PATCH = 28, 4  # pixels of the picture and of a patch: 7 x 7 patches
#: What it says, by number.
GARMENTS = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
#: The shape of the network, as `transformers.ViTConfig` takes it.
CONFIG: dict[str, Any] = {
    "hidden_size": 64,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "image_size": SIDE,
    "patch_size": PATCH,
    "num_channels": 1,
    "num_labels": len(GARMENTS),
}


def gray_tensor(gray: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Gray pixels (28, 28) as the network wants them: (1, 28, 28), from -1 (black) to 1 (white)."""
    return gray[None].astype(np.float32) / np.float32(127.5) - np.float32(1)


def answers(folder: str, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The network's scores for several pictures.

    Parameters
    ----------
    folder : str, the model's folder.
    pictures : uint8 array [shape=(n, 28, 28)], gray, the garment bright on black.

    Returns
    -------
    float32 array (n, 10), in the order of `GARMENTS`.
    """
    batch = np.stack([gray_tensor(one) for one in pictures])
    with computing():
        return transformer(folder)(on_device(batch)).logits.cpu().numpy()
