"""The row of characters in a real browser: click, keys, steps, the link, and the encoding by hand."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, wait_until_settled, wait_until_still

pytestmark = pytest.mark.browser


def expect_number(page: Page, number: int) -> None:
    """The chosen character's number, in the field and in the row."""
    expect(page.get_by_label(re.compile("^Character number"))).to_have_value(str(number))
    expect(page.locator('.strip [aria-pressed="true"]')).to_have_attribute(
        "aria-label", re.compile(f"^{number}: ")
    )


def test_a_character_is_chosen_by_click_and_keys_and_kept_from_step_to_step(
    open_page: OpenPage,
) -> None:
    page = open_page("encodings?text=kong-yiji")
    expect_number(page, 1)
    page.locator(".strip button").nth(4).click()
    expect_number(page, 5)
    expect(page.locator("tr.nm-marked")).to_contain_text("U+5E97")
    wait_until_settled(page)
    wait_until_still(page.locator(".strip"))
    page.keyboard.press("ArrowRight")
    expect(page.locator(".strip button").nth(5)).to_be_focused()
    page.keyboard.press("Enter")
    expect_number(page, 6)
    page.get_by_role("button", name="Row after").click()
    expect_number(page, 17)
    expect(page.get_by_role("button", name="Row before")).to_be_enabled()
    page.get_by_role("radio", name="Other encodings", exact=True).click()
    wait_until_settled(page)
    expect_number(page, 17)
    expect(page).to_have_url(re.compile("char=17"))
    linked = open_page("encodings?text=kong-yiji&char=17&step=bytes")
    expect_number(linked, 17)


def test_the_encoding_is_changed_by_hand(open_page: OpenPage) -> None:
    page = open_page("encodings?text=tang-gbk")
    expect(page.locator(".strip button").first).to_have_text("静")
    page.locator(".st-key-tray_encoding button").click()
    page.get_by_test_id("stPopoverBody").get_by_text("Windows-1251").click()
    expect(page.locator(".strip button").first).to_have_text("ѕ")
    expect(page).to_have_url(re.compile("encoding=cp1251"))


def test_what_a_text_holds_is_shown_and_not_run(open_page: OpenPage) -> None:
    page = open_page("encodings")
    script = '<img src=x onerror="window.hacked=1"><b>bold</b>'
    page.get_by_test_id("stPopover").get_by_role("button").first.click()
    page.get_by_text("Type a text").click()
    page.get_by_label("Your text").fill(script)
    page.get_by_role("button", name="Use this text").click()
    expect(page.locator(".strip button").first).to_have_text("<")
    assert page.evaluate("window.hacked") is None
    assert page.locator("[data-testid=stMain] b", has_text="bold").count() == 0
