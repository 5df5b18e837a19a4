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
            limit = LIMIT_KB[size]
            rows: list[tuple[object, ...]] = []
            with visitor(browser) as (page, traffic):

                def count(
                    name: str,
                    act: Callable[[], object],
                    traffic: Traffic = traffic,
                    rows: list[tuple[object, ...]] = rows,
                    limit: int = limit,
                ) -> None:
                    traffic.start()
                    act()
                    kilobytes = traffic.settled() / 1000
                    rows.append((name, kilobytes, table.verdict(kilobytes, limit)))

                address = f"{server.url}/pixels"
                count("Pixels with the sample, first visit", lambda p=page: p.goto(address))
                page.get_by_role("button", name="Change").click()
                drop = page.locator('input[type="file"]').first
                drop.wait_for(state="attached")
                traffic.settled()
                count("Pixels, first view of the photo", lambda d=drop: d.set_input_files(file))
                page.keyboard.press("Escape")
                count("Pixels: gray", lambda p=page: choose(p, "Gray"))
                count("Pixels: 00 to FF", lambda p=page: choose(p, "00 to FF"))
                for notches in ZOOM_NOTCHES:
                    count(f"Pixels: zoom, {notches} notches", lambda p=page, n=notches: zoom(p, n))
                count("Channels, first view", lambda p=page: visit(p, "Channels"))
                count("Channels: HSV", lambda p=page: choose(p, "HSV"))
                count("Channels: CMYK", lambda p=page: choose(p, "CMYK"))
                count("Channels: step Wrap-around", lambda p=page: choose(p, "Wrap-around"))
                count("Channels: add one more", lambda p=page: move(p))
                count("Frequencies, first view", lambda p=page: visit(p, "Frequencies"))
                count("Frequencies: step Filter", lambda p=page: choose(p, "Filter"))
                count("Frequencies: cut-off + 1", lambda p=page: move(p))
                count("Strength and phase, first view", lambda p=page: visit(p, "Strength"))
                count("Strength and phase: step Build up", lambda p=page: choose(p, "Build up"))
                count("Strength and phase: more waves", lambda p=page: move(p))
            table.show(
                f"Payload, {size} JPEG", ("what", "kB received", f"< {limit} kB"), rows
            )


if __name__ == "__main__":
    main()
