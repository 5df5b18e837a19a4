"""Points on a plane, each of a class: sets made by formula, and points that somebody has painted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError

#: The sets made by formula; all of them lie about the origin, some 3 units wide in each direction.
SHAPES = (
    "circles",
    "moons",
    "spiral",
    "xor",
    "gaussians",
    "islands",
    "sizes",
    "densities",
    "uniform",
)
#: The sets whose points have numbers, in the same part of the plane.
VALUE_SHAPES = ("slope", "hills")
#: Middles of hills (1) and hollows (-1).
HILLS = ((-2, 1.25, 1), (0, 1.25, -1), (2, 1.25, 1), (-2, -1.25, -1), (0, -1.25, 1), (2, -1.25, -1))
#: Painted points lie on whole places 0..PAPER in both directions, from the upper left.
PAPER = 1000
#: The width of the paper in the units of the sets made by formula.
WIDTH = 6.0


def toy_points(*, shape: str, count: int, noise: float, seed: int) -> NDArray[np.float64]:
    """A set of points made by formula, with Gaussian noise on both coordinates.

    Circles, spiral, xor and gaussians are the four sets of TensorFlow Playground (D. Smilkov et al.,
    "Direct-manipulation visualization of deep networks", 2017), with other constants; moons is
    scikit-learn's `make_moons`, 1.6 times as large. The last four are for clustering: three islands,
    three of unequal sizes, three of unequal density, and no groups at all.

    Parameters
    ----------
    shape : one of `SHAPES`.
    count : int >= 2.
    noise : float >= 0, the standard deviation of what is added.
    seed : int >= 0.

    Returns
    -------
    float64 array (count, 3): x, y, and the class as 0, 1, 2.
    """
    if shape not in SHAPES:
        raise ValueError(f"a shape is one of {SHAPES}, not {shape!r}")
    random = np.random.default_rng([seed, SHAPES.index(shape)])
    kind = np.arange(count) % 2
    u, v = random.random((2, count))
    if shape == "circles":
        radius, angle = np.where(kind == 0, u, 1.8 + u), 2 * np.pi * v
        spots = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    elif shape == "moons":
        x, y = np.cos(np.pi * u), np.sin(np.pi * u)
        spots = np.where(kind[:, None] == 0, np.stack([x, y], 1), np.stack([1 - x, 0.5 - y], 1))
        spots = 1.6 * (spots - [0.5, 0.25])
    elif shape == "spiral":
        radius, angle = 0.2 + 2.6 * u, 3.2 * np.pi * u + np.pi * kind
        spots = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    elif shape == "xor":
        spots = 2.8 * np.stack([2 * u - 1, 2 * v - 1], axis=1)
        spots += 0.2 * np.sign(spots)  # a gap along both axes
        kind = (spots[:, 0] * spots[:, 1] < 0).astype(np.int64)
    elif shape == "gaussians":
        spots = 0.6 * random.standard_normal((count, 2)) + np.where(kind == 0, -1.3, 1.3)[:, None]
    elif shape == "uniform":
        spots, kind = 2.8 * np.stack([2 * u - 1, 2 * v - 1], axis=1), 0 * kind
    else:
        shares = {"sizes": (0.8, 0.1, 0.1)}.get(shape, (1 / 3, 1 / 3, 1 / 3))
        spreads = {"sizes": (0.7, 0.15, 0.15), "densities": (0.12, 0.35, 1.0)}.get(
            shape, (0.35,) * 3
        )
        # Small groups near to each other: then a third centre costs less in the large one.
        apart = 0.8 if shape == "sizes" else 1.2
        middles = np.array([[-1.3, 0.0], [1.6, apart], [1.6, -apart]])
        kind = np.searchsorted(np.cumsum(shares)[:2], (np.arange(count) + 0.5) / count)
        spots = middles[kind] + np.array(spreads)[kind, None] * random.standard_normal((count, 2))
    spots = spots + noise * random.standard_normal((count, 2))
    return np.column_stack([spots, kind])


def toy_values(*, shape: str, count: int, noise: float, seed: int) -> NDArray[np.float64]:
    """A set of points made by formula, each with a number, with Gaussian noise on both coordinates.

    Both are sets of TensorFlow Playground: "slope" rises along the diagonal; "hills" has three hills
    and three hollows.

    Parameters
    ----------
    shape : one of `VALUE_SHAPES`. count, noise, seed : as of `toy_points`.

    Returns
    -------
    float64 array (count, 3): x, y, and the number, from -1 to 1.
    """
    if shape not in VALUE_SHAPES:
        raise ValueError(f"a shape is one of {VALUE_SHAPES}, not {shape!r}")
    random = np.random.default_rng([seed, len(SHAPES) + VALUE_SHAPES.index(shape)])
    x, y = 6 * random.random((2, count)) - 3
    if shape == "slope":
        values = (x + y) / 6
    else:
        values = np.zeros(count)
        for across, up, sign in HILLS:
            values += sign * np.exp(-((x - across) ** 2 + (y - up) ** 2) / 0.8)
    spots = np.column_stack([x, y]) + noise * random.standard_normal((count, 2))
    return np.column_stack([spots, values])


def painted_points(*, marks: tuple[tuple[int, int, int], ...]) -> NDArray[np.float64]:
    """Points that somebody has painted.

    Parameters
    ----------
    marks : (class, x, y) of each, x and y 0..PAPER from the upper left of the paper.

    Returns
    -------
    float64 array (n, 3): x and y within -3..3, upwards, and the class, counted from 0 among those
    that occur.

    Raises
    ------
    UserError : there are fewer than two classes, or fewer than four points.
    """
    if len(marks) < 4 or len({kind for kind, _x, _y in marks}) < 2:
        raise UserError(N_("Paint at least four points, of two classes or more."))
    array = np.array(marks, np.float64)
    _kinds, codes = np.unique(array[:, 0], return_inverse=True)
    x, y = (array[:, 1:] / PAPER - 0.5).T * WIDTH
    return np.column_stack([x, -y, codes])
