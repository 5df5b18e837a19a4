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

from engine.errors import N_
from engine.image.color import rgb_to_gray
from engine.models.device import computing, on_device
from engine.vision.preprocess import centre_crop
from engine.vision.rollout import transformer

SIDE, PATCH = 28, 4  # pixels of the picture and of a patch: 7 x 7 patches
#: What it says, by number; the names of Fashion-MNIST.
GARMENTS = (
    N_("T-shirt/top"), N_("Trouser"), N_("Pullover"), N_("Dress"), N_("Coat"),
    N_("Sandal"), N_("Shirt"), N_("Sneaker"), N_("Bag"), N_("Ankle boot"),
)  # fmt: skip
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


def small_square(rgb: NDArray[np.uint8], *, negative: bool = False) -> NDArray[np.uint8]:
    """The middle of a picture as 28 x 28 gray pixels.

    Parameters
    ----------
    rgb : uint8 array [shape=(H, W, 3)].
    negative : bool, light and dark change places: the network has seen bright garments on black only.

    Returns
    -------
    uint8 array (28, 28, 3), its three channels equal.
    """
    gray = rgb_to_gray(centre_crop(rgb, resize=SIDE, crop=SIDE))
    return np.repeat((255 - gray if negative else gray)[..., None], 3, axis=2)


def garment(folder: str, *, number: int) -> NDArray[np.uint8]:
    """The first picture of the test of one kind of garment, which the network has not learned from.

    Returns
    -------
    uint8 array (28, 28, 3), its three channels equal.
    """
    from safetensors.numpy import load_file

    pictures = load_file(Path(folder) / "examples.safetensors")["pictures"]
    return np.repeat(pictures[number][..., None], 3, axis=2)


def share_right(folder: str) -> tuple[float, int]:
    """How many of the test's pictures were named rightly, 0..1, and how many there were.

    The file has counts [shape=(10, 10)]: what it was (row), what the network said (column).
    """
    from safetensors.numpy import load_file

    counts = load_file(Path(folder) / "examples.safetensors")["counts"]
    return float(np.trace(counts) / counts.sum()), int(counts.sum())


def gray_tensor(gray: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Gray pixels (28, 28) as the network wants them: (1, 28, 28), from -1 (black) to 1 (white)."""
    return gray[None].astype(np.float32) / np.float32(127.5) - np.float32(1)


def one_plane(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """`gray_tensor` of a picture whose three channels are equal."""
    return gray_tensor(rgb[..., 0])


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
    network = transformer(folder)
    with computing():
        return network(on_device(batch)).logits.cpu().numpy()


def garment_scores(folder: str, x: NDArray[np.float32]) -> NDArray[np.float32]:
    """The network's ten scores for one picture, see `one_plane`."""
    network = transformer(folder)
    with computing():
        return network(on_device(x[None])).logits[0].cpu().numpy()


def likeliest_kind(probabilities: NDArray[np.float64]) -> tuple[int, float]:
    """The number of the likeliest garment, and its probability."""
    number = int(np.argmax(probabilities))
    return number, float(probabilities[number])
