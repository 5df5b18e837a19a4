"""The sound viewer in a real browser: what is read and heard is the array's numbers."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from scripts.app_server import running_app
from tests.browser.conftest import WAIT_MS, until, wait_until_drawn, wait_until_still
from tests.browser.tracks_demo import HOP, LENGTH, RATE, levels, loudness, melody, softer

pytestmark = pytest.mark.browser

DEMO = Path(__file__).with_name("tracks_demo.py")
#: Counts the sound outputs that a page opens.
COUNT = """(() => {
  const Real = window.AudioContext;
  window.opened = 0;
  window.AudioContext = class extends Real {
    constructor(...given) { super(...given); window.opened += 1; window.audio = this; }
  };
})()"""
#: Keeps what the viewer says of its player, each time that it says something.
LISTEN = """root => {
  window.heard = [];
  const note = () => {
    const { playing, position, sound } = root.dataset;
    window.heard.push({ playing: playing === "1", position, sound });
  };
  new MutationObserver(note).observe(root, {
    attributes: true, attributeFilter: ["data-playing", "data-position"],
  });
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the demo. A traceback in its log is an error."""
    log = tmp_path_factory.mktemp("tracks") / "demo.log"
    with pytest.MonkeyPatch.context() as patch:  # the demo does not stand beside .streamlit/
        patch.setenv("STREAMLIT_BROWSER_GATHER_USAGE_STATS", "false")
        with running_app(log, script=DEMO) as server:
            yield server.url
    assert "Traceback" not in server.log_text(), server.log_text()[-4000:]


@pytest.fixture(scope="module")
def wave() -> np.ndarray:
    return melody()


class Demo:
    """One open page with the tracks, and what its elements say about themselves."""

    def __init__(self, browser: Browser, address: str, scene: str, init: str, **context: Any):
        options = {"viewport": {"width": 1280, "height": 1000}} | context
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(WAIT_MS)
        self.page = self.context.new_page()
        self.root = self.page.locator(".nt")
        self.errors: list[str] = []
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.frames: list[int] = []
        self.page.on(
            "websocket", lambda s: s.on("framereceived", lambda f: self.frames.append(len(f)))
        )
        self.page.add_init_script(init)
        self.page.goto(f"{address}/?scene={scene}")
        self.page.wait_for_selector('.nt[data-ready="1"]')
        self.ready()
        self.root.evaluate(LISTEN)

    def canvas(self, row: str) -> Any:
        return self.page.locator(f'canvas[data-row="{row}"]')

    def says(self, name: str, row: str = "") -> str:
        place = self.canvas(row) if row else self.root
        return place.get_attribute(f"data-{name}") or ""

    def wait(self, name: str, good: Callable[[str], Any] = bool, row: str = "") -> str:
        """Wait until the attribute satisfies ``good``; returns it."""
        end = time.monotonic() + WAIT_MS / 1000
        while not good(value := self.says(name, row)):
            assert time.monotonic() < end, f"data-{name} stayed {value!r}"
            self.page.wait_for_timeout(40)
        return value

    def shows(self, name: str, value: str, row: str = "") -> None:
        """Wait until the attribute has this value."""
        self.wait(name, lambda v: v == value, row)

    def ready(self) -> None:
        """Wait until nothing changes any more and the numbers of what is seen are here."""
        wait_until_still(self.root)
        self.shows("ready", "1")
        wait_until_still(self.root, 0)

    def view(self) -> tuple[float, float]:
        a, b = map(float, self.says("view").split(","))
        return a, b

    def views(self, a: float, b: float, **near: float) -> None:
        """Wait until this is seen."""
        until(lambda: self.view() == pytest.approx((a, b), **near))

    def spot(self, t: float, row: str = "r0", up: float = 0.5) -> tuple[float, float]:
        """Where time ``t`` lies on the page, ``up`` of the row's height above its lower edge."""
        box = self.canvas(row).bounding_box()
        a, b = self.view()
        left = float(self.says("left"))
        x = box["x"] + left + (t - a) / (b - a) * (box["width"] - left - 8)
        return x, box["y"] + (1 - up) * box["height"]

    def hover(self, t: float, row: str = "r0", up: float = 0.5) -> None:
        self.page.mouse.move(*self.spot(t, row, up))
        wait_until_drawn(self.page)

    def zoom(self, t: float, span: float) -> None:
        """Scroll at time ``t`` until at most ``span`` seconds are seen, and no further."""
        while True:
            before = self.says("view")
            a, b = map(float, before.split(","))
            if b - a <= span:
                break
            self.page.mouse.move(*self.spot(t))
            self.page.mouse.wheel(0, -160)
            self.wait("view", lambda v, before=before: v != before)
        self.hover(t)
        self.ready()

    def values(self, row: str = "r0") -> list[float]:
        text = self.wait("values", lambda v: v and "" not in v.split(","), row)
        return [float(v) for v in text.split(",")]

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name, exact=True)

    def python(self) -> dict:
        return json.loads(self.page.locator("code").last.inner_text())

    def told(self, name: str, good: Callable[[Any], Any]) -> Any:
        """Wait until what Python knows satisfies ``good``; returns it."""
        end = time.monotonic() + WAIT_MS / 1000
        while not good(value := self.python()[name]):
            assert time.monotonic() < end, f"Python knows {value!r}"
            self.page.wait_for_timeout(60)
        return value

    def heard(self) -> list[dict]:
        """What the viewer has said of its player until now."""
        return self.page.evaluate("window.heard")

    def begun(self) -> list[float]:
        """Where the sound has begun each time that it was played."""
        heard = [{"playing": False}, *self.heard()]
        return [
            float(now["position"])
            for before, now in pairwise(heard)
            if now["playing"] and not before["playing"]
        ]

    def play(self) -> float:
        """Press Play; returns where the sound begins, however late that is asked."""
        before = len(self.begun())
        self.button("Play").click()
        return until(lambda: self.begun()[before:])[0]

    def pause(self) -> float:
        """Press Pause; returns where the sound rests."""
        self.button("Pause").click()
        self.shows("playing", "0")
        return float(self.says("position"))

    def close(self) -> None:
        self.context.close()
        assert [e for e in self.errors if "favicon" not in e] == []


@pytest.fixture
def demo(browser: Browser, address: str) -> Iterator[Callable[..., Demo]]:
    opened: list[Demo] = []

    def start(scene: str, init: str = COUNT, **context: Any) -> Demo:
        opened.append(Demo(browser, address, scene, init, **context))
        return opened[-1]

    yield start
    for page in opened:
        page.close()


def test_from_the_whole_clip_to_single_samples(demo, wave):
    d = demo("full")
    assert d.view() == (0, 30)
    d.shows("look", "outline", "r0")
    d.zoom(12.3, 1.0)
    d.shows("look", "outline", "r0")
    d.zoom(12.3, 0.03)
    d.shows("look", "line", "r0")
    d.zoom(12.3, 0.003)
    d.shows("look", "points", "r0")
    d.shows("digits", "0", "r0")
    d.zoom(12.3, 0.0002)
    d.wait("digits", lambda v: int(v) >= 5, "r0")
    soft = softer(wave)
    for away in (-3, -1, 0, 2):
        i = round(12.3 * RATE) + away
        d.hover(i / RATE)
        d.shows("sample", str(i))
        assert d.values() == [wave[i], soft[i]]
        assert str(i) in d.page.locator(".nt-status").inner_text()
        shown = d.page.locator(".nt-values").first.inner_text().replace("−", "-").split()
        assert np.float32(shown[0]) == wave[i]


def test_hover_reads_every_row(demo, wave):
    d = demo("full")
    d.hover(7.77, "r1", up=0.02)
    i = int(d.wait("sample"))
    column = round((i / RATE - LENGTH / 2 / RATE) / (HOP / RATE))
    # At once the range of what one pixel stands for, a moment later the sample itself.
    assert d.values() == [wave[i], softer(wave)[i]]
    band, frame = map(int, d.says("cell", "r1").split(","))
    assert (band, frame) == (int(0.02 * (LENGTH // 2 + 1)), column)
    assert d.values("r1") == [levels(wave)[band, frame]]
    assert d.values("r2") == pytest.approx([loudness(wave)[column]], nan_ok=True)
    assert f"(bin {band})" in d.page.locator(".nt-values").nth(1).inner_text()
    assert (
        f"{band * RATE / LENGTH:.1f}".removesuffix(".0")
        in d.page.locator(".nt-values").nth(1).inner_text()
    )
    d.page.mouse.move(5, 5)
    d.shows("cursor", "")


def test_cells_are_exact_when_near(demo, wave):
    d = demo("full")
    d.shows("cells", "picture", "r1")
    d.zoom(15.0, 0.1)
    d.shows("cells", "exact", "r1")
    table = levels(wave)
    for t, up in ((14.98, 0.01), (15.0, 0.05), (15.02, 0.9)):
        d.hover(t, "r1", up)
        band, frame = map(int, d.wait("cell", row="r1").split(","))
        assert d.values("r1") == [table[band, frame]]


def test_the_frame_under_the_cursor(demo):
    d = demo("full")
    d.zoom(15.0, 0.1)
    for t in (14.99, 15.0, 15.013):
        d.hover(t)
        k = (float(d.says("cursor")) - LENGTH / 2 / RATE) / (HOP / RATE)
        d.wait("frame", lambda v, k=k: v and abs(int(v) - k) <= 0.5 + 1e-6, "r0")


@pytest.mark.parametrize("scene", ["centred", "centred_wave"])
def test_frames_that_are_centred_go_on_to_the_end(scene, demo):
    """Half of the last frame lies behind the sound; it is a frame all the same."""
    d = demo(scene)
    for k in (0, 1, 17, 18, 19):
        d.hover((k + 0.3) * HOP / RATE)
        d.shows("frame", str(k), "r0")
    d.hover((20 - 0.2) * HOP / RATE)
    d.shows("frame", "20", "r0")


def test_a_pin_reaches_python_and_can_be_taken_away(demo):
    d = demo("full")
    d.zoom(5.0, 0.002)
    i = round(5.0003 * RATE)
    d.page.mouse.click(*d.spot(i / RATE))
    assert float(d.wait("pin")) == pytest.approx(i / RATE)
    d.told("cursor", lambda v: v == pytest.approx(i / RATE))
    d.page.wait_for_timeout(600)  # sooner it would count as a double click, which keeps the pin
    d.page.mouse.click(*d.spot(i / RATE))
    d.shows("pin", "")
    d.told("cursor", lambda v: v is None)
    d.told("unpinned", bool)


def test_drag_selects_and_shift_moves(demo):
    d = demo("full")
    d.page.mouse.move(*d.spot(10))
    d.page.mouse.down()
    d.page.mouse.move(*d.spot(20), steps=6)
    d.page.mouse.up()
    near = pytest.approx([10, 20], abs=0.05)
    chosen = d.wait("selection", lambda v: v and [float(t) for t in v.split(",")] == near)
    a, b = map(float, chosen.split(","))
    told = d.told("selection", lambda v: v and v[1] == pytest.approx(b, abs=1e-6))
    assert told[0] == pytest.approx(a, abs=1e-6)
    d.button("Zoom to the selection").click()
    d.views(a, b)
    d.ready()
    d.page.keyboard.down("Shift")
    d.page.mouse.move(*d.spot(15))
    d.page.mouse.down()
    d.page.mouse.move(*d.spot(13), steps=6)
    d.page.mouse.up()
    d.page.keyboard.up("Shift")
    d.views(a + 2, b + 2, abs=0.05)
    d.told("view", lambda v: v == pytest.approx(d.view()))
    d.button("Show the whole clip").click()
    d.views(0, 30)


def test_keyboard(demo, wave):
    d = demo("full")
    d.zoom(9.0, 0.001)
    d.page.mouse.move(5, 5)
    d.shows("cursor", "")
    d.page.locator(".nt-rows").focus()
    press = d.page.keyboard.press
    press("ArrowRight")
    d.wait("cursor")
    i = int(d.says("sample"))
    press("ArrowRight")
    press("ArrowRight")
    press("ArrowLeft")
    d.shows("sample", str(i + 1))
    assert d.values() == [wave[i + 1], softer(wave)[i + 1]]
    press("Enter")
    assert float(d.wait("pin")) == pytest.approx((i + 1) / RATE)
    expect(d.page.locator('.nt [aria-live="polite"]')).to_contain_text(str(i + 1))
    band = int(d.says("cell", "r1").split(",")[0])
    press("ArrowUp")
    d.wait("cell", lambda v: v.startswith(f"{band + 1},"), row="r1")
    press("Shift+ArrowRight")
    press("Shift+ArrowRight")
    two = pytest.approx(-2 / RATE)
    d.wait("selection", lambda v: v and np.subtract(*map(float, v.split(","))) == two)
    press("Escape")
    d.shows("selection", "")
    a, b = d.view()
    press("-")
    until(lambda: np.subtract(*d.view()) == pytest.approx(2 * (a - b)))
    press("+")
    press("0")
    d.views(0, 30)
    # Far away an arrow moves by what can be seen.
    before = float(d.says("cursor"))
    press("ArrowRight")
    assert float(d.wait("cursor", lambda v: v and float(v) != before)) - before > 0.01
    press(" ")
    d.shows("playing", "1")
    press(" ")
    d.shows("playing", "0")


def test_nothing_is_heard_or_loaded_until_play(demo, wave):
    d = demo("full")
    d.hover(3)
    d.ready()
    assert d.page.evaluate("window.opened") == 0
    assert sum(d.frames) < 400_000
    d.frames.clear()
    d.play()
    assert d.page.evaluate("window.opened") == 1
    assert sum(d.frames) >= 2 * wave.size


def test_the_playback_cursor_moves_over_all_rows(demo):
    d = demo("full")
    first = d.play()
    assert first == 0
    d.wait("position", lambda v: v and float(v) > first + 0.3)
    mark = d.page.locator(".nt-playhead").bounding_box()
    rows = d.page.locator("canvas[data-row]")
    top, bottom = rows.first.bounding_box(), rows.last.bounding_box()
    assert mark["y"] <= top["y"]
    expect(d.page.locator(".nt-axis")).to_have_attribute("data-playhead", "")
    assert mark["y"] + mark["height"] >= bottom["y"] + bottom["height"]
    rest = d.pause()
    assert first + 0.3 < rest < 30
    d.ready()  # the mark is drawn in the frame after the one that says where it is
    mark = d.page.locator(".nt-playhead").bounding_box()
    assert mark["x"] > d.spot(0)[0]
    assert abs(mark["x"] + mark["width"] / 2 - d.spot(rest)[0]) < 2
    d.page.wait_for_timeout(300)
    assert float(d.says("position")) == rest
    assert d.play() == rest
    d.wait("position", lambda v: v and float(v) > rest)


def test_play_goes_on_beyond_what_is_seen(demo):
    d = demo("full")
    d.zoom(10.0, 0.008)
    a, b = d.view()
    d.page.mouse.move(5, 5)
    assert d.play() == a
    d.wait("position", lambda v: v and float(v) > b + 0.5)
    assert d.says("playing") == "1"
    assert d.view() == (a, b)
    # It has left the view; the strip that shows where the view lies has it.
    expect(d.page.locator(".nt-playhead")).to_be_hidden()
    shown = float(d.page.locator(".nt-axis").get_attribute("data-playhead"))
    # Stopped out of sight it goes on from there, but not when the learner has moved on.
    rest = d.pause()
    assert b < shown * 30 <= rest
    assert d.play() == rest
    d.pause()
    d.button("Show the whole clip").click()
    d.views(0, 30)
    d.zoom(25.0, 0.01)
    c, _ = d.view()
    d.page.mouse.move(5, 5)
    assert d.play() == c


def test_play_begins_at_the_pin_and_never_as_a_tick(demo):
    d = demo("full")
    d.page.mouse.click(*d.spot(20))
    pin = float(d.wait("pin"))
    d.page.mouse.move(5, 5)
    assert d.play() == pin
    d.pause()
    # A pin in the last 50 ms of the clip: it is played from its start.
    d.zoom(29.99, 5)
    d.page.mouse.click(*d.spot(29.96))
    d.wait("pin", lambda v: v and float(v) > 29.93)
    d.page.mouse.move(5, 5)
    assert d.play() == 0


def test_after_the_end_nothing_rests_there(demo):
    d = demo("full")
    d.page.mouse.click(*d.spot(27))
    pin = float(d.wait("pin"))
    d.page.mouse.move(5, 5)
    assert d.play() == pin
    d.shows("playing", "0")
    assert d.says("position") == ""
    assert d.play() == pin


def test_no_line_strikes_out_a_number(demo, wave):
    d = demo("full")
    d.zoom(12.3, 0.0002)
    i = round(12.3 * RATE)
    x, top = d.spot(i / RATE, up=1)
    y = top + 6 + (1 - float(wave[i])) / 2 * 128
    y += -12 if y - top > 20 and (wave[i] >= 0 or y - top > 118) else 12
    clip = {"x": x - 12, "y": y - 6, "width": 24, "height": 12}
    shots = []
    for place in (i + 2, i):
        d.hover(place / RATE)
        d.shows("sample", str(place))
        d.ready()
        expect(d.page.locator(".nt-cursor")).to_be_visible()
        shots.append(d.page.screenshot(clip=clip))
    assert shots[0] == shots[1]
    lines = d.page.locator(".nt-lines").bounding_box()
    axis = d.page.locator(".nt-axis").bounding_box()
    assert axis["y"] <= lines["y"] + lines["height"] <= axis["y"] + 5


def test_long_labels_have_room_and_kinds_stay_crisp(demo):
    d = demo("labels", viewport={"width": 390, "height": 900})
    d.wait("left", lambda v: float(v) > 8 * 6)
    d.shows("cells", "exact", "r2")
    d.ready()
    colours = d.canvas("r2").evaluate(
        """c => {
          const left = Number(c.closest(".nt").dataset.left);
          const w = c.width / c.clientWidth;
          const wide = c.width - (left + 12) * w;
          const { data } = c.getContext("2d").getImageData((left + 2) * w, 0, wide, c.height);
          const found = new Set();
          for (let i = 0; i < data.length; i += 4) found.add(data[i]);
          return [...found];
        }"""
    )
    assert sorted(colours) == [0, 255]
    expect(d.page.locator(".nt-unit:visible")).to_have_text(["dB"])


def test_an_envelope_is_a_line_over_its_wave(demo):
    d = demo("labels")
    d.shows("looks", "outline,crest", "r0")
    blue = d.canvas("r0").evaluate(
        """c => {
          const data = c.getContext("2d").getImageData(c.width >> 1, 0, 1, c.height).data;
          let n = 0;
          for (let i = 0; i < data.length; i += 4) n += data[i + 2] > 130 && data[i] < 60;
          return n;
        }"""
    )
    assert 1 <= blue <= 5


def test_switching_keeps_the_position_and_matches_the_loudness(demo, wave):
    d = demo("full")
    d.play()
    d.wait("position", lambda v: v and float(v) > 0.5)
    assert float(d.says("gain")) == 1
    d.button("Softer").click()
    d.shows("sound", "s1")
    d.shows("playing", "1")
    heard = [one for one in d.heard() if one["playing"]]
    before = [float(one["position"]) for one in heard if one["sound"] != "s1"][-1]
    after = next(float(one["position"]) for one in heard if one["sound"] == "s1")
    assert 0.5 < before <= after < before + 8
    ratio = np.sqrt((wave**2).mean() / (softer(wave).astype(np.float64) ** 2).mean())
    assert float(d.says("gain")) == pytest.approx(ratio, rel=1e-3)
    expect(d.page.locator(".nt-note")).to_contain_text(f"+{20 * np.log10(ratio):.1f} dB")
    expect(d.button("Softer")).to_have_attribute("aria-pressed", "true")
    d.page.get_by_label("Same loudness").uncheck()
    d.wait("gain", lambda v: v == "1")


def test_a_selection_is_played_once_or_again_and_again(demo):
    d = demo("full")
    d.page.mouse.move(*d.spot(20))
    d.page.mouse.down()
    d.page.mouse.move(*d.spot(22.5), steps=5)
    d.page.mouse.up()
    near = pytest.approx([20, 22.5], abs=0.05)
    chosen = d.wait("selection", lambda v: v and [float(t) for t in v.split(",")] == near)
    a, b = map(float, chosen.split(","))
    d.page.mouse.move(5, 5)
    assert d.play() == a
    d.shows("playing", "0")
    assert float(d.says("position")) == a
    d.button("Repeat").click()
    assert d.play() == a
    begun = d.page.evaluate("window.audio.currentTime")
    d.page.wait_for_function("t => window.audio.currentTime > t", arg=begun + 2.5 * (b - a))
    assert d.says("playing") == "1"
    assert all(a <= float(one["position"]) <= b for one in d.heard() if one["playing"])


def test_the_sound_that_comes_out_is_the_sound_that_went_in(demo, wave):
    """An AnalyserNode where the loudspeaker would be hears the tune's samples at the volume set."""
    d = demo(
        "full",
        COUNT
        + """;(() => {
      const connect = AudioNode.prototype.connect;
      AudioNode.prototype.connect = function (to, ...rest) {
        if (to === this.context.destination) {
          const ear = this.context.createAnalyser();
          ear.fftSize = 2048;
          connect.call(this, ear);
          window.ear = ear;
        }
        return connect.call(this, to, ...rest);
      };
    })()""",
    )
    d.play()
    d.wait("position", lambda v: v and float(v) > 1)
    heard = np.array(
        d.page.evaluate(
            "() => { const a = new Float32Array(2048); ear.getFloatTimeDomainData(a); return [...a]; }"
        )
    )
    rate = d.page.evaluate("window.audio.sampleRate")
    at = float(d.says("position"))  # by now it has gone on
    part = wave[RATE // 2 : int((at + 1.5) * RATE)] * 0.8**2
    if rate != RATE:
        x = np.arange(0, len(part) - 1, RATE / rate)
        part = np.interp(x, np.arange(len(part)), part)
    # The place where the squared difference is least.
    energy = np.convolve(part**2, np.ones(len(heard)), "valid")
    best = int(np.argmin(energy - 2 * np.correlate(part, heard, "valid")))
    assert np.abs(part[best : best + 2048] - heard).max() < 0.05


def test_no_audio_says_so(demo):
    d = demo("full", "delete window.AudioContext; delete window.webkitAudioContext;")
    expect(d.page.locator(".nt-note")).to_have_text("This browser can not play sounds.")
    expect(d.button("Play")).to_be_disabled()


def test_a_moved_control_is_small_and_nothing_else_moves(demo, wave):
    d = demo("full")
    d.zoom(12.3, 0.03)
    view = d.says("view")
    d.frames.clear()
    slider = d.page.get_by_role("slider").first
    slider.focus()
    d.page.keyboard.press("ArrowRight")
    i = round(12.31 * RATE)
    d.hover(i / RATE)
    scaled = softer(wave)[int(d.says("sample"))] * np.float32(31 / 30)
    until(lambda: d.values()[1] == scaled)
    assert d.says("view") == view
    assert sum(d.frames) < 120_000, d.frames


def test_small_things_and_rates_that_no_browser_plays(demo):
    d = demo("small")
    d.shows("look", "stems", "r0")
    d.shows("look", "steps", "r1")
    expect(d.page.locator(".nt-note")).to_contain_text("1000")
    expect(d.button("Play")).to_be_disabled()
    d.hover(0.0154, "r2", up=0.5)
    d.shows("cell", "1,1", "r2")
    assert d.values("r2") == [5]
    tone = (0.8 * np.sin(2 * np.pi * 60 * np.arange(40) / 1000)).astype(np.float32)
    assert d.values("r0") == [tone[15]]
    assert d.values("r1") == [round(float(tone[15]) * 4)]
    assert "mid" in d.page.locator(".nt-values").nth(2).inner_text()


def test_hard_arrays(demo):
    d = demo("odd")
    d.hover(1.0)
    expect(d.page.locator(".nt-values").first).to_have_text("NaN")
    d.hover(4.0)
    d.ready()
    d.zoom(4.0, 0.001)
    d.button("Height of the waves: as much as is seen").click()
    d.ready()
    d.page.locator(".nt-rows").focus()
    for key in ("ArrowLeft", "ArrowUp", "0", "Enter", " "):
        d.page.keyboard.press(key)
    d.ready()
    assert float(d.says("pin")) > 0
    assert d.says("playing") == "0"


def test_the_height_follows_what_is_seen(demo):
    d = demo("full")
    drawn = "canvas => canvas.toDataURL()"
    d.zoom(17.0, 0.05)
    d.page.mouse.move(5, 5)
    d.ready()
    before = d.canvas("r0").evaluate(drawn)
    button = d.button("Height of the waves: as much as is seen")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")  # it is drawn before that
    d.ready()
    assert d.canvas("r0").evaluate(drawn) != before


PINCH = """(area, [x, y]) => {
  const fire = (type, id, px) => area.dispatchEvent(new PointerEvent(type, {
    pointerId: id, pointerType: "touch", clientX: px, clientY: y, bubbles: true, cancelable: true,
  }));
  fire("pointerdown", 1, x - 20);
  fire("pointerdown", 2, x + 20);
  for (let i = 1; i <= 8; i += 1) {
    fire("pointermove", 1, x - 20 - 8 * i);
    fire("pointermove", 2, x + 20 + 8 * i);
  }
  fire("pointerup", 1, x - 84);
  fire("pointerup", 2, x + 84);
}"""


def test_a_page_that_is_being_scrolled_goes_on(demo):
    d = demo("full")
    wheel = """(area, scrolled) => {
      if (scrolled) document.dispatchEvent(new Event("scroll"));
      const event = new WheelEvent("wheel", { deltaY: -200, bubbles: true, cancelable: true });
      area.dispatchEvent(event);
      return event.defaultPrevented;
    }"""
    d.page.wait_for_timeout(400)
    rows = d.page.locator(".nt-rows")
    assert not rows.evaluate(wheel, True)
    assert d.view() == (0, 30)
    d.page.wait_for_timeout(400)
    assert rows.evaluate(wheel, False)
    assert d.view() != (0, 30)


def test_phone(demo):
    d = demo(
        "full", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
        device_scale_factor=2,
    )  # fmt: skip
    assert d.page.evaluate("document.documentElement.scrollWidth") <= 390
    d.page.locator(".nt-rows").evaluate(PINCH, list(d.spot(15)))
    a, b = d.view()
    assert b - a < 15
    assert a < 15 < b
    d.ready()
    d.page.touchscreen.tap(*d.spot(15))
    assert abs(float(d.wait("pin")) - 15) < (b - a) / 50
    bar = d.page.locator(".nt-bar").bounding_box()
    assert bar["height"] < 2.5 * 36, "two rows at most"
    assert "tap" in d.page.locator(".nt-hint").inner_text()
    expect(d.button("Play")).to_be_visible()
    for box in d.page.locator(".nt button:visible").all():
        assert box.bounding_box()["height"] >= 36
        assert box.bounding_box()["x"] + box.bounding_box()["width"] <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_serious_for_axe(demo, scheme, width):
    d = demo("full", color_scheme=scheme, viewport={"width": width, "height": 900})
    d.hover(5)
    d.ready()
    found = Axe().run(d.page, options={"resultTypes": ["violations", "passes"]}).response
    # What lies inside the component's own tree is named by a list of selectors.
    ours = [
        (kind, rule["id"], rule["impact"], node["html"][:120])
        for kind in ("violations", "passes")
        for rule in found[kind]
        for node in rule["nodes"]
        if isinstance(node["target"][0], list)
    ]
    assert len([entry for entry in ours if entry[0] == "passes"]) > 10, "axe looked inside"
    serious = ("serious", "critical")
    assert [e for e in ours if e[0] == "violations" and e[2] in serious] == []
    colour = d.page.locator(".nt").evaluate("e => getComputedStyle(e).color")
    light_ink = sum(map(float, re.findall(r"[\d.]+", colour)[:3])) > 380
    assert light_ink == (scheme == "dark")


def test_chinese(demo):
    d = demo("full", locale="zh-CN")
    expect(d.button("播放")).to_be_visible()
    expect(d.button("显示整段声音")).to_be_visible()
    expect(d.page.get_by_label("统一响度")).to_be_checked()
    d.hover(5)
    expect(d.page.locator(".nt-status")).to_contain_text("采样点")
