"""Autoencoders: a digit goes through few numbers and has to come out again.

G. Hinton and R. Salakhutdinov, "Reducing the dimensionality of data with neural networks", 2006; with
spoiled input: P. Vincent and others, "Extracting and composing robust features with denoising
autoencoders", 2008.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training.encoder import (
    SLOPE,
    as_pictures,
    as_tensor,
    begin_with_paper,
    columns,
    decoder,
    encoder_and,
    fit,
)
from engine.training.loop import start_epoch
from engine.training.patches import drawn_patches, pixels_of_patches

#: Digits of the test whose reconstructions are shown in each epoch.
SHOWN = 10


def autoencoder_steps(
    learned: NDArray[np.uint8],
    tested: NDArray[np.uint8],
    *,
    seed: int,
    epochs: int,
    numbers: int = 32,
    noise: float = 0.0,
    hidden: int = 0,
    careful: bool = True,
    batch: int = 64,
    rate: float = 2e-3,
    device: str = "cpu",
    resume: bytes = b"",
) -> Iterator[tuple[Any, bytes]]:
    """Train an autoencoder and show each epoch.

    Parameters
    ----------
    learned, tested : uint8 arrays [shape=(n, 28, 28)].
    numbers : int, width of the bottleneck.
    noise : float, standard deviation of the noise that is added to what the encoder sees.
    hidden : int, how many of the 49 patches it does not see; then the loss counts only there.
    careful : bool, whether units leak (`SLOPE`) and the decoder begins with paper (`begin_with_paper`);
        else they are ReLUs, and it begins as it was drawn.
    batch, rate : digits a step, and the learning rate of Adam.

    Yields
    ------
    ((loss while learning, loss of the test, uint8 (10, 28, 28) reconstructions of the test), state).
    The loss is the mean square of the differences of pixels, which lie in 0..1.
    """
    import torch

    start_epoch(seed, 0)
    slope = SLOPE if careful else 0.0
    network = encoder_and(decoder(numbers, slope=slope), numbers=numbers, slope=slope)
    if careful:
        begin_with_paper(network.second)
    network.to(device)
    pictures, held = as_tensor(learned).to(device), as_tensor(tested).to(device)

    def spoiled(clear: Any, draw: np.random.Generator) -> tuple[Any, Any]:
        """What the encoder sees, and the weight of each pixel in the loss."""
        seen, weight = clear, torch.ones_like(clear)
        if noise:
            added = noise * draw.standard_normal(tuple(clear.shape), dtype=np.float32)
            seen = clear + torch.from_numpy(added).to(device)
        if hidden:
            places = drawn_patches(len(clear), hidden, draw)
            gone = torch.from_numpy(pixels_of_patches(places)[:, None]).to(device)
            seen = torch.where(gone, 0.5, seen)  # neither ink nor paper
            weight = gone.float()
        return seen, weight

    def loss_between(clear: Any, made: Any, weight: Any) -> Any:
        return ((made - clear) ** 2 * weight).sum() / weight.sum()

    def loss_of(chosen: NDArray[np.int64], draw: np.random.Generator) -> Any:
        clear = pictures[torch.from_numpy(chosen).to(device)]
        seen, weight = spoiled(clear, draw)
        return loss_between(clear, network(seen), weight)

    held_seen, held_weight = spoiled(held, np.random.default_rng(seed))
    options: dict[str, Any] = {"seed": seed, "epochs": epochs, "batch": batch, "rate": rate}
    for loss, state in fit(network, loss_of, len(learned), resume=resume, **options):
        with torch.inference_mode():
            made = network(held_seen)
            test = loss_between(held, made, held_weight).item()
        yield (loss, test, as_pictures(made[:SHOWN])), state


def autoencoder(
    learned: NDArray[np.uint8],
    tested: NDArray[np.uint8],
    *,
    seed: int,
    epochs: int,
    numbers: int = 32,
    noise: float = 0.0,
    hidden: int = 0,
) -> tuple[NDArray[Any], ...]:
    """What `autoencoder_steps` shows: losses (epochs + 1,) twice, pictures (epochs + 1, 10, 28, 28)."""
    steps = autoencoder_steps(
        learned, tested, seed=seed, epochs=epochs, numbers=numbers, noise=noise, hidden=hidden
    )
    return columns([shown for shown, _state in steps])
