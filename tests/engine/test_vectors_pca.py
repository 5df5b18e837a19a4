"""Principal components against scikit-learn, and what holds for every cloud of points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.decomposition import PCA

from engine.vectors.pca import explained_variance, pca, principal_axes

CLOUDS = arrays(
    np.float64, st.tuples(st.integers(1, 8), st.integers(1, 6)), elements=st.floats(-100, 100)
)


@pytest.mark.parametrize("shape", [(200, 50), (20, 384), (3, 2)])
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_it_agrees_with_scikit_learn_sign_included(shape: tuple[int, int], kind: type) -> None:
    cloud = np.random.default_rng(1).normal(size=shape) @ np.diag(np.arange(1, shape[1] + 1))
    cloud = cloud.astype(kind)
    exact = np.float64(cloud)
    reference = PCA(2, svd_solver="full").fit(exact)
    np.testing.assert_allclose(pca(cloud), reference.transform(exact), atol=1e-8)
    shares = explained_variance(cloud)[:2]
    np.testing.assert_allclose(shares, reference.explained_variance_ratio_, rtol=1e-9)
    np.testing.assert_allclose(principal_axes(cloud)[1][:2], reference.explained_variance_)


@given(CLOUDS)
def test_all_axes_together_keep_every_distance(cloud: np.ndarray) -> None:
    seen = pca(cloud, dimensions=max(cloud.shape))
    between = np.linalg.norm(cloud[:, None] - cloud[None], axis=2)
    np.testing.assert_allclose(
        np.linalg.norm(seen[:, None] - seen[None], axis=2), between, atol=1e-6
    )
    shares = explained_variance(cloud)
    assert (np.diff(shares) <= 1e-12).all()
    assert shares.sum() == pytest.approx(1) or shares.sum() == 0


@given(CLOUDS, st.integers(1, 4))
def test_fewer_axes_never_lengthen_a_distance(cloud: np.ndarray, dimensions: int) -> None:
    seen = pca(cloud, dimensions=dimensions)
    assert seen.shape == (len(cloud), dimensions)
    between = np.linalg.norm(cloud[:, None] - cloud[None], axis=2)
    assert (np.linalg.norm(seen[:, None] - seen[None], axis=2) <= between + 1e-6).all()


def test_one_hot_rows_have_no_direction_that_is_wider_than_another() -> None:
    np.testing.assert_allclose(explained_variance(np.eye(12))[:-1], np.full(11, 1 / 11))


@pytest.mark.parametrize("number", [0.1, 1 / 3, -1e9, 1e-30])
def test_equal_points_have_no_spread_whatever_their_mean_rounds_to(number: float) -> None:
    assert (explained_variance(np.full((7, 3), number)) == 0).all()


def test_a_small_spread_far_from_zero_is_one() -> None:
    cloud = np.random.default_rng(0).normal(size=(7, 3))
    near, far = explained_variance(cloud), explained_variance(1e6 + 1e-4 * cloud)
    np.testing.assert_allclose(far, near, atol=1e-3)
