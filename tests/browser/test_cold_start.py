"""The first visitor of a fresh server, who arrives by a link to a lesson.

Streamlit also knows an older way of making pages from a folder called `pages`. Until the entry script
has run once it could take over, and a first visitor would get other pages and no tray.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from components.catalogue import LESSONS
from components.i18n import _sections
from scripts.app_server import running_app
from tests.browser.conftest import WAIT_MS, until, wait_for_viewers, wait_until_settled

pytestmark = pytest.mark.browser


def test_the_first_request_may_be_a_link_to_a_lesson(browser: Browser, tmp_path: Path) -> None:
    with running_app(tmp_path / "app.log") as server:  # asks for nothing but its health
        context = browser.new_context(locale="en-US", viewport={"width": 1440, "height": 900})
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        page.goto(f"{server.url}/pixels?numbers=hex")
        expect(page.get_by_text(_sections("pixels", "en")["question"])).to_be_visible()
        wait_until_settled(page)
        links = page.get_by_test_id("stSidebarNavLink")
        expect(links.locator("p, span:not([data-testid=stIconMaterial])").last).to_be_visible()
        titles = [lesson.title for lesson in LESSONS]
        until(lambda: [text.split("\n")[-1] for text in links.all_inner_texts()] == titles)
        expect(page.locator(".st-key-tray")).to_contain_text("coffee.png")
        expect(page.locator(".st-key-tray_panel").get_by_role("button")).to_be_visible()
        expect(page.locator(".st-key-numbers").get_by_role("radio").nth(1)).to_be_checked()
        wait_for_viewers(page)
        expect(page.locator(".nv").first).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
        context.close()
        assert "Traceback" not in server.log_text()
