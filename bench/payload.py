"""What a browser receives over the WebSocket: the first view of each page, each change, each zoom step.

Counted in Chromium, window 1440 x 900, from the click until nothing has arrived for 0.7 s, so the
parts of pictures that the viewer asks for by itself are included. Not included: Streamlit's own
files, which are fetched by HTTP once and cached.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from bench import photo, table
from bench.browser import Traffic, chromium, visitor
from scripts.app_server import running_app

LIMIT_KB = {"1024 x 1024": 300, "12 MP": 400}
ZOOM_NOTCHES = (2, 4, 6, 8)  # of the wheel, one after the other: further and further in


def choose(page: Page, label: str) -> None:
    """Click an option of a segmented control."""
    page.get_by_test_id("stButtonGroup").get_by_text(label, exact=True).first.click()


def move(page: Page) -> None:
    """Move the first slider by one step, with the keyboard."""
    page.get_by_role("slider").first.press("ArrowRight")


def zoom(page: Page, notches: int) -> None:
    """Turn the wheel over a place of the picture that is not its middle."""
    box = page.locator('canvas[data-kind="image"]').first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.31 * box["width"], box["y"] + 0.37 * box["height"])
    for _ in range(notches):
        page.mouse.wheel(0, -100)


def visit(page: Page, title: str) -> None:
    """Follow a link of the navigation."""
    page.get_by_test_id("stSidebarNavLink").filter(has_text=title).first.click()


Action = tuple[str, Callable[[Page], object]]

ACTIONS: tuple[Action, ...] = (
    ("Pixels: gray", lambda page: choose(page, "Gray")),
    ("Pixels: 00 to FF", lambda page: choose(page, "00 to FF")),
    *(
        (f"Pixels: zoom, {notches} notches", lambda page, n=notches: zoom(page, n))
        for notches in ZOOM_NOTCHES
    ),
    ("Channels, first view", lambda page: visit(page, "Channels")),
    ("Channels: HSV", lambda page: choose(page, "HSV")),
    ("Channels: CMYK", lambda page: choose(page, "CMYK")),
    ("Channels: step Wrap-around", lambda page: choose(page, "Wrap-around")),
    ("Channels: add one more", move),
    ("Frequencies, first view", lambda page: visit(page, "Frequencies")),
    ("Frequencies: step Filter", lambda page: choose(page, "Filter")),
    ("Frequencies: cut-off + 1", move),
    ("Strength and phase, first view", lambda page: visit(page, "Strength")),
    ("Strength and phase: step Build up", lambda page: choose(page, "Build up")),
    ("Strength and phase: more waves", move),
)


def session(page: Page, traffic: Traffic, address: str, file: Path) -> list[tuple[str, float]]:
    """Put the photo into the tray and do everything of ACTIONS; kilobytes of each."""

    def count(name: str, act: Callable[[Page], object]) -> tuple[str, float]:
        traffic.start()
        act(page)
        return name, traffic.settled() / 1000

    found = [count("Pixels with the sample, first visit", lambda page: page.goto(address))]
    page.get_by_role("button", name="Change").click()
    drop = page.locator('input[type="file"]').first
    drop.wait_for(state="attached")
    traffic.settled()
    found.append(count("Pixels, first view of the photo", lambda _: drop.set_input_files(file)))
    page.keyboard.press("Escape")
    return found + [count(name, act) for name, act in ACTIONS]


def main() -> None:
    """Print one table for each size of picture."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as server,
        chromium() as browser,
    ):
        for size, (width, height) in photo.SIZES.items():
            file = Path(folder) / "photo.jpg"
            file.write_bytes(photo.jpeg(width, height))
            with visitor(browser) as (page, traffic):
                counts = session(page, traffic, f"{server.url}/pixels", file)
            limit = LIMIT_KB[size]
            rows = [(name, kb, table.verdict(kb, limit)) for name, kb in counts]
            table.show(f"Payload, {size} JPEG", ("what", "kB received", f"< {limit} kB"), rows)


if __name__ == "__main__":
    main()
