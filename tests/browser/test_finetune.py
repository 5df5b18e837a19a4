"""The lab of fine-tuning in a real browser: photos into a class, a run watched, a cell clicked."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, wait_until_placed, wait_until_settled


def test_photos_go_into_the_class_one_after_the_other(open_page: OpenPage) -> None:
    page = open_page("finetune?ft_set=pictures", permissions=["camera"])
    names = page.get_by_label("Names of new classes, with commas between them")
    names.fill("left, right")
    names.press("Enter")
    expect(page.get_by_text("right: 0 examples")).to_be_visible()
    page.get_by_role("radio", name="Camera").click()
    for shot in (1, 2):
        # Before the video runs there is nothing to take.
        page.wait_for_function("document.querySelector('video')?.videoWidth > 0")
        page.get_by_role("button", name="Take photo").click()
        expect(page.get_by_text(f"right: {shot} examples")).to_be_visible()
    expect(page.locator(".ft-row img")).to_have_count(2)


def test_a_run_is_watched_and_its_matrix_opens(open_page: OpenPage) -> None:
    page = open_page("finetune?step=train&ft_set=textures&ft_each=2&ft_epochs_head=5")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("Your runs with this data and this split")).to_be_visible()
    page.locator(".st-key-step_finetune").get_by_role("radio", name="Result", exact=True).click()
    squares = page.locator("[class*='st-key-ft_matrix'] .scatterlayer path.point")
    expect(squares.first).to_be_visible()
    expect(squares).to_have_count(25)
    wait_until_settled(page)
    box = wait_until_placed(
        squares.nth(0)
    )  # the first class, answered rightly; Plotly lies over it
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile("ft_cell=0-0"))
    expect(page.locator(".ft-row img").first).to_be_visible()
