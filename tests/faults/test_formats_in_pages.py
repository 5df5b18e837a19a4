"""Every picture form that is accepted, and every odd shape, through every step of every lesson."""

from __future__ import annotations

import functools
import io
import struct
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow
from streamlit.testing.v1 import AppTest

from components.catalogue import LESSONS
from components.picture import frame_key
from engine.image.read import read_rgb
from tests.faults.test_pages_with_bad_files import (
    EVERY_PICTURE_STEP,
    in_tray,
    saved,
)
from tests.pages.harness import (
    PAGE_STEPS,
    assert_fine,
    check_code,
    everything_under,
    go,
    open_page,
    upload,
)

#: Slow ones: a few forms meet them. What they show may also be a network's own numbers.
NETWORK_LESSONS = [
    lesson.name for lesson in LESSONS if lesson.section == "network" and lesson.kind == "image"
]

CHOSEN = np.random.default_rng(11)
HEIGHT, WIDTH = 19, 23
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH]
RGB = np.stack([ROWS * 12, COLUMNS * 10, (ROWS * COLUMNS) % 256], axis=-1).astype(np.uint8)
GRAY = RGB[..., 2]
ALPHA = np.dstack([RGB, (COLUMNS * 11).astype(np.uint8)])

# Adam7: the first column and row of each pass, and its steps (PNG specification, 8.2).
PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


def chunk(name: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + check


def packed_rows(numbers: np.ndarray, bits: int) -> bytes:
    """Each row of (H, W) or (H, W, C) numbers with its filter byte, most significant bits first."""
    lines = []
    for line in numbers.reshape(len(numbers), -1):
        if bits == 16:
            content = line.astype(">u2").tobytes()
        elif bits == 8:
            content = line.astype(np.uint8).tobytes()
        else:
            single = np.unpackbits(line.astype(np.uint8)[:, None], axis=1)[:, 8 - bits :]
            content = np.packbits(single.ravel()).tobytes()
        lines.append(b"\0" + content)
    return b"".join(lines)


def png(
    numbers: np.ndarray, bits: int, colour: int, extra: bytes = b"", interlaced: bool = False
) -> bytes:
    """A PNG of any depth and colour type, as Pillow does not write them all."""
    height, width = numbers.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlaced))
    if interlaced:
        parts = [numbers[y::dy, x::dx] for x, y, dx, dy in PASSES]
        rows = b"".join(packed_rows(part, bits) for part in parts if part.size)
    else:
        rows = packed_rows(numbers, bits)
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def pillow(picture: Pillow.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def animation(form: str, **options: object) -> bytes:
    frames = [Pillow.fromarray(np.roll(RGB, 5 * shift, axis=1)) for shift in range(4)]
    more = {"save_all": True, "append_images": frames[1:], "duration": 80, **options}
    return pillow(frames[0], form, **more)


def tiff(numbers: np.ndarray, **options: object) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, numbers, **options)
    return file.getvalue()


def turned(orientation: int) -> bytes:
    exif = Pillow.Exif()
    exif[274] = orientation
    return saved("JPEG", RGB, exif=exif, quality=95)


PALETTE = chunk(b"PLTE", bytes(range(48))) + chunk(b"tRNS", bytes([0, 128, 255, 40]))
WIDE = RGB.astype(np.uint16) * 257
RGB_PICTURE = Pillow.fromarray(RGB)
FORMATS = {
    "png gray 1": png(GRAY % 2, 1, 0),
    "png gray 2": png(GRAY % 4, 2, 0),
    "png gray 4": png(GRAY % 16, 4, 0),
    "png gray 8": png(GRAY, 8, 0),
    "png gray 16": png(GRAY.astype(np.uint16) * 257, 16, 0),
    "png gray transparent": png(GRAY, 8, 0, chunk(b"tRNS", b"\0\0")),
    "png gray alpha 16": png(WIDE[..., :2], 16, 4),
    "png rgb": png(RGB, 8, 2),
    "png rgb 16": png(WIDE, 16, 2),
    "png rgba": png(ALPHA, 8, 6),
    "png rgba 16": png(ALPHA.astype(np.uint16) * 257, 16, 6),
    "png palette transparent": png(GRAY % 16, 4, 3, PALETTE),
    "png interlaced": png(RGB, 8, 2, interlaced=True),
    "png interlaced gray 1": png(GRAY % 2, 1, 0, interlaced=True),
    "jpeg gray": saved("JPEG", GRAY),
    "jpeg rgb": saved("JPEG", RGB),
    "jpeg progressive": saved("JPEG", RGB, progressive=True),
    "jpeg cmyk": pillow(RGB_PICTURE.convert("CMYK"), "JPEG"),
    **{f"jpeg turned {n}": turned(n) for n in range(2, 9)},
    "gif animation": animation("GIF"),
    "apng": animation("PNG"),
    "webp lossless": saved("WEBP", RGB, lossless=True),
    "webp alpha": saved("WEBP", ALPHA, lossless=True),
    "webp animation": animation("WEBP"),
    "tiff 8": tiff(RGB, photometric="rgb"),
    "tiff 16": tiff(WIDE, photometric="rgb"),
    "tiff gray 16": tiff(WIDE[..., 0], photometric="minisblack"),
    "tiff float": tiff(RGB[..., 0] / np.float32(77), photometric="minisblack"),
    "tiff pages": tiff(np.stack([GRAY, 255 - GRAY, GRAY // 2]), photometric="minisblack"),
    "tiff lzw": tiff(RGB, photometric="rgb", compression="lzw", predictor=True),
    "bmp": saved("BMP", RGB),
    "bmp palette": pillow(RGB_PICTURE.quantize(7), "BMP"),
    "avif": saved("AVIF", RGB),
    "avif 10 bit": imagecodecs.avif_encode(WIDE // 64, bitspersample=10, level=100),
    "ico": pillow(RGB_PICTURE.resize((32, 32)), "ICO", sizes=[(32, 32)]),
    "ppm": b"P6 23 19 255\n" + RGB.tobytes(),
    "pgm 16": b"P5 23 19 65535\n" + (GRAY.astype(">u2") * 257).tobytes(),
}


def noise(height: int, width: int) -> bytes:
    return saved("PNG", CHOSEN.integers(0, 256, (height, width, 3), dtype=np.uint8))


SHAPES = {
    "1 x 1": noise(1, 1),
    "1 x 17": noise(1, 17),
    "17 x 1": noise(17, 1),
    "2 x 2": noise(2, 2),
    "1 x 2": noise(1, 2),
    "3 x 2": noise(3, 2),
    "strip 3 x 20000": noise(3, 20_000),
    "strip 20000 x 3": noise(20_000, 3),
    "black": saved("PNG", np.zeros((31, 30, 3), np.uint8)),
    "white": saved("PNG", np.full((30, 31, 3), 255, np.uint8)),
    "primes": noise(101, 127),
    "one white pixel": saved("PNG", np.full((1, 1, 3), 255, np.uint8)),
    "transparent": saved("PNG", np.zeros((9, 9, 4), np.uint8)),
}
FILES = {**FORMATS, **SHAPES}


@functools.cache
def session() -> AppTest:
    """One visitor for all tests of this module: each opens the next file in the same session."""
    return open_page("pixels")


def put(name: str, data: bytes) -> AppTest:
    app = go(session(), "pixels", "look")
    upload(app, "tray_upload", f"{name}.bin", data)
    assert_fine(app)
    assert in_tray(app).data == data
    return app


@pytest.mark.parametrize("name", FILES)
def test_every_step_of_every_lesson_and_the_start_page_take_it(name: str) -> None:
    app = put(name, FILES[name])
    source = in_tray(app)
    for lesson, step in EVERY_PICTURE_STEP:
        go(app, lesson, step)
        assert_fine(app)
        views = app.session_state["_views"]
        assert views or step == "predict", (lesson, step)
        for key, nodes in views.items():
            assert source.digest in {node.key for node in everything_under(*nodes)}, key
            for node in nodes:
                value = np.asarray(node.value)
                # A wave of no strength has no phase, which is said by NaN.
                if value.dtype.kind in "fc" and node.name != "phase":
                    assert not np.isnan(value).any(), (lesson, step, key, node.name)
    assert in_tray(app) is source
    go(app, "home")
    assert_fine(app)
    assert "first_yours" in app.session_state["_views"]


@pytest.mark.parametrize("name", ["1 x 1", "strip 3 x 20000", "tiff float", "png gray alpha 16"])
def test_the_lessons_on_networks_take_it(name: str) -> None:
    app = put(name, FILES[name])
    for lesson in NETWORK_LESSONS:
        for step in PAGE_STEPS[lesson]:
            go(app, lesson, step)
            assert_fine(app)
            assert app.session_state["_views"] or step == "predict", (lesson, step)


@pytest.mark.parametrize(
    "name",
    [
        "png rgb 16",
        "png palette transparent",
        "jpeg cmyk",
        "jpeg turned 6",
        "tiff float",
        "1 x 1",
        "17 x 1",
        "strip 3 x 20000",
    ],
)
def test_the_code_of_every_view_gives_the_same_numbers(name: str, tmp_path: Path) -> None:
    app = put(name, FILES[name])
    views = []
    for lesson, step in EVERY_PICTURE_STEP:
        go(app, lesson, step)
        found = app.session_state["_views"].items()
        views += [(f"{lesson}/{step}/{key}", nodes) for key, nodes in found]
    assert check_code(views, tmp_path) >= len(EVERY_PICTURE_STEP)


@pytest.mark.parametrize(
    ("name", "frame"), [("gif animation", 2), ("apng", 3), ("webp animation", 4), ("tiff pages", 3)]
)
def test_the_frame_slider_reaches_every_view(name: str, frame: int, tmp_path: Path) -> None:
    app = put(name, FILES[name])
    key = frame_key(in_tray(app))
    slider = app.slider(key=key)
    assert slider.value == 1
    assert (slider.min, slider.max) == (1, in_tray(app).shown_frames)
    first = app.session_state["_views"]["pixels"][0].key
    slider.set_value(frame).run()
    assert_fine(app)
    expected = read_rgb(FILES[name], frame=frame - 1)
    views = []
    for lesson, step in EVERY_PICTURE_STEP:
        go(app, lesson, step)
        assert_fine(app)
        assert app.slider(key=key).value == frame, (lesson, step)
        found = app.session_state["_views"].items()
        views += [(f"{lesson}/{step}/{key}", nodes) for key, nodes in found]
    for place, nodes in views:
        if place == "pixels/look/pixels":
            assert nodes[0].key != first
            assert np.array_equal(nodes[0].value, expected)
    assert not np.array_equal(expected, read_rgb(FILES[name], frame=0))
    if name == "gif animation":
        assert check_code(views, tmp_path) >= len(EVERY_PICTURE_STEP)
    # Another file begins with its own first frame, and has no slider without one.
    put("jpeg rgb", FILES["jpeg rgb"])
    assert not [slider for slider in app.slider if str(slider.key).startswith("frame")]
    put(name, FILES[name])
    assert app.slider(key=key).value == 1


@pytest.mark.parametrize(
    ("lesson", "step", "key"),
    [("frequency", "filter", "cut"), ("frequency", "ringing", "ring"), ("phase", "build", "waves")],
)
@pytest.mark.parametrize("walk", [False, True], ids=["on the page", "after a walk"])
def test_a_control_set_for_a_large_picture_fits_a_small_one(
    lesson: str, step: str, key: str, walk: bool
) -> None:
    """The cut-off of the former picture may be beyond what the next one has."""
    app = open_page("pixels")
    upload(app, "tray_upload", "large.png", noise(200, 211))
    go(app, lesson, step)
    control = next(w for kind in (app.slider, app.select_slider) for w in kind if w.key == key)
    control.set_value(64).run()
    assert_fine(app)
    if walk:
        go(app, "pixels", "look")
    upload(app, "tray_upload", "small.png", noise(13, 12))
    assert_fine(go(app, lesson, step))
    control = next(w for kind in (app.slider, app.select_slider) for w in kind if w.key == key)
    if key != "waves":
        assert control.min <= control.value <= control.max
    assert_fine(app.run())
