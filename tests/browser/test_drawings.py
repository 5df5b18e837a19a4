"""Drawings of networks in a real browser: blocks that unfold, tokens that look at each other."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import (
    OpenPage,
    wait_for_viewers,
    wait_until_placed,
    wait_until_settled,
)


def box(page: Page, name: str) -> Locator:
    """The box of a block or layer of this name."""
    title = page.locator("text.na-name", has_text=re.compile(rf"^{name}$"))
    return page.locator(".na-box", has=title).first


def here(page: Page) -> Locator:
    """The last word of the path above the drawing: where the learner is."""
    return page.locator(".na-trail button[aria-current]")


def test_a_network_unfolds_by_mouse_and_by_keys_down_to_a_formula(open_page: OpenPage) -> None:
    page = open_page("networks?step=unfold&lang=en")
    for name in ("layer1", "block 0", "conv1"):
        box(page, name).click()
        expect(here(page)).to_have_text(name)
        wait_until_settled(page)
    card = page.locator(".st-key-layer_card")
    expect(card).to_contain_text("36,864")  # 64 x 64 x 3 x 3, without a bias
    expect(page).to_have_url(re.compile(r"[?&]part="))
    page.reload()
    wait_until_settled(page)
    expect(here(page)).to_have_text("conv1")  # a link is a view
    page.locator(".na-trail button").first.click()
    wait_until_settled(page)
    first = page.locator(".na-box[role=button]").first
    first.focus()
    page.keyboard.press("Enter")
    wait_until_settled(page)
    expect(page.locator(".na-trail")).to_contain_text("conv1")


def test_a_token_shows_where_it_looks(open_page: OpenPage) -> None:
    page = open_page("bert?step=attention&lang=en")
    tokens = page.locator(".na-left .na-token")
    expect(tokens.first).to_have_text("[CLS]")
    reading = page.locator(".na-reading").first
    tokens.nth(2).hover()
    expect(reading).to_contain_text(f"{tokens.nth(2).inner_text()} → ")
    share = reading.inner_text()
    tokens.nth(3).click()
    expect(reading).to_contain_text(f"{tokens.nth(3).inner_text()} → ")
    assert reading.inner_text() != share
    page.locator(".na-lines").first.press("ArrowDown")
    expect(reading).to_contain_text(f"{tokens.nth(4).inner_text()} → ")


def test_a_pinned_pixel_chooses_a_cell_of_the_grid(open_page: OpenPage) -> None:
    page = open_page("detect?step=cell&lang=en")
    wait_for_viewers(page)
    place = wait_until_placed(page.locator("canvas").first)
    main = page.get_by_test_id("stMain")
    before = main.get_by_role("table").first.inner_text()
    page.mouse.click(place["x"] + place["width"] * 0.5, place["y"] + place["height"] * 0.75)
    expect(main.get_by_role("table").first).not_to_have_text(before, use_inner_text=True)
