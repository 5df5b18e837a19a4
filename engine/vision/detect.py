"""Objects in a picture: from 416 x 416 pixels to boxes with names (YOLOX).

Z. Ge and others, "YOLOX: exceeding YOLO series in 2021", 2021. Reference implementation:
https://github.com/Megvii-BaseDetection/YOLOX (preproc in `yolox/data/data_augment.py`, demo_postprocess
and nms in `yolox/utils/demo_utils.py`), which resizes by OpenCV where this module resizes by Pillow.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.image.resize import resample
from engine.rank import largest
from engine.vision.onnx import run_onnx

SIDE = 416  # pixels; the size that YOLOX-Nano was trained with
STRIDES = (8, 16, 32)  # pixels between neighbouring places that look for objects, on three grids
GRAY = 114  # of the border, the same as in training


def scales(
    pixels: NDArray[np.uint8], *, fit: str = "letterbox", side: int = SIDE
) -> tuple[float, float]:
    """By what x and y of a picture are multiplied to get places in the square that the network sees.

    Parameters
    ----------
    pixels : array [shape=(H, W, ...)].
    fit : "letterbox" keeps the proportions, "squash" fills the square.
    """
    height, width = pixels.shape[:2]
    if fit == "squash":
        return side / width, side / height
    return side / max(height, width), side / max(height, width)


def letterbox(
    pixels: NDArray[np.uint8], *, fit: str = "letterbox", side: int = SIDE
) -> NDArray[np.uint8]:
    """A square of `side` pixels that holds the whole picture at its top left; the rest is gray.

    Parameters
    ----------
    pixels : uint8 array [shape=(H, W, 3)], RGB.
    fit : see `scales`.

    Returns
    -------
    uint8 array [shape=(side, side, 3)], RGB.
    """
    across, down = scales(pixels, fit=fit, side=side)
    height, width = pixels.shape[:2]
    new_height, new_width = max(1, int(height * down)), max(1, int(width * across))
    square = np.full((side, side, 3), GRAY, np.uint8)
    square[:new_height, :new_width] = resample(
        pixels,
        height=new_height,
        width=new_width,
        crop=(0.0, 0.0, float(width), float(height)),
        filter_name="BILINEAR",
    )
    return square


def network_input(
    square: NDArray[np.uint8], *, order: str = "bgr", top: float = 255.0
) -> NDArray[np.float32]:
    """What YOLOX gets: one plane a channel, blue first, values 0 to 255.

    Parameters
    ----------
    square : uint8 array [shape=(416, 416, 3)], RGB.
    order : "bgr", as in training, or "rgb".
    top : what 255 becomes; YOLOX was trained with 255, many other networks with 1.

    Returns
    -------
    float32 array [shape=(1, 3, 416, 416)].
    """
    colours = square[..., ::-1] if order == "bgr" else square
    planes = colours.astype(np.float32).transpose(2, 0, 1)[None]  # (H, W, C) -> (1, C, H, W)
    return np.ascontiguousarray(planes * np.float32(top / 255))


def as_understood(batch: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The picture that the network is shown: to it 255 is full, and the first plane is blue.

    Parameters
    ----------
    batch : float32 array [shape=(1, 3, 416, 416)], 0..255.

    Returns
    -------
    uint8 array [shape=(416, 416, 3)], RGB.
    """
    return np.ascontiguousarray(np.rint(batch[0, ::-1]).astype(np.uint8).transpose(1, 2, 0))


def raw_output(weights: str, batch: NDArray[np.float32]) -> NDArray[np.float32]:
    """The network's answer: 85 numbers for each of 3549 places.

    Returns
    -------
    float32 array [shape=(3549, 85)]: place and size of a box relative to its cell (4), objectness (1),
    a score for each class of COCO (80); the last 81 between 0 and 1. The rows are the cells of the
    three grids, 52 x 52, 26 x 26 and 13 x 13, each from left to right and from top to bottom.
    """
    return run_onnx(weights, batch)[0]


def cells(*, side: int = SIDE) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The grids' cells in the order of the output: column and row [shape=(3549, 2)], stride [3549]."""
    places, steps = [], []
    for stride in STRIDES:
        rows, columns = np.mgrid[0 : side // stride, 0 : side // stride]
        places.append(np.stack([columns.ravel(), rows.ravel()], axis=1))
        steps.append(np.full(rows.size, stride))
    return np.concatenate(places).astype(np.float32), np.concatenate(steps).astype(np.float32)


def decode(raw: NDArray[np.float32]) -> NDArray[np.float32]:
    """From numbers relative to a cell to boxes in the square.

    The centre is (cell + offset) * stride, the size exp(number) * stride.

    Parameters
    ----------
    raw : float32 array [shape=(3549, 85)].

    Returns
    -------
    float32 array [shape=(3549, 6)]: left, top, right, bottom in pixels of the square; the score, which
    is objectness times that of the best class; the number of that class.
    """
    place, stride = cells()
    centre = (raw[:, :2] + place) * stride[:, None]
    half = np.exp(raw[:, 2:4]) * stride[:, None] / 2
    scores = raw[:, 4:5] * raw[:, 5:]  # (3549, 1) * (3549, 80) -> (3549, 80)
    best = scores.argmax(axis=1)
    score = scores[np.arange(len(raw)), best]
    return np.column_stack([centre - half, centre + half, score, best]).astype(np.float32)


def to_picture(
    boxes: NDArray[np.float32], pixels: NDArray[np.uint8], *, fit: str = "letterbox"
) -> NDArray[np.float32]:
    """Boxes in pixels of the picture: what `letterbox` did, undone.

    Parameters
    ----------
    boxes : float32 array [shape=(n, 6)], in the square.
    pixels : array [shape=(H, W, ...)], the picture.
    """
    across, down = scales(pixels, fit=fit)
    placed = boxes.copy()
    placed[:, :4] /= np.array([across, down, across, down], np.float32)
    return placed


def strongest(boxes: NDArray[np.float32], *, least: float = 0.0) -> NDArray[np.float32]:
    """The boxes with a score of at least `least`, the highest first; equal ones keep their order."""
    kept = boxes[boxes[:, 4] >= least]
    return kept[largest(kept[:, 4])]


def iou(box: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union: the area that two boxes share, divided by all that they cover.

    Parameters
    ----------
    box : float32 array [4 or more]: left, top, right, bottom.
    others : float32 array [shape=(n, 4 or more)].

    Returns
    -------
    float32 array [n], 0 (apart) to 1 (equal); NaN for two boxes without area.
    """
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[2:4], others[:, 2:4])
    shared = np.prod(np.maximum(high - low, 0), axis=1)
    area = np.prod(box[2:4] - box[:2])
    areas = np.prod(others[:, 2:4] - others[:, :2], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (shared / (area + areas - shared)).astype(np.float32)


def suppress(
    boxes: NDArray[np.float32], *, most: float = 0.45, classwise: bool = True
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Non-maximum suppression: of boxes that lie on each other, only the strongest stays.

    1. Take the strongest box that is left. 2. Drop all others that overlap it by more than `most`.
    3. Repeat until none is left. Reference: `torchvision.ops.nms`, for `classwise` `batched_nms`.

    Parameters
    ----------
    boxes : float32 array [shape=(n, 6)], the strongest first.
    most : float, 0..1, intersection over union up to which both stay.
    classwise : bool, only a box of the same class is dropped.

    Returns
    -------
    by : int64 array [n], the place of the box that dropped it; its own place if it stays.
    overlap : float32 array [n], its intersection over union with that box.
    """
    by = np.full(len(boxes), -1, np.int64)
    overlap = np.ones(len(boxes), np.float32)
    for place, box in enumerate(boxes):
        if by[place] >= 0:
            continue  # dropped already
        by[place] = place
        found = iou(box, boxes)
        near = (by < 0) & (found > np.float32(most))
        if classwise:
            near &= boxes[:, 5] == box[5]
        by[near], overlap[near] = place, found[near]
    return by, overlap


def remaining(
    boxes: NDArray[np.float32], fate: tuple[NDArray[np.int64], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """The boxes that stay, the strongest first."""
    return boxes[fate[0] == np.arange(len(boxes))]


def class_counts(boxes: NDArray[np.float32]) -> tuple[tuple[int, int], ...]:
    """(class, boxes of it), the most frequent first."""
    numbers, counts = np.unique(boxes[:, 5].astype(int), return_counts=True)
    order = largest(counts)
    return tuple((int(numbers[i]), int(counts[i])) for i in order)


def first_row(stride: int, *, side: int = SIDE) -> int:
    """The row of the output at which a grid begins."""
    return sum((side // step) ** 2 for step in STRIDES if step < stride)


def cell_at(*, x: int, y: int, stride: int, side: int = SIDE) -> int:
    """The row of the output that belongs to the cell over pixel (x, y) of the square."""
    across = side // stride
    column, row = min(x // stride, across - 1), min(y // stride, across - 1)
    return first_row(stride, side=side) + row * across + column


def best_cell(boxes: NDArray[np.float32], *, stride: int, side: int = SIDE) -> int:
    """The row of the output with the highest score on one grid."""
    start = first_row(stride, side=side)
    return start + int(boxes[start : start + (side // stride) ** 2, 4].argmax())


def cell_place(*, number: int, side: int = SIDE) -> tuple[int, int, int]:
    """The column, the row and the stride of a row of the output."""
    place, stride = cells(side=side)
    column, row = place[number]
    return int(column), int(row), int(stride[number])


def cell_numbers(raw: NDArray[np.float32], *, number: int) -> NDArray[np.float32]:
    """The 85 numbers of one cell."""
    return raw[number].copy()


def top_classes(numbers: NDArray[np.float32], *, count: int = 5) -> tuple[tuple[int, float], ...]:
    """(class, score before objectness) of the best classes of one cell."""
    order = largest(numbers[5:], count=count)
    return tuple((int(i), float(numbers[5 + i])) for i in order)


def two_areas(boxes: NDArray[np.float32], *, first: int, second: int) -> tuple[float, float, float]:
    """What two boxes share and what they cover together, in pixels, and the one divided by the other."""
    a, b = boxes[first], boxes[second]
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:4], b[2:4])
    shared = float(np.prod(np.maximum(high - low, 0)))
    areas = sum(float(np.prod(box[2:4] - box[:2])) for box in (a, b))
    covered = areas - shared
    return shared, covered, shared / covered if covered else 0.0


def by_overlap(boxes: NDArray[np.float32], *, count: int = 12) -> NDArray[np.float32]:
    """The strongest box, then `count` others, from the one that overlaps it most to the least.

    For each of `count` degrees of overlap, evenly spaced from the most that there is down to 0, the box
    that is nearest to it.
    """
    found = np.nan_to_num(iou(boxes[0], boxes[1:]))
    wanted = np.linspace(found.max(), 0, count)
    others = [int(np.abs(found - degree).argmin()) + 1 for degree in wanted]
    return boxes[[0, *dict.fromkeys(others)]]
