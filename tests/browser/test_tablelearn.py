"""Learning from a table in a real browser: a cell opens its rows, a threshold moves, a network stops."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, wait_until_placed, wait_until_settled


def test_a_cell_opens_its_rows_and_the_threshold_moves_the_counts(open_page: OpenPage) -> None:
    page = open_page("tablelearn?lang=en&table=titanic&step=errors&tl_model=linear")
    squares = page.locator("[class*='st-key-tl_matrix'] .scatterlayer path.point")
    expect(squares).to_have_count(4)
    numbers = page.locator("[class*='st-key-tl_matrix'] .scatterlayer text")
    expect(numbers.nth(1)).to_have_text(re.compile(r"^\d+$"))
    count = int(numbers.nth(1).text_content() or 0)
    wait_until_settled(page)
    box = wait_until_placed(squares.nth(1))  # truly 0, taken for 1; Plotly lies over it
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"tl_cell=0\.1"))
    # A table of Streamlit's says how many rows it has, with its head.
    expect(page.locator("[data-testid='stDataFrame'] table")).to_have_attribute(
        "aria-rowcount", str(count + 1)
    )
    page.locator(".st-key-step_tablelearn").get_by_role("radio", name="Threshold").click()
    said = page.get_by_text(re.compile(r"Precision [\d.]+%: of \d+ called so"))
    expect(said).to_be_visible()
    before = said.inner_text()
    page.get_by_role("slider", name="Threshold in %").press("Home")
    expect(page.get_by_text(re.compile(r"Recall 100\.0%"))).to_be_visible()
    expect(said).not_to_have_text(before, use_inner_text=True)


def test_a_network_is_watched_and_stopped(open_page: OpenPage) -> None:
    page = open_page("tablelearn?lang=en&table=titanic&step=network&tl_epochs=300&tl_batch=8")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text(re.compile(r"epoch [1-9]\d* of 300"))).to_be_visible()
    expect(
        page.locator(".st-key-curves_tl_network .scatterlayer")
    ).to_be_visible()  # the loss until now
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_text(re.compile(r"paused at epoch \d+ of 300"))).to_be_visible()
    expect(page.get_by_role("button", name="Continue", exact=True)).to_be_visible()
