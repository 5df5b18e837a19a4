"""A pretrained network learns the learner's classes: four ways, on the same examples and seed.

"head"     only a new last layer learns; the rest is frozen, so its numbers are computed once. Their mean
           is taken off while it learns, which changes no answer but gets it there sooner.
"last"     the last group of layers learns as well.
"all"      everything learns, from ImageNet's weights on.
"scratch"  everything learns, from random weights on: the same architecture, knowing nothing.

J. Yosinski and others, "How transferable are features in deep neural networks?", 2014. The head alone
is a softmax regression (multinomial logistic regression) with the penalty of scikit-learn's
`LogisticRegression(C=1)`, whose answers it gives.

Batch normalisation keeps ImageNet's means and deviations in all but "scratch": those of a batch of eight
pictures are noise, and would spoil what the weights expect. From scratch there is nothing to keep, so
they are measured on the batches, as usual.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.softmax import softmax_rows
from engine.training.augment import varied
from engine.training.backbone import (
    LEARNING_GROUPS,
    first_learning,
    in_batches,
    learning_tensors,
    new_network,
    pictures_through,
    row_of_groups,
)
from engine.training.loop import epoch_of, pack_state, start_epoch, unpack_state
from engine.training.ownset import Examples
from engine.training.splits import LEARN, TEST

METHODS = tuple(LEARNING_GROUPS)
#: Step sizes and epochs by method, if the learner chooses none. The head learns by Adam, the others by
#: stochastic gradient descent with momentum.
DEFAULT_RATE = {"head": 0.005, "last": 0.001, "all": 0.0005, "scratch": 0.02}
DEFAULT_EPOCHS = {"head": 100, "last": 12, "all": 10, "scratch": 20}
MOMENTUM = 0.9
#: Variations of each picture that frozen layers compute beforehand when pictures are varied.
VARIATIONS = 4
#: The entry in a safetensors file under which its facts stand, as JSON.
FACTS = "numeroscope"
#: From scratch, how much a batch changes the kept means and deviations: few batches must do.
SCRATCH_STATISTICS = 0.3

Shown = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float32], bytes]
#: The weights of a group of layers that learn, each with a copy of its start.
Group = list[tuple[Any, Any]]
Run = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float32], bytes]


def finetune_steps(
    examples: Examples,
    roles: NDArray[np.int8],
    weights: str,
    *,
    method: str = "head",
    architecture: str = "mobilenet_v2",
    epochs: int = 20,
    batch: int = 8,
    rate: float = 0.0,
    seed: int = 0,
    augment: bool = False,
    mirror: bool = True,
    resume: bytes = b"",
) -> Iterator[tuple[Shown, bytes]]:
    """Train, and yield how far it is before the first epoch and after each.

    The step size falls along half a cosine to 0 at the end (I. Loshchilov, F. Hutter, "SGDR", 2017).

    Parameters
    ----------
    examples : with pictures uint8 (n, side, side, 3). roles : int8 array (n,), of `split_set`.
    weights : str, path of the safetensors file with the weights of ImageNet.
    method : str, of `METHODS`. architecture : str, of `backbone.ARCHITECTURES`.
    epochs : int >= 1. batch : int >= 1, pictures in a step. seed : int >= 0.
    rate : float >= 0, the first step size; 0 takes that of `DEFAULT_RATE`.
    augment : bool, learn from a random variation of each picture (`augment.varied`) in each epoch; where
        layers are frozen, of `VARIATIONS` that are drawn once. mirror : bool, also of mirrored ones.
    resume : bytes, a state that was yielded; then the epochs behind it are yielded.

    Yields
    ------
    shown : curve float64 (4,), the mean loss (cross-entropy) of those learnt from and those tested
        with, and the share of right answers of both; layers float64 (groups, 2), the mean length of the
        gradient in the epoch, and how far the weights are from their start, as a share of their length;
        probabilities float32 (tested, classes); trained bytes, after the last epoch the tensors that
        have learnt as a safetensors file, else empty.
    state : bytes, from which a run goes on.
    """
    import torch

    if batch < 2 or epochs < 1:
        raise ValueError(f"2 pictures in a step and 1 epoch at least, not {batch} and {epochs}")
    random = start_epoch(seed, 0)
    pictures, labels, names = examples[:3]
    learnt, tested = np.flatnonzero(roles == LEARN), np.flatnonzero(roles == TEST)
    truth = labels[learnt], labels[tested]
    from_nothing = method == "scratch"
    network = new_network(
        weights, architecture=architecture, classes=len(names), scratch=from_nothing
    )
    row = row_of_groups(network, architecture)
    first = first_learning(architecture, method)
    frozen = torch.nn.Sequential(*(group for _name, group in row[:first]))
    live = torch.nn.Sequential(*(group for _name, group in row[first:])).requires_grad_(True)
    plain = [pictures_through(frozen, pictures[part]) for part in (learnt, tested)]
    centre = plain[0].mean(dim=0) if method == "head" else 0.0
    plain = [x - centre for x in plain]
    versions = plain[:1]
    if augment and first:
        versions = plain[:1] + [
            pictures_through(frozen, varied(pictures[learnt], random, mirror=mirror)) - centre
            for _version in range(VARIATIONS)
        ]
    groups = [
        [(p, p.detach().clone()) for p in group.parameters() if p.requires_grad]
        for _name, group in row
    ]
    optimizer = optimizer_for(live, method, learnt=len(learnt))
    tensors = learning_tensors(network, architecture, method)
    done = -1
    if resume:
        unpack_state(resume, tensors, optimizer)
        done = epoch_of(resume)
    for epoch in range(done + 1, epochs + 1):
        random = start_epoch(seed, epoch)
        norms = np.zeros(len(row))
        if epoch:
            falling = (1 + math.cos(math.pi * (epoch - 1) / epochs)) / 2
            for part in optimizer.param_groups:
                part["lr"] = (rate or DEFAULT_RATE[method]) * falling
            if augment and not first:
                x = pictures_through(frozen, varied(pictures[learnt], random, mirror=mirror))
            else:
                chosen = random.integers(len(versions), size=len(learnt))
                x = versions[0]
                if len(versions) > 1:
                    x = torch.stack([versions[k][i] for i, k in enumerate(chosen.tolist())])
            measure_batches(live, from_nothing)
            norms = learn_once(live, groups, x, truth[0], optimizer, batch, random)
            measure_batches(live, False)
        curve, probabilities = measured(live, plain, truth)
        layers = np.stack([norms, changes(groups)], axis=1)
        trained = b""
        if epoch == epochs:
            final = uncentred(tensors, centre) if method == "head" else tensors
            trained = trained_bytes(final, architecture, method)
        yield (curve, layers, probabilities, trained), pack_state(tensors, optimizer, epoch=epoch)


def optimizer_for(live: Any, method: str, *, learnt: int) -> Any:
    """What takes the steps: Adam for the head alone, else stochastic gradient descent with momentum.

    The penalty of the head is w² / (2 learnt) for each weight w, none for its bias: with the mean loss
    that is the objective of scikit-learn's `LogisticRegression(C=1)`.
    """
    import torch

    if method == "head":
        weight, bias = live.parameters()
        groups = [{"params": [weight], "weight_decay": 1 / learnt}, {"params": [bias]}]
        return torch.optim.Adam(groups)
    return torch.optim.SGD(live.parameters(), lr=0.1, momentum=MOMENTUM)


def uncentred(tensors: Any, centre: Any) -> dict[str, Any]:
    """A head that has learnt from features minus `centre`, for the features as they are."""
    (weight_name, weight), (bias_name, bias) = tensors.items()
    return {weight_name: weight, bias_name: bias - weight @ centre}


def measure_batches(live: Any, measuring: bool) -> None:
    """Let batch normalisation take means and deviations from each batch, or use the kept ones."""
    import torch

    for module in live.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.train(measuring)
            module.momentum = SCRATCH_STATISTICS


def learn_once(
    live: Any,
    groups: list[Group],
    x: Any,
    truth: NDArray[np.int64],
    optimizer: Any,
    batch: int,
    random: np.random.Generator,
) -> NDArray[np.float64]:
    """One epoch: every picture once, in random order, at least `batch` in a step if there are so many.

    Returns
    -------
    float64 array (groups,): the mean length of the gradient of each group, 0 where none learns.
    """
    import torch

    answers = torch.from_numpy(truth)
    batches = np.array_split(random.permutation(len(x)), max(1, len(x) // batch))
    norms = np.zeros(len(groups))
    for chosen in batches:
        some = torch.from_numpy(chosen)
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(live(x[some]), answers[some])
        loss.backward()
        for number, group in enumerate(groups):
            norms[number] += math.sqrt(sum(float(p.grad.norm()) ** 2 for p, _old in group))
        optimizer.step()
    return norms / len(batches)


def measured(
    live: Any, plain: list[Any], truth: tuple[NDArray[np.int64], ...]
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """The curve of `finetune_steps`, and the probabilities of those tested with."""
    losses, shares = [], []
    chances = np.zeros((0, 0))
    for x, answers in zip(plain, truth, strict=True):
        scores = in_batches(live, x).double().numpy()
        chances = softmax_rows(scores)
        right = chances[np.arange(len(answers)), answers]
        losses.append(-np.log(np.maximum(right, 1e-300)).mean())
        shares.append((chances.argmax(axis=1) == answers).mean())
    return np.array([*losses, *shares]), chances.astype(np.float32)


def changes(groups: list[Group]) -> NDArray[np.float64]:
    """How far the weights of each group are from their start, as a share of their length: (groups,)."""
    found = []
    for group in groups:
        moved = sum(float(((weight.detach() - old) ** 2).sum()) for weight, old in group)
        length = sum(float((old**2).sum()) for _weight, old in group)
        found.append(math.sqrt(moved / length) if group else 0.0)
    return np.array(found)


def trained_bytes(tensors: Any, architecture: str, method: str) -> bytes:
    """Tensors that have learnt as a safetensors file, which says of what.

    In one entry, since safetensors writes several in an order that changes from run to run.
    """
    from safetensors.torch import save

    copies = {name: tensor.detach().contiguous().clone() for name, tensor in tensors.items()}
    facts = json.dumps({"architecture": architecture, "method": method})
    return save(copies, {FACTS: facts})


def collect_run(shown: list[Shown], state: bytes = b"") -> Run:
    """What `finetune` returns, of all epochs or of the first ones; the state is not needed."""
    curves, layers, probabilities, trained = zip(*shown, strict=True)
    return np.stack(curves), np.stack(layers), np.stack(probabilities), trained[-1]


def finetune(
    examples: Examples,
    roles: NDArray[np.int8],
    weights: str,
    *,
    method: str = "head",
    architecture: str = "mobilenet_v2",
    epochs: int = 20,
    batch: int = 8,
    rate: float = 0.0,
    seed: int = 0,
    augment: bool = False,
    mirror: bool = True,
) -> Run:
    """All epochs of `finetune_steps`, whose settings it takes.

    Returns
    -------
    curves float64 (epochs + 1, 4), layers float64 (epochs + 1, groups, 2), probabilities float32
    (epochs + 1, tested, classes), trained bytes.
    """
    steps = finetune_steps(
        examples,
        roles,
        weights,
        method=method,
        architecture=architecture,
        epochs=epochs,
        batch=batch,
        rate=rate,
        seed=seed,
        augment=augment,
        mirror=mirror,
    )
    return collect_run([shown for shown, _state in steps])


def curves_of(run: Run) -> NDArray[np.float64]:
    """For each epoch from 0 on: loss learnt, loss tested, accuracy learnt, accuracy tested."""
    return run[0].copy()


def layers_of(run: Run) -> NDArray[np.float64]:
    """For each epoch and group of layers: length of the gradient, change since the start."""
    return run[1].copy()


def probabilities_of(run: Run, *, epoch: int = -1) -> NDArray[np.float32]:
    """The probability of each class for each tested example after an epoch: (tested, classes)."""
    return run[2][epoch].copy()


def answers_of(run: Run, *, epoch: int = -1) -> NDArray[np.int64]:
    """The class that each tested example is taken for after an epoch: int64 (tested,)."""
    return run[2][epoch].argmax(axis=1).astype(np.int64)


def warm_up() -> None:
    """Load PyTorch and torchvision, so that the first run begins at once."""
    import torchvision

    torchvision.models.mobilenet_v2()
