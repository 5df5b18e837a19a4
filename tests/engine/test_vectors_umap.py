"""UMAP step by step against umap-learn, in the worker as well as here."""

from __future__ import annotations

import numpy as np
import pytest
import umap
from scipy.sparse.csgraph import connected_components
from threadpoolctl import threadpool_limits

from engine import samples, work
from engine.cache import ByteCache
from engine.errors import UserError
from engine.lab import Lab
from engine.vectors.shapes import made_points
from engine.vectors.steps import FRAMES, shown_epochs, step_of
from engine.vectors.umap_map import umap_map, umap_steps

CLOUD = np.random.default_rng(3).normal(size=(60, 8)).astype(np.float32)
CLOUD[:30, 0] += 6


@pytest.mark.parametrize(
    ("metric", "dimensions", "epochs", "neighbours", "min_dist"),
    [
        ("cosine", 2, 30, 15, 0.1),
        ("euclidean", 3, 25, 35, 0.5),
        ("euclidean", 2, 8, 100, 0.0),
        ("cosine", 2, 1, 8, 0.99),
    ],
)
def test_the_last_step_is_what_umap_learn_returns(
    metric: str, dimensions: int, epochs: int, neighbours: int, min_dist: float
) -> None:
    steps = list(
        umap_steps(
            CLOUD,
            neighbours=neighbours,
            min_dist=min_dist,
            metric=metric,
            dimensions=dimensions,
            seed=5,
            epochs=epochs,
        )
    )
    reference = umap.UMAP(
        n_neighbors=neighbours,
        min_dist=min_dist,
        metric=metric,
        n_components=dimensions,
        random_state=5,
        n_epochs=epochs,
    ).fit_transform(CLOUD)
    assert len(steps) == len(shown_epochs(epochs))
    np.testing.assert_array_equal(steps[-1], reference)


def test_a_graph_in_parts_starts_from_pca_and_is_the_same_each_time() -> None:
    found = umap_map(CLOUD, neighbours=2, epochs=20, seed=4)
    with threadpool_limits(limits=1):
        model = umap.UMAP(
            n_neighbors=2, metric="cosine", random_state=4, n_epochs=20, init="pca"
        ).fit(CLOUD)
    assert connected_components(model.graph_)[0] > 1
    np.testing.assert_array_equal(found[-1], model.embedding_)
    np.testing.assert_array_equal(found, umap_map(CLOUD, neighbours=2, epochs=20, seed=4))


def test_the_steps_move_and_are_copies() -> None:
    steps = umap_map(CLOUD, epochs=12)
    assert steps.shape == (13, 60, 2)
    # In the first epoch no link has its turn yet.
    assert (np.abs(np.diff(steps[1:], axis=0)).max(axis=(1, 2)) > 0).all()
    np.testing.assert_array_equal(step_of(steps), steps[12])


def test_a_second_seed_gives_another_map() -> None:
    one, two = (umap_map(CLOUD, epochs=5, seed=seed)[-1] for seed in (0, 1))
    assert not np.array_equal(one, two)


@pytest.mark.parametrize("epochs", [1, 2, 10, 200, 500, 1000])
def test_the_steps_that_are_shown(epochs: int) -> None:
    shown = shown_epochs(epochs)
    assert (shown[0], shown[-1]) == (0, epochs)
    assert len(shown) == len(set(shown)) <= FRAMES
    assert list(shown) == sorted(shown)


@pytest.mark.parametrize("points", [np.zeros((50, 3)), CLOUD[:9], np.repeat(CLOUD[:5], 9, axis=0)])
def test_too_few_different_points_are_refused(points: np.ndarray) -> None:
    with pytest.raises(UserError, match="different points"):
        next(umap_steps(points))


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_ten_points_opposite_ones_and_zeros_have_a_map(metric: str) -> None:
    points = np.concatenate([CLOUD[:5], -CLOUD[:5], np.zeros((2, 8))])
    assert umap_map(points, metric=metric, epochs=3).shape[1:] == (12, 2)
    assert umap_map(CLOUD[:10], metric=metric, epochs=3, dimensions=3).shape[1:] == (10, 3)


def test_the_worker_gives_the_same_bit_for_bit() -> None:
    lab = Lab(samples.load("order"), cache=ByteCache())
    made = lab.run(made_points, kind="sizes", count=60, as_="points")
    node = lab.run(umap_map, made, epochs=20, as_="map")
    job = work.start(node, umap_steps, watcher="test")
    assert job.finished.wait(300)
    assert job.error is None
    np.testing.assert_array_equal(node.value, umap_map(made.value, epochs=20))


def test_two_numbers_are_laid_out_in_three_dimensions() -> None:
    cloud = 0.01 * np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
    cloud[:20, 0] += 5
    cloud[20:, 1] += 5
    layout = umap_map(cloud, neighbours=3, metric="euclidean", dimensions=3, epochs=20)[-1]
    assert layout.shape == (40, 3)
    assert np.isfinite(layout).all()
