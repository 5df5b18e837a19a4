"""Maps in a real browser: search, choice, isolation, a run that is watched, and a second visit."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, wait_until_drawn, wait_until_settled


def pixels(canvas: Locator) -> str:
    """What is drawn on a map."""
    wait_until_drawn(canvas.page)
    return str(canvas.evaluate("(c) => c.toDataURL()"))


def until_changed(canvas: Locator, before: str) -> None:
    """Wait until something else is drawn; the canvas lies in a shadow root, so it is asked itself."""
    canvas.evaluate(
        """(c, old) => new Promise((done, failed) => {
            const end = performance.now() + 90000;
            const look = () => c.toDataURL() !== old ? done()
                : performance.now() > end ? failed(new Error("the map stays the same"))
                : setTimeout(look, 50);
            look();
        })""",
        before,
    )


def maps_of(page: Page) -> Locator:
    """The canvases of all maps."""
    expect(page.locator(".ns-map").first).to_be_visible()
    wait_until_settled(page)
    return page.locator(".ns-map")


def test_a_name_is_found_and_chosen_and_its_neighbours_listed(open_page: OpenPage) -> None:
    page = open_page("maps?step=compare")
    canvas = maps_of(page).last
    before = pixels(canvas)
    page.locator(".ns-search").fill("doctor")
    expect(page.locator(".ns-found")).to_have_text("1 found")
    page.locator(".ns-search").press("Enter")
    table = page.locator(".nm-grid")
    expect(table).to_contain_text("nurse")
    page.locator(".ns-search").fill("")
    until_changed(canvas, before)
    page.locator(".ns-search").fill("no such word")
    expect(page.locator(".ns-found")).to_have_text("0 found")


def test_a_group_is_seen_alone_and_the_map_moves(open_page: OpenPage) -> None:
    page = open_page("maps?step=pca")
    canvas = maps_of(page).first
    seen = {pixels(canvas)}
    group = page.get_by_role("button", name="ranks 1 to 300")
    group.click()
    expect(group).to_have_attribute("aria-pressed", "true")
    canvas.focus()
    for key in ("ArrowLeft", "+"):
        before = pixels(canvas)
        page.keyboard.press(key)
        until_changed(canvas, before)
        seen.add(pixels(canvas))
    page.keyboard.press("0")
    group.click()
    expect(group).to_have_attribute("aria-pressed", "false")
    assert len(seen) == 3


@pytest.mark.timeout(600)
def test_a_run_is_watched_and_can_be_gone_through_afterwards(open_page: OpenPage) -> None:
    page = open_page("maps?step=read&made=distances")
    maps_of(page)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(
        page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop")
    ).to_be_visible()
    # The worker may have to import and compile first, on a busy machine.
    expect(page.get_by_text("Already computed")).to_be_visible(timeout=240_000)
    expect(page.get_by_text("t-SNE, epoch 1,000")).to_be_visible()
    expect(
        page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop")
    ).to_have_count(0)
    canvas = maps_of(page).last
    before = pixels(canvas)
    page.locator(".st-key-read_step").get_by_role("slider").press("Home")
    expect(page.get_by_text("t-SNE, epoch 0")).to_be_visible()
    until_changed(canvas, before)
    # Play shows all steps once more and then the one of the slider again.
    page.get_by_role("button", name="Play").click()
    expect(
        page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop")
    ).to_be_visible()
    expect(page.get_by_text("t-SNE, epoch 0")).to_have_count(0)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(page.get_by_text("t-SNE, epoch 0")).to_be_visible()
    # The result is there for everybody who asks for the same.
    page.reload()
    expect(page.get_by_text("Already computed")).to_be_visible()


def test_the_wheel_scrolls_the_page_until_the_map_is_clicked(open_page: OpenPage) -> None:
    page = open_page("maps?step=pca")
    canvas = maps_of(page).first
    corner = {"x": 5, "y": 5}  # no point lies there
    canvas.hover(position=corner)
    wait_until_settled(page)
    before = pixels(canvas)
    page.mouse.wheel(0, 100)
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 50")
    canvas.hover(position=corner)
    wait_until_settled(page)
    assert pixels(canvas) == before
    canvas.click(position=corner)
    page.mouse.wheel(0, -100)
    until_changed(canvas, before)
