"""A digit drawn by hand, from strokes to the 28 x 28 numbers of MNIST, and what goes wrong on the way.

"The original black and white (bilevel) images from NIST were size normalized to fit in a 20x20 pixel
box while preserving their aspect ratio. [...] the images were centered in a 28x28 image by computing the
center of mass of the pixels, and translating the image so as to position this point at the center of the
28x28 field." (Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits", 1998.)
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from engine.training.digits import digits

CANVAS = 280  # pixels of a drawing, in both directions
SIDE, BOX = 28, 20  # pixels of MNIST's pictures, and of the box that a digit fits into
FINER = 4  # a stroke is drawn this much larger and made smaller again, so that its edges are gray

Strokes = tuple[tuple[int, ...], ...]
#: What is no digit, as strokes: letters and shapes.
NO_DIGITS: dict[str, Strokes] = {
    "letter": ((11, 1, 80, 240, 140, 40, 200, 240), (11, 1, 105, 165, 175, 165)),
    "triangle": ((11, 1, 140, 50, 235, 220, 45, 220, 140, 50),),
    "spiral": (
        (
            *(11, 1, 140, 140, 155, 132, 165, 148, 150, 168, 125, 165, 112, 140, 122, 108, 155, 98),
            *(190, 115, 200, 155, 180, 195, 140, 208, 95, 195, 72, 150, 80, 100, 112, 68, 160, 60),
        ),
    ),
}


def drawing_png(strokes: Strokes) -> bytes:
    """Strokes on white paper as a PNG file, gray, 280 x 280.

    Parameters
    ----------
    strokes : tuple of (radius, value, x0, y0, x1, y1, ...), whole numbers in pixels: a line with round
        ends through the points; value 1 is ink, 0 takes ink away. Later strokes lie on top.
    """
    from PIL import Image, ImageDraw

    paper = Image.new("L", (FINER * CANVAS, FINER * CANVAS), 255)
    pen = ImageDraw.Draw(paper)
    for radius, value, *numbers in strokes:
        r, shade = FINER * radius, 0 if value else 255
        points = [(FINER * x, FINER * y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        if len(points) > 1:
            pen.line(points, fill=shade, width=2 * r)
        for x, y in points:
            pen.ellipse((x - r, y - r, x + r, y + r), fill=shade)
    file = io.BytesIO()
    paper.reduce(FINER).save(file, "PNG")
    return file.getvalue()


def read_drawing(data: bytes) -> NDArray[np.uint8]:
    """The pixels of a drawing: uint8 array (280, 280), 255 white paper and 0 ink.

    Raises
    ------
    ValueError : it has another size.
    """
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        pixels = np.array(picture.convert("L"))
    if pixels.shape != (CANVAS, CANVAS):
        raise ValueError(f"a drawing is {CANVAS} x {CANVAS}, not {pixels.shape}")
    return pixels


def no_digit(*, name: str) -> NDArray[np.uint8]:
    """A letter or a shape of `NO_DIGITS` as a drawing: uint8 array (280, 280), dark on white."""
    return read_drawing(drawing_png(NO_DIGITS[name]))


def enlarged_digit(path: str, *, number: int) -> NDArray[np.uint8]:
    """A digit of MNIST as if it had been drawn: each pixel ten times as large, dark on white.

    `as_digit` gives the digit back.

    Parameters
    ----------
    path : str, the file of the set. number : int, which of its pictures.

    Returns
    -------
    uint8 array (280, 280).
    """
    step = CANVAS // SIDE
    return 255 - digits(path, start=number, count=1)[0].repeat(step, axis=0).repeat(step, axis=1)


# ------------------------------------------------------------------------------ as MNIST was made


def as_digit(drawing: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A drawing as MNIST has its digits: light and dark exchanged, fitted, centred.

    Parameters
    ----------
    drawing : uint8 array [shape=(280, 280)], dark on white.

    Returns
    -------
    uint8 array (28, 28), 0 paper and 255 ink.
    """
    return centred(fitted(ink(drawing)))


def ink(drawing: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """How much ink is on each pixel: 0 none, 255 all of it."""
    return 255 - drawing


def fitted(dark: NDArray[np.uint8], *, box: int = BOX) -> NDArray[np.uint8]:
    """What is drawn, cut out and resized until its longer side has `box` pixels; proportions stay.

    Each new pixel is the mean over the area of the drawing that it covers.

    Parameters
    ----------
    dark : uint8 array [shape=(H, W)], see `ink`.

    Returns
    -------
    uint8 array (h, w), max(h, w) == box; one pixel of nothing if there is no ink.
    """
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if not len(rows):
        return np.zeros((1, 1), np.uint8)
    part = dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    longer = max(part.shape)
    height, width = (max(1, round(box * side / longer)) for side in part.shape)
    small = covered(part.shape[0], height) @ part @ covered(part.shape[1], width).T
    return np.rint(small).astype(np.uint8)


def covered(old: int, new: int) -> NDArray[np.float64]:
    """Which share of each of `new` pixels each of `old` pixels covers, both over the same length.

    Returns
    -------
    float64 array (new, old), the sum of each row 1.
    """
    edges, at = np.arange(new + 1) * old / new, np.arange(old)
    right, left = np.minimum(edges[1:, None], at + 1), np.maximum(edges[:-1, None], at)
    return np.clip(right - left, 0, None) * new / old


def centred(small: NDArray[np.uint8], *, side: int = SIDE) -> NDArray[np.uint8]:
    """A small picture on paper of `side` x `side`, moved until its centre of mass is in the middle.

    It is moved by whole pixels, as MNIST's are: the centre of mass comes to row and column `side` / 2,
    counted from 0, or up to half a pixel beside it. What would leave the paper stops at its edge.

    Returns
    -------
    uint8 array (side, side).
    """
    mass = max(1, int(small.sum(dtype=np.int64)))
    page = np.zeros((side, side), np.uint8)
    corner = []
    for axis, length in enumerate(small.shape):
        along = small.sum(axis=1 - axis, dtype=np.int64)
        middle = float((along * np.arange(length)).sum()) / mass
        corner.append(min(max(round(side / 2 - middle), 0), side - length))
    top, left = corner
    page[top : top + small.shape[0], left : left + small.shape[1]] = small
    return page


# ------------------------------------------------------------------------------ other ways, and traps


def only_smaller(drawing: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Trap: the whole paper made smaller, wherever and however large the digit is on it.

    Returns
    -------
    uint8 array (28, 28), 0 paper and 255 ink: each number the mean of 10 x 10 pixels.
    """
    step = CANVAS // SIDE
    blocks = ink(drawing).reshape(SIDE, step, SIDE, step).astype(np.float64)
    return np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)


def cornered(drawing: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Trap: the digit at the upper left edge of the paper, fitted but not centred."""
    small = fitted(ink(drawing))
    page = np.zeros((SIDE, SIDE), np.uint8)
    page[: small.shape[0], : small.shape[1]] = small
    return page


def shrunk(drawing: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Trap: centred, but half as large as MNIST's digits."""
    return centred(fitted(ink(drawing), box=BOX // 2))


def exchanged(digit: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Trap: light and dark not exchanged: dark ink (0) on white paper (255)."""
    return 255 - digit


def thicker(digit: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Trap: a thicker pen: every pixel becomes the darkest ink among itself and its 24 neighbours."""
    from scipy import ndimage

    return ndimage.grey_dilation(digit, size=(5, 5))


def quarter_turned(digit: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Trap: a quarter turn to the left."""
    return np.ascontiguousarray(np.rot90(digit))


def upside(digit: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Trap: standing on its head (half a turn)."""
    return np.ascontiguousarray(digit[::-1, ::-1])


def blank() -> NDArray[np.uint8]:
    """Trap: paper on which nothing is drawn: uint8 array (28, 28) of 0."""
    return np.zeros((SIDE, SIDE), np.uint8)


def noise(*, seed: int = 0) -> NDArray[np.uint8]:
    """Trap: numbers by chance, every byte as likely as any other: uint8 array (28, 28)."""
    return np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE), np.uint8)


def share_of_paper(digit: NDArray[np.uint8]) -> float:
    """The share of the numbers that are 0: no ink at all."""
    return float(np.count_nonzero(digit == 0) / digit.size)
