"""The whole app in a real browser: what a learner does, and what must then stand on the screen."""

from __future__ import annotations

import io
import re
import struct
import zlib
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from components.catalogue import LESSONS
from components.i18n import _sections as sections  # the words of a language, with no session
from engine import samples
from tests.browser.conftest import (
    OpenPage,
    until,
    wait_for_viewers,
    wait_until_drawn,
    wait_until_settled,
)

pytestmark = pytest.mark.browser

PNG = "image/png"


# ------------------------------------------------------------------------------ what is uploaded


def noise(seed: int, height: int = 40, width: int = 60) -> NDArray[np.uint8]:
    """A picture of which every number is known, and no two neighbours are alike."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def packed(array: NDArray[np.uint8], form: str = "PNG") -> bytes:
    """The file of a picture."""
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, form)
    return buffer.getvalue()


def bomb(side: int = 13_000) -> bytes:
    """A valid PNG of some kilobytes that unpacks to 169 million pixels (PNG specification, 5.6)."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    packer = zlib.compressobj(1)
    rows = bytes(100 * (side + 1))
    data = b"".join(packer.compress(rows) for _ in range(side // 100)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


# --------------------------------------------------------------------------- what is on the page


def upload(page: Page, name: str, data: bytes, mime: str = PNG) -> None:
    """Drop a file into the tray of a lesson, or into the one of the first page."""
    drop = page.locator(".st-key-home_upload input[type=file]")
    if urlsplit(page.url).path != "/":
        drop = page.locator(".st-key-tray_upload input[type=file]")
        if not page.get_by_test_id("stPopoverBody").is_visible():
            page.locator(".st-key-tray_panel").get_by_role("button").click()
        expect(drop).to_be_attached()
    drop.set_input_files({"name": name, "mimeType": mime, "buffer": data})


def close_panel(page: Page) -> None:
    """Close the tray's panel, which covers what is below it."""
    body = page.get_by_test_id("stPopoverBody")

    def closed() -> bool:
        if body.is_visible():
            page.keyboard.press("Escape")
            wait_until_drawn(page)
        return not body.is_visible()

    until(closed)


def no_error(page: Page) -> None:
    """No sentence about an error, and no exception, on the page."""
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def question(page: Page, lesson: str, language: str = "en") -> Locator:
    """The question that a lesson begins with: it tells which lesson in which language is open."""
    return page.get_by_text(sections(lesson, language)["question"], exact=True)


def metrics(page: Page) -> Locator:
    """The numbers under a filter."""
    return page.get_by_test_id("stMetricValue")


def pick(page: Page, key: str, number: int) -> None:
    """Choose by place, which is the same in every language."""
    page.locator(f".st-key-{key}").get_by_role("radio").nth(number).click()


def query(page: Page) -> dict[str, str]:
    """What stands in the address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


@dataclass
class Viewer:
    """A viewer on a page, and what its root element says about itself."""

    page: Page
    number: int = 0

    @property
    def root(self) -> Locator:
        return self.page.locator(".nv").nth(self.number)

    def says(self, name: str) -> str:
        return self.root.get_attribute(f"data-{name}") or ""

    def ready(self) -> None:
        expect(self.root).to_have_attribute("data-ready", "1")

    def canvas(self, pane: str) -> Locator:
        return self.root.locator(f'canvas[data-pane="{pane}"]')

    def spot(self, pane: str, x: float, y: float) -> tuple[float, float]:
        """Where the middle of pixel (x, y) lies in the window."""
        canvas = self.canvas(pane)
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        x0, y0, x1, y1 = map(float, self.says("view").split(","))
        u, v = (x + 0.5 - x0) / (x1 - x0), (y + 0.5 - y0) / (y1 - y0)
        return box["x"] + u * box["width"], box["y"] + v * box["height"]

    def values(self, pane: str, x: int, y: int) -> list[float]:
        """Point at a pixel and read the exact numbers of it, without rounding."""
        canvas = self.canvas(pane)

        def pointed() -> bool:  # again where something above has moved the picture on
            self.page.mouse.move(*self.spot(pane, x, y))
            wait_until_drawn(self.page)
            return canvas.get_attribute("data-cursor") == f"{x},{y}"

        until(pointed)
        expect(canvas).to_have_attribute("data-values", re.compile(r"\d"))
        return [float(value) for value in (canvas.get_attribute("data-values") or "").split(",")]

    def zoom(self, pane: str, x: int, y: int, scale: float) -> None:
        """Turn the wheel over a pixel until it is `scale` CSS pixels wide."""

        def near() -> bool:
            if float(self.says("scale")) < scale:
                self.page.mouse.move(*self.spot(pane, x, y))
                self.page.mouse.wheel(0, -300)
                wait_until_drawn(self.page)
            return float(self.says("scale")) >= scale

        until(near)
        self.ready()

    def digits(self, pane: str) -> int:
        """How many numbers are drawn on the pane."""
        return int(self.canvas(pane).get_attribute("data-digits") or 0)

    def status(self) -> list[str]:
        """x, y and the numbers as they are written in the line below."""
        texts = self.root.locator(".nv-status .nv-value").all_inner_texts()
        return [text.strip() for text in texts if text.strip()]


# --------------------------------------------------------------------------------------- Home


def test_a_dropped_picture_is_recognised_and_stays(open_page: OpenPage) -> None:
    array = noise(1)
    page = open_page()
    upload(page, "known.png", packed(array))
    expect(page.get_by_text("known.png").first).to_be_visible()
    luma = np.asarray(Image.fromarray(array).convert("L"))  # Pillow's, as a second opinion
    # The first grid of this name is the opening scene's.
    cells = page.get_by_role("region", name="Pixels").nth(1).locator("td")
    expect(cells).to_have_count(64)
    shown = np.array([int(text) for text in cells.all_inner_texts()]).reshape(8, 8)
    blocks = np.lib.stride_tricks.sliding_window_view(luma, (8, 8))
    assert np.count_nonzero((blocks == shown).all(axis=(2, 3))) == 1, "true numbers, in their order"

    page.get_by_test_id("stMain").get_by_role("link", name="Pixels", exact=True).click()
    expect(page).to_have_url(re.compile(r"/pixels$"))
    for name in ("Pixels", "Channels", "Pixels", "Start", "Channels"):
        page.get_by_test_id("stSidebar").get_by_role("link", name=name).click()
        if name == "Start":
            expect(page.get_by_role("heading", name="Numeroscope")).to_be_visible()
            expect(page.get_by_test_id("stMain").get_by_text("known.png").first).to_be_visible()
            continue
        expect(question(page, name.lower())).to_be_visible()
        expect(page.locator(".st-key-tray")).to_contain_text("known.png")
        wait_until_settled(page)
        viewer = Viewer(page)
        viewer.ready()
        expected = array[11, 23] if name == "Pixels" else array[11, 23, :1]
        assert viewer.values("p0", 23, 11) == expected.tolist()
    no_error(page)


# -------------------------------------------------------------------------------------- Pixels


def test_the_digits_are_the_numbers_of_the_uploaded_picture(open_page: OpenPage) -> None:
    array = noise(2, 300, 420)  # too large to be sent whole: every window is asked for
    page = open_page("pixels")
    upload(page, "known.png", packed(array))
    expect(page.locator(".st-key-tray")).to_contain_text("known.png")
    close_panel(page)
    wait_until_settled(page)
    viewer = Viewer(page)
    viewer.ready()
    assert viewer.digits("p0") == 0

    viewer.zoom("p0", 111, 222, 48)
    expect(viewer.canvas("p0")).to_have_attribute("data-digits", re.compile(r"^\d\d+$"))
    for x, y in [(111, 222), (110, 221), (112, 221)]:
        assert viewer.values("p0", x, y) == array[y, x].tolist()
        assert viewer.status() == [str(n) for n in (x, y, *array[y, x].tolist())]
        # The histogram marks the bins of the pixel: bin number and value are the same for 8 bits.
        bins = ",".join(map(str, array[y, x].tolist()))
        expect(viewer.canvas("p2")).to_have_attribute("data-bins", bins)

    pixel = array[222, 111].tolist()
    for number, form in [(1, "{:02X}"), (2, None), (0, "{}")]:
        pick(page, "numbers", number)
        shown = [f"{v / 255:.3f}" if form is None else form.format(v) for v in pixel]
        viewer.values("p0", 111, 222)
        values = viewer.root.locator(".nv-status .nv-value")
        expect(values).to_have_text(["111", "222", *shown])
        assert viewer.values("p0", 111, 222) == pixel, "another notation, the same numbers"

    pick(page, "colour", 1)
    luma = np.asarray(Image.fromarray(array).convert("L"))
    expect(viewer.canvas("p0")).to_have_attribute("data-values", re.compile(r"^\d+$"))
    assert viewer.values("p0", 112, 221) == [luma[221, 112]]
    no_error(page)


def test_buttons_and_a_pin(open_page: OpenPage) -> None:
    page = open_page("pixels")
    viewer = Viewer(page)
    viewer.ready()
    while viewer.digits("p0") == 0:
        before = viewer.says("scale")
        page.get_by_role("button", name="Zoom in", exact=True).click()
        expect(viewer.root).not_to_have_attribute("data-scale", before)
        viewer.ready()
    coffee = np.asarray(Image.open(io.BytesIO(samples.load("coffee").data)).convert("RGB"))
    assert viewer.values("p0", 301, 199) == coffee[199, 301].tolist()
    page.mouse.click(*viewer.spot("p0", 301, 199))
    expect(viewer.root).to_have_attribute("data-pin", "301,199")
    expect(page).to_have_url(re.compile(r"[?&]at=301(,|%2C)199"))
    wait_until_settled(page)
    page.wait_for_timeout(600)  # sooner it would count as a double click, which keeps the pin
    page.mouse.click(*viewer.spot("p0", 301, 199))
    expect(viewer.root).to_have_attribute("data-pin", "")
    expect(page).not_to_have_url(re.compile(r"[?&]at="))


def test_the_zoom_stands_in_the_link(open_page: OpenPage) -> None:
    page = open_page("pixels")
    viewer = Viewer(page)
    viewer.ready()
    viewer.zoom("p0", 150, 100, 30)
    # On the way the address names what was seen in between; at rest it names what is seen now.
    page.wait_for_function(
        """() => {
          const zoom = new URLSearchParams(location.search).get("zoom");
          const [x0, , x1] = (zoom ?? "0,0,999,0").split(",").map(Number);
          return x1 - x0 < 60;
        }"""
    )
    x0, y0, x1, y1 = map(float, query(page)["zoom"].split(","))
    assert x0 <= 150 < x1
    assert y0 <= 100 < y1
    page.get_by_role("button", name="Show the whole picture").click()
    expect(page).not_to_have_url(re.compile(r"[?&]zoom="))


def test_the_zoom_by_buttons_stands_in_the_link(open_page: OpenPage) -> None:
    page = open_page("pixels")
    viewer = Viewer(page)
    viewer.ready()
    for _ in range(7):
        before = viewer.says("scale")
        page.get_by_role("button", name="Zoom in", exact=True).click()
        expect(viewer.root).not_to_have_attribute("data-scale", before)
    expect(page).to_have_url(re.compile(r"[?&]zoom="))


def test_the_stored_numbers_of_a_palette_are_its_indices(open_page: OpenPage) -> None:
    picture = Image.open(io.BytesIO(samples.load("pixel-art").data))
    assert picture.mode == "P"
    indices = np.asarray(picture)
    colours = np.asarray(picture.convert("RGB"))
    page = open_page("pixels?step=stored&picture=pixel-art")
    viewer = Viewer(page)
    viewer.ready()
    height, width = indices.shape
    for x, y in [(width // 2, height // 3), (width - 2, height - 3), (3, height // 2), (2, 2)]:
        assert viewer.values("p0", x, y) == [indices[y, x]]
    x, y = width // 2, height // 3
    assert viewer.values("p2", x, y)[:3] == colours[y, x].tolist()
    squares = page.get_by_role("region", name="Palette").locator("td")
    until(lambda: squares.count() >= int(indices.max()) + 1)


def test_sixteen_bits_arrive_whole(open_page: OpenPage) -> None:
    page = open_page("pixels?step=stored&picture=gradient16")
    viewer = Viewer(page)
    viewer.ready()
    for x, y in [(9, 9), (255, 128), (128, 0), (17, 200), (128, 128), (246, 255)]:
        assert viewer.values("p0", x, y) == [256 * y + x]


# --------------------------------------------------------------------------------- Frequencies


def test_a_cutoff_moves_the_numbers_and_stands_in_the_link(open_page: OpenPage) -> None:
    page = open_page("frequency?step=filter")
    expect(metrics(page)).to_have_count(4)
    first = metrics(page).all_inner_texts()
    slider = page.locator(".st-key-cut").get_by_role("slider")
    before = slider.input_value()
    for _ in range(5):
        slider.press("ArrowRight")
    expect(page).to_have_url(re.compile(rf"[?&]cut={int(before) + 5}(&|$)"))
    expect(metrics(page).first).not_to_have_text(first[0])

    other = open_page(page.url.split("/", 3)[3])
    again = other.locator(".st-key-cut").get_by_role("slider")
    expect(again).to_have_value(str(int(before) + 5))
    wait_until_settled(other)
    moved = metrics(other).all_inner_texts()
    assert len(moved) == 4
    assert all(a != b for a, b in zip(first, moved, strict=True))
    expect(metrics(page)).to_have_text(moved)

    pick(page, "kind", 1)  # high-pass: what the low-pass took away
    expect(page).to_have_url(re.compile(r"[?&]kind=high(&|$)"))
    expect(metrics(page).first).not_to_have_text(moved[0])
    wait_until_settled(page)
    contrast = [float(text.rstrip("%")) for text in (moved[1], metrics(page).nth(1).inner_text())]
    assert sum(contrast) == pytest.approx(100, abs=0.02), "low-pass and high-pass share the energy"
    high = metrics(page).all_inner_texts()

    pick(page, "kind", 2)
    expect(page).to_have_url(re.compile(r"[?&]kind=band(&|$)"))
    ends = page.locator(".st-key-band").get_by_role("slider")
    expect(ends).to_have_count(2)
    expect(metrics(page).nth(1)).not_to_have_text(high[1])
    wait_until_settled(page)
    band = metrics(page).all_inner_texts()
    ends.nth(1).press("Home")  # an empty band: nothing is left
    expect(metrics(page).nth(1)).not_to_have_text(band[1])
    wait_until_settled(page)
    no_error(page)
    linked = open_page(page.url.split("/", 3)[3])
    expect(metrics(linked)).to_have_count(4)
    wait_until_settled(linked)
    expect(metrics(page)).to_have_text(metrics(linked).all_inner_texts())


def test_a_painted_stroke_and_its_undoing(open_page: OpenPage) -> None:
    page = open_page("frequency?step=paint")
    viewer = Viewer(page)
    viewer.ready()
    for number in (0, 1):
        expect(metrics(page).nth(number)).to_have_text("100.00%")
    wait_until_settled(page)
    untouched = metrics(page).all_inner_texts()
    page.mouse.move(*viewer.spot("p0", 300, 170))
    page.mouse.down()
    page.mouse.move(*viewer.spot("p0", 330, 170), steps=5)
    page.mouse.up()
    expect(viewer.root).to_have_attribute("data-strokes", "1")
    expect(metrics(page).nth(1)).not_to_have_text(untouched[1])
    page.get_by_role("button", name="Undo the last stroke").click()
    expect(viewer.root).to_have_attribute("data-strokes", "0")
    expect(metrics(page)).to_have_text(untouched)
    no_error(page)


# ------------------------------------------------------------------------------------ language


@pytest.mark.parametrize(("locale", "code"), [("zh-CN", "zh"), ("zh-TW", "zh"), ("de-DE", "en")])
def test_the_browser_chooses_the_first_language(
    open_page: OpenPage, locale: str, code: str
) -> None:
    page = open_page("pixels", language=locale)
    expect(question(page, "pixels", code)).to_be_visible()
    no_error(page)


@pytest.mark.parametrize(("path", "locale"), [("pixels", "zh-CN"), ("pixels?lang=zh", "en-US")])
def test_the_frame_of_a_page_is_chinese_too(open_page: OpenPage, path: str, locale: str) -> None:
    page = open_page(path, language=locale)
    chinese = re.compile(r"[一-鿿]")
    expect(page.get_by_role("heading").first).to_have_text(chinese)
    links = page.get_by_test_id("stSidebarNavLink")
    expect(links).to_have_text([chinese] * len(LESSONS))
    expect(page.locator(".nv-title").first).to_have_text(chinese)
    expect(page.locator(".st-key-tray_panel")).to_contain_text(chinese)
    expect(page.get_by_role("button", name=chinese).first).to_be_visible()


def test_a_language_is_switched_and_linked(open_page: OpenPage) -> None:
    page = open_page("frequency?step=filter&kind=high")
    pick(page, "lang", 1)
    expect(page).to_have_url(re.compile(r"[?&]lang=zh(&|$)"))
    expect(question(page, "frequency", "zh")).to_be_visible()
    assert query(page) | {"step": "filter", "kind": "high", "lang": "zh"} == query(page)
    other = open_page(page.url.split("/", 3)[3])
    expect(question(other, "frequency", "zh")).to_be_visible()
    pick(other, "lang", 0)
    expect(question(other, "frequency", "en")).to_be_visible()
    expect(other.locator(".st-key-kind").get_by_role("radio").nth(1)).to_be_checked()


def test_a_link_made_in_chinese_shows_the_same_in_english(open_page: OpenPage) -> None:
    page = open_page("frequency", language="zh-CN")
    pick(page, "step_frequency", 1)
    expect(metrics(page)).to_have_count(4)
    pick(page, "kind", 1)
    expect(page).to_have_url(re.compile(r"kind=high"))
    pick(page, "shape", 2)
    expect(page).to_have_url(re.compile(r"shape=butterworth"))
    slider = page.locator(".st-key-order").get_by_role("slider")
    slider.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"order=3"))
    assert page.url.isascii()
    other = open_page(page.url.split("/", 3)[3], language="en-US")
    expect(question(other, "frequency", "en")).to_be_visible()
    for key, number in [("step_frequency", 1), ("kind", 1), ("shape", 2)]:
        radio = other.locator(f".st-key-{key}").get_by_role("radio").nth(number)
        expect(radio).to_be_checked()
    expect(other.locator(".st-key-order").get_by_role("slider")).to_have_value("3")
    wait_until_settled(other)
    expect(metrics(page)).to_have_text(metrics(other).all_inner_texts())


# --------------------------------------------------------------------------------------- links


def test_a_link_shows_the_same_place(open_page: OpenPage) -> None:
    page = open_page("pixels?at=101,52&zoom=90,40,120,60")
    viewer = Viewer(page)
    viewer.ready()
    expect(viewer.root).to_have_attribute("data-pin", "101,52")
    x0, y0, x1, y1 = map(float, viewer.says("view").split(","))
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx((105, 50), abs=0.5)
    assert x0 <= 90.5
    assert x1 >= 119.5
    assert y0 <= 40.5
    assert y1 >= 59.5
    assert x1 - x0 < 90
    coffee = np.asarray(Image.open(io.BytesIO(samples.load("coffee").data)).convert("RGB"))
    colour = ",".join(map(str, coffee[52, 101].tolist()))
    expect(viewer.root).to_have_attribute("data-values", colour)


def test_a_link_keeps_the_place_in_another_group_of_panes(open_page: OpenPage) -> None:
    page = open_page("detect?step=cell&at=square:100,200")
    viewer = Viewer(page)
    viewer.ready()
    expect(viewer.root).to_have_attribute("data-pin", "100,200")
    wait_until_settled(page)
    expect(page).to_have_url(re.compile(r"[?&]at=square(:|%3A)100(,|%2C)200"))


def test_tables_are_saved_with_their_formulas_escaped_only(open_page: OpenPage) -> None:
    page = open_page("tree?step=walk")
    wait_until_settled(page)
    page.get_by_test_id("stDataFrame").first.hover()
    expect(page.get_by_role("button", name="Search")).to_be_visible()
    expect(page.get_by_role("button", name="Download as CSV")).to_be_hidden()


def test_nonsense_in_a_link_shows_the_lesson(open_page: OpenPage) -> None:
    page = open_page()
    for path in (
        "pixels?step=nonsense&lang=xx&picture=nobody&frame=-7&at=a,b",
        "pixels?step=%3Cscript%3Ealert(1)%3C/script%3E&at=999999,1&zoom=1,2,3&numbers=%F0%9F%99%82",
        "pixels?zoom=5,5,5,5&at=-1,-1&colour=",
        "pixels?zoom=100,100,50,50",
        "frequency?step=filter&cut=1e999&kind=x&order=-5",
        "frequency?step=filter&kind=band&band=90&band=10&shape=%00",
        "frequency?step=paint&strokes=~~1.2.x~999999999999",
        "phase?step=build&waves=3",
        "channels?step=wrap&add=99999999999999999999&space=rgb',%201)",
    ):
        page.goto("/".join((*page.url.split("/", 3)[:3], path)))
        wait_until_settled(page)
        expect(page.get_by_role("heading").first).to_be_visible()
        no_error(page)
        expect(page.locator(".nv").first).to_be_visible()
        wait_for_viewers(page)


# ---------------------------------------------------------------------------------- the looks

# The contrast of a text on what is painted behind it (WCAG 2.2, relative luminance). A canvas turns
# every notation of a colour into bytes.
CONTRAST = """
node => {
  const canvas = document.createElement("canvas");
  const ctx = canvas.getContext("2d", { willReadFrequently: true });
  const layers = [];
  for (let e = node; e; e = e.parentElement ?? e.getRootNode().host)  // the viewer: a shadow tree
    layers.unshift(getComputedStyle(e).backgroundColor);
  const bytes = () => [...ctx.getImageData(0, 0, 1, 1).data].slice(0, 3);
  const fill = (colour) => { ctx.fillStyle = colour; ctx.fillRect(0, 0, 1, 1); };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map(
      (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  ["#fff", ...layers].forEach(fill);
  const back = light(bytes());
  fill(getComputedStyle(node).color);
  const front = light(bytes());
  return [back, (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05)];
}
"""


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_both_themes_can_be_read(open_page: OpenPage, scheme: str) -> None:
    page = open_page("frequency?step=filter", colour_scheme=scheme)
    wait_for_viewers(page)
    viewer = Viewer(page)
    viewer.values("p0", 300, 200)
    seen = 0
    for selector in (
        "[data-testid=stMain] h1",
        "[data-testid=stMain] p:not([data-testid=stSlider] p)",  # the number rides on its thumb
        "[data-testid=stMetricValue]",
        "[data-testid=stSidebarNavLink] p",
        ".nv-title",
        ".nv-meta",
        ".nv-status .nv-name",
        ".nv-status .nv-value",
        ".nv-scale",
    ):
        for node in page.locator(selector).all():
            if not node.is_visible() or not node.inner_text().strip():
                continue
            background, contrast = node.evaluate(CONTRAST)
            if node.evaluate("node => node.tagName") == "H1":
                assert (background < 0.05) == (scheme == "dark"), background
            assert contrast >= 4.5, (selector, node.inner_text()[:60], contrast)
            seen += 1
    assert seen > 20
    no_error(page)


# ----------------------------------------------------------------------------- what is refused


def test_what_cannot_be_read_is_refused_in_one_sentence(open_page: OpenPage) -> None:
    array = noise(3)
    page = open_page("pixels")
    upload(page, "good.png", packed(array))
    tray = page.locator(".st-key-tray")
    expect(tray).to_contain_text("good.png")
    alerts = page.get_by_test_id("stAlertContentError")
    photo = packed(noise(4, 200, 300), "JPEG")
    refused = [
        ("bomb.png", bomb(), PNG, "13000 × 13000"),
        ("cut.jpg", photo[: len(photo) // 3], "image/jpeg", "ends before"),
        ("empty.png", b"", PNG, "0 bytes"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml", "SVG"),
        ("late.png", packed(array)[:-500], PNG, "."),
    ]
    for name, data, mime, words in refused:
        upload(page, name, data, mime)
        expect(alerts).to_have_count(1)
        expect(alerts).to_contain_text(words)
        text = alerts.inner_text().strip()
        assert "\n" not in text.split("info")[-1].strip()
        assert text.endswith(".")
        assert len(text) < 250
        assert not re.search(r"Traceback|Error\b|Exception|\bat 0x", text)
        expect(tray).to_contain_text("good.png")
        # The next refusal may be worded alike: let a good file clear this one.
        upload(page, "good.png", packed(array))
        expect(alerts).to_have_count(0)
    close_panel(page)
    wait_until_settled(page)
    viewer = Viewer(page)
    viewer.ready()
    assert viewer.values("p0", 7, 9) == array[9, 7].tolist()


def test_content_counts_and_not_the_name(open_page: OpenPage) -> None:
    array = noise(5)
    page = open_page("pixels")
    upload(page, "good.png", packed(array))
    tray = page.locator(".st-key-tray")
    expect(tray).to_contain_text("good.png")
    upload(page, "letter.png", b"Dear class,\nthis is no picture.\n")
    # It is a text, and says so; the lesson about pictures goes on with its picture.
    said = page.get_by_test_id("stAlert").filter(has_text="letter.png")
    expect(said).to_contain_text("was read as: Text")
    expect(
        page.get_by_test_id("stMain").get_by_role("link", name="See it on the first page")
    ).to_be_visible()
    expect(tray).to_contain_text("good.png")
    no_error(page)
    close_panel(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Start").click()
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("letter.png").first).to_be_visible()
    expect(main.get_by_text("this is no picture.").first).to_be_visible()


def test_a_hostile_name_is_only_a_name(open_page: OpenPage) -> None:
    page = open_page("pixels")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    tray = page.locator(".st-key-tray")
    for number, name in enumerate(
        (
            "<img src=x onerror=alert(1)>.png",
            "**bold**_$x$.png",
            "[link](javascript:alert(1)) :red[x] :smile: `code`.png",
        )
    ):
        upload(page, name, packed(noise(number)))
        expect(tray).to_contain_text(name)
        wait_until_settled(page)
    close_panel(page)
    for title, address in (("Channels", "/channels"), ("Start", "/")):
        page.get_by_test_id("stSidebar").get_by_role("link", name=title).click()
        expect(page).to_have_url(re.compile(rf"\d{address}$"))
        wait_until_settled(page)
        expect(page.get_by_test_id("stMain").get_by_text(":red[x]").first).to_be_visible()
    upload(page, "**bold**_$x$.png", packed(noise(9)))
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("**bold**_$x$.png").first).to_be_visible()
    wait_until_settled(page)
    assert main.locator("img[src='x'], .katex, a[href^='javascript']").count() == 0
    assert main.locator("strong", has_text=re.compile(r"^bold$")).count() == 0
    assert dialogs == []
    no_error(page)


# ------------------------------------------------------------------------------- two learners


def test_two_learners_never_see_each_other(open_page: OpenPage) -> None:
    arrays = {"anna.png": noise(6, 300, 420), "ben.png": noise(7, 300, 420)}
    pages = {name: open_page("pixels") for name in arrays}
    for name, page in pages.items():
        upload(page, name, packed(arrays[name]))
    for name, page in pages.items():
        expect(page.locator(".st-key-tray")).to_contain_text(name)
        close_panel(page)
        wait_until_settled(page)
        Viewer(page).ready()
    drawn = set()
    for x, y in [(10, 20), (400, 290), (211, 149)]:  # taking turns, each asks the same server
        for name, page in pages.items():
            assert Viewer(page).values("p0", x, y) == arrays[name][y, x].tolist()
    for name, page in pages.items():
        other = next(one for one in arrays if one != name)
        viewer = Viewer(page)
        viewer.zoom("p0", 211, 149, 40)
        assert viewer.values("p0", 212, 150) == arrays[name][150, 212].tolist()
        drawn.add(viewer.canvas("p0").evaluate("canvas => canvas.toDataURL()"))
        assert other not in page.content()
    assert len(drawn) == 2
    for name, page in pages.items():
        page.get_by_test_id("stSidebar").get_by_role("link", name="Channels").click()
        expect(question(page, "channels")).to_be_visible()
        wait_until_settled(page)
        viewer = Viewer(page)
        viewer.ready()
        for x, y in [(5, 5), (333, 111)]:
            assert viewer.values("p0", x, y) == arrays[name][y, x, :1].tolist()
    stranger = open_page("pixels")
    assert not any(name in stranger.content() for name in arrays)


# ------------------------------------------------------------------------------ code and files


def test_the_code_and_the_numbers_can_be_taken_away(open_page: OpenPage) -> None:
    array = noise(8)
    page = open_page("pixels")
    upload(page, "known.png", packed(array))
    expect(page.locator(".st-key-tray")).to_contain_text("known.png")
    close_panel(page)
    wait_until_settled(page)
    body = page.locator(".st-key-panel_pixels")

    page.locator(".st-key-code_pixels").get_by_role("button").click()
    shown = body.get_by_test_id("stCode").locator("code")
    expect(shown.first).to_contain_text("channel_histogram(")
    body.get_by_test_id("stExpander").click()
    expect(shown.last).to_contain_text("import numpy as np")
    with page.expect_download() as waiting:
        body.get_by_role("button", name="Python script").click()
    assert waiting.value.suggested_filename == "pixels.py"
    code = waiting.value.path().read_text(encoding="utf-8")
    compile(code, "pixels.py", "exec")
    assert "known.png" in code
    assert shown.last.inner_text().split() == code.split()

    page.locator(".st-key-save_pixels").get_by_role("button").click()
    with page.expect_download() as waiting:
        body.get_by_role("button", name="NPY").first.click()
    saved = np.load(waiting.value.path(), allow_pickle=False)
    assert saved.dtype == array.dtype
    assert np.array_equal(saved, array)
    with page.expect_download() as waiting:
        body.get_by_role("button", name="PNG").first.click()
    assert np.array_equal(np.asarray(Image.open(waiting.value.path())), array)
    no_error(page)


def test_a_photo_becomes_the_picture(open_page: OpenPage) -> None:
    page = open_page("pixels", permissions=["camera"])
    page.locator(".st-key-tray_panel").get_by_role("button").click()
    page.get_by_role("radio", name="Camera").click()
    # Before the video runs there is nothing to take.
    page.wait_for_function("document.querySelector('video')?.videoWidth > 0")
    page.get_by_test_id("stCameraInputButton").click()
    tray = page.locator(".st-key-tray")
    expect(tray).to_contain_text("camera.jpg")
    close_panel(page)
    wait_until_settled(page)
    viewer = Viewer(page)
    viewer.ready()
    size = re.search(r"(\d+) × (\d+) × 3", tray.inner_text())
    assert size is not None
    height, width = map(int, size.groups())
    assert len(viewer.values("p0", width // 2, height // 2)) == 3
    page.get_by_test_id("stSidebar").get_by_role("link", name="Channels").click()
    expect(question(page, "channels")).to_be_visible()
    expect(tray).to_contain_text("camera.jpg")
    no_error(page)
