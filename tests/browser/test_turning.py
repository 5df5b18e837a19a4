"""The cloud that turns, in a real browser: by keyboard, played to its end, without motion."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, until, wait_until_drawn

pytestmark = pytest.mark.browser
SLIDER = "How far the cloud is turned"
#: Keeps each title that is written over the cloud from now on.
TURNS = """title => {
  window.turns = [];
  const note = () => window.turns.push(title.textContent);
  new MutationObserver(note).observe(title, { childList: true, characterData: true });
}"""


def drawn(page: Page) -> str:
    """The picture on the canvas."""
    wait_until_drawn(page)
    return str(page.locator("canvas.ns-map").first.evaluate("canvas => canvas.toDataURL()"))


@pytest.mark.parametrize("where", ["plane", "space"])
def test_the_cloud_turns_by_the_keyboard_and_by_playing(open_page: OpenPage, where: str) -> None:
    page = open_page(f"pca?lang=en&table=iris&pc_drawn={where}")
    slider = page.get_by_role("slider", name=SLIDER)
    expect(page.get_by_text("turned by 0 %")).to_be_visible()
    before = drawn(page)
    slider.focus()
    slider.press("ArrowRight")
    expect(page.get_by_text("turned by 5 %")).to_be_visible()
    slider.press("End")
    expect(page.get_by_text("turned by 100 %")).to_be_visible()
    until(lambda: drawn(page) != before)
    slider.press("Home")
    expect(page.get_by_text("turned by 0 %")).to_be_visible()
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_text("turned by 100 %")).to_be_visible()


def test_who_wants_no_motion_gets_the_end_at_once(open_page: OpenPage) -> None:
    page = open_page("pca?lang=en&table=iris")
    page.emulate_media(reduced_motion="reduce")
    expect(page.get_by_text("turned by 0 %")).to_be_visible()
    page.locator(".ns-title").first.evaluate(TURNS)
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_text("turned by 100 %")).to_be_visible()
    (title,) = page.evaluate("window.turns")  # nothing in between
    assert title.startswith("turned by 100 %")
    expect(
        page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop")
    ).to_have_count(0)


def test_a_square_of_the_matrix_opens_its_points(open_page: OpenPage) -> None:
    page = open_page("correlation?lang=en&table=penguins&step=matrix")
    squares = page.locator("[class*='st-key-correlation_matrix'] .scatterlayer path.point")
    expect(squares.first).to_be_visible()
    squares.nth(1).click(force=True)  # the first row, the second column
    expect(page.get_by_text("r = −0.060, Spearman").first).to_be_visible()
