"""Files that lie, end early, or want to eat the memory: always a source or one sentence."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PureWindowsPath
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from engine import isolate, sources
from engine.errors import UserError
from engine.image.limits import MAX_PIXELS
from engine.image.read import read_palette, read_rgb, read_rgba, read_samples
from engine.image.tiff import decode_tiff_apart
from engine.sound.facts import FFMPEG_FORMATS
from engine.sound.read import outline, outline_ffmpeg, read_clip, read_clip_ffmpeg
from engine.sources import Image, Sound, Source, Table, Text, open_source
from engine.table.preview import read_cells
from engine.text.preview import decode_text
from tests.effort import at_most
from tests.engine import test_sound_read

NOISE = np.random.default_rng(3).integers(0, 256, (40, 50, 3), dtype=np.uint8)


def saved(form: str, picture: Pillow.Image | None = None, **options: Any) -> bytes:
    file = io.BytesIO()
    (picture or Pillow.fromarray(NOISE)).save(file, form, **options)
    return file.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def png(width: int, height: int, pixels: bytes, extra: bytes = b"", bits: int = 8) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    body = chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + body


def zeros(count: int) -> bytes:
    """`count` bytes of zero, compressed, without ever having them in memory."""
    packer = zlib.compressobj(9)
    block = bytes(1_000_000)
    parts = [packer.compress(block) for _ in range(count // len(block))]
    return b"".join([*parts, packer.compress(bytes(count % len(block))), packer.flush()])


@contextmanager
def bounded(seconds: float = 5, megabytes: float = 300) -> Iterator[None]:
    """Far above what is needed, far below what a bomb would take."""
    tracemalloc.start()
    try:
        with at_most(seconds):
            yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * 1e6
    finally:
        tracemalloc.stop()


def attempt(function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """The result, or the UserError itself; any other exception fails the test."""
    try:
        return function(*args, **options)
    except UserError as error:
        problem = error
    assert 0 < len(str(problem)) < 400
    assert "Traceback" not in str(problem)
    return problem


def examine(data: bytes, *, children: bool = False) -> Source | UserError:
    """Open bytes and do everything with them that a page would."""
    source = attempt(open_source, "x", data)
    assert isinstance(source, Source | UserError)
    if isinstance(source, Image):
        for frame in {0, min(source.shown_frames, 5) - 1}:
            samples = attempt(read_samples, data, frame=frame)
            colors = attempt(read_rgb, data, frame=frame)
            attempt(read_rgba, data, frame=frame)
            attempt(read_palette, data, frame=frame)
            if isinstance(colors, np.ndarray):
                assert colors.dtype == np.uint8
                assert colors.ndim == 3
                if frame == 0:
                    assert colors.shape[:2] == (source.upright_height, source.upright_width)
            if isinstance(samples, np.ndarray) and frame == 0:
                assert samples.shape[:2] == (source.height, source.width)
    elif isinstance(source, Text):
        assert isinstance(decode_text(data, encoding=source.encoding), str)
    elif isinstance(source, Table) and (children or source.encoding):
        attempt(read_cells, data)
    elif isinstance(source, Sound) and children:
        packed_sound = source.format in FFMPEG_FORMATS
        reader = read_clip_ffmpeg if packed_sound else read_clip
        part = attempt(isolate.call, reader, data, seconds=1.0)
        whole = attempt(isolate.call, outline_ffmpeg if packed_sound else outline, data)
        if isinstance(part, np.ndarray):
            assert part.dtype == np.float32
            assert part.ndim == 2
            assert len(part) >= 1
            assert np.isfinite(part).all()
        if isinstance(whole, tuple):
            assert whole[0] >= 1
            assert np.isfinite(whole[2]).all()
    return source


# ------------------------------------------------------------------------ small and strange


@given(st.binary(max_size=300))
@example(b"")
@example(b"\0")
@settings(max_examples=200)
def test_any_bytes(data: bytes) -> None:
    examine(data)


def test_every_single_byte() -> None:
    for byte in range(256):
        examine(bytes([byte]))


MAGIC = [
    *(b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff", b"GIF89a", b"BM"),
    *(b"RIFF\0\0\0\0WEBP", b"RIFF\0\0\0\0WAVEfmt ", b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0"),
    *(b"\0\0\1\0\1\0", b"\0\0\0\x18ftypavif", b"\0\0\0\x18ftypM4A ", b"P5 3 3 255\n", b"P2 9 9 1 "),
    *(b"fLaC", b"OggS", b"ID3", b"\xff\xfb\x90", b"FORM\0\0\0\0AIFFCOMM", b".snd", b"caff"),
    *(b"PK\3\4", b"PK\5\6", b"PAR1", b"\xd0\xcf\x11\xe0", b"\x1aE\xdf\xa3", b"\xff\xfe", b"%PDF-"),
]


@given(st.sampled_from(MAGIC), st.binary(max_size=200))
@settings(max_examples=400)
def test_known_beginnings_and_then_anything(magic: bytes, rest: bytes) -> None:
    examine(magic + rest)


@pytest.mark.parametrize(
    "name",
    ["", "a\0b", "<script>alert(1)</script>", "../../etc/passwd", "a\nb", "x" * 100_000, "\ud800"],
)
def test_names_are_never_believed_or_broken(name: str) -> None:
    source = open_source(name, b"some text")
    assert isinstance(source, Text)
    assert 0 < len(source.label) <= 120
    assert source.label.isprintable()
    assert "/" not in source.label
    assert eval(source.expression.removesuffix(".read_bytes()"), {"Path": str}) == source.file_name


@given(st.text(max_size=300))
@example("a:b?.png")
@example("aux")
@example("\xa0")
@example("…" * 300 + ".png")
def test_every_system_can_hold_a_file_of_this_name(name: str) -> None:
    safe = sources.file_name(name)
    assert 0 < len(safe.encode()) <= 240
    assert safe.strip()
    assert not {unicodedata.category(c) for c in safe} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not set(safe) & set('<>:"/\\|?*')
    assert safe == safe.strip(" ").rstrip(".")
    assert not PureWindowsPath(safe).is_reserved()
    assert sources.file_name(safe) == safe


# ------------------------------------------------------------------------ cut and scrambled


def animated(form: str, **options: Any) -> bytes:
    frames = [Pillow.fromarray(np.roll(NOISE, i, 0)) for i in range(3)]
    return saved(form, frames[0], save_all=True, append_images=frames[1:], **options)


def tiff(**options: Any) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, NOISE.astype(np.uint16) * 257, photometric="rgb", **options)
    return file.getvalue()


EXIF = Pillow.Exif()
EXIF[274] = 6
FILES = {
    "jpeg": saved("JPEG", exif=EXIF),
    "jpeg progressive": saved("JPEG", progressive=True),
    "png": saved("PNG"),
    "png 16": png(50, 40, zlib.compress(bytes(40 * 101)), bits=16),
    "apng": animated("PNG"),
    "gif": animated("GIF"),
    "webp": saved("WEBP"),
    "webp animation": animated("WEBP"),
    "tiff": saved("TIFF"),
    "tiff lzw": saved("TIFF", compression="tiff_lzw"),
    "tiff 16": tiff(),
    "tiff big tiled": tiff(bigtiff=True, tile=(16, 16), compression="zlib"),
    "bmp": saved("BMP"),
    "avif": saved("AVIF"),
    "ico": saved("ICO"),
    "ppm": saved("PPM"),
}


@pytest.mark.parametrize("kind", FILES)
def test_cut_off_pictures(kind: str) -> None:
    data = FILES[kind]
    chosen = random.Random(1)
    places = {0, 1, 8, 12, 26, 33, 60, len(data) - 1, len(data) - 9}
    # Each attempt at LZW starts a few processes.
    count = 1 if kind == "tiff lzw" else 25
    places = set(list(places)[: 5 * count]) | {chosen.randrange(len(data)) for _ in range(count)}
    for place in places:
        examine(data[: max(place, 0)])
    half = data[: len(data) // 2]
    if kind not in ("gif", "apng", "webp animation"):  # their first frame may be complete
        result = attempt(open_source, "x", half)
        if isinstance(result, Image):
            result = attempt(read_rgb, half)
        assert isinstance(result, UserError)


@pytest.mark.parametrize("kind", FILES)
def test_scrambled_pictures(kind: str) -> None:
    chosen = random.Random(2)
    for _ in range(3 if kind == "tiff lzw" else 25):
        data = bytearray(FILES[kind])
        for _ in range(chosen.randrange(1, 6)):
            # Most of the harm is done in the header.
            place = chosen.randrange(min(len(data), chosen.choice([64, 300, len(data)])))
            data[place] = chosen.randrange(256)
        examine(bytes(data))


def test_cut_off_says_so() -> None:
    for kind in ("jpeg", "png"):
        data = FILES[kind]
        with pytest.raises(UserError, match="The file ends before the picture does"):
            read_rgb(data[: len(data) // 2])


# --------------------------------------------------------------------------------- pictures


def test_png_bomb() -> None:
    data = png(13_000, 13_000, zeros(13_001 * 13_000))
    assert len(data) < 200_000
    with bounded(megabytes=20), pytest.raises(UserError, match="13000 × 13000 pixels, 169"):
        open_source("x", data)
    for function in (read_rgb, read_rgba, read_samples, read_palette):
        with bounded(megabytes=20), pytest.raises(UserError, match="50 million"):
            function(data)


@pytest.mark.parametrize("bits", [8, 16])
def test_png_of_100_megapixels_warns_nobody(bits: int) -> None:
    data = png(10_000, 10_000, b"", bits=bits)
    with bounded(megabytes=20), pytest.raises(UserError, match="10000 × 10000"):
        open_source("x", data)
    with bounded(megabytes=20), pytest.raises(UserError):
        read_rgb(data)


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (70_000, 2), (2, 70_000), (2**31 - 1, 2**31 - 1)])
def test_impossible_sizes(size: tuple[int, int]) -> None:
    with bounded(megabytes=20), pytest.raises(UserError):
        open_source("x", png(*size, b""))
    with bounded(megabytes=20), pytest.raises(UserError):
        read_rgb(png(*size, b""))


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "JPEG"])
def test_headers_that_lie_about_the_size(form: str) -> None:
    data = bytearray(saved(form))
    if form == "GIF":
        data[6:10] = b"\xff\xff\xff\xff"
    elif form == "BMP":
        data[18:26] = struct.pack("<ii", 60_000, 60_000)
    elif form == "JPEG":
        place = data.find(b"\xff\xc0")
        data[place + 5 : place + 9] = b"\xff\xdc\xff\xdc"
    else:
        data = bytearray(tiff(tile=(16, 16)))
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            for tag in (256, 257):
                place = file.pages[0].tags[tag].valueoffset
                data[place : place + 2] = b"\xff\xff"
    with bounded(megabytes=30), pytest.raises(UserError):
        open_source("x", bytes(data))
    with bounded(megabytes=30), pytest.raises(UserError):
        read_rgb(bytes(data))


def test_netpbm_that_lies() -> None:
    with bounded(megabytes=20), pytest.raises(UserError):
        open_source("x", b"P5 99999 99999 255\n")
    with bounded(megabytes=20), pytest.raises(UserError):
        read_samples(b"P6 7000 7000 255\nabc")
    with pytest.raises(UserError):
        read_samples(b"P2 2 2 255 1 2 99999999999999999999 x")


def test_ihdr_that_promises_more_than_there_is() -> None:
    data = png(40, 40, zlib.compress(bytes(41 * 10)))
    # Like in a browser: the rows that are missing are black.
    assert isinstance(examine(data), Image)
    assert read_rgb(data).shape == (40, 40, 3)


def test_png_with_a_broken_checksum() -> None:
    data = bytearray(saved("PNG"))
    data[-14] ^= 255  # the last checksum of the pixels
    examine(bytes(data))
    data[29] ^= 255  # the checksum of the header
    with pytest.raises(UserError):
        open_source("x", bytes(data))


@pytest.mark.parametrize("name", [b"zTXt", b"iCCP", b"iTXt"])
def test_bombs_in_metadata(name: bytes) -> None:
    head = b"key\0\0" if name != b"iTXt" else b"key\0\1\0\0\0"
    data = png(5, 5, zlib.compress(bytes(30)), chunk(name, head + zeros(200_000_000)))
    with bounded(megabytes=60):
        examine(data)


def test_many_text_chunks() -> None:
    texts = b"".join(chunk(b"tEXt", b"k%d\0v" % i) for i in range(20_000))
    with bounded():
        source = open_source("x", png(5, 5, zlib.compress(bytes(30)), texts))
    assert isinstance(source, Image)
    assert len(source.metadata) <= 100


def test_gif_without_a_frame() -> None:
    for data in (b"GIF89a\5\0\5\0\0\0\0;", b"GIF89a\5\0\5\0\0\0\0", b"GIF89a"):
        with pytest.raises(UserError):
            open_source("x", data)


def test_gif_of_a_million_frames() -> None:
    frame = b",\0\0\0\0\1\0\1\0\0\2\2L\1\0"
    data = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame * 300_000 + b";"
    with bounded():
        source = open_source("x", data)
        assert isinstance(source, Image)
        assert source.frames == source.shown_frames == 1000
        with pytest.raises(UserError, match="no frame number"):
            read_rgb(data, frame=200_000)


def test_gif_that_would_draw_for_minutes() -> None:
    frame = b",\0\0\0\0\1\0\1\0\0\2\2L\1\0"
    data = b"GIF89a" + struct.pack("<HH", 7000, 7000) + b"\x80\0\0\0\0\0\xff\xff\xff" + frame * 900
    source = open_source("x", data + b";")
    assert isinstance(source, Image)
    assert source.frames == 900
    assert source.shown_frames <= 11
    with bounded(), pytest.raises(UserError, match="no frame number"):
        read_rgb(data, frame=500)


def directory(*tags: tuple[int, int, int, int], following: int = 0) -> bytes:
    body = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return struct.pack("<H", len(tags)) + body + struct.pack("<I", following)


def test_tiff_loops_and_lies() -> None:
    basic = [(256, 4, 1, 4), (257, 4, 1, 4), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    strips = [(273, 4, 1, 0), (278, 4, 1, 4), (279, 4, 1, 16)]
    head = b"II*\0\x08\0\0\0"
    files = [
        head + directory(*basic, *strips, following=8) + bytes(16),  # the next page is this page
        head + directory(*basic, *strips, following=2**31) + bytes(16),
        head + directory((256, 4, 2**31, 8), (257, 4, 1, 4)),  # eight gigabytes of widths
        head + directory(*basic, (273, 4, 2**30, 8), (279, 4, 2**30, 8)),
        head + directory(*basic, (322, 4, 1, 2**30), (323, 4, 1, 2**30), (324, 4, 1, 8)),
        head + directory(*basic, (277, 3, 1, 65535), *strips),
        head + struct.pack("<H", 65535) + bytes(100),
        b"II+\0\x08\0\0\0" + struct.pack("<Q", 16) + struct.pack("<Q", 2**62) + bytes(50),
        head + directory(*basic, *strips, (330, 4, 1, 8)) + bytes(16),
        head + directory(*basic, *strips, (0x8769, 4, 1, 8), (0x8825, 4, 1, 8)) + bytes(16),
    ]
    for data in files:
        with bounded(megabytes=100):
            examine(data)
    loop = open_source("x", files[0])
    assert isinstance(loop, Image)
    assert loop.frames == 1


@pytest.mark.parametrize(
    ("reader", "sentence"),
    [
        ("import os; os.abort()", "damaged"),
        ("raise SystemExit(2)", "damaged"),  # no memory
        ("import time; time.sleep(60)", "longer than 1 s"),
    ],
)
def test_a_tiff_that_crashes_its_decoder(
    reader: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Damaged LZW data can end the process that decodes it; it is not this one, nor the next."""
    monkeypatch.setattr("engine.image.tiff.TIFF_READER", reader)
    if "sleep" in reader:
        monkeypatch.setattr("engine.image.tiff.DECODE_PICTURE_SECONDS", 1)
    data = saved("TIFF", compression="tiff_lzw")
    assert isinstance(open_source("x", data), Image)
    for function in (read_samples, read_rgb, read_rgba, read_palette):
        with pytest.raises(UserError, match=sentence):
            function(data)


def test_a_tiff_that_its_decoder_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a decoder that says so hands the file on to libtiff."""
    monkeypatch.setattr("engine.image.tiff.TIFF_READER", "raise ValueError('unknown compression')")
    data = saved("TIFF", compression="tiff_lzw")
    with pytest.raises(ValueError, match="gave up"):
        decode_tiff_apart(data, 0)
    np.testing.assert_array_equal(read_samples(data), NOISE)
    np.testing.assert_array_equal(read_rgb(data), NOISE)


def test_tiff_with_a_chain_of_many_pages() -> None:
    page = directory((256, 4, 1, 1), (257, 4, 1, 1), (258, 3, 1, 8), (262, 3, 1, 1))
    pages = [page[:-4] + struct.pack("<I", 8 + len(page) * (i + 1)) for i in range(50_000)]
    with bounded():
        source = attempt(open_source, "x", b"II*\0\x08\0\0\0" + b"".join(pages))
    assert isinstance(source, UserError) or source.frames <= 1000


def test_icon_with_a_huge_picture_inside() -> None:
    inner = png(9_000, 9_000, zeros(9_001 * 9_000))
    head = struct.pack("<HHH", 0, 1, 1) + struct.pack(
        "<BBBBHHII", 16, 16, 0, 0, 1, 32, len(inner), 22
    )
    with bounded():
        examine(head + inner)


# ------------------------------------------------------------------------ tables and sounds


def packed(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def test_zip_bomb_as_workbook() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(210):
                sheet.write(bytes(1_000_000))
    data = file.getvalue()
    assert len(data) < 1_000_000
    with bounded(megabytes=20), pytest.raises(UserError, match="unpacks to 210 MB"):
        open_source("x", data)


def test_workbook_that_lies_about_its_size() -> None:
    data = packed(xl__workbook_xml=b"<workbook/>", xl__sheet_xml=bytes(30_000_000))
    place = data.rfind(b"PK\1\2")
    lie = data[: place + 24] + struct.pack("<I", 10) + data[place + 28 :]
    with bounded(seconds=30, megabytes=60):
        examine(lie, children=True)


def test_tables_without_cells() -> None:
    for text in ("[{}, {}]", "{}\n{}\n"):
        source = open_source("x", text.encode())
        assert isinstance(source, Table)
        with pytest.raises(UserError, match="no cells"):
            read_cells(source.data)


def test_workbooks_without_content() -> None:
    with bounded(seconds=30):
        for data in (
            packed(xl__workbook_xml=b"<workbook/>"),
            packed(xl__workbook_xml=b"no xml at all"),
            packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
            b"PK\3\4" + bytes(100),
            b"\xd0\xcf\x11\xe0" + bytes(500) + "Workbook\0".encode("utf-16-le"),
            b"PAR1" + bytes(50) + struct.pack("<I", 2**31) + b"PAR1",
        ):
            result = attempt(open_source, "x", data)
            if isinstance(result, Table):
                result = attempt(read_cells, data)
            assert isinstance(result, UserError)


def test_a_workbook_with_two_cells_far_apart() -> None:
    """Seventeen thousand million cells, if the gap between the two were filled."""
    office = "http://schemas.openxmlformats.org"
    relations = f"{office}/officeDocument/2006/relationships"
    links = (
        f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="rId1" Type='
    )
    main = f"{office}/spreadsheetml/2006/main"
    cells = '<row r="1"><c r="A1"><v>1</v></c></row>'
    cells += '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        one = f'{links}"{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        archive.writestr("_rels/.rels", one)
        two = f'{links}"{relations}/worksheet" Target="worksheets/s.xml"/></Relationships>'
        archive.writestr("xl/_rels/workbook.xml.rels", two)
        book = (
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="a" sheetId="1" '
        )
        archive.writestr("xl/workbook.xml", book + 'r:id="rId1"/></sheets></workbook>')
        sheet = f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
        archive.writestr("xl/worksheets/s.xml", sheet)
    with bounded(seconds=30), pytest.raises(UserError):
        read_cells(file.getvalue())


def test_sound_headers_that_lie() -> None:
    form = struct.pack(
        "<4sI4s4sIHHIIHH", b"RIFF", 2**32 - 1, b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16
    )
    source = examine(form + b"data" + struct.pack("<I", 2**32 - 2) + bytes(20), children=True)
    assert isinstance(source, Sound)
    assert source.frames == 10
    silent = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36, b"WAVE", b"fmt ", 16, 1, 0, 8000, 0, 0, 16)
    for data in (
        silent + b"data" + bytes(4),
        form[:30],
        b"RIFF\0\0\0\0WAVE",
        b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * 100_000,
        b"fLaC" + bytes(10),
        b"FORM\0\0\0\0AIFFCOMM" + b"\xff" * 30,
        b"ID3" + b"\x7f" * 40,
        b"OggS" + b"\xff" * 60,
    ):
        with bounded():
            examine(data)
    with bounded(seconds=30):
        examine(b"fLaC\0\0\0\x22" + b"\xff" * 200, children=True)


def hurt(data: bytes, seed: int) -> bytes:
    """A file with some bytes changed, one piece doubled or left out, or its end cut off."""
    chosen = random.Random(seed)
    hurt = bytearray(data)
    head = min(len(hurt), 200)
    for _ in range(chosen.choice([1, 3, 20])):
        hurt[chosen.randrange(head if chosen.random() < 0.7 else len(hurt))] = chosen.randrange(256)
    start = chosen.randrange(len(hurt))
    piece = hurt[start : start + chosen.randrange(1, 400)]
    match chosen.randrange(4):
        case 0:
            hurt[start:start] = piece
        case 1:
            del hurt[start : start + len(piece)]
        case 2:
            del hurt[chosen.randrange(1, len(hurt)) :]
    return bytes(hurt)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("form", ["wav", "flac", "vorbis", "mp3", "m4a", "webm"])
def test_damaged_sounds(form: str, seed: int) -> None:
    wave = test_sound_read.STEREO[:12_000]
    if form in ("m4a", "webm"):
        codec = {"m4a": ("aac", "mp4"), "webm": ("libopus", "webm")}[form]
        good = test_sound_read.packed(*codec, wave)
    else:
        kinds = {"wav": ("WAV", "PCM_16"), "flac": ("FLAC", "PCM_16"), "vorbis": ("OGG", "VORBIS")}
        good = test_sound_read.written(*kinds.get(form, ("MP3", "MPEG_LAYER_III")), wave)
    with bounded(seconds=90):
        examine(hurt(good, 31 * seed + len(good)), children=True)


# ------------------------------------------------------------------------------------- text


def test_texts_that_want_time() -> None:
    for data in (
        b'a,"' + b"x" * 300_000,
        b"," * 300_000 + b"\n" + b"," * 300_000,
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b"<" * 300_000,
        b"1" * 300_000 + b"\n" + b"1" * 300_000 + b"\n1",
        b"\xe4\xf6" * 200_000,
        b"P5 #" + b"#" * 300_000,
        b"P2" + b" \n" * 200_000,
        b"\r" * 300_000,
    ):
        with bounded():
            examine(data)


def test_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_BYTES", 1000)
    with pytest.raises(UserError, match=r"0\.0 MB"):
        open_source("x", bytes(2000))


def test_limits_are_those_that_were_meant() -> None:
    assert sources.MAX_BYTES == 100_000_000
    assert MAX_PIXELS == 50_000_000
    assert Pillow.MAX_IMAGE_PIXELS == MAX_PIXELS
