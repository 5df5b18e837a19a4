"""What Pillow does not give of a PNG: the frames of an animation and 16 bits for each colour."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from engine.image.limits import MAX_CHUNKS, MAX_FRAMES, check_picture_size, check_sample_bytes


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
