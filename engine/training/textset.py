"""Labelled sentences: which are learnt from, which are tested with, and what a run is measured by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError
from engine.language.classify import Labelled, fit, held_out, probabilities
from engine.language.head import SPREAD
from engine.rank import largest
from engine.softmax import softmax_rows
from engine.training.splits import LEARN, TEST, UNUSED

MOST_LABELS = 12

#: A run: curves, vectors, answers of all epochs, and what has been learnt; see `curves_in` and its like.
TextRun = tuple[NDArray[np.float64], NDArray[np.float32], NDArray[np.float64], bytes]
#: The same of one epoch.
TextShown = tuple[NDArray[np.float64], NDArray[np.float32], NDArray[np.float64], bytes]


def without_copies(lines: Labelled) -> Labelled:
    """Each sentence once, under its first label: a copy could be learnt from and tested with.

    Raises
    ------
    UserError : there are more than `MOST_LABELS` labels.
    """
    kept: dict[str, tuple[str, str]] = {}
    for label, text in lines:
        kept.setdefault(text.casefold(), (label, text))
    if (count := len({label for label, _text in kept.values()})) > MOST_LABELS:
        raise UserError(
            N_("There are {count} labels; up to {most} are possible. Write fewer."),
            count=count,
            most=MOST_LABELS,
        )
    return tuple(kept.values())


def text_roles(
    labels: NDArray[np.int64], *, each: int = 0, seed: int = 0, shuffled: bool = False
) -> NDArray[np.int8]:
    """Draw for each sentence what becomes of it: a third of each label is tested with.

    The test depends on `seed` only; with a greater `each`, the former ones are learnt from, too.

    Parameters
    ----------
    labels : int64 array (n,).
    each : int >= 0, how many of a label are learnt from at most; 0: all that are not tested.
    shuffled : bool, draw without looking at the labels.

    Returns
    -------
    int8 array (n,): `LEARN`, `TEST` or `UNUSED` of `engine.training.splits`.
    """
    order = np.random.default_rng([seed, 1])
    mixed = order.permutation(labels) if shuffled else labels
    roles = np.where(held_out(mixed, seed=seed), TEST, LEARN).astype(np.int8)
    for label in range(labels.max() + 1) if each else ():
        places = order.permutation(np.flatnonzero((labels == label) & (roles == LEARN)))
        roles[places[each:]] = UNUSED
    return roles


def role_counts(roles: NDArray[np.int8]) -> tuple[int, int]:
    """How many sentences are learnt from, and how many are tested with."""
    return int((roles == LEARN).sum()), int((roles == TEST).sum())


def label_counts(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many sentences each label has: int64 (labels,)."""
    return np.bincount(labels)


def measured_texts(
    scores: NDArray[np.floating], labels: NDArray[np.int64], roles: NDArray[np.int8]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Loss and accuracy on both sides, and the probabilities.

    Parameters
    ----------
    scores : array [shape=(n, labels)], what the head says of all sentences.

    Returns
    -------
    curve : float64 array (4,): the mean loss (-ln of the right label's probability) of those learnt
        from and tested with; the share of right answers of both. NaN for a side without sentences.
    answers : float64 array (n, labels), each row with the sum 1.
    """
    z = scores.astype(np.float64)
    answers = softmax_rows(z)
    right = answers[np.arange(len(labels)), labels]
    losses = -np.log(np.maximum(right, 1e-300))
    hits = answers.argmax(axis=1) == labels
    sides = [roles == LEARN, roles == TEST]
    found = [float(v[s].mean()) if s.any() else np.nan for v in (losses, hits) for s in sides]
    return np.array(found), answers


def collect_texts(shown: list[TextShown], state: bytes = b"") -> TextRun:
    """All epochs of a run as one value; its last state is not part of it."""
    curves, vectors, answers, learnt = zip(*shown, strict=True)
    return np.stack(curves), np.stack(vectors), np.stack(answers), learnt[-1]


# ------------------------------------------------------------------------------- parts of a run


def curves_in(run: TextRun) -> NDArray[np.float64]:
    """Float64 (epochs + 1, 4): loss learnt, loss tested, accuracy learnt, accuracy tested."""
    return run[0].copy()


def vectors_in(run: TextRun, *, epoch: int = -1) -> NDArray[np.float32]:
    """The vectors of all sentences after an epoch: float32 (n, numbers)."""
    return run[1][epoch].copy()


def answers_in(run: TextRun, *, epoch: int = -1) -> NDArray[np.float64]:
    """The probabilities of all sentences after an epoch: float64 (n, labels)."""
    return run[2][epoch].copy()


def tested_mask(roles: NDArray[np.int8]) -> NDArray[np.bool_]:
    """True for the sentences that are tested with, as `engine.language.classify` wants it."""
    return roles == TEST


# --------------------------------------------------------------------- what training has changed


def turned(run: TextRun) -> NDArray[np.float64]:
    """The cosine of each sentence's vector with what it was before training: float64 (n,)."""
    first, last = run[1][0].astype(np.float64), run[1][-1].astype(np.float64)
    lengths = np.sqrt((first**2).sum(axis=1) * (last**2).sum(axis=1))
    return (first * last).sum(axis=1) / np.maximum(lengths, 1e-12)


def most_turned(cosines: NDArray[np.float64], *, count: int = 3) -> tuple[int, ...]:
    """The sentences that have turned farthest, the farthest first."""
    return tuple(int(n) for n in largest(-cosines, count=count))


def nearness(vectors: NDArray[np.floating], labels: NDArray[np.int64]) -> tuple[float, float]:
    """The mean cosine of two sentences of one label, and of two of different labels."""
    rows = vectors.astype(np.float64)
    rows = rows / np.maximum(np.sqrt((rows**2).sum(axis=1, keepdims=True)), 1e-12)
    cosines = np.einsum("in,jn->ij", rows, rows)
    same = labels[:, None] == labels[None]
    others = ~np.eye(len(labels), dtype=bool)
    return float(cosines[same & others].mean()), float(cosines[~same].mean())


def text_maps(run: TextRun) -> NDArray[np.float32]:
    """All epochs on one map: the two widest directions of first and last epoch together.

    The directions are those of a principal component analysis, as in `engine.vectors.pca`.

    Returns
    -------
    float32 array (epochs + 1, n, 2).
    """
    ends = np.concatenate([run[1][0], run[1][-1]]).astype(np.float64)
    middle = ends.mean(axis=0)
    _u, _lengths, axes = np.linalg.svd(ends - middle, full_matrices=False)
    signs = np.sign(axes[np.arange(2), np.abs(axes[:2]).argmax(axis=1)])
    return np.einsum("end,kd->enk", run[1] - middle, axes[:2] * signs[:, None]).astype(np.float32)


# ----------------------------------------------------------- a head alone, on vectors that are there


def untrained_shares(
    vectors: NDArray[np.floating],
    labels: NDArray[np.int64],
    roles: NDArray[np.int8],
    *,
    seeds: int = 10,
) -> NDArray[np.float64]:
    """Right answers on the tested sentences by heads that nobody has trained: float64 (seeds,), 0..1."""
    tested = roles == TEST
    found = []
    for seed in range(seeds):
        chance = np.random.default_rng(seed)
        head = chance.normal(0, SPREAD, (labels.max() + 1, vectors.shape[1]))
        scores = np.einsum("cn,sn->sc", head, vectors[tested].astype(np.float64))
        found.append(float((scores.argmax(axis=1) == labels[tested]).mean()))
    return np.array(found)


def head_answers(
    vectors: NDArray[np.floating], labels: NDArray[np.int64], learnt: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The label that a trained head gives to each sentence: int64 (n,).

    The head is a logistic regression (`engine.language.classify.fit`), whose answers are those of
    scikit-learn's `LogisticRegression`.

    Parameters
    ----------
    learnt : bool array (n,), which sentences it learns from.
    """
    return probabilities(vectors, fit(vectors, labels, ~learnt)).argmax(axis=1).astype(np.int64)


def head_share(
    vectors: NDArray[np.floating], labels: NDArray[np.int64], roles: NDArray[np.int8]
) -> float:
    """The share of right answers of a trained head on the tested sentences, 0..1."""
    said, tested = head_answers(vectors, labels, roles == LEARN), roles == TEST
    return float((said == labels)[tested].mean())


def leak_shares(
    vectors: NDArray[np.floating], labels: NDArray[np.int64], roles: NDArray[np.int8]
) -> tuple[float, float, float]:
    """What a head seems to know if half of the tested sentences have slipped into what it learns from.

    Returns
    -------
    (share of right answers without the leak, on all tested ones; with it, on the half that slipped in;
    with it, on the other half).
    """
    tested = np.flatnonzero(roles == TEST)
    slipped = np.zeros(len(labels), bool)
    slipped[np.random.default_rng(0).permutation(tested)[::2]] = True
    right = head_answers(vectors, labels, (roles == LEARN) | slipped) == labels
    clean = (roles == TEST) & ~slipped
    honest = head_share(vectors, labels, roles)
    return honest, float(right[slipped].mean()), float(right[clean].mean())


def uneven_counts(
    vectors: NDArray[np.floating],
    labels: NDArray[np.int64],
    roles: NDArray[np.int8],
    *,
    few: int = 3,
) -> NDArray[np.int64]:
    """Train with all sentences of the first label, but only a few of each other one.

    Parameters
    ----------
    few : int, how many of each other label are learnt from, and about half as many tested with.

    Returns
    -------
    int64 array (labels, 3): how many are learnt from, tested with, and of these how many are right.
    """
    learnt, tested = roles == LEARN, roles == TEST
    for label in range(1, labels.max() + 1):
        for side, most in ((learnt, few), (tested, max(1, few // 2))):
            side[np.flatnonzero(side & (labels == label))[most:]] = False
    right = head_answers(vectors, labels, learnt) == labels
    sides = (learnt, tested, tested & right)
    return np.stack([np.bincount(labels[s], minlength=labels.max() + 1) for s in sides], axis=1)
