"""A real Chromium at the app: counts what arrives over the WebSocket, waits until nothing moves."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.chromium import ARGUMENTS, find_chromium

QUIET_S = 0.7  # longer than the viewer waits before it asks for what it misses
ANSWER_S = 1.5  # an action that brings nothing for so long brings nothing
LONGEST_S = 30.0

#: JavaScript: the viewer's root elements, which may lie in shadow trees.
VIEWERS = """
function viewers(root = document) {
  const found = [...root.querySelectorAll(".nv")];
  for (const node of root.querySelectorAll("*")) {
    if (node.shadowRoot) found.push(...viewers(node.shadowRoot));
  }
  return found;
}
"""


class Traffic:
    """Bytes that the page received over its WebSocket since `start`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.start()
        page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, frame: str | bytes) -> None:
        self.bytes += len(frame)
        self._last = time.perf_counter()

    def start(self) -> None:
        """Begin to count from 0."""
        self.bytes = 0
        self._last = time.perf_counter()

    def settled(self) -> int:
        """Wait until nothing has arrived for a while; returns the bytes since `start`."""
        start = time.perf_counter()
        end = start + LONGEST_S
        while time.perf_counter() < end:
            self._page.wait_for_timeout(50)
            running = self._page.locator('[data-test-script-state="running"]').count()
            now = time.perf_counter()
            answered = self.bytes or now - start > ANSWER_S
            if answered and not running and now - self._last > QUIET_S:
                return self.bytes
        raise RuntimeError("the page did not come to rest")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser that the tests use."""
    path = find_chromium()
    if path is None:
        raise SystemExit("no Chromium was found: run scripts/ensure_browser.sh")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def visitor(browser: Browser) -> Iterator[tuple[Page, Traffic]]:
    """A new learner with a laptop's window."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-US", reduced_motion="reduce"
    )
    context.set_default_timeout(LONGEST_S * 1000)
    page = context.new_page()
    traffic = Traffic(page)
    try:
        yield page, traffic
    finally:
        context.close()
