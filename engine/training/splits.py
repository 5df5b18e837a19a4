"""Which examples are learnt from and which are kept for the test.

What counts is how a network does on examples that it has never seen. A copy of a learnt picture among
the tested ones makes the result look better than it is (a leak), so copies are looked for first and
stay together on one side.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError
from engine.training.ownset import MOST_CLASSES, Examples, too_many_classes
from engine.vectors.trust import pair_distances

#: What becomes of an example.
UNUSED, LEARN, TEST = 0, 1, 2
#: Two pictures are copies if their thumbnails of 16 x 16 differ by less, on average (root of the mean
#: square, in gray levels of 0..255): the same photo saved again by another program does by 1 or so.
COPY_LEVELS, THUMBNAIL = 2.5, 16


def split_set(
    examples: Examples,
    *,
    each: int = 10,
    share: float = 0.3,
    seed: int = 0,
    together: bool = True,
) -> NDArray[np.int8]:
    """Draw for each example whether it is learnt from or tested with.

    In each class a share is drawn for the test, then at most `each` of the rest to learn from. The test
    depends on `seed` and `share` only, and with a greater `each` the former ones are learnt from, too;
    so results for different numbers can be compared.

    Parameters
    ----------
    examples : of `engine.training.ownset` or `readysets`.
    each : int >= 0, how many of a class are learnt from at most; 0: all that are not tested.
    share : float, 0..1, of each class that is tested, at least one.
    seed : int >= 0.
    together : bool, keep copies of one picture on one side; False lets chance decide (a trap).

    Returns
    -------
    int8 array (n,): 1 `LEARN`, 2 `TEST`, 0 `UNUSED`.

    Raises
    ------
    UserError : fewer than two classes, or too many, or a class without two different examples.
    """
    pictures, labels, names = examples[:3]
    if len(names) < 2:
        raise UserError(
            N_("Only “{name}” has examples. Training needs at least two classes with examples."),
            name=names[0] if names else "?",
        )
    if len(names) > MOST_CLASSES:
        raise too_many_classes(len(names))
    groups = duplicate_groups(examples) if together else np.arange(len(pictures))
    random = np.random.default_rng(seed)
    roles = np.zeros(len(pictures), np.int8)
    for number, name in enumerate(names):
        # A group belongs to the class of its first example.
        firsts = [i for i in np.unique(groups) if labels[i] == number]
        if len(firsts) < 2:
            raise UserError(
                N_(
                    "The class “{name}” needs at least two different examples, one to learn from and "
                    "one to test with; with copies counted once it has {count}."
                ),
                name=name,
                count=len(firsts),
            )
        order = random.permutation(firsts)
        wanted = max(1, round(share * int((labels == number).sum())))
        tested = learnt = 0
        for place, group in enumerate(order):
            members = np.flatnonzero(groups == group)
            if tested < wanted and place < len(order) - 1:
                roles[members] = TEST
                tested += len(members)
            elif not each or learnt < each:
                members = members[: each - learnt] if each else members
                roles[members] = LEARN
                learnt += len(members)
    return roles


def duplicate_groups(examples: Examples) -> NDArray[np.int64]:
    """Which examples are copies of one another, or nearly.

    Returns
    -------
    int64 array (n,): the index of the first example of each one's group; its own, if it is alone.
    """
    from scipy.sparse.csgraph import connected_components

    gray = examples[0].mean(axis=3)
    count, side = gray.shape[:2]
    edges = np.arange(THUMBNAIL) * side // THUMBNAIL
    areas = np.diff([*edges, side])
    sums = np.add.reduceat(np.add.reduceat(gray, edges, axis=1), edges, axis=2)
    thumbnails = (sums / np.outer(areas, areas)).reshape(count, -1)
    near = pair_distances(thumbnails) / THUMBNAIL < COPY_LEVELS
    _number, parts = connected_components(near, directed=False)
    _parts, firsts = np.unique(parts, return_index=True)
    return firsts[parts].astype(np.int64)


def copies(examples: Examples) -> tuple[tuple[int, int], ...]:
    """The copies of a set: pairs of indices, the first of the same pictures and a further one."""
    groups = duplicate_groups(examples)
    return tuple((int(groups[i]), i) for i in range(len(groups)) if groups[i] != i)


def leaks(examples: Examples, roles: NDArray[np.int8]) -> tuple[tuple[int, int], ...]:
    """Tested examples of which a copy is learnt: pairs of indices (learnt, tested)."""
    groups = duplicate_groups(examples)
    learnt = {int(groups[i]): int(i) for i in np.flatnonzero(roles == LEARN)[::-1]}
    tested = np.flatnonzero(roles == TEST)
    return tuple((learnt[int(groups[i])], int(i)) for i in tested if int(groups[i]) in learnt)


def split_counts(examples: Examples, roles: NDArray[np.int8]) -> NDArray[np.int64]:
    """How many of each class are learnt from and tested with: int64 (classes, 2)."""
    classes = len(examples[2])
    sides = [np.bincount(examples[1][roles == role], minlength=classes) for role in (LEARN, TEST)]
    return np.stack(sides, axis=1)


def indices_of(roles: NDArray[np.int8], *, role: int = TEST) -> NDArray[np.int64]:
    """The indices of the examples with a role, ascending."""
    return np.flatnonzero(roles == role).astype(np.int64)
