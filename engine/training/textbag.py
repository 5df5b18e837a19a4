"""A small encoder that knows nothing at first: the mean of the vectors of a sentence's pieces.

Each word, or each run of one and two characters, gets a vector drawn by chance. A sentence is the mean
of its pieces' vectors, scaled to length 1, and a head makes scores of it. The vectors learn, or stay as
they were drawn. Nothing was read before, so any language is as good as another.

A. Joulin and others, "Bag of tricks for efficient text classification" (fastText), 2016.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.language.search import pieces_of
from engine.training.loop import epoch_of, pack_state, start_epoch, unpack_state
from engine.training.splits import LEARN
from engine.training.textset import TextRun, TextShown, collect_texts, measured_texts

NUMBERS = 50  # of each vector
BAG_BATCH = 16  # sentences in a step
BAG_RATE = 0.01  # of Adam
NO_PIECE = 0  # stands for what no learnt sentence has, and fills up the rows; its vector is 0


def piece_numbers(texts: tuple[str, ...], *, unit: str) -> dict[str, int]:
    """A number, from 1 on, for each piece of some texts; see `pieces_of`."""
    pieces = {piece for text in texts for piece in pieces_of(text, unit)}
    return {piece: number for number, piece in enumerate(sorted(pieces), 1)}


def piece_table(texts: tuple[str, ...], numbers: dict[str, int], *, unit: str) -> NDArray[np.int64]:
    """The numbers of the pieces of texts, `NO_PIECE` behind them: int64 (texts, most)."""
    rows = [[numbers[p] for p in pieces_of(text, unit) if p in numbers] for text in texts]
    table = np.full((len(rows), max(1, *map(len, rows))), NO_PIECE, np.int64)
    for row, found in zip(table, rows, strict=True):
        row[: len(found)] = found
    return table


def mean_of_pieces(vectors: Any, table: Any) -> Any:
    """Sentences as means of their pieces, scaled to length 1; zeros without a known piece."""
    import torch

    known = (table != NO_PIECE)[..., None]
    means = (vectors[table] * known).sum(dim=1) / known.sum(dim=1).clamp(min=1)
    return torch.nn.functional.normalize(means, dim=1)


def textbag_steps(
    sentences: tuple[str, ...],
    labels: NDArray[np.int64],
    roles: NDArray[np.int8],
    *,
    unit: str = "grams",
    learning: bool = True,
    epochs: int = 30,
    seed: int = 0,
    resume: bytes = b"",
) -> Iterator[tuple[TextShown, bytes]]:
    """Train, and yield how far it is before the first epoch and after each.

    Parameters
    ----------
    sentences, labels, roles : as of `engine.training.texttune`.
    unit : "word" or "grams", see `pieces_of`. learning : bool, whether the vectors learn, too.
    epochs : int >= 1. seed : int >= 0. resume : bytes, a state that was yielded.

    Yields
    ------
    shown : as `texttune_steps`; vectors have 50 numbers, and what has been learnt are the vectors of the
        pieces and the head. state : bytes.
    """
    import torch
    from safetensors.torch import save

    start_epoch(seed, 0)
    known = tuple(text for text, role in zip(sentences, roles, strict=True) if role == LEARN)
    numbers = piece_numbers(known, unit=unit)
    table = torch.from_numpy(piece_table(sentences, numbers, unit=unit))
    truth = torch.from_numpy(np.array(labels))
    pieces = torch.randn(len(numbers) + 1, NUMBERS).requires_grad_(learning)
    head = torch.nn.Linear(NUMBERS, int(labels.max()) + 1)
    torch.nn.init.zeros_(head.bias)
    tensors = {"pieces": pieces, "weight": head.weight, "bias": head.bias}
    optimizer = torch.optim.Adam([t for t in tensors.values() if t.requires_grad], lr=BAG_RATE)
    done = -1
    if resume:
        unpack_state(resume, tensors, optimizer)
        done = epoch_of(resume)
    places = np.flatnonzero(roles == LEARN)
    for epoch in range(done + 1, epochs + 1):
        order = start_epoch(seed, epoch).permutation(places)
        for first in range(0, len(order) if epoch else 0, BAG_BATCH):
            some = torch.from_numpy(order[first : first + BAG_BATCH])
            scores = head(mean_of_pieces(pieces, table[some]))
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(scores, truth[some]).backward()
            optimizer.step()
        with torch.no_grad():
            vectors = mean_of_pieces(pieces, table)
            curve, answers = measured_texts(head(vectors).numpy(), labels, roles)
        kept = {name: tensor.detach().clone() for name, tensor in tensors.items()}
        learnt = save(kept) if epoch == epochs else b""
        yield (curve, vectors.numpy(), answers, learnt), pack_state(kept, optimizer, epoch=epoch)


def textbag(
    sentences: tuple[str, ...],
    labels: NDArray[np.int64],
    roles: NDArray[np.int8],
    *,
    unit: str = "grams",
    learning: bool = True,
    epochs: int = 30,
    seed: int = 0,
) -> TextRun:
    """All epochs of `textbag_steps`, whose settings it takes; see `texttune`."""
    steps = textbag_steps(
        sentences, labels, roles, unit=unit, learning=learning, epochs=epochs, seed=seed
    )
    return collect_texts([shown for shown, _state in steps])


def bag_answers(
    run: TextRun,
    sentences: tuple[str, ...],
    roles: NDArray[np.int8],
    new: tuple[str, ...],
    *,
    unit: str = "grams",
) -> NDArray[np.float64]:
    """What it says of new sentences: float64 (new, labels), probabilities."""
    import torch
    from safetensors.torch import load

    parts = load(run[3])
    known = tuple(text for text, role in zip(sentences, roles, strict=True) if role == LEARN)
    table = torch.from_numpy(piece_table(new, piece_numbers(known, unit=unit), unit=unit))
    vectors = mean_of_pieces(parts["pieces"], table)
    scores = vectors @ parts["weight"].T + parts["bias"]
    return scores.double().softmax(dim=1).numpy()


def share_of_unknown_pieces(
    sentences: tuple[str, ...], roles: NDArray[np.int8], *, unit: str = "grams"
) -> float:
    """The share of the tested sentences' pieces that no learnt sentence has, 0..1."""
    known = tuple(text for text, role in zip(sentences, roles, strict=True) if role == LEARN)
    numbers = piece_numbers(known, unit=unit)
    others = [text for text, role in zip(sentences, roles, strict=True) if role != LEARN]
    pieces = [piece for text in others for piece in pieces_of(text, unit)]
    return sum(piece not in numbers for piece in pieces) / max(1, len(pieces))
