"""Clouds of points for maps: which words or sentences, their vectors, and what colours them."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError
from engine.vectors.static import open_table
from engine.vectors.trust import nearest_points, pair_distances

#: The bands of how often a word stands in the text, and of how frequent it is in the table.
OFTEN = (N_("once"), N_("2 to 4 times"), N_("5 times or more"))
RANKS = (N_("ranks 1 to 300"), N_("301 to 1,000"), N_("1,001 to 3,000"), N_("beyond 3,000"))
THIRDS = (N_("first third"), N_("second third"), N_("last third"))


def frequent_words(
    tokens: tuple[str, ...], data: bytes, *, skip: int = 150, most: int = 1000
) -> tuple[str, ...]:
    """The most frequent words of a text that the table knows, its own most frequent ones left out.

    Parameters
    ----------
    tokens : tuple of str, the words of the text, small letters.
    data : bytes, a vectors file.
    skip : int, how many of the table's most frequent words ("the", "of", ...) do not count.
    most : int, how many at most.

    Raises
    ------
    UserError : there are fewer than three.
    """
    numbers = open_table(data).numbers
    counts = Counter(t for t in tokens if numbers.get(t, -1) >= skip and not t.isdigit())
    found = tuple(word for word, _count in counts.most_common(most))
    if len(found) < 3:
        raise UserError(
            N_(
                "These vectors know only {count} words of this text beside the most frequent ones. "
                "Choose other vectors or a longer text."
            ),
            count=len(found),
        )
    return found


def often_labels(words: tuple[str, ...], tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The band of `OFTEN` of each word."""
    counts = Counter(tokens)
    return tuple(OFTEN[(counts[w] >= 2) + (counts[w] >= 5)] for w in words)


def frequent_rows(data: bytes, *, count: int) -> NDArray[np.float32]:
    """The vectors of the most frequent words of a table: float32 (count, numbers)."""
    return open_table(data).rows[:count].astype(np.float32)


def frequent_names(data: bytes, *, count: int) -> tuple[str, ...]:
    """The most frequent words of a table, the most frequent first."""
    return open_table(data).words[:count]


def rank_labels(*, count: int) -> tuple[str, ...]:
    """The band of `RANKS` of each of the first `count` words."""
    return tuple(RANKS[(n >= 300) + (n >= 1000) + (n >= 3000)] for n in range(count))


def third_labels(sentences: tuple[str, ...]) -> tuple[str, ...]:
    """In which third of the text each sentence stands."""
    return tuple(THIRDS[3 * n // len(sentences)] for n in range(len(sentences)))


def unwrapped(text: str) -> str:
    """The text with each paragraph in one line; paragraphs end at empty lines."""
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return "\n".join(paragraph for paragraph in paragraphs if paragraph)


def rows_at(vectors: NDArray[Any], numbers: NDArray[np.int64]) -> NDArray[Any]:
    """Some rows of a matrix."""
    return vectors[numbers]


def items_at(items: tuple[str, ...], numbers: NDArray[np.int64]) -> tuple[str, ...]:
    """Some items of a tuple."""
    return tuple(items[n] for n in numbers.tolist())


def one_hot_rows(items: tuple[str, ...]) -> NDArray[np.float32]:
    """A one-hot row for each item, all different: float32 (n, n)."""
    return np.eye(len(items), dtype=np.float32)


def first_two(points: NDArray[Any]) -> NDArray[np.float32]:
    """The first two numbers of each point, where made clouds have their geometry."""
    return points[:, :2].astype(np.float32)


def distance_range(vectors: NDArray[Any]) -> tuple[float, float]:
    """The least and the greatest distance (Euclid) between two points."""
    distances = pair_distances(vectors)
    apart = distances[np.isfinite(distances)]
    return float(apart.min()), float(apart.max())


def group_facts(layout: NDArray[Any], labels: tuple[str, ...]) -> tuple[float, float]:
    """How much wider the widest group is than the narrowest, and how unequal the gaps are.

    Parameters
    ----------
    layout : array of real numbers [shape=(n, d)].
    labels : tuple of str, one a point.

    Returns
    -------
    (ratio of the root mean square distances to the centre of the group; ratio of the greatest to the
    least distance of two centres). 1.0 where there are too few groups.
    """
    names, place = np.unique(labels, return_inverse=True)
    points = np.asarray(layout, np.float64)
    centres = np.stack([points[place == k].mean(axis=0) for k in range(len(names))])
    squares = ((points - centres[place]) ** 2).sum(axis=1)
    widths = np.sqrt([squares[place == k].mean() for k in range(len(names))])
    gaps = np.linalg.norm(centres[:, None] - centres[None], axis=2)[np.triu_indices(len(names), 1)]
    wider = widths.max() / widths.min() if widths.min() > 0 else 1.0
    farther = gaps.max() / gaps.min() if gaps.size and gaps.min() > 0 else 1.0
    return float(wider), float(farther)


def rank_correlations(layout: NDArray[Any]) -> tuple[float, ...]:
    """How far each axis puts the points in their order in the table (C. Spearman, 1904).

    Parameters
    ----------
    layout : array of real numbers [shape=(n, d)], without equal numbers in a column; row 0 comes first.

    Returns
    -------
    tuple of d floats, -1..1: 1 the same order, -1 the reverse, 0 neither. 0 for a single point.
    """
    if len(layout) < 2:
        return (0.0,) * layout.shape[1]
    places = np.argsort(np.argsort(layout, axis=0, kind="stable"), axis=0, kind="stable")
    middle = (len(layout) - 1) / 2
    first = np.arange(len(layout)) - middle
    return tuple(float(first @ (column - middle) / (first @ first)) for column in places.T)


def same_label_share(
    vectors: NDArray[Any], labels: tuple[str, ...], *, count: int = 5
) -> tuple[float, float]:
    """How many of the points' nearest ones, by the cosine, have their own label; and by chance.

    Parameters
    ----------
    vectors : array of real numbers [shape=(n, d)].
    labels : tuple of n str.
    count : int, how many of the nearest points of each are looked at.

    Returns
    -------
    (the share of the nearest points; the share of all other points), 0..1.
    """
    _names, own = np.unique(labels, return_inverse=True)
    near = nearest_points(vectors, count=count, metric="cosine")
    sizes = np.bincount(own)
    others = (sizes * (sizes - 1.0)).sum() / (len(own) * (len(own) - 1.0))
    return float((own[near] == own[:, None]).mean()), float(others)


def share_kept(
    vectors: NDArray[Any], layout: NDArray[Any], *, neighbours: int = 10, metric: str = "cosine"
) -> float:
    """The mean share of the nearest neighbours in the full space that the map keeps, 0..1."""
    true = nearest_points(vectors, count=neighbours, metric=metric)
    seen = nearest_points(layout, count=neighbours)
    return float((true[:, :, None] == seen[:, None, :]).any(axis=2).mean())


def neighbour_riddle(
    vectors: NDArray[Any], layout: NDArray[Any], *, metric: str = "cosine"
) -> tuple[int, tuple[int, ...], int]:
    """A point whose nearest one on the map is far in the full space, and three to choose from.

    Returns
    -------
    (the point, three others in ascending order, the one that is nearest in the full space). The others
    are its nearest on the map and one in the middle of the ranking. The point is -1 if there is none.
    """
    true = nearest_points(vectors, count=len(vectors) - 1, metric=metric)
    seen = nearest_points(layout, count=1)[:, 0]
    rank = np.argmax(true == seen[:, None], axis=1)  # of the map's nearest, in the full space
    point = int(np.argmax(rank))
    middle = int(true[point, len(true[point]) // 2])
    three = {int(true[point, 0]), int(seen[point]), middle}
    if len(three) < 3:
        return -1, (), -1
    return point, tuple(sorted(three)), int(true[point, 0])
