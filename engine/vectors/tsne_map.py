"""t-SNE, watched: a layout whose chances of being neighbours are close to those in the full space.

L. van der Maaten, G. Hinton, "Visualizing data using t-SNE", 2008; L. van der Maaten, "Accelerating
t-SNE using tree-based algorithms", 2014. The chances and their gradient are those of scikit-learn; the
descent is written out here as it stands there, so the last step is what `TSNE.fit_transform` returns.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.errors import N_, UserError
from engine.vectors.steps import checked, shown_epochs

#: In the first iterations neighbours attract twelve times as strongly, so that groups find together.
EXAGGERATED, EXAGGERATION = 250, 12.0


def tsne_steps(
    vectors: NDArray[Any],
    *,
    perplexity: float = 30.0,
    metric: str = "cosine",
    dimensions: int = 2,
    seed: int = 0,
    epochs: int = 1000,
) -> Iterator[NDArray[np.float32]]:
    """The layout before the first iteration, after ever rarer ones, and after the last.

    Gradient descent with momentum, and for each number a gain that grows while it keeps its direction.
    It ends early when 300 iterations bring no progress.

    Parameters
    ----------
    vectors : array of real numbers [shape=(n, d)].
    perplexity : float, 1 to n - 1: about how many neighbours each point is meant to have.
    metric : "cosine" or "euclidean", the distance in the full space.
    dimensions : 2 or 3, of the map.
    seed : int; the start is by PCA, so maps of other seeds differ little.
    epochs : int >= 251, iterations.

    Yields
    ------
    float32 array (n, dimensions).

    Raises
    ------
    UserError : there are too few points, or too few for the perplexity.
    """
    points = checked(vectors, dimensions=dimensions)
    if perplexity >= len(points):
        raise UserError(
            N_("The perplexity, {perplexity}, must be below the number of points, {count}."),
            perplexity=f"{perplexity:g}",
            count=len(points),
        )
    # One thread: the number of threads would decide the order of additions, and so the last digits.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sklearn.decomposition import PCA
        from sklearn.manifold._t_sne import _joint_probabilities_nn, _kl_divergence_bh
        from sklearn.neighbors import NearestNeighbors

        count = min(len(points) - 1, int(3 * perplexity + 1))
        nearest = NearestNeighbors(n_neighbors=count, metric=metric).fit(points)
        distances = nearest.kneighbors_graph(mode="distance")
        distances.data **= 2
        chances = _joint_probabilities_nn(distances, perplexity, 0)

        layout = PCA(dimensions, random_state=np.random.RandomState(seed)).fit_transform(points)
        layout = (layout / np.std(layout[:, 0]) * 1e-4).astype(np.float32, copy=False)
        place = layout.ravel().copy()
        rate = np.maximum(len(points) / EXAGGERATION / 4, 50)
        shown = set(shown_epochs(epochs))
        yield layout.copy()
        start = 0
        for end, momentum in ((EXAGGERATED, 0.5), (epochs, 0.8)):
            if end == EXAGGERATED:
                chances *= EXAGGERATION
            else:
                chances /= EXAGGERATION
            change, gains = np.zeros_like(place), np.ones_like(place)
            least, best = np.finfo(float).max, start
            for epoch in range(start, end):
                check = (epoch + 1) % 50 == 0
                error, slope = _kl_divergence_bh(
                    place,
                    chances,
                    max(dimensions - 1, 1),
                    len(points),
                    dimensions,
                    compute_error=check or epoch == end - 1,
                )
                turned = change * slope < 0
                gains[turned] += 0.2
                gains[~turned] *= 0.8
                np.clip(gains, 0.01, None, out=gains)
                slope *= gains
                change = momentum * change - rate * slope
                place += change
                start = epoch + 1
                halted = False
                if check:
                    if error < least:
                        least, best = error, epoch
                    halted = epoch - best > (EXAGGERATED if end == EXAGGERATED else 300)
                    halted = halted or bool(np.linalg.norm(slope) <= 1e-7)
                if epoch + 1 in shown or epoch + 1 == epochs or (halted and end == epochs):
                    yield place.reshape(layout.shape).copy()
                if halted:
                    break


def tsne_map(
    vectors: NDArray[Any],
    *,
    perplexity: float = 30.0,
    metric: str = "cosine",
    dimensions: int = 2,
    seed: int = 0,
    epochs: int = 1000,
) -> NDArray[np.float32]:
    """All steps of `tsne_steps`, one after another: float32 array (steps, n, dimensions)."""
    return np.stack(
        list(
            tsne_steps(
                vectors,
                perplexity=perplexity,
                metric=metric,
                dimensions=dimensions,
                seed=seed,
                epochs=epochs,
            )
        )
    )


def warm_up() -> None:
    """Import what t-SNE needs."""
    cloud = np.random.default_rng(0).normal(size=(24, 4)).astype(np.float32)
    next(tsne_steps(cloud, perplexity=5.0))
