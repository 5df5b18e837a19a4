"""One running app and one real browser for all tests of this folder.

Plain Playwright instead of its pytest plugin: the plugin would rather fetch its own browser, and
the two fixtures below say what every page must fulfil (no error in the console, none in the log).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from scripts.app_server import AppServer, running_app
from scripts.chromium import ARGUMENTS, find_chromium

WAIT_MS = 60_000  # the first visit of a page may import and compile

#: Console errors that are not the app's; each with the reason.
HARMLESS = re.compile(
    # Chromium reports it when a chart is resized while it is drawn; nothing is lost.
    r"ResizeObserver loop"
    # Opened at a page's address, Streamlit's client first looks for its server below that page.
    r"|status of 404.*/[^/:]+/_stcore/(host-config|health)\b"
)
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium (NUMEROSCOPE_CHROMIUM names another), or Playwright's own."""
    path = find_chromium()
    if path is None:
        pytest.fail("no Chromium was found: run scripts/ensure_browser.sh", pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@dataclass
class Problems:
    """What the browser complained about during one test."""

    found: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

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

        page.on("console", on_console)
        page.on("pageerror", lambda error: problems.add(f"thrown: {error}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(
                    (app.url, app.url.replace("http", "ws"), "data:", "blob:")
                )
                else problems.add(f"asked another host: {request.url}")
            ),
        )
        page.goto(f"{app.url}/{path.lstrip('/')}")
        if settle:
            wait_until_settled(page)
        return page

    yield open_
    for context in contexts:
        context.close()


def wait_until_settled(page: Page, timeout_ms: float = WAIT_MS) -> None:
    """Wait until the script has run and no element waits for its content."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=timeout_ms
    )
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=timeout_ms)


@pytest.fixture
def settled() -> Callable[[Page], None]:
    """`settled(page)` after a click: returns when the app has answered."""
    return wait_until_settled
