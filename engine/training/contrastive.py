"""Contrastive learning: two views of one digit shall have like numbers, other digits unlike ones.

T. Chen and others, "A simple framework for contrastive learning of visual representations", 2020
(SimCLR).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.softmax import softmax_rows
from engine.training.encoder import (
    NUMBERS,
    SLOPE,
    as_pictures,
    as_tensor,
    columns,
    encoder_and,
    fit,
)
from engine.training.loop import start_epoch

PROJECTED = 32  # numbers that the loss compares


def projection() -> Any:
    """An untrained projection head: only the loss sees what it makes, (n, 64) -> (n, 32)."""
    from torch import nn

    return nn.Sequential(
        nn.LeakyReLU(SLOPE), nn.Linear(NUMBERS, 64), nn.LeakyReLU(SLOPE), nn.Linear(64, PROJECTED)
    )


def view_of(clear: Any, draw: np.random.Generator, strength: float) -> Any:
    """Each digit as somebody else might have written it: turned, slanted, larger, shifted, with noise.

    Parameters
    ----------
    clear : float tensor (n, 1, 28, 28), 0..1.
    draw : numpy Generator.
    strength : float, 0 leaves all as it is; at 1 up to 25 degrees, a slant of 0.3, sizes from 0.75 to
        1.25 times, 4 pixels in each direction, and noise of 0.1.

    Returns
    -------
    float tensor (n, 1, 28, 28).
    """
    import torch

    def between(most: float) -> NDArray[np.float64]:
        return draw.uniform(-most, most, len(clear)) * strength

    angle, slant, size = between(np.pi * 25 / 180), between(0.3), 1 + between(0.25)
    cos, sin = np.cos(angle) / size, np.sin(angle) / size
    # Where each pixel of the view is taken from, in the picture's own measure of -1..1.
    right, down = between(4 / 14), between(4 / 14)
    rows = [[cos, slant * cos - sin, right], [sin, slant * sin + cos, down]]
    matrix = torch.from_numpy(np.array(rows, np.float32).transpose(2, 0, 1)).to(clear.device)
    places = torch.nn.functional.affine_grid(matrix, list(clear.shape), align_corners=False)
    moved = torch.nn.functional.grid_sample(clear, places, align_corners=False)
    noise = draw.standard_normal(tuple(clear.shape), dtype=np.float32)
    return moved + 0.1 * strength * torch.from_numpy(noise).to(clear.device)


def two_views(
    pictures: NDArray[np.uint8], *, seed: int, strength: float = 1.0
) -> NDArray[np.uint8]:
    """Two views of each digit: uint8 (n, 28, 28) -> uint8 (2, n, 28, 28); see `view_of`."""
    import torch

    torch.set_num_threads(1)
    draw, clear = np.random.default_rng(seed), as_tensor(pictures)
    return np.stack([as_pictures(view_of(clear, draw, strength)) for _view in range(2)])


def contrast(first: Any, second: Any, temperature: float) -> Any:
    """The loss NT-Xent of two views: torch tensors (n, d), (n, d) -> scalar.

    Each view looks for its partner among the 2n - 1 others: cross-entropy of a softmax over cosines
    divided by the temperature.
    """
    import torch

    z = torch.nn.functional.normalize(torch.cat([first, second]), dim=1)  # (2n, d)
    scores = z @ z.T / temperature  # (2n, 2n)
    scores = scores.masked_fill(torch.eye(len(z), dtype=torch.bool, device=z.device), -torch.inf)
    partners = torch.arange(len(z), device=z.device).roll(len(first))
    return torch.nn.functional.cross_entropy(scores, partners)


def attraction(first: Any, second: Any, temperature: float) -> Any:
    """The same without the others: only partners pull at each other, nothing pushes."""
    import torch

    cosines = torch.nn.functional.cosine_similarity(first, second, dim=1)
    return (1 - cosines).mean() / temperature


def spread(z: NDArray[np.float32]) -> float:
    """How far directions point apart: 1 if evenly to all sides, 0 if all are the same.

    The root of the variance of the rows of `z` [shape=(n, d)], each divided by its length.
    """
    lengths = np.maximum(np.linalg.norm(z.astype(np.float64), axis=1, keepdims=True), 1e-12)
    return float(np.sqrt(np.var(z / lengths, axis=0).sum()))


def simclr_steps(
    learned: NDArray[np.uint8],
    watched: NDArray[np.uint8],
    *,
    seed: int,
    epochs: int,
    temperature: float = 0.2,
    strength: float = 1.0,
    negatives: bool = True,
    batch: int = 128,
    rate: float = 2e-3,
    device: str = "cpu",
    resume: bytes = b"",
) -> Iterator[tuple[Any, bytes]]:
    """Train an encoder by contrast and show each epoch.

    Parameters
    ----------
    learned, watched : uint8 arrays [shape=(n, 28, 28)].
    temperature : float > 0.
    strength : float, of what makes the views, see `view_of`.
    negatives : bool, whether other digits push; without them the loss is `attraction`.
    batch, rate : digits a step, and the learning rate of Adam.

    Yields
    ------
    ((loss, spread of the watched digits' projections, their numbers float32 (n, 64)), state).
    """
    import torch

    start_epoch(seed, 0)
    network = encoder_and(projection(), numbers=NUMBERS).to(device)
    pictures, seen = as_tensor(learned).to(device), as_tensor(watched).to(device)
    compare = contrast if negatives else attraction

    def loss_of(chosen: NDArray[np.int64], draw: np.random.Generator) -> Any:
        clear = pictures[torch.from_numpy(chosen).to(device)]
        first, second = (network(view_of(clear, draw, strength)) for _view in range(2))
        return compare(first, second, temperature)

    options: dict[str, Any] = {"seed": seed, "epochs": epochs, "batch": batch, "rate": rate}
    for loss, state in fit(network, loss_of, len(learned), resume=resume, **options):
        with torch.inference_mode():
            numbers = network.encoder(seen)
            apart = spread(network.second(numbers).cpu().numpy())
        yield (loss, apart, numbers.cpu().numpy()), state


def simclr(
    learned: NDArray[np.uint8],
    watched: NDArray[np.uint8],
    *,
    seed: int,
    epochs: int,
    temperature: float = 0.2,
    strength: float = 1.0,
    negatives: bool = True,
) -> tuple[NDArray[Any], ...]:
    """What `simclr_steps` shows: losses, spreads (epochs + 1,), numbers (epochs + 1, n, 64)."""
    steps = simclr_steps(
        learned,
        watched,
        seed=seed,
        epochs=epochs,
        temperature=temperature,
        strength=strength,
        negatives=negatives,
    )
    return columns([shown for shown, _state in steps])


def directions(z: NDArray[np.floating]) -> NDArray[np.float64]:
    """Rows divided by their length: (n, d)."""
    z = z.astype(np.float64)
    return np.asarray(z / np.linalg.norm(z, axis=1, keepdims=True))


def cosines(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """The cosine of each view with each: (2n, 2n); row k and row k + n are partners."""
    z = directions(np.concatenate([first, second]))
    return z @ z.T


def choices(similar: NDArray[np.float64], *, temperature: float) -> NDArray[np.float64]:
    """How surely each view picks each other one as its partner: softmax of each row, (2n, 2n).

    Nobody can pick himself: the diagonal is 0.
    """
    scores = similar / temperature
    np.fill_diagonal(scores, -np.inf)
    return softmax_rows(scores)


def row_losses(chosen: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each view, minus the logarithm of the share that its partner gets in `choices`: (2n,)."""
    half = len(chosen) // 2
    views = np.arange(len(chosen))
    return -np.log(chosen[views, np.roll(views, half)])


def nt_xent(
    first: NDArray[np.floating], second: NDArray[np.floating], *, temperature: float
) -> float:
    """The loss of a batch, the mean of `row_losses`: what `contrast` computes, by hand."""
    return float(row_losses(choices(cosines(first, second), temperature=temperature)).mean())


def nt_xent_gradient(
    first: NDArray[np.floating], second: NDArray[np.floating], *, temperature: float
) -> NDArray[np.float64]:
    """The gradient of `nt_xent` with respect to both views: (2, n, d).

    For scores s = cosines / temperature it is (softmax - partner) / 2n, as for any cross-entropy. Each
    direction stands in a row and in a column of s. What is left along the direction itself
    changes no cosine and falls out.
    """
    both = np.concatenate([first, second]).astype(np.float64)
    count = len(both)
    z, lengths = directions(both), np.linalg.norm(both, axis=1, keepdims=True)
    of_scores = choices(z @ z.T, temperature=temperature)
    views = np.arange(count)
    of_scores[views, np.roll(views, count // 2)] -= 1
    of_scores /= count
    of_z = (of_scores + of_scores.T) @ z / temperature
    of_both = (of_z - (of_z * z).sum(axis=1, keepdims=True) * z) / lengths
    return of_both.reshape(2, count // 2, -1)


def row_numbers(
    similar: NDArray[np.float64], *, view: int, temperature: float
) -> NDArray[np.float64]:
    """How the loss of one view comes about, a row for each view.

    Returns
    -------
    float64 array (2n, 4): cosine, cosine / temperature, e to the power of that, its share of the sum.
    For the view itself the last two are 0.
    """
    scores = similar[view] / temperature
    raised = np.exp(scores)
    raised[view] = 0
    return np.stack([similar[view], scores, raised, raised / raised.sum()], axis=1)


def mean_share_alike(labels: NDArray[np.int64], *, count: int) -> float:
    """Of the other digits in batches of `count`, the share that shows the same digit as one of them."""
    batches = labels[: len(labels) // count * count].reshape(-1, count)
    alike = batches[:, :, None] == batches[:, None, :]
    return float((alike.sum() - alike.shape[0] * count) / (alike.shape[0] * count * (count - 1)))


def loss_and_spread(
    found: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float32]],
) -> NDArray[np.float64]:
    """Loss and spread of each epoch of a training by `simclr`: (epochs + 1, 2)."""
    return np.stack(found[:2], axis=1)


def watched_numbers(
    found: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float32]],
) -> NDArray[np.float32]:
    """The watched digits' numbers in each epoch of such a training: (epochs + 1, n, 64)."""
    return found[2].copy()


def untrained_projected(pictures: NDArray[np.uint8], *, seed: int = 0) -> NDArray[np.float32]:
    """What the loss compares before anything is learned: (n, 32)."""
    import torch

    start_epoch(seed, 0)
    network = encoder_and(projection(), numbers=NUMBERS)
    with torch.inference_mode():
        return np.array(network(as_tensor(pictures)).numpy())
