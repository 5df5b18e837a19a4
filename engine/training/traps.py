"""Traps of a training on few examples: answers among what is learnt, a cue that is not the thing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.training.ownset import Examples
from engine.training.splits import LEARN, TEST

#: Colours of frames, told apart by colour-blind eyes (Okabe and Ito, 2008).
FRAMES = np.array(
    [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [230, 159, 0], [86, 180, 233]],
    np.uint8,
)
#: The width of a frame, as a share of the picture's side.
FRAME = 0.09


def some_of_each(
    examples: Examples, roles: NDArray[np.int8], *, learnt: int = 10, tested: int = 10
) -> tuple[Examples, NDArray[np.int8]]:
    """A smaller set and its roles: of each class the first so many of both sides.

    Parameters
    ----------
    roles : int8 array (n,), of `split_set`.
    learnt, tested : int, how many of a class are kept at most to learn from, and to test with.
    """
    pictures, labels, names, files, skipped = examples
    kept = [
        place
        for number in range(len(names))
        for role, most in ((LEARN, learnt), (TEST, tested))
        for place in np.flatnonzero((labels == number) & (roles == role))[:most].tolist()
    ]
    less = (pictures[kept], labels[kept], names, tuple(files[n] for n in kept), skipped)
    return less, roles[kept]


def part_examples(part: tuple[Examples, NDArray[np.int8]]) -> Examples:
    """The set of `some_of_each`."""
    return part[0]


def part_roles(part: tuple[Examples, NDArray[np.int8]]) -> NDArray[np.int8]:
    """The roles of `some_of_each`: int8 (n,)."""
    return part[1].copy()


def framed(examples: Examples, roles: NDArray[np.int8], *, moved: int = 0) -> Examples:
    """The same set with a frame round each picture, whose colour tells the class.

    Parameters
    ----------
    roles : int8 array (n,), of `split_set`.
    moved : int, by how many classes the colours are moved on in the test; 0: they tell the class.
        There are `FRAMES` colours; classes beyond these have those of the first ones again.
    """
    pictures, labels, names, files, skipped = examples
    drawn = pictures.copy()
    wide = max(1, round(FRAME * pictures.shape[1]))
    own = labels % len(FRAMES)
    told = np.where(roles == TEST, (own + moved) % min(len(names), len(FRAMES)), own)
    colours = FRAMES[told][:, None, None, :]
    for side in (np.s_[:, :wide], np.s_[:, -wide:], np.s_[:, :, :wide], np.s_[:, :, -wide:]):
        drawn[side] = colours
    return drawn, labels, names, files, skipped


def head_answers(
    learnt: NDArray[np.float32],
    tested: NDArray[np.float32],
    examples: Examples,
    roles: NDArray[np.int8],
    *,
    leaked: bool = False,
) -> NDArray[np.int64]:
    """What a head of logistic regression answers to the test.

    Parameters
    ----------
    learnt, tested : float32 arrays [shape=(n, d)], of `backbone.embeddings`: what the head learns from
        and what it is tested with; the same, unless the test looks otherwise.
    roles : int8 array (n,), of `split_set`.
    leaked : bool, learn from the tested examples, too: the trap.

    Returns
    -------
    int64 array (tested,), the class of each tested example in the order of the set.
    """
    from sklearn.linear_model import LogisticRegression

    known = np.isin(roles, (LEARN, TEST)) if leaked else roles == LEARN
    with threadpool_limits(limits=1):  # one thread adds in one order
        # The best weights lie in the span of the rows that are learnt: its few axes say all.
        axes = np.linalg.qr(learnt[known].T.astype(np.float64))[0]
        model = LogisticRegression(max_iter=1000).fit(learnt[known] @ axes, examples[1][known])
        return np.asarray(model.predict(tested[roles == TEST] @ axes), np.int64)


def right_of(answers: NDArray[np.int64], examples: Examples, roles: NDArray[np.int8]) -> int:
    """How many of the tested examples got the right answer."""
    return int((answers == examples[1][roles == TEST]).sum())
