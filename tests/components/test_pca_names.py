"""Names of directions: as near to their lines as can be, and none on another one, on any screen."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from components.pca_names import LETTER, LINE, PHONE, Placed, placed, spread


@pytest.mark.parametrize("seed", range(5))
def test_spreading_is_the_best_there_is(seed: int) -> None:
    wanted = np.sort(np.random.default_rng(seed).normal(size=12))
    gap, low, high = 0.3, -2.5, 2.0
    found = np.array(spread(wanted.tolist(), gap, low, high))
    assert (np.diff(found) >= gap - 1e-12).all()
    steps = gap * np.arange(12)
    best = IsotonicRegression(y_min=low, y_max=high - steps[-1]).fit_transform(
        np.arange(12), wanted - steps
    )
    np.testing.assert_allclose(found, best + steps)
    assert spread([0.0, 5.0], 1.0, -9.0, 9.0) == [0.0, 5.0]


def boxes(found: Placed, width: float, height: float) -> np.ndarray:
    """Left, right, lower and upper edge of each name in pixels, for a chart of this size.

    Both axes have the same unit, so the tighter one decides (Plotly's `scaleanchor`).
    """
    pixel = max((found.across[1] - found.across[0]) / width, (found.up[1] - found.up[0]) / height)
    edges = []
    for name in found.names:
        ends = sorted((name.x / pixel, name.x / pixel + name.side * LETTER * len(name.text)))
        middle = name.y / pixel
        edges.append((*ends, middle - LINE / 2 + 1, middle + LINE / 2 - 1))
    return np.array(edges)


@pytest.mark.parametrize("count", [4, 13, 30])
@pytest.mark.parametrize("spread_out", [0.1, 1.0, 3.0])
@pytest.mark.parametrize("width", [PHONE, 430, 900])
def test_no_name_lies_on_another_one(count: int, spread_out: float, width: float) -> None:
    random = np.random.default_rng(count)
    angles = spread_out * random.normal(size=count)
    far = random.uniform(0.5, 3, size=count)
    ends = list(zip((far * np.cos(angles)).tolist(), (far * np.sin(angles)).tolist(), strict=True))
    texts = [f"column_{n}"[: 6 + n % 4] for n in range(count)]
    found = placed(ends, texts, (-4.0, 3.5), (-3.0, 3.2))
    assert sorted(name.text for name in found.names) == sorted(texts)
    edges = boxes(found, width, found.height)
    for one in range(count):
        for other in range(one):
            aside = edges[one, 1] <= edges[other, 0] or edges[other, 1] <= edges[one, 0]
            above = edges[one, 3] <= edges[other, 2] or edges[other, 3] <= edges[one, 2]
            assert aside or above, (found.names[one], found.names[other])
    for name in found.names:
        assert found.up[0] <= name.y <= found.up[1]
        assert name.apart or name.x == name.end[0]


def test_names_that_have_room_stay_at_their_lines() -> None:
    ends = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.2), (0.5, -0.9)]
    found = placed(ends, list("abcd"), (-1.5, 1.5), (-1.5, 1.5))
    assert {(name.x, name.y) for name in found.names} == set(ends)
    assert not any(name.apart for name in found.names)
