"""Every kind of picture file against Pillow, tifffile, or the numbers that were written into it."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageOps

from engine.errors import UserError
from engine.image.gif import gif_frames
from engine.image.read import (
    read_palette,
    read_rgb,
    read_rgba,
    read_samples,
    scale_to_8_bits,
    turn_upright,
)

RNG = np.random.default_rng(7)
RGB = RNG.integers(0, 256, (21, 34, 3), dtype=np.uint8)
RGBA = RNG.integers(0, 256, (21, 34, 4), dtype=np.uint8)
GRAY = RGB[..., 0]
# Smooth, because lossy formats and palettes leave noise unrecognisable.
RAMP = np.stack(np.meshgrid(np.arange(34) * 7, np.arange(21) * 12, indexing="xy"), -1)
RAMP = np.dstack([RAMP, 255 - RAMP[..., :1]]).astype(np.uint8)


def saved(array: np.ndarray | Image.Image, form: str, **options: Any) -> bytes:
    picture = array if isinstance(array, Image.Image) else Image.fromarray(array)
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def opened(data: bytes, frame: int = 0) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.seek(frame)
    picture.load()
    return picture


def chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def packed_rows(samples: np.ndarray, bits: int) -> bytes:
    """Filter byte 0 and the samples of each row, packed as PNG wants them."""
    rows = []
    for row in samples.reshape(samples.shape[0], -1):
        if bits == 16:
            content = row.astype(">u2").tobytes()
        elif bits == 8:
            content = row.astype(np.uint8).tobytes()
        else:
            places = np.arange(bits - 1, -1, -1)
            content = np.packbits((row[:, None] >> places & 1).astype(np.uint8)).tobytes()
        rows.append(b"\0" + content)
    return b"".join(rows)


def png(
    samples: np.ndarray, bits: int, color: int, extra: bytes = b"", adam7: bool = False
) -> bytes:
    """A PNG written by hand: any depth, interlaced or not."""
    height, width = samples.shape[:2]
    passes = [(0, 0, 1, 1)]
    if adam7:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)]
        passes += [(0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    parts = [samples[y::dy, x::dx] for x, y, dx, dy in passes]
    raw = b"".join(packed_rows(part, bits) for part in parts if part.size)
    header = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, int(adam7))
    body = chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + body


# -------------------------------------------------------------------------------------- PNG


@pytest.mark.parametrize("adam7", [False, True])
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_png_gray_of_every_depth(bits: int, adam7: bool) -> None:
    stored = RNG.integers(0, 2**bits, (13, 19))
    data = png(stored, bits, 0, adam7=adam7)
    samples = read_samples(data)
    assert samples.dtype == {1: np.bool_, 16: np.uint16}.get(bits, np.uint8)
    np.testing.assert_array_equal(samples, stored)
    seen = np.rint(stored * 255 / (2**bits - 1)).astype(np.uint8)
    np.testing.assert_array_equal(read_rgb(data), np.repeat(seen[..., None], 3, 2))


@pytest.mark.parametrize("adam7", [False, True])
@pytest.mark.parametrize(("color", "channels"), [(2, 3), (4, 2), (6, 4)])
@pytest.mark.parametrize("bits", [8, 16])
def test_png_colours(color: int, channels: int, bits: int, adam7: bool) -> None:
    stored = RNG.integers(0, 2**bits, (13, 19, channels))
    data = png(stored, bits, color, adam7=adam7)
    samples = read_samples(data)
    assert samples.dtype == (np.uint16 if bits == 16 else np.uint8)
    np.testing.assert_array_equal(samples, stored)
    eight = np.rint(stored * 255 / (2**bits - 1)).astype(np.uint8)
    whole = {2: eight[..., [0, 0, 0, -1]], 3: np.dstack([eight, np.full((13, 19), 255)]), 4: eight}
    np.testing.assert_array_equal(read_rgba(data), whole[channels])


@pytest.mark.parametrize("adam7", [False, True])
@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_png_palette(bits: int, adam7: bool) -> None:
    colors = RNG.integers(0, 256, (2**bits, 3), dtype=np.uint8)
    alpha = RNG.integers(0, 256, 2**bits // 2, dtype=np.uint8)
    stored = RNG.integers(0, 2**bits, (13, 19))
    plain = png(stored, bits, 3, chunk(b"PLTE", colors.tobytes()), adam7)
    np.testing.assert_array_equal(read_samples(plain), stored)
    np.testing.assert_array_equal(read_palette(plain), colors)
    np.testing.assert_array_equal(read_rgb(plain), colors[stored])
    extra = chunk(b"PLTE", colors.tobytes()) + chunk(b"tRNS", alpha.tobytes())
    clear = png(stored, bits, 3, extra, adam7)
    table = np.column_stack([colors, np.append(alpha, np.full(2**bits - len(alpha), 255))])
    np.testing.assert_array_equal(read_palette(clear), table)
    np.testing.assert_array_equal(read_rgba(clear), table[stored])


@pytest.mark.parametrize("bits", [8, 16])
def test_png_one_transparent_colour(bits: int) -> None:
    stored = RNG.integers(0, 2**bits, (4, 5, 3))
    data = png(stored, bits, 2, chunk(b"tRNS", struct.pack(">HHH", *map(int, stored[1, 2]))))
    np.testing.assert_array_equal(read_samples(data), stored)
    alpha = read_rgba(data)[..., 3]
    assert alpha[1, 2] == 0
    assert (alpha == 255).sum() == 19
    np.testing.assert_array_equal(read_rgb(data)[1, 2], [255, 255, 255])
    gray = png(stored[..., 0], bits, 0, chunk(b"tRNS", struct.pack(">H", int(stored[1, 2, 0]))))
    assert read_rgba(gray)[1, 2, 3] == 0
    assert read_rgba(gray)[stored[..., 0] != stored[1, 2, 0]][:, 3].min() == 255


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_png_one_transparent_gray(bits: int) -> None:
    stored = np.arange(24).reshape(4, 6) % 2**bits
    key = 2 ** (bits - 1)  # neither 0 nor the largest, where there is one between
    data = png(stored, bits, 0, chunk(b"tRNS", struct.pack(">H", key)))
    libpng = imagecodecs.png_decode(data)
    np.testing.assert_array_equal(read_rgba(data)[..., 3], libpng[..., -1])
    np.testing.assert_array_equal(read_rgba(data)[..., 3] == 0, stored == key)
    np.testing.assert_array_equal(read_rgba(data)[..., 0], libpng[..., 0])
    np.testing.assert_array_equal(read_samples(data), stored)


def test_alpha_is_laid_over_white() -> None:
    data = saved(RGBA, "PNG")
    white = Image.new("RGBA", (34, 21), "white")
    expected = Image.alpha_composite(white, Image.fromarray(RGBA)).convert("RGB")
    np.testing.assert_array_equal(read_rgb(data), np.asarray(expected))
    opacity = RGBA[..., 3:] / 255
    by_hand = RGBA[..., :3] * opacity + 255 * (1 - opacity)
    assert np.abs(read_rgb(data) - by_hand).max() <= 1


# ---------------------------------------------------------------------------- JPEG & others


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}])
def test_jpeg(options: dict[str, Any]) -> None:
    for array in (RAMP, RAMP[..., 0]):
        data = saved(array, "JPEG", **options)
        np.testing.assert_array_equal(read_samples(data), np.asarray(opened(data)))
        np.testing.assert_array_equal(read_rgb(data), np.asarray(opened(data).convert("RGB")))


def test_jpeg_cmyk_means_ink() -> None:
    ink = Image.fromarray(RAMP).convert("CMYK")
    data = saved(ink, "JPEG", quality=100)
    difference = read_samples(data).astype(int) - np.asarray(ink)
    assert np.abs(difference).mean() < 3
    np.testing.assert_array_equal(read_rgb(data), np.asarray(opened(data).convert("RGB")))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(form: str, orientation: int) -> None:
    if form == "TIFF":
        data = saved(RAMP, form, tiffinfo={274: orientation})
    else:
        exif = Image.Exif()
        exif[274] = orientation
        lossless = {"WEBP": {"lossless": True}, "AVIF": {"quality": 100}}.get(form, {})
        data = saved(RAMP, form, exif=exif, **lossless)
    upright = np.asarray(ImageOps.exif_transpose(opened(data)).convert("RGB"))
    np.testing.assert_array_equal(read_rgb(data), upright)
    np.testing.assert_array_equal(read_rgba(data)[..., :3], upright)
    stored = read_samples(data)
    assert stored.shape == RAMP.shape
    np.testing.assert_array_equal(turn_upright(stored, orientation=orientation), upright)


def test_orientation_of_a_deep_png() -> None:
    exif = Image.Exif()
    exif[274] = 6
    stored = RNG.integers(0, 65536, (4, 7, 3))
    data = png(stored, 16, 2, chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0")))
    assert read_samples(data).shape == (4, 7, 3)
    assert read_rgb(data).shape == (7, 4, 3)


@pytest.mark.parametrize("form", ["BMP", "TIFF", "PPM", "ICO", "PNG"])
def test_lossless_formats_give_back_the_numbers(form: str) -> None:
    array = RGB[:16, :16] if form == "ICO" else RGB
    data = saved(array, form, **({"sizes": [(16, 16)]} if form == "ICO" else {}))
    np.testing.assert_array_equal(read_samples(data)[..., :3], array)
    np.testing.assert_array_equal(read_rgb(data), array)


@pytest.mark.parametrize("mode", ["1", "P", "L", "RGB", "RGBA"])
def test_bmp(mode: str) -> None:
    data = saved(Image.fromarray(RAMP).convert(mode), "BMP")
    np.testing.assert_array_equal(read_samples(data), np.asarray(opened(data)))
    np.testing.assert_array_equal(read_rgb(data)[::2], np.asarray(opened(data).convert("RGB"))[::2])


def test_bmp_of_4_bits() -> None:
    stored = RNG.integers(0, 16, (3, 8), dtype=np.uint8)
    colors = RNG.integers(0, 256, (16, 4), dtype=np.uint8)
    rows = (stored[::-1, ::2] << 4 | stored[::-1, 1::2]).tobytes()
    info = struct.pack("<IiiHHIIiiII", 40, 8, 3, 1, 4, 0, 12, 0, 0, 16, 0)
    head = b"BM" + struct.pack("<IHHI", 14 + 40 + 64 + 12, 0, 0, 14 + 40 + 64)
    data = head + info + colors.tobytes() + rows
    np.testing.assert_array_equal(read_samples(data), stored)
    np.testing.assert_array_equal(read_palette(data), colors[:, 2::-1])
    np.testing.assert_array_equal(read_rgb(data), colors[:, 2::-1][stored])


def test_webp_and_avif() -> None:
    data = saved(RGBA, "WEBP", lossless=True, exact=True)
    np.testing.assert_array_equal(read_samples(data), RGBA)
    np.testing.assert_array_equal(read_rgba(data), RGBA)
    data = saved(RAMP, "AVIF")
    np.testing.assert_array_equal(read_rgb(data), np.asarray(opened(data)))


def test_avif_of_10_bits() -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    deep = (np.arange(64 * 64 * 3).reshape(64, 64, 3) % 1024).astype(np.uint16)
    data = imagecodecs.avif_encode(deep, bitspersample=10, level=100)
    np.testing.assert_array_equal(read_samples(data), imagecodecs.avif_decode(data))
    assert read_rgb(data).dtype == np.uint8


@pytest.mark.parametrize("top", [1, 7, 255, 1000, 65535])
def test_netpbm(top: int) -> None:
    gray = RNG.integers(0, top + 1, (3, 5))
    color = RNG.integers(0, top + 1, (3, 5, 3))
    kind = ">u2" if top > 255 else "u1"
    for stored, plain, raw in ((gray, b"P2", b"P5"), (color, b"P3", b"P6")):
        head = b"\n# a comment\n5 3 #another\n%d\n" % top
        texts = plain + head + " ".join(map(str, stored.ravel())).encode()
        for data in (texts, raw + head + stored.astype(kind).tobytes()):
            np.testing.assert_array_equal(read_samples(data), stored)
            eight = np.rint(stored * 255 / top).astype(np.uint8).reshape(3, 5, -1)
            np.testing.assert_array_equal(read_rgb(data), np.broadcast_to(eight, (3, 5, 3)))
    with pytest.raises(UserError, match="ends before"):
        read_samples(b"P2 4 4 255\n1 2 3")


def test_pbm() -> None:
    stored = RNG.integers(0, 2, (5, 11)).astype(bool)
    packed = b"P4 11 5\n" + np.packbits(stored, axis=1).tobytes()
    plain = b"P1 11 5\n" + "\n".join("".join(map(str, row)) for row in stored.astype(int)).encode()
    for data in (packed, plain):
        np.testing.assert_array_equal(read_samples(data), stored)
        np.testing.assert_array_equal(read_rgb(data)[..., 0] == 0, stored)  # 1 is ink
        np.testing.assert_array_equal(read_rgb(data), np.asarray(opened(data).convert("RGB")))


# ------------------------------------------------------------------------------- animations


def animation() -> list[Image.Image]:
    frames = [Image.fromarray(RAMP)]
    for step in range(1, 5):
        frame = frames[-1].copy()
        frame.paste((255, 40 * step, 0), (3 * step, 2 * step, 3 * step + 6, 2 * step + 5))
        frames.append(frame)
    return frames


@pytest.mark.parametrize(
    ("form", "options"),
    [("GIF", {"disposal": 1}), ("GIF", {"disposal": 2}), ("PNG", {}), ("WEBP", {"lossless": True})],
)
def test_frames_of_an_animation(form: str, options: dict[str, Any]) -> None:
    first, *rest = animation()
    data = saved(first, form, save_all=True, append_images=rest, duration=100, **options)
    for frame in range(5):
        seen = np.asarray(opened(data, frame).convert("RGB"))
        np.testing.assert_array_equal(read_rgb(data, frame=frame), seen)
    for frame in (-1, 5, 10**9):
        with pytest.raises(UserError, match="no frame number"):
            read_rgb(data, frame=frame)


def apng(*frames: tuple[np.ndarray, int, int, int, int], first: bytes = b"") -> bytes:
    """An animated PNG of 4 x 4 pixels: frames (RGBA, x, y, dispose, blend)."""
    header = struct.pack(">IIBBBBB", 4, 4, 8, 6, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    data += chunk(b"acTL", struct.pack(">II", len(frames), 0)) + first
    number = 0
    for pixels, x, y, dispose, blend in frames:
        height, width = pixels.shape[:2]
        control = (number, width, height, x, y, 1, 10, dispose, blend)
        data += chunk(b"fcTL", struct.pack(">5IHHBB", *control))
        number += 1
        content = zlib.compress(packed_rows(pixels, 8))
        if number == 1 and not first:
            data += chunk(b"IDAT", content)
        else:
            data += chunk(b"fdAT", struct.pack(">I", number) + content)
            number += 1
    return data + chunk(b"IEND", b"")


def filled(*colour: int, size: int = 4) -> np.ndarray:
    return np.full((size, size, 4), colour, np.uint8)


def test_apng_frames_that_cover_each_other() -> None:
    red, blue = filled(255, 0, 0, 255), filled(0, 0, 255, 128)
    covered = read_rgba(apng((red, 0, 0, 0, 0), (blue, 0, 0, 0, 1)), frame=1)
    assert (covered == [127, 0, 128, 255]).all()
    np.testing.assert_array_equal(
        read_samples(apng((red, 0, 0, 0, 0), (blue, 0, 0, 0, 1)), frame=1), covered
    )
    replaced = read_rgba(apng((red, 0, 0, 0, 0), (blue, 0, 0, 0, 0)), frame=1)
    np.testing.assert_array_equal(replaced, blue)


def test_apng_frames_against_the_specification() -> None:
    """Every pair of disposal and blending, by the formula of the PNG specification, 13.16."""
    pieces = [RNG.integers(0, 256, (2, 2, 4), dtype=np.uint8) for _ in range(12)]
    steps = [(p, i % 3, i % 2, i % 3, i // 3 % 2) for i, p in enumerate(pieces)]
    steps = [(RGBA[:4, :4], 0, 0, 0, 0), *steps]
    data = apng(*steps)
    canvas = np.zeros((4, 4, 4))
    for number, (pixels, x, y, dispose, blend) in enumerate(steps):
        place = np.s_[y : y + len(pixels), x : x + len(pixels)]
        before, above, below = canvas[place].copy(), pixels / 255, canvas[place] / 255
        if blend:
            weight = below[..., 3:] * (1 - above[..., 3:])
            alpha = above[..., 3:] + weight
            mixed = above[..., :3] * above[..., 3:] + below[..., :3] * weight
            canvas[place] = np.dstack([mixed / np.maximum(alpha, 1e-9), alpha]) * 255
        else:
            canvas[place] = pixels
        drawn = read_rgba(data, frame=number)
        assert np.abs(drawn[..., 3] - canvas[..., 3]).max() <= 2
        weighed = np.abs(drawn[..., :3] - canvas[..., :3]) * canvas[..., 3:] / 255
        assert weighed.max() <= 3  # rounded anew in every frame
        if dispose:
            canvas[place] = 0 if dispose == 1 else before
    with pytest.raises(UserError, match="no frame number"):
        read_rgba(data, frame=len(steps))


def test_apng_after_a_picture_for_old_viewers() -> None:
    old = chunk(b"IDAT", zlib.compress(packed_rows(filled(9, 9, 9, 255), 8)))
    data = apng((filled(0, 0, 255, 128, size=2), 1, 1, 0, 1), first=old)
    assert (read_rgba(data) == 9).sum() == 48
    drawn = read_rgba(data, frame=1)  # on nothing, not on the picture for old viewers
    assert not drawn[0].any()
    assert (drawn[1:3, 1:3] == [0, 0, 255, 128]).all()


def test_apng_frames_that_lie() -> None:
    whole = (filled(1, 2, 3, 4), 0, 0, 0, 0)
    with pytest.raises(UserError, match="damaged"):
        read_rgba(apng(whole, (filled(1, 2, 3, 4), 2, 0, 0, 1)), frame=1)
    with pytest.raises(UserError):
        read_rgba(apng(whole, whole)[:-40], frame=1)


def test_gif_frames_as_stored() -> None:
    first, *rest = (frame.convert("L") for frame in animation())  # one palette for all: parts
    data = saved(first, "GIF", save_all=True, append_images=rest)
    assert len(gif_frames(data)) == 5
    table = read_palette(data)
    colors = table[read_samples(data)][..., :3]
    np.testing.assert_array_equal(colors, read_rgb(data))
    # A later frame holds only the part that changed, in colour numbers of its own palette.
    _, start, palette, count, _, _ = gif_frames(data)[2]
    x, y, width, height = struct.unpack_from("<4H", data, start + 1)
    assert width * height < 34 * 21
    part = read_samples(data, frame=2)[y : y + height, x : x + width]
    own = np.frombuffer(data, np.uint8, 3 * count, palette).reshape(-1, 3)
    np.testing.assert_array_equal(read_palette(data, frame=2)[:, :3], own)
    clear = read_palette(data, frame=2)[part]
    opaque = clear[..., 3] == 255 if clear.shape[2] == 4 else np.ones(part.shape, bool)
    shown = read_rgb(data, frame=2)[y : y + height, x : x + width]
    np.testing.assert_array_equal(clear[..., :3][opaque], shown[opaque])


# ------------------------------------------------------------------------------------- TIFF


def tiff(array: np.ndarray, **options: Any) -> bytes:
    file = io.BytesIO()
    big = {key: options.pop(key) for key in ("bigtiff", "byteorder") if key in options}
    with tifffile.TiffWriter(file, **big) as writer:
        writer.write(array, metadata=None, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"byteorder": ">"},
        {"bigtiff": True},
        {"compression": "lzw"},
        {"compression": "zlib", "predictor": True},
        {"compression": "packbits"},
        {"tile": (16, 16)},
        {"rowsperstrip": 4},
    ],
    ids=str,
)
@pytest.mark.parametrize("dtype", ["u1", "u2", "f4"])
def test_tiff(dtype: str, options: dict[str, Any]) -> None:
    if dtype == "f4" and options.get("predictor"):
        options = options | {"predictor": 3}
    whole = RNG.random((21, 34, 3))
    stored = (whole if dtype == "f4" else whole * np.iinfo(dtype).max).astype(dtype)
    # What is decoded in a child process takes longer to test.
    apart = options.get("compression") in ("lzw", "packbits")
    for array in (stored,) if apart else (stored, stored[..., 0]):
        data = tiff(array, photometric="rgb" if array.ndim == 3 else "minisblack", **options)
        samples = read_samples(data)
        assert samples.dtype == np.dtype(dtype)
        np.testing.assert_array_equal(samples, array)
        if apart and dtype != "u2":
            continue
        top = 1 if dtype == "f4" else np.iinfo(dtype).max
        eight = np.rint(array.astype(float) * 255 / top).astype(np.uint8).reshape(21, 34, -1)
        np.testing.assert_array_equal(read_rgb(data), np.broadcast_to(eight, (21, 34, 3)))


def test_tiff_pages() -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(RGB, photometric="rgb", metadata=None)
        writer.write(GRAY, metadata=None)
        writer.write(RGB[:5, :6], photometric="rgb", planarconfig="contig", metadata=None)
    data = file.getvalue()
    np.testing.assert_array_equal(read_samples(data), RGB)
    np.testing.assert_array_equal(read_samples(data, frame=1), GRAY)
    np.testing.assert_array_equal(read_rgb(data, frame=2), RGB[:5, :6])
    with pytest.raises(UserError, match="no frame number"):
        read_samples(data, frame=3)


def test_tiff_of_separate_planes_and_with_alpha() -> None:
    planes = np.moveaxis(RGB, -1, 0)
    data = tiff(planes, photometric="rgb", planarconfig="separate")
    np.testing.assert_array_equal(read_samples(data), RGB)
    data = tiff(RGBA, photometric="rgb", extrasamples=["unassalpha"])
    np.testing.assert_array_equal(read_rgba(data), RGBA)
    data = tiff(RGBA, photometric="rgb", extrasamples=["unspecified"])
    np.testing.assert_array_equal(read_rgb(data), RGBA[..., :3])


def test_tiff_colours_multiplied_by_alpha() -> None:
    pixel = np.array([[[100, 50, 0, 128], [9, 9, 9, 0], [255, 1, 0, 4]]], np.uint8)
    data = tiff(pixel, photometric="rgb", extrasamples=["assocalpha"])
    np.testing.assert_array_equal(read_samples(data), pixel)
    white = Image.new("RGBA", (3, 1), "white")
    over = Image.alpha_composite(white, opened(data).convert("RGBA")).convert("RGB")
    np.testing.assert_array_equal(read_rgb(data)[0, 0], [227, 177, 127])
    # Pillow cuts 99.6 down to 99 where this rounds.
    assert np.abs(read_rgb(data).astype(int) - np.asarray(over)).max() <= 1
    assert read_rgba(data)[0].tolist() == [[199, 100, 0, 128], [0, 0, 0, 0], [255, 64, 0, 4]]
    deep = tiff(pixel.astype(np.uint16) * 257, photometric="rgb", extrasamples=["assocalpha"])
    np.testing.assert_array_equal(read_rgba(deep), read_rgba(data))
    part = tiff(pixel.astype(np.float32) / 255, photometric="rgb", extrasamples=["assocalpha"])
    np.testing.assert_array_equal(read_rgba(part), read_rgba(data))
    gray = tiff(pixel[..., [0, 3]], photometric="minisblack", extrasamples=["assocalpha"])
    assert read_rgba(gray)[0].tolist()[0] == [199, 199, 199, 128]


def test_tiff_samples_that_are_not_opacity() -> None:
    for count in (2, 4):
        extra = ["unspecified"] * (count - 1)
        data = tiff(RGBA[..., :count], photometric="minisblack", extrasamples=extra)
        np.testing.assert_array_equal(read_rgb(data), np.repeat(RGBA[..., :1], 3, axis=2))
        assert read_rgba(data)[..., 3].min() == 255
        np.testing.assert_array_equal(read_samples(data), RGBA[..., :count])
    five = np.dstack([RGB, RGBA[..., :1], RGBA[..., 3:]])
    data = tiff(five, photometric="rgb", extrasamples=["unspecified", "unassalpha"])
    np.testing.assert_array_equal(read_rgba(data), np.dstack([RGB, RGBA[..., 3:]]))


def test_tiff_white_is_zero_with_alpha() -> None:
    stored = RGBA[..., [0, 3]]
    data = tiff(stored, photometric="miniswhite", extrasamples=["unassalpha"])
    seen = read_rgba(data)
    np.testing.assert_array_equal(seen[..., 3], stored[..., 1])
    np.testing.assert_array_equal(seen[..., 0], 255 - stored[..., 0])


def test_a_palette_is_read_without_the_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(Image.fromarray(RAMP).convert("P"), "TIFF", compression="tiff_lzw")
    expected = read_palette(saved(Image.fromarray(RAMP).convert("P"), "TIFF"))
    monkeypatch.setattr("engine.image.tiff.TIFF_READER", "raise SystemExit(2)")
    np.testing.assert_array_equal(read_palette(data), expected)
    with pytest.raises(UserError):
        read_samples(data)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "LAB", "YCbCr", "LA"])
def test_tiff_modes_as_pillow_shows_them(mode: str) -> None:
    if mode == "LAB":
        picture = Image.frombytes("LAB", (34, 21), RGB.tobytes())
    else:
        picture = Image.fromarray(RGBA if "A" in mode else RAMP).convert(mode)
    data = saved(picture, "TIFF")
    np.testing.assert_array_equal(read_samples(data), np.asarray(opened(data)))
    if mode in ("RGBA", "LA"):
        np.testing.assert_array_equal(read_rgba(data), np.asarray(opened(data).convert("RGBA")))
    else:
        np.testing.assert_array_equal(read_rgb(data), np.asarray(opened(data).convert("RGB")))


@pytest.mark.parametrize("compression", ["jpeg", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_tiff_compressed_by_libtiff(compression: str) -> None:
    data = saved(RAMP, "TIFF", compression=compression)
    difference = read_rgb(data).astype(int) - np.asarray(opened(data).convert("RGB"))
    assert np.abs(difference).max() <= (2 if compression == "jpeg" else 0)


def test_tiff_palette_and_white_is_zero() -> None:
    data = saved(Image.fromarray(RAMP).convert("P"), "TIFF")
    np.testing.assert_array_equal(read_palette(data)[read_samples(data)], read_rgb(data))
    data = tiff(GRAY, photometric="miniswhite")
    np.testing.assert_array_equal(read_samples(data), GRAY)
    np.testing.assert_array_equal(read_rgb(data)[..., 0], 255 - GRAY)
    for group in ("group3", "group4"):
        fax = saved(Image.fromarray(GRAY > 99), "TIFF", compression=group)
        np.testing.assert_array_equal(read_rgb(fax)[..., 0] > 0, GRAY > 99)


def test_float_with_gaps_is_scaled() -> None:
    values = np.array([[-2.0, 0.0, 2.0], [np.nan, np.inf, -np.inf]], np.float32)
    np.testing.assert_array_equal(read_samples(tiff(values)), values)
    expected = np.array([[0, 128, 255], [0, 255, 0]])
    np.testing.assert_array_equal(read_rgb(tiff(values))[..., 0], expected)
    nothing = np.full((2, 2), np.nan, np.float32)
    assert not read_rgb(tiff(nothing)).any()
    integers = np.array([[-5, 0], [5, 100_000]], np.int32)
    np.testing.assert_array_equal(read_samples(tiff(integers)), integers)
    assert read_rgb(tiff(integers))[..., 0].tolist() == [[0, 0], [0, 255]]


@pytest.mark.parametrize("top", [1, 3, 15, 255, 4095, 65535])
def test_scaling_rounds(top: int) -> None:
    values = np.arange(top + 1, dtype=np.uint16)
    exact = np.floor(values.astype(float) * 255 / top + 0.5)
    np.testing.assert_array_equal(scale_to_8_bits(values, top=top), exact)


def test_palette_of_a_picture_without_one() -> None:
    with pytest.raises(UserError, match="no palette"):
        read_palette(saved(RGB, "PNG"))
    with pytest.raises(UserError, match="no palette"):
        read_palette(saved(RGB, "TIFF"))


def test_mpo_shows_its_first_picture() -> None:
    first, second = animation()[:2]
    data = saved(first, "MPO", save_all=True, append_images=[second])
    np.testing.assert_array_equal(read_rgb(data), np.asarray(opened(data)))
    with pytest.raises(UserError):
        read_rgb(data, frame=1)
