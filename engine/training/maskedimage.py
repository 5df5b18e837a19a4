"""A masked autoencoder: a small transformer sees a few patches of a digit and draws the others.

K. He and others, "Masked autoencoders are scalable vision learners", 2021. As there, the encoder gets
the visible patches only and the decoder is smaller; otherwise than there, positions are learned and
there is no token for the whole picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training.encoder import columns, fit
from engine.training.loop import start_epoch
from engine.training.patches import HIDDEN, PATCH, PATCHES, cut, drawn_patches, put_together

WIDTH = 64  # numbers for each patch inside
#: Digits of the test whose reconstructions are shown in each epoch.
SHOWN = 10


def masked_network() -> Any:
    """An untrained masked autoencoder: its parts by name; `fill_in` says how they belong together."""
    import torch
    from torch import nn

    def layers(count: int) -> Any:
        layer = nn.TransformerEncoderLayer(
            WIDTH, 4, 2 * WIDTH, 0.0, "gelu", batch_first=True, norm_first=True
        )
        return nn.TransformerEncoder(layer, count, nn.LayerNorm(WIDTH), enable_nested_tensor=False)

    def start(rows: int) -> Any:
        return nn.Parameter(0.02 * torch.randn(rows, WIDTH))

    return nn.ModuleDict(
        {
            "patch": nn.Linear(PATCH * PATCH, WIDTH),
            "encoder": layers(3),
            "bridge": nn.Linear(WIDTH, WIDTH),
            "decoder": layers(1),
            "pixels": nn.Linear(WIDTH, PATCH * PATCH),
            "learned": nn.ParameterDict(
                {"seen": start(PATCHES), "drawn": start(PATCHES), "hidden": start(1)}
            ),
        }
    )


def encode_visible(network: Any, patches: Any, visible: Any) -> Any:
    """The encoder's numbers for the visible patches.

    Parameters
    ----------
    patches : float tensor (n, 49, 16).
    visible : int64 tensor (n, k), the places of the visible ones.

    Returns
    -------
    float tensor (n, k, 64).
    """
    tokens = network["patch"](patches) + network["learned"]["seen"]  # (n, 49, 64)
    index = visible[..., None].expand(-1, -1, WIDTH)
    return network["encoder"](tokens.gather(1, index))


def fill_in(network: Any, patches: Any, visible: Any) -> Any:
    """All 49 patches as the decoder draws them from the visible ones: (n, 49, 16)."""
    told = network["bridge"](encode_visible(network, patches, visible))
    count = len(patches)
    tokens = network["learned"]["hidden"].expand(count, PATCHES, WIDTH)
    index = visible[..., None].expand(-1, -1, WIDTH)
    tokens = tokens.scatter(1, index, told) + network["learned"]["drawn"]
    return network["pixels"](network["decoder"](tokens))


def visible_places(hidden: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where the visible patches are: bool (n, 49), each row with as many True -> int64 (n, k)."""
    count = hidden.shape[1] - int(hidden[0].sum())
    return np.argsort(hidden, axis=1, kind="stable")[:, :count]


def masked_steps(
    learned: NDArray[np.uint8],
    tested: NDArray[np.uint8],
    *,
    seed: int,
    epochs: int,
    hidden: int = HIDDEN,
    batch: int = 64,
    rate: float = 1e-3,
    device: str = "cpu",
    resume: bytes = b"",
) -> Iterator[tuple[Any, bytes]]:
    """Train a masked autoencoder and show each epoch.

    Parameters
    ----------
    learned, tested : uint8 arrays [shape=(n, 28, 28)].
    hidden : int, 1..48, how many of the 49 patches are hidden; others each time.
    batch, rate : digits a step, and the learning rate of Adam.

    Yields
    ------
    ((loss while learning, loss of the test, uint8 (10, 28, 28) of the test as they are drawn), state).
    The loss is the mean square of the differences in hidden patches, pixels in 0..1.
    """
    import torch

    start_epoch(seed, 0)
    network = masked_network().to(device)
    pictures, held = (
        torch.from_numpy(cut(part.astype(np.float32) / np.float32(255))).to(device)
        for part in (learned, tested)
    )

    def loss_between(clear: Any, made: Any, gone: NDArray[np.bool_]) -> Any:
        weight = torch.from_numpy(gone).to(device)[..., None].float()
        return ((made - clear) ** 2 * weight).sum() / (weight.sum() * clear.shape[2])

    def drawn(clear: Any, gone: NDArray[np.bool_]) -> Any:
        return fill_in(network, clear, torch.from_numpy(visible_places(gone)).to(device))

    def loss_of(chosen: NDArray[np.int64], draw: np.random.Generator) -> Any:
        clear = pictures[torch.from_numpy(chosen).to(device)]
        gone = drawn_patches(len(clear), hidden, draw)
        return loss_between(clear, drawn(clear, gone), gone)

    held_gone = drawn_patches(len(held), hidden, np.random.default_rng(seed))
    options: dict[str, Any] = {"seed": seed, "epochs": epochs, "batch": batch, "rate": rate}
    for loss, state in fit(network, loss_of, len(learned), resume=resume, **options):
        with torch.inference_mode():
            made = drawn(held, held_gone)
            test = loss_between(held, made, held_gone).item()
            whole = torch.where(torch.from_numpy(held_gone).to(device)[..., None], made, held)
        yield (loss, test, picture_of(whole[:SHOWN].cpu().numpy())), state


def masked(
    learned: NDArray[np.uint8],
    tested: NDArray[np.uint8],
    *,
    seed: int,
    epochs: int,
    hidden: int = HIDDEN,
) -> tuple[NDArray[Any], ...]:
    """What `masked_steps` shows: losses (epochs + 1,) twice, pictures (epochs + 1, 10, 28, 28)."""
    steps = masked_steps(learned, tested, seed=seed, epochs=epochs, hidden=hidden)
    return columns([shown for shown, _state in steps])


def picture_of(patches: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Patches (n, 49, 16), 0..1, as pictures uint8 (n, 28, 28); values outside are cut off."""
    return np.rint(np.clip(put_together(patches), 0, 1) * 255).astype(np.uint8)
