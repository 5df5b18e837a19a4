"""Every page in both languages, light and dark, wide and narrow: build/screenshots.

make screenshots
python -m scripts.screenshots pixels        only the pages whose name holds this word
"""

from __future__ import annotations

import itertools
import sys
import time
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from scripts.app_server import ROOT, running_app
from scripts.chromium import ARGUMENTS, find_chromium

OUT = ROOT / "build" / "screenshots"
LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
THEMES = ("light", "dark")
WIDTHS = {1440: 900, 390: 844}  # a laptop and a phone
TALLEST = 12_000  # pixels; Chromium cuts pictures beyond 16384


def settle(page: Page) -> None:
    """Wait for the script and for charts that are drawn after it."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")
    page.wait_for_load_state("networkidle")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    time.sleep(0.5)  # transitions and the last frame of a chart have no event to wait for


def show_all(page: Page, width: int, least: int) -> None:
    """Make the window as tall as the content, since Streamlit scrolls inside the window."""
    tall = page.evaluate(
        "() => Math.ceil(document.querySelector('[data-testid=stMain]')?.scrollHeight ?? 0)"
    )
    page.set_viewport_size({"width": width, "height": max(least, min(tall, TALLEST))})
    settle(page)


def page_names(page: Page) -> list[str]:
    """The addresses of all pages, from the navigation; "" is the first."""
    links = page.locator('[data-testid="stSidebarNavLink"], [data-testid="stTopNavLink"]')
    links.first.wait_for(state="attached")
    found = [urlsplit(link.get_attribute("href") or "").path.strip("/") for link in links.all()]
    return list(dict.fromkeys(found))


def main() -> None:
    """Take all pictures and print where they are."""
    wanted = sys.argv[1:]
    path = find_chromium()
    if path is None:
        sys.exit("No Chromium was found: run scripts/ensure_browser.sh")
    OUT.mkdir(parents=True, exist_ok=True)
    with running_app(OUT / "app.log") as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        first = browser.new_page(viewport={"width": 1440, "height": 900})
        first.goto(app.url)
        settle(first)
        names = [n for n in page_names(first) if not wanted or any(w in n for w in wanted)]
        for theme, (language, locale), (width, height) in itertools.product(
            THEMES, LANGUAGES.items(), WIDTHS.items()
        ):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale=locale,
                color_scheme=theme,
                reduced_motion="reduce",
            )
            page = context.new_page()
            for name in names:
                page.set_viewport_size({"width": width, "height": height})
                page.goto(f"{app.url}/{name}?lang={language}")
                settle(page)
                show_all(page, width, height)
                file = OUT / f"{name or 'home'}-{language}-{theme}-{width}.png"
                page.screenshot(path=file)
                print(file.relative_to(ROOT), flush=True)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
