"""Bad files dropped on the running pages: one sentence, the former picture stays, all steps work."""

from __future__ import annotations

import io
import random
import re
import struct
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image as Pillow
from streamlit.testing.v1 import AppTest

from components.catalogue import LESSONS
from components.guard import explain
from components.i18n import LANGUAGES, LOCALES, _catalogue
from engine import samples
from engine.lab import script_of
from engine.sources import file_name, safe_name
from tests.pages.harness import PAGE_STEPS, assert_fine, go, open_page, upload

PICTURE_LESSONS = [lesson.name for lesson in LESSONS if lesson.section == "image"]
EVERY_PICTURE_STEP = [(name, step) for name in PICTURE_LESSONS for step in PAGE_STEPS[name]]


def every_step(app: AppTest) -> None:
    """Every step of every picture lesson runs without an error."""
    for name, step in EVERY_PICTURE_STEP:
        go(app, name, step)
        assert_fine(app)
        assert app.session_state["_views"] or step == "predict", (name, step)


def in_tray(app: AppTest, kind: str = "image") -> object:
    """The upload itself, or the name of the sample."""
    return app.session_state["_sources"].get(kind, samples.DEFAULTS[kind])


def saved(form: str, picture: np.ndarray, **options: object) -> bytes:
    file = io.BytesIO()
    Pillow.fromarray(picture).save(file, form, **options)
    return file.getvalue()


def png_bomb(side: int = 13_000) -> bytes:
    """Half a gigabyte of black, in half a megabyte."""
    packer = zlib.compressobj(9)
    line = bytes(1 + 3 * side)
    pixels = b"".join([*(packer.compress(line) for _ in range(side)), packer.flush()])

    def chunk(name: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def workbook_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(210):
                sheet.write(bytes(1_000_000))
    return file.getvalue()


NOISE = np.random.default_rng(7).integers(0, 256, (40, 50, 3), dtype=np.uint8)
JPEG = saved("JPEG", NOISE, quality=90)
GOOD = saved("PNG", NOISE)
PROGRESSIVE = saved("JPEG", NOISE, quality=90, progressive=True)
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
BAD = {
    "png bomb": png_bomb(),
    "jpeg cut in its header": JPEG[:20],
    "jpeg cut in its tables": JPEG[:200],
    "jpeg cut before the pixels": JPEG[: JPEG.index(b"\xff\xda") + 4],
    "jpeg cut in the middle": JPEG[: len(JPEG) // 2],
    "jpeg cut near its end": JPEG[: int(len(JPEG) * 0.9)],
    "progressive jpeg cut": PROGRESSIVE[: len(PROGRESSIVE) // 2],
    "png cut in its header": GOOD[:20],
    "png cut in the middle": GOOD[: len(GOOD) // 2],
    "empty": b"",
    "svg": SVG,
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400),
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
    "random bytes": b"\x81\0" + random.Random(5).randbytes(5000),
    "workbook bomb": workbook_bomb(),
    "archive": b"PK\x05\x06" + bytes(18),
    "program": b"\x7fELF" + bytes(100),
}


def one_sentence(app: AppTest) -> str:
    """The one error box of the page, which holds what the session was told and no more."""
    assert not app.exception, [e.value for e in app.exception]
    assert len(app.error) == 1, [e.value for e in app.error]
    shown = app.error[0].value
    assert 20 < len(shown) < 400
    assert "Traceback" not in shown
    assert "{" not in shown
    assert "\n" not in shown
    return shown


@pytest.mark.parametrize("page", ["home", "pixels"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_file_gives_one_sentence_and_takes_nothing_away(
    page: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "home_upload" if page == "home" else "tray_upload"
    app = open_page(page, lang=language)
    assert_fine(app)
    upload(app, key, "good.png", GOOD)
    assert_fine(app)
    before = in_tray(app)
    assert before.data == GOOD
    english: dict[str, str] = {}
    for what, data in BAD.items():
        upload(app, key, "IMG_1.jpg", data)
        shown = one_sentence(app)
        refused = app.session_state["_refused"]
        assert in_tray(app) is before, what
        # The sentence is the catalogue's, with the numbers filled in.
        words = _catalogue(language).get(refused.message, refused.message)
        head = re.split(r"\{", words)[0]
        assert shown.startswith(head), what
        if language != "en" and (LOCALES / language / "LC_MESSAGES" / "numeroscope.po").exists():
            if refused.message in _catalogue(language):
                assert re.search(r"[\u4e00-\u9fff]", shown), what
        english.setdefault(refused.message, what)
        # It stays until the next file, also on a page that the learner walks to.
        go(app, page)
        assert one_sentence(app) == shown
    assert len(english) >= 8, "different faults are told apart"
    upload(app, key, "better.png", saved("PNG", NOISE[::-1]))
    assert_fine(app)
    assert in_tray(app) is not before


@pytest.mark.parametrize("what", ["png bomb", "jpeg cut in the middle", "workbook bomb"])
def test_every_step_works_after_a_bad_file(what: str) -> None:
    app = open_page("pixels")
    upload(app, "tray_upload", "good.png", GOOD)
    upload(app, "tray_upload", "bad", BAD[what])
    said = one_sentence(app)
    for name, step in EVERY_PICTURE_STEP:
        go(app, name, step)
        # The sentence about the refused file is all that is red.
        assert one_sentence(app) == said
        assert app.session_state["_views"] or step == "predict"
    assert in_tray(app).data == GOOD
    go(app, "home")
    assert one_sentence(app) == said


@pytest.mark.parametrize("key", ["home_upload", "tray_upload"])
@pytest.mark.parametrize("what", ["png bomb", "workbook bomb"])
def test_a_bomb_takes_little_memory(key: str, what: str) -> None:
    app = open_page("home" if key == "home_upload" else "pixels")
    assert_fine(app)
    tracemalloc.start()
    try:
        upload(app, key, "bomb", BAD[what])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    one_sentence(app)
    assert peak < 150e6


def test_the_same_sentence_is_about_the_last_file_only() -> None:
    app = open_page("pixels")
    upload(app, "tray_upload", "a.pdf", BAD["pdf"])
    first = one_sentence(app)
    upload(app, "tray_upload", "b", b"")
    second = one_sentence(app)
    assert "PDF" in first
    assert "0 bytes" in second
    # Nothing is opened again by a rerun.
    refused = app.session_state["_refused"]
    app.run()
    assert app.session_state["_refused"] is refused


def test_a_text_that_is_called_a_picture_becomes_a_text() -> None:
    words = b"Zwei Kaffee, bitte.\nUnd ein Wasser.\n"
    app = open_page("pixels")
    before = in_tray(app)
    upload(app, "tray_upload", "photo.png", words)
    assert_fine(app)
    assert in_tray(app) == before
    assert in_tray(app, "text").data == words
    assert app.session_state["_latest"] == "text"
    every_step(app)
    go(app, "home")
    assert_fine(app)
    assert any("Zwei Kaffee" in text.value for text in app.text)


def test_a_picture_that_is_called_a_text_becomes_a_picture() -> None:
    app = open_page("home")
    upload(app, "home_upload", "table.csv", GOOD)
    assert_fine(app)
    assert in_tray(app).format == "PNG"
    every_step(app)


NAMES = {
    "html": '<img src=x onerror="alert(1)"><script>alert(2)</script>.png',
    "markdown": "**bold** [link](javascript:alert(1)) ![x](http://a.b/c.png) :red[x] $x^2$ `c`.png",
    "directive": ":material/home: :rainbow[x] {number} {0} %s.png",
    "newlines": "first\nsecond\r\n# Title\n- list\u2028end.png",
    "nul": "a\0b\0.png",
    "long": "x" * 5000 + ".png",
    "wide and long": "图" * 5000 + ".png",
    "right to left": "invoice\u202egpj.exe\u2066.png",
    "surrogate": "broken\udc80.png",
    "folders": "../../../etc/passwd",
    "windows": "C:\\Windows\\..\\con.png",
    "quotes": """a'b"c\\'d\\n\\x00.png""",
    "code": "'); import os; os.abort() #.png",
    "triple": "'''\"\"\".png",
    "dots": "...",
    "spaces": "   ",
    "emoji": "☕🥐 café.png",
}


def plain(markdown: str) -> str:
    """What Markdown shows once the escapes are gone."""
    return re.sub(r"\\(.)", r"\1", markdown)


def test_names_are_shown_and_do_nothing() -> None:
    app = open_page("pixels", step="look")
    for what, name in NAMES.items():
        # What carries a name to the server (protobuf) knows no lone surrogates.
        name = name.encode(errors="replace").decode()
        go(app, "pixels")
        upload(app, "tray_upload", name, GOOD)
        assert_fine(app)
        label = in_tray(app).label
        assert label == safe_name(name)
        assert 0 < len(label) <= 120
        bar = next(m.value for m in app.markdown if "** &nbsp;" in m.value)
        written = bar.split("** &nbsp;")[0].split("**", 1)[1]
        assert plain(written) == " ".join(label.split()), what
        # Every character that Markdown, HTML or a directive could act on has its backslash.
        assert not re.search(r"[<>*_`\[\]$#:&{}]", re.sub(r"\\.", "", written)), what
        assert not re.search("[\0-\x1f\x7f\u2028-\u202e\u2066-\u2069]", bar), what
        go(app, "home")
        assert_fine(app)
        assert any(written in m.value for m in app.markdown), what
        for block in app.get("html"):
            assert "<script" not in block.proto.body
            assert "<img" not in block.proto.body
        upload(app, "home_upload", name, b"")
        assert name not in one_sentence(app)


def test_names_in_generated_code_stay_strings() -> None:
    """The script reads the file by a name that no file name can break out of."""
    import ast

    app = open_page("pixels", step="look")
    for what, name in NAMES.items():
        name = name.encode(errors="replace").decode()
        upload(app, "tray_upload", name, GOOD)
        assert_fine(app)
        nodes = next(iter(app.session_state["_views"].values()))
        tree = ast.parse(script_of(*nodes))
        paths = [
            ast.literal_eval(node.args[0])
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Path"
        ]
        assert paths == [file_name(name)], what


def test_a_sentence_about_a_file_is_safe_to_draw() -> None:
    """Text from the file that gets into the sentence is escaped in both languages."""
    app = open_page("pixels")
    upload(app, "tray_upload", "x", b"\x82<b>*\xff\0_")
    shown = one_sentence(app)
    assert "<b>" not in shown
    assert explain(app.session_state["_refused"])
