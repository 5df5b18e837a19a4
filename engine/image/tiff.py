"""TIFF, decoded by tifffile; what could crash its decoders is decoded in a child process."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import Any

import numpy as np

from engine.errors import N_, UserError
from engine.image.limits import (
    MAX_FRAMES,
    check_picture_size,
    check_sample_bytes,
    no_such_frame,
    picture_error,
)

# Compressions of TIFF that are decoded in this process: none, and Deflate. imagecodecs' LZW decoder
# crashes with damaged data, and would take the server with it; so the others get a child process.
SAFE_COMPRESSIONS = (1, 8, 32946)
# Starting Python takes 0.3 s; the rest is for 200 MB of samples.
DECODE_PICTURE_SECONDS = 30
# What the child may take in all: Python, numpy, the file and three times the samples.
DECODE_PICTURE_MEMORY = 1_500_000_000

TIFF_READER = """
import io, os, sys
# Each thread reserves address space, and the limit below counts it.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy, tifffile, imagecodecs
frame, memory = map(int, sys.argv[1:3])
data = sys.stdin.buffer.read()
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
except (ImportError, ValueError, OSError):
    pass
try:
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        samples = file.pages[frame].asarray(maxworkers=1)
except MemoryError:
    sys.exit(2)
packed = io.BytesIO()
numpy.save(packed, samples)
sys.stdout.buffer.write(packed.getbuffer())
"""


def decode_tiff_apart(data: bytes, frame: int) -> np.ndarray:
    """Decode one page of a TIFF in a child process, which may crash without harm.

    Raises
    ------
    UserError : the child crashed, or took too long or too much memory: such a file is not tried
        with another decoder in this process.
    ValueError : its decoder says that it cannot read this.
    """
    limits = [str(frame), str(DECODE_PICTURE_MEMORY)]
    command = [sys.executable, "-I", "-c", TIFF_READER, *limits]
    try:
        answer = subprocess.run(
            command, input=data, capture_output=True, timeout=DECODE_PICTURE_SECONDS
        )
    except subprocess.TimeoutExpired as problem:
        raise UserError(
            N_(
                "Decoding this picture takes longer than {seconds} s. Save it as PNG and try again."
            ),
            seconds=DECODE_PICTURE_SECONDS,
        ) from problem
    if answer.returncode == 1:  # Python's own status for an exception that nobody caught
        raise ValueError("the decoder gave up")
    if answer.returncode:
        crash = RuntimeError(f"the decoder ended with status {answer.returncode}")
        raise picture_error(crash) from crash
    return np.asarray(np.load(io.BytesIO(answer.stdout), allow_pickle=False))


def is_tiff(data: bytes) -> bool:
    """Whether the bytes begin like a TIFF or BigTIFF, in either byte order."""
    return data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def tiff_page(file: Any, frame: int) -> Any:
    """One page (`TiffPage`) of a `tifffile.TiffFile`, its tags examined but no pixel decoded."""
    import tifffile

    if not 0 <= frame < MAX_FRAMES:
        raise no_such_frame(frame)
    try:
        page = file.pages[frame]
    except IndexError as problem:
        raise no_such_frame(frame) from problem
    if not isinstance(page, tifffile.TiffPage):
        page = page.aspage()
    size = (page.imagelength, page.imagewidth)
    # A damaged tag can hold many numbers where one is meant.
    if not all(isinstance(n, int) for n in (*size, page.bitspersample, page.samplesperpixel)):
        raise ValueError("impossible tags")
    check_picture_size(page.imagewidth, page.imagelength)
    # Bytes decide here: a page can claim a thousand samples for each pixel, or one huge tile.
    tile = page.tilewidth * page.tilelength * max(page.bitspersample, 8) // 8
    check_sample_bytes(max(page.nbytes, tile))
    return page


def tiff_palette(page: Any) -> np.ndarray | None:
    """The colours of a palette page, (n, 3) uint8, or None."""
    if page.photometric != 3:
        return None
    table = np.asarray(page.tags["ColorMap"].value).reshape(3, -1).T
    # 16 bits by the specification, but some programs wrote 8.
    return (table >> 8 if table.max() > 255 else table).astype(np.uint8)


def tiff_samples(
    data: bytes, frame: int
) -> tuple[np.ndarray, str, int, np.ndarray | None, int, int]:
    """Read one page of a TIFF with tifffile.

    Parameters
    ----------
    data : bytes, the file.
    frame : int >= 0, the page.

    Returns
    -------
    samples : np.ndarray [shape=(H, W) or (H, W, C)], the numbers as stored
    meaning : "gray", "inverted" (0 is white), "palette", "rgb" or "cmyk"
    top : int, the largest possible number, 0 where that says nothing (float, signed, 32 bit)
    palette : np.ndarray [shape=(n, 3)] uint8 or None
    orientation : 1..8, how to turn the picture upright (the Exif numbering)
    alpha : int, the channel that holds opacity, negative if the colours are already multiplied by
        it ("associated alpha"), 0 if there is none

    Source: TIFF 6.0, Adobe 1992, sections 8 and 18 (ExtraSamples).
    """
    import tifffile

    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = tiff_page(file, frame)
        if int(page.compression) in SAFE_COMPRESSIONS:
            samples = np.asarray(page.asarray(maxworkers=1))
        else:
            samples = decode_tiff_apart(data, frame)
        axes = page.axes
        if axes == "SYX":  # each colour stored as a picture of its own
            samples, axes = np.moveaxis(samples, 0, -1), "YXS"
        size = (page.imagelength, page.imagewidth)
        if axes not in ("YX", "YXS") or samples.shape[:2] != size:
            raise ValueError(f"unexpected axes {axes} or shape {samples.shape}")
        names = {0: "inverted", 1: "gray", 2: "rgb", 3: "palette", 5: "cmyk", 32844: "gray"}
        meaning = names.get(int(page.photometric), "")
        if page.photometric == 6 and page.compression in (6, 7):
            meaning = "rgb"  # the JPEG decoder has already turned YCbCr into RGB
        if not meaning:
            raise ValueError(f"unexpected colours {page.photometric}")
        # The last samples of a pixel are extra: 1 associated alpha, 2 unassociated, 0 anything.
        extra = [int(kind) for kind in page.extrasamples]
        alpha = 0
        for channel, kind in enumerate(extra, page.samplesperpixel - len(extra)):
            if kind in (1, 2) and not alpha:
                alpha = channel if kind == 2 else -channel
        unsigned = samples.dtype.kind in "bu" and page.bitspersample <= 16
        top = 2**page.bitspersample - 1 if unsigned else 0
        orientation = page.tags.valueof(274, 1)
        orientation = orientation if orientation in range(1, 9) else 1
        return samples, meaning, top, tiff_palette(page), int(orientation), alpha
