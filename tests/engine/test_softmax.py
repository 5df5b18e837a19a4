"""Softmax of rows against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special

from engine.softmax import softmax_rows


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1.0, 1e3])
def test_rows_are_those_of_scipy(kind: type, size: float) -> None:
    scores = (size * np.random.default_rng(0).normal(size=(7, 5))).astype(kind)
    scores[2, 1:] = -np.inf
    found = softmax_rows(scores)
    assert found.dtype == kind
    np.testing.assert_allclose(found, scipy.special.softmax(scores, axis=1), rtol=1e-5)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-6)
    assert found[2].tolist() == [1, 0, 0, 0, 0]


def test_rows_lie_along_the_last_axis() -> None:
    scores = np.random.default_rng(1).normal(size=(2, 3, 4))
    np.testing.assert_allclose(softmax_rows(scores), scipy.special.softmax(scores, axis=-1))
    np.testing.assert_allclose(softmax_rows(scores[0, 0]), scipy.special.softmax(scores[0, 0]))
