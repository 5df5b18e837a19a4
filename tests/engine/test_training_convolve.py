"""Convolution by hand against PyTorch: results, gradients, layers, and shifts that are measured."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserError
from engine.training.convolve import (
    KERNELS,
    convolve,
    convolve_layer,
    cross_correlate,
    image_gradient,
    kernel_gradient,
    kernel_of,
    layer_costs,
    places,
    products,
    read_as_channels,
    torch_gradients,
    turned,
    window_under,
)

GENERATOR = np.random.default_rng(7)
SETTINGS = list(itertools.product((1, 2, 3), (0, 1, 3), (1, 2), (3, 5)))


def case(side: int) -> tuple[np.ndarray, np.ndarray]:
    return GENERATOR.normal(size=(13, 17)), GENERATOR.normal(size=(side, side))


@pytest.mark.parametrize(("stride", "padding", "dilation", "side"), SETTINGS)
def test_results_equal_those_of_pytorch(
    stride: int, padding: int, dilation: int, side: int
) -> None:
    image, kernel = case(side)
    how = {"stride": stride, "padding": padding, "dilation": dilation}
    x, k = torch.from_numpy(image)[None, None], torch.from_numpy(kernel)[None, None]
    theirs = torch.nn.functional.conv2d(x, k, **how)[0, 0].numpy()
    ours = cross_correlate(image, kernel, **how)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
    for row, column in ((0, 0), (ours.shape[0] - 1, ours.shape[1] - 1)):
        under = window_under(image, side=side, row=row, column=column, **how)
        assert products(under, kernel).sum() == pytest.approx(ours[row, column], abs=1e-12)


@pytest.mark.parametrize(("stride", "padding", "dilation", "side"), SETTINGS)
def test_gradients_equal_those_of_autograd(
    stride: int, padding: int, dilation: int, side: int
) -> None:
    image, kernel = case(side)
    how = {"stride": stride, "padding": padding, "dilation": dilation}
    above = cross_correlate(image, kernel, **how)  # the gradient of half the sum of its squares
    of_kernel, of_image = torch_gradients(image, kernel, **how)
    ours = kernel_gradient(image, above, side=side, **how)
    np.testing.assert_allclose(ours, of_kernel, rtol=0, atol=1e-11)
    ours = image_gradient(above, kernel, height=13, width=17, **how)
    np.testing.assert_allclose(ours, of_image, rtol=0, atol=1e-11)


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_layers_equal_those_of_pytorch(groups: int) -> None:
    x = GENERATOR.normal(size=(4, 9, 8))
    kernels = GENERATOR.normal(size=(8, 4 // groups, 3, 3))
    theirs = torch.nn.functional.conv2d(
        torch.from_numpy(x)[None], torch.from_numpy(kernels), stride=2, padding=1, groups=groups
    )
    ours = convolve_layer(x, kernels, stride=2, padding=1, groups=groups)
    np.testing.assert_allclose(ours, theirs[0].numpy(), rtol=0, atol=1e-12)


def test_kernels_that_do_not_fit_the_maps_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        convolve_layer(np.zeros((3, 4, 4)), np.zeros((2, 2, 1, 1)))


def test_costs_are_the_numbers_of_pytorch_layers() -> None:
    costs = {name: count for name, count, _work in layer_costs(
        channels=6, outs=10, side=3, height=5, width=7
    )}  # fmt: skip
    layers = {
        "full": torch.nn.Conv2d(6, 10, 3, bias=False),
        "depthwise": torch.nn.Conv2d(6, 6, 3, groups=6, bias=False),
        "pointwise": torch.nn.Conv2d(6, 10, 1, bias=False),
    }
    for name, layer in layers.items():
        assert costs[name] == sum(p.numel() for p in layer.parameters())
    assert costs["separable"] == costs["depthwise"] + costs["pointwise"]


@given(
    st.integers(1, 30), st.integers(1, 5), st.integers(1, 4), st.integers(0, 4), st.integers(1, 3)
)
def test_the_places_are_those_where_the_kernel_fits(
    length: int, side: int, stride: int, padding: int, dilation: int
) -> None:
    reach = dilation * (side - 1) + 1
    fits = [n for n in range(0, length + 2 * padding, stride) if n + reach <= length + 2 * padding]
    assert places(length, side, stride, padding, dilation) == len(fits)


def test_a_kernel_without_a_place_is_explained() -> None:
    with pytest.raises(UserError):
        cross_correlate(np.zeros((4, 4)), np.zeros((5, 5)))


def test_convolution_is_correlation_with_the_kernel_turned() -> None:
    image, kernel = case(3)
    impulse = np.zeros((5, 5))
    impulse[2, 2] = 1
    np.testing.assert_array_equal(convolve(impulse, kernel), kernel)  # an impulse gives the kernel
    np.testing.assert_array_equal(cross_correlate(impulse, kernel), turned(kernel))
    from scipy.signal import convolve2d

    np.testing.assert_allclose(
        convolve(image, kernel), convolve2d(image, kernel, mode="valid"), atol=1e-12
    )


def test_kernels_that_find_edges_find_none_in_an_even_picture() -> None:
    for name in ("sobel", "down", "laplace", "log5"):
        kernel = kernel_of(rows=KERNELS[name])
        assert not cross_correlate(np.full((9, 9), 7), kernel).any()


def test_taking_channels_last_for_first_moves_the_numbers() -> None:
    rgb = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    assert read_as_channels(rgb)[0, 0].tolist() == [0, 1, 2, 3]  # red, green, blue, red
