"""Optimisers by hand against torch.optim, slopes against autograd, and the rate that is too high."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.samples import load
from engine.training.surface import (
    METHODS,
    SPANS,
    SURFACES,
    curvatures,
    descend,
    ends_by_rate,
    even_rates,
    has_run_off,
    heights,
    largest_rate,
    last_height,
    loss_and_gradient,
    loss_at,
    lowest_point,
    spread_of_ends,
    steps_to,
    visits,
)

ROWS = visits(load("cafe").data)
STARTS = {"bowl": (-1.8, 1.5), "valley": (-1.5, 2.0), "saddle": (1.5, 0.1), "line": (12.0, 0.4)}
RATES = {"bowl": 0.05, "valley": 0.002, "saddle": 0.1, "line": 0.0005}


def torch_loss(surface: str, p: torch.Tensor) -> torch.Tensor:
    x, y = p
    if surface == "bowl":
        return (x**2 + 20 * y**2) / 2
    if surface == "valley":
        return (1 - x) ** 2 + 20 * (y - x**2) ** 2
    if surface == "saddle":
        return (x**2 - y**2) / 2 + y**4 / 8
    minutes, prices = torch.tensor(ROWS).T
    return ((x + y * minutes - prices) ** 2).mean() / 2


def torch_optimizer(method: str, p: torch.Tensor, rate: float) -> torch.optim.Optimizer:
    return {
        "sgd": lambda: torch.optim.SGD([p], lr=rate),
        "momentum": lambda: torch.optim.SGD([p], lr=rate, momentum=0.9),
        "nesterov": lambda: torch.optim.SGD([p], lr=rate, momentum=0.9, nesterov=True),
        "rmsprop": lambda: torch.optim.RMSprop([p], lr=rate),
        "adam": lambda: torch.optim.Adam([p], lr=rate),
        "adamw": lambda: torch.optim.AdamW([p], lr=rate),
    }[method]()


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("method", METHODS)
def test_a_path_is_that_of_torch_optim(method: str, surface: str) -> None:
    rate, start = RATES[surface], STARTS[surface]
    path = descend(ROWS, method=method, surface=surface, rate=rate, start=start, steps=40)
    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch_optimizer(method, p, rate)
    for step in range(41):
        np.testing.assert_allclose(path[step, :2], p.detach().numpy(), rtol=1e-11, atol=1e-12)
        optimizer.zero_grad()
        loss = torch_loss(surface, p)
        np.testing.assert_allclose(path[step, 2], loss.item(), rtol=1e-10, atol=1e-14)
        loss.backward()
        optimizer.step()


@pytest.mark.parametrize("surface", SURFACES)
def test_slopes_and_curvatures_are_autograds(surface: str) -> None:
    x, y = STARTS[surface]
    p = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)
    torch_loss(surface, p).backward()
    _height, slope = loss_and_gradient(np.array([x, y]), surface, 20.0, ROWS)
    np.testing.assert_allclose(slope, p.grad.numpy(), rtol=1e-12)
    second = torch.autograd.functional.hessian(lambda q: torch_loss(surface, q), p.detach())
    np.testing.assert_allclose(
        curvatures(ROWS, surface=surface, x=x, y=y), np.linalg.eigvalsh(second.numpy()), rtol=1e-9
    )


@pytest.mark.parametrize("surface", SURFACES)
def test_the_lowest_point_is_level_and_lower_than_the_map(surface: str) -> None:
    x, y = lowest_point(ROWS, surface=surface)
    _height, slope = loss_and_gradient(np.array([x, y]), surface, 20.0, ROWS)
    np.testing.assert_allclose(slope, 0, atol=1e-9)
    floor = loss_at(ROWS, surface=surface, x=x, y=y)
    assert floor <= heights(ROWS, surface=surface, count=41).min() + 1e-9
    left, right, bottom, top = SPANS[surface]
    assert left < x < right
    assert bottom < y < top


@pytest.mark.parametrize("surface", ["bowl", "line"])
def test_descent_runs_off_above_two_over_the_curvature_and_not_below(surface: str) -> None:
    limit = largest_rate(ROWS, surface=surface, x=0.0, y=0.0)
    how = {"method": "sgd", "surface": surface, "start": STARTS[surface], "steps": 3000}
    assert not has_run_off(descend(ROWS, rate=0.99 * limit, **how))
    assert has_run_off(descend(ROWS, rate=1.01 * limit, **how))


def test_a_path_that_runs_too_far_ends_there() -> None:
    path = descend(ROWS, method="sgd", surface="bowl", rate=1.0, start=(1.0, 1.0), steps=50)
    assert np.isnan(last_height(path))
    assert np.isfinite(path[:5]).all()
    ends = ends_by_rate(ROWS, method="sgd", surface="bowl", rates=(0.05, 1.0), start=(1.0, 1.0))
    assert np.isfinite(ends[0])
    assert ends[1] == np.inf
    assert len(even_rates()) == 60


def test_chance_is_seeded_and_small_batches_do_not_come_to_rest() -> None:
    how = {"method": "sgd", "surface": "line", "rate": 1e-3, "start": (12.0, 0.4)}
    one, other = (descend(ROWS, batch=2, seed=4, **how) for _ in range(2))
    assert one.tobytes() == other.tobytes()
    assert one.tobytes() != descend(ROWS, batch=2, seed=5, **how).tobytes()
    least, middle, most = spread_of_ends(ROWS, batch=2, **how)
    assert least < middle < most
    all_visits = spread_of_ends(ROWS, **how)
    assert all_visits[0] == all_visits[2] < middle


def test_on_the_ridge_descent_stays() -> None:
    path = descend(ROWS, method="sgd", surface="saddle", rate=0.1, start=(1.5, 0.0), steps=200)
    assert (path[:, 1] == 0).all()
    assert abs(last_height(path)) < 1e-9
    assert steps_to(path, share=0.5) > 0
    with pytest.raises(ValueError, match="cave"):
        descend(ROWS, method="sgd", surface="cave", rate=0.1, start=(0.0, 0.0))
