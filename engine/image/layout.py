"""How the numbers of a picture lie in memory: one line of bytes, whatever the shape says.

A picture of H rows, W columns and C channels is stored either pixel by pixel (HWC: Pillow, OpenCV,
matplotlib) or plane by plane (CHW: PyTorch). Shape and strides tell how to walk over the bytes;
the bytes themselves carry no such information.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def hwc_to_chw(pixels: NDArray[Any]) -> NDArray[Any]:
    """(H, W, C) to (C, H, W), with the bytes really moved: all reds, then greens, then blues."""
    if pixels.ndim != 3:
        raise ValueError(f"expected (H, W, C), not the shape {pixels.shape}")
    planes = np.empty((pixels.shape[2], *pixels.shape[:2]), pixels.dtype)
    for c in range(pixels.shape[2]):
        planes[c] = pixels[:, :, c]
    return planes


def chw_to_hwc(planes: NDArray[Any]) -> NDArray[Any]:
    """(C, H, W) to (H, W, C), with the bytes really moved: the channels of a pixel together."""
    if planes.ndim != 3:
        raise ValueError(f"expected (C, H, W), not the shape {planes.shape}")
    pixels = np.empty((*planes.shape[1:], planes.shape[0]), planes.dtype)
    for c in range(planes.shape[0]):
        pixels[:, :, c] = planes[c]
    return pixels


def reshape_instead_of_transpose(planes: NDArray[Any]) -> NDArray[Any]:
    """Trap: (C, H, W) bytes called (H, W, C). The shape fits, the picture is scrambled.

    `reshape` leaves every byte where it is and only changes the walk over them, so three
    neighbouring values of one plane are taken for the red, green and blue of one pixel: three
    small, gray-looking copies of the picture, one below the other. `chw_to_hwc` is the right step.
    """
    if planes.ndim != 3:
        raise ValueError(f"expected (C, H, W), not the shape {planes.shape}")
    channels, height, width = planes.shape
    return planes.reshape(height, width, channels).copy()


def first_bytes(pixels: NDArray[Any], *, count: int = 64) -> NDArray[np.uint8]:
    """The first `count` bytes of `pixels.tobytes()`: the array read in the order of its shape.

    Returns
    -------
    uint8 array [shape=(n,)], n = min(count, pixels.nbytes).
    """
    if count < 0:
        raise ValueError(f"count must be 0 or more, not {count}")
    samples = -(-count // pixels.itemsize)
    start = np.array(pixels.flat[:samples])  # a copy, so a 12-megapixel array is not walked
    return np.frombuffer(start.tobytes()[:count], np.uint8).copy()


def memory_order(pixels: NDArray[Any], *, axes: str = "HWC", count: int = 64) -> NDArray[np.int64]:
    """The first `count` bytes of the memory that the array covers, and what each of them means.

    Read from the strides of this very array: for a view (a transposed or reversed array) the
    bytes lie in another order than the indices count.

    Parameters
    ----------
    pixels : array, 2-D or 3-D.
    axes : str, the meaning of each axis: "HWC", "CHW" or "HW".
    count : int >= 0, number of bytes.

    Returns
    -------
    int64 array [shape=(n, 6)], one line per byte in the order of addresses, with the columns
        offset  bytes from the array's lowest address,
        row, column, channel  of the sample that the byte belongs to (channel 0 for "HW"),
        byte  number of the byte within its sample (0 at the lowest address),
        value  of the byte, 0..255.
    """
    if sorted(axes) not in (sorted("HWC"), sorted("HW")) or len(axes) != pixels.ndim:
        raise ValueError(f"axes {axes!r} do not name the {pixels.ndim} axes of the array")
    if count < 0:
        raise ValueError(f"count must be 0 or more, not {count}")
    # Walk so that the address always grows: the axis with the widest stride outermost, and an
    # axis with a negative stride from its end.
    order = sorted(range(pixels.ndim), key=lambda axis: -abs(pixels.strides[axis]))
    backwards = [pixels.strides[axis] < 0 for axis in range(pixels.ndim)]
    ascending = pixels[tuple(slice(None, None, -1 if back else 1) for back in backwards)]
    ascending = ascending.transpose(order)

    size, itemsize = pixels.size, pixels.itemsize
    samples = np.arange(min(size, -(-count // itemsize)))
    values = np.frombuffer(np.array(ascending.flat[: len(samples)]).tobytes(), np.uint8)
    position = {axis: np.zeros(len(samples), np.int64) for axis in range(pixels.ndim)}
    if size:
        walked = np.unravel_index(samples, ascending.shape)
        position = dict(zip(order, walked, strict=True))
    offset = np.zeros(len(samples), np.int64)
    for axis, index in position.items():
        offset += index * abs(pixels.strides[axis])
    for axis, index in position.items():
        if backwards[axis]:
            position[axis] = pixels.shape[axis] - 1 - index

    byte = np.tile(np.arange(itemsize), len(samples))
    table = np.zeros((len(samples) * itemsize, 6), np.int64)
    table[:, 0] = np.repeat(offset, itemsize) + byte
    for axis, name in enumerate(axes):
        table[:, 1 + "HWC".index(name)] = np.repeat(position[axis], itemsize)
    table[:, 4] = byte
    table[:, 5] = values
    return table[:count].copy()


def layout_facts(pixels: NDArray[Any]) -> tuple[tuple[str, str], ...]:
    """Shape, strides, size and order of an array, as pairs of (NumPy's name, value).

    The strides are the steps in bytes to the next row, column or channel: for a contiguous uint8
    picture of shape (H, W, 3) they are (3 W, 3, 1).
    """
    byteorder = {"<": "little", ">": "big", "=": "native", "|": "not applicable"}
    return (
        ("dtype", str(pixels.dtype)),
        ("shape", str(tuple(int(n) for n in pixels.shape))),
        ("strides", str(tuple(int(n) for n in pixels.strides))),
        ("itemsize", str(pixels.itemsize)),
        ("nbytes", str(pixels.nbytes)),
        ("flags.c_contiguous", str(pixels.flags.c_contiguous)),
        ("byteorder", byteorder[np.dtype(pixels.dtype).byteorder]),
    )
