"""Optimisers by hand on surfaces of two numbers, where each step can be seen.

Gradient descent; with momentum (B. T. Polyak, 1964); Nesterov's (Y. Nesterov, 1983, as in I. Sutskever
and others, 2013); RMSProp (T. Tieleman and G. Hinton, lecture 6.5, 2012); Adam (D. P. Kingma and J. Ba,
2014); AdamW (I. Loshchilov and F. Hutter, 2017). Reference implementation: `torch.optim`, whose names
and defaults are kept.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Point = NDArray[np.float64]

METHODS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SURFACES = ("bowl", "valley", "saddle", "line")
#: Where each surface is drawn: (left, right, bottom, top).
SPANS = {
    "bowl": (-2.0, 2.0, -2.0, 2.0),
    "valley": (-2.0, 2.0, -1.0, 3.0),
    "saddle": (-2.0, 2.0, -2.0, 2.0),
    "line": (-8.0, 16.0, -0.6, 0.6),
}
#: Farther away than this in any direction, a path has run off.
FAR = 1e6
MOMENTUM, ALPHA, BETA_1, BETA_2, SMALL, DECAY = 0.9, 0.99, 0.9, 0.999, 1e-8, 0.01
#: Of the valley of Rosenbrock, 1960; its usual factor is 100.
STEEP = 20.0


# ------------------------------------------------------------------------------- surfaces


def visits(data: bytes) -> NDArray[np.float64]:
    """Minutes stayed and price of each visit of the sample `cafe.csv`: float64 array (visits, 2)."""
    import pandas as pd

    table = pd.read_csv(io.BytesIO(data))
    return table[["minutes_stayed", "price"]].dropna().to_numpy(np.float64)


def loss_at(
    rows: NDArray[np.float64], *, surface: str, x: float, y: float, curvature: float = 20.0
) -> float:
    """The height of a surface at one point; see `loss_and_gradient`."""
    return loss_and_gradient(np.array([x, y]), surface, curvature, rows)[0]


def loss_and_gradient(
    point: Point, surface: str, curvature: float, rows: NDArray[np.float64]
) -> tuple[float, Point]:
    """Height and slope.

    bowl: (x^2 + c y^2) / 2. valley: (1 - x)^2 + 20 (y - x^2)^2, Rosenbrock's. saddle: (x^2 - y^2) / 2 +
    y^4 / 8. line: the mean of (x + y m - p)^2 / 2 over visits of m minutes and a price p, a line through
    real data.

    Parameters
    ----------
    point : float64 array (2,). curvature : c of the bowl. rows : of `visits`, for the line.
    """
    x, y = point
    if surface == "bowl":
        return float(x**2 + curvature * y**2) / 2, np.array([x, curvature * y])
    if surface == "valley":
        off = y - x**2
        slope = [-2 * (1 - x) - 4 * STEEP * x * off, 2 * STEEP * off]
        return float((1 - x) ** 2 + STEEP * off**2), np.array(slope)
    if surface == "saddle":
        return float(x**2 - y**2) / 2 + float(y**4) / 8, np.array([x, -y + y**3 / 2])
    if surface == "line":
        minutes, prices = rows.T
        off = x + y * minutes - prices
        return float((off**2).mean()) / 2, np.array([off.mean(), (off * minutes).mean()])
    raise ValueError(f"no such surface: {surface}")


def heights(
    rows: NDArray[np.float64], *, surface: str, curvature: float = 20.0, count: int = 81
) -> NDArray[np.float64]:
    """The surface on a grid over its span: float64 array (count, count), rows from the bottom up."""
    left, right, bottom, top = SPANS[surface]
    return np.array(
        [
            [
                loss_and_gradient(np.array([x, y]), surface, curvature, rows)[0]
                for x in np.linspace(left, right, count)
            ]
            for y in np.linspace(bottom, top, count)
        ]
    )


def curvatures(
    rows: NDArray[np.float64], *, surface: str, x: float, y: float, curvature: float = 20.0
) -> NDArray[np.float64]:
    """The eigenvalues of the second derivatives at a point, the smaller first: float64 array (2,)."""
    if surface == "bowl":
        second = np.diag([1.0, curvature])
    elif surface == "valley":
        second = np.array(
            [[2 - 4 * STEEP * y + 12 * STEEP * x**2, -4 * STEEP * x], [-4 * STEEP * x, 2 * STEEP]]
        )
    elif surface == "saddle":
        second = np.diag([1.0, -1 + 1.5 * y**2])
    else:
        minutes = rows[:, 0]
        second = np.array([[1.0, minutes.mean()], [minutes.mean(), (minutes**2).mean()]])
    return np.linalg.eigvalsh(second)


def lowest_point(rows: NDArray[np.float64], *, surface: str) -> tuple[float, float]:
    """Where a surface is lowest; of the saddle, one of the two places."""
    if surface == "line":
        minutes, prices = rows.T
        sums = np.stack([np.ones_like(minutes), minutes], axis=1)
        x, y = np.linalg.lstsq(sums, prices, rcond=None)[0]
        return float(x), float(y)
    return {"bowl": (0.0, 0.0), "valley": (1.0, 1.0), "saddle": (0.0, 2**0.5)}[surface]


def largest_rate(
    rows: NDArray[np.float64], *, surface: str, x: float, y: float, curvature: float = 20.0
) -> float:
    """2 over the largest curvature at a point: with a higher rate, plain descent runs off there.

    Along the direction of curvature c, one step multiplies the distance by 1 - rate c, which is below
    -1 from there on (Y. LeCun and others, "Efficient backprop", 1998).
    """
    return float(2 / curvatures(rows, surface=surface, x=x, y=y, curvature=curvature)[-1])


# ------------------------------------------------------------------------------- optimisers


def sgd(point: Point, slope: Point, memory: list[Point], step: int, rate: float) -> Point:
    """Gradient descent: against the slope."""
    return point - rate * slope


def momentum(point: Point, slope: Point, memory: list[Point], step: int, rate: float) -> Point:
    """The velocity keeps 0.9 of itself and gains the slope."""
    memory[0] = slope if step == 1 else MOMENTUM * memory[0] + slope
    return point - rate * memory[0]


def nesterov(point: Point, slope: Point, memory: list[Point], step: int, rate: float) -> Point:
    """The same, looking one step of the velocity ahead."""
    memory[0] = slope if step == 1 else MOMENTUM * memory[0] + slope
    return point - rate * (slope + MOMENTUM * memory[0])


def rmsprop(point: Point, slope: Point, memory: list[Point], step: int, rate: float) -> Point:
    """Each direction over the root of the mean of its squared slopes."""
    memory[1] = ALPHA * memory[1] + (1 - ALPHA) * slope**2
    return point - rate * slope / (np.sqrt(memory[1]) + SMALL)


def adam(point: Point, slope: Point, memory: list[Point], step: int, rate: float) -> Point:
    """Mean slope over the root of the mean squared slope, both corrected for their start at 0."""
    memory[0] = BETA_1 * memory[0] + (1 - BETA_1) * slope
    memory[1] = BETA_2 * memory[1] + (1 - BETA_2) * slope**2
    root = np.sqrt(memory[1]) / np.sqrt(1 - BETA_2**step) + SMALL
    return point - rate / (1 - BETA_1**step) * memory[0] / root


def adamw(point: Point, slope: Point, memory: list[Point], step: int, rate: float) -> Point:
    """Adam, and all numbers shrink by rate times 0.01 in each step."""
    return adam(point * (1 - rate * DECAY), slope, memory, step, rate)


RULES: dict[str, Callable[[Point, Point, list[Point], int, float], Point]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}


def descend(
    rows: NDArray[np.float64],
    *,
    method: str,
    surface: str,
    rate: float,
    start: tuple[float, float],
    steps: int = 50,
    curvature: float = 20.0,
    noise: float = 0.0,
    batch: int = 0,
    seed: int = 0,
) -> NDArray[np.float64]:
    """The path of an optimiser.

    Parameters
    ----------
    rows : of `visits`. method : one of `METHODS`. surface : one of `SURFACES`.
    start : x, y. rate : the learning rate.
    noise : float, the deviation of the chance that is added to each slope (not on the line).
    batch : int, on the line: so many visits are drawn for each step; 0 takes all.

    Returns
    -------
    float64 array (steps + 1, 3): x, y, height (of the whole surface). Behind the step that runs farther
    than `FAR` all is NaN.
    """
    random = np.random.default_rng(seed)
    point, memory = np.array(start, np.float64), [np.zeros(2), np.zeros(2)]
    path = np.full((steps + 1, 3), np.nan)
    path[0] = *point, loss_and_gradient(point, surface, curvature, rows)[0]
    for step in range(1, steps + 1):
        part = rows
        if batch and surface == "line":
            part = rows[random.integers(0, len(rows), batch)]
        _height, slope = loss_and_gradient(point, surface, curvature, part)
        if noise and surface != "line":
            slope = slope + noise * random.normal(size=2)
        point = RULES[method](point, slope, memory, step, rate)
        path[step] = *point, loss_and_gradient(point, surface, curvature, rows)[0]
        if not np.abs(point).max() < FAR:
            break
    return path


def has_run_off(path: NDArray[np.float64]) -> bool:
    """Whether a path got too far away, or ends higher than it began."""
    return bool(np.isnan(path[-1, 2]) or path[-1, 2] > path[0, 2])


def last_height(path: NDArray[np.float64]) -> float:
    """The height at the end of a path; NaN if it ran off."""
    return float(path[-1, 2])


def steps_to(path: NDArray[np.float64], *, share: float) -> int:
    """The first step whose height is at most a share of that of the start; -1 if there is none."""
    low = np.flatnonzero(path[:, 2] <= share * path[0, 2])
    return int(low[0]) if low.size else -1


def ends_by_rate(
    rows: NDArray[np.float64],
    *,
    method: str,
    surface: str,
    rates: tuple[float, ...],
    start: tuple[float, float],
    steps: int = 50,
    curvature: float = 20.0,
) -> NDArray[np.float64]:
    """The height at the end for each rate, infinite where the path ran too far: float64 (rates,)."""
    found = []
    for rate in rates:
        path = descend(
            rows,
            method=method,
            surface=surface,
            rate=rate,
            start=start,
            steps=steps,
            curvature=curvature,
        )
        found.append(np.inf if np.isnan(path[-1, 2]) else path[-1, 2])
    return np.array(found)


def even_rates(*, least: float = 1e-3, most: float = 3.0, count: int = 60) -> tuple[float, ...]:
    """Rates in even steps of their logarithm."""
    return tuple(float(rate) for rate in np.geomspace(least, most, count))


def spread_of_ends(
    rows: NDArray[np.float64],
    *,
    method: str,
    surface: str,
    rate: float,
    start: tuple[float, float],
    steps: int = 50,
    curvature: float = 20.0,
    noise: float = 0.0,
    batch: int = 0,
    seeds: int = 20,
) -> tuple[float, float, float]:
    """The height at the end over several seeds: least, median, greatest."""
    ends = [
        descend(
            rows,
            method=method,
            surface=surface,
            rate=rate,
            start=start,
            steps=steps,
            curvature=curvature,
            noise=noise,
            batch=batch,
            seed=seed,
        )[-1, 2]
        for seed in range(seeds)
    ]
    return float(np.min(ends)), float(np.median(ends)), float(np.max(ends))
