"""Text in a picture: find it, cut it out, read it (PP-OCRv6 by PaddleOCR).

Finding: M. Liao and others, "Real-time scene text detection with differentiable binarization", 2019.
Reading: A. Graves and others, "Connectionist temporal classification", 2006 (CTC). Reference:
https://github.com/RapidAI/RapidOCR, which carries the networks; it computes with OpenCV, Clipper and
Shapely what is written out here, and it scores a box by all pixels in it, not by those of the text.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.image.resize import resample
from engine.vision.onnx import onnx_session, run_onnx

FINDER, READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
UNIT = 32  # the sides of what the finder sees are multiples of it
SHORT, LONG = 320, 960  # pixels: a picture is enlarged to the one, reduced to the other
GROWTH = 1.6  # how far boxes usually grow
HEIGHT = 48  # pixels of a line that the reader sees
NARROWEST, WIDEST = 320, 2400  # pixels: shorter lines get a border, longer ones are squeezed
BLANK = 0  # the symbol that means "nothing new here"


def finder_size(height: int, width: int) -> tuple[int, int]:
    """Height and width at which a picture is searched for text, in pixels."""
    scale = max(1.0, SHORT / min(height, width))
    scale = min(scale, LONG / max(height, width))
    tall, wide = (max(1, round(side * scale / UNIT)) * UNIT for side in (height, width))
    return tall, wide


def planes(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pixels as both networks want them: blue, green, red; -1 to 1; (1, 3, H, W)."""
    scaled = pixels[..., ::-1].astype(np.float32) / 127.5 - 1
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None])


def text_map(folder: str, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How probably each place belongs to the middle of a line of text, 0..1.

    Parameters
    ----------
    folder : str, holds both networks.
    pixels : uint8 array [shape=(H, W, 3)], RGB.

    Returns
    -------
    float32 array of the size that `finder_size` says; it covers the whole picture.
    """
    height, width = pixels.shape[:2]
    tall, wide = finder_size(height, width)
    whole = (0.0, 0.0, float(width), float(height))
    sized = resample(pixels, height=tall, width=wide, crop=whole, filter_name="BILINEAR")
    return run_onnx(str(Path(folder) / FINDER), planes(sized))[0, 0]


def smallest_rectangle(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rectangle of least area around points, one side along an edge of their convex hull.

    H. Freeman and R. Shapira, "Determining the minimum-area encasing rectangle for an arbitrary closed
    curve", 1975.

    Parameters
    ----------
    points : float array [shape=(n, 2)], x and y, not all on one line.

    Returns
    -------
    float array [shape=(4, 2)], the corners in order; the first edge is the longer one.
    """
    from scipy.spatial import ConvexHull

    hull = points[ConvexHull(points).vertices]
    along = np.roll(hull, -1, axis=0) - hull
    along /= np.linalg.norm(along, axis=1, keepdims=True)  # (n, 2) unit vectors of the edges
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    u, v = along @ hull.T, across @ hull.T  # (n, n): each point in the frame of each edge
    sizes = np.ptp(u, axis=1), np.ptp(v, axis=1)
    best = int((sizes[0] * sizes[1]).argmin())
    low, high = (u[best].min(), v[best].min()), (u[best].max(), v[best].max())
    frame = np.stack([along[best], across[best]])  # rows: the two directions
    corners = np.array([low, (high[0], low[1]), high, (low[0], high[1])]) @ frame
    return corners if sizes[0][best] >= sizes[1][best] else np.roll(corners, -1, axis=0)


def from_top_left(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same rectangle from the corner where its writing begins, clockwise on the screen.

    Writing runs along the longer side, to the right; along the shorter one if that is upright.
    """
    starts = [np.roll(corners, -turn, axis=0) for turn in range(4)]
    starts += [start[[0, 3, 2, 1]] for start in starts]  # the other way round

    def is_upright(box: NDArray[np.float64]) -> bool:
        right, down = box[1] - box[0], box[3] - box[0]
        return bool(right[0] > abs(right[1]) - 1e-9 and right[0] * down[1] - right[1] * down[0] > 0)

    return next((start for start in starts if is_upright(start)), corners)


def grown(corners: NDArray[np.float64], *, ratio: float) -> NDArray[np.float64]:
    """The rectangle with each side moved out by area * ratio / circumference ("unclip")."""
    right, down = corners[1] - corners[0], corners[3] - corners[0]
    width, height = float(np.linalg.norm(right)), float(np.linalg.norm(down))
    distance = width * height * ratio / (2 * (width + height))
    across, along = right / width * distance, down / height * distance
    return corners + np.array([-across - along, across - along, across + along, along - across])


def text_boxes(
    probability: NDArray[np.float32],
    pixels: NDArray[np.uint8],
    *,
    level: float = 0.3,
    least: float = 0.5,
    ratio: float = GROWTH,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """From the map to rectangles around lines of text.

    1. What is above `level` is text. 2. Connected pieces are found. 3. A piece whose mean probability is
    below `least` is dropped. 4. The smallest rectangle is put around it, turned as it lies. 5. It grows,
    since the network was taught to mark only the middle of a line, so that neighbours stay apart.

    Parameters
    ----------
    probability : float32 array [shape=(h, w)].
    pixels : array [shape=(H, W, ...)], the picture.
    ratio : float >= 0, how far it grows, see `grown`.

    Returns
    -------
    corners : float32 array [shape=(n, 4, 2)], x and y in pixels of the picture, each from the corner
        where its writing begins, in reading order.
    scores : float32 array [n], the mean probability of each piece.
    """
    from scipy import ndimage

    text = ndimage.binary_dilation(probability > level, np.ones((2, 2)))
    labels, _count = ndimage.label(text, np.ones((3, 3)))  # touching at a corner is enough
    scale = np.array([pixels.shape[1], pixels.shape[0]]) / probability.shape[::-1]
    corners, usual, scores = [], [], []
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), start=1):
        piece = labels[rows, columns] == number
        score = float(probability[rows, columns][piece].mean())
        if min(piece.shape) < 3 or score < least:
            continue
        y, first = np.arange(piece.shape[0]), piece.argmax(axis=1)
        last = piece.shape[1] - 1 - piece[:, ::-1].argmax(axis=1)
        ends = np.concatenate([np.stack([first, y], 1), np.stack([last, y], 1)]).astype(np.float64)
        if np.linalg.matrix_rank(ends - ends[0]) < 2:
            continue  # a slanted line without width
        box = smallest_rectangle(ends)
        if np.linalg.norm(box[3] - box[0]) < 3:
            continue
        start = np.array([columns.start, rows.start]) + 0.5  # centres of pixels
        corners.append(from_top_left((grown(box, ratio=ratio) + start) * scale))
        usual.append(from_top_left((grown(box, ratio=GROWTH) + start) * scale))
        scores.append(score)
    if not corners:
        return np.zeros((0, 4, 2), np.float32), np.zeros(0, np.float32)
    order = reading_order(np.array(usual))  # the same lines, however far the boxes grow
    return np.array(corners, np.float32)[order], np.array(scores, np.float32)[order]


def reading_order(corners: NDArray[np.float64]) -> list[int]:
    """Line by line from the top, within a line from the left.

    A box belongs to a line if its middle is less than half a line's height below that of the one before.
    """
    middle = corners.mean(axis=1)
    heights = np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1)
    order: list[int] = []
    line: list[int] = []
    for place in np.argsort(middle[:, 1], kind="stable"):
        if line and middle[place, 1] - middle[line[-1], 1] > heights[line].min() / 2:
            order += sorted(line, key=lambda n: middle[n, 0])
            line = []
        line.append(int(place))
    return order + sorted(line, key=lambda n: middle[n, 0])


def level_line(
    pixels: NDArray[np.uint8],
    boxes: tuple[NDArray[np.float32], NDArray[np.float32]],
    *,
    number: int,
    turned: bool = True,
) -> NDArray[np.uint8]:
    """One box cut out and turned level, 48 pixels high; writing from top to bottom is laid on its side.

    Parameters
    ----------
    pixels : uint8 array [shape=(H, W, 3)].
    boxes : what `text_boxes` returned.
    number : int, from 0.
    turned : bool, False cuts upright, whatever the box's direction.

    Returns
    -------
    uint8 array [shape=(48, w, 3)].
    """
    from scipy import ndimage

    corners = boxes[0][number].astype(np.float64)
    if not turned:
        (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    right, down = corners[1] - corners[0], corners[3] - corners[0]
    width = max(1, round(float(np.linalg.norm(right))))
    height = max(1, round(float(np.linalg.norm(down))))
    across = (np.arange(width) + 0.5) / width
    along = (np.arange(height) + 0.5) / height
    x = corners[0, 0] + across[None] * right[0] + along[:, None] * down[0] - 0.5
    y = corners[0, 1] + across[None] * right[1] + along[:, None] * down[1] - 0.5
    channels = [
        ndimage.map_coordinates(pixels[..., c], (y, x), order=1, mode="nearest") for c in range(3)
    ]
    line = np.stack(channels, axis=-1)
    if height >= 1.5 * width:
        line = np.rot90(line)
    tall, wide = line.shape[:2]
    return resample(
        np.ascontiguousarray(line),
        height=HEIGHT,
        width=min(max(1, math.ceil(wide * HEIGHT / tall)), WIDEST),
        crop=(0.0, 0.0, float(wide), float(tall)),
        filter_name="BILINEAR",
    )


def symbols(folder: str) -> tuple[str, ...]:
    """What the reader can write, as its file lists it: the blank, 18,708 characters, the space."""
    listed = onnx_session(str(Path(folder) / READER)).get_modelmeta().custom_metadata_map
    return ("", *listed["character"].splitlines(), " ")


def read_line(
    folder: str, line: NDArray[np.uint8], *, count: int = 3
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The most probable symbols at each step along a line: one step for 8 pixels.

    Parameters
    ----------
    line : uint8 array [shape=(48, w, 3)]; a line under 320 pixels gets a gray border on its right.
    count : int, how many symbols a step.

    Returns
    -------
    best : int64 array [shape=(steps, count)], numbers of `symbols`, the most probable first.
    probability : float32 array of the same shape, 0..1.
    """
    batch = np.zeros((1, 3, HEIGHT, max(NARROWEST, line.shape[1])), np.float32)
    batch[..., : line.shape[1]] = planes(line)
    steps = run_onnx(str(Path(folder) / READER), batch)[0]  # (steps, symbols)
    # One symbol after the other: sorting all 18,710 of them takes a hundred times as long.
    left, best = steps.copy(), np.empty((len(steps), count), np.int64)
    for rank in range(count):
        best[:, rank] = left.argmax(axis=1)
        left[np.arange(len(left)), best[:, rank]] = -np.inf
    return best, np.take_along_axis(steps, best, axis=1)


def collapse(best: NDArray[np.int64], *, blanks: bool = True) -> tuple[int, ...]:
    """From the best symbol of each step to text (CTC): repeats become one, then blanks go.

    Parameters
    ----------
    best : int array [steps].
    blanks : bool, False drops the blanks first: the mistake that loses double letters.

    Returns
    -------
    tuple of the steps whose symbols are kept.
    """
    steps = range(len(best)) if blanks else np.flatnonzero(best != BLANK).tolist()
    kept, before = [], None
    for step in steps:
        symbol = int(best[step])
        if symbol not in (before, BLANK):
            kept.append(int(step))
        before = symbol
    return tuple(kept)


def text_of(
    folder: str, steps: tuple[NDArray[np.int64], NDArray[np.float32]], *, blanks: bool = True
) -> tuple[str, float]:
    """The text of a line, and the mean probability of its characters (0 if it has none)."""
    best, probability = steps[0][:, 0], steps[1][:, 0]
    kept, names = list(collapse(best, blanks=blanks)), symbols(folder)
    text = "".join(names[best[step]] for step in kept)
    return text, float(probability[kept].mean()) if kept else 0.0


def read_lines(
    folder: str,
    pixels: NDArray[np.uint8],
    boxes: tuple[NDArray[np.float32], NDArray[np.float32]],
    *,
    turned: bool = True,
    blanks: bool = True,
    most: int = 60,
) -> tuple[tuple[str, float], ...]:
    """(text, confidence) of each box in reading order, of the first `most` boxes."""
    found = []
    for number in range(min(len(boxes[0]), most)):
        line = level_line(pixels, boxes, number=number, turned=turned)
        found.append(text_of(folder, read_line(folder, line), blanks=blanks))
    return tuple(found)


def read_differently(
    lines: tuple[tuple[str, float], ...], other: tuple[tuple[str, float], ...]
) -> tuple[int, int]:
    """How many characters two readings differ in (`edit_distance`), and how many the first has.

    Parameters
    ----------
    lines, other : what `read_lines` returns.
    """
    one, two = ("".join(text for text, _sure in reading) for reading in (lines, other))
    return edit_distance(one, two), len(one)


def edit_distance(one: str, other: str) -> int:
    """The least number of characters to insert, delete or replace (V. Levenshtein, 1965)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, row = row, [i]
        for j, b in enumerate(other, start=1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b)))
    return row[-1]
