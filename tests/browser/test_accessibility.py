"""The rules of axe-core on every step of every page, in both themes.

What we draw has no serious or critical finding. Findings inside Streamlit's own elements cannot be
mended here; each is named below with its reason, and the test fails as well when one of them is gone,
so that the list never excuses more than there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import WALKS, OpenPage, Walk, wait_until_settled

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Known:
    """A finding of Streamlit's: the rule, a CSS selector of what it is found in, and why."""

    rule: str
    inside: str
    reason: str


STREAMLITS = (
    Known(
        "list",
        "[data-testid=stSidebarNavItems]",
        "Streamlit puts the titles of groups as <div> between the <li> of the navigation.",
    ),
    Known(
        "listitem",
        "[data-testid=stSidebarNavItems]",
        "The same titles: below them the <li> have no list as their parent.",
    ),
    Known(
        "color-contrast",
        "[data-testid=stCode] .token",
        "Streamlit's colours of comments and numbers in code are fixed; no theme setting reaches them.",
    ),
)

# axe names an element by a CSS selector; whether it lies inside another one, the page knows.
_INSIDE = "([target, inside]) => !!document.querySelector(target)?.closest(inside)"


def findings(page: Page, where: str, used: set[Known]) -> list[str]:
    """Serious and critical findings that are ours; those of `STREAMLITS` are noted in `used`."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    ours = []
    for violation in found:
        if violation["impact"] not in ("serious", "critical"):
            continue
        for node in violation["nodes"]:
            known = next(
                (
                    entry
                    for entry in STREAMLITS
                    if entry.rule == violation["id"]
                    and page.evaluate(_INSIDE, [node["target"][0], entry.inside])
                ),
                None,
            )
            if known:
                used.add(known)
                continue
            why = (node["any"] + node["all"] + node["none"])[0]["message"]
            ours.append(f"{where}: {violation['id']}: {why} {node['html'][:140]}")
    return ours


def opened(page: Page) -> Iterator[str]:
    """Each panel of the pixels' first step, one after the other open."""
    popover = page.get_by_test_id("stPopoverBody").filter(visible=True)
    panel = page.locator(".st-key-panel_pixels")
    for key, body, content in (
        ("tray_panel", popover, "stFileUploader"),
        ("code_pixels", panel, "stCode"),
        ("save_pixels", panel, "stDownloadButton"),
    ):
        page.locator(f".st-key-{key}").get_by_role("button").click()
        expect(body.get_by_test_id(content).first).to_be_visible()
        wait_until_settled(page)
        page.mouse.move(0, 0)
        # While it grows it is half transparent, and nothing has its contrast.
        page.wait_for_function("document.getAnimations().every(a => a.playState !== 'running')")
        yield key
        page.keyboard.press("Escape")
        expect(popover).to_have_count(0)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", WALKS)
def test_nothing_serious_on_any_page(
    open_page: OpenPage, walk: Walk, scheme: str, kind: str
) -> None:
    page = open_page(colour_scheme=scheme)
    used: set[Known] = set()
    problems: list[str] = []
    for name, step in walk(page, kind):
        problems += findings(page, f"{name} {step}", used)
        if (name, step) == ("pixels", "look"):
            for panel in opened(page):
                problems += findings(page, panel, used)
    assert problems == [], "\n".join(problems)
    if kind != WALKS[0]:
        return  # only the first walk opens a code panel
    gone = [entry for entry in STREAMLITS if entry not in used]
    assert not gone, f"no longer found, so no longer to be excused: {gone}"
