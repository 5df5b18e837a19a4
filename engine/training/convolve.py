"""Convolution by hand: a kernel slides over a picture; its gradients; what a layer of kernels costs.

V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016. Reference
implementation: `torch.nn.functional.conv2d`, which computes the cross-correlation and calls it
convolution.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError

#: Kernels by name, row by row. Sobel's answer where the brightness changes, across or down.
KERNELS: dict[str, tuple[tuple[float, ...], ...]] = {
    "sobel": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "down": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "blur": ((1, 2, 1), (2, 4, 2), (1, 2, 1)),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "laplace": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "identity": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "blur5": tuple(tuple(a * b for b in (1, 4, 6, 4, 1)) for a in (1, 4, 6, 4, 1)),
    "log5": (
        (0, 0, -1, 0, 0),
        (0, -1, -2, -1, 0),
        (-1, -2, 16, -2, -1),
        (0, -1, -2, -1, 0),
        (0, 0, -1, 0, 0),
    ),
}
#: What the blurring kernels are divided by, so that their numbers add up to 1.
SUMS = {"blur": 16.0, "blur5": 256.0}


def kernel_of(*, rows: tuple[tuple[float, ...], ...], divisor: float = 1.0) -> NDArray[np.float64]:
    """A kernel from its rows, each number over `divisor`: float64 array (k, k)."""
    return np.array(rows, np.float64) / divisor


def turned(kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """The kernel turned by half a turn: last row first, last column first."""
    return kernel[::-1, ::-1].copy()


def places(length: int, side: int, stride: int, padding: int, dilation: int) -> int:
    """How many places a kernel has along one axis: (n + 2p - d (k - 1) - 1) // s + 1, at least 0.

    Parameters
    ----------
    length : int, pixels along the axis. side : int, numbers of the kernel along it.
    """
    return max(0, (length + 2 * padding - dilation * (side - 1) - 1) // stride + 1)


def cross_correlate(
    image: NDArray[Any],
    kernel: NDArray[Any],
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    border: str = "constant",
) -> NDArray[np.float64]:
    """At each place of the kernel: the sum of its numbers times the pixels under them.

    Parameters
    ----------
    image : array [shape=(H, W)]. kernel : array [shape=(k, k)].
    stride : int >= 1, pixels from one place to the next.
    padding : int >= 0, rows and columns put around the picture.
    dilation : int >= 1, pixels from one number of the kernel to the next.
    border : what the padding holds, a mode of `numpy.pad`: "constant" is 0, "edge" the nearest pixel.

    Returns
    -------
    float64 array (h, w), see `places`.

    Raises
    ------
    UserError : the kernel has no place in the picture.
    """
    padded = np.pad(image.astype(np.float64), padding, mode=border)  # type: ignore[call-overload]
    rows, columns = (
        places(n, side, stride, padding, dilation)
        for n, side in zip(image.shape, kernel.shape, strict=True)
    )
    if not rows or not columns:
        raise UserError(
            N_(
                "The kernel reaches over more pixels than there are. Choose a larger picture, more "
                "padding, or less dilation."
            )
        )
    result = np.zeros((rows, columns))
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            top, left = i * dilation, j * dilation
            under = padded[top:, left:][: rows * stride : stride, : columns * stride : stride]
            result += kernel[i, j] * under[:rows, :columns]
    return result


def convolve(
    image: NDArray[Any],
    kernel: NDArray[Any],
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> NDArray[np.float64]:
    """Mathematics' convolution: `cross_correlate` with the kernel turned by half a turn."""
    return cross_correlate(image, turned(kernel), stride=stride, padding=padding, dilation=dilation)


def window_under(
    image: NDArray[Any],
    *,
    side: int,
    row: int,
    column: int,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> NDArray[np.float64]:
    """The pixels under the kernel for one cell of the result; 0 outside the picture.

    Returns
    -------
    float64 array (side, side).
    """
    padded = np.pad(image.astype(np.float64), padding)
    rows, columns = (n * stride + dilation * np.arange(side) for n in (row, column))
    return padded[np.ix_(rows, columns)]


def products(under: NDArray[np.float64], kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pixel times weight, number by number; their sum is one cell of the result."""
    return under * kernel


def total(numbers: NDArray[np.float64]) -> float:
    """The sum of all numbers."""
    return float(numbers.sum())


# ------------------------------------------------------------------------- gradients


def kernel_gradient(
    image: NDArray[Any],
    above: NDArray[Any],
    *,
    side: int,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> NDArray[np.float64]:
    """How a loss changes with each number of the kernel, given how it changes with each cell.

    The number (i, j) was multiplied by one pixel for each cell; so its gradient is the sum of these
    pixels, each times the gradient of its cell.

    Parameters
    ----------
    image : array [shape=(H, W)], what went in. above : array [shape=(h, w)], the gradient of the loss
        with respect to the result.

    Returns
    -------
    float64 array (side, side).
    """
    padded = np.pad(image.astype(np.float64), padding)
    rows, columns = above.shape
    gradient = np.zeros((side, side))
    for i in range(side):
        for j in range(side):
            top, left = i * dilation, j * dilation
            under = padded[top:, left:][: rows * stride : stride, : columns * stride : stride]
            gradient[i, j] = (under[:rows, :columns] * above).sum()
    return gradient


def image_gradient(
    above: NDArray[Any],
    kernel: NDArray[Any],
    *,
    height: int,
    width: int,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> NDArray[np.float64]:
    """How a loss changes with each pixel: every cell hands its gradient back through the kernel.

    Parameters
    ----------
    above : array [shape=(h, w)], the gradient with respect to the result. height, width : of
        the picture.

    Returns
    -------
    float64 array (height, width).
    """
    padded = np.zeros((height + 2 * padding, width + 2 * padding))
    rows, columns = above.shape
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            top, left = i * dilation, j * dilation
            under = padded[top:, left:][: rows * stride : stride, : columns * stride : stride]
            under[:rows, :columns] += kernel[i, j] * above  # a view: it adds into `padded`
    return padded[padding : padding + height, padding : padding + width].copy()


# ---------------------------------------------------------------------------- layers


def convolve_layer(
    x: NDArray[Any],
    kernels: NDArray[Any],
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> NDArray[np.float64]:
    """A layer: each map that comes out is a sum over maps that go in, each with a kernel of its own.

    Parameters
    ----------
    x : array [shape=(C, H, W)]. kernels : array [shape=(O, C / groups, k, k)].
    groups : int, 1 for a full convolution, C for a depthwise one, in which each map stays alone.

    Returns
    -------
    float64 array (O, h, w).

    Raises
    ------
    ValueError : the numbers of maps do not fit together.
    """
    outs, each = kernels.shape[:2]
    if each * groups != len(x) or outs % groups:
        raise ValueError(f"{len(x)} maps in {groups} groups do not fit kernels {kernels.shape}")
    maps = []
    for out in range(outs):
        first = out // (outs // groups) * each  # the first map of this one's group
        parts = (
            cross_correlate(
                x[first + n], kernels[out, n], stride=stride, padding=padding, dilation=dilation
            )
            for n in range(each)
        )
        maps.append(sum(parts, start=np.zeros(())))
    return np.stack(maps)


def channels_first(rgb: NDArray[Any]) -> NDArray[np.float64]:
    """(H, W, 3) as (3, H, W) of float64."""
    return np.ascontiguousarray(rgb.transpose(2, 0, 1), dtype=np.float64)


def channels_last(maps: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3, H, W) as (H, W, 3), to be looked at as a picture."""
    return np.ascontiguousarray(maps.transpose(1, 2, 0))


def read_as_channels(rgb: NDArray[Any]) -> NDArray[np.float64]:
    """Trap: the numbers of (H, W, 3), in the order in which they lie, taken for (3, H, W)."""
    height, width, channels = rgb.shape
    return rgb.reshape(channels, height, width).astype(np.float64)


def one_channel(maps: NDArray[np.float64], *, channel: int = 0) -> NDArray[np.float64]:
    """One map of several."""
    return maps[channel].copy()


def same_for_all(kernel: NDArray[np.float64], *, kind: str) -> NDArray[np.float64]:
    """The kernels of a layer for three channels, all of them the same kernel.

    Parameters
    ----------
    kind : "full", one map comes out, (1, 3, k, k); "depthwise", three do, (3, 1, k, k).
    """
    shape = {"full": (1, 3), "depthwise": (3, 1)}[kind]
    return np.tile(kernel, (*shape, 1, 1))


def pointwise(*, weights: tuple[float, ...]) -> NDArray[np.float64]:
    """The kernel of a 1 x 1 convolution to one map: a weight for each channel, (1, C, 1, 1)."""
    return np.array(weights, np.float64).reshape(1, -1, 1, 1)


def layer_costs(
    *, channels: int, outs: int, side: int, height: int, width: int
) -> tuple[tuple[str, int, int], ...]:
    """Weights and multiply-adds of four ways from `channels` maps to `outs` maps of the same size.

    Depthwise alone keeps the number of maps. Biases are not counted. The last way, both after each
    other, is MobileNet's (A. Howard and others, "MobileNets", 2017, section 3.1).

    Returns
    -------
    (name, weights, multiply-adds) of "full", "depthwise", "pointwise" and "separable".
    """
    weights = {
        "full": channels * outs * side * side,
        "depthwise": channels * side * side,
        "pointwise": channels * outs,
        "separable": channels * side * side + channels * outs,
    }
    return tuple((name, count, count * height * width) for name, count in weights.items())


def largest_difference(a: NDArray[Any], b: NDArray[Any]) -> float:
    """The largest absolute difference between two arrays of one shape."""
    return float(np.abs(a - b).max())


def torch_gradients(
    image: NDArray[Any],
    kernel: NDArray[np.float64],
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """PyTorch's gradients of half the sum of the result's squares: of the kernel, of the picture."""
    import torch

    torch.set_num_threads(1)
    x = torch.from_numpy(image.astype(np.float64))[None, None].requires_grad_()
    k = torch.from_numpy(kernel.copy())[None, None].requires_grad_()
    result = torch.nn.functional.conv2d(x, k, stride=stride, padding=padding, dilation=dilation)
    (result.square().sum() / 2).backward()
    assert x.grad is not None
    assert k.grad is not None
    return k.grad[0, 0].numpy(), x.grad[0, 0].numpy()


def first_of(pair: tuple[Any, Any]) -> Any:
    """The first of two."""
    return pair[0]


def second_of(pair: tuple[Any, Any]) -> Any:
    """The second of two."""
    return pair[1]


# ------------------------------------------------------------------------ for looking at


def padded(image: NDArray[Any], *, padding: int = 0) -> NDArray[Any]:
    """The picture with `padding` rows and columns of 0 around it."""
    return np.pad(image, padding)


def strongest_cell(result: NDArray[np.float64]) -> int:
    """The number of the cell farthest from 0, counted row by row from 0; of equal ones the first."""
    return int(np.argmax(np.abs(result)))


def half_of_squares(result: NDArray[np.float64]) -> float:
    """Half the sum of the squares: a loss whose gradient with respect to each number is that number."""
    return float(np.square(result).sum() / 2)


def nudged(
    kernel: NDArray[np.float64], *, row: int, column: int, by: float = 1e-3
) -> NDArray[np.float64]:
    """The kernel with one of its numbers larger by `by`."""
    other = kernel.copy()
    other[row, column] += by
    return other


def mean_size(result: NDArray[Any]) -> float:
    """The mean of the absolute values."""
    return float(np.abs(result).mean())
