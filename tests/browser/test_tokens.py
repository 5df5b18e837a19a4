"""Tokens in a real browser: what lights up together, the keyboard, and the playing of the merges."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, wait_until_settled

pytestmark = pytest.mark.browser


def lit(page: Page) -> tuple[list[str], list[str]]:
    """The text of what is pointed at, and of what lights up elsewhere."""
    return (
        page.locator(".nk-on").all_inner_texts(),
        page.locator(".nk-same").all_inner_texts(),
    )


def test_token_and_number_light_up_together(open_page: OpenPage) -> None:
    page = open_page("tokenizers?step=real")
    page.locator(".nk-text .nk-token", has_text="ucc").hover()
    expect(page.locator(".nk-on")).to_have_count(2)
    assert lit(page) == (["ucc", "18863"], ["##pu", "##cci", "14289", "14693"])
    expect(page.locator(".nk-reading")).to_have_text("ucc · id 18863 · 75 63 63 · character 8–10")
    page.locator(".nk-ids .nk-token", has_text="14693").hover()
    expect(page.locator(".nk-on").first).to_have_text("##cci")
    assert lit(page)[1] == ["ucc", "ino", "18863", "2879"]


def test_arrow_keys_walk_from_token_to_token(open_page: OpenPage) -> None:
    page = open_page("tokenizers?step=real")
    text = page.locator(".nk-text").last
    text.focus()
    for word in ("[CLS]", "one", "cap"):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".nk-on").first).to_have_text(word)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".nk-on").first).to_have_text("one")


def test_merges_play_until_they_are_stopped(open_page: OpenPage) -> None:
    page = open_page("tokens?step=merges&corpus=alice&merged=3")
    thumb = page.locator(".st-key-merged").get_by_test_id("stSliderThumbValue")
    expect(thumb).to_have_text("3")
    page.get_by_role("button", name="Play").click()
    expect(thumb).to_have_text(
        re.compile(r"^([6-9]|\d\d+)$")
    )  # whoever looks late sees a later one
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    wait_until_settled(page)
    stopped = int(thumb.inner_text())
    page.get_by_role("button", name="Step", exact=True).click()
    expect(thumb).to_have_text(str(stopped + 1))
    expect(page.locator(".nk-new").first).to_be_visible()


def test_a_text_is_never_markup(open_page: OpenPage) -> None:
    page = open_page("tokenizers?step=real")
    page.on("dialog", lambda dialog: pytest.fail("a text was run"))
    page.get_by_role("button", name="Change").click()
    hostile = b"<img src=x onerror=alert(1)> <script>alert(1)</script> **b** $x$"
    file = {"name": "hostile.txt", "mimeType": "text/plain", "buffer": hostile}
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page.locator(".nk-text").first).to_contain_text("onerror")
    expect(page.locator(".nk-text img, .nk-text script")).to_have_count(0)
