"""The viewer in a real browser: what is read from the screen equals the array's numbers."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

sync_api = pytest.importorskip("playwright.sync_api")

from tests.browser.viewer_demo import gray, landscape  # noqa: E402

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
DEMO = Path(__file__).with_name("viewer_demo.py")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A Streamlit server with the demo."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.headless=true", "--browser.gatherUsageStats=false",
               "--server.fileWatcherType=none", f"--server.port={port}",
               "--server.address=127.0.0.1"]  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(DEMO), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).read()
                break
            except OSError:
                time.sleep(0.25)
        yield url
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    options = {"executable_path": CHROMIUM} if Path(CHROMIUM).exists() else {}
    with sync_api.sync_playwright() as p:
        chromium = p.chromium.launch(args=["--no-sandbox"], **options)
        yield chromium
        chromium.close()


class Demo:
    """One open page with the viewer, and what its root element says about itself."""

    def __init__(self, browser, address: str, scene: str, query: str = "", **context) -> None:
        options = {"viewport": {"width": 1280, "height": 900}} | context
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.goto(f"{address}/?scene={scene}{query}")
        self.page.wait_for_selector('.nv[data-ready="1"]', timeout=40_000)
        self.page.wait_for_timeout(300)

    def says(self, name: str) -> str:
        return self.page.locator(".nv").get_attribute(f"data-{name}") or ""

    def wait(self, name: str, good, timeout: float = 12) -> str:
        """Wait until attribute ``name`` satisfies ``good``; returns it."""
        end = time.monotonic() + timeout
        while not good(value := self.says(name)):
            assert time.monotonic() < end, f"data-{name} stayed {value!r}"
            self.page.wait_for_timeout(40)
        return value

    def ready(self) -> None:
        self.page.wait_for_timeout(200)
        self.wait("ready", lambda v: v == "1")

    def canvas(self, pane: str):
        return self.page.locator(f'canvas[data-pane="{pane}"]')

    def spot(self, pane: str, x: float, y: float) -> tuple[float, float]:
        """Where pixel (x, y) of the active group lies on the page."""
        box = self.canvas(pane).bounding_box()
        x0, y0, x1, y1 = map(float, self.says("view").split(","))
        u, v = (x + 0.5 - x0) / (x1 - x0), (y + 0.5 - y0) / (y1 - y0)
        return box["x"] + u * box["width"], box["y"] + v * box["height"]

    def hover(self, pane: str, x: int, y: int) -> None:
        self.page.mouse.move(*self.spot(pane, x, y))
        self.page.wait_for_timeout(60)

    def zoom(self, pane: str, x: int, y: int, scale: float) -> None:
        """Scroll at pixel (x, y) until a pixel is at least ``scale`` CSS pixels."""
        for _ in range(80):
            if float(self.says("scale")) >= scale:
                break
            self.page.mouse.move(*self.spot(pane, x, y))
            self.page.mouse.wheel(0, -200)
            self.page.wait_for_timeout(30)
        assert float(self.says("scale")) >= scale
        self.hover(pane, x, y)
        self.ready()

    def values(self) -> list[float]:
        return [float(v) for v in self.wait("values", bool).split(",")]

    def python(self) -> dict:
        """What the script has received."""
        return json.loads(self.page.locator("code").last.inner_text())

    def close(self) -> None:
        errors = [e for e in self.errors if "favicon" not in e]
        self.context.close()
        assert errors == []


@pytest.fixture
def demo(browser, address):
    opened: list[Demo] = []

    def start(scene: str, query: str = "", **context) -> Demo:
        opened.append(Demo(browser, address, scene, query, **context))
        return opened[-1]

    yield start
    for page in opened:
        page.close()


@pytest.fixture(scope="module")
def rgb() -> np.ndarray:
    return landscape(1200, 1600)


def test_hover_then_zoom_to_the_digits(demo, rgb):
    d = demo("pair")
    d.hover("rgb", 1080, 450)
    x, y = map(int, d.wait("cursor", bool).split(","))
    assert d.values() == rgb[y, x].tolist()
    d.zoom("rgb", 1080, 450, 60)
    x, y = map(int, d.says("cursor").split(","))
    assert (x, y) == (1080, 450)
    assert d.values() == rgb[y, x].tolist()
    assert int(d.canvas("rgb").get_attribute("data-digits")) >= 9
    text = d.page.locator(".nv-status").inner_text()
    assert all(str(v) in text for v in rgb[y, x])
    assert "#" + bytes(rgb[y, x]).hex().upper() in text


def test_every_digit_of_a_neighbourhood(demo, rgb):
    d = demo("pair")
    d.zoom("rgb", 700, 800, 40)
    for dx, dy in [(-3, -2), (-1, 1), (0, 0), (2, -1), (1, -3)]:
        d.hover("rgb", 700 + dx, 800 + dy)
        d.wait("cursor", lambda v, w=f"{700 + dx},{800 + dy}": v == w)
        assert d.values() == rgb[800 + dy, 700 + dx].tolist()


def test_cursor_and_zoom_are_linked(demo, rgb):
    d = demo("pair")
    mono = gray(rgb)
    d.zoom("gray", 321, 234, 24)
    assert d.says("cursor") == "321,234"
    for name, value in [("gray", mono[234, 321]), ("bright", int(mono[234, 321] > 128))]:
        assert d.canvas(name).get_attribute("data-cursor") == "321,234"
        assert d.canvas(name).get_attribute("data-values") == str(value)
    digits = [int(d.canvas(n).get_attribute("data-digits")) for n in ("gray", "bright")]
    assert digits[0] == digits[1] > 50


def test_drag_pans_and_the_view_stays_after_the_reply(demo, rgb):
    d = demo("pair")
    d.zoom("rgb", 800, 600, 30)
    before = [float(v) for v in d.says("view").split(",")]
    scale = float(d.says("scale"))
    box = d.canvas("rgb").bounding_box()
    cx, cy = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    d.page.mouse.move(cx, cy)
    d.page.mouse.down()
    d.page.mouse.move(cx - 150, cy - 60, steps=8)
    d.page.mouse.up()
    moved = [float(v) for v in d.says("view").split(",")]
    assert moved[0] - before[0] == pytest.approx(150 / scale, abs=0.1)
    assert moved[1] - before[1] == pytest.approx(60 / scale, abs=0.1)
    d.ready()
    assert [float(v) for v in d.says("view").split(",")] == pytest.approx(moved)
    assert d.says("pin") == ""
    x, y = map(int, d.says("cursor").split(","))
    d.hover("rgb", x + 2, y + 1)
    d.wait("cursor", lambda v: v == f"{x + 2},{y + 1}")
    assert d.values() == rgb[y + 1, x + 2].tolist()


def test_a_control_changes_one_picture_and_nothing_moves(demo, rgb):
    d = demo("pair")
    d.zoom("gray", 200, 700, 24)
    view = d.says("view")
    value = int(gray(rgb)[700, 200])
    assert d.canvas("bright").get_attribute("data-values") == str(int(value > 128))
    slider = d.page.get_by_role("slider").first
    slider.focus()
    d.page.keyboard.press("Home" if value <= 128 else "End")
    want = str(int(value > (0 if value <= 128 else 255)))
    for _ in range(100):
        if d.canvas("bright").get_attribute("data-values") == want:
            break
        d.page.wait_for_timeout(60)
    assert d.canvas("bright").get_attribute("data-values") == want
    assert d.says("view") == view


def test_keyboard(demo, rgb):
    d = demo("pair")
    d.canvas("rgb").focus()
    press = d.page.keyboard.press
    press("ArrowRight")
    x, y = map(int, d.wait("cursor", bool).split(","))
    press("ArrowRight")
    press("ArrowDown")
    press("Shift+ArrowRight")
    d.wait("cursor", lambda v: v == f"{x + 11},{y + 1}")
    assert d.values() == rgb[y + 1, x + 11].tolist()
    least = float(d.says("scale"))
    for _ in range(4):
        press("+")
        d.page.wait_for_timeout(220)
    assert float(d.says("scale")) == pytest.approx(least * 1.5**4, rel=0.02)
    assert d.says("cursor") == f"{x + 11},{y + 1}"
    press("Enter")
    d.wait("pin", lambda v: v == f"{x + 11},{y + 1}")
    spoken = d.page.locator('.nv [aria-live="polite"]')
    sync_api.expect(spoken).to_contain_text(str(x + 11))
    press("0")
    d.wait("scale", lambda v: float(v) == pytest.approx(least, rel=0.01))
    press("Escape")
    assert d.page.evaluate("document.activeElement.tagName") in ("BODY", "DIV", "SECTION")


def test_pin_reaches_python_and_can_be_taken_away(demo):
    d = demo("pair")
    d.zoom("rgb", 900, 300, 20)
    d.page.mouse.click(*d.spot("rgb", 903, 301))
    d.wait("pin", lambda v: v == "903,301")
    sync_api.expect(d.page.locator("code").last).to_contain_text("[903, 301]")
    d.page.wait_for_timeout(600)
    d.page.mouse.click(*d.spot("rgb", 903, 301))
    d.wait("pin", lambda v: v == "")
    sync_api.expect(d.page.locator("code").last).to_contain_text('"pin": null, "unpinned": true')


def test_another_picture_of_the_same_size_takes_pin_and_zoom_away(demo, rgb):
    d = demo("swap")
    least = d.says("scale")
    d.zoom("rgb", 900, 300, 30)
    d.page.mouse.click(*d.spot("rgb", 901, 301))
    code = d.page.locator("code").last
    sync_api.expect(code).to_contain_text("[901, 301]")
    sync_api.expect(code).not_to_contain_text('"view": null')
    d.page.get_by_text("other", exact=True).click()
    d.wait("pin", lambda v: v == "")
    assert d.says("scale") == least
    sync_api.expect(code).to_contain_text('"pin": null, "unpinned": false')
    sync_api.expect(code).to_contain_text('"view": null')
    d.hover("rgb", 500, 400)
    x, y = map(int, d.wait("cursor", bool).split(","))
    assert d.values() == rgb[y, 1599 - x].tolist()
    d.page.wait_for_timeout(1200)
    assert d.says("scale") == least


SAMPLE = """root => {
  const canvas = root.querySelector('canvas[data-pane="gray"]');
  const seen = window.seen = { ready: new Set(), digits: new Set(), looks: new Set() };
  const look = () => {
    if (!canvas.isConnected) seen.looks.add("gone");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let i = 0; i < data.length; i += 97) sum = (sum * 31 + data[i]) % 1000003;
    seen.ready.add(root.dataset.ready);
    seen.digits.add(canvas.dataset.digits);
    seen.looks.add(sum);
    requestAnimationFrame(look);
  };
  look();
}"""


def test_a_report_is_small_and_nothing_blinks(demo):
    d = demo("pair")
    frames: list[int] = []
    d.page.on("websocket", lambda s: s.on("framereceived", lambda f: frames.append(len(f))))
    d.page.reload()
    d.page.wait_for_selector('.nv[data-ready="1"]', timeout=40_000)
    d.zoom("gray", 640, 480, 30)
    d.page.wait_for_timeout(2000)
    runs, views = d.python()["runs"], d.python()["view"]
    # A pixel's width or so: what is on the screen is inside the window that is here.
    box = d.canvas("gray").bounding_box()
    cx, cy = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    d.page.mouse.move(cx, cy)
    d.page.mouse.down()
    d.page.mouse.move(cx - 40, cy - 20, steps=4)
    d.page.mouse.up()
    d.page.mouse.move(cx - 41, cy - 21)
    d.page.wait_for_timeout(300)
    assert d.python()["runs"] == runs
    frames.clear()
    d.page.locator(".nv").evaluate(SAMPLE)
    d.page.wait_for_timeout(2000)
    assert d.python()["runs"] == runs + 1
    assert d.python()["view"] != views
    assert 0 < sum(frames) < 10_000, frames
    seen = d.page.evaluate("Object.values(window.seen).map(found => [...found])")
    assert seen[0] == ["1"]
    assert all(len(found) == 1 for found in seen), seen


def test_hovering_alone_is_no_news(demo):
    d = demo("pair")
    d.zoom("gray", 640, 480, 30)
    d.page.wait_for_timeout(2000)
    runs = d.python()["runs"]
    for step in range(12):
        d.hover(("rgb", "gray", "bright")[step % 3], 636 + step % 9, 478 + step % 5)
        d.page.wait_for_timeout(150)
    d.page.wait_for_timeout(1500)
    assert d.python()["runs"] == runs


def test_buttons_and_double_click(demo):
    d = demo("pair")
    least = float(d.says("scale"))
    button = d.page.get_by_role("button", name="Zoom in", exact=True)
    button.click()
    d.wait("scale", lambda v: float(v) == pytest.approx(least * 1.8, rel=0.01))
    d.page.mouse.dblclick(*d.spot("gray", 800, 600))
    d.wait("scale", lambda v: float(v) == pytest.approx(least * 4.5, rel=0.01))
    d.page.get_by_role("button", name="Show the whole picture").click()
    d.wait("scale", lambda v: float(v) == pytest.approx(least, rel=0.01))


def test_scrolling_down_at_fit_scrolls_the_page(demo):
    d = demo("pair", viewport={"width": 1000, "height": 420})
    where = "document.querySelector('[data-testid=stMain]').scrollTop"
    d.canvas("rgb").scroll_into_view_if_needed()
    start, least = d.page.evaluate(where), d.says("scale")
    box = d.canvas("rgb").bounding_box()
    d.page.mouse.move(box["x"] + 60, box["y"] + 40)
    d.page.mouse.wheel(0, 80)
    d.page.wait_for_timeout(300)
    assert d.page.evaluate(where) > start
    assert d.says("scale") == least


def test_strokes_arrive_and_are_undone(demo):
    d = demo("paint")
    pressed = d.page.get_by_role("button", name="Paint").get_attribute("aria-pressed")
    assert pressed == "true", "the brush is ready"
    box = d.canvas("spectrum").bounding_box()

    def at(u: float, v: float) -> tuple[float, float]:
        return box["x"] + u * box["width"], box["y"] + v * box["height"]

    for button, start, end in [
        ("Remove", (0.25, 0.25), (0.5, 0.4)),
        ("Bring back", (0.3, 0.6), (0.6, 0.6)),
    ]:
        d.page.get_by_role("button", name=button, exact=True).click()
        d.page.mouse.move(*at(*start))
        d.page.mouse.down()
        d.page.mouse.move(*at(*end), steps=6)
        d.page.mouse.up()
    d.wait("strokes", lambda v: v == "2")
    d.page.wait_for_timeout(1200)
    first, second = d.python()["strokes"]
    assert first[:2] == [12, 0]
    assert second[:2] == [12, 1]
    assert first[2:4] == pytest.approx([100, 75], abs=2)
    assert first[-2:] == pytest.approx([200, 120], abs=4)
    assert len(first) % 2 == 0
    d.page.get_by_role("button", name="Undo the last stroke").click()
    d.page.wait_for_timeout(1000)
    assert d.python()["strokes"] == [first]
    d.page.get_by_role("button", name="Start again").click()
    d.page.wait_for_timeout(1000)
    assert d.python()["strokes"] == []


def test_matrix_and_histogram_follow_the_cursor(demo, rgb):
    d = demo("matrix")
    d.hover("rgb", 400, 300)
    x, y = map(int, d.wait("cursor", bool).split(","))
    assert d.values() == rgb[y, x].tolist()
    d.page.wait_for_timeout(100)
    bins = d.canvas("hist").get_attribute("data-bins")
    assert bins == ",".join(map(str, rgb[y, x]))
    assert int(d.canvas("numbers").get_attribute("data-digits")) >= 20


def test_small_pictures_need_no_request_and_odd_numbers_are_shown(demo):
    d = demo("tiny")
    box = d.canvas("odd").bounding_box()
    for u, value in [(0.5, "NaN"), (0.9, "-2.25")]:
        d.page.mouse.move(box["x"] + u * box["width"], box["y"] + 0.35 * box["height"])
        d.wait("values", lambda v, w=value: v == w)
    d.page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.65 * box["height"])
    sync_api.expect(d.page.locator(".nv-status")).to_contain_text("1e-7")
    # A reduced copy in the same group marks the pixel at the same place.
    box = d.canvas("digit").bounding_box()
    d.page.mouse.move(box["x"] + 10.5 / 28 * box["width"], box["y"] + 7.5 / 28 * box["height"])
    d.wait("cursor", lambda v: v == "10,7")
    assert d.canvas("half").get_attribute("data-cursor") == "5,3"
    assert d.python()["runs"] == 1


def test_notation(demo, rgb):
    d = demo("pair")
    d.zoom("rgb", 1000, 500, 60)
    status = d.page.locator(".nv-status")
    red = int(rgb[500, 1000, 0])
    for name, text in [("hex", f"{red:02X}"), ("unit", f"{red / 255:.3f}")]:
        d.page.get_by_text(name, exact=True).click()
        sync_api.expect(status).to_contain_text(text)


def test_a_long_strip(demo):
    d = demo("strip")
    d.zoom("strip", 12345, 1, 40)
    assert d.says("cursor") == "12345,1"
    assert d.values() == [32345]


def test_a_link_sets_the_first_view(demo, rgb):
    d = demo("pair", "&view=100,200,110,208")
    x0, y0, x1, y1 = map(float, d.says("view").split(","))
    assert (x0 + x1) / 2 == pytest.approx(105)
    assert (y0 + y1) / 2 == pytest.approx(204)
    assert x0 <= 100
    assert x1 >= 110
    assert y0 <= 200
    assert y1 >= 208
    d.hover("rgb", 103, 205)
    assert d.values() == rgb[205, 103].tolist()


def test_phone(demo, rgb):
    d = demo("pair", viewport={"width": 390, "height": 844}, device_scale_factor=2,
             has_touch=True, is_mobile=True)  # fmt: skip
    boxes = [d.canvas(n).bounding_box() for n in ("rgb", "gray", "bright")]
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]
    assert all(b["x"] >= 0 and b["x"] + b["width"] <= 390 for b in boxes)
    assert d.page.evaluate("document.documentElement.scrollWidth") <= 390
    d.canvas("rgb").scroll_into_view_if_needed()
    d.page.touchscreen.tap(*d.spot("rgb", 480, 360))
    x, y = map(int, d.wait("pin", bool).split(","))
    assert abs(x - 480) < 6
    assert abs(y - 360) < 6
    assert d.values() == rgb[y, x].tolist()
    assert d.canvas("rgb").evaluate("c => c.style.touchAction") == "pan-y"
    pinch(d, "rgb", 6)
    assert float(d.says("scale")) > 1
    assert d.canvas("rgb").evaluate("c => c.style.touchAction") == "none"
    d.ready()


def pinch(d: Demo, pane: str, factor: float) -> None:
    """Two fingers move apart about the middle of the pane."""
    d.canvas(pane).scroll_into_view_if_needed()
    box = d.canvas(pane).bounding_box()
    cx, cy = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    cdp = d.context.new_cdp_session(d.page)

    def touch(kind: str, gap: float) -> None:
        points = [] if kind == "touchEnd" else [
            {"x": cx - gap, "y": cy, "id": 1}, {"x": cx + gap, "y": cy, "id": 2}
        ]  # fmt: skip
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 20)
    for i in range(1, 9):
        touch("touchMove", 20 + 20 * (factor - 1) * i / 8)
    touch("touchEnd", 0)
    d.page.wait_for_timeout(200)


def test_accessible(demo):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    for scene in ("pair", "paint", "matrix"):
        for scheme in ("light", "dark"):
            d = demo(scene, color_scheme=scheme)
            d.hover("rgb" if scene != "paint" else "small", 100, 100)
            d.page.wait_for_timeout(300)
            found = axe.Axe().run(d.page, options={"runOnly": ["wcag2a", "wcag2aa"]})
            ours = [
                (v["id"], n["html"][:120])
                for v in found.response["violations"]
                for n in v["nodes"]
                if "nv-" in n["html"] or "nv-" in json.dumps(n["target"])
            ]
            assert ours == []


def test_it_shows_itself_again_after_a_reload_and_after_being_hidden(demo, rgb):
    d = demo("pair")
    d.zoom("rgb", 640, 480, 30)
    d.page.reload()
    d.page.wait_for_selector('.nv[data-ready="1"]', timeout=30_000)
    d.zoom("rgb", 640, 480, 30)
    assert d.values() == rgb[480, 640].tolist()
    show = d.page.get_by_text("show", exact=True)
    show.click()
    sync_api.expect(d.page.locator(".nv")).to_have_count(0)
    show.click()
    d.page.wait_for_selector('.nv[data-ready="1"]', timeout=30_000)
    d.zoom("rgb", 641, 481, 30)
    assert d.values() == rgb[481, 641].tolist()
