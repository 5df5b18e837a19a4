"""A pretrained encoder of sentences learns labels: its layers frozen, or the last ones, or all.

MiniLM turns a sentence into the mean of its tokens' vectors, 384 numbers of length 1
(`engine.vectors.contextual`). A new head, one row of 384 weights and a bias for each label, makes scores
of it. The embeddings of the tokens stay as they are; of the six layers, as many at the end learn as
asked for. What lies below them is the same in every epoch, so it is computed once.

J. Howard and S. Ruder, "Universal language model fine-tuning for text classification", 2018; J. Devlin
and others, "BERT", 2018. The layers learn by Adafactor (N. Shazeer and M. Stern, 2018, PyTorch's), whose
rate is relative: a step changes a matrix by about that share of its size. Dropout is off, so runs differ
in nothing but their settings.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.language.head import SPREAD
from engine.language.network import PAD, bert, to_ids
from engine.training.loop import epoch_of, pack_state, start_epoch, unpack_state
from engine.training.splits import LEARN
from engine.training.textset import TextRun, TextShown, collect_texts, measured_texts

LAYERS = 6  # of MiniLM
LONGEST_SENTENCE = 32  # tokens; what comes behind them is cut off
BATCH = 16  # sentences in a step
HEAD_RATE = 4.0  # of plain gradient descent: a vector of length 1 makes small gradients


def token_table(weights: str, sentences: tuple[str, ...]) -> NDArray[np.int64]:
    """The ids of sentences, [PAD] behind the shorter ones: int64 (sentences, longest)."""
    rows = [to_ids(weights, text, longest=LONGEST_SENTENCE)[0] for text in sentences]
    table = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
    for row, ids in zip(table, rows, strict=True):
        row[: len(ids)] = ids
    return table


def through(layers: Any, x: Any, seen: Any) -> Any:
    """Some of BERT's layers, one after the other.

    Parameters
    ----------
    x : tensor (sentences, tokens, width). seen : tensor (sentences, tokens) of bool, False for [PAD].
    """
    import torch

    # What is added to the scores of attention: nothing to a token, a huge negative number to [PAD].
    mask = torch.zeros(seen.shape, device=x.device)
    mask = mask.masked_fill(~seen, torch.finfo(torch.float32).min)[:, None, None, :]
    for layer in layers:
        x = layer(x, mask)
    return x


def pooled_unit(x: Any, seen: Any) -> Any:
    """The mean of each sentence's tokens, scaled to length 1: tensor (sentences, width)."""
    import torch

    means = (x * seen[..., None]).sum(dim=1) / seen.sum(dim=1, keepdim=True)
    return torch.nn.functional.normalize(means, dim=1)


def frozen_below(weights: str, ids: NDArray[np.int64], *, learning: int) -> Any:
    """What comes out of the embeddings and the frozen layers: tensor (sentences, tokens, width)."""
    import torch

    _tokenizer, network = bert(weights)
    found = []
    with torch.no_grad():
        for first in range(0, len(ids), BATCH):
            some = torch.from_numpy(ids[first : first + BATCH]).to(network.device)
            x = network.embeddings(input_ids=some)
            x = through(network.encoder.layer[: LAYERS - learning], x, some != PAD)
            found.append(x.cpu())
    return torch.cat(found)


def batch_vectors(weights: str, sentences: tuple[str, ...]) -> NDArray[np.float32]:
    """The vectors of sentences before any training, some at a time: float32 (n, 384).

    They are those of `engine.vectors.contextual.sentence_vectors`, but for the last digits.
    """
    import torch

    ids = token_table(weights, sentences)
    return pooled_unit(frozen_below(weights, ids, learning=0), torch.from_numpy(ids != PAD)).numpy()


def texttune_steps(
    weights: str,
    sentences: tuple[str, ...],
    labels: NDArray[np.int64],
    roles: NDArray[np.int8],
    *,
    learning: int = LAYERS,
    epochs: int = 4,
    rate: float = 0.003,
    seed: int = 0,
    resume: bytes = b"",
) -> Iterator[tuple[TextShown, bytes]]:
    """Train, and yield how far it is before the first epoch and after each.

    Parameters
    ----------
    weights : str, the folder of MiniLM.
    sentences : tuple of n str. labels : int64 array (n,), from 0 on. roles : int8 array (n,).
    learning : int, 0..6, how many layers learn, the last ones; the head learns always.
    epochs : int >= 1. rate : float > 0, of the layers: the share of its size that a step changes.
    seed : int >= 0. resume : bytes, a state that was yielded; then the epochs behind it are yielded.

    Yields
    ------
    shown : curve float64 (4,) and answers float64 (n, labels), see `measured_texts`; vectors float32
        (n, 384) of all sentences; after the last epoch what has been learnt, see `learnt_bytes`.
    state : bytes, from which a run goes on.
    """
    import torch

    if not 0 <= learning <= LAYERS or epochs < 1:
        raise ValueError(f"0 to {LAYERS} layers and 1 epoch at least, not {learning} and {epochs}")
    start_epoch(seed, 0)
    ids = token_table(weights, sentences)
    seen, truth = torch.from_numpy(ids != PAD), torch.from_numpy(np.array(labels))
    below = frozen_below(weights, ids, learning=learning)
    old = copy.deepcopy(bert(weights)[1].encoder.layer[LAYERS - learning :]).cpu()
    layers = copy.deepcopy(old).requires_grad_(True)
    head = torch.nn.Linear(below.shape[2], int(labels.max()) + 1)
    torch.nn.init.normal_(head.weight, std=SPREAD)
    torch.nn.init.zeros_(head.bias)
    tensors = named(layers, head)
    slow = torch.optim.Adafactor(layers.parameters(), lr=rate) if learning else None
    fast = torch.optim.SGD(head.parameters(), lr=HEAD_RATE)
    done = -1
    if resume:
        unpack_state(resume, tensors, slow)
        done = epoch_of(resume)
    places = np.flatnonzero(roles == LEARN)
    for epoch in range(done + 1, epochs + 1):
        order = start_epoch(seed, epoch).permutation(places)
        for first in range(0, len(order) if epoch else 0, BATCH):
            some = torch.from_numpy(order[first : first + BATCH])
            vectors = vectors_of(layers, below, seen, some)
            torch.nn.functional.cross_entropy(head(vectors), truth[some]).backward()
            for optimizer in (slow, fast) if slow else (fast,):
                optimizer.step()
                optimizer.zero_grad()
        with torch.no_grad():
            parts = torch.arange(len(ids)).split(BATCH)
            vectors = torch.cat([vectors_of(layers, below, seen, part) for part in parts])
            scores = head(vectors).numpy()
        curve, answers = measured_texts(scores, labels, roles)
        learnt = learnt_bytes(layers, old, head) if epoch == epochs else b""
        yield (curve, vectors.numpy(), answers, learnt), pack_state(tensors, slow, epoch=epoch)


def named(layers: Any, head: Any) -> dict[str, Any]:
    """The tensors that learn, by name: first those of the layers, then those of the head."""
    found = {f"layers.{name}": tensor for name, tensor in layers.named_parameters()}
    return found | {f"head.{name}": tensor for name, tensor in head.named_parameters()}


def vectors_of(layers: Any, below: Any, seen: Any, some: Any) -> Any:
    """The vectors of some sentences: what lies below goes through the layers that learn."""
    width = int(seen[some].sum(dim=1).max())  # the rest is [PAD] for all of them
    visible = seen[some, :width]
    return pooled_unit(through(layers, below[some, :width], visible), visible)


def learnt_bytes(layers: Any, old: Any, head: Any) -> bytes:
    """What has been learnt, as a safetensors file: the head, and how much each layer has changed.

    A change is small, so 16 bits hold it to a thousandth of itself.
    """
    import torch
    from safetensors.torch import save

    before = dict(old.named_parameters())
    found = {f"head.{name}": tensor.detach() for name, tensor in head.named_parameters()}
    for name, tensor in layers.named_parameters():
        change = (tensor.detach() - before[name]).to(torch.float16)
        found[f"layers.{name}"] = change
    return save({name: tensor.contiguous().clone() for name, tensor in found.items()})


def texttune(
    weights: str,
    sentences: tuple[str, ...],
    labels: NDArray[np.int64],
    roles: NDArray[np.int8],
    *,
    learning: int = LAYERS,
    epochs: int = 4,
    rate: float = 0.003,
    seed: int = 0,
) -> TextRun:
    """All epochs of `texttune_steps`, whose settings it takes.

    Returns
    -------
    curves float64 (epochs + 1, 4), vectors float32 (epochs + 1, n, 384), answers float64
    (epochs + 1, n, labels), learnt bytes.
    """
    settings = {"learning": learning, "epochs": epochs, "rate": rate, "seed": seed}
    steps = texttune_steps(weights, sentences, labels, roles, **settings)  # type: ignore[arg-type]
    return collect_texts([shown for shown, _state in steps])


def new_answers(weights: str, run: TextRun, sentences: tuple[str, ...]) -> NDArray[np.float64]:
    """What a trained network says of new sentences.

    Returns
    -------
    float64 array (sentences, labels): probabilities.
    """
    import torch
    from safetensors.torch import load

    parts = load(run[3])
    learning = len({name.split(".")[1] for name in parts if name.startswith("layers.")})
    ids = token_table(weights, sentences)
    x, seen = frozen_below(weights, ids, learning=learning), torch.from_numpy(ids != PAD)
    layers = copy.deepcopy(bert(weights)[1].encoder.layer[LAYERS - learning :]).cpu()
    with torch.no_grad():
        for name, tensor in layers.named_parameters():
            tensor += parts[f"layers.{name}"].float()
        scores = torch.nn.functional.linear(
            pooled_unit(through(layers, x, seen), seen), parts["head.weight"], parts["head.bias"]
        )
        return scores.double().softmax(dim=1).numpy()


def trained_numbers(weights: str, *, learning: int, labels: int) -> tuple[int, int]:
    """How many numbers learn, and how many the network has with its new head."""
    _tokenizer, network = bert(weights)
    top = network.encoder.layer[LAYERS - learning :]
    head = labels * (network.config.hidden_size + 1)
    whole = sum(p.numel() for name, p in network.named_parameters() if "pooler" not in name)
    return sum(p.numel() for p in top.parameters()) + head, whole + head
