"""Pooling and its gradient against PyTorch, and what moving a picture changes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage import data

from engine.errors import UserError
from engine.image.color import rgb_to_gray
from engine.models.catalogue import RESNET18
from engine.models.public import path_of
from engine.training.pooling import global_pool, pool, pool_gradient
from engine.training.shifts import (
    FARTHEST,
    SIDE,
    changes,
    moved,
    moved_back,
    network_changes,
    network_view,
    relative_change,
    wide_view,
)

MAPS = np.random.default_rng(3).normal(size=(11, 14))
THEIRS = {"max": torch.nn.functional.max_pool2d, "mean": torch.nn.functional.avg_pool2d}


@pytest.mark.parametrize("how", THEIRS)
@pytest.mark.parametrize(("side", "stride"), [(2, 2), (3, 2), (4, 4), (2, 1), (2, 3)])
def test_pooling_and_its_gradient_equal_those_of_pytorch(how: str, side: int, stride: int) -> None:
    x = torch.from_numpy(MAPS.copy())[None, None].requires_grad_()
    theirs = THEIRS[how](x, side, stride)
    ours = pool(MAPS, how=how, side=side, stride=stride)
    np.testing.assert_allclose(ours, theirs[0, 0].detach().numpy(), rtol=0, atol=1e-14)
    (theirs.square().sum() / 2).backward()
    assert x.grad is not None
    back = pool_gradient(MAPS, ours, how=how, side=side, stride=stride)
    np.testing.assert_allclose(back, x.grad[0, 0].numpy(), rtol=0, atol=1e-12)


def test_of_equal_numbers_the_first_gets_the_gradient() -> None:
    back = pool_gradient(np.ones((2, 2)), np.ones((1, 1)))
    assert back.tolist() == [[1, 0], [0, 0]]


def test_a_map_smaller_than_a_window_is_explained() -> None:
    with pytest.raises(UserError):
        pool(np.ones((3, 5)), side=4)


def test_global_pooling_forgets_the_place() -> None:
    rolled = np.roll(MAPS, 5, axis=1)
    assert global_pool(MAPS) == pytest.approx(global_pool(rolled), abs=1e-15)
    assert global_pool(MAPS, how="max") == global_pool(rolled, how="max")


def coffee() -> np.ndarray:
    return rgb_to_gray(wide_view(data.coffee()))


def test_a_moved_view_is_a_part_of_the_wide_one() -> None:
    wide = coffee()
    assert wide.shape == (SIDE, SIDE + FARTHEST)
    np.testing.assert_array_equal(moved(wide, by=3), wide[:, 3 : 3 + SIDE])


def test_pooling_helps_and_global_pooling_most() -> None:
    curves = dict(changes(coffee()))
    assert all(curve[0] == 0 for curve in curves.values())
    assert curves["max"][1] < curves["none"][1] / 2
    assert curves["global mean"][FARTHEST] < curves["max"][1]


def test_maps_without_stride_move_with_the_picture_and_strided_ones_do_not() -> None:
    curves = dict(moved_back(coffee()))
    assert max(curves["none"]) == 0
    for name in ("stride", "mean", "max"):
        assert [n for n, change in enumerate(curves[name]) if change == 0] == [0, 4, 8]


def test_a_picture_of_one_colour_changes_in_nothing() -> None:
    flat = np.full((SIDE, SIDE + FARTHEST), 9, np.uint8)
    assert all(not any(curve) for _name, curve in changes(flat))
    assert relative_change(np.zeros(3), np.zeros(3)) == 0


def test_the_deeper_the_layer_the_less_it_changes() -> None:
    curves = dict(network_changes(path_of(RESNET18), network_view(data.coffee())))
    assert all(curve[0] == 0 for curve in curves.values())
    assert curves["pooled"][8] < curves["layer4"][8] < curves["layer1"][8]
