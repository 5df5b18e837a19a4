"""One running app and one real browser for all tests of this folder.

Plain Playwright instead of its pytest plugin: the plugin would rather fetch its own browser, and
the two fixtures below say what every page must fulfil (no error in the console, none in the log).
Every wait is for something that the page shows, never for a time.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    TimeoutError,
    expect,
    sync_playwright,
)

from components.catalogue import LESSONS
from scripts.app_server import AppServer, running_app
from scripts.chromium import ARGUMENTS, find_chromium
from tests.pages.harness import PAGE_STEPS

Found = TypeVar("Found")
WAIT_MS = 90_000  # the first visit of a page may import and compile: torch takes tens of seconds
expect.set_options(timeout=WAIT_MS)

#: Console errors that are not the app's; each with the reason.
HARMLESS = re.compile(
    # Chromium reports it when a chart is resized while it is drawn; nothing is lost.
    r"ResizeObserver loop"
    # Opened at a page's address, Streamlit's client first looks for its server below that page.
    r"|status of 404.*/[^/:]+/_stcore/(host-config|health)\b"
)
#: A moving test picture instead of a camera, and no question whether the page may use it.
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
_TRACEBACK = re.compile(r"Traceback \(most recent call last\)|Uncaught app exec")


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The app on a free port. A traceback in its log is an error, whoever caused it."""
    log = tmp_path_factory.mktemp("app") / "app.log"
    with running_app(log) as server:
        yield server
    text = server.log_text()
    if _TRACEBACK.search(text):
        pytest.fail(f"the app's log holds a traceback:\n{text[-6000:]}", pytrace=False)


# Not for the session: Playwright's loop runs in this thread while it is open, and a module with a
# browser of its own could not start a second one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium (NUMEROSCOPE_CHROMIUM names another), or Playwright's own."""
    path = find_chromium()
    if path is None:
        pytest.fail("no Chromium was found: run scripts/ensure_browser.sh", pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS + CAMERA)
        yield chromium
        chromium.close()


@dataclass
class Problems:
    """What the browser complained about during one test."""

    found: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # the address of every request

    def allow(self, part: str) -> None:
        """Expect a complaint that contains `part`: for tests that break something on purpose."""
        self.allowed.append(part)

    def add(self, message: str) -> None:
        """Keep a complaint, unless it is known to be harmless."""
        if not HARMLESS.search(message):
            self.found.append(message)

    def unexpected(self) -> list[str]:
        """The complaints that the test did not expect."""
        return [text for text in self.found if not any(part in text for part in self.allowed)]


@pytest.fixture
def problems() -> Iterator[Problems]:
    """Fails the test at its end when a page logged an error, threw, or asked another host."""
    collected = Problems()
    yield collected
    assert collected.unexpected() == []


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(app: AppServer, browser: Browser, problems: Problems) -> Iterator[OpenPage]:
    """Open pages of the app: `open_page("frequency?cut=40", width=390, language="zh-CN")`.

    Each call is a new visitor: its own cookies, language, colour scheme and window.
    """
    contexts = []

    def open_(
        path: str = "",
        *,
        width: int = 1440,
        height: int = 900,
        language: str = "en-US",
        colour_scheme: Literal["light", "dark"] = "light",
        settle: bool = True,
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme=colour_scheme,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()

        def on_console(message: ConsoleMessage) -> None:
            if message.type == "error":
                problems.add(f"console: {message.text} ({message.location.get('url', '')})")

        def on_failure(request: Request) -> None:
            # A download, and a page that is left, cut requests off; nothing is missing then.
            if request.failure != "net::ERR_ABORTED":
                problems.add(f"failed: {request.url} ({request.failure})")

        def on_request(url: str) -> None:
            problems.asked.append(url)
            if not url.startswith((f"{app.url}/", f"{sockets}/", "data:", f"blob:{app.url}/")):
                problems.add(f"asked another host: {url}")

        sockets = app.url.replace("http", "ws", 1)
        page.on("console", on_console)
        page.on("pageerror", lambda error: problems.add(f"thrown: {error}"))
        page.on("requestfailed", on_failure)
        page.on("request", lambda request: on_request(request.url))
        page.on("websocket", lambda socket: on_request(socket.url))
        page.goto(f"{app.url}/{path.lstrip('/')}")
        if settle:
            wait_until_settled(page)
        return page

    yield open_
    for context in contexts:
        context.close()


def wait_until_settled(page: Page, timeout_ms: float = WAIT_MS) -> None:
    """Wait until the script has run and no element waits for its content."""
    # Before its first run the state is the same as after it; every page has a title.
    expect(page.get_by_test_id("stMain").locator("h1").first).to_be_visible(timeout=timeout_ms)
    wait_until_drawn(page)  # a click changes the state before the next frame
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=timeout_ms
    )
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=timeout_ms)


@pytest.fixture
def settled() -> Callable[[Page], None]:
    """`settled(page)` after a click: returns when the app has answered."""
    return wait_until_settled


def wait_until_drawn(page: Page) -> None:
    """Wait until what the last event changed is drawn: events are handled before a frame."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def wait_until_still(element: Locator, quiet_ms: int = 450) -> None:
    """Wait until fonts are here and nothing in the element has changed for a while and some frames.

    By the clock of the page, so that a busy machine only makes it longer. The while is longer than
    the rest after which a viewer asks for numbers (QUIET_MS and HOVER_MS in components/frontend).
    """
    element.evaluate(
        """async (element, quiet) => {
          await document.fonts.ready;
          let since = performance.now();
          let frames = 0;
          const watch = new MutationObserver(() => { since = performance.now(); frames = 0; });
          const all = { attributes: true, childList: true, characterData: true, subtree: true };
          watch.observe(element, all);
          await new Promise((done) => {
            const look = () => {
              frames += 1;
              if (frames > 3 && performance.now() - since > quiet) done();
              else requestAnimationFrame(look);
            };
            look();
          });
          watch.disconnect();
        }""",
        quiet_ms,
    )


def wait_until_placed(element: Locator) -> dict[str, float]:
    """Where the element lies in the window once it has lain there for some frames; scrolled to."""
    element.scroll_into_view_if_needed()
    element.evaluate(
        """(element) => new Promise((done) => {
          let before = "";
          let frames = 0;
          const look = () => {
            const { x, y, width, height } = element.getBoundingClientRect();
            const now = [x, y, width, height].join();
            frames = now === before ? frames + 1 : 0;
            before = now;
            if (frames > 4) done();
            else requestAnimationFrame(look);
          };
          look();
        })"""
    )
    box = element.bounding_box()
    assert box is not None
    return dict(box)


def until(look: Callable[[], Found], seconds: float = WAIT_MS / 1000) -> Found:
    """Look again and again until what is found is true; returns it. For what `expect` cannot ask."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"it stayed {found!r}"
        time.sleep(0.05)
    return found


def wait_for_viewers(page: Page) -> None:
    """Wait until every picture and sound on the page has the numbers of what it shows."""
    waiting = ", ".join(f"{kind}:not([data-ready='1'])" for kind in (".nv", ".nt"))
    expect(page.locator(waiting)).to_have_count(0)


#: What a walk is about: the lessons under one heading; pages that are no lesson go with the first.
WALKS = tuple(dict.fromkeys(lesson.section for lesson in LESSONS if lesson.section))
Walk = Callable[[Page, str], Iterator[tuple[str, str]]]


def lessons_of(section: str) -> list[str]:
    """The pages that the walk of this heading visits."""
    return [lesson.name for lesson in LESSONS if (lesson.section or WALKS[0]) == section]


@pytest.fixture
def walk() -> Walk:
    """`for name, step in walk(page, "sound")`: every step of the lessons, as a learner reaches it.

    By the navigation and the row of steps, so that one visit sees all pages; by no word, so that
    it works in every language.
    """

    def collapsed(page: Page) -> bool:
        """Whether the navigation is out of the way; it goes by itself, or it is asked to."""
        if page.get_by_test_id("stExpandSidebarButton").is_visible():
            return True
        with contextlib.suppress(TimeoutError):
            page.get_by_role("button", name="Collapse sidebar").click(timeout=2000)
        return False

    def walk_(page: Page, section: str) -> Iterator[tuple[str, str]]:
        for name in lessons_of(section):
            address = "/" if name == "home" else f"/{name}"
            link = page.locator(f'[data-testid="stSidebarNavLink"][href$="{address}"]')
            if page.get_by_test_id("stExpandSidebarButton").is_visible():  # on a phone
                page.get_by_test_id("stExpandSidebarButton").click()
            link.click()
            if (page.viewport_size or {"width": 0})["width"] < 768:
                until(lambda: collapsed(page))
            expect(page).to_have_url(re.compile(rf"{re.escape(address)}(\?|$)"))
            for number, step in enumerate(PAGE_STEPS[name]):
                if number:
                    page.locator(f".st-key-step_{name}").get_by_role("radio").nth(number).click()
                    expect(page).to_have_url(re.compile(rf"[?&]step={step}(&|$)"))
                wait_until_settled(page)
                if step not in ("", "predict"):
                    # Every view, whatever draws it, has its code and its files under it.
                    expect(page.locator("[class*='st-key-footer_']").first).to_be_visible()
                wait_for_viewers(page)
                yield name, step

    return walk_
