"""Picture files become numbers: as the file stores them, or as a viewer shows them.

`read_samples` answers "which numbers are in the file?", `read_rgb` and `read_rgba` answer "which
colours do I see?". Most formats are decoded by Pillow. Pillow keeps 8 bits of each colour sample,
so what holds more goes elsewhere: 16-bit colour PNG and deep AVIF to imagecodecs (libpng, libavif),
TIFF to tifffile, and the Netpbm formats are simple enough to be read here.
"""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from engine.errors import N_, UserError

# 50 megapixels: as RGBA they fill 200 MB, what one visitor may ask of a server with 1 GB of memory;
# phones and most cameras stay below.
MAX_PIXELS = 50_000_000
# The same in bytes, for samples of 16 or more bits and for many channels: 200 MB.
MAX_SAMPLE_BYTES = 4 * MAX_PIXELS
# libjpeg's own limit (JPEG_MAX_DIMENSION); longer strips are not pictures that anyone looks at.
MAX_SIDE = 65_500
# A longer animation is a film; also bounds the walk through a file made of empty frames.
MAX_FRAMES = 1_000
# A frame of an animation is drawn over all frames before it: about 5 s of drawing at 100 MP/s.
MAX_DRAWN_PIXELS = 500_000_000
# PNG and RIFF chunks that are walked; a file of empty chunks must not take long.
MAX_CHUNKS = 100_000
# The only decoders offered to a file: Pillow knows many more, old and rarely examined.
PICTURE_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "DIB", "AVIF", "ICO", "PPM")

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


def check_picture_size(width: int, height: int) -> None:
    """Refuse a picture too large to be decoded safely; called before any memory is spent.

    Parameters
    ----------
    width, height : int, pixels, as the file's header states them.

    Raises
    ------
    UserError : no pixels at all, more than `MAX_PIXELS` or a side longer than `MAX_SIDE`.
    """
    if width < 1 or height < 1:
        raise UserError(
            N_("This picture says that it is {width} × {height} pixels. Choose one with pixels."),
            width=width,
            height=height,
        )
    if width * height > MAX_PIXELS:
        raise UserError(
            N_(
                "This picture has {width} × {height} pixels, {megapixels} million; up to {limit} "
                "million are accepted. Make it smaller and try again."
            ),
            width=width,
            height=height,
            megapixels=round(width * height / 1e6, 1),
            limit=MAX_PIXELS // 1_000_000,
        )
    if max(width, height) > MAX_SIDE:
        raise UserError(
            N_(
                "This picture is {width} × {height} pixels; a side may have up to {limit}. "
                "Crop it and try again."
            ),
            width=width,
            height=height,
            limit=MAX_SIDE,
        )


def check_sample_bytes(size: int) -> None:
    """Refuse a picture whose numbers take more than `MAX_SAMPLE_BYTES`, before they are decoded."""
    if size > MAX_SAMPLE_BYTES:
        raise UserError(
            N_(
                "The numbers of this picture take {size} MB; up to {limit} MB are accepted. Make "
                "it smaller or save it with 8 bits for each sample."
            ),
            size=round(size / 1e6),
            limit=MAX_SAMPLE_BYTES // 1_000_000,
        )


def picture_error(problem: Exception) -> UserError:
    """The sentence for what a decoder complained about: cut off, too large, or damaged."""
    words = str(problem).lower()
    signs = ("truncated", "not enough", "too small", "unexpected end", "end of file", "too short")
    if isinstance(problem, UserError):
        return problem
    if isinstance(problem, EOFError) or any(sign in words for sign in signs):
        return UserError(
            N_(
                "The file ends before the picture does. It was probably not copied or downloaded "
                "completely; fetch it again."
            )
        )
    if isinstance(problem, MemoryError) or "decompression bomb" in words:
        return UserError(
            N_(
                "This picture needs more memory than there is; up to {limit} million pixels are "
                "accepted. Make it smaller and try again."
            ),
            limit=MAX_PIXELS // 1_000_000,
        )
    return UserError(
        N_(
            "The picture in this file is damaged or stored in a way that cannot be read here. Open "
            "it in a picture program, save it as PNG and try again."
        )
    )


def no_such_frame(frame: int) -> UserError:
    """The sentence for a frame number that the file does not have (or that is out of reach)."""
    return UserError(
        N_("This file has no frame number {frame} that can be shown. Choose a lower number."),
        frame=frame,
    )


def png_chunks(data: bytes) -> list[tuple[bytes, int, int]]:
    """(name, position of the content, length) of up to `MAX_CHUNKS` chunks of a PNG."""
    position = 8
    chunks: list[tuple[bytes, int, int]] = []
    while position + 8 <= len(data) and len(chunks) < MAX_CHUNKS:
        length = int.from_bytes(data[position : position + 4], "big")
        chunks.append((data[position + 4 : position + 8], position + 8, length))
        position += 12 + length
    return chunks


def png_frames(data: bytes) -> list[tuple[bytes, int, int, int, int]]:
    """Cut an animated PNG into pictures of their own.

    Parameters
    ----------
    data : bytes, a PNG file.

    Returns
    -------
    list of up to `MAX_FRAMES` tuples (png, x, y, dispose, blend): a PNG of that frame alone, where
    it is drawn, what is done with its place afterwards (0 nothing, 1 cleared, 2 as it was before)
    and whether its pixels replace (0) or cover (1) what is there. A picture before the animation,
    meant for viewers that know no animation, has blend -1.

    Source: PNG specification, third edition, W3C 2025, sections 11.3.6 and 13.10.
    """

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    head = b""  # the palette and the transparent colours hold for all frames
    controls: list[tuple[int, ...]] = []
    contents: list[list[bytes]] = []
    for name, place, length in png_chunks(data):
        content = data[place : place + length]
        if name in (b"PLTE", b"tRNS") and not contents:
            head += chunk(name, content)
        elif name == b"fcTL" and len(controls) < MAX_FRAMES:
            _, *control = struct.unpack(">5IHHBB", content)
            controls.append(tuple(control))
            contents.append([])
        elif name == b"fcTL":
            break
        elif name == b"IDAT" and not contents:
            size = struct.unpack(">II", data[16:24])
            controls.append((*size, 0, 0, 0, 0, 0, -1))
            contents.append([content])
        elif name in (b"IDAT", b"fdAT"):
            contents[-1].append(content[4:] if name == b"fdAT" else content)
    frames = []
    for (width, height, x, y, _, _, dispose, blend), parts in zip(controls, contents, strict=True):
        header = chunk(b"IHDR", struct.pack(">II", width, height) + data[24:29])
        png = data[:8] + header + head + chunk(b"IDAT", b"".join(parts)) + chunk(b"IEND", b"")
        frames.append((png, x, y, dispose, blend))
    return frames


def draw_png_frame(data: bytes, frame: int) -> Image.Image:
    """Draw the frames of an animated PNG up to `frame` over each other, in mode RGBA.

    Pillow mixes the opacities of two frames where one covers the other; by the specification they
    add up, as everywhere: alpha = above + below * (1 - above).
    """
    frames = png_frames(data)
    if not 0 <= frame < len(frames):
        raise no_such_frame(frame)
    size = struct.unpack(">II", data[16:24])
    canvas = Image.new("RGBA", size)
    start = int(frames[0][4] < 0 < frame)
    for number, (png, x, y, dispose, blend) in enumerate(frames[start : frame + 1], start):
        part = open_frame(png, 0).convert("RGBA")
        box = (x, y, x + part.width, y + part.height)
        if box[2] > size[0] or box[3] > size[1]:
            raise ValueError("a frame outside of the picture")
        before = canvas.crop(box) if dispose == 2 and number < frame else None
        if blend == 1:
            part = Image.alpha_composite(canvas.crop(box), part)
        canvas.paste(part, box)
        if number < frame and dispose:
            canvas.paste(before or (0, 0, 0, 0), box)
    return canvas


def open_frame(data: bytes, frame: int, *, colours: bool = False) -> Image.Image:
    """Let Pillow decode one frame; in an animation that is the frame as drawn over earlier ones.

    Parameters
    ----------
    data : bytes, the file.
    frame : int >= 0.
    colours : bool, whether a later frame of a PNG may be RGBA even if the file holds other numbers.

    Returns
    -------
    PIL.Image.Image, loaded, in the mode in which Pillow keeps it.

    Raises
    ------
    Exception : whatever the decoder raises; the callers turn it into a `UserError`.
    """
    picture = Image.open(io.BytesIO(data), formats=PICTURE_FORMATS)
    check_picture_size(*picture.size)
    reach = MAX_DRAWN_PIXELS // (picture.width * picture.height)
    if not 0 <= frame < MAX_FRAMES or frame > reach or (frame and picture.format == "MPO"):
        raise no_such_frame(frame)
    flat = ("1", "L", "P", "RGB") if colours else ()
    if frame and picture.format == "PNG" and picture.mode in ("LA", "RGBA", *flat):
        if frame >= getattr(picture, "n_frames", 1):
            raise no_such_frame(frame)
        drawn = draw_png_frame(data, frame)
        drawn.info = {k: v for k, v in picture.info.items() if k != "transparency"}
        for name, place, length in png_chunks(data):
            if name == b"eXIf":
                drawn.info["exif"] = b"Exif\0\0" + data[place : place + length]
        return drawn if colours else drawn.convert(picture.mode)
    if frame:
        try:
            picture.seek(frame)
        except EOFError as problem:
            raise no_such_frame(frame) from problem
        check_picture_size(*picture.size)
    picture.load()
    # An icon's true size is known only now.
    check_picture_size(*picture.size)
    key = picture.info.get("transparency")
    if picture.format == "PNG" and picture.mode == "L" and isinstance(key, int):
        # Pillow has spread pixels of 2 and 4 bits over 0..255, but not the transparent one.
        spread = {2: 85, 4: 17}.get(data[24], 1)
        picture.info["transparency"] = key % (255 // spread + 1) * spread
    return picture


def gif_frames(data: bytes) -> list[tuple[int, int, int, int, int, int]]:
    """Where the frames of a GIF lie, without decoding them.

    Parameters
    ----------
    data : bytes, a GIF file.

    Returns
    -------
    list of up to `MAX_FRAMES` tuples (control, start, palette, colors, end, delay): byte positions
    of the frame's graphic control extension (-1: none), of its image descriptor and its colour
    table, the number of colours in that table, where its data end, and the delay in 1/100 s.

    Source: GIF89a specification, CompuServe 1990, sections 18 to 27.
    """
    common = 13  # the screen descriptor ends here, the colours for all frames follow
    common_colors = 2 << (data[10] & 7) if data[10] & 128 else 0
    position = common + 3 * common_colors
    frames: list[tuple[int, int, int, int, int, int]] = []
    control, delay = -1, 0
    while position + 1 < len(data) and len(frames) < MAX_FRAMES:
        block, begin = data[position], position
        if block == 0x2C and position + 10 < len(data):  # image descriptor
            flags = data[position + 9]
            palette, colors = common, common_colors
            position += 10
            if flags & 128:
                palette, colors = position, 2 << (flags & 7)
                position += 3 * colors
            position += 1  # the minimum code size
        elif block == 0x21:  # an extension
            if data[position + 1] == 0xF9 and position + 6 < len(data):
                control, delay = (
                    position,
                    int.from_bytes(data[position + 4 : position + 6], "little"),
                )
            position += 2
        elif block == 0x3B:
            break
        else:  # junk between blocks: decoders skip it
            position += 1
            continue
        while position < len(data) and data[position]:  # sub-blocks, each led by its length
            position += 1 + data[position]
        position += 1
        if block == 0x2C:
            frames.append((control, begin, palette, colors, min(position, len(data)), delay))
            control, delay = -1, 0
    return frames


def gif_frame_alone(data: bytes, frame: int) -> bytes:
    """Cut one frame out of a GIF animation as a GIF of its own: its numbers before any drawing."""
    frames = gif_frames(data)
    if not 0 <= frame < len(frames):
        raise no_such_frame(frame)
    control, start, _, _, end, _ = frames[frame]
    head = data[: 13 + 3 * (2 << (data[10] & 7) if data[10] & 128 else 0)]
    return head + (data[control : control + 8] if control >= 0 else b"") + data[start:end] + b";"


def netpbm_header(data: bytes) -> tuple[int, int, int, int]:
    """Width, height, largest value and the position of the pixels of a PBM, PGM or PPM file."""
    gap = rb"(?:\s|#[^\r\n]*[\r\n])+"
    fields = 2 if data[1:2] in b"14" else 3
    header = re.match(rb"P[1-6]" + (gap + rb"(\d{1,9})") * fields + rb"\s", data[:100_000])
    if header is None:
        raise ValueError("no Netpbm header")
    width, height, top = (*map(int, header.groups()), 1)[:3]
    check_picture_size(width, height)
    if not 1 <= top <= 65535:
        raise ValueError("impossible largest value")
    return width, height, top, header.end()


def netpbm_samples(data: bytes) -> tuple[np.ndarray, str, int]:
    """Read PBM, PGM or PPM (P1 to P6): the numbers, what they mean, the largest possible one.

    Source: the pbm, pgm and ppm format descriptions of Netpbm.
    """
    kind = int(data[1:2])
    width, height, top, start = netpbm_header(data)
    body = data[start:]
    shape = (height, width, 3) if kind in (3, 6) else (height, width)
    count = int(np.prod(shape))
    if kind == 4:
        line = (width + 7) // 8
        bits = np.frombuffer(body, np.uint8, line * height).reshape(height, line)
        return np.unpackbits(bits, axis=1)[:, :width].astype(bool), "inverted", 1
    if kind == 1:
        digits = np.frombuffer(re.sub(rb"#[^\r\n]*|\s+", b"", body)[:count], np.uint8)
        if digits.size < count:
            raise EOFError("not enough pixels")
        return (digits == ord("1")).reshape(shape), "inverted", 1
    if kind in (2, 3):
        words = re.sub(rb"#[^\r\n]*", b"", body).split(None, count)[:count]
        values = np.array(words, dtype="S5").astype(np.int64)
    else:
        values = np.frombuffer(body, ">u2" if top > 255 else "u1", count)
    if values.size < count:
        raise EOFError("not enough pixels")
    samples = values.astype(np.uint16 if top > 255 else np.uint8).reshape(shape)
    return samples, "rgb" if kind in (3, 6) else "gray", top


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


def divide_by_alpha(samples: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Undo the multiplication of colours by their opacity.

    Parameters
    ----------
    samples : np.ndarray [shape=(H, W, C)], colours multiplied by opacity
    alpha : np.ndarray [shape=(H, W)], opacity, in the same unit

    Returns
    -------
    np.ndarray [shape=(H, W, C)] uint8: round(255 * v / alpha), at most 255; 0 where alpha is 0.
    """
    colours = np.empty(samples.shape, np.uint8)
    # Row by row: 64-bit copies of a whole picture would take eight times its memory.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for row, values, opacity in zip(colours, samples, alpha, strict=True):
            ratio = values.astype(np.float64) / opacity[:, None]
            ratio[opacity == 0] = 0
            row[...] = np.rint(255 * np.clip(np.nan_to_num(ratio, posinf=1.0), 0, 1))
    return colours


def scale_to_8_bits(samples: np.ndarray, *, top: int = 0) -> np.ndarray:
    """Map sample values to 0..255 for the screen.

    Parameters
    ----------
    samples : np.ndarray [shape=(H, ...)], bool, integer or float
    top : int, the number that means "brightest"; 0 if the type has none

    Returns
    -------
    np.ndarray uint8, round(v * 255 / top). Without `top`: float values that lie in 0..1 are
    multiplied by 255, others are stretched from smallest to largest. NaN becomes 0.
    """
    if top == 255:
        return samples.astype(np.uint8)
    if top:
        table = np.arange(top + 1, dtype=np.uint64)  # one rounding for each possible value
        table = ((table * 510 + top) // (2 * top)).astype(np.uint8)
        if samples.dtype.itemsize > 2 or top < np.iinfo(np.uint16).max:
            samples = np.minimum(samples, top)
        return table[samples.astype(np.uint16, copy=False)]
    finite = samples[np.isfinite(samples)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if samples.dtype.kind == "f" and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    spread = high - low or 1.0
    # Row by row: 64-bit copies of a whole picture would take eight times its memory.
    shown = np.empty(samples.shape, np.uint8)
    with np.errstate(invalid="ignore", over="ignore"):
        for row, values in zip(shown, samples, strict=True):
            unit = (values.astype(np.float64) - low) / spread
            unit = np.nan_to_num(unit, nan=0.0, posinf=1.0, neginf=0.0)
            row[...] = np.rint(np.clip(unit, 0, 1) * 255)
    return shown


def turn_upright(samples: np.ndarray, *, orientation: int) -> np.ndarray:
    """Apply an Exif orientation.

    Parameters
    ----------
    samples : np.ndarray [shape=(H, W, ...)]
    orientation : 1..8, Exif 2.32 section 4.6.4: where row 0 and column 0 of the numbers are seen
    """
    if orientation >= 5:
        samples = samples.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        samples = samples[:, ::-1]
    if orientation in (3, 4, 7, 8):
        samples = samples[::-1]
    return np.ascontiguousarray(samples)


def is_tiff(data: bytes) -> bool:
    """Whether the bytes begin like a TIFF or BigTIFF, in either byte order."""
    return data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def is_netpbm(data: bytes) -> bool:
    """Whether the bytes begin like a PBM, PGM or PPM picture."""
    return re.match(rb"P[1-6][\s#]", data[:3]) is not None


def is_deep_png(data: bytes) -> bool:
    """Whether this PNG has several 16-bit samples for each pixel (Pillow would keep 8 bits)."""
    return data[:8] == b"\x89PNG\r\n\x1a\n" and data[24:25] == b"\x10" and data[25:26] != b"\0"


def deep_png_samples(data: bytes) -> np.ndarray:
    """Decode a PNG with 16-bit colours, (H, W, 2 | 3 | 4) uint16, with libpng."""
    import imagecodecs

    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    check_picture_size(width, height)
    check_sample_bytes(width * height * {2: 3, 4: 2, 6: 4}.get(data[25], 4) * 2)
    return np.asarray(imagecodecs.png_decode(data))


def is_deep_avif(data: bytes) -> bool:
    """Whether an AVIF picture has 10 or 12 bits for each sample (bits in its `av1C` box)."""
    place = data[:4096].find(b"av1C") if data[4:8] == b"ftyp" else -1
    return place > 0 and bool(data[place + 6] & 0x40) if place + 6 < len(data) else False


def read_samples(data: bytes, *, frame: int = 0) -> np.ndarray:
    """Read the numbers that a picture file stores, after decompression and before any display.

    Nothing is turned upright, and no palette is applied. JPEG, WebP and AVIF are converted from
    their YCbCr to RGB by the decoder. CMYK means ink (0 none, 255 full): the JPEGs of Adobe's
    programs store it inverted, and that is undone. Grey PNGs of 2 and 4 bits give 0..3 and 0..15.
    In a GIF, `frame` gives that frame's own colour numbers; in other animations the drawn frame.

    Parameters
    ----------
    data : bytes, the file.
    frame : int >= 0, frame of an animation or page of a TIFF.

    Returns
    -------
    np.ndarray: (H, W) bool for 1 bit, uint8 colour numbers for a palette,
    uint8, uint16, int32 or float32 grey; (H, W, C) for 2 grey+alpha, 3 RGB, 4 RGBA or CMYK.

    Raises
    ------
    UserError : damaged, cut off, too large, or without this frame.
    """
    try:
        if is_netpbm(data) and frame == 0:
            return netpbm_samples(data)[0]
        if is_deep_png(data) and frame == 0:
            samples = deep_png_samples(data)
            # libpng turns a transparent colour into an alpha channel; the file has only three.
            return np.ascontiguousarray(samples[..., :3]) if data[25] == 2 else samples
        if is_tiff(data):
            try:
                return np.ascontiguousarray(tiff_samples(data, frame)[0])
            except UserError:
                raise
            except Exception:
                # Rare colours and compressions: libtiff knows more of them. It may decode in this
                # process, as it is among the decoders that are fuzzed without pause (OSS-Fuzz), and
                # Pillow has checked the size before; what has crashed the child does not come here.
                return np.array(open_frame(data, frame))
        if data[:4] == b"GIF8":
            return np.array(open_frame(gif_frame_alone(data, frame), 0))
        picture = open_frame(data, frame)
        if is_deep_avif(data) and frame == 0:
            import imagecodecs

            return np.asarray(imagecodecs.avif_decode(data, index=0))
        samples = np.array(picture)
        if data[:4] == b"\x89PNG" and picture.mode == "L" and data[24] in (2, 4):
            # Pillow has spread 0..3 and 0..15 over 0..255, by 85 and by 17: without a remainder.
            samples //= 85 if data[24] == 2 else 17
        return samples
    except UserError:
        raise
    except Exception as problem:  # decoders raise nearly everything when a file is damaged
        raise picture_error(problem) from problem


def read_palette(data: bytes, *, frame: int = 0) -> np.ndarray:
    """Read the table of colours that the numbers of a palette picture point into.

    Parameters
    ----------
    data : bytes, the file.
    frame : int >= 0.

    Returns
    -------
    np.ndarray [shape=(n, 3)] uint8 RGB, or (n, 4) RGBA if some colours are transparent.

    Raises
    ------
    UserError : this picture has no palette, or cannot be read.
    """
    try:
        transparency: bytes | int | None = None
        if data[:4] == b"GIF8":
            frames = gif_frames(data)
            if not 0 <= frame < len(frames):
                raise no_such_frame(frame)
            control, _, start, colors, _, _ = frames[frame]
            table = np.frombuffer(data, np.uint8, 3 * colors, start).reshape(-1, 3).copy()
            if control >= 0 and data[control + 3] & 1:
                transparency = data[control + 6]
        elif is_tiff(data):
            import tifffile

            with tifffile.TiffFile(io.BytesIO(data)) as file:
                palette = tiff_palette(tiff_page(file, frame))
            if palette is None:
                tiff_samples(data, frame)  # damaged files are told so, not that a palette lacks
            table = np.zeros((0, 3), np.uint8) if palette is None else palette
        else:
            picture = open_frame(data, frame)
            transparency = picture.info.get("transparency")
            flat = picture.getpalette("RGB") if picture.mode == "P" else None
            table = np.array(flat or [], np.uint8).reshape(-1, 3)
    except UserError:
        raise
    except Exception as problem:
        raise picture_error(problem) from problem
    if not len(table):
        raise UserError(
            N_(
                "This picture has no palette: its numbers are colours already. Choose a GIF or "
                "a PNG-8."
            )
        )
    if transparency is None:
        return table
    alpha = np.full(len(table), 255, np.uint8)
    if isinstance(transparency, bytes):
        alpha[: len(transparency)] = np.frombuffer(transparency, np.uint8)[: len(table)]
    elif transparency < len(table):
        alpha[transparency] = 0
    return np.column_stack([table, alpha])


def read_rgba(data: bytes, *, frame: int = 0) -> np.ndarray:
    """Read the colours and the opacity that a viewer shows.

    Palettes are applied, CMYK becomes RGB (without colour management), 16 bits are rounded to 8
    (v * 255 / 65535), float is scaled (see `scale_to_8_bits`), the Exif orientation is applied, and
    the frame of an animation is drawn over those before it.

    Parameters
    ----------
    data : bytes, the file.
    frame : int >= 0.

    Returns
    -------
    np.ndarray [shape=(H, W, 4)] uint8, upright; 255 is opaque.

    Raises
    ------
    UserError : damaged, cut off, too large, or without this frame.
    """
    return np.array(open_upright(data, frame).convert("RGBA"))


def read_rgb(data: bytes, *, frame: int = 0) -> np.ndarray:
    """Read the colours that a viewer shows, transparency laid over white; else like `read_rgba`.

    Parameters
    ----------
    data : bytes, the file.
    frame : int >= 0.

    Returns
    -------
    np.ndarray [shape=(H, W, 3)] uint8, upright.

    Raises
    ------
    UserError : damaged, cut off, too large, or without this frame.
    """
    picture = open_upright(data, frame)
    if picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture).convert("RGB")
    return np.array(picture)


def open_upright(data: bytes, frame: int) -> Image.Image:
    """Decode one frame for the screen: a PIL image in mode RGB or RGBA, upright."""
    try:
        samples, meaning, top, palette, orientation, alpha = None, "", 255, None, 1, 0
        if is_netpbm(data) and frame == 0:
            samples, meaning, top = netpbm_samples(data)
        elif is_deep_png(data) and frame == 0:
            samples, meaning, top = deep_png_samples(data), "rgb", 65535
            alpha = {2: 1, 4: 3}.get(samples.shape[2], 0)
        elif is_tiff(data):
            try:
                samples, meaning, top, palette, orientation, alpha = tiff_samples(data, frame)
            except UserError:
                raise
            except Exception:  # as in read_samples
                samples = None
        if samples is None:
            picture = open_frame(data, frame, colours=True)
            if picture.mode in ("I", "I;16", "I;16B", "I;16L", "F"):
                hidden = picture.info.get("transparency")
                stored = np.array(picture)
                eight = scale_to_8_bits(stored, top=65535 if "16" in picture.mode else 0)
                opaque = np.uint8(255) * (stored != hidden)
                planes = [eight] * 3 + ([opaque] if isinstance(hidden, int) else [])
                upright = Image.fromarray(np.stack(planes, axis=-1).astype(np.uint8))
                exif = picture.getexif().get(274, 1)
                return Image.fromarray(turn_upright(np.asarray(upright), orientation=exif))
            clear = "transparency" in picture.info or picture.mode in (
                "LA",
                "PA",
                "RGBA",
                "RGBa",
                "La",
            )
            # Turned while it still has its Exif; Pillow turns a TIFF by itself.
            if picture.format != "TIFF":
                picture = ImageOps.exif_transpose(picture)
            if picture.mode == "LA" or (clear and picture.mode != "RGBA"):
                return picture.convert("RGBA")
            return picture if picture.mode in ("RGB", "RGBA") else picture.convert("RGB")
        if samples.ndim == 2:
            samples = samples[..., None]
        channels = samples.shape[2]
        opacity = samples[..., abs(alpha)] if 0 < abs(alpha) < channels else None
        count = {"rgb": 3, "cmyk": 4}.get(meaning, 1)
        samples = samples[..., : count if count <= channels else 1]
        if meaning == "palette" and palette is not None:
            colours = palette[np.minimum(samples[..., 0].astype(np.intp), len(palette) - 1)]
        elif alpha < 0 and opacity is not None:
            colours = divide_by_alpha(samples, opacity)
        else:
            colours = scale_to_8_bits(samples, top=top)
        if meaning == "inverted":
            colours = 255 - colours
        elif meaning == "cmyk" and colours.shape[2] == 4:
            ink = Image.frombytes("CMYK", colours.shape[1::-1], colours.tobytes())
            colours = np.asarray(ink.convert("RGB"))
        if colours.shape[2] == 1:
            colours = np.repeat(colours, 3, axis=2)
        mode = "RGB"
        if opacity is not None:
            mode = "RGBA"
            if not top:  # from 0 to 1, or to the largest integer
                whole = 1 if opacity.dtype.kind == "f" else np.iinfo(opacity.dtype).max
                opacity = np.clip(opacity / whole, 0, 1)
            colours = np.dstack([colours, scale_to_8_bits(opacity, top=top)])
        if is_netpbm(data) or not is_tiff(data):
            orientation = 1
        if is_deep_png(data):
            orientation = Image.open(io.BytesIO(data), formats=["PNG"]).getexif().get(274, 1)
        colours = turn_upright(colours, orientation=orientation)
        return Image.frombytes(mode, colours.shape[1::-1], colours.tobytes())
    except UserError:
        raise
    except Exception as problem:
        raise picture_error(problem) from problem
