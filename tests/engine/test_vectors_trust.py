"""Trust in maps against scikit-learn, and fair samples."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from scipy.stats import spearmanr
from sklearn import manifold

from engine.errors import UserError
from engine.vectors.mapdata import (
    OFTEN,
    frequent_words,
    group_facts,
    neighbour_riddle,
    often_labels,
    rank_correlations,
    same_label_share,
    unwrapped,
)
from engine.vectors.sampling import fair_sample
from engine.vectors.shapes import made_labels, made_points
from engine.vectors.static import open_table, word_vectors
from engine.vectors.steps import how_many_differ
from engine.vectors.trust import (
    continuity,
    nearest_points,
    neighbours_lost,
    pair_distances,
    trustworthiness,
)
from engine.vectors.wordset import group_labels, group_words

RANDOM = np.random.default_rng(2)
SPACE, FLAT = RANDOM.normal(size=(80, 12)), RANDOM.normal(size=(80, 2))


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("k", [1, 5, 10, 39])
def test_it_agrees_with_scikit_learn(metric: str, k: int) -> None:
    for layout in (FLAT, SPACE[:, :2], SPACE[:, :3]):
        expected = manifold.trustworthiness(SPACE, layout, n_neighbors=k, metric=metric)
        found = trustworthiness(SPACE, layout, neighbours=k, metric=metric)
        assert found == pytest.approx(expected, abs=1e-12)
    # Continuity is trustworthiness with the roles exchanged.
    swapped = manifold.trustworthiness(FLAT, SPACE, n_neighbors=k)
    assert continuity(SPACE, FLAT, neighbours=k, metric="euclidean") == pytest.approx(swapped)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_distances_agree_with_scipy(metric: str) -> None:
    found = pair_distances(SPACE, metric=metric)
    expected = cdist(SPACE, SPACE, metric)
    np.fill_diagonal(expected, np.inf)
    np.testing.assert_allclose(found, expected, atol=1e-7)


def test_a_map_that_changes_nothing_loses_nothing() -> None:
    assert trustworthiness(FLAT, FLAT * 3 + 1, metric="euclidean") == 1
    assert continuity(FLAT, FLAT * 3 + 1, metric="euclidean") == 1
    assert (neighbours_lost(FLAT, FLAT * 3, metric="euclidean") == 0).all()


def test_lost_neighbours_are_counted() -> None:
    found = neighbours_lost(SPACE, FLAT, neighbours=10, metric="cosine")
    true, seen = nearest_points(SPACE, count=10, metric="cosine"), nearest_points(FLAT, count=10)
    expected = [1 - len(set(a) & set(b)) / 10 for a, b in zip(true, seen, strict=True)]
    np.testing.assert_allclose(found, expected)


def test_a_zero_vector_is_at_a_right_angle_to_all() -> None:
    distances = pair_distances(np.array([[0.0, 0], [1, 0], [1, 1]]), metric="cosine")
    assert distances[0, 1] == distances[0, 2] == 1


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_a_point_without_a_place_is_far_from_all_and_never_its_own_neighbour(
    odd: float, metric: str
) -> None:
    points = SPACE.copy()
    points[3, 5] = odd
    near = nearest_points(points, count=78, metric=metric)
    assert not (near == np.arange(80)[:, None]).any()
    others = np.delete(near, 3, axis=0)
    assert not (others == 3).any()  # 78 of 79 others: only the one without a place is left out
    expected = nearest_points(np.delete(SPACE, 3, axis=0), count=78, metric=metric)
    np.testing.assert_array_equal(others, expected + (expected >= 3))
    assert 0 <= trustworthiness(SPACE, points[:, 4:6], metric=metric) <= 1
    everywhere = nearest_points(np.full((4, 2), odd), count=9)
    assert [sorted(row) for row in everywhere.tolist()] == [
        [1, 2, 3],
        [0, 2, 3],
        [0, 1, 3],
        [0, 1, 2],
    ]


def test_too_many_neighbours_are_refused() -> None:
    with pytest.raises(ValueError, match="half"):
        trustworthiness(SPACE, FLAT, neighbours=40)


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=60), st.integers(1, 60))
def test_a_sample_is_fair(labels: list[str], most: int) -> None:
    chosen = fair_sample(tuple(labels), most=most)
    assert len(chosen) == len(set(chosen.tolist())) == min(most, len(labels))
    assert (np.diff(chosen) > 0).all()
    before, after = Counter(labels), Counter(labels[i] for i in chosen)
    assert all(after[name] <= before[name] for name in after)
    if most >= len(before):
        assert set(after) == set(before)
    np.testing.assert_array_equal(chosen, fair_sample(tuple(labels), most=most))


def test_a_sample_keeps_the_shares() -> None:
    labels = ("a",) * 900 + ("b",) * 90 + ("c",) * 10
    counts = Counter(labels[i] for i in fair_sample(labels, most=100))
    assert counts["a"] in (88, 89, 90)
    assert counts["b"] in (9, 10)
    assert counts["c"] in (1, 2)


def test_rank_correlation_agrees_with_scipy() -> None:
    expected = [spearmanr(np.arange(80), column)[0] for column in FLAT.T]
    np.testing.assert_allclose(rank_correlations(FLAT), expected)
    assert rank_correlations(FLAT[:1]) == (0.0, 0.0)


def test_group_facts_of_known_geometry() -> None:
    layout = np.array([[0.0, 0], [2, 0], [10, 0], [18, 0], [100, 0], [102, 0]])
    wider, farther = group_facts(layout, tuple("aabbcc"))
    assert wider == pytest.approx(4)
    assert farther == pytest.approx((101 - 1) / (14 - 1))
    assert group_facts(layout, ("a",) * 6) == (1.0, 1.0)


@pytest.mark.parametrize(("kind", "wider", "farther"), [("sizes", 10, 1), ("distances", 1, 6)])
def test_made_points_have_the_geometry_that_is_told(
    kind: str, wider: float, farther: float
) -> None:
    found = group_facts(made_points(kind=kind, count=900), made_labels(kind=kind, count=900))
    assert found == pytest.approx((wider, farther), rel=0.05)


def test_the_riddle_asks_for_the_nearest() -> None:
    at, options, right = neighbour_riddle(SPACE, FLAT, metric="euclidean")
    assert right == nearest_points(SPACE, count=1)[at, 0]
    assert nearest_points(FLAT, count=1)[at, 0] in options
    assert len(set(options)) == 3
    assert neighbour_riddle(FLAT, FLAT * 2, metric="euclidean")[0] == -1


@pytest.mark.parametrize(
    ("language", "file", "count", "one", "five"),
    [("en", "glove-20k", 324, 0.861, 0.844), ("zh", "sanguo-6k", 365, 0.699, 0.556)],
)
def test_words_of_the_set_have_vectors_and_near_ones_of_their_group(
    language: str, file: str, count: int, one: float, five: float, root: Path
) -> None:
    data = (root / f"assets/vectors/{file}.safetensors").read_bytes()
    words, labels = group_words(language=language), group_labels(language=language)
    assert [word for word in words if word not in open_table(data).numbers] == []
    assert len(words) == len(set(words)) == len(labels) == count
    assert len(set(labels)) == 12
    assert min(Counter(labels).values()) >= 10
    vectors = word_vectors(data, words)
    for near, expected in ((1, one), (5, five)):
        share, chance = same_label_share(vectors, labels, count=near)
        assert share == pytest.approx(expected, abs=0.001)
        assert 0.08 < chance < 0.09
    for label, least in Counter(labels).items():  # every group is better than chance
        own = [n for n, other in enumerate(labels) if other == label]
        near = nearest_points(vectors, count=5, metric="cosine")[own]
        assert np.isin(near, own).mean() > 2 * least / count, label


def test_the_share_of_a_label_by_hand() -> None:
    vectors = np.array([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1], [-1, -1]])
    share, chance = same_label_share(vectors, ("a", "a", "b", "a", "c"), count=1)
    assert share == pytest.approx(2 / 5)  # the first two find each other
    assert chance == pytest.approx(3 * 2 / (5 * 4))


def test_frequent_words_of_a_text(root: Path) -> None:
    data = (root / "assets/vectors/glove-20k.safetensors").read_bytes()
    tokens = ("the", "cat", "cat", "dog", "zzqqy", "7", "moon", "moon", "moon", "moon", "moon")
    words = frequent_words(tokens, data)
    assert words == ("moon", "cat", "dog")
    assert often_labels(words, tokens) == (OFTEN[2], OFTEN[1], OFTEN[0])
    with pytest.raises(UserError, match="2 words"):
        frequent_words(("cat", "dog"), data)


def test_the_lines_of_a_paragraph_become_one() -> None:
    assert unwrapped("a\nb  c\r\nd\n \n\n\ne\n") == "a b c d\ne"
    assert unwrapped(" \n\n") == ""


def test_equal_points_are_counted_once() -> None:
    assert how_many_differ(np.float32([[1, 2], [1, 2], [2, 1]])) == 2
