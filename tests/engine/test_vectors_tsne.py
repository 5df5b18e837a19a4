"""t-SNE step by step against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from engine.errors import UserError
from engine.vectors.steps import shown_epochs
from engine.vectors.tsne_map import tsne_map, tsne_steps

CLOUD = np.random.default_rng(3).normal(size=(60, 8)).astype(np.float32)
CLOUD[:30, 0] += 6


@pytest.mark.parametrize(
    ("metric", "dimensions", "epochs", "perplexity"),
    [("cosine", 2, 300, 10.0), ("euclidean", 3, 260, 5.0), ("euclidean", 2, 1000, 19.0)],
)
def test_the_last_step_is_what_scikit_learn_returns(
    metric: str, dimensions: int, epochs: int, perplexity: float
) -> None:
    found = tsne_map(
        CLOUD,
        perplexity=perplexity,
        metric=metric,
        dimensions=dimensions,
        seed=5,
        epochs=epochs,
    )
    with threadpool_limits(limits=1):
        reference = TSNE(
            dimensions,
            perplexity=perplexity,
            metric=metric,
            init="pca",
            random_state=5,
            max_iter=epochs,
            n_jobs=1,
        ).fit_transform(CLOUD)
    np.testing.assert_allclose(found[-1], reference, rtol=1e-4, atol=1e-4)
    assert 2 <= len(found) <= len(shown_epochs(epochs)) + 1


def test_it_stops_when_there_is_no_progress_left() -> None:
    with threadpool_limits(limits=1):
        model = TSNE(perplexity=5, init="pca", random_state=0, max_iter=5000).fit(CLOUD)
    found = tsne_map(CLOUD, perplexity=5.0, metric="euclidean", epochs=5000)
    np.testing.assert_allclose(found[-1], model.embedding_, rtol=1e-3, atol=1e-3)


def test_too_large_a_perplexity_is_refused() -> None:
    with pytest.raises(UserError, match="perplexity"):
        next(tsne_steps(CLOUD, perplexity=60.0))
    with pytest.raises(UserError, match="different points"):
        next(tsne_steps(CLOUD[:4], perplexity=2.0))


def test_two_numbers_are_laid_out_in_three_dimensions() -> None:
    cloud = 0.01 * np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
    cloud[:20, 0] += 5
    cloud[20:, 1] += 5
    layout = tsne_map(cloud, perplexity=5, metric="euclidean", dimensions=3, epochs=260)[-1]
    assert layout.shape == (40, 3)
    assert np.isfinite(layout).all()
