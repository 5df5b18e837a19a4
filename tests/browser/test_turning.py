"""The cloud that turns, in a real browser: played to its end, and moved by hand."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser


def first_points(page: Page) -> list[float]:
    """Where the first group's points are drawn from left to right now, in the chart's units."""
    found: list[float] = page.locator(".js-plotly-plot").first.evaluate(
        "plot => Array.from(plot.calcdata[0], point => point.x)"
    )
    return found


def test_the_cloud_turns_to_the_components(open_page: OpenPage) -> None:
    page = open_page("pca?lang=en&table=iris")
    label = page.locator(".slider-label").first
    expect(label).to_have_text("turned by 0 %")
    before = first_points(page)
    page.locator(".updatemenu-button").filter(has_text="Play").click()
    expect(label).to_have_text("turned by 100 %")
    after = first_points(page)
    assert len(after) == len(before)
    assert max(abs(x - y) for x, y in zip(before, after, strict=True)) > 0.5


def test_the_cloud_in_space_is_played(open_page: OpenPage) -> None:
    page = open_page("pca?lang=en&table=iris&pc_drawn=space")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_text(re.compile(r"turned by \d+ %"))).to_be_visible()
    expect(page.get_by_text("From the columns to the components")).to_be_visible()  # at the end
