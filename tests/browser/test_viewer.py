"""The viewer in a real browser: what is read from the screen equals the array's numbers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from scripts.app_server import running_app
from tests.browser.conftest import WAIT_MS, until, wait_until_drawn, wait_until_still
from tests.browser.viewer_demo import gray, landscape

pytestmark = pytest.mark.browser

DEMO = Path(__file__).with_name("viewer_demo.py")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the demo. A traceback in its log is an error."""
    log = tmp_path_factory.mktemp("viewer") / "demo.log"
    with pytest.MonkeyPatch.context() as patch:  # the demo does not stand beside .streamlit/
        patch.setenv("STREAMLIT_BROWSER_GATHER_USAGE_STATS", "false")
        with running_app(log, script=DEMO) as server:
            yield server.url
    assert "Traceback" not in server.log_text(), server.log_text()[-4000:]


class Demo:
    """One open page with the viewer, and what its root element says about itself."""

    def __init__(self, browser: Browser, address: str, scene: str, query: str, **context: Any):
        options = {"viewport": {"width": 1280, "height": 900}} | context
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(WAIT_MS)
        self.page = self.context.new_page()
        self.root = self.page.locator(".nv")
        self.errors: list[str] = []
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.goto(f"{address}/?scene={scene}{query}")
        self.opened()

    def opened(self) -> None:
        """Wait until the viewer is there with all its numbers."""
        self.page.wait_for_selector('.nv[data-ready="1"]')
        self.ready()

    def says(self, name: str, pane: str = "") -> str:
        place = self.canvas(pane) if pane else self.root
        return place.get_attribute(f"data-{name}") or ""

    def wait(self, name: str, good: Callable[[str], Any] = bool, pane: str = "") -> str:
        """Wait until attribute ``name`` satisfies ``good``; returns it."""
        end = time.monotonic() + WAIT_MS / 1000
        while not good(value := self.says(name, pane)):
            assert time.monotonic() < end, f"data-{name} stayed {value!r}"
            self.page.wait_for_timeout(40)
        return value

    def shows(self, name: str, value: str, pane: str = "") -> None:
        """Wait until the attribute has this value."""
        self.wait(name, lambda v: v == value, pane)

    def scaled(self, scale: float) -> None:
        """Wait until a pixel is so many CSS pixels wide, and the gliding to it has ended."""
        self.wait("scale", lambda v: float(v) == pytest.approx(scale, rel=0.01))
        wait_until_still(self.root)

    def ready(self) -> None:
        """Wait until nothing changes any more and the numbers of what is seen are here."""
        wait_until_still(self.root)
        self.shows("ready", "1")
        wait_until_still(self.root, 0)

    def view(self) -> list[float]:
        return [float(v) for v in self.says("view").split(",")]

    def canvas(self, pane: str) -> Any:
        return self.page.locator(f'canvas[data-pane="{pane}"]')

    def spot(self, pane: str, x: float, y: float) -> tuple[float, float]:
        """Where pixel (x, y) of the active group lies on the page."""
        box = self.canvas(pane).bounding_box()
        x0, y0, x1, y1 = self.view()
        u, v = (x + 0.5 - x0) / (x1 - x0), (y + 0.5 - y0) / (y1 - y0)
        return box["x"] + u * box["width"], box["y"] + v * box["height"]

    def hover(self, pane: str, x: int, y: int) -> None:
        self.page.mouse.move(*self.spot(pane, x, y))
        wait_until_drawn(self.page)

    def zoom(self, pane: str, x: int, y: int, scale: float) -> None:
        """Scroll at pixel (x, y) until a pixel is at least ``scale`` CSS pixels."""
        while float(before := self.says("scale")) < scale:
            self.page.mouse.move(*self.spot(pane, x, y))
            self.page.mouse.wheel(0, -200)
            self.wait("scale", lambda v, before=before: v != before)
        self.hover(pane, x, y)
        self.ready()

    def values(self) -> list[float]:
        return [float(v) for v in self.wait("values").split(",")]

    def python(self) -> dict:
        """What the script has received."""
        return json.loads(self.page.locator("code").last.inner_text())

    def reported(self) -> dict:
        """What the script has received, once it knows what is seen now."""
        until(lambda: (self.python()["view"] or []) == pytest.approx(self.view(), abs=0.02))
        wait_until_still(self.root)
        return self.python()

    def close(self) -> None:
        errors = [e for e in self.errors if "favicon" not in e]
        self.context.close()
        assert errors == []


@pytest.fixture
def demo(browser: Browser, address: str) -> Iterator[Callable[..., Demo]]:
    opened: list[Demo] = []

    def start(scene: str, query: str = "", **context: Any) -> Demo:
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
    x, y = map(int, d.wait("cursor").split(","))
    assert d.values() == rgb[y, x].tolist()
    d.zoom("rgb", 1080, 450, 60)
    x, y = 1080, 450
    d.shows("cursor", f"{x},{y}")
    assert d.values() == rgb[y, x].tolist()
    d.wait("digits", lambda v: int(v) >= 9, "rgb")
    text = d.page.locator(".nv-status").inner_text()
    assert all(str(v) in text for v in rgb[y, x])
    assert "#" + bytes(rgb[y, x]).hex().upper() in text


def test_every_digit_of_a_neighbourhood(demo, rgb):
    d = demo("pair")
    d.zoom("rgb", 700, 800, 40)
    for dx, dy in [(-3, -2), (-1, 1), (0, 0), (2, -1), (1, -3)]:
        d.hover("rgb", 700 + dx, 800 + dy)
        d.shows("cursor", f"{700 + dx},{800 + dy}")
        assert d.values() == rgb[800 + dy, 700 + dx].tolist()


def test_cursor_and_zoom_are_linked(demo, rgb):
    d = demo("pair")
    mono = gray(rgb)
    d.zoom("gray", 321, 234, 24)
    d.shows("cursor", "321,234")
    for name, value in [("gray", mono[234, 321]), ("bright", int(mono[234, 321] > 128))]:
        d.shows("cursor", "321,234", name)
        d.shows("values", str(value), name)
    digits = d.wait("digits", lambda v: int(v) > 50, "gray")
    d.shows("digits", digits, "bright")


def test_drag_pans_and_the_view_stays_after_the_reply(demo, rgb):
    d = demo("pair")
    d.zoom("rgb", 800, 600, 30)
    before = d.view()
    scale = float(d.says("scale"))
    box = d.canvas("rgb").bounding_box()
    cx, cy = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    d.page.mouse.move(cx, cy)
    d.page.mouse.down()
    d.page.mouse.move(cx - 150, cy - 60, steps=8)
    d.page.mouse.up()
    wait_until_drawn(d.page)
    moved = d.view()
    assert moved[0] - before[0] == pytest.approx(150 / scale, abs=0.1)
    assert moved[1] - before[1] == pytest.approx(60 / scale, abs=0.1)
    d.ready()
    assert d.view() == pytest.approx(moved)
    assert d.says("pin") == ""
    x, y = map(int, d.says("cursor").split(","))
    d.hover("rgb", x + 2, y + 1)
    d.shows("cursor", f"{x + 2},{y + 1}")
    assert d.values() == rgb[y + 1, x + 2].tolist()


def test_a_control_changes_one_picture_and_nothing_moves(demo, rgb):
    d = demo("pair")
    d.zoom("gray", 200, 700, 24)
    view = d.says("view")
    value = int(gray(rgb)[700, 200])
    d.shows("values", str(int(value > 128)), "bright")
    slider = d.page.get_by_role("slider").first
    slider.focus()
    d.page.keyboard.press("Home" if value <= 128 else "End")
    want = str(int(value > (0 if value <= 128 else 255)))
    d.shows("values", want, "bright")
    assert d.says("view") == view


def test_keyboard(demo, rgb):
    d = demo("pair")
    d.canvas("rgb").focus()
    press = d.page.keyboard.press
    press("ArrowRight")
    x, y = map(int, d.wait("cursor").split(","))
    press("ArrowRight")
    press("ArrowDown")
    press("Shift+ArrowRight")
    d.shows("cursor", f"{x + 11},{y + 1}")
    assert d.values() == rgb[y + 1, x + 11].tolist()
    least = float(d.says("scale"))
    for times in range(4):
        press("+")
        d.scaled(least * 1.5 ** (times + 1))
    assert d.says("cursor") == f"{x + 11},{y + 1}"
    press("Enter")
    d.shows("pin", f"{x + 11},{y + 1}")
    spoken = d.page.locator('.nv [aria-live="polite"]')
    expect(spoken).to_contain_text(str(x + 11))
    press("0")
    d.scaled(least)
    press("Escape")
    assert d.page.evaluate("document.activeElement.tagName") in ("BODY", "DIV", "SECTION")


def test_pin_reaches_python_and_can_be_taken_away(demo):
    d = demo("pair")
    d.zoom("rgb", 900, 300, 20)
    d.page.mouse.click(*d.spot("rgb", 903, 301))
    d.shows("pin", "903,301")
    expect(d.page.locator("code").last).to_contain_text("[903, 301]")
    d.page.wait_for_timeout(600)  # sooner it would count as a double click, which keeps the pin
    d.page.mouse.click(*d.spot("rgb", 903, 301))
    d.shows("pin", "")
    expect(d.page.locator("code").last).to_contain_text('"pin": null, "unpinned": true')


def test_another_picture_of_the_same_size_takes_pin_and_zoom_away(demo, rgb):
    d = demo("swap")
    least = d.says("scale")
    d.zoom("rgb", 900, 300, 30)
    d.page.mouse.click(*d.spot("rgb", 901, 301))
    code = d.page.locator("code").last
    expect(code).to_contain_text("[901, 301]")
    expect(code).not_to_contain_text('"view": null')
    d.page.get_by_text("other", exact=True).click()
    d.shows("pin", "")
    d.shows("scale", least)
    expect(code).to_contain_text('"pin": null, "unpinned": false')
    expect(code).to_contain_text('"view": null')
    d.hover("rgb", 500, 400)
    x, y = map(int, d.wait("cursor").split(","))
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
    d.opened()
    d.zoom("gray", 640, 480, 30)
    for side in (1, -1) * 5:
        before = d.reported()
        # A pixel's width or so: what is on the screen is inside the window that is here.
        box = d.canvas("gray").bounding_box()
        cx, cy = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        d.page.mouse.move(cx, cy)
        d.page.mouse.down()
        d.page.mouse.move(cx - 40 * side, cy - 20 * side, steps=4)
        d.page.mouse.up()
        d.page.mouse.move(cx - 41 * side, cy - 21 * side)
        wait_until_drawn(d.page)
        frames.clear()
        d.root.evaluate(SAMPLE)
        if d.python()["runs"] == before["runs"]:
            break  # else this took longer than a report waits: all of it once more
    after = d.reported()
    d.page.wait_for_timeout(1000)
    assert d.python()["runs"] == after["runs"] == before["runs"] + 1
    assert after["view"] != before["view"]
    assert 0 < sum(frames) < 10_000, frames
    seen = d.page.evaluate("Object.values(window.seen).map(found => [...found])")
    assert seen[0] == ["1"]
    assert all(len(found) == 1 for found in seen), seen


def test_hovering_alone_is_no_news(demo):
    d = demo("pair")
    d.zoom("gray", 640, 480, 30)
    runs = d.reported()["runs"]
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
    d.scaled(least * 1.8)
    d.page.mouse.dblclick(*d.spot("gray", 800, 600))
    d.scaled(least * 4.5)
    d.page.get_by_role("button", name="Show the whole picture").click()
    d.scaled(least)


def test_scrolling_down_at_fit_scrolls_the_page(demo):
    d = demo("pair", viewport={"width": 1000, "height": 420})
    where = "document.querySelector('[data-testid=stMain]').scrollTop"
    d.canvas("rgb").scroll_into_view_if_needed()
    start, least = d.page.evaluate(where), d.says("scale")
    box = d.canvas("rgb").bounding_box()
    d.page.mouse.move(box["x"] + 60, box["y"] + 40)
    d.page.mouse.wheel(0, 80)
    until(lambda: d.page.evaluate(where) > start)
    assert d.says("scale") == least


def test_strokes_arrive_and_are_undone(demo):
    d = demo("paint")
    brush = d.page.get_by_role("button", name="Paint")
    expect(brush, "the brush is ready").to_have_attribute("aria-pressed", "true")

    def at(u: float, v: float) -> tuple[float, float]:
        return box["x"] + u * box["width"], box["y"] + v * box["height"]

    for button, start, end in [
        ("Remove", (0.25, 0.25), (0.5, 0.4)),
        ("Bring back", (0.3, 0.6), (0.6, 0.6)),
    ]:
        d.page.get_by_role("button", name=button, exact=True).click()
        wait_until_still(d.root)
        box = d.canvas("spectrum").bounding_box()
        d.page.mouse.move(*at(*start))
        d.page.mouse.down()
        d.page.mouse.move(*at(*end), steps=6)
        d.page.mouse.up()
    d.shows("strokes", "2")
    until(lambda: len(d.python()["strokes"]) == 2)
    first, second = d.python()["strokes"]
    assert first[:2] == [12, 0]
    assert second[:2] == [12, 1]
    assert first[2:4] == pytest.approx([100, 75], abs=2)
    assert first[-2:] == pytest.approx([200, 120], abs=4)
    assert len(first) % 2 == 0
    d.page.get_by_role("button", name="Undo the last stroke").click()
    until(lambda: d.python()["strokes"] == [first])
    d.page.get_by_role("button", name="Start again").click()
    until(lambda: d.python()["strokes"] == [])


def test_matrix_and_histogram_follow_the_cursor(demo, rgb):
    d = demo("matrix")
    d.hover("rgb", 400, 300)
    x, y = map(int, d.wait("cursor").split(","))
    assert d.values() == rgb[y, x].tolist()
    d.shows("bins", ",".join(map(str, rgb[y, x])), "hist")
    d.wait("digits", lambda v: int(v) >= 20, "numbers")


def test_small_pictures_need_no_request_and_odd_numbers_are_shown(demo):
    d = demo("tiny")
    box = d.canvas("odd").bounding_box()
    for u, value in [(0.5, "NaN"), (0.9, "-2.25")]:
        d.page.mouse.move(box["x"] + u * box["width"], box["y"] + 0.35 * box["height"])
        d.shows("values", value)
    d.page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.65 * box["height"])
    expect(d.page.locator(".nv-status")).to_contain_text("1e-7")
    # A reduced copy in the same group marks the pixel at the same place.
    box = d.canvas("digit").bounding_box()
    d.page.mouse.move(box["x"] + 10.5 / 28 * box["width"], box["y"] + 7.5 / 28 * box["height"])
    d.shows("cursor", "10,7")
    d.shows("cursor", "5,3", "half")
    assert d.python()["runs"] == 1


def test_notation(demo, rgb):
    d = demo("pair")
    d.zoom("rgb", 1000, 500, 60)
    status = d.page.locator(".nv-status")
    red = int(rgb[500, 1000, 0])
    for name, text in [("hex", f"{red:02X}"), ("unit", f"{red / 255:.3f}")]:
        d.page.get_by_text(name, exact=True).click()
        expect(status).to_contain_text(text)


def test_a_long_strip(demo):
    d = demo("strip")
    d.zoom("strip", 12345, 1, 40)
    d.shows("cursor", "12345,1")
    assert d.values() == [32345]


def test_a_link_sets_the_first_view(demo, rgb):
    d = demo("pair", "&view=100,200,110,208")
    x0, y0, x1, y1 = d.view()
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
    x, y = map(int, d.wait("pin").split(","))
    assert abs(x - 480) < 6
    assert abs(y - 360) < 6
    assert d.values() == rgb[y, x].tolist()
    assert d.canvas("rgb").evaluate("c => c.style.touchAction") == "pan-y"
    pinch(d, "rgb", 6)
    d.wait("scale", lambda v: float(v) > 1)
    until(lambda: d.canvas("rgb").evaluate("c => c.style.touchAction") == "none")
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


def test_accessible(demo):
    for scene in ("pair", "paint", "matrix"):
        for scheme in ("light", "dark"):
            d = demo(scene, color_scheme=scheme)
            d.hover("rgb" if scene != "paint" else "small", 100, 100)
            d.ready()
            found = Axe().run(d.page, options={"runOnly": ["wcag2a", "wcag2aa"]})
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
    d.opened()
    d.zoom("rgb", 640, 480, 30)
    assert d.values() == rgb[480, 640].tolist()
    show = d.page.get_by_text("show", exact=True)
    show.click()
    expect(d.root).to_have_count(0)
    show.click()
    d.opened()
    d.zoom("rgb", 641, 481, 30)
    assert d.values() == rgb[481, 641].tolist()
