"""What a file is, told by its content; and its facts against Pillow, soundfile and Python."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import soundfile
import tifffile
from PIL import Image as Pillow
from PIL import ImageCms, PngImagePlugin

from components.facts import largest
from engine.errors import UserError
from engine.image.read import read_palette, read_samples
from engine.sound.facts import SoundFacts, sound_format
from engine.sources import Image, Sound, Table, Text, file_name, open_source, safe_name
from engine.table.preview import find_separator, read_cells
from engine.text.preview import (
    decode_text,
    detect_east_asian,
    detect_encoding,
    first_characters,
)

RAMP = np.stack(np.meshgrid(np.arange(34) * 7, np.arange(21) * 12), -1)
RAMP = np.dstack([RAMP, 255 - RAMP[..., :1]]).astype(np.uint8)
PICTURE = Pillow.fromarray(RAMP)


def saved(picture: Pillow.Image, form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def workbook() -> bytes:
    """The smallest XLSX: one sheet with three rows."""
    office = "http://schemas.openxmlformats.org"
    relations = f"{office}/officeDocument/2006/relationships"
    rows = [("name", "size"), ("pear", 3), ("fig", 4.5)]
    sheet = ""
    for number, row in enumerate(rows, 1):
        cells = ""
        for letter, value in zip("AB", row, strict=True):
            if isinstance(value, str):
                cells += f'<c r="{letter}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
            else:
                cells += f'<c r="{letter}{number}"><v>{value}</v></c>'
        sheet += f'<row r="{number}">{cells}</row>'
    main = f"{office}/spreadsheetml/2006/main"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{office}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData>'
        "</worksheet>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def image(data: bytes) -> Image:
    source = open_source("x", data)
    assert isinstance(source, Image)
    return source


# ----------------------------------------------------------------------------------- common


def test_source() -> None:
    data = saved(PICTURE, "PNG")
    source = open_source("../folder/a\x00 b.png", data)
    assert (source.kind, source.format, source.label) == ("image", "PNG", "a b.png")
    assert source.name == "../folder/a\x00 b.png"
    assert len(source.digest) == 64
    assert source.expression == "Path('a b.png').read_bytes()"
    assert open_source("x", data, expression="samples.cat()").expression == "samples.cat()"
    hash(source)
    assert "IHDR" not in repr(source)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("", "file"),
        ("..", "file"),
        ("\xa0\u3000", "file"),
        ("C:\\temp\\x.csv", "x.csv"),
        ("/etc/passwd", "passwd"),
        ("a\nb\t\x7f\u202egnp.exe", "abgnp.exe"),
        ("x" * 10_000 + ".png", "x" * 115 + "….png"),
        ("<b>Zoë</b>.png", "b>.png"),
        ("\ud800lone.txt", "lone.txt"),
    ],
)
def test_label(name: str, label: str) -> None:
    assert safe_name(name) == label


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("folder/photo 1.png", "photo 1.png"),
        ("a:b?.png", "a_b_.png"),
        ('"<x>|*".csv', "__x____.csv"),
        ("aux", "_aux"),
        ("Con.png", "_Con.png"),
        ("lpt1.tar.gz", "_lpt1.tar.gz"),
        ("COM0 .txt", "_COM0 .txt"),
        ("console.png", "console.png"),
        ("com10.png", "com10.png"),
        ("end. .", "end"),
        ("字" * 119 + ".png", "字" * 78 + ".png"),
        ("", "file"),
    ],
)
def test_file_name(name: str, held: str) -> None:
    assert file_name(name) == held
    source = open_source(name, b"some text")
    assert (source.file_name, source.label) == (held, safe_name(name))
    assert source.expression == f"Path({held!r}).read_bytes()"


# --------------------------------------------------------------------------------- pictures


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_facts(mode: str) -> None:
    if mode == "I;16":
        picture = Pillow.fromarray(RAMP[..., 0].astype(np.uint16))
    else:
        picture = PICTURE.convert(mode)
    facts = image(saved(picture, "PNG", dpi=(300, 300)))
    assert (facts.width, facts.height) == picture.size
    assert (facts.upright_width, facts.upright_height) == picture.size
    assert facts.mode == mode
    assert facts.bit_depth == {"1": 1, "I;16": 16}.get(mode, 8)
    types = {"1": "bilevel", "L": "gray", "LA": "gray+alpha", "P": "palette", "I;16": "gray"}
    assert facts.color_type == types.get(mode, mode.lower())
    assert facts.channels == {"LA": 2, "RGB": 3, "RGBA": 4}.get(mode, 1)
    assert facts.has_alpha == mode.endswith("A")
    assert facts.palette_size == (len(picture.getpalette() or []) // 3 if mode == "P" else 0)
    assert facts.dpi == pytest.approx((300, 300), abs=0.02)
    assert (facts.frames, facts.shown_frames, facts.durations) == (1, 1, ())
    assert not facts.interlaced


def test_jpeg_facts() -> None:
    exif = Pillow.Exif()
    exif[0x010F] = "Maker\x00\n<b>"
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x829A] = 0.01
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options = {"exif": exif, "icc_profile": profile, "comment": "made\x07 here"}
    facts = image(saved(PICTURE, "JPEG", progressive=True, subsampling="4:2:2", **options))
    assert (facts.format, facts.color_type, facts.bit_depth) == ("JPEG", "rgb", 8)
    assert (facts.width, facts.height) == (34, 21)
    assert (facts.upright_width, facts.upright_height) == (21, 34)
    assert facts.exif_orientation == 6
    assert facts.interlaced
    assert facts.subsampling == "4:2:2"
    assert "sRGB" in (facts.icc_profile or "")
    entries = dict(facts.metadata)
    assert entries["Make"] in ("Maker", "Maker <b>")
    assert float(entries["ExposureTime"]) == pytest.approx(0.01)
    assert entries["Comment"] == "made here"


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF", "TIFF"])
def test_orientation_facts(form: str) -> None:
    for orientation in range(1, 9):
        exif = Pillow.Exif()
        exif[0x0112] = orientation
        options = {"tiffinfo": {274: orientation}} if form == "TIFF" else {"exif": exif}
        facts = image(saved(PICTURE, form, **options))
        assert facts.exif_orientation == orientation
        assert (facts.width, facts.height) == (34, 21)
        turned = (21, 34) if orientation >= 5 else (34, 21)
        assert (facts.upright_width, facts.upright_height) == turned


def test_an_exif_chunk_after_the_pixels_is_found() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 8
    content = b"eXIf" + exif.tobytes().removeprefix(b"Exif\0\0")
    late = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    data = saved(PICTURE, "PNG")
    assert image(data[:-12] + late + data[-12:]).exif_orientation == 8


def test_text_chunks() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Title", "a" * 1000)
    text.add_itxt("Author", "Zoë\u202e")
    text.add_text("Software", "x", zip=True)
    for number in range(200):
        text.add_text(f"key{number}", "v")
    metadata = image(saved(PICTURE, "PNG", pnginfo=text)).metadata
    assert len(metadata) == 100
    assert dict(metadata)["Title"] == "a" * 199 + "…"
    assert dict(metadata)["Author"] == "Zoë"


@pytest.mark.parametrize(("form", "name"), [("GIF", "GIF"), ("PNG", "APNG"), ("WEBP", "WebP")])
def test_animation_facts(form: str, name: str) -> None:
    frames = [Pillow.fromarray(np.roll(RAMP, 3 * i, 1)) for i in range(4)]
    times = [100, 200, 300, 400]
    data = saved(frames[0], form, save_all=True, append_images=frames[1:], duration=times)
    facts = image(data)
    assert facts.format == name
    assert facts.frames == Pillow.open(io.BytesIO(data)).n_frames == 4
    assert facts.shown_frames == 4
    assert facts.durations == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_apng_with_a_picture_for_old_viewers() -> None:
    frames = [Pillow.fromarray(np.roll(RAMP, 3 * i, 1)) for i in range(3)]
    data = saved(PICTURE, "PNG", save_all=True, default_image=True, append_images=frames)
    facts = image(data)
    assert facts.frames == Pillow.open(io.BytesIO(data)).n_frames
    assert len(facts.durations) == facts.frames


@pytest.mark.parametrize(
    ("picture", "form", "facts"),
    [
        (PICTURE, "WEBP", {"format": "WebP", "compression": "VP8"}),
        (PICTURE, "AVIF", {"format": "AVIF", "bit_depth": 8}),
        (PICTURE, "BMP", {"format": "BMP", "bit_depth": 8, "color_type": "rgb", "channels": 3}),
        (PICTURE.convert("P"), "BMP", {"bit_depth": 8, "color_type": "palette"}),
        (PICTURE.convert("1"), "BMP", {"bit_depth": 1, "color_type": "bilevel", "top": 1}),
        (PICTURE.convert("L"), "BMP", {"bit_depth": 8, "color_type": "gray", "palette_size": 0}),
        (PICTURE, "TIFF", {"format": "TIFF", "bit_depth": 8, "frames": 1}),
        (PICTURE.convert("F"), "TIFF", {"bit_depth": 32, "color_type": "float"}),
        (PICTURE.convert("CMYK"), "TIFF", {"color_type": "cmyk", "channels": 4}),
        (PICTURE.convert("CMYK"), "JPEG", {"color_type": "cmyk", "mode": "CMYK"}),
        (PICTURE.convert("1"), "TIFF", {"bit_depth": 1, "color_type": "bilevel"}),
        (PICTURE.convert("L"), "JPEG", {"color_type": "gray", "channels": 1, "subsampling": ""}),
        (PICTURE, "PPM", {"format": "PPM", "bit_depth": 8}),
        (PICTURE.convert("L"), "PPM", {"format": "PGM", "color_type": "gray"}),
        (PICTURE.convert("1"), "PPM", {"format": "PBM", "color_type": "bilevel"}),
        (PICTURE, "ICO", {"format": "ICO"}),
        (PICTURE, "GIF", {"format": "GIF", "color_type": "palette", "bit_depth": 8}),
        (PICTURE, "MPO", {"format": "JPEG", "frames": 1}),
    ],
)
def test_other_picture_facts(picture: Pillow.Image, form: str, facts: dict[str, Any]) -> None:
    source = image(saved(picture, form))
    assert {key: getattr(source, key) for key in facts} == facts
    assert (source.width, source.height) == Pillow.open(io.BytesIO(saved(picture, form))).size


def tiff(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, samples, photometric="rgb" if samples.ndim == 3 else "minisblack")
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        *(saved(PICTURE.convert(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA")),
        *(saved(PICTURE.convert(mode), "TIFF") for mode in ("1", "L", "P", "RGB", "CMYK", "F")),
        *(saved(PICTURE.convert(mode), "BMP") for mode in ("1", "L", "P", "RGB", "RGBA")),
        *(saved(PICTURE.convert(mode), "JPEG") for mode in ("L", "RGB", "CMYK")),
        *(saved(PICTURE, form) for form in ("GIF", "WEBP", "AVIF", "PPM", "ICO")),
        *(tiff(RAMP.astype(kind)) for kind in ("u2", "i4", "f4", "f8")),
        imagecodecs.png_encode(RAMP.astype(np.uint16)),
        imagecodecs.avif_encode(RAMP.astype(np.uint16), bitspersample=10),
        b"P2 3 2 1023 1 2 3 4 5 1023",
        b"P1 3 2 010101",
    ],
)
def test_bytes_as_numbers(data: bytes) -> None:
    assert image(data).bytes_as_numbers == read_samples(data).nbytes


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_a_bmp_has_the_palette_that_its_facts_name(mode: str) -> None:
    """Pillow takes a palette of all grays in order for none."""
    data = saved(PICTURE.convert(mode), "BMP")
    if mode == "P":
        assert image(data).palette_size == len(read_palette(data))
    else:
        assert image(data).palette_size == 0
        with pytest.raises(UserError, match="no palette"):
            read_palette(data)


def bmp_of_16_bits() -> bytes:
    """Two pixels of 5 bits for each colour: white and black."""
    head = struct.pack("<2sIHHIIiiHHII", b"BM", 58, 0, 0, 54, 40, 2, 1, 1, 16, 0, 4)
    return head + struct.pack("<iiII", 2835, 2835, 0, 0) + struct.pack("<HH", 0x7FFF, 0)


@pytest.mark.parametrize(
    ("data", "top"),
    [
        (b"P5 2 1 100\n\0\x64", 100),
        (b"P5 2 1 1000\n\0\0\x03\xe8", 1000),
        (b"P4 8 1\n\x0f", 1),
        (bmp_of_16_bits(), 255),
        (saved(PICTURE.convert("1"), "PNG"), 1),
        (saved(PICTURE.convert("L"), "BMP"), 255),
        (saved(PICTURE.convert("P").quantize(5), "PNG"), 4),
        (saved(PICTURE.convert("P"), "TIFF"), 255),
        (imagecodecs.avif_encode(RAMP.astype(np.uint16), bitspersample=10), 1023),
        *((tiff(RAMP.astype(kind)), 65535 if kind == "u2" else 255) for kind in ("u1", "u2")),
        *((tiff(RAMP.astype(kind)), None) for kind in ("i1", "i2", "i4", "u4", "f2", "f4", "f8")),
    ],
)
def test_the_largest_number(data: bytes, top: int | None) -> None:
    source = image(data)
    assert source.top == largest(source) == top
    samples = read_samples(data)
    if top is None:
        assert samples.dtype.kind in "if" or samples.dtype.itemsize > 2
    else:
        assert samples.max() <= top <= max(1, np.iinfo(samples.dtype).max if top > 1 else 1)
    if source.format in ("PGM", "PBM") or data == bmp_of_16_bits():
        assert samples.max() == top  # these pictures were made to hold it


def test_tiff_pages_are_counted() -> None:
    data = saved(PICTURE, "TIFF", save_all=True, append_images=[PICTURE] * 4)
    assert image(data).frames == 5
    assert image(data).shown_frames == 5


# ----------------------------------------------------------------------------------- tables


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b\n1,2\n", ","),
        ("name;price\nÄpfel;1,50\nBirnen;2,00\n", ";"),
        ("name\tcity\nAda\tLondon\n", ""),  # two lines and no number: too little
        ("name\tcity\nAda\tLondon\nAlan\tWilmslow\n", "\t"),
        ("name,city\nAda,London\nAlan,Wilmslow\n", ","),
        ('a,b\n"x, y",1\n"line\nbreak",2\n', ","),
        ("x\n1\n2.5\n-3e4\n", "\n"),
        ("a|b\n1|2\n", "|"),
        ("Hello, world.\nYes, this is text.\nNo, really, it is.\n", ""),
        ("First, we met,\nlater, we sang,\nthen, we left,\n", ""),
        ("Roses, red\nViolets, blue\nSugar, sweet\n", ""),
        ("One line only, with a comma", ""),
        ("sep=;\na,b;c\n", ";"),
        ('"sep=\t"\r\na\tb\r\n', "\t"),
        ("sep=,\n", ""),
        ("{\n  int a, b;\n  int c, d;\n  f(a, b);\n}\n", ""),
        ("a,b\n1,2\n3\n", ""),
        ("a,b\n" + "1,2\n" * 80 + "3\n", ","),
        ('name, place\npear, "Lyon, France"\nfig, "Izmir, Turkey"\n', ","),
        ('He said, "come here"\nShe said, "no, you"\nThey said, "why"\n', ""),
        ("# made by hand\n# in 2024\na,b\n1,2\n", ","),
        ("#a\tb\n1\t2\n", "\t"),
        ("# Title\n\nSome prose, with commas.\nMore of it, too.\n", ""),
        ("# only\n# remarks\n", ""),
        ("", ""),
    ],
)
def test_table_or_text(text: str, separator: str) -> None:
    assert find_separator(text) == separator
    if text:
        source = open_source("x", text.encode())
        assert isinstance(source, Table if separator else Text)


def test_text_tables() -> None:
    source = open_source("x.txt", "Ort;Höhe\nKöln;53\nÜlzen;35\n".encode("cp1252"))
    assert isinstance(source, Table)
    assert (source.format, source.encoding, source.separator) == ("CSV", "cp1252", ";")
    assert read_cells(source.data) == (("Ort", "Höhe"), ("Köln", "53"), ("Ülzen", "35"))
    assert read_cells(source.data, rows=1, columns=1) == (("Ort",), ("Köln",))
    assert read_cells(b"x\n1\n2\n3\n") == (("x",), ("1",), ("2",), ("3",))
    named = b"sep=;\r\na;b\r\n1,5;2\r\n"
    assert read_cells(named) == (("a", "b"), ("1,5", "2"))


def test_tables_with_remarks_and_blanks_before_quotes() -> None:
    remarks = b"# made by hand, in 2024, twice\n# unit: cm\nname,size\npear,3\n"
    assert read_cells(remarks) == (("name", "size"), ("pear", "3"))
    names = b"# one\n#name,size\npear,3\n"  # the last line in question names the columns
    assert read_cells(names) == (("name", "size"), ("pear", "3"))
    quoted = b'name, place\npear, "Lyon, France"\nfig, "Izmir, Turkey"\n'
    assert read_cells(quoted)[1] == ("pear", "Lyon, France")


def test_json_tables() -> None:
    records = [{"a": 1, "b": "x"}, {"a": 2.5, "c": [1]}]
    for data, form in (
        (json.dumps(records), "JSON"),
        ("\n".join(map(json.dumps, records)), "JSON lines"),
    ):
        source = open_source("x", data.encode())
        assert isinstance(source, Table)
        assert source.format == form
        cells = read_cells(source.data)
        assert cells == (("a", "b", "c"), ("1", "x", ""), ("2.5", "", "[1]"))
    for other in ('{\n"type": "FeatureCollection"}', "[1, 2, 3]", "[" * 5000, '["a"]'):
        assert isinstance(open_source("x", other.encode()), Text)


def test_packed_tables() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    file = io.BytesIO()
    columns = {"name": ["pear", "fig", None], "size": [3, 4, 5]}
    parquet.write_table(pyarrow.table(columns), file)
    source = open_source("x", file.getvalue())
    assert source.format == "Parquet"
    assert read_cells(source.data, rows=2) == (("name", "size"), ("pear", "3"), ("fig", "4"))
    source = open_source("x", workbook())
    assert source.format == "XLSX"
    expected = (("name", "size"), ("pear", "3"), ("fig", "4.5"))
    assert read_cells(source.data) == expected
    assert read_cells(source.data, rows=1, columns=1) == (("name",), ("pear",))


# ----------------------------------------------------------------------------------- sounds


@pytest.mark.parametrize(
    ("form", "subtype"),
    [
        ("WAV", "PCM_16"),
        ("WAV", "PCM_U8"),
        ("WAV", "FLOAT"),
        ("WAVEX", "PCM_24"),
        ("RF64", "PCM_16"),
        ("FLAC", "PCM_16"),
        ("OGG", "VORBIS"),
        ("OGG", "OPUS"),
        ("MP3", "MPEG_LAYER_III"),
        ("AIFF", "PCM_16"),
    ],
)
def test_sound_facts(form: str, subtype: str) -> None:
    file = io.BytesIO()
    wave = np.sin(np.arange(12_000) / 20)[:, None] * [0.5, 0.25]
    soundfile.write(file, wave, 24_000, format=form, subtype=subtype)
    source = open_source("x", file.getvalue())
    assert isinstance(source, Sound)
    info = soundfile.info(io.BytesIO(source.data))
    rate = info.samplerate
    assert (source.sample_rate, source.channels) == (rate, info.channels)
    assert source.subtype == info.subtype
    assert source.frames == info.frames == 12_000


def test_sounds_that_name_a_codec_and_hold_none() -> None:
    """What FFmpeg is to decode is opened by it before it is accepted."""
    m4a = struct.pack(">I4s4sI4s", 20, b"ftyp", b"M4A ", 0, b"isom") + b"\0" * 40
    aac = bytes.fromhex("fff15080017ffc") + b"\0" * 4
    for data, form in ((m4a, "M4A"), (aac, "AAC"), (b"\x1aE\xdf\xa3webm A_OPUS", "WebM")):
        assert sound_format(data) == form
        with pytest.raises(UserError, match="cannot be read here"):
            open_source("x", data)


@pytest.mark.parametrize("form", ["AU", "CAF", "MP3"])
def test_the_decoder_says_what_is_not_read_from_the_header(form: str) -> None:
    file = io.BytesIO()
    subtype = "MPEG_LAYER_III" if form == "MP3" else "PCM_16"
    soundfile.write(file, np.zeros((12_000, 2)), 24_000, format=form, subtype=subtype)
    source = open_source("x", file.getvalue())
    assert isinstance(source, Sound)
    assert (source.sample_rate, source.channels, source.frames) == (24_000, 2, 12_000)
    assert source.subtype == subtype
    assert source.positions == ("FL", "FR")


@pytest.mark.parametrize(
    ("subtype", "bits"),
    [("PCM_U8", 8), ("PCM_24", 24), ("FLOAT", 32), ("DOUBLE", 64), ("ULAW", 8), ("VORBIS", 0)],
)
def test_the_bits_of_a_sample(subtype: str, bits: int) -> None:
    assert SoundFacts(subtype=subtype).bits == bits


# ------------------------------------------------------------------------------------- text


@pytest.mark.parametrize(
    ("text", "written", "detected"),
    [
        ("Grüße aus Köln", "utf-8", "utf-8"),
        ("Grüße aus Köln", "utf-8-sig", "utf-8-sig"),
        ("Grüße aus Köln – „ja“", "cp1252", "cp1252"),
        ("Grüße aus Köln", "utf-16", "utf-16"),
        ("Grüße aus Köln", "utf-16-le", "utf-16-le"),
        ("Grüße aus Köln", "utf-16-be", "utf-16-be"),
        ("Grüße aus Köln", "utf-32", "utf-32"),
        ("😀 你好", "utf-8", "utf-8"),
        ("plain", "ascii", "utf-8"),
    ],
)
def test_encodings(text: str, written: str, detected: str) -> None:
    data = text.encode(written)
    assert detect_encoding(data) == detected
    assert decode_text(data) == text
    source = open_source("picture.png", data)  # the name is not believed
    assert isinstance(source, Text)
    assert (source.encoding, source.characters, source.lines) == (detected, len(text), 1)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Съешь же ещё этих мягких французских булок, да выпей чаю. " * 5, "cp1251"),
        ("いろはにほへと ちりぬるを わかよたれそ つねならむ。" * 5, "shift_jis"),
        ("天地玄黄，宇宙洪荒。日月盈昃，辰宿列张。" * 5, "gb18030"),
    ],
)
def test_old_encodings(text: str, written: str) -> None:
    assert decode_text(text.encode(written)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        *(
            (text, "gbk")
            for text in ("一杯咖啡，谢谢。", "你好，世界！", "请打开窗户", "数据,年龄")
        ),
        *((text, "big5") for text in ("一杯咖啡，謝謝。", "你好，世界！", "請打開窗戶")),
        *((text, "cp949") for text in ("커피 한 잔 주세요.", "안녕하세요", "이름, 나이, 도시")),
        *(
            (text, "euc_jp")
            for text in ("コーヒーをください。", "こんにちは、世界！", "猫が寝ている")
        ),
        *(
            (text, "cp932")
            for text in ("コーヒーをください。", "こんにちは、世界！", "猫が寝ている")
        ),
    ],
)
def test_short_east_asian_texts(text: str, written: str) -> None:
    assert decode_text(text.encode(written)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Les élèves étaient déjà là, où ça?", "cp1252"),
        ("Größenmaßstäbe äußern", "cp1252"),
        ("Smørrebrød på en ø", "cp1252"),
        ("Pchnąć w tę łódź jeża", "cp1250"),
        ("Příliš žluťoučký kůň", "cp1250"),
        ("Привет, мир! Сегодня хорошая погода.", "cp1251"),
        ("Привет, мир! Сегодня хорошая погода.", "koi8_r"),
        ("Γειά σου Κόσμε! Καλημέρα", "cp1253"),
        ("שלום עולם! דג סקרן", "cp1255"),
    ],
)
def test_western_texts_are_not_east_asian(text: str, written: str) -> None:
    assert detect_east_asian(text.encode(written)) == ""


def test_a_long_east_asian_text_cut_inside_a_character() -> None:
    text = "a" + "今天的天气很好，我们一起去公园散步吧。" * 3000
    data = text.encode("gbk")
    assert len(data) > 65_536
    assert decode_text(data) == text
    assert detect_east_asian(data + b"\xff") == ""  # what follows the sample counts, too


def test_decoding_with_a_named_encoding() -> None:
    assert decode_text(b"\xe4", encoding="latin-1") == "ä"
    for encoding in ("utf-8", "no such", "zip", "rot13", "base64", "idna\0"):
        with pytest.raises(UserError, match="encoding"):
            decode_text(b"\xe4", encoding=encoding)


def test_first_characters() -> None:
    assert first_characters("aä€😀", count=3) == (
        ("a", 97, "61"),
        ("ä", 228, "c3 a4"),
        ("€", 8364, "e2 82 ac"),
    )
    assert first_characters("😀")[0][2] == "f0 9f 98 80"
    assert first_characters("") == ()


# --------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b'<?xml version="1.0"?>\n<!-- x --><svg xmlns="..."></svg>', "drawing instructions"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "Most Compatible"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + b"vide" * 9, "video"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video"),
        (b"\x1aE\xdf\xa3matroska V_MPEG4 A_AAC", "video"),
        (b"RIFF\0\0\0\0AVI LIST", "video"),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "raw"),
        (b"FUJIFILMCCD-RAW 0201", "raw"),
        (b"%PDF-1.7\n", "PDF"),
        (zipped(word__document_xml=b"<x/>"), "Office document"),
        (zipped(ppt__presentation_xml=b"<x/>"), "Office document"),
        (zipped(picture_png=b"x"), "ZIP archive"),
        (b"PK\5\6" + b"\0" * 18, "ZIP archive"),
        (b"Rar!\x1a\x07\0", "RAR archive"),
        (b"7z\xbc\xaf\x27\x1c", "7z archive"),
        (b"\x1f\x8b\x08\0", "gzip archive"),
        (b"\x7fELF\2\1\1", "program"),
        (b"MZ\x90\0\3\0\0\0", "program"),
        (b"8BPS\0\1", "Photoshop"),
        (b"MThd\0\0\0\6", "MIDI"),
        (b"\xd0\xcf\x11\xe0" + "WordDocument\0".encode("utf-16-le"), "Office document"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage\0".encode("utf-16-le"), "password"),
        (b"PAR1\x15\x04", "Parquet file ends"),
        (b"\x00\x01\x02\x03\xff\xfe\xfd", "00 01 02 03 ff fe fd"),
    ],
)
def test_refusals(data: bytes, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        open_source("x", data)


def test_every_sentence_has_its_fields() -> None:
    """Translators see the messages: every field that a message names is given."""
    paths = (
        "sources.py",
        "isolate.py",
        "refused.py",
        "sound/facts.py",
        "sound/read.py",
        "table/facts.py",
        "table/preview.py",
        "table/records.py",
        "table/refused.py",
    )
    pictures = ("image/facts.py", "image/limits.py", "image/read.py", "image/tiff.py")
    for path in (*paths, *pictures):
        source = (Path(__file__).parents[2] / "engine" / path).read_text(encoding="utf-8")
        assert "raise ValueError(N_" not in source
        assert 'N_(f"' not in source
