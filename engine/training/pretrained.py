"""Encoders and decoders that have learned (by `assets/make_objectives.py`), ready to compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.device import best_device, computing, ready
from engine.models.memory import kept
from engine.training.contrastive import projection
from engine.training.encoder import NUMBERS, as_pictures, as_tensor, decoder, encoder, encoder_and
from engine.training.maskedimage import fill_in, masked_network, visible_places
from engine.training.patches import (
    cut,
    hidden_by_chance,
    hidden_error,
    mean_patches,
    patch_errors,
    pixels_of_patches,
)


@kept
def open_encoder(path: str, name: str) -> Any:
    """The encoder of a network; what follows it there is left out."""
    return _half(weights_of(path, name), "encoder", encoder)


@kept
def open_decoder(path: str, name: str) -> Any:
    """The decoder of an autoencoder."""
    return _half(weights_of(path, name), "second", decoder)


def weights_of(path: str, name: str) -> dict[str, Any]:
    """The float32 tensors of one of the networks that lie in a file, by their own names."""
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        mine = [key for key in file.keys() if key.startswith(f"{name}/")]  # noqa: SIM118
        return {key.removeprefix(f"{name}/"): file.get_tensor(key).float() for key in mine}


def _array(tensor: Any) -> NDArray[np.float32]:
    """A tensor as an array of its own."""
    return np.array(tensor.cpu().numpy())


def _half(weights: dict[str, Any], part: str, build: Callable[[int], Any]) -> Any:
    """One half of a network of `encoder_and`, ready to compute."""
    network = build(int(weights["encoder.7.bias"].numel()))
    network.load_state_dict(
        {
            key.removeprefix(f"{part}."): tensor
            for key, tensor in weights.items()
            if key.startswith(f"{part}.")
        }
    )
    return ready(network)


def embed(path: str, pictures: NDArray[np.uint8], *, name: str) -> NDArray[np.float32]:
    """The numbers that a trained encoder makes of digits.

    Parameters
    ----------
    path : str, the file of the networks.
    pictures : uint8 array [shape=(n, 28, 28)].
    name : str, which of them.

    Returns
    -------
    float32 array (n, numbers).
    """
    network = open_encoder(path, name)
    with computing():
        return _array(network(as_tensor(pictures).to(best_device())))


def decoded(path: str, codes: NDArray[np.float32], *, name: str) -> NDArray[np.uint8]:
    """The pictures that a trained decoder draws: float32 (n, numbers) -> uint8 (n, 28, 28)."""
    import torch

    network = open_decoder(path, name)
    with computing():
        return as_pictures(network(torch.from_numpy(np.array(codes)).to(best_device())))


def reconstructed(path: str, pictures: NDArray[np.uint8], *, name: str) -> NDArray[np.uint8]:
    """Digits through a trained autoencoder: uint8 (n, 28, 28) -> uint8 (n, 28, 28)."""
    return decoded(path, embed(path, pictures, name=name), name=name)


def filled(
    path: str, pictures: NDArray[np.uint8], hidden: NDArray[np.bool_], *, name: str = "masked"
) -> NDArray[np.float32]:
    """The patches that a trained network draws for digits with hidden patches.

    Parameters
    ----------
    path : str, the file of the networks.
    pictures : uint8 array [shape=(n, 28, 28)].
    hidden : bool array [shape=(n, 49)].

    Returns
    -------
    float32 array (n, 49, 16), pixels 0..1; also for visible patches, which nobody has asked of it.
    """
    import torch

    gone = torch.from_numpy(pixels_of_patches(hidden)[:, None])
    seen = torch.where(gone, 0.5, as_tensor(pictures))  # neither ink nor paper
    first, second = open_encoder(path, name), open_decoder(path, name)
    with computing():
        return cut(_array(second(first(seen.to(best_device()))))[:, 0])


@kept
def open_transformer(path: str) -> Any:
    """The masked transformer."""
    network = masked_network()
    network.load_state_dict(weights_of(path, "masked-transformer"))
    return ready(network)


def filled_by_transformer(
    path: str, pictures: NDArray[np.uint8], hidden: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """The same as `filled`, drawn by the transformer; as many patches are hidden in each picture."""
    import torch

    network, device = open_transformer(path), best_device()
    patches = torch.from_numpy(cut(pictures.astype(np.float32) / np.float32(255)))
    visible = torch.from_numpy(visible_places(hidden))
    with computing():
        return _array(fill_in(network, patches.to(device), visible.to(device)))


def living_units(path: str, pictures: NDArray[np.uint8], *, name: str) -> int:
    """How many of the 64 units before the bottleneck are above 0 for any of these digits."""
    network = open_encoder(path, name)
    with computing():
        layer = as_tensor(pictures).to(best_device())
        for part in network[:-1]:
            layer = part(layer)
        return int((layer.amax(dim=0) > 0).sum())


def projected(
    path: str, pictures: NDArray[np.uint8], *, name: str = "contrastive"
) -> NDArray[np.float32]:
    """What the contrastive loss compares: an encoder's numbers behind the projection, (n, 32)."""
    network = open_projection(path, name)
    with computing():
        return _array(network(as_tensor(pictures).to(best_device())))


@kept
def open_projection(path: str, name: str) -> Any:
    """The contrastive network with its projection."""
    network = encoder_and(projection(), numbers=NUMBERS)
    network.load_state_dict(weights_of(path, name))
    return ready(network)


def errors_by_share(
    path: str, pictures: NDArray[np.uint8], many: NDArray[np.uint8], *, counts: tuple[int, ...]
) -> NDArray[np.float64]:
    """The error in hidden patches for different numbers of them, drawn by chance.

    Parameters
    ----------
    path : str, the file of the networks.
    pictures : uint8 array [shape=(n, 28, 28)].
    many : uint8 array [shape=(m, 28, 28)], digits whose mean is the other answer.
    counts : how many of the 49 patches are hidden.

    Returns
    -------
    float64 array (len(counts), 3): of the convolutional network, of the mean digit, of the transformer.
    """
    found = np.zeros((len(counts), 3))
    for row, count in enumerate(counts):
        hidden = hidden_by_chance(count=len(pictures), hidden=count, seed=row)
        drawn = (
            filled(path, pictures, hidden),
            mean_patches(many, hidden),
            filled_by_transformer(path, pictures, hidden),
        )
        for column, patches in enumerate(drawn):
            found[row, column] = hidden_error(patch_errors(pictures, hidden, patches), hidden)
    return found
