"""One walk over every step of every page: it works, it asks nobody else, everybody can use it.

A learner's way by the navigation and the row of steps is slow, so one visit of a step answers all that
can be asked on a wide screen: no error stands there, no other host was asked, the rules of axe-core hold
in the light and in the dark theme. A second walk is on a phone, where a page is laid out anew.

What we draw has no serious or critical finding of axe-core. Findings inside Streamlit's own elements
cannot be mended here; each is named below with its reason, and the test fails as well when one of them
is gone, so that the list never excuses more than there is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    WALKS,
    OpenPage,
    Problems,
    Walk,
    lessons_of,
    wait_until_settled,
)
from tests.pages.harness import PAGE_STEPS

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

# Each serious finding: where it is (axe names an element by CSS selectors, the outermost first), what
# it is, and the number of the entry in `known` that excuses it, or -1.
_FINDINGS = """
async ([context, options, known]) => {
  const { violations } = await axe.run(context, options);
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => {
      const element = document.querySelector([node.target[0]].flat()[0]);
      return [
        `${id}: ${[...node.any, ...node.all, ...node.none][0].message} ${node.html.slice(0, 140)}`,
        known.findIndex(([rule, inside]) => rule === id && !!element?.closest(inside)),
      ];
    }));
}
"""
ALL_RULES = {"resultTypes": ["violations"]}
#: What a theme decides: the contrast of texts, and whether a link stands out from its text.
RULES_ON_COLOURS = ALL_RULES | {"runOnly": ["color-contrast", "link-in-text-block"]}
WHOLE_PAGE = {"include": [["html"]]}
BESIDE_THE_NAVIGATION = WHOLE_PAGE | {"exclude": [["[data-testid=stSidebar]"]]}


def findings(page: Page, where: str, used: set[Known], context: dict, options: dict) -> list[str]:
    """Serious and critical findings that are ours; those of `STREAMLITS` are noted in `used`."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    known = [astuple(entry) for entry in STREAMLITS]

    def look() -> list[str]:
        found = page.evaluate(_FINDINGS, [context, options, known])
        used.update(STREAMLITS[number] for _text, number in found if number >= 0)
        return [f"{where}: {text}" for text, number in found if number < 0]

    return lasting(look)


def use_theme(page: Page, scheme: str) -> None:
    """Change the colour scheme of the learner's computer, which the app follows at once."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
    wait_until_settled(page)
    rest(page)


def lasting(look: Callable[[], list[str]], seconds: float = 20) -> list[str]:
    """What is found and stays: a chart may still be on its way to its size, or a text fade in."""
    end = time.monotonic() + seconds
    while (found := look()) and time.monotonic() < end:
        time.sleep(0.5)
    return found


def rest(page: Page) -> None:
    """Wait for the end of every transition: what is half transparent has not its contrast.

    What follows a scroll bar instead of the clock never ends.
    """
    page.wait_for_function(
        "document.getAnimations().every("
        "a => a.timeline !== document.timeline || a.playState !== 'running')"
    )


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
        rest(page)
        yield key
        page.keyboard.press("Escape")
        expect(popover).to_have_count(0)


def errors(page: Page, where: str) -> list[str]:
    """Sentences about an error, and exceptions, that stand on the page."""
    shown = page.locator("[data-testid=stAlertContentError], [data-testid=stException]")
    return [f"{where}: an error: {text}" for text in shown.all_inner_texts()]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", WALKS)
def test_every_step_on_a_wide_screen_in_both_themes(
    open_page: OpenPage, walk: Walk, problems: Problems, kind: str
) -> None:
    page = open_page()
    found: list[str] = []
    used: set[Known] = set()
    # The next step is drawn in the theme that the last one ended with.
    first, second = "light", "dark"
    steps = 0
    for name, step in walk(page, kind):
        steps += 1
        where = f"{name} {step}".strip()
        found += errors(page, where)
        # The navigation is the same on all steps of a page.
        part = WHOLE_PAGE if step == PAGE_STEPS[name][0] else BESIDE_THE_NAVIGATION
        found += findings(page, f"{where}, {first}", used, part, ALL_RULES)
        use_theme(page, second)
        found += findings(page, f"{where}, {second}", used, part, RULES_ON_COLOURS)
        found += errors(page, f"{where}, {second}")
        first, second = second, first
        if (name, step) == ("pixels", "look"):
            for panel in opened(page):
                for scheme in ("light", "dark"):
                    use_theme(page, scheme)
                    found += findings(page, f"{panel}, {scheme}", used, WHOLE_PAGE, ALL_RULES)
            use_theme(page, first)
    assert found == [], "\n".join(found)
    assert steps == sum(len(PAGE_STEPS[lesson]) for lesson in lessons_of(kind))
    # `problems` fails the test for each request that went elsewhere; here only that it looked.
    assert len(problems.asked) > 20
    assert any(url.startswith("ws") for url in problems.asked)
    if kind == "image":  # the walk that opens a code panel
        gone = [entry for entry in STREAMLITS if entry not in used]
        assert not gone, f"no longer found, so no longer to be excused: {gone}"


def beyond_the_screen(page: Page, where: str) -> list[str]:
    """What a phone, 390 pixels wide, does not show, or not as it is meant for it."""
    found = []
    # What may be wider than the screen scrolls by itself; the page does not.
    wide = page.evaluate(
        """() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
             .map(e => e.scrollWidth - innerWidth).filter(over => over > 0)"""
    )
    if wide:
        found.append(f"{where}: the page is {wide} pixels too wide")
    outside = page.evaluate(
        """() => [...document.querySelectorAll(
               "[data-testid=stMain] :is(button, input, a, canvas, [role=slider], summary)")]
             .filter(e => !e.closest(".nm-grid") && e.checkVisibility())
             // What only screen readers see lies behind the thumb of a slider, wherever that is.
             .filter(e => !e.closest("[style*='clip-path: inset(50%)']"))
             .map(e => [e, e.getBoundingClientRect()])
             .filter(([e, box]) => box.width > 1 && (box.left < -0.5 || box.right > 390.5))
             .map(([e]) => e.outerHTML.slice(0, 120))"""
    )
    found += [f"{where}: cannot be reached: {html}" for html in outside]
    for viewer in page.locator(".nv").all():
        boxes = [canvas.bounding_box() for canvas in viewer.locator("canvas").all()]
        for upper, lower in pairwise(boxes):
            if upper["y"] + upper["height"] > lower["y"]:
                found.append(f"{where}: panes stand side by side")
    return found


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", WALKS)
def test_a_phone_shows_everything(open_page: OpenPage, walk: Walk, kind: str) -> None:
    page = open_page(width=390, height=844, device_scale_factor=2, has_touch=True, is_mobile=True)
    found: list[str] = []
    for name, step in walk(page, kind):
        where = f"{name} {step}"
        found += lasting(lambda where=where: beyond_the_screen(page, where))  # type: ignore[misc]
        found += errors(page, where)
    assert found == [], "\n".join(found)
