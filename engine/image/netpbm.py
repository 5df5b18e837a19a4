"""Netpbm pictures (PBM, PGM, PPM): simple enough to be read here, without a library."""

from __future__ import annotations

import re

import numpy as np

from engine.image.limits import check_picture_size


def is_netpbm(data: bytes) -> bool:
    """Whether the bytes begin like a PBM, PGM or PPM picture."""
    return re.match(rb"P[1-6][\s#]", data[:3]) is not None


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
