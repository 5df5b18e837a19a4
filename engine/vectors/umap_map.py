"""UMAP, watched: a layout in which neighbours attract each other and random pairs repel.

L. McInnes, J. Healy, J. Melville, "UMAP: Uniform manifold approximation and projection for dimension
reduction", 2018. The graph of neighbours, the start and each epoch are those of umap-learn itself, in
its order, so the last step is what its `fit_transform` returns.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.vectors.steps import checked, shown_epochs


def umap_steps(
    vectors: NDArray[Any],
    *,
    neighbours: int = 15,
    min_dist: float = 0.1,
    metric: str = "cosine",
    dimensions: int = 2,
    seed: int = 0,
    epochs: int = 500,
) -> Iterator[NDArray[np.float32]]:
    """The layout before the first epoch, after ever rarer epochs, and after the last.

    1. Graph: each point is linked to its nearest neighbours, the nearer the stronger.
    2. Start: eigenvectors of the graph's Laplacian, with a little noise. If the graph falls into
       parts, PCA (umap-learn's `init="pca"`): there the solver of the eigenvectors draws new random
       numbers at each run, and umap-learn's own start is another one each time.
    3. Epochs: linked points attract, each also repels five random ones; the strides get shorter.

    Parameters
    ----------
    vectors : array of real numbers [shape=(n, d)].
    neighbours : int >= 2, how many points make a neighbourhood; at most n - 1 are used.
    min_dist : float, 0..1, how close points may lie on the map.
    metric : "cosine" or "euclidean", the distance in the full space.
    dimensions : 2 or 3, of the map.
    seed : int, of the random numbers.
    epochs : int >= 1.

    Yields
    ------
    float32 array (n, dimensions); NaN for a point that has no neighbour.

    Raises
    ------
    UserError : there are fewer than 10 different points.
    """
    points = checked(vectors, dimensions=dimensions)
    # One thread: the number of threads would decide the order of additions, and so the last digits.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import umap
        from scipy.sparse.csgraph import connected_components
        from sklearn.decomposition import PCA
        from umap.layouts import _nb_optimize_layout_euclidean_single_epoch as one_epoch
        from umap.spectral import spectral_layout
        from umap.umap_ import make_epochs_per_sample, noisy_scale_coords

        random = np.random.RandomState(seed)
        model = umap.UMAP(
            n_neighbors=neighbours,
            n_components=dimensions,
            min_dist=min_dist,
            metric=metric,
            random_state=random,
            n_jobs=1,
            transform_mode="graph",
        ).fit(points)
        alone = np.asarray(model.graph_.sum(axis=1)).ravel() == 0
        graph = model.graph_.tocoo()
        graph.sum_duplicates()
        # A link too weak to be drawn even once in all epochs is left out.
        graph.data[graph.data < graph.data.max() / (epochs if epochs > 10 else 500)] = 0
        graph.eliminate_zeros()

        if connected_components(graph)[0] == 1:
            layout = spectral_layout(points, graph, dimensions, random)
        else:
            layout = PCA(dimensions, random_state=random).fit_transform(points)
        layout = noisy_scale_coords(layout, random, max_coord=10, noise=0.0001)
        every = make_epochs_per_sample(graph.data, epochs)  # epochs between two pulls of a link
        state = random.randint(np.iinfo(np.int32).min + 1, np.iinfo(np.int32).max - 1, 3)
        low, high = layout.min(axis=0), layout.max(axis=0)
        layout = (10 * (layout - low) / (high - low)).astype(np.float32, order="C")

        # Each point has random numbers of its own, which also depend on where it starts.
        states = state.astype(np.int64) + layout[:, :1].astype(np.float64).view(np.int64)
        every_push = every / 5  # five random points for each pull
        next_pull, next_push = every.copy(), every_push.copy()
        none = np.zeros(1, np.float32)  # the density that densMAP would keep
        shown = set(shown_epochs(epochs))
        yield _placed(layout, alone)
        for epoch in range(epochs):
            stride = 1.0 - max(0, epoch - 1) / epochs
            one_epoch(
                layout,
                layout,
                graph.row,
                graph.col,
                len(points),
                every,
                model._a,
                model._b,
                states,
                1.0,
                dimensions,
                True,
                stride,
                every_push,
                next_push,
                next_pull,
                epoch,
                False,
                none,
                none,
                0,
                0,
                0,
                0,
                none,
                none,
                0,
            )
            if epoch + 1 in shown:
                yield _placed(layout, alone)


def umap_map(
    vectors: NDArray[Any],
    *,
    neighbours: int = 15,
    min_dist: float = 0.1,
    metric: str = "cosine",
    dimensions: int = 2,
    seed: int = 0,
    epochs: int = 500,
) -> NDArray[np.float32]:
    """All steps of `umap_steps`, one after another: float32 array (steps, n, dimensions)."""
    return np.stack(
        list(
            umap_steps(
                vectors,
                neighbours=neighbours,
                min_dist=min_dist,
                metric=metric,
                dimensions=dimensions,
                seed=seed,
                epochs=epochs,
            )
        )
    )


def _placed(layout: NDArray[np.float32], alone: NDArray[np.bool_]) -> NDArray[np.float32]:
    """A copy of the layout in which points without any link have no place."""
    return np.where(alone[:, None], np.float32(np.nan), layout)


def warm_up() -> None:
    """Import umap and compile what a map of at most 4096 points needs, in both metrics."""
    cloud = np.random.default_rng(0).normal(size=(24, 4)).astype(np.float32)
    for metric in ("cosine", "euclidean"):
        for dimensions in (2, 3):
            for _step in umap_steps(cloud, metric=metric, dimensions=dimensions, epochs=2):
                pass
