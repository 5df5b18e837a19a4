"""k-means, DBSCAN, merging, silhouettes and the Rand index against scikit-learn, and known values."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.datasets import load_iris
from sklearn.metrics import adjusted_rand_score, silhouette_samples
from sklearn.neighbors import NearestNeighbors

from engine.errors import UserError
from engine.table.clusters import (
    LINKAGES,
    adjusted_rand,
    bend_of,
    by_count,
    cluster_points,
    cluster_table,
    clustered_rows,
    cut_height,
    cut_into,
    dbscan,
    distance_shares,
    known_classes,
    known_names,
    mean_silhouette,
    merges,
    neighbour_distances,
    original_units,
    silhouettes,
    spot_classes,
    spot_columns,
    telling_columns,
    to_unit_spread,
    tree_lines,
    usual_eps,
)
from engine.table.kmeans import (
    best_clusters,
    by_first_point,
    changed_points,
    empty_clusters,
    first_centres,
    inertia_of,
    is_settled,
    kmeans_stages,
    restarts,
)
from engine.table.toys import SHAPES, toy_points

IRIS, SPECIES = load_iris(return_X_y=True)


def spots(shape: str, count: int = 150) -> np.ndarray:
    return spot_columns(toy_points(shape=shape, count=count, noise=0.1, seed=3))


def test_iris_in_three_clusters_has_the_known_inertia() -> None:
    ends = restarts(IRIS, k=3, how="far", starts=10, seed=0)
    assert ends.min() == pytest.approx(78.851441, abs=1e-5)  # 78.85
    labels = best_clusters(IRIS, k=3, starts=10, seed=0)
    assert sorted(np.bincount(labels)) == [38, 50, 62]
    assert mean_silhouette(IRIS, labels) == pytest.approx(0.5528, abs=1e-4)
    assert adjusted_rand(labels, SPECIES) == pytest.approx(0.7302, abs=1e-4)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("how", ["random", "far"])
def test_k_means_ends_as_scikit_learns_from_the_same_centres(shape: str, how: str) -> None:
    points = spots(shape)
    start = first_centres(points, k=4, how=how, seed=1)
    centres, labels, inertia = kmeans_stages(points, start)
    reference = KMeans(4, init=start, n_init=1, algorithm="lloyd", tol=0).fit(points)
    np.testing.assert_array_equal(labels[-1], reference.labels_)
    np.testing.assert_allclose(centres[-1], reference.cluster_centers_, rtol=1e-9)
    assert inertia[-1] == pytest.approx(reference.inertia_)
    assert len(centres) == 2 * reference.n_iter_ + 1


def test_every_iteration_is_scikit_learns() -> None:
    # Measured to the millimetre, some flowers are equally far from two centres: which is nearer then
    # is a matter of rounding, so they are moved a little.
    moved = IRIS + 1e-6 * np.random.default_rng(0).standard_normal(IRIS.shape)
    start = first_centres(moved, k=5, how="random", seed=2)
    centres, _labels, _inertia = kmeans_stages(moved, start)
    for step in range(1, min(5, len(centres) // 2)):
        reference = KMeans(5, init=start, n_init=1, max_iter=step, tol=0).fit(moved)
        np.testing.assert_allclose(centres[2 * step], reference.cluster_centers_, rtol=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.integers(0, 1000), st.sampled_from(["random", "far"]))
def test_no_half_step_raises_the_inertia(k: int, seed: int, how: str) -> None:
    points = np.random.default_rng(seed).standard_normal((40, 2))
    centres, labels, inertia = kmeans_stages(points, first_centres(points, k=k, how=how, seed=seed))
    assert (np.diff(inertia[1:]) <= 1e-9).all()
    assert (labels[0] == -1).all()
    assert np.isnan(inertia[0])
    assert inertia[-1] == pytest.approx(inertia_of(points, centres[-1], labels[-1]))


def test_equal_points_leave_clusters_empty_and_nothing_breaks() -> None:
    points = np.ones((5, 2))
    for how in ("random", "far"):
        _centres, labels, inertia = kmeans_stages(
            points, first_centres(points, k=3, how=how, seed=0)
        )
        assert (labels[-1] == 0).all()
        assert inertia[-1] == 0


def test_k_means_plus_plus_ends_better_on_many_far_islands() -> None:
    random = np.random.default_rng(0)
    middles = np.array([[x, y] for x in range(0, 50, 10) for y in range(0, 30, 10)])
    points = np.repeat(middles, 20, axis=0) + random.standard_normal((300, 2))
    far, drawn = (restarts(points, k=15, how=how, starts=20, seed=0) for how in ("far", "random"))
    assert far.mean() < 0.7 * drawn.mean()
    with pytest.raises(ValueError, match="near"):
        first_centres(points, k=2, how="near", seed=0)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("eps", "least"), [(0.25, 4), (0.5, 8), (3.0, 2), (0.01, 3)])
def test_dbscan_is_scikit_learns(shape: str, eps: float, least: int) -> None:
    points = spots(shape)
    labels, core = dbscan(points, eps=eps, least=least)
    reference = DBSCAN(eps=eps, min_samples=least).fit(points)
    np.testing.assert_array_equal(np.flatnonzero(core), reference.core_sample_indices_)
    np.testing.assert_array_equal(labels, reference.labels_)


def test_dbscan_parts_the_moons_with_the_eps_that_is_offered() -> None:
    toy = toy_points(shape="moons", count=400, noise=0.08, seed=0)
    points = spot_columns(toy)
    eps = usual_eps(points, least=5)
    assert 0.1 < eps < 0.6
    labels, _core = dbscan(points, eps=eps, least=5)
    assert adjusted_rand(labels, spot_classes(toy)) > 0.95
    assert adjusted_rand(best_clusters(points, k=2, starts=5, seed=0), spot_classes(toy)) < 0.6
    assert (np.diff(neighbour_distances(points, least=5)) >= 0).all()


@pytest.mark.parametrize("linkage", LINKAGES)
@pytest.mark.parametrize("k", [1, 2, 5, 150])
def test_merging_is_scikit_learns(linkage: str, k: int) -> None:
    tree = merges(IRIS, linkage=linkage)
    if linkage != "single" or k != 5:  # there equally near pairs leave it open which are merged
        reference = AgglomerativeClustering(k, linkage=linkage).fit_predict(IRIS)
        assert adjusted_rand_score(cut_into(tree, k=k), reference) == 1
    assert len(np.unique(cut_into(tree, k=k))) == k
    height = cut_height(tree, k=k)
    assert (tree[:, 2] > height).sum() <= k - 1


@pytest.mark.parametrize("linkage", LINKAGES)
def test_merging_without_ties_is_scikit_learns(linkage: str) -> None:
    points = spots("islands")
    for k in (2, 3, 7):
        reference = AgglomerativeClustering(k, linkage=linkage).fit_predict(points)
        assert adjusted_rand_score(cut_into(merges(points, linkage=linkage), k=k), reference) == 1


def test_a_dendrogram_has_a_line_for_each_merge_that_is_drawn() -> None:
    tree = merges(IRIS, linkage="ward")
    lines = tree_lines(tree, leaves=20)
    assert lines.shape == (19, 4, 2)
    assert lines[:, 1, 1].max() == tree[-1, 2]
    assert lines[:, :, 0].min() >= 0
    assert lines[:, :, 0].max() <= 19


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_silhouettes_and_rand_are_scikit_learns(seed: int, kinds: int) -> None:
    random = np.random.default_rng(seed)
    points = random.standard_normal((30, 3))
    labels, classes = random.integers(0, kinds, (2, 30))
    assert adjusted_rand(labels, classes) == pytest.approx(adjusted_rand_score(classes, labels))
    if len(np.unique(labels)) > 1:
        np.testing.assert_allclose(
            silhouettes(points, labels), silhouette_samples(points, labels), atol=1e-12
        )


def test_silhouettes_leave_noise_out() -> None:
    points = spots("islands", 60)
    labels = np.arange(60) % 3
    noisy = np.where(np.arange(60) < 6, -1, labels)
    values = silhouettes(points, noisy)
    assert np.isnan(values[:6]).all()
    np.testing.assert_allclose(values[6:], silhouette_samples(points[6:], labels[6:]), atol=1e-12)
    assert np.isnan(silhouettes(points, np.zeros(60, np.int64))).all()
    assert np.isnan(mean_silhouette(points, np.zeros(60, np.int64)))


def test_the_elbow_falls_and_islands_have_their_best_silhouette_at_three() -> None:
    table = by_count(spots("islands"), most=6, starts=5, seed=0)
    assert table[:, 0].tolist() == [1, 2, 3, 4, 5, 6]
    assert (np.diff(table[:, 1]) < 0).all()
    assert np.isnan(table[0, 2])
    assert np.nanargmax(table[:, 2]) == 2


def test_unknown_classes_are_left_out() -> None:
    labels, classes = np.array([0, 0, 1, 1, -1]), np.array([0, 0, 1, 1, -1])
    assert adjusted_rand(labels, classes) == 1
    assert np.isnan(adjusted_rand(labels, np.full(5, -1)))
    np.testing.assert_array_equal(cluster_table(labels, classes), [[0, 0], [2, 0], [0, 2]])


def test_rows_are_complete_and_few() -> None:
    frame = pd.DataFrame({"a": [1.0, np.nan, np.inf, 4, 5, 6], "b": [1, 2, 3, 4, 5, 6]})
    rows = clustered_rows(frame, columns=("a", "b"), most=10, seed=0)
    np.testing.assert_array_equal(rows, [0, 3, 4, 5])
    np.testing.assert_array_equal(
        cluster_points(frame, rows, columns=("b",)), [[1.0], [4], [5], [6]]
    )
    assert len(clustered_rows(frame, columns=("b",), most=4, seed=0)) == 4
    with pytest.raises(UserError):
        clustered_rows(frame.iloc[:3].reset_index(drop=True), columns=("a",), most=9, seed=0)
    scaled = to_unit_spread(np.array([[1.0, 7], [2, 7], [3, 7]]))
    np.testing.assert_allclose(scaled.std(axis=0), [1, 0])


def test_what_is_drawn_comes_back_to_the_units_of_the_table() -> None:
    scaled = to_unit_spread(IRIS)
    np.testing.assert_allclose(original_units(scaled, IRIS), IRIS)
    shares = distance_shares(IRIS)
    apart = ((IRIS[:, None] - IRIS[None]) ** 2).sum(axis=(0, 1))
    np.testing.assert_allclose(shares, apart / apart.sum())
    assert (distance_shares(np.ones((4, 2))) == 0).all()


def test_known_classes_follow_the_rows() -> None:
    frame = pd.DataFrame({"kind": ["b", None, "a", "b", "z"]})  # no row of class z is chosen
    rows = np.array([1, 2, 3])
    assert known_classes(frame, rows, column="kind").tolist() == [-1, 0, 1]
    assert known_names(frame, rows, column="kind") == ("a", "b")


def test_changes_are_counted_stage_by_stage() -> None:
    stages = kmeans_stages(IRIS, first_centres(IRIS, k=3, how="random", seed=0))
    counts = [changed_points(stages, stage=n) for n in range(len(stages[0]))]
    assert counts[:2] == [0, 150]
    assert counts[2::2] == [0] * len(counts[2::2])
    assert counts[-1] == 0


def test_distances_are_never_all_in_memory_at_once() -> None:
    points = spot_columns(toy_points(shape="islands", count=5000, noise=0.0, seed=0))  # 200 MB
    tracemalloc.start()
    labels, _core = dbscan(points, eps=0.3, least=5)
    far = neighbour_distances(points, least=5)
    values = silhouettes(points, labels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6
    reference = DBSCAN(eps=0.3, min_samples=5).fit_predict(points)
    np.testing.assert_array_equal(labels, reference)
    kept = labels >= 0
    np.testing.assert_allclose(values[kept], silhouette_samples(points[kept], labels[kept]))
    assert far[-1] == pytest.approx(
        NearestNeighbors(n_neighbors=5).fit(points).kneighbors(points)[0][:, -1].max()
    )


def test_clusters_without_points_are_told_and_so_is_an_end() -> None:
    points = np.array([[0.0], [0.0], [0.0], [1.0]])
    stages = kmeans_stages(points, np.array([[0.0], [0.0], [1.0]]))
    assert empty_clusters(stages, stage=0) == ()
    assert empty_clusters(stages, stage=1) == (1,)
    assert empty_clusters(stages, stage=len(stages[0]) - 1) == (1,)
    assert is_settled(stages)
    cut = tuple(part[:3] for part in kmeans_stages(IRIS, IRIS[[0, 1, 2]]))
    assert not is_settled(cut)


def test_a_curve_bends_where_it_is_farthest_below_its_line() -> None:
    far = np.array(
        [1.0, 1.1, 1.2, 1.3, 4.0, 9.0]
    )  # the line of the ends is 1, 2.6, 4.2, 5.8, 7.4, 9
    assert bend_of(far) == 1.3
    assert bend_of(np.zeros(5)) > 0
    points = to_unit_spread(IRIS)
    far = neighbour_distances(points, least=5)
    assert far[0] < bend_of(far) < far[-1]
    labels, _core = dbscan(points, eps=bend_of(far), least=5)
    assert adjusted_rand(labels[labels >= 0], (SPECIES > 0)[labels >= 0].astype(int)) == 1


def test_columns_that_count_the_rows_or_are_empty_are_not_usual() -> None:
    count = np.arange(1, 31)
    frame = pd.DataFrame({"id": count, "none": np.nan, "a": count % 7, "b": 1.0 * count})
    names = tuple(frame.columns)
    assert telling_columns(frame, columns=names) == ("a", "b")
    assert telling_columns(frame, columns=("id",)) == ("id",)


def test_clusters_are_numbered_by_their_first_points() -> None:
    labels = np.array([2, 2, 0, 1, 0])
    np.testing.assert_array_equal(by_first_point(labels), [0, 0, 1, 2, 1])
    assert best_clusters(spots("islands"), k=3, starts=5, seed=0)[0] == 0
